"""Columns: what the column evaluator makes of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.window import Positions, as_list


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


class Columns:
    """The result for one batch: occurrences of every field asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pieces: dict[str, list[Piece]] = {}
        self.chains: list[str] = [""]
        self.chain_of: NDArray[np.int32] = np.zeros(count, np.int32)
        self._chain_ids: dict[tuple[str, ...], int] = {}
        self._chain_names: list[tuple[str, ...]] = [()]
        self.text: dict[str, NDArray[np.object_]] = {}
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
        rows = np.concatenate([p.rows for p in pieces])
        values = concatenate([p.values for p in pieces])
        if np.all(rows[1:] >= rows[:-1]):
            return rows, values, pieces[0].field
        order = np.argsort(rows, kind="stable")
        return rows[order], values[order], pieces[0].field


def concatenate(parts: list[Any]) -> Any:
    """One array of several; of Python objects where their kinds differ."""
    kinds = {p.dtype for p in parts}
    if len(kinds) > 1 and any(k.kind in "OV" for k in kinds):
        out = np.empty(sum(len(p) for p in parts), object)
        out[:] = [v for p in parts for v in as_list(p)]
        return out
    return np.concatenate(parts)
