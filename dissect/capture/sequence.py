"""Captures read one after the other, as if they were one file: what `tcpdump -C` or `-G` cut is whole again."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .errors import CaptureError
from .feed import Begun, Feed, Pipe, compression, inflate, is_address

PCAPNG = b"\x0a\x0d\x0d\x0a"
HEADER = 24  # octets of a pcap file's header


class InSequence:
    """The bytes of several captures: those of pcapng follow each other as sections; of pcap the header comes once."""

    def __init__(self, paths: Sequence[str | os.PathLike[str]]) -> None:
        self.problem = ""
        self._left = [os.fspath(path) for path in paths]
        self._total = sum(os.path.getsize(path) for path in self._left if os.path.isfile(path))
        self._before = 0  # bytes of the files that are done
        self._first = b""
        self._feed, self._name = self._opened()

    def _opened(self) -> tuple[Feed, str]:
        name = self._left.pop(0)
        feed: Feed = _opened(name)
        head = _head(feed, 4)
        feed = Begun(head, feed)
        packed = compression(head)
        return (feed if packed is None else inflate(packed, feed)), name

    def ready(self, patience: float) -> bool:
        """As of the file that is being read."""
        return self._feed.ready(patience)

    def read(self) -> bytes:
        """The next bytes of the file, or of the one behind it."""
        if not self._first:
            self._first = piece = _head(self._feed, HEADER)
            return piece
        while not self.problem:
            piece = self._feed.read()
            self.problem = self._feed.problem
            if piece or self.problem or not self._left:
                return piece
            self._before += self._feed.progress()[0]
            self._feed.close()
            try:
                self._feed, self._name = self._opened()
            except (OSError, CaptureError) as error:
                self.problem = f"{self._name} cannot be opened: {getattr(error, 'strerror', '') or error}"
                return b""
            if piece := self._begun(_head(self._feed, HEADER)):
                return piece
        return b""

    def _begun(self, head: bytes) -> bytes:
        """What of the beginning of a further file belongs into the sequence."""
        first = self._first
        if head.startswith(PCAPNG) and first.startswith(PCAPNG):
            return head
        if len(head) < HEADER or head[:4] != first[:4] or head[20:24] != first[20:24]:
            self.problem = f"{self._name} is of another format or link type than the files before (merge them first)"
            return b""
        return head[HEADER:]

    def progress(self) -> tuple[int, int]:
        """Bytes read of all files."""
        return self._before + self._feed.progress()[0], self._total

    def close(self) -> None:
        """Close the file that is being read."""
        self._feed.close()


def _opened(name: str) -> Feed:
    if is_address(name):
        from .remote import Remote

        return Remote(name)
    return Pipe(os.open(name, os.O_RDONLY | os.O_CLOEXEC))


def _head(feed: Feed, size: int) -> bytes:
    """The first bytes, at least so many, if there are."""
    out = b""
    while len(out) < size and (piece := feed.read()):
        out += piece
    return out
