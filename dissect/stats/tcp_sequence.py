"""TCP stream graph, time and sequence: which octets were sent, acknowledged and allowed when (as tcptrace draws it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.graphs import ACK, made, segments

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture


def table(cap: Capture, where: Filter | None = None, stream: int = 0, **reading: Any) -> pa.Table:
    """A row a segment: packet, time (s), side; relative sequence numbers where it begins and ends; what it acknowledges
    of the other side, and how far that may send.  Raises KeyError where there is no such stream."""
    rows = list(segments(cap, stream, **reading))
    acks = [one.ack if one.flags & ACK else -1 for one in rows]
    return made({
        "packet": [one.packet for one in rows], "time": [one.time for one in rows], "side": [one.side for one in rows],
        "sequence": [one.seq for one in rows], "end": [one.end for one in rows],
        "length": [one.size for one in rows], "acknowledged": acks,
        "allowed": [-1 if ack < 0 else ack + one.window for ack, one in zip(acks, rows, strict=True)],
    })  # fmt: skip
