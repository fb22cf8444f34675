"""The analysis as Arrow tables: `paths`, `findings`, `datagrams`."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from dissect.pathmtu.model import Path, Report
from dissect.pathmtu.paths import BLOCK

WITNESS = pa.struct([("size", pa.int32()), ("packet", pa.int64()), ("why", pa.string())])

PATHS = pa.schema([
    ("source", pa.string()), ("destination", pa.string()), ("packets", pa.int64()), ("largest", pa.int32()),
    ("df", pa.int64()), ("delivered", WITNESS), ("lost", WITNESS), ("mss_announced", pa.int32()),
    ("mss_used", pa.int32()), ("too_big", pa.int32()), ("datagrams", pa.int32()), ("largest_fragment", pa.int32()),
    ("made_by", pa.string()), ("tunnels", pa.list_(pa.struct([("tunnel", pa.string()), ("overhead", pa.int32())]))),
])  # fmt: skip

FINDINGS = pa.schema([
    ("code", pa.string()), ("severity", pa.string()), ("title", pa.string()), ("source", pa.string()),
    ("destination", pa.string()), ("what", pa.string()), ("cause", pa.string()), ("remedy", pa.string()),
    ("references", pa.list_(pa.string())), ("filter", pa.string()),
    ("evidence", pa.list_(pa.struct([("packet", pa.int64()), ("why", pa.string())]))),
    ("values", pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))),
])  # fmt: skip

DATAGRAMS = pa.schema([
    ("source", pa.string()), ("destination", pa.string()), ("protocol", pa.uint8()), ("ident", pa.uint32()),
    ("packets", pa.list_(pa.int64())), ("offsets", pa.list_(pa.int32())), ("sizes", pa.list_(pa.int32())),
    ("length", pa.int32()), ("status", pa.string()), ("in_order", pa.bool_()),
    ("holes", pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))), ("overlaps", pa.bool_()),
    ("conflict", pa.bool_()), ("smallest", pa.int32()), ("largest", pa.int32()), ("span_ns", pa.int64()),
])  # fmt: skip


def paths(report: Report) -> pa.Table:
    """A row a path: `delivered.size` <= path MTU < `lost.size`."""

    def row(path: Path) -> dict[str, Any]:
        out = dataclasses.asdict(path)
        out["tunnels"] = [{"tunnel": name, "overhead": overhead} for name, overhead in path.tunnels.items()]
        return {name: out[name] for name in PATHS.names}

    rows = map(row, report.paths)
    parts = [pa.Table.from_pylist([], PATHS)]
    while some := list(itertools.islice(rows, BLOCK)):
        parts.append(pa.Table.from_pylist(some, PATHS))
    return pa.concat_tables(parts)


def findings(report: Report) -> pa.Table:
    """A row a finding, with its evidence."""
    rows = []
    for finding in report.findings:
        row = dataclasses.asdict(finding)
        row["values"] = [{"name": name, "value": str(value)} for name, value in finding.values.items()]
        row["references"] = list(finding.references)
        rows.append(row)
    return pa.Table.from_pylist(rows, FINDINGS)


def datagrams(report: Report) -> pa.Table:
    """A row a fragmented datagram."""
    return pa.Table.from_pylist(report.datagrams, DATAGRAMS)


TABLES: dict[str, Callable[[Report], pa.Table]] = {"paths": paths, "findings": findings, "datagrams": datagrams}
