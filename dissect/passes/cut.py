"""Segments of which the capture has only a part: nothing is put together of them, and each is looked at by itself.

What was sent before is not looked at again, and what comes in a conversation that a layer has spoken in is the layer's
where that says so (`Messages.stays`), whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dissect.engine.messages import AGAIN, OWN, Messages
from dissect.engine.registry import Registry
from dissect.engine.window import grouped
from dissect.passes.progress import SYN
from dissect.passes.shelf import enlarged
from dissect.passes.stream_table import UNSET
from dissect.passes.stretches import distinct, stretches


class CutSegments:
    """The layer that each stream has spoken, and what that makes of its cut segments.

    `declared`: how the layer of a number declares its messages.
    """

    def __init__(self, registry: Registry, declared: Callable[[int], Messages | None]) -> None:
        self._declared, self._data = declared, registry.number_of["data"]
        self._spoken = np.full(64, UNSET, np.int16)  # of each stream

    def stretches(self, table: dict[str, NDArray[np.int64]], again: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """The stretches of a chunk's cut segments; `again`: which segments were sent before."""
        told = (table["size"] > 0) & table["some"] & (table["flags"] & SYN == 0)
        cut = np.flatnonzero(told & ~table["whole"])
        stream, layer, place, size = table["side"] >> 1, table["layer"], table["place"], table["size"]
        if len(stream) and (most := int(stream.max())) >= len(self._spoken):
            self._spoken = enlarged(self._spoken, max(most + 1, 2 * len(self._spoken)), UNSET)
        repeated = cut[again[cut]]
        rest = cut[~again[cut] & ((layer[cut] == self._data) | (layer[cut] < 0))]
        speaks = self._spoken[stream[rest]].astype(np.int64)
        for number in distinct(layer[told]):
            declared = self._declared(number)
            if declared is None or not declared.stays:
                continue
            at = np.flatnonzero(told & (layer == number))
            began, first, _ = grouped(stream[at])
            which = np.minimum(np.searchsorted(began, stream[rest]), len(began) - 1)
            speaks[(began[which] == stream[rest]) & (at[first[which]] < rest)] = number
            self._spoken[began] = number
        rest, speaks = rest[speaks != UNSET], speaks[speaks != UNSET]
        return [
            stretches(place[repeated], AGAIN, 0, size[repeated], 0, UNSET),
            stretches(place[rest], OWN, 0, size[rest], speaks, UNSET),
        ]
