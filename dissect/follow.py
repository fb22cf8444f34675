"""The content of a stream: what each end said, in the order it can be read.

TCP segments are put in order of their sequence numbers, each octet once (what came first counts); what never came is
told as a gap.  Memory grows with the stream's content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.plan import Plan
from dissect.engine.window import grouped
from dissect.library import Capture
from dissect.passes.numbers import Met, Numbered
from dissect.visits import READING, headers

PROTOCOLS = ("tcp", "udp", "tls")
PLAIN = "tls.app_data_decrypted"
HALF, WHOLE = 1 << 31, 1 << 32
NAMES = {
    "tcp": ("tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.flags.syn", "tcp.payload"),
    "udp": ("udp.srcport", "udp.dstport", "udp.payload"),
}
ADDRESSES = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst")


@dataclass(frozen=True, slots=True)
class Said:
    """Octets that one end sent: `end` is 0 for who spoke first, else 1; `missing` octets before them never came."""

    end: int
    packet: int
    data: bytes
    missing: int = 0


@dataclass(slots=True)
class Way:
    """One direction of a TCP connection, so far."""

    expected: int | None = None
    waiting: dict[int, tuple[int, bytes]] = field(default_factory=dict)  # sequence number -> packet, octets

    def take(self, packet: int, seq: int, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take a segment; what can now be read, with its packet."""
        if self.expected is None:
            self.expected = seq
        if data:
            held = self.waiting.get(seq)
            if held is None or len(held[1]) < len(data):
                self.waiting[seq] = packet, data
        yield from self._ready()

    def _ready(self) -> Iterator[tuple[int, bytes]]:
        assert self.expected is not None
        while True:
            due = [seq for seq in self.waiting if (self.expected - seq) % WHOLE < HALF]
            if not due:
                return
            for seq in sorted(due, key=lambda seq: (seq - due[0] + HALF) % WHOLE):
                packet, data = self.waiting.pop(seq)
                new = data[(self.expected - seq) % WHOLE :]
                if new:
                    self.expected = (self.expected + len(new)) % WHOLE
                    yield packet, new

    def rest(self) -> Iterator[tuple[int, bytes, int]]:
        """What waits for octets that never came: packet, octets, and how many are missing before them."""
        while self.waiting and self.expected is not None:
            expected = self.expected
            seq = min(self.waiting, key=lambda seq: (seq - expected) % WHOLE)
            missing, self.expected = (seq - expected) % WHOLE, seq
            for packet, data in self._ready():
                yield packet, data, missing
                missing = 0


def stream_content(
    cap: Capture, protocol: str, number: int, cancel: Callable[[], bool] | None = None
) -> tuple[list[str], list[Said]]:
    """The ends (`192.0.2.1:80`) of stream `number`, who spoke first first, and what they said.

    Of TLS: what was sealed in TCP's stream of that number, as far as it could be decrypted.  Raises KeyError if there
    is no such stream.
    """
    if protocol == "tls":
        return _sealed_content(cap, number, cancel)
    ends: list[str] = []
    said: list[Said] = []
    ways = (Way(), Way())
    for row, at in _packets(cap, protocol, number, NAMES[protocol], cancel):
        packet = row["frame.number"][0]
        source, destination = (_end(row, protocol, side) for side in ("src", "dst"))
        ends = ends or [source, destination]
        end = 0 if source == ends[0] else 1
        payloads = row.get(f"{protocol}.payload", [])
        data = bytes.fromhex(payloads[min(at, len(payloads) - 1)]) if payloads else b""
        if protocol == "udp":
            said += [Said(end, packet, data)] if data else []
        else:
            seq = (row["tcp.seq_raw"][at] + row["tcp.flags.syn"][at]) % WHOLE
            said += [Said(end, number_, octets) for number_, octets in ways[end].take(packet, seq, data)]
    if not ends:
        raise KeyError(number)
    for end, way in enumerate(ways):
        said += [Said(end, *found) for found in way.rest()]
    return ends, said


def _sealed_content(cap: Capture, number: int, cancel: Callable[[], bool] | None) -> tuple[list[str], list[Said]]:
    """The same of what TLS carries in a stream of TCP: records are in order already."""
    ends: list[str] = []
    said: list[Said] = []
    for row, _ in _packets(cap, "tcp", number, ("tcp.srcport", "tcp.dstport", PLAIN), cancel):
        source, destination = (_end(row, "tcp", side) for side in ("src", "dst"))
        ends = ends or [source, destination]
        end = 0 if source == ends[0] else 1
        said += [Said(end, row["frame.number"][0], bytes.fromhex(text)) for text in row.get(PLAIN, ())]
    if not ends:
        raise KeyError(number)
    return ends, said


def _packets(
    cap: Capture, protocol: str, number: int, more: Sequence[str], cancel: Callable[[], bool] | None
) -> Iterator[tuple[dict[str, list[Any]], int]]:
    """The packets of a stream as fields, and which of each packet's headers is the stream's: not one that is quoted."""
    names = ["frame.number", *ADDRESSES, *more]
    for chunk, rows, places in _known(cap, protocol, number) or _numbered(cap, protocol, number):
        if cancel is not None and cancel():
            return
        found = cap.evaluate(chunk, names, rows)
        yield from zip(cap.dictionaries(found, len(rows), names), places, strict=True)


Headers = Iterator[tuple[Any, NDArray[np.int64], list[int]]]  # a chunk, rows of it, which of each row's headers


def _numbered(cap: Capture, protocol: str, number: int) -> Headers:
    """A stream's headers: the whole capture is gone over, and nothing asked but which stream each belongs to."""
    numbered = Numbered((protocol,))
    plan = Plan(cap.registry, (), visits=(protocol,), quoted=True)
    for chunk, _, met in headers(cap, cap.source.chunks(**READING), plan, Met):
        for table in numbered.tables(met).values():
            yield from _own(chunk, table["row"], table["side"] >> 1 == number, table["quoted"])


def _known(cap: Capture, protocol: str, number: int) -> Headers | None:
    """The same where the streams of the capture are known already; None where they are not."""
    if "streams" not in vars(cap) or not cap.streams.done:
        return None
    rows = cap.streams.rows_of(protocol, number)
    return None if rows is None else _found(cap, protocol, number, rows)


def _found(cap: Capture, protocol: str, number: int, rows: NDArray[np.int64]) -> Headers:
    asked = f"{protocol}.stream"
    for chunk, inside in cap.stretches(rows):
        found = cap.evaluate(chunk, [asked, "icmp", "icmpv6"], inside)
        row, stream, _ = found.occurrences(asked)
        quoting = np.concatenate([found.occurrences(name)[0] for name in ("icmp", "icmpv6")])
        yield from _own(chunk, inside[row], stream == number, np.isin(row, quoting))


def _own(chunk: Any, row: NDArray[np.int64], mine: NDArray[Any], quoted: NDArray[Any]) -> Headers:
    """Of headers in order of their rows: the rows that have one of the stream's, and which it is."""
    at = np.flatnonzero(mine & ~quoted)
    rows, first, _ = grouped(row[at])
    if len(rows):
        yield chunk, rows, (at[first] - np.searchsorted(row, rows)).tolist()


def _end(row: dict[str, list[Any]], protocol: str, side: str) -> str:
    """An end of a row's stream: the innermost address, and the port."""
    address = (row.get(f"ip.{side}") or row.get(f"ipv6.{side}") or ["?"])[-1]
    port = row[f"{protocol}.{side}port"][-1]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
