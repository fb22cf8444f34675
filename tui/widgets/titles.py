"""The line of titles above the list: a click sorts, dragging an edge widens, dragging a title moves its column."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import MouseDown, MouseMove, MouseUp
from textual.message import Message
from textual.widgets import Static

NEAR = 1  # characters beside an edge that still are the edge


class Titles(Static):
    """Where each column begins is told by whoever lays them out."""

    class Sorted(Message):
        """A title was clicked."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    class Widened(Message):
        """An edge was dragged: the column on its left is to be so wide."""

        def __init__(self, column: int, width: int) -> None:
            super().__init__()
            self.column, self.width = column, width

    class Moved(Message):
        """A title was dragged to another."""

        def __init__(self, column: int, to: int) -> None:
            super().__init__()
            self.column, self.to = column, to

    class Menu(Message):
        """A title was clicked with the other button."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._widths: list[int] = []
        self._held = -1  # the column under the pointer when the button went down
        self._edge = False

    def lay(self, text: str, widths: Sequence[int]) -> None:
        """Other titles."""
        self._widths = list(widths)
        self.update(text, layout=False)

    def _column(self, x: int) -> int:
        for number, width in enumerate(self._widths):
            x -= width + 1
            if x < 0:
                return number
        return len(self._widths) - 1

    def _edge_at(self, x: int) -> int:
        """The column whose right edge is there; -1 if none is."""
        at = -1
        for number, width in enumerate(self._widths[:-1]):
            at += width + 1
            if abs(x - at) < NEAR:
                return number
        return -1

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take hold of an edge or a title."""
        event.stop()
        edge = self._edge_at(event.x)
        self._held, self._edge = (edge, True) if edge >= 0 else (self._column(event.x), False)
        if event.button == 3:
            self.post_message(self.Menu(self._column(event.x)))
            self._held = -1
        elif self._held >= 0:
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """An edge follows the pointer."""
        if self._held >= 0 and self._edge:
            begin = sum(self._widths[: self._held]) + self._held
            self.post_message(self.Widened(self._held, event.x - begin))

    def on_mouse_up(self, event: MouseUp) -> None:
        """Sort, or move the column."""
        held, self._held = self._held, -1
        if held < 0:
            return
        self.release_mouse()
        to = self._column(event.x)
        if not self._edge:
            self.post_message(self.Sorted(held) if to == held else self.Moved(held, to))
