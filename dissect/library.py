"""The library's face: an opened capture, its packets, its tables.

Data flows one way: records from the reader, columns (or trees) from the engine, Arrow or Python out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.capture import CHUNK, CaptureError, Records, Source, open_source
from dissect.crypto.keylog import DSB_TLS, KeyLog
from dissect.engine.apart import Nobody, Related
from dissect.engine.arrow import arrow_type, column_array
from dissect.engine.column import ColumnEvaluator
from dissect.engine.columns import Columns
from dissect.engine.fields import Field
from dissect.engine.plan import COLUMNS, DISPLAYED, PROTOCOLS, Plan
from dissect.engine.record import NO_TIME, InterfaceFacts, RecordRow, RecordView
from dissect.engine.registry import Registry
from dissect.engine.row import Dissection
from dissect.engine.tree import Expert, LayerNode, Node, PacketTree
from dissect.engine.values import escape_text, json_value, python_values, texts
from dissect.layers import builtin
from dissect.passes.datagrams import Bounds
from dissect.passes.fragments import FragmentPass
from dissect.passes.gates import GatePass

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.passes.streams import StreamPass

FEW_AT_ONCE = 1 << 15  # packets of which a few header fields are read together: so a group costs less by itself
TOLD_ALONE = frozenset({"tls", "data"})  # layers above TCP that ask of nothing but their own connection


class Packet:
    """One packet of a capture: its tree and its fields."""

    def __init__(self, number: int, tree: PacketTree) -> None:
        self.number = number
        self.tree = tree

    @property
    def layers(self) -> list[LayerNode]:
        """The layers, outermost (`frame`) first."""
        return self.tree.layers

    @property
    def notes(self) -> list[Expert]:
        """The expert notes."""
        return self.tree.notes

    @property
    def protocols(self) -> str:
        """The chain of layers (`eth:ethertype:ip:tcp`)."""
        return self.tree.protocols

    @property
    def data(self) -> bytes:
        """The captured bytes."""
        return self.tree.data

    def __getitem__(self, name: str) -> Any:
        """The first value of the field `name`: a number, a boolean, bytes, or text.  Raises KeyError if absent."""
        for value in self.all(name):
            return value
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The first value of the field, or `default`."""
        return next(iter(self.all(name)), default)

    def all(self, name: str) -> list[Any]:
        """Every value of the field, in order."""
        if name == PROTOCOLS:
            return [self.protocols]
        found = []
        for node in self.tree.walk():
            if node.field.name == name or any(f.name == name for f in node.field.also):
                raw = node.field.type.kind == "bytes"
                found.append(node.value if raw else json_value(node.field, node.value))
        return found

    def __repr__(self) -> str:
        return f"<Packet {self.number} {self.protocols}>"


class Annotation(NamedTuple):
    """What an examination of the whole capture says of one packet: a layer of no bytes, its fields, its note."""

    layer: str
    values: dict[str, Any]
    note: Expert


class Line(NamedTuple):
    """A line of the packet list.  `time` in ns since the epoch; texts are safe for a terminal."""

    number: int
    time: int
    source: str
    destination: str
    protocol: str
    info: str
    length: int


