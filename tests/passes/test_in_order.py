"""Messages are the same whether their segments are looked at side by side or one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.passes.messages import MessagePass
from tests.corpus import SAMPLES
from tests.passes.test_messages import BODY, CHUNKED, PLAIN, chunks, said
from tests.passes.test_streams import ACK, SHAKEN, capture, segment

FILES = "tour.pcapng", "offload.pcap", "tls-h2.pcapng", "tls13.pcapng"
NAMES = (
    "tcp.segment", "tcp.segment.count", "tcp.reassembled.length", "tcp.reassembled_in", "tcp.segment_data",
    "frame.protocols",
)  # fmt: skip


def told(path: Path) -> list[dict[str, list[Any]]]:
    with dissect.open(path) as cap:
        return list(cap.json_rows(NAMES))


@pytest.mark.parametrize("file", FILES)
def test_of_samples(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together = told(SAMPLES / file)
    monkeypatch.setattr(MessagePass, "_in_order", lambda *_: [])
    assert together == told(SAMPLES / file)


def seen(packets: list[bytes], monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often sides were taken as a whole; what is found is the same in chunks of two packets, and one by one."""
    out: list[bool] = []
    whole: Callable[..., Any] = MessagePass._ordered

    def spied(self: MessagePass, *rest: Any) -> Any:
        out.append(True)
        return whole(self, *rest)

    monkeypatch.setattr(MessagePass, "_ordered", spied)
    with capture(packets) as cap:
        found = list(cap.json_rows(NAMES))
    in_one_chunk = out.copy()
    with capture(packets) as cap:
        assert [{n: v for n, v in row.items() if n in NAMES} for row in chunks(cap, 2)] == found
    monkeypatch.setattr(MessagePass, "_in_order", lambda *_: [])
    with capture(packets) as cap:
        assert list(cap.json_rows(NAMES)) == found
    return in_one_chunk


def test_what_comes_in_order_is_taken_so(monkeypatch: pytest.MonkeyPatch) -> None:
    both = PLAIN + PLAIN
    assert seen([*SHAKEN, *said(both, [70, 100, len(PLAIN), len(PLAIN) + 80])], monkeypatch)


def test_what_does_not_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, c = said(PLAIN, [70, 90])
    assert not seen([*SHAKEN, a, c, b], monkeypatch)
    assert not seen([*SHAKEN, *said(CHUNKED + PLAIN, [20])], monkeypatch)  # its end is in the middle of a segment


def test_a_body_that_looks_like_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
    outer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(BODY) + len(inner))
    octets = outer + BODY + inner
    seen([*SHAKEN, *said(octets + PLAIN, [len(outer) + 10, len(outer) + len(BODY), len(octets)])], monkeypatch)


def test_a_request_behind_another(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = b"POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\n"
    first = segment(True, ACK, 0, 0, data=b"GET / HTTP/1.1\r\n\r\n" + ask)
    rest = segment(True, ACK, 18 + len(ask), 0, data=b"x" * 30)
    seen([*SHAKEN, first, rest], monkeypatch)
