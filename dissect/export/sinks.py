"""Where tables go: Parquet, Arrow IPC, CSV, JSON lines.  A sink writes a temporary name and renames it at the end."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from dissect.capture import CaptureError

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


class Writer(Protocol):
    """What a format's writer offers.  Only Parquet's is given `Whole` batches."""

    def write_batch(self, batch: Any) -> None:
        """Write a batch."""

    def close(self) -> None:
        """Finish the file."""


class JsonLines:
    """One JSON object a row; nulls left out."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
        self._file.writelines(encode(_without_nulls(row)) + "\n" for row in _times_as_numbers(batch).to_pylist())

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _without_nulls(row: Any) -> Any:
    if isinstance(row, dict):
        return {key: _without_nulls(value) for key, value in row.items() if value is not None}
    return row


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else str(value)


def _times_as_numbers(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Nanosecond times as integers, which Python's own times cannot hold; struct by struct."""
    import pyarrow as pa

    def convert(array: pa.Array) -> pa.Array:
        kind = array.type
        if pa.types.is_timestamp(kind):
            return array.cast(pa.int64())
        if pa.types.is_struct(kind):
            members = [convert(array.field(i)) for i in range(kind.num_fields)]
            return pa.StructArray.from_arrays(members, names=[f.name for f in kind], mask=array.is_null())
        return array

    return pa.RecordBatch.from_arrays([convert(c) for c in batch.columns], names=batch.schema.names)


SPECIAL = r"^[=+\-@\t\r]|[,\"\r\n\\]"  # what a cell with text may need quotes or an apostrophe for


class Csv:
    """Comma-separated values: addresses as text, bytes as hex, text that no spreadsheet takes for a formula."""

    def __init__(self, file: IO[str]) -> None:
        import csv

        self._file = file
        self._rows = csv.writer(file, lineterminator="\n")
        self._headed = False

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        flat = _flat(_times_as_numbers(batch))
        if not self._headed:
            self._rows.writerow(flat)
            self._headed = True
        plain = _plain_columns(flat)
        if plain is not None:
            self._file.write(_lines(plain))
            return
        self._rows.writerows(zip(*([_cell(v) for v in column.to_pylist()] for column in flat.values()), strict=True))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _plain_columns(flat: dict[str, pa.Array]) -> list[pa.Array] | None:
    """The columns, if they are whole numbers and text that is written as it stands; else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    out = []
    for column in flat.values():
        coded = isinstance(column, pa.DictionaryArray)
        if pa.types.is_string((text := column.dictionary if coded else column).type):
            if pc.any(pc.match_substring_regex(text, SPECIAL)).as_py():
                return None
        elif not pa.types.is_integer(column.type):
            return None
        out.append(column.dictionary_decode() if coded else column)
    return out if len(out) > 1 else None  # a line that is empty is no row


def _lines(columns: list[pa.Array]) -> str:
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    batch = pa.RecordBatch.from_arrays(columns, names=[str(i) for i in range(len(columns))])
    csv.write_csv(batch, sink, csv.WriteOptions(include_header=False, quoting_style="none"))
    return str(sink.getvalue(), "utf-8")


def _flat(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    import pyarrow as pa

    out = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_struct(column.type):
            for i, field in enumerate(column.type):
                out[f"{name}.{field.name}"] = column.flatten()[i]
        else:
            out[name] = column
    return out


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return ",".join(str(_cell(v)) for v in value)
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value:
        return f"'{value}"
    return value


def open_writer(format_: str, path: Path, schema: pa.Schema) -> Writer:
    """A writer of `format_` for tables of `schema`."""
    if format_ == "parquet":
        from dissect.export.parquet import ParquetFile

        return ParquetFile(path, schema)
    if format_ == "arrow":
        import pyarrow as pa

        options = pa.ipc.IpcWriteOptions(compression="zstd", emit_dictionary_deltas=True, unify_dictionaries=False)
        return pa.ipc.new_stream(str(path), schema, options=options)  # type: ignore[no-any-return]
    file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - the writer closes it
    return Csv(file) if format_ == "csv" else JsonLines(file)


class AtomicFile:
    """A path that comes into being whole or not at all: write to `.part`, then `commit()`.

    Raises CaptureError where it cannot be written.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.part = target.with_name(f".{target.name}.{os.getpid()}.part")

    def __enter__(self) -> AtomicFile:
        try:
            self.part.touch()
        except OSError as error:
            raise self._error(error) from error
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.part.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise self._error(error) from error

    def _error(self, error: OSError) -> CaptureError:
        reason = os.strerror(error.errno) if error.errno else str(error)  # Arrow's has a line of its own
        return CaptureError(str(self.target), f"cannot be written: {reason}")

    def commit(self) -> None:
        """Give the finished file its name."""
        os.replace(self.part, self.target)
