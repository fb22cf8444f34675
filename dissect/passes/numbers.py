"""Which stream each header of TCP and UDP belongs to, and nothing else of it: for who counts what streams carry.

The rules are those of `streams`, whose numbers these are; what only analysis and trees ask for is not looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, mixed, order_of
from dissect.passes.streams import Streams, endpoints, learn_bases, number_streams


class Numbered:
    """A visitor: the headers of a chunk that make streams; and of all chunks, which streams these are.

    `of`: the streams of each protocol that is asked for.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.of = {name: Streams() for name in names}
        self._parts: dict[str, list[dict[str, NDArray[Any]]]] = {}

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        low, high, way = endpoints(h)
        quoted = np.full(len(rows), h.outer("icmp", "icmpv6") is not None)
        columns: dict[str, NDArray[Any]] = {"row": rows, "key": mixed(low, high), "way": way, "quoted": quoted}
        if layer == "tcp":
            numbers = {"seq": h.seq_raw, "ack": h.ack_raw, "flags": h.flags}
            columns |= {name: np.atleast_1d(np.asarray(values, np.int64)) for name, values in numbers.items()}
        self._parts.setdefault(layer, []).append(columns)

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """The headers seen since the last call, in packet order, with the side of a stream that sent each; `order`: how
        they were seen."""
        parts, self._parts = self._parts, {}
        return {name: self._table(name, parts[name]) for name in self.of if name in parts}

    def _table(self, name: str, parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
        rows = np.concatenate([part["row"] for part in parts])
        order = order_of(rows)
        table = {one: np.concatenate([part[one] for part in parts])[order] for one in parts[0]}
        streams = self.of[name]
        stream, _ = number_streams(streams, table)
        if name == "tcp":
            own = np.flatnonzero(~table["quoted"])
            some = table if len(own) == len(order) else {one: values[own] for one, values in table.items()}
            learn_bases(streams, stream if some is table else stream[own], some)
        table["side"], table["order"] = stream * 2 + table["way"], order
        return table
