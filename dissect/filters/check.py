"""From the written tree to conditions over typed operands.  Whatever does not fit is said here."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable
from typing import Any

from dissect.engine.fields import STRING, Field
from dissect.engine.plan import COLUMNS
from dissect.engine.registry import Registry
from dissect.filters import nodes as n
from dissect.filters import operands as o
from dissect.filters.conditions import (
    OPS,
    PATIENCE,
    Always,
    Both,
    Comparison,
    Contains,
    Either,
    Exists,
    Matches,
    Member,
    Not,
    NotZero,
    Odd,
    Test,
)
from dissect.filters.errors import FilterError, FilterWarning
from dissect.filters.literals import (
    CALCULABLE,
    INTEGERS,
    MASKABLE,
    MATCHABLE,
    OCTETS,
    SLICEABLE,
    TITLES,
    BadLiteral,
    compatible,
    value_of,
)

DEPRECATED = {"bootp": "dhcp", "ssl": "tls"}  # protocols that have another name now, as Wireshark still takes them
# protocols of Wireshark's that look like bytes and so are no bytes there
FOREIGN = frozenset({"aaf", "acf", "adb", "bfd", "c15", "dc", "dcc", "fc", "ff"})
COLUMN_NAMES = {name.lower(): name for name in COLUMNS} | {
    "_ws.col.def_src": "_ws.col.Source", "_ws.col.def_dst": "_ws.col.Destination",
}  # fmt: skip


def renamed(name: str) -> str:
    """A field by the name that its protocol has now."""
    head, dot, rest = name.partition(".")
    return DEPRECATED.get(head, head) + dot + rest


class Checker:
    """Checks one filter; `warnings` collects traps."""

    def __init__(self, text: str, registry: Registry) -> None:
        self.text, self.registry = text, registry
        self.warnings: list[FilterWarning] = []

    def test(self, node: n.Node) -> Test:
        """A part of the tree as a condition."""
        match node:
            case n.Nothing():
                return Always()
            case n.Group(of=of):
                return self.test(of)
            case n.Not(of=of):
                return Not(self.test(of))
            case n.Junction(op=op, parts=parts):
                tests = tuple(self.test(part) for part in parts)
                return {"and": Both, "or": Either, "xor": Odd}[op](tests)
            case n.Compare():
                return self._compare(node)
            case n.Match():
                return self._match(node)
            case n.Member():
                return self._member(node)
        return self._alone(node)

    # tests

    def _alone(self, node: n.Node) -> Test:
        if isinstance(node, n.Name) and self._field(node.text) is None:
            raise self._unknown(node)
        if isinstance(node, n.Text | n.Char):
            raise self._error("a value is no test; compare a field with it", node)
        if isinstance(node, n.Call):
            raise self._error("a function's result is no test; compare it with something", node)
        operand = self._operand(node)
        if isinstance(operand, o.Constant):
            raise self._error("a value is no test; compare a field with it", node)
        return NotZero(operand) if isinstance(node, n.Arithmetic) else Exists(operand)

    def _compare(self, node: n.Compare) -> Test:
        tests: list[Test] = []
        for left, right, (name, start, end) in zip(node.operands, node.operands[1:], node.ops, strict=False):
            if self.text[start:end] == "~=":
                self._warn("~= is deprecated: !== says the same", start, end)
            op, every = OPS[name]
            if node.quantifier:
                every = node.quantifier == "all"
            a, b = self._two(left, right)
            if a.kind == "none" or b.kind == "none":
                raise self._error("a field without a value can only be tested for being there", node)
            if name == "all_ne" and not node.quantifier and isinstance(a, o.Column) and self._several(a.name):
                self._warn(
                    f"!= holds where no {a.name} of the packet is that value; for any of them, !== (any_ne)", start, end
                )
            tests.append(Comparison(op, every, a, b))
        return tests[0] if len(tests) == 1 else Both(tuple(tests))

    def _several(self, name: str) -> bool:
        """Whether one header has several occurrences of the field (`ip.addr`)."""
        many = self.registry.fields.get(name, [])
        return len(many) > 1 and len({f.layer for f in many}) == 1 and many[0].hidden

    def _match(self, node: n.Match) -> Test:
        every = node.quantifier == "all"
        left = self._operand(node.left)
        if isinstance(left, o.Constant) or left.kind not in MATCHABLE:
            raise self._error(
                f"{node.op} looks into text or bytes; this is {TITLES.get(left.kind, left.kind)}", node.left
            )
        if node.op == "contains":
            right = self._against(node.right, BYTES_SOUGHT if left.kind in OCTETS else left)
            if right.kind not in MATCHABLE:
                raise self._error(f"only text or bytes are contained in others, not {TITLES[right.kind]}", node.right)
            return Contains(every, left, right)
        pattern = node.right
        if not isinstance(pattern, n.Text):
            raise self._error('matches is followed by a regular expression in quotes: matches "^GET"', pattern)
        too_slow = self._error(f"takes more than {PATIENCE} s on one value; write it without nested repeats", pattern)
        return Matches(every, left, self._pattern(pattern, left.kind == "string"), too_slow)

    def _pattern(self, node: n.Text, text: bool) -> Any:
        import regex  # of all expressions, only those of filters need what it adds to `re`

        value = pythonic(node.value)
        sensitive = value.startswith("(?-i)")
        value, flags = (value[5:], 0) if sensitive else (value, regex.IGNORECASE)
        try:
            if text:
                return regex.compile(value, flags)
            return regex.compile(value.encode("latin-1" if max(value, default="") < "\u0100" else "utf-8"), flags)
        except (regex.error, OverflowError, RecursionError) as error:
            raise self._error(f"no regular expression: {error}", node) from None

    def _member(self, node: n.Member) -> Test:
        left = self._operand(node.of)
        if isinstance(left, o.Constant):
            raise self._error("in has a field before it", node.of)
        elements = []
        for low, high in node.elements:
            a = self._against(low, left)
            elements.append((a, None if high is None else self._against(high, left)))
        return Member(node.quantifier == "all", left, tuple(elements))

    # operands

    def _two(self, left: n.Node, right: n.Node) -> tuple[o.Operand, o.Operand]:
        """Both sides, values typed by the other side's field."""
        if self._is_value(left):
            if self._is_value(right):
                raise self._unknown(left)
            b = self._operand(right)
            return self._against(left, b), b
        a = self._operand(left)
        return a, self._against(right, a)

    def _is_value(self, node: n.Node) -> bool:
        if isinstance(node, n.Name):
            return self._field(node.text) is None
        return isinstance(node, n.Text | n.Char)

    def _against(self, node: n.Node, other: o.Operand) -> o.Operand:
        """A node as what is held against `other`."""
        if not self._is_value(node):
            operand = self._operand(node, other)
            if not compatible(operand.kind, other.kind):
                here = TITLES.get(operand.kind, operand.kind)
                raise self._error(f"{here} cannot be held against {TITLES.get(other.kind, other.kind)}", node)
            return operand
        if isinstance(node, n.Name) and node.text in FOREIGN and other.kind in OCTETS:
            self._warn(
                f"{node.text} is the name of a protocol to Wireshark; the byte is 0x{node.text}", node.start, node.end
            )
            return o.Absent(other.kind)
        try:
            return o.Constant(other.kind, self._value(node, other), other.catalogue)
        except BadLiteral as error:
            hint = ""
            if isinstance(node, n.Name) and "." in node.text and re.match(r"[A-Za-z_]\w*\.[A-Za-z]", node.text):
                hint = self._nearest(node.text)
            raise self._error(f"{error}{hint}", node) from None

    def _value(self, node: n.Node, other: o.Operand) -> object:
        if isinstance(node, n.Name):
            word = node.text[1:] if node.text[:1] == ":" and node.text[1:2] != ":" else node.text
            return value_of(other.kind, word, other.catalogue, False)
        if isinstance(node, n.Char):
            return value_of(other.kind, node.value, other.catalogue, True, char=True)
        assert isinstance(node, n.Text)
        if other.kind in INTEGERS or other.kind in ("ipv4", "ipv6"):
            named = other.kind in INTEGERS and other.catalogue is not None and other.catalogue.names is not None
            if not named:
                raise BadLiteral(f"{TITLES[other.kind]} is not written in quotes")
        return value_of(other.kind, node.value, other.catalogue, True)

    def _operand(self, node: n.Node, other: o.Operand | None = None) -> o.Operand:
        match node:
            case n.Name(text=text):
                found = self._field(text)
                if found is None:
                    raise self._unknown(node)
                if text not in self.registry.fields and renamed(text) == found.name:
                    self._warn(f"{text} is deprecated: {found.name} is its name now", node.start, node.end)
                return o.Column("protocol" if found.type.ft == "FT_PROTOCOL" else found.type.kind, found, found.name)
            case n.Reference(name=name):
                found = self._field(name)
                if found is None:
                    raise self._error(f"no field {name}{self._nearest(name)}", node)
                return o.Referred(found.type.kind, found, found.name)
            case n.Raw(name=name):
                found = self._field(name)
                if found is None:
                    raise self._error(f"no field {name}{self._nearest(name)}", node)
                return o.RawBytes(found.name)
            case n.Layered(of=of, ranges=ranges):
                return self._layered(of, ranges, node)
            case n.Sliced(of=of, ranges=ranges):
                whole = self._operand(of)
                if whole.kind not in SLICEABLE:
                    raise self._error(f"{TITLES.get(whole.kind, whole.kind)} cannot be sliced into bytes", of)
                return o.sliced(self._own(whole), ranges)
            case n.Minus(of=of):
                inside = self._operand(of, other)
                if inside.kind not in CALCULABLE:
                    raise self._error(f"{TITLES.get(inside.kind, inside.kind)} has no sign", of)
                return o.negated(inside)
            case n.Arithmetic():
                return self._arithmetic(node, other)
            case n.Call():
                return self._call(node)
            case n.Group(of=of):
                return self._operand(of, other)
            case n.Text(value=value):
                return o.Constant("string", value)
            case n.Char(value=value):
                return o.Constant("string", value)
        raise self._error("a test is no value to compare", node)

    def _layered(self, of: n.Node, ranges: object, node: n.Node) -> o.Operand:
        if not isinstance(of, n.Name):
            raise self._error("# follows a field", node)
        found = self._field(of.text)
        if found is None:
            raise self._unknown(of)
        kind = "protocol" if found.type.ft == "FT_PROTOCOL" else found.type.kind
        return o.Inner(kind, found, found.name, found.layer, ranges)

    def _arithmetic(self, node: n.Arithmetic, other: o.Operand | None) -> o.Operand:
        if self._is_value(node.left) and self._is_value(node.right):
            if other is None:
                raise self._error("a calculation needs a field", node)
            left = self._against(node.left, other)
            right = self._against(node.right, other)
        elif self._is_value(node.left):
            right = self._operand(node.right, other)
            left = self._against(node.left, right)
        else:
            left = self._operand(node.left, other)
            right = self._against(node.right, left)
        allowed = MASKABLE if node.op == "&" else CALCULABLE
        for part, side in ((left, node.left), (right, node.right)):
            if part.kind not in allowed:
                raise self._error(f"{TITLES.get(part.kind, part.kind)} has no {node.op}", side)
        if isinstance(left, o.Constant) and isinstance(right, o.Constant):
            return self._folded(node, left, right)
        return o.calculated(node.op, left.kind, left, right)

    def _folded(self, node: n.Arithmetic, left: o.Constant, right: o.Constant) -> o.Operand:
        a, b = left.value, right.value
        if not (isinstance(a, int | float) and isinstance(b, int | float)):
            raise self._error("a calculation needs a field", node)
        if node.op in "/%" and not b:
            raise self._error("division by zero", node)
        value: int | float
        if node.op in "+-":
            value = a + b if node.op == "+" else a - b
        elif node.op in "*&":
            value = a * b if node.op == "*" else int(a) & int(b)
        elif isinstance(a, float) or isinstance(b, float):
            value = a / b if node.op == "/" else math.fmod(a, b)
        else:
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            value = quotient if node.op == "/" else a - b * quotient
        if isinstance(value, int) and value.bit_length() > 64:
            raise self._error("the number is too big", node)
        return o.Constant(left.kind, value, left.catalogue)

    def _call(self, node: n.Call) -> o.Operand:
        makers = FUNCTIONS
        if node.name not in makers:
            near = difflib.get_close_matches(node.name, makers, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(makers)}"
            raise self._error(f"no function {node.name}; {hint}", node)
        least, most = makers[node.name]
        if not least <= len(node.arguments) <= most:
            many = str(least) if least == most else f"{least} or more"
            raise self._error(f"{node.name} takes {many} argument{'s' * (most > 1)}", node)
        first = self._operand(node.arguments[0]) if not self._is_value(node.arguments[0]) else None
        if first is None and node.name not in ("max", "min"):
            raise self._error(f"{node.name} takes a field", node.arguments[0])
        if node.name in ("max", "min"):
            return self._extreme(node)
        assert first is not None
        return self._function(node, first)

    def _extreme(self, node: n.Call) -> o.Operand:
        fields = [a for a in node.arguments if not self._is_value(a)]
        if not fields:
            raise self._error(f"{node.name} takes at least one field", node)
        lead = self._operand(fields[0])
        if lead.kind not in CALCULABLE and lead.kind not in ("ipv4", "string"):
            raise self._error(f"{node.name} takes numbers", fields[0])
        return o.extreme(node.name == "max", tuple(self._against(a, lead) for a in node.arguments))

    def _function(self, node: n.Call, of: o.Operand) -> o.Operand:
        name, where = node.name, node.arguments[0]
        kind = of.kind
        if name in ("upper", "lower"):
            if kind != "string":
                raise self._error(f"{name} takes text, not {TITLES.get(kind, kind)}", where)
            return o.per_value("string", of, str.upper if name == "upper" else str.lower)
        if name == "len":
            return o.length(self._own(of))
        if name == "count":
            if not isinstance(of, o.Column | o.Inner):
                raise self._error("count takes a field", where)
            return o.counted(of)
        if name == "abs":
            if kind not in CALCULABLE:
                raise self._error(f"abs takes a number, not {TITLES.get(kind, kind)}", where)
            return o.per_value(kind, of, abs, of.catalogue)
        if name == "string":
            if kind in ("none", "protocol", "string"):
                raise self._error(f"string takes a field with a value, not {TITLES.get(kind, kind)}", where)
            return o.shown(of)
        if name == "vals":
            catalogue = of.catalogue
            if catalogue is None or catalogue.names is None:
                raise self._error("vals takes a field whose values have names", where)
            return o.per_value("string", of, catalogue.value_name)
        if kind not in INTEGERS and not (name in ("float", "double") and kind in CALCULABLE):
            raise self._error(f"{name} takes a number, not {TITLES.get(kind, kind)}", where)
        if name in ("dec", "hex"):
            return o.per_value("string", of, str if name == "dec" else _hexadecimal(of))
        return o.per_value("float", of, (lambda v: v / 1e9) if kind.startswith("time") else float)

    @staticmethod
    def _own(of: o.Operand) -> o.Operand:
        """A protocol's own bytes."""
        return o.Own(of.name) if isinstance(of, o.Column) and of.kind == "protocol" and of.name != "frame" else of

    # names and errors

    def _field(self, name: str) -> Field | None:
        for known in (name, renamed(name)):
            if known in self.registry.fields:
                return self.registry.fields[known][0]
        column = COLUMN_NAMES.get(name.lower()) if name.startswith("_ws.col") else None
        return Field(column, column, STRING, layer="_ws.col") if column else None

    def _nearest(self, name: str) -> str:
        low = name.lower()
        newer = DEPRECATED.get(low.partition(".")[0])
        head = newer or low.partition(".")[0]
        pool = [f for f in self.registry.fields if f.startswith(head[:2])]
        asked = low if newer is None else newer + low[len(low.partition(".")[0]) :]
        near = difflib.get_close_matches(asked, pool, 1) if len(name) < 64 else []
        return f"; did you mean {near[0]}?" if near else ""

    def _unknown(self, node: n.Node) -> FilterError:
        if isinstance(node, n.Name):
            return self._error(f'"{node.text}" is neither a field nor a protocol{self._nearest(node.text)}', node)
        return self._error("a comparison needs a field", node)

    def _error(self, message: str, node: n.Node) -> FilterError:
        return FilterError(message, self.text, node.start, node.end)

    def _warn(self, message: str, start: int, end: int) -> None:
        self.warnings.append(FilterWarning(message, self.text, start, end))


