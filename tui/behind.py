"""What packets are to each other is learned behind the screen, in one thread that alone holds what it has learned.

Until it knows all, the screen shows packets as they stand alone and leaves a wish; once the passes have come by, the
page or the tree is made again and handed over.  When everything is known the screen is given the capture itself, and
makes its lines and trees at once.  What is learned of a packet costs about a hundred octets: where that is more than
the settings allow, it is learned of the first packets only, and those behind stay as they stand alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition

import numpy as np
from numpy.typing import NDArray

import dissect
from dissect import arenas
from tui import memory

CHUNK = 16384  # packets between two looks at what is wished for
TICK = 0.2  # s, where there is nothing to do

Rows = NDArray[np.int64]
Cancel = Callable[[], bool]


class Behind:
    """The passes over a capture, and what the screen wishes to know of it.

    `lines` (a page's number, its packets) and `tree` (a packet) are called, in this thread, for wishes that can be
    granted; `progress` with the part of the capture that is known, for the last time when no more can be learned.
    """

    def __init__(
        self,
        capture: dissect.Capture,
        lines: Callable[[int, Rows], None],
        tree: Callable[[dissect.Packet], None],
        progress: Callable[[float], None],
        most: int = 0,
    ) -> None:
        self.capture = capture
        self._lines, self._tree, self._progress = lines, tree, progress
        self._changed = Condition()
        self._pages: dict[int, Rows] = {}
        self._row = -1
        self._total, self._ended = 0, False
        self._urgent = self.full = self.stopped = False
        self._most = most  # MB that the program may hold when more is learned; 0: any number
        self.known = self.answered = 0  # packets whose lines, whose answers are known

    # -- what the screen says --------------------------------------------------------------------------------

    def told(self, total: int, ended: bool = False) -> None:
        """So many packets are there; `ended`: and no more will come."""
        with self._changed:
            self._total, self._ended = total, ended
            self._changed.notify()

    def wish_page(self, number: int, rows: Rows) -> None:
        """A page of the list is shown that may say more."""
        with self._changed:
            self._pages[number] = rows
            self._changed.notify()

    def wish_tree(self, row: int) -> None:
        """A packet's tree is shown that may say more."""
        with self._changed:
            self._row = row
            self._changed.notify()

    def forget(self) -> None:
        """The list shows other packets."""
        with self._changed:
            self._pages.clear()

    def hurry(self, urgent: bool) -> None:
        """Somebody waits for something else (or no more): the passes stand back."""
        with self._changed:
            self._urgent = urgent
            self._changed.notify()

    def stop(self, stopped: bool) -> None:
        """Learn no more, or go on; what is known stays."""
        with self._changed:
            self.stopped = stopped
            self._changed.notify()

    # -- the thread ------------------------------------------------------------------------------------------

    def run(self, cancel: Cancel, handed: Callable[[int], None]) -> None:
        """Learn until it is cancelled; `handed` is called whenever all is known, and then the screen may read what is
        known until it tells of more packets."""
        arenas.few(2)
        settled = -1
        while not cancel():
            with self._changed:
                total, ended = self._total, self._ended
                done = self.full or self.stopped or (self.answered >= total and (settled == total or not ended))
                # a wish that comes when all was handed over is the screen's own to grant
                idle = self._urgent or (done and (settled == total or not self._ready()))
                if idle:
                    self._changed.wait(TICK)
            if settled == total:
                continue
            self._grant()
            if idle:
                continue
            if self.full or self.stopped:
                continue
            if self._is_too_much():
                self.full = True
            elif self.known < total:
                self.known = min(self.known + CHUNK, total)
                self.capture.relate(self.known, False, lambda: self._stand_back(cancel))
            elif self.answered < total:
                self.answered = min(self.answered + CHUNK, total)
                self.capture.relate(self.answered, True, lambda: self._stand_back(cancel))
            elif ended:
                self.capture.settle()
                settled, self.stopped = total, False
                arenas.give_back()
                handed(total)
                continue
            self._progress((self.known + self.answered) / max(2 * total, 1))
            time.sleep(0)  # the screen goes first

    def _stand_back(self, cancel: Cancel) -> None:
        with self._changed:
            while self._urgent and not cancel():
                self._changed.wait(TICK)

    def _is_too_much(self) -> bool:
        if not self._most or memory.held() <= self._most:
            return False
        arenas.give_back()
        return memory.held() > self._most

    def _ready(self) -> bool:
        known = self.known
        return 0 <= self._row < known or any(len(rows) and rows.max() < known for rows in self._pages.values())

    def _grant(self) -> None:
        """The wishes that can be."""
        with self._changed:
            pages = {n: rows for n, rows in self._pages.items() if len(rows) and rows.max() < self.known}
            for number in pages:
                del self._pages[number]
            if self.full:
                self._pages.clear()
            row, self._row = (self._row, -1) if 0 <= self._row < self.known else (-1, self._row)
        if row >= 0:
            chunk = self.capture.source.chunk_of(row)
            links = self.answered >= self._total
            self._tree(self.capture.packet_of(chunk, row - chunk.first, ahead=False, links=links))
        for number, rows in pages.items():
            self._lines(number, rows)
