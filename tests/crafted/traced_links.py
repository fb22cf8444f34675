"""Links and programs that trace themselves: SITA's lines, nodes of the vector packet processor, Windows' events."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4

LAYERS = ("sita", "vpp", "vpp-metadata", "vpp-opaque", "vpp-opaque2", "vpp-trace", "etw")
FRAME = ipv4(1, bytes.fromhex("0800f7ff00000000"))
GUIDS = bytes(range(16)), bytes(range(16, 32))


def event(data: bytes, text: str, name: str) -> bytes:
    """An event of Windows."""
    said, named = ((word + "\0").encode("utf-16-le") if word else b"" for word in (text, name))
    head = struct.pack("<HHHHIIQ16s", 80 + len(data), 0, 0x40, 1, 100, 200, 0x1D6F0000, GUIDS[0])
    head += struct.pack("<HBBBBHQQ16sBBH", 7, 1, 2, 4, 3, 9, 0x8000000000000001, 55, GUIDS[1], 1, 8, 3)
    head += struct.pack("<III", len(data), len(said), len(named))
    return head + b"".join(part + bytes(-len(part) % 4) for part in (data, said, named))


def node(hint: int, texts: int, packet: bytes, minor: int = 0, major: int = 1) -> bytes:
    """A packet before a node."""
    said = b"ip4-lookup\0" + b"buf: 1\nlen 2\n\0" + b"opaque\0" + b"\0" + b"trace 1\nthen 2\0" * (texts > 4)
    return struct.pack(">BBBBI", major, minor, texts, hint, 77) + said + packet


SAID: tuple[tuple[int, bytes], ...] = (
    (290, event(b"abc", "Disk read", "Kernel")), (290, event(b"", "", "")),
    (280, node(1, 4, FRAME)), (280, node(0, 5, FRAME[14:])), (280, node(0, 4, FRAME)), (280, node(2, 4, FRAME[14:])),
    (280, node(9, 4, FRAME, 3)), (280, node(0, 5, FRAME, 0, 2)),
    (196, bytes.fromhex("01 12 13 c5 01 01 21")), (196, bytes.fromhex("80 0d 00 0f 00 010203")),
    (196, bytes.fromhex("01 00 00 00 12 0801 03 cc") + FRAME[14:]),
)  # fmt: skip
PACKETS = [packet for _, packet in SAID]
LINKS = [link for link, _ in SAID]
