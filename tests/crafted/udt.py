"""UDT: a handshake, data and every kind of control packet after it, and the same of two who have shaken no hands."""

from __future__ import annotations

import struct

from tests.crafted.frames import CLIENT, SERVER, ipv4

LAYERS = ("udt",)


def said(side: int, payload: bytes, port: int = 9000) -> bytes:
    ports, ends = ((31100 + port, port), (CLIENT, SERVER)) if side == 0 else ((port, 31100 + port), (SERVER, CLIENT))
    return ipv4(17, struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload, *ends)


def control(kind: int, body: bytes = b"", word: int = 0) -> bytes:
    return struct.pack(">HHIII", 0x8000 | kind, 0, word, 123456, 0xABCD) + body


def data(number: int, flags: int, message: int, octets: bytes) -> bytes:
    return struct.pack(">IIII", number, flags << 29 | message, 123456, 0xABCD) + octets


def handshake(request: int, socket: int = 1, version: int = 4) -> bytes:
    return control(0, struct.pack(">IIIIIiII", version, socket, 1000, 1500, 25600, request, 77, 0xC00C1E) + bytes(range(16)))


TALK = [
    (0, handshake(1)), (1, handshake(-1)), (0, data(1000, 6, 1, b"hello")), (0, data(1001, 1, 2, b"")),
    (1, control(2, struct.pack(">I", 1001), 1)), (1, control(2, struct.pack(">IIII", 1001, 10, 5, 8192), 2)),
    (1, control(2, struct.pack(">IIIIII", 1001, 10, 5, 8192, 100, 1000), 3)), (0, control(6, word=3)), (1, control(1)),
    (1, control(3, struct.pack(">III", 1005, 0x80000000 | 1008, 1010))), (1, control(3, struct.pack(">I", 0x80000000 | 1008))),
    (1, control(3, struct.pack(">12I", *range(1000, 1012)))), (0, control(5)), (0, control(4)), (0, control(0x7FFF, b"ab")),
    (0, control(1)[:14]), (0, handshake(1)[:30]),
]  # fmt: skip
STRANGERS = [data(1000, 6, 1, b"hello"), control(1), handshake(1, 3), handshake(1)[:23], handshake(1, 2)]
PACKETS = [said(*one) for one in TALK] + [said(0, one, 9001 + number) for number, one in enumerate(STRANGERS)]
