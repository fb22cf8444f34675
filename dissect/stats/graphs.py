"""What the graphs of a TCP stream are drawn of: its segments, the time of each since the first, and its side.

Side 0 is the end that sent first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.library import Capture

FIELDS = (
    "frame.number", "tcp.stream", "tcp.time_relative", "tcp.srcport", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags",
    "tcp.window_size", "tcp.analysis.ack_rtt", "tcp.analysis.acks_frame", "tcp.analysis.bytes_in_flight",
)  # fmt: skip
SYN, FIN, ACK = 0x02, 0x01, 0x10


@dataclass(frozen=True, slots=True)
class Sent:
    """A segment; times in seconds, -1 where a value is not known."""

    packet: int
    time: float
    side: int
    seq: int
    ack: int
    size: int
    flags: int
    window: int
    rtt: float
    acks: int
    in_flight: int

    @property
    def end(self) -> int:
        """The sequence number behind it."""
        return self.seq + self.size + (1 if self.flags & (SYN | FIN) else 0)


def segments(cap: Capture, stream: int, **reading: Any) -> Iterator[Sent]:
    """The segments of a stream in order.  Raises KeyError where there is none of that number."""
    from dissect.filters import compile_filter

    chosen = compile_filter(f"tcp.stream == {stream} && !(icmp || icmpv6)", cap.registry)
    first: tuple[str, int] | None = None
    names = (*FIELDS, "ip.src", "ipv6.src")
    for row in cap.json_rows(names, chosen, **reading):
        at = row["tcp.stream"].index(stream)

        def one(name: str, default: Any = 0, row: dict[str, Any] = row, at: int = at) -> Any:
            values = row.get(name) or [default]
            return values[min(at, len(values) - 1)]

        end = str((row.get("ip.src") or row.get("ipv6.src") or ["?"])[-1]), int(one("tcp.srcport"))
        first = first or end
        yield Sent(
            row["frame.number"][0], _seconds(one("tcp.time_relative")), int(end != first), one("tcp.seq"),
            one("tcp.ack"), one("tcp.len"), _number(one("tcp.flags")), one("tcp.window_size"),
            _seconds(one("tcp.analysis.ack_rtt", -1)), one("tcp.analysis.acks_frame", -1),
            one("tcp.analysis.bytes_in_flight", -1),
        )  # fmt: skip
    if first is None:
        raise KeyError(stream)


def _seconds(value: Any) -> float:
    return float(value)


def _number(value: Any) -> int:
    return int(value, 0) if isinstance(value, str) else int(value)


def made(columns: dict[str, list[Any]]) -> pa.Table:
    """A table of columns; what is below zero is not known."""
    import pyarrow as pa

    kinds = {int: pa.int64(), float: pa.float64()}
    return pa.table({
        name: pa.array([None if value is None or value < 0 else value for value in values], kinds[kind])
        for name, values in columns.items()
        for kind in [float if name in ("time", "rtt") or name.endswith("_s") else int]
    })  # fmt: skip


def within(times: Any, values: Any, seconds: float) -> Any:
    """At each time, the sum of the values of the `seconds` up to it."""
    total = np.concatenate([[0], np.cumsum(values)])
    begin = np.searchsorted(times, times - seconds, "right")
    return total[1:] - total[begin]
