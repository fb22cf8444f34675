"""A chunk of a capture as the built-in rules see it, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.check.catalogue import RULES
from dissect.check.model import MOST_EVIDENCE, Failure, Spot
from dissect.engine.columns import Columns
from dissect.library import Capture

Rows = NDArray[np.int64]
MOST_SUBJECTS = 65_536  # things that a rule remembers at a time; the oldest is forgotten first
ADDRESSES = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst")


class Seen:
    """A chunk: `first` is the number of its first packet, `time` the packets' times in ns."""

    def __init__(self, cap: Capture, chunk: Any, columns: Columns) -> None:
        self.first, self.time, self.count = chunk.first + 1, chunk.time, len(chunk)
        self.cut = np.flatnonzero(chunk.caplen < chunk.origlen)
        self._cap, self._columns = cap, columns

    def all(self, name: str) -> tuple[Rows, NDArray[Any]]:
        """(rows, values) of every occurrence."""
        rows, values, _ = self._columns.occurrences(name)
        return rows, values

    def one(self, name: str, missing: int = -1) -> NDArray[Any]:
        """The first value in each packet; `missing` where there is none."""
        rows, values = self.all(name)
        out = np.full(self.count, missing, np.int64)
        out[rows[::-1]] = values[::-1]
        return out

    def text(self, name: str) -> list[str]:
        """The values in each packet as they are printed."""
        return self._cap.texts(self._columns, self.count, name)

    def has(self, name: str) -> NDArray[np.bool_]:
        """Which packets have the field."""
        out = np.zeros(self.count, bool)
        out[self.all(name)[0]] = True
        return out

    @cached_property
    def quoting(self) -> NDArray[np.bool_]:
        """Packets that quote others: what is in them was not sent."""
        return self.has("icmp") | self.has("icmpv6")

    @cached_property
    def ends(self) -> list[tuple[str, str]]:
        """The addresses of each packet, the outermost."""
        first = [[text.partition(",")[0] for text in self.text(name)] for name in ADDRESSES]
        return [(a or c, b or d) for a, b, c, d in zip(*first, strict=True)]


class Watch(Protocol):
    """A rule, or a few that look at the same fields."""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it looks at."""

    def see(self, seen: Seen) -> None:
        """Look at a chunk."""

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """What does not hold, after the last chunk."""


class Tally:
    """Packets that show the same of a subject: the first of them, and how many."""

    def __init__(self) -> None:
        self.spots: dict[str, list[Spot]] = {}
        self.counts: dict[str, int] = {}

    def add(self, subject: str, packet: int, why: str) -> None:
        """One more."""
        spots = self.spots.get(subject)
        if spots is None:
            if len(self.spots) >= MOST_SUBJECTS:
                return
            spots = self.spots[subject] = []
        if len(spots) < MOST_EVIDENCE:
            spots.append(Spot(packet, why))
        self.counts[subject] = self.counts.get(subject, 0) + 1

    def failures(self, code: str, what: str, filter_: str = "") -> Iterator[Failure]:
        """A failure a subject; `what` may name {subject}, {count} and {s} (for several)."""
        for subject, spots in sorted(self.spots.items()):
            count = self.counts[subject]
            said = what.format(subject=subject, count=f"{count:,}", s="" if count == 1 else "s")
            yield Failure(RULES[code], subject, said, spots, count, filter=filter_)
