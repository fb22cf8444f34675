"""DVMRP version 3, multicast routing by distance vectors (draft-ietf-idmr-dvmrp-v3): messages of IGMP's type 0x13.

    +---------------+---------------+-------------------------------+
    |  type, 0x13   |     code      |           checksum            |
    +---------------+---------------+---------------+---------------+
    |   reserved    | capabilities  | minor version | major version |
    +---------------+---------------+---------------+---------------+
    by code: generation and neighbours; routes by mask; source, group and lifetime of a prune; interfaces and neighbours
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, IPV4, NONE, UINT8, Field, bits, flag, group, ipv4, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status

PROBE, REPORT, NEIGHBOURS, PRUNE, GRAFT, GRAFT_ACK = 1, 2, 6, 7, 8, 9
CODES = {
    PROBE: "Probe", REPORT: "Report", 3: "Ask Neighbors", 4: "Neighbors", 5: "Ask Neighbors 2",
    NEIGHBOURS: "Neighbors 2", PRUNE: "Prune", GRAFT: "Graft", GRAFT_ACK: "Graft ACK",
}  # fmt: skip
LAST = 0x80  # of a route's metric: the mask's last route


class DVMRP(Layer):
    """One message."""

    name, label, column = "dvmrp", "Distance Vector Multicast Routing Protocol", "DVMRP"

    version = Field("dvmrp.version", "DVMRP Version", UINT8)
    type = u8(None, "dvmrp.type", "Type", HEX, names={0x13: "DVMRP"})
    code = u8(None, "dvmrp.v3.code", "Code", HEX, names=CODES)
    checksum = u16(None, "dvmrp.checksum", "Checksum", HEX)
    status = Field("dvmrp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    unused = u16(None, "dvmrp.reserved", "Reserved", HEX)
    reserved = u16(None, "dvmrp.reserved", "Reserved", HEX)
    capabilities = u8(1, "dvmrp.capabilities", "Capabilities", HEX, within=reserved)
    capable = bits(
        capabilities, "dvmrp.cap", ("netmask", "Netmask", 0x20), ("snmp", "SNMP", 0x10), ("mtrace", "Mtrace", 0x08),
        ("genid", "Genid", 0x04), ("prune", "Prune", 0x02), ("leaf", "Leaf", 0x01),
    )  # fmt: skip
    minor = u8(None, "dvmrp.min_ver", "Minor Version", HEX)
    major = u8(None, "dvmrp.maj_ver", "Major Version", HEX)
    generation = u32(None, "dvmrp.genid", "Generation ID")
    neighbour = ipv4(None, "dvmrp.neighbor", "Neighbor Addr")
    route = group("dvmrp.route", "Route")
    mask = Field("dvmrp.netmask", "Netmask", IPV4)
    origin = Field("dvmrp.saddr", "Source Addr", IPV4)
    group_address = ipv4(None, "dvmrp.maddr", "Multicast Addr")
    lifetime = u32(None, "dvmrp.lifetime", "Prune lifetime")
    metric = u8(None, "dvmrp.metric", "Metric")
    local = ipv4(None, "dvmrp.local", "Local Addr")
    threshold = u8(None, "dvmrp.threshold", "Threshold")
    flags = Field("dvmrp.flags", "Flags", NONE)
    flag_bits = tuple(
        flag(None, f"dvmrp.flag.{name}", label, mask)
        for name, label, mask in (
            ("tunnel", "Tunnel", 0x01), ("srcroute", "Source Route", 0x02), ("down", "Down", 0x10),
            ("disabled", "Disabled", 0x20), ("querier", "Querier", 0x40), ("leaf", "Leaf", 0x80),
        )
    )  # fmt: skip
    count = u8(None, "dvmrp.ncount", "Neighbor Count")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start, code = c.pos, c.peek(1, 1)
        c.info(f"V3 {CODES.get(code, f'Unknown Type:0x{code:02x}')}")
        c.derived(cls.version, 3)
        c.add(cls.type)
        c.add(cls.code)
        c.add(cls.checksum)
        c.derived(cls.status, message_status(c, start, c.limit - start))
        c.add(cls.reserved if code in (PROBE, NEIGHBOURS) else cls.unused)
        c.add(cls.minor)
        c.add(cls.major)
        if code == PROBE:
            c.add(cls.generation)
            while c.limit - c.pos >= 4:
                c.add(cls.neighbour)
        elif code == REPORT:
            while c.limit > c.pos:
                with c.group(cls.route) as route:
                    cls._routes(route)
        elif code in (PRUNE, GRAFT, GRAFT_ACK):
            c.add(cls.origin, 4)
            c.add(cls.group_address)
            if code == PRUNE:
                c.add(cls.lifetime)
            if c.limit - c.pos >= 4:
                c.add(cls.mask, 4)
        elif code == NEIGHBOURS:
            while c.limit - c.pos >= 12:
                cls._interface(c)

    @classmethod
    def _routes(cls, c: Cursor) -> None:
        """The networks of one mask.  Octets that the mask has as 0 are left out, and so is the mask's first, 255."""
        mask = c.peek_bytes(3)
        c.add(cls.mask, 3, int.from_bytes(b"\xff" + mask, "big"))
        size, metric = 4 - mask.count(0), 0
        while not metric & LAST:
            given = iter(c.peek_bytes(size))
            octets = bytes((next(given), *(next(given) if octet else 0 for octet in mask)))
            c.add(cls.origin, size, int.from_bytes(octets, "big"))
            metric = c.peek(1)
            c.add(cls.metric, 1, metric & ~LAST)

    @classmethod
    def _interface(cls, c: Cursor) -> None:
        """One of a router's interfaces with those who are behind it."""
        c.add(cls.local)
        c.add(cls.metric)
        c.add(cls.threshold)
        word = c.peek(1)
        with c.group(cls.flags) as flags:
            for bit in cls.flag_bits[:-1]:
                flags.derived(bit, bool(word & bit.mask))
            flags.add(cls.flag_bits[-1], 1, bool(word & cls.flag_bits[-1].mask))
        count = c.add(cls.count)
        for _ in range(min(count, (c.limit - c.pos) // 4)):
            c.add(cls.neighbour)
