"""Stage lights, peers and messengers over UDP: true messages, those cut, and what else may come to their ports."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("pathport", "ldss", "roon_disco", "enttec", "icq")
PORTS = (3792, 6087, 9003, 3333, 4000)
FOR_ALL = bytes.fromhex("ffffffffffff")


def pathport(*pdus: tuple[int, str]) -> bytes:
    made = b""
    for kind, said in pdus:
        octets = bytes.fromhex(said)
        made += struct.pack(">HH", kind, len(octets)) + octets + bytes(-len(octets) % 4)
    return bytes.fromhex("ed01 0201 0007 000102030405 0a000001 efffedff") + made


def ldss(message: int, cookie: int, size: int, offset: int, more: bytes = b"") -> bytes:
    head = struct.pack(">HBBI32sQQIIHHHH", message, 2, 1, cookie, bytes(range(32)), size, offset, 3700, 0, 6000, 4096, 5, 0)
    return head + more


def roon(kind: bytes, **said: str) -> bytes:
    made = b"".join(bytes((len(k),)) + k.encode() + b"\0" + bytes((len(v),)) + v.encode() for k, v in said.items())
    return b"SOOD\x02" + kind + made


SERVICE, TID = "d52b2cb7-02c5-48fc-981b-a10f0aadd93b", "0b5d7f1a-3f0a-4b1e-9a53-2f6a6b7c8d9e"
SERVER = "0500 00 11223344 {} 0100 0200 a1860100 deadbeef"
MESSAGES = (
    (3792, pathport((0x0301, ""))), (3792, pathport((0x0302, "0a000002 c0000201 01020304"), (0x0222, "04010482"))),
    (3792, pathport((0x0303, "0401 0003 414243 00 0482 0004 01020304"))), (3792, pathport((0x0100, "0101 0005 00 00 0201 0102030405 000000"))),
    (3792, pathport((0x0400, "0401 0002 4142 0000"), (0x0999, "010203"))), (3792, pathport((0x0400, "0401 0009 4142"))),
    (3792, pathport((0x0223, ""))[:20]), (9003, roon(b"Q", query_service_id=SERVICE, _tid=TID, odd="x")),
    (9003, roon(b"R", service_id=SERVICE, _tid=TID, name="core", is_dev="1", tcp_port="9100", http_port="9150", other="1", tid="a", type="b")),
    (9003, roon(b"Q", _tid=TID, unique_id=TID, is_dev="0", user_id="me")), (9003, roon(b"S", query_service_id=SERVICE, _tid=TID)),
    (9003, roon(b"R", service_id=SERVICE)), (9003, roon(b"Q", query_service_id=SERVICE, _tid=TID, name="x")[:-1]),
    (3333, b"ESPR" + bytes.fromhex("020000000001 0002 01 0f 41424300000000000000 01 02 40")), (3333, b"ESPP\x02"), (3333, b"ESAP"),
    (3333, b"ESDD" + bytes.fromhex("01 00 01 0014") + bytes(range(20))), (3333, b"ESDD" + bytes.fromhex("01 00 04 0009 fe0307 fd fe 01 fe2000")),
    (3333, b"ESDD" + bytes.fromhex("01 00 02 0004 0001 0203 04")), (3333, b"ESDD" + bytes.fromhex("01 00 01 0014 01")), (3333, b"ESXX"),
    (4000, bytes.fromhex("0200 01020304")), (4000, bytes.fromhex(SERVER.format("0a00"))),
    (4000, bytes.fromhex(SERVER.format("7800") + "01020304")),
    (4000, bytes.fromhex(SERVER.format("5a00")) + bytes(range(20))), (4000, bytes.fromhex(SERVER.format("6e00")) + bytes(range(40))),
    (4000, bytes.fromhex(SERVER.format("4e02")) + bytes(range(40))), (4000, bytes.fromhex(SERVER.format("4e02")) + bytes(range(9))),
    (4000, bytes.fromhex("0600 01020304")), (4000, bytes.fromhex("05")), (6087, ldss(0, 7, 1, 2)),
)  # fmt: skip
BROADCASTS = (
    ldss(0, 7, 0, 0), ldss(1, 0, 5, 5), ldss(1, 9, 0, 0), ldss(1, 9, 5, 5), ldss(1, 9, 5, 3, b"more"), ldss(1, 9, 0, 3), ldss(2, 9, 0, 0),
)  # fmt: skip


PACKETS = [udp(50000, port, said) for port, said in (*((port, said) for port in PORTS for said in FOREIGN), *MESSAGES)]
PACKETS += [FOR_ALL + udp(50000, 6087, said)[6:] for said in BROADCASTS]
