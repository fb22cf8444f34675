"""The main screen: list, tree, bytes, filter bar."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Footer, Static

import dissect
from tui import memory, menus
from tui.actions.going import Going
from tui.actions.listing import Listing
from tui.actions.writing import Writing
from tui.behind import Behind
from tui.keys import shown_keys
from tui.settings import Settings
from tui.widgets.buttons import Buttons
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.context import MenuAsked
from tui.widgets.filter_bar import Completions, FilterBar
from tui.widgets.minimap import Minimap
from tui.widgets.packet_list import PacketList
from tui.widgets.titles import Titles
from tui.widgets.tree_pane import TreePane


class Main(Going, Listing, Writing):
    """Three panes as in Wireshark, and a filter bar above them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+slash", "focus('#filter')", "Filter"),
        Binding("tab", "app.focus_next", "Next pane", show=False),
        Binding("shift+tab", "app.focus_previous", "Previous pane", show=False),
        Binding("enter", "focus('#tree')", "Into the tree", show=False),
        Binding("ctrl+down,f8", "packet(1)", "Next packet, wherever the focus is", show=False),
        Binding("ctrl+up,f7", "packet(-1)", "Previous packet, wherever the focus is", show=False),
        Binding("o,shift+f10", "menu", "Menu for what is under the cursor", show=False),
        Binding("f", "apply", "Filter on selected"),
        Binding("F", "filter_menu", "Apply or prepare as filter: not, and, or", show=False),
        Binding("x", "apply('not selected')", "Filter out selected", show=False),
        Binding("c", "clear_filter", "Clear filter", show=False),
        Binding("escape", "stop", "Stop what is running behind, or let it go on", show=False),
        Binding("ctrl+g", "go_to", "Go to"),
        Binding("ctrl+f", "find", "Find"),
        Binding("n,ctrl+n", "find_next(1)", "Find next", show=False),
        Binding("N,ctrl+b", "find_next(-1)", "Find previous", show=False),
        Binding("full_stop", "conversation(1)", "Next packet of the conversation", show=False),
        Binding("comma", "conversation(-1)", "Previous packet of the conversation", show=False),
        Binding("p", "conversation_filter", "Show only this conversation", show=False),
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
        Binding("right_square_bracket", "marked(1)", "Next marked packet", show=False),
        Binding("left_square_bracket", "marked(-1)", "Previous marked packet", show=False),
        Binding("d,ctrl+d", "ignore", "Ignore the packet, or no more", show=False),
        Binding("P", "comment", "Comment on the packet", show=False),
        Binding("K", "colours", "Colours on or off", show=False),
        Binding("ctrl+k", "rules", "Colouring rules", show=False),
        Binding("H", "names", "Names: of hosts, of vendors of cards, of services", show=False),
        Binding("A", "follow", "Stay at the last packet", show=False),
        Binding("b", "show_pane('bytes')", "Bytes pane", show=False),
        Binding("t", "show_pane('tree')", "Tree pane", show=False),
        Binding("left_curly_bracket", "share('list_share', -5)", "Less room for the list", show=False),
        Binding("right_curly_bracket", "share('list_share', 5)", "More room for the list", show=False),
        Binding("left_parenthesis", "share('tree_share', -5)", "Less room for the tree", show=False),
        Binding("right_parenthesis", "share('tree_share', 5)", "More room for the tree", show=False),
        Binding("z", "beside", "Panes beside or below", show=False),
        Binding("m", "app.show('path_mtu')", "Path MTU"),
        Binding("e", "app.show('expert')", "Expert"),
        Binding("i", "app.show('properties')", "Capture properties", show=False),
        Binding("v", "app.statistics", "Statistics: hierarchy and more", show=False),
        Binding("I", "app.show('io_graph')", "I/O graph", show=False),
        Binding("E", "app.statistics('endpoints')", "Endpoints", show=False),
        Binding("V", "app.statistics('conversations')", "Conversations", show=False),
        Binding("h", "app.statistics('hierarchy')", "Protocol hierarchy", show=False),
        Binding("u", "app.statistics('routing')", "Routing", show=False),
        Binding("1", "app.statistics('dns')", "DNS", show=False),
        Binding("2", "app.statistics('http')", "HTTP", show=False),
        Binding("3", "app.statistics('tls')", "TLS", show=False),
        Binding("4", "app.statistics('dhcp')", "DHCP", show=False),
        Binding("S", "app.tcp_graphs", "TCP stream graphs", show=False),
        Binding("W", "app.show('flow_graph')", "Flow graph: who sent to whom", show=False),
        Binding("Q", "app.show('sql')", "SQL over the capture", show=False),
        Binding("w,ctrl+s", "save", "Save", show=False),
        Binding("y", "copy", "Copy: line, field, value, filter, bytes, JSON", show=False),
        Binding("B", "filters", "Saved filters: apply one, save the current", show=False),
        Binding("D", "app.decode_as", "Decode as", show=False),
        Binding("L", "app.key_log", "Key log: secrets of TLS and QUIC", show=False),
        Binding("U", "app.profiles", "Profiles", show=False),
        Binding("ctrl+o,O", "app.pick", "Open another capture", show=False),
        Binding("question_mark,f1", "app.help", "Help"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, capture: dissect.Capture, settings: Settings) -> None:
        super().__init__()
        self.capture, self.settings = capture, settings
        self.alone = capture.alone()
        most = settings.memory * 85 // 100  # who filters, sorts or draws needs some, too
        self.behind = Behind(capture.twin(), self.refined_page, self.refined_tree, self.learned, most)
        self.filter = ""
        self.known = self.done = self.follows = False
        self.note, self.part = "reading", 0.0
        self.packet: dissect.Packet | None = None
        self.kept_open = False  # whether another screen goes on with the file
        self._before: Main | None = None

    def compose(self) -> ComposeResult:
        """The panes."""
        completions = Completions(id="completions")
        yield FilterBar(self.capture.registry, completions, id="filter")
        yield completions
        yield Buttons(id="buttons")
        with Container(id="panes"):
            with Container(id="above"):
                yield Titles(id="titles")
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
        self.packets.wish = self.behind.wish_page
        self.set_up()
        self.packets.focus()
        if self._before is not None:
            self._go_on(self._before)
            self._before = None
        self.count()
        self.set_interval(0.2, self.hurry)
        self.call_after_refresh(memory.started)
        self.call_after_refresh(self.learn)
        self.call_after_refresh(self.set_timer, 0.5, self.learn_fields)
        self.call_after_refresh(self.set_timer, 0.05, self.colour)  # lines first, then their colours

    def set_up(self) -> None:
        """As the settings say."""
        self.bar.history = self.settings.history
        self.packets.time_style, self.packets.coloured = self.settings.time_style, self.settings.coloured
        self.packets.set_columns(self.settings.columns)
        self.query_one(Buttons).put(self.settings.filters)
        self.lay_out()

    def carry(self, before: Main) -> None:
        """Go on where another screen of the same file was."""
        self._before = before

    def _go_on(self, before: Main) -> None:
        shown, was = self.packets, before.packets
        shown.marks, shown.ignored, shown.comments = was.marks, was.ignored, was.comments
        shown.references, self.follows = was.references, before.follows
        self.goal = was.chosen_row + 1
        if before.filter:
            self.apply_filter(before.filter)

    def on_unmount(self) -> None:
        """Stop reading, and release the file."""
        self.workers.cancel_node(self)
        if not self.kept_open:
            self.capture.close()

    # -- menus

    def on_menu_asked(self, _: MenuAsked) -> None:
        """With the other button, on what is under the pointer."""
        self.call_after_refresh(self.action_menu)

    def on_titles_menu(self, event: Titles.Menu) -> None:
        """On a column."""
        self.packets.at_column = event.column
        self.action_menu("titles")

    def action_menu(self, pane: str = "") -> None:
        """What can be done with what is under the cursor."""
        if not pane:
            pane = self.focused.id or "" if self.focused is not None else ""
        known: dict[str, Any] = {b.action: b for b in self.BINDINGS if isinstance(b, Binding)}
        offered = [known[action] for action in menus.MENUS.get(pane, menus.PACKET)]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.call_later(self.run_action, offered[number].action)

        lines = [f"{one.description:48} {shown_keys(one.key.split(',')[0])}" for one in offered]
        self.choose("Menu", lines, chosen)
