"""Counts and times in bounded memory."""

from __future__ import annotations

import statistics

import pytest

from dissect.stats import tally
from dissect.stats.tally import Tally, Times, seconds, text


def test_quantiles() -> None:
    times = Times()
    for i in range(1, 101):
        times.add(i / 10)
    found = times.summary()
    assert found["median"] == pytest.approx(statistics.median(i / 10 for i in range(1, 101)))
    assert found["p95"] == pytest.approx(9.505)
    assert (found["minimum"], found["maximum"]) == (0.1, 10.0)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_TIMES", 64)
    monkeypatch.setattr(tally, "MOST_NAMES", 16)
    counts, times = Tally(), Times()
    for i in range(1000):
        times.add(i)
        counts.count("Names", "often" if i % 2 else f"name {i}")
    assert len(times._kept) < 64 and times.summary()["median"] == pytest.approx(500, rel=0.1)
    assert len(counts._counts["Names"]) <= 17
    assert counts.table().to_pylist()[0]["count"] == 500


def test_text_is_harmless() -> None:
    counts = Tally()
    counts.count("Names", "\x1b[31mred")
    counts.time("Times", "all", 0.0125)
    lines = list(text(counts.table()))
    assert not any("\x1b" in line for line in lines)
    assert "12.500 ms" in lines[-1]


def test_seconds() -> None:
    assert [seconds(value) for value in (2, 0.0021, 0.0000215)] == ["2.000 s", "2.100 ms", "22 µs"]
