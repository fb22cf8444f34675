"""Numbers for keys: a hash table of which whole columns are asked (open addressing, linear probing).

12 octets a place, at most half of the places are taken; a large table is a file that is mapped.  Where a key is looked
for first depends on a number that each process draws: no capture can be made whose keys all meet at one place.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, grouped
from dissect.passes.shelf import zeros

ABSENT = -1
SMALLEST = 1 << 12
AT_ONCE = 1 << 16  # places that are moved to a larger table
DRAWN = np.uint64(int.from_bytes(os.urandom(8)) | 1)


class Keys:
    """Keys and their numbers."""

    def __init__(self) -> None:
        self._clear(SMALLEST)

    def _clear(self, size: int) -> None:
        self._keys = zeros((size,), np.uint64)
        self._next = zeros((size,), np.int32)  # the number behind that of a place's key: 0 where there is none
        self._mask, self._shift = size - 1, np.uint64(65 - size.bit_length())
        self.count = 0

    def _home(self, keys: NDArray[np.uint64]) -> Positions:
        return (keys * DRAWN >> self._shift).astype(np.int64)

    def find(self, keys: NDArray[np.uint64]) -> Positions:
        """The number of each key; ABSENT where it has none."""
        place = self._home(keys)
        out = self._next[place].astype(np.int64)
        astray = np.flatnonzero((out > 0) & (self._keys[place] != keys))
        while len(astray):
            place[astray] = (place[astray] + 1) & self._mask
            out[astray] = self._next[place[astray]]
            astray = astray[(out[astray] > 0) & (self._keys[place[astray]] != keys[astray])]
        return out - 1

    def put(self, keys: NDArray[np.uint64], numbers: Positions) -> None:
        """Give keys, which are distinct, their numbers: new ones, or others than before."""
        if 2 * (self.count + len(keys)) > len(self._keys):
            self._grow(self.count + len(keys))
        self._insert(keys, numbers.astype(np.int32))

    def number(self, keys: NDArray[np.uint64]) -> Positions:
        """The number of each key; those that are new get the next ones, as they come."""
        found = self.find(keys)
        missing = np.flatnonzero(found == ABSENT)
        if len(missing):
            unique, first, inverse = grouped(keys[missing])
            rank = np.empty(len(first), np.int64)
            rank[np.argsort(first, kind="stable")] = np.arange(len(first))
            numbers = self.count + rank
            self.put(unique, numbers)
            found[missing] = numbers[inverse]
        return found

    def opening(self, keys: NDArray[np.uint64]) -> Positions:
        """Of keys that have no number, where each occurs first.  They are then to be `put`."""
        if 2 * (self.count + len(keys)) > len(self._keys):
            self._grow(self.count + len(keys))
        place, left = self._home(keys), np.arange(len(keys))[::-1]
        while len(left):
            at = place[left]
            claims = left[self._next[at] == 0]
            self._keys[place[claims]] = keys[claims]
            here = self._keys[at] == keys[left]
            self._next[at[here]] = left[here] + 1  # the last of several assignments stays: the first that occurs
            left = left[~here]
            place[left] = (place[left] + 1) & self._mask
        first = self.find(keys)
        self.count += int(np.count_nonzero(first == np.arange(len(keys))))
        return first

    def _grow(self, count: int) -> None:
        keys, after = self._keys, self._next
        size = len(keys)
        while size < 4 * count:
            size *= 2
        self._clear(size)
        for at in range(0, len(keys), AT_ONCE):
            some, numbers = keys[at : at + AT_ONCE], after[at : at + AT_ONCE]
            taken = np.flatnonzero(numbers)
            self._insert(some[taken], numbers[taken] - 1)

    def _insert(self, keys: NDArray[np.uint64], numbers: NDArray[np.int32]) -> None:
        place = self._home(keys)
        left = np.arange(len(keys))
        while len(left):
            at = place[left]
            free = self._next[at] == 0
            claims = left[free]
            self._keys[place[claims]] = keys[claims]  # of several that claim a place, one stays
            here = self._keys[at] == keys[left]
            self._next[at[here]] = numbers[left[here]] + 1
            self.count += int((free & here).sum())
            left = left[~here]
            place[left] = (place[left] + 1) & self._mask
