"""The example services of RSPLIB, each in a chunk of SCTP of its own."""

from __future__ import annotations

import itertools
import struct

from tests.crafted.frames import ipv4

LAYERS = ("calcappprotocol", "fractalgeneratorprotocol", "pingpongprotocol", "ssp")


NUMBERS = itertools.count(1)


def said(ppi: int, kind: int, body: bytes, flags: int = 0) -> bytes:
    message = struct.pack(">BBH", kind, flags, 4 + len(body)) + body
    number = next(NUMBERS)
    chunk = struct.pack(">BBHIHHI", 0, 3, 16 + len(message), number, 0, number, ppi) + message + bytes(-len(message) % 4)
    return ipv4(132, struct.pack(">HHII", 4711, 4712, 1, 0) + chunk)


PACKETS = [
    said(34, 1, struct.pack(">IQQ", 7, 1000, 0)), said(0x29097603, 6, struct.pack(">IQQ", 7, 1000, 500)), said(34, 9, bytes(24)),
    said(32, 1, struct.pack(">IIIIddddd", 640, 480, 256, 1, 0.5, -0.25, 1.0, 2.0, 3.0)), said(32, 2, struct.pack(">III", 1, 2, 3) + bytes(range(12))),
    said(0x29097601, 3, bytes(8)), said(33, 1, struct.pack(">Q", 9) + b"ping"), said(33, 2, struct.pack(">QQ", 9, 10) + b"pong"),
    said(0x29097602, 3, b"abcd"), said(35, 0, struct.pack(">I", 2) + b"busy"), said(35, 1, b"host"), said(35, 2, b"data"),
    said(0x29097604, 3, b""), said(35, 4, b""), said(35, 5, struct.pack(">I", 1)), said(35, 6, bytes(8)), said(35, 7, bytes(range(20)), 1),
]  # fmt: skip
