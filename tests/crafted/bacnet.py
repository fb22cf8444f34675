"""BACnet's network header: addresses of each length on both sides."""

from __future__ import annotations

from tests.crafted.frames import udp

LAYERS = ("bacnet",)
HEADS = ("0120 00ff 01 aa ff", "0120 00ff 06 020000000001 ff", "0120 00ff 02 0102 ff", "0108 00ff 01 aa", "0108 0001 06 020000000001",
         "0128 00ff 03 010203 0001 03 112233 ff", "0128 ffff 00 0001 06 c0a80001bac0 ff", "0104", "0180 00")  # fmt: skip
PACKETS = []
for head in HEADS:
    body = bytes.fromhex(head + ("" if head.startswith("0180") else "1008"))
    PACKETS.append(udp(47808, 47808, b"\x81\x0a" + (4 + len(body)).to_bytes(2) + body))
