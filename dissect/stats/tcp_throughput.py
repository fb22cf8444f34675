"""TCP stream graph, throughput: how much each side sent, and had acknowledged, in the last second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.stats.graphs import ACK, Sent, made, segments, within

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

WINDOW = 1.0  # seconds that are averaged over


def table(
    cap: Capture, where: Filter | None = None, stream: int = 0, interval: float | None = None, **reading: Any
) -> pa.Table:
    """A row a segment with octets: packet, time (s), side, length; bits a second sent by its side up to it, and bits a
    second of these that were acknowledged (goodput); over a second, or the `interval` given.

    Raises KeyError where there is no such stream.
    """
    window = interval or WINDOW
    rows = list(segments(cap, stream, **reading))
    out: list[tuple[Sent, float, float]] = []
    for side in (0, 1):
        sent = [one for one in rows if one.side == side and one.size]
        times = np.maximum.accumulate(np.array([one.time for one in sent])) if sent else np.zeros(0)
        rate = 8 * within(times, np.array([one.size for one in sent], np.int64), window) / window
        acks = [one for one in rows if one.side != side and one.flags & ACK]
        reach = np.maximum.accumulate(np.array([one.ack for one in acks], np.int64)) if acks else np.zeros(0, np.int64)
        when = np.maximum.accumulate(np.array([one.time for one in acks])) if acks else np.zeros(0)
        reach = np.concatenate([reach[:1], reach])  # before the first acknowledgment nothing is gained
        now, before = (np.searchsorted(when, times - back, "right") for back in (0.0, window))
        good = 8 * (reach[now] - reach[before]) / window if len(acks) else np.zeros(len(sent))
        out += zip(sent, rate.tolist(), good.tolist(), strict=True)
    out.sort(key=lambda row: row[0].packet)
    return made({
        "packet": [one.packet for one, _, _ in out], "time": [one.time for one, _, _ in out],
        "side": [one.side for one, _, _ in out], "length": [one.size for one, _, _ in out],
        "throughput_bits_s": [rate for _, rate, _ in out], "goodput_bits_s": [good for _, _, good in out],
    })  # fmt: skip
