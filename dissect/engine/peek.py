"""What a heuristic's `probe` looks at: a payload nobody claims, of one packet or of a whole group.

A probe is one expression over `u8(0)`, `u16(2)`, … and `length`, with `&` and `|` for its tests, so that
it serves both evaluators.  Reads past the end give 0; test `length` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, Window


class Likely(NamedTuple):
    """What can be told of the payloads that a probe accepts without the layer: nearly always enough to pass it over, so
    that it need neither be imported nor asked.

    All of `octets` have to hold, or the carrier has one of `ports`.
    """

    octets: Mapping[int, bytes] = MappingProxyType({})  # by place: which may stand there; zeros beyond the end
    ports: tuple[int, ...] = ()

    def as_lists(self) -> list[Any]:
        """For an outline, which is kept as JSON."""
        return [[[at, list(some)] for at, some in self.octets.items()], list(self.ports)]

    @classmethod
    def of(cls, lists: list[Any]) -> Likely:
        """Made from `as_lists`."""
        return cls({at: bytes(some) for at, some in lists[0]}, tuple(lists[1]))

    @classmethod
    def opening(cls, *words: bytes) -> Likely:
        """Payloads that open with one of some words."""
        return cls({at: bytes({word[at] for word in words}) for at in range(min(map(len, words)))})

    def holds(self, peek: RowPeek | ColumnPeek) -> Any:
        """Which of the payloads the probe may accept."""
        found: Any = bool(self.octets)
        for at, some in self.octets.items():
            found = found & peek.among(at, some)
            if found is False or not np.any(found):
                break
        for port in self.ports:
            found = found | (peek.h.srcport == port) | (peek.h.dstport == port)
        return found


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

    def among(self, at: int, some: bytes) -> bool:
        """Whether the byte at `at` is one of some."""
        return self.uint(at, 1) in some

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

    def among(self, at: int, some: bytes) -> Any:
        """Where the byte at `at` is one of some."""
        octets = self.uint(at, 1)
        return octets == some[0] if len(some) == 1 else _table(some)[octets]

    def u8(self, at: Any) -> Any:
        """The byte at `at`."""
        return self.uint(at, 1)

    def u16(self, at: Any) -> Any:
        """The big-endian 16-bit number at `at`."""
        return self.uint(at, 2)

    def u32(self, at: Any) -> Any:
        """The big-endian 32-bit number at `at`."""
        return self.uint(at, 4)


@cache
def _table(some: bytes) -> NDArray[np.bool_]:
    found = np.zeros(256, bool)
    found[list(some)] = True
    return found
