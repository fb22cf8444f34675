"""Where a capture's bytes live: a mapped file, or a spool that is filled while it is being read.

Compressed files and pipes cannot be mapped. Their bytes go through a :mod:`.feed` into a temporary file
without a name, and that file is mapped: to the readers both look alike, except that a spool may grow.
"""

from __future__ import annotations

import mmap
import os
import threading
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from .cut import Region, forget, watch
from .feed import Feed
from .records import Bytes

COPIED = 1 << 22  # octets of a file that is read, not mapped: nobody can cut it then
ROOM = 1 << 24  # octets: about what a batch takes
BEHIND = 1 << 24  # octets behind a reader that stay mapped
PASSED = 1 << 27  # of those further behind, what a step or two may have gone over
Piece = bytes  # as a type, where a method of that name hides it


class Store(Protocol):
    """The bytes of a capture, as far as they are there."""

    complete: bool
    """No more bytes will come."""
    problem: str
    """Why the bytes end too early, if they do."""

    @property
    def gone(self) -> tuple[str, int] | None:
        """Why and from where on what was looked at is not there: zeros were seen instead."""
        ...

    def bytes(self) -> Bytes:
        """All bytes there are now. Earlier answers stay valid."""
        ...

    def more(self, patience: float) -> bool:
        """Wait up to ``patience`` seconds for more bytes. False: none came in that time."""
        ...

    def grown(self) -> bool:
        """Look whether bytes were appended since it was complete, and take them in."""
        ...

    def progress(self, position: int) -> tuple[int, int]:
        """How much of the work is done when the reader is at ``position``, and of how much (0: unknown)."""
        ...

    def close(self) -> None: ...


def keep_room() -> None:
    """Let the C library keep what a batch gave back, for the next one.

    glibc returns free memory to the system where it is more than twice the largest block that was ever freed.  Every
    batch would then have its arrays anew, page by page and zeroed, which takes half as long as all that is done with
    them.  So such a block is freed here; it was never touched, and costs nothing.
    """
    np.empty(ROOM, np.uint8)


def map_file(file: int, size: int) -> Bytes:
    """A file's bytes as a read-only array."""
    keep_room()
    return np.frombuffer(mmap.mmap(file, size, access=mmap.ACCESS_READ), np.uint8)


def let_go(octets: Bytes, position: int) -> None:
    """Pages of a mapped file far behind a position need not count as memory of this process.

    They are the system's, which has them still where somebody looks at them again.
    """
    whole: Any = octets
    while isinstance(whole, np.ndarray):
        whole = whole.base
    whole = whole.obj if isinstance(whole, memoryview) else whole
    begin, end = (max(position - far, 0) // mmap.PAGESIZE * mmap.PAGESIZE for far in (BEHIND + PASSED, BEHIND))
    if isinstance(whole, mmap.mmap) and begin < end and hasattr(mmap, "MADV_DONTNEED"):
        with suppress(OSError, ValueError):
            whole.madvise(mmap.MADV_DONTNEED, begin, end - begin)


class MappedFile:
    """A file on disk."""

    complete = True
    problem = ""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._regions: list[Region] = []
        self._open()

    def _open(self) -> None:
        if self._size <= COPIED:
            self._bytes = np.frombuffer(os.pread(self._descriptor, self._size, 0), np.uint8)
            self._size = len(self._bytes)
            return
        self._bytes = map_file(self._descriptor, self._size)
        self._regions.append(watch(self._bytes))  # those before stay: arrays on them are still read

    @property
    def gone(self) -> tuple[str, int] | None:
        """Somebody cut the file, or its disk fails."""
        lost = [region.lost for region in self._regions if region.lost >= 0]
        if not lost:
            return None
        size = os.fstat(self._descriptor).st_size
        if size < self._size:
            return "the file was cut while it was read: it ends here now", size
        return "the file cannot be read here", min(lost)

    def bytes(self) -> Bytes:
        """All bytes; fewer if the file was cut since: what is gone need not be looked at."""
        if not self._regions:
            return self._bytes
        return self._bytes[: min(self._size, os.fstat(self._descriptor).st_size)]

    def more(self, patience: float) -> bool:
        """A file does not grow by itself: what is appended is read after `grown` took it in."""
        return False

    def grown(self) -> bool:
        """Map the file anew if it is longer now."""
        size = os.fstat(self._descriptor).st_size if self._descriptor >= 0 else 0
        if size <= self._size:
            return False
        self._size = size
        self._open()
        return True

    def progress(self, position: int) -> tuple[int, int]:
        """Bytes."""
        return position, self._size

    def close(self) -> None:
        """Let go of the file. The map itself goes with the last array on it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        for region in self._regions:
            forget(region)


class Spool:
    """Bytes from a feed, kept in a temporary file."""

    def __init__(self, feed: Feed, begin: bytes = b"", folder: str | None = None) -> None:
        import tempfile

        self._feed, self._folder = feed, folder or tempfile.gettempdir()
        self._file = tempfile.TemporaryFile(prefix="dissect-", dir=folder, buffering=0)  # noqa: SIM115
        self._size = 0
        self._room = 0
        self._map = np.empty(0, np.uint8)
        self._lock = threading.Lock()
        self.complete = False
        self.problem = ""
        self.gone = None  # it has no name by which others could cut it
        if begin:
            self._append(begin)

    def bytes(self) -> Bytes:
        """All bytes so far."""
        return self._map[: self._size]

    def more(self, patience: float) -> bool:
        """Take the next bytes from the feed."""
        with self._lock:
            if self.complete:
                return False
            if not self._feed.ready(patience):
                return False
            piece = self._feed.read()
            if piece:
                self._append(piece)
            else:
                self.problem = self._feed.problem
                self.complete = True
            return True

    def grown(self) -> bool:
        """Once it is complete nothing comes behind it."""
        return False

    def progress(self, position: int) -> tuple[int, int]:
        """Bytes of the compressed file, where its size is known."""
        done, total = self._feed.progress()
        return (done, total) if total else (position, 0)

    def close(self) -> None:
        """End the feed and let go of the file."""
        self.complete = True
        self._feed.close()
        self._file.close()

    def _append(self, piece: Piece) -> None:
        """Keep a piece; where there is no room for it, nothing more is read."""
        try:
            self._write(piece)
        except OSError as error:
            self.problem = f"no more of it can be kept in {self._folder}: {error.strerror}"
            self.complete = True

    def _write(self, piece: Piece) -> None:
        end = self._size + len(piece)
        if end > self._room:  # sparse: room costs nothing until it is written
            self._room = max(64 << 20, 1 << (end - 1).bit_length())
            os.ftruncate(self._file.fileno(), self._room)
            self._map = map_file(self._file.fileno(), self._room)
        rest = memoryview(piece)
        while rest:
            written = os.pwrite(self._file.fileno(), rest, self._size)
            self._size += written
            rest = rest[written:]
