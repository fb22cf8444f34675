"""IPv6 addresses that carry others: Ethernet's, ISATAP's, those of 6to4 and Teredo, and IPv4 behind known prefixes."""

from __future__ import annotations

import ipaddress
import struct

LINK = 101
LAYERS = ("ipv6",)
OTHER = "2001:db8::2"
ADDRESSES = (
    "fe80::aabb:ccff:fedd:eeff", "fe80::a8bb:ccff:fedd:eeff", "fe80::200:5efe:c0a8:1", "fe80::5efe:c0a8:1", "2002:c000:204:5::1",
    "2002:c000:204:5:aabb:ccff:fedd:eeff", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:4136:e378:8000:63ff:fefe:fdd2",
    "2001:0:4136:e378:8200:63ff:fefe:fdd2",
    "64:ff9b::c000:221", "64:ff9b:1::c000:221", "ff02::aabb:ccff:fedd:eeff", "ff02::1:ff00:1", "::c000:201",
    "::ffff:192.0.2.1", OTHER,
)  # fmt: skip


def between(source: str, destination: str) -> bytes:
    ends = b"".join(ipaddress.ip_address(end).packed for end in (source, destination))
    return struct.pack(">IHBB", 0x60000000, 0, 59, 64) + ends


PACKETS = [between(*pair) for address in ADDRESSES for pair in ((address, OTHER), (OTHER, address))]
