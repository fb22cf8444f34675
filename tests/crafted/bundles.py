"""Bundles of delay-tolerant networks, by themselves over UDP and by both versions of their messages over TCP."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("bundle", "bpv7", "bpv7.admin_rec", "tcpcl")


def cbor(*parts: object) -> bytes:
    """An array in CBOR of numbers, octets, texts and arrays."""
    return _head(4, len(parts)) + b"".join(map(_item, parts))


def _head(kind: int, value: int) -> bytes:
    for small, form, most in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if value < 24:
            return bytes((kind << 5 | value,))
        if value < most:
            return bytes((kind << 5 | small,)) + struct.pack(form, value)
    raise ValueError(value)


def _item(part: object) -> bytes:
    if isinstance(part, bool):
        return b"\xf5" if part else b"\xf4"
    if isinstance(part, int):
        return _head(0, part)
    if isinstance(part, bytes):
        return _head(2, len(part)) + part
    if isinstance(part, str):
        return _head(3, len(part)) + part.encode()
    assert isinstance(part, tuple)
    return cbor(*part)


HERE, THERE, NOWHERE, SERVICE = (2, (1, 5)), (1, "//there/in"), (1, 0), (2, (4, 2))
TIME = 755_533_838_904


def bundle(*blocks: bytes, flags: int = 0, time: int = TIME, more: tuple[object, ...] = (), check: int = 0) -> bytes:
    return b"\x9f" + cbor(7, flags, check, THERE, HERE, NOWHERE, (time, 3), 3_600_000, *more) + b"".join(blocks) + b"\xff"


def carried(kind: int, data: bytes, flags: int = 0) -> bytes:
    return cbor(kind, kind, flags, 0, data)


PAYLOAD = carried(1, b"hello", 0x15)
STATUS = cbor(1, (((True, TIME), (False,), (True,), (False,)), 9, SERVICE, (TIME, 4)))
STATUS_OF_PART = cbor(1, (((True,), (False,), (False,), (True, 0)), 1, HERE, (0, 4), 100, 200))
CHECKED = cbor(1, 1, 0, 1, b"hello", b"\x12\x34")
SIXTH = bytes.fromhex("06 8110 12 01 02 03 04 05 06 00 00 8f00 03 8e10 00")
NAMES = b"dtn\0me\0you\0"
FIFTH = bytes.fromhex("06 8110 20 00 04 00 07 00 04 00 04 8f00 03 8e10 0b") + NAMES
DATAGRAMS = (
    bundle(PAYLOAD), bundle(carried(6, cbor(*HERE)), carried(7, b"\x18\x64"), carried(10, cbor(30, 4)), PAYLOAD),
    bundle(carried(1, STATUS), flags=2), bundle(carried(1, STATUS_OF_PART), flags=2, time=0), bundle(carried(1, cbor(2, b"x")), flags=2),
    bundle(PAYLOAD, flags=0x070061, more=(10, 100)), bundle(carried(192, b"odd"), PAYLOAD), bundle(CHECKED), bundle(PAYLOAD)[:40],
    bundle(CHECKED, check=1, more=(b"\x01\x02",)), bundle(CHECKED, check=2, more=(b"\x01\x02\x03\x04",)),
    SIXTH + bytes.fromhex("01 09 05") + b"hello", FIFTH + bytes.fromhex("0a 01 02 0102 01 09 05") + b"hello",
    SIXTH.replace(b"\x06\x81\x10", b"\x06\x81\x11") + bytes.fromhex("8110 05 01 09 02") + b"ab", SIXTH + bytes.fromhex("01 09 05") + b"he",
)  # fmt: skip

HELLO3 = b"dtn!" + bytes.fromhex("03 01 000f 04") + b"dtn:"
INIT = bytes.fromhex("07 001e 0000000000001000 0000000000100000 0005") + b"dtn:a" + bytes.fromhex("0000000b 01 0abc 0001 ff 00 0001 0000")
LENGTH = bytes.fromhex("00 0001 0008 0000000000000040")
WHOLE = bundle(PAYLOAD)


def segment(flags: int, data: bytes, more: bytes = b"") -> bytes:
    head = bytes((1, flags)) + struct.pack(">Q", 7) + (struct.pack(">I", len(more)) + more if flags & 2 else b"")
    return head + struct.pack(">Q", len(data)) + data


def third(flags: int, data: bytes) -> bytes:
    return bytes((0x10 | flags, len(data))) + data


def connections() -> list[bytes]:
    packets: list[bytes] = []
    for number, (asks, answers) in enumerate((
        ((b"dtn!\x04\x00", INIT, segment(3, WHOLE, LENGTH), segment(2, b"ab") + b"\x04", segment(0, b"c"), b"\x05\x00\x01"),
         (b"dtn!\x04\x00" + INIT[:10], INIT[10:], bytes.fromhex("02 03 0000000000000007 0000000000000040"),
          bytes.fromhex("03 02 0000000000000007 06 01 0f"), b"\x05\x01\x01")),
        ((HELLO3, third(3, WHOLE[:127]), third(2, b"abc"), third(0, b"d") + b"\x40", b"\x53\x02\x00\x05"),
         (HELLO3, b"\x20\x05", b"\x60\x05", b"\x50")),
    )):  # fmt: skip
        talk = Talk(50000 + number, 4556)
        for turn in range(max(len(asks), len(answers))):
            for say, said in ((talk.asks, asks), (talk.answers, answers)):
                if turn < len(said):
                    say(said[turn])
        packets += talk.packets
    return packets


PACKETS = [*(udp(50000, 4556, said) for said in (*FOREIGN, *DATAGRAMS)), *connections()]
