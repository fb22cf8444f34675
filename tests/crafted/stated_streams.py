"""Services whose dissectors believe the lengths that they read: true messages, and what else may come to their ports."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("artemis", "hzlcst", "kt", "pcp", "laplink", "djiuav", "atmtcp", "kdsp", "aol")
PORTS = (5445, 5701, 1978, 44321, 1547, 2001, 4223, 2812, 2502, 5190)
HELLO = bytes.fromhex("160301003f0100003b0303" + "11" * 32 + "000004c02fc0300100000e000b00020100000a00040002001d")
NOISE = bytes.fromhex("82b70eee7f1a5039bef07ec2347f066ed08f5dc7512447e3404300026b6e545594a065685d64c498")
FOREIGN = (
    b"Hello world, this is a text line\r\nand another one\r\n", b"GET /index.html HTTP/1.1\r\nHost: example.org\r\n\r\n",
    NOISE, HELLO, bytes(40), b"\xff" * 40,
)  # fmt: skip


def counted(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def p3(kind: int, body: bytes) -> bytes:
    return b"\x5a\x12\x34" + struct.pack(">H", 3 + len(body)) + bytes((0x10, 0x11, kind)) + body + b"\x0d"


def hazelcast(flags: int, numbers: str) -> bytes:
    rest = "2e 00000011 00000007" + f"{flags:02x}" + numbers + "0000000000000009 03 00000003 6d6170 00 00000001 ffffffff"
    body = bytes.fromhex(rest)
    return struct.pack(">III", len(body), 3, 2) + b"\x06" + body + b"keyva"


INIT = bytes.fromhex("03 03 00 00 10 04 0102 0c 19 0200 01020304 0614 0100 05 04 00000100 0614 0000 01 2003 5802 0001")
TRUE: tuple[tuple[int, tuple[bytes, ...]], ...] = (
    (5445, (counted(bytes.fromhex("1e 0000000000000001 0a0b0c")), counted(b"\x01\x02"))),
    (5701, (hazelcast(0x80, ""), hazelcast(0x3F, "00000001" + "00000000000000ff" * 5 + "0a000001 00001645"))),
    (1978, (
        b"\xba" + bytes.fromhex("00000000 00000001 0001 00000003") + b"key",
        b"\xb8" + bytes.fromhex("00000000 00000001 0001 00000003 00000002 000000000000ffff") + b"keyva",
        b"\xb9" + bytes.fromhex("00000000 00000001 0001 00000003") + b"key",
        b"\xb4" + bytes.fromhex("00000000 00000002 00000001 00000001 00000001") + b"fnkv",
        b"\xb1" + bytes.fromhex("00000000 0000000100000000 0001"), b"\xb0" + bytes.fromhex("15f0000000000000"),
        b"\xb1" + bytes.fromhex("15f0000000000000 00000003") + b"log", b"\xb1", b"\xbf", b"\xb8" + bytes(4), b"\xba" + bytes(4),
        b"\xba" + bytes.fromhex("00000001 0001 00000003 00000002 000000006553f100") + b"keyva",
    )),
    (44321, (bytes.fromhex("00000014 00007000 00000000 00000000 00020000"),)),
    (1547, (bytes.fromhex("0000000b 0003 616263"),)),
    (2001, (bytes.fromhex("55bb0f000100 20 20231001123000 aa"), bytes.fromhex("55bb0a000100 0d 0102 aa"))),
    (4223, (bytes.fromhex("01020304 0a 05 1b 40 0102"), bytes.fromhex("ffffffff 08 ff f8 c1"))),
    (2812, (bytes.fromhex("0000 0020 00000004 01020304"), bytes.fromhex("ffff ffff 00000000"))),
    (2502, (bytes.fromhex("decafbad 00000001 00000044 00000001") + b"2".ljust(32, b"\0") + b"drone".ljust(32, b"\0"),
            bytes.fromhex("decafbad 00000002 0000000b 00000001 00000003") + b"abc")),
    (5190, (p3(0x24, b""), p3(0xA0, b"Aa\x01\x02"), p3(0x23, INIT + b"\0" + bytes(11)), p3(0x20, b"x"))),
)  # fmt: skip


def connections() -> list[bytes]:
    """Each foreign payload to each port by itself; a service's true messages one after the other, then two at once."""
    packets: list[bytes] = []
    for number, (port, said) in enumerate((port, said) for port in PORTS for said in FOREIGN):
        talk = Talk(50000 + number, port)
        talk.asks(said)
        packets += talk.packets[3:]
    for number, (port, messages) in enumerate(TRUE):
        talk = Talk(51000 + number, port)
        for said in messages:
            talk.asks(said)
        talk.answers(messages[0])
        talk.asks(messages[0] + messages[-1])
        packets += talk.packets
    return packets


PACKETS = connections()
