"""One capture to one file: decoding in this thread, encoding in a second, a few batches between them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dissect.export.schema import FlatTable, PacketsTable
from dissect.export.sinks import ROW_GROUP, AtomicFile, open_writer

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.library import Capture

BATCHES_AHEAD = 4
CHUNK = 32768


@dataclass(frozen=True, slots=True)
class Choice:
    """What to export: flat columns for `fields`, or the full table where there are none."""

    format: str
    fields: tuple[str, ...] = ()
    occurrence: str = "first"
    raw_addresses: bool = False
    filter: str | None = None
    table: str = "packets"


TABLES = ("packets", "paths", "findings", "datagrams")


def export_table(
    capture: Capture, target: Path, choice: Choice, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write the table that `choice` names to `target`; how many rows.  The file appears whole or not at all."""
    if choice.table == "packets":
        return export_capture(capture, target, choice, progress)
    from dissect.pathmtu import analyse
    from dissect.pathmtu.tables import TABLES as analysed

    table = analysed[choice.table](analyse(capture, progress=progress))
    with AtomicFile(target) as file:
        with Encoder(file.part, choice.format) as encoder:
            for batch in table.to_batches() or [table.schema.empty_table().to_batches(1)[0]]:
                encoder.write(batch)
        file.commit()
    return int(table.num_rows)


def export_capture(
    capture: Capture, target: Path, choice: Choice, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write a capture's table to `target`; how many packets.  The file appears whole or not at all."""
    table: FlatTable | PacketsTable
    if choice.fields:
        table = FlatTable(capture, choice.fields, choice.occurrence, choice.raw_addresses)
    else:
        table = PacketsTable(capture, choice.occurrence, choice.raw_addresses)
    where = None
    if choice.filter is not None:
        from dissect.filters import compile_filter

        where = compile_filter(choice.filter, capture.registry)
    with AtomicFile(target) as file:
        rows = 0
        with Encoder(file.part, choice.format) as encoder:
            for chunk, columns in capture.columns(table.wanted, CHUNK, where, progress=progress):
                encoder.write(table.batch(columns, len(chunk)))
                rows += len(chunk)
            if rows == 0:
                encoder.write(_empty(table, capture))
        file.commit()
    return rows


def _empty(table: FlatTable | PacketsTable, capture: Capture) -> pa.RecordBatch:
    """No rows, but the schema."""
    from dissect.engine.column import Columns

    columns = Columns(0)
    return table.batch(columns, 0)


class Encoder:
    """Writes batches in a thread of its own.  An error there is raised at the next `write` or at the end."""

    def __init__(self, path: Path, format_: str) -> None:
        self._path, self._format = path, format_
        self._queue: queue.Queue[pa.RecordBatch | None] = queue.Queue(BATCHES_AHEAD)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Encoder:
        self._thread.start()
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        if self._error is not None and kind is None:
            raise self._error

    def write(self, batch: pa.RecordBatch) -> None:
        """Hand a batch to the thread; waits while it is behind."""
        if self._error is not None:
            raise self._error
        self._queue.put(batch)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        while (batch := self._queue.get()) is not None:
            yield batch

    def _run(self) -> None:
        try:
            self._encode()
        except BaseException as error:
            self._error = error
            for _ in self._batches():  # let the other thread run to its end
                pass

    def _encode(self) -> None:
        writer = None
        waiting: list[pa.RecordBatch] = []
        try:
            for batch in self._batches():
                writer = writer or open_writer(self._format, self._path, batch.schema)
                if self._format != "parquet":
                    writer.write_batch(batch)
                    continue
                waiting.append(batch)
                if sum(b.num_rows for b in waiting) >= ROW_GROUP // 4:
                    _write_rows(writer, waiting)
                    waiting = []
            if waiting:
                _write_rows(writer, waiting)
        finally:
            if writer is not None:
                writer.close()


def _write_rows(writer: Any, batches: Sequence[pa.RecordBatch]) -> None:
    import pyarrow as pa

    writer.write_table(pa.Table.from_batches(batches), row_group_size=ROW_GROUP)
