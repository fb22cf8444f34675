"""D-Bus: calls, answers, signals, errors, with every type; numbers of both orders."""

from __future__ import annotations

import struct

LAYERS, LINK = ("dbus",), 231


def padded(octets: bytes, size: int) -> bytes:
    return octets + bytes(-len(octets) % size)


def text(said: str, order: str = "<") -> bytes:
    return struct.pack(order + "I", len(said)) + said.encode() + b"\0"


def signature(said: str) -> bytes:
    return bytes([len(said)]) + said.encode() + b"\0"


def message(kind: int, fields: list[tuple[int, str, str | int]], body: bytes = b"", order: str = "<", flags: int = 0) -> bytes:
    head = b""
    for code, of, said in fields:
        head = padded(head, 8) + bytes([code]) + signature(of)
        if of == "g":
            head += signature(str(said))
        else:
            head = padded(head, 4) + (struct.pack(order + "I", said) if isinstance(said, int) else text(said, order))
    first = (b"l" if order == "<" else b"B") + bytes([kind, flags, 1]) + struct.pack(order + "III", len(body), 7, len(head))
    return padded(first + head, 8) + body


BODY = padded(padded(b"\7", 4) + struct.pack("<IhH", 1, -2, 3), 8) + struct.pack("<qQd", -4, 5, 1.5)
BODY = padded(BODY + text("/a"), 4) + struct.pack("<III", 8, 1, 2) + signature("su")
BODY = padded(padded(BODY, 8) + text("in"), 4) + struct.pack("<I", 9)
ENTRY = padded(text("k") + signature("u"), 4) + struct.pack("<I", 77)
BODY = padded(padded(BODY, 4) + struct.pack("<I", len(ENTRY)), 8) + ENTRY
WHERE: list[tuple[int, str, str | int]] = [(1, "o", "/a"), (2, "s", "a.b"), (3, "s", "C")]
PACKETS = [
    message(1, [(1, "o", "/org/freedesktop/DBus"), (6, "s", "org.freedesktop.DBus"), (3, "s", "Hello")]),
    message(2, [(5, "u", 1), (6, "s", ":1.5"), (8, "g", "s"), (7, "s", "org.freedesktop.DBus")], text("org.x"), flags=1),
    message(4, [*WHERE, (8, "g", "si")], padded(text("ab"), 4) + struct.pack("<i", -5)),
    message(4, [*WHERE, (8, "g", "ybnqxtdoaug(su)a{sv}")], BODY), message(3, [(4, "s", "a.Error"), (5, "u", 3), (8, "g", "s")], text("bad")),
    message(1, [(1, "o", "/org"), (3, "s", "Hello"), (8, "g", "as"), (9, "u", 1)], bytes(4), ">"),
    message(1, [*WHERE, (8, "g", "ayh")], struct.pack("<I", 3) + b"abc\0" + struct.pack("<I", 1)),
]  # fmt: skip
