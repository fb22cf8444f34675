"""What goes on behind the main screen: reading, relating packets to each other, examining, the map of the list."""

from __future__ import annotations

from typing import Any

import numpy as np
from textual import work
from textual.worker import get_current_worker

import dissect
from tui import workers
from tui.actions.panes import Panes
from tui.colouring import Colouring, Rule
from tui.widgets.minimap import Minimap, marks_of

EXAMINED_AT_ONCE = 200_000  # captures with up to so many packets are examined for findings without being asked
BEHIND = ("count", "passes", "names of fields")  # the threads that everybody else goes before


class Learning(Panes):
    """The capture becomes known while it is shown."""

    mapping = False  # whether the map of the list is being made
    goal = 0  # a packet to go to once it is there

    @work(thread=True, group="count")
    def count(self) -> None:
        """Read the file through and let the list grow meanwhile."""
        worker = get_current_worker()
        try:
            for total, part in workers.counted(self.capture.twin(), lambda: worker.is_cancelled):
                self.tell(worker, self._grow, total, part)
        except dissect.CaptureError as error:
            self.tell(worker, self.say, str(error))
        self.tell(worker, self._counted)
        for total, _ in workers.growing(self.capture.twin(), self.packets.total, lambda: worker.is_cancelled):
            self.tell(worker, self._appended, total)

    def _grow(self, total: int, part: float) -> None:
        self._take_back()
        self.packets.grow(total)
        self.behind.told(total, self.done)
        if self.goal and total >= self.goal:
            self.packets.go_to(self.goal)
            self.goal = 0
        if self.follows and self.packets.rows is None:
            self.packets.action_jump(-1)
        self.say("reading", part)

    def _appended(self, total: int) -> None:
        """The file has grown: so do the list and what the filter lets through."""
        before = self.packets.total
        if total > before:
            self._grow(total, 1.0)
            self.more(before)
            self.say("growing")

    def more(self, before: int) -> None:
        """Packets came behind the first `before`."""

    def name_hosts(self) -> None:
        """Names instead of addresses, where that is wanted."""

    def _counted(self) -> None:
        self.done = True
        self.behind.told(self.packets.total, True)
        rests = self.known or self.behind.full or self.behind.stopped
        self.say(str(self.capture.damage or "") if rests else "relating")

    @work(thread=True, group="passes", exclusive=True)
    def learn(self) -> None:
        """Learn what packets are to each other: fragments, streams, messages, answers."""
        worker = get_current_worker()
        self.behind.run(lambda: worker.is_cancelled, lambda total: self.tell(worker, self._all_known, total))

    @work(thread=True, group="names of fields")
    def learn_fields(self) -> None:
        """Have the names of all fields at hand before the first key in the filter bar asks for completions."""
        dissect.complete("frame", 5, self.capture.registry)

    def _all_known(self, total: int) -> None:
        """The screen has the capture to itself until it grows."""
        if total != self.packets.total:
            return
        twin = self.behind.capture
        self.capture.fragments, self.capture.streams = twin.fragments, twin.streams
        self.known, self.packets.wish, self.packets.capture = True, None, self.capture
        self.packets.forget()
        self.map_anew()
        if self.packet is not None:
            self.show_packet()
        self.say(str(self.capture.damage or ""))
        self.name_hosts()
        if 0 < self.packets.total <= EXAMINED_AT_ONCE:
            self.examine()

    def _take_back(self) -> None:
        if self.known:
            self.behind.hurry(True)  # until those who read what is known are done
            self.known, self.packets.wish, self.packets.capture = False, self.behind.wish_page, self.alone

    def reader(self) -> dissect.Capture:
        """A view of the capture for another thread, with what is known."""
        return self.capture.reader() if self.known else self.capture.twin()

    def hurry(self) -> None:
        """The passes stand back for what the user waits for, and for whoever reads what they have learned."""
        self.behind.hurry(any(w.is_running and w.group not in BEHIND for w in self.app.workers))

    def refined_page(self, number: int, rows: Any) -> None:
        """A page of the list that says more."""
        page = self.packets.made(self.behind.capture, number, rows)
        self._call(self.packets.put, number, rows, page)

    def refined_tree(self, packet: dissect.Packet) -> None:
        """A tree that says more."""
        self._call(self.put_packet, packet)

    def learned(self, part: float) -> None:
        """So much of the capture is known."""
        if self.done:
            self._call(self._relating, part)

    def _relating(self, part: float) -> None:
        if self.behind.full or self.behind.stopped:
            self.say("" if self.note == "relating" else self.note)
        elif self.note in ("", "relating"):
            self.say("relating", part)

    def _call(self, what: Any, *arguments: Any) -> None:
        self.tell(get_current_worker(), what, *arguments)

    def examine(self) -> None:
        """Look for findings in the whole capture, once; trees and colours show them then."""
        if not self.packets.examined:
            self._examine()

    @work(thread=True, group="examine", exclusive=True)
    def _examine(self) -> None:
        worker = get_current_worker()
        found = self.reader().annotations
        self.tell(worker, self._examined, found)

    def _examined(self, found: Any) -> None:
        for one in (self.capture, self.alone, self.behind.capture):
            one.annotations = found
        self.packets.examined = True
        self.packets.forget()
        self.map_anew()
        if self.packets.chosen_row in (number - 1 for number in found):
            self.show_packet()

    def map_anew(self) -> None:
        """Colour the map of the list, once all is read and nothing else is to be done first."""
        if self.done and self.packets.colouring is not None:
            self.mapping = True
            self.set_timer(0.3, lambda: self._map(self.query_one(Minimap).size.height))

    @work(thread=True, group="map", exclusive=True)
    def _map(self, height: int) -> None:
        worker = get_current_worker()
        shown, colouring = self.packets, self.packets.colouring
        rows = np.arange(shown.total) if shown.rows is None else shown.rows
        marks: list[Rule | None] = []
        if colouring is not None and shown.coloured and len(rows):
            marks = marks_of(
                # until all is known, packets stand alone: a view that learned for itself would hold as much again
                self.capture.reader() if self.known else self.capture.alone(),
                rows, colouring, self.settings.rules, height,
                shown.examined, lambda: worker.is_cancelled,
            )  # fmt: skip
        self.tell(worker, self._mapped, marks)

    def _mapped(self, marks: list[Rule | None]) -> None:
        self.mapping = False
        self.query_one(Minimap).show(marks)

    def colour(self) -> None:
        """By the rules of the settings."""
        self.packets.colouring = Colouring(self.settings.rules, self.capture.registry)
        self.packets.forget()
        self.map_anew()

    def on_minimap_resized(self, _: Minimap.Resized) -> None:
        """Another number of lines."""
        self.map_anew()

    def on_minimap_asked(self, event: Minimap.Asked) -> None:
        """Go there in the list."""
        self.packets.choose(int(event.part * (self.packets.count - 1)))
