"""Capture properties."""

from __future__ import annotations

from collections.abc import Callable

import dissect
from tui.screens.table import Row, TableScreen


class Properties(TableScreen):
    """Format, interfaces, packets, times, rates, sizes, drops, comments, hash and damage."""

    heading = "Capture properties"
    columns = ("Property", "Value")

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """One row a property."""
        lines = dissect.property_lines(dissect.properties(capture.source))
        return [Row((line[:16].strip(), line[16:].strip())) for line in lines]
