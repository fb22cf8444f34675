"""Messages over TCP where segments come in order: all sides of a chunk at once.

A side of a connection is taken if its segments follow each other, if what does not end in its segment says how long it
is, and if each message that goes on in other segments ends where one of them does.  Others go one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, order_of
from dissect.passes.progress import WHOLE

FAR = 44  # bits: no side sends as many octets in a chunk


class Segments(NamedTuple):
    """Segments with octets, by side and in order: where each stands among those of its side.

    `rows`: of the chunk's table.  `begins`: a message begins at octet `cut` that goes on behind the segment, `need`
    octets long.  `inside`: all octets are of a message that began before; `ends`: and they are its last.  `own`: that
    message began in this chunk, in segment `head`.
    """

    rows: Positions
    group: Positions
    first: Positions  # of each side
    start: Positions
    size: Positions
    cut: Positions
    need: Positions
    begins: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    own: NDArray[np.bool_]
    head: Positions

    def taken(self, keep: NDArray[np.bool_]) -> Segments:
        """Those of some sides, which are taken as a whole."""
        moved = np.cumsum(keep) - 1
        sides = np.cumsum(keep[self.first]) - 1
        columns: list[Any] = [column[keep] for column in (self.rows, *self[3:11])]
        rows, start, size, cut, need, begins, inside, ends, own = columns
        first = moved[self.first[keep[self.first]]]
        head = np.where(own, moved[self.head[keep]], -1)
        return Segments(rows, sides[self.group[keep]], first, start, size, cut, need, begins, inside, ends, own, head)


class Waiting(NamedTuple):
    """Of each side, the message that it was sending: how many octets are missing (0: none was sent), how many came, in
    how many pieces; its layer, number and length."""

    octets: Positions
    came: Positions
    pieces: Positions
    layer: Positions
    number: Positions
    total: Positions


def sides(table: Mapping[str, NDArray[Any]], rows: Positions) -> tuple[Positions, NDArray[np.bool_]]:
    """Segments by side, and which are the first of theirs."""
    rows = rows[order_of(table["side"][rows])]
    side = table["side"][rows]
    return rows, np.concatenate([[True], side[1:] != side[:-1]])


def followed(
    table: Mapping[str, NDArray[Any]], rows: Positions, opens: NDArray[np.bool_], cut: Positions, need: Positions,
    odd: Any, waiting: Waiting, most: int,
) -> tuple[Segments, NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
    """Where the messages of these segments (see `sides`) begin and end; which sides are not to be taken, and which
    segments are the second pieces of messages.  `odd`: segments that are looked at alone."""
    size, seq = table["size"][rows], table["seq"][rows]
    group, first = np.cumsum(opens) - 1, np.flatnonzero(opens)
    stop = np.cumsum(size)
    stop -= (stop - size)[first][group]
    left = np.maximum(waiting.octets, 0)
    start = stop - size
    behind = np.zeros(len(rows), np.int64)
    behind[1:] = (seq[:-1] + size[:-1]) % WHOLE
    begins = (cut < size) & (start >= left[group])
    wrong = odd | (~opens & (seq != behind)) | (begins & ((need <= 0) | (need > most)))
    reach = np.where(begins, start + cut + need, 0)
    reach[first] = np.maximum(reach[first], left)
    far = group << FAR
    before = np.zeros(len(rows), np.int64)
    before[1:] = (np.maximum.accumulate(reach + far) - far)[:-1]
    before[first] = left
    inside = start < before
    wrong |= inside & (begins | (stop > before))
    head = np.maximum.accumulate(np.where(begins, np.arange(len(rows)), -1))
    own = inside & (head >= first[group])
    second = np.zeros(len(rows), bool)
    second[1:] = begins[:-1]
    second[first] |= waiting.pieces == 1
    found = Segments(rows, group, first, start, size, cut, need, begins, inside, inside & (stop == before), own, head)
    return found, np.bincount(group, wrong, len(first)) > 0, second & inside


def ranges(first: Positions, count: Positions) -> Positions:
    """The numbers from each first one on, as many as said."""
    ends = np.cumsum(count)
    out: Positions = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - count), count)
    return out


def moved_all(place: Positions, by: Positions) -> Positions:
    """The places so many octets further, as `streams.moved`."""
    return np.where(place >= 0, place + by, place - by)
