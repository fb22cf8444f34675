"""IEEE 802.15.4-2011 without a checksum: beacons, acknowledgments, data and each command of the MAC."""

from __future__ import annotations

import struct

LAYERS = ("wpan",)
LINK = 230
LONG, OTHER = struct.pack("<Q", 0x00124B0000000001), struct.pack("<Q", 0x00124B0000000002)


def frame(kind: int, body: bytes, to: bytes = b"", of: bytes = b"", flags: int = 0, number: int = 7, pan: int = 0xABCD) -> bytes:
    """A frame: addresses of two or eight octets; with both, of one network if bit 6 of the flags says so."""
    mode = {0: 0, 2: 2, 8: 3}
    control = kind | flags | mode[len(to)] << 10 | mode[len(of)] << 14
    head = struct.pack("<HB", control, number)
    if to:
        head += struct.pack("<H", pan) + to
    if of:
        head += (b"" if flags & 0x40 and to else struct.pack("<H", pan)) + of
    return head + body


def command(number: int, body: bytes, to: bytes, of: bytes, flags: int = 0x20) -> bytes:
    return frame(3, bytes([number]) + body, to, of, flags)


SHORT, ROOT, ALL = b"\1\0", b"\0\0", b"\xff\xff"
PACKETS = [
    frame(0, struct.pack("<H", 0xCFFF) + b"\0\0" + b"\1\2", of=ROOT),
    frame(0, struct.pack("<H", 0x8F46) + b"\x81\1" + struct.pack("<HB", 1, 0x2F) + b"\x11" + SHORT + LONG, of=ROOT),
    frame(2, b""), frame(2, b"", flags=0x10),
    frame(1, b"\1\2\3", SHORT, ROOT, 0x61), frame(1, b"\1\2\3", LONG, OTHER, 0x41), frame(1, b"\1\2\3", SHORT, OTHER, 0x21),
    command(1, b"\x8e", ROOT, LONG), command(2, struct.pack("<HB", 0x0102, 0), LONG, OTHER, 0x60), command(2, struct.pack("<HB", 0xFFFF, 2), LONG, OTHER, 0x60),
    command(3, b"\2", LONG, OTHER, 0x60), command(4, b"", ROOT, SHORT, 0x60), command(5, b"", LONG, OTHER, 0x60), command(6, b"", ALL, LONG, 0x40),
    frame(3, b"\7", ALL), command(8, struct.pack("<HHBH", 0x1234, 0, 15, 0x0102), LONG, OTHER), command(8, struct.pack("<HHBHB", 0x1234, 0, 15, 0x0102, 2), ALL, OTHER),
    command(9, b"\x11", ROOT, SHORT, 0x60),
]
