"""The I/O graph: packets, bytes or bits over time, for several filters."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Static
from textual.worker import get_current_worker

import dissect
from tui import workers
from tui.screens.main import Main
from tui.screens.save import SaveTable
from tui.telling import tell
from tui.widgets.plot import plot

UNITS = ("packets", "bytes", "bits")


class IoGraph(Screen[int | str | None]):
    """One plot a filter; a semicolon parts the filters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+u", "unit", "Packets, bytes, bits", priority=True),
        Binding("ctrl+s", "save", "Write to a file"),
        Binding("f1", "app.help", "Help"),
    ]

    def __init__(self, main: Main) -> None:
        super().__init__()
        self._main = main
        self._unit = 0
        self._series: list[tuple[str, Any]] = []
        self._step = 1

    def compose(self) -> ComposeResult:
        """The filters, the plot."""
        start = "; ".join(["", "tcp", "udp"] if not self._main.filter else ["", self._main.filter])
        yield Input(start, placeholder="filters, parted by semicolons; an empty one is all packets", id="filters")
        with VerticalScroll(id="graph"):
            yield Static("", id="plot", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begin."""
        self._begin()

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self.workers.cancel_node(self)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Other filters."""
        self._begin()

    def _begin(self) -> None:
        texts = [part.strip() for part in self.query_one(Input).value.split(";")]
        try:
            filters = [dissect.compile_filter(t, self._main.capture.registry) if t else None for t in texts]
        except dissect.FilterError as error:
            self.notify(str(error).splitlines()[0], severity="warning", markup=False)
            return
        self.query_one("#plot", Static).update("counting …")
        self._make(texts, filters, max(self.size.width - 4, 10))

    @work(thread=True, exclusive=True)
    def _make(self, texts: list[str], filters: list[Any], width: int) -> None:
        worker = get_current_worker()
        capture = self._main.reader()
        step, found = workers.rates(capture, filters, width, lambda: worker.is_cancelled)
        tell(self, worker, self._show, step, list(zip(texts, found, strict=True)))

    def _show(self, step: int, series: list[tuple[str, Any]]) -> None:
        self._step, self._series = step, series
        self._draw()

    def _draw(self) -> None:
        height = max(self.query_one("#graph").size.height - 1, 6)
        shown = [(name, self._values(counts)) for name, counts in self._series]
        self.query_one("#plot", Static).update(
            plot(shown, self.size.width, height, self._step / 1e9, UNITS[self._unit])
        )

    def _values(self, counts: Any) -> Any:
        return (counts[0], counts[1], counts[1] * 8)[self._unit].astype(np.int64)

    def action_unit(self) -> None:
        """Packets, bytes, bits."""
        self._unit = (self._unit + 1) % len(UNITS)
        self._draw()

    def action_save(self) -> None:
        """Write the series to a file."""
        names = ["seconds", *(f"{name or 'all'} {unit}" for name, _ in self._series for unit in UNITS[:2])]
        count = len(self._series[0][1][0]) if self._series else 0
        columns = [np.arange(count) * self._step / 1e9, *(part for _, counts in self._series for part in counts)]
        self.app.push_screen(SaveTable(names, [[v.item() for v in row] for row in zip(*columns, strict=True)]))
