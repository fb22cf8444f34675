"""Endpoints: what each address, and each port of it, sent and received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.cells import as_text, as_texts, constant, counts, filled, padded
from dissect.engine.window import as_words, grouped, mixed
from dissect.stats.pairs import KINDS, PORTS, Tally, address_cells, as_table, end_cells, gather, ports

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
    return as_table(_parts(cap, where, kinds, reading), schema)


def _parts(cap: Capture, where: Filter | None, kinds: Sequence[str], reading: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of each protocol's endpoints; addresses are cells."""
    found = gather(cap, where, kinds, **reading)
    return [_columns(kind, tally) for kind, tally in found.of.items() if tally.count]


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
    addresses = address_cells(ends)
    names = as_texts(addresses)
    port = ports(ends)
    most = sorted(range(len(first)), key=lambda i: (-int(out[i] + back[i]), names[i], int(port[i])))
    order = np.array(most, np.int64)
    totals = (sent + received, out + back, sent, out, received, back)
    return {
        "type": np.full(len(order), kind, object), "address": addresses[order],
        "port": port[order] if kind in PORTS else np.full(len(order), None),
        **{name: count[order] for name, count in zip(COUNTS, totals, strict=True)},
    }  # fmt: skip


def report(cap: Capture, where: Filter | None = None, kinds: Sequence[str] = KINDS, **reading: Any) -> Iterator[str]:
    """A block for each protocol, as text."""
    heads = f"  {'endpoint':<47} {'packets':>10} {'bytes':>14} {'sent':>14} {'received':>14}"
    for part in _parts(cap, where, kinds, reading):
        yield f"{part['type'][0]}: {len(part['type'])} endpoints\n{heads}\n{_rows(part)}\n"


def _rows(here: dict[str, Any]) -> str:
    columns = [filled(end_cells(here["address"], here["port"]), 47)]
    for name, width in {"packets": 10, "bytes": 14, "bytes_sent": 14, "bytes_received": 14}.items():
        columns += [constant(" ", len(here[name])), padded(counts(here[name]), width)]
    return as_text(constant("  ", len(columns[0])), *columns)
