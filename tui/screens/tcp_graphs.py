"""Graphs of one TCP stream: sequence numbers, throughput, round-trip time, window."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

import dissect
from tui import workers
from tui.screens.main import Main
from tui.screens.save import SaveTable
from tui.telling import tell
from tui.widgets.scatter import Numbers, scatter

GRAPHS = {
    "sequence": "bytes", "throughput": "bits/s", "round-trip time": "ms", "window": "bytes", "segment length": "bytes",
}  # fmt: skip
LEGENDS = {
    "sequence": "cyan: sent, yellow: acknowledged by the other end, magenta: sent again",
    "throughput": "cyan: payload per interval",
    "round-trip time": "cyan: from a segment to its acknowledgment",
    "window": "cyan: bytes in flight, yellow: the other end's window",
    "segment length": "cyan: payload of each segment",
}
INTERVALS = 100


class TcpGraphs(Screen[int | str | None]):
    """One graph at a time, of one direction."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back"),
        *(Binding(str(number), f"graph({number})", name.capitalize()) for number, name in enumerate(GRAPHS, 1)),
        Binding("d", "turn", "Other direction"),
        Binding("plus", "zoom(0.5)", "Zoom in", show=False),
        Binding("minus", "zoom(2)", "Zoom out", show=False),
        Binding("right,l", "pan(0.25)", "Later", show=False),
        Binding("left,h", "pan(-0.25)", "Earlier", show=False),
        Binding("f", "filter", "Filter on the stream", show=False),
        Binding("w", "save", "Write to a file"),
        Binding("question_mark,f1", "app.help", "Help"),
    ]

    def __init__(self, main: Main, stream: int) -> None:
        super().__init__()
        self._main, self.stream = main, stream
        self.segments: workers.Segments | None = None
        self.shown = "sequence"
        self._direction = 0
        self._from, self._part = 0.0, 1.0  # the part of the stream's time that is drawn

    def compose(self) -> ComposeResult:
        """What it is, the graph."""
        yield Static(f"TCP stream {self.stream} …", id="heading", markup=False)
        yield Static("", id="plot", classes="graph", markup=False)
        yield Static("", id="legend", classes="hint", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Read the stream behind the screen."""
        self._make()

    def on_resize(self) -> None:
        """Draw it as wide as there is room."""
        self._draw()

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self.workers.cancel_node(self)

    @work(thread=True, exclusive=True)
    def _make(self) -> None:
        worker = get_current_worker()
        packet = self._main.packet
        number = packet.number if packet is not None else 0
        found = workers.segments(self._main.reader(), self.stream, lambda: worker.is_cancelled)
        tell(self, worker, self._show, found, number)

    def _show(self, found: workers.Segments, number: int) -> None:
        self.segments = found
        said = found.length.astype(np.int64)
        self._direction = int(said[found.direction == 1].sum() > said[found.direction == 0].sum())
        self._draw()

    def _draw(self) -> None:
        if self.segments is None:
            return
        source = self.segments.ends[self._direction] if len(self.segments.time) else "nobody"
        count = int((self.segments.direction == self._direction).sum())
        text = f"TCP stream {self.stream}, {self.shown}, sent by {source}: {count:,} segments"
        self.query_one("#heading", Static).update(dissect.escape_text(text))
        plot = self.query_one("#plot", Static)
        series = [self._cut(x, y) for x, y in self.series()]
        plot.update(scatter(series, self.size.width - 2, max(self.size.height - 4, 6), GRAPHS[self.shown]))
        self.query_one("#legend", Static).update(LEGENDS[self.shown])

    def _cut(self, times: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
        """What lies in the part of time that is drawn."""
        assert self.segments is not None
        whole = float(self.segments.time.max()) if len(self.segments.time) else 0.0
        kept = (times >= self._from * whole) & (times <= (self._from + self._part) * whole)
        return times[kept], values[kept]

    def series(self) -> list[tuple[Numbers, Numbers]]:
        """The points of the graph that is shown."""
        found = self.segments
        assert found is not None
        mine, other = found.direction == self._direction, found.direction != self._direction
        if self.shown == "sequence":
            again = mine & found.again
            acks = other & (found.ack > 0)
            return [
                (found.time[mine], (found.seq + found.length)[mine]), (found.time[acks], found.ack[acks]),
                (found.time[again], (found.seq + found.length)[again]),
            ]  # fmt: skip
        if self.shown == "throughput":
            return [throughput(found.time[mine], found.length[mine])]
        if self.shown == "window":
            flying = mine & ~np.isnan(found.flight)
            return [(found.time[flying], found.flight[flying]), (found.time[other], found.window[other])]
        if self.shown == "round-trip time":
            known = other & ~np.isnan(found.rtt)  # the acknowledgment says how long its segment took
            return [(found.time[known], found.rtt[known] * 1e3)]
        full = mine & (found.length > 0)
        return [(found.time[full], found.length[full])]

    def action_graph(self, number: int) -> None:
        """Another graph."""
        self.shown = list(GRAPHS)[number - 1]
        self._draw()

    def action_turn(self) -> None:
        """What the other end sent."""
        self._direction = 1 - self._direction
        self._draw()

    def action_zoom(self, factor: float) -> None:
        """Less or more of the time, around the middle."""
        part = min(max(self._part * factor, 1 / 1024), 1.0)
        self._from = min(max(self._from + (self._part - part) / 2, 0.0), 1.0 - part)
        self._part = part
        self._draw()

    def action_pan(self, by: float) -> None:
        """Another part of the time."""
        self._from = min(max(self._from + by * self._part, 0.0), 1.0 - self._part)
        self._draw()

    def action_filter(self) -> None:
        """Leave, and show only the stream."""
        self.dismiss(f"tcp.stream == {self.stream}")

    def action_save(self) -> None:
        """Write the points to a file."""
        if self.segments is not None:
            series = enumerate(self.series())
            rows = [[n, x.item(), y.item()] for n, points in series for x, y in zip(*points, strict=True)]
            self.app.push_screen(SaveTable(["series", "seconds", GRAPHS[self.shown]], rows))


def throughput(times: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """The middle of each interval, and the bits a second of payload in it."""
    if not len(times) or times.max() == times.min():
        return np.empty(0), np.empty(0)
    step = (times.max() - times.min()) / INTERVALS
    place = np.minimum(((times - times.min()) / step).astype(np.int64), INTERVALS - 1)
    said = np.bincount(place, lengths, INTERVALS) * 8 / step
    return times.min() + (np.arange(INTERVALS) + 0.5) * step, said
