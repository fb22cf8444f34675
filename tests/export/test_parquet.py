"""Row groups whose columns are null in part: what readers find is what was written, as from a file of Arrow's own."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dissect.export.parquet import ParquetFile, readable
from tests.held import more, traced

ADDRESS = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("n", pa.int64(), metadata={b"label": b"Number"}),
        pa.field("dotted.name", pa.string()),
        pa.field("ip", pa.struct([pa.field("src", ADDRESS), pa.field("ttl", pa.uint8())])),
        pa.field(
            "dns",
            pa.struct([pa.field("names", pa.list_(pa.field("element", pa.string()))), pa.field("id", pa.uint16())]),
        ),
        pa.field("never", pa.list_(pa.field("element", ADDRESS))),
    ],
    metadata={b"pcap_dissect.schema": b"0"},
)
IP = [{"src": "10.0.0.1", "ttl": 1}, None, {"src": "10.0.0.2", "ttl": None}]
DNS = [None, {"names": ["a", None, "b"], "id": 7}, {"names": None, "id": None}]


def table(**columns: list[object]) -> pa.Table:
    """Three rows in which the other columns are null."""
    names = {name.replace("_", "."): values for name, values in columns.items()}
    return pa.table([pa.array(names.get(f.name, [None] * 3), f.type) for f in SCHEMA], schema=SCHEMA)


GROUPS = [table(), table(n=[1, 2, 3], ip=IP), table(dotted_name=["x", None, "y"], dns=DNS), table(dns=DNS, ip=IP)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A row group for each of the tables."""
    out = tmp_path_factory.mktemp("parquet") / "t.parquet"
    file = ParquetFile(out, SCHEMA, row_group=3)
    for group in GROUPS:
        file.write_batch(group.to_batches()[0])
    file.close()
    return out


def test_arrow(path: Path) -> None:
    read = pq.read_table(path)
    assert read.to_pylist() == pa.concat_tables(GROUPS).to_pylist()
    assert read.schema.equals(readable(SCHEMA), check_metadata=True)
    assert pq.ParquetFile(path).num_row_groups == len(GROUPS)


def test_all_row_groups_at_once(path: Path) -> None:
    """Arrow makes no dictionaries of addresses within structs: it could not join those of several row groups."""
    assert pq.ParquetFile(path).read().to_pylist() == pa.concat_tables(GROUPS).to_pylist()
    assert pq.read_schema(path).field("ip").type.field("src").type == pa.string()


@pytest.mark.parametrize("column", ["n", "dotted.name", "ip.src", "dns.names", "never"])
def test_one_column(path: Path, column: str) -> None:
    """What is read without the rest is found where the footer says."""
    name, _, member = (column, "", "") if column in SCHEMA.names else column.partition(".")
    read, whole = pq.read_table(path, columns=[column]).column(0), pa.concat_tables(GROUPS)[name].to_pylist()
    if member:
        whole = [None if value is None else value[member] for value in whole]
    assert read.to_pylist() == whole


def test_statistics_count_nulls(path: Path) -> None:
    """Readers pass by a row group by them."""
    for i in range(len(GROUPS)):
        group = pq.ParquetFile(path).metadata.row_group(i)
        assert group.num_rows == 3
        nulls = [group.column(j).statistics.null_count for j in range(group.num_columns)]
        assert nulls[0] == GROUPS[i]["n"].null_count
        assert nulls[1] == GROUPS[i]["dotted.name"].null_count
        assert sum(group.column(j).total_compressed_size for j in range(group.num_columns)) > 0


def test_duckdb(path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    asked = f"select count(*), count(n), count(ip), count(ip.src), sum(len(dns.names)), count(never) from '{path}'"
    assert duckdb.connect().execute(asked).fetchone() == (12, 3, 4, 4, 6, 0)


def test_polars(path: Path) -> None:
    polars = pytest.importorskip("polars")
    found = polars.read_parquet(path)["ip"].struct.field("ttl").to_list()
    assert found == [None] * 3 + [1, None, None] + [None] * 3 + [1, None, None]


def test_no_rows(tmp_path: Path) -> None:
    file = ParquetFile(tmp_path / "none.parquet", SCHEMA)
    file.write_batch(pa.RecordBatch.from_pylist([], SCHEMA))
    file.close()
    assert pq.read_table(tmp_path / "none.parquet").schema.equals(readable(SCHEMA), check_metadata=True)


@traced()
def test_what_the_footer_says_of_row_groups_waits_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dissect.export.parquet.KEPT", 1 << 14)
    batch, count = table().to_batches()[0], 600

    def written() -> ParquetFile:
        file = ParquetFile(tmp_path / "t.parquet", SCHEMA, row_group=3)
        for _ in range(count):
            file.write_batch(batch)
        return file

    written()  # what is remembered once
    assert more(written)[1] < 1 << 16
    written().close()
    with open(tmp_path / "t.parquet", "rb") as file:
        file.seek(-8, 2)
        assert int.from_bytes(file.read(4), "little") > 1 << 17
    assert pq.read_table(tmp_path / "t.parquet").num_rows == 3 * count
