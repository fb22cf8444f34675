"""The list: its columns, order, times, marks, colours."""

from __future__ import annotations

from typing import Any

from textual import work
from textual.worker import get_current_worker

import dissect
from tui import workers
from tui.actions.filters import Filters
from tui.colouring import Rule
from tui.columns import TIME_STYLES, for_field
from tui.naming import KINDS, Naming
from tui.widgets.titles import Titles


class Listing(Filters):
    """How the list shows packets."""

    def action_sort(self) -> None:
        """By the column under the cursor: up, down, as captured."""
        name = self.packets.chosen_column.field
        now = self.packets.sorted_by
        self.packets.sorted_by = f"-{name}" if now == f"+{name}" else "" if now == f"-{name}" else f"+{name}"
        if not self.packets.sorted_by:
            self.apply_filter(self.filter)
            return
        self.behind.hurry(True)
        self.say("sorting", 0.0)
        self._sort(name, self.packets.sorted_by[0] == "-")

    @work(thread=True, group="order", exclusive=True)
    def _sort(self, name: str, descending: bool) -> None:
        worker = get_current_worker()
        rows = self.packets.rows
        if rows is not None and not self.packets.in_order:
            rows = workers.ascending(rows)
        known = {"_ws.col.Time": "frame.time_epoch"}.get(name, name)
        found = dissect.ordered(self.reader(), known, rows, descending, lambda: worker.is_cancelled)
        self.tell(worker, self._sorted, found)

    def _sorted(self, rows: Any) -> None:
        self.packets.show_only(rows, in_order=False)
        self.map_anew()
        self.packets.action_column(0)
        self.say("")

    def on_titles_sorted(self, event: Titles.Sorted) -> None:
        """A title was clicked."""
        self.packets.at_column = event.column
        self.action_sort()

    def on_titles_widened(self, event: Titles.Widened) -> None:
        """An edge was dragged."""
        chosen = self.packets.columns[event.column]
        self._set_columns([c.of_width(event.width) if c is chosen else c for c in self.packets.columns])

    def on_titles_moved(self, event: Titles.Moved) -> None:
        """A title was dragged to another."""
        columns = list(self.packets.columns)
        columns.insert(event.to, columns.pop(event.column))
        self.packets.at_column = event.to
        self._set_columns(columns)

    def action_add_column(self) -> None:
        """A column for the field under the tree's cursor."""
        chosen = self.details.chosen_field()
        if chosen is None or not self.capture.registry.fields.get(chosen[0].name):
            self.notify("choose a field in the tree first", severity="warning")
        elif chosen[0].name not in (c.field for c in self.packets.columns):
            *before, last = self.packets.columns
            self._set_columns([*before, for_field(chosen[0]), last])

    def action_remove_column(self) -> None:
        """Away with the column under the cursor."""
        if len(self.packets.columns) > 1:
            chosen = self.packets.chosen_column
            self._set_columns([c for c in self.packets.columns if c is not chosen])

    def action_move_column(self, by: int) -> None:
        """The column under the cursor and its neighbour change places."""
        columns, at = list(self.packets.columns), self.packets.at_column
        if 0 <= at + by < len(columns):
            columns[at], columns[at + by] = columns[at + by], columns[at]
            self.packets.at_column += by
            self._set_columns(columns)

    def action_widen(self, by: int) -> None:
        """The column under the cursor, wider or narrower."""
        chosen = self.packets.chosen_column
        if chosen.width:
            self._set_columns([c.of_width(c.width + by) if c is chosen else c for c in self.packets.columns])

    def _set_columns(self, columns: list[Any]) -> None:
        self.packets.set_columns(columns)
        self.settings.columns = columns
        self.keep()

    def action_time_style(self) -> None:
        """Ask for the format of the time column."""
        styles = list(TIME_STYLES)

        def chosen(number: int | None) -> None:
            if number is not None:
                self.packets.time_style = self.settings.time_style = styles[number]
                self.packets.set_columns(self.packets.columns)
                self.keep()

        self.choose("Time", [f"{style:3} {TIME_STYLES[style]}" for style in styles], chosen)

    def action_reference(self) -> None:
        """The packet is, or is no more, where time begins for those behind it."""
        row = self.packets.chosen_row
        if row >= 0:
            self.packets.references = sorted({row} ^ set(self.packets.references))
            self.packets.forget()

    def action_mark(self) -> None:
        """Mark the packet, or unmark it, and go on to the next."""
        if self.packets.chosen_row >= 0:
            self.packets.marks ^= {self.packets.chosen_row}
            self.packets.action_move(1)
            self.status()

    def action_ignore(self) -> None:
        """Treat the packet as if it were not there when packets are written, or no more; and go on to the next."""
        if self.packets.chosen_row >= 0:
            self.packets.ignored ^= {self.packets.chosen_row}
            self.packets.action_move(1)

    def action_comment(self) -> None:
        """Ask for a comment on the packet."""
        number = self.packets.chosen_row + 1
        comments = self.packets.comments

        def said(text: str | None) -> None:
            if text is not None:
                comments.pop(number, None)
                if text:
                    comments[number] = text
                self.packets.refresh()

        if number:
            from tui.screens.comment import Comment

            self.app.push_screen(Comment(number, comments.get(number, "")), said)

    def action_colours(self) -> None:
        """With or without colouring rules."""
        self.packets.coloured = self.settings.coloured = not self.packets.coloured
        self.packets.forget()
        self.map_anew()
        self.keep()

    def action_rules(self) -> None:
        """Edit the colouring rules."""

        def chosen(rules: list[Rule] | None) -> None:
            if rules is not None:
                self.settings.rules = rules
                self.colour()
                self.keep()

        from tui.screens.rules import Rules

        self.app.push_screen(Rules(self.capture.registry, self.settings.rules), chosen)

    def action_names(self) -> None:
        """Ask which names are to stand for numbers: of hosts, of vendors, of services."""
        kinds = list(KINDS)

        def chosen(number: int | None) -> None:
            if number is not None:
                setattr(self.settings, kinds[number], not getattr(self.settings, kinds[number]))
                self.keep()
                self.name_hosts()

        shown = [f"[{'x' if getattr(self.settings, kind) else ' '}] {KINDS[kind]}" for kind in kinds]
        self.choose("Names", shown, chosen)

    def name_hosts(self) -> None:
        """As the settings say."""
        if self.settings.names or self.settings.vendors:
            self.say("looking for names", 0.0)
            self._find_names(self.settings.names, self.settings.vendors)
        else:
            self._named(Naming(services=self.settings.services))

    @work(thread=True, group="names", exclusive=True)
    def _find_names(self, hosts: bool, vendors: bool) -> None:
        worker = get_current_worker()
        naming = Naming(services=self.settings.services)
        if hosts:
            naming.hosts = self.packets.naming.hosts or dissect.host_names(self.reader(), lambda: worker.is_cancelled)
        if vendors:
            naming.vendors = dissect.vendors()
        self.tell(worker, self._named, naming)

    def _named(self, naming: Naming) -> None:
        if self.settings.names and not naming.hosts:
            self.notify("nothing in this capture gives an address a name: no DNS answer, no block of names")
        if naming.vendors is not None and not naming.vendors.source:
            self.notify("this machine has no list of vendors: install Wireshark, ieee-data, or pcap-dissect[vendors]",
                        markup=False)  # fmt: skip
        changed = naming != self.packets.naming
        self.details.naming = naming
        self.packets.rename(naming)
        if changed and self.packet is not None:
            self.details.show_packet(self.packet)
        if self.note == "looking for names":
            self.say("")

    def action_follow(self) -> None:
        """Keep to the last packet while more come."""
        self.follows = not self.follows
        self.notify("staying at the last packet" if self.follows else "staying where the cursor is")
        if self.follows:
            self.packets.action_jump(-1)
