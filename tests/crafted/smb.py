"""SMB 1 (MS-CIFS 2.2.4, MS-SMB 2.2.4): a session from the dialects to the last file, without and with NTLMSSP."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("smb", "nbss")
TIME = 131_000_000_000_000_000  # a FILETIME
STRINGS = {name: name.encode("utf-16-le") + b"\0\0" for name in ("Unix", "Samba", "alice", "HOME", "NTFS", "\\\\srv\\files", "\\a.txt")}


def message(command: int, words: bytes, octets: bytes, answer: bool = False, *, mid: int = 1, tid: int = 0, status: int = 0) -> bytes:
    """Flags 2: 16-bit characters, NT status, extended security, long names."""
    head = struct.pack("<4sBIBHHQHHHHH", b"\xffSMB", command, status, 0x98 if answer else 0x18, 0xC801, 0, 0, 0, tid, 4660, 1, mid)
    body = head + bytes((len(words) // 2,)) + words + struct.pack("<H", len(octets)) + octets
    return struct.pack(">I", len(body)) + body


def chained(words: bytes, following: int = 0xFF, offset: int = 0) -> bytes:
    return struct.pack("<BBH", following, 0, offset) + words


def padded(texts: list[str], start: int) -> bytes:
    """16-bit texts from an even place of the message on."""
    return (b"\0" if start % 2 else b"") + b"".join(STRINGS[text] for text in texts)


CREATE = struct.pack("<BHIIIQIIIIIB", 0, 12, 0x16, 0, 0x2019F, 0, 0x80, 7, 3, 0x40, 2, 3)
CREATED = struct.pack("<BHIQQQQIQQHHB", 1, 0x4001, 2, TIME, TIME + 10, TIME + 20, TIME + 30, 0x20, 4096, 11, 0, 7, 0)


def in_share(command: int, words: bytes, octets: bytes, answer: bool = False, *, mid: int, status: int = 0) -> bytes:
    """A message about the share with the number 1."""
    return message(command, words, octets, answer, mid=mid, tid=1, status=status)


def session() -> list[bytes]:
    talk = Talk(40001, 445)
    talk.asks(message(0x72, b"", b"\x02PC NETWORK PROGRAM 1.0\0\x02NT LM 0.12\0"))
    talk.answers(message(0x72, struct.pack("<HBHHIIIIQhB", 1, 0x0F, 50, 1, 16644, 65536, 7, 0x8000F3FD, TIME, -60, 0),
                         bytes(range(16)), True))
    talk.asks(message(0x73, chained(struct.pack("<HHHIHHII", 16644, 50, 1, 7, 24, 24, 0, 0xD4)),
                      bytes(range(24)) + bytes(range(24, 48)) + padded(["alice", "HOME", "Unix", "Samba"], 61 + 48), mid=2))
    talk.answers(message(0x73, chained(struct.pack("<H", 1)), padded(["Unix", "Samba", "HOME"], 41), True, mid=2))
    talk.asks(message(0x75, chained(struct.pack("<HH", 0x0C, 1)), b"\0" + padded(["\\\\srv\\files"], 44) + b"?????\0", mid=3))
    talk.answers(in_share(0x75, chained(struct.pack("<HII", 1, 0x1F01FF, 0)), b"A:\0" + padded(["NTFS"], 52), True, mid=3))
    talk.asks(in_share(0xA2, chained(CREATE), padded(["\\a.txt"], 83), mid=4))
    talk.answers(in_share(0xA2, chained(CREATED), b"", True, mid=4))
    talk.asks(in_share(0x2F, chained(struct.pack("<HIIHHHHHI", 0x4001, 0, 0, 3, 11, 0, 11, 64, 0)), b"\0hello world", mid=5))
    talk.answers(in_share(0x2F, chained(struct.pack("<HHHH", 11, 0, 0, 0)), b"", True, mid=5))
    talk.asks(in_share(0x2E, chained(struct.pack("<HIHHIHI", 0x4001, 0, 4096, 16, 0, 0, 0)), b"", mid=6))
    talk.answers(in_share(0x2E, chained(struct.pack("<HHHHHI6s", 0, 0, 0, 11, 60, 0, b"")), b"\0hello world", True, mid=6))
    talk.asks(in_share(0x04, struct.pack("<HI", 0x4001, 0xFFFFFFFF), b"", mid=7))
    talk.answers(in_share(0x04, b"", b"", True, mid=7))
    talk.asks(in_share(0x04, struct.pack("<HI", 0x4002, 1_400_000_000), b"", mid=8))
    talk.answers(in_share(0x04, b"", b"", True, mid=8, status=0))
    for command, words, octets in (
        (0x00, b"", b"\x04" + padded(["\\a.txt"], 36)), (0x01, b"", b"\x04" + padded(["\\a.txt"], 36)),
        (0x10, b"", b"\x04" + padded(["\\a.txt"], 36)), (0x06, b"\x16\0", b"\x04" + padded(["\\a.txt"], 38)),
        (0x07, b"\x16\0", b"\x04" + STRINGS["\\a.txt"] + b"\x04\0" + STRINGS["\\a.txt"]), (0x2B, b"\1\0", b"ping"),
    ):  # fmt: skip
        talk.asks(in_share(command, words, octets, mid=20 + command))
        talk.answers(in_share(command, b"\1\0" if command == 0x2B else b"", octets if command == 0x2B else b"", True, mid=20 + command))
    talk.asks(in_share(0x71, b"", b"", mid=90))
    talk.answers(in_share(0x71, b"", b"", True, mid=90))
    talk.asks(message(0x74, chained(b""), b"", mid=91))
    talk.answers(message(0x74, chained(b""), b"", True, mid=91))
    return talk.packets


def old_dialect() -> list[bytes]:
    """A challenge instead of a token, 8-bit texts, and a share chained to the session."""
    talk = Talk(40002, 445)
    talk.asks(message(0x72, b"", b"\x02NT LM 0.12\0"))
    talk.answers(message(0x72, struct.pack("<HBHHIIIIQhB", 0, 3, 50, 1, 16644, 65536, 7, 0xF3FD, TIME, 120, 8),
                         b"\1\2\3\4\5\6\7\10" + STRINGS["HOME"], True))
    names = b"alice\0HOME\0Unix\0Samba\0"
    start = 32 + 1 + 26 + 2 + len(names) + 1
    share = bytes((4,)) + chained(struct.pack("<HH", 8, 1)) + struct.pack("<H", 18) + b"\0\\\\srv\\files\0A:\0\0\0"
    one = message(0x73, chained(struct.pack("<HHHIHHII", 16644, 50, 1, 7, 1, 0, 0, 0xD0), 0x75, start), b"p" + names, mid=2)
    body = bytearray(one[4:] + share)
    body[10:12] = struct.pack("<H", 0x4001)
    talk.asks(struct.pack(">I", len(body)) + bytes(body))
    return talk.packets


PACKETS = [*session(), *old_dialect()]