BYTES_SOUGHT = o.RawBytes("")
FUNCTIONS: dict[str, tuple[int, int]] = {
    "upper": (1, 1), "lower": (1, 1), "len": (1, 1), "count": (1, 1), "string": (1, 1), "abs": (1, 1),
    "max": (1, 64), "min": (1, 64), "vals": (1, 1), "dec": (1, 1), "hex": (1, 1), "float": (1, 1), "double": (1, 1),
}  # fmt: skip


POSIX = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "xdigit": "0-9A-Fa-f", "punct": r"!-/:-@\[-`{-~", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f", "print": " -~",
    "graph": "!-~", "word": r"\w",
}  # fmt: skip
PCRE = re.compile(r"\\(.)|\[:([a-z]+):\]", re.DOTALL)


def pythonic(pattern: str) -> str:
    """A PCRE pattern for `regex`: ASCII's POSIX classes, `\\h` and `\\z`."""

    def one(match: re.Match[str]) -> str:
        if match[2] is not None:
            return POSIX.get(match[2], match.group())
        return {"h": r"[ \t]", "z": r"\Z"}.get(match[1], match.group())

    return PCRE.sub(one, pattern)


def _hexadecimal(of: o.Operand) -> Callable[[int], str]:
    width = 2 * (of.catalogue.type.size if of.catalogue is not None else 4)
    return lambda v: f"0x{v:0{width}x}"
