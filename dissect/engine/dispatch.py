"""The way on: which layer the payload of each row of a group belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import ColumnHeader
from dissect.engine.layer import By, Layer, To
from dissect.engine.peek import ColumnPeek
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, Window

LayerType = type[Layer]


def dispatch(
    registry: Registry,
    steps: int,
    layer: LayerType,
    h: ColumnHeader,
    start: Positions,
    end: Positions,
    limit: Positions,
    empty: Any,
    window: Window,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The id of the layer that each row's payload goes to (-1: none), and the step that named the way."""
    ids = np.full(len(h), -1, np.int64)
    via = np.zeros(len(h), np.int64)
    for number, step in enumerate(layer.next[:steps], 1):
        open_ = ids == -1
        if step.when is not None:
            open_ &= np.asarray(step.when(h), bool)
        if not open_.any():
            continue
        if isinstance(step, By):
            if step.via:
                via[open_] = number
            table = registry.tables.get(step.table)
            if table is None:
                continue
            keys = np.broadcast_to(np.asarray(step.key(h)), (len(h),))
            found = table.lookup(keys)
        elif isinstance(step, To):
            found = np.full(len(h), registry.number_of.get(step.layer, -1))
        else:
            open_ &= ~empty
            found = _guess(registry, step.table, h, start, end, limit, open_, window)
        ids = np.where(open_, found, ids)
    return ids, via


def _guess(
    registry: Registry,
    table: str,
    h: ColumnHeader,
    start: Positions,
    end: Positions,
    limit: Positions,
    open_: Any,
    window: Window,
) -> Any:
    found = np.full(len(h), -1, np.int64)
    for layer in registry.heuristics(table):
        rows = np.flatnonzero(open_ & (found == -1))
        if not len(rows) or layer.probe is None:
            continue
        peek = ColumnPeek(window, start[rows], end[rows], limit[rows], _Subset(h, rows))
        accepted = np.broadcast_to(np.asarray(layer.probe(peek), bool), (len(rows),))
        found[rows[accepted]] = registry.ids[layer]
    return found


class _Subset:
    """Some rows of a ColumnHeader, for a probe that looks at its carrier."""

    def __init__(self, header: ColumnHeader, rows: Positions) -> None:
        self._header, self._rows = header, rows
        self.streams = header.streams

    def taken(self) -> ColumnHeader:
        """These headers as a group of their own."""
        return self._header.taken(self._rows)

    def __getattr__(self, attr: str) -> Any:
        return getattr(self._header, attr)[self._rows]
