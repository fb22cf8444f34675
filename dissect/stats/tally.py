"""Counts and times by name, in bounded memory: what the statistics of application protocols are made of."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MOST_NAMES = 1 << 17  # of a statistic; beyond, the rarest half is forgotten
MOST_TIMES = 1 << 20  # beyond, every second one is kept
SHOWN = 100  # items of a statistic


class Times:
    """Durations in seconds: exact up to `MOST_TIMES` of them, then of an even sample."""

    def __init__(self) -> None:
        self.count, self.total = 0, 0.0
        self.least, self.most = float("inf"), float("-inf")
        self._kept, self._step = array("d"), 1

    def add(self, seconds: float) -> None:
        """One more."""
        if self.count % self._step == 0:
            self._kept.append(seconds)
            if len(self._kept) >= MOST_TIMES:
                self._kept, self._step = self._kept[::2], self._step * 2
        self.count, self.total = self.count + 1, self.total + seconds
        self.least, self.most = min(self.least, seconds), max(self.most, seconds)

    def summary(self) -> dict[str, float]:
        """Least, mean, median, 95th percentile, greatest."""
        ordered = sorted(self._kept)

        def at(share: float) -> float:
            place = share * (len(ordered) - 1)
            low = int(place)
            high = min(low + 1, len(ordered) - 1)
            return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

        return {
            "minimum": self.least, "average": self.total / self.count, "median": at(0.5), "p95": at(0.95),
            "maximum": self.most,
        }  # fmt: skip


class Tally:
    """Statistics by title, each with its items."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._times: dict[str, dict[str, Times]] = {}
        self._order: dict[str, None] = {}

    def count(self, title: str, item: Any, number: int = 1) -> None:
        """Count an item; None is none."""
        if item is None:
            return
        self._order[title] = None
        counts = self._counts.setdefault(title, Counter())
        counts[str(item)] += number
        if len(counts) > MOST_NAMES:
            self._counts[title] = Counter(dict(counts.most_common(MOST_NAMES // 2)))

    def time(self, title: str, item: str, seconds: float | None) -> None:
        """Take a duration; None is none."""
        if seconds is None:
            return
        self._order[title] = None
        times = self._times.setdefault(title, {})
        if item in times or len(times) < SHOWN:
            times.setdefault(item, Times()).add(seconds)

    def table(self) -> pa.Table:
        """A row an item: statistic, item, count, percent of the statistic; of times (s) their distribution."""
        import pyarrow as pa

        rows: list[dict[str, Any]] = []
        for title in self._order:
            counts = self._counts.get(title, Counter())
            whole = sum(counts.values())
            for item, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]:
                rows.append({"statistic": title, "item": item, "count": number, "percent": 100 * number / whole})
            for item, times in self._times.get(title, {}).items():
                rows.append({"statistic": title, "item": item, "count": times.count, **times.summary()})
        numbers = ("minimum", "average", "median", "p95", "maximum")
        return pa.Table.from_pylist(rows, pa.schema([
            ("statistic", pa.string()), ("item", pa.string()), ("count", pa.int64()), ("percent", pa.float64()),
            *((name, pa.float64()) for name in numbers),
        ]))  # fmt: skip


def text(found: pa.Table) -> Iterator[str]:
    """A block a statistic."""
    title = None
    for row in found.to_pylist():
        if row["statistic"] != title:
            if title is not None:
                yield ""
            title = row["statistic"]
            timed = row["median"] is not None
            heads = ("least", "average", "median", "p95", "greatest") if timed else ()
            yield f"{title:<60} {'count':>10}" + ("".join(f" {head:>11}" for head in heads) or f" {'percent':>9}")
        item = "".join(c if c.isprintable() else "\ufffd" for c in row["item"])
        begin = f"  {item[:58]:<58} {row['count']:>10,}"
        if row["median"] is None:
            yield f"{begin} {row['percent']:>8.2f}%"
        else:
            yield begin + "".join(
                f" {seconds(row[name]):>11}" for name in ("minimum", "average", "median", "p95", "maximum")
            )


def seconds(value: float) -> str:
    """`12.345 ms`."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if abs(value) >= scale:
            return f"{value / scale:.3f} {unit}"
    return f"{value * 1e6:.0f} µs"
