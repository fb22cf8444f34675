"""What a pass keeps of each chunk: the latest in memory, the others in a file, whatever the size of the capture.

Mostly nobody looks back; who does reads from the file.  It has no name and goes when the capture is closed.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
LATEST = 32  # chunks in memory: half a million packets


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
            except OSError:  # no room for the file: memory has to do
                self._latest = len(self._things) + LATEST
            else:
                self._away += 1

    def each(self, low: int, high: int) -> Iterator[T]:
        """Some of the list, one after the other."""
        return (self._fetch(thing) if isinstance(thing, Away) else thing for thing in self._things[low:high])

    def near(self, which: int) -> bool:
        """Whether one is in memory."""
        return not isinstance(self._things[which], Away)

    def _put_away(self, which: int) -> None:
        buffers = list[pickle.PickleBuffer]()
        rest = pickle.dumps(self._things[which], protocol=5, buffer_callback=buffers.append)
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is open as long as the shelf is there
        at, sizes = self._end, list[int]()
        for buffer in buffers:
            octets = buffer.raw()
            view, done = memoryview(octets), 0
            while done < len(view):
                done += os.pwrite(self._file.fileno(), view[done:], self._end + done)
            self._end += len(view)
            sizes.append(len(view))
        self._things[which] = Away(rest, at, tuple(sizes))

    def _fetch(self, thing: Away) -> T:
        assert self._file is not None
        octets = memoryview(self._read(thing.at, sum(thing.sizes)))
        buffers, done = list[Any](), 0
        for size in thing.sizes:
            buffers.append(octets[done : done + size])
            done += size
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
