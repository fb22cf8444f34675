"""TCP stream graph, round-trip time: how long each acknowledged segment waited for its acknowledgment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.graphs import made, segments

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture


def table(cap: Capture, where: Filter | None = None, stream: int = 0, **reading: Any) -> pa.Table:
    """A row an acknowledgment: its packet, time (s), the side whose octets it acknowledges, the relative sequence
    number it acknowledges up to, the packet that carried these, and the time between (s).

    Raises KeyError where there is no such stream.
    """
    rows = [one for one in segments(cap, stream, **reading) if one.acks > 0 and one.rtt >= 0]
    return made({
        "packet": [one.packet for one in rows], "time": [one.time for one in rows],
        "side": [1 - one.side for one in rows], "sequence": [one.ack for one in rows],
        "acknowledges": [one.acks for one in rows], "rtt": [one.rtt for one in rows],
    })  # fmt: skip
