"""What a packet list asks about a few packets, wherever they are in a capture; and the order of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dissect.filters.view import BatchView

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

Rows = NDArray[np.int64]


def cells(capture: Capture, names: Sequence[str], rows: Rows) -> list[list[str]]:
    """The fields `names` of some packets (`rows`: numbers less 1, ascending) as texts; one list a name."""
    out: list[list[str]] = [[] for _ in names]
    for chunk, inside in capture.stretches(rows):
        columns = capture.evaluate(chunk, names, inside)
        for texts, name in zip(out, names, strict=True):
            texts += capture.texts(columns, len(inside), name)
    return out


def times(capture: Capture, rows: Rows) -> Rows:
    """When some packets (ascending) were captured: ns since the epoch."""
    found = [chunk.time[inside] for chunk, inside in capture.stretches(rows)]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def first_passed(capture: Capture, filters: Sequence[Filter], rows: Rows) -> list[int]:
    """For each of some packets (ascending), which of the filters is the first to let it through; -1: none."""
    stages = [stage for one in filters for stage in one.stages]
    names = {name for stage in stages for name in stage.names}
    spans = {name for stage in stages for name in stage.spans}
    out: list[int] = []
    for chunk, inside in capture.stretches(rows):
        view = BatchView(capture, chunk, inside, names, spans, lambda _: np.empty(0, object))
        first = np.full(len(inside), -1)
        for number, one in reversed(list(enumerate(filters))):
            passed = np.ones(len(inside), bool)
            for stage in one.stages:
                passed &= stage.test.mask(view)
            first[passed] = number
        out += first.tolist()
    return out


def ordered(
    capture: Capture,
    name: str,
    rows: Rows | None = None,
    descending: bool = False,
    cancel: Callable[[], bool] | None = None,
) -> Rows:
    """Packets (`rows`, ascending; None: all) in the order of a field's first value; those without it last.

    Equal values keep the capture's order.  Raises KeyError for a name that there is not.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[pa.Array] = []
    wanted = ["frame.number", name]
    for chunk, columns in capture.columns(wanted, cancel=cancel):
        part = capture.array(columns, len(chunk), name, raw_addresses=True)
        if rows is not None:
            low, high = np.searchsorted(rows, [chunk.first, chunk.first + len(chunk)])
            part = part.take(pa.array(rows[low:high] - chunk.first))
        parts.append(part.cast(pa.string()) if pa.types.is_dictionary(part.type) else part)
    values = pa.chunked_array([_sortable(part) for part in parts] or [pa.array([], pa.int64())])
    way = "descending" if descending else "ascending"
    order: Rows = pc.sort_indices(values, sort_keys=[("", way)]).to_numpy().astype(np.int64)
    return order if rows is None else rows[order[: len(rows)]]


def _sortable(values: pa.Array) -> pa.Array:
    """Booleans and fixed-size bytes as types that Arrow sorts."""
    import pyarrow as pa

    if pa.types.is_boolean(values.type):
        return values.cast(pa.uint8())
    if pa.types.is_fixed_size_binary(values.type):
        return values.cast(pa.binary())
    return values
