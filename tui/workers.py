"""Work that goes on behind the screen: each in a thread, over a view of the capture of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import dissect

SOON = 0.2  # seconds between two reports of what was found so far
LOOK = 0.5  # seconds between two looks whether a file has grown
Cancel = Callable[[], bool]


def counted(capture: dissect.Capture, cancel: Cancel, known: int = 0) -> Iterator[tuple[int, float]]:
    """How many packets there are so far, and the part of the file that was read (0 to 1); `known` were counted."""
    read = [0, 1]

    def progress(done: int, whole: int) -> None:
        read[:] = done, whole

    told = 0.0
    start = capture.source.checkpoint(known)
    for chunk in capture.source.chunks(start=start, progress=progress, cancel=cancel):
        if not told or time.monotonic() - told > SOON or not capture.source.complete:
            told = time.monotonic()
            yield chunk.first + len(chunk), read[0] / max(read[1], 1)
        last = chunk.first + len(chunk)
        time.sleep(0)  # the screen goes first
    if told:
        yield last, 1.0


def growing(capture: dissect.Capture, total: int, cancel: Cancel) -> Iterator[tuple[int, float]]:
    """As `counted`, for what is appended to a file after `total` packets were read; ends when it is cancelled."""
    while not cancel():
        time.sleep(LOOK)
        if not cancel() and capture.source.grown():
            for seen, part in counted(capture, cancel, total):
                total = max(total, seen)
                yield total, part


def passing(
    capture: dissect.Capture, where: dissect.Filter, cancel: Cancel, known: int = 0
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """The packets (numbers less 1) from `known` on that a filter lets through, a lot at a time, and the part of the
    file read."""
    read, held, told = [0, 1], [], 0.0

    def progress(done: int, whole: int) -> None:
        read[:] = done, whole

    start = capture.source.checkpoint(known)
    for chunk, rows in where.chunks(capture, start=start, progress=progress, cancel=cancel):
        found = chunk.first + rows
        held.append(found[found >= known])
        if time.monotonic() - told > SOON or not capture.source.complete:
            yield np.concatenate(held), min(read[0] / max(read[1], 1), 0.99)  # not all that was read is filtered
            held, told = [], time.monotonic()
        time.sleep(0)
    yield np.concatenate(held or [np.empty(0, np.int64)]), 1.0


@dataclass(frozen=True, slots=True)
class Reach:
    """Where to look: from the packet behind (`step` 1) or before (-1) `row`, among those shown (None: all)."""

    capture: dissect.Capture
    shown: NDArray[np.int64] | None
    row: int
    step: int
    total: int

    def chunks(self, cancel: Cancel) -> Iterator[tuple[Any, NDArray[np.int64]]]:
        """The chunks in order, each with the packets of it that are within reach, ascending."""
        at = self.row + self.step
        while 0 <= at < self.total and not cancel():
            chunk = self.capture.source.chunk_of(at)
            last = chunk.first + len(chunk)
            found = np.arange(at, last) if self.step > 0 else np.arange(chunk.first, at + 1)
            yield chunk, found if self.shown is None else np.intersect1d(found, self.shown)
            at = last if self.step > 0 else chunk.first - 1


def next_passing(reach: Reach, where: dissect.Filter, cancel: Cancel) -> int:
    """The next packet (number less 1) that passes; else -1."""
    for chunk, rows in reach.chunks(cancel):
        found = np.intersect1d(chunk.first + where.rows(reach.capture, chunk), rows)
        if len(found):
            return int(found[0] if reach.step > 0 else found[-1])
    return -1


def next_labelled(reach: Reach, labels: re.Pattern[str], cancel: Cancel) -> int:
    """The next packet (number less 1) of whose tree a line has it; else -1."""
    for chunk, rows in reach.chunks(cancel):
        for row in rows[:: reach.step].tolist():
            if cancel():
                return -1
            tree = reach.capture.packet_of(chunk, row - chunk.first, ahead=False).tree
            if any(labels.search(dissect.label_of(node)) for node in tree.walk() if not node.field.hidden):
                return int(row)
            time.sleep(0)
    return -1


def ascending(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Packets in the order of capture."""
    return np.sort(rows)


