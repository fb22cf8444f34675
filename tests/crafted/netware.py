"""NetWare: its core protocol over IPX and TCP, and what else has a socket of IPX."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, ethernet

LAYERS = ("ipx", "ncp")
X = bytes.fromhex


def ipx(kind: int, target: int, origin: int, said: bytes) -> bytes:
    """A packet between two sockets."""
    ends = struct.pack(">I6sHI6sH", 1, X("020000000002"), target, 1, X("020000000001"), origin)
    return ethernet(0x8137, struct.pack(">HHBB", 0xFFFF, 30 + len(said), 0, kind) + ends + said)


def connection() -> list[bytes]:
    """A connection to a server is made and unmade."""
    talk = Talk(40000, 524)
    talk.asks(X("446d6454 0000001a 00000001 00000000 1111 00 ff 00 ff 00000000"))
    talk.answers(X("744e6350 00000010 3333 00 01 00 00 00 00"))
    talk.asks(X("446d6454 00000017 00000001 00001000 5555 02 01 00 00 00"))
    return talk.packets


PACKETS = [
    ipx(17, 0x0451, 0x4003, X("1111 00 ff 00 ff 00")), ipx(17, 0x4003, 0x0451, X("3333 00 02 00 00 00 00")),
    ipx(17, 0x0451, 0x4003, X("5555 01 02 00 ff 00")), ipx(4, 0x0457, 0x0457, X("010203040506")), ipx(4, 0x4003, 0x4001, X("0221")),
    ipx(4, 0x8888, 0x8889, b"anything"), *connection(),
]  # fmt: skip