class Capture:
    """A capture file, opened.  Usable as a context manager; `len()`, indexing and iteration give packets."""

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

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self.source.close()

    def __len__(self) -> int:
        return self.source.count()

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
                known.upto(len(self))
        return bool(self.keylog.used)

    @property
    def damage(self) -> CaptureError | None:
        """What is wrong with the file, as far as it was read; everything before is there."""
        return self.source.damage

    def __getitem__(self, index: int) -> Packet:
        """Packet `index`, 0-based (the packet whose number is `index + 1`).  Raises IndexError."""
        if index < 0:
            index += len(self)
        if index < 0:
            raise IndexError(index)
        records = self.source.chunk_of(index)
        return self._packet(records, index - records.first)

    def single(self, index: int) -> Packet:
        """Packet `index`, as `self[index]`, for who wants no other: where it is a segment of TCP, messages are put
        together and TLS is followed in its own connection only, not in all of the capture before it."""
        records = self.source.chunk_of(index)
        row = index - records.first
        if self.keys() or not any(node.layer.name == "tcp" for node in self.alone()._packet(records, row).layers):
            return self._packet(records, row)
        stream = self.evaluate(records, ["tcp.stream"], np.array([row])).occurrences("tcp.stream")[1]
        if len(stream) == 1:
            packet = self._alone_in(int(stream[0]))._packet(records, row)
            names = [layer.layer.name for layer in packet.layers]
            # other layers ask passes over the whole capture, which number messages in their own way
            if "tcp" in names and TOLD_ALONE.issuperset(names[names.index("tcp") + 1 :]):
                return packet
        return self._packet(records, row)

    def _alone_in(self, stream: int) -> Capture:
        """This capture with passes for messages and TLS that look at one stream of TCP only."""
        from dissect.passes.messages import MessagePass
        from dissect.passes.tls import TlsPass

        one, streams = copy(self), copy(self.streams)
        parts = self.registry, self._on, self.link_types, self.fragments, streams
        streams.messages, streams.tls = MessagePass(*parts), TlsPass(*parts, self.keys)
        streams.messages.only = streams.tls.only = stream
        one.streams = streams
        return one

    def __iter__(self) -> Iterator[Packet]:
        for records in self.source.chunks():
            for i in range(len(records)):
                yield self._packet(records, i)

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

    def packet_of(self, chunk: Records, row: int, ahead: bool = True, links: bool = True) -> Packet:
        """The packet at a row of a chunk; `ahead`: with what later packets tell; `links`: and which answers it."""
        return self._packet(chunk, row, ahead, links)

    def filter(self, text: str | Filter, **options: Any) -> NDArray[np.int64]:
        """The rows (packet numbers less 1) of the packets that a display filter lets through.

        `options` go to `compile_filter`.  Raises FilterError.
        """
        from dissect.filters import Filter, compile_filter

        chosen = text if isinstance(text, Filter) else compile_filter(text, self.registry, **options)
        found = [chunk.first + rows for chunk, rows in chosen.chunks(self)]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def twin(self) -> Capture:
        """Another view of the same open file, for another thread: readers share the source, passes share nothing."""
        return Capture(self.source, self.registry, self._bounds, self.keylog)

    def decoded_by(self, registry: Registry, keylog: KeyLog | None = None) -> Capture:
        """The same open file by other declarations, and with other secrets (None: the same)."""
        return Capture(self.source, registry, self._bounds, self.keylog if keylog is None else keylog)

    def reader(self) -> Capture:
        """A twin that shares what was learned, after `settle`; nobody may learn more while it is used."""
        out = self.twin()
        out.fragments = self.fragments.reader()
        out.streams = out._conversing(self.streams.reader(out.fragments))
        if "annotations" in vars(self):
            out.annotations = self.annotations
        return out

    def alone(self) -> Capture:
        """Another view of the same open file, in which every packet stands alone: nothing is put together, nothing is
        counted since an earlier packet.  So no packet has to wait for others."""
        return AloneCapture(self.source, self.registry, self._bounds, self.keylog)

    def apart(self) -> Capture:
        """Another view of the same open file for several threads at once, which raises `Related` where what is asked of
        a packet depends on others."""
        out = ApartCapture(self.source, self.registry, self._bounds, self.keylog)
        out._plans = self._plans
        return out

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

    def stretches(self, rows: Sequence[int] | NDArray[np.int64]) -> Iterator[tuple[Records, NDArray[np.int64]]]:
        """The chunks that hold these packets (numbers less 1, ascending), each with their places in it."""
        at = 0
        while at < len(rows):
            chunk = self.source.chunk_of(int(rows[at]))
            last = at + int(np.searchsorted(rows[at:], chunk.first + len(chunk)))
            yield chunk, np.asarray(rows[at:last], np.int64) - chunk.first
            at = last

    def lines(self, rows: Sequence[int]) -> list[Line]:
        """What the packet list says of these rows (packet numbers less 1, ascending): a screenful, wherever it is."""
        out: list[Line] = []
        for chunk, inside in self.stretches(rows):
            text = self.evaluate(chunk, COLUMNS, inside).text
            source, destination, protocol, info = (map(escape_text, text[name].tolist()) for name in COLUMNS)
            numbers, times = (chunk.first + 1 + inside).tolist(), chunk.time[inside].tolist()
            lengths = chunk.origlen[inside].tolist()
            out += map(Line, numbers, times, source, destination, protocol, info, lengths)
        return out

    def columns(
        self,
        names: Sequence[str],
        records: int = 0,
        where: Filter | None = None,
        early: int = 0,
        **reading: Any,
    ) -> Iterator[tuple[Records, Columns]]:
        """The record arrays and the columns of each chunk of at most `records` packets (0: 16,384, or more where few
        fields are asked for), in file order.

        `where` leaves only the packets that a filter lets through, at most twice as many; else the first `early`
        packets come by themselves, for who shows them at once.  `reading`: the `progress` and `cancel` callbacks.
        """
        if where is not None:
            last = NO_TIME
            for chunk, rows in self._some(where, 2 * (records or CHUNK), reading):
                columns = self.evaluate(chunk, names, rows)
                if DISPLAYED in names:
                    times = np.concatenate([[chunk.time[rows[0]] if last == NO_TIME else last], chunk.time[rows]])
                    columns.pieces.pop(DISPLAYED, None)
                    columns.add(DISPLAYED, np.arange(len(rows)), np.diff(times), self.field(DISPLAYED))
                yield chunk.taken(rows), columns
                last = int(chunk.time[rows[-1]])
            return
        plan = self.plan(names)
        evaluator = ColumnEvaluator(plan)
        previous: int | None = None
        for chunk in self.source.chunks(records or (FEW_AT_ONCE if plan.slight else CHUNK), **reading):
            if early and len(chunk) > early:
                for low, high in ((0, early), (early, len(chunk))):
                    yield chunk.part(low, high), self._evaluate(plan, evaluator, chunk, previous, np.arange(low, high))
            elif len(chunk):
                with self.at_hand(chunk):
                    columns = self._evaluate(plan, evaluator, chunk, previous)
                yield chunk, columns
            early = 0
            if len(chunk):
                previous = int(chunk.time[-1])

    def _some(self, where: Filter, most: int, reading: dict[str, Any]) -> Iterator[tuple[Records, NDArray[np.int64]]]:
        """The chunks with at most so many of the rows that a filter lets through."""
        for chunk, rows in where.chunks(self, **reading):
            for low in range(0, len(rows), most):
                yield chunk, rows[low : low + most]

    def json_rows(
        self, names: Sequence[str], where: Filter | None = None, **reading: Any
    ) -> Iterator[dict[str, list[Any]]]:
        """One dictionary a packet: field name → list of all its values; absent fields left out."""
        for chunk, columns in self.columns(names, where=where, **reading):
            yield from self.dictionaries(columns, len(chunk), names)

    def dictionaries(self, columns: Columns, count: int, names: Sequence[str]) -> list[dict[str, list[Any]]]:
        """The same of a batch of `count` packets."""
        rows: list[dict[str, list[Any]]] = [{} for _ in range(count)]
        for name in names:
            self._fill(rows, name, columns)
        return rows

    def texts(self, columns: Columns, count: int, name: str) -> list[str]:
        """One field of a batch as text, as `tshark -T fields` prints it: several values joined by commas."""
        if name in columns.text:
            return [escape_text(text) for text in columns.text[name].tolist()]
        if name == PROTOCOLS:
            return [columns.chains[number] for number in columns.chain_of.tolist()]
        rows, values, field = columns.occurrences(name)
        out = [""] * count
        if field is not None:
            shown = self.shown(name, field)
            if len(rows) == count and bool(np.all(rows[1:] > rows[:-1])):
                return texts(shown, values)
            for row, text in zip(rows.tolist(), texts(shown, values), strict=True):
                out[row] = f"{out[row]},{text}" if out[row] else text
        return out

    def shown(self, name: str, field: Field) -> Field:
        """How values of `field` are shown as those of `name`."""
        shown = self.field(name)
        return shown if shown.type.kind == field.type.kind else field

    def batches(
        self,
        names: Sequence[str],
        occurrence: str = "first",
        raw_addresses: bool = False,
        records: int = 0,
        **reading: Any,
    ) -> Iterator[pa.RecordBatch]:
        """Arrow record batches with one column a field.  `occurrence`: first, last or all (lists)."""
        import pyarrow as pa

        for chunk, columns in self.columns(names, records, **reading):
            arrays = [self.array(columns, len(chunk), name, occurrence, raw_addresses) for name in names]
            yield pa.RecordBatch.from_arrays(arrays, names=list(names))

    def table(self, names: Sequence[str], occurrence: str = "first", raw_addresses: bool = False) -> pa.Table:
        """All packets as one Arrow table with one column a field."""
        import pyarrow as pa

        batches = list(self.batches(names, occurrence, raw_addresses))
        if not batches:
            schema = pa.schema([(name, self.arrow_type(name, occurrence)) for name in names])
            return schema.empty_table()
        return pa.Table.from_batches(batches).unify_dictionaries()

    def arrow_type(self, name: str, occurrence: str = "first") -> pa.DataType:
        """The Arrow type of a field's column."""
        import pyarrow as pa

        kind = pa.string() if name in COLUMNS else arrow_type(self.field(name))
        return pa.list_(kind) if occurrence == "all" else kind

    def sql(self, statement: str) -> pa.Table:
        """The result of a SELECT over the tables of this capture: `packets`, `flows`, `dns` and others.

        Needs DuckDB (the `sql` extra).  Raises `dissect.sql.SqlError`.
        """
        from dissect.sql import Session

        with Session.over(self) as session:
            return session.table(statement)

    def to_duckdb(self, tables: Sequence[str] = ("packets",)) -> Any:
        """A DuckDB connection with these tables of the capture, whole.  Needs the `sql` extra."""
        from dissect.sql import Session

        return Session.over(self).whole(tables)

    def array(
        self, columns: Columns, count: int, name: str, occurrence: str = "first", raw_addresses: bool = False
    ) -> pa.Array:
        """One field of a batch as an Arrow array of `count` values."""
        import pyarrow as pa

        if name in columns.text:
            return pa.array(columns.text[name].tolist(), pa.string())
        if name == PROTOCOLS:
            return pa.DictionaryArray.from_arrays(pa.array(columns.chain_of), pa.array(columns.chains)).cast(
                pa.string()
            )
        return column_array(columns, count, name, self.field(name), occurrence, raw_addresses)

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

    def _fill(self, rows: list[dict[str, list[Any]]], name: str, columns: Columns) -> None:
        if name in columns.text:
            for row, text in zip(rows, columns.text[name].tolist(), strict=True):
                row[name] = [text]
            return
        if name == PROTOCOLS:
            for row, chain in zip(rows, columns.chain_of.tolist(), strict=True):
                row[name] = [columns.chains[chain]]
            return
        at, values, field = columns.occurrences(name)
        if field is None:
            return
        for i, value in zip(at.tolist(), python_values(field, values), strict=True):
            row = rows[i]
            if name in row:
                row[name].append(value)
            else:
                row[name] = [value]


