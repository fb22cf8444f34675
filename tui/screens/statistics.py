"""Statistics: any of the tables of `dissect stats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

import dissect
from tui import filtering
from tui.screens.follow import Follow
from tui.screens.main import Main
from tui.screens.table import Row, TableScreen


class Statistics(TableScreen):
    """One statistic, of the packets displayed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("R", "follow", "Follow the stream")]

    def __init__(self, main: Main, name: str) -> None:
        super().__init__(main)
        self.name_of_it = name
        where = f" of {main.filter}" if main.filter else ""
        self.heading = f"{name.capitalize()}{where}"

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """The table's rows."""
        where = dissect.compile_filter(self.main.filter, capture.registry) if self.main.filter else None
        table = dissect.statistic(self.name_of_it).table(capture, where, cancel=cancel)
        self.columns = tuple(name.replace("_", " ").capitalize() for name in table.column_names)
        rows = table.to_pylist()
        return [Row(tuple(map(cell, row.values())), 0, filtering.of_row(row), stream=stream(row)) for row in rows]

    def action_follow(self) -> None:
        """What the two ends of the row's stream said."""
        if self.chosen is None or self.chosen.stream is None:
            self.notify("this row is no TCP or UDP stream", severity="warning")
        else:
            self.app.push_screen(Follow(self.main, *self.chosen.stream), self._came_back)

    def _came_back(self, wish: int | str | None) -> None:
        if wish:
            self.dismiss(wish)


def stream(row: Mapping[str, Any]) -> tuple[str, int] | None:
    """The protocol and the number of the stream that a row tells of."""
    kind, number = row.get("type"), row.get("stream")
    return (str(kind), int(number)) if kind in ("tcp", "udp") and number is not None else None


def cell(value: Any) -> Any:
    """A value as a cell."""
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else value
