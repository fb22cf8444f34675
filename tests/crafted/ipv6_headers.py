"""IPv6's options and routing headers, one a packet; a datagram of UDP lies behind each."""

from __future__ import annotations

import struct

LINK = 101
LAYERS = ("ipv6", "ipv6.hopopts", "ipv6.dstopts", "ipv6.routing")

SOURCE, TARGET, UDP = bytes.fromhex("20010db8000000000000000000000001"), bytes.fromhex("20010db8000000000000000000000002"), 17
SPOKEN = struct.pack(">HHHH", 4000, 4001, 12, 0) + b"abcd"
TRACE = "0000 0001 %s 00"

# type, and what follows its length
OPTIONS = (
    (0x04, "05"), (0x05, "0000"), (0x07, "00000001 02 05 10ab 1122334455667788"), (0x07, "00000001 00 05 10ab"),
    (0x08, "00 aabbccdd"), (0x08, "13 a1a2a3a4 c1c2"), (0x08, "2f" + "a1" * 16 + "c1c2c3"), (0x08, "81aabbcc"),
    (0x0F, "01 02 0003 0004 0005 0006"), (0x1E, "010203"), (0x20, "01020304"), (0x23, "e0010100"),
    (0x26, "07 21 1234567b"), (0x26, "87 21 1234567b"), (0x30, "05dc 0501"),
    (0x31, TRACE % "2000 f00000" + bytes(range(16)).hex()), (0x31, TRACE % "2002 f00000" + bytes(range(24)).hex()),
    (0x31, TRACE % "5800 800ffc" + bytes(range(44)).hex()), (0x31, TRACE % "7800 fff000" + bytes(range(60)).hex()),
    (0x31, TRACE % "0c00 800002" + "01020304 01aabbcc deadbeef 05060708 00aabbcd"), (0x31, "0001" + (TRACE % "2000 f00000")[4:] + "00" * 16),
    (0x31, "0003 0001 8000 0000"), (0x41, "01020304"), (0x63, "e0 01 0100"), (0x6D, "60 01 0203"), (0x6D, "90 01" + "a1" * 8),
    (0x6D, "c0 01" + "a1" * 16), (0x6D, "20 01"), (0x8A, "0102"), (0x8B, "01020304"), (0x8C, "03 616263"), (0xC2, "00010000"),
    (0xC9, "20010db8000000000000000000000009"), (0xEE, "f0 0102"),
)  # fmt: skip
ROUTES = (
    (0, 1, "00000000" + TARGET.hex() + SOURCE.hex()), (2, 1, "00000000" + TARGET.hex()),
    (3, 1, "00000000" + TARGET.hex() + SOURCE.hex()), (3, 2, "88000000" + bytes(range(16)).hex()),
    (3, 2, "fe500000 01 0203 0000000000"), (3, 1, "1f300000" + "00" * 12 + "09000000"), (4, 1, "01080007" + TARGET.hex() + SOURCE.hex()),
    (1, 0, "01020304"), (253, 0, "01020304"),
)  # fmt: skip


def packet(following: int, payload: bytes) -> bytes:
    return struct.pack(">IHBB", 0x60000000, len(payload), following, 64) + SOURCE + TARGET + payload


def header(front: bytes) -> bytes:
    """A header behind which UDP follows, filled up to eight octets by options."""
    size = -(len(front) + 2) % 8
    front += b"\0" if size == 1 else bytes((1, size - 2)) + bytes(size - 2) if size else b""
    return bytes((UDP, (len(front) + 2) // 8 - 1)) + front + SPOKEN


def option(kind: int, text: str) -> bytes:
    octets = bytes.fromhex(text)
    return bytes((kind, len(octets))) + octets


PACKETS = [
    *(packet(0, header(option(*one))) for one in OPTIONS),
    *(packet(60, header(option(*one))) for one in OPTIONS),
    *(packet(43, header(bytes((kind, left)) + bytes.fromhex(text))) for kind, left, text in ROUTES),
    packet(60, bytes((0, 0)) + option(4, "05") + bytes(3) + header(option(5, "0000"))),
]
