"""PROFINET's clocks: every frame and block, the reserved ones, blocks that are cut, too long, or without an end."""

from __future__ import annotations

import struct

from tests.crafted.frames import ethernet

LAYERS = ("pn_ptcp",)


def block(kind: int, body: bytes, size: int | None = None) -> bytes:
    return struct.pack(">H", kind << 9 | (len(body) if size is None else size)) + body


SUBDOMAIN, END = block(1, bytes.fromhex("0200000000aa") + bytes(range(16))), bytes(2)
BLOCKS = {
    "time": block(2, struct.pack(">HII", 3, 1700000000, 123456789)), "extension": block(3, struct.pack(">HHH", 5, 37, 0)),
    "master": block(4, struct.pack(">BBBBhH", 0x89, 255, 255, 33, -5, 0)), "slave": block(4, struct.pack(">BBBBhH", 0x42, 1, 2, 34, 5, 0)),
    "port": block(5, struct.pack(">HII", 0, 100, 200)), "delay": block(6, bytes.fromhex("0200000000bb")),
    "received": block(7, struct.pack(">HI", 0, 300)), "own": block(0x7F, bytes.fromhex("000ecf01") + bytes(2) + bytes(range(16))),
    "other": block(0x7F, bytes.fromhex("00112233")), "odd": block(0x7F, b"\0\x0e\xcf\x07"), "short": block(0x7F, b"ab"),
}  # fmt: skip


def frame(identifier: int, blocks: bytes, number: int = 7, delay: int = 1000) -> bytes:
    if identifier < 0x100:
        head = struct.pack(">IIIHBxI", 1, 2, 30, number, 4, delay)
    else:
        head = struct.pack(">12xHHI", number, 0, delay)
    return ethernet(0x8892, struct.pack(">H", identifier) + head + blocks)


PACKETS = [
    frame(0x20, SUBDOMAIN + BLOCKS["time"] + END), frame(0x21, SUBDOMAIN + BLOCKS["time"] + BLOCKS["extension"] + END),
    frame(0x80, SUBDOMAIN + END), frame(0x81, SUBDOMAIN + END), frame(0xFF00, SUBDOMAIN + BLOCKS["master"] + END),
    frame(0xFF01, SUBDOMAIN + BLOCKS["slave"] + END), frame(0xFF20, SUBDOMAIN + END, delay=0xFFFFFF00), frame(0xFF21, END),
    frame(0xFF40, BLOCKS["delay"] + END), frame(0xFF41, BLOCKS["delay"] + BLOCKS["port"] + BLOCKS["received"] + END),
    frame(0xFF42, BLOCKS["delay"] + BLOCKS["port"] + END), frame(0xFF43, BLOCKS["delay"] + BLOCKS["port"] + END + bytes(20)),
    *(frame(0xFF40, BLOCKS[name] + END) for name in ("own", "other", "odd", "short")), frame(0x22, b"rest"), frame(0xFF5F, b"rest"),
    frame(0xFF40, BLOCKS["delay"]), frame(0xFF41, BLOCKS["delay"] + BLOCKS["port"][:6]), frame(0xFF40, block(6, bytes(6), 40) + END),
    frame(0xFF40, block(6, bytes.fromhex("0200000000bb"), 2) + END), frame(0xFF40, b"")[:20],
]  # fmt: skip
