"""LoRaTap and LoRaWAN: data up and down, a join request, another sync word."""

from __future__ import annotations

LAYERS, LINK = ("loratap", "lorawan"), 270
RADIO = "00 00 000f 33be2788 01 07 8b 4b 39 28"
PACKETS = [
    bytes.fromhex(RADIO + text) for text in (
        "34 40 01020304 80 0100 01 aabbcc 11223344", "34 80 01020304 d2 0100 0301 01 11223344", "34 60 01020304 20 0100 02 11223344",
        "34 00 0807060504030201 1817161514131211 0102 11223344", "12 aabbcc",
    )
]  # fmt: skip
