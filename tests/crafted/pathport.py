"""Pathport on its port and elsewhere: every message, several in a datagram, lengths that are wrong, and near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("pathport",)


def pathport(*messages: bytes, magic: int = 0xED01, target: int = 0xEFFFED02) -> bytes:
    return struct.pack(">HHH6xII", magic, 0x0200, 7, 0x01020304, target) + b"".join(messages)


def message(kind: int, body: bytes, size: int | None = None) -> bytes:
    return struct.pack(">HH", kind, len(body) if size is None else size) + body + bytes(-len(body) % 4)


def prop(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def levels(first: int, octets: bytes) -> bytes:
    return struct.pack(">HHBBH", 0x0101, len(octets), 0, 0, first) + octets + bytes(-len(octets) % 4)


REPLY = struct.pack(">I4B4B", 0x01020304, 10, 0, 0, 9, 1, 2, 3, 4)
SAID = [
    pathport(message(0x0301, b"")), pathport(message(0x0301, b""), target=0x0A0B0C0D), pathport(message(0x0302, REPLY)),
    pathport(message(0x0303, prop(0x0401, b"node") + prop(0x0422, b"\x0a\0\0\1\1"))), pathport(message(0x0222, struct.pack(">HHH", 0x0401, 0x0422, 0x9999))),
    pathport(message(0x0223, prop(0x04DF, b"1.2.3"))), pathport(message(0x0100, levels(520, bytes(range(30))) + levels(0, b"\1\2\3"))),
    pathport(message(0x0400, prop(0x0481, b"\1"))), pathport(message(0x0777, b"unknown")),
    pathport(message(0x0301, b""), message(0x0222, b"\4\1"), message(0x0302, REPLY)), pathport(message(0x0302, REPLY[:8])),
    pathport(message(0x0777, b"short", 90)), pathport(message(0x0223, b"\4\1\0\x50abc")), pathport(message(0x0301, b""), magic=0xED02),
    pathport(message(0x0301, b""))[:23],
]  # fmt: skip
PACKETS = [udp(50700, port, said) for port in (3792, 5997) for said in SAID]
