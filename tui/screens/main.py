"""The main screen: list, tree, bytes, filter bar."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

import dissect
from tui import filtering, memory, workers
from tui.behind import Behind
from tui.colouring import Colouring, Rule
from tui.columns import TIME_STYLES, for_field
from tui.screens.choose import Choose
from tui.screens.comment import Comment
from tui.screens.find import Find
from tui.screens.go_to import GoTo
from tui.screens.save import SavePackets
from tui.settings import Settings, save
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import Completions, FilterBar
from tui.widgets.minimap import Minimap, marks_of
from tui.widgets.packet_list import PacketList
from tui.widgets.tree_pane import TreePane

BAR = 10  # characters of the progress bar
EXAMINED_AT_ONCE = 200_000  # captures with up to so many packets are examined for findings without being asked


class Main(Screen[None]):
    """Three panes as in Wireshark, and a filter bar above them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+slash", "focus('#filter')", "Filter"),
        Binding("tab", "app.focus_next", "Next pane", show=False),
        Binding("shift+tab", "app.focus_previous", "Previous pane", show=False),
        Binding("enter", "focus('#tree')", "Into the tree", show=False),
        Binding("f", "apply", "Filter on selected"),
        Binding("F", "filter_menu", "Apply or prepare as filter: not, and, or", show=False),
        Binding("x", "apply('not selected')", "Filter out selected", show=False),
        Binding("c", "clear_filter", "Clear filter", show=False),
        Binding("escape", "stop", "Stop what is running behind", show=False),
        Binding("ctrl+g", "go_to", "Go to"),
        Binding("ctrl+f", "find", "Find"),
        Binding("n", "find_next(1)", "Find next", show=False),
        Binding("N", "find_next(-1)", "Find previous", show=False),
        Binding("full_stop", "conversation(1)", "Next packet of the conversation", show=False),
        Binding("comma", "conversation(-1)", "Previous packet of the conversation", show=False),
        Binding("r", "stream", "Show only this stream", show=False),
        Binding("R", "app.follow_stream", "Follow the stream: what both ends said", show=False),
        Binding("l", "link", "Follow the link to another packet", show=False),
        Binding("backspace,alt+left", "back", "Back to the packet before the jump", show=False),
        Binding("s", "sort", "Sort by the column: up, down, as captured", show=False),
        Binding("C", "add_column", "Apply the field as a column", show=False),
        Binding("X", "remove_column", "Remove the column", show=False),
        Binding("less_than_sign", "move_column(-1)", "Move the column left", show=False),
        Binding("greater_than_sign", "move_column(1)", "Move the column right", show=False),
        Binding("plus", "widen(2)", "Widen the column", show=False),
        Binding("minus", "widen(-2)", "Narrow the column", show=False),
        Binding("T", "time_style", "Time format", show=False),
        Binding("ctrl+t", "reference", "Time reference on or off", show=False),
        Binding("M", "mark", "Mark or unmark the packet", show=False),
        Binding("d", "ignore", "Ignore the packet, or no more", show=False),
        Binding("P", "comment", "Comment on the packet", show=False),
        Binding("K", "colours", "Colours on or off", show=False),
        Binding("A", "follow", "Stay at the last packet", show=False),
        Binding("b", "show_pane('bytes')", "Bytes pane", show=False),
        Binding("t", "show_pane('tree')", "Tree pane", show=False),
        Binding("z", "beside", "Panes beside or below", show=False),
        Binding("m", "app.show('path_mtu')", "Path MTU"),
        Binding("e", "app.show('expert')", "Expert"),
        Binding("i", "app.show('properties')", "Capture properties", show=False),
        Binding("v", "app.statistics", "Statistics: hierarchy and more", show=False),
        Binding("I", "app.show('io_graph')", "I/O graph", show=False),
        Binding("S", "app.tcp_graphs", "TCP stream graphs", show=False),
        Binding("W", "app.show('flow_graph')", "Flow graph: who sent to whom", show=False),
        Binding("Q", "app.show('sql')", "SQL over the capture", show=False),
        Binding("w,ctrl+s", "save", "Save", show=False),
        Binding("y", "copy", "Copy: line, field, value, filter, bytes, JSON", show=False),
        Binding("B", "filters", "Saved filters: apply one, save the current", show=False),
        Binding("ctrl+o,O", "app.pick", "Open another capture", show=False),
        Binding("question_mark,f1", "app.help", "Help"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, capture: dissect.Capture, settings: Settings) -> None:
        super().__init__()
        self.capture, self.settings = capture, settings
        self.alone = capture.alone()  # what is shown until `capture` knows what packets are to each other
        self.known = False  # whether it does
        self._behind = Behind(capture.twin(), self._refined_page, self._refined_tree, self._learning)
        self.filter = ""
        self.done = False  # whether the whole file was read
        self._note, self._part = "reading", 0.0
        self._wanted = ""  # what `find` looked for last
        self._jumps: list[int] = []
        self._follows = False
        self.packet: dissect.Packet | None = None

    def compose(self) -> ComposeResult:
        """The panes."""
        completions = Completions(id="completions")
        yield FilterBar(self.capture.registry, completions, id="filter")
        yield completions
        with Container(id="panes"):
            with Container(id="above"):
                yield Static("", id="titles", markup=False)
                with Horizontal(id="lines"):
                    yield PacketList(self.alone, id="list")
                    yield Minimap(id="minimap")
            with Container(id="below"):
                yield TreePane(id="tree")
                yield BytesPane(id="bytes")
        yield Static("", id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begin at the list; read on behind."""
        self.packets, self.details = self.query_one(PacketList), self.query_one(TreePane)
        self.octets, self.bar = self.query_one(BytesPane), self.query_one(FilterBar)
        self.bar.history = self.settings.history
        self.packets.time_style, self.packets.coloured = self.settings.time_style, self.settings.coloured
        self.packets.set_columns(self.settings.columns)
        self._arrange()
        self.packets.wish = self._behind.wish_page
        self.packets.focus()
        self._count()
        self.set_interval(0.2, self._hurry)
        self.call_after_refresh(self._learn)
        self.call_after_refresh(self.set_timer, 0.05, self._colour)  # lines first, then their colours

    def _colour(self) -> None:
        self.packets.colouring = Colouring(self.settings.rules, self.capture.registry)
        self.packets.forget()
        self.map_anew()

    def map_anew(self) -> None:
        """Colour the map of the list, once all is read and nothing else is to be done first."""
        if self.done and self.packets.colouring is not None:
            self.set_timer(0.3, self._map)

    @work(thread=True, group="map", exclusive=True)
    def _map(self) -> None:
        worker = get_current_worker()
        shown, colouring = self.packets, self.packets.colouring
        rows = np.arange(shown.total) if shown.rows is None else shown.rows
        marks: list[Rule | None] = []
        if colouring is not None and shown.coloured and len(rows):
            marks = marks_of(
                self.reader(), rows, colouring, self.settings.rules, self.query_one(Minimap).size.height,
                shown.examined, lambda: worker.is_cancelled,
            )  # fmt: skip
        self._tell(worker, self.query_one(Minimap).show, marks)

    def on_minimap_resized(self, _: Minimap.Resized) -> None:
        """Another number of lines."""
        self.map_anew()

    def on_minimap_asked(self, event: Minimap.Asked) -> None:
        """Go there in the list."""
        self.packets.choose(int(event.part * (self.packets.count - 1)))

    def on_unmount(self) -> None:
        """Stop reading, and release the file."""
        self.workers.cancel_node(self)
        self.capture.close()

    # -- behind the screen -----------------------------------------------------------------------------------

    @work(thread=True, group="count")
    def _count(self) -> None:
        """Read the file through and let the list grow meanwhile."""
        worker = get_current_worker()
        try:
            for total, part in workers.counted(self.capture.twin(), lambda: worker.is_cancelled):
                self._tell(worker, self._grow, total, part)
        except dissect.CaptureError as error:
            self._tell(worker, self._say, str(error))
        self._tell(worker, self._counted)
        for total, _ in workers.growing(self.capture.twin(), self.packets.total, lambda: worker.is_cancelled):
            self._tell(worker, self._appended, total)

    def _tell(self, worker: Any, what: Any, *arguments: Any) -> None:
        """Hand something to the screen, unless it is gone."""
        if not worker.is_cancelled and self.app.is_running:
            self.app.call_from_thread(what, *arguments)

    def _grow(self, total: int, part: float) -> None:
        self._take_back()
        self.packets.grow(total)
        self._behind.told(total, self.done)
        if self._follows and self.packets.rows is None:
            self.packets.action_jump(-1)
        self._say("reading", part)

    def _appended(self, total: int) -> None:
        """The file has grown: so do the list and what the filter lets through."""
        before = self.packets.total
        if total > before:
            self._grow(total, 1.0)
            if self.filter and self.packets.rows is not None:
                self._filter(self.filter, before)
            self._say("growing")

    def _counted(self) -> None:
        self.done = True
        self._behind.told(self.packets.total, True)
        self._say(str(self.capture.damage or "") if self.known else "relating")

    @work(thread=True, group="passes", exclusive=True)
    def _learn(self) -> None:
        """Learn what packets are to each other: fragments, streams, messages, answers."""
        worker = get_current_worker()
        self._behind.run(lambda: worker.is_cancelled, lambda total: self._tell(worker, self._all_known, total))

    def _all_known(self, total: int) -> None:
        """The screen has the capture to itself until it grows."""
        if total != self.packets.total:
            return
        twin = self._behind.capture
        self.capture.fragments, self.capture.streams = twin.fragments, twin.streams
        self.known, self.packets.wish, self.packets.capture = True, None, self.capture
        self.packets.forget()
        self.map_anew()
        if self.packet is not None:
            self._show()
        self._say(str(self.capture.damage or ""))
        if 0 < self.packets.total <= EXAMINED_AT_ONCE:
            self.examine()

    def _take_back(self) -> None:
        if self.known:
            self._behind.hurry(True)  # until those who read what is known are done
            self.known, self.packets.wish, self.packets.capture = False, self._behind.wish_page, self.alone

    def reader(self) -> dissect.Capture:
        """A view of the capture for another thread, with what is known."""
        return self.capture.reader() if self.known else self.capture.twin()

    def _hurry(self) -> None:
        """The passes stand back for what the user waits for, and for whoever reads what they have learned."""
        self._behind.hurry(any(w.is_running and w.group not in ("count", "passes") for w in self.app.workers))

    def _refined_page(self, number: int, rows: Any) -> None:
        page = self.packets.made(self._behind.capture, number, rows)
        self._call(self.packets.put, number, rows, page)

    def _refined_tree(self, packet: dissect.Packet) -> None:
        self._call(self._shown_again, packet)

    def _learning(self, part: float) -> None:
        if self.done:
            self._call(self._relating, part)

    def _relating(self, part: float) -> None:
        if self._note in ("", "relating"):
            self._say("relating", part)

    def _call(self, what: Any, *arguments: Any) -> None:
        self._tell(get_current_worker(), what, *arguments)

    def examine(self) -> None:
        """Look for findings in the whole capture, once; trees and colours show them then."""
        if not self.packets.examined:
            self._examine()

    @work(thread=True, group="examine", exclusive=True)
    def _examine(self) -> None:
        worker = get_current_worker()
        found = self.reader().annotations
        self._tell(worker, self._examined, found)

    def _examined(self, found: Any) -> None:
        for one in (self.capture, self.alone, self._behind.capture):
            one.annotations = found
        self.packets.examined = True
        self.packets.forget()
        self.map_anew()
        if self.packets.chosen_row in (number - 1 for number in found):
            self._show()

    def _say(self, note: str, part: float = 1.0) -> None:
        self._note, self._part = note, part
        self._status()

    def _status(self) -> None:
        some = "" if self.packets.rows is None else f"{self.packets.count:,} of "
        parts = [self.capture.source.path, f"{some}{self.packets.total:,} packets"]
        parts.append(f"packet {self.packets.chosen_row + 1}")
        if self.packets.marks:
            parts.append(f"{len(self.packets.marks)} marked")
        if self._note:
            full = int(BAR * self._part)
            shown = "" if self._part >= 1 else f" {'█' * full}{'░' * (BAR - full)} {self._part:.0%}"
            parts.append(self._note + shown)
        self.query_one("#status", Static).update(" " + "  ".join(parts), layout=False)

    # -- the panes follow each other -------------------------------------------------------------------------

    def on_packet_list_laid(self, event: PacketList.Laid) -> None:
        """The titles of the columns."""
        self.query_one("#titles", Static).update(event.title, layout=False)

    def on_packet_list_chosen(self, event: PacketList.Chosen) -> None:
        """Show the packet's tree and bytes, unless the cursor went on already."""
        self.query_one(Minimap).move(self.packets.cursor / max(self.packets.count - 1, 1))
        if event.row >= 0 and event.row == self.packets.chosen_row:
            self._show()

    def _show(self) -> None:
        row = self.packets.chosen_row
        if self.known:
            self._put(self.capture[row])
        else:
            self._put(self.alone[row])
            self._behind.wish_tree(row)

    def _shown_again(self, packet: dissect.Packet) -> None:
        if packet.number == self.packets.chosen_row + 1:
            self._put(packet)

    def _put(self, packet: dissect.Packet) -> None:
        self.packet = packet
        self.details.show_packet(packet)
        self.octets.show_sources(packet.tree.sources)
        self._status()

    def on_packet_list_opened(self, _: PacketList.Opened) -> None:
        """Into the tree."""
        self.details.focus()

    def on_tree_pane_shown(self, event: TreePane.Shown) -> None:
        """Highlight the bytes of a field."""
        self.octets.show_range(event.source, event.start, event.size)
        self.details.border_subtitle = event.name.replace("[", "\\[")

    def on_bytes_pane_byte_chosen(self, event: BytesPane.ByteChosen) -> None:
        """Highlight the field of a byte."""
        self.details.find_byte(event.source, event.at)

    def on_tree_pane_link(self, event: TreePane.Link) -> None:
        """The packet that a field names."""
        self.jump_to(event.number)

    # -- filters ---------------------------------------------------------------------------------------------

    def on_filter_bar_apply(self, event: FilterBar.Apply) -> None:
        """Filter behind; the list keeps what it shows until something was found."""
        self.workers.cancel_group(self, "filter")
        self.packets.focus()
        self.packets.sorted_by = ""
        self.filter = event.text
        if not event.text:
            self.packets.show_only(None)
            self.map_anew()
            self._say("")
            return
        self.settings.remember(filter_text=event.text)
        self.bar.history = self.settings.history
        self._say("filtering", 0.0)
        self._filter(event.text)

    @work(thread=True, group="filter", exclusive=True)
    def _filter(self, text: str, known: int = 0) -> None:
        """Show what passes, or add what passes of the packets from `known` on."""
        worker = get_current_worker()
        twin = self.reader()
        begun = known > 0
        where = dissect.compile_filter(text, twin.registry, reference=self.packets.chosen_row + 1 or None)
        for rows, part in workers.passing(twin, where, lambda: worker.is_cancelled, known):
            self._tell(worker, self._filtered, rows, part, not begun)
            begun = True

    def _filtered(self, rows: Any, part: float, first: bool) -> None:
        if first:
            self.packets.show_only(rows)
        else:
            self.packets.extend(rows)
            if self._follows:
                self.packets.action_jump(-1)
        if part >= 1:
            memory.give_back()
            self.map_anew()
        self._say("" if part >= 1 else "filtering", part)

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

        self.app.push_screen(Choose(text, ways), chosen)

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
                self.keep()
            else:
                self.apply_filter(saved[names[number - len(first)]])

        if first or names:
            shown = [name if saved[name] == name else f"{name}: {saved[name]}" for name in names]
            self.app.push_screen(Choose("Filters", [*first, *shown]), chosen)
        else:
            self.notify("no filter is saved: apply one first, then save it here")

    def action_stop(self) -> None:
        """Cancel the filter, the order or the search that is running."""
        for group in ("filter", "order", "find"):
            self.workers.cancel_group(self, group)
        if self.done:
            self._say("")

    # -- going about -----------------------------------------------------------------------------------------

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

    def action_find(self) -> None:
        """Ask what to find, and find the next."""

        def wanted(text: str | None) -> None:
            if text:
                self._wanted = text
                self.action_find_next(1)

        self.app.push_screen(Find(self.capture.registry), wanted)

    def action_find_next(self, step: int) -> None:
        """The next or previous packet that has what was looked for."""
        if not self._wanted:
            self.action_find()
        else:
            self._find(self._wanted, step)

    def action_conversation(self, step: int) -> None:
        """The next or previous packet between the same two ends."""
        text = "" if self.packet is None else filtering.of_conversation(self.packet)
        if text:
            self._find(text, step)

    def action_stream(self) -> None:
        """Filter on the packet's stream, or on its two ends where it is in none."""
        text = "" if self.packet is None else filtering.of_stream(self.packet)
        if text:
            self.apply_filter(text)
        else:
            self.notify("this packet has no two ends")

    @work(thread=True, group="find", exclusive=True)
    def _find(self, text: str, step: int) -> None:
        worker = get_current_worker()
        where = dissect.compile_filter(text, self.capture.registry)
        shown = self.packets.rows if self.packets.in_order else None
        start, total = self.packets.chosen_row, self.packets.total
        row = workers.next_passing(self.reader(), where, shown, start, step, total, lambda: worker.is_cancelled)
        self._tell(worker, self._found, row, step)

    def _found(self, row: int, step: int) -> None:
        if row < 0:
            self.notify(f"no {'further' if step > 0 else 'earlier'} packet has it")
        else:
            self.packets.go_to(row + 1)

    # -- columns, order, times, marks ------------------------------------------------------------------------

    def action_sort(self) -> None:
        """By the column under the cursor: up, down, as captured."""
        name = self.packets.chosen_column.field
        now = self.packets.sorted_by
        self.packets.sorted_by = f"-{name}" if now == f"+{name}" else "" if now == f"-{name}" else f"+{name}"
        if not self.packets.sorted_by:
            self.apply_filter(self.filter)
            return
        self._say("sorting", 0.0)
        self._sort(name, self.packets.sorted_by[0] == "-")

    @work(thread=True, group="order", exclusive=True)
    def _sort(self, name: str, descending: bool) -> None:
        worker = get_current_worker()
        rows = self.packets.rows
        if rows is not None and not self.packets.in_order:
            rows = workers.ascending(rows)
        known = {"_ws.col.Time": "frame.time_epoch"}.get(name, name)
        found = dissect.ordered(self.reader(), known, rows, descending, lambda: worker.is_cancelled)
        self._tell(worker, self._sorted, found)

    def _sorted(self, rows: Any) -> None:
        self.packets.show_only(rows, in_order=False)
        self.map_anew()
        self.packets.action_column(0)
        self._say("")

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

        self.app.push_screen(Choose("Time", [f"{style:3} {TIME_STYLES[style]}" for style in styles]), chosen)

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
            self._status()

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
            self.app.push_screen(Comment(number, comments.get(number, "")), said)

    def action_colours(self) -> None:
        """With or without colouring rules."""
        self.packets.coloured = self.settings.coloured = not self.packets.coloured
        self.packets.forget()
        self.map_anew()
        self.keep()

    def action_follow(self) -> None:
        """Keep to the last packet while more come."""
        self._follows = not self._follows
        self.notify("staying at the last packet" if self._follows else "staying where the cursor is")
        if self._follows:
            self.packets.action_jump(-1)

    # -- out -------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Write packets, or their fields, to a file."""
        shown, rows = self.packets, self.packets.rows
        self.app.push_screen(SavePackets(self.reader(), rows, shown.marks, self.filter, shown.ignored, shown.comments))

    def action_copy(self) -> None:
        """Ask what to copy; the terminal takes it (OSC 52)."""
        if self.packet is None:
            return
        node = self.details.chosen_field()
        line = self.packets.line_text(self.packets.cursor).rstrip()
        choices = {
            "the line": line,
            "the field": self.details.chosen_text(),
            "its value": dissect.escape_text(str(self.packet.get(node[0].name, node[1]))) if node else "",
            "the filter for what is selected": self.selected_filter(),
            "the selected bytes, as hex": self.octets.selected.hex(),
            "the packet's bytes, as hex": self.packet.data.hex(),
            "the packet as text": "\n".join(dissect.packet_lines(self.packet, True)),
            "the packet as JSON": json.dumps(dissect.packet_json(self.packet), ensure_ascii=False),
        }
        offered = [name for name, text in choices.items() if text]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.app.copy_to_clipboard(choices[offered[number]])
                self.notify(f"copied {offered[number]}")

        self.app.push_screen(Choose("Copy", offered), chosen)

    # -- layout ----------------------------------------------------------------------------------------------

    def action_show_pane(self, pane: str) -> None:
        """Show or hide a pane."""
        setattr(self.settings, pane, not getattr(self.settings, pane))
        self._arrange()
        self.keep()

    def action_beside(self) -> None:
        """The tree and the bytes beside the list, or below it."""
        self.settings.beside = not self.settings.beside
        self._arrange()
        self.keep()

    def _arrange(self) -> None:
        self.details.display, self.octets.display = self.settings.tree, self.settings.bytes
        self.query_one("#below").display = self.settings.tree or self.settings.bytes
        self.query_one("#panes").set_class(self.settings.beside, "beside")
        if self.focused is None or not self.focused.display:
            self.packets.focus()

    def keep(self) -> None:
        """Remember the settings; say so if that cannot be."""
        problem = save(self.settings)
        if problem:
            self.notify(problem, severity="warning", markup=False)
