"""MQTT 3.1.1 and 5.0 (OASIS): each message, with each property where version 5 has it."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("mqtt",)


def text(value: bytes) -> bytes:
    return struct.pack(">H", len(value)) + value


def variable(value: int) -> bytes:
    out = b""
    while True:
        value, octet = value >> 7, value & 0x7F
        out += bytes((octet | (0x80 if value else 0),))
        if not value:
            return out


def message(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    return bytes((kind << 4 | flags,)) + variable(len(body)) + body


def properties(*values: bytes) -> bytes:
    return variable(sum(map(len, values))) + b"".join(values)


def connect(version: int, flags: int, rest: bytes, name: bytes = b"MQTT") -> bytes:
    return message(1, text(name) + bytes((version, flags)) + struct.pack(">H", 60) + rest)


PAIR = b"\x26" + text(b"key") + text(b"value")


def version_3() -> list[bytes]:
    talk = Talk(40040, 1883)
    talk.asks(connect(4, 0xEE, text(b"client") + text(b"will/topic") + text(b"gone") + text(b"user") + text(b"secret")))
    talk.answers(message(2, b"\x01\x00"))
    talk.asks(message(8, b"\0\1" + text(b"a/+") + b"\1" + text(b"b/#") + b"\2", 2))
    talk.answers(message(9, b"\0\1\1\x80"))
    talk.asks(message(3, text(b"a/b") + b"\0\2" + b"21.5", 0x0B))
    talk.answers(message(4, b"\0\2"))
    talk.asks(message(3, text(b"a/c") + b"\0\3" + b"x" * 130, 0x04))
    talk.answers(message(5, b"\0\3"))
    talk.asks(message(6, b"\0\3", 2))
    talk.answers(message(7, b"\0\3"))
    talk.answers(message(3, text(b"b/c") + b"on") + message(3, text(b"b/d") + b"off", 1))
    talk.asks(message(10, b"\0\4" + text(b"a/+"), 2))
    talk.answers(message(11, b"\0\4"))
    talk.asks(message(12))
    talk.answers(message(13))
    talk.asks(message(14))
    return talk.packets


def version_5() -> list[bytes]:
    talk = Talk(40041, 1883)
    wanted = properties(b"\x11" + struct.pack(">I", 3600), b"\x21\0\x0a", b"\x27\0\1\0\0", b"\x22\0\5", b"\x19\1", b"\x17\1", PAIR,
                        b"\x15" + text(b"SCRAM"), b"\x16" + text(b"\1\2"))  # fmt: skip
    will = properties(b"\x18\0\0\0\x1e", b"\1\1", b"\2\0\0\0\x3c", b"\3" + text(b"text/plain"), b"\x08" + text(b"answers"), b"\x09" + text(b"\7"))
    talk.asks(connect(5, 0xC6, wanted + text(b"client") + will + text(b"will") + text(b"gone") + text(b"user") + text(b"secret")))
    talk.answers(message(2, b"\0\0" + properties(b"\x12" + text(b"given"), b"\x24\1", b"\x25\1", b"\x28\1", b"\x29\1", b"\x2a\0", b"\x13\0\x3c",
                                                 b"\x1a" + text(b"info"), b"\x1c" + text(b"other"), b"\x1f" + text(b"welcome"))))  # fmt: skip
    talk.asks(message(15, b"\x18" + properties(b"\x15" + text(b"SCRAM"))))
    talk.asks(message(8, b"\0\1" + properties(b"\x0b\xe8\7", PAIR) + text(b"a/+") + b"\x2d", 2))
    talk.answers(message(9, b"\0\1" + properties() + b"\1\x87"))
    talk.asks(message(3, text(b"a/b") + b"\0\2" + properties(b"\x23\0\1", b"\1\1") + b"21.5", 0x02))
    talk.answers(message(4, b"\0\2\x10" + properties(PAIR)))
    talk.answers(message(5, b"\0\3\x92"))
    talk.asks(message(6, b"\0\3", 2))
    talk.answers(message(7, b"\0\3\0"))
    talk.asks(message(10, b"\0\4" + properties() + text(b"a/+"), 2))
    talk.answers(message(11, b"\0\4" + properties() + b"\x11"))
    talk.answers(message(14, b"\x8b" + properties(b"\x1f" + text(b"moving"))))
    talk.asks(message(14, b"\x04"))
    return talk.packets


def old() -> list[bytes]:
    talk = Talk(40042, 1883)
    talk.asks(connect(3, 0x02, text(b"client"), b"MQIsdp"))
    talk.answers(message(2, b"\0\5"))
    return talk.packets


def unknown() -> list[bytes]:
    """A connection whose CONNECT was not captured: nobody knows the version."""
    talk = Talk(40043, 1883)
    for kind, body in ((2, b"\0\5"), (9, b"\0\1\0\x80"), (4, b"\0\1"), (11, b"\0\1\0")):
        talk.answers(message(kind, body))
    talk.asks(message(3, text(b"topic") + b"payload"))
    return talk.packets


PACKETS = [*version_3(), *version_5(), *old(), *unknown()]
