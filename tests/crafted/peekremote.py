"""802.11 frames that an access point sends to a remote analyser: every version of the header, cut and odd ones, near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("peekremote",)
FRAME = bytes.fromhex("d400 0000 020000000001") + bytes.fromhex("deadbeef")


def heard(version: int = 2, size: int = 55, extended: int = 0, flags: int = 0, status: int = 0, rest: bytes = FRAME, magic: int = 0x00FFABCD) -> bytes:
    head = struct.pack(">IBI", magic, version, size) + struct.pack(">IHHIIIBBbb", 6, 7, 11, 2462, 3, extended, 80, 20, -40, -95)
    return head + struct.pack(">8b", -41, -42, -43, -44, -91, -92, -93, -94) + struct.pack(">HHBBQ", 14, 14, flags, status, 1 << 40) + rest


MESSAGES = [
    heard(), heard(3), heard(extended=0x1FF, flags=7, status=0x4C), heard(extended=0xFFFFFFFF, flags=0xFF, status=0xFF), heard(3, extended=0x7C600),
    heard(4), heard(1), heard(2, 60, rest=bytes(5) + FRAME), heard(magic=0x00FFABCE), heard(4, 55)[:40], heard()[:40], heard()[:9], heard()[:8],
    heard(3, 80, rest=bytes(25) + FRAME),
]  # fmt: skip
PACKETS = [udp(50900 + number, port, message) for port in (5995, 5996) for number, message in enumerate(MESSAGES)]
