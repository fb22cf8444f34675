"""WireGuard (its white paper, section 5.4).  All numbers are little-endian; a handshake's sizes are fixed.

 0                   1                   2                   3
+---------------+-----------------------------------------------+
|     type      |                   reserved                    |
+---------------+-----------------------------------------------+
|              sender (types 1, 2) or receiver (3, 4)           |
+---------------------------------------------------------------+
|   receiver (type 2); counter, 8 bytes (type 4); what follows  |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from base64 import b64encode

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, NONE, STRING, Field, flag, raw, u8, u32, u64
from dissect.engine.layer import Layer, Note
from dissect.engine.peek import Likely

TYPES = {1: "Handshake Initiation", 2: "Handshake Response", 3: "Cookie Reply", 4: "Transport Data"}


class WireGuard(Layer):
    """A WireGuard message, known by its type, the zeros behind it and its length."""

    name, label, column = "wg", "WireGuard Protocol", "WireGuard"
    heuristics = ("udp",)
    likely = Likely({0: b"\1\2\3\4", 1: b"\0", 2: b"\0", 3: b"\0"})
    probe = lambda p: (p.uint(1, 3) == 0) & (
        ((p.u8(0) == 1) & (p.reported == 148)) | ((p.u8(0) == 2) & (p.reported == 92))
        | ((p.u8(0) == 3) & (p.reported == 64)) | ((p.u8(0) == 4) & (p.reported >= 32)))  # fmt: skip

    type = u8(0, "wg.type", "Type", names=TYPES)
    reserved = raw(1, "wg.reserved", "Reserved", size=3)
    sender = u32(4, "wg.sender", "Sender", HEX, little=True, when=lambda h: (h.type == 1) | (h.type == 2))
    receiver_2 = u32(8, "wg.receiver", "Receiver", HEX, little=True, when=lambda h: h.type == 2)
    receiver = u32(4, "wg.receiver", "Receiver", HEX, little=True, when=lambda h: (h.type == 3) | (h.type == 4))
    counter = u64(8, "wg.counter", "Counter", little=True, when=lambda h: h.type == 4)
    ephemeral = Field("wg.ephemeral", "Ephemeral", STRING)
    known = flag(None, "wg.ephemeral.known_privkey", "Has Private Key")
    static = Field("wg.encrypted_static", "Encrypted Static", NONE, size=48)
    timestamp = Field("wg.encrypted_timestamp", "Encrypted Timestamp", NONE, size=28)
    nothing = Field("wg.encrypted_empty", "Encrypted Empty", NONE, size=16)
    mac1 = Field("wg.mac1", "mac1", BYTES, size=16)
    mac2 = Field("wg.mac2", "mac2", BYTES, size=16)
    nonce = Field("wg.nonce", "Nonce", BYTES, size=24)
    cookie = Field("wg.encrypted_cookie", "Encrypted Cookie", BYTES, size=32)
    packet = Field("wg.encrypted_packet", "Encrypted Packet", NONE)

    notes = (
        Note("wg.keepalive", "chat", "Sequence", "This is a Keepalive message",
             when=lambda h: (h.type == 4) & (h.limit - h.start == 32)),
    )  # fmt: skip

    @staticmethod
    def info(type: int, sender: int, receiver: int, receiver_2: int, counter: int) -> str:
        name = TYPES.get(type, "Unknown")
        if type < 3:
            return f"{name}, sender=0x{sender:08X}" + (f", receiver=0x{receiver_2:08X}" if type == 2 else "")
        return f"{name}, receiver=0x{receiver:08X}" + (f", counter={counter}" if type == 4 else "")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        c.pos = c.h.start + {1: 8, 2: 12, 3: 8, 4: 16}.get(kind, 4)
        if kind in (1, 2):
            c.add(cls.ephemeral, 32, b64encode(c.peek_bytes(32)).decode("ascii"))
            c.derived(cls.known, False)
            for field in (cls.static, cls.timestamp) if kind == 1 else (cls.nothing,):
                c.add(field)
            c.add(cls.mac1)
            c.add(cls.mac2)
        elif kind == 3:
            c.add(cls.nonce)
            c.add(cls.cookie)
        elif kind == 4:
            size = c.limit - c.pos - 16
            counts = f"receiver=0x{c.h.receiver:08X}, counter={c.h.counter}"
            c.info(f"Transport Data, {counts}, datalen={size}" if size > 0 else f"Keepalive, {counts}")
            c.add(cls.packet, c.remaining)
