"""The Network Service Header of service function chaining (RFC 8300).

 0                   1                   2                   3
+---+-+-+-----------+-----------+-------+-------+---------------+
|ver|O|C|    TTL    |  length   |reservd|MD type| next protocol |
+---+-+-+-----------+-----------+-------+-------+---------------+
|            service path identifier            | service index |
+-----------------------------------------------+---------------+
|   context headers: 4 words (MD type 1), or TLVs (MD type 2)   |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, DEC_HEX, HEX, Field, maximum, raw, u8, u16, u24, where
from dissect.engine.layer import Layer, Note, To

NEXT_PROTOCOLS = {
    1: "IPv4", 2: "IPv6", 3: "Ethernet", 4: "NSH", 5: "MPLS", 0xFE: "Experiment 1", 0xFF: "Experiment 2",
}  # fmt: skip
CONTEXT = "nsh.contextheader", "Context Header"


class NSH(Layer):
    """A network service header."""

    name, label, column = "nsh", "Network Service Header", "NSH"
    binds = {"ethertype": (0x894F,), "gre.proto": (0x894F,)}

    version = u16(0, "nsh.version", "Version", DEC_HEX, mask=0xC000)
    o_bit = u16(0, "nsh.Obit", "O Bit", mask=0x2000)
    c_bit = u16(0, "nsh.CBit", "C Bit", mask=0x1000)
    ttl = u16(0, "nsh.ttl", "Time to live", HEX, mask=0x0FC0)
    words = u16(0, "nsh.length", "Length", DEC_HEX, mask=0x003F)
    md_type = u8(2, "nsh.mdtype", "MD Type", DEC_HEX)
    next_proto = u8(3, "nsh.nextproto", "Next Protocol", DEC_HEX, names=NEXT_PROTOCOLS)
    spi = u24(4, "nsh.spi", "SPI", DEC_HEX)
    si = u8(7, "nsh.si", "SI", DEC_HEX)
    context_1 = raw(8, *CONTEXT, size=4, when=lambda h: h.md_type == 1)
    context_2 = raw(12, *CONTEXT, size=4, when=lambda h: h.md_type == 1)
    context_3 = raw(16, *CONTEXT, size=4, when=lambda h: h.md_type == 1)
    context_4 = raw(20, *CONTEXT, size=4, when=lambda h: h.md_type == 1)
    tlv_class = u16(None, "nsh.metadataclass", "TLV Class", DEC_HEX)
    tlv_type = u8(None, "nsh.metadatatype", "Type", DEC_HEX)
    unassigned = u8(None, "nsh.metadataunassignedbit", "Unassigned Bit", HEX)
    tlv_length = u8(None, "nsh.metadatalen", "Length", HEX)
    metadata = Field("nsh.metadata", "Variable Metadata", BYTES)

    length = lambda h: where(h.md_type == 1, 24, maximum(4 * h.words, 8))
    next = (
        To("ip", when=lambda h: h.next_proto == 1),
        To("ipv6", when=lambda h: h.next_proto == 2),
        To("eth", when=lambda h: h.next_proto == 3),
        To("nsh", when=lambda h: h.next_proto == 4),
        To("mpls", when=lambda h: h.next_proto == 5),
    )
    notes = (
        Note("nsh.length.invalid", "warn", "Protocol", "Length MUST be of value 0x6 for MD Type equal to 0x1",
             when=lambda h: (h.md_type == 1) & (h.words != 6)),
        Note("nsh.length.invalid", "warn", "Protocol", "Length MUST be of value 0x2 or greater for MD Type equal to 0x2",
             when=lambda h: (h.md_type == 2) & (h.words < 2)),
    )  # fmt: skip

    @staticmethod
    def info() -> str:
        return "Network Service Header"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.md_type == 1:
            c.pos = c.h.start + 24
        if c.h.md_type != 2:
            return
        while c.remaining:
            c.add(cls.tlv_class)
            c.add(cls.tlv_type)
            octet = c.peek(1)
            c.derived(cls.unassigned, octet >> 7)
            size = c.add(cls.tlv_length, 1, octet & 0x7F)
            if size:
                c.add(cls.metadata, size)
            c.skip(-size % 4)
