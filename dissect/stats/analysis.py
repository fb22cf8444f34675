"""What the analysis of TCP says of each connection, and what the path-MTU examination says of its path.

Retransmissions (of all three kinds), round-trip times of acknowledgments, the largest segment, zero windows.  Round
trips are kept to a bound: beyond it each second one is let go, and the quantiles are of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.layers.tcp_rules import FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS, ZERO
from dissect.passes.analysis import AnalysisPass

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

REPEATED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS
MOST_SAMPLES = 1 << 22
WAYS = ("a_b", "b_a")


class Totals:
    """Of each side of a stream: retransmissions, zero windows, the largest segment; of each stream its round trips."""

    def __init__(self, sides: int) -> None:
        self.repeated, self.zero = (np.zeros(sides, np.int64) for _ in range(2))
        self.largest = np.zeros(sides, np.int64)
        self._streams, self._times = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self._every = 1

    def take(self, side: Any, size: Any, flags: Any, rtt: Any) -> None:
        """The segments of a chunk."""
        np.add.at(self.repeated, side[flags & REPEATED > 0], 1)
        np.add.at(self.zero, side[flags & ZERO > 0], 1)
        np.maximum.at(self.largest, side, size)
        some = np.flatnonzero(rtt >= 0)[:: self._every]
        self._streams = np.concatenate([self._streams, (side[some] >> 1).astype(np.int32)])
        self._times = np.concatenate([self._times, (rtt[some] / 1e9).astype(np.float32)])
        if len(self._times) > MOST_SAMPLES:
            self._streams, self._times = self._streams[::2].copy(), self._times[::2].copy()
            self._every *= 2

    def quantiles(self, count: int) -> tuple[Any, Any]:
        """Median and 95th percentile of each stream's round trips (s); not a number where there is none."""
        order = np.lexsort((self._times, self._streams))
        times, number = self._times[order].astype(float), np.bincount(self._streams, minlength=count)[:count]
        begin = np.concatenate([[0], np.cumsum(number)])[:-1]
        out = []
        for part in (0.5, 0.95):
            if not len(times):
                out.append(np.full(count, np.nan))
                continue
            place = begin + part * (number - 1).clip(min=0)
            low = np.floor(place).astype(np.int64).clip(max=len(times) - 1)
            high = np.minimum(np.ceil(place).astype(np.int64), len(times) - 1)
            value = times[low] + (times[high] - times[low]) * (place - low)
            out.append(np.where(number > 0, value, np.nan))
        return out[0], out[1]


def totals(cap: Capture, where: Filter | None = None) -> Totals:
    """Go over the capture's TCP segments, or over those that a filter lets through."""
    cap.streams.upto(len(cap))
    out = Totals(2 * cap.streams.of["tcp"].count)
    analysis: AnalysisPass = cap.streams.analysis
    chunks = where.chunks(cap) if where else ((chunk, None) for chunk in cap.source.chunks())
    for chunk, rows in chunks:
        found = analysis.judged(chunk) if len(chunk) else None
        if found is None:
            continue
        table, told = found
        some = np.arange(len(table["side"])) if rows is None else np.flatnonzero(np.isin(table["row"], rows))
        out.take(table["side"][some], table["size"][some], told.flags[some], told.rtt[some])
    return out


def with_analysis(cap: Capture, found: pa.Table, where: Filter | None = None) -> pa.Table:
    """Conversations with the columns that only an analysis can fill."""
    import pyarrow as pa

    kinds = np.array(found["type"].to_pylist(), object)
    rows = np.flatnonzero(kinds == "tcp")
    columns: dict[str, Any] = {}
    if len(rows):
        seen = totals(cap, where)
        stream = np.array(found["stream"].take(rows).to_pylist(), np.int64)
        flipped = cap.streams.of["tcp"].opener[stream]
        for way, name in enumerate(WAYS):
            side = stream * 2 + (flipped ^ way)
            columns[f"retransmissions_{name}"] = seen.repeated[side]
            columns[f"largest_segment_{name}"], columns[f"zero_windows_{name}"] = seen.largest[side], seen.zero[side]
        median, p95 = seen.quantiles(len(seen.largest) >> 1)
        columns["rtt_median"], columns["rtt_p95"] = median[stream], p95[stream]
    from dissect.stats.conversations import schema

    for column in list(schema())[found.num_columns :]:
        if column.name == "path_mtu":
            values = pa.array(path_findings(cap, found), column.type)
        elif len(rows):
            full = np.full(len(found), np.nan)
            full[rows] = columns[column.name]
            values = pa.array(full, pa.float64(), from_pandas=True).cast(column.type)
        else:
            values = pa.nulls(len(found), column.type)
        found = found.append_column(column, values)
    return found


def path_findings(cap: Capture, found: pa.Table) -> list[list[str] | None]:
    """The codes of what the path-MTU examination finds between the addresses of each conversation."""
    from dissect.pathmtu import analyse

    codes: dict[frozenset[str], list[str]] = {}
    for finding in analyse(cap).findings:
        codes.setdefault(frozenset((finding.source, finding.destination)), []).append(finding.code)
    pairs = zip(found["type"].to_pylist(), found["address_a"].to_pylist(), found["address_b"].to_pylist(), strict=True)
    return [
        None if kind == "eth" else sorted(set(codes.get(frozenset((a, b)), ()))) for kind, a, b in pairs
    ]
