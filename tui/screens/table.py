"""A screen that is one table: made behind the screen, sorted, filtered on, and written to a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Static
from textual.worker import get_current_worker

import dissect
from tui.screens.main import Main
from tui.screens.save import SaveTable
from tui.telling import tell
from tui.widgets.grid import fill

MOST = 2000  # rows shown; a file has them all


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` are texts and numbers; `packet` is where Enter leads, `filter` what `f` applies, `stream` what can be
    followed (protocol, number)."""

    cells: tuple[Any, ...]
    packet: int = 0
    filter: str = ""
    style: str = ""
    stream: tuple[str, int] | None = None


class TableScreen(Screen[int | str | None]):
    """Ends with a packet to go to, a filter to apply, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back"),
        Binding("f", "filter", "Filter on the row"),
        Binding("s", "sort(1)", "Sort by the next column"),
        Binding("S", "sort(0)", "Other way round", show=False),
        Binding("w", "save", "Write to a file"),
        Binding("j", "app.simulate_key('down')", "Next row", show=False),
        Binding("k", "app.simulate_key('up')", "Previous row", show=False),
        Binding("question_mark,f1", "app.help", "Help"),
    ]
    heading = ""
    columns: Sequence[str] = ()

    def __init__(self, main: Main) -> None:
        super().__init__()
        self.main = main
        self.rows: list[Row] = []
        self.ready = False
        self._sorted, self._descending = -1, False

    def compose(self) -> ComposeResult:
        """What it is, the table."""
        yield Static(f"{self.heading} …", id="heading", markup=False)
        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
        yield Footer()

    def on_mount(self) -> None:
        """Begin."""
        self.begin()

    def begin(self) -> None:
        """Make it behind the screen."""
        self.query_one(DataTable).focus()
        self._make()

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """The rows; called in a thread."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.workers.cancel_node(self)

    @work(thread=True, exclusive=True)
    def _make(self) -> None:
        worker = get_current_worker()
        rows = self.made(self.main.reader(), lambda: worker.is_cancelled)
        tell(self, worker, self._show, rows)

    def _show(self, rows: list[Row]) -> None:
        self.rows, self.ready = rows, True
        shown = [[self._cell(cell, row.style) for cell in row.cells] for row in rows[:MOST]]
        fill(self.query_one(DataTable), self.columns, shown)
        more = f", the first {MOST:,} shown" if len(rows) > MOST else ""
        self.query_one("#heading", Static).update(f"{self.heading}: {len(rows):,}{more}")

    def _cell(self, cell: Any, style: str) -> Text:
        if isinstance(cell, Text):
            return cell
        number = isinstance(cell, int | float)
        text = f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}" if number else str(cell)
        return Text(dissect.escape_text(text), style=style, justify="right" if number else "left")

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        at = self.query_one(DataTable).cursor_row
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def on_data_table_row_selected(self, _: DataTable.RowSelected) -> None:
        """Go to the row's packet, or filter on the row."""
        if self.chosen is not None:
            self.dismiss(self.chosen.packet or self.chosen.filter or None)

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """Sort by the column that was clicked."""
        self._descending = event.column_index == self._sorted and not self._descending
        self._sorted = event.column_index
        self._sort()

    def action_sort(self, by: int) -> None:
        """By the next column, or the other way round."""
        self._sorted = (self._sorted + by) % max(len(self.columns), 1)
        self._descending = not self._descending if not by else False
        self._sort()

    def _sort(self) -> None:
        self._show(sorted(self.rows, key=lambda row: sort_key(row.cells[self._sorted]), reverse=self._descending))
        way = "descending" if self._descending else "ascending"
        self.query_one("#heading", Static).update(
            f"{self.heading}: {len(self.rows):,}, by {self.columns[self._sorted]}, {way}"
        )

    def action_filter(self) -> None:
        """Leave, and filter on the row."""
        if self.chosen is None:
            return
        wish = self.chosen.filter or (f"frame.number == {self.chosen.packet}" if self.chosen.packet else "")
        if wish:
            self.dismiss(wish)

    def action_save(self) -> None:
        """Write the table to a file."""
        self.app.push_screen(SaveTable(list(self.columns), [list(map(plain, row.cells)) for row in self.rows]))


def plain(cell: Any) -> Any:
    """A cell without its colours."""
    return cell.plain if isinstance(cell, Text) else cell


def sort_key(cell: Any) -> tuple[bool, Any]:
    """Numbers before texts."""
    value = plain(cell)
    return isinstance(value, str), value
