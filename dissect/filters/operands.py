"""What can stand in a comparison: each gives, for a batch, the rows and the values of its occurrences.

Values are arrays: numbers (IPv4 addresses and times, too) as numbers, fixed-size bytes as void items or objects, other
bytes and text as objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.values import format_value
from dissect.filters.literals import INTEGERS, OCTETS

Rows = NDArray[np.int64]
Occurrences = tuple[Rows, Any]
NO_ROWS: Rows = np.empty(0, np.int64)
NOTHING: Occurrences = NO_ROWS, NO_ROWS


class View(Protocol):
    """A batch as operands see it."""

    count: int

    def field(self, name: str, ordered: bool = True) -> Occurrences:
        """Occurrences of a field; in the order of the packets, if it matters."""

    def octets(self, layer: str, own: bool = False) -> Occurrences:
        """The bytes of a protocol: its header and everything it carries, or its own only."""

    def inner(self, name: str, layer: str, ranges: Any) -> Occurrences:
        """Occurrences of a field in some of its layers."""

    def raw(self, name: str) -> Occurrences:
        """The bytes of a field."""

    def referred(self, name: str) -> Any:
        """The values of a field in the chosen packet."""


class Operand:
    """`kind` is the type of its values, `catalogue` the field that names its values."""

    kind: str
    catalogue: Field | None

    def values(self, view: View) -> Occurrences:
        """All occurrences in a batch."""
        raise NotImplementedError

    def each(self, view: View) -> Occurrences:
        """The same, maybe in another order: for what is asked of each by itself."""
        return self.values(view)

    def parts(self) -> Iterator[Operand]:
        """The operands that it is made of, itself first."""
        yield self


@dataclass(slots=True)
class Constant(Operand):
    """A value of the text; it has no rows."""

    kind: str
    value: Any
    catalogue: Field | None = None


@dataclass(slots=True)
class Column(Operand):
    """A field."""

    kind: str
    catalogue: Field | None
    name: str

    def values(self, view: View) -> Occurrences:
        """As the engine gives them."""
        return view.octets(self.name) if self.kind == "protocol" else view.field(self.name)

    def each(self, view: View) -> Occurrences:
        """Not put in order."""
        return self.values(view) if self.kind == "protocol" else view.field(self.name, False)


@dataclass(slots=True)
class Own(Operand):
    """The bytes of a protocol's header or message, as slices and lengths see it."""

    name: str
    kind: str = "protocol"
    catalogue: Field | None = None

    def values(self, view: View) -> Occurrences:
        """Without what it carries."""
        return view.octets(self.name, own=True)


@dataclass(slots=True)
class Absent(Operand):
    """A protocol that Wireshark has and we do not: never there."""

    kind: str
    catalogue: Field | None = None

    def values(self, view: View) -> Occurrences:
        """None."""
        return NO_ROWS, objects([])


@dataclass(slots=True)
class Inner(Operand):
    """A field in some of its layers."""

    kind: str
    catalogue: Field
    name: str
    layer: str
    ranges: Any

    def values(self, view: View) -> Occurrences:
        """Found through the packets' trees where there are several such layers."""
        return view.inner(self.name, self.layer, self.ranges)


@dataclass(slots=True)
class RawBytes(Operand):
    """A field's bytes."""

    name: str
    kind: str = "bytes"
    catalogue: Field | None = None

    def values(self, view: View) -> Occurrences:
        """Out of the packets' trees."""
        return view.raw(self.name)


@dataclass(slots=True)
class Referred(Operand):
    """The values that a field has in the chosen packet, the same for every row."""

    kind: str
    catalogue: Field
    name: str

    def values(self, view: View) -> Occurrences:
        """All of them, in every row."""
        there = view.referred(self.name)
        rows = np.repeat(np.arange(view.count), len(there))
        return rows, np.tile(there, view.count)


@dataclass(slots=True)
class Computed(Operand):
    """Values made of other operands' by `make`."""

    kind: str
    sources: tuple[Operand, ...]
    make: Callable[[View, list[Occurrences]], Occurrences]
    catalogue: Field | None = None
    inside: list[Operand] = field(default_factory=list)

    def values(self, view: View) -> Occurrences:
        """What is made of the sources' occurrences."""
        return self.make(view, [NOTHING if isinstance(s, Constant) else s.values(view) for s in self.sources])

    def parts(self) -> Iterator[Operand]:
        """Itself and its sources."""
        yield self
        for source in self.sources:
            yield from source.parts()


