"""PPP's compressed headers: a connection after Van Jacobson in both directions, and without one; UDP's and RTP's."""

from __future__ import annotations

import struct

from tests.crafted.frames import ipv4

LAYERS = ("vjc", "crtp")
ADDRESS, IP_AT = b"\xff\x03", 14


def uncompressed(number: int, data: bytes, sequence: int = 1000, protocol: int = 0x2F) -> bytes:
    head = struct.pack(">HHIIBBHHH", 30001, 30002, sequence, 5000, 0x50, 0x10, 8192, 0x1234, 0)
    packet = ipv4(6, head + data)[IP_AT:]
    return ADDRESS + struct.pack(">H", protocol) + packet[:9] + bytes((number,)) + packet[10:]


def compressed(said: str) -> bytes:
    return ADDRESS + b"\x00\x2d" + bytes.fromhex(said)


# mask, connection, checksum, ...: what has changed; data
CHANGES = (
    "58 07 aaaa 05 414243", "0f aaab 4142", "1b aaac 41", "2f aaad 03", "47 07 aaae 0010 05 00 0102", "02 aaaf 00 fff0 62",
    "61 09 bbbb 0102", "60 09 bbbb 02", "00 bbbc", "4e 07 bbbd 04 05 06", "0b aaac 41",
)  # fmt: skip
WAY = [b"\0" + uncompressed(7, b"hello"), *(b"\0" + compressed(said) for said in CHANGES)]
OTHER = [b"\1" + uncompressed(7, b"", 9000), b"\1" + compressed("08 cccc 09 7a"), b"\0" + uncompressed(7, b"", 4000)]
PLAIN = [uncompressed(3, b""), *map(compressed, CHANGES), uncompressed(3, b"", protocol=0x2D)[:8]]
UDP = struct.pack(">HHHH", 5004, 5004, 0, 0) + bytes(12)


def full(said: str, within: str) -> bytes:
    packet = bytearray(ipv4(17, UDP)[IP_AT:])
    packet[2:4], packet[24:26] = bytes.fromhex(said), bytes.fromhex(within)
    return ADDRESS + b"\x00\x61" + packet


CRTP = [
    full("c503", "0102"), full("4507", "0003"), full("0507", "0000"), full("8500", "0102"),
    *(ADDRESS + bytes.fromhex(said) for said in (
        "2067 0102 03 414243", "0067 05 02 4142", "2065 01 02 05 83 04 06 02 05", "2065 02 01 0105 83 04", "0065 01 c2 02 03 1234 6162",
        "0065 01 02 1234 6162",
    )),
]  # fmt: skip
SAID = [*((204, packet) for packet in WAY + OTHER), *((9, packet) for packet in PLAIN + CRTP)]
PACKETS = [packet for _, packet in SAID]
LINKS = [link for link, _ in SAID]
