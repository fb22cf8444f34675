"""Columns within structs, of every type a table has: readers find what was written, and true statistics."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dissect.export.parquet import ParquetFile, readable

VALUES: dict[pa.DataType, list[Any]] = {
    pa.bool_(): [True, None, False, True],
    pa.uint8(): [255, None, 0, 7],
    pa.int8(): [-128, None, 127, 0],
    pa.uint16(): [65535, None, 0, 256],
    pa.int16(): [-32768, None, 1, 32767],
    pa.uint32(): [2**32 - 1, None, 0, 2**31],
    pa.int32(): [-(2**31), None, 2**31 - 1, 5],
    pa.uint64(): [2**64 - 1, None, 0, 2**63],
    pa.int64(): [-(2**63), None, 2**63 - 1, 5],
    pa.float32(): [1.5, None, -2.5, 0.0],
    pa.float64(): [1.5, None, -0.0, 0.0],
    pa.timestamp("ns", "UTC"): [1, None, -1, 2**62],
    pa.string(): ["b", None, "", "ä"],
    pa.binary(): [b"b", None, b"", b"\xff\0"],
    pa.dictionary(pa.int32(), pa.string()): ["10.0.0.1", None, "::1", "10.0.0.1"],
    pa.list_(pa.field("element", pa.uint16())): [[1, 2], None, [], [3]],
}
MEMBERS = [pa.field(f"m{i}", kind) for i, kind in enumerate(VALUES)]
SCHEMA = pa.schema([pa.field("s", pa.struct(MEMBERS)), pa.field("never", pa.struct(MEMBERS))])


def batch(order: list[int | None], schema: pa.Schema = SCHEMA) -> pa.RecordBatch:
    """Structs with the values at these places; None: no struct, though its members have values there."""
    places = [0 if at is None else at for at in order]
    members = [pa.array([VALUES[one.type][at] for at in places], one.type) for one in schema.field(0).type]
    mask = pa.array([at is None for at in order])
    structs = pa.StructArray.from_arrays(members, fields=list(schema.field(0).type), mask=mask)
    nothing = [pa.nulls(len(order), one.type) for one in schema.field(1).type]
    never = pa.StructArray.from_arrays(nothing, fields=MEMBERS, mask=pa.array([True] * len(order)))
    return pa.RecordBatch.from_arrays([structs, never], schema=schema)


def told(table: pa.Table) -> list[dict[str, Any]]:
    """The rows; instants as they are stored, since Python has none of nanoseconds (only pandas has)."""

    def plain(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_struct(kind):
            return pa.struct([pa.field(one.name, plain(one.type)) for one in kind])
        return pa.int64() if pa.types.is_timestamp(kind) else kind

    schema = pa.schema([(one.name, plain(one.type)) for one in table.schema])
    rows: list[dict[str, Any]] = table.cast(schema).to_pylist()
    return rows


def written(path: Path, batches: list[pa.RecordBatch], row_group: int = 1000) -> pa.Table:
    """What is read of a file of these; it is what they were."""
    file = ParquetFile(path, batches[0].schema, row_group)
    for one in batches:
        file.write_batch(one)
    file.close()
    read = pq.read_table(path)
    assert told(read) == told(pa.Table.from_batches(batches))
    assert read.schema.equals(readable(batches[0].schema))
    return read


@pytest.mark.parametrize(
    "orders",
    [
        [[0, 1, 2, 3]],
        [[0, 2, 3] * 5, [3, None, 1, 0, 2] * 7],
        [[0], [None], [1]],
        [[1, 1, 1]],
        [[2] * 33],
        [[None, None], [None], [3, 3, 3, 3, 3, 3, 3, 3, 3]],
    ],
)
def test_what_was_written(tmp_path: Path, orders: list[list[int | None]]) -> None:
    written(tmp_path / "all.parquet", [batch(order) for order in orders])
    written(tmp_path / "each.parquet", [batch(order) for order in orders], row_group=1)


def test_slices_of_batches(tmp_path: Path) -> None:
    """Arrays that begin within their buffers, and not at a whole octet of their bits."""
    whole = batch([3, None, 1, 0, 2, 2, None, 0, 1, 3, 3] * 3)
    written(tmp_path / "t.parquet", [whole.slice(3, 11), whole.slice(17), whole.slice(1, 2)])


def test_duckdb_and_polars(tmp_path: Path) -> None:
    path, order = tmp_path / "t.parquet", [0, None, 1, 2, 3, 3] * 50
    rows_of = [row["s"] for row in told(written(path, [batch(order)]))]
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    names = [one.name for one in MEMBERS if not pa.types.is_timestamp(one.type)]
    asked = ", ".join(f"s.{name}" for name in names)
    rows = duckdb.connect().execute(f"select {asked} from '{path}'").fetchall()
    assert [list(row) for row in rows] == [[(one or {}).get(name) for name in names] for one in rows_of]
    read = polars.read_parquet(path)["s"].struct
    for name in names:
        assert read.field(name).to_list() == [(one or {}).get(name) for one in rows_of]


def test_statistics(tmp_path: Path) -> None:
    """The least and the greatest of those that are there."""
    path = tmp_path / "t.parquet"
    written(path, [batch([1, 2, None, 3])])
    group = pq.ParquetFile(path).metadata.row_group(0)
    for i, (kind, values) in enumerate(VALUES.items()):
        said = group.column(i).statistics
        if pa.types.is_list(kind):
            continue
        assert said.null_count == 2, kind
        if not pa.types.is_timestamp(kind):
            assert (said.min, said.max) == (min(values[2:]), max(values[2:])), kind
    zeros = group.column([*VALUES].index(pa.float64())).statistics
    assert (math.copysign(1, zeros.min), math.copysign(1, zeros.max)) == (-1, 1)


def test_no_statistics_of_what_is_no_number(tmp_path: Path) -> None:
    members = [pa.array([1.0, math.nan], pa.float64()), pa.array(["x" * 5000, "y"]), pa.array([None, None], pa.uint8())]
    structs = pa.StructArray.from_arrays(members, names=["nan", "long", "none"])
    file = ParquetFile(tmp_path / "t.parquet", pa.schema([pa.field("s", structs.type)]))
    file.write_batch(pa.RecordBatch.from_arrays([structs], names=["s"]))
    file.close()
    group = pq.ParquetFile(tmp_path / "t.parquet").metadata.row_group(0)
    assert [group.column(i).statistics.has_min_max for i in range(3)] == [False] * 3
    assert pq.read_table(tmp_path / "t.parquet")["s"].chunk(0).field(1).to_pylist() == ["x" * 5000, "y"]


@pytest.mark.parametrize("count, coded", [(300, True), (70_000, True), (90_000, False)])
def test_many_distinct_texts(tmp_path: Path, count: int, coded: bool) -> None:
    """Wider indices, and no dictionary where it would be larger than what it saves."""
    path, width = tmp_path / "t.parquet", 8 if count < 80_000 else 20
    texts = pa.array([f"{i:0{width}}" for i in range(count)])
    structs = pa.StructArray.from_arrays([texts], names=["t"])
    file = ParquetFile(path, pa.schema([pa.field("s", structs.type)]))
    file.write_batch(pa.RecordBatch.from_arrays([structs], names=["s"]))
    file.close()
    assert pq.read_table(path)["s"].chunk(0).field(0).equals(texts)
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).has_dictionary_page is coded


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [1, 1], [3] * 20, [0, 2, 3, 1, 1] * 9])
def test_columns_that_lie_in_no_struct(tmp_path: Path, order: list[int]) -> None:
    arrays = [pa.array([VALUES[one.type][at] for at in order], one.type) for one in MEMBERS]
    whole = pa.RecordBatch.from_arrays(arrays, schema=pa.schema(MEMBERS))
    written(tmp_path / "whole.parquet", [whole])
    written(tmp_path / "parts.parquet", [whole.slice(0, 1), whole.slice(1)])


def test_what_cannot_be_null(tmp_path: Path) -> None:
    """There the levels are others."""
    sure = pa.field("sure", pa.int64(), nullable=False)
    structs = pa.struct([sure, pa.field("t", pa.string())])
    schema = pa.schema([sure, pa.field("s", structs), pa.field("z", structs, nullable=False)])
    rows = [{"sure": i, "s": None if i == 1 else {"sure": i, "t": "x"}, "z": {"sure": 2, "t": None}} for i in range(3)]
    written(tmp_path / "t.parquet", [pa.RecordBatch.from_pylist(rows, schema)])
