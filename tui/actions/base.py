"""What all parts of the main screen share: the capture, the panes, the status line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.screen import Screen
from textual.widgets import Static

import dissect
from tui.behind import Behind
from tui.settings import Settings, save
from tui.telling import tell
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import FilterBar
from tui.widgets.packet_list import PacketList
from tui.widgets.tree_pane import TreePane

BAR = 10  # characters of the progress bar


class Base(Screen[None]):
    """The state of the main screen."""

    capture: dissect.Capture
    alone: dissect.Capture  # what is shown until `capture` knows what packets are to each other
    settings: Settings
    filter: str
    packet: dissect.Packet | None
    known: bool  # whether `capture` knows what packets are to each other
    done: bool  # whether the whole file was read
    packets: PacketList
    details: TreePane
    octets: BytesPane
    bar: FilterBar
    behind: Behind
    follows: bool  # whether to stay at the last packet
    note: str
    part: float

    def tell(self, worker: Any, what: Any, *arguments: Any) -> None:
        """Hand something to the screen, unless it is gone."""
        tell(self, worker, what, *arguments)

    def choose(self, title: str, options: Sequence[str], chosen: Callable[[int | None], None]) -> None:
        """Ask for one of several things."""
        from tui.screens.choose import Choose

        self.app.push_screen(Choose(title, options), chosen)

    def say(self, note: str, part: float = 1.0) -> None:
        """What is going on, and how much of it is done."""
        self.note, self.part = note, part
        self.status()

    def status(self) -> None:
        """The status line."""
        some = "" if self.packets.rows is None else f"{self.packets.count:,} of "
        profile = f" [{self.settings.profile}]" if self.settings.profile else ""
        parts = [dissect.escape_text(self.capture.source.path) + profile, f"{some}{self.packets.total:,} packets"]
        parts.append(f"packet {self.packets.chosen_row + 1}")
        if self.packets.marks:
            parts.append(f"{len(self.packets.marks)} marked")
        if self.behind.full or (self.behind.stopped and not self.known):
            why = "memory" if self.behind.full else "stopped, Escape goes on"
            parts.append(f"related up to packet {self.behind.known:,} ({why})")
        if self.note:
            full = int(BAR * self.part)
            shown = "" if self.part >= 1 else f" {'█' * full}{'░' * (BAR - full)} {self.part:.0%}"
            parts.append(self.note + shown)
        self.query_one("#status", Static).update(" " + "  ".join(parts), layout=False)

    def keep(self) -> None:
        """Remember the settings; say so if that cannot be."""
        problem = save(self.settings)
        if problem:
            self.notify(problem, severity="warning", markup=False)
