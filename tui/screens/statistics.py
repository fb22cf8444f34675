"""Statistics: any of the tables of `dissect stats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import dissect
from tui.screens.main import Main
from tui.screens.table import Row, TableScreen


class Statistics(TableScreen):
    """One statistic, of the packets displayed."""

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
        return [Row(tuple(map(cell, row.values())), 0, row_filter(row)) for row in table.to_pylist()]


def cell(value: Any) -> Any:
    """A value as a cell."""
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else value


def row_filter(row: Mapping[str, Any]) -> str:
    """The filter for what a row counts; empty where it does not say."""
    if row.get("filter"):
        return str(row["filter"])
    if row.get("path") and row.get("protocol"):
        return " && ".join(dict.fromkeys(str(row["path"]).split(":")))
    if row.get("address"):
        address = str(row["address"])
        return f"{'ipv6' if ':' in address else 'ip'}.addr == {address}"
    return ""
