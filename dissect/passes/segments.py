"""The segments of a chunk as they are met, with the layers that their payloads go to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import ColumnHeader, RowHeader
from dissect.engine.layer import Layer
from dissect.engine.reassembly import Arena
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, Window, order_of
from dissect.passes.place import inside, moved, places, row_place
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import StreamPass


class Seen:
    """Is shown the segments of a chunk, and the layers that their payloads go to."""

    def __init__(self, streams: StreamPass, chunk: Any, registry: Registry) -> None:
        self._streams, self._chunk, self._ids = streams, chunk, registry.ids
        self._parts: list[dict[str, Any]] = []
        self.windows: list[Window] = []
        self.within: Positions | None = None  # the rows that are looked at, where these are not all

    def meet(self, rows: Positions, h: ColumnHeader, start: Positions, limit: Positions, ids: Positions) -> None:
        """A group of segments."""
        if isinstance(h.octets, Arena):
            which = h.octets.datagram_at(h.start)
            at = inside(h.octets.datagrams[which], start - h.octets.starts[which])
        else:
            at = start
        self._add(rows, places(h), h, start, limit, at, ids, h.octets)

    def meet_row(self, h: RowHeader, start: int, limit: int, layer: type[Layer] | None) -> None:
        """The segment of a packet that is evaluated by row."""
        one = np.array([row_place(h)])
        at = moved(int(one[0]), start - h.start)
        window = Window(np.frombuffer(h.octets, np.uint8))
        number = UNSET if layer is None else self._ids[layer]
        begin, stop, octets, layers = (np.array([v]) for v in (start, limit, at, number))
        self._add(np.array([h.run.row]), one, h, begin, stop, octets, layers, window)

    def _add(
        self, rows: Positions, place: Positions, h: Any, start: Any, limit: Any, at: Any, ids: Any, window: Window
    ) -> None:
        if not self.windows or self.windows[-1] is not window:
            self.windows.append(window)
        size = np.maximum(limit - start, 0)
        self._parts.append({
            "row": rows, "place": place, "seq": np.atleast_1d(h.seq_raw).astype(np.int64), "size": size,
            "whole": np.atleast_1d(np.asarray(h.end) >= limit), "some": np.atleast_1d(np.asarray(h.end) > start),
            "flags": np.atleast_1d(h.flags).astype(np.int64),
            "at": at, "start": start, "layer": ids, "window": np.full(len(rows), len(self.windows) - 1),
        })  # fmt: skip

    def table(self) -> dict[str, NDArray[Any]] | None:
        """The segments of known streams in packet order, with the side that sent each."""
        if not self._parts:
            return None
        out = {name: np.concatenate([p[name] for p in self._parts]) for name in self._parts[0]}
        order = order_of(out["row"])
        out = {name: values[order] for name, values in out.items()}
        known = self._streams.segments(self._chunk)
        if known is not None and np.array_equal(known["place"], out["place"]):
            out["side"] = known["side"]
        else:
            out["side"] = self._streams.sides("tcp", self._chunk, out["place"])
        if bool((out["side"] < 0).any()):
            told = out["side"] >= 0
            out = {name: values[told] for name, values in out.items()}
        if self.within is not None:
            out["row"] = self.within[out["row"]]
        return out
