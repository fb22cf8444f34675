"""What PPP carries of links in bundles and of packets put together: bridged frames (RFC 3518), BAP (RFC 2125), multiplexed
packets (RFC 3153), and the vendor's network protocol of CDMA2000 (3GPP2 X.S0057) with its control.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, IPV6, STRING, Field, bits, group, ipv4, raw, u8, u16, u24, where
from dissect.engine.layer import Layer, To
from dissect.layers.named import Named
from dissect.layers.ppp import PROTOCOLS
from dissect.layers.ppp_control import CODES, Control, option

BPDU_CONTROL = 0x10
TYPES = {1: "IEEE 802.3/Ethernet", 2: "IEEE 802.4", 3: "IEEE 802.5, non-canonical addresses", 4: "FDDI, non-canonical addresses",
         11: "IEEE 802.5, canonical addresses", 12: "FDDI, canonical addresses"}  # fmt: skip
CALLS = {1: "Call Request", 2: "Call Response", 3: "Callback Request", 4: "Callback Response", 5: "Link Drop Query Request",
         6: "Link Drop Query Response", 7: "Call Status Indication", 8: "Call Status Response"}  # fmt: skip


class BridgedFrame(Layer):
    """A bridged frame; without its padding and, mostly, its check sequence."""

    name, label, column = "bcp_bpdu", "PPP Bridging Control Protocol Bridged PDU", "PPP BCP"
    binds = {"ppp": (0x0031,)}

    flags = u8(0, "bcp_bpdu.flags", "Flags", HEX)
    flag_bits = bits(
        flags, "bcp_bpdu.flags", ("fcs_present", "LAN FCS present", 0x80), ("zeropad", "802.3 pad zero-filled", 0x20),
        ("bcontrol", "Bridge control", BPDU_CONTROL),
    )  # fmt: skip
    pads = u8(0, "bcp_bpdu.pads", "Pads", mask=0x0F, within=flags)
    mac = u8(1, "bcp_bpdu.mac_type", "MAC Type", names=TYPES)
    pad = raw(2, "bcp_bpdu.pad", "Pad", size=1, when=lambda h: _ring(h))
    length = lambda h: where(_told(h), 2, h.end - h.start)
    payload = lambda h: h.limit - h.start - 2 - h.pads
    next = (To("eth", when=lambda h: _told(h) & (h.mac == 1)),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.skip(c.remaining)

    @staticmethod
    def info(flags: int, mac: int) -> str:
        return "Bridge control" if flags & BPDU_CONTROL else TYPES.get(mac, f"Unknown MAC type {mac}")


def _ring(h: Any) -> Any:
    """Whether the frame is of a bus or ring with tokens, or of FDDI: what it carries is not looked at."""
    return (h.mac >= 2) & (h.mac <= 4) | (h.mac == 11) | (h.mac == 12)


def _told(h: Any) -> Any:
    """Whether what is bridged is looked at."""
    return (h.flags & BPDU_CONTROL == 0) & (_ring(h) == 0)


class BAP(Control):
    """Links join and leave a bundle."""

    name, label, column = "bap", "PPP Bandwidth Allocation Protocol", "PPP BAP"
    binds = {"ppp": (0xC02D,)}
    exact = {1: 5, 3: 2, 5: 4, 6: 4}
    least = {2: 4}

    code = u8(0, "bap.type", "Type", HEX, names=CALLS)
    identifier = u8(1, "bap.identifier", "Identifier", HEX)
    size_ = u16(2, "bap.length", "Length")
    response = u8(None, "bap.response_code", "Response Code", HEX)
    opt_kind, opt_size = u8(None, "bap.opt.type", "Type"), u8(None, "bap.opt.length", "Length")
    speed, kind_of_link = u16(None, "bacp.link_speed", "Link Speed"), u8(None, "bacp.link_type", "Link Type", HEX)
    part = group("", "Sub-Option")
    part_kind = u8(None, "bap.sub_option_type", "Sub-Option Type")
    part_size = u8(None, "bap.sub_option_length", "Sub-Option Length")
    digit = u8(None, "bap.unique_digit", "Unique Digit")
    subscriber = Field("bap.subscriber_number", "Subscriber Number", STRING)
    subaddress = Field("bap.phone_number_sub_address", "Phone Number Sub Address", STRING)
    unknown = Field("bap.unknown_option_data", "Unknown", BYTES)
    reason = Field("bap.reason", "Reason", STRING)
    discriminator = u16(None, "bap.link_discriminator", "Link Discriminator", HEX)
    status, action = u8(None, "bap.call_status", "Status", HEX), u8(None, "bap.call_action", "Action", HEX)
    known = {
        1: option("bap.opt.link_type", "Link Type"), 2: option("bap.opt.phone_delta", "Phone Delta"),
        3: option("bap.opt.no_phone", "No Phone Number Needed"), 4: option("bap.opt.reason", "Reason"),
        5: option("bap.opt.link_disc", "Link Discriminator"), 6: option("bap.opt.call_status", "Call Status"),
    }  # fmt: skip

    @staticmethod
    def info(code: int) -> str:
        return CALLS.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.code in (2, 4, 6, 8):
            c.add(cls.response)
        while c.remaining:
            cls._one(c)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        values = {1: (cls.speed, cls.kind_of_link), 5: (cls.discriminator,), 6: (cls.status, cls.action)}
        for field in values.get(kind, ()):
            c.add(field)
        while kind == 2 and c.remaining:
            size = c.peek(1, 1)
            with c.group(cls.part, min(max(size, 2), c.remaining)) as c:
                part = c.add(cls.part_kind)
                c.add(cls.part_size)
                c.rest({1: cls.digit, 2: cls.subscriber, 3: cls.subaddress}.get(part, cls.unknown))
        if kind == 4:
            c.rest(cls.reason)


class Multiplexed(Layer):
    """Packets one behind the other, each with its size and, where it is not the same again, its protocol."""

    name, label, column = "pppmux", "PPP Multiplexing", "PPP PPPMux"
    binds = {"ppp": (0x0059,)}
    reaches = ("ppp",)

    piece = group("", "PPPMux Sub-frame")
    marks = u8(None, "pppmuxcp.flags", "PFF/LXT", HEX)
    mark_bits = bits(marks, "pppmuxcp.flags", ("pid", "PID", 0x80), ("field_length", "Length field", 0x40))
    short = u16(None, "pppmuxcp.sub_frame_length", "Sub-frame Length", size=1, mask=0x3F)
    long = u16(None, "pppmuxcp.sub_frame_length", "Sub-frame Length", mask=0x3FFF)
    protocol_id = u16(None, "pppmux.protocol", "Protocol", HEX, names=PROTOCOLS)

    @staticmethod
    def info() -> str:
        return "PPP Multiplexing"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        number = 0
        while c.remaining:
            named, wide = c.peek(1) & 0x80, c.peek(1) & 0x40
            size = c.peek(2) & 0x3FFF if wide else c.peek(1) & 0x3F
            with c.group(cls.piece, min(size + 1 + bool(wide), c.limit - c.pos)) as c:
                c.add(cls.marks)
                c.pos -= 1
                c.add(cls.long if wide else cls.short)
                if named:
                    before = c.pos
                    number = c.add(cls.protocol_id, 1 if c.peek(1) & 1 else 2)
                    size -= c.pos - before
                else:
                    c.derived(cls.protocol_id, number)
                if not c.payload("ppp", number, size):
                    c.child("data", size)


class VendorNetwork(Named):
    """A packet of one of a terminal's networks; only the control protocol says whose way of telling which it follows."""

    name, label, column = "vsnp", "Vendor Specific Network Protocol", "VSNP"
    binds = {"ppp": (0x005B,)}


