"""Where messages end, as their layers say it: in one segment's octets, or in those of many segments at once."""

from __future__ import annotations

from collections import deque

import numpy as np

from dissect.engine.messages import AS_IT_IS, AT_LEAST, MORE, UNTIL_END, Messages, Sized
from dissect.engine.peek import ColumnPeek
from dissect.engine.window import Positions, Window

MOST = 16 << 20  # octets of a message; a longer one is dissected as far as each segment goes
ROUNDS = 256  # messages in a segment that are looked for by column; what has more goes one by one


def chain(declared: Messages, octets: bytes, at: int) -> tuple[int, int]:
    """Where the whole messages from `at` on end, and how long the one behind them is (or MORE, UNTIL_END)."""
    while at < len(octets):
        size = declared.size(octets, at)
        if size == AS_IT_IS or (size > 0 and size % AT_LEAST > MOST):
            return len(octets), 0
        if size < 0 or at + size > len(octets):
            return at, MORE if declared.entire else size
        at += size
    return at, 0


def wanted(need: int, there: int) -> int:
    """How many octets must be there before more can be known."""
    return 1 << 60 if need == UNTIL_END else there + 1 if need == MORE else need % AT_LEAST


def scanned(
    declared: Messages, window: Window, start: Positions, end: Positions, kept: deque[Sized] | None
) -> tuple[Positions, Positions]:
    """By scanning segments: how many octets of each are whole messages, and how long the one behind them is."""
    view, out = memoryview(window.u1), end - start  # type: ignore[arg-type]
    rows, need = np.arange(len(out)), np.zeros(len(out), np.int64)
    if declared.begins is not None:
        rows = np.flatnonzero(declared.begins(ColumnPeek(window, start, end, end, None)))
    starts, ends = start[rows], end[rows]
    size = np.zeros(len(rows), np.int64)
    if declared.usual is not None:
        size, told = declared.usual(view, starts, ends)
        if kept is not None:
            kept.append(Sized(declared, window.u1, starts, ends, told))
    there = out[rows]
    ask = np.flatnonzero((size == 0) | ((size > 0) & (size < there)))
    goes_on = (size < 0) | ((size > there) & (size % AT_LEAST <= MOST))
    out[rows[goes_on]], need[rows[goes_on]] = 0, size[goes_on]
    chains = [chain(declared, bytes(view[starts[i] : ends[i]]), 0) for i in ask.tolist()]
    out[rows[ask]], need[rows[ask]] = np.array(chains, np.int64).reshape(-1, 2).T
    return out, need


def chained(declared: Messages, window: Window, start: Positions, end: Positions) -> tuple[Positions, Positions]:
    """The same message by message, all segments at once."""
    assert declared.length is not None
    at, need = start.copy(), np.zeros(len(start), np.int64)
    rows = np.flatnonzero(end > at)
    for _ in range(ROUNDS):
        short = end[rows] - at[rows] < declared.header
        need[rows[short]] = MORE
        rows = rows[~short]
        if not len(rows):
            break
        limit = end[rows]
        size = np.asarray(declared.length(ColumnPeek(window, at[rows], limit, limit, None)), np.int64)
        ends = np.where((size == AS_IT_IS) | (size > MOST), limit, at[rows] + size)
        fits = ends <= limit
        need[rows[~fits]] = MORE if declared.entire else size[~fits]
        rows = rows[fits]
        at[rows] = ends[fits]
    else:
        need[rows] = MORE  # more messages than were looked for
    return at - start, need
