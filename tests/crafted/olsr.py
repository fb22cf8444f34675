"""OLSR (RFC 3626), over UDP: each kind of message, and those with link qualities that olsrd sends."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("olsr",)
NAMES = bytes([10, 0, 0, 5]), bytes([10, 0, 0, 6]), bytes([10, 0, 0, 7])


def message(kind: int, body: bytes, validity: int = 0x86, hops: int = 0) -> bytes:
    return struct.pack(">BBH4sBBH", kind, validity, 12 + len(body), bytes([10, 0, 0, 1]), 255, hops, 77) + body


def packet(*messages: bytes) -> bytes:
    both = b"".join(messages)
    return udp(698, 698, struct.pack(">HH", 4 + len(both), 0x1234) + both)


HELLO = struct.pack(">HBB", 0, 0x05, 3) + struct.pack(">BBH", 0x06, 0, 12) + NAMES[0] + NAMES[1] + struct.pack(">BBH", 0x0A, 0, 8) + NAMES[2]
HELLO_QUALITY = struct.pack(">HBB", 0, 0x05, 7) + struct.pack(">BBH", 0x06, 0, 12) + NAMES[0] + bytes([255, 200, 0, 0])
TC = struct.pack(">HH", 9, 0) + NAMES[0] + NAMES[1]
TC_QUALITY = struct.pack(">HH", 10, 0) + NAMES[0] + bytes([255, 128, 0, 0]) + NAMES[1] + bytes([1, 2, 0, 0])
HNA = bytes([10, 1, 0, 0, 255, 255, 0, 0]) + bytes([10, 2, 0, 0, 255, 255, 255, 0])
PACKETS = [
    packet(message(1, HELLO)), packet(message(2, TC, hops=2)), packet(message(3, NAMES[0] + NAMES[1])), packet(message(4, HNA)),
    packet(message(201, HELLO_QUALITY)), packet(message(202, TC_QUALITY)), packet(message(1, HELLO), message(2, TC), message(4, HNA[:8])),
]
