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
        """For an outline, which is kept."""
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
        found: Any = bool(self.octets) and peek.matches(self.octets)
        return found | peek.speaks(self.ports) if self.ports else found


def octets_of(*numbers: int | range) -> NDArray[np.bool_]:
    """Which octets are among these numbers, for probes: a table that one octet or an array of them looks up."""
    return _marked(1 << 8, numbers)


def ports_of(*numbers: int | range) -> NDArray[np.bool_]:
    """The same of ports."""
    return _marked(1 << 16, numbers)


def _marked(size: int, numbers: tuple[int | range, ...]) -> NDArray[np.bool_]:
    out = np.zeros(size, bool)
    for one in numbers:
        out[one if isinstance(one, int) else list(one)] = True
    return out


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

    def matches(self, octets: Mapping[int, bytes]) -> bool:
        """Whether the byte at each place is one of some."""
        return all(self.uint(at, 1) in some for at, some in octets.items())

    def speaks(self, ports: tuple[int, ...]) -> bool:
        """Whether the carrier has one of these ports."""
        return self.h.srcport in ports or self.h.dstport in ports

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
        self._seen: dict[int, frozenset[int]] = {}  # the bytes at places

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

    def matches(self, octets: Mapping[int, bytes]) -> Any:
        """Where the byte at each place is one of some."""
        if any(self._there(at).isdisjoint(some) for at, some in octets.items()):
            return False  # most probes: groups open with few different octets
        found: Any = True
        for at, some in octets.items():
            byte = self.uint(at, 1)
            found = found & (byte == some[0] if len(some) == 1 else _table(some)[byte])
        return found

    def _there(self, at: int) -> frozenset[int]:
        found = self._seen.get(at)
        if found is None:
            counts = np.bincount(self.uint(at, 1), minlength=1)
            found = self._seen[at] = frozenset(np.flatnonzero(counts).tolist())
        return found

    def speaks(self, ports: tuple[int, ...]) -> Any:
        """Where the carrier has one of these ports."""
        found: Any = False
        for port in ports if self._ports is None else filter(self._ports.__contains__, ports):
            found = found | (self.h.srcport == port) | (self.h.dstport == port)
        return found

    @cached_property
    def _ports(self) -> frozenset[int] | None:
        """The carriers' ports, of many of them; looking for each of many ports would take longer."""
        both = np.concatenate([self.h.srcport, self.h.dstport])
        if not len(both) or both.min() < 0 or both.max() >> 16:
            return None
        there = np.zeros(1 << 16, bool)
        there[both] = True
        return frozenset(np.flatnonzero(there).tolist())

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
