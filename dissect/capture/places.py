"""Where the records of a file are, as far as it was walked: who reads it again need not find them again.

Kept are the distances from record to record, four bytes each, for whole chunks of the grid of checkpoints that were met
in order; nothing where a chunk lies in two sections, or has a record larger than four bytes can say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .records import Checkpoint, Ints

CHUNK = 16_384
"""Packets from one checkpoint of the grid to the next."""
AT_ONCE = 4  # chunks
LARGEST = 1 << 32

Chunk = tuple[int, int, NDArray[np.uint32]]
"""Its section, where its first record is, and how far it is from each record to the next."""


class Places:
    """What is kept: of at most `most` packets."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._chunks: list[Chunk | None] = []
        self._parts: list[Ints] = []  # of the chunk behind those
        self._held = 0
        self._sections: set[int] = set()

    def add(self, first: int, at: Ints, section: int) -> None:
        """The records from number `first` on were found at these places, which follow what was found before."""
        begin = len(self._chunks) * CHUNK
        if first + len(at) <= begin or begin >= self.most:
            return
        if first <= begin:  # what lies behind the last whole chunk is met anew
            at, first = at[begin - first :], begin
            self._begin()
        if first != begin + self._held:
            return
        self._parts.append(at)
        self._sections.add(section)
        self._held += len(at)
        if self._held < CHUNK:
            return
        joined = np.concatenate(self._parts)
        whole = len(joined) // CHUNK * CHUNK
        one = len(self._sections) == 1
        self._begin()
        for low in range(0, whole, CHUNK):
            away = np.diff(joined[low : low + CHUNK])
            kept = one and int(away.max()) < LARGEST
            self._chunks.append((section, int(joined[low]), away.astype(np.uint32)) if kept else None)
        if whole < len(joined):
            self.add(first + len(at) - (len(joined) - whole), joined[whole:].copy(), section)

    def _begin(self) -> None:
        self._parts, self._held = [], 0
        self._sections = set()

    def known(self, grid: list[Checkpoint], slot: int, end: int) -> tuple[Ints, int, Checkpoint] | None:
        """The places of the records from chunk `slot` of the grid on, in whole chunks of one section that end at or
        before the byte `end`; the section, and the checkpoint behind them."""
        first = self._chunks[slot] if slot < len(self._chunks) else None
        found: list[Ints] = []
        for chunk, after in zip(self._chunks[slot : slot + AT_ONCE], grid[slot + 1 : slot + 1 + AT_ONCE], strict=False):
            if chunk is None or first is None or chunk[0] != first[0] or after.offset > end:
                break
            at = np.empty(CHUNK, np.int64)
            at[0] = 0
            np.cumsum(chunk[2], out=at[1:])
            at += chunk[1]
            found.append(at)
        return (np.concatenate(found), first[0], grid[slot + len(found)]) if first and found else None
