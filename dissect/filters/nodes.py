"""The tree of a filter as it was written; every node knows its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DEPTH = 150


@dataclass(slots=True)
class Node:
    """A part of a filter, from column `start` to `end`; `depth`: levels below it, itself included."""

    start: int
    end: int
    depth: int


@dataclass(slots=True)
class Name(Node):
    """A word: a field, a protocol, or a value, as the place where it stands asks for."""

    text: str


@dataclass(slots=True)
class Text(Node):
    """A quoted string."""

    value: str


@dataclass(slots=True)
class Char(Node):
    """A character constant."""

    value: str


@dataclass(slots=True)
class Reference(Node):
    """`${field}`: the field's values in the chosen packet."""

    name: str


@dataclass(slots=True)
class Raw(Node):
    """`@field`: the field's bytes."""

    name: str


@dataclass(slots=True)
class Layered(Node):
    """`field#1`: the field in some of its layers only.  `ranges`: first and last number, None for no bound."""

    of: Node
    ranges: tuple[tuple[int | None, int | None], ...]


@dataclass(slots=True)
class Sliced(Node):
    """`operand[0:2]`.  `ranges`: start and stop of each, as Python's slices have them (stop None: to the end)."""

    of: Node
    ranges: tuple[tuple[int, int | None], ...]


@dataclass(slots=True)
class Call(Node):
    """A function."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(slots=True)
class Minus(Node):
    """An operand with its sign changed."""

    of: Node


@dataclass(slots=True)
class Arithmetic(Node):
    """`left op right`; op is one of `+ - * / % &`."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True)
class Compare(Node):
    """A chain `a < b < c`; `quantifier` is any, all or nothing."""

    operands: tuple[Node, ...]
    ops: tuple[tuple[str, int, int], ...]
    quantifier: str = ""


@dataclass(slots=True)
class Match(Node):
    """`left contains right` or `left matches right`."""

    op: str
    left: Node
    right: Node
    quantifier: str = ""


@dataclass(slots=True)
class Member(Node):
    """`of in {…}`: each element is a value or a range."""

    of: Node
    elements: tuple[tuple[Node, Node | None], ...]
    quantifier: str = ""


@dataclass(slots=True)
class Not(Node):
    """Negation."""

    of: Node


@dataclass(slots=True)
class Junction(Node):
    """`op` (and, or, xor) of several."""

    op: str
    parts: tuple[Node, ...]


@dataclass(slots=True)
class Group(Node):
    """Parentheses: what is inside is a test of its own."""

    of: Node


@dataclass(slots=True)
class Nothing(Node):
    """An empty filter: every packet."""