class VendorControl(Control):
    """A terminal asks for a network and its addresses; behind the length stands the vendor (3)."""

    name, label, column = "vsncp", "Vendor Specific Control Protocol", "VSNCP"
    binds = {"ppp": (0x805B,)}
    exact = {1: 3, 3: 3, 7: 3, 8: 6, 9: 3, 11: 10}
    least = {4: 3, 6: 3}

    code = u8(0, "vsncp.code", "Code", HEX, names=CODES)
    identifier = u8(1, "vsncp.identifier", "Identifier", HEX)
    size_ = u16(2, "vsncp.length", "Length")
    vendor = u24(4, "ppp.oui", "OUI", HEX)
    opt_kind, opt_size = u8(None, "vsncp.opt.type", "Type"), u8(None, "vsncp.opt.length", "Length")
    network, attach = u8(None, "vsncp.pdn_identifier", "PDN Identifier", HEX), u8(None, "vsncp.attach_type", "Attach Type", HEX)
    kind_of_network = u8(None, "vsncp.pdn_type", "PDN Type", HEX, names={1: "IPv4", 2: "IPv6", 3: "IPv6/IPv4"})
    error = u8(None, "vsncp.error_code", "Error Code", HEX)
    address, address6 = ipv4(None, "vsncp.pdn_ipv4", "PDN IPv4"), Field("vsncp.pdn_ipv6", "PDN IPv6", IPV6)
    router = ipv4(None, "vsncp.default_router_address", "IPv4 Default Router Address")
    access_point = Field("vsncp.access_point_name", "Access Point Name Label", STRING)
    access_point_size = u8(None, "", "Length of a label")
    cause = u8(None, "vsncp.address_allocation_cause", "Address Allocation Cause", HEX)
    rate = Field("vsncp.ambr_data", "AMBR Data", BYTES)
    interface = raw(None, "vsncp.ipv6_interface_identifier", "IPv6 interface identifier", size=8)
    inner = u16(None, "vsncp.protocol", "Protocol", HEX, names=PROTOCOLS)
    inner_size = u8(None, "vsncp.protocol_configuration_length", "Length", HEX)
    inner_data = Field("vsncp.protocol_configuration_data", "Data", BYTES)
    known = {
        1: option("vsncp.opt.pdnid", "PDN Identifier"), 2: option("vsncp.opt.apname", "Access Point Name"),
        3: option("vsncp.opt.pdntype", "PDN Type"), 4: option("vsncp.opt.pdnaddress", "PDN Address"),
        5: option("vsncp.opt.pco", "Protocol Configuration Options"), 6: option("vsncp.opt.errorcode", "Error Code"),
        7: option("vsncp.opt.attachtype", "Attach Type"), 8: option("vsncp.opt.ipv4address", "IPv4 Default Router Address"),
        9: option("vsncp.opt.addressalloc", "Address Allocation Cause"),
        10: option("vsncp.opt.apn_ambr", "APN Aggregate Maximum Bit Rate(APN-AMBR)"),
        11: option("vsncp.opt.ipv6_hsgw_lla_iid", "IPv6 HSGW Link Local Address IID"),
    }  # fmt: skip
    single: ClassVar = {1: network, 3: kind_of_network, 6: error, 7: attach, 8: router, 9: cause, 11: interface}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while 1 <= c.h.code <= 6 and c.remaining:
            cls._one(c)
        c.skip(c.remaining)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind in cls.single:
            c.add(cls.single[kind])
        elif kind == 4:
            cls._address(c)
        elif kind == 10:
            c.rest(cls.rate)
        elif kind == 5:
            c.skip(1)
            while c.remaining:
                c.add(cls.inner)
                size = c.add(cls.inner_size)
                if size:
                    c.add(cls.inner_data, size)
        while kind == 2 and c.remaining:
            c.add(cls.access_point, c.add(cls.access_point_size))
        c.skip(c.remaining)

    @classmethod
    def _address(cls, c: Cursor) -> None:
        """Of IPv6 only the second half is said."""
        kind = c.add(cls.kind_of_network)
        if kind in (2, 3):
            c.add(cls.address6, 8, value=bytes(8) + c.peek_bytes(8))
        if kind in (1, 3):
            c.add(cls.address)
