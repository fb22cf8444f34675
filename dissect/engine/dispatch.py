"""The way on: which layer the payload of each row of a group belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    wanted: Callable[[int], bool] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The id of the layer that each row's payload goes to (-1: none), and the step that named the way.

    `wanted`: nothing is asked of other layers; guesses are made only where one of these may be it.
    """
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
            if wanted is not None:
                guesses = [n for n in registry.guessed.get(step.table, ()) if wanted(n)]
                open_ = _may_be(map(registry.numbered, guesses), h, start, end, limit, open_, window)
            found = _guess(registry, step.table, h, start, end, limit, open_, window)
        ids = np.where(open_, found, ids)
    return ids, via


def _may_be(
    guesses: Iterable[LayerType],
    h: ColumnHeader,
    start: Positions,
    end: Positions,
    limit: Positions,
    open_: Any,
    window: Window,
) -> Any:
    """Where a layer would accept a payload of which something is asked: whose the others are does not matter."""
    out = np.zeros(len(h), bool)
    for layer in guesses:
        out |= _accepts(layer, h, start, end, limit, np.flatnonzero(open_ & ~out), window)
    return out


def _accepts(
    layer: LayerType, h: ColumnHeader, start: Positions, end: Positions, limit: Positions, rows: Positions,
    window: Window,
) -> Any:  # fmt: skip
    """Which payloads, among `rows`, a layer's probe accepts."""
    out = np.zeros(len(h), bool)
    if len(rows) and layer.probe is not None:
        peek = ColumnPeek(window, start[rows], end[rows], limit[rows], _Subset(h, rows))
        out[rows] = np.asarray(layer.probe(peek), bool)
    return out


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
        found[_accepts(layer, h, start, end, limit, rows, window)] = registry.ids[layer]
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
