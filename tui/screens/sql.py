"""SQL: a statement over the capture's tables, and its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Input, Static

import dissect
from tui import filtering
from tui.screens.main import Main
from tui.screens.statistics import cell
from tui.screens.table import Row, TableScreen

KEPT = 100_000  # rows of a result that are kept; `dissect sql` gives them all
BEGIN = "SELECT ip.src, ip.dst, count(*) AS packets FROM packets GROUP BY ALL ORDER BY packets DESC"
NUMBERS = ("number", "frame.number", "packet")  # columns that say which packet a row is of


class Sql(TableScreen):
    """The statement above, its rows below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,slash", "edit", "Edit the statement"),
        Binding("ctrl+up", "earlier(-1)", "Statement before", show=False, priority=True),
        Binding("ctrl+down", "earlier(1)", "Statement after", show=False, priority=True),
    ]
    heading = "SQL over packets, flows, paths, findings, datagrams"

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self._said = main.settings.statements or [BEGIN]
        self._at = len(self._said) - 1
        self._problem = ""
        self._all = 0

    def compose(self) -> ComposeResult:
        """The statement, what came of it, the rows."""
        yield Input(self._said[self._at], placeholder="SELECT … FROM packets", id="statement")
        yield Static(f"{self.heading}; Enter runs", id="heading", markup=False)
        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
        yield Footer()

    def begin(self) -> None:
        """Wait for a statement."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run it behind the screen."""
        text = event.value.strip()
        if not text:
            return
        self._said = self.main.settings.remember_statement(text)
        self._at = len(self._said) - 1
        self.query_one("#heading", Static).update("running …")
        self.ready, self._sorted = False, -1
        self._make()

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """The rows of the result; none, and a reason, where it makes no sense."""
        self._problem = ""
        try:
            table = capture.sql(self._said[self._at])
        except (dissect.SqlError, dissect.CaptureError) as error:
            self._problem = " ".join(str(error).split())
            return []
        self.columns, self._all = tuple(table.column_names), table.num_rows
        names = [name.lower() for name in self.columns]
        number = next((names.index(name) for name in NUMBERS if name in names), -1)
        columns = [column.to_pylist() for column in table.slice(0, KEPT).columns]
        return [
            Row(tuple(map(cell, row)), packet(row, number), filtering.of_row(dict(zip(names, row, strict=True))))
            for row in zip(*columns, strict=True)
        ]

    def _show(self, rows: list[Row]) -> None:
        table = self.query_one(DataTable)
        super()._show(rows)
        if self._problem:
            self.query_one("#heading", Static).update(dissect.escape_text(self._problem))
        elif rows:
            table.focus()
            if self._all > len(rows):
                text = f"{self._all:,} rows, the first {len(rows):,} kept: `dissect sql` writes them all"
                self.query_one("#heading", Static).update(text)

    def action_edit(self) -> None:
        """Back to the statement."""
        self.query_one(Input).focus()

    def action_earlier(self, by: int) -> None:
        """Another of the statements used before."""
        self._at = max(0, min(self._at + by, len(self._said) - 1))
        self.query_one(Input).value = self._said[self._at]


def packet(row: tuple[Any, ...], at: int) -> int:
    """The packet that a row is of; 0 where it names none."""
    return row[at] if at >= 0 and isinstance(row[at], int) and row[at] > 0 else 0
