"""The full table made of the values that there are is the one made of Arrow's arrays, statistics and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import dissect
from dissect.export import tables
from dissect.export.parquet import ParquetFile
from dissect.export.tables import Choice, Tables
from tests.corpus import SAMPLES

FILES = "tour.pcapng", "dns-fragments.pcap", "tunnel-gre-ptb.pcap", "tls-h2.pcapng", "any-interface.pcap"


def facts(path: Path) -> list[Any]:
    """What a file says of each piece of a column but how well it was compressed."""
    told = pq.ParquetFile(path).metadata
    groups = [told.row_group(i) for i in range(told.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    statistics = [None if "time" in one.path_in_schema else one.statistics.to_dict() for one in columns]
    names = [(one.path_in_schema, one.physical_type, one.num_values, one.total_uncompressed_size) for one in columns]
    return [*zip(names, statistics, strict=True)]


@pytest.mark.parametrize("occurrence", ["first", "last"])
@pytest.mark.parametrize("file", FILES)
def test_it_is_the_same(file: str, occurrence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK", 16)  # some batches lack what others have
    with dissect.open(SAMPLES / file) as cap:
        files: list[ParquetFile] = []
        for stretch in Tables(cap).stretches(Choice("parquet", occurrence=occurrence)):
            assert stretch.whole is not None
            made = stretch.make(), stretch.whole()
            if not files:
                files = [ParquetFile(tmp_path / name, made[0].schema, 40) for name in ("made", "whole")]
            for writer, batch in zip(files, made, strict=True):
                writer.write_batch(batch)
    for writer in files:
        writer.close()
    one, other = (pq.read_table(tmp_path / name) for name in ("made", "whole"))
    assert one.num_rows and one.equals(other) and one.schema.equals(other.schema, check_metadata=True)
    assert facts(tmp_path / "made") == facts(tmp_path / "whole")


def test_who_wants_more_than_one_value_gets_arrow(tmp_path: Path) -> None:
    with dissect.open(SAMPLES / "dns-fragments.pcap") as cap:
        for choice in (Choice("parquet", occurrence="all"), Choice("parquet", raw_addresses=True), Choice("csv")):
            assert [stretch.whole for stretch in Tables(cap).stretches(choice)] == [None]
