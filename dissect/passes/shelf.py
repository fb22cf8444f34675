"""What passes keep whatever the size of the capture: the latest in memory, or what is small, the rest in files.

Mostly nobody looks back; who does reads from the file.  It has no name and goes when the capture is closed.  Where
there is no room for it, memory has to do.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
LATEST = 4  # chunks in memory
ALIGNED = 8  # octets: arrays begin there, so that what is in the file is read as fast as what never was
SMALL = 1 << 18  # octets of a table in memory; there are dozens


class Away(NamedTuple):
    """Something in the file: what there is to it beside its arrays, and where in the file these are."""

    rest: bytes
    at: int
    sizes: tuple[int, ...]


class Shelf(Generic[T]):
    """A list of things that hold arrays.  They are not changed once they are on it."""

    def __init__(self, latest: int | None = None) -> None:
        self._latest = LATEST if latest is None else latest
        self._things: list[T | Away] = []
        self._away = 0  # how many are in the file
        self._looked: tuple[int, T] | None = None  # which of these was looked at last
        self._file: IO[bytes] | None = None
        self._end = 0

    def __len__(self) -> int:
        return len(self._things)

    def append(self, thing: T) -> None:
        """Put something behind the others."""
        self._things.append(thing)
        while len(self._things) - self._away > self._latest:
            try:
                self._put_away(self._away)
            except OSError:
                self._latest = len(self._things) + LATEST
            else:
                self._away += 1

    def each(self, low: int, high: int) -> Iterator[T]:
        """Some of the list, one after the other."""
        return map(self._found, range(low, min(high, len(self._things))))

    def _found(self, which: int) -> T:
        thing = self._things[which]
        if not isinstance(thing, Away):
            return thing
        looked = self._looked
        if looked is None or looked[0] != which:  # who asks packet by packet asks of the same again
            looked = self._looked = which, self._fetch(thing)
        return looked[1]

    def near(self, which: int) -> bool:
        """Whether one is in memory."""
        return not isinstance(self._things[which], Away)

    def _put_away(self, which: int) -> None:
        buffers = list[pickle.PickleBuffer]()
        rest = pickle.dumps(self._things[which], protocol=5, buffer_callback=buffers.append)
        if self._file is None:
            import tempfile  # small captures have no use for it

            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is open as long as the shelf is there
        at, sizes = self._end, list[int]()
        for buffer in buffers:
            octets = buffer.raw()
            view, done = memoryview(octets), 0
            while done < len(view):
                done += os.pwrite(self._file.fileno(), view[done:], self._end + done)
            self._end += len(view) + -len(view) % ALIGNED
            sizes.append(len(view))
        self._things[which] = Away(rest, at, tuple(sizes))

    def _fetch(self, thing: Away) -> T:
        assert self._file is not None
        steps = [size + -size % ALIGNED for size in thing.sizes]
        octets = memoryview(self._read(thing.at, sum(steps[:-1]) + sum(thing.sizes[-1:])))
        buffers, done = list[Any](), 0
        for size, step in zip(thing.sizes, steps, strict=True):
            buffers.append(octets[done : done + size])
            done += step
        found: T = pickle.loads(thing.rest, buffers=buffers)
        return found

    def _read(self, at: int, size: int) -> bytearray:
        assert self._file is not None
        out = bytearray(size)
        view, done = memoryview(out), 0
        while done < size:
            got = os.preadv(self._file.fileno(), [view[done:]], at + done)
            if not got:
                raise OSError("a temporary file is shorter than what was written to it")
            done += got
        return out


def numbers(rows: Sequence[tuple[int, ...]], width: int) -> NDArray[np.int64]:
    """Rows of numbers as a table: in half of the time that NumPy takes to find out that they are."""
    return np.fromiter(chain.from_iterable(rows), np.int64, width * len(rows)).reshape(-1, width)


class Rows:
    """A table of numbers to which rows are added; a large one is a file that is mapped."""

    def __init__(self, width: int) -> None:
        self._table = np.zeros((256, width), np.int64)
        self._count = 0
        self._late: list[tuple[int, ...]] = []  # rows behind these
        self._changed: dict[int, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return self._count + len(self._late)

    @property
    def table(self) -> NDArray[np.int64]:
        """All rows.  To change one is to change it in what this gives at the time."""
        if self._late or self._changed:
            self._settle()
        return self._table[: self._count]

    def later(self, rows: Iterable[tuple[int, ...]]) -> None:
        """Put some rows behind the others: in the table when somebody looks."""
        self._late += rows

    def change(self, which: int, row: tuple[int, ...]) -> None:
        """Change a row, likewise."""
        self._changed[which] = row

    def _settle(self) -> None:
        late, self._late = self._late, []
        if late:
            self.add(numbers(late, self._table.shape[1]))
        changed, self._changed = self._changed, {}
        if changed:
            self._table[[*changed]] = [*changed.values()]

    def add(self, rows: NDArray[np.int64]) -> None:
        """Put rows behind the others."""
        if self._late:
            self._settle()
        count = self._count + len(rows)
        if count > len(self._table):
            self._table = enlarged(self._table[: self._count], max(count, 2 * len(self._table)))
        self._table[self._count : count] = rows
        self._count = count


class Table:
    """Columns of numbers, by name, to which rows are added; those of a large table are files that are mapped."""

    def __init__(self, **columns: tuple[Any, int] | tuple[Any, int, int]) -> None:
        """Of each column its type and what a new row says; how wide it is, where it holds several numbers a row."""
        self._fill = {name: fill for name, (_, fill, *_) in columns.items()}
        self._columns = {
            name: enlarged(np.empty((0, *width), kind), 256, fill) for name, (kind, fill, *width) in columns.items()
        }
        self.count = 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self.count]

    def grow(self, count: int) -> None:
        """Have at least so many rows."""
        self.count = max(count, self.count)
        for name, column in self._columns.items():
            if count > len(column):
                self._columns[name] = enlarged(column, max(count, 2 * len(column)), self._fill[name])


def zeros(shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
    """An array of zeros; a large one is a file that is mapped, so that it can leave memory where that is short."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    if size > SMALL:
        try:
            import tempfile

            with tempfile.TemporaryFile() as file:
                os.posix_fallocate(file.fileno(), 0, size)  # a full disk is an error now, not a signal later
                return np.asarray(np.memmap(file, kind, "r+", shape=shape))
        except (OSError, AttributeError):  # no room; not every system can reserve it
            pass
    return np.zeros(shape, kind)


def enlarged(table: NDArray[Any], count: int, fill: int = 0) -> NDArray[Any]:
    """A table with room for so many rows; those that are new say `fill`."""
    out = zeros((count, *table.shape[1:]), table.dtype)
    out[: len(table)] = table
    if fill:
        out[len(table) :] = fill
    return out
