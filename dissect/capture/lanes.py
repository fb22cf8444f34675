"""Finding the records of a file without walking it one by one: many lanes at once, then proof.

A capture file is a chain: each record says how long it is, and so where the next one starts. Following
that chain is sequential, and slow in Python. Here a span of the file is cut into lanes; in each lane a
*guess* finds something that looks like a record header; all lanes are stepped together, one NumPy operation
for one record in every lane. A guess can be wrong (packets may contain anything, also record headers), so
nothing of it is believed until it is proven: a lane counts only if the chain of the lanes before it, which
begins at a proven record, ends *exactly* on that lane's first record. Where it does not, the chain itself is
followed through the doubtful lane, one record after the other.

So the result is by construction that of the plain loop, :meth:`Chain.follow`; guesses decide only the speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .records import Ints

FAR = int(np.iinfo(np.int64).max)
"""Where :meth:`Chain.leap` sends a lane at a record that needs a closer look."""

MIN_SPAN = 1 << 19
"""Spans shorter than this are followed one by one: there is nothing to gain."""
LANE = 1 << 14
MAX_LANES = 1024
NEAR = 2048
"""Octets at a lane's begin in which most have a record."""
FEW = 12
"""With fewer lanes than this still running, stepping them together costs more than one by one."""


class Chain(Protocol):
    """The format's knowledge of how one record leads to the next."""

    def leap(self, at: Ints) -> Ints:
        """Start of the next record for each record; ``FAR`` where a record is in any way unusual.

        Must answer for any position before ``end`` of :func:`walk`, also for one that is no record at all.
        """
        ...

    def follow(self, at: int, end: int, found: list[int]) -> tuple[int, bool]:
        """The plain loop: append records from ``at`` on that start before ``end``.

        Returns where it came to, and whether it had to stop there, before ``end``.
        """
        ...

    def guess(self, low: int, high: int) -> int | None:
        """A position in [low, high) that looks like a record, if there is one."""
        ...

    def guesses(self, low: int, width: int, lanes: int) -> Ints:
        """The same for many lanes of `width` at once; -1 where it takes a closer look to say."""
        ...


def walk(chain: Chain, begin: int, end: int) -> tuple[Ints, int, bool]:
    """All records from the record at ``begin`` that start before ``end``: positions, where the chain came
    to, and whether it had to stop before ``end``."""
    if end - begin < MIN_SPAN:
        return _follow(chain, begin, end)
    starts = _lane_starts(chain, begin, end)
    if len(starts) < FEW:
        return _follow(chain, begin, end)
    return _prove(chain, starts, _step(chain, starts, np.append(starts[1:], end)))


def _follow(chain: Chain, begin: int, end: int) -> tuple[Ints, int, bool]:
    found: list[int] = []
    came_to, stopped = chain.follow(begin, end, found)
    return np.array(found, np.int64), came_to, stopped


def _lane_starts(chain: Chain, begin: int, end: int) -> Ints:
    lanes = min(MAX_LANES, (end - begin) // LANE + 1)
    width = (end - begin) // lanes & ~3  # blocks of pcapng are aligned, and so all lanes begin alike
    found = chain.guesses(begin + width, width, lanes - 1)
    if len(found) and found.min() >= 0:
        return np.append(begin, found)
    starts = [begin]
    misses = 0
    for lane in range(1, lanes):
        low = begin + lane * width
        known = int(found[lane - 1])
        start = known if known >= 0 else chain.guess(max(low, starts[-1] + 1), low + width)
        if start is not None:
            starts.append(start)
        else:
            misses += 1
            if misses > 8 and misses > lane // 2:  # nothing here looks like a record: do not go on guessing
                break
    return np.array(starts, np.int64)


@dataclass(eq=False, repr=False, slots=True)
class _Lanes:
    """What stepping gave, for each lane."""

    stops: Ints
    matrix: Ints
    """Positions by step and lane."""
    counts: Ints
    """How many steps of a lane count."""
    tails: dict[int, list[int]]
    """Positions after those, in the lanes that ran longest."""
    reached: Ints
    """Where the lane's chain came to at or after its stop, or ``FAR``."""

    def positions(self, lane: int) -> Ints:
        """The positions of one lane."""
        own = self.matrix[: self.counts[lane], lane]
        tail = self.tails.get(lane)
        return np.append(own, tail) if tail else own

    def all_positions(self) -> Ints:
        """The positions of all lanes, one after the other."""
        steps = np.arange(len(self.matrix))
        found = np.ascontiguousarray(self.matrix.T)[steps < self.counts[:, None]]
        ends, tails = np.cumsum(self.counts), [(lane, at) for lane, tail in self.tails.items() for at in tail]
        if not tails:
            return found
        lanes, places = np.array(tails, np.int64).T
        return np.insert(found, ends[lanes], places)


def _step(chain: Chain, starts: Ints, stops: Ints) -> _Lanes:
    """Step all lanes to their stops; the last few, one by one."""
    at = starts
    counts = np.ones(len(starts), np.int64)
    rows = []
    while True:
        rows.append(at)
        after = chain.leap(at)
        running = after < stops
        if np.count_nonzero(running) < FEW:
            break
        counts += running
        at = np.where(running, after, at)
    tails = {}
    for lane in np.flatnonzero(running).tolist():
        found: list[int] = []
        came_to, stopped = chain.follow(int(after[lane]), int(stops[lane]), found)
        tails[lane] = found
        after[lane] = FAR if stopped else came_to
    return _Lanes(stops, np.array(rows), counts, tails, after)


def _prove(chain: Chain, starts: Ints, lanes: _Lanes) -> tuple[Ints, int, bool]:
    """Take the lanes the proven chain runs into, and follow that chain through the others."""
    if lanes.reached[-1] != FAR and np.array_equal(lanes.reached[:-1], starts[1:]):
        return lanes.all_positions(), int(lanes.reached[-1]), False
    pieces = []
    at = int(starts[0])
    for lane, (start, stop, reached) in enumerate(
        zip(starts.tolist(), lanes.stops.tolist(), lanes.reached.tolist(), strict=True)
    ):
        if at >= stop:
            continue
        if at == start:
            positions = lanes.positions(lane)
            if reached != FAR:
                pieces.append(positions)
                at = reached
                continue
            pieces.append(positions[:-1])
            at = int(positions[-1])  # a record that needs a closer look, or comes just before it
        found: list[int] = []
        at, stopped = chain.follow(at, stop, found)
        pieces.append(np.array(found, np.int64))
        if stopped:
            return np.concatenate(pieces), at, True
    return np.concatenate(pieces), at, False
