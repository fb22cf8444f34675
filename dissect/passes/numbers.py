"""Which stream each header of TCP and UDP belongs to, and nothing else of it: for who counts what streams carry.

The rules are those of `streams`, whose numbers these are; what only analysis and trees ask for is not looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, mixed, order_of
from dissect.passes.headers import endpoints, managed, set_aside
from dissect.passes.stream_table import Streams, learn_bases, number_streams


class Met:
    """A visitor: the headers of a chunk that make streams."""

    def __init__(self) -> None:
        self.parts: dict[str, list[dict[str, NDArray[Any]]]] = {}

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        low, high, way = endpoints(h)
        quoted = set_aside(layer, h, len(rows))
        columns: dict[str, NDArray[Any]] = {"row": rows, "key": mixed(low, high), "way": way, "quoted": quoted}
        if layer == "tcp":
            numbers = {"seq": h.seq_raw, "ack": h.ack_raw, "flags": h.flags}
            columns |= {name: np.atleast_1d(np.asarray(values, np.int64)) for name, values in numbers.items()}
        else:
            columns["managed"] = managed(h)
        self.parts.setdefault(layer, []).append(columns)


class Numbered:
    """Which streams the headers of all chunks belong to, one chunk after the other.

    `names`: the protocols that are asked for.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._of = {name: Streams() for name in names}

    def tables(self, met: Met) -> dict[str, dict[str, NDArray[Any]]]:
        """The headers of the next chunk in packet order, with the side of a stream that sent each; `order`: how they
        were met."""
        return {name: self._table(name, met.parts[name]) for name in self._of if name in met.parts}

    def _table(self, name: str, parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
        rows = np.concatenate([part["row"] for part in parts])
        order = order_of(rows)
        table = {one: np.concatenate([part[one] for part in parts])[order] for one in parts[0]}
        streams = self._of[name]
        stream, _ = number_streams(streams, table)
        if name == "tcp":
            own = np.flatnonzero(~table["quoted"])
            some = table if len(own) == len(order) else {one: values[own] for one, values in table.items()}
            learn_bases(streams, stream if some is table else stream[own], some)
        table["side"], table["order"] = stream * 2 + table["way"], order
        return table