def objects(values: list[Any]) -> NDArray[np.object_]:
    """An array of Python objects."""
    out = np.empty(len(values), object)
    out[:] = values
    return out


def as_bytes(kind: str, values: Any) -> list[bytes]:
    """Values as bytes, as a slice sees them."""
    if kind == "ipv4":
        whole = np.asarray(values, np.int64).astype(">u4").tobytes()
        return [whole[i : i + 4] for i in range(0, len(whole), 4)]
    if values.dtype.kind == "V":
        size, whole = values.dtype.itemsize, values.tobytes()
        return [whole[i : i + size] for i in range(0, len(whole), size)]
    if kind == "string":
        return [v.encode("utf-8", "surrogateescape") for v in values.tolist()]
    return [bytes(v) for v in values.tolist()]


def sliced(of: Operand, ranges: tuple[tuple[int, int | None], ...]) -> Operand:
    """Bytes of an operand; an occurrence that is too short has none."""

    def make(_: View, found: list[Occurrences]) -> Occurrences:
        rows, values = found[0]
        out, keep = [], []
        for i, whole in enumerate(as_bytes(of.kind, values)):
            part = b"".join([cut for low, high in ranges if (cut := cut_out(whole, low, high)) is not None])
            if part:
                out.append(part)
                keep.append(i)
        return rows[keep] if keep else NO_ROWS, objects(out)

    return Computed("bytes", (of,), make)


def cut_out(whole: bytes, low: int, high: int | None) -> bytes | None:
    """A slice, or None where it does not lie within."""
    size = len(whole)
    start = low + size if low < 0 else low
    stop = size if high is None else high + size if high < 0 else high
    return whole[start:stop] if 0 <= start < stop <= size else None


def pairs(a: Rows, b: Rows, count: int) -> tuple[Rows, Rows]:
    """Indices into two operands' occurrences: every pair within a row, the second running faster."""
    if len(a) == len(b) and np.array_equal(a, b) and (len(a) < 2 or bool(np.all(a[1:] > a[:-1]))):
        same = np.arange(len(a))
        return same, same
    of_b = np.bincount(b, minlength=count)
    first_b = np.cumsum(of_b) - of_b
    times = of_b[a]
    left = np.repeat(np.arange(len(a)), times)
    within = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    return left, first_b[a[left]] + within


def numbers(values: Any) -> Any:
    """Numbers as an array that calculates."""
    values = np.asarray(values)
    if values.dtype.kind in "iuf":
        return values
    if values.dtype.kind == "b":
        return values.astype(np.int64)
    listed = [int(v) if isinstance(v, bool) else v for v in values.tolist()]
    made = np.array(listed) if listed else np.empty(0, np.int64)
    return made if made.dtype.kind in "iuf" else objects(listed)


LIMIT = 1 << 63


def _wide(values: Any) -> Any:
    """Numbers with room for a calculation's result."""
    values = numbers(values)
    if values.dtype.kind in "fO":
        return values
    if values.dtype.itemsize == 8:
        return values.astype(object) if len(values) and _far(values) else values.astype(np.int64)
    return values.astype(np.int64)


def _far(values: Any) -> bool:
    return max(int(values.max()), -int(values.min())) >= 1 << 31


def calculated(op: str, kind: str, left: Operand, right: Operand) -> Operand:
    """`left op right`, for every pair within a row.  A division by zero has no result."""
    bitwise = op == "&" and kind in OCTETS | {"ipv6"}
    size = 8 * _width(left, right)

    def make(view: View, found: list[Occurrences]) -> Occurrences:
        given = [s.value if isinstance(s, Constant) else None for s in (left, right)]
        if isinstance(right, Constant):
            (rows, a), b = found[0], None
        elif isinstance(left, Constant):
            (rows, b), a = found[1], None
        else:
            i, j = pairs(found[0][0], found[1][0], view.count)
            rows, a, b = found[0][0][i], found[0][1][i], found[1][1][j]
        if bitwise:
            x: list[Any] = as_bytes(left.kind, a) if a is not None else [given[0]] * len(rows)
            y: list[Any] = as_bytes(right.kind, b) if b is not None else [given[1]] * len(rows)
            return rows, objects([bytes(p & q for p, q in zip(s, t, strict=False)) for s, t in zip(x, y, strict=True)])
        first: Any = _wide(a) if a is not None else given[0]
        second: Any = _wide(b) if b is not None else given[1]
        if op in "/%":
            return divided(op, kind, rows, first, second)
        if op == "*" and kind != "float":
            first = first.astype(object) if isinstance(first, np.ndarray) and size > 32 else first
        result = {"+": lambda: first + second, "-": lambda: first - second, "*": lambda: first * second,
                  "&": lambda: first & second}[op]()  # fmt: skip
        return rows, result

    if kind in INTEGERS and op != "&":
        return Computed("int", (left, right), make, None)  # a calculation can be negative, and has no width
    return Computed(kind, (left, right), make, left.catalogue or right.catalogue)


