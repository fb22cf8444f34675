"""The whole list in one column: each line the colour of the rule that matters most among its packets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.events import Click, Resize
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

import dissect
from tui.colouring import Colouring, Rule

AT_ONCE = 512  # packets: some 50 ms, after which it may be told to stop
WHOLE = 8_000  # lists of so many packets are looked at whole; of longer ones a sample of that size


class Minimap(Widget):
    """Where in the list what is; a click goes there."""

    class Asked(Message):
        """A line of the list was asked for, as a part of the whole."""

        def __init__(self, part: float) -> None:
            super().__init__()
            self.part = part

    class Resized(Message):
        """There is room for another number of lines."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.marks: list[Rule | None] = []
        self.part = 0.0  # where the cursor of the list is

    def show(self, marks: list[Rule | None]) -> None:
        """Other colours."""
        self.marks = marks
        self.refresh()

    def move(self, part: float) -> None:
        """The cursor of the list went there."""
        self.part = part
        self.refresh()

    def on_resize(self, _: Resize) -> None:
        """Ask for as many colours as there are lines."""
        self.post_message(self.Resized())

    def on_click(self, event: Click) -> None:
        """Go there."""
        self.post_message(self.Asked(event.y / max(self.size.height - 1, 1)))

    def render_line(self, y: int) -> Strip:
        """One line."""
        height = max(self.size.height, 1)
        rule = self.marks[y * len(self.marks) // height] if self.marks else None
        style = self.rich_style
        if rule is not None:
            ground = self.background_colors[1].blend(Color.parse(rule.background), max(rule.strength, 0.6))
            style = style + Style(color=ground.rich_color)
        here = y == min(int(self.part * height), height - 1)
        return Strip([Segment("◀" if here else "█" if rule is not None else " ", style)])


def marks_of(
    capture: dissect.Capture,
    rows: NDArray[np.int64],
    colouring: Colouring,
    order: Sequence[Rule],
    lines: int,
    examined: bool,
    cancel: Callable[[], bool],
) -> list[Rule | None]:
    """For each line of a map of `rows`, in the list's order, the first of the rules in `order` that one of its packets
    has."""
    lines = max(min(lines, len(rows)), 1)
    rank = {rule: number for number, rule in enumerate(order)}
    best = np.full(lines, len(order))
    sample = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), WHOLE)).astype(np.int64)) if len(rows) else rows
    for begin in range(0, len(sample), AT_ONCE):
        if cancel():
            break
        places = sample[begin : begin + AT_ONCE]
        way = np.argsort(rows[places], kind="stable")
        found = colouring.rules_of(capture, rows[places][way], examined)
        numbers = np.array([rank.get(rule, len(order)) if rule else len(order) for rule in found])
        np.minimum.at(best, places[way] * lines // len(rows), numbers)
    return [order[number] if number < len(order) else None for number in best.tolist()]
