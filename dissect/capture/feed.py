"""Bytes that arrive piece by piece: pipes, file objects, and what is compressed in either of them."""

from __future__ import annotations

import os
import re
import select
import zlib
from typing import Any, BinaryIO, Protocol, TypeGuard

PIECE = 1 << 18


def is_address(path: object) -> TypeGuard[str]:
    """Whether it is an address (`s3://bucket/key`) and no path: see `remote`."""
    scheme, found, _ = path.partition("://") if isinstance(path, str) else ("", "", "")
    return bool(found) and len(scheme) > 1 and re.fullmatch("[A-Za-z][A-Za-z0-9+.-]*", scheme) is not None


class Feed(Protocol):
    """A source of bytes that can be read only once."""

    problem: str
    """Why the bytes ended too early, if they did."""

    def ready(self, patience: float) -> bool:
        """Whether :meth:`read` will not wait, after waiting up to ``patience`` seconds."""
        ...

    def read(self) -> bytes:
        """The next bytes; none at the end."""
        ...

    def progress(self) -> tuple[int, int]:
        """Bytes taken in so far and in all; 0 if unknown."""
        ...

    def close(self) -> None: ...


class Pipe:
    """A file descriptor: a pipe, a socket, a terminal, or a file."""

    def __init__(self, descriptor: int) -> None:
        self.problem = ""
        self._descriptor = descriptor
        self._done = 0
        self._total = os.fstat(descriptor).st_size

    def ready(self, patience: float) -> bool:
        """Ask the system."""
        return bool(select.select([self._descriptor], [], [], patience)[0])

    def read(self) -> bytes:
        """Whatever is there."""
        try:
            piece = os.read(self._descriptor, PIECE)
        except OSError as error:
            self.problem = f"cannot be read any further: {error.strerror}"
            return b""
        self._done += len(piece)
        return piece

    def progress(self) -> tuple[int, int]:
        """Bytes read."""
        return self._done, self._total

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Stream:
    """A Python file object; closing it is its owner's business."""

    def __init__(self, file: BinaryIO) -> None:
        self.problem = ""
        self._file = file
        self._read = getattr(file, "read1", file.read)
        self._done = 0
        try:
            self._descriptor: int | None = file.fileno()
        except (AttributeError, OSError):
            self._descriptor = None

    def ready(self, patience: float) -> bool:
        """Ask the system if there is something behind the object; its own buffer is empty after a read."""
        if self._descriptor is None or self._done == 0:
            return True
        return bool(select.select([self._descriptor], [], [], patience)[0])

    def read(self) -> bytes:
        """The next piece."""
        try:
            piece: bytes = self._read(PIECE)
        except OSError as error:
            self.problem = f"cannot be read any further: {error}"
            return b""
        self._done += len(piece)
        return piece

    def progress(self) -> tuple[int, int]:
        """Bytes read."""
        return self._done, 0

    def close(self) -> None: ...


class Begun:
    """A feed some bytes of which were already read, to see what it is."""

    def __init__(self, head: bytes, rest: Feed) -> None:
        self.problem = ""
        self._head = head
        self._rest = rest

    def ready(self, patience: float) -> bool:
        """At once while the beginning lasts."""
        return bool(self._head) or self._rest.ready(patience)

    def read(self) -> bytes:
        """First the beginning, then the rest."""
        head, self._head = self._head, b""
        piece = head or self._rest.read()
        self.problem = self._rest.problem
        return piece

    def progress(self) -> tuple[int, int]:
        """As of the rest."""
        return self._rest.progress()

    def close(self) -> None:
        """Close the rest."""
        self._rest.close()


COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
}


def compression(head: bytes) -> str | None:
    """How a file that begins with these bytes is compressed."""
    if len(head) >= 4 and head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:
        return "zstd"  # a skippable frame; lz4 has the same, but nobody begins a file with it
    return next((name for magic, name in COMPRESSIONS.items() if head.startswith(magic)), None)


def inflate(kind: str, feed: Feed) -> Feed:
    """The decompressed bytes of ``feed``."""
    if kind in ("zstd", "lz4"):
        return ArrowInflated(kind, feed)
    return Inflated(kind, feed)


