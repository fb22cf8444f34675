"""Lines of a sequence diagram: who sent to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

LEAST = 16  # characters between two ends


def ends_of(pairs: Sequence[tuple[str, str]], most: int) -> list[str]:
    """The names in the order they appear, at most `most`; where there are more, the last stands for all but the
    busiest."""
    counts = Counter(name for pair in pairs for name in pair if name)
    if len(counts) <= most:
        return list(counts)
    busiest = {name for name, _ in counts.most_common(most - 1)}
    return [*(name for name in counts if name in busiest), "others"]


def spacing(ends: int, width: int) -> int:
    """Characters between two ends, for diagrams about `width` wide."""
    return max(LEAST, min(28, width // max(ends, 1)))


def titles(ends: Sequence[str], space: int) -> str:
    """The names, each beginning above its line."""
    return "".join(end[: space - 1].ljust(space) for end in ends)


def arrow(source: int, destination: int, ends: int, space: int, label: str) -> Text:
    """One line: bars for the ends, and an arrow from one to another with its label."""
    places = [number * space + 1 for number in range(ends)]
    line = ["│" if at in places else " " for at in range(ends * space)]
    start, end = places[source], places[destination]
    left, right = min(start, end), max(start, end)
    if start == end:
        drawn = f"↺ {label}"[: space - 2]
        line[start + 1 : start + 1 + len(drawn)] = drawn
    else:
        line[left + 1 : right] = f" {label} "[: right - left - 3].center(right - left - 1, "─")
        line[left + 1 if end < start else right - 1] = "◀" if end < start else "▶"
    return Text("".join(line))
