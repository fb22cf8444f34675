"""MIOP: CORBA's messages in datagrams to many (OMG, Unreliable Multicast).

    "MIOP", version (4 bits each), flags, length (16 bits), number and count of packets, length of the identifier (32 bits each),
    identifier; the first packet of a message goes on with GIOP's header
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, OCT, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

SMALLEST, VERSION_1_0, MOST_IDENTIFIER = 16, 0x10, 252
LITTLE = 0x01


class MIOP(Layer):
    """One packet; messages of several are not put together, as in Wireshark."""

    name, label, column = "miop", "Unreliable Multicast Inter-ORB Protocol", "MIOP"
    heuristics = ("udp",)
    likely = Likely.opening(b"MIOP")
    probe = lambda p: (p.length >= SMALLEST) & (p.u32(0) == 0x4D494F50)
    reaches = ("giop",)

    magic = string(None, "miop.magic", "Magic", size=4)
    version, flags = u8(None, "miop.hdr_version", "Version", HEX), u8(None, "miop.flags", "Flags", OCT)
    size_of = u16(None, "miop.packet_length", "Length"), u16(None, "miop.packet_length", "Length", little=True)
    number = u32(None, "miop.packet_number", "PacketNumber"), u32(None, "miop.packet_number", "PacketNumber", little=True)
    count = (
        u32(None, "miop.number_of_packets", "NumberOfPackets"), u32(None, "miop.number_of_packets", "NumberOfPackets", little=True)
    )  # fmt: skip
    identifier_size = (
        u32(None, "miop.unique_id_len", "UniqueIdLength"), u32(None, "miop.unique_id_len", "UniqueIdLength", little=True)
    )  # fmt: skip
    identifier = raw(None, "miop.unique_id", "UniqueId")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version = c.peek(1, 4)
        if version != VERSION_1_0:
            c.info(f"Version {version >> 4}.{version & 15}")
            c.note("warn", "Undecoded", f"MIOP version {version >> 4}.{version & 15} not supported", "miop.version.not_supported")
            return
        little = c.peek(1, 5) & LITTLE
        width = c.peek(4, 16, bool(little))  # before anything is shown
        for field in (cls.magic, cls.version, cls.flags):
            c.add(field)
        size, number = c.add(cls.size_of[little]), c.add(cls.number[little])
        count = c.add(cls.count[little])
        c.info(f"MIOP 1.0 Packet s={size} ({number + 1} of {count})")
        c.add(cls.identifier_size[little])
        if width >= MOST_IDENTIFIER:
            c.note("warn", "Malformed", f"Unique Id length ({width}) exceeds max value ({MOST_IDENTIFIER})",
                   "miop.unique_id_len.exceed_max_value")  # fmt: skip
            return
        c.add(cls.identifier, width)
        if number == 0 and c.remaining:
            c.child("giop", listed=False)
