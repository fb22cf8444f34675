"""GTP's control plane, version 1 (3GPP TS 29.060); version 2 (`gtpv2`) has the same port.

    GTP-U's header, whose optional parts may be missing, then information elements: those with a type below 128 have
    fixed lengths, the others state them
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, HEX_DEC, flag, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.layers.gtp import KNOWN
from dissect.layers.gtpc_elements import Options, access_point, bcd, network_fields, place
from dissect.layers.gtpc_words import CAUSES_1, ELEMENTS_1, MESSAGES_1

PORT = 2123
FIXED = {  # octets of the elements below 128
    1: 1, 2: 8, 3: 6, 4: 4, 5: 4, 8: 1, 9: 28, 11: 1, 12: 3, 13: 1, 14: 1, 15: 1, 16: 4, 17: 4, 18: 5, 19: 1, 20: 1,
    21: 1, 22: 1, 23: 1, 24: 1, 25: 2, 26: 2, 27: 2, 28: 2, 29: 1, 127: 4,
}  # fmt: skip
STATED = 128


class GTPControl(Options):
    """Version 1; version 2 has a layer of its own within."""

    name, label, column = "gtp", "GPRS Tunneling Protocol", "GTP"
    binds = {"udp.port": (PORT,)}
    accepts = lambda p: (p.u8(0) >> 5 == 2) | ((p.u8(0) >> 5 < 2) & KNOWN[p.u8(1)])
    reaches = ("ipcp", "pap", "chap", "lcp", "gtpv2")

    first = u8(0, "", "Flags", HEX)
    flags = u8(0, "gtp.flags", "Flags", HEX, when=lambda h: h.first >> 5 != 2)
    version = u8(0, "gtp.flags.version", "Version", mask=0xE0, within=flags)
    payload_type = u8(0, "gtp.flags.payload", "Protocol type", mask=0x10, names={0: "GTP'", 1: "GTP"}, within=flags)
    spare = u8(0, "gtp.flags.reserved", "Reserved", mask=0x08, within=flags)
    e = flag(0, "gtp.flags.e", "Is Next Extension Header present?", 0x04, within=flags)
    s = flag(0, "gtp.flags.s", "Is Sequence Number present?", 0x02, within=flags)
    pn = flag(0, "gtp.flags.pn", "Is N-PDU number present?", 0x01, within=flags)
    message = u8(None, "gtp.message", "Message Type", HEX, names=MESSAGES_1)
    len = u16(None, "gtp.length", "Length")
    teid = u32(None, "gtp.teid", "TEID", HEX_DEC)
    sequence = u16(None, "gtp.seq_number", "Sequence number", HEX_DEC)
    npdu = u8(None, "gtp.npdu_number", "N-PDU Number", HEX)
    following = u8(None, "gtp.ext_hdr.next", "Next extension header type", HEX)
    optional = raw(None, "", "Not given", size=1)
    cause = u8(None, "gtp.cause", "Cause", names=CAUSES_1)
    rai_mcc, rai_mnc = network_fields("rai.")
    plain_mcc, plain_mnc = network_fields()
    lac = u16(None, "gtp.lac", "Location Area Code (LAC)")
    rac = u8(None, "gtp.rai_rac", "Routing Area Code (RAC)")
    reorder = flag(None, "gtp.reorder", "Reordering required")
    recovery = u8(None, "gtp.recovery", "Recovery")
    selection = u8(None, "gtp.sel_mode", "Selection mode", mask=0x03)
    teid_data = u32(None, "gtp.teid_data", "TEID Data I", HEX_DEC)
    teid_control = u32(None, "gtp.teid_cp", "TEID Control Plane", HEX_DEC)
    teardown = flag(None, "gtp.tear_ind", "Teardown Indicator")
    nsapi = u8(None, "gtp.nsapi", "NSAPI", mask=0x0F)
    charging = u16(None, "gtp.chrg_char", "Charging characteristics")
    charging_id = u32(None, "gtp.chrg_id", "Charging ID", HEX_DEC)
    pdp_organization = u8(None, "gtp.user_addr_pdp_org", "PDP type organization", mask=0x0F)
    pdp_type = u8(None, "gtp.user_addr_pdp_type", "PDP type number", HEX)
    pdp_ipv4 = ipv4(None, "gtp.user_ipv4", "End user address IPv4")
    pdp_ipv6 = ipv6(None, "gtp.user_ipv6", "End user address IPv6")
    apn_length = u16(None, "gtp.apn_length", "APN length")
    apn = string(None, "gtp.apn", "APN")
    gsn_length = u16(None, "gtp.gsn_address_length", "GSN address length")
    gsn_ipv4 = ipv4(None, "gtp.gsn_ipv4", "GSN address IPv4")
    gsn_ipv6 = ipv6(None, "gtp.gsn_ipv6", "GSN address IPv6")
    stated = u16(None, "", "Length")
    number_kind = u8(None, "", "Nature of number", HEX)
    kind_ = u8(None, "", "Type")
    told_length = u16(None, "gtp.length", "Length")
    extension_length = u16(None, "gtp.ext_length", "Length")
    extension_id = u16(None, "gtp.ext_id", "Extension identifier")
    extension = raw(None, "gtp.ext_val", "Extension value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start
        if h.first >> 5 == 2:
            c.child("gtpv2")
            return
        c.pos += 1
        kind = c.add(cls.message)
        c.info(MESSAGES_1.get(kind, f"Unknown ({kind})"))
        c.add(cls.len)
        c.add(cls.teid)
        if h.e or h.s or h.pn:
            for given, field, size in ((h.s, cls.sequence, 2), (h.pn, cls.npdu, 1), (h.e, cls.following, 1)):
                c.add(field if given else cls.optional, size)
        while c.remaining:
            number = c.peek(1)
            size = 3 + c.peek(2, 1) if number >= STATED else 1 + FIXED.get(number, c.remaining - 1)
            with c.group(cls.element, size, ELEMENTS_1.get(number, "Unknown")) as c:
                cls._element(c, number)
                c.rest(cls.other)

    @classmethod
    def _element(cls, c: Cursor, number: int) -> None:
        simple = ONE.get(number)
        if simple is not None:
            size = 1 + FIXED[number]
            c.add(simple, size, value=c.peek(size - 1, 1) & MASKS.get(number, 0xFFFFFFFF))
            return
        c.add(cls.kind_)
        if number == 2:
            cls.subscriber(c, 8)
        elif number == 3:
            place(c, cls.rai_mcc, cls.rai_mnc)
            c.add(cls.lac)
            c.add(cls.rac)
        elif number in (8, 15):
            c.add(cls.reorder if number == 8 else cls.selection, 1, value=c.peek(1) & (1 if number == 8 else 3))
        elif number >= STATED:
            cls._stated(c, number)

    @classmethod
    def _stated(cls, c: Cursor, number: int) -> None:
        size = c.add({128: cls.told_length, 131: cls.apn_length, 134: cls.told_length, 133: cls.gsn_length, 255: cls.extension_length}.get(number, cls.stated))
        if number == 128 and size >= 2:
            c.add(cls.pdp_organization)
            kind = c.add(cls.pdp_type)
            if c.remaining in (4, 16) and kind in (0x21, 0x57):
                c.add(cls.pdp_ipv4 if c.remaining == 4 else cls.pdp_ipv6)
        elif number == 131:
            access_point(c, cls.apn)
        elif number == 132:
            cls.options(c)
        elif number == 133 and size in (4, 16):
            c.add(cls.gsn_ipv4 if size == 4 else cls.gsn_ipv6)
        elif number == 134 and size > 1:
            c.add(cls.number_kind)
            c.add(cls.msisdn, size - 1, value=bcd(c.peek_bytes(size - 1)))
        elif number == 255 and size >= 2:
            c.add(cls.extension_id)
            c.rest(cls.extension)


ONE = {
    1: GTPControl.cause, 14: GTPControl.recovery, 16: GTPControl.teid_data, 17: GTPControl.teid_control,
    19: GTPControl.teardown, 20: GTPControl.nsapi, 26: GTPControl.charging, 127: GTPControl.charging_id,
}  # fmt: skip
MASKS = {19: 0x01, 20: 0x0F}
