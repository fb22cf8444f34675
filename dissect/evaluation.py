"""A capture as the engine sees it: the passes that know what its packets are to each other, and what both evaluators
make of a chunk or of a packet with their help.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.capture import Records, Source
from dissect.crypto.keylog import DSB_TLS, KeyLog
from dissect.engine.column import ColumnEvaluator
from dissect.engine.columns import Columns
from dissect.engine.fields import Field
from dissect.engine.plan import COLUMNS, PROTOCOLS, Plan
from dissect.engine.record import NO_TIME, InterfaceFacts, RecordRow, RecordView
from dissect.engine.registry import Registry
from dissect.engine.row import Dissection
from dissect.engine.tree import LayerNode, Node
from dissect.packet import Annotation, Packet
from dissect.passes.datagrams import Bounds
from dissect.passes.fragments import FragmentPass
from dissect.passes.gates import GatePass

if TYPE_CHECKING:
    from dissect.passes.streams import StreamPass


class Evaluation:
    """A source, the declarations it is read by, and what was learned of it so far."""

    def __init__(
        self, source: Source, registry: Registry, bounds: Bounds | None = None, keylog: KeyLog | None = None
    ) -> None:
        self.source = source
        if keylog is None:
            keylog = KeyLog.read(registry.keylog) if registry.keylog else KeyLog()
        self.keylog = keylog
        self._secrets = 0  # of the file's, taken over
        self.registry = registry
        self._plans: dict[tuple[frozenset[str], frozenset[str]], Plan] = {}
        self._shut: dict[tuple[Plan, frozenset[str]], Plan] = {}  # plans where some gates are shut
        self._gates = GatePass(registry.gates, source.chunk_of, self.keys)
        self._interfaces: list[InterfaceFacts] = []
        self._first_time: int | None = None
        self._asked: tuple[Records, tuple[Any, ...], tuple[Any, Any]] | None = None  # see `_bound_again`
        self._bounds = bounds
        self._at_hand: Records | None = None  # the chunk whose columns are made: passes go on by it

    @cached_property
    def fragments(self) -> FragmentPass:
        """What is known of fragments and the datagrams they make."""
        return FragmentPass(self.registry, self.source.chunk_of, self.link_types, self._bounds)

    @cached_property
    def streams(self) -> StreamPass:
        """What is known of streams, their messages, and who answers whom.  The passes are imported when first used."""
        from dissect.passes.messages import MessagePass
        from dissect.passes.streams import StreamPass

        streams = StreamPass(self.registry, self._on, self.link_types, self.fragments)
        parts = self.registry, self._on, self.link_types, self.fragments, streams
        streams.messages = MessagePass(*parts)
        streams.accompanied({
            "analysis": later("analysis", "AnalysisPass", *parts),
            "exchanges": later("exchanges", "exchange_passes", self.registry, self._settled_on, *parts[2:]),
        })  # fmt: skip
        return self._conversing(streams)

    def _conversing(self, streams: StreamPass) -> StreamPass:
        """The passes over what conversations say."""
        from dissect.passes.media import MediaPass

        parts = self.registry, self._on, self.link_types, self.fragments, streams
        streams.media, streams.keys = MediaPass(*parts[:4]), self.keys
        streams.media.streams = streams
        streams.accompanied({
            "talks": later("talks", "TalkPass", *parts), "http2": later("http2", "Http2Pass", *parts),
            "conversations": later("conversations", "ConversationPass", *parts[:4]),
            "tls": later("tls", "TlsPass", *parts, self.keys), "dtls": later("dtls", "DtlsPass", *parts, self.keys),
            "quic": later("quic", "QuicPass", *parts, self.keys),
        })  # fmt: skip
        return streams

    def keys(self) -> KeyLog:
        """The secrets that open what connections have sealed: those given, and those the file brings."""
        secrets = self.source.secrets
        while self._secrets < len(secrets):
            kind, octets = secrets[self._secrets]
            self._secrets += 1
            if kind == DSB_TLS:
                self.keylog.add(octets)
        return self.keylog

    def unlocked(self) -> bool:
        """Whether any secret is one of the capture's connections: all of them are looked at if none is known yet."""
        if not self.keylog.used:
            for known in (self.streams.tls, self.streams.quic, self.streams.dtls):
                known.upto(self.source.count())
        return bool(self.keylog.used)

    def field(self, name: str) -> Field:
        """The declaration of a field.  Raises KeyError."""
        return self.registry.fields[name][0]

    def plan(self, names: Iterable[str], spans: Iterable[str] = ()) -> Plan:
        """The (cached) plan for these fields, and for the bytes of the layers `spans`.  Raises KeyError for an unknown
        name."""
        key = frozenset(names), frozenset(spans)
        if key not in self._plans:
            for name in key[0].difference(COLUMNS):
                if name not in self.registry.fields:
                    raise KeyError(name)
            self._plans[key] = Plan.spanning(self.registry, *key)
        return self._plans[key]

    def _through(self, plan: Plan, chunk: Records) -> Plan:
        """The plan as it is where no gate is opened that is shut for a chunk."""
        if not plan.gates or plan.everything:
            return plan
        key = plan, self._gates.shut(chunk, plan.gates)
        if key not in self._shut:
            self._shut[key] = Plan.spanning(self.registry, plan.names - plan.spans, plan.spans, key[1])
        return self._shut[key]

    def evaluate(
        self, chunk: Records, names: Iterable[str], rows: NDArray[np.int64] | None = None, spans: Iterable[str] = ()
    ) -> Columns:
        """The columns of a chunk, or of some rows of it (which are then counted from 0)."""
        plan = self.plan(names, spans)
        # the packet before is read only for those who ask for the time since
        previous = None if any(name.startswith("frame.time_delta") for name in plan.names) else NO_TIME
        return self._evaluate(plan, ColumnEvaluator(plan), chunk, previous, rows)

    def _evaluate(
        self,
        plan: Plan,
        evaluator: ColumnEvaluator,
        chunk: Records,
        previous: int | None,
        rows: NDArray[np.int64] | None = None,
    ) -> Columns:
        fitting = self._through(plan, chunk)
        if fitting is not plan:
            plan, evaluator = fitting, ColumnEvaluator(fitting)
        view = self._view(chunk, previous)
        some = chunk if rows is None else chunk.taken(rows)
        link_types = view.link_types if rows is None else view.link_types[rows]
        context, streams = (None, None) if plan.idle else self._bound(chunk, plan.ahead, plan.linked)
        columns = evaluator.evaluate(some, link_types, context, streams=streams)
        self.source.check()
        frame = self.registry.layer("frame")
        for field in frame.fields:
            if field.name in plan.names and field.name != PROTOCOLS:
                at, values = view.column(field)
                if rows is not None:
                    place = np.full(len(chunk), -1)
                    place[rows] = np.arange(len(rows))
                    at = place[at]
                    at, values = at[at >= 0], values[at >= 0]
                columns.add(field.name, at, values, field)
        if plan.examined:
            self._annotate(columns, chunk.first + 1 + (np.arange(len(chunk)) if rows is None else rows), plan)
        if "frame" in plan.names:
            columns.add("frame", np.arange(len(some)), np.ones(len(some), bool), frame.protocol)
        return columns

    def packet_of(self, chunk: Records, row: int, ahead: bool = True, links: bool = True) -> Packet:
        """The packet at a row of a chunk; `ahead`: with what later packets tell; `links`: and which answers it."""
        return self._packet(chunk, row, ahead, links)

    def _packet(self, records: Records, index: int, ahead: bool = True, links: bool = True) -> Packet:
        caplen, origlen, time = int(records.caplen[index]), int(records.origlen[index]), int(records.time[index])
        data = records.data(index)
        facts = self._facts()[int(records.interface[index])]
        before, start = self._time_before(records, index), self.start_time
        row = RecordRow(
            records.first + index + 1, time, caplen, origlen, elapsed(before, time), elapsed(start, time), facts,
            self.source.packet_options(records, index) if facts.named else {},
        )  # fmt: skip
        context, streams = self._bound_again(records, ahead, links)
        run = Dissection(self.registry, data, context, row=index, place=int(records.offset[index]))
        run.streams, run.time = streams, time
        run.tree.layers.append(row.node(self.registry.layer("frame")))
        layer = self.registry.find("linktype", facts.linktype) or self.registry.layer("data")
        run.enter(layer, data, 0, caplen, max(origlen, caplen), None)
        if "annotations" in vars(self):
            run.tree.layers += [self._annotated(one) for one in self.annotations.get(row.number, ())]
        self.source.check()
        return Packet(row.number, run.tree)

    def relate(self, packet: int, answers: bool = True, between: Callable[[], object] = lambda: None) -> None:
        """Learn what packets are to those before them, up to number `packet` (counted from 0, exclusive): after that,
        their lines need no look at others.  `answers`: which answers which question, too; `between` is called where
        this thread may rest."""
        while self.fragments.next < packet:
            before = self.fragments.next
            self.fragments.upto(self._on(before))
            if self.fragments.next == before:
                return
        for one in (self.streams, self.streams.messages, self.streams.analysis, self.streams.media):
            between()
            one.upto(packet)
        if answers:
            for exchanges in set(self.streams.exchanges.values()):
                between()
                exchanges.upto(packet, packet)
            for one in (self.streams.talks, self.streams.http2, self.streams.tls, self.streams.quic, self.streams.dtls):
                one.upto(packet)

    def settle(self) -> None:
        """Learn what is left to learn of the capture as it is now."""
        total = self.source.count()
        self.relate(total)
        self.fragments.finish()
        self.streams.messages.finish()
        for exchanges in set(self.streams.exchanges.values()):
            exchanges.upto(total + 1, total)

    def _on(self, number: int) -> Records:
        """A chunk from a packet on: of a file that grows, what a pass has seen does not come again."""
        return self._in_hand(number) or self.source.chunk_of(number).since(number)

    def _settled_on(self, number: int) -> Records:
        return self._in_hand(number) or self.source.settled_chunk_of(number).since(number)

    def _in_hand(self, number: int) -> Records | None:
        """What is at hand from a packet on: chunks that are larger than others cost passes less, too."""
        chunk = self._at_hand
        return chunk.since(number) if chunk and chunk.first <= number < chunk.first + len(chunk) else None

    @contextmanager
    def at_hand(self, chunk: Records) -> Iterator[None]:
        """While this lasts, passes that come to a chunk go on by it."""
        before, self._at_hand = self._at_hand, chunk
        try:
            yield
        finally:
            self._at_hand = before

    def _bound(self, chunk: Records, ahead: bool, linked: Container[str]) -> tuple[Any, Any]:
        """Who puts datagrams together and who knows the streams, for a chunk."""
        return self.fragments.bind(chunk, ahead), self.streams.bind(chunk, ahead, linked)

    def _bound_again(self, chunk: Records, ahead: bool, links: bool) -> tuple[Any, Any]:
        """The same for a packet, as for the one before where that was of the same chunk."""
        how = ahead, links, vars(self).get("streams")  # others may have learned, and left it here
        asked = self._asked
        if asked is None or asked[0] is not chunk or asked[1] != how:
            bound = self._bound(chunk, ahead, self.registry.linked_layers if links else ())
            asked = self._asked = chunk, how, bound
        return asked[2]

    @cached_property
    def annotations(self) -> dict[int, list[Annotation]]:
        """Packet number -> findings on it.  Examines the whole capture when first asked; trees then have them, too."""
        found: dict[int, list[Annotation]] = {}
        for layer in self.registry.marked("examined_by"):
            module, _, name = layer.examined_by.partition(":")
            for number, notes in getattr(import_module(module), name)(self).items():
                found.setdefault(number, []).extend(notes)
        return found

    def _annotate(self, columns: Columns, numbers: NDArray[np.int64], plan: Plan) -> None:
        """Add the annotations of the packets `numbers` (ascending), one a row."""
        said = np.array(sorted(self.annotations), np.int64)
        cells: dict[str, tuple[list[int], list[Any], Field]] = {}
        for row in np.flatnonzero(np.isin(numbers, said)).tolist():
            for one in self.annotations[int(numbers[row])]:
                for node in self._annotated(one).walk():
                    if node.field.name in plan.names:
                        rows, values, _ = cells.setdefault(node.field.name, ([], [], node.field))
                        rows.append(row)
                        values.append(node.value)
        for name, (rows, values, field) in cells.items():
            columns.add(name, np.array(rows, np.int64), np.array(values, object), field)

    def _annotated(self, one: Annotation) -> LayerNode:
        node = LayerNode(self.registry.layer(one.layer), 0)
        for name, value in one.values.items():
            node.add(Node(self.registry.fields[name][0], value, 0, 0))
        node.notes.append(one.note)
        return node

    def link_types(self, chunk: Records) -> Any:
        """The LINKTYPE_ number of each packet of a chunk."""
        facts = self._facts()
        return np.array([i.linktype for i in facts], np.int64)[chunk.interface]

    def _facts(self) -> list[InterfaceFacts]:
        """The interfaces so far (a pcapng file may name more as it is read)."""
        interfaces, known = self.source.interfaces, self._interfaces
        if len(known) != len(interfaces):
            named = self.source.format == "pcapng"
            known = self._interfaces = [
                InterfaceFacts(i.linktype, i.local, i.section + 1, i.name, i.description, named) for i in interfaces
            ]
        return known

    def _view(self, chunk: Records, previous: int | None) -> RecordView:
        """The records of a chunk.  `previous` is the time of the packet before it."""
        if previous is None:
            previous = self._time_before(chunk, 0)
        return RecordView(
            chunk.first, chunk.time, chunk.caplen, chunk.origlen, chunk.interface, self._facts(),
            self.start_time, previous, lambda i: self.source.packet_options(chunk, i),
        )  # fmt: skip

    @property
    def start_time(self) -> int:
        """The time of the first packet, in ns; NO_TIME where it has none."""
        if self._first_time is None:
            self._first_time = int(self.source.chunk_of(0).time[0])
        return self._first_time

    def _time_before(self, chunk: Records, index: int) -> int:
        """The time of the packet before the chunk's `index`-th; NO_TIME before the first."""
        if index > 0:
            return int(chunk.time[index - 1])
        if chunk.first == 0:
            return NO_TIME
        before = self.source.chunk_of(chunk.first - 1)
        return int(before.time[chunk.first - 1 - before.first])


def later(name: str, maker: str, *parts: Any) -> Callable[[], Any]:
    """Who makes a pass, with its module imported only then."""
    return lambda: getattr(import_module(f"dissect.passes.{name}"), maker)(*parts)


def elapsed(since: int, time: int) -> int:
    """The difference of two times as 64 bits hold it: absurd clocks wrap, as they do in a column."""
    if NO_TIME in (since, time):
        return 0 if time != NO_TIME else NO_TIME
    return (time - since + (1 << 63)) % (1 << 64) - (1 << 63)
