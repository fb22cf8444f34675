"""The flow graph: the packets displayed as arrows between their ends."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.worker import get_current_worker

import dissect
from tui.screens.main import Main
from tui.screens.save import SaveTable
from tui.telling import tell
from tui.widgets.flow import LEAST, arrow, ends_of, spacing, titles
from tui.widgets.plot import COLOURS

MOST = 2000  # packets drawn at once
TIME = 12
SHARE = 0.62  # of the width is for the arrows


class FlowGraph(Screen[int | str | None]):
    """From the packet under the cursor on; Enter goes to a packet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back"),
        Binding("a", "all", "Displayed packets, or those of the conversation"),
        Binding("n", "more(1)", "Further packets"),
        Binding("p", "more(-1)", "Earlier packets"),
        Binding("w", "save", "Write to a file"),
        Binding("j", "app.simulate_key('down')", "Next", show=False),
        Binding("k", "app.simulate_key('up')", "Previous", show=False),
        Binding("question_mark,f1", "app.help", "Help"),
    ]

    def __init__(self, main: Main) -> None:
        super().__init__()
        self._main = main
        self._rows = np.empty(0, np.int64)
        self._first = 0
        self.lines: list[dissect.Line] = []

    def compose(self) -> ComposeResult:
        """What it is, the names, the arrows."""
        yield Static("Flow graph …", id="heading", markup=False)
        yield Static("", id="ends", markup=False)
        yield OptionList(id="arrows", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begin at the packet under the cursor."""
        shown = self._main.packets
        self._rows = np.arange(shown.total) if shown.rows is None else np.sort(shown.rows)
        at = int(np.searchsorted(self._rows, max(shown.chosen_row, 0)))
        self._first = at // MOST * MOST
        self.query_one(OptionList).focus()
        self._make()

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self.workers.cancel_node(self)

    @work(thread=True, exclusive=True)
    def _make(self) -> None:
        worker = get_current_worker()
        rows = self._rows[self._first : self._first + MOST]
        lines = self._main.reader().lines(rows)  # type: ignore[arg-type]
        tell(self, worker, self._show, lines)

    def _show(self, lines: list[dissect.Line]) -> None:
        self.lines = lines
        last = self._first + len(lines)
        where = f" of {self._main.filter}" if self._main.filter else ""
        text = f"Flow{where}: packets {self._first + 1:,} to {last:,} of {len(self._rows):,}" if lines else "no packets"
        self.query_one("#heading", Static).update(dissect.escape_text(text))
        wide = int((self.size.width - TIME) * SHARE)
        ends = ends_of([(line.source, line.destination) for line in lines], max(wide // LEAST, 2))
        space = spacing(len(ends), wide)
        self.query_one("#ends", Static).update(" " * (TIME + 2) + titles(ends, space))
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options([self._drawn(line, ends, space) for line in lines])
        numbers = [line.number for line in lines]
        if lines:
            at = int(np.searchsorted(numbers, max(self._main.packets.chosen_row + 1, 1)))
            shown.highlighted = min(at, len(lines) - 1)

    def _drawn(self, line: dissect.Line, ends: list[str], space: int) -> Text:
        known = {name: number for number, name in enumerate(ends)}
        source, destination = (known.get(name, len(ends) - 1) for name in (line.source, line.destination))
        seconds = (line.time - self._main.capture.start_time) / 1e9
        drawn = arrow(source, destination, len(ends), space, line.protocol)
        drawn.stylize(COLOURS[source % len(COLOURS)])
        whole = Text(f"{seconds:{TIME}.6f} ", no_wrap=True, overflow="ellipsis", end="")
        return whole.append_text(drawn).append(line.info)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the packet."""
        self.dismiss(self.lines[event.option_index].number)

    def action_more(self, by: int) -> None:
        """The packets behind, or before, those drawn."""
        first = self._first + by * MOST
        if 0 <= first < len(self._rows):
            self._first = first
            self._make()

    def action_all(self) -> None:
        """Leave with a filter on the conversation; without it where there is one."""
        self.dismiss(None)
        if self._main.filter:
            self._main.action_clear_filter()
        else:
            self._main.action_stream()
        self.app.call_later(self.app.run_action, "app.show('flow_graph')")

    def action_save(self) -> None:
        """Write the lines to a file."""
        names = ["number", "time_epoch", "source", "destination", "protocol", "info"]
        rows = [[x.number, x.time / 1e9, x.source, x.destination, x.protocol, x.info] for x in self.lines]
        self.app.push_screen(SaveTable(names, rows))
