"""DHCPv6 (RFC 8415): each message and the options of it and of the RFCs about it."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("dhcpv6",)
HOST, NAME = "20010db8" + "00" * 11 + "01", "03777777 07 6578616d706c65 00"


def option(kind: int, value: str | bytes) -> bytes:
    value = bytes.fromhex(value) if isinstance(value, str) else value
    return struct.pack(">HH", kind, len(value)) + value


def message(kind: int, *each: bytes) -> bytes:
    return udp(546, 547, struct.pack(">I", kind << 24 | 0xABCDEF) + b"".join(each))


ADDRESS = option(5, HOST + "00000e10 00001c20" + option(13, "0000 6f6b").hex())
PREFIX = option(26, "00000e10 00001c20 38 20010db8" + "00" * 12)
OPTIONS = [
    option(1, "0001 0001 12345678 020000000001"), option(1, "0002 00000009 0102"), option(2, "0003 0001 020000000001"),
    option(1, "0004" + "ab" * 16), option(3, "00000001 00000e10 00001518" + ADDRESS.hex()), option(4, "00000002"), option(6, "0017 0018 0027"),
    option(7, "ff"), option(8, "0064"), option(11, "01 01 00 0000000000000001 0102"), option(12, HOST), option(13, "0002 6e6f"),
    option(14, ""), option(15, "0004 75736572"), option(16, "00000009 0003 616263"), option(17, "00000009 0001 0002 6162"),
    option(18, b"eth0"), option(19, "05"), option(20, ""), option(21, NAME), option(22, HOST), option(23, HOST + HOST), option(24, NAME),
    option(25, "00000003 00000e10 00001518" + PREFIX.hex()), option(27, HOST), option(29, NAME), option(31, HOST), option(32, "00015180"),
    option(33, NAME), option(37, "00000009 0102"), option(38, b"subscriber"), option(39, "01 03777777"), option(41, b"EST5EDT"),
    option(42, b"Europe/Berlin"), option(56, option(1, HOST)), option(56, option(3, NAME)), option(59, b"tftp://[2001:db8::1]/boot"),
    option(60, "0004 61726773"), option(61, "0007 0009"), option(62, "01 03 10"), option(64, NAME), option(79, "0001 020000000001"),
    option(82, "00015180"), option(83, "00000e10"), option(9999, "0102"),
]  # fmt: skip
INNER = struct.pack(">I", 1 << 24 | 0xABCDEF) + OPTIONS[0]
RELAYED = b"\x0c\1" + bytes.fromhex(HOST) * 2 + option(18, b"eth0") + option(9, INNER)
PACKETS = [
    *(message(kind, OPTIONS[0]) for kind in range(1, 12)), *(message(1, one) for one in OPTIONS),
    udp(547, 547, RELAYED), udp(547, 547, b"\x0d\1" + bytes.fromhex(HOST) * 2 + option(9, struct.pack(">I", 2 << 24 | 0xABCDEF) + OPTIONS[2])),
]
