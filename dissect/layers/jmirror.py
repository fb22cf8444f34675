"""Packets that Juniper's routers mirror: whose (4), which session (4), then the packet, which its first octets tell."""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX_DEC, u8, u32
from dissect.engine.layer import Layer, To


def _tells(p: Any) -> Any:
    """Whether a packet of IPv4 without options or one of IPv6 follows."""
    return (p.length >= 12) & ((p.u8(8) == 0x45) | (p.u8(8) >> 4 == 6))


class JuniperMirror(Layer):
    """What is before a mirrored packet."""

    name, label, column = "jmirror", "Juniper Packet Mirror", "Jmirror"
    binds, accepts = {"udp.port": (30030,)}, _tells
    length = lambda h: 8

    mirror, session = u32(0, "jmirror.mid", "Jmirror Identifier", HEX_DEC), u32(4, "jmirror.sid", "Session Identifier", HEX_DEC)
    inside = u8(lambda h: 8, "", "First octet of the packet")
    next = (To("ip", when=lambda h: h.inside == 0x45), To("ipv6"))

    @staticmethod
    def info(mirror: int, session: int) -> str:
        return f"MID: 0X{mirror:08x} ({mirror}), SID: 0x{session:08x} ({session})"
