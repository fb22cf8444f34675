"""What two ends said, in lines: only those in view are drawn."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

import dissect

FORMS = {"text": "text", "utf-8": "text, UTF-8", "hex": "hex and text", "raw": "hex only"}
HEX_ROW, RAW_ROW = 16, 32  # bytes a line


@dataclass(slots=True)
class Turn:
    """What one end said before the other answered; packet `packets[i]` brought the bytes from `starts[i]` on."""

    end: int
    missing: int = 0
    data: bytearray = field(default_factory=bytearray)
    starts: list[int] = field(default_factory=list)
    packets: list[int] = field(default_factory=list)

    def packet_at(self, at: int) -> int:
        """The packet that brought a byte."""
        return self.packets[max(bisect_right(self.starts, at) - 1, 0)]


def turns_of(said: Sequence[dissect.Said], ends: Sequence[int]) -> list[Turn]:
    """The turns of the ends that are wanted; a gap begins a new one."""
    turns: list[Turn] = []
    for one in said:
        if one.end not in ends:
            continue
        if not turns or turns[-1].end != one.end or one.missing:
            turns.append(Turn(one.end, one.missing))
        last = turns[-1]
        last.starts.append(len(last.data))
        last.packets.append(one.packet)
        last.data += one.data
    return turns


@dataclass(frozen=True, slots=True)
class Place:
    """A line: bytes `start` to `stop` of a turn; of none (`start` -1) where it tells of a gap."""

    turn: int
    start: int
    stop: int


def places(turns: Sequence[Turn], form: str, width: int) -> Iterator[Place]:
    """The lines of the turns in a form; text is cut at `width`."""
    for number, turn in enumerate(turns):
        if turn.missing:
            yield Place(number, -1, -1)
        if form in ("hex", "raw"):
            step = HEX_ROW if form == "hex" else RAW_ROW
            yield from (Place(number, at, min(at + step, len(turn.data))) for at in range(0, len(turn.data), step))
            continue
        at = 0
        while at < len(turn.data):
            end = turn.data.find(b"\n", at, at + width)
            stop = end + 1 if end >= 0 else min(at + width, len(turn.data))
            if form == "utf-8" and end < 0 and stop < len(turn.data):
                stop = next((s for s in range(stop, max(stop - 3, at + 1), -1) if turn.data[s] & 0xC0 != 0x80), stop)
            yield Place(number, at, stop)
            at = stop


class StreamText(ScrollView, can_focus=True):
    """The turns of a stream, each end in its colour."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"stream--first", "stream--second", "stream--gap", "stream--found"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next line", show=False),
        Binding("up,k", "move(-1)", "Previous line", show=False),
        Binding("pagedown,space", "page(1)", "A screen on", show=False),
        Binding("pageup", "page(-1)", "A screen back", show=False),
        Binding("home,g", "jump(0)", "First line", show=False),
        Binding("end,G", "jump(-1)", "Last line", show=False),
    ]

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.turns: list[Turn] = []
        self.form = "text"
        self.cursor = 0
        self._lines: list[Place] = []
        self._found: re.Pattern[bytes] | None = None

    def put(self, turns: list[Turn], form: str) -> None:
        """Show these, from the byte on that stood under the cursor where there still is one."""
        before = self.place if turns is self.turns else None
        self.turns, self.form = turns, form
        self._lay()
        self.move_to(0 if before is None else self._line_of(before.turn, max(before.start, 0)))

    def _lay(self) -> None:
        width = max(self.size.width - 2, 20)
        self._lines = list(places(self.turns, self.form, width))
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def on_resize(self, _: Resize) -> None:
        """Text is cut anew."""
        self.put(self.turns, self.form)

    @property
    def place(self) -> Place | None:
        """The line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    @property
    def packet(self) -> int:
        """The packet that brought what is under the cursor; 0 where there is nothing."""
        here = self.place
        return self.turns[here.turn].packet_at(max(here.start, 0)) if here else 0

    def _line_of(self, turn: int, at: int) -> int:
        return max(bisect_right(self._lines, (turn, at), key=lambda place: (place.turn, place.start)) - 1, 0)

    def move_to(self, line: int) -> None:
        """The cursor to a line, and the line into view."""
        self.cursor = min(max(line, 0), max(len(self._lines) - 1, 0))
        top, height = int(self.scroll_offset.y), max(self.size.height, 1)
        if not top <= self.cursor < top + height:
            self.scroll_to(y=max(self.cursor - height // 2, 0), animate=False)
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Lines on or back."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Screens on or back."""
        self.move_to(self.cursor + by * max(self.size.height - 1, 1))

    def action_jump(self, to: int) -> None:
        """To the first or the last line."""
        self.move_to(len(self._lines) - 1 if to < 0 else to)

    def find(self, pattern: re.Pattern[bytes] | None, step: int) -> bool:
        """Go to the next or previous place of a pattern, and show all of them; whether there is one."""
        self._found = pattern
        self.refresh()
        if pattern is None or not self._lines:
            return False
        hits = [(n, hit.start()) for n, turn in enumerate(self.turns) for hit in pattern.finditer(turn.data)]
        lines = sorted({self._line_of(*hit) for hit in hits})
        if not lines:
            return False
        ahead = [line for line in lines if (line > self.cursor if step > 0 else line < self.cursor)]
        self.move_to((ahead or lines)[0 if step > 0 else -1])
        return True

    def line_text(self, place: Place) -> str:
        """A line as it is shown; nothing in it that a terminal could take for a command."""
        turn = self.turns[place.turn]
        if place.start < 0:
            return f"[{turn.missing:,} bytes missing in the capture]"
        data = bytes(turn.data[place.start : place.stop])
        if self.form == "hex":
            return f"{place.start:08x}{dissect.hex_lines(data)[0][4:]}"
        if self.form == "raw":
            return data.hex()
        data = data.rstrip(b"\r\n")
        if self.form == "utf-8":
            return dissect.escape_text(data.decode("utf-8", "replace").replace("\t", " "))
        return "".join(chr(b) if 32 <= b < 127 else " " if b == 9 else "." for b in data)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        number, width = int(self.scroll_offset.y) + y, self.scrollable_content_region.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        place = self._lines[number]
        turn = self.turns[place.turn]
        kind = "gap" if place.start < 0 else "second" if turn.end else "first"
        style = self.get_component_rich_style(f"stream--{kind}")
        if number == self.cursor:
            style = style + Style(reverse=True)
        return Strip(list(self._segments(place, style))).extend_cell_length(width, style).crop(0, width)

    def _segments(self, place: Place, style: Style) -> Iterator[Segment]:
        """A line; what was looked for stands out (the whole line where bytes and characters differ)."""
        text, data = self.line_text(place), self.turns[place.turn].data
        reach = slice(max(place.start - 64, 0), place.stop + 64)  # a hit may begin on the line before
        hits = [] if self._found is None or place.start < 0 else list(self._found.finditer(bytes(data[reach])))
        spans = [(h.start() + reach.start - place.start, h.end() + reach.start - place.start) for h in hits]
        spans = [(max(a, 0), min(b, len(text))) for a, b in spans if b > 0 and a < place.stop - place.start]
        found = self.get_component_rich_style("stream--found")
        if spans and self.form != "text":
            spans = [(0, len(text))]
        at = 0
        for start, stop in spans:
            yield Segment(text[at:start], style)
            yield Segment(text[start:stop], found)
            at = max(stop, at)
        yield Segment(text[at:], style)
