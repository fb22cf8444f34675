"""DVMRP and the traces of multicast, both messages of IGMP's."""

from __future__ import annotations

from tests.crafted.frames import ipv4

LAYERS = ("dvmrp", "igmp")

MESSAGES = (
    "1306768b 004a040c 0a000002 01 00 40 01 0a000001", "1301 0000 000e ff03 00000007 0a000001",
    "13020000 0000ff03 ffff00 0a0102 83", "13070000 0000ff03 0a000001 e0010203 00001c20",
    "13080000 0000ff03 0a000001 e0010203", "13050000 000a040c",
    "1f203113 00000000 ac102801 ac101401 ac102801 40 000007 472cb65c 0a00000e 0a00000e 0a00000d 000000f2 00000000 "
    "00000000 03 00 18 00",
)  # fmt: skip

PACKETS = [ipv4(2, bytes.fromhex(text)) for text in MESSAGES]
