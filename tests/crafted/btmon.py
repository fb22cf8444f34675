"""Bluetooth as Linux's monitor sees it."""

from __future__ import annotations

import struct

LINK = 254
LAYERS = ("hci_mon", "bthci_cmd", "bthci_evt", "bthci_acl")


def seen(opcode: int, octets: str) -> bytes:
    return struct.pack(">HH", 0, opcode) + bytes.fromhex(octets)


PACKETS = [
    seen(2, "030c00"), seen(3, "0e0401030c00"), seen(4, "42200a0006000400 0401000100ff"), seen(5, "4220070003000400 020002"),
    seen(6, "400003010203"),
]  # fmt: skip
