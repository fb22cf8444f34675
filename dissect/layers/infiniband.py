"""InfiniBand over UDP (RoCE, version 2): the base transport header (InfiniBand Architecture, volume 1, section 9.2).

     0        1                    2                 4        5                 8               9               12
    +--------+--------------------+-----------------+--------+-----------------+---------------+---------------+
    | opcode | SE,M,pad,version   | partition key   |        | destination QP  | A, reserved   | sequence (24) |
    +--------+--------------------+-----------------+--------+-----------------+---------------+---------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

HEADER, CHECK = 12, 4
SENDS = frozenset({0, 1, 2, 4})  # of reliable connections, without immediate data


class InfiniBand(Layer):
    """A packet without the headers of InfiniBand's own links; what follows the base header is octets."""

    name, label, column = "infiniband", "InfiniBand", "InfiniBand"
    binds = {"udp.port": (4791,)}

    reaches = ("data",)

    base = raw(None, "infiniband.bth", "Base Transport Header")
    opcode = u8(None, "infiniband.bth.opcode", "Opcode")
    word = u8(None, "", "Event, migration, padding, version", HEX)
    event = flag(0, "infiniband.bth.se", "Solicited Event", 0x80, within=word)
    migration = flag(0, "infiniband.bth.m", "MigReq", 0x40, within=word)
    padding = u8(0, "infiniband.bth.padcnt", "Pad Count", mask=0x30, within=word)
    version = u8(0, "infiniband.bth.tver", "Header Version", mask=0x0F, within=word)
    partition = u16(None, "infiniband.bth.p_key", "Partition Key")
    reserved = u8(None, "", "Reserved")
    pair = u24(None, "infiniband.bth.destqp", "Destination Queue Pair", HEX)
    acknowledges = u8(None, "", "Acknowledge Request", HEX)
    asks = flag(0, "infiniband.bth.a", "Acknowledge Request", 0x80, within=acknowledges)
    sequence = u24(None, "infiniband.bth.psn", "Packet Sequence Number")
    content = raw(None, "", "Data")
    check = u32(None, "infiniband.invariant.crc", "Invariant CRC", HEX)
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        opcode = c.peek(1)
        with c.group(cls.base, HEADER, value=c.peek_bytes(HEADER)) as c:
            for field in (cls.opcode, cls.word, cls.partition, cls.reserved, cls.pair, cls.acknowledges, cls.sequence):
                c.add(field)
        if c.remaining > CHECK and opcode in SENDS:
            c.child("data", c.remaining - CHECK)
        elif c.remaining > CHECK:
            c.add(cls.content, c.remaining - CHECK)
        if c.remaining == CHECK:
            c.add(cls.check)
        c.rest(cls.content)
