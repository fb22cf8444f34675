"""What a registry knows of a layer before a packet meets it: the ways to it and on, and the names of its fields.

Most captures meet a few layers of hundreds, and importing them all costs more than reading a small capture.  So a
registry is made of outlines, and imports a layer when a payload goes to it or a field of it is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

from dissect.engine.fields import REST, Field
from dissect.engine.layer import By, Heuristics, Layer, To

LayerType = type[Layer]
# bits of addresses and payload bytes are left to `-e`: they would double the table and nobody groups by them
LEFT_OUT = ("_oui", "_lg", "_ig")
VERIFIED = (".checksum.status", ".fcs.status")  # sums over every packet's payload: for those who ask
KEYS = "keys"  # the gate of what is sealed


class Outline(NamedTuple):
    """An outline: plain data, so that it can be kept in a file."""

    home: str  # `module:class`
    name: str
    binds: Mapping[str, list[int]]
    heuristics: list[str]
    likely: list[Any]  # `Layer.likely` as lists; none: anything
    by: list[str]  # tables that its payload's layer is looked up in
    to: list[str]  # tables and layers that it may reach otherwise
    guesses: list[str]  # tables whose heuristics are tried
    names: str  # of the protocol, its fields and their further names: a line each
    ahead: list[str]  # names of fields that later packets decide
    linked: list[str]  # names of fields that tell of questions and answers
    holds: list[str]  # layers whose fields it fills by itself
    gates: Mapping[str, list[str]]  # of names in `to`
    marks: list[str]  # which of `MARKS` it declares
    columns: list[tuple[str, str, str, str, int]]  # of the full table: name, label, unit, kind and size of the type

    def load(self) -> LayerType:
        """The layer itself, imported."""
        module, _, name = self.home.partition(":")
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        layer: LayerType = found
        return layer


# attributes of which is known whether a layer declares them
MARKS = (
    "next", "fragments", "segments", "messages", "quotes", "examined_by", "accept_empty", "hears", "linked_info",
    "linked_notes", "part_of", "accepts",
)  # fmt: skip


def outline_of(layer: LayerType) -> Outline:
    """The outline of a layer."""
    fields = (layer.protocol, *layer.fields)
    names = dict.fromkeys(one.name for field in fields for one in (field, *field.also) if one.name)
    hot = [f for f in layer.fields if f.name in layer.hot and f.name not in layer.aside]
    first = {field.name: field for field in reversed(fields)}
    tabled = (first[field.name] for field in (*layer.header, *hot) if belongs(field, layer.name))
    trees = [part.tree for part in (layer.fragments, layer.segments) if part is not None]
    return Outline(
        home_of(layer),
        layer.name,
        {table: list(keys) for table, keys in layer.binds.items()},
        list(layer.heuristics),
        [] if layer.likely is None else layer.likely.as_lists(),
        [step.table for step in layer.next if isinstance(step, By)],
        [*(step.layer for step in layer.next if isinstance(step, To)), *layer.reaches],
        [*(step.table for step in layer.next if isinstance(step, Heuristics)), *layer.guesses],
        "\n".join(names),
        [*(tree.found_in.name for tree in trees), *(field.name for field in fields if field.ahead)],
        [field.name for field in fields if field.linked],
        list(layer.holds),
        {name: list(gates) for name, gates in layer.gates.items()},
        [mark for mark in MARKS if getattr(layer, mark)],
        [(f.name, f.label, f.unit, f.type.kind, f.type.size) for f in tabled],
    )


def belongs(field: Field, layer: str) -> bool:
    """Whether a placed field is in the full table: what a packet's own headers tell, and its stream.

    What questions and answers tell of each other has tables of its own (`dns`, `http`), and is found by name.
    """
    plain = field.name.startswith(f"{layer}.") and not field.hidden and field.size != REST
    plain = plain and not (field.linked or field.ahead or field.name.endswith(VERIFIED))
    return plain and not field.attr.endswith(LEFT_OUT) and field.type.kind != "none"


def home_of(layer: LayerType) -> str:
    """Where a layer is found again."""
    return f"{layer.__module__}:{layer.__qualname__}"
