"""How far each side of a TCP connection has got: sequence numbers, all sides of a chunk at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, order_of
from dissect.passes.shelf import enlarged

FIN, SYN, RST = 0x01, 0x02, 0x04
HALF, WHOLE = 1 << 31, 1 << 32
UNSET = -1


def spans(table: dict[str, NDArray[Any]]) -> Positions:
    """How far each segment (`size`, `flags`) moves its side: SYN and FIN count as an octet (RFC 9293 section 3.4)."""
    span: Positions = table["size"] + (table["flags"] & SYN > 0) + (table["flags"] & FIN > 0)
    return span


class Progress:
    """Of each side, the sequence number after the last octet that it sent; -1 where it sent nothing yet."""

    def __init__(self) -> None:
        self.next = np.full(64, UNSET, np.int64)

    @property
    def count(self) -> int:
        """Sides that there is room for."""
        return len(self.next)

    def advance(self, side: Positions, seq: Positions, span: Positions) -> tuple[Positions, NDArray[np.bool_]]:
        """Take segments in order: where each one's side was before it (-1: nowhere), whether it begins behind that."""
        if not len(side):
            return np.zeros(0, np.int64), np.zeros(0, bool)
        size = int(side.max()) + 1
        if size > self.count:
            self.next = enlarged(self.next, max(size, 2 * self.count), UNSET)
        order = order_of(side)
        sides, number, span = side[order], seq[order], span[order]
        opens = np.concatenate([[True], sides[1:] != sides[:-1]])
        known = self.next[sides[opens]]
        origin = np.where(known == UNSET, number[opens], known)
        group = np.cumsum(opens) - 1
        steps = np.diff(number, prepend=0)
        steps[opens] = number[opens] - origin
        steps = (steps + HALF) % WHOLE - HALF  # sequence numbers go round
        place = np.cumsum(steps)
        place -= (place[opens] - steps[opens])[group]
        far = group << 44
        reach = np.maximum.accumulate(np.maximum(place + span, 0) + far) - far
        before = np.concatenate([[0], reach[:-1]])
        before[opens] = 0
        closes = np.flatnonzero(np.concatenate([opens[1:], [True]]))
        self.next[sides[closes]] = (origin + reach[closes]) % WHOLE
        was = (origin[group] + before) % WHOLE
        was[opens] = known
        out, behind = np.empty(len(side), np.int64), np.empty(len(side), bool)
        out[order], behind[order] = was, place < before
        return out, behind
