"""Compiled filters: what they need, what it costs, and their evaluation over the chunks of a capture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.capture import Records
from dissect.engine.ahead import EARLY, RECORDS, apart
from dissect.engine.plan import COLUMNS, DISPLAYED, PROTOCOLS
from dissect.engine.record import NO_TIME
from dissect.engine.registry import Registry
from dissect.filters.check import Checker
from dissect.filters.conditions import Both, Test, conjuncts
from dissect.filters.errors import FilterWarning
from dissect.filters.macros import expand
from dissect.filters.operands import Column, Inner, Operand, Own, RawBytes, Rows, objects
from dissect.filters.parse import parse
from dissect.filters.search import frames_with
from dissect.filters.view import BatchView

if TYPE_CHECKING:
    from dissect.library import Capture

SOME = 1 << 16  # packets
RECORD, HEADER, MESSAGE, TREE = range(4)  # what a condition costs: the record alone … a whole tree


class Stage:
    """Conditions of the same cost, evaluated together on what the cheaper ones left."""

    def __init__(self, tests: list[Test], registry: Registry) -> None:
        self.test = tests[0] if len(tests) == 1 else Both(tuple(tests))
        self.names: set[str] = set()
        self.spans: set[str] = set()
        for operand in (o for test in tests for o in test.operands()):
            names, spans = needs(operand)
            self.names |= names
            if isinstance(operand, Own):
                self.names |= registry.parts_of(operand.name)
            self.spans |= spans
        self.spans -= {"frame"}

    def keep(self, view: BatchView) -> Rows:
        """The indices of the view's packets that pass."""
        fast = frames_with(self.test, view)
        return np.flatnonzero(self.test.mask(view)) if fast is None else fast


def needs(operand: Operand) -> tuple[set[str], set[str]]:
    """The fields, and the protocols' bytes, that an operand asks the engine for."""
    if isinstance(operand, Column):
        return {operand.name}, {operand.name} if operand.kind == "protocol" else set()
    if isinstance(operand, Own):
        return {operand.name}, {operand.name}
    if isinstance(operand, Inner):
        return {operand.name, operand.layer}, set()
    if isinstance(operand, RawBytes):
        return {operand.name}, set()
    return set(), set()


def cost(test: Test, registry: Registry) -> int:
    """What a condition costs."""
    return max((operand_cost(o, registry) for o in test.operands()), default=RECORD)


def operand_cost(operand: Operand, registry: Registry) -> int:
    """What an operand costs."""
    if isinstance(operand, Inner | RawBytes):
        return TREE
    if not isinstance(operand, Column | Own):
        return RECORD
    name = operand.name
    if name in COLUMNS:
        return MESSAGE
    if name == PROTOCOLS:
        return MESSAGE
    if name == "frame" or name.startswith("frame."):
        return RECORD
    fields = registry.fields[name]
    if operand.kind == "protocol" or all(f.in_header for f in fields) or any(f.hidden for f in fields):
        return HEADER
    return MESSAGE


