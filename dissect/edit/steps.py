"""Steps of an edit: each takes some packets of a chunk and gives the packets that go on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.capture import NO_TIME, Records
from dissect.filters import Filter
from dissect.library import Capture

Rows = NDArray[np.int64]
WINDOW = 4  # packets before, among which a duplicate is looked for (as editcap -d: five with the packet itself)


class Part(NamedTuple):
    """Packets (`rows` of `records`) of a capture.  `comments`: what is to be said of a row."""

    capture: Capture
    records: Records
    rows: Rows
    comments: dict[int, list[str]]


class Step(Protocol):
    """Changes parts, or leaves packets out."""

    def take(self, part: Part) -> Part:
        """The part that goes on."""


def edited(parts: Iterable[Part], steps: Sequence[Step]) -> Iterator[Part]:
    """The parts after all steps; empty ones are left out."""
    for part in parts:
        for step in steps:
            part = step.take(part)
        if len(part.rows):
            yield part


@dataclass(slots=True)
class Matching:
    """Packets that pass a display filter."""

    filter: Filter

    def take(self, part: Part) -> Part:
        """See `Step`."""
        passed = self.filter.rows(part.capture, part.records) if len(part.records) else part.rows
        return part._replace(rows=np.intersect1d(part.rows, passed))


@dataclass(slots=True)
class Between:
    """Packets of a time span: from `first` (ns) up to but not including `last`."""

    first: int
    last: int

    def take(self, part: Part) -> Part:
        """See `Step`."""
        time = part.records.time[part.rows]
        return part._replace(rows=part.rows[(time >= self.first) & (time < self.last)])


@dataclass(slots=True)
class Dedupe:
    """Packets that are not the same, byte for byte, as one of the few before."""

    before: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def take(self, part: Part) -> Part:
        """See `Step`."""
        records, octets = part.records, part.records.buffer.data
        starts = records.offset[part.rows].tolist()
        sizes = records.caplen[part.rows].tolist()
        keys = [(hash(bytes(octets[a : a + n])), n) for a, n in zip(starts, sizes, strict=True)]
        keep = np.ones(len(keys), bool)
        for i, key in enumerate(keys):  # every packet's bytes are looked at, and compared with a few before
            keep[i] = key not in self.before
            self.before.append(key)
        return part._replace(rows=part.rows[keep])


@dataclass(slots=True)
class Shift:
    """All times later by `ns` (which may be negative); packets that have none stay without."""

    ns: int

    def take(self, part: Part) -> Part:
        """See `Step`."""
        time = part.records.time
        return part._replace(records=replace(part.records, time=np.where(time == NO_TIME, NO_TIME, time + self.ns)))


@dataclass(slots=True)
class Snap:
    """No more than the first `size` bytes of each packet."""

    size: int

    def take(self, part: Part) -> Part:
        """See `Step`."""
        return part._replace(records=replace(part.records, caplen=np.minimum(part.records.caplen, self.size)))


@dataclass(slots=True)
class Comments:
    """Comments on packets, by number (in each capture, from 1)."""

    texts: dict[int, list[str]]

    def take(self, part: Part) -> Part:
        """See `Step`."""
        numbers = part.records.first + 1 + part.rows
        found = {
            int(row): self.texts[int(n)] for row, n in zip(part.rows, numbers, strict=True) if int(n) in self.texts
        }
        return part._replace(comments=found) if found else part
