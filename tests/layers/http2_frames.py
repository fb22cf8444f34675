"""Frames and connections of HTTP/2 for tests."""

from __future__ import annotations

import struct

import hpack

from dissect.layers.http2 import PREFACE
from tests.passes.test_streams import ACK, SHAKEN, segment

Pairs = list[tuple[str, str]]
ASKED: Pairs = [(":method", "GET"), (":scheme", "http"), (":authority", "h.example"), (":path", "/a"), ("x-new", "one")]
CALL: Pairs = [
    (":method", "POST"), (":scheme", "http"), (":path", "/pkg.Service/Call"), (":authority", "h.example"),
    ("content-type", "application/grpc"),
]  # fmt: skip


def frame(kind: int, flags: int, number: int, payload: bytes = b"") -> bytes:
    """A frame."""
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, number) + payload


def call(message: bytes, flag: int = 0) -> bytes:
    """A message of gRPC."""
    return struct.pack(">BI", flag, len(message)) + message


class Talk:
    """A connection: octets of either side in segments."""

    def __init__(self) -> None:
        self.packets, self._at = list(SHAKEN), {True: 501, False: 0}
        self.encoders = {True: hpack.Encoder(), False: hpack.Encoder()}

    def say(self, forth: bool, *parts: bytes) -> None:
        """A segment a part."""
        for octets in parts:
            self.packets.append(segment(forth, ACK, self._at[forth], self._at[not forth], data=octets))
            self._at[forth] += len(octets)

    def headers(self, forth: bool, pairs: Pairs, number: int = 1, flags: int = 4) -> bytes:
        """A frame of headers."""
        return frame(1, flags, number, self.encoders[forth].encode(pairs))


def talk() -> Talk:
    """Two exchanges: the second's headers need those of the first; bodies of two frames; segments that cut frames."""
    made = Talk()
    made.say(True, PREFACE + frame(4, 0, 0, struct.pack(">HI", 3, 100)))
    made.say(False, frame(4, 0, 0), frame(4, 1, 0))
    made.say(True, made.headers(True, ASKED, 1, 5))
    answer = made.headers(False, [(":status", "200"), ("content-type", "text/plain"), ("server", "s")])
    made.say(False, answer[:15], answer[15:] + frame(0, 0, 1, b"first "), frame(0, 1, 1, b"second"))
    made.say(True, made.headers(True, ASKED, 3, 5))
    made.say(False, made.headers(False, [(":status", "404"), ("server", "s")], 3, 5))
    made.say(True, made.headers(True, CALL, 5))
    said = call(b"\x0a\x03abc") + call(b"", 0) + call(b"\x08\x01")
    made.say(True, frame(0, 0, 5, said[:4]), frame(0, 1, 5, said[4:]))
    return made
