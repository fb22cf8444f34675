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

from typing import Protocol

import numpy as np

from .records import Ints

FAR = int(np.iinfo(np.int64).max)
"""Where :meth:`Chain.leap` sends a lane at a record that needs a closer look."""

MIN_SPAN = 1 << 19
"""Spans shorter than this are followed one by one: there is nothing to gain."""
LANE = 1 << 16
MAX_LANES = 512
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


def walk(chain: Chain, begin: int, end: int) -> tuple[Ints, int, bool]:
    """All records from the record at ``begin`` that start before ``end``: positions, where the chain came
    to, and whether it had to stop before ``end``."""
    if end - begin < MIN_SPAN:
        return _follow(chain, begin, end)
    starts = _lane_starts(chain, begin, end)
    if len(starts) < FEW:
        return _follow(chain, begin, end)
    stops = np.append(starts[1:], end)
    matrix, counts, reached = _step(chain, starts, stops)
    if bool((reached[:-1] == starts[1:]).all()) and int(reached[-1]) != FAR:
        used = np.arange(len(matrix))[:, None] < counts
        return matrix.T[used.T], int(reached[-1]), False
    return _prove(chain, starts, stops, matrix, counts, reached)


def _follow(chain: Chain, begin: int, end: int) -> tuple[Ints, int, bool]:
    found: list[int] = []
    came_to, stopped = chain.follow(begin, end, found)
    return np.array(found, np.int64), came_to, stopped


def _lane_starts(chain: Chain, begin: int, end: int) -> Ints:
    lanes = min(MAX_LANES, (end - begin) // LANE + 1)
    width = (end - begin) // lanes
    starts = [begin]
    misses = 0
    for lane in range(1, lanes):
        low = begin + lane * width
        start = chain.guess(max(low, starts[-1] + 1), low + width)
        if start is not None:
            starts.append(start)
        else:
            misses += 1
            if misses > 8 and misses > lane // 2:  # nothing here looks like a record: do not go on guessing
                break
    return np.array(starts, np.int64)


def _step(chain: Chain, starts: Ints, stops: Ints) -> tuple[Ints, Ints, Ints]:
    """Step every lane to its stop: positions by step and lane, how many count, where each came to."""
    at = starts
    counts = np.ones(len(starts), np.int64)
    rows = []
    while True:
        rows.append(at)
        after = chain.leap(at)
        running = after < stops
        left = np.count_nonzero(running)
        if left < FEW:
            break
        counts += running
        at = np.where(running, after, at)
    matrix = np.array(rows)
    if left:
        matrix, after = _finish(chain, stops, matrix, counts, after, np.flatnonzero(running))
    return matrix, counts, after


def _finish(
    chain: Chain, stops: Ints, matrix: Ints, counts: Ints, after: Ints, running: Ints
) -> tuple[Ints, Ints]:
    """The last few lanes still running, one by one; ``counts`` is brought up to date in place."""
    tails = {}
    for lane in running.tolist():
        found: list[int] = []
        came_to, stopped = chain.follow(int(after[lane]), int(stops[lane]), found)
        tails[lane] = found
        after[lane] = FAR if stopped else came_to
    longest = max(int(counts[lane]) + len(tail) for lane, tail in tails.items())
    if longest > len(matrix):
        more = np.zeros((longest - len(matrix), matrix.shape[1]), np.int64)
        matrix = np.concatenate([matrix, more])
    for lane, tail in tails.items():
        matrix[counts[lane] : counts[lane] + len(tail), lane] = tail
        counts[lane] += len(tail)
    return matrix, after


def _prove(
    chain: Chain, starts: Ints, stops: Ints, matrix: Ints, counts: Ints, reached: Ints
) -> tuple[Ints, int, bool]:
    """Take the lanes the proven chain runs into, and follow that chain through the others."""
    pieces = []
    at = int(starts[0])
    for lane in range(len(starts)):
        stop = int(stops[lane])
        if at >= stop:
            continue
        if at == int(starts[lane]):
            pieces.append(matrix[: counts[lane], lane])
            at = int(reached[lane])
            if at != FAR:
                continue
            at = int(pieces[-1][-1])  # the record that needs a closer look: take it back and look
            pieces[-1] = pieces[-1][:-1]
        found: list[int] = []
        at, stopped = chain.follow(at, stop, found)
        pieces.append(np.array(found, np.int64))
        if stopped:
            return np.concatenate(pieces), at, True
    return np.concatenate(pieces), at, False
