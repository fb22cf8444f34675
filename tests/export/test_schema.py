"""The schema is a promise: what docs/schema.md lists stays as it is within a version, and every reader reads it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from dissect.cli import main
from dissect.export.document import markdown, shown
from dissect.export.schema import VERSION
from dissect.layers import builtin
from tests.corpus import ROOT, SAMPLES

ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|", re.M)


def columns(document: str) -> dict[tuple[str, str], str]:
    """(table, column) -> type."""
    out: dict[tuple[str, str], str] = {}
    for part in re.split(r"^## ", document, flags=re.M)[1:]:
        out.update({(part.split(maxsplit=1)[0], name): kind for name, kind in ROW.findall(part)})
    return out


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lake")
    files = [str(SAMPLES / name) for name in ("tour.pcapng", "dns-fragments.pcap")]
    tables = "packets,flows,expert,dns,http,tls,dhcp,paths,findings,datagrams"
    assert main(["export", *files, "-o", str(out), "--tables", tables, "--quiet", "--partition", "date"]) == 0
    return out


def test_no_column_changes_without_a_new_version() -> None:
    document = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    promised = re.search(r"Schema version (\S+)", document)
    assert promised
    if promised[1] == VERSION:
        now = columns("\n".join(markdown(builtin())))
        broken = {at: (kind, now.get(at)) for at, kind in columns(document).items() if now.get(at) != kind}
        assert not broken, "make VERSION of dissect/export/schema.py one more, then write docs/schema.md again"


def test_files_have_the_schema_that_is_documented(lake: Path) -> None:
    documented = columns("\n".join(markdown(builtin())))
    for name in ("tour.pcapng.parquet", "dns-fragments.pcap.parquet"):
        found: dict[tuple[str, str], str] = {}
        for path in lake.glob(f"*/*/{name}"):
            table, schema = path.relative_to(lake).parts[0], pq.read_schema(path)
            assert schema.metadata[b"pcap_dissect.schema"] == VERSION.encode()
            for field in schema:
                for member in field.type if table == "packets" else [field]:
                    full = f"{field.name}.{member.name}" if table == "packets" else member.name
                    found[table, full] = shown(member.type).replace("<element: ", "<item: ")
        there = {table for table, _ in found}
        assert {"packets", "flows", "paths"} <= there
        assert found == {at: kind for at, kind in documented.items() if at[0] in there}


QUERY = "SELECT ip.src AS src, count(*) AS n FROM read_parquet('{}/packets/**/*.parquet') WHERE ip.src IS NOT NULL"


def by_arrow(lake: Path) -> dict[str, int]:
    # structs one by one: a whole schema of this width is asked for by nobody
    table = ds.dataset(lake / "packets", partitioning="hive").to_table(columns={"src": ds.field("ip", "src")})
    counts = table["src"].cast(pa.string()).drop_null().value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in counts}


def test_duckdb_reads_it(lake: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert dict(duckdb.sql(QUERY.format(lake) + " GROUP BY ALL").fetchall()) == by_arrow(lake)


def test_polars_reads_it(lake: Path) -> None:
    polars = pytest.importorskip("polars")
    source = polars.scan_parquet(lake / "packets" / "**" / "*.parquet", hive_partitioning=True)
    found = source.select(polars.col("ip").struct.field("src").cast(str)).collect()["src"].drop_nulls().value_counts()
    assert dict(found.iter_rows()) == by_arrow(lake)
    assert source.select("date").collect().height > 0


def test_pandas_reads_it(lake: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(lake / "packets", columns=["ip"])
    counts = frame["ip"].dropna().map(lambda one: one["src"]).value_counts()
    assert counts.to_dict() == by_arrow(lake)


def test_spark_has_all_its_types(lake: Path) -> None:
    """What Spark's Parquet reader takes: no unsigned 64-bit dictionaries, no intervals, no fixed-size lists."""

    def leaves(kind: pa.DataType) -> list[pa.DataType]:
        if pa.types.is_struct(kind):
            return [leaf for field in kind for leaf in leaves(field.type)]
        return leaves(kind.value_type) if pa.types.is_list(kind) or pa.types.is_dictionary(kind) else [kind]

    for path in lake.rglob("*.parquet"):
        for field in pq.read_schema(path):
            for kind in leaves(field.type):
                assert not (pa.types.is_null(kind) or pa.types.is_float16(kind) or pa.types.is_fixed_size_list(kind))


@pytest.mark.parametrize("occurrence", ["first", "all"])
def test_no_packets_have_the_schema_too(tmp_path: Path, occurrence: str) -> None:
    from dissect.capture import PcapWriter

    for name, packets in (("none", []), ("some", [bytes(60)])):
        with PcapWriter(tmp_path / f"{name}.pcap", linktype=1) as writer:
            for data in packets:
                writer.write(0, data)
        out = str(tmp_path / f"{name}.parquet")
        assert main(["export", str(tmp_path / f"{name}.pcap"), "-o", out, "--occurrence", occurrence]) == 0
    assert pq.read_schema(tmp_path / "none.parquet").equals(pq.read_schema(tmp_path / "some.parquet"))


def test_outlines_tell_of_columns_what_fields_do() -> None:
    """So that no layer is imported only because the table has a column for it."""
    registry, seen = builtin(), set[str]()
    for one in registry.outlines:
        for name, label, unit, kind, size in one.columns:
            field = registry.fields[name][0]
            told = (label, unit, kind, size)
            assert name in seen or told == (field.label, field.unit, field.type.kind, field.type.size), name
            seen.add(name)


def test_the_table_imports_layers_on_the_way_only(tmp_path: Path) -> None:
    code = f"""
import sys
from dissect.cli import main
main(["export", "--quiet", {str(SAMPLES / "pmtud-v4.pcap")!r}, "-o", {str(tmp_path / "out.parquet")!r}])
print(sum(name.startswith("dissect.layers.") for name in sys.modules))
"""
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    counts = [
        int(subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True).stdout)
        for _ in range(2)
    ]
    assert counts[1] < counts[0] / 2  # at first nothing was kept
