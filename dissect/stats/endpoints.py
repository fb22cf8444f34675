"""Endpoints: what each address, and each port of it, sent and received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.cells import as_texts, constant, counts, filled, padded
from dissect.engine.window import as_words, grouped, mixed
from dissect.stats.pairs import KINDS, PORTS, Tally, address_texts, end_cells, gather, ports

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

COUNTS = ("packets", "bytes", "packets_sent", "bytes_sent", "packets_received", "bytes_received")


def table(cap: Capture, where: Filter | None = None, kinds: Sequence[str] = KINDS, **reading: Any) -> pa.Table:
    """A row an endpoint, the most bytes first: packets and bytes in all, sent, and received."""
    import pyarrow as pa

    schema = pa.schema([
        ("type", pa.string()), ("address", pa.string()), ("port", pa.int32()), *((name, pa.int64()) for name in COUNTS),
    ])  # fmt: skip
    found = gather(cap, where, kinds, **reading)
    parts = [_columns(kind, tally) for kind, tally in found.of.items() if tally.count]
    made = [
        pa.Table.from_arrays([pa.array(part[one.name], one.type, from_pandas=True) for one in schema], schema=schema)
        for part in parts
    ]
    return pa.concat_tables(made) if made else schema.empty_table()


def _columns(kind: str, tally: Tally) -> dict[str, Any]:
    some = np.flatnonzero((tally.packets.sum(axis=1) > 0) & (tally.ends[:, 0, 0] > 0))
    ends = np.concatenate([tally.ends[some, 0], tally.ends[some, 1]])
    _, first, number = grouped(mixed(*as_words(ends).T))

    def total(counts: Any, sent: int) -> Any:
        ways = np.concatenate([counts[some, 1 - sent], counts[some, sent]])
        return np.bincount(number, ways.astype(float), len(first)).astype(np.int64)

    sent, out = total(tally.packets, 1), total(tally.bytes, 1)
    received, back = total(tally.packets, 0), total(tally.bytes, 0)
    ends = ends[first]
    names = address_texts(ends)
    port = ports(ends)
    most = sorted(range(len(first)), key=lambda i: (-int(out[i] + back[i]), names[i], int(port[i])))
    order = np.array(most, np.int64)
    totals = (sent + received, out + back, sent, out, received, back)
    return {
        "type": np.full(len(order), kind, object), "address": [names[i] for i in order.tolist()],
        "port": port[order] if kind in PORTS else np.full(len(order), None),
        **{name: count[order] for name, count in zip(COUNTS, totals, strict=True)},
    }  # fmt: skip


def text(found: pa.Table) -> Iterator[str]:
    """A block for each protocol."""
    kinds = np.array(found["type"].to_pylist(), object)
    for kind in KINDS:
        here = np.flatnonzero(kinds == kind)
        if len(here):
            yield f"{kind}: {len(here)} endpoints"
            yield f"  {'endpoint':<47} {'packets':>10} {'bytes':>14} {'sent':>14} {'received':>14}"
            yield from _rows(found.slice(int(here[0]), len(here)).to_pydict())  # those of a protocol stand together
            yield ""


def _rows(here: dict[str, Any]) -> list[str]:
    columns = [filled(end_cells(here["address"], here["port"]), 47)]
    for name, width in {"packets": 10, "bytes": 14, "bytes_sent": 14, "bytes_received": 14}.items():
        columns += [constant(" ", len(here[name])), padded(counts(np.array(here[name])), width)]
    return as_texts(constant("  ", len(columns[0])), *columns)
