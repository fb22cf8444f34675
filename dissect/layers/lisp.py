"""LISP (RFC 9300): the header of encapsulated packets.

     0                   1                   2                   3
    +-+-+-+-+-+-----+-----------------------------------------------+
    |N|L|E|V|I|     |          nonce (N) or map version (V)         |
    +-+-+-+-+-+-----+-----------------------------------------------+
    |   instance id and locator status bits (I), or only those (L)  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.fields import DEC_HEX, HEX, flag, u8, u24, u32
from dissect.engine.layer import Layer, Note, To


class LISPData(Layer):
    """An encapsulated packet's header."""

    name, label, column = "lisp-data", "Locator/ID Separation Protocol (Data)", "LISP"
    binds = {"udp.port": (4341,)}

    flags = u8(0, "lisp-data.flags", "Flags", HEX)
    n = flag(0, "lisp-data.flags.nonce", "N bit (Nonce present)", 0x80, within=flags)
    lsb_bit = flag(0, "lisp-data.flags.lsb", "L bit (Locator-Status-Bits field enabled)", 0x40, within=flags)
    e = flag(0, "lisp-data.flags.enr", "E bit (Echo-Nonce-Request)", 0x20, within=flags)
    v = flag(0, "lisp-data.flags.mv", "V bit (Map-Version present)", 0x10, within=flags)
    i = flag(0, "lisp-data.flags.iid", "I bit (Instance ID present)", 0x08, within=flags)
    res = u8(0, "lisp-data.flags.res", "Reserved", HEX, mask=0x07, within=flags)
    nonce = u24(1, "lisp-data.nonce", "Nonce", DEC_HEX, when=lambda h: h.n)
    mapver = u24(1, "lisp-data.mapver", "Map-Version", HEX, when=lambda h: h.v & (h.n == 0))
    source_version = u24(1, "lisp-data.srcmapver", "Source Map-Version", mask=0xFFF000, within=mapver)
    dest_version = u24(1, "lisp-data.dstmapver", "Destination Map-Version", mask=0x000FFF, within=mapver)
    iid = u24(4, "lisp-data.iid", "Instance ID", when=lambda h: h.i)
    lsb8 = u8(7, "lisp-data.lsb8", "Locator-Status-Bits", HEX, when=lambda h: h.i & h.lsb_bit)
    lsb = u32(4, "lisp-data.lsb", "Locator-Status-Bits", HEX, when=lambda h: h.lsb_bit & (h.i == 0))
    rest = u32(4, "", "Instance ID and locator status bits")
    inner = u8(lambda h: 8, "", "First byte of the packet")

    length = lambda h: 8
    next = (
        To("ip", when=lambda h: h.inner >> 4 == 4),
        To("ipv6", when=lambda h: h.inner >> 4 == 6),
        To("data"),
    )
    notes = (
        Note("lisp-data.flags.en_invalid", "warn", "Protocol", "Invalid flag combination: if E is set, N MUST be set",
             when=lambda h: h.e & (h.n == 0)),
        Note("lisp-data.flags.nv_invalid", "warn", "Protocol", "Invalid flag combination: N and V can't be set both",
             when=lambda h: h.n & h.v),
    )  # fmt: skip

    @staticmethod
    def info() -> str:
        return "LISP Encapsulation Header"
