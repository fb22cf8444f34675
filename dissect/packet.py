"""What a capture gives of one packet: its tree, its line, what is said of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.plan import PROTOCOLS
from dissect.engine.tree import Expert, LayerNode, PacketTree
from dissect.engine.values import json_value


class Packet:
    """One packet of a capture: its tree and its fields."""

    def __init__(self, number: int, tree: PacketTree) -> None:
        self.number = number
        self.tree = tree

    @property
    def layers(self) -> list[LayerNode]:
        """The layers, outermost (`frame`) first."""
        return self.tree.layers

    @property
    def notes(self) -> list[Expert]:
        """The expert notes."""
        return self.tree.notes

    @property
    def protocols(self) -> str:
        """The chain of layers (`eth:ethertype:ip:tcp`)."""
        return self.tree.protocols

    @property
    def data(self) -> bytes:
        """The captured bytes."""
        return self.tree.data

    def __getitem__(self, name: str) -> Any:
        """The first value of the field `name`: a number, a boolean, bytes, or text.  Raises KeyError if absent."""
        for value in self.all(name):
            return value
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The first value of the field, or `default`."""
        return next(iter(self.all(name)), default)

    def all(self, name: str) -> list[Any]:
        """Every value of the field, in order."""
        if name == PROTOCOLS:
            return [self.protocols]
        found = []
        for node in self.tree.walk():
            if node.field.name == name or any(f.name == name for f in node.field.also):
                raw = node.field.type.kind == "bytes"
                found.append(node.value if raw else json_value(node.field, node.value))
        return found

    def __repr__(self) -> str:
        return f"<Packet {self.number} {self.protocols}>"


class Annotation(NamedTuple):
    """What an examination of the whole capture says of one packet: a layer of no bytes, its fields, its note."""

    layer: str
    values: dict[str, Any]
    note: Expert


class Line(NamedTuple):
    """A line of the packet list.  `time` in ns since the epoch; texts are safe for a terminal."""

    number: int
    time: int
    source: str
    destination: str
    protocol: str
    info: str
    length: int
