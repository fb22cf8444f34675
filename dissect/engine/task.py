"""One evaluation of a batch by column: what all its parts know, and the groups of rows it is worked off in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from dissect.engine.columns import Batch, Columns
from dissect.engine.header import ColumnHeader
from dissect.engine.layer import Layer
from dissect.engine.listing import Listing
from dissect.engine.messages import Streams
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Reassembly
from dissect.engine.window import Positions, Window

LayerType = type[Layer]


@dataclass(eq=False, repr=False, slots=True)
class Group:
    """Rows at the same layer by the same way."""

    layer: LayerType
    rows: Positions
    start: Positions
    end: Positions
    limit: Positions
    parent: ColumnHeader | None
    index: Positions | None
    chain: tuple[str, ...]
    depth: int
    locked: bool
    window: Window
    at: int = -1  # how far into their packets all of them begin, if that is the same for all


class Visitor(Protocol):
    """Is shown the headers of the layers its plan visits, group by group: what is quoted is left out."""

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """`h` is a ColumnHeader, or a Single where a row went to the row evaluator."""


@dataclass(eq=False, repr=False, slots=True)
class Task:
    """What is evaluated, with whose help, and what came of it so far.

    `context` puts datagrams together, `streams` knows the capture's streams; `segments` is shown what carries them.
    """

    plan: Plan
    batch: Batch
    context: Reassembly | None
    visitor: Visitor | None
    streams: Streams | None
    segments: Any
    out: Columns = field(init=False)
    listing: Listing | None = field(init=False)

    def __post_init__(self) -> None:
        self.out = Columns(len(self.batch.offset))
        self.listing = Listing(self.out.count) if self.plan.columns else None
        if self.listing is not None:
            self.out.text = self.listing.text
