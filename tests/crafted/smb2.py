"""SMB 2 and 3 (MS-SMB2 2.2): each command from the dialects on, asked and answered."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("smb2", "nbss")
TIME = 131_000_000_000_000_000
TIMES = struct.pack("<QQQQ", TIME, TIME + 10, TIME + 20, TIME + 30)
FILE = bytes(range(16))
STATUS_PENDING, NO_SUCH_FILE = 0x103, 0xC000000F


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


class Session(Talk):
    """Requests and their answers, each with the next number."""

    number = 0

    def exchange(self, command: int, request: bytes, response: bytes, status: int = 0, tree: int = 1, of: int | None = None) -> None:
        self.asks(message(command, request, 0, self.number, tree))
        self.answers(message(command, response, 1, self.number, tree if of is None else of, status))
        self.number += 1


def message(command: int, body: bytes, flags: int, number: int, tree: int, status: int = 0) -> bytes:
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 31, flags, 0, number, 0xFEFF, tree, 9, b"")
    return struct.pack(">I", len(head + body)) + head + body


def context(kind: int, data: bytes) -> bytes:
    return struct.pack("<HHI", kind, len(data), 0) + data + bytes(-len(data) % 8)


def negotiation() -> tuple[bytes, bytes]:
    contexts = context(1, struct.pack("<HHH", 1, 8, 1) + b"saltsalt") + context(2, struct.pack("<HHH", 2, 2, 1))
    contexts += context(3, struct.pack("<HHIH", 1, 0, 1, 1)) + context(5, wide("srv")) + context(8, struct.pack("<HHH", 2, 1, 0))
    dialects = struct.pack("<HHHH", 0x0202, 0x0210, 0x0302, 0x0311)
    request = struct.pack("<HHHHI16sIHH", 36, 4, 1, 0, 0x7F, FILE, 64 + 36 + 8 + 4, 5, 0) + dialects + bytes(4) + contexts
    response = struct.pack("<HHHH16sIIIIQQHHI", 65, 3, 0x0311, 1, FILE, 0x2F, 1 << 20, 1 << 20, 1 << 20, TIME, 0, 128, 0, 128)
    return request, response + context(2, struct.pack("<HH", 1, 2))


def create(name: str) -> bytes:
    octets = wide(name)
    return struct.pack("<HBBIQQIIIIIHHII", 57, 0, 9, 2, 0, 0, 0x12019F, 0x80, 7, 3, 0x40, 120, len(octets), 0, 0) + octets


def entries(level: int) -> bytes:
    """Two entries of a directory, the first filled up to eight octets (MS-FSCC 2.4)."""
    out = []
    for name, last in (("a.txt", False), ("folder", True)):
        octets = wide(name)
        body = TIMES + struct.pack("<QQII", 11, 4096, 0x20, len(octets))
        body = {1: body, 2: body + bytes(4), 3: body + bytes(4) + b"\x06\0" + wide("A~1").ljust(24, b"\0"),
                12: struct.pack("<I", len(octets)), 37: body + bytes(4) + b"\x06\0" + wide("A~1").ljust(24, b"\0") + bytes(2) + b"\7" * 8,
                38: body + bytes(8) + b"\7" * 8}[level]  # fmt: skip
        one = struct.pack("<I", 0) + body + octets
        size = 4 + len(one)
        filled = size + -size % 8
        out.append(struct.pack("<I", 0 if last else filled) + one + (b"" if last else bytes(filled - size)))
    return b"".join(out)


def conversation() -> list[bytes]:
    talk = Session(40030, 445)
    talk.exchange(0, *negotiation(), tree=0)
    talk.exchange(1, struct.pack("<HBBIIHHQ", 25, 0, 1, 1, 0, 88, 0, 0), struct.pack("<HHHH", 9, 1, 72, 0), tree=0)
    share = wide("\\\\srv\\files")
    talk.exchange(3, struct.pack("<HHHH", 9, 0, 72, len(share)) + share, struct.pack("<HBBIII", 16, 1, 0, 0x800, 0x10, 0x1F01FF), tree=0, of=1)
    opened = struct.pack("<HBBI", 89, 9, 0, 1) + TIMES + struct.pack("<QQII", 4096, 11, 0x20, 0) + FILE + struct.pack("<II", 0, 0)
    talk.exchange(5, create("a.txt"), opened)
    talk.exchange(9, struct.pack("<HHIQ16sIIHHI", 49, 112, 11, 0, FILE, 0, 0, 0, 0, 1) + b"hello world", struct.pack("<HHIIHH", 17, 0, 11, 0, 0, 0))
    talk.exchange(8, struct.pack("<HBBIQ16sIIIHHB", 49, 80, 1, 4096, 0, FILE, 1, 0, 0, 0, 0, 0), struct.pack("<HBBIII", 17, 80, 0, 11, 0, 0) + b"hello world")
    talk.exchange(7, struct.pack("<HHI16s", 24, 0, 0, FILE), struct.pack("<HH", 4, 0))
    talk.exchange(11, struct.pack("<HHI16sIIIIIIII", 57, 0, 0x00090300, b"\xff" * 16, 120, 4, 0, 120, 0, 64, 1, 0) + b"\1\2\3\4",
                  struct.pack("<HHI16sIIIIII", 49, 0, 0x00090300, b"\xff" * 16, 112, 0, 112, 4, 0, 0) + b"\5\6\7\10")
    pattern = wide("*")
    for level in (1, 2, 3, 12, 37, 38):
        found = entries(level)
        talk.exchange(14, struct.pack("<HBBI16sHHI", 33, level, 1, 0, FILE, 96, len(pattern), 65536) + pattern,
                      struct.pack("<HHI", 9, 72, len(found)) + found)
    talk.exchange(16, struct.pack("<HBBIHHIII16s", 41, 2, 5, 64, 104, 0, 0, 0, 0, FILE), struct.pack("<HHI", 9, 72, 0))
    new = wide("b.txt")
    rename = bytes((1,)) + bytes(7) + bytes(8) + struct.pack("<I", len(new)) + new
    talk.exchange(17, struct.pack("<HBBIHHI16s", 33, 1, 10, len(rename), 96, 0, 0, FILE) + rename, struct.pack("<H", 2))
    talk.exchange(15, struct.pack("<HHI16sII", 32, 1, 4096, FILE, 0xFFF, 0), struct.pack("<HBBI", 9, 0, 0, 0) + b"\0", status=STATUS_PENDING)
    talk.exchange(6, struct.pack("<HHI16s", 24, 1, 0, FILE), struct.pack("<HHI", 60, 1, 0) + TIMES + struct.pack("<QQI", 4096, 11, 0x20))
    talk.exchange(5, create("none"), struct.pack("<HBBI", 9, 0, 0, 0) + b"\0", status=NO_SUCH_FILE)
    talk.exchange(13, struct.pack("<HH", 4, 0), struct.pack("<HH", 4, 0), tree=0)
    talk.exchange(4, struct.pack("<HH", 4, 0), struct.pack("<HH", 4, 0))
    talk.exchange(2, struct.pack("<HH", 4, 0), struct.pack("<HH", 4, 0), tree=0)
    return talk.packets


PACKETS = conversation()
