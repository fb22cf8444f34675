"""Comparing two captures: what changed, as a report like that of a check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.check.model import MOST_EVIDENCE, Failure, Report, Spot
from dissect.check.run import check_capture, placed
from dissect.diff.align import Pair, align
from dissect.diff.fields import changes
from dissect.diff.masks import Masks
from dissect.diff.messages import Messages, by_flow, read_messages
from dissect.diff.rules import RULES
from dissect.filters import Filter
from dissect.library import Capture

MOST_EXPLAINED = 2_000  # changed messages whose fields are compared; of the others is said that they changed
Rows = NDArray[np.int64]


@dataclass(slots=True)
class Diff:
    """What to compare, and how.

    `where`: only packets that it lets through; `tolerance` in ns (None: time does not matter); `findings`: also what
    the built-in checks say.
    """

    masks: Masks = field(default_factory=Masks)
    where: Filter | None = None
    tolerance: int | None = None
    findings: bool = True


def diff_captures(golden: Capture, new: Capture, how: Diff | None = None, names: tuple[str, str] = ("", "")) -> Report:
    """What changed from one capture to another.  `names`: what the report calls them."""
    how = how or Diff()
    comparison = _Comparison(golden, new, how, names)
    found = list(comparison.failures())
    if how.findings:
        found += _findings(golden, new, names)
    damage = next((str(cap.damage) for cap in (golden, new) if cap.damage is not None), "")
    return Report(names[1], len(new), list(RULES.values()), found, damage)


class _Comparison:
    def __init__(self, golden: Capture, new: Capture, how: Diff, names: tuple[str, str]) -> None:
        self.caps, self.how, self.names = (golden, new), how, names
        self.a, self.b = (read_messages(cap, how.masks, how.where) for cap in self.caps)
        self.left = MOST_EXPLAINED

    def failures(self) -> Iterator[Failure]:
        """What differs, flow by flow."""
        flows_a, flows_b = dict(by_flow(self.a)), dict(by_flow(self.b))
        for flow in [*flows_a, *(flow for flow in flows_b if flow not in flows_a)]:
            if flow not in flows_b:
                yield self._one_sided("D01", self.a, 0, flows_a[flow], self.a.flows[flow], "golden capture only")
            elif flow not in flows_a:
                yield self._one_sided("D02", self.b, 1, flows_b[flow], self.b.flows[flow], "new capture only")
            else:
                yield from self._flow(self.a.flows[flow], flows_a[flow], flows_b[flow])

    def _one_sided(self, code: str, of: Messages, which: int, rows: Rows, flow: str, where: str) -> Failure:
        count, first = len(rows), self._info(which, rows[0])
        what = f"{flow}: {messages(count)} in the {where}; the first: {first}"
        return Failure(RULES[code], flow, what, self._spots(which, rows, "in one capture only"), count)

    # -- a flow of both

    def _flow(self, flow: str, rows_a: Rows, rows_b: Rows) -> Iterator[Failure]:
        pairs = list(self._pairs(rows_a, rows_b))
        for code, which, gone in (("D03", 0, _only(pairs, 0)), ("D04", 1, _only(pairs, 1))):
            if gone:
                yield self._lost(code, which, np.array(gone), flow)
        both = np.array([pair for pair in pairs if None not in pair], np.int64).reshape(-1, 2)
        differ = both[self.a.says[both[:, 0]] != self.b.says[both[:, 1]]]
        if len(differ):
            yield from self._changed(flow, differ)
        if self.how.tolerance is not None and len(both):
            yield from self._shifted(flow, both, self.how.tolerance)

    def _pairs(self, rows_a: Rows, rows_b: Rows) -> Iterator[Pair]:
        """The flow's connections with each other, and within each the messages."""
        ours, theirs = _connections(self.a, rows_a), _connections(self.b, rows_b)
        courses = [
            [hash(tuple(of.says[rows].tolist())) for rows in some] for of, some in ((self.a, ours), (self.b, theirs))
        ]
        for i, k in align(courses[0], courses[1], [0] * len(ours), [0] * len(theirs)):
            if k is None or i is None:
                yield from ((row, None) for row in ([] if i is None else ours[i].tolist()))
                yield from ((None, row) for row in ([] if k is None else theirs[k].tolist()))
                continue
            a, b = ours[i], theirs[k]
            columns = [x[rows].tolist() for of, rows in ((self.a, a), (self.b, b)) for x in (of.says, of.kind)]
            for one, other in align(columns[0], columns[2], columns[1], columns[3]):
                yield None if one is None else int(a[one]), None if other is None else int(b[other])

    def _lost(self, code: str, which: int, rows: Rows, flow: str) -> Failure:
        count, where = len(rows), ("golden capture", "new capture")[which]
        first = self._info(which, rows[0])
        what = f"{flow}: {messages(count)} in the {where} only; the first: {first}"
        return Failure(RULES[code], f"{flow}: {first}", what, self._spots(which, rows, "in one capture only"), count)

    def _changed(self, flow: str, pairs: Rows) -> Iterator[Failure]:
        """A failure a field of the flow."""
        found: dict[str, list[tuple[int, str, str]]] = {}
        explained = pairs[: self.left]
        self.left -= len(explained)
        for a, b in explained.tolist():  # few: each needs two trees
            for name, was, now in changes(self._packet(0, a), self._packet(1, b), self.how.masks):
                found.setdefault(name, []).append((b, was, now))
        for name, places in found.items():
            (_, was, now), count = places[0], len(places)
            more = f" (the first of {count:,} messages)" if count > 1 else ""
            what = f"{flow}: {name}: {was or 'absent'} became {now or 'absent'}{more}"
            spots = self._spots(1, np.array([row for row, _, _ in places]), f"{name} is {now or 'absent'}")
            yield Failure(RULES["D05"], f"{flow}: {name}", what, spots, count, filter=name)
        rest = pairs[len(explained) :]
        if len(rest):
            what = f"{flow}: {len(rest):,} more messages changed"
            yield Failure(RULES["D05"], f"{flow}: more", what, self._spots(1, rest[:, 1], "changed"), len(rest))

    def _shifted(self, flow: str, pairs: Rows, tolerance: int) -> Iterator[Failure]:
        """Messages that come sooner or later behind the one before them, in their connection."""
        pairs = pairs[np.lexsort((pairs[:, 1], self.b.part[pairs[:, 1]]))]
        same = np.flatnonzero(np.diff(self.b.part[pairs[:, 1]]) == 0) + 1
        gaps = [of.time[pairs[same, i]] - of.time[pairs[same - 1, i]] for i, of in enumerate((self.a, self.b))]
        shift = gaps[1] - gaps[0]
        late = np.flatnonzero(np.abs(shift) > tolerance)
        if not len(late):
            return
        worst = late[np.argmax(np.abs(shift[late]))]
        number = int(self.b.packet[pairs[same[worst], 1]])
        now, was = (gaps[i][worst] / 1e9 for i in (1, 0))
        what = f"{flow}: {messages(len(late))} shifted by more than {tolerance / 1e9:g} s; packet {number} came"
        what += f" {now:.6f} s behind the one before, which was {was:.6f} s"
        rows = pairs[same[late], 1]
        yield Failure(RULES["D06"], flow, what, self._spots(1, rows, "shifted"), len(late))

    # -- packets

    def _packet(self, which: int, row: int) -> Any:
        return self.caps[which][int((self.a, self.b)[which].packet[row]) - 1]

    def _info(self, which: int, row: int) -> str:
        [line] = self.caps[which].lines([int((self.a, self.b)[which].packet[row]) - 1])
        return f"{line.protocol} {line.info}"

    def _spots(self, which: int, rows: Rows, why: str) -> list[Spot]:
        numbers = (self.a, self.b)[which].packet[rows[:MOST_EVIDENCE]].tolist()
        spots = [placed(self.caps[which], Spot(int(number), why)) for number in numbers]
        return spots if which else [replace(spot, file=self.names[0]) for spot in spots]


