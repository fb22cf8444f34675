"""NetBIOS names: an answer that asks to wait; EtherNet/IP: who is there?  A question says how long an answer may take."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("nbns", "enip")
NAME = b"\x20" + b"".join(bytes((0x41 + (c >> 4), 0x41 + (c & 15))) for c in b"WINDOWS        \0") + b"\0"


def answer(opcode: int, data: bytes) -> bytes:
    head = struct.pack(">HHHHHH", 7, 0x8400 | opcode << 11, 0, 1, 0, 0)
    return head + NAME + struct.pack(">HHIH", 32, 1, 2, len(data)) + data


def identities(body: bytes) -> list[bytes]:
    talk = Talk(50000 + len(body), 44818)
    talk.asks(struct.pack("<HHIIHHIII", 0x63, len(body), 0, 0, 500, 1, 2, 0, 0)[:24] + body)
    return talk.packets


PACKETS = [
    udp(137, 137, answer(7, b"\x29\x10")), udp(137, 137, answer(7, b"\0\0\n\0\0\1")), udp(137, 137, answer(0, b"\x29\x10")),
    *identities(b""), *identities(b"\0\0"),
    udp(50000, 44818, struct.pack("<HHIIHHII", 0x63, 0, 0, 0, 500, 1, 2, 0)),
]  # fmt: skip
