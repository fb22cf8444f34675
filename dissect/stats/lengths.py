"""Packet lengths, in Wireshark's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

EDGES = np.array([0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 1 << 62])


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row a class of lengths (bytes on the wire): count, average, least, greatest, rate (packets a second), share."""
    import pyarrow as pa

    count = np.zeros(len(EDGES) - 1, np.int64)
    total, least, most = count.copy(), count + (1 << 62), count.copy()
    first, last = 1 << 62, -(1 << 62)
    for chunk, _ in cap.columns([], where=where, **reading):
        size = np.asarray(chunk.origlen, np.int64)
        kind = np.searchsorted(EDGES, size, "right") - 1
        count += np.bincount(kind, minlength=len(count))
        np.add.at(total, kind, size)
        np.minimum.at(least, kind, size)
        np.maximum.at(most, kind, size)
        first, last = min(first, int(chunk.time.min())), max(last, int(chunk.time.max()))
    seconds = max(last - first, 0) / 1e9 if count.sum() else 0.0
    names = [f"{a}-{b - 1}" for a, b in zip(EDGES[:-2].tolist(), EDGES[1:-1].tolist(), strict=True)]
    everything = max(int(count.sum()), 1)
    rows = [
        {
            "length": name,
            "count": n,
            "average": t / n if n else 0.0,
            "minimum": low if n else 0,
            "maximum": high,
            "rate": n / seconds if seconds else 0.0,
            "percent": 100 * n / everything,
        }
        for name, n, t, low, high in zip(
            [*names, f"{EDGES[-2]} and greater"],
            *(a.tolist() for a in (count, total, least, most)),
            strict=True,
        )
    ]
    return pa.Table.from_pylist(rows)
