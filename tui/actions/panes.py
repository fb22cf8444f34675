"""The panes: what they show follows the list, and which are where, and how large."""

from __future__ import annotations

from textual.events import MouseDown, MouseMove, MouseUp, Resize

import dissect
from tui.actions.base import Base
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.minimap import Minimap
from tui.widgets.packet_list import PacketList
from tui.widgets.titles import Titles
from tui.widgets.tree_pane import TreePane

LEAST, MOST = 15, 85  # per cent of the room
WIDE_SCREEN, BYTES_WIDE, BYTES_NARROW = 140, 78, 42  # sixteen bytes a line leave the tree no room on a narrow one


class Panes(Base):
    """List, tree and bytes follow each other."""

    _dragged = ""  # which border: "list_share" or "tree_share"

    def on_packet_list_laid(self, event: PacketList.Laid) -> None:
        """The titles of the columns."""
        self.query_one(Titles).lay(event.title, event.widths)

    def on_packet_list_chosen(self, event: PacketList.Chosen) -> None:
        """Show the packet's tree and bytes, unless the cursor went on already."""
        self.query_one(Minimap).move(self.packets.cursor / max(self.packets.count - 1, 1))
        if event.row >= 0 and event.row == self.packets.chosen_row:
            self.show_packet()

    def show_packet(self) -> None:
        """The tree and the bytes of the packet under the cursor."""
        row = self.packets.chosen_row
        if self.known:
            self.put_packet(self.capture[row])
        else:
            self.put_packet(self.alone[row])
            self.behind.wish_tree(row)

    def put_packet(self, packet: dissect.Packet) -> None:
        """Show a packet, if it still is the chosen one."""
        if packet.number == self.packets.chosen_row + 1:
            self.packet = packet
            self.octets.show_sources(packet.tree.sources)
            self.details.show_packet(packet)
            self.status()

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

    def action_packet(self, by: int) -> None:
        """The next or previous packet, whatever has the focus."""
        self.packets.action_move(by)

    # -- where they are

    def action_show_pane(self, pane: str) -> None:
        """Show or hide a pane."""
        setattr(self.settings, pane, not getattr(self.settings, pane))
        self.lay_out()
        self.keep()

    def action_beside(self) -> None:
        """The tree and the bytes beside the list, or below it."""
        self.settings.beside = not self.settings.beside
        self.lay_out()
        self.keep()

    def action_share(self, what: str, by: int) -> None:
        """More or less of the room for the list, or for the tree."""
        setattr(self.settings, what, max(LEAST, min((getattr(self.settings, what) or 50) + by, MOST)))
        self.lay_out()
        self.keep()

    def lay_out(self) -> None:
        """Put the panes where the settings say."""
        self.details.display, self.octets.display = self.settings.tree, self.settings.bytes
        above, below = self.query_one("#above"), self.query_one("#below")
        below.display = self.settings.tree or self.settings.bytes
        beside = self.settings.beside
        self.query_one("#panes").set_class(beside, "beside")
        for pane, share in ((above, self.settings.list_share), (below, 100 - self.settings.list_share)):
            pane.styles.height, pane.styles.width = ("1fr", f"{share}fr") if beside else (f"{share}fr", "1fr")
        share = self.settings.tree_share or (50 if beside else 0)
        for pane, part in ((self.details, share), (self.octets, 100 - share)):
            pane.styles.height, pane.styles.width = (f"{part}fr", "1fr") if beside else ("1fr", f"{part}fr")
        if not share:
            self.details.styles.width = "1fr"
            self.octets.styles.width = BYTES_WIDE if self.size.width >= WIDE_SCREEN else BYTES_NARROW
        if self.focused is None or not self.focused.display:
            self.packets.focus()

    def on_resize(self, _: Resize) -> None:
        """More or less room."""
        self.lay_out()

    def on_mouse_down(self, event: MouseDown) -> None:
        """The border between two panes can be dragged."""
        tree, octets, beside = self.details.region, self.octets.region, self.settings.beside
        at = event.screen_offset
        if not self.query_one("#below").region.contains(*at):
            return
        outer = at.x == tree.x if beside else at.y in (tree.y, octets.y)
        inner = at.y == octets.y if beside else at.x in (octets.x - 1, octets.x)
        both = self.settings.tree and self.settings.bytes
        self._dragged = "tree_share" if inner and both and (beside or not outer) else "list_share" if outer else ""
        if self._dragged:
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """The border follows."""
        if not self._dragged:
            return
        whole = self.query_one("#panes" if self._dragged == "list_share" else "#below").region
        across = (self._dragged == "list_share") == self.settings.beside
        at, size = (event.screen_x - whole.x, whole.width) if across else (event.screen_y - whole.y, whole.height)
        setattr(self.settings, self._dragged, max(LEAST, min(100 * at // max(size, 1), MOST)))
        self.lay_out()

    def on_mouse_up(self, _: MouseUp) -> None:
        """There it stays."""
        if self._dragged:
            self._dragged = ""
            self.release_mouse()
            self.keep()
