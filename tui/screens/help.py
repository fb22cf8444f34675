"""What the keys do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import shown_keys
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import FilterBar
from tui.widgets.packet_list import PacketList
from tui.widgets.tree_pane import TreePane


class Help(ModalScreen[None]):
    """The keys, on one page, as the screens and panes declare them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One page."""
        main = self.app.screen_stack[1]
        groups: list[tuple[str, Iterable[Any]]] = [
            ("Everywhere", type(main).BINDINGS), ("Packet list", PacketList.BINDINGS),
            ("Tree", TreePane.BINDINGS), ("Bytes", BytesPane.BINDINGS), ("Filter bar", FilterBar.BINDINGS),
        ]  # fmt: skip
        above = [screen for screen in self.app.screen_stack[2:] if screen is not self]
        groups[:0] = [("This screen", type(screen).BINDINGS) for screen in above]
        with VerticalScroll(id="help"):
            yield Static(page(groups, self.app.size.width), markup=False)

    def on_mount(self) -> None:
        """The page scrolls."""
        self.query_one("#help").focus()

    def action_scroll(self, by: int) -> None:
        """A line on or back."""
        self.query_one("#help").scroll_relative(y=by, animate=False)


def page(groups: Iterable[tuple[str, Iterable[Any]]], width: int) -> Table:
    """Keys and what they do, in two columns where there is room."""
    across = 2 if width >= 100 else 1
    table = Table.grid(padding=(0, 2))
    for title, bindings in groups:
        table.add_row(Text(title, style="bold"))
        cells = [cell for b in bindings for cell in (Text(shown_keys(b.key), style="cyan"), Text(b.description))]
        if title == "Everywhere":
            cells += [Text("Ctrl+P", style="cyan"), Text("Everything, by name; themes")]
        for at in range(0, len(cells), 2 * across):
            table.add_row(*cells[at : at + 2 * across])
        table.add_row()
    return table
