"""JSON (RFC 8259): every value with the path that leads to it.

    { "name": value, ... }      [ value, ... ]      "text"  -1.5e3  true  false  null

What is no object or array, and what is none of JSON, is shown as lines of text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, Field, group, string
from dissect.engine.layer import Layer
from dissect.layers.bodies import TEXT, plain_kind

DEEPEST = 60  # values within values
MOST_VALUES = 5000
MOST_PLAIN = 4096  # octets
LONGEST = 1024  # characters of a path
SPACE = re.compile(rb"[ \t\r\n]*")
STRING_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WORD = re.compile(rb"true|false|null|NaN")
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Value(NamedTuple):
    """A value: its place, its kind ("{", "[", '"', "0" or a word), and what it holds."""

    start: int
    end: int
    kind: str
    members: tuple[tuple[int, int, Value], ...] = ()  # a name's place (of an object's), and its value


class Unfit(ValueError):
    """These octets are no JSON, or too much of it."""


class Reader:
    """Reads the values of some octets."""

    def __init__(self, data: bytes, end: int) -> None:
        self.data, self.end, self.count = data, end, 0

    def space(self, at: int) -> int:
        """Where the next token begins.  Raises Unfit at the end."""
        found = SPACE.match(self.data, at, self.end)
        assert found is not None
        if found.end() >= self.end:
            raise Unfit
        return found.end()

    def value(self, at: int, depth: int = 0) -> Value:
        """The value that begins at or behind `at`.  Raises Unfit."""
        self.count += 1
        if depth > DEEPEST or self.count > MOST_VALUES:
            raise Unfit("too deep or too much")
        at = self.space(at)
        kind = chr(self.data[at])
        if kind in "{[":
            return self.several(at, kind, depth)
        for token, name in ((STRING_TOKEN, '"'), (NUMBER, "0"), (WORD, "")):
            found = token.match(self.data, at, self.end)
            if found:
                return Value(at, found.end(), name or found[0].decode())
        raise Unfit

    def several(self, start: int, kind: str, depth: int) -> Value:
        """An object or an array."""
        at, close = self.space(start + 1), ord("}" if kind == "{" else "]")
        members = list[tuple[int, int, Value]]()
        if self.data[at] == close:
            return Value(start, at + 1, kind)
        while True:
            name = (at, at)
            if kind == "{":
                found = STRING_TOKEN.match(self.data, at, self.end)
                if found is None:
                    raise Unfit
                name = found.span()
                at = self.space(name[1])
                if self.data[at] != 0x3A:
                    raise Unfit
                at += 1
            value = self.value(at, depth + 1)
            members.append((*name, value))
            at = self.space(value.end)
            if self.data[at] == close:
                return Value(start, at + 1, kind, tuple(members))
            if self.data[at] != 0x2C:
                raise Unfit
            at = self.space(at + 1)


def is_json(octets: bytes) -> bool:
    """Whether octets are nothing but an object or an array, of a size of which all is shown."""
    if len(octets) > MOST_PLAIN:
        return False
    try:
        found = Reader(octets, len(octets)).value(0)
    except Unfit:
        return False
    after = SPACE.match(octets, found.end)
    return found.kind in "{[" and after is not None and after.end() == len(octets)


def text_of(octets: bytes) -> str:
    """A string without its quotes and escapes."""
    plain = octets[1:-1].decode("utf-8", "replace")
    if "\\" not in plain:
        return plain
    joined = ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else ESCAPED.get(m[2], m[2]), plain)
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class JSONText(Layer):
    """JavaScript Object Notation."""

    name, label = "json", "JavaScript Object Notation"
    reaches = (TEXT,)

    object = group("json.object", "Object")
    array = group("json.array", "Array")
    member = Field("json.member", "Member", STRING)
    key, path = Field("json.key", "Key", STRING), Field("json.path", "Path", STRING)
    path_value = Field("json.path_with_value", "Path with value", STRING)
    member_value = Field("json.member_with_value", "Member with value", STRING)
    text = Field("json.value.string", "String value", STRING)
    number = Field("json.value.number", "Number value", STRING)
    true, false = group("json.value.true", "True value"), group("json.value.false", "False value")
    null, nan = group("json.value.null", "Null value"), group("json.value.nan", "NaN value")
    message = string(None, "", "Text")
    plain = {'"': text, "0": number, "true": true, "false": false, "null": null, "NaN": nan}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        try:
            found = Reader(c.data, c.end).value(c.pos)
        except Unfit as unfit:
            found = None
            if unfit.args:
                c.note("warn", "Protocol", "JSON is nested too deep, or holds too many values", "json.too_much")
        if found is not None and found.kind in "{[":
            begin, after = c.pos, SPACE.match(c.data, found.end, c.end)
            assert after is not None
            c.add(cls.message, after.end() - begin)
            cls._show(c, found, "", "")
            c.pos = after.end()
        kind = plain_kind(c.run.media)
        if c.remaining:
            c.run.media = "text/plain"
            c.child(TEXT)
        c.append_protocol("/JSON")
        c.append_info(f", {cls.label} ({kind})" if kind else f", {cls.label}")

    @classmethod
    def _show(cls, c: Cursor, value: Value, path: str, name: str) -> None:
        c.pos = value.start
        if value.kind == "{":
            with c.group(cls.object, value.end - value.start) as c:
                for start, end, inner in value.members:
                    cls._member(c, start, end, inner, path)
                c.pos = value.end
        elif value.kind == "[":
            with c.group(cls.array, value.end - value.start) as c:
                for _, _, inner in value.members:
                    cls._show(c, inner, f"{path}/[]"[:LONGEST], "[]")
                c.pos = value.end
        else:
            octets = c.peek_bytes(value.end - value.start)
            shown = text_of(octets) if value.kind == '"' else octets.decode("latin-1")
            size = len(octets)
            c.derived(cls.path_value, f"{path}:{shown}").size = size
            c.derived(cls.member_value, f"{name}:{shown}").size = size
            field = cls.plain[value.kind]
            if field in (cls.text, cls.number):
                c.add(field, size, value=shown)
            else:
                c.add(field, size, value=True)

    @classmethod
    def _member(cls, c: Cursor, start: int, end: int, value: Value, path: str) -> None:
        c.pos = start
        name = text_of(c.peek_bytes(end - start))
        path = f"{path}/{name}"[:LONGEST]
        with c.group(cls.member, value.end - start, f"Member: {name}", name) as c:
            cls._show(c, value, path, name)
            c.pos = start
            c.add(cls.key, end - start, value=name)
            c.pos = value.end
            c.derived(cls.path, path)
