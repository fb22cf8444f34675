"""The same devices as USBPcap has them."""

from __future__ import annotations

import struct

from tests.crafted import usb
from tests.crafted.usb import CONTROL

LINK = 249
LAYERS = usb.LAYERS


def header(from_device: bool, transfer: int, endpoint: int, device: int, size: int, stage: int) -> bytes:
    """USBPcap's own."""
    extra = bytes((stage,)) if transfer == CONTROL else b""
    return struct.pack(
        "<HQIHBHHBBI", 27 + len(extra), 0xFFFFFA8001020304, 0, 8 if transfer == CONTROL else 9, from_device, 1, device,
        endpoint, transfer, size,
    ) + extra  # fmt: skip


def converted(packet: bytes) -> bytes:
    """A packet of usbmon as one of USBPcap."""
    kind, transfer, endpoint, device = packet[8:12]
    setup = packet[40:48] if packet[14] == 0 and transfer == CONTROL else b""
    data = setup + packet[64:]
    return header(kind == ord("C"), transfer, endpoint, device, len(data), 0 if kind == ord("S") else 3) + data


PACKETS = [converted(packet) for packet in usb.PACKETS]