def rates(
    capture: dissect.Capture, filters: Sequence[dissect.Filter | None], intervals: int, cancel: Cancel
) -> tuple[int, list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    """The length of an interval (ns), and for each filter (None: all packets) the packets and the bytes on the wire
    in each of at most `intervals`.  Packets without a time, or before the first, are left out."""
    first, last = spanned(capture, cancel)
    step = max(-(-(last - first + 1) // intervals), 1)
    found = [(np.zeros(intervals, np.int64), np.zeros(intervals, np.int64)) for _ in filters]
    for chunk in capture.source.chunks(cancel=cancel):
        place = (chunk.time - first) // step
        for where, (packets, octets) in zip(filters, found, strict=True):
            rows = np.arange(len(chunk)) if where is None else where.rows(capture, chunk)
            rows = rows[(place[rows] >= 0) & (place[rows] < intervals)]
            packets += np.bincount(place[rows], minlength=intervals)
            octets += np.bincount(place[rows], chunk.origlen[rows], intervals).astype(np.int64)
    return step, found


def spanned(capture: dissect.Capture, cancel: Cancel) -> tuple[int, int]:
    """The first and the last time of a capture, ns; (0, 0) where nothing has one."""
    first, last = [], []
    for chunk in capture.source.chunks(cancel=cancel):
        timed = chunk.time[chunk.time != np.iinfo(np.int64).min]
        if len(timed):
            first.append(int(timed.min()))
            last.append(int(timed.max()))
    return (min(first), max(last)) if first else (0, 0)


@dataclass(slots=True)
class Segments:
    """The segments of a TCP stream, one row each: seconds since the first, which end sent it (0: that of the first),
    relative numbers, and NaN where the analysis says nothing."""

    ends: tuple[str, str]
    time: NDArray[np.float64]
    direction: NDArray[np.int64]
    seq: NDArray[np.float64]
    length: NDArray[np.float64]
    ack: NDArray[np.float64]
    window: NDArray[np.float64]
    rtt: NDArray[np.float64]  # s
    flight: NDArray[np.float64]
    again: NDArray[np.bool_]


SEGMENT = {
    "tcp.seq": 0.0, "tcp.len": 0.0, "tcp.ack": 0.0, "tcp.window_size": 0.0, "tcp.analysis.ack_rtt": np.nan,
    "tcp.analysis.bytes_in_flight": np.nan, "tcp.analysis.retransmission": 0.0,
}  # fmt: skip


def segments(capture: dissect.Capture, stream: int, cancel: Cancel) -> Segments:
    """What the graphs of a stream draw."""
    where = dissect.compile_filter(f"tcp.stream == {stream}", capture.registry)
    ends, times = [], []
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in SEGMENT}
    names = [*SEGMENT, "ip.src", "ipv6.src", "tcp.srcport"]
    for chunk, columns in capture.columns(names, where=where, cancel=cancel):
        texts = [capture.texts(columns, len(chunk), name) for name in ("ip.src", "ipv6.src", "tcp.srcport")]
        ends += [f"{four or six} port {port}" for four, six, port in zip(*texts, strict=True)]
        times.append(chunk.time)
        for name, missing in SEGMENT.items():
            rows, values, _ = columns.occurrences(name)
            full = np.full(len(chunk), missing)
            full[rows] = 1.0 if name == "tcp.analysis.retransmission" else values
            found[name].append(full)
    parts = [np.concatenate(part or [np.empty(0)]) for part in found.values()]
    time = np.concatenate(times or [np.empty(0, np.int64)])
    first = ends[0] if ends else ""
    other = next((end for end in ends if end != first), first)
    direction = np.array([end != first for end in ends], np.int64)
    seconds = (time - (time[0] if len(time) else 0)) / 1e9
    seq, length, ack, window, rtt, flight, again = parts
    return Segments((first, other), seconds, direction, seq, length, ack, window, rtt / 1e9, flight, again > 0)


@dataclass(slots=True)
class Timeline:
    """What happened on a path: for each kind times (s since its first packet), octets, and the packets' numbers."""

    sent: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]
    too_big: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]
    again: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def timeline(capture: dissect.Capture, source: str, destination: str, cancel: Cancel) -> Timeline:
    """The sizes of a path's packets, the MTUs that too-big messages told its source, and what was sent again."""
    six = ":" in source
    ip, size, header = ("ipv6", "ipv6.plen", 40) if six else ("ip", "ip.len", 0)
    kind, mtu = ("icmpv6.type == 2", "icmpv6.mtu") if six else ("icmp.type == 3 && icmp.code == 4", "icmp.mtu")
    packets = f"{ip}.src == {source} && {ip}.dst == {destination}"
    told = f"{kind} && {ip}.dst == {source} && {ip}.dst == {destination}"
    sent = _sizes(capture, f"{packets} && !({kind})", size, cancel)
    again = _sizes(capture, f"{packets} && tcp.analysis.retransmission", size, cancel)
    too_big = _sizes(capture, told, mtu, cancel)
    first = sent[0][0] if len(sent[0]) else 0
    return Timeline(*(
        ((times - first) / 1e9, (values + more).astype(np.float64), numbers)
        for (times, values, numbers), more in ((sent, header), (too_big, 0), (again, header))
    ))  # fmt: skip


def _sizes(
    capture: dissect.Capture, text: str, name: str, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Time, the first value of a field, and number of the packets that a filter lets through and that have it."""
    where = dissect.compile_filter(text, capture.registry)
    times, sizes, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for chunk, columns in capture.columns([name, "frame.number"], where=where, cancel=cancel):
        rows, values, _ = columns.occurrences(name)
        rows, first = np.unique(rows, return_index=True)
        number = columns.occurrences("frame.number")[1]
        times.append(chunk.time[rows])
        sizes.append(np.asarray(values, np.int64)[first])
        numbers.append(np.asarray(number, np.int64)[rows])
    return np.concatenate(times), np.concatenate(sizes), np.concatenate(numbers)
