"""Hot columns of DNS say what trees say, of good messages and of bad ones."""

from __future__ import annotations

import random
import struct

from dissect.layers.dns_hot import NAMES
from tests.passes.test_exchanges import ip
from tests.passes.test_streams import capture

QUESTION = b"\3www\7example\3com\0\0\1\0\1"


def record(kind: int, data: bytes, name: bytes = b"\xc0\x0c") -> bytes:
    """A resource record."""
    return name + struct.pack(">HHIH", kind, 1, 300, len(data)) + data


RECORDS = [
    record(1, b"\xc0\0\2\1"), record(28, bytes(15) + b"\1"), record(5, b"\5alias\xc0\x10"), record(2, b"\2ns\xc0\x14"),
    record(12, b"\4host\7example\3net\0"), record(15, b"\0\12\4mail\xc0\x10"), record(16, b"\5hello\5world"),
    record(6, b"\2ns\xc0\x10\4root\xc0\x10" + bytes(20)),
    record(33, struct.pack(">HHH", 1, 2, 5060) + b"\3sip\xc0\x10"),
    record(41, b"\0\12\0\10abcdefgh", b"\0"), record(1, b"\1\1\1\1", b"\5other\xc0\x10"), record(1, b""),
    record(1, b"\1\2\3"), record(99, b"x"),
]  # fmt: skip


def message(records: list[bytes], questions: int = 1, question: bytes = QUESTION) -> bytes:
    """An answer."""
    return struct.pack(">HHHHHH", 7, 0x8180, questions, len(records), 0, 0) + question * questions + b"".join(records)


def datagram(text: bytes, port: int = 53) -> bytes:
    return ip(False, 17, struct.pack(">HHHH", port, 4000 if port == 53 else port, 8 + len(text), 0) + text)


def agree(messages: list[bytes], port: int = 53) -> None:
    packets = [datagram(text, port) for text in messages]
    with capture(packets) as cap:
        rows = list(cap.json_rows(list(NAMES)))
    with capture(packets) as cap:
        for i, row in enumerate(rows):
            packet = cap[i]
            assert {name: packet.all(name) for name in NAMES if packet.all(name)} == row, messages[i]


def test_records() -> None:
    agree([message([]), message(RECORDS), message(RECORDS[:1], 0, b""), message(RECORDS[:2], 2)])
    agree([message([one, RECORDS[0]]) for one in RECORDS])


def test_names() -> None:
    long = b"\x3f" + b"y" * 63
    names = [b"\0", b"\x3f" + b"x" * 63 + b"\0", b"\1\xff\0", b"\3a.b\0", long * 3 + b"\x3d" + b"z" * 61 + b"\0",
             long * 4 + b"\0", b"\xc0\x0c", b"\x40abc\0", b"\5ab"]  # fmt: skip
    agree([message(RECORDS[:1], 1, name + b"\0\1\0\1") for name in names])


def test_multicast() -> None:
    flushed = record(1, b"\1\2\3\4").replace(b"\0\1\0\1", b"\0\1\x80\1", 1)
    agree([message([flushed], 1, QUESTION[:-2] + b"\x80\1")], 5353)


def test_mutations() -> None:
    dice, made = random.Random(3), []
    for _ in range(400):
        octets = bytearray(message(dice.sample(RECORDS, dice.randint(0, 4))))
        for _ in range(dice.randint(1, 3)):
            octets[dice.randrange(2, len(octets))] = dice.choice((0, 1, 0xC0, 0xFF, dice.randrange(256)))
        made.append(bytes(octets[: dice.randint(12, len(octets))] if dice.random() < 0.3 else octets))
    agree(made)


def test_the_end_of_the_buffer() -> None:
    """The last message of a file ends with it."""
    agree([message([])[:-1], message([])])
