"""Columns: what the column evaluator makes of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.window import Positions, as_list

if TYPE_CHECKING:
    from dissect.engine.listing import Texts


class Batch(Protocol):
    """What the engine needs to know of a run of packets (`dissect.capture.Records` is one)."""

    @property
    def buffer(self) -> NDArray[np.uint8]:
        """The bytes that the offsets point into."""

    @property
    def offset(self) -> Positions:
        """The first byte of each packet."""

    @property
    def caplen(self) -> Positions:
        """How many bytes were captured of each."""

    @property
    def origlen(self) -> Positions:
        """How long each was on the wire."""


@dataclass(slots=True)
class Piece:
    """Occurrences of a field: `rows` (ascending within a piece) and as many values."""

    rows: Positions
    values: Any
    field: Field


@dataclass(slots=True)
class Spread:
    """A column of a value a packet, out of occurrences: `which` of them (None: all) are of the packets `there`."""

    rows: Positions  # what it was made of
    there: Positions
    which: Positions | None
    whole: bool  # every packet has one
    arrow: Any = None  # for whoever makes Arrow's arrays of it

    @classmethod
    def of(cls, rows: Positions, count: int, occurrence: str) -> Spread:
        """Of ascending rows."""
        other = rows[1:] != rows[:-1]
        if bool(other.all()):
            return cls(rows, rows, None, len(rows) == count)
        edge = np.ones(1, bool)
        which = np.flatnonzero(np.concatenate([edge, other] if occurrence == "first" else [other, edge]))
        return cls(rows, rows[which], which, len(which) == count)


class Columns:
    """The result for one batch: occurrences of every field asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pieces: dict[str, list[Piece]] = {}
        self.chains: list[str] = [""]
        self.chain_of: NDArray[np.int32] = np.zeros(count, np.int32)
        self._chain_ids: dict[tuple[str, ...], int] = {}
        self._chain_names: list[tuple[str, ...]] = [()]
        self._joined: dict[tuple[int, ...], tuple[Positions, NDArray[np.intp] | None]] = {}
        self._spreads: dict[tuple[int, str], Spread] = {}
        self.text: Texts | dict[str, NDArray[np.object_]] = {}
        self.turns = 0  # see `turn`

    def turn(self, rows: Positions, turns: Positions) -> Positions:
        """Rows for what comes in a packet's 1st, 2nd … turn, in whatever order it is found; see `settle`."""
        self.turns = max(self.turns, int(turns.max(initial=0)))
        more = np.zeros(max(self.count * (self.turns + 1) - len(self.chain_of), 0), np.int32)
        self.chain_of = np.concatenate([self.chain_of, more])
        return rows + self.count * turns

    def settle(self) -> None:
        """Bring what came in turns in order: a packet's own, then that of each turn."""
        if not self.turns:
            return
        for pieces in self.pieces.values():
            if any(piece.rows.max() >= self.count for piece in pieces):
                rows = np.concatenate([piece.rows for piece in pieces])
                order = np.lexsort((rows // self.count, rows % self.count))
                values = concatenate([piece.values for piece in pieces])
                pieces[:] = [Piece((rows % self.count)[order], values[order], pieces[0].field)]
        depths = dict[int, int]()
        own, later = self.chain_of[: self.count], self.chain_of[self.count :]
        for at in np.flatnonzero(later).tolist():
            row = at % self.count
            before, names = self._chain_names[own[row]], self._chain_names[later[at]]
            depth = depths.setdefault(row, len(before))
            own[row] = self.chain((*before, *names[depth:]))
        self.chain_of, self.turns = own, 0

    def add(self, name: str, rows: Positions, values: Any, field: Field) -> None:
        """Add occurrences; within a row, later calls come later in order."""
        if len(rows):
            self.pieces.setdefault(name, []).append(Piece(rows, values, field))

    def add_lists(self, found: dict[Field, tuple[list[int], list[Any]]]) -> None:
        """Add (rows, values) of each field."""
        for field, (rows, values) in found.items():
            column = np.empty(len(values), object)
            column[:] = values
            self.add(field.name, np.array(rows, np.int64), column, field)

    def chain(self, names: tuple[str, ...]) -> int:
        """The number, for `chain_of`, of these layers within each other."""
        number = self._chain_ids.get(names)
        if number is None:
            number = self._chain_ids[names] = len(self.chains)
            self.chains.append(":".join(names))
            self._chain_names.append(names)
        return number

    def occurrences(self, name: str) -> tuple[Positions, Any, Field | None]:
        """(rows, values, field): all occurrences in packet order, and within a packet in tree order."""
        pieces = self.pieces.get(name, [])
        if not pieces:
            return np.empty(0, np.int64), np.empty(0, np.int64), None
        if len(pieces) == 1:
            return pieces[0].rows, pieces[0].values, pieces[0].field
        rows, order = self._join(pieces)
        values = concatenate([p.values for p in pieces])
        return rows, values if order is None else values[order], pieces[0].field

    def _join(self, pieces: list[Piece]) -> tuple[Positions, NDArray[np.intp] | None]:
        """The rows of several pieces, in order, and how their values get there.  Many fields have the same rows."""
        key = tuple(id(piece.rows) for piece in pieces)
        if key not in self._joined:
            rows = np.concatenate([piece.rows for piece in pieces])
            ordered = bool((rows[1:] >= rows[:-1]).all())
            order = None if ordered else np.argsort(rows, kind="stable")
            self._joined[key] = (rows, None) if order is None else (rows[order], order)
        return self._joined[key]

    def spread(self, rows: Positions, occurrence: str) -> Spread:
        """How the `occurrence` (first, last) of each packet, of those in `rows`, becomes a column."""
        key = id(rows), occurrence
        if key not in self._spreads:
            self._spreads[key] = Spread.of(rows, self.count, occurrence)
        return self._spreads[key]


def concatenate(parts: list[Any]) -> Any:
    """One array of several; of Python objects where their kinds differ."""
    kinds = {p.dtype for p in parts}
    if len(kinds) > 1 and any(k.kind in "OV" for k in kinds):
        out = np.empty(sum(len(p) for p in parts), object)
        out[:] = [v for p in parts for v in as_list(p)]
        return out
    return np.concatenate(parts)
