"""DCE/RPC without connections, over UDP (The Open Group C706, 12.5): each datagram says which interface it is of.

    version (4), type, two octets of flags, representation (3), serial, object, interface, activity (16 each), server's boot time,
    interface's version, sequence number (4 each), operation, hints (2 each), lengths, fragment, authentication, serial
"""

from __future__ import annotations

from uuid import UUID

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, flag, further, guid, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.dcerpc import TYPES
from dissect.layers.dcerpc_names import INTERFACES

REQUEST, RESPONSE, HEADER = 0, 2, 80
FLAGS1 = (
    ("rsrvd_80", 0x80), ("broadcast", 0x40), ("idempotent", 0x20), ("maybe", 0x10), ("nofack", 0x08), ("frag", 0x04),
    ("last_frag", 0x02), ("rsrvd_01", 0x01),
)  # fmt: skip
FLAGS2 = (
    ("rsrvd_80", 0x80), ("rsrvd_40", 0x40), ("rsrvd_20", 0x20), ("rsrvd_10", 0x10), ("rsrvd_08", 0x08), ("rsrvd_04", 0x04),
    ("cancel_pending", 0x02), ("rsrvd_01", 0x01),
)  # fmt: skip


def _either(name: str, label: str, width: int, base: object = None) -> tuple[Field, Field]:
    """A number in network order, and in the other."""
    make = {2: u16, 4: u32}[width]
    more = {} if base is None else {"base": base}
    return make(None, name, label, **more), make(None, name, label, little=True, **more)


def _flags(word: Field, rows: tuple[tuple[str, int], ...]) -> tuple[Field, ...]:
    """The flags of an octet."""
    return tuple(flag(word.at, f"{word.name}_{name}", name, mask, within=word) for name, mask in rows)


class Datagram(Layer):
    """A datagram."""

    name, label, column = "dcerpc", "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)", "DCERPC"
    heuristics = ("udp",)
    probe = lambda p: further((p.length >= HEADER) & (p.u8(0) == 4), lambda: (
        (p.u8(1) <= 10) & (p.u8(4) & 0xEE == 0) & (p.u8(5) <= 3) & (p.u8(6) == 0)
    ))  # fmt: skip
    reaches = ("data",)

    version = u8(0, "dcerpc.ver", "Version")
    type = u8(1, "dcerpc.pkt_type", "Packet type", names=TYPES)
    flags1, flags2 = u8(2, "dcerpc.dg_flags1", "Flags1", HEX), u8(3, "dcerpc.dg_flags2", "Flags2", HEX)
    flag_bits = _flags(flags1, FLAGS1)
    more_bits = _flags(flags2, FLAGS2)
    representation = raw(4, "dcerpc.drep", "Data Representation", size=3)
    order = u8(4, "dcerpc.drep.byteorder", "Byte order", mask=0xF0, names={0: "Big-endian", 1: "Little-endian"})
    character = u8(4, "dcerpc.drep.character", "Character", mask=0x0F, names={0: "ASCII", 1: "EBCDIC"})
    floating = u8(5, "dcerpc.drep.fp", "Floating-point", names={0: "IEEE", 1: "VAX", 2: "Cray", 3: "IBM"})
    serial_high = u8(7, "dcerpc.dg_serial_hi", "Serial High", HEX)
    object = guid(None, "dcerpc.obj_id", "Object"), guid(None, "dcerpc.obj_id", "Object", little=True)
    interface = guid(None, "dcerpc.dg_if_id", "Interface"), guid(None, "dcerpc.dg_if_id", "Interface", little=True)
    activity = guid(None, "dcerpc.dg_act_id", "Activity"), guid(None, "dcerpc.dg_act_id", "Activity", little=True)
    boot = _either("", "Server boot time", 4)
    interface_version = _either("dcerpc.dg_if_ver", "Interface Ver", 4)
    sequence = _either("dcerpc.dg_seqnum", "Sequence num", 4)
    opnum = _either("dcerpc.opnum", "Opnum", 2)
    interface_hint = _either("dcerpc.dg_ihint", "Interface Hint", 2, HEX)
    activity_hint = _either("dcerpc.dg_ahint", "Activity Hint", 2, HEX)
    size_of = _either("dcerpc.dg_frag_len", "Fragment len", 2)
    number = _either("dcerpc.dg_frag_num", "Fragment num", 2)
    proof, serial_low = u8(None, "dcerpc.dg_auth_proto", "Auth proto"), u8(None, "dcerpc.dg_serial_lo", "Serial Low", HEX)
    stub, other = raw(None, "dcerpc.stub_data", "Stub data"), raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        little = c.h.order == 1
        c.add(cls.object[little])
        interface = str(UUID(bytes=bytes(c.add(cls.interface[little]))))
        c.add(cls.activity[little])
        c.add(cls.boot[little])
        version = c.add(cls.interface_version[little])
        sequence = c.add(cls.sequence[little])
        operation = c.add(cls.opnum[little])
        c.add(cls.interface_hint[little])
        c.add(cls.activity_hint[little])
        size = c.add(cls.size_of[little])
        c.add(cls.number[little])
        c.add(cls.proof)
        c.add(cls.serial_low)
        kind = TYPES.get(c.h.type, f"Unknown ({c.h.type})")
        known = INTERFACES.get(interface)
        carries = c.h.type in (REQUEST, RESPONSE)
        c.info(f"{kind}: seq: {sequence}{f' opnum: {operation} len: {size} {interface} V{version}' if carries else ''}")
        if known is not None and carries:
            c.info(f"{known.operation(operation)} {'request' if c.h.type == REQUEST else 'response'}")
            c.protocol(known.column)
        size = min(size, c.remaining)
        if size and carries:
            c.add(cls.other if known is not None and known.knows(operation) else cls.stub, size)
        c.rest(cls.other)
