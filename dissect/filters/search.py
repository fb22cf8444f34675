"""Byte searches through whole chunks: `frame contains "…"` without looking at packets one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.filters.conditions import Both, Contains, Test
from dissect.filters.operands import Column, Constant, Rows

if TYPE_CHECKING:
    from dissect.filters.view import BatchView

PIECE = 1 << 18  # octets that are searched at a time
SPARSE = 8  # a chunk of which one packet in so many is left is searched packet by packet


def frames_with(test: Test, view: BatchView) -> Rows | None:
    """The rows that pass a test which only searches whole frames; None for any other."""
    tests = test.tests if type(test) is Both else (test,)
    wanted: list[bytes] = []
    for one in tests:
        if not isinstance(one, Contains) or not isinstance(one.left, Column) or one.left.name != "frame":
            return None
        if not isinstance(one.right, Constant) or not isinstance(one.right.value, bytes):
            return None
        wanted.append(one.right.value)
    if view.rows is not None and len(view.rows) * SPARSE < len(view.chunk):
        return None
    kept: Any = None
    for pattern in wanted:
        found = packets_with(view.chunk, pattern)
        kept = found if kept is None else kept & found
    if view.rows is not None:
        kept = kept[view.rows]
    return np.flatnonzero(kept)


def packets_with(chunk: Any, pattern: bytes) -> Any:
    """For each packet of a chunk whether its bytes contain `pattern`."""
    out = np.zeros(len(chunk), bool)
    if not pattern:
        return ~out
    offset, end = chunk.offset, chunk.offset + chunk.caplen
    if len(chunk) == 0 or not bool(np.all(offset[1:] >= end[:-1])):
        for row in range(len(chunk)):
            out[row] = pattern in chunk.data(row)
        return out
    octets, room, beyond = chunk.buffer.data, bytearray(PIECE), len(pattern) - 1
    low, stop = int(offset[0]), int(end[-1])
    while low < stop:
        high = min(low + max(PIECE, 2 * len(pattern)), stop)
        size = high - low
        room[:size] = octets[low:high]  # what takes little room stays in cache, and costs no new memory
        at = room.find(pattern, 0, size)
        while at >= 0:
            row = int(np.searchsorted(offset, low + at, "right")) - 1
            if row >= 0 and low + at + len(pattern) <= end[row]:
                out[row] = True
                if row + 1 == len(chunk):
                    return out
                at = int(offset[row + 1]) - low  # the next packet's
            else:
                at += 1
            at = room.find(pattern, at, size)
        if high == stop:
            break
        low = high - beyond
    return out
