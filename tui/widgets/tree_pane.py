"""The typed tree of the chosen packet: a node's children are made when it is unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

import dissect
from tui.naming import Naming
from tui.widgets.context import MenuAsked

Way = list[tuple[str, int]]  # to a node: names of fields, and which of that name
STYLES = {"error": "red", "warning": "yellow"}


class TreePane(Tree[Any]):
    """Layers and fields.  A node's data is (number of the source, dissect node)."""

    class Shown(Message):
        """A node was highlighted: the byte range `start`, `size` of a source, and what it is."""

        def __init__(self, source: int, start: int, size: int, name: str) -> None:
            super().__init__()
            self.source, self.start, self.size, self.name = source, start, size, name

    class Link(Message):
        """A field that names another packet was chosen."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next field", show=False),
        Binding("up,k", "cursor_up", "Previous field", show=False),
        Binding("right", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold, or go to what encloses", show=False),
        Binding("space", "toggle_node", "Unfold or fold", show=False),
        Binding("ctrl+right,asterisk", "unfold_all", "Unfold everything", show=False),
        Binding("ctrl+left,underscore", "fold_all", "Fold everything", show=False),
        Binding("g", "scroll_home", "First field", show=False),
        Binding("G", "scroll_end", "Last field", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__("packet", id=id)
        self.show_root = False
        self.guide_depth = 2
        self.naming = Naming()
        self._unfolded: set[str] = set()
        self._wished: TreeNode[Any] | None = None  # where the cursor is to be
        self._quiet = False  # whether the next node is highlighted for bytes that are

    # -- nodes -----------------------------------------------------------------------------------------------

    def show_packet(self, packet: dissect.Packet) -> None:
        """Show a packet; layers stay folded or not, and the cursor where it was, as far as the packet has it."""
        way = self._way(self.cursor_node)
        self._wished = None
        self.clear()
        for layer in packet.layers:
            label = Text(layer.field.label, style="bold").append(summary(packet, layer, self.naming), "not bold")
            for note in layer.notes:
                label.append(f"  {note.severity}: {note.message}", style=STYLES.get(note.severity, "cyan"))
            branch = self.root.add(label, data=(layer.source, layer), allow_expand=bool(layer.children))
            self._unfold_as_before(branch)
        found = self._at(way)
        if found is not None:
            self._reveal(found)

    def _unfold_as_before(self, branch: TreeNode[Any]) -> None:
        if _name(branch) in self._unfolded and branch.allow_expand:
            self._fill(branch)
            branch.expand()

    def _fill(self, branch: TreeNode[Any]) -> None:
        """The children of a node, if they are not there yet."""
        if branch.children or not branch.data:
            return
        source, node = branch.data
        for child in node.children:
            if child.field.hidden:
                continue
            label = Text(self.naming.label(child), style="underline" if linked(child) else "")
            more = any(not one.field.hidden for one in child.children)
            below = branch.add(label, data=(source, child), allow_expand=more)
            self._unfold_as_before(below)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Any]) -> None:
        """Remember what was unfolded."""
        if event.node.data:
            self._fill(event.node)
            self._unfolded.add(event.node.data[1].field.name)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Any]) -> None:
        """Remember what was folded."""
        if event.node.data:
            self._unfolded.discard(event.node.data[1].field.name)

    def _way(self, node: TreeNode[Any] | None) -> Way:
        way: Way = []
        while node is not None and node.parent is not None and node.data:
            name = _name(node)
            same = [one for one in node.parent.children if _name(one) == name]
            way.append((name, same.index(node)))
            node = node.parent
        return way[::-1]

    def _at(self, way: Way) -> TreeNode[Any] | None:
        """The node that a way leads to, or the last that it still leads to."""
        node, found = self.root, None
        for name, number in way:
            self._fill(node)
            same = [one for one in node.children if _name(one) == name]
            if not same:
                break
            node = found = same[min(number, len(same) - 1)]
        return found

    def _reveal(self, node: TreeNode[Any]) -> None:
        """Put the cursor on a node, once it has its line."""
        self._wished = node  # of several wishes the last one counts

        def move() -> None:
            if self._wished is node:
                self._wished = None
                self.move_cursor(node)

        self.call_after_refresh(move)

    # -- what is under the cursor ----------------------------------------------------------------------------

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Any]) -> None:
        """Say which bytes the node stands for."""
        if event.node.data and not self._quiet:
            source, node = event.node.data
            self.post_message(self.Shown(source, node.start, node.size, node.field.name))
        self._quiet = False

    def on_tree_node_selected(self, event: Tree.NodeSelected[Any]) -> None:
        """Follow a link."""
        if event.node.data and linked(event.node.data[1]):
            self.post_message(self.Link(int(event.node.data[1].value)))

    async def _on_click(self, event: Click) -> None:
        """The other button asks for a menu."""
        if event.button != 3:
            await super()._on_click(event)
            return
        event.prevent_default()
        line = event.style.meta.get("line", -1)
        if line >= 0:
            self.cursor_line = line
        self.post_message(MenuAsked())

    def chosen_text(self) -> str:
        """The label under the cursor."""
        node = self.cursor_node
        return self.naming.label(node.data[1]) if node is not None and node.data else ""

    def chosen_field(self) -> tuple[dissect.Field, Any] | None:
        """Declaration and value of the field under the cursor."""
        node = self.cursor_node
        if node is None or not node.data or not node.data[1].field.name:
            return None
        return node.data[1].field, node.data[1].value

    # -- looking for nodes -----------------------------------------------------------------------------------

    def find_byte(self, source: int, at: int, quiet: bool = False) -> None:
        """Highlight the smallest node that covers a byte; `quiet`: and leave the highlighted bytes as they are."""
        self._quiet = quiet
        best: list[int] | None = None
        size = 0
        for way, where, node in self._walk():
            if where == source and node.start <= at < node.start + node.size and (best is None or node.size <= size):
                best, size = way, node.size
        if best is not None:
            self._open(best)

    def find_text(self, pattern: re.Pattern[str], step: int = 1) -> bool:
        """Go to the next (or previous) node whose label has it; whether there is one."""
        ways = list(self._walk())
        here = self._indexes(self.cursor_node)
        at = next((number for number, (way, _, _) in enumerate(ways) if way == here), -1 if step > 0 else len(ways))
        for number in [*range(at + step, len(ways) if step > 0 else -1, step)]:
            way, _, node = ways[number]
            if pattern.search(self.naming.label(node)):
                self._open(way)
                return True
        return False

    def _walk(self) -> Iterator[tuple[list[int], int, Any]]:
        """Every node of the packet, shown or not: the numbers of the children that lead to it, its source, itself."""

        def below(way: list[int], source: int, node: Any) -> Iterator[tuple[list[int], int, Any]]:
            yield way, source, node
            shown = (one for one in node.children if not one.field.hidden)
            for number, child in enumerate(shown):
                yield from below([*way, number], source, child)

        for number, branch in enumerate(self.root.children):
            yield from below([number], *branch.data)  # type: ignore[misc]

    def _indexes(self, node: TreeNode[Any] | None) -> list[int]:
        way: list[int] = []
        while node is not None and node.parent is not None:
            way.append(list(node.parent.children).index(node))
            node = node.parent
        return way[::-1]

    def _open(self, way: list[int]) -> None:
        """Unfold what encloses a node, and go there."""
        node = self.root
        for number in way:
            if node is not self.root:
                self._fill(node)
                node.expand()
            node = node.children[number]
        self._reveal(node)

    # -- folding ---------------------------------------------------------------------------------------------

    def action_unfold(self) -> None:
        """Unfold the field, or go into it."""
        node = self.cursor_node
        if node is not None and node.allow_expand:
            if node.is_expanded:
                self.action_cursor_down()
            self._fill(node)
            node.expand()

    def action_fold(self) -> None:
        """Fold the field, or go to the one that encloses it."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and node.parent is not self.root:
            self.move_cursor(node.parent)

    def action_unfold_all(self) -> None:
        """Everything."""
        for branch in self.root.children:
            self._unfold(branch)

    def _unfold(self, node: TreeNode[Any]) -> None:
        if node.allow_expand:
            self._fill(node)
            node.expand()
            for child in node.children:
                self._unfold(child)

    def action_fold_all(self) -> None:
        """Down to the layers."""
        for branch in self.root.children:
            branch.collapse_all()


