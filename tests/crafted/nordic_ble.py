"""nRF Sniffer for Bluetooth LE: each version of its header, on advertising and other channels."""

from __future__ import annotations

LAYERS, LINK = ("nordic_ble",), 272
SENT = bytes.fromhex("d6be898e 4209 0a0b0c0d0e0f 020106 55dd33")


LINKED = bytes.fromhex("78563412 0100 55dd33")


def event(flags: int, channel: int, sent: bytes) -> bytes:
    return bytes([10, flags, channel, 60]) + bytes.fromhex("0500 10270000") + sent


def packet(version: int, flags: int, channel: int, kind: int = 6) -> bytes:
    body = event(flags, channel, LINKED if version == 3 and kind == 6 else SENT)
    length = bytes([6, len(body)]) if version < 2 else len(body).to_bytes(2, "little")
    return b"\x07" + length + bytes([version]) + bytes.fromhex("0100") + bytes([kind]) + body


PACKETS = [
    packet(1, 0x01, 37), packet(1, 0x07, 5), packet(2, 0x01, 38), packet(2, 0x8D, 5), packet(2, 0x13, 6), packet(3, 0x01, 37, 2),
    packet(3, 0x05, 11, 2), packet(3, 0x0B, 12, 2), packet(3, 0x0D, 13), packet(3, 0x13, 14), b"\x07" + bytes.fromhex("1300 02 0100 06") + event(0x07, 9, LINKED),
]  # fmt: skip
