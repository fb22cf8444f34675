"""The headers of a capture, chunk by chunk in file order, and in several threads: for who counts what headers tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from dissect.engine.ahead import EARLY, RECORDS, apart
from dissect.engine.apart import Nobody
from dissect.engine.column import ColumnEvaluator

if TYPE_CHECKING:
    from dissect.capture import Records
    from dissect.engine.columns import Columns
    from dissect.engine.plan import Plan
    from dissect.engine.task import Visitor
    from dissect.filters import Filter
    from dissect.library import Capture

Met = TypeVar("Met", bound="Visitor | None")
READING: dict[str, Any] = {"records": RECORDS, "early": EARLY}


def headers(
    cap: Capture, chunks: Iterable[Records], plan: Plan, visitor: Callable[[], Met]
) -> Iterator[tuple[Records, Columns, Met]]:
    """Each chunk that has packets, the columns of the plan, and a visitor of its own that was shown its headers."""
    evaluator = ColumnEvaluator(plan)

    def look(chunk: Records, context: Any) -> tuple[Columns, Met]:
        met = visitor()
        return evaluator.evaluate(chunk, cap.link_types(chunk), context, met), met

    found = apart(
        (chunk for chunk in chunks if len(chunk)),
        lambda chunk: look(chunk, Nobody()),
        lambda chunk: look(chunk, cap.fragments.bind(chunk)),
        lambda: cap.source.complete,
    )
    for chunk, (columns, met) in found:
        yield chunk, columns, met


def some_headers(
    cap: Capture, where: Filter, plan: Plan, visitor: Callable[[], Met], reading: dict[str, Any]
) -> Iterator[tuple[Records, Records, Columns, Met]]:
    """The same of the packets that a filter lets through, in this thread: the whole chunk comes first."""
    evaluator = ColumnEvaluator(plan)
    for chunk, rows in where.chunks(cap, **reading):
        if len(rows):
            some, met = chunk.taken(rows), visitor()
            columns = evaluator.evaluate(some, cap.link_types(chunk)[rows], cap.fragments.bind(chunk), met)
            yield chunk, some, columns, met
