"""What is done in several threads gives what it gives in one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect import follow
from dissect.engine import ahead
from dissect.engine.record import NO_TIME
from dissect.stats import conversations, hierarchy

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FILTERS = (
    "ip.ttl < 64", "tcp.port == 443 && ip.ttl < 64", "udp.dstport > 1000", "tcp.stream == 1 && ip.len > 100",
    "frame.time_delta > 0.001 && udp", "frame.time_delta_displayed > 0.01 && ip", "tcp.analysis.flags || icmp",
    "ip.src == ${ip.src}", "dns && udp.port == 53",
)  # fmt: skip


@pytest.fixture(autouse=True)
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on four cores."""
    monkeypatch.setattr(ahead, "THREADS", 4)
    monkeypatch.setattr(ahead, "MOST", 8)


def one_by_one(path: Path, where: dissect.Filter) -> list[int]:
    """What passes, in this thread and in order."""
    found, last = [], NO_TIME
    with dissect.open(path) as cap:
        for chunk in cap.source.chunks(230):
            rows = where.rows(cap, chunk, last)
            found += (chunk.first + rows).tolist()
            last = int(chunk.time[rows[-1]]) if len(rows) else last
    return found


@pytest.mark.parametrize("name", ["tour.pcapng", "sender-fragments-v4.pcap", "tls-keylog.pcap", "tunnel-gre-ptb.pcap"])
def test_threads_find_what_one_finds(name: str) -> None:
    for text in FILTERS:
        where = dissect.compile_filter(text, reference=3)
        with dissect.open(SAMPLES / name) as cap:
            some = [chunk.first + rows for chunk, rows in where.chunks(cap, 170)]
            assert np.concatenate(some).tolist() == one_by_one(SAMPLES / name, where), text


@pytest.mark.parametrize("name", ["tour.pcapng", "sender-fragments-v4.pcap", "dns-fragments.pcap", "nat-server.pcap"])
def test_threads_count_what_one_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted() -> list[object]:
        with dissect.open(SAMPLES / name) as cap:
            return [
                conversations.table(cap, analysed=False, records=40).to_pylist(),
                hierarchy.table(cap, headers=True, records=40).to_pylist(),
                follow.stream_content(cap, "udp", 0),
            ]

    monkeypatch.setattr(follow, "READING", {"records": 40})
    several = counted()
    monkeypatch.setattr(ahead, "THREADS", 1)
    assert several == counted()
    assert several[0] and several[1]


def test_results_come_in_order_whoever_makes_them() -> None:
    who: set[str] = set()
    first = threading.Event()

    def work(item: int) -> int:
        who.add(threading.current_thread().name)
        if item == 3:  # nothing behind it may overtake it
            first.wait(5)
        if item == 5:
            first.set()
        return item * item

    assert list(ahead.in_order(range(40), work, lambda: True)) == [(i, i * i) for i in range(40)]
    assert first.is_set() and "filter" in who


def test_nothing_is_done_before_it_is_asked_for() -> None:
    done: list[int] = []
    results = ahead.in_order(range(10), lambda item: done.append(item), lambda: False)
    assert next(results)[0] == 0 and done == [0]
    assert next(results)[0] == 1 and done == [0, 1]


def test_who_stops_early_leaves_nobody_at_work() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for i in range(1000):
            read.append(i)
            yield i

    results = ahead.in_order(items(), lambda item: item, lambda: True)
    assert next(results) == (0, 0) and read == [0]
    assert next(results) == (1, 1)
    results.close()
    assert len(read) <= 4
    assert not any(thread.name == "filter" for thread in threading.enumerate())


def test_an_error_comes_in_its_place() -> None:
    def work(item: int) -> int:
        if item == 7:
            raise ValueError("seven")
        return item

    found = []
    with pytest.raises(ValueError, match="seven"):
        for item, _ in ahead.in_order(range(40), work, lambda: True):
            found.append(item)
    assert found == list(range(7))


def test_an_error_of_reading_comes_behind_what_was_read() -> None:
    def items() -> Iterator[int]:
        yield from range(7)
        raise OSError("no more")

    found = []
    with pytest.raises(OSError, match="no more"):
        for item, _ in ahead.in_order(items(), lambda item: item, lambda: True):
            found.append(item)
    assert found == list(range(7))


def test_no_more_is_held_than_there_is_room_for() -> None:
    lock, held, most = threading.Lock(), 0, 0

    def items() -> Iterator[int]:
        nonlocal held, most
        for item in range(200):
            with lock:
                held += 1
                most = max(most, held)
            yield item

    for _ in ahead.in_order(items(), lambda item: item, lambda: True):
        with lock:
            held -= 1
    assert 1 < most <= ahead.MOST + 1
