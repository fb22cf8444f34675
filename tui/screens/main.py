"""The main screen: list, tree, bytes, filter bar."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer, Static

import dissect
from tui.screens.go_to import GoTo
from tui.screens.help import Help
from tui.screens.path_mtu import PathMtu
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import FilterBar
from tui.widgets.packet_list import PacketList, title_text
from tui.widgets.tree_pane import TreePane


class Main(Screen[None]):
    """Three panes as in Wireshark, and a filter bar above them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+slash", "focus('#filter')", "Filter"),
        Binding("tab", "app.focus_next", "Next pane", show=False),
        Binding("ctrl+g", "go_to", "Go to packet"),
        Binding("m", "path_mtu", "Path MTU"),
        Binding("b", "show_pane('bytes')", "Bytes"),
        Binding("t", "show_pane('tree')", "Tree"),
        Binding("f", "filter_on_field(False)", "Filter on field"),
        Binding("n", "filter_on_field(True)", "Not this field", show=False),
        Binding("c", "clear_filter", "Clear filter", show=False),
        Binding("question_mark,f1", "help", "Help"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, path: str, registry: dissect.Registry | None = None) -> None:
        super().__init__()
        self.path, self.registry = path, registry or dissect.builtin()
        self.capture = dissect.open(path, self.registry)
        self._shown = "all"
        self._progress = "reading"

    def compose(self) -> ComposeResult:
        """The panes."""
        yield FilterBar(self.registry, id="filter")
        yield Static(title_text(), id="titles", markup=False)
        yield PacketList(self.capture, id="list")
        with Horizontal(id="below"):
            yield TreePane(id="tree")
            yield BytesPane(id="bytes")
        yield Static("", id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begin at the list; count in the background."""
        self.query_one(PacketList).focus()
        self._count()

    def on_unmount(self) -> None:
        """Release the file."""
        self.capture.close()

    @work(thread=True, group="count")
    def _count(self) -> None:
        """Index the file and let the list grow meanwhile; a handle of its own, so that nothing is shared."""
        with dissect.open(self.path, self.registry) as capture:
            total = 0
            for chunk in capture.source.chunks(16384):
                total = chunk.first + len(chunk)
                if total <= 16384 or total % (8 * 16384) < 16384:
                    self.app.call_from_thread(self._grow, total, False)
            self.app.call_from_thread(self._grow, total, True, str(capture.damage or ""))

    def _grow(self, total: int, done: bool, damage: str = "") -> None:
        self.query_one(PacketList).grow(total)
        self._progress = damage if done else "reading"
        self._status()

    def _status(self) -> None:
        packets = self.query_one(PacketList)
        some = "" if packets.rows is None else f"{packets.count:,} of "
        shown = f"{some}{packets.total:,} packets"
        at = packets.row_at(packets.cursor) + 1
        note = f"  {self._progress}" if self._progress else ""
        self.query_one("#status", Static).update(f" {self.path}  {shown}  packet {at}{note}")

    def on_packet_list_chosen(self, event: PacketList.Chosen) -> None:
        """Show the packet's tree and bytes."""
        if event.row < 0:
            return
        packet = self.capture[event.row]
        self.query_one(TreePane).show_packet(packet)
        self.query_one(BytesPane).show_sources(packet.tree.sources)
        self._status()

    def on_tree_pane_shown(self, event: TreePane.Shown) -> None:
        """Highlight the bytes of a field."""
        self.query_one(BytesPane).show_range(event.source, event.start, event.size)

    def on_bytes_pane_byte_chosen(self, event: BytesPane.ByteChosen) -> None:
        """Highlight the field of a byte."""
        self.query_one(TreePane).find_byte(event.source, event.at)

    def on_filter_bar_apply(self, event: FilterBar.Apply) -> None:
        """Filter in the background."""
        self.workers.cancel_group(self, "filter")
        self.query_one(PacketList).focus()
        if not event.text:
            self.query_one(PacketList).show_only(None)
            self._progress = ""
            self._status()
            return
        self._progress = "filtering"
        self._status()
        self._filter(event.text)

    @work(thread=True, group="filter", exclusive=True)
    def _filter(self, text: str) -> None:
        with dissect.open(self.path, self.registry) as capture:
            rows = capture.filter(text)
        self.app.call_from_thread(self._filtered, rows)

    def _filtered(self, rows: Any) -> None:
        self.query_one(PacketList).show_only(rows)
        self._progress = ""
        self._status()

    def on_filter_bar_leave(self, _: FilterBar.Leave) -> None:
        """Back to the list."""
        self.query_one(PacketList).focus()

    def action_clear_filter(self) -> None:
        """All packets again."""
        self.query_one(FilterBar).value = ""
        self.on_filter_bar_apply(FilterBar.Apply(""))

    def action_filter_on_field(self, negate: bool) -> None:
        """Filter on the field under the tree's cursor."""
        chosen = self.query_one(TreePane).chosen_field()
        if chosen is None:
            return
        text = dissect.filter_for(*chosen)
        if not text:
            return
        bar = self.query_one(FilterBar)
        bar.value = f"!({text})" if negate else text
        if not bar.problem(bar.value):
            self.on_filter_bar_apply(FilterBar.Apply(bar.value))

    def action_show_pane(self, pane: str) -> None:
        """Show or hide a pane."""
        widget = self.query_one(f"#{pane}")
        widget.display = not widget.display
        self.query_one("#below").display = any(self.query_one(f"#{p}").display for p in ("tree", "bytes"))

    def action_go_to(self) -> None:
        """Ask for a packet's number and go there."""
        self.app.push_screen(GoTo(self.query_one(PacketList).total), self._go_to)

    def _go_to(self, number: int | None) -> None:
        if number and not self.query_one(PacketList).go_to(number):
            self.notify(f"packet {number} is not among those shown", severity="warning")

    def action_path_mtu(self) -> None:
        """Fragments, path MTU and DF."""
        self.app.push_screen(PathMtu(self.path, self.registry), self._go_to)

    def action_help(self) -> None:
        """The keys."""
        self.app.push_screen(Help())