def _width(left: Operand, right: Operand) -> int:
    return max(s.catalogue.type.size if s.catalogue is not None else 0 for s in (left, right)) or 8


def divided(op: str, kind: str, rows: Rows, a: Any, b: Any) -> Occurrences:
    """Quotients (towards zero) or remainders (with the sign of the first), as in C."""
    first, second = np.broadcast_arrays(np.asarray(a), np.asarray(b))
    there = second != 0
    rows, first, second = rows[there], first[there], second[there]
    if kind == "float":
        return rows, first / second if op == "/" else np.fmod(first, second)
    if kind in ("time_rel", "time_abs"):
        return rows, first
    whole = np.abs(first) // np.abs(second)
    whole = np.where((first < 0) != (second < 0), -whole, whole)
    return rows, whole if op == "/" else first - whole * second


def negated(of: Operand) -> Operand:
    """The number with its sign changed."""

    def make(_: View, found: list[Occurrences]) -> Occurrences:
        rows, values = found[0]
        return rows, -_wide(values)

    kind = "int" if of.kind in INTEGERS else of.kind
    return Computed(kind, (of,), make)


def per_value(kind: str, of: Operand, convert: Callable[[Any], Any], catalogue: Field | None = None) -> Operand:
    """A function of each value."""

    def make(_: View, found: list[Occurrences]) -> Occurrences:
        rows, values = found[0]
        plain = as_bytes(of.kind, values) if of.kind in OCTETS | {"ipv6", "protocol"} else values.tolist()
        made = [convert(v) for v in plain]
        keep = [i for i, v in enumerate(made) if v is not None]
        if len(keep) < len(made):
            rows, made = rows[keep] if keep else NO_ROWS, [made[i] for i in keep]
        if kind in ("string", "bytes"):
            return rows, objects(made)
        return rows, numbers(objects(made))

    return Computed(kind, (of,), make, catalogue)


def length(of: Operand) -> Operand:
    """Bytes of each value."""
    fixed = of.catalogue.type.size if of.catalogue is not None else 8
    if of.kind == "string":
        return per_value("uint", of, lambda v: len(v.encode("utf-8", "surrogateescape")))
    if of.kind in OCTETS | {"protocol", "ipv6"}:
        return per_value("uint", of, len)
    return per_value("uint", of, lambda _: fixed)


def counted(of: Operand) -> Operand:
    """How many occurrences a row has."""

    def make(view: View, found: list[Occurrences]) -> Occurrences:
        rows, _ = found[0]
        many = np.bincount(rows, minlength=view.count)
        there = np.flatnonzero(many)
        return there, many[there]

    return Computed("uint", (of,), make)


def extreme(largest: bool, of: tuple[Operand, ...]) -> Operand:
    """The largest, or smallest, of all values of a row."""

    def make(view: View, found: list[Occurrences]) -> Occurrences:
        fixed = [source.value for source in of if isinstance(source, Constant)]
        pick = max if largest else min
        best: dict[int, Any] = dict.fromkeys(range(view.count), pick(fixed)) if fixed else {}
        for source, (rows, values) in zip(of, found, strict=True):
            if isinstance(source, Constant):
                continue
            for row, value in zip(rows.tolist(), values.tolist(), strict=True):
                if row not in best or (value > best[row] if largest else value < best[row]):
                    best[row] = value
        keys = sorted(best)
        return np.array(keys, np.int64), numbers(objects([best[k] for k in keys]))

    return Computed(of[0].kind, of, make, of[0].catalogue)


def shown(of: Operand) -> Operand:
    """Values as text, as a column shows them."""
    catalogue = of.catalogue

    def convert(value: Any) -> str:
        if isinstance(value, bool) or of.kind == "bool":
            return "True" if value else "False"
        return format_value(catalogue, value) if catalogue is not None and of.kind not in INTEGERS else str(value)

    return per_value("string", of, convert)
