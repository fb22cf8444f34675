"""CAN frames as Linux gives them (SocketCAN; LINKTYPE_CAN_SOCKETCAN, and in cooked captures).

     0 1 2 3                        32       40      48        56       64
    +-+-+-+-------------------------+--------+-------+---------+--------+---------------
    |X|R|E|        identifier       | length | flags | reserved         | data (8 or 64)
    +-+-+-+-------------------------+--------+-------+---------+--------+---------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, Field, flag, minimum, raw, u8, u32
from dissect.engine.layer import Layer, To

ERRORS = (
    ("tx_timeout", "Transmit timeout"), ("lostarb", "Lost arbitration"), ("ctrl", "Controller problems"),
    ("prot", "Protocol violation"), ("trx", "Transceiver status"), ("ack", "No acknowledgement"), ("busoff", "Bus off"),
    ("buserror", "Bus error"), ("restarted", "Controller restarted"),
)  # fmt: skip

_error: Expr = lambda h: (h.word & 0x20000000) != 0
_frame: Expr = lambda h: (h.word & 0x20000000) == 0
_short: Expr = lambda h: (h.word & 0xA0000000) == 0
_extended: Expr = lambda h: (h.word & 0xA0000000) == 0x80000000
_payload: Expr = lambda h: minimum(h.len, h.limit - h.start - 8)


def _identifier(little: bool) -> tuple[Field, ...]:
    """The identifier and its flags: big-endian in SocketCAN captures, in cooked ones as the host had it."""
    errors = (flag(0, f"can.err.{name}", label, 1 << i, size=4, little=little, when=_error)
              for i, (name, label) in enumerate(ERRORS))  # fmt: skip
    return (
        u32(0, "can.id", "CAN Message Identifier", HEX, mask=0x7FF, little=little, when=_short),
        u32(0, "can.id", "CAN Message Identifier", HEX, mask=0x1FFFFFFF, little=little, when=_extended),
        flag(0, "can.flags.xtd", "Extended Flag", 0x80000000, size=4, little=little, when=_frame),
        *errors,
    )


def _flags(little: bool) -> tuple[Field, ...]:
    """The flags that only classic frames have."""
    return (
        flag(0, "can.flags.rtr", "Remote Transmission Request Flag", 0x40000000, size=4, little=little, when=_frame),
        flag(0, "can.flags.err", "Error Message Flag", 0x20000000, size=4, little=little),
    )


class CAN(Layer):
    """A classic frame."""

    name, label, column = "can", "Controller Area Network", "CAN"
    binds = {"linktype": (227,)}

    word = u32(0, "", "Identifier and flags")
    identifier = _identifier(little=False) + _flags(little=False)
    len = u8(4, "can.len", "Frame-Length")
    reserved = raw(5, "", "Reserved", size=3)
    padding = raw(None, "can.padding", "Padding")

    payload = _payload
    next = (To("data"),)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.padding)


class CookedCAN(Layer):
    """A classic frame in a cooked capture."""

    name, label, column = "can", "Controller Area Network", "CAN"
    binds = {"sll.ltype": (12,)}

    word = u32(0, "", "Identifier and flags", little=True)
    identifier = _identifier(little=True) + _flags(little=True)
    len = u8(4, "can.len", "Frame-Length")
    reserved = raw(5, "", "Reserved", size=3)
    padding = raw(None, "can.padding", "Padding")

    payload = _payload
    next = (To("data"),)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.padding)


class CANFD(Layer):
    """A frame with a flexible data rate, in a cooked capture."""

    name, label, column = "canfd", "Controller Area Network FD", "CANFD"
    binds = {"sll.ltype": (13,)}

    word = u32(0, "", "Identifier and flags", little=True)
    identifier = _identifier(little=True)
    len = u8(4, "can.len", "Frame-Length")
    brs = flag(5, "canfd.flags.brs", "Bit Rate Setting", 0x01)
    esi = flag(5, "canfd.flags.esi", "Error State Indicator", 0x02)
    reserved = raw(6, "", "Reserved", size=2)
    padding = raw(None, "can.padding", "Padding")

    payload = _payload
    next = (To("data"),)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.padding)
