"""Messages of MSRP, heartbeats of Tribes, CAN frames and mirrored packets in datagrams: true ones, cut ones and foreign ones."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, ipv4, udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("msrp", "ath", "caneth", "jmirror")
PORTS = (45564, 11898, 30030)
TO = b"To-Path: msrp://b.example.com:8493/foe7e;tcp\r\nFrom-Path: msrp://a.example.com:7654/jshA7we;tcp\r\n"
SEND = b"MSRP a786hjs2 SEND\r\n" + TO + (
    b"Message-ID: 4564dpWd\r\nByte-Range: 1-*/8\r\nX-Odd: here\r\nContent-Type: text/plain\r\n\r\nabcd\r\n-------a786hjs2+\r\n")
REPORT = b"MSRP tx9 REPORT\r\n" + TO + b"Message-ID: 4564dpWd\r\nStatus: 000 200 OK\r\nFailure-Report: no\r\n-------tx9$\r\n"
ANSWER = b"MSRP a786hjs2 200 OK\r\n" + TO + b"-------a786hjs2$\r\n"
BARE = b"MSRP a786hjs2 403\r\n" + TO + b"-------a786hjs2#\r\n"
ODD = b"MSRP j1 SEND\r\n" + TO + b"Content-Type: application/x-odd; a=b\r\n\r\nodd\r\n-------j1$\r\n"


def counted(text: bytes) -> bytes:
    return struct.pack(">i", len(text)) + text


def tribes(seventh: bool, command: bytes, domain: bytes, host: bytes = bytes((10, 0, 0, 1))) -> bytes:
    head = b"TRIBES-B" + b"\x01\x00" * seventh + struct.pack(">IQIi", 90, 12345, 4000, -1) + b"\xff\xff\xff\xff" * seventh
    rest = bytes((len(host),)) + host + counted(command) + counted(domain) + bytes(range(16)) + counted(b"pay")
    return head + rest + b"TRIBES-E" + b"\x01\x00" * seventh


INNER = ipv4(17, bytes.fromhex("c350 0007 0009 0000 61"))[14:]
SIX = bytes.fromhex("60000000 0009 11 40") + bytes(15) + b"\1" + bytes(15) + b"\2" + bytes.fromhex("c350 0007 0009 0000 61")
DATAGRAMS = (
    (45564, tribes(True, b"", b"staging")), (45564, tribes(False, b"BABY-ALEX", b"")), (45564, tribes(True, b"BABY-ALEX", b"west")),
    (45564, tribes(True, b"", b"")[:40] + b"\x01\x00"), (45564, b"TRIBES-B" + bytes(40)), (45564, tribes(True, b"x", b"", b"\1\2\3")),
    (11898, b"ISO11898" + bytes.fromhex("01 02 00000123 04 0102030400000000 00 00 18ff1234 08 0102030405060708 01 01")),
    (11898, b"ISO11898" + bytes.fromhex("01 01 00000000 04 0102030400000000 00 00 abcd")), (11898, b"ISO11898\1\0"),
    (11898, b"ISO11898" + bytes.fromhex("01 02 00000123 00 0102030400000000 00 01 18ff")), (11898, b"ISO11898\2\0\0\0"),
    (11898, b"ISO11898\1\x11\0\0"), (30030, bytes.fromhex("00000001 00000002") + INNER), (30030, bytes.fromhex("00000001 00000002") + SIX),
    (30030, bytes.fromhex("00000001 00000002 45")),
)  # fmt: skip


def connections() -> list[bytes]:
    packets: list[bytes] = []
    for number, (port, asks, answers) in enumerate((
        (2855, (SEND, REPORT[:60], REPORT[60:], ODD, b"plain\r\n"), (ANSWER, BARE)), (7777, (SEND, REPORT), (ANSWER,)),
        (2855, (b"hello\r\n",), ()),
    )):  # fmt: skip
        talk = Talk(50000 + number, port)
        for said in asks:
            talk.asks(said)
        for said in answers:
            talk.answers(said)
        packets += talk.packets
    return packets


PACKETS = [*(udp(50000, port, said) for port, said in (*((p, said) for p in PORTS for said in FOREIGN), *DATAGRAMS)), *connections()]
