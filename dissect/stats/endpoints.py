"""Endpoints: what each address, and each port of it, sent and received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dissect.stats.conversations import end
from dissect.stats.pairs import KINDS, End, gather

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an endpoint, the most bytes first: packets and bytes in all, sent, and received."""
    import pyarrow as pa

    counts: dict[tuple[str, End], list[int]] = {}
    for (kind, _, sender, receiver), sent in gather(cap, where, **reading).found.items():
        for one, at in ((sender, 0), (receiver, 2)):
            row = counts.setdefault((kind, one), [0, 0, 0, 0])
            row[at], row[at + 1] = row[at] + sent.packets, row[at + 1] + sent.bytes
    rows: list[dict[str, Any]] = [
        {
            "type": kind, "address": one.text(), "port": one.port if one.port >= 0 else None,
            "packets": sent + received, "bytes": out + back, "packets_sent": sent, "bytes_sent": out,
            "packets_received": received, "bytes_received": back,
        }
        for (kind, one), (sent, out, received, back) in counts.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (KINDS.index(row["type"]), -row["bytes"], row["address"], row["port"] or 0))
    return pa.Table.from_pylist(rows, pa.schema([
        ("type", pa.string()), ("address", pa.string()), ("port", pa.int32()), ("packets", pa.int64()),
        ("bytes", pa.int64()), ("packets_sent", pa.int64()), ("bytes_sent", pa.int64()),
        ("packets_received", pa.int64()), ("bytes_received", pa.int64()),
    ]))  # fmt: skip


def text(found: pa.Table) -> Iterator[str]:
    """A block for each protocol."""
    rows = found.to_pylist()
    for kind in KINDS:
        here = [row for row in rows if row["type"] == kind]
        if not here:
            continue
        yield f"{kind}: {len(here)} endpoints"
        yield f"  {'endpoint':<47} {'packets':>10} {'bytes':>14} {'sent':>14} {'received':>14}"
        for row in here:
            yield (
                f"  {end(row['address'], row['port']):<47} {row['packets']:>10,} {row['bytes']:>14,} "
                f"{row['bytes_sent']:>14,} {row['bytes_received']:>14,}"
            )
        yield ""
