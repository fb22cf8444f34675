"""S1AP that carries a mobile's own messages (3GPP TS 36.413, aligned PER)."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4

LAYERS = ("s1ap", "nas-eps")
ATTACH = bytes.fromhex("0741020bf600f110000201010000000004e060c040000402d001d1")
SEALED = bytes.fromhex("2712345678050102030405060708")


def element(number: int, value: bytes) -> bytes:
    return struct.pack(">HBB", number, 0, len(value)) + value


def message(procedure: int, *elements: bytes) -> bytes:
    body = b"\0" + struct.pack(">H", len(elements)) + b"".join(elements)
    return bytes((0, procedure, 0x40, len(body))) + body


def chunk(number: int, payload: bytes) -> bytes:
    head = struct.pack(">BBHIHHI", 0, 3, 16 + len(payload), number, 1, number, 18) + payload + bytes(-len(payload) % 4)
    return ipv4(132, struct.pack(">HHII", 36412, 36412, 1, 0) + head)


def counted(octets: bytes) -> bytes:
    return bytes((len(octets),)) + octets


NUMBERS = element(0, b"\0\1"), element(8, b"\0\1")
PACKETS = [
    chunk(1, message(13, *NUMBERS, element(26, counted(ATTACH)))), chunk(2, message(11, *NUMBERS, element(26, counted(SEALED)))),
    chunk(3, message(23, *NUMBERS)), chunk(4, message(11, *NUMBERS, element(26, counted(bytes.fromhex("1712345678000756")+b"\x01")))),
    chunk(5, message(11, *NUMBERS, element(26, counted(bytes.fromhex("0205d9"))))),
]  # fmt: skip
