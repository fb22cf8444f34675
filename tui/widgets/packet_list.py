"""The packet list: only the lines in view are made, wherever in the capture they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

import dissect

PAGE, PAGES_KEPT = 128, 64
SECOND = 1_000_000_000
TITLES = (("No.", 9), ("Time", 13), ("Source", 26), ("Destination", 26), ("Protocol", 10), ("Length", 7), ("Info", 0))
COLOURS = {
    "TCP": "green", "UDP": "cyan", "ARP": "yellow", "ICMP": "magenta", "ICMPv6": "magenta", "DNS": "cyan",
    "HTTP": "green", "STP": "bright_black", "LLDP": "bright_black", "IPv4": "blue", "IPv6": "blue",
}  # fmt: skip


class PacketList(ScrollView, can_focus=True):
    """Lines of a capture; `rows` are the packets a filter lets through (None: all)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("home,g", "jump(0)", "First", show=False),
        Binding("end,G", "jump(-1)", "Last", show=False),
    ]

    class Chosen(Message):
        """A packet was chosen; `row` is its number less 1."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, capture: dissect.Capture, id: str | None = None) -> None:
        super().__init__(id=id)
        self.capture = capture
        self.total = 0
        self.rows: NDArray[np.int64] | None = None
        self.cursor = 0
        self._pages: OrderedDict[int, list[dissect.Line]] = OrderedDict()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self.total if self.rows is None else len(self.rows)

    def grow(self, total: int) -> None:
        """More packets are known."""
        first = self.total == 0
        last = self.total // PAGE
        self.total = total
        self._pages.pop(last, None)
        self._resize()
        if first and total:
            self.choose(0)

    def show_only(self, rows: NDArray[np.int64] | None) -> None:
        """Show these packets (None: all), and stay at the packet that is chosen if it is among them."""
        at = self.row_at(self.cursor)
        self.rows = rows
        self._pages.clear()
        self._resize()
        self.choose(int(np.searchsorted(rows, at)) if rows is not None else max(at, 0))

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.count)
        self.refresh()

    def row_at(self, line: int) -> int:
        """The packet (number less 1) of a line; -1 where there is none."""
        if not 0 <= line < self.count:
            return -1
        return line if self.rows is None else int(self.rows[line])

    def choose(self, line: int) -> None:
        """Put the cursor on a line."""
        self.cursor = max(0, min(line, self.count - 1))
        top = int(self.scroll_offset.y)
        height = max(self.scrollable_content_region.height, 1)
        if not top <= self.cursor < top + height:
            self.scroll_to(y=max(0, self.cursor - height // 2), animate=False, force=True)
        self.refresh()
        if self.count:
            self.post_message(self.Chosen(self.row_at(self.cursor)))

    def go_to(self, number: int) -> bool:
        """Put the cursor on a packet by number; False if it is not shown."""
        line = number - 1 if self.rows is None else int(np.searchsorted(self.rows, number - 1))
        if self.row_at(line) != number - 1:
            return False
        self.choose(line)
        return True

    def action_move(self, by: int) -> None:
        """The next or previous line."""
        self.choose(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A screenful on or back."""
        self.choose(self.cursor + by * max(self.scrollable_content_region.height - 1, 1))

    def action_jump(self, to: int) -> None:
        """The first or the last line."""
        self.choose(self.count - 1 if to < 0 else to)

    def on_click(self, event: Click) -> None:
        """The line that was clicked."""
        self.choose(int(self.scroll_offset.y) + event.y)

    def _line(self, line: int) -> dissect.Line | None:
        number = line // PAGE
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.capture.lines(self._page_rows(number))
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        return page[line % PAGE] if line % PAGE < len(page) else None

    def _page_rows(self, number: int) -> Sequence[int]:
        first, last = number * PAGE, min((number + 1) * PAGE, self.count)
        return range(first, last) if self.rows is None else self.rows[first:last].tolist()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        line = int(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        found = self._line(line) if line < self.count else None
        if found is None:
            return Strip.blank(width, self.rich_style)
        text = line_text(found, self.capture.start_time)
        style = self.rich_style + Style(color=COLOURS.get(found.protocol))
        if "[RST" in found.info:
            style = self.rich_style + Style(color="red")
        if line == self.cursor:
            style = style + Style(reverse=True, bold=self.has_focus)
        return Strip([Segment(text[:width].ljust(width), style)], width)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor looks different with focus."""
        super().watch_has_focus(has_focus)
        self.refresh(Region(0, 0, self.size.width, self.size.height))


def line_text(line: dissect.Line, start: int) -> str:
    """A line of the list in columns."""
    elapsed = line.time - start
    sign = "-" if elapsed < 0 else ""
    seconds = f"{sign}{abs(elapsed) // SECOND}.{abs(elapsed) % SECOND // 1000:06d}"
    cells = (str(line.number), seconds, line.source, line.destination, line.protocol, str(line.length), line.info)
    return " ".join(
        (cell if not width else cell[:width].rjust(width) if i in (0, 1, 5) else cell[:width].ljust(width))
        for i, (cell, (_, width)) in enumerate(zip(cells, TITLES, strict=True))
    )


def title_text() -> str:
    """The titles of the columns."""
    return " ".join(
        (title if not width else title.rjust(width) if i in (0, 1, 5) else title.ljust(width))
        for i, (title, width) in enumerate(TITLES)
    )
