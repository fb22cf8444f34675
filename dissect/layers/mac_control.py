"""MAC control (IEEE 802.3-2018, clause 31): pausing a link, or classes of its traffic (802.1Qbb).

    opcode (2): 1 pause: time (2); 0x0101: enabled classes (2), eight times (2 each)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, raw, u16, u32
from dissect.engine.layer import Layer

GATE, REPORT, PAUSE, CLASSES = 2, 3, 1, 0x0101
OPCODES = {
    1: "Pause", 2: "Gate", 3: "Report", 4: "Register Req", 5: "Register", 6: "Register Ack",
    0x0101: "Class Based Flow Control [CBFC] Pause",
}  # fmt: skip


class MACControl(Layer):
    """A control frame; what fills it up to 60 octets is padding."""

    name, label, column = "macc", "MAC Control", "MAC CTRL"
    binds = {"ethertype": (0x8808,)}

    opcode = u16(0, "macc.opcode", "Opcode", HEX, names=OPCODES)
    timestamp = u32(None, "macc.timestamp", "Timestamp")
    pause = u16(None, "macc.pause_time", "pause_time", unit="quanta")
    enabled = u16(None, "macc.cbfc.enbv", "CBFC Class Enable Vector", HEX)
    enabled_bits = bits(enabled, "macc.cbfc.enbv", *((f"c{n}", f"C{n}", 1 << n) for n in range(8)))
    times = tuple(u16(None, f"macc.cbfc.pause_time.c{n}", f"C{n}") for n in range(8))
    padding = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        opcode = c.h.opcode
        if opcode == PAUSE:
            c.info(f"Pause: pause_time: {c.add(cls.pause)} quanta")
        elif opcode == CLASSES:
            c.add(cls.enabled)
            for field in cls.times:
                c.add(field)
            c.info("Class Based Flow Control [CBFC] Pause")
        elif opcode in OPCODES:
            c.add(cls.timestamp)
            c.info(OPCODES[opcode])
        c.rest(cls.padding)
