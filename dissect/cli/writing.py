"""Writing packets of a capture to another file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture


def write_packets(
    capture: Capture, path: str, numbers: list[range] | None, count: int | None, where: Filter | None = None,
    comments: Mapping[int, str] | None = None,
) -> int:  # fmt: skip
    """Write packets (all, or those in `numbers` that pass `where`; at most `count`) to `path`; how many were written.

    pcapng where the name ends so or the capture is pcapng, else pcap; comments, interfaces and nanoseconds are kept.
    `comments` are put on packets, by number.
    """
    from dissect.capture import PcapngWriter, PcapWriter
    from dissect.edit.outputs import put
    from dissect.edit.steps import Part

    source = capture.source
    pcapng = path.endswith((".pcapng", ".ntar")) or (source.format == "pcapng" and not path.endswith((".pcap", ".cap")))
    writer_type = PcapngWriter if pcapng else PcapWriter
    last = max((r.stop - 1 for r in numbers), default=0) if numbers else None
    written = 0
    with writer_type(path, source=source) as writer:
        for chunk in source.chunks():
            mine = np.arange(chunk.first + 1, chunk.first + 1 + len(chunk))
            keep = np.ones(len(chunk), bool)
            if numbers is not None:
                keep = np.zeros(len(chunk), bool)
                for wanted in numbers:
                    keep |= (mine >= wanted.start) & (mine < wanted.stop)
            rows = np.flatnonzero(keep)
            if where is not None:
                rows = np.intersect1d(rows, where.rows(capture, chunk)) if len(chunk) else rows
            if count is not None:
                rows = rows[: count - written]
            first = chunk.first + 1
            said = {n - first: [text] for n, text in (comments or {}).items() if first <= n < first + len(chunk)}
            put(writer, Part(capture, chunk, rows, said))
            written += len(rows)
            if (count is not None and written >= count) or (last is not None and mine[-1] >= last):
                break
    return written


def write_rows(
    capture: Capture, path: str, rows: NDArray[np.int64] | None, comments: Mapping[int, str] | None = None
) -> int:
    """Write some packets (numbers less 1; None: all), in the order of capture, to `path`; how many.

    `comments` (number → text) are put on packets; only pcapng has them.

    Raises OSError, CaptureError.
    """
    if rows is None:
        return write_packets(capture, path, None, None, comments=comments)
    numbers = np.unique(rows) + 1
    ends = np.flatnonzero(np.diff(numbers, append=-1) != 1)
    starts = np.concatenate([[0], ends[:-1] + 1])
    runs = [range(int(numbers[a]), int(numbers[b]) + 1) for a, b in zip(starts, ends, strict=True)] if len(rows) else []
    return write_packets(capture, path, runs or [range(0)], None, comments=comments)
