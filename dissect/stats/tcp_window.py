"""TCP stream graph, window scaling: the window each side offers, and what the other has in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.graphs import made, segments

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture


def table(cap: Capture, where: Filter | None = None, stream: int = 0, **reading: Any) -> pa.Table:
    """A row a segment: packet, time (s), side; the window that it offers (scaled, in bytes), and, if it carries octets,
    its side's bytes in flight.  Raises KeyError where there is no such stream."""
    rows = list(segments(cap, stream, **reading))
    return made({
        "packet": [one.packet for one in rows], "time": [one.time for one in rows], "side": [one.side for one in rows],
        "window": [one.window for one in rows], "in_flight": [one.in_flight for one in rows],
    })  # fmt: skip
