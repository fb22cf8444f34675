"""Columns: what the column evaluator makes of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.window import Positions, as_list, order_of

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


@dataclass(eq=False, repr=False, slots=True)
class Piece:
    """Occurrences of a field: `rows` (ascending within a piece) and as many values."""

    rows: Positions
    values: Any
    field: Field


@dataclass(eq=False, repr=False, slots=True)
class Spread:
    """How the first or last occurrences of pieces become a column of a value a packet.

    The values of each piece (`which` is None), or those chosen of all, one piece behind the other, go to the packets
    `there`.
    """

    rows: list[Positions]  # what it was made of
    there: list[Positions]
    which: Positions | None
    mask: NDArray[np.bool_]  # which packets have one
    count: int
    nulls: int
    valid: Any = None  # for whoever makes Arrow's arrays of it
    taken: Any = None

    @classmethod
    def of(cls, pieces: list[Piece], count: int, occurrence: str) -> Spread:
        """Of the rows of `pieces`."""
        rows, mask = [piece.rows for piece in pieces], np.zeros(count, bool)
        for some in rows:
            mask[some] = True
        nulls = count - int(np.count_nonzero(mask))
        if count - nulls == sum(map(len, rows)):
            return cls(rows, rows, None, mask, count, nulls)
        every = np.concatenate(rows)
        at, which = np.arange(len(every)), np.zeros(count, np.int64)
        turn = slice(None, None, -1 if occurrence == "first" else 1)
        which[every[turn]] = at[turn]  # the last of several assignments stays
        return cls(rows, [np.flatnonzero(mask)], which[mask], mask, count, nulls)

    def full(self, values: list[Any], kind: Any) -> Any:
        """An array of a value a packet, zero where there is none; `values` as many as `there`, or chosen."""
        if len(self.there) == len(values) == 1 and not self.nulls:
            return np.ascontiguousarray(values[0], kind)
        out = np.zeros(self.count, kind)
        if len(values) == len(self.there):
            for rows, some in zip(self.there, values, strict=True):
                out[rows] = some
        else:
            out[np.concatenate(self.there)] = values[0]
        return out


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
        self._spreads: dict[tuple[tuple[int, ...], str], Spread] = {}
        self.made: dict[tuple[Any, ...], Any] = {}  # Arrow's arrays, by what they were made of
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
                order = order_of(rows % self.count * (self.turns + 1) + rows // self.count)
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

    def occurrences(self, name: str, ordered: bool = True) -> tuple[Positions, Any, Field | None]:
        """(rows, values, field): all occurrences in packet order, and within a packet in tree order; unless `ordered`,
        in any."""
        pieces = self.pieces.get(name, [])
        if not pieces:
            return np.empty(0, np.int64), np.empty(0, np.int64), None
        if len(pieces) == 1:
            return pieces[0].rows, pieces[0].values, pieces[0].field
        if not ordered:
            rows, values = ([getattr(piece, part) for piece in pieces] for part in ("rows", "values"))
            return np.concatenate(rows), concatenate(values), pieces[0].field
        return self._join(pieces)[0], self.joined(pieces), pieces[0].field

    def _join(self, pieces: list[Piece]) -> tuple[Positions, NDArray[np.intp] | None]:
        """The rows of several pieces, in order, and how their values get there.  Many fields have the same rows."""
        key = tuple(id(piece.rows) for piece in pieces)
        if key not in self._joined:
            rows = np.concatenate([piece.rows for piece in pieces])
            ordered = bool((rows[1:] >= rows[:-1]).all())
            order = None if ordered else order_of(rows)
            self._joined[key] = (rows, None) if order is None else (rows[order], order)
        return self._joined[key]

    def order(self, pieces: list[Piece]) -> NDArray[np.intp] | None:
        """How the values of several pieces get in order; None where they are."""
        return self._join(pieces)[1]

    def joined(self, pieces: list[Piece]) -> Any:
        """The values of several pieces in order."""
        order = self._join(pieces)[1]
        values = concatenate([piece.values for piece in pieces])
        return values if order is None else values[order]

    def spread(self, pieces: list[Piece], occurrence: str) -> Spread:
        """How the `occurrence` (first, last) of each packet becomes a column.  Many fields have the same rows."""
        key = tuple(id(piece.rows) for piece in pieces), occurrence
        if key not in self._spreads:
            self._spreads[key] = Spread.of(pieces, self.count, occurrence)
        return self._spreads[key]


def concatenate(parts: list[Any]) -> Any:
    """One array of several; of Python objects where their kinds differ."""
    kinds = {p.dtype for p in parts}
    if len(kinds) > 1 and any(k.kind in "OV" for k in kinds):
        out = np.empty(sum(len(p) for p in parts), object)
        out[:] = [v for p in parts for v in as_list(p)]
        return out
    return np.concatenate(parts)
