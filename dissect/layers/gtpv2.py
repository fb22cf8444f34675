"""GTP's control plane, version 2 (3GPP TS 29.274).

     0                   1                   2                   3
    +-----+-+-+-----+---------------+-------------------------------+
    | 2   |P|T| mp  | message type  |            length             |   information elements with type (1),
    +-----+-+-+-----+---------------+-------------------------------+   length (2), instance (1), value
    | tunnel endpoint id (where T)  | sequence number (3), spare    |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    HEX_DEC,
    UINT16,
    UINT64,
    Field,
    flag,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.layers.gtpc_elements import Options, access_point, bcd, network_fields, place
from dissect.layers.gtpc_words import (
    CAUSES_2,
    ELEMENTS_2,
    INDICATIONS,
    MESSAGES_2,
    PDN_TYPES,
    RATS,
    RESTRICTIONS,
    SELECTION,
)

BEARERS = (93, 109, 180, 181)  # elements that hold elements
DEEPEST = 8


class GTPv2(Options):
    """Version 2."""

    name, label, column = "gtpv2", "GPRS Tunneling Protocol V2", "GTPv2"
    reaches = ("ipcp", "pap", "chap", "lcp", "gtpv2")

    flags = u8(0, "gtpv2.flags", "Flags", HEX)
    version = u8(None, "gtpv2.version", "Version", mask=0xE0, within=flags)
    piggyback = u8(None, "gtpv2.p", "Piggybacking flag (P)", mask=0x10, within=flags)
    with_teid = u8(None, "gtpv2.t", "TEID flag (T)", mask=0x08, within=flags)
    priority = u8(None, "gtpv2.mp", "Message Priority(MP)", mask=0x04, within=flags)
    type = u8(1, "gtpv2.message_type", "Message Type", names=MESSAGES_2)
    len = u16(2, "gtpv2.msg_length", "Message Length")
    teid = u32(4, "gtpv2.teid", "Tunnel Endpoint Identifier", HEX_DEC, when=lambda h: h.with_teid > 0)
    sequence = u24(lambda h: 4 + 4 * h.with_teid, "gtpv2.seq", "Sequence Number", HEX_DEC)
    spare = Field("gtpv2.spare", "Spare", UINT16, at=lambda h: 7 + 4 * h.with_teid, size=1)
    ie_type = u8(None, "gtpv2.ie_type", "IE Type", names=ELEMENTS_2)
    ie_len = u16(None, "gtpv2.ie_len", "IE Length")
    flag_byte = u8(None, "", "Instance")
    cr = u8(0, "gtpv2.cr", "CR flag", mask=0xF0, within=flag_byte)
    instance = u8(0, "gtpv2.instance", "Instance", mask=0x0F, within=flag_byte)
    cause = u8(None, "gtpv2.cause", "Cause", names=CAUSES_2)
    cause_bits = u8(None, "", "Cause bits")
    cause_spare = u8(0, "gtpv2.spare_b7_b3", "Spare bit(s)", mask=0xF8, within=cause_bits)
    pce = flag(0, "gtpv2.pce", "PCE (PDN Connection IE Error)", 0x04, within=cause_bits)
    bce = flag(0, "gtpv2.bce", "BCE (Bearer Context IE Error)", 0x02, within=cause_bits)
    cs = flag(0, "gtpv2.cs", "CS (Cause Source)", 0x01, within=cause_bits)
    offending = u8(None, "gtpv2.cause_off_ie_t", "Type of the offending IE", names=ELEMENTS_2)
    offending_instance = u8(None, "gtpv2.instance", "Instance", mask=0x0F)
    recovery = u8(None, "gtpv2.rec", "Restart Counter")
    apn = string(None, "gtpv2.apn", "APN (Access Point Name)")
    ambr_up = u32(None, "gtpv2.ambr_up", "AMBR Uplink (Aggregate Maximum Bit Rate for Uplink)")
    ambr_down = u32(None, "gtpv2.ambr_down", "AMBR Downlink(Aggregate Maximum Bit Rate for Downlink)")
    bearer = u8(None, "", "EPS Bearer ID")
    bearer_spare = u8(0, "gtpv2.spare_bits", "Spare bit(s)", mask=0xF0, within=bearer)
    bearer_id = u8(0, "gtpv2.ebi", "EPS Bearer ID (EBI)", mask=0x0F, within=bearer)
    ip = ipv4(None, "gtpv2.ip_address_ipv4", "IP address IPv4")
    ip6 = ipv6(None, "gtpv2.ip_address_ipv6", "IP address IPv6")
    mei = string(None, "gtpv2.mei", "MEI(Mobile Equipment Identity)")
    indications = tuple(
        flag(None, f"gtpv2.{name}", name.upper(), 0x80 >> i % 8, size=1)
        for i, name in enumerate(INDICATIONS.split())
    )
    qos_bits = u8(None, "", "Bearer QoS")
    qos_pci = flag(0, "gtpv2.bearer_qos_pci", "PCI (Pre-emption Capability)", 0x40, within=qos_bits)
    qos_pl = u8(0, "gtpv2.bearer_qos_pl", "PL (Priority Level)", mask=0x3C, within=qos_bits)
    qos_pvi = flag(0, "gtpv2.bearer_qos_pvi", "PVI (Pre-emption Vulnerability)", 0x01, within=qos_bits)
    qci = u8(None, "gtpv2.bearer_qos_label_qci", "Label (QCI)")
    rates = (
        Field("gtpv2.bearer_qos_mbr_up", "Maximum Bit Rate For Uplink", UINT64, size=5),
        Field("gtpv2.bearer_qos_mbr_down", "Maximum Bit Rate For Downlink", UINT64, size=5),
        Field("gtpv2.bearer_qos_gbr_up", "Guaranteed Bit Rate For Uplink", UINT64, size=5),
        Field("gtpv2.bearer_qos_gbr_down", "Guaranteed Bit Rate For Downlink", UINT64, size=5),
    )
    rat = u8(None, "gtpv2.rat_type", "RAT Type", names=RATS)
    mcc, mnc = network_fields()
    tai_mcc, tai_mnc = network_fields("tai.")
    ecgi_mcc, ecgi_mnc = network_fields("ecgi.")
    location = u8(None, "gtpv2.uli_flags", "ULI Flags", HEX)
    tac = u16(None, "gtpv2.tai_tac", "Tracking Area Code", HEX_DEC)
    eci_spare = u8(None, "gtpv2.uli_ecgi_eci_spare", "Spare", mask=0xF0)
    eci = u32(None, "gtpv2.ecgi_eci", "ECI (E-UTRAN Cell Identifier)")
    fteid_bits = u8(None, "", "F-TEID")
    fteid_v4 = flag(0, "gtpv2.f_teid_v4", "V4", 0x80, within=fteid_bits)
    fteid_v6 = flag(0, "gtpv2.f_teid_v6", "V6", 0x40, within=fteid_bits)
    fteid_kind = u8(0, "gtpv2.f_teid_interface_type", "Interface Type", mask=0x3F, within=fteid_bits)
    fteid_key = u32(None, "gtpv2.f_teid_gre_key", "TEID/GRE Key", HEX_DEC)
    fteid_ip = ipv4(None, "gtpv2.f_teid_ipv4", "F-TEID IPv4")
    fteid_ip6 = ipv6(None, "gtpv2.f_teid_ipv6", "F-TEID IPv6")
    charging_id = u32(None, "gtpv2.charging_id", "Charging id")
    characteristics = u16(None, "gtpv2.charging_characteristic", "Charging Characteristic", HEX, mask=0xFFFF)
    pdn_bits = u8(None, "", "PDN type")
    pdn_spare = u8(0, "gtpv2.spare_bits", "Spare bit(s)", mask=0xF8, within=pdn_bits)
    pdn_type = u8(0, "gtpv2.pdn_type", "PDN Type", mask=0x07, within=pdn_bits, names=PDN_TYPES)
    pdn_kind = u8(None, "gtpv2.pdn_type", "PDN Type", mask=0x07, names=PDN_TYPES)
    pdn_length = u8(None, "gtpv2.pdn_ipv6_len", "IPv6 Prefix Length")
    pdn_ip6 = ipv6(None, "gtpv2.pdn_addr_and_prefix.ipv6", "PDN Address and Prefix(IPv6)")
    pdn_ip = ipv4(None, "gtpv2.pdn_addr_and_prefix.ipv4", "PDN Address and Prefix(IPv4)")
    restriction = u8(None, "gtpv2.apn_rest", "APN Restriction", names=RESTRICTIONS)
    selection = u8(None, "gtpv2.selec_mode", "Selection Mode", mask=0x03, names=SELECTION)
    enterprise = u16(None, "gtpv2.enterprise_id", "Enterprise ID")
    proprietary = raw(None, "gtpv2.proprietary_value", "Proprietary value")
    total = lambda h: where(h.len + 4 < h.limit - h.start, h.len + 4, h.limit - h.start)

    @staticmethod
    def info(type: int) -> str:
        return MESSAGES_2.get(type, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 8 + 4 * h.with_teid
        end = min(h.start + 4 + h.len, c.limit)
        whole, limit = c.end, c.limit
        c.end, c.limit = min(c.end, end), end
        cls._elements(c, 0)
        c.end, c.limit = whole, limit
        if h.piggyback and c.remaining >= 8:
            c.child("gtpv2")

    @classmethod
    def _elements(cls, c: Cursor, depth: int) -> None:
        while c.remaining:
            number, size = c.peek(1), c.peek(2, 1)
            with c.group(cls.element, 4 + size, ELEMENTS_2.get(number, "Unknown")) as c:
                c.add(cls.ie_type)
                c.add(cls.ie_len)
                c.add(cls.flag_byte)
                if number in BEARERS and depth < DEEPEST:
                    cls._elements(c, depth + 1)
                elif number in READERS and size:
                    READERS[number](c, size)
                c.rest(cls.other)


G = GTPv2


def subscriber(c: Cursor, size: int) -> None:
    G.subscriber(c, size)


def cause(c: Cursor, size: int) -> None:
    c.add(G.cause)
    c.add(G.cause_bits)
    if c.remaining:
        c.add(G.offending)
        c.add(G.ie_len)
        c.add(G.offending_instance, 1, value=c.peek(1) & 15)


def name_of(c: Cursor, size: int) -> None:
    access_point(c, G.apn)


def rate(c: Cursor, size: int) -> None:
    c.add(G.ambr_up)
    c.add(G.ambr_down)


def address(c: Cursor, size: int) -> None:
    if size in (4, 16):
        c.add(G.ip if size == 4 else G.ip6)


def digits(c: Cursor, size: int) -> None:
    c.add(G.mei, size, value=bcd(c.peek_bytes(size)))


def telephone(c: Cursor, size: int) -> None:
    c.add(G.msisdn, size, value=bcd(c.peek_bytes(size)))


def indications(c: Cursor, size: int) -> None:
    for bit in G.indications[: 8 * size]:
        c.add(bit, 1, value=bool(c.peek(1) & bit.mask))
        c.pos -= bit.mask > 1


def options(c: Cursor, size: int) -> None:
    G.options(c)


def allocation(c: Cursor, size: int) -> None:
    kind = c.peek(1) & 7
    c.add(G.pdn_kind, 1, value=kind)
    if kind in (2, 3):
        c.add(G.pdn_length)
        c.add(G.pdn_ip6)
    if kind in (1, 3):
        c.add(G.pdn_ip)


def quality(c: Cursor, size: int) -> None:
    c.add(G.qos_bits)
    c.add(G.qci)
    for field in G.rates:
        c.add(field)


def serving(c: Cursor, size: int) -> None:
    place(c, G.mcc, G.mnc)


def location(c: Cursor, size: int) -> None:
    flags = c.add(G.location)
    for bit, width in ((0x01, 7), (0x02, 7), (0x04, 7)):
        if flags & bit:
            c.add(G.other, width)
    if flags & 0x08:
        place(c, G.tai_mcc, G.tai_mnc)
        c.add(G.tac)
    if flags & 0x10:
        place(c, G.ecgi_mcc, G.ecgi_mnc)
        c.add(G.eci_spare)
        c.pos -= 1
        c.add(G.eci, 4, value=c.peek(4) & 0x0FFFFFFF)


def endpoint(c: Cursor, size: int) -> None:
    flags = c.add(G.fteid_bits)
    c.add(G.fteid_key)
    if flags & 0x80:
        c.add(G.fteid_ip)
    if flags & 0x40:
        c.add(G.fteid_ip6)


def private(c: Cursor, size: int) -> None:
    c.add(G.enterprise)
    c.rest(G.proprietary)


def one(field: Field, mask: int = 0) -> Callable[[Cursor, int], None]:
    """An element that is one number."""

    def read(c: Cursor, size: int) -> None:
        width = field.type.size
        c.add(field, width, value=c.peek(width) & (mask or (1 << 8 * width) - 1))

    return read


READERS: dict[int, Callable[[Cursor, int], None]] = {
    1: subscriber, 2: cause, 3: one(G.recovery), 71: name_of, 72: rate, 73: one(G.bearer), 74: address, 75: digits,
    76: telephone, 77: indications, 78: options, 79: allocation, 80: quality, 82: one(G.rat), 83: serving, 86: location,
    87: endpoint, 94: one(G.charging_id), 95: one(G.characteristics), 99: one(G.pdn_bits), 127: one(G.restriction),
    128: one(G.selection, 3), 255: private,
}  # fmt: skip
