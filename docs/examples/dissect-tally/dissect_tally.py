"""Tally, an invented protocol over UDP port 7171: counters that sensors report.

     0                   1                   2                   3
     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    +-------+-------+---------------+-------------------------------+
    |version| flags |     kind      |            sensor             |
    +-------+-------+---------------+-------------------------------+
    |                             time                              |
    +---------------------------------------------------------------+
    then, in a report, counters up to the end:  name length (1) | name | value (4)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, string, u8, u16, u32
from dissect.engine.layer import Layer, Note

KINDS = {1: "Hello", 2: "Report", 3: "Goodbye"}


class Tally(Layer):
    """A message of a sensor."""

    name, label, column = "tally", "Tally Sensor Protocol", "Tally"
    binds = {"udp.port": (7171,)}

    version = u8(0, "tally.version", "Version", mask=0xF0)
    flags = u8(0, "tally.flags", "Flags", HEX, mask=0x0F)
    urgent = flag(0, "tally.flags.urgent", "Urgent", 0x08, within=flags)
    kind = u8(1, "tally.kind", "Kind", names=KINDS)
    sensor = u16(2, "tally.sensor", "Sensor")
    uptime = u32(4, "tally.uptime", "Uptime", unit="s")
    counter = group("tally.counter", "Counter")
    counter_length = u8(None, "tally.counter.length", "Name Length")
    counter_name = string(None, "tally.counter.name", "Name")
    counter_value = u32(None, "tally.counter.value", "Value")

    notes = (
        Note("tally.version.unknown", "warn", "Protocol", "Unknown version", when=lambda h: h.version != 1),
    )

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        c.info(f"{KINDS.get(h.kind, 'Unknown kind')}, sensor {h.sensor}" + (" [urgent]" if h.urgent else ""))
        while c.remaining:
            with c.group(cls.counter) as counter:
                name = counter.add(cls.counter_name, counter.add(cls.counter_length))
                counter.label(f"Counter: {name} = {counter.add(cls.counter_value)}")
