"""The library's face: an opened capture, its packets, its tables.

Data flows one way: records from the reader, columns (or trees) from the engine, Arrow or Python out.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from dissect.capture import CHUNK, CaptureError, Records, open_source
from dissect.crypto.keylog import KeyLog
from dissect.engine.apart import Nobody, Related
from dissect.engine.arrow import arrow_type, column_array
from dissect.engine.column import ColumnEvaluator
from dissect.engine.columns import Columns
from dissect.engine.fields import Field
from dissect.engine.plan import COLUMNS, DISPLAYED, PROTOCOLS, Plan
from dissect.engine.record import NO_TIME
from dissect.engine.registry import Registry
from dissect.engine.values import escape_text, python_values, texts
from dissect.evaluation import Evaluation
from dissect.layers import builtin
from dissect.packet import Annotation, Line, Packet
from dissect.passes.datagrams import Bounds

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter

FEW_AT_ONCE = 1 << 15  # packets of which a few header fields are read together: so a group costs less by itself
TOLD_ALONE = frozenset({"tls", "data"})  # layers above TCP that ask of nothing but their own connection


class Capture(Evaluation):
    """A capture file, opened.  Usable as a context manager; `len()`, indexing and iteration give packets."""

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self.source.close()

    def __len__(self) -> int:
        return self.source.count()

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
                yield chunk, self._at_once(plan, evaluator, chunk, previous)
            early = 0
            if len(chunk):
                previous = int(chunk.time[-1])

    def _at_once(self, plan: Plan, evaluator: ColumnEvaluator, chunk: Records, previous: int | None) -> Columns:
        """The columns of a chunk that passes go on by."""
        with self.at_hand(chunk):
            return self._evaluate(plan, evaluator, chunk, previous)

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


__all__ = ["Capture", "fields", "open"]
