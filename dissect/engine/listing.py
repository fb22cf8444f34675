"""The packet list's columns of a batch.

A layer within another overwrites what that says, so texts are made at the end, and only where they stayed: of a
hundred segments with messages none has its TCP text made, of a hundred packets none its Ethernet addresses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import ColumnHeader
from dissect.engine.plan import COLUMNS
from dissect.engine.values import texts
from dissect.engine.window import Positions

SOURCE, DESTINATION, PROTOCOL, INFO = COLUMNS


class Listing:
    """Who says what of each row, column by column; `settle` makes the texts."""

    def __init__(self, count: int) -> None:
        self.text: dict[str, NDArray[np.object_]] = {}
        self._who = {name: np.zeros(count, np.int32) for name in COLUMNS}  # the place in `_headers`, from 1; 0: nobody
        self._headers: list[tuple[Positions, ColumnHeader]] = []
        self._behind: list[tuple[Positions, str]] = []
        for name in COLUMNS:
            empty = np.empty(count, object)
            empty[:] = ""
            self.text[name] = empty

    def header(self, rows: Positions, h: ColumnHeader) -> None:
        """These headers fill the columns of their rows as their layer declares."""
        layer = h.layer
        self._headers.append((rows, h))
        number = len(self._headers)
        for name, says in ((SOURCE, layer.source), (DESTINATION, layer.destination), (INFO, layer.info is not None)):
            if says:
                self._who[name][rows] = number
        if layer.column and not layer.has_brief:
            self.say(PROTOCOL, rows, layer.column)

    def say(self, name: str, rows: Positions, text: Any) -> None:
        """This text, or these texts, whatever the headers around them say."""
        self.text[name][rows] = text
        self._who[name][rows] = 0

    def behind(self, rows: Positions, text: str) -> None:
        """Words behind the Info of these rows."""
        self._behind.append((rows, text))

    def settle(self) -> None:
        """Make the texts of headers."""
        for name in (SOURCE, DESTINATION, INFO):
            who, text = self._who[name], self.text[name]
            for number, (rows, h) in enumerate(self._headers, 1):
                stayed = np.flatnonzero(who[rows] == number)
                if len(stayed):
                    some = h if len(stayed) == len(rows) else h.taken(stayed)
                    text[rows[stayed]] = _said(name, some)
        for rows, words in self._behind:
            self.text[INFO][rows] += words
        self._headers.clear()
        self._behind.clear()


def _said(name: str, h: ColumnHeader) -> list[str]:
    if name == INFO:
        return h.layer.infos(h)
    attr = h.layer.source if name == SOURCE else h.layer.destination
    return texts(h.layer.by_attr[attr], getattr(h, attr))
