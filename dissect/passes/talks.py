"""What the messages of a conversation owe to those before them: which interface a call is of, what a reply answers.

Layers that need it declare `hears`: it is told every message of theirs in file order, with what its conversation has
said so far, and returns what the message is to be dissected with.  The pass runs when such a layer is first dissected,
as far as was asked; it keeps what was returned, by the message's place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.messages import Heard, Talk
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, mixed
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import endpoints
from dissect.passes.onward import Onward
from dissect.passes.place import places, row_place
from dissect.passes.streams import StreamPass

MOST_TALKS = 1 << 14  # conversations that are remembered
MOST_TOLD = 1 << 18  # messages of which something is kept


class TalkPass(Onward):
    """What was heard in a capture's conversations, as far as it was asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        self._registry = registry
        super().__init__(chunk_of)
        self._link_types, self._fragments, self._streams = link_types, fragments, streams
        self._evaluator: ColumnEvaluator | None = None
        self._talks: OrderedDict[int, Talk] = OrderedDict()
        self._told: OrderedDict[tuple[str, int], Any] = OrderedDict()

    def upto(self, packet: int) -> None:
        """Go on until the packets before number `packet` (0-based) are done."""
        if not self._busy:  # else this pass's own trees ask
            super().upto(packet)

    def of(self, layer: str, place: int) -> Any:
        """What was told of the message at a place; None for nothing."""
        return self._told.get((layer, place))

    def _look(self, chunk: Any) -> None:
        listeners = {layer.name: layer for layer in self._registry.marked("hears")}
        if self._evaluator is None:
            self._evaluator = ColumnEvaluator(Plan(self._registry, (), visits=tuple(listeners)))
        seen = Seen(chunk.first)
        streams = self._streams.bind(chunk)
        self._evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), seen, streams)
        # a loop: what a message means depends on those before it
        for _, _, key, place, heard in sorted(seen.heard, key=lambda one: one[:2]):
            hears = listeners[heard.layer].hears
            assert hears is not None
            told = hears(self._talk(key), heard)
            if told is not None:
                self._told[heard.layer, place] = told
                if len(self._told) > MOST_TOLD:
                    self._told.popitem(last=False)

    def _talk(self, key: int) -> Talk:
        talk = self._talks.get(key)
        if talk is None:
            talk = self._talks[key] = Talk()
            if len(self._talks) > MOST_TALKS:
                self._talks.popitem(last=False)
        return talk


class Seen:
    """A visitor: the messages of a chunk, with their octets."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.heard: list[tuple[int, int, int, int, Heard]] = []  # row, order, conversation, place

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep the octets of each message until all of the chunk are there."""
        single = isinstance(h, Single)
        place = np.array([row_place(h.header)]) if single else places(h)
        carrier = h.outer("tcp", "udp")
        if carrier is None:
            self._without(layer, rows, h, place)
            return
        low, high, way = endpoints(carrier)
        columns = (
            rows, place, mixed(low, high), way, np.atleast_1d(carrier.srcport), np.atleast_1d(carrier.dstport),
            np.atleast_1d(h.start), np.atleast_1d(h.end),
        )  # fmt: skip
        counted = carrier.layer.name == "tcp"
        told = (np.broadcast_to(c, (len(rows),)).tolist() for c in columns)
        for row, at, key, side, source, destination, start, end in zip(*told, strict=True):
            octets = h.header.octets[start:end] if single else h.octets.u1[start:end].tobytes()
            heard = Heard(layer, octets, side, source, destination, self._first + 1 + row, counted)
            self.heard.append((row, len(self.heard), key, at, heard))

    def _without(self, layer: str, rows: Positions, h: Any, place: Positions) -> None:
        """The same for layers that no transport carries: they say which attributes tell their talks apart."""
        single = isinstance(h, Single)
        attributes = (h.header if single else h).layer.talks
        if not attributes:
            return
        key = np.zeros(len(rows), np.uint64)
        for attribute in attributes:
            key = key * np.uint64(1 << 16) + np.atleast_1d(getattr(h, attribute)).astype(np.uint64)
        columns = (rows, place, mixed(key), np.atleast_1d(h.start), np.atleast_1d(h.end))
        told = (np.broadcast_to(c, (len(rows),)).tolist() for c in columns)
        for row, at, talk, start, end in zip(*told, strict=True):
            octets = h.header.octets[start:end] if single else h.octets.u1[start:end].tobytes()
            heard = Heard(layer, octets, 0, 0, 0, self._first + 1 + row, False)
            self.heard.append((row, len(self.heard), talk, at, heard))
