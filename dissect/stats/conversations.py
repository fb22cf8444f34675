"""Conversations: what two endpoints sent to each other, of each protocol that has addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dissect.stats.pairs import KINDS, End, Sent, gather

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row a conversation, the most bytes first.

    Endpoints A and B, packets and bytes in all and each way, start (s since the first packet), duration (s), bits a
    second each way.  A sent first, as in Wireshark; TCP's and UDP's are streams.
    """
    import pyarrow as pa

    pairs = gather(cap, where, **reading)
    both: dict[tuple[str, int, End, End], list[Sent]] = {}
    for (kind, stream, sender, receiver), sent in sorted(pairs.found.items(), key=lambda item: item[1].first):
        back = both.get((kind, stream, receiver, sender))
        if back is not None and sender != receiver:
            back[1] = sent
        else:
            both[kind, stream, sender, receiver] = [sent, Sent()]
    rows = [_row(key, ways, pairs.start) for key, ways in both.items()]
    rows.sort(key=lambda row: (KINDS.index(row["type"]), -row["bytes"], row["start"]))
    return pa.Table.from_pylist(rows, schema())


def schema() -> pa.Schema:
    """The columns of `table`."""
    import pyarrow as pa

    return pa.schema([
        ("type", pa.string()), ("address_a", pa.string()), ("port_a", pa.int32()), ("address_b", pa.string()),
        ("port_b", pa.int32()), ("stream", pa.int64()), ("packets", pa.int64()), ("bytes", pa.int64()),
        ("packets_a_b", pa.int64()), ("bytes_a_b", pa.int64()), ("packets_b_a", pa.int64()), ("bytes_b_a", pa.int64()),
        ("start", pa.float64()), ("duration", pa.float64()), ("bits_s_a_b", pa.float64()), ("bits_s_b_a", pa.float64()),
    ])  # fmt: skip


def _row(key: tuple[str, int, End, End], ways: list[Sent], start: int) -> dict[str, Any]:
    kind, stream, a, b = key
    forth, back = ways
    ports = kind in ("tcp", "udp")
    begin = min(forth.first, back.first)
    duration = (max(forth.last, back.last) - begin) / 1e9
    return {
        "type": kind, "address_a": a.text(), "port_a": a.port if ports else None, "address_b": b.text(),
        "port_b": b.port if ports else None, "stream": stream if ports else None,
        "packets": forth.packets + back.packets, "bytes": forth.bytes + back.bytes,
        "packets_a_b": forth.packets, "bytes_a_b": forth.bytes, "packets_b_a": back.packets, "bytes_b_a": back.bytes,
        "start": (begin - start) / 1e9, "duration": duration,
        "bits_s_a_b": 8 * forth.bytes / duration if duration else None,
        "bits_s_b_a": 8 * back.bytes / duration if duration else None,
    }  # fmt: skip


def text(found: pa.Table) -> Iterator[str]:
    """A block for each protocol."""
    rows = found.to_pylist()
    for kind in KINDS:
        here = [row for row in rows if row["type"] == kind]
        if not here:
            continue
        yield f"{kind}: {len(here)} conversations"
        counts = f"{'packets':>9} {'bytes':>13} {'A→B':>13} {'B→A':>13} {'start':>11} {'duration':>11}"
        yield f"  {'A':>45}   {'B':<45} {counts}"
        for row in here:
            a, b = (end(row[f"address_{side}"], row[f"port_{side}"]) for side in "ab")
            yield (
                f"  {a:>45} ↔ {b:<45} {row['packets']:>9,} {row['bytes']:>13,} {row['bytes_a_b']:>13,} "
                f"{row['bytes_b_a']:>13,} {row['start']:>11.3f} {row['duration']:>11.3f}"
            )
        yield ""


def end(address: str, port: int | None) -> str:
    """`192.0.2.1:80`, `[2001:db8::1]:80`."""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
