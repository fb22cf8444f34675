"""Cisco's IGRP: distance vectors of delay, bandwidth, reliability and load.

    version and command (1), edition (1), autonomous system (2), interior, system and exterior routes (2 each), checksum (2)
    routes: network (3), delay (3), bandwidth (3), MTU (2), reliability (1), load (1), hops (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, ipv4, raw, u8, u16, u24
from dissect.engine.layer import Layer

COMMANDS = {1: "Response", 2: "Request"}
ROUTE = 14


class IGRP(Layer):
    """A request for routes, or some."""

    name, label, column = "igrp", "Cisco Interior Gateway Routing Protocol", "IGRP"
    binds = {"ip.proto": (9,)}

    version = u8(0, "igrp.version", "IGRP Version", mask=0xF0)
    command = u8(0, "igrp.command", "Command", mask=0x0F, names=COMMANDS)
    update = u8(1, "igrp.update", "Update Release")
    system_number = u16(2, "igrp.as", "Autonomous System")
    interior = u16(4, "igrp.interior_routes", "Interior routes")
    system = u16(6, "igrp.system_routes", "System routes")
    exterior = u16(8, "igrp.exterior_routes", "Exterior routes")
    checksum = u16(10, "igrp.checksum", "Checksum", HEX)
    length = lambda h: h.end - h.start

    route = group("", "Route")
    network = ipv4(None, "igrp.network", "Network")
    delay, bandwidth = u24(None, "igrp.delay", "Delay"), u24(None, "igrp.bandwidth", "Bandwidth")
    mtu = u16(None, "igrp.mtu", "MTU")
    reliability, load = u8(None, "igrp.reliability", "Reliability"), u8(None, "igrp.load", "Load")
    hops = u8(None, "igrp.hop_count", "Hop count")
    other = raw(None, "", "Data")

    @staticmethod
    def info(command: int) -> str:
        return COMMANDS.get(command, "Unknown version or command")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 12
        outer = c.h.outer("ip")
        first = (int(outer.src) >> 24) if outer is not None and outer.layer.name == "ip" else 0
        for number in range(min(c.h.interior + c.h.system + c.h.exterior, c.remaining // ROUTE)):
            three = c.peek(3)
            inside = number < c.h.interior  # of an interior route the network's own first octet is left out
            with c.group(cls.route, ROUTE) as c:
                c.add(cls.network, 3, value=(first << 24 | three) if inside else three << 8)
                for field in (cls.delay, cls.bandwidth, cls.mtu, cls.reliability, cls.load, cls.hops):
                    c.add(field)
        c.rest(cls.other)
