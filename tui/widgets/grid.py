"""Filling a DataTable: columns as wide as what stands in them, measured here, at once and for all rows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import DataTable

WIDEST = 100


def fill(table: DataTable[Text], titles: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    """These rows instead of those that are there."""
    if [str(column.label) for column in table.ordered_columns] != list(titles):
        table.clear(columns=True)
        for title in titles:
            table.add_column(title)
    else:
        table.clear()
    for number, column in enumerate(table.ordered_columns):
        wide = max((cell_len(row[number].plain) for row in rows), default=0)
        column.auto_width = False
        column.width = min(max(wide, cell_len(titles[number]), 1), WIDEST)
    table.add_rows(rows)
