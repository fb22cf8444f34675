"""What the segments of a chunk hold of messages: a table of stretches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.messages import Stretches
from dissect.engine.window import Positions, order_of
from dissect.passes import in_order

Row = tuple[int, int, int, int, int, int]  # place of the header, then as Stretches
NOTHING = np.zeros((0, 6), np.int64)


def stretches(place: Positions, *columns: Any) -> NDArray[np.int64]:
    """Rows of a table: a column is an array, or what all of them have."""
    out = np.empty((len(place), 6), np.int64)
    for i, column in enumerate((place, *columns)):
        out[:, i] = column
    return out


class Table:
    """The stretches of a chunk's segments (columns of `Row`), by place of their header."""

    def __init__(self, columns: NDArray[np.int64]) -> None:
        columns = columns[order_of(columns[:, 0])]
        self.place = np.ascontiguousarray(columns[:, 0])
        self.rest = columns[:, 1:].astype(np.int32)

    def rows(self) -> NDArray[np.int64]:
        """The columns as they were given."""
        return np.column_stack([self.place, self.rest])

    def of(self, place: Positions) -> Stretches | None:
        """The stretches of the headers at these places."""
        low = self.place.searchsorted(place)
        counts = self.place.searchsorted(place, "right") - low
        if not counts.any():
            return None
        at = np.repeat(np.arange(len(place)), counts)
        rows = in_order.ranges(low, counts)
        return Stretches(at, *(self.rest[rows, i].astype(np.int64) for i in range(5)))

    def of_one(self, place: int) -> list[list[int]]:
        """The stretches of one header."""
        at, end = int(self.place.searchsorted(place)), len(self.place)
        found = []
        while at < end and self.place[at] == place:
            found.append(self.rest[at].tolist())
            at += 1
        return found


def distinct(numbers: Positions) -> list[int]:
    """The different ones of some numbers of layers (-1: none), in order."""
    return (np.flatnonzero(np.bincount(numbers + 1)) - 1).tolist()
