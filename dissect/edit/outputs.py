"""Where edited packets go: one file, or one after the other by count, size, time or stream."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dissect.capture import CaptureError, PcapngWriter, PcapWriter, Records
from dissect.durations import duration
from dissect.edit.steps import Part, Rows
from dissect.library import Capture

SIZES = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
RECORD = 16  # bytes of a record's header
MOST_FILES = 500  # that are written at a time
Writer = PcapWriter | PcapngWriter


def writer(path: str, capture: Capture) -> Writer:
    """A writer by the name's ending, else by the format of the capture."""
    named = path.endswith((".pcapng", ".ntar"))
    if named or (capture.source.format == "pcapng" and not path.endswith((".pcap", ".cap"))):
        return PcapngWriter(path)
    return PcapWriter(path, source=capture.source)


def put(out: Writer, part: Part) -> None:
    """Write a part, with its comments.  Raises CaptureError where the format has none."""
    if not part.comments:
        out.write_records(part.records, part.rows, part.capture.source)
        return
    if isinstance(out, PcapWriter):
        raise CaptureError(out.path, "pcap files have no comments; name the output *.pcapng")
    records, source, begin = part.records, part.capture.source, 0
    for at in [i for i, row in enumerate(part.rows.tolist()) if row in part.comments]:
        row = int(part.rows[at])
        out.write_records(records, part.rows[begin:at], source)
        kept = source.packet_options(records, row).get("comments", [])
        interface = source.interfaces[int(records.interface[row])]
        data = records.data(row)
        out.write(int(records.time[row]), data, int(records.origlen[row]), interface, [*kept, *part.comments[row]])
        begin = at + 1
    out.write_records(records, part.rows[begin:], source)


@dataclass(slots=True)
class Single:
    """Everything to one file."""

    path: str

    def write(self, parts: Iterable[Part], empty: Capture) -> list[tuple[str, int]]:
        """The file and its packets; `empty` says of what format one without any is.  Raises CaptureError, OSError."""
        parts = iter(parts)
        first = next(parts, None)
        with writer(self.path, first.capture if first else empty) as out:
            if first is not None:
                put(out, first)
            for part in parts:
                put(out, part)
        return [(self.path, out.written)]


@dataclass(frozen=True, slots=True)
class Split:
    """Files `name-00001.pcap`, …: a new one after so many packets, bytes or ns; or one a TCP or UDP stream."""

    path: str
    by: str
    amount: int = 0

    def write(self, parts: Iterable[Part], empty: Capture) -> list[tuple[str, int]]:
        """The files and their packets.  Raises CaptureError, OSError."""
        done = list[tuple[str, int]]()
        open_: dict[str, Writer] = {}
        try:
            for label, part in self._labelled(parts):
                if label not in open_:
                    if self.by != "stream":
                        done += _closed(open_)
                    elif len(open_) >= MOST_FILES:
                        raise CaptureError(self.path, f"more than {MOST_FILES} streams; choose some with -Y first")
                    open_[label] = writer(self._name(label), part.capture)
                put(open_[label], part)
            done += _closed(open_)
        except BaseException:
            for out in open_.values():
                out.discard()
            raise
        return done

    def _name(self, label: str) -> str:
        stem, dot, ending = self.path.rpartition(".")
        return f"{stem}-{label}.{ending}" if dot and os.sep not in ending else f"{self.path}-{label}"

    def _labelled(self, parts: Iterable[Part]) -> Iterator[tuple[str, Part]]:
        if self.by == "stream":
            for part in parts:
                yield from _streams(part)
            return
        number, used, begin = 1, 0, -1
        for part in parts:
            rows = part.rows
            while len(rows):
                begin = int(part.records.time[rows[0]]) if begin < 0 else begin
                fits = self._fits(part.records, rows, used, begin)
                if fits:
                    yield f"{number:05}", part._replace(rows=rows[:fits])
                    used += self._weight(part.records, rows[:fits])
                if fits < len(rows):
                    number, used, begin = number + 1, 0, -1
                rows = rows[fits:]

    def _weight(self, records: Records, rows: Rows) -> int:
        return len(rows) if self.by == "packets" else int((records.caplen[rows] + RECORD).sum())

    def _fits(self, records: Records, rows: Rows, used: int, begin: int) -> int:
        """How many of these packets belong to the file that has `used` and began at `begin`."""
        if self.by == "packets":
            return min(len(rows), self.amount - used)
        if self.by == "time":
            late = np.flatnonzero(records.time[rows] >= begin + self.amount)
            return int(late[0]) if len(late) else len(rows)
        sizes = used + np.cumsum(records.caplen[rows] + RECORD)
        return max(int(np.searchsorted(sizes, self.amount, "right")), 0 if used else 1)


def _streams(part: Part) -> Iterator[tuple[str, Part]]:
    """The packets of each stream; what is in none is left out."""
    for protocol in ("tcp", "udp"):
        columns = part.capture.evaluate(part.records, [f"{protocol}.stream"], part.rows)
        at, streams, _ = columns.occurrences(f"{protocol}.stream")
        for stream in sorted(set(streams.tolist())):
            yield f"{protocol}-{stream}", part._replace(rows=part.rows[np.unique(at[streams == stream])])


def parse_split(path: str, text: str) -> Split:
    """`packets=1000`, `size=10M`, `time=60s`, `stream`.  Raises ValueError, saying what is expected."""
    by, _, amount = text.partition("=")
    if text == "stream":
        return Split(path, "stream")
    if by == "packets" and amount.isdecimal() and int(amount):
        return Split(path, by, int(amount))
    found = re.fullmatch(r"(\d+)([kMG]?i?)B?", amount)
    if by == "size" and found and found[2] in SIZES and int(found[1]):
        return Split(path, by, int(found[1]) * SIZES[found[2]])
    if by == "time":
        return Split(path, by, duration(amount))
    raise ValueError(f"expected packets=N, size=10M, time=60s or stream, not {text!r}")


def _closed(open_: dict[str, Writer]) -> list[tuple[str, int]]:
    done = []
    for label in list(open_):
        out = open_.pop(label)
        out.close()
        done.append((out.path, out.written))
    return done
