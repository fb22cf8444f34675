"""The time column of a packet list: Wireshark's `-t` formats over a whole batch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SECOND = 1_000_000_000
FORMATS = ("a", "ad", "r", "d", "dd", "e", "u", "ud")


class TimeColumn:
    """Formats times (ns) as asked; remembers what deltas need.  `digits` of a second are shown."""

    def __init__(self, style: str, digits: int, first: Callable[[], int]) -> None:
        self.style, self.digits = style, digits
        self._first = first  # the time of the capture's first packet
        self._previous: int | None = None

    def texts(self, times: Any) -> list[str]:
        """One text a packet.  Times must come in file order, batch after batch."""
        values: list[int] = times.tolist()
        if not values:
            return []
        before = values[0] if self._previous is None else self._previous
        self._previous = values[-1]
        if self.style in ("d", "dd"):
            return [self._seconds(b - a) for a, b in zip([before, *values[:-1]], values, strict=True)]
        if self.style == "r":
            first = self._first()
            return [self._seconds(value - first) for value in values]
        if self.style == "e":
            return [self._seconds(value) for value in values]
        dated = self.style in ("ad", "ud")
        convert = time.localtime if self.style[0] == "a" else time.gmtime
        return [self._clock(value, convert, dated) for value in values]

    def _seconds(self, ns: int) -> str:
        sign, ns = ("-", -ns) if ns < 0 else ("", ns)
        whole, rest = divmod(ns, SECOND)
        return f"{sign}{whole}.{rest // 10 ** (9 - self.digits):0{self.digits}d}"

    def _clock(self, ns: int, convert: Callable[[float], time.struct_time], dated: bool) -> str:
        seconds, rest = divmod(ns, SECOND)
        try:
            day = time.strftime("%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S", convert(seconds))
        except (OverflowError, ValueError, OSError):
            day = str(seconds)
        return f"{day}.{rest // 10 ** (9 - self.digits):0{self.digits}d}"
