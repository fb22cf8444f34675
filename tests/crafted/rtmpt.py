"""RTMP: a handshake, controls and a command."""

from __future__ import annotations

from tests.crafted.frames import Talk

LAYERS = ("rtmpt",)
X = bytes.fromhex
KEY = bytes(8) + bytes(range(256)) * 5 + bytes(248)


def message(kind: int, body: bytes) -> bytes:
    """A message in one chunk."""
    return X("02000000") + len(body).to_bytes(3, "big") + bytes([kind]) + bytes(4) + body


def conversation() -> list[bytes]:
    """From the handshake on."""
    talk = Talk(40000, 1935)
    talk.asks(b"\3" + KEY)
    talk.answers(b"\3" + KEY + KEY)
    talk.asks(KEY)
    talk.asks(message(20, X("020007") + b"connect" + X("003ff0000000000000") + X("0300036170700200046c697665000009")))
    talk.answers(message(5, X("002625a0")))
    talk.answers(message(6, X("002625a002")))
    talk.answers(message(1, X("00001000")))
    talk.answers(message(4, X("000000000000")))
    talk.asks(message(3, X("00001000")))
    return talk.packets


PACKETS = conversation()
