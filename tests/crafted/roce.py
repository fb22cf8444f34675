"""InfiniBand over Ethernet and over UDP: every extended header, and management datagrams."""

from __future__ import annotations

from tests.crafted.frames import udp

LAYERS = ("infiniband",)
SAID, CRC = bytes.fromhex("c3c4c5c6c7c8c9cacbcccdcecfd0d1d2"), bytes.fromhex("01020304")
DETH, RETH = bytes.fromhex("80010000 00000012"), bytes.fromhex("00007f1234567890 00001801 00000400")
AETH, ATOMIC = bytes.fromhex("1f000005"), bytes.fromhex("00007f1234567890 00001801 0000000000000007 0000000000000009")
RDETH, IMMEDIATE = bytes.fromhex("00000003"), bytes.fromhex("deadbeef")
ORIGINAL = bytes.fromhex("0000000000000005")
IP = bytes.fromhex("4500001c00000000400100000a0000010a000002 0800f7ff00000000")
GID = bytes.fromhex("fe80000000000000000010e000664ab4")


def bth(opcode: int, pair: int = 0x12) -> bytes:
    return bytes([opcode, 0xD0]) + bytes.fromhex("ffff a5") + pair.to_bytes(3) + bytes.fromhex("81000007")


TAILS = {
    0x04: SAID, 0x05: IMMEDIATE + SAID, 0x06: RETH + SAID, 0x0A: RETH + SAID, 0x0B: RETH + IMMEDIATE + SAID, 0x0C: RETH,
    0x0D: AETH + SAID, 0x0E: SAID, 0x11: AETH, 0x12: AETH + ORIGINAL, 0x13: ATOMIC, 0x14: ATOMIC, 0x16: IMMEDIATE + SAID,
    0x24: SAID, 0x2A: RETH + SAID, 0x44: RDETH + DETH + SAID, 0x64: DETH + SAID, 0x65: DETH + IMMEDIATE + SAID,
}  # fmt: skip
NOT_ACKNOWLEDGED = (b"\x3f\0\0\1", b"\x61\0\0\2", b"\x45\0\0\3")
HEADERS = [bth(opcode) + tail for opcode, tail in TAILS.items()]
HEADERS += [bth(0x11) + syndrome for syndrome in NOT_ACKNOWLEDGED]
HEADERS += [bth(0x64) + DETH + bytes.fromhex("08000000") + IP]


def mad(kind: int, attribute: int, data: bytes) -> bytes:
    head = bytes([1, kind, 2, 3]) + bytes.fromhex("8001 0203 0000000100000002") + attribute.to_bytes(2) + bytes.fromhex("0000 00000009")
    return bth(0x64, 1) + bytes.fromhex("80010000 00000001") + head + data.ljust(232, b"\x5a")


IDS = bytes.fromhex("0102030405060708")
SERVICE, OTHER_SERVICE = bytes.fromhex("0000000001064e20"), bytes.fromhex("1000000000000002")
PATH = bytes.fromhex("0001 0002") + GID + GID[::-1] + bytes.fromhex("123456c7 03 40 5d 9a")
REQUEST = (
    bytes.fromhex("01020304 00000000"), bytes.fromhex("0002c90300001234 00000000 00000011 000102 10 000304 11 000506 a7 010203 9f ffff 5f b7")
    + PATH + PATH,
)  # fmt: skip
OVER_IP = bytes.fromhex("12 40 1f90") + bytes(12) + bytes.fromhex("0a000001") + bytes(12) + bytes.fromhex("0a000002 616263")
REPLY = IDS + bytes.fromhex("00000011 000102 00 000304 00 000506 00 10 11 a7 f3 0002c90300001234")
MADS = [
    mad(0x07, 0x10, REQUEST[0] + SERVICE + REQUEST[1] + OVER_IP), mad(0x07, 0x10, REQUEST[0] + OTHER_SERVICE + REQUEST[1]),
    mad(0x07, 0x13, REPLY), mad(0x07, 0x14, IDS), mad(0x07, 0x12, IDS + bytes.fromhex("8307 001c")),
    mad(0x81, 0x7F11, b"\1" * 8 + IDS), mad(0x01, 0x7F11, b"\1" * 8),
    mad(0x07, 0x15, IDS + bytes.fromhex("00001200")), mad(0x07, 0x16, IDS),
]  # fmt: skip


def ethernet(packet: bytes) -> bytes:
    size = len(packet) + 4
    return bytes.fromhex("020000000002 020000000001 8915") + bytes.fromhex("60512345") + size.to_bytes(2) + b"\x1b\x40" + GID + GID + packet + CRC


ETHERNET = [ethernet(packet) for packet in (*HEADERS[:3], *MADS)]
UDP = [udp(50000, 4791, packet + CRC) for packet in (*HEADERS, *MADS)]
PACKETS = [*ETHERNET, *UDP]
