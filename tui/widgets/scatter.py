"""Points over time in braille: two by four in a character."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from tui.widgets.plot import COLOURS

Numbers = NDArray[np.float64]
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # Unicode's order of the dots
EDGE = 12  # characters for the numbers at the left


def scatter(series: Sequence[tuple[Numbers, Numbers]], width: int, height: int, unit: str) -> Text:
    """Each series (times in seconds, values) in a colour of its own; later ones are drawn over earlier ones."""
    wide, high = max(width - EDGE - 1, 10), max(height - 2, 3)
    times = np.concatenate([x for x, _ in series]) if series else np.empty(0)
    values = np.concatenate([y for _, y in series]) if series else np.empty(0)
    if not len(times):
        return Text("nothing to plot: no packet of this direction has the value")
    left, right = float(times.min()), float(times.max())
    low, top = min(float(values.min()), 0.0), float(values.max())
    dots = np.zeros((high, wide), np.int64)
    colour = np.zeros((high, wide), np.int64)
    for number, (x, y) in enumerate(series):
        across = np.minimum((x - left) / (right - left or 1) * wide * 2, wide * 2 - 1).astype(np.int64)
        up = np.minimum((y - low) / (top - low or 1) * high * 4, high * 4 - 1).astype(np.int64)
        down = high * 4 - 1 - up
        np.bitwise_or.at(dots, (down // 4, across // 2), DOTS[down % 4, across % 2])
        colour[down // 4, across // 2] = number
    return drawn(dots, colour, (low, top), (left, right), unit)


def drawn(
    dots: NDArray[np.int64], colour: NDArray[np.int64], span: tuple[float, float], times: tuple[float, float], unit: str
) -> Text:
    """The characters, with the numbers at their edges."""
    out = Text()
    high, wide = dots.shape
    for row in range(high):
        shown = {0: f"{span[1]:,.6g}", high - 1: f"{span[0]:,.6g}", high // 2: unit}.get(row, "")
        out.append(f"{shown:>{EDGE}}│", style="dim")
        for at in range(wide):
            out.append(chr(0x2800 + int(dots[row, at])), style=COLOURS[int(colour[row, at]) % len(COLOURS)])
        out.append("\n")
    begin, end = f"{times[0]:.6f} s", f"{times[1]:.6f} s"
    return out.append(" " * EDGE + "└" + begin + "─" * max(wide - len(begin) - len(end), 1) + end, style="dim")
