"""GRE tunnel bonding: each kind of attribute in a message."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4

LAYERS = ("grebonding",)


def attribute(kind: int, value: str | bytes) -> bytes:
    value = bytes.fromhex(value) if isinstance(value, str) else value
    return struct.pack(">BH", kind, len(value)) + value


def message(kind: int, tunnel: int, *attributes: bytes, protocol: int = 0xB7EA) -> bytes:
    said = bytes((kind << 4 | tunnel,)) + b"".join(attributes) + attribute(255, b"")
    return ipv4(47, struct.pack(">HHI", 0x2000, protocol, 1) + said)


PREFIX, ITEM = "20010db8000000000000000000000000", struct.pack(">HHHH", 1, 13, 1, 4) + b"site" + b"a.com"
PACKETS = [
    message(1, 1, attribute(3, b"client"), attribute(4, "00000001"), attribute(5, "00000010 00000020")),
    message(2, 1, attribute(1, "0a000001"), attribute(2, PREFIX), attribute(6, "00000400"), attribute(13, PREFIX + "40"), attribute(20, "01020304")),
    message(3, 2, attribute(17, "00000005")), message(4, 0, attribute(5, "00000010 00000020"), protocol=0x0101),
    message(6, 8, attribute(8, struct.pack(">IHH", 7, 1, 1) + ITEM)), message(6, 1, attribute(11, b""), attribute(99, "0102030405060708")),
    message(11, 3),
]  # fmt: skip
