"""A plot of several series over time, in block characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

BLOCKS = " ▁▂▃▄▅▆▇█"
COLOURS = ("cyan", "yellow", "magenta", "green", "red", "blue")


def bars(values: NDArray[np.int64], height: int, colour: str, top: int = 0) -> list[Text]:
    """`height` lines, one column a value; `top` is the value at the upper edge (0: the greatest)."""
    most = max(top, int(values.max()) if len(values) else 0, 1)
    eighths = np.minimum(-(-values * height * 8 // most), height * 8)
    lines = []
    for level in range(height - 1, -1, -1):
        cells = np.clip(eighths - level * 8, 0, 8)
        lines.append(Text("".join(BLOCKS[i] for i in cells.tolist()), style=colour))
    return lines


def plot(series: Sequence[tuple[str, NDArray[np.int64]]], width: int, height: int, seconds: float, unit: str) -> Text:
    """Each series under its name, all at one scale; `seconds` is how long a column is."""
    shown = max(height // max(len(series), 1) - 1, 2)
    top = max((int(values.max()) for _, values in series if len(values)), default=1)
    out = Text()
    for number, (name, values) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        peak = int(values.max()) if len(values) else 0
        out.append(f"{name or 'all packets'}", style=f"bold {colour}")
        out.append(f"  peak {peak:,} {unit} in {seconds:.6g} s, {int(values.sum()):,} in all\n", style="dim")
        for line in bars(values[:width], shown, colour, top):
            out.append_text(line).append("\n")
    return out
