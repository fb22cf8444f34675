"""Octets that only keep a connection alive: the last one that was sent, again.

They are no layer's.  Wireshark shows such an octet as data, but not where it is the last of a message that was put
together from segments: it is taken for that message's then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.messages import AGAIN, LAST, OWN
from dissect.engine.window import Positions, among
from dissect.passes.progress import FIN, RST, SYN, UNSET, WHOLE
from dissect.passes.shelf import enlarged


class KeepAlives:
    """Where the last message of several segments ended on each side, and which octets are sent to keep it alive."""

    def __init__(self, data: int) -> None:
        self._data = data  # the registry's number of the layer of data
        self._ended = np.full(64, UNSET, np.int64)

    def shown(
        self, table: dict[str, NDArray[Any]], rows: NDArray[np.int64], was: Positions, again: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """The stretches of a chunk's segments, those that keep a connection alive as data.

        `was`: where each segment's side had got to, `again`: which were sent before.
        """
        side, after = table["side"], (table["seq"] + 1) % WHOLE
        bare = table["whole"] & (table["size"] == 1) & (table["flags"] & (SYN | FIN | RST) == 0)
        alive = np.flatnonzero(again & bare & (after == was))
        last = rows[rows[:, 1] == LAST]
        if not len(alive) and not len(last):
            return rows
        order = np.argsort(table["place"], kind="stable")
        of = order[np.searchsorted(table["place"], last[:, 0], sorter=order)]
        ended = (table["seq"][of] + last[:, 3]) % WHOLE
        if (most := int(side.max())) >= len(self._ended):
            self._ended = enlarged(self._ended, max(most + 1, 2 * len(self._ended)), UNSET)
        if len(alive):
            ends = side[alive] << 32 | after[alive]
            known = (self._ended[side[alive]] == after[alive]) | among(ends, side[of] << 32 | ended)
            shown = (rows[:, 1] == AGAIN) & (rows[:, 5] == UNSET) & among(rows[:, 0], table["place"][alive[~known]])
            rows[shown, 1], rows[shown, 4] = OWN, self._data
        by_time = np.argsort(of, kind="stable")
        self._ended[side[of][by_time]] = ended[by_time]
        return rows
