"""The time column of a packet list: Wireshark's `-t` formats over a whole batch."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dissect.capture import NO_TIME
from dissect.engine.cells import Cells, beside, constant, integers, of_texts

SECOND = 1_000_000_000
FORMATS = ("a", "ad", "r", "d", "dd", "e", "u", "ud")


class TimeColumn:
    """Formats times (ns) as asked; remembers what deltas need.  `digits` of a second are shown."""

    def __init__(self, style: str, digits: int, first: Callable[[], int]) -> None:
        self.style, self.digits = style, digits
        self._first = first  # the time of the capture's first packet
        self._previous: int | None = None

    def cells(self, times: NDArray[np.int64]) -> Cells:
        """The same as cells."""
        first = self._first() if self.style == "r" else NO_TIME
        if first != NO_TIME and len(times) and int(times.min()) >= first:
            self._previous = times[-1]
            whole, rest = np.divmod(times - first, SECOND)
            fraction = integers(rest // 10 ** (9 - self.digits) + 10**self.digits)[:, 1:]
            return beside(integers(whole), constant(".", len(times)), fraction)
        cells = of_texts(self.texts(times))
        assert cells is not None
        return cells

    def texts(self, times: NDArray[np.int64]) -> list[str]:
        """One text a packet.  Times must come in file order, batch after batch."""
        if not len(times):
            return []
        before = times[0] if self._previous is None else self._previous
        before, self._previous = np.concatenate([[before], times[:-1]]), times[-1]
        out = self._texts(times, before)
        untold = times == NO_TIME
        if self.style in ("d", "dd"):
            untold |= before == NO_TIME
        for row in np.flatnonzero(untold).tolist():
            out[row] = ""
        return out

    def _texts(self, times: NDArray[np.int64], before: NDArray[np.int64]) -> list[str]:
        if self.style in ("d", "dd"):
            return self._seconds(times - before)
        if self.style == "r":
            first = self._first()
            return self._seconds(times - (0 if first == NO_TIME else first))
        if self.style == "e":
            return self._seconds(times)
        dated = self.style in ("ad", "ud")
        convert = time.localtime if self.style[0] == "a" else time.gmtime
        return [self._clock(value, convert, dated) for value in times.tolist()]

    def _seconds(self, ns: NDArray[np.int64]) -> list[str]:
        whole, rest = np.divmod(np.abs(ns), SECOND)
        pairs = zip(whole.tolist(), (rest // 10 ** (9 - self.digits)).tolist(), strict=True)
        texts = list(map(f"%d.%0{self.digits}d".__mod__, pairs))
        for i in np.flatnonzero(ns < 0).tolist():
            texts[i] = f"-{texts[i]}"
        return texts

    def _clock(self, ns: int, convert: Callable[[float], time.struct_time], dated: bool) -> str:
        seconds, rest = divmod(ns, SECOND)
        try:
            day = time.strftime("%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S", convert(seconds))
        except (OverflowError, ValueError, OSError):
            day = str(seconds)
        return f"{day}.{rest // 10 ** (9 - self.digits):0{self.digits}d}"