class AloneCapture(Capture):
    """See `Capture.alone`."""

    def _bound(self, chunk: Records, ahead: bool, linked: Container[str]) -> tuple[Any, Any]:
        return None, None


class ApartCapture(Capture):
    """See `Capture.apart`."""

    def _bound(self, chunk: Records, ahead: bool, linked: Container[str]) -> tuple[Any, Any]:
        return Nobody(), Nobody()

    def _through(self, plan: Plan, chunk: Records) -> Plan:
        if plan.gates and not plan.everything:
            raise Related("gates")
        return plan

    @property
    def annotations(self) -> dict[int, list[Annotation]]:
        """They take the whole capture."""
        raise Related("annotations")


def later(name: str, maker: str, *parts: Any) -> Callable[[], Any]:
    """Who makes a pass, with its module imported only then."""
    return lambda: getattr(import_module(f"dissect.passes.{name}"), maker)(*parts)


def elapsed(since: int, time: int) -> int:
    """The difference of two times as 64 bits hold it: absurd clocks wrap, as they do in a column."""
    if NO_TIME in (since, time):
        return 0 if time != NO_TIME else NO_TIME
    return (time - since + (1 << 63)) % (1 << 64) - (1 << 63)


def open(
    path: str | os.PathLike[str] | BinaryIO | Sequence[str | os.PathLike[str]],
    registry: Registry | None = None,
    bounds: Bounds | None = None,
    keylog: str | os.PathLike[str] | KeyLog | None = None,
) -> Capture:
    """Open a capture (pcap, pcapng, snoop; compressed or not, told by content; "-" is standard input).

    Several paths are read in sequence, as if they were one file.

    `bounds`: how long and how many datagrams may wait for fragments, and whose bytes count where they overlap.
    `keylog`: a file of TLS secrets (as `SSLKEYLOGFILE` makes them), with which TLS and QUIC are decrypted; a capture's
    own secrets are used anyway.

    Raises CaptureError, one line saying what is wrong with the file; OSError if there is no such key log.
    """
    if keylog is not None and not isinstance(keylog, KeyLog):
        keylog = KeyLog.read(keylog)
    return Capture(open_source(path), registry or builtin(), bounds, keylog)


def fields(registry: Registry | None = None) -> list[Field]:
    """Every field of the built-in (or the given) registry, by layer in order of declaration; one a name."""
    known = (registry or builtin()).fields
    return [same[0] for same in known.values()]


__all__ = ["Capture", "Packet", "fields", "open"]
