"""swIPe's packets, and VINES in IP and above LLC."""

from __future__ import annotations

from tests.crafted.frames import ipv4

LAYERS = ("swipe", "vines_frp", "vines_llc", "vines_ip")
IPV6 = "6000000000083a40 20010db8000000000000000000000001 20010db8000000000000000000000002 8000 0000 00010002"
VINES = "ffff 0030 0f 63" + 42 * "00"
ADDRESSES = bytes.fromhex("020000000002 020000000001")
PACKETS = [
    ipv4(53, bytes.fromhex("01 0c 0005 00000007 01020304" + IPV6)), ipv4(53, bytes.fromhex("00 08 0005 00000008" + IPV6)),
    ipv4(83, bytes.fromhex("03 05" + VINES)),
    *(ADDRESSES + bytes.fromhex(f"0034 bcbc03 {kind}" + VINES) for kind in ("ba", "bb", "bd")),
]  # fmt: skip
