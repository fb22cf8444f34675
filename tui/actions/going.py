"""Going about: to packets by number, by link, by conversation, by what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

import dissect
from tui import filtering, workers
from tui.actions.filters import Filters
from tui.widgets.tree_pane import TreePane

if TYPE_CHECKING:
    from tui.screens.find import Wanted


class Going(Filters):
    """Which packet is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Wanted | None = None  # what `find` looked for last
        self._at = 0  # the packet it was found in
        self._jumps: list[int] = []

    def jump_to(self, number: int) -> bool:
        """Go to a packet by number and remember where we were; says so if it is not shown."""
        before = self.packets.chosen_row + 1
        if not self.packets.go_to(number):
            self.notify(f"packet {number} is not among those shown", severity="warning")
            return False
        if before != number:
            self._jumps.append(before)
        return True

    def action_back(self) -> None:
        """Where we were before the last jump."""
        if self._jumps:
            self.packets.go_to(self._jumps.pop())

    def action_go_to(self) -> None:
        """Ask for a packet's number and go there."""
        from tui.screens.go_to import GoTo

        self.app.push_screen(GoTo(self.packets.total), self._go_to)

    def _go_to(self, number: int | None) -> None:
        if number:
            self.jump_to(number)

    def action_link(self) -> None:
        """The first packet that this one's fields name."""
        chosen = self.details.chosen_field()
        if chosen is not None and chosen[0].type.ft == "FT_FRAMENUM":
            self.jump_to(int(chosen[1]))
            return
        found = [] if self.packet is None else [n for n in self.packet.tree.walk() if n.field.type.ft == "FT_FRAMENUM"]
        others = [int(n.value) for n in found if self.packet and int(n.value) != self.packet.number]
        if others:
            self.jump_to(others[0])
        else:
            self.notify("this packet names no other")

    def on_tree_pane_link(self, event: TreePane.Link) -> None:
        """The packet that a field names."""
        self.jump_to(event.number)

    def action_find(self) -> None:
        """Ask what to find, and find the next."""

        from tui.screens.find import Find

        def wanted(what: Wanted | None) -> None:
            if what is not None:
                self._wanted, self._at = what, 0
                self.action_find_next(1)

        self.app.push_screen(Find(self.capture.registry), wanted)

    def action_find_next(self, step: int) -> None:
        """The next or previous place of what was looked for."""
        wanted = self._wanted
        if wanted is None:
            self.action_find()
        elif wanted.labels is None:
            self._find(wanted.filter, step)
        elif not (self._at == self.packets.chosen_row + 1 and self.details.find_text(wanted.labels, step)):
            self._find(wanted.labels, step)

    def action_conversation(self, step: int) -> None:
        """The next or previous packet between the same two ends."""
        text = "" if self.packet is None else filtering.of_conversation(self.packet)
        if text:
            self._find(text, step)

    def action_marked(self, step: int) -> None:
        """The next or previous packet that is marked and shown."""
        here = self.packets.chosen_row
        marks = sorted(row for row in self.packets.marks if self.packets.line_of(row) >= 0)
        ahead = [row for row in marks if (row > here if step > 0 else row < here)]
        if ahead:
            self.jump_to((ahead[0] if step > 0 else ahead[-1]) + 1)
        else:
            self.notify(f"no {'further' if step > 0 else 'earlier'} packet is marked")

    def action_conversation_filter(self) -> None:
        """Filter on the packet's two ends."""
        text = "" if self.packet is None else filtering.of_conversation(self.packet)
        if text:
            self.apply_filter(text)
        else:
            self.notify("this packet has no two ends")

    def action_stream(self) -> None:
        """Filter on the packet's stream, or on its two ends where it is in none."""
        text = "" if self.packet is None else filtering.of_stream(self.packet)
        if text:
            self.apply_filter(text)
        else:
            self.notify("this packet has no two ends")

    @work(thread=True, group="find", exclusive=True)
    def _find(self, what: str | re.Pattern[str], step: int) -> None:
        worker = get_current_worker()
        shown = self.packets.rows if self.packets.in_order else None
        reach = workers.Reach(self.reader(), shown, self.packets.chosen_row, step, self.packets.total)
        if isinstance(what, str):
            where = dissect.compile_filter(what, self.capture.registry)
            row = workers.next_passing(reach, where, lambda: worker.is_cancelled)
        else:
            row = workers.next_labelled(reach, what, lambda: worker.is_cancelled)
        self.tell(worker, self._found, row, step, self._wanted is not None and what in self._wanted)

    def _found(self, row: int, step: int, looked_for: bool) -> None:
        if row < 0:
            self.notify(f"no {'further' if step > 0 else 'earlier'} packet has it")
            return
        self._at = row + 1 if looked_for else 0
        self.packets.go_to(row + 1)

    def put_packet(self, packet: dissect.Packet) -> None:
        """Show a packet, and in it what was looked for."""
        super().put_packet(packet)
        wanted = self._wanted
        if wanted is None or self._at != packet.number:
            return
        if wanted.labels is not None:
            self.details.find_text(wanted.labels)
        elif wanted.octets is not None and self.octets.find(wanted.octets):
            self.details.find_byte(*self.octets.place, quiet=True)
