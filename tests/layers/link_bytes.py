"""Dissect bytes given as hex from a link type."""

from __future__ import annotations

from typing import Any

from dissect.engine.row import Dissection
from dissect.engine.tree import PacketTree
from dissect.layers import builtin


def tree(link_type: int, text: str, reported: int = 0) -> PacketTree:
    """The tree of a packet that was captured whole, or had this many octets on the wire."""
    data, registry = bytes.fromhex(text), builtin()
    run = Dissection(registry, data)
    run.enter(registry.find("linktype", link_type), data, 0, len(data), reported or len(data), None)
    return run.tree


def values(link_type: int, text: str, reported: int = 0) -> dict[str, list[Any]]:
    """Field name → all its values."""
    found: dict[str, list[Any]] = {}
    for node in tree(link_type, text, reported).walk():
        found.setdefault(node.field.name, []).append(node.value)
    return found


def layer_tree(layer: str, data: bytes) -> PacketTree:
    """The tree of a message of one layer, alone."""
    registry = builtin()
    run = Dissection(registry, data)
    run.enter(registry.layer(layer), data, 0, len(data), len(data), None)
    return run.tree


def layer_values(layer: str, data: bytes) -> dict[str, list[Any]]:
    """Field name → all its values, of a message of one layer, alone."""
    found: dict[str, list[Any]] = {}
    for node in layer_tree(layer, data).walk():
        found.setdefault(node.field.name, []).append(node.value)
    return found
