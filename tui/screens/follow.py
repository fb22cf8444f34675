"""Follow a stream: what both ends said, each in its colour."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input, Static
from textual.worker import get_current_worker

import dissect
from tui.screens.choose import Choose
from tui.screens.main import Main
from tui.screens.save import Ask
from tui.telling import tell
from tui.widgets.stream_text import FORMS, StreamText, turns_of

SIDES = ((0, 1), (0,), (1,))
ENDINGS = {".txt": "ascii", ".hex": "hex", ".yaml": "yaml"}


class Follow(Screen[int | str | None]):
    """Ends with a packet to go to, a filter to apply, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back"),
        Binding("enter", "packet", "Go to the packet"),
        Binding("slash,ctrl+f", "search", "Search"),
        Binding("n", "again(1)", "Search on", show=False),
        Binding("N", "again(-1)", "Search back", show=False),
        Binding("a", "side", "Both ends, one, the other"),
        Binding("t", "form", "Format"),
        Binding("left_square_bracket", "switch(-1)", "Previous stream", show=False),
        Binding("right_square_bracket", "switch(1)", "Next stream"),
        Binding("f", "filter", "Filter on it"),
        Binding("w", "save", "Save"),
        Binding("question_mark,f1", "app.help", "Help"),
    ]

    def __init__(self, main: Main, protocol: str, number: int) -> None:
        super().__init__()
        self.main, self.protocol, self.number = main, protocol, number
        self.ends: list[str] = []
        self.said: list[dissect.Said] = []
        self.ready = False
        self._side, self._before = 0, number
        self._note = ""
        self._pattern: re.Pattern[bytes] | None = None

    def compose(self) -> ComposeResult:
        """Who speaks, what they say, what is looked for."""
        yield Static("", id="heading", markup=False)
        yield StreamText(id="stream")
        yield Input(placeholder="text, or /regex/", id="search")
        yield Footer()

    def on_mount(self) -> None:
        """Read it behind the screen."""
        self.query_one("#search").display = False
        self.text = self.query_one(StreamText)
        self.text.focus()
        self._begin()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.workers.cancel_node(self)

    def _begin(self) -> None:
        self.ready = False
        self._note = "reading"
        self._tell()
        self._read(self.protocol, self.number)

    @work(thread=True, exclusive=True)
    def _read(self, protocol: str, number: int) -> None:
        worker = get_current_worker()
        try:
            ends, said = dissect.stream_content(self.main.reader(), protocol, number, lambda: worker.is_cancelled)
        except KeyError:
            ends, said = [], []
        tell(self, worker, self._show, number, ends, said)

    def _show(self, number: int, ends: list[str], said: list[dissect.Said]) -> None:
        self._note, self.ready = "", True
        if not ends and self.ends:  # there is no such stream: stay at the last one
            self.number = self._before
            self.notify(f"there is no {self.protocol} stream {number}", severity="warning")
            self._tell()
            return
        self.ends, self.said = ends, said
        self._put()

    def _put(self) -> None:
        self.text.put(turns_of(self.said, SIDES[self._side]), self.text.form)
        self._tell()

    def on_stream_text_moved(self, _: StreamText.Moved) -> None:
        """The heading names the packet."""
        self._tell()

    def _tell(self) -> None:
        parts = [f"{self.protocol} stream {self.number}"]
        if self._note:
            parts.append(self._note)
        elif not self.said:
            parts.append("nothing was said")
        for end in SIDES[self._side] if self.ends else ():
            name = self.ends[end] if end < len(self.ends) else "the other"
            parts.append(f"{'◂▸'[1 - end]} {name} {sum(len(s.data) for s in self.said if s.end == end):,} bytes")
        if self.said:
            parts += [FORMS[self.text.form], f"packet {self.text.packet}"]
        self.query_one("#heading", Static).update("  ".join(parts))

    def action_leave(self) -> None:
        """Out of the search line first."""
        search = self.query_one("#search", Input)
        if search.display:
            search.display = False
            self.text.focus()
        else:
            self.dismiss(None)

    def action_packet(self) -> None:
        """The packet that brought what is under the cursor."""
        if self.text.packet:
            self.dismiss(self.text.packet)

    def action_filter(self) -> None:
        """Leave, and show only this stream."""
        self.dismiss(f"{self.protocol}.stream == {self.number}")

    def action_side(self) -> None:
        """Both ends, who spoke first, the other."""
        self._side = (self._side + 1) % len(SIDES)
        self._put()

    def action_form(self) -> None:
        """Ask how to show it."""

        def chosen(number: int | None) -> None:
            if number is not None:
                self.text.put(self.text.turns, list(FORMS)[number])
                self._tell()

        self.app.push_screen(Choose("Show the stream as", list(FORMS.values())), chosen)

    def action_switch(self, by: int) -> None:
        """The stream before or behind."""
        if self.ready and self.number + by >= 0:
            self._before = self.number
            self.number += by
            self._begin()

    def action_search(self) -> None:
        """Ask what to look for."""
        search = self.query_one("#search", Input)
        search.display = True
        search.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look for it: text whatever its case, or an expression between slashes."""
        wanted = event.value
        regex = len(wanted) > 2 and wanted[0] == wanted[-1] == "/"
        try:
            source = wanted[1:-1].encode() if regex else re.escape(wanted.encode())
            self._pattern = re.compile(source, re.IGNORECASE) if wanted else None
        except re.error as error:
            self.notify(f"not a regular expression: {error}", severity="warning", markup=False)
            return
        self.query_one("#search").display = False
        self.text.focus()
        self.action_again(1)

    def action_again(self, step: int) -> None:
        """The next or previous place."""
        if not self.text.find(self._pattern, step) and self._pattern is not None:
            self.notify("not found in this stream")

    def action_save(self) -> None:
        """Write what is shown to a file."""
        wanted = [one for one in self.said if one.end in SIDES[self._side]]
        title = f"Follow: {self.protocol}\nFilter: {self.protocol}.stream eq {self.number}"
        self.app.push_screen(SaveStream(title, self.ends, wanted))


class SaveStream(Ask):
    """Writes what was said: octets as they came, or as `dissect follow` prints them; the name's ending says which."""

    hint = ".txt: text   .hex: hex and text   .yaml   any other: the octets as they came"

    def __init__(self, title: str, ends: list[str], said: list[dissect.Said]) -> None:
        super().__init__()
        self._title, self._ends, self._said = title, ends, said

    def write(self, name: str) -> None:
        """Write the file."""
        form = ENDINGS.get(Path(name).suffix.lower())
        if form is None:
            data = b"".join(one.data for one in self._said)
        else:
            data = ("\n".join(dissect.STREAM_FORMS[form](self._title, self._ends, self._said)) + "\n").encode()
        try:
            dissect.write_file(name, data)
        except dissect.CaptureError as error:
            self.say(str(error))
            return
        self.notify(f"{len(data):,} bytes written to {name}", markup=False)
        self.dismiss(name)
