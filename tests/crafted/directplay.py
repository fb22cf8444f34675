"""DirectPlay over UDP and TCP: every message that has a body, one within another, what players say, near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("dplay",)
ADDRESS = struct.pack("<H", 2) + struct.pack(">H", 2350) + bytes((10, 0, 0, 7)) + bytes(8)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def message(command: int, body: bytes = b"", token: int = 0xFAB, dialect: int = 0x0E) -> bytes:
    return struct.pack("<I", token << 20 | 28 + len(body)) + ADDRESS + b"play" + struct.pack("<HH", command, dialect) + body


SESSION = struct.pack("<II", 80, 0x2A055) + bytes(range(32)) + struct.pack("<II", 8, 2) + bytes(range(32))
PACKED = (
    struct.pack("<II4sIIIII", 200, 5, b"\1\2\3\4", 6, 8, 3, 2, 1) + struct.pack("<4sII4s", b"\5\6\7\x08", 48, 14, bytes(4))
    + wide("me") + wide("myself") + b"abc" + b"de" + b"\x11\x12\x13\x14" + b"\x21\x22\x23\x24"
)  # fmt: skip
BARE = struct.pack("<II4sIIIII", 10, 8, b"\1\2\3\4", 0, 0, 0, 0, 0) + struct.pack("<4sII4s", b"\5\6\7\x08", 48, 14, bytes(4))
WHO = b"\1\1\1\1\2\2\2\2\3\3\3\3"
SUPER = [
    struct.pack("<II4sII", 16, 1, b"\1\2\3\4", 0x357, 14) + wide("a") + wide("bc") + b"\2xy" + b"\3pqr" + b"\1" + b"\4\4\4\4" + b"\5\5\5\5"
    + b"\1" + b"\6\6\6\6",
    struct.pack("<II4sI4s", 16, 2, b"\1\2\3\4", 0, b"\7\7\7\7"),
    struct.pack("<II4sI4s", 16, 4, b"\1\2\3\4", 0x4A8, b"\7\7\7\7") + struct.pack("<H", 2) + b"hi" + struct.pack("<H", 1) + b"j"
    + struct.pack("<H", 0) + struct.pack("<H", 1) + b"\x08\x08\x08\x08",
]  # fmt: skip
ALL = struct.pack("<7I", 1, 1, 120, 1, 28, 100, 110) + SESSION + wide("game") + wide("secret") + b"".join(SUPER)
PIECE = bytes(range(16)) + struct.pack("<6I", 0, 100, 0, 1, 100, 28)
MESSAGES = [
    message(1, SESSION + struct.pack("<I", 92) + wide("a game")), message(1, SESSION + bytes(4)),
    message(2, bytes(range(16)) + struct.pack("<II", 32, 0x41) + wide("pw")), message(2, bytes(range(16)) + struct.pack("<II", 0, 2)),
    message(3, b"abcd"), message(4), message(5, struct.pack("<I", 0x20B)),
    message(7, b"\1\2\3\4" + struct.pack("<II4s4sII", 24, 1, bytes(4), bytes(4), 1, 0x6603) + struct.pack("<III", 40, 60, 0) + wide("NTLM") + wide("RSA")),
    message(7, b"\1\2\3\4" + bytes(36)), message(8, WHO + struct.pack("<II", 28, 0) + PACKED), message(9, WHO + struct.pack("<II", 28, 90) + BARE + wide("pw")),
    message(0x0B, WHO + bytes(8)), message(0x0F, b"\1\1\1\1\2\2\2\2" + struct.pack("<II", 5, 24) + b"hello"),
    message(0x13, WHO + struct.pack("<II", 28, 70) + BARE + wide("pw") + b"\x09\x08\x07\x06"), message(0x13, WHO + bytes(8) + b"\x09\x08\x07\x06"),
    message(0x15, PIECE + b"play" + struct.pack("<HH", 8, 14) + WHO + struct.pack("<II", 28, 0) + PACKED),
    message(0x15, PIECE + b"play" + struct.pack("<HHI", 5, 14, 9)), message(0x15, PIECE + b"play" + struct.pack("<HH", 0x29, 14) + b"rest"),
    message(0x16, b"\1\2\3\4" + struct.pack("<I", 99)), message(0x17, b"\1\2\3\4" + struct.pack("<I", 99)),
    message(0x1A, b"\1\2\3\4" + struct.pack("<II", 90, 100) + SESSION + wide("new") + wide("pw")), message(0x29, ALL), message(0x2F, b"\1\2\3\4"),
    message(0x38, WHO + struct.pack("<II", 28, 0) + BARE), message(0x99, b"abc", dialect=0x77), message(0x2D, b"chat", 0xBAB),
    message(0x16, b"\1\2\3\4"), message(0x1A, b"\1\2\3\4" + struct.pack("<II", 90, 100) + SESSION + "cut".encode("utf-16-le")),
    struct.pack("<I", 0xFAB << 20 | 30) + ADDRESS + b"\0hello there", struct.pack("<I", 0xCAB << 20 | 30) + ADDRESS + b"\0hello there",
    struct.pack("<I", 0xFAC << 20 | 30) + ADDRESS + b"\0hello there", struct.pack("<I", 0xFAB << 20 | 30) + ADDRESS + b"hello there",
    struct.pack("<I", 0xFAB << 20 | 30) + b"\3" + ADDRESS[1:] + b"\0hello there", message(0x16)[:24],
]  # fmt: skip
PACKETS = [udp(50800, 2350, each) for each in MESSAGES]
for number, each in enumerate(MESSAGES):
    talk = Talk(51200 + number, 2300)
    talk.asks(each)
    PACKETS += talk.packets[3:]
