"""Microsoft's network load balancing is controlled from afar; numbers are little-endian.

    identifier (4, big-endian), version, 0 (1 each), type, next header, length (2 each), sequence (4), then a header: next, length (2 each), 0 (4)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, HEX, group, raw, u8, u16, u32
from dissect.engine.layer import Layer

TYPES = {0: "REQUEST", 1: "RESPONSE"}
HEADERS = {0: "MSRCP EXTENSION NONE", 1: "MSRCP IPv4 Pair", 2: "MSRCP IPv6 Pair"}


class MSRCP(Layer):
    """A request or a response; any other payload is a frame."""

    name, label, column = "msrcp", "MSRCP Protocol", "MSRCP"
    binds = {"udp.port": (3343,)}
    accepts = lambda p: p.length >= 8
    reaches = ("eth",)

    identifier = u32(None, "msrcp.id", "MSRCP ID", DEC_HEX)
    version, reserved = u8(None, "msrcp.vers", "Version"), u8(None, "msrcp.reserved", "Reserved")
    type = u16(None, "msrcp.type", "MSRCP Type", names=TYPES, little=True)
    following = u16(None, "msrcp.nxt_header", "Next Header", names=HEADERS, little=True)
    size_of, sequence = u16(None, "msrcp.len", "Total Length", little=True), u32(None, "msrcp.seq", "Sequence Number", DEC_HEX, little=True)
    extension, further = group("msrcp.ext", "Extension Header"), u16(None, "msrcp.ext_nxt_header", "Next Header", names=HEADERS, little=True)
    further_size, zero = u16(None, "msrcp.ext_len", "Length", little=True), u32(None, "msrcp.nxt_res", "Reserved", HEX, little=True)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, sequence = c.peek(2, 6, little=True), c.peek(4, 12, little=True) if c.remaining >= 16 else 0
        c.info(f"{TYPES.get(kind, 'MSRCP')} ID {sequence} (0x{sequence:X})")
        if kind not in TYPES:
            c.child("eth")
            return
        for field in (cls.identifier, cls.version, cls.reserved, cls.type, cls.following, cls.size_of, cls.sequence):
            c.add(field)
        with c.group(cls.extension):
            for field in (cls.further, cls.further_size, cls.zero):
                c.add(field)
        c.rest(cls.content)
