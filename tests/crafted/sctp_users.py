"""What SCTP carries by the payload's identifier or the port: a chunk each."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4

LAYERS = (
    "asap", "enrp", "dua", "v5ua", "iua", "bicc", "rtcdc", "sgsap", "rua", "hnbap", "sabp", "sbcap", "lcsap", "m2ap", "m3ap", "e2ap", "nbap",
)  # fmt: skip
X = bytes.fromhex
ADAPTED, POOL = X("01000101 00000008"), X("0100000c 00000001 00000002")


def data(number: int, port: int, protocol: int, said: bytes) -> bytes:
    """A DATA chunk in a packet."""
    chunk = struct.pack(">BBHIHHI", 0, 3, 16 + len(said), 1, 0, 0, protocol) + said + bytes(-len(said) % 4)
    return ipv4(132, struct.pack(">HHII", 50000 + number, port, number + 1, 0) + chunk)


SAID = (
    (9, 1, ADAPTED), (9, 10, ADAPTED), (9, 6, ADAPTED), (9, 11, X("0a000008 00000001")), (9, 12, X("0a00000c 0000000100000002")),
    (9, 50, X("02")), (9, 8, X("01000000 01 00000000")), (29118, 0, X("15 0900")), (9, 25, X("0009000c000001003b4005")),
)  # fmt: skip
PACKETS = [data(number, port, protocol, said) for number, (port, protocol, said) in enumerate(SAID)]
