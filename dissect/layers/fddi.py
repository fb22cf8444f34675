"""FDDI (ANSI X3.139; LINKTYPE_FDDI): frame control, two addresses whose octets have their bits the other way round.

     0        7                        55                       103
    +--------+-------------------------+------------------------+--------
    | control|       destination       |         source         | LLC
    +--------+-------------------------+------------------------+--------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ETHER, HEX, Expr, Field, alias, ether, u8
from dissect.engine.layer import Layer, To

CLASSES = {
    0x0: "Void", 0x4: "SMT", 0x5: "Async LLC", 0x6: "Async implementer", 0x8: "Token", 0xC: "MAC", 0xD: "Sync LLC",
    0xE: "Sync implementer",
}  # fmt: skip
REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))

_llc: Expr = lambda h: h.kind == 0x5  # of synchronous ones Wireshark says no more


def _twice(name: str) -> tuple[Field, ...]:
    """Wireshark has each address twice: as it lies there, which it hides, and as it is meant."""
    return tuple(alias(n, ETHER) for n in (name, "fddi.addr", "fddi.addr"))


class FDDI(Layer):
    """A frame."""

    name, label, column = "fddi", "Fiber Distributed Data Interface", "FDDI"
    binds = {"linktype": (10,)}

    control = u8(0, "fddi.fc", "Frame Control", HEX)
    kind = u8(0, "fddi.fc.clf", "Class/Length/Format", HEX, mask=0xF0, within=control, names=CLASSES)
    priority = u8(0, "fddi.fc.prio", "Priority", mask=0x07, within=control, when=lambda h: h.kind == 0x5)
    subtype = u8(0, "fddi.fc.smt_subtype", "SMT Subtype", mask=0x0F, within=control, when=lambda h: h.kind == 0x4)
    mac_subtype = u8(0, "fddi.fc.mac_subtype", "MAC Subtype", mask=0x0F, within=control, when=lambda h: h.kind == 0xC)
    dst = ether(None, "fddi.dst", "Destination", also=_twice("fddi.dst"))
    src = ether(None, "fddi.src", "Source", also=_twice("fddi.src"))

    length = lambda h: 13
    next = (To("llc", when=_llc),)

    @staticmethod
    def info(kind: int) -> str:
        return CLASSES.get(kind, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.dst, 6, c.peek_bytes(6).translate(REVERSED))
        c.add(cls.src, 6, c.peek_bytes(6).translate(REVERSED))