class Inflated:
    """gzip, bz2 or xz, members one after the other as their own tools accept them."""

    def __init__(self, kind: str, feed: Feed) -> None:
        self.problem = ""
        self._kind = kind
        self._feed = feed
        self._input = b""
        self._fed_out = False
        self._decoder: Any = self._new()
        self._members = 0

    def _new(self) -> Any:
        if self._kind == "gzip":
            return zlib.decompressobj(wbits=31)
        if self._kind == "bz2":
            import bz2

            return bz2.BZ2Decompressor()
        import lzma

        return lzma.LZMADecompressor(lzma.FORMAT_XZ)

    def ready(self, patience: float) -> bool:
        """Input is left, or the feed has more."""
        return bool(self._input) or self._fed_out or self._feed.ready(patience)

    def progress(self) -> tuple[int, int]:
        """Compressed bytes."""
        return self._feed.progress()

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()

    def read(self) -> bytes:
        """The next decompressed piece."""
        while not self.problem:
            if self._decoder.eof and not self._next_member():
                return b""
            if not self._input and not self._fed_out and self._wants_input():
                self._input = self._feed.read()
                self._fed_out = not self._input
            piece = self._decode()
            if piece:
                return piece
            if self._fed_out and not self._input and not self._decoder.eof:
                self.problem = self._feed.problem or f"the {self._kind} stream is cut short"
        return b""

    def _wants_input(self) -> bool:
        return bool(getattr(self._decoder, "needs_input", True))

    def _next_member(self) -> bool:
        rest = self._decoder.unused_data or self._input
        while len(rest) < 6 and not self._fed_out:
            piece = self._feed.read()
            self._fed_out = not piece
            rest += piece
        self._input = rest.lstrip(b"\0")
        if compression(self._input) != self._kind:  # the end, or something else behind it: not ours
            self._input, self._fed_out = b"", True
            self.problem = self._feed.problem
            return False
        self._decoder = self._new()
        return True

    def _decode(self) -> bytes:
        given, self._input = self._input, b""
        safe = self._decoder.copy() if self._kind == "gzip" else None
        try:
            piece: bytes = self._decoder.decompress(given, PIECE)
        except Exception as error:  # zlib.error, OSError or LZMAError: each decoder has its own
            self.problem = f"the {self._kind} stream is damaged: {error}"
            return _salvage(safe, given) if safe is not None else b""
        if self._kind == "gzip":
            self._input = self._decoder.unconsumed_tail
        return piece


def _salvage(decoder: Any, given: bytes) -> bytes:
    """What a zlib decoder can give before it fails: of the longest beginning it accepts."""
    low, high = 0, len(given)
    saved = b""
    while low < high:
        middle = (low + high + 1) // 2
        try:
            saved = decoder.copy().decompress(given[:middle], PIECE)
            low = middle
        except zlib.error:
            high = middle - 1
    return saved


class ArrowInflated:
    """zstd or lz4, by Arrow's decoders."""

    STEP = 1 << 17

    def __init__(self, kind: str, feed: Feed) -> None:
        self._kind = kind
        self._feed = feed
        self._stream: Any = None
        self._held_back = False
        self.problem = ""

    def ready(self, patience: float) -> bool:
        """Something is still held back inside, or the feed has more."""
        return self._held_back or self._feed.ready(patience)

    def progress(self) -> tuple[int, int]:
        """Compressed bytes."""
        return self._feed.progress()

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()

    def read(self) -> bytes:
        """The next decompressed piece."""
        import pyarrow as pa

        try:
            if self._stream is None:
                raw = pa.PythonFile(_FeedFile(self._feed), mode="r")
                self._stream = pa.CompressedInputStream(raw, self._kind)
            piece: bytes = self._stream.read(self.STEP)
        except (OSError, pa.ArrowException) as error:
            self.problem = f"the {self._kind} stream is cut short or damaged: {error}"
            return b""
        self._held_back = len(piece) == self.STEP
        if not piece:
            self.problem = self._feed.problem
        return piece


class _FeedFile:
    """A feed as the file object Arrow reads from."""

    closed = False

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        if not self._held:
            self._held = self._feed.read()
        piece = self._held if size < 0 else self._held[:size]
        self._held = self._held[len(piece) :]
        return piece

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None: ...
