"""Several captures as one stream of packets: one behind the other, or by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dissect.capture import Records
from dissect.edit.steps import Part
from dissect.library import Capture


def in_order(captures: Iterable[Capture]) -> Iterator[Part]:
    """The captures one behind the other."""
    for cap in captures:
        for records in cap.source.chunks():
            yield Part(cap, records, np.arange(len(records)), {})


class _Head:
    """A capture, and the packet that comes next."""

    def __init__(self, cap: Capture) -> None:
        self.cap = cap
        self._chunks = cap.source.chunks()
        self.records: Records | None = None
        self.at = 0
        self._load()

    def _load(self) -> None:
        self.records = next((chunk for chunk in self._chunks if len(chunk)), None)
        self.at = 0

    @property
    def time(self) -> int:
        """The time of the next packet."""
        assert self.records is not None
        return int(self.records.time[self.at])

    def run(self, bound: int, inclusive: bool) -> Part:
        """The packets that come before `bound` (or at it), the next one in any case."""
        assert self.records is not None
        time = self.records.time[self.at :]
        late = np.flatnonzero(time > bound if inclusive else time >= bound)
        count = max(int(late[0]) if len(late) else len(time), 1)
        part = Part(self.cap, self.records, np.arange(self.at, self.at + count), {})
        self.at += count
        if self.at == len(self.records):
            self._load()
        return part


def in_time(captures: Sequence[Capture]) -> Iterator[Part]:
    """The captures merged: always the earliest of their next packets, the last capture's where times are equal.

    Packets of one capture stay in its order, all as mergecap has it.
    """
    heads = [head for head in map(_Head, captures) if head.records is not None]
    while heads:
        times = [head.time for head in heads]
        first = min(range(len(heads)), key=lambda i: (times[i], -i))
        others = [(times[i], -i) for i in range(len(heads)) if i != first]
        bound, rival = min(others, default=(np.iinfo(np.int64).max, 1))
        yield heads[first].run(int(bound), inclusive=first > -rival)
        heads = [head for head in heads if head.records is not None]
