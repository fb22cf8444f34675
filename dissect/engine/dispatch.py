"""The way on: which layer the payload of each row of a group belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import ColumnHeader, OuterView
from dissect.engine.layer import By, Layer, To
from dissect.engine.peek import ColumnPeek
from dissect.engine.plan import Plan
from dissect.engine.registry import low
from dissect.engine.window import Positions, Window, distinct

LayerType = type[Layer]
Bounds = tuple[Positions, Positions, Positions]  # start, end, limit


def dispatch(
    plan: Plan,
    layer: LayerType,
    h: ColumnHeader,
    start: Positions,
    end: Positions,
    limit: Positions,
    empty: Any,
    window: Window,
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """The id of the layer that each row's payload goes to (-1: none), and the step that named the way (None: 0).  They
    may be what a table keeps: nobody changes them."""
    registry = plan.registry
    ids: NDArray[np.int64] | None = None  # nobody was asked yet
    via: NDArray[np.int64] | None = None
    for number, step in enumerate(layer.next[: plan.steps(layer)], 1):
        every = ids is None and step.when is None
        open_ = np.ones(len(h), bool) if ids is None else ids == -1
        if step.when is not None:
            open_ &= np.asarray(step.when(h), bool)
        if not open_.any():
            continue
        if isinstance(step, By):
            if step.via:
                via = np.zeros(len(h), np.int64) if via is None else via
                via[open_] = number
            if step.table not in registry.tables:
                continue
            found = _taken(plan, step.table, _looked_up(plan, step, h), h, (start, end, limit), open_, window)
        elif isinstance(step, To):
            found = np.full(len(h), registry.number_of.get(step.layer, -1))
        else:
            open_ &= ~empty
            found = _guess(plan, layer, step.table, h, (start, end, limit), open_, window)
        ids = found if every else np.where(open_, found, -1 if ids is None else ids)
    return np.full(len(h), -1, np.int64) if ids is None else ids, via


def leading(plan: Plan, layer: LayerType, h: ColumnHeader) -> NDArray[np.bool_] | None:
    """Which of these payloads may go to a layer that is entered, as far as their headers tell; None: any may."""
    if plan.all_matter(layer):
        return None
    out = np.zeros(len(h), bool)
    for step in layer.next[: plan.steps(layer)]:
        if isinstance(step, By):
            if step.table in plan.registry.tables:
                out |= _entered(plan, step, h)
        elif plan.leads(step):
            return None
    return out


def _entered(plan: Plan, step: By, h: ColumnHeader) -> NDArray[np.bool_]:
    """Whether a step's table leads these headers to a layer that is entered."""
    if step not in h.looked_up and (entering := plan.entering(step.table)) is not None:
        keys = np.broadcast_to(np.asarray(step.key(h)), (len(h),))
        if low(keys):  # of most payloads no more than this is asked
            return entering.take(keys)
    return plan.entered(step.table).take(_looked_up(plan, step, h))


def _looked_up(plan: Plan, step: By, h: ColumnHeader) -> NDArray[np.int64]:
    """The ids that a step's table has for these headers: asked twice of rows of which only some lead on."""
    found = h.looked_up.get(step)
    if found is None:
        keys = np.broadcast_to(np.asarray(step.key(h)), (len(h),))
        found = h.looked_up[step] = plan.registry.tables[step.table].lookup(keys)
    return found


def _taken(
    plan: Plan, table: str, found: NDArray[np.int64], h: ColumnHeader, bounds: Bounds, open_: Any, window: Window
) -> NDArray[np.int64]:
    """What was looked up, without the layers that do not accept the payload."""
    asks = plan.registry.asking.get(table)
    if asks is None or not (asked := asks.take(found) & open_).any():
        return found
    found = found.copy()
    for number in sorted(distinct(found[asked])):
        rows = np.flatnonzero(asked & (found == number))
        accepts: Any = plan.registry.numbered(number).accepts
        found[rows[~np.broadcast_to(np.asarray(accepts(_peek(window, bounds, rows, h)), bool), rows.shape)]] = -1
    return found


def _guess(
    plan: Plan,
    layer: LayerType,
    table: str,
    h: ColumnHeader,
    bounds: Bounds,
    open_: Any,
    window: Window,
) -> Any:
    found = np.full(len(h), -1, np.int64)
    rows = np.flatnonzero(open_)
    peek = _peek(window, bounds, rows, h)
    known: dict[int, NDArray[np.bool_]] = {}  # what probes have said of these rows
    if not plan.all_matter(layer):  # most probes are spared if those come first that lead somewhere
        claimed = np.zeros(len(rows), bool)
        for number in filter(plan.enters, plan.guesses(layer, table)):
            said = _accepts(plan, number, peek)
            if said is not None:
                known[number] = said
                claimed |= said
        rows, known = rows[claimed], {number: said[claimed] for number, said in known.items()}
        peek = _peek(window, bounds, rows, h)
    for number in plan.guesses(layer, table):
        if not len(rows):
            break
        accepted = known.pop(number) if number in known else _accepts(plan, number, peek)
        if accepted is not None and accepted.any():
            found[rows[accepted]] = number
            rows, known = rows[~accepted], {number: said[~accepted] for number, said in known.items()}
            peek = _peek(window, bounds, rows, h)
    return found


def _peek(window: Window, bounds: Bounds, rows: Positions, h: ColumnHeader) -> ColumnPeek:
    start, end, limit = bounds
    return ColumnPeek(window, start[rows], end[rows], limit[rows], _Subset(h, rows))


def _accepts(plan: Plan, number: int, peek: ColumnPeek) -> NDArray[np.bool_] | None:
    """Which payloads a layer's probe accepts; None: none, mostly."""
    likely = plan.registry.likely[number]
    if not len(peek.length) or (likely is not None and not np.any(likely.holds(peek))):
        return None
    probe = plan.registry.numbered(number).probe
    return None if probe is None else np.broadcast_to(np.asarray(probe(peek), bool), peek.length.shape)


class _Subset:
    """Some rows of a ColumnHeader, for a probe that looks at its carrier."""

    def __init__(self, header: ColumnHeader, rows: Positions) -> None:
        self._header, self._rows = header, rows
        self.streams = header.streams

    def __len__(self) -> int:
        return len(self._rows)

    def taken(self) -> ColumnHeader:
        """These headers as a group of their own."""
        return self._header.taken(self._rows)

    def outer(self, *names: str) -> OuterView | None:
        """As ColumnHeader.outer, of these rows."""
        return OuterView(self._header, self._rows).outer(*names)

    def __getattr__(self, attr: str) -> Any:
        found = self.__dict__[attr] = getattr(self._header, attr)[self._rows]
        return found
