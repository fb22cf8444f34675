"""GSUP, what Osmocom's registers are asked of subscribers: a type, then elements of tag (1), length (1), value."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import group, raw, u8
from dissect.engine.layer import Layer


class Subscribers(Layer):
    """One message."""

    name, label, column = "gsup", "Osmocom General Subscriber Update Protocol", "GSUP"

    type = u8(None, "gsup.msg_type", "Message Type")
    element = group("", "Element")
    tag, size_of = u8(None, "gsup.ie.iei", "Element"), u8(None, "gsup.ie.len", "Length")
    value = raw(None, "", "Value")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.type)
        while c.remaining >= 2:
            with c.group(cls.element, 2 + min(c.peek(1, 1), c.remaining - 2)) as c:
                c.add(cls.tag)
                c.add(cls.size_of)
                c.rest(cls.value)
        c.rest(cls.rest)
