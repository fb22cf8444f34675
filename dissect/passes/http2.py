"""HTTP/2 (RFC 9113): what each frame completes, in file order: compressed headers, bodies of several frames.

The pass goes over the capture as far as was asked, and makes a tree of every packet that has a frame: their layer asks
here, in order, what a frame tells.  It is remembered by the place of what TCP carried there and the frame's number in
it, so that the answer is the same whichever packet is looked at first, also for frames that were encrypted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.row import Dissection
from dissect.engine.window import Positions
from dissect.layers.http2_state import NOTHING, Budget, Connection, Told
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import endpoints
from dissect.passes.onward import Onward
from dissect.passes.place import row_place
from dissect.passes.streams import StreamPass

IDLE, LOOKING, TAKING = range(3)
MOST_CONNECTIONS = 65_536
LAYER = "http2"


class Http2Pass(Onward):
    """The frames of a capture's connections, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments, self._streams = link_types, fragments, streams
        self.registry = registry
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=(LAYER,)))
        self._now = IDLE
        self._budget = Budget()
        self._connections: dict[Any, Connection] = {}
        self._told: dict[tuple[int, int], Told] = {}

    def _look(self, chunk: Any) -> None:
        seen = Seen()
        context, streams = self._fragments.bind(chunk), self._streams.bind(chunk)
        types = self._link_types(chunk)
        self._now = LOOKING
        try:
            self._evaluator.evaluate(chunk, types, context, seen, streams)
            self._now = TAKING
            for row in sorted(seen.rows):  # a loop: what a frame tells depends on those before it
                data = chunk.data(row)
                run = Dissection(self.registry, data, context, row=row, place=int(chunk.offset[row]))
                run.streams, run.time = streams, int(chunk.time[row])
                layer = self.registry.find("linktype", int(types[row]))
                if layer is not None:
                    size = len(data)
                    run.enter(layer, data, 0, size, max(int(chunk.origlen[row]), size), None)
                run.over()
        finally:
            self._now = IDLE

    def told(self, h: Any, chunk: Any, kind: int, flags: int, number: int, payload: bytes) -> Told:
        """What a frame completes; frames of a header are asked for in order."""
        if self._now == LOOKING:
            return NOTHING
        carrier, carried = carriage(h)
        ordinal = carried.__dict__["_http2"] = carried.__dict__.get("_http2", -1) + 1
        key = row_place(carried), ordinal
        if self._now == IDLE:
            self.upto(chunk.first + len(chunk))
            return self._told.get(key, NOTHING)
        connection, way = self._connection(carrier)
        told = connection.frame(way, kind, flags, number, payload, chunk.first + 1 + h.run.row)
        if told is not NOTHING:
            # a body that came in one frame is that frame's own: nothing to keep
            self._told[key] = told
        return told

    def _connection(self, carrier: Any) -> tuple[Connection, int]:
        """The connection of a segment, and which side sent it."""
        if carrier is None:
            return Connection(self._budget), 0
        low, high, way = endpoints(carrier)
        stream = int(np.atleast_1d(self._streams_of(carrier))[0])
        key = stream, int(np.atleast_1d(low)[0]), int(np.atleast_1d(high)[0])
        found = self._connections.pop(key, None) or Connection(self._budget)
        self._connections[key] = found
        while len(self._connections) > MOST_CONNECTIONS:
            del self._connections[next(iter(self._connections))]
        return found, int(np.atleast_1d(way)[0])

    def _streams_of(self, carrier: Any) -> Any:
        return carrier.run.streams.known(carrier).stream


def carriage(h: Any) -> tuple[Any, Any]:
    """The segment's header that carries a frame, and the header directly above it."""
    above = h
    while above.outer_header is not None and above.outer_header.layer.name != "tcp":
        above = above.outer_header
    return (above.outer_header, above) if above.outer_header is not None else (None, h)


class Seen:
    """A visitor: the packets that have a frame."""

    def __init__(self) -> None:
        self.rows: set[int] = set()

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep their rows."""
        if isinstance(h, Single) or len(rows):
            self.rows.update(rows.tolist())
