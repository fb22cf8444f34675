"""Types of ASN.1 (X.680) as a standard's modules say them, and messages read by them as BER (X.690).

A `Schema` is made of such a text: SEQUENCE, SET, CHOICE, lists, tags and the plain types; tags are IMPLICIT unless they say
EXPLICIT or have a CHOICE behind them.  Of every component it makes a field, named as Wireshark names it: the protocol and the
component's identifier, with `_element` behind it where the component has no value of its own.  `UNSIGNED` is an INTEGER that is
never negative; bits with names are `BITS`, `AS` what they are called by.  A type that a hook is given for is left to that: inside its field, or `whole`, with its tag.  A component called `_`, or of a type that nothing is said
of, has no field of its own; one among `verbatim` keeps its hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor, Short
from dissect.engine.fields import BOOLEAN, BYTES, INT32, NONE, OID, STRING, UINT32, Field, FieldType
from dissect.layers import ber
from dissect.layers.ber import HEAD, OTHER, PLAIN

DEEPEST = 48  # elements in one another
WIDEST = 8  # octets of a number
TOKEN = re.compile(r"::=|[A-Za-z_][\w.-]*|\d+|[\[\]{},()]|\.\.\.")
CLASSES = {"UNIVERSAL": 0, "APPLICATION": 1, "PRIVATE": 3}
CONTEXT = 2
BOOL, INTEGER, BITS, OCTETS, NULL, OBJECT, EXTERNAL, ENUMERATED, SEQUENCE, SET = 1, 2, 3, 4, 5, 6, 8, 10, 16, 17
PLAIN_TYPES: dict[str, tuple[int, FieldType]] = {
    "BOOLEAN": (BOOL, BOOLEAN), "INTEGER": (INTEGER, INT32), "UNSIGNED": (INTEGER, UINT32), "NULL": (NULL, NONE),
    "OID": (OBJECT, OID), "OCTETS": (OCTETS, BYTES), "BITS": (BITS, BYTES), "ENUMERATED": (ENUMERATED, UINT32),
    "UTF8String": (12, STRING), "NumericString": (18, STRING), "PrintableString": (19, STRING), "TeletexString": (20, STRING),
    "IA5String": (22, STRING), "UTCTime": (23, STRING), "GeneralizedTime": (24, STRING), "GraphicString": (25, STRING),
    "VisibleString": (26, STRING), "GeneralString": (27, STRING),
}  # fmt: skip


class Element(NamedTuple):
    """What begins at a cursor: its class and number, and the sizes of its header, its contents, and the mark of its end."""

    klass: int
    number: int
    header: int
    size: int
    tail: int

    @property
    def whole(self) -> int:
        """All its octets."""
        return self.header + self.size + self.tail


@dataclass(slots=True)
class Type:
    """A type: a name of another, a tagged one, one of parts, or a plain one."""

    kind: str
    name: str = ""  # of a reference
    tag: tuple[int, int] = (0, 0)
    explicit: bool = False
    inner: Type | None = None  # what is tagged, or what a list is of
    parts: list[Part] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    item: Field | None = None  # of a list's elements
    bits: list[tuple[int, Field]] = field(default_factory=list)  # that have names


@dataclass(slots=True)
class Part:
    """A component or an alternative."""

    name: str
    type: Type
    field: Field | None = None


Hook = Callable[[Cursor, Element, Field, dict[str, Any]], None]


class Schema:
    """The types of a protocol, and the fields that they bring."""

    def __init__(
        self, prefix: str, text: str, hooks: Mapping[str, Hook] | None = None, types: Mapping[str, FieldType] | None = None,
        whole: Mapping[str, Hook] | None = None, verbatim: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.prefix, self.hooks, self.whole = prefix, hooks or {}, whole or {}
        self._types, self._verbatim = types or {}, verbatim
        self.types = _Parser(text).types()
        self._known: dict[tuple[str, str], Field] = {}
        for name, type_ in self.types.items():
            self._declare(type_, name)
        self.fields = tuple(self._known.values())

    def named(self, name: str) -> Field:
        """The field of a component.  Raises StopIteration if there is none."""
        return next(one for one in self.fields if one.name == f"{self.prefix}.{name}")

    # -- declaring

    def _declare(self, type_: Type, owner: str) -> None:
        if type_.kind == "BITS" and type_.names:
            prefix = f"{self.prefix}.{(type_.name or owner).replace('-', '.')}"
            type_.bits = [(n, Field(f"{prefix}.{name.replace('-', '.')}", name, BOOLEAN)) for n, name in sorted(type_.names.items())]
            self._known |= {(bit.name, BOOLEAN.ft): bit for _, bit in type_.bits}
        if type_.kind == "TAG":
            assert type_.inner is not None
            self._declare(type_.inner, owner)
        elif type_.kind == "OF":
            assert type_.inner is not None
            inner = type_.inner
            plain = inner.kind == "REF"
            base = self.base(inner)
            hidden = base.kind == "ANY" or (base.kind == "HOOK" and base.name not in self.hooks)
            type_.item = PLAIN if hidden else self._field(inner.name if plain else f"{owner}_item", inner)
            self._declare(inner, f"{owner}_item")
        for part in type_.parts:
            base = self.base(part.type)
            hidden = part.name == "_" or base.kind == "ANY" or (base.kind == "HOOK" and base.name not in self.hooks)
            part.field = PLAIN if hidden else self._field(part.name, part.type)
            self._declare(part.type, part.name)

    def _field(self, name: str, type_: Type) -> Field:
        kind = self._kind(type_)
        base = self.base(type_)
        text = f"{self.prefix}.{name if name in self._verbatim else name.replace('-', '_')}"
        if kind is NONE and not text.endswith("_element"):
            text += "_element"
        kind = self._types.get(name, kind)
        found = self._known.get((text, kind.ft))
        if found is None:
            found = self._known[text, kind.ft] = Field(text, name, kind, names=None if base.kind == "BITS" else dict(base.names) or None)
        return found

    def _kind(self, type_: Type) -> FieldType:
        """How the value of a type is held."""
        base = self.base(type_)
        if base.kind in ("CHOICE", "OF"):
            return UINT32
        return PLAIN_TYPES[base.kind][1] if base.kind in PLAIN_TYPES else BYTES if base.kind == "HOOK" else NONE

    def base(self, type_: Type) -> Type:
        """What a type is, behind its names and tags."""
        for _ in range(DEEPEST):
            if type_.kind == "TAG":
                assert type_.inner is not None
                type_ = type_.inner
            elif type_.kind == "REF" and type_.name in self.types:
                type_ = self.types[type_.name]
            else:
                break
        return type_ if type_.kind != "REF" else Type("HOOK", type_.name)

    # -- reading

    def read(self, c: Cursor, name: str, into: Field = PLAIN) -> dict[str, Any]:
        """The element ahead as the type of a name; the first value of each component by its name, of each choice the
        alternative, and as `every` all plain values in their order."""
        found: dict[str, Any] = {}
        self._read(c, Type("REF", name), into, found, 0)
        return found

    def _begins(self, type_: Type, element: Element) -> bool:
        """Whether an element may be of a type, by its tag."""
        if type_.kind == "TAG":
            return type_.tag == (element.klass, element.number)
        if type_.kind == "REF":
            known = self.types.get(type_.name)
            return known is None or self._begins(known, element)
        if type_.kind == "CHOICE":
            return any(self._begins(part.type, element) for part in type_.parts)
        if type_.kind == "ANY":
            return True
        return (element.klass, element.number) == (0, UNIVERSAL[type_.kind])

    def _read(self, c: Cursor, type_: Type, into: Field, found: dict[str, Any], depth: int) -> None:
        """The element ahead, which may begin this type."""
        element = peek(c)
        if depth > DEEPEST:
            c.add(OTHER, element.whole)
            return
        if type_.kind == "REF":
            if type_.name in self.whole:
                end = c.pos + element.whole
                c.peek_bytes(element.whole)
                self.whole[type_.name](c, element, into, found)
                if c.pos < end:
                    c.add(OTHER, end - c.pos)
                return
            hook = self.hooks.get(type_.name)
            if hook is not None:
                self._hooked(c, hook, element, into, found)
                return
            known = self.types.get(type_.name)
            self._read(c, known or Type("ANY"), into, found, depth)
            return
        if type_.kind != "TAG":
            self._value(c, type_, element, into, found, depth)
            return
        inner = type_.inner
        assert inner is not None
        base = self.base(inner)
        if type_.explicit or base.kind in ("CHOICE", "ANY"):
            with inside(c, element, PLAIN):
                if c.remaining:
                    self._read(c, inner, into, found, depth + 1)
            return
        hook = next((self.hooks[name] for name in self._aliases(inner) if name in self.hooks), None)
        if hook is not None:
            self._hooked(c, hook, element, into, found)
        else:
            self._value(c, base, element, into, found, depth)

    def _aliases(self, type_: Type) -> Iterator[str]:
        """The names on the way to a type's base."""
        for _ in range(DEEPEST):
            if type_.kind == "REF":
                yield type_.name
                if type_.name not in self.types:
                    return
                type_ = self.types[type_.name]
            elif type_.kind == "TAG":
                assert type_.inner is not None
                type_ = type_.inner
            else:
                return

    @staticmethod
    def _hooked(c: Cursor, hook: Hook, element: Element, into: Field, found: dict[str, Any]) -> None:
        octets = c.peek_bytes(element.size, element.header)
        with inside(c, element, into, octets if into.type is BYTES else None):
            hook(c, element, into, found)

    def _value(self, c: Cursor, type_: Type, element: Element, into: Field, found: dict[str, Any], depth: int) -> None:
        """An element whose tag has been told, as a type behind its tags."""
        kind = type_.kind
        if kind == "CHOICE":
            self._choice(c, type_, element, into, found, depth)
        elif kind in ("SEQUENCE", "SET"):
            with inside(c, element, into):
                self._parts(c, type_, found, depth)
        elif kind == "OF":
            assert type_.inner is not None and type_.item is not None
            with inside(c, element, into, count(c, element) if into.type is UINT32 else None):
                while c.remaining:
                    self._read(c, type_.inner, type_.item, found, depth + 1)
        elif kind in PLAIN_TYPES:
            octets = c.peek_bytes(element.size, element.header)
            value = plain(kind, octets)
            if into is PLAIN:
                c.add(OTHER, element.whole)
            else:
                found.setdefault(into.label, value)
                found.setdefault("every", []).append((into.label, value))
                self._plain(c, type_, element, into, value)
        else:
            c.add(into if into.type is BYTES else OTHER, element.whole)

    @staticmethod
    def _plain(c: Cursor, type_: Type, element: Element, into: Field, value: Any) -> None:
        """A plain value, with the bits that have names."""
        if not type_.bits or not isinstance(value, bytes):
            c.add(into, element.whole, value=value)
            return
        with c.group(into, element.whole, value=value) as c:
            for number, bit in type_.bits:
                if number < 8 * len(value):
                    c.derived(bit, bool(value[number // 8] << number % 8 & 0x80))
            c.add(OTHER, element.whole)

    def _choice(self, c: Cursor, type_: Type, element: Element, into: Field, found: dict[str, Any], depth: int) -> None:
        tagged = self._tagged(type_)
        for place, part in enumerate(type_.parts):
            if self._begins(part.type, element):
                assert part.field is not None
                number = element.number if tagged else place  # as Wireshark counts alternatives
                found.setdefault(into.label, part.name)
                with c.group(into, element.whole, f"{into.label}: {part.name} ({number})", number if into is not PLAIN else None):
                    self._read(c, part.type, part.field, found, depth)
                return
        c.add(OTHER, element.whole)

    def _tagged(self, type_: Type) -> bool:
        """Whether all alternatives have tags of one class: Wireshark then knows them by these, else by their place."""
        classes = set()
        for part in type_.parts:
            one = part.type
            while one.kind == "REF" and one.name in self.types:
                one = self.types[one.name]
            if one.kind != "TAG":
                return False
            classes.add(one.tag[0])
        return len(classes) == 1

    def _parts(self, c: Cursor, type_: Type, found: dict[str, Any], depth: int) -> None:
        """Components: of a SEQUENCE in their order, of a SET in any; what is none of them is octets."""
        first = 0
        while c.remaining:
            element = peek(c)
            for number in range(first, len(type_.parts)):
                part = type_.parts[number]
                if self._begins(part.type, element):
                    assert part.field is not None
                    self._read(c, part.type, part.field, found, depth + 1)
                    first = 0 if type_.kind == "SET" else number + 1
                    break
            else:
                c.add(OTHER, element.whole)


UNIVERSAL = {name: number for name, (number, _) in PLAIN_TYPES.items()} | {
    "SEQUENCE": SEQUENCE, "SET": SET, "OF": SEQUENCE, "EXTERNAL": EXTERNAL, "HOOK": -1,
}  # fmt: skip


def plain(kind: str, octets: bytes) -> Any:
    """The value of a plain type."""
    if kind in ("INTEGER", "ENUMERATED"):
        value = int.from_bytes(octets[:WIDEST], "big", signed=True)
        return value & 0xFFFFFFFF if kind == "ENUMERATED" else (value + 0x80000000 & 0xFFFFFFFF) - 0x80000000
    if kind == "UNSIGNED":
        return int.from_bytes(octets[:WIDEST], "big") & 0xFFFFFFFF
    if kind == "BOOLEAN":
        return any(octets)
    if kind == "NULL":
        return True
    if kind == "BITS":
        return octets[1:]
    return octets if kind in ("OCTETS", "OID") else octets.decode("utf-8", "replace")


def peek(c: Cursor) -> Element:
    """The element ahead.  Raises Short where it is cut, or says that it is longer than what is around it."""
    tag = ber.peek(c)
    klass = tag.octet >> 6
    at = 1
    if tag.octet & 0x1F == 0x1F:
        while c.peek(1, at) & 0x80:
            at += 1
        at += 1
    if c.peek(1, at) != 0x80:
        return Element(klass, tag.number, tag.header, tag.size, 0)
    size = until_end(c, tag.header)
    whole = c.limit - c.pos - tag.header if size < 0 else size
    return Element(klass, tag.number, tag.header, max(whole, 0), 0 if size < 0 else 2)


def until_end(c: Cursor, at: int) -> int:
    """How many octets from `at` on lie before the mark that ends an element without a length; -1 if there is none."""
    start, open_ = at, 1
    while c.remaining >= at + 2:
        if c.peek(2, at) == 0:
            open_ -= 1
            if not open_:
                return at - start
            at += 2
            continue
        octet = c.peek(1, at)
        at += 1
        if octet & 0x1F == 0x1F:
            while c.remaining > at and c.peek(1, at) & 0x80:
                at += 1
            at += 1
        if c.remaining <= at:
            return -1
        size = c.peek(1, at)
        at += 1
        if size == 0x80:
            open_ += 1
            if open_ > DEEPEST:  # nobody looks further in: it need not be known where that ends
                return -1
        elif size & 0x80:
            width = size & 0x7F
            if width > WIDEST or c.remaining < at + width:
                return -1
            at += width + c.peek(width, at)
        else:
            at += size
    return -1


@contextmanager
def inside(c: Cursor, element: Element, into: Field, value: Any = True) -> Iterator[Cursor]:
    """The contents of the element ahead, below a field; what is not read of them is shown as octets."""
    with c.group(into, element.whole, None, value) as c:
        c.add(HEAD, element.header)
        end, limit = c.end, c.limit
        c.end, c.limit = min(c.pos + element.size, end), c.pos + element.size
        try:
            yield c
            c.rest(OTHER)
        finally:
            c.end, c.limit = end, limit
        if element.tail:
            c.add(HEAD, element.tail)


def count(c: Cursor, element: Element) -> int:
    """How many elements the element ahead holds, as far as they are whole."""
    start, found = c.pos, 0
    end = min(c.pos + element.header + element.size, c.end)
    c.pos += element.header
    try:
        while c.pos < end:
            c.pos += peek(c).whole
            found += 1
    except Short:
        pass  # the list is read next, and says so
    finally:
        c.pos = start
    return found


class _Parser:
    """Reads the text of a schema, which is ours: an error in it is a bug, and raises ValueError."""

    def __init__(self, text: str) -> None:
        self._tokens = TOKEN.findall(re.sub(r"--[^\n]*", "", text))
        self._at = 0

    def types(self) -> dict[str, Type]:
        """All definitions."""
        found: dict[str, Type] = {}
        while self._at < len(self._tokens):
            name = self._next()
            self._expect("::=")
            found[name] = self._type()
        return found

    def _next(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _is(self, *tokens: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] in tokens:
            self._at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._is(token):
            raise ValueError(f"expected {token} before {self._tokens[self._at : self._at + 4]}")

    def _type(self) -> Type:
        if self._is("["):
            klass = CONTEXT
            token = self._next()
            if token in CLASSES:
                klass, token = CLASSES[token], self._next()
            self._expect("]")
            explicit = self._is("EXPLICIT")
            return Type("TAG", tag=(klass, int(token)), explicit=explicit, inner=self._type())
        kind = self._next()
        if kind in ("SEQUENCE", "SET"):
            if self._is("OF"):
                inner = self._type()
                made = Type("OF", inner=inner)
                return made if kind == "SEQUENCE" else Type("TAG", tag=(0, SET), inner=made)
            return Type(kind, parts=self._parts())
        if kind == "CHOICE":
            return Type(kind, parts=self._parts())
        if kind in PLAIN_TYPES:
            name = self._next() if self._is("AS") else ""
            return Type(kind, name, names=self._numbers() if self._is("{") else {})
        return Type(kind) if kind in ("ANY", "EXTERNAL") else Type("REF", kind)

    def _parts(self) -> list[Part]:
        self._expect("{")
        found = []
        while not self._is("}"):
            if self._is("..."):
                self._is(",")
                continue
            name = self._next()
            found.append(Part(name, self._type()))
            self._is(",")
        return found

    def _numbers(self) -> dict[int, str]:
        found = {}
        while not self._is("}"):
            name = self._next()
            self._expect("(")
            found[int(self._next())] = name
            self._expect(")")
            self._is(",")
        return found
