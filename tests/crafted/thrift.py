"""Thrift: calls and replies with values of every type, in both protocols, framed and not, faults, and near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("thrift",)


def text(octets: bytes) -> bytes:
    return struct.pack(">i", len(octets)) + octets


def binary(kind: int, method: bytes, fields: bytes, number: int = 1) -> bytes:
    return struct.pack(">HBB", 0x8001, 0, kind) + text(method) + struct.pack(">i", number) + fields


def field(kind: int, identifier: int, value: bytes) -> bytes:
    return struct.pack(">Bh", kind, identifier) + value


def varint(value: int) -> bytes:
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*octets, value))


def signed(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def compact(kind: int, method: bytes, fields: bytes, number: int = 1) -> bytes:
    return bytes((0x82, kind << 5 | 1)) + signed(number) + varint(len(method)) + method + fields


def framed(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


NESTED = field(12, 1, field(11, 1, text(b"in")) + field(15, 2, struct.pack(">Bi", 12, 2) + b"\0" + field(3, 1, b"\7") + b"\0") + b"\0")
SCALARS = (
    field(2, 1, b"\1") + field(3, 2, b"\xff") + field(4, 3, struct.pack(">d", 1.5)) + field(6, 4, b"\xff\xfe") + field(8, -5, bytes(4))
    + field(10, 6, b"\x80" + bytes(7)) + field(11, 7, text(b"caf\xc3\xa9\n")) + field(11, 8, text(b"\0\1\2")) + field(11, 9, text(b""))
    + field(16, 10, bytes(range(16)))
)  # fmt: skip
MANY = (
    field(15, 1, struct.pack(">Bi2h", 6, 2, 1, -1)) + field(14, 2, struct.pack(">Bi", 11, 1) + text(b"a"))
    + field(13, 3, struct.pack(">BBi", 11, 8, 1) + text(b"key") + struct.pack(">i", 7)) + field(15, 4, struct.pack(">Bi", 8, 0))
)  # fmt: skip
SHORT = (
    b"\x13\xff\x17" + struct.pack("<d", 1.5) + b"\x14" + signed(-2) + b"\x05" + signed(0) + signed(-5) + b"\x16"
    + signed(1 << 40) + b"\x18" + varint(3) + b"abc" + b"\x18" + varint(2) + b"\0\1"
)  # fmt: skip
SHORT_MANY = (
    b"\x19\x24" + signed(1) + signed(-1) + b"\x1a\x18" + varint(1) + b"a" + b"\x1b\x01\x85" + varint(3) + b"key" + signed(7) + b"\x1b\x00"
    + b"\x19\xf3\x10" + bytes(range(16)) + b"\x1c\x13\x07\x00"
)  # fmt: skip
FAULT = field(11, 1, text(b"no such method")) + field(8, 2, struct.pack(">i", 1)) + b"\0"
MESSAGES = [
    binary(1, b"ping", b"\0"), binary(2, b"ping", b"\0"), binary(4, b"tell", SCALARS + b"\0", -1), binary(1, b"sum", MANY + b"\0"),
    binary(1, b"deep", NESTED + b"\0"), binary(3, b"what", FAULT), compact(3, b"what", b"\x18\2no\x15\2\0"), binary(3, b"what", field(2, 5, b"\1") + b"\0"), framed(binary(1, b"ping", SCALARS + b"\0")),
    framed(binary(1, b"one", b"\0")) + framed(binary(1, b"two", b"\0")), binary(1, b"one", b"\0") + binary(1, b"two", b"\0"),
    framed(compact(1, b"ping", b"\0")), compact(2, b"ping", SHORT_MANY + b"\0", 300), compact(1, b"get", b"\x18" + varint(2) + b"ok\0"),
    framed(compact(1, b"tell", SHORT + b"\0", -70000)), binary(1, b"odd", field(7, 1, b"ab")), binary(1, b"", b"\0"),
    binary(2, b"x" * 99, field(8, 0, bytes(4)) + b"\0"), binary(2, b"fails", field(12, 1, field(11, 1, text(b"why")) + b"\0") + b"\0"),
]  # fmt: skip
MISSES = [
    binary(0, b"ping", b"\0"), binary(5, b"ping", b"\0"), binary(1, b"pi\ng", b"\0"), binary(1, b"ping", b""), binary(1, b"ping", b"\0")[:11],
    b"\x80\2" + binary(1, b"ping", b"\0")[2:], framed(binary(1, b"ping", b"\0"))[:9], struct.pack(">I", 12) + binary(1, b"ping", b"\0"),
    b"\x82\x22\1\4ping\0", b"\x82\xa1\1\4ping\0", compact(1, b"p\tng", b"\0"), compact(1, b"ping", b""), compact(1, b"x" * 130, b"\0"),
]  # fmt: skip
PACKETS = []
for number, message in enumerate((*MESSAGES, *MISSES)):
    talk = Talk(51100 + number, 9091)
    talk.asks(message)
    PACKETS += talk.packets[3:]
talk = Talk(51099, 9093)
whole = framed(binary(1, b"long", SCALARS + b"\0"))
talk.asks(whole[:50])
talk.asks(whole[50:])
PACKETS += talk.packets
