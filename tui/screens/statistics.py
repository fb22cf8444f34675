"""Statistics: any of the tables of `dissect stats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

import dissect
from tui import filtering
from tui.screens.follow import Follow
from tui.screens.main import Main
from tui.screens.table import Row, TableScreen

EXCHANGES = ("dns", "http", "tls", "dhcp")  # statistics that count questions and answers, which can be seen one by one
ACRONYMS = (*EXCHANGES, "io")


class Statistics(TableScreen):
    """One statistic, of the packets displayed; or what it counts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "follow", "Follow the stream"),
        Binding("t", "each", "Each question with its answer, or how many"),
    ]

    def __init__(self, main: Main, name: str) -> None:
        super().__init__(main)
        self.name_of_it, self.each = name, False
        self._title()

    def _title(self) -> None:
        name = self.name_of_it.upper() if self.name_of_it in ACRONYMS else self.name_of_it.capitalize()
        where = f" of {self.main.filter}" if self.main.filter else ""
        self.heading = f"{name}{', each question with its answer' if self.each else ''}{where}"

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """The table's rows."""
        where = dissect.compile_filter(self.main.filter, capture.registry) if self.main.filter else None
        if self.each:
            return self._exchanges(dissect.transaction_table(self.name_of_it, capture, where, cancel=cancel))
        table = dissect.statistic(self.name_of_it).table(capture, where, cancel=cancel)
        self.columns = tuple(name.replace("_", " ").capitalize() for name in table.column_names)
        rows = table.to_pylist()
        return [Row(tuple(map(cell, row.values())), 0, filtering.of_row(row), stream=stream(row)) for row in rows]

    def _exchanges(self, table: Any) -> list[Row]:
        """A row each, without the columns that say nothing of any of them."""
        rows = table.to_pylist()
        names = [name for name in table.column_names if any(row[name] not in (None, []) for row in rows)]
        self.columns = tuple(name.replace("_", " ").capitalize() for name in names)
        out = []
        for row in rows:
            packets = [str(row[name]) for name in ("packet", "response_packet") if row[name]]
            kind = "udp" if row.get("transport") == "udp" else "tcp"
            followed = (kind, int(row["stream"])) if row.get("stream") is not None else None
            cells = tuple(cell(row[name]) for name in names)
            out.append(Row(cells, int(packets[0]), f"frame.number in {{{', '.join(packets)}}}", stream=followed))
        return out

    def action_each(self) -> None:
        """What the statistic counts, a row each; or the counts again."""
        if self.name_of_it not in EXCHANGES:
            self.notify("questions and answers are those of DNS, HTTP, TLS and DHCP", severity="warning")
            return
        self.each = not self.each
        self._title()
        self.begin()

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
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, list):
        return " ".join(" ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value)
    return value if not isinstance(value, bool) else "yes" if value else ""
