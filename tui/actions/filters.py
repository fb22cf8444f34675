"""Filters: from the bar, from what is selected, saved."""

from __future__ import annotations

from typing import Any

from textual import work
from textual.worker import get_current_worker

import dissect
from dissect import arenas
from tui import filtering, workers
from tui.actions.learning import Learning
from tui.widgets.buttons import Buttons
from tui.widgets.filter_bar import FilterBar

STOPPED = ("filter", "order", "find", "names")  # what Escape cancels


class Filters(Learning):
    """What the list shows."""

    def on_filter_bar_apply(self, event: FilterBar.Apply) -> None:
        """Filter behind; the list keeps what it shows until something was found."""
        self.workers.cancel_group(self, "filter")
        self.packets.focus()
        self.packets.sorted_by = ""
        self.filter = event.text
        if not event.text:
            self.packets.show_only(None)
            self.map_anew()
            self.say("")
            return
        self.settings.remember(filter_text=event.text)
        self.bar.history = self.settings.history
        self.behind.hurry(True)
        self.workers.cancel_group(self, "map")  # that of what the filter finds comes then
        self.say("filtering", 0.0)
        self._filter(event.text)

    def more(self, before: int) -> None:
        """What the filter lets through of packets that came."""
        if self.filter and self.packets.rows is not None:
            self._filter(self.filter, before)

    @work(thread=True, group="filter", exclusive=True)
    def _filter(self, text: str, known: int = 0) -> None:
        """Show what passes, or add what passes of the packets from `known` on."""
        worker = get_current_worker()
        twin = self.reader()
        begun = known > 0
        where = dissect.compile_filter(text, twin.registry, reference=self.packets.chosen_row + 1 or None)
        for rows, part in workers.passing(twin, where, lambda: worker.is_cancelled, known):
            self.tell(worker, self._filtered, rows, part, not begun)
            begun = True

    def _filtered(self, rows: Any, part: float, first: bool) -> None:
        if first:
            self.packets.show_only(rows)
        else:
            self.packets.extend(rows)
            if self.follows:
                self.packets.action_jump(-1)
        if part >= 1:
            arenas.give_back()
            self.map_anew()
        self.say("" if part >= 1 else "filtering", part)

    def on_filter_bar_leave(self, _: FilterBar.Leave) -> None:
        """Back to the list."""
        self.packets.focus()

    def action_clear_filter(self) -> None:
        """All packets again."""
        self.apply_filter("")

    def apply_filter(self, text: str) -> None:
        """Put a filter into the bar and apply it."""
        self.bar.put(text)
        if not self.bar.problem(text):
            self.on_filter_bar_apply(FilterBar.Apply(text))

    def selected_filter(self) -> str:
        """The filter for what is selected: a field of the tree, a cell of the list."""
        if self.packets.has_focus and self.packet is not None and self.packets.at_column:
            return filtering.of_cell(self.packet, self.packets.chosen_column)
        chosen = self.details.chosen_field()
        if chosen is None and self.packet is not None:
            return filtering.of_cell(self.packet, self.packets.chosen_column)
        return dissect.filter_for(*chosen) if chosen else ""

    def action_apply(self, way: str = "selected", prepare: bool = False) -> None:
        """Filter on what is selected."""
        text = self.selected_filter()
        if not text:
            self.notify("nothing to filter on is selected", severity="warning")
            return
        whole = filtering.combined(self.filter, text, way)
        if prepare:
            self.bar.put(whole)
            self.bar.focus()
        else:
            self.apply_filter(whole)

    def action_filter_menu(self) -> None:
        """Apply or prepare, in all of Wireshark's ways."""
        text = self.selected_filter()
        if not text:
            self.notify("nothing to filter on is selected", severity="warning")
            return
        ways = [f"{verb} as filter: {way}" for verb in ("Apply", "Prepare") for way in filtering.WAYS]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.action_apply(filtering.WAYS[number % len(filtering.WAYS)], number >= len(filtering.WAYS))

        self.choose(text, ways, chosen)

    def action_filters(self) -> None:
        """The saved filters; the first choice saves the current one, or forgets it."""
        saved, now = self.settings.filters, self.filter
        mine = [name for name, text in saved.items() if text == now]
        first = ([f"forget: {now}"] if mine else [f"save: {now}"]) if now else []
        names = list(saved)

        def chosen(number: int | None) -> None:
            if number is None:
                return
            if first and number == 0:
                saved.update({} if mine else {now: now})
                for name in mine:
                    del saved[name]
                self.query_one(Buttons).put(saved)
                self.keep()
            else:
                self.apply_filter(saved[names[number - len(first)]])

        if first or names:
            shown = [name if saved[name] == name else f"{name}: {saved[name]}" for name in names]
            self.choose("Filters", [*first, *shown], chosen)
        else:
            self.notify("no filter is saved: apply one first, then save it here")

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """A saved filter was clicked."""
        self.apply_filter(event.text)

    def action_stop(self) -> None:
        """Cancel the filter, the order or the search that is running; where none is, what relates packets to each other
        stops, or goes on."""
        running = [w for w in self.workers if w.is_running and w.group in STOPPED]
        for worker in running:
            worker.cancel()
        if not running and self.done and not self.known:
            self.behind.stop(not self.behind.stopped)
        if self.done:
            self.say("" if self.known or self.behind.full or self.behind.stopped else "relating")
