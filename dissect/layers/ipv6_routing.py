"""Routing headers of IPv6 (RFC 8200, section 4.4): source routes (RFC 5095 has done away with them), Mobile IPv6's
(RFC 6275), RPL's (RFC 6554), segments (RFC 8754), compact ones (draft-bonica-6man-comp-rtg-hdr).

     0                   1                   2                   3
    +---------------+---------------+---------------+---------------+
    |  next header  |    length     |     type      | segments left |
    +---------------+---------------+---------------+---------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, INT32, IPV6, Field, ipv6, raw, u8, u16, u32
from dissect.engine.layer import By, Layer
from dissect.layers.names import IP_PROTOCOLS

SOURCE, MOBILE, RPL, SEGMENTS, COMPACT, COMPACT_WIDE = 0, 2, 3, 4, 5, 6
TYPES = {
    SOURCE: "Source Route", 1: "Nimrod", MOBILE: "Type 2", RPL: "RPL Source Route", SEGMENTS: "Segment Routing",
    COMPACT: "CRH-16", COMPACT_WIDE: "CRH-32", 253: "RFC3692-style Experiment 1", 254: "RFC3692-style Experiment 2",
}  # fmt: skip


class Routing(Layer):
    """A routing header."""

    name, label, column = "ipv6.routing", "Routing Header for IPv6", "IPv6"
    part_of = "ipv6"
    binds = {"ip.proto": (43,)}

    nxt = u8(0, "ipv6.routing.nxt", "Next Header", names=IP_PROTOCOLS)
    len = u8(1, "ipv6.routing.len", "Length")
    len_oct = u16(None, "ipv6.routing.len_oct", "Length", unit="bytes", value=lambda h: 8 * (h.len + 1))
    type = u8(2, "ipv6.routing.type", "Type", names=TYPES)
    segleft = u8(3, "ipv6.routing.segleft", "Segments Left")
    src_reserved = Field("ipv6.routing.src.reserved", "Reserved", BYTES)
    src_addr = ipv6(None, "ipv6.routing.src.addr", "Address")
    home_reserved = Field("ipv6.routing.mipv6.reserved", "Reserved", BYTES)
    home_address = ipv6(None, "ipv6.routing.mipv6.home_address", "Home Address")
    rpl_word = u32(None, "", "Sizes")
    rpl_inner = u32(0, "ipv6.routing.rpl.cmprI", "Compressed Internal Octets (CmprI)", mask=0xF0000000, within=rpl_word)
    rpl_last = u32(0, "ipv6.routing.rpl.cmprE", "Compressed Final Octets (CmprE)", mask=0x0F000000, within=rpl_word)
    rpl_pad = u32(0, "ipv6.routing.rpl.pad", "Padding Bytes", mask=0x00F00000, within=rpl_word)
    rpl_reserved = u32(0, "ipv6.routing.rpl.reserved", "Reserved", mask=0x000FFFFF, within=rpl_word)
    rpl_count = Field("ipv6.routing.rpl.addr_count", "Total Address Count", INT32)
    rpl_address = raw(None, "ipv6.routing.rpl.address", "Address")
    rpl_full = Field("ipv6.routing.rpl.full_address", "Full Address", IPV6)
    rpl_rest = raw(None, "", "Padding")
    srh_last = u8(None, "ipv6.routing.srh.last_entry", "Last Entry")
    srh_flags = u8(None, "ipv6.routing.srh.flags", "Flags", HEX)
    srh_tag = Field("ipv6.routing.srh.tag", "Tag", BYTES)
    srh_addr = ipv6(None, "ipv6.routing.srh.addr", "Address")
    current_short = u16(None, "ipv6.routing.crh16.current_sid", "Current SID")
    current_wide = u32(None, "ipv6.routing.crh32.current_sid", "Current SID")
    sid_short, sid_wide = u16(None, "ipv6.routing.crh16.sid", "Segment ID"), u32(None, "ipv6.routing.crh32.sid", "Segment ID")
    unknown = Field("ipv6.routing.unknown_data", "Type-Specific Data", BYTES)

    length = lambda h: 8 * (h.len + 1)
    next = (By("ip.proto", lambda h: h.nxt),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        if kind == SOURCE:
            c.note("note", "Deprecated", "Routing header type is deprecated", "ipv6.routing.deprecated")
            c.add(cls.src_reserved, 4)
            while c.remaining >= 16:
                c.add(cls.src_addr)
        elif kind == MOBILE:
            c.add(cls.home_reserved, 4)
            c.add(cls.home_address)
        elif kind == RPL:
            cls._compressed(c)
        elif kind == SEGMENTS:
            last = c.add(cls.srh_last)
            c.add(cls.srh_flags)
            c.add(cls.srh_tag, 2)
            for _ in range(last + 1):
                c.add(cls.srh_addr)
        elif kind in (COMPACT, COMPACT_WIDE):
            cls._segments(c, kind == COMPACT_WIDE)
        else:
            c.note("note", "Undecoded", "Undecoded IPv6 routing header field", "ipv6.routing.undecoded")
            c.rest(cls.unknown)

    @classmethod
    def _compressed(cls, c: Cursor) -> None:
        """Addresses without the octets that they share with the destination's (RFC 6554, section 3)."""
        word, room = c.peek(4), c.remaining - 4
        inner, last, pad = word >> 28, word >> 24 & 15, word >> 20 & 15
        c.add(cls.rpl_word)
        count = (room - pad - (16 - last)) // (16 - inner) + 1
        c.derived(cls.rpl_count, count)
        around: Any = c.h.outer("ipv6")
        for i in range(count):
            shared = last if i == count - 1 else inner
            octets = c.add(cls.rpl_address, 16 - shared)
            if around is not None:
                c.derived(cls.rpl_full, bytes(around.dst)[:shared] + bytes(octets))
        if c.remaining:
            c.rest(cls.rpl_rest)

    @classmethod
    def _segments(cls, c: Cursor, wide: bool) -> None:
        size, current, field = (4, cls.current_wide, cls.sid_wide) if wide else (2, cls.current_short, cls.sid_short)
        at = size * c.h.segleft
        if at + size <= c.remaining:
            c.derived(current, c.peek(size, at))
        while c.remaining >= size:
            c.add(field)
