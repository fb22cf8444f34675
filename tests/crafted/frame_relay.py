"""Frame relay: RFC 2427, Cisco's encapsulation, numbered frames, Ethernet as it is, and signalling."""

from __future__ import annotations

LAYERS, LINK = ("fr", "q933", "lmi"), 107

ETHERNET = "001188 6b6830 0014a5 30b0af 0806" + "00" * 46 + "01020304"
ADDRESSES = "4500001400000000400000000a0000010a000002"
FRAMES = (
    f"184103cc{ADDRESSES}", f"18410800{ADDRESSES}", "1841 2206 cc" + ADDRESSES, "1841" + ETHERNET,
    "1841 1234 567890", "0001 2200 831b0100", f"184003 03cc{ADDRESSES}", "0001 0308 00 75 95 010101 03020304",
    "0001 0308 00 7d 510100 53020304", "fcf1 0309 00 7d 010100 03020506",
)  # fmt: skip

PACKETS = [bytes.fromhex(text) for text in FRAMES]
