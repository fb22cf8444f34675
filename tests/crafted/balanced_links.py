"""LAPB in Ethernet, SDLC, and SNA over Ethernet."""

from __future__ import annotations

from tests.crafted.frames import ethernet

LAYERS = ("lapbether", "lapb", "sdlc", "snaeth")
CONTROLS = ("00", "52", "21", "35", "3f", "73", "ef")
SAID: tuple[tuple[int, bytes], ...] = (
    *((1, ethernet(0x6000, bytes.fromhex(f"0700 01 {control} 1001000102") + bytes(37))) for control in CONTROLS),
    (1, ethernet(0x6000, bytes.fromhex("0700 02 00 1001000102") + bytes(37))),
    *((268, bytes.fromhex(f"c1 {control} 2d00 0002 0001 0b8000 010203")) for control in CONTROLS),
    (1, ethernet(0x80D5, bytes.fromhex("000e 00 0404 03 2d00 0001 0001 0b8000 0102 00000000") + bytes(20))),
)
PACKETS = [packet for _, packet in SAID]
LINKS = [link for link, _ in SAID]
