"""GRE (RFC 2784, keys and sequence numbers of RFC 2890, routing of RFC 1701) and PPTP's version 1 (RFC 2637).

     0                   1                   2                   3
    +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
    |C|R|K|S|s|recur|A| flags |  v  |         protocol type         |
    +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
    |     checksum (C or R)         |      offset (C or R)          |
    |  key (K); in version 1 the payload's length and the call      |
    |                  sequence number (S)                          |
    |                  acknowledgment number (A, version 1)         |
    |  routing entries (R): address family, offset, length, data    |
    |  WCCP redirect header (protocol 0x883E and no IPv4 behind)    |
    +---------------------------------------------------------------+

ERSPAN is Cisco's mirroring of ports in GRE: type I has no header, II has 8 bytes, III has 12 and a sub-header.

    +-------+-----------------------+-----+---+-+-------------------+
    |version|         VLAN          | COS | en|T|     session       |
    +-------+-----------------------+-----+---+-+-------------------+
    |  II: reserved, port index  III: timestamp                     |
    |  III: security group | P frame type, hardware, D, gran., O    |
    |  III, O: platform and its 8 bytes                             |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import (
    HEX,
    UINT8,
    UINT64,
    Field,
    flag,
    raw,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import By, Layer, Note, To
from dissect.layers.checksums import BAD, GOOD, STATUS, UNVERIFIED
from dissect.layers.names import ETHERTYPES

PROTOCOLS = {
    **ETHERTYPES, 0x0000: "Possible GRE keepalive packet", 0x2000: "Cisco Discovery Protocol", 0x2001: "NHRP",
    0x00FE: "OSI", 0x0F00: "Cisco HDLC", 0x6558: "Transparent Ethernet bridging", 0x6559: "Frame Relay",
    0x880B: "PPP", 0x883E: "WCCP", 0x88BE: "ERSPAN", 0x22EB: "ERSPAN Type III", 0x8847: "MPLS label switched packet",
    0x8848: "MPLS multicast packet",
}  # fmt: skip
WCCP, PPP = 0x883E, 0x880B


def _options(h: Any) -> Any:
    """Where the optional words end (behind the acknowledgment number)."""
    return h.start * 0 + 4 + 4 * h.summed + 4 * h.has_key + 4 * h.has_sequence + 4 * (h.has_ack & (h.version == 1))


def _status(h: Any) -> Any:
    good = where(h.sum16(h.start, h.limit - h.start) == 0, GOOD, BAD)
    return where((h.limit > h.end) | (h.has_checksum == 0), UNVERIFIED, good)


class GRE(Layer):
    """A GRE header."""

    name, label, column = "gre", "Generic Routing Encapsulation", "GRE"
    binds = {"ip.proto": (47,), "udp.port": (4754,)}

    flags = u16(0, "gre.flags_and_version", "Flags and Version", HEX)
    has_checksum = flag(0, "gre.flags.checksum", "Checksum Bit", 0x8000, within=flags)
    has_routing = flag(0, "gre.flags.routing", "Routing Bit", 0x4000, within=flags)
    has_key = flag(0, "gre.flags.key", "Key Bit", 0x2000, within=flags)
    has_sequence = flag(0, "gre.flags.sequence_number", "Sequence Number Bit", 0x1000, within=flags)
    strict = flag(0, "gre.flags.strict_source_route", "Strict Source Route Bit", 0x0800, within=flags)
    recursion = u16(0, "gre.flags.recursion_control", "Recursion control", mask=0x0700, within=flags)
    version_1 = u16(0, "", "", mask=0x0007)
    has_ack = flag(0, "gre.flags.ack", "Acknowledgment", 0x0080, within=flags, when=lambda h: h.version_1 == 1)
    reserved = u16(
        0, "gre.flags.reserved", "Flags (Reserved)", mask=0x00F8, within=flags, when=lambda h: h.version_1 != 1
    )
    reserved_1 = u16(
        0, "gre.flags.reserved", "Flags (Reserved)", mask=0x0078, within=flags, when=lambda h: h.version_1 == 1
    )
    version = u16(0, "gre.flags.version", "Version", mask=0x0007, within=flags, names={0: "GRE", 1: "Enhanced GRE"})
    proto = u16(2, "gre.proto", "Protocol Type", HEX, names=PROTOCOLS)
    summed = u16(None, "", "", value=lambda h: (h.flags & 0xC000 != 0) * 1)
    checksum = u16(lambda h: 4, "gre.checksum", "Checksum", HEX, when=lambda h: h.summed == 1)
    status = Field(
        "gre.checksum.status", "Checksum Status", UINT8, names=STATUS, value=_status, when=lambda h: h.summed == 1
    )
    offset = u16(lambda h: 6, "gre.offset", "Offset", when=lambda h: h.summed == 1)
    key = u32(
        lambda h: 4 + 4 * h.summed, "gre.key", "Key", HEX,
        when=lambda h: (h.has_key == 1) & ((h.proto != PPP) | (h.version == 0)),
    )  # fmt: skip
    key_length = u16(
        lambda h: 4 + 4 * h.summed, "gre.key.payload_length", "Payload Length",
        when=lambda h: (h.has_key == 1) & (h.proto == PPP) & (h.version != 0),
    )  # fmt: skip
    call = u16(
        lambda h: 6 + 4 * h.summed, "gre.key.call_id", "Call ID",
        when=lambda h: (h.has_key == 1) & (h.proto == PPP) & (h.version != 0),
    )  # fmt: skip
    sequence = u32(
        lambda h: 4 + 4 * h.summed + 4 * h.has_key, "gre.sequence_number", "Sequence Number",
        when=lambda h: h.has_sequence == 1,
    )  # fmt: skip
    ack = u32(
        lambda h: 4 + 4 * h.summed + 4 * h.has_key + 4 * h.has_sequence, "gre.ack_number", "Acknowledgment Number",
        when=lambda h: (h.has_ack == 1) & (h.version == 1),
    )  # fmt: skip
    # at most two entries: one route and the empty entry that ends the list
    family = u16(_options, "gre.routing.address_family", "Address Family", when=lambda h: h.has_routing == 1)
    sre_offset = u8(
        lambda h: _options(h) + 2, "gre.routing.sre_offset", "SRE Offset", when=lambda h: h.has_routing == 1
    )
    sre_length = u8(
        lambda h: _options(h) + 3, "gre.routing.src_length", "SRE Length", when=lambda h: h.has_routing == 1
    )
    route = raw(
        lambda h: _options(h) + 4, "gre.routing.information", "Routing Information",
        size=lambda h: h.sre_length, when=lambda h: h.sre_length != 0,
    )  # fmt: skip
    another = u8(None, "", "", value=lambda h: ((h.family != 0) | (h.sre_length != 0)) * 1)
    family_2 = u16(
        lambda h: _options(h) + 4 + h.sre_length, "gre.routing.address_family", "Address Family",
        when=lambda h: h.another == 1,
    )  # fmt: skip
    sre_offset_2 = u8(
        lambda h: _options(h) + 6 + h.sre_length, "gre.routing.sre_offset", "SRE Offset",
        when=lambda h: h.another == 1,
    )  # fmt: skip
    sre_length_2 = u8(
        lambda h: _options(h) + 7 + h.sre_length, "gre.routing.src_length", "SRE Length",
        when=lambda h: h.another == 1,
    )  # fmt: skip
    route_2 = raw(
        lambda h: _options(h) + 8 + h.sre_length, "gre.routing.information", "Routing Information",
        size=lambda h: h.sre_length_2, when=lambda h: h.sre_length_2 != 0,
    )  # fmt: skip
    plain = u16(
        None, "", "",
        value=lambda h: (
            _options(h) + 4 * h.has_routing + h.sre_length + 4 * h.another + h.sre_length_2
        ),
    )  # fmt: skip
    first = u8(lambda h: h.plain, "", "", mask=0xF0, when=lambda h: (h.proto == WCCP) & (h.limit > h.start + h.plain))
    redirected = u8(None, "", "", value=lambda h: ((h.proto == WCCP) & (h.first != 4)) * 1)
    dynamic = flag(
        lambda h: h.plain, "gre.wccp.dynamic_service", "Dynamic Service", 0x01, when=lambda h: h.redirected == 1
    )
    alternative_used = flag(
        lambda h: h.plain, "gre.wccp.alternative_bucket_used", "Alternative bucket used", 0x02,
        when=lambda h: h.redirected == 1,
    )  # fmt: skip
    valid = flag(
        lambda h: h.plain, "gre.wccp.redirect_header_valid", "WCCP Redirect header is valid", 0x04,
        when=lambda h: h.redirected == 1,
    )  # fmt: skip
    service = u8(lambda h: h.plain + 1, "gre.wccp.service_id", "Service ID", when=lambda h: h.redirected == 1)
    alternative = u8(
        lambda h: h.plain + 2, "gre.wccp.alternative_bucket", "Alternative Bucket", when=lambda h: h.redirected == 1
    )
    primary = u8(lambda h: h.plain + 3, "gre.wccp.primary_bucket", "Primary Bucket", when=lambda h: h.redirected == 1)

    length = lambda h: h.plain + 4 * h.redirected
    next = (By("gre.proto", lambda h: h.proto),)
    notes = (
        Note("gre.checksum.incorrect", "error", "Checksum", "Incorrect GRE Checksum",
             when=lambda h: (h.summed == 1) & (h.status == BAD)),
    )  # fmt: skip

    @staticmethod
    def info(proto: int) -> str:
        if proto == 0:
            return PROTOCOLS[0]
        return f"Encapsulated {PROTOCOLS.get(proto, f'0x{proto:04x} (unknown)')}"


TRUNCATED = {0: "Not truncated", 1: "Truncated"}
ENCAPSULATIONS = {
    0: "Originally without VLAN tag", 1: "Originally ISL encapsulated", 2: "Originally 802.1Q encapsulated",
    3: "VLAN tag preserved in frame",
}  # fmt: skip
CONDITIONS = {
    0: "Good or unknown integrity", 3: "Payload is a Bad Frame with CRC or Alignment Error",
    1: "Payload is a Short Frame", 2: "Payload is an Oversized Frame",
}  # fmt: skip
FRAME_TYPES = {0: "Ethernet", 2: "IP"}


def _header(h: Any) -> Any:
    """Whether there is a header at all: type I (no sequence number in GRE) has none."""
    gre = h.outer("gre")
    return h.start * 0 == 0 if gre is None else (gre.has_sequence == 1) | (gre.proto == 0x22EB)


_two: Any = lambda h: (h.head == 1) & (h.version == 1)
_three: Any = lambda h: (h.head == 1) & (h.version == 2)
_either: Any = lambda h: (h.head == 1) & ((h.version == 1) | (h.version == 2))


def _sub(platform: int, *more: int) -> Any:
    """Whether the optional sub-header is that of a platform."""

    def test(h: Any) -> Any:
        found = h.platform == platform
        for other in more:
            found = found | (h.platform == other)
        return (h.has_sub == 1) & found

    return test


def _no_platform(h: Any) -> Any:
    known = h.platform < 0
    for number in (0, 1, 3, 4, 5, 6, 7):
        known = known | (h.platform == number)
    return (h.has_sub == 1) & (known == 0)


class ERSPAN(Layer):
    """A mirrored frame's header, of any type."""

    name, label, column = "erspan", "Encapsulated Remote Switch Packet ANalysis", "ERSPAN"
    binds = {"gre.proto": (0x88BE, 0x22EB)}

    head = u8(None, "", "", value=lambda h: _header(h) * 1)
    version = u16(
        lambda h: 0, "erspan.version", "Version", mask=0xF000, when=lambda h: h.head == 1,
        names={1: "Type II", 2: "Type III"},
    )  # fmt: skip
    vlan = u16(lambda h: 0, "erspan.vlan", "Vlan", mask=0x0FFF, when=_either)
    cos = u16(lambda h: 2, "erspan.cos", "COS", mask=0xE000, when=_either)
    encap = u16(lambda h: 2, "erspan.encap", "Encap", mask=0x1800, names=ENCAPSULATIONS, when=_two)
    bso = u16(lambda h: 2, "erspan.bso", "Bad/Short/Oversized", mask=0x1800, names=CONDITIONS, when=_three)
    truncated = u16(lambda h: 2, "erspan.truncated", "Truncated", mask=0x0400, names=TRUNCATED, when=_either)
    span = u16(lambda h: 2, "erspan.spanid", "SpanID", mask=0x03FF, when=_either)
    reserved = u32(lambda h: 4, "erspan.reserved", "Reserved", mask=0xFFF00000, when=_two)
    index = u32(lambda h: 4, "erspan.index", "Index", mask=0x000FFFFF, when=_two)
    timestamp = u32(lambda h: 4, "erspan.timestamp", "Timestamp", when=_three)
    sgt = u16(lambda h: 8, "erspan.sgt", "Security Group Tag", when=_three)
    has_pdu = u16(lambda h: 10, "erspan.p", "Has Ethernet PDU", mask=0x8000, when=_three)
    frame_type = u16(lambda h: 10, "erspan.ft", "Frame Type", mask=0x7C00, names=FRAME_TYPES, when=_three)
    hardware = u16(lambda h: 10, "erspan.hw", "Hardware ID", mask=0x03F0, when=_three)
    direction = flag(
        lambda h: 10, "erspan.direction", "Direction", 0x0008, size=2, when=_three,
        names={0: "Incoming (0)", 1: "Outgoing (1)"},
    )  # fmt: skip
    granularity = u16(
        lambda h: 10, "erspan.gra", "Timestamp granularity", mask=0x0006, when=_three,
        names={0: "100 microseconds", 1: "100 nanoseconds", 2: "IEEE 1588", 3: "User configurable"},
    )  # fmt: skip
    has_sub = u16(lambda h: 10, "erspan.o", "Optional Sub headers", mask=0x0001, when=_three)
    platform = u32(
        lambda h: 12, "erspan.platid", "Platform ID", mask=0xFC000000, when=lambda h: h.has_sub == 1
    )
    p1_reserved = u32(lambda h: 12, "erspan.pid1.rsvd1", "Reserved", mask=0x03FFF000, when=_sub(1))
    p1_domain = u32(lambda h: 12, "erspan.pid1.vsmid", "VSM Domain ID", mask=0xFFF, when=_sub(1))
    p1_port = u32(lambda h: 16, "erspan.pid1.port_index", "Port ID/Index", when=_sub(1))
    p3_reserved = u32(lambda h: 12, "erspan.pid3.rsvd1", "Reserved", mask=0x03FFC000, when=_sub(3))
    p3_port = u32(lambda h: 12, "erspan.pid3.port_index", "Port ID/Index", mask=0x3FFF, when=_sub(3))
    p3_time = u32(lambda h: 16, "erspan.pid3.timestamp", "Upper 32-bit Timestamp", when=_sub(3))
    p4_reserved = u32(lambda h: 12, "erspan.pid4.rsvd1", "Reserved", mask=0x03FFC000, when=_sub(4))
    p4_reserved_2 = u32(lambda h: 12, "erspan.pid4.rsvd2", "Reserved", mask=0x3FFF, when=_sub(4))
    p4_reserved_3 = u32(lambda h: 16, "erspan.pid4.rsvd3", "Reserved", when=_sub(4))
    p5_switch = u32(lambda h: 12, "erspan.pid5.switchid", "Switch ID", mask=0x03FF0000, when=_sub(5, 6))
    p5_port = u32(lambda h: 12, "erspan.pid5.port_index", "Port ID/Index", mask=0xFFFF, when=_sub(5, 6))
    p5_time = u32(lambda h: 16, "erspan.pid5.timestamp", "Timestamp (seconds)", when=_sub(5, 6))
    p7_reserved = u32(lambda h: 12, "erspan.pid7.rsvd1", "Reserved", mask=0x03F00000, when=_sub(0, 7))
    p7_source = u32(lambda h: 12, "erspan.pid7.source_index", "Source Index", mask=0xFFFFF, when=_sub(0, 7))
    p7_time = u32(lambda h: 16, "erspan.pid7.timestamp", "Upper 32-bit Timestamp", when=_sub(0, 7))
    other = Field("erspan.pid.rsvd", "Reserved", UINT64, at=lambda h: 12, mask=0x03FFFFFF, when=_no_platform)

    length = lambda h: where(
        _two(h), 8, where(_three(h), 12 + 8 * h.has_sub, 0)
    )
    next = (
        To("eth", when=lambda h: (h.head == 0) | (h.version == 1)),
        To("eth", when=lambda h: (h.version == 2) & (h.frame_type == 0)),
    )

    @staticmethod
    def info() -> str:
        return "ERSPAN:"

    notes = (
        Note("erspan.version.unknown", "warn", "Undecoded", "Unknown version",
             when=lambda h: (h.head == 1) & (h.version != 1) & (h.version != 2)),
    )  # fmt: skip


class CiscoMetaData(Layer):
    """Cisco's metadata (TrustSec): the sender's security group in front of the frame's own type."""

    name, label, column = "cmd", "Cisco MetaData", "CMD"
    binds = {"ethertype": (0x8909,), "gre.proto": (0x8909,)}

    type_ = u16(lambda h: 0 * h.start + 6 - 6 * h.in_gre, "cmd.type", "Type", HEX, names=ETHERTYPES)
    in_gre = u8(None, "", "", value=lambda h: h.start * 0 + (0 if h.outer("gre") is None else 1))
    version = u8(lambda h: 2 * h.in_gre, "cmd.version", "Version")
    length_ = u8(lambda h: 2 * h.in_gre + 1, "cmd.length", "Length")
    options = u16(lambda h: 2 * h.in_gre + 2, "cmd.options", "Options", HEX)
    sgt = u16(lambda h: 2 * h.in_gre + 4, "cmd.sgt", "SGT")

    length = lambda h: h.start * 0 + 8
    next = (By("ethertype", lambda h: h.type_),)
