"""Asks for a file's name and writes it: packets, or the rows of a screen."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, RadioSet, Static

import dissect
from tui.widgets.choice import Choice

TABLES = {".parquet": "parquet", ".arrow": "arrow", ".csv": "csv", ".jsonl": "jsonl"}


class Ask(ModalScreen[str | None]):
    """A name; one that exists is asked for twice."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]
    hint = ""

    def __init__(self) -> None:
        super().__init__()
        self._warned = ""

    def compose(self) -> ComposeResult:
        """One line and what it may be."""
        with Vertical(classes="dialog"):
            yield Input(placeholder="file", id="name")
            yield Static(self.hint, classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write it, if that overwrites nothing that the user does not know of."""
        name = os.path.expanduser(event.value.strip())
        if not name:
            return
        if os.path.exists(name) and self._warned != name:
            self._warned = name
            self.query_one(Static).update(f"{name} exists: Enter again overwrites it")
            return
        self.write(name)

    def write(self, name: str) -> None:
        """Write the file."""
        raise NotImplementedError

    def say(self, problem: str) -> None:
        """Why it was not written."""
        self.notify(problem, severity="error", markup=False)


class SaveTable(Ask):
    """Writes the rows that a screen shows, as CSV or JSON lines."""

    hint = "a name that ends in .csv or .jsonl"

    def __init__(self, columns: list[str], rows: list[list[Any]]) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows

    def write(self, name: str) -> None:
        """Write the rows."""
        file = io.StringIO(newline="")
        if name.endswith(".jsonl"):
            for row in self._rows:
                file.write(json.dumps(dict(zip(self._columns, row, strict=True)), ensure_ascii=False) + "\n")
        else:
            cells = ([dissect.harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in self._rows)
            csv.writer(file).writerows([self._columns, *cells])
        try:
            dissect.write_file(name, file.getvalue())
        except dissect.CaptureError as error:
            self.say(str(error))
            return
        self.notify(f"{len(self._rows):,} rows written to {name}", markup=False)
        self.dismiss(name)


class SavePackets(Ask):
    """Writes packets as a capture, or their fields as a table; the name's ending says which."""

    hint = ".pcapng .pcap: packets    .parquet .arrow .csv .jsonl: fields"
    WHICH: ClassVar[tuple[str, ...]] = ("displayed", "marked", "all")

    def __init__(
        self, capture: dissect.Capture, displayed: NDArray[np.int64] | None, marked: set[int], filter_: str,
        ignored: set[int], comments: dict[int, str],
    ) -> None:  # fmt: skip
        super().__init__()
        self._capture, self._displayed, self._filter = capture, displayed, filter_
        self._marked = np.array(sorted(marked), np.int64)
        self._ignored, self._comments = ignored, comments

    def on_mount(self) -> None:
        """Which packets: below the name."""
        buttons = [Choice(name, value=name == self.WHICH[0]) for name in self.WHICH]
        self.query_one(Vertical).mount(RadioSet(*buttons, id="kind"))

    def write(self, name: str) -> None:
        """Write behind the screen."""
        which = self.WHICH[max(self.query_one(RadioSet).pressed_index, 0)]
        ending = Path(name).suffix.lower()
        if os.path.exists(name) and same_file(name, self._capture.source.path):
            self.say("that is the capture that is open")
            return
        if which == "marked" and ending in TABLES:
            self.say("marked packets are written as .pcapng or .pcap")
            return
        if ending not in (*TABLES, ".pcapng", ".pcap", ".cap"):
            self.say(self.hint)
            return
        self.query_one(Static).update("writing …")
        rows = {"displayed": self._displayed, "marked": self._marked, "all": None}[which]
        where = self._filter if which == "displayed" else ""
        if self._ignored:
            numbers = ", ".join(str(row + 1) for row in sorted(self._ignored))
            where = f"{f'({where}) && ' if where else ''}!(frame.number in {{{numbers}}})"
            rows = np.arange(len(self._capture)) if rows is None else rows
            rows = np.setdiff1d(rows, np.array(sorted(self._ignored), np.int64))
        self._write(name, rows, where)

    @work(thread=True)
    def _write(self, name: str, rows: NDArray[np.int64] | None, where: str) -> None:
        capture, ending = self._capture, Path(name).suffix.lower()
        try:
            if ending in TABLES:
                choice = dissect.Choice(TABLES[ending], fields=FIELDS if ending == ".csv" else (), filter=where or None)
                count = dissect.export_capture(capture, Path(name), choice)
            else:
                count = dissect.write_rows(capture, name, rows, self._comments)
        except dissect.CaptureError as error:
            self.app.call_from_thread(self.say, str(error))
        except OSError as error:
            self.app.call_from_thread(self.say, f"{name}: {error.strerror or error}")
        else:
            self.app.call_from_thread(self._done, name, count)

    def _done(self, name: str, count: int) -> None:
        self.notify(f"{count:,} packets written to {name}", markup=False)
        if self.is_current:
            self.dismiss(name)


def same_file(name: str, other: str) -> bool:
    """Whether two names are one file."""
    return os.path.exists(other) and os.path.samefile(name, other)


# a CSV file is flat: what the list shows
FIELDS = (
    "frame.number", "frame.time_epoch", "_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "frame.len",
    "_ws.col.Info",
)  # fmt: skip
