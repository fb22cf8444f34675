"""The typed tree of the chosen packet."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

import dissect


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
        Binding("j", "cursor_down", "Next field", show=False),
        Binding("k", "cursor_up", "Previous field", show=False),
        Binding("right", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold, or go to what encloses", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__("packet", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._unfolded: set[str] = set()

    def show_packet(self, packet: dissect.Packet) -> None:
        """Show a packet; layers stay folded or not as they were left."""
        self.clear()
        for layer in packet.layers:
            name = layer.field.name
            label = Text(layer.field.label, style="bold")
            for note in layer.notes:
                style = "red" if note.severity == "error" else "yellow"
                label.append(f"  {note.severity}: {note.message}", style=style)
            branch = self.root.add(label, data=(layer.source, layer), expand=name in self._unfolded)
            for child in layer.children:
                self._add(branch, child, layer.source)

    def _add(self, branch: TreeNode[Any], node: Any, source: int) -> None:
        if node.field.hidden:
            return
        label = Text(dissect.label_of(node), style="underline" if linked(node) else "")
        children = [child for child in node.children if not child.field.hidden]
        if not children:
            branch.add_leaf(label, data=(source, node))
            return
        below = branch.add(label, data=(source, node), expand=node.field.name in self._unfolded)
        for child in children:
            self._add(below, child, source)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Any]) -> None:
        """Remember what was unfolded."""
        if event.node.data:
            self._unfolded.add(event.node.data[1].field.name)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Any]) -> None:
        """Remember what was folded."""
        if event.node.data:
            self._unfolded.discard(event.node.data[1].field.name)

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Any]) -> None:
        """Say which bytes the node stands for."""
        if event.node.data:
            source, node = event.node.data
            self.post_message(self.Shown(source, node.start, node.size, node.field.name))

    def find_byte(self, source: int, at: int) -> None:
        """Highlight the smallest node that covers a byte."""
        best: TreeNode[Any] | None = None
        for branch in self.root.children:
            for found in _covering(branch, source, at):
                if best is None or _size(found) <= _size(best):
                    best = found
        if best is None:
            return
        parent = best.parent
        while parent is not None:
            parent.expand()
            parent = parent.parent
        self.call_after_refresh(self.move_cursor, best)

    def on_tree_node_selected(self, event: Tree.NodeSelected[Any]) -> None:
        """Follow a link."""
        if event.node.data and linked(event.node.data[1]):
            self.post_message(self.Link(int(event.node.data[1].value)))

    def action_unfold(self) -> None:
        """Unfold the field, or go into it."""
        node = self.cursor_node
        if node is not None and node.allow_expand:
            if node.is_expanded:
                self.action_cursor_down()
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

    def chosen_text(self) -> str:
        """The label under the cursor."""
        node = self.cursor_node
        return dissect.label_of(node.data[1]) if node is not None and node.data else ""

    def chosen_field(self) -> tuple[dissect.Field, Any] | None:
        """Declaration and value of the field under the cursor."""
        node = self.cursor_node
        if node is None or not node.data or not node.data[1].field.name:
            return None
        return node.data[1].field, node.data[1].value


def linked(node: Any) -> bool:
    """Whether a field's value is the number of another packet."""
    return bool(node.field.type.ft == "FT_FRAMENUM")


def _size(branch: TreeNode[Any]) -> int:
    return int(branch.data[1].size) if branch.data else 0


def _covering(branch: TreeNode[Any], source: int, at: int) -> list[TreeNode[Any]]:
    where, node = branch.data or (-1, None)
    if node is None:
        return []
    inside = where == source and node.start <= at < node.start + node.size
    below = [found for child in branch.children for found in _covering(child, source, at)]
    return [branch, *below] if inside else below
