"""Conversations: what two endpoints sent to each other, of each protocol that has addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.cells import as_text, constant, counts, filled, padded, thousandths
from dissect.passes.shelf import zeros
from dissect.stats.pairs import (
    KINDS,
    PORTS,
    STREAMS,
    Tally,
    address_cells,
    as_table,
    end_cells,
    first_time,
    gather,
    ports,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.engine.window import Positions
    from dissect.filters import Filter
    from dissect.library import Capture


def table(
    cap: Capture, where: Filter | None = None, kinds: Sequence[str] = KINDS, analysed: bool = True, **reading: Any
) -> pa.Table:
    """A row a conversation, the most bytes first.

    Endpoints A and B, packets and bytes in all and each way, start (s since the first packet), duration (s), bits a
    second each way.  A sent first, as in Wireshark; TCP's and UDP's are streams.  `kinds`: only of these protocols.
    `analysed`: also what the analysis says of TCP (see `analysis`) and of paths; the columns are empty otherwise.
    """
    found = gather(cap, where, kinds, **reading)
    parts = [_columns(kind, tally, first_time(cap), _order(tally)) for kind, tally in found.of.items() if tally.count]
    out = as_table(parts, _base())
    if not analysed:
        return empty_columns(out)
    from dissect.stats.analysis import with_analysis

    return with_analysis(cap, out, where)


def _order(tally: Tally) -> Positions:
    """A protocol's conversations in the order of the table."""
    row, size, begin = (zeros((tally.count,), np.int64) for _ in range(3))  # there may be many
    count = 0
    for at in range(0, tally.count, SLAB):
        here = slice(at, at + SLAB)
        some = np.flatnonzero((tally.packets[here].sum(1) > 0) & (tally.ends[here, 0, 0] > 0))
        there = slice(count, count := count + len(some))
        row[there] = at + some
        size[there], begin[there] = tally.bytes[here][some].sum(1), tally.first[here][some].min(1)
    np.negative(size, out=size)
    return row[:count][np.lexsort((begin[:count], size[:count]))]


def _columns(kind: str, tally: Tally, start: int, order: Positions) -> dict[str, Any]:
    """The columns of some conversations of a protocol; addresses are cells."""
    packets, size, ends = tally.packets[order], tally.bytes[order], tally.ends[order]
    begin, end = np.minimum(*tally.first[order].T), np.maximum(*tally.last[order].T)
    duration = (end - begin) / 1e9
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [np.where(duration > 0, 8 * size[:, way] / duration, np.nan) for way in (0, 1)]
    none = np.full(len(order), None)
    port = [ports(ends[:, way]) if kind in PORTS else none for way in (0, 1)]
    return {
        "type": np.full(len(order), kind, object), "address_a": address_cells(ends[:, 0]), "port_a": port[0],
        "address_b": address_cells(ends[:, 1]), "port_b": port[1], "stream": order if kind in STREAMS else none,
        "packets": packets[:, 0] + packets[:, 1], "bytes": size[:, 0] + size[:, 1], "packets_a_b": packets[:, 0],
        "bytes_a_b": size[:, 0], "packets_b_a": packets[:, 1], "bytes_b_a": size[:, 1],
        "start": (begin - start) / 1e9, "duration": duration, "bits_s_a_b": rates[0], "bits_s_b_a": rates[1],
    }  # fmt: skip


def _base() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([
        ("type", pa.string()), ("address_a", pa.string()), ("port_a", pa.int32()), ("address_b", pa.string()),
        ("port_b", pa.int32()), ("stream", pa.int64()), ("packets", pa.int64()), ("bytes", pa.int64()),
        ("packets_a_b", pa.int64()), ("bytes_a_b", pa.int64()), ("packets_b_a", pa.int64()), ("bytes_b_a", pa.int64()),
        ("start", pa.float64()), ("duration", pa.float64()), ("bits_s_a_b", pa.float64()), ("bits_s_b_a", pa.float64()),
    ])  # fmt: skip


def _more() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([
        ("retransmissions_a_b", pa.int64()), ("retransmissions_b_a", pa.int64()), ("rtt_median", pa.float64()),
        ("rtt_p95", pa.float64()), ("largest_segment_a_b", pa.int32()), ("largest_segment_b_a", pa.int32()),
        ("zero_windows_a_b", pa.int64()), ("zero_windows_b_a", pa.int64()), ("path_mtu", pa.list_(pa.string())),
    ])  # fmt: skip


def schema() -> pa.Schema:
    """The columns of `table`."""
    import pyarrow as pa

    return pa.schema([*_base(), *_more()])


def empty_columns(found: pa.Table) -> pa.Table:
    """The table with the columns of the analysis, empty."""
    import pyarrow as pa

    for column in _more():
        found = found.append_column(column, pa.nulls(len(found), column.type))
    return found


SLAB = 4096  # conversations of which texts are made at a time
ADDRESS = 45  # letters
COUNTS = {"packets": 9, "bytes": 13, "bytes_a_b": 13, "bytes_b_a": 13}  # and the letters of each
TIMES = {"start": 11, "duration": 11}
HEADS = f"{'packets':>9} {'bytes':>13} {'A→B':>13} {'B→A':>13} {'start':>11} {'duration':>11}"


def report(
    cap: Capture, where: Filter | None = None, kinds: Sequence[str] = KINDS, **reading: Any
) -> Iterator[str]:
    """The same of a capture as text, some lines at a time."""
    start = None
    for kind, tally in gather(cap, where, kinds, **reading).of.items():
        order = _order(tally) if tally.count else np.zeros(0, np.int64)
        if len(order):
            start = first_time(cap) if start is None else start
            yield f"{kind}: {len(order)} conversations\n  {'A':>45}   {'B':<45} {HEADS}\n"
            for at in range(0, len(order), SLAB):
                yield _rows(_columns(kind, tally, start, order[at : at + SLAB]))
            yield "\n"


def _rows(here: dict[str, Any]) -> str:
    a, b = (end_cells(here[f"address_{side}"], here[f"port_{side}"]) for side in "ab")
    columns = [padded(a, ADDRESS), constant(" ↔ ", len(a)), filled(b, ADDRESS)]
    for made, widths in ((counts, COUNTS), (thousandths, TIMES)):
        for name, width in widths.items():
            columns += [constant(" ", len(a)), padded(made(np.asarray(here[name])), width)]
    return as_text(constant("  ", len(a)), *columns)
