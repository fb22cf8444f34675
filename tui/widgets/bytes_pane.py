"""The bytes of the chosen packet in hex and text, the chosen field's highlighted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.context import MenuAsked


@dataclass(frozen=True, slots=True)
class Shape:
    """How a line is laid out: bytes a line, digits of the offset, where hex and text begin, the gap in the middle."""

    row: int
    digits: int
    hex: int
    gap: int
    text: int

    @property
    def width(self) -> int:
        """Characters of a line."""
        return self.text + self.row


WIDE = Shape(16, 5, 7, 1, 7 + 3 * 16 + 3)
NARROW = Shape(8, 4, 5, 0, 5 + 3 * 8 + 1)


class BytesPane(ScrollView, can_focus=True):
    """Hex and text of one source: the packet itself, or what was put together from several."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Byte before", show=False),
        Binding("right", "step(1)", "Next byte", show=False),
        Binding("up,k", "line(-1)", "Line above", show=False),
        Binding("down,j", "line(1)", "Line below", show=False),
        Binding("right_square_bracket", "source(1)", "Next tab of bytes", show=False),
        Binding("left_square_bracket", "source(-1)", "Previous tab of bytes", show=False),
    ]

    class ByteChosen(Message):
        """A byte was clicked, or the cursor moved to it."""

        def __init__(self, source: int, at: int) -> None:
            super().__init__()
            self.source, self.at = source, at

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sources: list[tuple[str, bytes]] = [("", b"")]
        self._source = 0
        self._start = self._end = 0
        self.cursor = 0

    @property
    def shape(self) -> Shape:
        """Sixteen bytes a line where there is room for them."""
        return WIDE if self.scrollable_content_region.width >= WIDE.width else NARROW

    @property
    def data(self) -> bytes:
        """The bytes shown."""
        return self._sources[self._source][1]

    @property
    def place(self) -> tuple[int, int]:
        """The source, and where the highlighted bytes begin in it."""
        return self._source, self._start

    @property
    def selected(self) -> bytes:
        """The highlighted bytes."""
        return self.data[self._start : self._end]

    def find(self, pattern: re.Pattern[bytes]) -> bool:
        """Highlight the next place of a pattern, in any of the sources; whether there is one."""
        count = len(self._sources)
        for step in range(count + 1):
            source = (self._source + step) % count
            begin = self._end if not step and self._end > self._start else 0
            found = pattern.search(self._sources[source][1], begin)
            if found is not None and found.end() > found.start():
                self.show_range(source, found.start(), found.end() - found.start())
                return True
        return False

    def show_sources(self, sources: list[tuple[str, bytes]]) -> None:
        """The bytes of another packet."""
        self._sources, self.cursor = sources, 0
        self.show_range(0, 0, 0)

    def show_range(self, source: int, start: int, size: int) -> None:
        """Highlight a range of a source, and scroll to it."""
        moved = source != self._source
        self._source, self._start, self._end = source, start, start + size
        tabs = [
            f"[{title} {len(data)}]" if number == source else f" {title} {len(data)} "
            for number, (title, data) in enumerate(self._sources)
        ]
        title = "".join(tabs) if len(tabs) > 1 else f"{self._sources[0][0]} ({len(self.data)} bytes)"
        self.border_title = title.replace("[", "\\[")
        self._measure()
        if size and (moved or not start <= self.cursor < start + size):
            self.cursor = start
            self._reveal()
        self.refresh()

    def _measure(self) -> None:
        row = self.shape.row
        self.virtual_size = Size(self.shape.width, (len(self.data) + row - 1) // row)

    def _reveal(self) -> None:
        top, height = int(self.scroll_offset.y), max(self.scrollable_content_region.height, 1)
        line = self.cursor // self.shape.row
        if not top <= line < top + height:
            self.scroll_to(y=max(0, line - height // 2), animate=False, force=True)

    def on_resize(self, _: Resize) -> None:
        """Lines get longer or shorter."""
        self._measure()

    def render_line(self, y: int) -> Strip:
        """One line: offset, hex, text."""
        width, shape, data = self.scrollable_content_region.width, self.shape, self.data
        at = (int(self.scroll_offset.y) + y) * shape.row
        row = data[at : at + shape.row]
        plain, lit = self.rich_style, self.rich_style + Style(reverse=True)
        if not row:
            return Strip.blank(width, plain)
        hexes: list[Segment] = []
        chars: list[Segment] = []
        for i in range(shape.row):
            inside = self._start <= at + i < self._end and i < len(row)
            last = at + i + 1 == self._end or i == shape.row - 1
            style = lit if inside else plain
            if at + i == self.cursor and self.has_focus:
                style = style + Style(bold=True, underline=True)
            hexes.append(Segment(f"{row[i]:02x}" if i < len(row) else "  ", style))
            hexes.append(Segment("  " if shape.gap and i == 7 else " ", lit if inside and not last else plain))
            if i < len(row):
                chars.append(Segment(chr(row[i]) if 32 <= row[i] < 127 else "·", style))
        offset = Segment(f"{at:0{shape.digits}x}".ljust(shape.hex), plain + Style(dim=True))
        return Strip([offset, *hexes, Segment(" ", plain), *chars]).adjust_cell_length(width, plain)

    def on_click(self, event: Click) -> None:
        """Find the byte under the pointer."""
        if event.button == 3:
            self.post_message(MenuAsked())
            return
        shape = self.shape
        line, column = int(self.scroll_offset.y) + event.y - 1, event.x - 1  # within the border
        if shape.hex <= column < shape.text - 1:
            inside = column - shape.hex - (shape.gap if column > shape.hex + 3 * 8 else 0)
            at = line * shape.row + inside // 3
        elif column >= shape.text - 1:
            at = line * shape.row + column - (shape.text - 1)
        else:
            return
        self._choose(at)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.data):
            self.cursor = at
            self._reveal()
            self.refresh()
            self.post_message(self.ByteChosen(self._source, at))

    def action_step(self, by: int) -> None:
        """The next byte or the one before."""
        self._choose(self.cursor + by)

    def action_line(self, by: int) -> None:
        """The byte below or above."""
        self._choose(self.cursor + by * self.shape.row)

    def action_source(self, by: int) -> None:
        """Another tab."""
        source = (self._source + by) % len(self._sources)
        if source != self._source:
            self.show_range(source, 0, 0)
            self.scroll_home(animate=False)
            self._choose(0)
