"""Bluetooth: channels that are opened for services, and what goes through them."""

from __future__ import annotations

import struct

LINK = 201
LAYERS = ("btl2cap",)
SENT, RECEIVED = 0, 1
SERVICES: tuple[tuple[int, str], ...] = (  # a service's number, what is said to it
    (0x01, "0600010011350319110300ff35050a0000ffff00"), (0x03, "033f011c"), (0x03, "0bef09414243449a"), (0x11, "a101000000000000000000"),
    (0x13, "a101000000000000000000"), (0x17, "00110e0048000019580000050300"), (0x19, "0001"), (0x0F, "0101010002010a0b"),
    (0x1F, "0200 02"),
)  # fmt: skip


def frame(way: int, channel: int, payload: bytes, handle: int = 0x2042) -> bytes:
    data = struct.pack("<HH", len(payload), channel) + payload
    return struct.pack(">I", way) + b"\x02" + struct.pack("<HH", handle, len(data)) + data


def opened(number: int, service: int) -> list[bytes]:
    """A channel: our end has an even number, the other's end an odd one."""
    ours, theirs = 0x40 + 2 * number, 0x41 + 2 * number
    asks = struct.pack("<BBHHH", 2, number, 4, service, ours)
    answers = struct.pack("<BBHHHHH", 3, number, 8, theirs, ours, 0, 0)
    return [frame(SENT, 1, asks), frame(RECEIVED, 1, answers)]


def service(number: int, port: int, said: str) -> list[bytes]:
    octets = bytes.fromhex(said)
    return [
        *opened(number, port), frame(SENT, 0x41 + 2 * number, octets), frame(RECEIVED, 0x40 + 2 * number, octets),
    ]  # fmt: skip


PACKETS = [
    *(packet for number, one in enumerate(SERVICES, 1) for packet in service(number, *one)),
    frame(SENT, 0x77, b"of a channel that was never opened"), frame(SENT, 0x43, bytes.fromhex("0600010000"), 0x2043),
]  # fmt: skip
