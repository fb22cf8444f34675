"""USB on the wire: tokens, starts of frames, splits and data, with checks right and wrong, and what is no packet."""

from __future__ import annotations

LAYERS, LINK = ("usbll",), 288
PACKETS = [
    bytes.fromhex(text) for text in (
        "a5 12e4", "a5 1234", "2d 0010", "69 8358", "e1 0510", "b4 8510", "78 010200", "78 81820a", "78 0182fd", "78 8102f5",
        "d2", "5a", "1e", "96", "3c", "00", "ff", "c3 0000", "4b 01020304 aabb", "87 0102 3f41",
    )
]  # fmt: skip
