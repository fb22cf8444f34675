"""Nortel's discovery protocol (SynOptics' network management protocol): a switch tells where in the segment it is.

    IP address (4), segment (3), chassis (1), backplane (1), state (1), links (1)
"""

from __future__ import annotations

from dissect.engine.fields import HEX, ipv4, u8, u24
from dissect.engine.layer import Layer

STATES = {1: "Topology change", 2: "Heartbeat", 3: "New"}


class NortelDiscovery(Layer):
    """A hello."""

    name, label, column = "ndp", "Nortel Discovery Protocol", "NDP"
    binds = {"llc.nortel_pid": (0x01A1, 0x01A2)}

    address = ipv4(0, "ndp.ipaddress", "IP address")
    segment = u24(4, "ndp.segmentident", "Segment Identifier", HEX)
    chassis = u8(7, "ndp.chassis", "Chassis type")
    backplane = u8(8, "ndp.backplane", "Backplane type")
    state = u8(9, "ndp.state", "State", names=STATES)
    links = u8(10, "ndp.numberoflinks", "Number of links")
    length = lambda h: h.end - h.start
