"""A pass goes over a capture chunk by chunk, in file order, as far as somebody asks: here is how it goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Onward:
    """What every pass has; `_look` is its own.  `_busy`: its chunks are looked at, and so its own trees may ask."""

    def __init__(self, chunk_of: Callable[[int], Any]) -> None:
        self._chunk_of = chunk_of
        self._done = 0  # packets
        self._busy = False

    def upto(self, packet: int) -> None:
        """Go on until the packets before number `packet` (0-based) are done, or there are no more."""
        self._busy = True
        try:
            while self._done < packet and self._step():
                pass
        finally:
            self._busy = False

    def finish(self) -> None:
        """Look at every packet of the capture."""
        while self._step():
            pass

    def _step(self) -> bool:
        """Look at the next chunk.  False where there is none."""
        try:
            chunk = self._chunk_of(self._done)
        except IndexError:
            return False
        if not len(chunk):
            return False
        self._look(chunk)
        self._done = chunk.first + len(chunk)
        return True

    def _look(self, chunk: Any) -> None:
        """Learn what a chunk tells, which comes behind all that was looked at."""
        raise NotImplementedError
