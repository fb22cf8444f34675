"""The packet list's columns of a batch.

A layer within another overwrites what that says, so texts are made at the end, and only where they stayed: of a
hundred segments with messages none has its TCP text made, of a hundred packets none its Ethernet addresses.  What most
rows say is made as cells, and becomes a Python text only where somebody asks for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.cells import WIDEST, Cells, as_texts, beside, constant, of_texts, of_values
from dissect.engine.header import ColumnHeader
from dissect.engine.plan import COLUMNS
from dissect.engine.values import escape_text, texts
from dissect.engine.window import Positions

SOURCE, DESTINATION, PROTOCOL, INFO = COLUMNS
PLACE = "\x1f"  # no text has it: control characters are made visible


class Texts:
    """What is said of each row, by column: as Python texts, or as cells."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._said = {name: np.full(count, "", object) for name in COLUMNS}
        self._cells: dict[str, list[Cells]] = {name: [] for name in COLUMNS}
        self._which = {name: np.zeros(count, np.int32) for name in COLUMNS}  # of `_cells`, from 1; 0: none
        self._at = {name: np.zeros(count, np.int32) for name in COLUMNS}  # the row there

    def __contains__(self, name: object) -> bool:
        return name in self._said

    def __getitem__(self, name: str) -> NDArray[np.object_]:
        """The column as Python texts."""
        which, said = self._which[name], self._said[name]
        for number, cells in enumerate(self._cells[name], 1):
            rows = np.flatnonzero(which == number)
            if len(rows):
                said[rows] = as_texts(cells[self._at[name][rows]])
        which[:] = 0
        self._cells[name].clear()
        return said

    def one(self, name: str, row: int) -> str:
        """What is said of a row."""
        number, at = int(self._which[name][row]), int(self._at[name][row])
        return as_texts(self._cells[name][number - 1][at : at + 1])[0] if number else str(self._said[name][row])

    def say(self, name: str, rows: Positions | int, text: Any) -> None:
        """This text, or these texts."""
        self._said[name][rows] = text
        self._which[name][rows] = 0

    def put(self, name: str, rows: Positions, cells: Cells) -> None:
        """A cell for each of these rows."""
        self._cells[name].append(cells)
        self._which[name][rows] = len(self._cells[name])
        self._at[name][rows] = np.arange(len(cells))

    def behind(self, name: str, rows: Positions, words: str) -> None:
        """Words behind the texts of these rows."""
        which = self._which[name][rows]
        self._said[name][rows[which == 0]] += words
        for number in set(which.tolist()) - {0}:
            mine = rows[which == number]
            cells = self._cells[name][number - 1][self._at[name][mine]]
            self.put(name, mine, beside(cells, constant(words, len(mine))))

    def before(self, name: str, rows: Positions, words: str) -> None:
        """Words before the texts of these rows."""
        which = self._which[name][rows]
        plain = rows[which == 0]
        self._said[name][plain] = [words + text for text in self._said[name][plain]]
        for number in set(which.tolist()) - {0}:
            mine = rows[which == number]
            cells = self._cells[name][number - 1][self._at[name][mine]]
            self.put(name, mine, beside(constant(words, len(mine)), cells))

    def cells(self, name: str) -> tuple[Cells, dict[int, str]]:
        """The column as `fitting` cells."""
        which, pieces = self._which[name], self._cells[name]
        rows = np.flatnonzero(which == 0)
        own, long = fitting(self._said[name][rows].tolist())
        if len(rows) == self._count:
            return own, long
        out = np.zeros((self._count, max([own.shape[1], *(cells.shape[1] for cells in pieces)])), np.uint8)
        out[rows, : own.shape[1]] = own
        long = {int(rows[at]): text for at, text in long.items()}
        for number, cells in enumerate(pieces, 1):
            rows = np.flatnonzero(which == number)
            out[rows, : cells.shape[1]] = cells[self._at[name][rows]]
        return out, long