class Filter:
    """A compiled display filter, for any number of captures.

    `text` is what was written, `warnings` the traps in it.
    """

    def __init__(
        self, text: str, registry: Registry, test: Test, warnings: list[FilterWarning], reference: int | None
    ) -> None:
        self.text, self.registry, self.test, self.warnings = text, registry, test, warnings
        self.reference = reference
        groups: dict[int, list[Test]] = {}
        parts = list(conjuncts(test))
        waits = [part for part in parts if any(getattr(o, "name", "") == DISPLAYED for o in part.operands())]
        self.displayed = Stage(waits, registry) if waits else None  # what depends on what has passed before
        for part in parts:
            if part in waits:
                continue
            groups.setdefault(cost(part, registry), []).append(part)
        self.stages = [Stage(groups[rank], registry) for rank in sorted(groups)]
        self._plain = sum(rank <= HEADER for rank in groups)  # stages that mostly ask of nothing but the packets

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that the filter looks at."""
        return frozenset(name for stage in self.stages for name in stage.names)

    def rows(self, capture: Capture, chunk: Records, last: int = NO_TIME) -> Rows:
        """The rows of a chunk that match.  `last`: the time of the last packet before it that did."""
        kept = self._narrowed(self.stages, capture, chunk, np.arange(len(chunk)))
        return kept if self.displayed is None else self._one_by_one(self.displayed, capture, chunk, kept, last)

    def _narrowed(self, stages: list[Stage], capture: Capture, chunk: Records, kept: Rows) -> Rows:
        """Those of some rows that pass these stages."""
        for stage in stages:
            if not len(kept):
                break
            some = None if len(kept) == len(chunk) else kept
            kept = kept[stage.keep(BatchView(capture, chunk, some, stage.names, stage.spans, self._refer(capture)))]
        return kept

    def _one_by_one(self, stage: Stage, capture: Capture, chunk: Records, rows: Rows, last: int) -> Rows:
        """The rows that pass what asks for the time since the last packet that passed: up to the next one at a time."""
        out: list[int] = []
        at, size = 0, 64
        while at < len(rows):
            some = rows[at : at + size]
            view = BatchView(capture, chunk, some, stage.names, stage.spans, self._refer(capture))
            since = np.zeros(len(some), np.int64) if last == NO_TIME else chunk.time[some] - last
            view.know(DISPLAYED, since)
            passed = np.flatnonzero(stage.test.mask(view))
            if len(passed):
                out.append(int(some[passed[0]]))
                last, at, size = int(chunk.time[out[-1]]), at + int(passed[0]) + 1, 64
            else:
                at, size = at + len(some), min(4 * size, 4096)
        return np.array(out, np.int64)

    @property
    def at_once(self) -> int:
        """How many packets are looked at together: many where arrays say it all, fewer where trees may be made."""
        return RECORDS if self._plain == len(self.stages) and self.displayed is None else SOME

    def chunks(self, capture: Capture, records: int = 0, **reading: Any) -> Iterator[tuple[Records, Rows]]:
        """Each chunk of a capture (of at most `records` packets, or `at_once`) with the rows that match, in file order.

        What asks of nothing but the packets themselves runs in several threads.  A chunk that has a packet of which
        another one must tell is left to this thread, which has the passes.
        """
        last = NO_TIME  # the time of the last packet that passed
        found = capture.source.chunks(records or self.at_once, early=0 if records else EARLY, **reading)
        for chunk, kept in self._begun(capture, found):
            rows = self._narrowed(self.stages[self._plain :], capture, chunk, kept)
            if self.displayed is not None:
                rows = self._one_by_one(self.displayed, capture, chunk, rows, last)
            if len(rows):
                last = int(chunk.time[rows[-1]])
            yield chunk, rows

    def _begun(self, capture: Capture, chunks: Iterator[Records]) -> Iterator[tuple[Records, Rows]]:
        """Each chunk with the rows that pass the plain stages."""
        stages, view = self.stages[: self._plain], capture.apart()
        return apart(
            (chunk for chunk in chunks if len(chunk)),
            lambda chunk: self._narrowed(stages, view, chunk, np.arange(len(chunk))),
            lambda chunk: self._narrowed(stages, capture, chunk, np.arange(len(chunk))),
            lambda: bool(stages) and capture.source.complete,
        )

    def expression(self, layout: str = "packets") -> Any:
        """The filter as a `pyarrow.dataset` expression over an exported table: the full one ("packets") or one of
        chosen fields ("fields").  Raises FilterError where it cannot be one."""
        from dissect.filters.arrow import expression

        return expression(self, layout)

    def _refer(self, capture: Capture) -> Callable[[str], Any]:
        def refer(name: str) -> Any:
            if self.reference is None:
                return objects([])
            found = capture[self.reference - 1].tree.find(name)
            return objects(found)

        return refer

    def __repr__(self) -> str:
        return f"compile_filter({self.text!r})"


def compile_filter(
    text: str,
    registry: Registry | None = None,
    *,
    macros: Mapping[str, str] | None = None,
    reference: int | None = None,
) -> Filter:
    """A display filter, ready to run.  `macros`: name → text with `$1`, `$2`…; `reference`: the number of the packet
    that `${field}` speaks of.

    Raises FilterError, whose text shows the place.
    """
    if registry is None:
        from dissect.layers import builtin

        registry = builtin()
    text = expand(text, macros or {}, registry)
    checker = Checker(text, registry)
    test = checker.test(parse(text))
    return Filter(text, registry, test, checker.warnings, reference)
