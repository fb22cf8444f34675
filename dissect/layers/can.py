"""CAN frames as Linux gives them (SocketCAN; LINKTYPE_CAN_SOCKETCAN, and in cooked captures).

     0 1 2 3                        32       40      48        56       64
    +-+-+-+-------------------------+--------+-------+---------+--------+---------------
    |X|R|E|        identifier       | length | flags | reserved         | data (8 or 64)
    +-+-+-+-------------------------+--------+-------+---------+--------+---------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, REST, Expr, Field, flag, maximum, minimum, raw, u8, u32, where
from dissect.engine.layer import Layer, Note, To

ERRORS = (
    ("tx_timeout", "Transmit timeout"), ("lostarb", "Lost arbitration"), ("ctrl", "Controller problems"),
    ("prot", "Protocol violation"), ("trx", "Transceiver status"), ("ack", "No acknowledgement"), ("busoff", "Bus off"),
    ("buserror", "Bus error"), ("restarted", "Controller restarted"),
)  # fmt: skip

CONTROL = (
    ("rx_overflow", "RX buffer overflow"), ("tx_overflow", "TX buffer overflow"),
    ("rx_warning", "Reached warning level for RX errors"), ("tx_warning", "Reached warning level for TX errors"),
    ("rx_passive", "Reached error passive status RX"), ("tx_passive", "Reached error passive status TX"),
    ("active", "Recovered to error active state"),
)  # fmt: skip
PROTOCOL = (
    ("bit", "Single bit error"), ("form", "Frame format error"), ("stuff", "Bit stuffing error"),
    ("bit0", "Unable to send dominant bit"), ("bit1", "Unable to send recessive bit"), ("overload", "Bus overload"),
    ("active", "Active error announcement"), ("tx", "Error occurred on transmission"),
)  # fmt: skip

_error: Expr = lambda h: (h.word & 0x20000000) != 0
_frame: Expr = lambda h: (h.word & 0x20000000) == 0
_short: Expr = lambda h: (h.word & 0xA0000000) == 0
_extended: Expr = lambda h: (h.word & 0xA0000000) == 0x80000000
_payload: Expr = lambda h: where(_error(h), 0, minimum(h.len, h.limit - h.start - 8))
# what went wrong is told in eight octets; any other number is an error itself
_told: Expr = lambda h: _error(h) & (h.len == 8)
_managing: Expr = lambda h: h.word & where(_extended(h), 0x7FFFFFFF, 0x600007FF) == 0  # identifier 0, and it has data
_length: Expr = lambda h: where(_error(h), maximum(h.limit - h.start, 16), 8)  # eight octets are to tell


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


def _told_by(bit: int) -> Expr:
    """The condition that an error frame of eight octets has a bit set in its identifier."""
    return lambda h: _told(h) & (h.word & bit != 0)


def _problems(little: bool) -> tuple[Field, ...]:
    """What an error frame tells in its octets (linux/can/error.h)."""
    lost, control, protocol, transceiver = (_told_by(bit) for bit in (0x02, 0x04, 0x08, 0x10))
    return (
        u32(0, "can.err.reserved", "Reserved", HEX, mask=0x1FFFFE00, little=little, when=_error),
        raw(lambda h: 8, "can.err.octets", "Error octets", size=5, when=_told),
        raw(lambda h: 8, "can.err.octets", "Error octets", size=REST,
            when=lambda h: _error(h) & (h.len != 8) & (h.end > h.start + 8)),
        u8(lambda h: 8, "can.err.lostarb.bitnum", "Lost arbitration in bit number", when=lost),
        *(flag(lambda h: 9, f"can.err.ctrl.{name}", label, 1 << i, when=control) for i, (name, label) in enumerate(CONTROL)),
        *(flag(lambda h: 10, f"can.err.prot.type.{name}", label, 1 << i, when=protocol)
          for i, (name, label) in enumerate(PROTOCOL)),
        u8(lambda h: 11, "can.err.prot.location", "Protocol error location", HEX, when=protocol),
        u8(lambda h: 12, "can.err.trx.canh", "Transceiver CANH status", mask=0x0F, when=transceiver),
        u8(lambda h: 12, "can.err.trx.canl", "Transceiver CANL status", mask=0xF0, when=transceiver),
        raw(lambda h: 13, "can.err.ctrl_specific", "Controller specific data", size=3, when=_told),
    )  # fmt: skip


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
    reserved = raw(5, "can.reserved", "Reserved", size=3)
    problems = _problems(little=False)
    padding = raw(None, "can.padding", "Padding")

    length = _length
    payload = _payload
    notes = (Note("can.err.dlc_mismatch", "error", "Malformed", "ERROR: DLC mismatch",
                  when=lambda h: _error(h) & (h.len != 8)),)
    next = (To("autosar-nm", when=_managing), To("data", when=_frame))

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.padding)


class CookedCAN(CAN):
    """A classic frame in a cooked capture: the identifier as the host had it."""

    binds = {"sll.ltype": (12,)}

    word = u32(0, "", "Identifier and flags", little=True)
    identifier = _identifier(little=True) + _flags(little=True)
    problems = _problems(little=True)


class CANFD(Layer):
    """A frame with a flexible data rate, in a cooked capture."""

    name, label, column = "canfd", "Controller Area Network FD", "CANFD"
    binds = {"sll.ltype": (13,)}

    word = u32(0, "", "Identifier and flags", little=True)
    identifier = _identifier(little=True)
    len = u8(4, "can.len", "Frame-Length")
    brs = flag(5, "canfd.flags.brs", "Bit Rate Setting", 0x01)
    esi = flag(5, "canfd.flags.esi", "Error State Indicator", 0x02)
    reserved = raw(6, "can.reserved", "Reserved", size=2)
    padding = raw(None, "can.padding", "Padding")

    payload = _payload
    next = (To("autosar-nm", when=_managing), To("data"))

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.padding)
