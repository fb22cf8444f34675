"""MySQL's client/server protocol: greetings, logins, queries with their rows, errors, prepared statements."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("mysql", "mariadb")


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def counted(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def greeting(version: bytes, maria: bool = False) -> bytes:
    fillers = bytes(6) + struct.pack("<I", 0x1D) if maria else bytes(10)
    caps = 0xF7FE if maria else 0xF7FF
    return packet(0, b"\x0a" + version + b"\0" + struct.pack("<I", 9) + b"saltsalt\0"
                  + struct.pack("<HBHHB", caps, 33, 2, 0xC1FF, 21) + fillers + b"moresalthere\0mysql_native_password\0")  # fmt: skip


def login(maria: bool = False, more: int = 0x00BF) -> bytes:
    attributes = counted(b"_os") + counted(b"Linux") + counted(b"_pid") + counted(b"12")
    unused = bytes(19) + struct.pack("<I", 5) if maria else bytes(23)
    caps = 0xA68C if maria else 0xA68D
    return packet(1, struct.pack("<HHIB", caps, more, 1 << 24, 45) + unused + b"root\0" + counted(b"\xaa" * 20) + b"test\0"
                  + b"mysql_native_password\0" + counted(attributes))  # fmt: skip


def column(number: int, name: bytes, kind: int, flags: int) -> bytes:
    texts = b"".join(map(counted, (b"def", b"test", b"t", b"t", name, name)))
    return packet(number, texts + b"\x0c" + struct.pack("<HIBHBH", 33, 255, kind, flags, 0, 0))


EOF = b"\xfe" + struct.pack("<HH", 0, 0x22)
OK = b"\0\1\2" + struct.pack("<HH", 2, 0)
TABLE = (
    packet(1, b"\2") + column(2, b"id", 3, 0x4203) + column(3, b"name", 253, 0x10) + packet(4, EOF)
    + packet(5, counted(b"1") + counted(b"one")) + packet(6, counted(b"2") + b"\xfb") + packet(7, EOF)
)  # fmt: skip


def conversation() -> list[bytes]:
    talk = Talk(40010, 3306)
    talk.answers(greeting(b"8.0.31"))
    talk.asks(login())
    talk.answers(packet(2, b"\0\0\0" + struct.pack("<HH", 2, 0)))
    for query, answer in (
        (b"\x03SELECT * FROM t", TABLE), (b"\x03INSERT INTO t VALUES (3)", packet(1, OK)), (b"\x02test", packet(1, OK)),
        (b"\x03SELEC", packet(1, b"\xff" + struct.pack("<H", 1064) + b"#42000You have an error")), (b"\x0e", packet(1, OK)),
        (b"\x03UPDATE t SET id=4", packet(1, b"\0\xfc\x00\x01\0" + struct.pack("<HH", 2, 1) + counted(b"Rows matched: 256"))),
        (b"\x09", packet(1, b"Uptime: 10")), (b"\x11root\0", packet(1, EOF)), (b"\x05newbase", packet(1, OK)),
    ):  # fmt: skip
        talk.asks(packet(0, query))
        talk.answers(answer)
    talk.asks(packet(0, b"\x01"))
    return talk.packets


def newer() -> list[bytes]:
    """Without EOF packets; two results of one query; a password that TLS hides."""
    talk = Talk(40011, 3306)
    talk.answers(greeting(b"8.0.31"))
    talk.asks(login(more=0x01BF))
    talk.answers(packet(2, b"\0\0\0" + struct.pack("<HH", 2, 0)))
    talk.asks(packet(0, b"\x03SELECT 1"))
    talk.answers(packet(1, b"\1") + column(2, b"1", 8, 0x81) + packet(3, counted(b"1")) + packet(4, b"\xfe\0\0" + struct.pack("<HH", 2, 0)))
    return talk.packets


def maria() -> list[bytes]:
    talk = Talk(40012, 3306)
    talk.answers(greeting(b"5.5.5-10.6.7-MariaDB", maria=True))
    talk.asks(login(maria=True))
    talk.answers(packet(2, b"\0\0\0" + struct.pack("<HH", 2, 0)))
    return talk.packets


def refused() -> list[bytes]:
    talk = Talk(40013, 3306)
    talk.answers(packet(0, b"\xff" + struct.pack("<H", 1130) + b"Host is not allowed"))
    return talk.packets


PACKETS = [*conversation(), *newer(), *maria(), *refused()]
