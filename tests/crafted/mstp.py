"""BACnet MS/TP: tokens, data for BACnet, proprietary frames, checks right and wrong."""

from __future__ import annotations

LAYERS, LINK = ("mstp", "bacnet"), 165
PACKETS = [
    bytes.fromhex(text) for text in (
        "55ff 05 01 02 0008 21 0120ffff00ff1008 15b6", "55ff 05 01 02 0008 aa 0120ffff00ff1008 1234", "55ff 00 01 02 0000 40",
        "55ff 80 01 02 0004 78 01020304 9139", "55ff 80 01 02 0004 78 01020304 1234", "55ff 06 ff 02 0008 b0 0120ffff00ff1008 15b6",
        "55ff 01 7f 02 0000 00",
    )
]  # fmt: skip