def fitting(texts: list[str]) -> tuple[Cells, dict[int, str]]:
    """Texts as cells, safe for a terminal; those that are too long by row, their PLACE in the cells."""
    if not "".join(texts).isprintable():
        texts = [escape_text(text) for text in texts]
    long = dict[int, str]()
    if max(map(len, texts), default=0) > WIDEST:
        long = {row: text for row, text in enumerate(texts) if len(text) > WIDEST}
        texts = [PLACE if row in long else text for row, text in enumerate(texts)]
    cells = of_texts(texts)
    assert cells is not None
    return cells, long


class Listing:
    """Who says what of each row, column by column; `settle` makes the texts."""

    def __init__(self, count: int) -> None:
        self.text = Texts(count)
        self._who = {name: np.zeros(count, np.int32) for name in COLUMNS}  # the place in `_headers`, from 1; 0: nobody
        self._headers: list[tuple[Positions, ColumnHeader]] = []
        self._behind: list[tuple[Positions, str]] = []
        self._fleeting: list[int] = []  # places in `_headers`
        self._fenced: list[tuple[Positions, ColumnHeader]] = []
        self.fences: dict[int, str] = {}  # by row: what comes before its Info, whatever that is

    def header(self, rows: Positions, h: ColumnHeader) -> None:
        """These headers fill the columns of their rows as their layer declares."""
        layer = h.layer
        self._headers.append((rows, h))
        number = len(self._headers)
        if layer.info is not None and not layer.info_stays:
            self._fleeting.append(number)
        elif layer.info is None and layer.column and self._fleeting:
            who = self._who[INFO]
            who[rows[np.isin(who[rows], self._fleeting)]] = 0
        for name, says in ((SOURCE, layer.source), (DESTINATION, layer.destination), (INFO, layer.info is not None)):
            if says:
                self._who[name][rows] = number
        if layer.fence:
            self._fenced.append((rows, h))
        if layer.column_of is not None:
            self._who[PROTOCOL][rows] = number
        elif layer.column and not layer.has_brief:
            self.text.put(PROTOCOL, rows, constant(layer.column, len(rows)))
            self._who[PROTOCOL][rows] = 0

    def say(self, name: str, rows: Positions, text: Any) -> None:
        """This text, or these texts, whatever the headers around them say."""
        self.text.say(name, rows, text)
        self._who[name][rows] = 0

    def behind(self, rows: Positions, text: str) -> None:
        """Words behind the Info of these rows."""
        self._behind.append((rows, text))

    def settle(self) -> None:
        """Make the texts of headers."""
        for name in (SOURCE, DESTINATION, PROTOCOL, INFO):
            who = self._who[name]
            for number, (rows, h) in enumerate(self._headers, 1):
                stayed = np.flatnonzero(who[rows] == number)
                if len(stayed):
                    some = h if len(stayed) == len(rows) else h.taken(stayed)
                    said = _said(name, some)
                    if isinstance(said, list):
                        self.text.say(name, rows[stayed], said)
                    else:
                        self.text.put(name, rows[stayed], said)
        for rows, words in self._behind:
            self.text.behind(INFO, rows, words)
        for rows, h in self._fenced:
            words = getattr(h, h.layer.fence)
            for at in np.flatnonzero(words != "").tolist():
                self.fenced(int(rows[at]), words[at])
        self._headers.clear()
        self._behind.clear()
        self._fenced.clear()
        self._fleeting.clear()

    def fenced(self, row: int, words: str) -> None:
        """These words come before the row's Info."""
        self.fences[row] = self.fences.get(row, "") + words

    def finish(self) -> None:
        """Put fences before what is said."""
        for words in dict.fromkeys(self.fences.values()):
            rows = np.array([row for row, own in self.fences.items() if own == words], np.int64)
            self.text.before(INFO, rows, words)


def _said(name: str, h: ColumnHeader) -> list[str] | Cells:
    if name == PROTOCOL:
        return h.layer.columns_of(h)
    if name == INFO:
        made: list[str] | Cells = h.layer.infos(h)
        return made
    attr = h.layer.source if name == SOURCE else h.layer.destination
    field, values = h.layer.by_attr[attr], getattr(h, attr)
    cells = None if field.type.kind == "string" else of_values(field, values)
    return texts(field, values) if cells is None else cells
