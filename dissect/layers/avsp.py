"""Arista's vendor-specific protocol (EtherType 0xD28B): when the frame passed, in front of the frame's own type.

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |        sub-type (1)           |  version: 0x10 TAI, 0x110 UTC |   seconds and nanoseconds of 32 bits
    +-------------------------------+  0x20 TAI, 0x120 UTC          |   16 bits of seconds, 32 of nanoseconds
    |          seconds, nanoseconds                                 |
    +-------------------------------+-------------------------------+
    |       the frame's type        |
    +-------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, Field, raw, u16, u32, where
from dissect.engine.layer import By, Layer
from dissect.layers.ethernet import Ethernet, pad
from dissect.layers.names import ETHERTYPES

VERSIONS = {
    0x0010: "TAI, 64-bit timestamp", 0x0020: "TAI, 48-bit timestamp", 0x0110: "UTC, 64-bit timestamp",
    0x0120: "UTC, 48-bit timestamp",
}  # fmt: skip


def _long(h: Any) -> Any:
    return (h.sub_type == 1) & (h.version & 0xFF == 0x10)


def _short(h: Any) -> Any:
    return (h.sub_type == 1) & (h.version & 0xFF == 0x20)


class AVSP(Layer):
    """A timestamp that a switch has put into the frame."""

    name, label, column = "avsp", "Arista Vendor Specific Protocol", "AVSP"
    binds = {"ethertype": (0xD28B,)}

    sub_type = u16(0, "avsp.sub_type", "Sub Type", names={1: "timestamp"})
    version = u16(2, "avsp.ver", "Version", HEX, names=VERSIONS)
    time_64 = Field("avsp.64ts", "Timestamp", NONE, at=lambda h: 4, size=8, when=_long)
    seconds_64 = u32(lambda h: 4, "avsp.64sec", "Seconds", when=_long, within=time_64)
    nanoseconds_64 = u32(lambda h: 8, "avsp.64ns", "Nanoseconds", when=_long, within=time_64)
    time_48 = Field("avsp.48ts", "Timestamp", NONE, at=lambda h: 4, size=6, when=_short)
    seconds_48 = u16(lambda h: 4, "avsp.48sec", "Seconds", when=_short, within=time_48)
    nanoseconds_48 = u32(lambda h: 6, "avsp.48ns", "Nanoseconds", when=_short, within=time_48)
    known = u16(None, "", "", value=lambda h: 1 * (_long(h) | _short(h)))
    unknown = Field(
        "avsp.ts.unknown_version", "Unknown timestamp version", NONE, at=lambda h: 4,
        size=lambda h: h.end - h.start - 4, when=lambda h: (h.known == 0) & (h.sub_type == 1),
    )  # fmt: skip
    etype = u16(
        lambda h: where(_long(h), 12, 10), "avsp.etype", "Type", HEX, names=ETHERTYPES, when=lambda h: h.known == 1
    )
    trailing = raw(None, "avsp.trailer", "Trailer")

    length = lambda h: where(_long(h), 14, where(_short(h), 12, where(h.sub_type == 1, h.limit - h.start, 4)))
    next = (By("ethertype", lambda h: h.etype, when=lambda h: h.known == 1, via="ethertype"),)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.trailing)
