"""NGAP that carries a mobile's own messages (3GPP TS 38.413, 24.501)."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4
from tests.crafted.nas import counted, element, message

LAYERS = ("ngap", "nas-5gs")
X = bytes.fromhex


def chunk(number: int, payload: bytes) -> bytes:
    """A DATA chunk in a packet."""
    head = struct.pack(">BBHIHHI", 0, 3, 16 + len(payload), number, 1, number, 60) + payload + bytes(-len(payload) % 4)
    return ipv4(132, struct.pack(">HHII", 50000 + number, 38412, number, 0) + head)


NUMBERS = element(10, b"\0\1"), element(85, b"\0\1")
SAID = ("7e0212345678057e005c000d", "7e0112345678007e0046", "7e0046", "2e0101c1ffff")
PACKETS = [chunk(number, message(4, *NUMBERS, element(38, counted(X(said))))) for number, said in enumerate(SAID, 1)]
