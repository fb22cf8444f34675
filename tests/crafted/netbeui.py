"""NetBIOS frames above LLC: every command, a frame with an octet too many, and what is none."""

from __future__ import annotations

from itertools import chain

LAYERS = ("netbios",)
NAMES = b"SERVER         \x20" + b"CLIENT         \x00"
REST = bytes.fromhex("07 0c00 0102 0304") + NAMES


def llc(body: bytes) -> bytes:
    return bytes.fromhex("020000000002 020000000001") + (3 + len(body)).to_bytes(2) + bytes.fromhex("f0f003") + body


def frame(command: int, rest: bytes, size: int = 44) -> bytes:
    return llc(size.to_bytes(2, "little") + b"\xff\xef" + bytes([command]) + rest)


SESSION = bytes.fromhex("8f 0100 0102 0304 0506")
PACKETS = [
    *(frame(command, REST) for command in (*range(20), 32)), *(frame(command, SESSION, 14) for command in range(0x14, 0x20)),
    *(frame(command, b"\x00\x00" + REST[2:]) for command in (0x0A, 0x0E)), frame(0x0E, b"\x00\xff" + REST[2:]),
    *(frame(command, REST[:7] + NAMES[:16] + bytes(10) + b"\x02\0\0\0\0\x01" + b"text") for command in (8, 9)),
    frame(0x16, SESSION + b"hello", 14), frame(0x16, SESSION + b"\xffSMB\x72" + bytes(30), 14), frame(0x15, SESSION + b"hello", 14),
    llc(b"\0" + b"\x2c\x00\xff\xef\x01" + REST), frame(0x0A, REST[:20]), frame(8, REST[:3]),
    *(llc(said) for said in (b"", b"\0", b"a line of text\n", bytes(40), bytes(chain(range(60))))),
]  # fmt: skip
