"""What a heuristic's `probe` looks at: a payload nobody claims, of one packet or of a whole group.

A probe is one expression over `u8(0)`, `u16(2)`, … and `length`, with `&` and `|` for its tests, so that
it serves both evaluators.  Reads past the end give 0; test `length` first.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from dissect.engine.window import Positions, Window


class RowPeek:
    """One payload.  `length` is what was captured of it, `reported` what the packet says; `h` its carrier."""

    __slots__ = ("_data", "_end", "_start", "h", "length", "reported")

    def __init__(self, data: bytes, start: int, end: int, limit: int, h: Any) -> None:
        self._data, self._start, self._end = data, start, end
        self.length, self.reported = end - start, limit - start
        self.h = h

    def uint(self, at: int, size: int, little: bool = False) -> int:
        """The unsigned integer of `size` bytes at `at`."""
        pos = self._start + at
        if pos < self._start or pos + size > self._end:
            return 0
        return int.from_bytes(self._data[pos : pos + size], "little" if little else "big")

    def u8(self, at: int) -> int:
        """The byte at `at`."""
        return self.uint(at, 1)

    def u16(self, at: int) -> int:
        """The big-endian 16-bit number at `at`."""
        return self.uint(at, 2)

    def u32(self, at: int) -> int:
        """The big-endian 32-bit number at `at`."""
        return self.uint(at, 4)


class ColumnPeek:
    """The payloads of a group; every read is an array."""

    def __init__(self, window: Window, start: Positions, end: Positions, limit: Positions, h: Any) -> None:
        self._window, self._start, self._end = window, start, end
        self.length, self.reported = end - start, limit - start
        self.h = h
        self._read: dict[tuple[int, int, bool], Any] = {}  # probes look at the same few places

    def uint(self, at: Any, size: int, little: bool = False) -> Any:
        """Unsigned integers of `size` bytes at `at`; 0 where they were not captured."""
        if not isinstance(at, int):
            return self._uint(at, size, little)
        found = self._read.get((at, size, little))
        if found is None:
            found = self._read[at, size, little] = self._uint(at, size, little)
        return found

    @cached_property
    def _shortest(self) -> int:
        return int(self.length.min()) if len(self.length) else 0

    def _uint(self, at: Any, size: int, little: bool) -> Any:
        pos = self._start + at
        if isinstance(at, int) and 0 <= at <= self._shortest - size:
            return self._window.uint(pos, size, little).astype(np.int64)
        fits = (pos >= self._start) & (pos + size <= self._end)
        if fits.all():
            return self._window.uint(pos, size, little).astype(np.int64)
        out = np.zeros(len(pos), np.int64)
        rows = np.flatnonzero(fits)
        out[rows] = self._window.uint(pos[rows], size, little)
        return out

    def u8(self, at: Any) -> Any:
        """The byte at `at`."""
        return self.uint(at, 1)

    def u16(self, at: Any) -> Any:
        """The big-endian 16-bit number at `at`."""
        return self.uint(at, 2)

    def u32(self, at: Any) -> Any:
        """The big-endian 32-bit number at `at`."""
        return self.uint(at, 4)
