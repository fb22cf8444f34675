"""ISAKMP: IKE of version 1 (RFC 2407 to 2409) and of version 2 (RFC 7296), each payload."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("isakmp",)


def payloads(*each: tuple[int, bytes], critical: int = 0) -> tuple[int, bytes]:
    """The first one's kind, and all, each saying what the next is."""
    out = b""
    for i, (_, body) in enumerate(each):
        following = each[i + 1][0] if i + 1 < len(each) else 0
        out += struct.pack(">BBH", following, critical, 4 + len(body)) + body
    return (each[0][0] if each else 0), out


def message(version: int, exchange: int, flags: int, *each: tuple[int, bytes], number: int = 0, critical: int = 0) -> bytes:
    first, body = payloads(*each, critical=critical)
    return udp(500, 500, struct.pack(">QQBBBBII", 0x1122334455667788, 0x99AABBCCDDEEFF00 if flags or number else 0, first, version, exchange, flags,
                                     number, 28 + len(body)) + body)  # fmt: skip


def short(kind: int, value: int) -> bytes:
    return struct.pack(">HH", 0x8000 | kind, value)


def long(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value


IKE = b"\1\1\0\0" + b"".join(short(k, v) for k, v in ((1, 7), (14, 256), (2, 4), (4, 14), (3, 1), (11, 1))) + long(12, b"\0\0\x70\x80")
ESP = b"\1\x0c\0\0" + b"".join(short(k, v) for k, v in ((1, 1), (5, 5), (6, 128), (4, 1), (3, 14))) + long(2, b"\0\0\x0e\x10")
MAIN = struct.pack(">II", 1, 1) + payloads((2, b"\1\1\0\1" + payloads((3, IKE))[1]))[1]
QUICK = struct.pack(">II", 1, 7) + payloads((2, b"\1\3\4\1" + b"\xaa\xbb\xcc\xdd" + payloads((3, ESP))[1]))[1]
VENDOR = [(13, bytes.fromhex(one)) for one in (
    "4a131c81070358455c5728f20e95452f", "afcad71368a1f1c96b8696fc77570100", "09002689dfd6b712", "12f5f28c457168a9702d9fe274cc0204", "0102030405")]
V1 = [
    message(0x10, 2, 0, (1, MAIN), *VENDOR),
    message(0x10, 2, 0, (4, b"\x55" * 128), (10, b"\x66" * 16), (20, b"\x77" * 20), (20, b"\x78" * 20), number=1),
    message(0x10, 4, 0, (1, MAIN), (5, b"\1\x11\1\xf4" + b"\x0a\0\0\1"), (5, b"\2\0\0\0host.example"), (5, b"\3\0\0\0u@host"), number=1),
    message(0x10, 4, 0, (5, b"\4\0\0\0\x0a\0\0\0\xff\0\0\0"), (5, b"\5\0\0\0" + b"\x20\1" + b"\0" * 14), (5, b"\x0b\0\0\0key"), number=2),
    message(0x10, 4, 0, (8, b"\x88" * 20), (9, b"\x99" * 64), (6, b"\4" + b"\x30\x03\2\1\1"), (7, b"\4"), number=3),
    message(0x10, 5, 0, (11, struct.pack(">IBBH", 1, 1, 16, 36136) + b"\xee" * 16 + struct.pack(">I", 7)), number=4),
    message(0x10, 5, 0, (11, struct.pack(">IBBH", 1, 1, 16, 36137) + b"\xee" * 16 + struct.pack(">I", 7)), number=5),
    message(0x10, 5, 0, (11, struct.pack(">IBBH", 1, 3, 4, 14) + b"\xaa\xbb\xcc\xdd"), number=6),
    message(0x10, 5, 0, (12, struct.pack(">IBBH", 1, 3, 4, 2) + b"\1\2\3\4\5\6\7\10"), number=7),
    message(0x10, 32, 0, (1, QUICK), (10, b"\x66" * 16), (21, b"\1\0\0\0\x0a\0\0\1"), (21, b"\5\0\0\0" + b"\x20\1" + b"\0" * 14), number=8),
]
TRANSFORMS = payloads(
    (3, b"\1\0\0\x0c" + short(14, 256)), (3, b"\2\0\0\5"), (3, b"\3\0\0\x0c"), (3, b"\4\0\0\x0e"), (3, b"\5\0\0\0"))[1]
ASSOCIATION = payloads((2, b"\1\1\0\5" + TRANSFORMS))[1]
CHILD = payloads((2, b"\1\3\4\5" + b"\xaa\xbb\xcc\xdd" + TRANSFORMS))[1]
SELECTORS = (
    b"\2\0\0\0" + struct.pack(">BBHHH4s4s", 7, 6, 16, 0, 65535, b"\x0a\0\0\0", b"\x0a\0\0\xff")
    + struct.pack(">BBHHH16s16s", 8, 0, 40, 0, 65535, b"\x20\1" + bytes(14), b"\x20\1" + b"\xff" * 14)
)  # fmt: skip
V2 = [
    message(0x20, 34, 8, (33, ASSOCIATION), (34, b"\0\x0e\0\0" + b"\x55" * 64), (40, b"\x66" * 32), (41, b"\0\0\x40\4" + b"\x77" * 20),
            (41, b"\0\0\x40\x2f" + b"\0\1\0\2"), (43, b"\1\2\3\4")),
    message(0x20, 34, 0x20, (41, b"\0\0\0\x11\0\x13"), number=0),
    message(0x20, 34, 0x20, (38, b"\4" + b"\xab" * 40), (41, b"\0\0\x40\x06cookie12")),
    message(0x20, 35, 8, (35, b"\2\0\0\0host.example"), (36, b"\1\0\0\0\x0a\0\0\1"), (37, b"\4" + b"\x30\3\2\1\1"), (39, b"\1\0\0\0" + b"\x99" * 32),
            (33, CHILD), (44, SELECTORS), (45, SELECTORS), number=1),
    message(0x20, 35, 8, (48, b"\1\1\0\5\1"), number=2, critical=0x80), message(0x20, 37, 8, (42, b"\3\4\0\2" + b"\1\2\3\4\5\6\7\10"), number=3),
    message(0x20, 37, 8, (42, b"\1\0\0\0"), number=4), message(0x20, 36, 8, (46, b"\xcd" * 48), number=5),
    message(0x20, 35, 8, (53, b"\0\1\0\2" + b"\xcd" * 48), number=6), message(0x20, 37, 0x28, number=7),
]
PACKETS = [*V1, *V2]
