"""Work that goes on behind the screen: each in a thread, over a view of the capture of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

import dissect

SOON = 0.2  # seconds between two reports of what was found so far
Cancel = Callable[[], bool]


def counted(capture: dissect.Capture, cancel: Cancel) -> Iterator[tuple[int, float]]:
    """How many packets there are so far, and the part of the file that was read (0 to 1)."""
    read = [0, 1]

    def progress(done: int, whole: int) -> None:
        read[:] = done, whole

    told = 0.0
    for chunk in capture.source.chunks(progress=progress, cancel=cancel):
        if not told or time.monotonic() - told > SOON or not capture.source.complete:
            told = time.monotonic()
            yield chunk.first + len(chunk), read[0] / max(read[1], 1)
        last = chunk.first + len(chunk)
        time.sleep(0)  # the screen goes first
    if told:
        yield last, 1.0


def passing(
    capture: dissect.Capture, where: dissect.Filter, cancel: Cancel
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """The packets (numbers less 1) that a filter lets through, a lot at a time, and the part of the file read."""
    read, held, told = [0, 1], [], 0.0

    def progress(done: int, whole: int) -> None:
        read[:] = done, whole

    for chunk, rows in where.chunks(capture, progress=progress, cancel=cancel):
        held.append(chunk.first + rows)
        if time.monotonic() - told > SOON or not capture.source.complete:
            yield np.concatenate(held), read[0] / max(read[1], 1)
            held, told = [], time.monotonic()
        time.sleep(0)
    yield np.concatenate(held or [np.empty(0, np.int64)]), 1.0


def next_passing(
    capture: dissect.Capture,
    where: dissect.Filter,
    shown: NDArray[np.int64] | None,
    row: int,
    step: int,
    total: int,
    cancel: Cancel,
) -> int:
    """The next (`step` 1) or previous (-1) packet from `row` on that passes and is shown (None: all are); else -1."""
    at = row + step
    while 0 <= at < total and not cancel():
        chunk = capture.source.chunk_of(at)
        found = chunk.first + where.rows(capture, chunk)
        found = found[found >= at] if step > 0 else found[found <= at]
        if shown is not None:
            found = np.intersect1d(found, shown)
        if len(found):
            return int(found[0] if step > 0 else found[-1])
        at = chunk.first + len(chunk) if step > 0 else chunk.first - 1
    return -1


def ascending(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Packets in the order of capture."""
    return np.sort(rows)
