"""The saved filters in one line below the bar; a click applies one."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.widgets import Static


class Buttons(Static):
    """Not there while no filter is saved."""

    class Pressed(Message):
        """A filter is to be applied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._places: list[tuple[int, int, str]] = []

    def put(self, filters: Mapping[str, str]) -> None:
        """These, each under its name."""
        line, self._places = Text(no_wrap=True), []
        for name, text in filters.items():
            self._places.append((len(line), len(line) + len(name) + 2, text))
            line.append(f" {name} ", style="reverse").append(" ")
        self.update(line)
        self.display = bool(filters)

    def on_click(self, event: Click) -> None:
        """The one that was clicked."""
        for begin, end, text in self._places:
            if begin <= event.x < end:
                self.post_message(self.Pressed(text))
