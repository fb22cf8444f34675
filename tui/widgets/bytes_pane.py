"""The bytes of the chosen packet in hex and text, the chosen field's highlighted."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

ROW = 16
HEX_AT = 7  # where the hex begins in a line
TEXT_AT = HEX_AT + 3 * ROW + 3


class BytesPane(ScrollView, can_focus=True):
    """Hex and text of one source: the packet itself, or what was put together from several."""

    class ByteChosen(Message):
        """A byte was clicked."""

        def __init__(self, source: int, at: int) -> None:
            super().__init__()
            self.source, self.at = source, at

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sources: list[tuple[str, bytes]] = [("", b"")]
        self._source = 0
        self._start = self._end = 0

    def show_sources(self, sources: list[tuple[str, bytes]]) -> None:
        """The bytes of another packet."""
        self._sources = sources
        self.show_range(0, 0, 0)

    def show_range(self, source: int, start: int, size: int) -> None:
        """Highlight a range of a source, and scroll to it."""
        self._source, self._start, self._end = source, start, start + size
        title, data = self._sources[source]
        self.border_title = f"{title} ({len(data)} bytes)"
        self.virtual_size = Size(TEXT_AT + ROW, (len(data) + ROW - 1) // ROW)
        if size:
            top, height = int(self.scroll_offset.y), max(self.scrollable_content_region.height, 1)
            line = start // ROW
            if not top <= line < top + height:
                self.scroll_to(y=max(0, line - 1), animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line: offset, hex, text."""
        width = self.scrollable_content_region.width
        data = self._sources[self._source][1]
        at = (int(self.scroll_offset.y) + y) * ROW
        row = data[at : at + ROW]
        if not row:
            return Strip.blank(width, self.rich_style)
        plain, lit = self.rich_style, self.rich_style + Style(reverse=True)
        segments = [Segment(f"{at:05x}  ", plain + Style(dim=True))]
        for i in range(ROW):
            inside = self._start <= at + i < self._end and i < len(row)
            last = at + i + 1 == self._end
            segments.append(Segment(f"{row[i]:02x}" if i < len(row) else "  ", lit if inside else plain))
            segments.append(Segment("  " if i == 7 else " ", lit if inside and not last and i != 15 else plain))
        segments.append(Segment(" ", plain))
        for i, byte in enumerate(row):
            inside = self._start <= at + i < self._end
            segments.append(Segment(chr(byte) if 32 <= byte < 127 else "·", lit if inside else plain))
        return Strip(segments).adjust_cell_length(width, plain)

    def on_click(self, event: Click) -> None:
        """Find the byte under the pointer."""
        line, column = int(self.scroll_offset.y) + event.y - 1, event.x - 1  # within the border
        if HEX_AT <= column < TEXT_AT - 1:
            inside = column - HEX_AT - (column > HEX_AT + 3 * 8)
            at = line * ROW + inside // 3
        elif column >= TEXT_AT - 1:
            at = line * ROW + column - (TEXT_AT - 1)
        else:
            return
        if 0 <= at < len(self._sources[self._source][1]):
            self.post_message(self.ByteChosen(self._source, at))
