"""TPKT (RFC 1006, RFC 2126): packets over TCP.

     0             7 8            15 16                           31
    +---------------+---------------+-------------------------------+
    |    version    |   reserved    |            length             |
    +---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import REST, raw, u8, u16, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

ISO, RDP = 102, 3389  # ports


class TPKT(Layer):
    """A packet of ISO transport (COTP)."""

    name, label, column = "tpkt", "TPKT - ISO on TCP - RFC1006", "TPKT"
    heuristics = ("tcp",)  # on its ports, too: RDP goes on with TLS
    likely = Likely({0: b"\3"}, (ISO,))
    probe = lambda p: (p.h.srcport == ISO) | (p.h.dstport == ISO) | (p.u8(0) == 3) & ((p.h.srcport == RDP) | (p.h.dstport == RDP))
    messages = Messages(header=4, length=lambda p: where((p.u16(0) == 0x0300) & (p.u16(2) >= 7), p.u16(2), AS_IT_IS))
    reaches = ("cotp", "tpkt")

    first = u8(0, "", "First byte")
    version = u8(0, "tpkt.version", "Version", when=lambda h: h.first == 3)
    reserved = u8(1, "tpkt.reserved", "Reserved", when=lambda h: h.first == 3)
    len = u16(2, "tpkt.length", "Length", when=lambda h: h.first == 3)
    continuation = raw(0, "tpkt.continuation_data", "Continuation data", size=REST, when=lambda h: h.first != 3)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.first != 3:
            c.info("Continuation")
            c.pos = c.end
            return
        c.pos = c.h.start + 4
        size = c.h.len - 4
        if size > 0:
            c.child("cotp", min(size, c.limit - c.pos), size)
        if size >= 0 and c.limit - c.pos > 0:
            c.child("tpkt")
