"""Pathway's lighting controllers: DMX over UDP, and what looks for them and sets them up.

    ed01, version (2), sequence (2), reserved (6), source (4), destination (4), then PDUs: type (2), length (2), content, to fours
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

ARP_REQUEST, ARP_REPLY, ARP_INFO, GET, GET_REPLY, DATA, SET = 0x0301, 0x0302, 0x0303, 0x0222, 0x0223, 0x0100, 0x0400
PDUS = {
    ARP_REQUEST: "ARP Request", ARP_REPLY: "ARP Reply", ARP_INFO: "ARP Extend Info", GET: "Get", GET_REPLY: "Get Reply",
    DATA: "XDMX Data", SET: "Set",
}  # fmt: skip
NODES = {0xFFFFFFFF: "Broadcast", 0xEFFFEDFF: "All", 0xEFFFED01: "Data", 0xEFFFED02: "Manage"}


def _node(number: int) -> str:
    return NODES.get(number, f"{number:X}")


class Pathport(Layer):
    """A datagram of several PDUs."""

    name, label, column = "pathport", "Pathport Protocol", "Pathport"
    binds, heuristics, likely = {"udp.port": (3792,)}, ("udp",), Likely.opening(b"\xed\x01")
    accepts = probe = lambda p: (p.length >= 24) & (p.u16(0) == 0xED01)
    length = lambda h: h.end - h.start

    protocol, version = u16(0, "pathport.prot", "Protocol", HEX), u16(2, "pathport.version", "Version", HEX)
    sequence, reserved = u16(4, "pathport.seq", "Sequence"), raw(6, "pathport.resv", "Reserved", size=6)
    from_node, to_node = u32(12, "pathport.src", "Source ID", HEX, names=NODES), u32(16, "pathport.dst", "Destination ID", HEX, names=NODES)
    pdu = group("", "PDU")
    type, size_of = u16(None, "pathport.pdu", "PDU", HEX, names=PDUS), u16(None, "pathport.len", "Length")
    content = raw(None, "pathport.payload", "Payload")
    asked, property = u16(None, "pathport.get.pid", "Get", HEX), u16(None, "pathport.pid", "Property", HEX)
    value_size, value = u16(None, "pathport.pid.len", "Length"), raw(None, "pathport.pid.value", "Value")
    padding = raw(None, "pathport.pid.pad_bytes", "Pad bytes")
    encoding = u16(None, "pathport.data.encoding", "Data Encoding", HEX, names={0x0101: "Flat", 0x0103: "Release"})
    start_code, channels = u8(None, "pathport.data.startcode", "DMX Start Code", HEX), u16(None, "pathport.data.len", "Data Length", HEX)
    universe, levels = u16(None, "pathport.data.dst", "xDMX Destination", HEX), group("pathport.data.levels", "Levels")
    octet = raw(None, "", "Reserved")
    node, address = u32(None, "pathport.arp.id", "ID", HEX, names=NODES), ipv4(None, "pathport.arp.ip", "IP")
    maker, kind = u8(None, "pathport.arp.manuf", "Manufacturer", HEX), u8(None, "pathport.arp.class", "Device Class", HEX)
    device, parts = u8(None, "pathport.arp.type", "Device Type", HEX), u8(None, "pathport.arp.numdmx", "Subcomponents", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls._says(c)
        while c.remaining:
            size = c.peek(2, 2)
            with c.group(cls.pdu, 4 + size) as c:
                kind = c.add(cls.type)
                c.add(cls.size_of)
                end = c.pos + size
                while c.pos < end:
                    cls._part(c, kind, end)
            if c.remaining:
                c.skip(min(-size % 4, c.remaining))

    @classmethod
    def _says(cls, c: Cursor) -> None:
        """The list's text, of the first PDU."""
        kind = c.peek(2)
        if kind == ARP_REQUEST:
            c.info(f"Who has {_node(c.h.to_node)}? Tell {_node(c.h.from_node)}")
        elif kind == ARP_REPLY and c.remaining >= 16:
            c.info(f"{_node(c.peek(4, 4))} is at {'.'.join(map(str, c.peek_bytes(4, 8)))}")
        elif kind == DATA and c.remaining >= 12:
            first = c.peek(2, 10)
            c.info(f"xDMX Data - {c.peek(2, 6)} channels @ {first} (Univ {first // 512 + 1}.{first % 512})")
        else:
            c.info(PDUS.get(kind, f"Unknown ({kind:04x})"))

    @classmethod
    def _part(cls, c: Cursor, kind: int, end: int) -> None:
        """What comes next in a PDU."""
        if kind == GET:
            c.add(cls.asked)
        elif kind in (SET, GET_REPLY, ARP_INFO):
            c.add(cls.property)
            c.add(cls.value, c.add(cls.value_size))
            if (-c.pos + c.h.start) % 4 and c.remaining:
                c.add(cls.padding, min((-c.pos + c.h.start) % 4, c.remaining))
        elif kind == DATA:
            c.add(cls.encoding)
            size = c.add(cls.channels)
            c.add(cls.reserved, 1)
            c.add(cls.start_code)
            c.add(cls.universe)
            c.add(cls.levels, size)
            c.skip(min(-size % 4, c.remaining))
        elif kind == ARP_REPLY:
            for field in (cls.node, cls.address, cls.maker, cls.kind, cls.device, cls.parts):
                c.add(field)
            c.skip(end - c.pos)
        else:
            c.add(cls.content, end - c.pos)
