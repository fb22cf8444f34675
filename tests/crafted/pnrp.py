"""Messages of PNRP: each kind of segment, one that is cut, and what else may come to its port."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("pnrp",)
PEER = bytes(range(32))
ROUTE = PEER + bytes.fromhex("0400 0dd4 00 01") + bytes(15) + b"\1"
ENDS = bytes.fromhex("0001 001a 009d 0012 0dd4") + bytes(15) + b"\2"


def message(kind: int, *segments: tuple[int, bytes]) -> bytes:
    made = bytes.fromhex("0010000c510400") + bytes((kind,)) + bytes.fromhex("01020304")
    for number, said in segments:
        made += struct.pack(">HH", number, 4 + len(said)) + said + bytes(-len(said) % 4)
    return made


MESSAGES = (
    message(9, (0x18, b"\1\2\3\4")), message(11, (0x45, bytes.fromhex("0002 0101 01 00 0000")), (0x38, PEER), (0x39, PEER), (0x9A, ROUTE)),
    message(3, (0x93, bytes(16)), (0x60, bytes.fromhex("0002 0048 0030 0020") + PEER + PEER)), message(1, (0x44, bytes.fromhex("00 01")), (0x92, bytes(16))),
    message(2, (0x60, bytes.fromhex("0000 0008 0030 0020")), (0x92, bytes(16))), message(11, (0x9E, ENDS), (0x9A, ROUTE)),
    message(7, (0x40, bytes.fromhex("001c")), (0x39, PEER), (0x93, bytes(16))), message(9, (0x18, b"\1\2\3\4"), (0x9A, ROUTE))[:-10],
    message(9, (0x18, b"\1\2\3\4"))[:-1], message(5, (0x18, b"\1\2\3\4")), b"\0\x11" + message(9, (0x18, b"\1\2\3\4"))[2:],
    message(4, (0x18, b"\1\2\3\4"), (0x39, PEER + PEER)),
)  # fmt: skip
PACKETS = [udp(50000, 3540, said) for said in (*FOREIGN, *MESSAGES)]
