"""CAN frames in datagrams: "ISO11898", version, how many, then 15 octets each: identifier (4), length, data (8), extended, remote."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, raw, string, u8, u32
from dissect.engine.layer import Layer
from dissect.layers.named import begins


class CANOverEthernet(Layer):
    """A datagram of up to 16 frames."""

    name, label, column = "caneth", "Controller Area Network over Ethernet", "CAN-ETH"
    binds = {"udp.port": (11898,)}
    accepts = lambda p: (p.reported >= 10) & begins(p, b"ISO11898") & (p.u8(8) == 1) & (p.u8(9) <= 16)
    reaches = ("autosar-nm", "data")

    magic, version = string(None, "caneth.magic", "Magic", size=8), u8(None, "caneth.version", "Version")
    count, options = u8(None, "caneth.frames", "CAN Frames"), raw(None, "caneth.options", "Options (Reserved)")
    frame = group("", "Controller Area Network")
    extended = u32(None, "can.id", "Identifier", HEX, mask=0x1FFFFFFF, little=True)
    standard = u32(None, "can.id", "Identifier", HEX, mask=0x7FF, little=True)
    size_of = u8(None, "can.len", "Frame-Length")
    is_extended = flag(None, "can.flags.xtd", "Extended Flag")
    is_remote = flag(None, "can.flags.rtr", "Remote Transmission Request Flag")
    padding = raw(None, "caneth.can.padding", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        for field in (cls.magic, cls.version):
            c.add(field)
        for _ in range(c.add(cls.count)):
            with c.group(cls.frame, 15) as c:
                cls._frame(c)
        c.rest(cls.options)

    @classmethod
    def _frame(cls, c: Cursor) -> None:
        extended, remote = c.peek(1, 13), c.peek(1, 14)
        number = c.add(cls.extended if extended else cls.standard)
        size = c.add(cls.size_of)
        c.derived(cls.is_extended, bool(extended))
        c.derived(cls.is_remote, bool(remote))
        if size:
            c.child("data" if number else "autosar-nm", size)
        c.rest(cls.padding)
