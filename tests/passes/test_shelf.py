"""What passes keep of chunks lies in a file where there are many: nothing that is asked for changes by it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect.passes import shelf
from dissect.passes.shelf import Rows, Shelf

SAMPLE = Path(__file__).parents[2] / "samples" / "tour.pcapng"
NAMES = [
    "tcp.stream", "udp.stream", "tcp.time_delta", "tcp.completeness", "tcp.analysis.ack_rtt", "tcp.analysis.acks_frame",
    "http.request.uri", "tcp.segment.count", "frame.protocols",
]  # fmt: skip


def test_a_list_in_a_file() -> None:
    many = [{"a": np.arange(i), "b": np.full((i, 2), i, np.int16)} for i in range(9)]
    kept = Shelf[dict[str, np.ndarray]](2)
    for one in many:
        kept.append(one)
    assert [kept.near(i) for i in range(9)] == [False] * 7 + [True] * 2
    for low, high in ((0, 9), (3, 4), (6, 8), (8, 20)):
        found = list(kept.each(low, high))
        assert [{n: v.tolist() for n, v in one.items()} for one in found] == [
            {n: v.tolist() for n, v in one.items()} for one in many[low:high]
        ]


@pytest.mark.parametrize("small", [0, 1 << 22])
def test_a_table_in_a_file(monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(shelf, "SMALL", small)
    kept, many = Rows(3), np.arange(6000).reshape(-1, 3)
    for low in range(0, len(many), 170):
        kept.add(many[low : low + 170])
    assert len(kept) == len(many) and (kept.table == many).all()
    assert isinstance(kept._table.base, np.memmap) == (small == 0)


def test_no_room_for_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    kept = Shelf[int](1)
    for i in range(100):
        kept.append(i)
    assert list(kept.each(0, 100)) == list(range(100))
    monkeypatch.setattr(shelf, "SMALL", 0)
    rows = Rows(1)
    rows.add(np.arange(1000).reshape(-1, 1))
    assert rows.table.sum() == 499500


def test_captures_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forwards, then backwards, packet by packet and by column."""

    def said(near: bool) -> list[object]:
        with dissect.open(SAMPLE) as cap:
            chunk_of = cap.source.chunk_of
            monkeypatch.setattr(cap.source, "chunk_of", lambda number: chunk_of(number).since(number).part(0, 20))
            columns = [batch.to_pylist() for batch in cap.batches(NAMES, records=20)]
            rows = [[cap[i].all(name) for name in NAMES] for i in reversed(range(0, len(cap), 7))]
            assert cap.streams._headers.near(0) == near
            return [*columns, *rows]

    monkeypatch.setattr(shelf, "LATEST", 1000)
    expected = said(True)
    monkeypatch.setattr(shelf, "LATEST", 1)
    assert said(False) == expected