def messages(count: int) -> str:
    """How many."""
    return f"{count:,} message{'' if count == 1 else 's'}"


def _connections(of: Messages, rows: Rows) -> list[Rows]:
    """The rows of each part of a flow, in order of their first."""
    order = rows[np.argsort(of.part[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(of.part[order])) + 1
    return sorted(np.split(order, cuts), key=lambda one: int(one[0]))


def _only(pairs: list[Pair], which: int) -> list[int]:
    """What one capture has and the other has not."""
    return [row for pair in pairs if pair[1 - which] is None and (row := pair[which]) is not None]


def _findings(golden: Capture, new: Capture, names: tuple[str, str]) -> Iterator[Failure]:
    """What checks say of one capture and not of the other."""
    before, after = (check_capture(cap, name).failures for cap, name in zip((golden, new), names, strict=True))
    for code, some, others, file in (("D07", after, before, ""), ("D08", before, after, names[0])):
        known = {failure.fingerprint for failure in others}
        for failure in some:
            if failure.fingerprint not in known:
                what = f"{failure.rule.code} {failure.rule.title}: {failure.what}"
                spots = [replace(spot, file=file) for spot in failure.spots]
                remedy = replace(RULES[code], remedy=failure.rule.remedy) if code == "D07" else RULES[code]
                yield Failure(remedy, f"{failure.rule.code} {failure.subject}", what, spots, failure.count)
