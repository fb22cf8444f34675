"""Messages of UFTP, version by version, those cut, and what else may come to its port."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("uftp", "uftp4", "uftp5")


def third(message: int, body: str, version: int = 0x31, more: bytes = b"") -> bytes:
    octets = bytes.fromhex(body) + more
    return struct.pack(">BBHI", version, message, len(octets), 0xA1) + bytes((10, 0, 0, 1, 224, 0, 0, 9)) + octets


def later(version: int, message: int) -> bytes:
    return struct.pack(">BBHIIBBBB", version, message, 7, 0x0A000001, 0xB2, 3, 10 * message, 0x33 + message, 0) + bytes((message, 4)) + bytes(40)


PATH = b"file.bin".ljust(300, b"\0")
MESSAGES = (
    third(4, "04 00 0002 0a000002 0a000003"), third(5, "05 00 0001 00000064 0001 0001 0000000000010000 65000000", more=PATH + b"\n\0\0\2"),
    third(5, "05 01 0001 00000064 0001 0000 0000000000010000", 0x30, PATH), third(7, "07 01 0001 0000 0000 000102030405060708090a0b"),
    third(8, "08 00 0001 02 00 0003 00000004 616263"), third(9, "09 02 0001 0001 0001 0a000002"), third(12, "0c 01 0001 0000 0000"),
    third(13, "0d 00 0001 0001 0000 0a000002"), third(15, "0f 01 0000 01020304"), third(16, "10 000000"), third(12, "0c 01"),
    third(1, "01 00 0000"), third(40, ""), third(16, "10 000000")[:-1], later(0x40, 9)[:15], b"\x60" + bytes(30),
    *(later(version, message) for version in (0x40, 0x50) for message in (1, 2, 9, 12, 14, 16, 22)),
)  # fmt: skip
PACKETS = [udp(50000, 1044, said) for said in (*FOREIGN, *MESSAGES)]
