"""RFB, the protocol of VNC (RFC 6143): versions, security, the formats, and what either side says then."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("vnc",)
FORMAT = struct.pack(">BBBBHHHBBB3x", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)


def begun(client: int, version: bytes = b"RFB 003.008\n") -> Talk:
    """A connection as far as the server's format, with VNC's own authentication."""
    talk = Talk(client, 5900)
    talk.answers(version)
    talk.asks(version)
    talk.answers(b"\2\1\2")
    talk.asks(b"\2")
    talk.answers(bytes(range(16)))
    talk.asks(bytes(range(16, 32)))
    talk.answers(struct.pack(">I", 0))
    talk.asks(b"\1")
    talk.answers(struct.pack(">HH", 640, 480) + FORMAT + struct.pack(">I", 4) + b"desk")
    return talk


def conversation() -> list[bytes]:
    talk = begun(40070)
    talk.asks(struct.pack(">B3x", 0) + FORMAT)
    talk.asks(struct.pack(">BxH3i", 2, 3, 0, 1, -239))
    talk.asks(struct.pack(">BBHHHH", 3, 1, 0, 0, 640, 480))
    talk.asks(struct.pack(">BBxxI", 4, 1, 0x61))
    talk.asks(struct.pack(">BBHH", 5, 1, 10, 20))
    talk.asks(struct.pack(">B3xI", 6, 5) + b"paste")
    talk.answers(struct.pack(">BxH", 0, 1) + struct.pack(">HHHHi", 0, 0, 2, 1, 0) + bytes(8))
    talk.answers(struct.pack(">BxH", 0, 1) + struct.pack(">HHHHi", 5, 5, 2, 2, 1) + struct.pack(">HH", 1, 2))
    talk.answers(b"\2")
    return talk.packets


PACKETS = conversation()
