"""X11's first word of a client, who says in which order of octets it will speak; what follows only that order tells.

    order ("l" or "B"), pad (1), version (2, 2), lengths of the authorization's name and data (2, 2), pad (2), both, padded
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import CHAR, Field, raw, string, u16
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_to

FIRST, LAST = 6000, 6063
LITTLE, BIG = 0x6C, 0x42


class X11(Layer):
    """One segment of a session."""

    name, label, column = "x11", "X11", "X11"
    binds = {"tcp.port": tuple(range(FIRST, LAST + 1))}

    order = Field("x11.byte-order", "byte-order", CHAR)
    pad = raw(None, "", "unused")
    major = u16(None, "x11.protocol-major-version", "protocol-major-version")
    minor = u16(None, "x11.protocol-minor-version", "protocol-minor-version")
    name_size = u16(None, "x11.authorization-protocol-name-length", "authorization-protocol-name-length")
    data_size = u16(None, "x11.authorization-protocol-data-length", "authorization-protocol-data-length")
    method = string(None, "x11.authorization-protocol-name", "authorization-protocol-name")
    proof = string(None, "x11.authorization-protocol-data", "authorization-protocol-data")
    contents = raw(None, "", "Requests or answers")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, *range(FIRST, LAST + 1))
        if asks and c.remaining >= 12 and c.peek(1) in (LITTLE, BIG) and 11 in (c.peek(2, 2), c.peek(2, 2, True)):
            cls._setup(c, c.peek(1) == LITTLE)
        else:
            c.info("Requests" if asks else "Replies, events or errors")
        c.rest(cls.contents)

    @classmethod
    def _setup(cls, c: Cursor, little: bool) -> None:
        c.info("Initial connection request")
        c.add(cls.order)
        c.add(cls.pad, 1)
        sizes = [c.peek(2, at, little) for at in (4, 6)]
        for field in (cls.major, cls.minor, cls.name_size, cls.data_size):
            c.add(field, 2, value=c.peek(2, 0, little))
        c.add(cls.pad, 2)
        for field, size in zip((cls.method, cls.proof), sizes, strict=True):
            if size:
                c.add(field, size)
                if -size % 4:
                    c.add(cls.pad, -size % 4)
