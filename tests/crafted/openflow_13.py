"""OpenFlow 1.3: a message of each kind that is decoded."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, ethernet

LAYERS = ("openflow_v4",)
X = bytes.fromhex


def m(t: int, b: bytes = b"", x: int = 1) -> bytes:
    """A message of a type."""
    return struct.pack(">BBHI", 4, t, 8 + len(b), x) + b


def match(*o: bytes) -> bytes:
    """A match of fields."""
    b = b"".join(o)
    n = 4 + len(b)
    return struct.pack(">HH", 1, n) + b + bytes(-n % 8)


def oxm(f: int, v: bytes, mask: bytes = b"", c: int = 0x8000) -> bytes:
    """A field of a match."""
    return struct.pack(">HBB", c, f << 1 | bool(mask), len(v) + len(mask)) + v + mask


MAC = X("020000000001")
M = match(
    oxm(0, X("00000001")),
    oxm(5, X("0800")),
    oxm(3, MAC),
    oxm(4, MAC, X("ffffff000000")),
    oxm(6, X("1064")),
    oxm(10, X("06")),
    oxm(11, X("c0000201"), X("ffffff00")),
    oxm(14, X("0050")),
    oxm(27, bytes(16)),
)
out = struct.pack(">HHIH6x", 0, 16, 0xFFFFFFFD, 0xFFFF)
acts = (
    out
    + struct.pack(">HHH2x", 17, 8, 0x8100)
    + struct.pack(">HH", 25, 16)
    + oxm(6, X("1064"))
    + bytes(6)
    + struct.pack(">HHI", 22, 8, 7)
    + struct.pack(">HHB3x", 23, 8, 64)
    + struct.pack(">HH4x", 18, 8)
)
ins = (
    struct.pack(">HH4x", 4, 8 + len(acts)) + acts + struct.pack(">HHB3x", 1, 8, 2) + struct.pack(">HH4xQQ", 2, 24, 5, 6)
)
eth = ethernet(0x800, bytes(46))
port = struct.pack(">I4x6s2x16sIIIIIIII", 1, MAC, b"eth1", 1, 4, 0x840, 0x840, 0x840, 0, 1000, 1000)
B = [
    m(0, X("0001000800000012")),
    m(1, X("00010003") + m(5)),
    m(2, b"ping"),
    m(3, b"ping"),
    m(5),
    m(6, struct.pack(">QIBB2xII", 0x1122334455667788, 256, 254, 0, 0x4F, 0)),
    m(7),
    m(8, X("0001ffff")),
    m(9, X("0000ffff")),
    m(10, struct.pack(">IHBBQ", 0xFFFFFFFF, len(eth), 0, 0, 5) + M + b"\0\0" + eth),
    m(11, struct.pack(">QHBBIIHHQQ", 5, 10, 0, 0, 1, 2, 3, 4, 5, 6) + M),
    m(12, struct.pack(">B7x", 0) + port),
    m(13, struct.pack(">IIH6x", 0xFFFFFFFF, 0xFFFFFFFD, 16) + out + eth),
    m(14, struct.pack(">QQBBHHHIIIH2x", 1, 2, 0, 0, 10, 20, 100, 0xFFFFFFFF, 1, 2, 1) + M + ins),
    m(15, struct.pack(">HBxI", 0, 1, 7)),
    m(18, struct.pack(">HH4x", 13, 0)),
    m(18, struct.pack(">HH4xB3xII4xQQ", 1, 0, 255, 1, 2, 3, 4) + match()),
    m(18, struct.pack(">HH4xI4x", 4, 0, 0xFFFFFFFF)),
    m(18, struct.pack(">HH4x", 0, 0)),
    m(19, struct.pack(">HH4x", 13, 1) + port + port),
    m(
        19,
        struct.pack(">HH4x", 0, 0)
        + b"acme".ljust(256, b"\0")
        + b"hw".ljust(256, b"\0")
        + b"sw".ljust(256, b"\0")
        + b"sn".ljust(32, b"\0")
        + b"dp".ljust(256, b"\0"),
    ),
    m(
        19,
        struct.pack(">HH4x", 1, 0)
        + struct.pack(">HBxIIHHHH4xQQQ", 48 + len(M) + len(ins), 0, 1, 2, 3, 4, 5, 1, 7, 8, 9)
        + M
        + ins,
    ),
    m(19, struct.pack(">HH4x", 2, 0) + struct.pack(">QQI4x", 1, 2, 3)),
    m(19, struct.pack(">HH4x", 3, 0) + struct.pack(">B3xIQQ", 1, 2, 3, 4)),
    m(19, struct.pack(">HH4x", 4, 0) + struct.pack(">I4x12QII", 1, *range(12), 5, 6)),
    m(20) + m(21),
    m(24, struct.pack(">I4xQ", 2, 5)),
    m(25, struct.pack(">I4xQ", 2, 5)),
]


def conversation() -> list[bytes]:
    """All of them, a segment each."""
    talk = Talk(40000, 6633)
    for said in B:
        talk.asks(said)
    return talk.packets


PACKETS = conversation()
