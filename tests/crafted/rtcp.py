"""RTCP (RFC 3550 6, RFC 4585, RFC 5104, RFC 3611) and congestion control's feedback, a datagram each."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("rtcp",)
BLOCK = struct.pack(">IB3sIIII", 0x11111111, 51, b"\xff\xff\xfe", 0x00020005, 40, 0x12345678, 65536)


def packet(kind: int, count: int, body: bytes, padding: bool = False) -> bytes:
    return struct.pack(">BBH", 0x80 | padding << 5 | count, kind, len(body) // 4) + body


def feedback(kind: int, form: int, information: bytes) -> bytes:
    return packet(kind, form, struct.pack(">II", 0xA0A0A0A0, 0xB0B0B0B0) + information)


SENDER = packet(200, 1, struct.pack(">IIIIII", 7, 0xE8000000, 0x40000000, 160, 10, 1600) + BLOCK)
RECEIVER = packet(201, 2, struct.pack(">I", 7) + BLOCK + BLOCK)
NAMES = packet(202, 2, struct.pack(">I", 7) + b"\x01\x05a@b.c\x02\x02me\0\0\0" + struct.pack(">I", 8) + b"\x01\x01x\0")
LEFT = packet(203, 2, struct.pack(">II", 7, 8) + b"\x07teardow")
REPORTS = [  # blocks of extended reports: number, type specific, words, contents
    (3, 0, 3, struct.pack(">IHHI", 7, 10, 11, 99)), (4, 0, 2, struct.pack(">II", 0xE8000000, 0x80000000)),
    (5, 0, 6, struct.pack(">IIIIII", 7, 1, 2, 8, 3, 4)), (6, 0xE8, 9, struct.pack(">IHHIIIIIIBBBB", 7, 1, 9, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
    (7, 0, 8, struct.pack(">IBBBBHHHHbbBBBBBBBBHHH", 7, 1, 2, 3, 4, 500, 600, 70, 80, -9, -40, 55, 16, 93, 127, 42, 43, 0xB0, 0, 60, 70, 80)),
]  # fmt: skip
WIDE = struct.pack(">HHI", 100, 20, 5 << 8 | 1) + struct.pack(">HHH", 0x2003, 0xD500, 0xA000) + b"\x04\x05\x06\x80\x01\x07\x08" + b"\x09" * 3
PACKETS = [
    udp(5005, 5005, one)
    for one in (
        SENDER + NAMES, RECEIVER + LEFT, packet(201, 0, struct.pack(">I", 7)),
        packet(204, 3, struct.pack(">I4s", 7, b"name") + b"8 octets"), packet(204, 4, struct.pack(">I4s4s", 7, b"bits", b"\0\1\2\3")),
        feedback(206, 1, b""), feedback(206, 2, struct.pack(">I", 5 << 19 | 7 << 6 | 9)),
        feedback(206, 4, struct.pack(">IB3s", 8, 3, b"")), feedback(206, 15, b"REMB" + struct.pack(">BBHII", 2, 0x0B, 0x1234, 8, 9)),
        RECEIVER + feedback(205, 1, struct.pack(">HH", 100, 0x8005)), RECEIVER + feedback(205, 3, struct.pack(">II", 8, 3 << 26 | 500 << 9 | 40)),
        RECEIVER + feedback(205, 4, struct.pack(">II", 9, 2 << 26 | 300 << 9 | 20)), RECEIVER + feedback(205, 15, WIDE),
        *(RECEIVER + packet(207, 0, struct.pack(">IBBH", 7, kind, how, words) + contents) for kind, how, words, contents in REPORTS),
    )
]  # fmt: skip
