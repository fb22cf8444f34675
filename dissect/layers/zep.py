"""ZEP, frames of IEEE 802.15.4 that a sniffer sends on in UDP (ZigBee Encapsulation Protocol).

    version 1 (16 octets)   "EX", 1, channel, device (2), mode, quality, reserved (7), length
    version 2 (32 octets)   "EX", 2, type, channel, device (2), mode, quality, NTP time (8), number (4), reserved (10), length;
                            an acknowledgement (type 2) has its number behind the type

The frame ends with a check sequence (mode other than 0), or with what the radio made of it.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import abs_time, flag, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

PORT = 17754
ACK, CHECKED, UNCHECKED, CHECK = 2, 195, 230, 2
NTP_EPOCH, SECOND = 2_208_988_800, 1_000_000_000


class ZEP(Layer):
    """One frame, or an acknowledgement."""

    name, label, column = "zep", "ZigBee Encapsulation Protocol", "ZEP"
    binds = {"udp.port": (PORT,)}
    accepts = lambda p: (p.length >= 8) & (p.u16(0) == 0x4558)
    reaches = ("linktype",)

    magic = string(None, "zep.protocol_id", "Protocol ID String", size=2)
    version, type = u8(None, "zep.version", "Protocol Version"), u8(None, "zep.type", "Type", names={1: "Data", ACK: "Ack"})
    channel, device = u8(None, "zep.channel_id", "Channel ID"), u16(None, "zep.device_id", "Device ID")
    mode = flag(None, "zep.lqi_mode", "LQI/CRC Mode", 0, 1)
    quality = u8(None, "zep.lqi", "Link Quality Indication")
    time = abs_time(None, "zep.time", "Timestamp")
    number = u32(None, "zep.seqno", "Sequence Number")
    reserved = raw(None, "zep.reserved_field", "Reserved Fields")
    size_of = u8(None, "zep.length", "Length", mask=0x7F)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.magic)
        version = c.add(cls.version)
        if version >= 2:
            c.protocol("ZEPv2")
            if c.add(cls.type) == ACK:
                c.info(f"Ack, Sequence Number: {c.add(cls.number)}")
                c.rest(cls.rest)
                return
        channel = c.add(cls.channel)
        c.add(cls.device)
        mode = c.peek(1)
        c.add(cls.mode, value=bool(mode))
        c.add(cls.rest if mode and version >= 2 else cls.quality, 1)
        if version >= 2:
            c.add(cls.time, value=(c.peek(4) - NTP_EPOCH) * SECOND + (c.peek(4, 4) * SECOND >> 32))
            c.add(cls.number)
            c.add(cls.rest, 10)
        else:
            c.add(cls.reserved, 8)  # Wireshark counts the length among them
            c.pos -= 1
        size = c.add(cls.size_of)
        c.info(f"Encapsulated ZigBee Packet [Channel]={channel} [Length]={size}")
        if mode:
            c.payload("linktype", CHECKED, size)
        elif size >= CHECK:
            c.payload("linktype", UNCHECKED, size - CHECK)
        c.rest(cls.rest)
