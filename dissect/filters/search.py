"""Byte searches through whole chunks: `frame contains "…"` without looking at packets one by one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.filters.conditions import Both, Contains, Test
from dissect.filters.operands import Column, Constant, Rows

if TYPE_CHECKING:
    from dissect.filters.view import BatchView

PIECE = 1 << 19  # octets that are searched at a time: what is noted of them stays in cache
SAMPLED = 1 << 14  # octets of a chunk by which it is told how often each is
SPARSE_PAIRS = 64  # where one place in so many has the two octets of a pattern, the whole is searched for
SPARSE = 8  # a chunk of which one packet in so many is left is searched packet by packet


def frames_with(test: Test, view: BatchView) -> Rows | None:
    """The rows that pass a test which only searches whole frames; None for any other."""
    tests = test.tests if type(test) is Both else (test,)
    wanted: list[bytes] = []
    for one in tests:
        if not isinstance(one, Contains) or not isinstance(one.left, Column) or one.left.name != "frame":
            return None
        if not isinstance(one.right, Constant) or not isinstance(one.right.value, bytes):
            return None
        wanted.append(one.right.value)
    if view.rows is not None and len(view.rows) * SPARSE < len(view.chunk):
        return None
    kept: Any = None
    for pattern in wanted:
        found = packets_with(view.chunk, pattern)
        kept = found if kept is None else kept & found
    if view.rows is not None:
        kept = kept[view.rows]
    return np.flatnonzero(kept)


def packets_with(chunk: Any, pattern: bytes) -> Any:
    """For each packet of a chunk whether its bytes contain `pattern`."""
    out = np.zeros(len(chunk), bool)
    if not pattern:
        return ~out
    offset, end = chunk.offset, chunk.offset + chunk.caplen
    if len(chunk) == 0 or not bool(np.all(offset[1:] >= end[:-1])):
        for row in range(len(chunk)):
            out[row] = pattern in chunk.data(row)
        return out
    octets, beyond, step = chunk.buffer, len(pattern) - 1, max(PIECE, 2 * len(pattern))
    low, stop = int(offset[0]), int(end[-1])
    pair, single = Pair(octets[low:stop], pattern, step), None
    while low < stop:
        high = min(low + step, stop)
        starts = pair.starts(octets[low:high])
        if starts is None:
            single = single or OneByOne(out, pattern, offset, end)
            single.mark(octets[low:high].tobytes(), low)
        elif len(starts):
            rows = np.searchsorted(offset, starts + low, "right") - 1
            out[rows[starts + low + len(pattern) <= end[rows]]] = True
        if high == stop:
            break
        low = high - beyond
    return out


class Pair:
    """Looks for a pattern by the two of its octets that are rarest: in array operations, which let other threads run,
    and of which two take half as long as a search for the whole."""

    def __init__(self, octets: Any, pattern: bytes, size: int) -> None:
        self.pattern = pattern
        often = np.bincount(octets[:: max(len(octets) // SAMPLED, 1)], minlength=256)
        places = sorted(range(len(pattern)), key=lambda place: (int(often[pattern[place]]), -place))
        self.places = places[:2]
        self._room = np.empty((2, size), bool) if len(pattern) > 1 else None  # which costs no new memory each time

    def starts(self, octets: Any) -> Any:
        """Where the pattern begins in some octets; None where the two do not tell enough."""
        count = len(octets) - len(self.pattern) + 1
        if self._room is None:
            return None
        if count <= 0:
            return np.empty(0, np.int64)
        one, other = self._room[:, :count]
        for place, room in zip(self.places, (one, other), strict=True):
            np.equal(octets[place : place + count], self.pattern[place], out=room)
        np.logical_and(one, other, out=one)
        if np.count_nonzero(one) * SPARSE_PAIRS > count:
            return None
        starts = np.flatnonzero(one)
        for place in range(len(self.pattern)):
            if len(starts) and place not in self.places:
                starts = starts[octets[starts + place] == self.pattern[place]]
        return starts


class OneByOne:
    """Marks packets that contain a pattern: once it is found in one, the search goes on with the next."""

    def __init__(self, out: Any, pattern: bytes, offset: Any, end: Any) -> None:
        self.out, self.pattern = out, pattern
        self._offset, self._end = offset.tolist(), end.tolist()

    def mark(self, octets: bytes, low: int) -> None:
        """Look at some octets of the file, from place `low` on."""
        pattern, size, find = self.pattern, len(self.pattern), octets.find
        at = find(pattern)
        while at >= 0:
            place = low + at
            row = bisect_right(self._offset, place) - 1
            if place + size <= self._end[row]:
                self.out[row] = True
                if row + 1 == len(self._offset):
                    return
                at = max(self._offset[row + 1] - low, at + 1)
            else:
                at += 1
            at = find(pattern, at)
