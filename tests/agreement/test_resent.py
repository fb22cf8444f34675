"""Octets that come again: what tshark shows of retransmissions and of octets that only keep a connection alive."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from tests.agreement import tshark
from tests.capture import files
from tests.crafted.frames import Talk
from tests.engine.evaluators import column_cells, disagreements

FIELDS = ("frame.protocols", "tcp.segment_data", "tcp.segments", "data.len")
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\nContent-Type: text/plain\r\n\r\n" + b"z" * 300
RECORD = b"\x17\x03\x03\x01\x00" + bytes(256)
SPEAKS = {80: (GET, PAGE), 443: (RECORD, 2 * RECORD), 7777: (b"hello there, what is it", b"answer" * 20)}
ACK, PUSH = 0x10, 0x18


class Timed(Talk):
    """A TCP connection whose segments say what they carry, from where on, and when (s since the one before)."""

    def __init__(self, port: int, server: int) -> None:
        super().__init__(port, server)
        self.waits = [0.01] * len(self.packets)

    def says(self, side: int, octets: bytes = b"", back: int = 0, after: float = 0.01, flags: int = PUSH) -> None:
        """`back`: how many octets the segment begins before the end of what was said."""
        reached = self.sequence[side]
        self.sequence[side] -= back
        self._segment(side, flags, octets)
        self.sequence[side] = max(self.sequence[side], reached)
        self.waits.append(after)

    def acknowledges(self, side: int) -> None:
        self.says(side, flags=ACK)


def resent(talk: Timed, ask: bytes, answer: bytes) -> None:
    """Both before an acknowledgment comes, and after it."""
    half = len(answer) // 2
    talk.says(0, ask)
    talk.says(0, ask, back=len(ask), after=0.3)
    for part in (answer[:half], answer[half:]):
        talk.says(1, part)
    for part, back in ((answer[:half], len(answer)), (answer[half:], len(answer) - half)):
        talk.says(1, part, back, after=0.3)
    talk.acknowledges(0)
    talk.says(0, ask, back=len(ask), after=0.3)
    talk.says(1, answer[half:], back=len(answer) - half, after=0.3)


def alive(talk: Timed, ask: bytes, answer: bytes) -> None:
    """Behind a message of one segment, and of three; and while a message waits for the rest."""
    third = len(answer) // 3
    for parts in ([answer], [answer[:third], answer[third : 2 * third], answer[2 * third :]], [answer[:third]]):
        talk.says(0, ask)
        for part in parts:
            talk.says(1, part)
        talk.acknowledges(0)
        for _ in range(2):
            talk.says(1, b"\0", back=1, after=9, flags=ACK)
            talk.acknowledges(0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    out, when, records = tmp_path / "again.pcap", 1_700_000_000.0, list[files.Packet]()
    for number, (server, said) in enumerate(SPEAKS.items()):
        for i, tells in enumerate((resent, alive)):
            talk = Timed(20000 + 2 * number + i, server)
            tells(talk, *said)
            for after, frame in zip(talk.waits, talk.packets, strict=True):
                when += after
                records.append((int(when), round(when % 1 * 1e6), frame, len(frame)))
    out.write_bytes(files.pcap(records))
    return out


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
def test_as_tshark_shows_them(path: Path) -> None:
    theirs = tshark.printed(path, list(FIELDS)).rows
    assert not disagreements(path, list(FIELDS))
    with dissect.open(path) as capture:
        cells = column_cells(capture, list(FIELDS))
    for number, (column, wanted) in enumerate(zip(cells, theirs, strict=True), 1):
        told = [*column["frame.protocols"], *map(bytes.hex, column.get("tcp.segment_data", []))]
        assert told == [*wanted["frame.protocols"], *wanted.get("tcp.segment_data", [])], f"packet {number}"
