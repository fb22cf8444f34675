"""The packet list: only the lines in view are made, wherever in the capture they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

import dissect
from tui.colouring import Colouring, Rule
from tui.columns import BUILT_IN, DEFAULT, DESTINATION, INFO, LENGTH, NUMBER, SOURCE, TIME, Column, fitted, laid_out
from tui.naming import Naming
from tui.widgets.context import MenuAsked

PAGE, PAGES_KEPT = 64, 128
LEGIBLE = 0.4  # difference of brightness (0 to 1) between a line and its ground
Rows = NDArray[np.int64]


@dataclass(slots=True)
class Page:
    """What is known of PAGE lines: the texts of the columns that are fields, and the rule of each."""

    lines: list[dissect.Line]
    times: list[str]
    fields: dict[str, list[str]]
    rules: list[Rule | None]


class PacketList(ScrollView, can_focus=True):
    """Lines of a capture; `rows` are the packets shown, in their order (None: all, as captured)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next packet", show=False),
        Binding("up,k", "move(-1)", "Previous packet", show=False),
        Binding("pagedown", "page(1)", "A screen on", show=False),
        Binding("pageup", "page(-1)", "A screen back", show=False),
        Binding("home,g", "jump(0)", "First packet", show=False),
        Binding("end,G", "jump(-1)", "Last packet", show=False),
        Binding("right", "column(1)", "Next column", show=False),
        Binding("left", "column(-1)", "Previous column", show=False),
    ]

    class Chosen(Message):
        """A packet was chosen; `row` is its number less 1."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class Laid(Message):
        """The columns, their widths or the chosen one changed; `title` is the line above the list."""

        def __init__(self, title: str, widths: list[int]) -> None:
            super().__init__()
            self.title, self.widths = title, widths

    class Opened(Message):
        """A line was clicked twice."""

    def __init__(self, capture: dissect.Capture, id: str | None = None) -> None:
        super().__init__(id=id)
        self.capture = capture
        self.total = 0
        self.rows: Rows | None = None
        self.in_order = True  # whether the rows ascend
        self.cursor = 0
        self.at_column = 0
        self.columns: tuple[Column, ...] = DEFAULT
        self.colouring: Colouring | None = None
        self.coloured = True
        self.examined = False
        self.time_style = "r"
        self.sorted_by = ""  # what the title says of the order
        self.marks: set[int] = set()
        self.ignored: set[int] = set()
        self.comments: dict[int, str] = {}  # by number
        self.naming = Naming()
        self.references: list[int] = []
        self.wish: Callable[[int, Rows], None] | None = None  # told of pages that may say more later
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._longest: dict[str, int] = {}  # characters of the ends and times of packets that were shown
        self._styles: dict[tuple[Rule | None, bool], Style] = {}

    # -- which packets ---------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self.total if self.rows is None else len(self.rows)

    def grow(self, total: int) -> None:
        """More packets are known."""
        first = self.total == 0
        self._pages.pop(self.total // PAGE, None)
        self.total = total
        if self.rows is None:
            self._resize()
            if first and total:
                self.choose(0)

    def show_only(self, rows: Rows | None, in_order: bool = True) -> None:
        """Show these packets (None: all), and stay at the packet that is chosen if it is among them."""
        at = max(self.row_at(self.cursor), 0)
        self.rows, self.in_order = rows, in_order
        self.forget()
        self._resize()
        line = self.line_of(at)
        if line < 0 and rows is not None:
            line = int(np.searchsorted(rows, at)) if in_order else 0
        self.choose(line)

    def extend(self, rows: Rows) -> None:
        """More packets passed the filter: they come behind those shown."""
        if self.rows is None:
            return
        none = not len(self.rows)
        self._pages.pop(len(self.rows) // PAGE, None)
        self.rows = np.concatenate([self.rows, rows])
        self._resize()
        if none and len(rows):
            self.choose(0)

    def forget(self) -> None:
        """Make the lines again."""
        self._pages.clear()
        self._longest.pop(TIME, None)
        self._styles.clear()
        self.refresh()

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.count)
        self.refresh()
        self.call_after_refresh(self._tell)  # a scroll bar may have come or gone

    def row_at(self, line: int) -> int:
        """The packet (number less 1) of a line; -1 where there is none."""
        if not 0 <= line < self.count:
            return -1
        return line if self.rows is None else int(self.rows[line])

    def line_of(self, row: int) -> int:
        """The line of a packet; -1 where it is not shown."""
        if self.rows is None:
            return row if 0 <= row < self.total else -1
        if self.in_order:
            line = int(np.searchsorted(self.rows, row))
            return line if line < len(self.rows) and self.rows[line] == row else -1
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else -1

    # -- the cursor ------------------------------------------------------------------------------------------

    def choose(self, line: int) -> None:
        """Put the cursor on a line."""
        self.cursor = max(0, min(line, self.count - 1))
        top = int(self.scroll_offset.y)
        height = max(self.scrollable_content_region.height, 1)
        if not top <= self.cursor < top + height:
            near = top - 1 <= self.cursor <= top + height  # one step over the edge scrolls by one
            middle = self.cursor - height // 2
            at = (self.cursor if self.cursor < top else self.cursor - height + 1) if near else middle
            self.scroll_to(y=max(0, at), animate=False, force=True)
        self.refresh()
        if self.count:
            self.post_message(self.Chosen(self.row_at(self.cursor)))

    def go_to(self, number: int) -> bool:
        """Put the cursor on a packet by number; False if it is not shown."""
        line = self.line_of(number - 1)
        if line >= 0:
            self.choose(line)
        return line >= 0

    @property
    def chosen_row(self) -> int:
        """The packet under the cursor (number less 1), or -1."""
        return self.row_at(self.cursor)

    @property
    def chosen_column(self) -> Column:
        """The column under the cursor."""
        return self.columns[min(self.at_column, len(self.columns) - 1)]

    def action_move(self, by: int) -> None:
        """The next or previous line."""
        self.choose(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A screenful on or back."""
        self.choose(self.cursor + by * max(self.scrollable_content_region.height - 1, 1))

    def action_jump(self, to: int) -> None:
        """The first or the last line."""
        self.choose(self.count - 1 if to < 0 else to)

    def action_column(self, by: int) -> None:
        """Another column: what sorting, removing and filtering on a cell mean."""
        self.at_column = max(0, min(self.at_column + by, len(self.columns) - 1))
        self._tell()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """The line and the column that were clicked."""
        self.at_column = self.column_at(event.x)
        self.choose(int(self.scroll_offset.y) + event.y)
        self._tell()
        if event.button == 3:
            self.post_message(MenuAsked())
        elif event.chain == 2:
            self.post_message(self.Opened())

    def column_at(self, x: int) -> int:
        """The number of the column at a place of a line."""
        for number, width in enumerate(self.widths()):
            x -= width + 1
            if x < 0:
                return number
        return len(self.columns) - 1

    # -- columns and times -----------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns."""
        self.columns = tuple(columns)
        self.at_column = min(self.at_column, len(self.columns) - 1)
        self.forget()
        self._tell()

    def widths(self) -> list[int]:
        """The width of each column now."""
        wide = 26 if self.time_style in ("ad", "ud") else 17 if self.time_style == "e" else 12
        longest = self._longest | {NUMBER: len(str(self.total))}
        return fitted(self.columns, self.scrollable_content_region.width or self.size.width, wide, longest)

    def on_resize(self, _: Resize) -> None:
        """The line above the list follows the list's width."""
        self._resize()
        self._tell()

    def _tell(self) -> None:
        titles = [c.title for c in self.columns]
        if self.sorted_by:
            arrow = {"+": "▲", "-": "▼"}[self.sorted_by[0]]
            titles = [f"{arrow}{c.title}" if c.field == self.sorted_by[1:] else c.title for c in self.columns]
        if self.has_focus or self.at_column:
            titles[self.at_column] = f"‹{titles[self.at_column]}›"
        widths = self.widths()
        self.post_message(self.Laid(laid_out(titles, self.columns, widths), widths))

    # -- lines -----------------------------------------------------------------------------------------------

    def _page(self, number: int) -> Page:
        page = self._pages.get(number)
        if page is None:
            rows = self._rows_of(number)
            page = self._pages[number] = self.made(self.capture, number, rows)
            self._measure(page)
            if self.wish is not None:
                self.wish(number, rows)
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        return page

    def _rows_of(self, number: int) -> Rows:
        first, last = number * PAGE, min((number + 1) * PAGE, self.count)
        return np.arange(first, last) if self.rows is None else self.rows[first:last]

    def put(self, number: int, rows: Rows, page: Page) -> None:
        """A page as more is known of its packets, if they are still there."""
        if number in self._pages and np.array_equal(rows, self._rows_of(number)):
            self._pages[number] = page
            self._measure(page)
            self.refresh()

    def rename(self, naming: Naming) -> None:
        """Other names for addresses and ports."""
        self.naming = naming
        self._longest.clear()
        for page in self._pages.values():
            self._measure(page)
        self.refresh()

    def _measure(self, page: Page) -> None:
        """Columns of addresses and times are as wide as the longest so far."""
        before = dict(self._longest)
        ends = {SOURCE: {one.source for one in page.lines}, DESTINATION: {one.destination for one in page.lines}}
        for field, some in ends.items():
            self._longest[field] = max([self._longest.get(field, 0), *(len(self.naming.end(end)) for end in some)])
        self._longest[TIME] = max([self._longest.get(TIME, 0), *map(len, page.times)])
        if self._longest != before:
            self.call_after_refresh(self._tell)
            self.refresh()

    def made(self, capture: dissect.Capture, number: int, rows: Rows) -> Page:
        """A page of some packets, as a capture tells of them."""
        way = np.argsort(rows, kind="stable")
        back = np.argsort(way, kind="stable").tolist()
        ascending = rows[way]
        lines = capture.lines(ascending)  # type: ignore[arg-type]
        names = [c.field for c in self.columns if c.field not in BUILT_IN]
        texts = dissect.cells(capture, names, ascending) if names else []
        rules: list[Rule | None] = [None] * len(rows)
        if self.colouring is not None and self.coloured:
            rules = self.colouring.rules_of(capture, ascending, self.examined)
        return Page(
            [lines[i] for i in back],
            self._time_texts(rows, np.array([lines[i].time for i in back], np.int64), number * PAGE),
            {name: [column[i] for i in back] for name, column in zip(names, texts, strict=True)},
            [rules[i] for i in back],
        )

    def _time_texts(self, rows: Rows, times: Rows, first: int) -> list[str]:
        """The time column of some packets, in the style that was chosen."""
        if self.time_style in ("d", "dd"):
            before = rows - 1
            if self.time_style == "dd":
                line = self.row_at(first - 1)
                before = np.concatenate([[line if line >= 0 else rows[0]], rows[:-1]])
            unique, places = np.unique(np.maximum(before, 0), return_inverse=True)
            return dissect.TimeColumn("e", 6, lambda: 0).texts(times - dissect.times(self.capture, unique)[places])
        if self.time_style == "r" and self.references:
            marks = np.array(self.references, np.int64)
            since = np.concatenate([[self.capture.start_time], dissect.times(self.capture, marks)])
            texts = dissect.TimeColumn("e", 6, lambda: 0).texts(
                times - since[np.searchsorted(marks, rows, side="right")]
            )
            return ["*REF*" if row in self.references else t for row, t in zip(rows.tolist(), texts, strict=True)]
        return dissect.TimeColumn(self.time_style, 6, lambda: self.capture.start_time).texts(times)

    def cell_texts(self, line: int) -> list[str]:
        """The texts of a line's columns."""
        page, at = self._page(line // PAGE), line % PAGE
        found = page.lines[at]
        own = {
            NUMBER: str(found.number), TIME: page.times[at], LENGTH: str(found.length),
            INFO: self.naming.info(found.info),
            SOURCE: self.naming.end(found.source), DESTINATION: self.naming.end(found.destination),
            "_ws.col.Protocol": found.protocol,
        }  # fmt: skip
        if found.number in self.comments:
            own[INFO] = f"✎ {self.comments[found.number]} ✎ {own[INFO]}"
        if found.number - 1 in self.ignored:
            own = dict.fromkeys(own, "") | {NUMBER: str(found.number), INFO: "<Ignored>"}
            return [own.get(c.field, "") for c in self.columns]
        return [own[c.field] if c.field in own else page.fields[c.field][at] for c in self.columns]

    def line_text(self, line: int) -> str:
        """A line of the list as it stands there."""
        return laid_out(self.cell_texts(line), self.columns, self.widths())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        line = int(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        if line >= self.count or line // PAGE * PAGE + len(self._page(line // PAGE).lines) <= line:
            return Strip.blank(width, self.rich_style)
        rule = self._page(line // PAGE).rules[line % PAGE]
        style = self._style(rule, line == self.cursor)
        if self.row_at(line) in self.ignored:
            style = self._style(None, line == self.cursor) + Style(dim=True)
        if self.row_at(line) in self.marks:
            style = style + Style(bold=True, underline=True)
        return Strip([Segment(self.line_text(line)[:width].ljust(width), style)]).adjust_cell_length(width, style)

    def _style(self, rule: Rule | None, chosen: bool) -> Style:
        found = self._styles.get((rule, chosen))
        if found is None:
            found = self.rich_style
            if rule is not None:
                ground = self.background_colors[1].blend(Color.parse(rule.background), rule.strength)
                text = Color.parse(rule.foreground) if rule.foreground else ground
                if abs(text.brightness - ground.brightness) < LEGIBLE:
                    text = ground + ground.get_contrast_text(0.9)
                found = found + Style(color=text.rich_color, bgcolor=ground.rich_color)
            if chosen:
                found = found + Style(reverse=True, bold=self.has_focus)
            self._styles[rule, chosen] = found
        return found

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor looks different with focus."""
        super().watch_has_focus(has_focus)
        self._styles.clear()
        self._tell()
        self.refresh()
