"""LIN and FlexRay: frames, events, errors, a symbol."""

from __future__ import annotations

LAYERS = ("lin", "flexray")
LIN = ("01 000000 41 b4 aa 00 0102030405060708", "01 000000 0c 0000 00 b0000001", "01 000000 21 b4 aa 2a 01020000",
       "01 000102 82 2c 55 11 0102030405060708", "01 000000 01 2c 55 01")  # fmt: skip
FLEXRAY = ("01 00 48 05 04 00 00 05010203", "02 1f", "81 1f 7f ff 05 ff ff 05010203", "01 00 20 05 04 ab cd 05010203", "01 02 30 05 00 ab cd")
PACKETS = [bytes.fromhex(text) for text in (*LIN, *FLEXRAY)]
LINKS = [212] * len(LIN) + [210] * len(FLEXRAY)
