"""Wake on LAN's magic packet: six bytes of ones, sixteen times the address to wake, and maybe a password."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ether, raw
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely


class WakeOnLAN(Layer):
    """A magic packet, in Ethernet or in UDP (ports 0, 7, 9 and any other)."""

    name, label, column = "wol", "Wake On LAN", "WOL"
    binds = {"ethertype": (0x0842,)}
    heuristics = ("udp",)
    likely = Likely.opening(b"\xff" * 6)
    probe = lambda p: (
        (p.length >= 102) & (p.u32(0) == 0xFFFFFFFF) & (p.u16(4) == 0xFFFF)
        & (p.u32(6) == p.u32(12)) & (p.u16(10) == p.u16(16)) & (p.u32(6) == p.u32(96)) & (p.u16(10) == p.u16(100))
    )  # fmt: skip

    sync = raw(0, "wol.sync", "Sync stream", size=6)
    mac = ether(6, "wol.mac", "MAC")
    password = raw(None, "wol.passwd", "Password")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for _ in range(15):
            c.skip(6)
        if c.remaining in (4, 6):
            c.rest(cls.password)
        c.info(f"MagicPacket for {c.h.mac.hex(':')}")
