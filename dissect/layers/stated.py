"""What messages have in common that state their length, each in its own way, and nothing else that could be checked.

At their ports all octets are messages: a length is believed, and waited for.  One that is less than the head that
states it makes what is there malformed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import Field, minimum, raw, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS

WAITED = 16 << 20  # octets that are waited for


def at_least(least: int, size: Any) -> Any:
    """A stated length, counted in 32 bits as Wireshark does; none where it is less than the head it stands in.

    A length of 0 is not known yet: more is waited for.
    """
    size = size & 0xFFFFFFFF
    return where(size == 0, WAITED, where(size >= least, minimum(size, WAITED), AS_IT_IS))


def asked(c: Cursor, port: int) -> bool:
    """Whether a segment goes to the service at a port."""
    tcp = c.h.outer("tcp")
    return tcp is not None and tcp.dstport == port


class Stated(Layer):
    """Messages of a stated length: `head` are their first fields, one behind the other; `body` reads on."""

    head: ClassVar[tuple[Field, ...]] = ()
    early: ClassVar = False  # whether the Protocol column is the layer's before a length is looked at
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        end, limit = c.end, c.limit
        while c.remaining:
            if cls.messages is not None:
                size = cls.messages.size(c.peek_bytes(min(cls.messages.header or c.remaining, c.remaining)), 0)
                if size == AS_IT_IS:
                    c.protocol(cls.column if cls.early else "TCP")
                    c.skip(c.remaining + 1)
                if 0 < size < c.remaining:
                    c.end = c.limit = c.pos + size
            for field in cls.head:
                c.add(field)
            cls.body(c)
            c.rest(cls.other)
            c.end, c.limit = end, limit

    @classmethod
    def body(cls, c: Cursor) -> None:
        """What follows the head."""
