"""I/O over time: packets and bytes in equal intervals, of all packets and of those that each filter lets through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.record import NO_TIME

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

NANOSECONDS = 1_000_000_000
STEPS = (1, 2, 5)  # lengths of intervals that are easy to read: these, times powers of ten
WANTED = 120  # intervals, where no length is given
MOST = 1_000_000
ALL = "all packets"
LEVELS = " ▁▂▃▄▅▆▇█"
HEIGHT, WIDEST = 8, 6  # lines of a plot, columns of a value


def table(
    cap: Capture,
    where: Filter | None = None,
    interval: float | None = None,
    series: Sequence[Filter] = (),
    **reading: Any,
) -> pa.Table:
    """A row an interval and series: begin and end (s since the first packet), packets, bytes.

    `interval` in seconds; left out: a length that makes about a hundred.  `series`: a display filter each; `where`
    chooses the packets that are counted at all.  Raises ValueError where there would be too many intervals.
    """
    import pyarrow as pa

    begin, end = _span(cap)
    length = int(interval * NANOSECONDS) if interval is not None else _length(end - begin)
    if length <= 0:
        raise ValueError("an interval is longer than 0 seconds")
    count = (end - begin) // length + 1 if end >= begin else 0
    if count > MOST:
        raise ValueError(f"{count:,} intervals of {length / NANOSECONDS:g} s; at most {MOST:,} can be counted")
    names = [ALL if where is None else where.text, *(one.text for one in series)]
    packets, octets = (np.zeros((len(names), count), np.int64) for _ in range(2))
    for chunk in cap.source.chunks(**reading):
        if not len(chunk):
            continue
        rows = np.arange(len(chunk)) if where is None else where.rows(cap, chunk)
        rows = rows[chunk.time[rows] != NO_TIME]
        for number in range(len(names)):
            mine = rows if not number else np.intersect1d(rows, series[number - 1].rows(cap, chunk))
            at = (chunk.time[mine] - begin) // length
            packets[number] += np.bincount(at, minlength=count)
            octets[number] += np.bincount(at, chunk.origlen[mine], count).astype(np.int64)
    edges = np.arange(count + 1) * (length / NANOSECONDS)
    return pa.table({
        "series": pa.array(np.repeat(np.array(names, object), count), pa.string()),
        "start": np.tile(edges[:-1], len(names)), "end": np.tile(edges[1:], len(names)),
        "packets": packets.reshape(-1), "bytes": octets.reshape(-1),
    })  # fmt: skip


def _span(cap: Capture) -> tuple[int, int]:
    """The first and the last time of a capture, in whatever order its packets are."""
    begin, end = 1 << 62, -(1 << 62)
    for chunk in cap.source.chunks():
        time = chunk.time[chunk.time != NO_TIME]
        if len(time):
            begin, end = min(begin, int(time.min())), max(end, int(time.max()))
    return begin, end


def _length(span: int) -> int:
    """An interval that is easy to read and makes about as many as are wanted."""
    ten = 1000  # ns
    while ten < 10 * max(span, 1):
        for step in STEPS:
            if step * ten * WANTED >= span:
                return step * ten
        ten *= 10
    return ten


def text(found: pa.Table) -> Iterator[str]:
    """A plot of each series: packets a interval; above it the most, below it the times."""
    width = max(shutil.get_terminal_size((100, 24)).columns - 12, 20)
    names = np.array(found["series"].to_pylist(), object)
    for name in dict.fromkeys(names.tolist()):
        here = found.take(np.flatnonzero(names == name))
        packets, octets = (np.array(here[column].to_pylist(), np.int64) for column in ("packets", "bytes"))
        length = here["end"][0].as_py() - here["start"][0].as_py()
        yield f"{name}: {packets.sum():,} packets, {octets.sum():,} bytes, packets in {length:g} s"
        yield from plot(packets, width, here["end"][-1].as_py())
        yield ""


def plot(values: Any, width: int, last: float) -> Iterator[str]:
    """Values as columns of blocks with axes; where there are more than fit, the greatest of several."""
    merged = -(-len(values) // width)
    padded = np.concatenate([values, np.zeros(-len(values) % merged, values.dtype)]).reshape(-1, merged).max(axis=1)
    most = max(int(padded.max(initial=0)), 1)
    eighths = np.ceil(padded * (8 * HEIGHT / most)).astype(int).repeat(max(min(width // len(padded), WIDEST), 1))
    for line in range(HEIGHT - 1, -1, -1):
        label = f"{most:>9,} ┤" if line == HEIGHT - 1 else f"{0:>9} ┤" if not line else f"{'':>9} │"
        yield (label + "".join(LEVELS[min(max(n - 8 * line, 0), 8)] for n in eighths.tolist())).rstrip()
    ends = f"0{f'{last:g} s':>{max(len(eighths) - 1, 1)}}"
    yield f"{'':>10}└{'─' * len(eighths)}"
    yield f"{'':>11}{ends}"