# what a layer's line says of it while it is folded: names of fields, and what they are called there
SUMMARIES = {
    "eth": (("eth.src", "Src"), ("eth.dst", "Dst")),
    "vlan": (("vlan.priority", "PRI"), ("vlan.dei", "DEI"), ("vlan.id", "ID")),
    "ip": (("ip.src", "Src"), ("ip.dst", "Dst")),
    "ipv6": (("ipv6.src", "Src"), ("ipv6.dst", "Dst")),
    "tcp": (
        ("tcp.srcport", "Src Port"), ("tcp.dstport", "Dst Port"), ("tcp.seq", "Seq"), ("tcp.ack", "Ack"),
        ("tcp.len", "Len"),
    ),
    "udp": (("udp.srcport", "Src Port"), ("udp.dstport", "Dst Port")),
    "sctp": (("sctp.srcport", "Src Port"), ("sctp.dstport", "Dst Port")),
}  # fmt: skip


def summary(packet: dissect.Packet, layer: Any, naming: Naming) -> str:
    """What is said behind a layer's name."""
    if layer.field.name == "frame":
        return f" {packet.number}: {packet['frame.len']:,} bytes on wire, {packet['frame.cap_len']:,} bytes captured"
    parts = []
    for name, title in SUMMARIES.get(layer.field.name, ()):
        found = next((node for node in layer.children if node.field.name == name), None)
        if found is not None:
            parts.append(f", {title}: {naming.label(found).partition(': ')[2]}")
    return "".join(parts)


def linked(node: Any) -> bool:
    """Whether a field's value is the number of another packet."""
    return bool(node.field.type.ft == "FT_FRAMENUM")


def _name(branch: TreeNode[Any]) -> str:
    """The name of a node's field."""
    return str(branch.data[1].field.name) if branch.data else ""
