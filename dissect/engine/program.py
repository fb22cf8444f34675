"""A header layer made ready for the row evaluator, when it is first met.

Fixed fields of a header are read at once, by functions that are written for the layer: they unpack the octets and give
fields by their attribute names.  One reads what the way through the packet takes, the other what the tree shows; what
neither does is read when it is asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from dissect.engine.fields import REST, Field
from dissect.engine.layer import Layer

Values = dict[str, Any]
Unit = tuple[int, int, str]  # octets that fields stand in: where, how many, the code of `struct`
STRUCT_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
NUMBERS = frozenset(STRUCT_CODES.values())
_NONE = (lambda: 0).__code__  # of what is no function


class Program:
    """What the row evaluator knows of a layer.

    `shown` are all fields that get a node, in order; `ordered` has them with attribute, offset and size, or None where
    a field must be asked whether and where it is.  `unsure`: those of them that may have been cut off.  `read` and
    `read_all`: see above.
    """

    __slots__ = ("covers", "ordered", "read", "read_all", "shown", "unsure")

    def __init__(self, layer: type[Layer]) -> None:
        self.shown = tuple(field for field in layer.header if field.name and not field.lazy)
        known = [f for f in layer.header if not f.lazy and f.within is None and struct_code(f) is not None]
        asked = _asked(layer)
        self.read = _reader([f for f in layer.header if f.attr in asked and struct_code(f) is not None])
        self.read_all = _reader(known)
        fixed = frozenset(known)
        places = {f: (f.attr, int(f.at), int(f.size)) for f in self.shown if f in fixed}  # type: ignore[arg-type]
        self.ordered = [(field, places.get(field)) for field in self.shown]
        placed = [f for f in self.shown if f not in fixed and f.value is None and f.size != REST]
        self.unsure = tuple(f for f in placed if not _within(f, layer.size))
        ends = [at + size for field, (_, at, size) in places.items() if not field.hidden]
        self.covers = max(ends, default=0)  # bytes up to which the fixed fields reach


_programs: dict[type[Layer], Program] = {}  # made when a layer is first met: start-up time is a feature


def compiled(layer: type[Layer]) -> Program:
    """The layer's program."""
    program = _programs.get(layer)
    if program is None:
        program = _programs[layer] = Program(layer)
    return program


def _reader(fixed: list[Field]) -> Callable[[bytes, int], Values]:
    """A function that gives the values of these fields of the header at a place, by attribute name."""
    places = {f: (int(f.at), int(f.size), str(struct_code(f))) for f in fixed}  # type: ignore[arg-type]
    units, names, lines = dict[Unit, str](), dict[str, Any](), ["def read(octets, base):"]
    todo = sorted(set(places.values()), key=lambda unit: (unit[0], -unit[1]))
    while todo:
        format_, position, own, overlapping = ">", 0, [], []
        for unit in todo:
            at, size, code = unit
            if around := next((one for one in units if _holds(one, unit)), None):
                behind = around[0] + around[1] - at - size
                units[unit] = f"({units[around]} >> {8 * behind} & {(1 << 8 * size) - 1})"
            elif at < position:
                overlapping.append(unit)
            else:
                format_ += "x" * (at - position) + code
                position = at + size
                units[unit] = f"u{len(units)}"
                own.append(units[unit])
        name = f"unpack_{len(names)}"
        names[name] = struct.Struct(format_).unpack_from
        lines.append(f" {', '.join(own)}, = {name}(octets, base)")
        todo = overlapping
    lines.append(f" return {{{', '.join(f'{f.attr!r}: {_value(f, units[unit])}' for f, unit in places.items())}}}")
    exec("\n".join(lines), names)  # only what the declaration says: names of attributes, and numbers
    read: Callable[[bytes, int], Values] = names["read"]
    return read


def _holds(around: Unit, unit: Unit) -> bool:
    """Whether a unit is a part of another one, both numbers."""
    (at, size, code), (low, width, kind) = around, unit
    return code in NUMBERS and kind in NUMBERS and at <= low and low + width <= at + size


def _value(field: Field, unit: str) -> str:
    """An expression for the field's value out of the unit it stands in; see `header.value_of`."""
    if field.type.kind == "bool":
        return f"{unit} & {field.mask} != 0" if field.mask else f"{unit} != 0"
    if not field.mask:
        return unit
    shifted = f"({unit} & {field.mask}) >> {field.shift}" if field.shift else f"{unit} & {field.mask}"
    return f"({shifted}) * {field.scale}" if field.scale != 1 else shifted


def _asked(layer: type[Layer]) -> set[str]:
    """The names that stand in what is asked of every header: how long it is, and what is behind it."""
    asked = [layer.length, layer.total, layer.payload, layer.fragments and layer.fragments.when]
    asked += [getattr(step, part, None) for step in layer.next for part in ("key", "when")]
    if layer.has_mistaken:
        asked.append(layer.mistaken)
    return {name for says in asked if says is not None for name in getattr(says, "__code__", _NONE).co_names}


def _within(field: Field, size: int) -> bool:
    """Whether a field, if present, lies within the fixed header."""
    return isinstance(field.at, int) and isinstance(field.size, int) and field.at + field.size <= size


def struct_code(field: Field) -> str | None:
    """How `struct` reads a field; None where it does not, or the field is not always at its place."""
    if not field.fixed or field.little or field.value is not None:
        return None
    kind, size = field.type.kind, int(field.size)  # type: ignore[arg-type]
    if kind in ("uint", "bool", "ipv4"):
        return STRUCT_CODES.get(size) if kind == "bool" or field.scale == 1 or field.mask else None
    if kind in ("ether", "ipv6", "eui64", "bytes", "guid"):
        return f"{size}s"
    return None
