"""The tables that can be exported, each as batches: `packets`, `expert`, `flows`, transactions, of path MTUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dissect.export.schema import FlatTable, PacketsTable, described_file
from dissect.transactions import TABLES as TRANSACTIONS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from dissect.capture import Records
    from dissect.engine.columns import Columns
    from dissect.export.dense import Whole
    from dissect.filters import Filter
    from dissect.library import Capture
    from dissect.pathmtu.model import Report

CHUNK = 65_536  # packets of a batch: so many that calls cost less than what they do, and passes go on by as many
ANALYSED = ("paths", "findings", "datagrams")
TABLES = ("packets", "flows", "expert", *TRANSACTIONS, *ANALYSED)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to export: flat columns for `fields`, or the full table where there are none."""

    format: str
    fields: tuple[str, ...] = ()
    occurrence: str = "first"
    raw_addresses: bool = False
    filter: str | None = None
    table: str = "packets"


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Stretch:
    """Some rows of a table, with their times (ns since the epoch) where the rows are packets.

    Who writes them makes the batch, in a thread of its own; or, where all rows go to one file that takes it, `whole`.
    """

    rows: int
    make: Callable[[], pa.RecordBatch]
    times: NDArray[np.int64] | None = None
    whole: Callable[[], Whole] | None = None

    @property
    def written(self) -> Callable[[], pa.RecordBatch | Whole]:
        """What makes what one file takes."""
        return self.whole or self.make

    @classmethod
    def of(cls, batch: pa.RecordBatch) -> Stretch:
        """Of a batch that is there."""
        return cls(batch.num_rows, lambda: batch)


class Tables:
    """The tables of one capture.  What several of them need is worked out once."""

    def __init__(
        self, capture: Capture, progress: Progress | None = None, first: int = 0, stop: int | None = None
    ) -> None:
        """Of `packets`, the rows from `first` (where the reader has a checkpoint) to before `stop`, counted from 0."""
        self.capture, self.progress = capture, progress
        self.first, self.stop = first, stop
        self._report: Report | None = None

    def stretches(self, choice: Choice) -> Iterator[Stretch]:
        """The rows of the table that `choice` names, at least one stretch (of no rows, but with the schema)."""
        if choice.table == "packets":
            return self._packets(choice)
        if choice.table == "expert":
            return self._expert(choice)
        if choice.table in TRANSACTIONS:
            return self._transactions(choice)
        return self._whole(self.flows() if choice.table == "flows" else self.analysed(choice.table))

    def flows(self) -> pa.Table:
        """A row a conversation of TCP or UDP."""
        import pyarrow as pa

        from dissect.stats import conversations

        table = conversations.table(self.capture)
        return table.filter(pa.array([kind in ("tcp", "udp") for kind in table["type"].to_pylist()], pa.bool_()))

    def analysed(self, name: str) -> pa.Table:
        """A table of the path-MTU analysis."""
        from dissect.pathmtu import analyse
        from dissect.pathmtu.tables import TABLES as made

        if self._report is None:
            self._report = analyse(self.capture, progress=self.progress)
        return made[name](self._report)

    def _whole(self, table: pa.Table) -> Iterator[Stretch]:
        table = described_file(table)
        import pyarrow as pa

        for batch in table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]:
            yield Stretch.of(batch)

    def _packets(self, choice: Choice) -> Iterator[Stretch]:
        from dissect.engine.columns import Columns

        table: FlatTable | PacketsTable
        if choice.fields:
            table = FlatTable(self.capture, choice.fields, choice.occurrence, choice.raw_addresses)
            whole = None
        else:
            table = PacketsTable(self.capture, choice.occurrence, choice.raw_addresses)
            plain = choice.occurrence != "all" and not choice.raw_addresses
            whole = table.whole if choice.format == "parquet" and plain else None

        def stretch(found: tuple[Records, Columns]) -> Stretch:
            chunk, columns = found
            asked = columns, len(chunk)
            return Stretch(len(chunk), partial(table.batch, *asked), chunk.time, whole and partial(whole, *asked))

        reading = self._reading(not choice.fields)
        found = map(stretch, self.capture.columns(table.wanted, CHUNK, self._where(choice), **reading))
        yield next(found, None) or Stretch.of(table.batch(Columns(0), 0))
        yield from found  # columns are large: nothing here keeps them

    def _reading(self, whole: bool) -> dict[str, Any]:
        """What the reader is told."""
        if self.first == 0 and self.stop is None:
            return {"progress": self.progress}
        self.capture.source.count()  # checkpoints are made on the way
        start = self.capture.source.checkpoint(self.first)
        streams = self.capture.streams
        if whole:  # passes that look at a chunk together read its headers once: so they go on side by side
            for chunk in self.capture.source.chunks(CHUNK, stop=start.number):
                with self.capture.at_hand(chunk):
                    for one in (streams.media, streams.messages, streams.analysis, streams.tls):
                        one.upto(chunk.first + len(chunk))
        return {"progress": self._within(start.offset), "start": start, "stop": self.stop}

    def _within(self, begin: int) -> Progress | None:
        """Progress within a slice: octets since it began, of the whole file."""
        told = self.progress
        return None if told is None else lambda done, total: told(done - begin, total)

    def _expert(self, choice: Choice) -> Iterator[Stretch]:
        from dissect.notes import EXPERT, expert_rows

        none = True
        for batch in expert_rows(self.capture, self._where(choice), progress=self.progress):
            none = False
            yield Stretch.of(described_file(batch))
        if none:
            yield from self._whole(EXPERT.empty_table())

    def _transactions(self, choice: Choice) -> Iterator[Stretch]:
        from dissect import transactions

        none = True
        for batch in transactions.batches(choice.table, self.capture, self._where(choice), progress=self.progress):
            none = False
            yield Stretch.of(described_file(batch))
        if none:
            yield from self._whole(transactions.schema(choice.table).empty_table())

    def _where(self, choice: Choice) -> Filter | None:
        if choice.filter is None:
            return None
        from dissect.filters import compile_filter

        return compile_filter(choice.filter, self.capture.registry)

