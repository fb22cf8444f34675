"""A window: bytes that rows point into, read by whole columns.

Over one buffer (the mapped file, or an arena of reassembled bytes) stand unaligned views with stride 1,
so that a 16-bit field of a million packets is one fancy index.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.capture.formats import items
from dissect.capture.records import HEAD

Positions = NDArray[np.int64]
FEW = 4  # spans that are copied one by one
COPIED = 1 << 18  # bytes that are copied at a time: they stay in cache on their way
LOOKED = 6  # numbers that are looked for one after the other
SPREAD = 4  # places for each of some numbers, where it is worth while to have one for every number between
SUMMED = 1 << 13  # words that are summed at a time: what they take stays in cache


def order_of(numbers: Positions) -> Positions:
    """As `np.argsort(numbers, kind="stable")`, which sorts numbers of 16 bits by counting, in a tenth of the time it
    takes for others: so others are sorted by 16 bits after the other.  Where none comes twice and few are missing, each
    is put in its place."""
    count = len(numbers)
    if bool((numbers[1:] >= numbers[:-1]).all()):
        return np.arange(count)
    numbers = numbers if numbers.dtype.itemsize == 8 else numbers.astype(np.int64)  # as distances may be
    least = numbers.min()
    rest, span = numbers - least, int(numbers.max()) - int(least)
    if span < SPREAD * count:
        at = np.full(span + 1, -1)
        at[rest] = np.arange(count)
        order = at[at >= 0]
        if len(order) == count:
            return order
    if span >> 48:
        return np.argsort(numbers, kind="stable")
    order = np.argsort(rest.astype(np.uint16), kind="stable")
    for shift in range(16, span.bit_length(), 16):
        order = order[np.argsort((rest >> shift).astype(np.uint16)[order], kind="stable")]
    return order


def grouped(values: NDArray[Any]) -> tuple[NDArray[Any], Positions, Positions]:
    """Distinct values in order, the first place of each, and for each place the number of its value.

    As `np.unique`, which imports `numpy.ma` when first called: that is a tenth of the time a short command takes.
    """
    order = order_of(values) if values.dtype.kind in "iu" else np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.ones(len(values), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    inverse = np.empty(len(values), np.int64)
    inverse[order] = np.cumsum(new) - 1
    return ordered[new], order[new], inverse


def among(values: Positions, some: Positions) -> NDArray[np.bool_]:
    """Which values are one of some others.  As `np.isin`, which may import `numpy.ma`, too."""
    if not len(some):
        return np.zeros(len(values), bool)
    ordered = np.sort(some)
    at = np.minimum(ordered.searchsorted(values), len(ordered) - 1)
    out: NDArray[np.bool_] = ordered[at] == values
    return out


def distinct(numbers: Positions) -> dict[int, NDArray[np.bool_] | None]:
    """The numbers that occur, and where each does (None: not looked yet): of many rows, most have one of a few."""
    found: dict[int, NDArray[np.bool_] | None] = {}
    met, at = np.zeros(len(numbers), bool), 0
    while len(found) < LOOKED and len(numbers):
        number = int(numbers[at])
        here = found[number] = numbers == number
        met |= here
        at = int(met.argmin())
        if met[at]:
            return found
    least = int(numbers.min(initial=0))
    for number in np.flatnonzero(np.bincount(numbers[~met] - least)).tolist():
        found[number + least] = None
    return found


def some_bounds(end: Positions, limit: Positions, rows: Positions) -> tuple[Positions, Positions]:
    """The ends of some rows, captured and stated: one array where they are the same for all."""
    some = end.take(rows)
    return some, some if end is limit else limit.take(rows)


def mixed(*words: Any) -> NDArray[np.uint64]:
    """One 64-bit hash of several words (the multiplier is that of splitmix64)."""
    out = np.zeros(len(words[0]), np.uint64)
    for word in words:
        out = (out ^ np.asarray(word).astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        out ^= out >> np.uint64(29)
    return out


def alike(words: NDArray[np.uint64]) -> tuple[Positions, Positions]:
    """The first of each kind of equal rows of words (all, if two kinds have one key), and of each row the number of its
    kind."""
    count = len(words)
    bits = np.uint64(count.bit_length())
    packed = mixed(*words.T) >> bits << bits | np.arange(count, dtype=np.uint64)
    packed.sort()
    order, key = (packed & (np.uint64(1) << bits) - np.uint64(1)).astype(np.int64), packed >> bits
    new = np.ones(count, bool)
    new[1:] = key[1:] != key[:-1]
    first, inverse = order[new], np.empty(count, np.int64)
    inverse[order] = np.cumsum(new) - 1
    if not bool((words == words[first[inverse]]).all()):
        first = inverse = np.arange(count)
    return first, inverse


def as_words(column: Any) -> NDArray[np.uint64]:
    """A column as words of 64 bits: numbers are one a row, octets as many as hold them, with zeros behind."""
    column = np.atleast_1d(column)
    if column.dtype.kind in "iub" and column.ndim == 1:
        return np.asarray(column.astype(np.int64).view(np.uint64)[:, None])
    octets = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)
    if short := -octets.shape[1] % 8:
        octets = np.concatenate([octets, np.zeros((len(octets), short), np.uint8)], axis=1)
    return octets.view(np.uint64)


def copy_spans(
    source: NDArray[np.uint8], place: Positions, out: NDArray[np.uint8], at: Positions, size: Positions
) -> None:
    """Copy `size` bytes from each place of `source` to each place of `out`: spans as long as many others at once."""
    order = order_of(size)
    for group in np.split(order, np.flatnonzero(np.diff(size[order])) + 1):
        width = int(size[group[0]]) if len(group) else 0
        if len(group) > FEW and width:
            read, write = Window(source).every(width), Window(out).every(width)
            many = max(COPIED // width, 1)
            for i in range(0, len(group), many):
                some = group[i : i + many]
                write[at[some]] = read[place[some]]
            continue
        for a, b in zip(place[group].tolist(), at[group].tolist(), strict=True):
            out[b : b + width] = source[a : a + width]


class Window:
    """Column reads from `buffer` (uint8, one dimension).  Positions must lie within it: callers check once."""

    def __init__(self, buffer: NDArray[np.uint8]) -> None:
        self.u1 = buffer

    def _view(self, dtype: str) -> NDArray[np.generic]:
        kind = np.dtype(dtype)
        n = len(self.u1) - kind.itemsize + 1
        if n <= 0:
            return np.empty(0, kind)
        return np.ndarray((n,), kind, buffer=self.u1, strides=(1,))

    @cached_property
    def _u2(self) -> NDArray[np.uint16]:
        return self._view("=u2")  # type: ignore[return-value]

    @cached_property
    def _u4(self) -> NDArray[np.uint32]:
        return self._view("=u4")  # type: ignore[return-value]

    @cached_property
    def _u8(self) -> NDArray[np.uint64]:
        return self._view("=u8")  # type: ignore[return-value]

    def uint(self, at: Positions, size: int, little: bool = False) -> NDArray[np.unsignedinteger]:
        """Unsigned integers of `size` bytes (1 to 8) at each position, in the machine's byte order."""
        if size == 1:
            return self.u1[at]
        if size in (2, 4, 8):
            out: NDArray[np.unsignedinteger] = getattr(self, f"_u{size}")[at]
            return out if little else out.byteswap(inplace=True)
        half = {3: 1, 5: 1, 6: 2, 7: 3}[size]  # the odd widths are two reads, put together
        rest = size - half
        if little:
            low, high = self.uint(at, rest, True), self.uint(at + rest, half, True)
            shift = 8 * rest
        else:
            high, low = self.uint(at, half), self.uint(at + half, rest)
            shift = 8 * rest
        if size == 3:
            return (high.astype(np.uint32) << np.uint32(shift)) | low.astype(np.uint32)
        return (high.astype(np.uint64) << np.uint64(shift)) | low.astype(np.uint64)

    def every(self, size: int) -> NDArray[np.void]:
        """The `size` raw bytes from every position on, as an array of void items that share the buffer."""
        return self._view(f"V{size}")  # type: ignore[return-value]

    def raw(self, at: Positions, size: int) -> NDArray[np.void]:
        """`size` raw bytes at each position, as an array of void items."""
        return self._view(f"V{size}")[at]  # type: ignore[return-value]

    def span(self, start: int, end: int) -> bytes:
        """The bytes between two positions."""
        return self.u1[start:end].tobytes()

    def sum16(self, at: Positions, size: Positions) -> NDArray[np.int64]:
        """One's complement sums (RFC 1071) of the big-endian 16-bit words of spans, as numbers modulo 65535.

        An odd last byte counts as if a zero followed.  The spans must lie within the buffer.
        """
        # 2 ** 16 is 1 modulo 65535, so words of any width add up to the same; in the machine's order the sum of
        # swapped words is the swapped sum (RFC 1071, section 2)
        sums = np.zeros(len(at), np.uint64)
        words = size >> 3
        before = np.cumsum(words) - words
        for low in range(0, int(before[-1] + words[-1]) if len(at) else 0, SUMMED):
            rows = slice(*np.searchsorted(before, [low, low + SUMMED]))
            sums[rows] = self._sums(at[rows], words[rows])
        stop = at + (words << 3)
        little = int(np.array([1], "=u2").view("u1")[0])
        for width, shift in ((4, 0), (2, 0), (1, 0 if little else 8)):
            rest = np.flatnonzero(size & width)
            read = self.u1 if width == 1 else self._u2 if width == 2 else self._u4
            sums[rest] += read[stop[rest]].astype(np.uint64) << np.uint64(shift)
            stop[rest] += width
        sums %= np.uint64(0xFFFF)
        if little:
            sums = (sums << np.uint64(8)) % np.uint64(0xFFFF)  # swapping the bytes is multiplying by 256
        return sums.astype(np.int64)

    def _sums(self, at: Positions, words: Positions) -> NDArray[np.uint64]:
        """Sums of `words` words of 64 bits from each position on, folded to 32 bits first: carries are not lost."""
        sums = np.zeros(len(at), np.uint64)
        some = np.flatnonzero(words)
        at, words = at[some], words[some]
        if len(some):
            ends = np.cumsum(words)
            places = np.arange(0, 8 * int(ends[-1]), 8) + np.repeat(at - 8 * (ends - words), words)
            found = self._u8[places]
            sums[some] = np.add.reduceat((found >> np.uint64(32)) + (found & np.uint64(0xFFFFFFFF)), ends - words)
        return sums


class Heads:
    """The first octets of every packet of a batch, gathered once: a field that stands at the same place in all of them
    is then a strided view, and scattered memory is touched once for all fields."""

    SIZE = HEAD

    def __init__(self, buffer: NDArray[np.uint8], offset: Positions, known: NDArray[np.void] | None = None) -> None:
        self.count = len(offset)
        self._items = items(buffer, offset, HEAD) if known is None else known

    def at(self, place: int, kind: str, rows: Positions | None) -> NDArray[Any]:
        """Items of a type (in NumPy's spelling) at this octet of the packets of `rows`, or of all."""
        found = self._items.getfield(kind, place)
        if rows is None:
            return found
        if found.dtype.kind != "V" and 2 * len(rows) > self.count:
            found = found.copy()  # reading all in order is faster than most of them one by one
        return found[rows]


def as_list(values: Any) -> list[Any]:
    """Python values of a column: ints, bools, floats, bytes, text."""
    if values.dtype.kind == "V":
        size = values.dtype.itemsize
        whole = values.tobytes()
        return [whole[i : i + size] for i in range(0, len(whole), size)]
    return values.tolist()  # type: ignore[no-any-return]
