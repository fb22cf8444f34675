"""RakNet, games over UDP: how peers find each other, and the head of what they then say.

    before a connection: message (1), by message: times (8), identities (8), the magic number (16), version (1), MTU (2), ...
    in one: flags (1); data: number (3, little-endian), messages;  acknowledgements: count (2), ranges
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, NONE, STRING, Field, flag, raw, u8, u16, u24, u64
from dissect.engine.layer import Layer

PORT = 19132
OFFLINE = {
    0x01: "Unconnected Ping", 0x02: "Unconnected Ping Open Connections", 0x05: "Open Connection Request 1",
    0x06: "Open Connection Reply 1", 0x07: "Open Connection Request 2", 0x08: "Open Connection Reply 2",
    0x11: "Connection Attempt Failed", 0x12: "Already Connected", 0x19: "Incompatible Protocol Version",
    0x1A: "IP Recently Connected", 0x1C: "Unconnected Pong",
}  # fmt: skip


class RakNet(Layer):
    """One datagram."""

    name, label, column = "raknet", "RakNet game networking protocol", "RAKNET"
    binds = {"udp.port": (PORT,)}

    message = u8(None, "raknet.offline.message.id", "RakNet Offline Message ID", HEX, names=OFFLINE)
    time = u64(None, "raknet.timestamp", "RakNet Time since start (ms)")
    magic = raw(None, "raknet.offline_message.data_id", "RakNet Offline message data ID", size=16)
    client, server = raw(None, "raknet.client.guid", "RakNet Client GUID", size=8), raw(None, "raknet.server_id", "RakNet Server GUID", size=8)
    version = u8(None, "raknet.proto_ver", "RakNet RakNet protocol version")
    encryption = Field("raknet.use_encryption", "RakNet Use encryption", BOOLEAN, size=1)
    mtu = u16(None, "raknet.MTU", "RakNet MTU size")
    padding = Field("raknet.null_padding", "RakNet Null padding", NONE)
    text_size, text = u16(None, "raknet.server_id_str_len", "RakNet Server ID string len"), Field("raknet.server_id_str", "RakNet Server ID string", STRING)
    kind = u8(None, "raknet.packet.type", "RakNet Packet type", HEX)
    kind_parts = (
        flag(None, "raknet.packet.is_for_connected", "is for connected peer", 0x80, within=kind),
        flag(None, "raknet.packet.is_ACK", "is ACK", 0x40, within=kind),
    )
    number = u24(None, "raknet.packet_number", "RakNet Packet sequence number", little=True)
    contents = raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.peek(1)
        if first in OFFLINE:
            c.info(OFFLINE[first])
            c.add(cls.message)
            cls._offline(c, first)
        else:
            kind = c.add(cls.kind)
            c.info("ACK" if kind & 0x40 else "NAK" if kind & 0x20 else f"Message {c.peek(3, 0, True)}")
            if kind & 0xE0 == 0x80:
                c.add(cls.number)
        c.rest(cls.contents)

    @classmethod
    def _offline(cls, c: Cursor, kind: int) -> None:
        layout: dict[int, tuple[Field, ...]] = {
            0x01: (cls.time, cls.magic, cls.client), 0x02: (cls.time, cls.magic, cls.client),
            0x05: (cls.magic, cls.version), 0x06: (cls.magic, cls.server, cls.encryption, cls.mtu),
            0x19: (cls.version, cls.magic, cls.server), 0x1C: (cls.time, cls.server, cls.magic),
        }  # fmt: skip
        for field in layout.get(kind, (cls.magic,)):
            if field is cls.mtu and c.remaining > 2:
                return  # of an encrypted connection, with a key before
            c.add(field)
        if kind == 0x05 and c.remaining:
            c.add(cls.padding, c.remaining, value=True)
        elif kind == 0x1C and c.remaining >= 2:
            size = c.add(cls.text_size)
            if size:
                c.add(cls.text, size)
