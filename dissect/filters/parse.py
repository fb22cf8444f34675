"""Text to tree.

The grammar is `grammar.lark`.  lark's tables of it are kept as Python (`table`, made by `generate`): importing lark and
building them anew would cost every filter a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dissect.filters import nodes as n
from dissect.filters.errors import FilterError
from dissect.filters.lexer import OPERATORS, Word, tokens

MAX_TEXT = 1 << 16
MAX_OPEN = 1000  # tokens that only open something: a filter of a thousand parentheses is no filter

EXPECTED = {
    "WORD": "a field or value", "CMP": "a comparison", "RPAR": ")", "RBRACE": "}", "COMMA": ",", "$END": "the end",
    "AND": "and", "OR": "or", "IN": "in", "CONTAINS": "contains", "MATCHES": "matches", "LBRACE": "{", "LPAR": "(",
}  # fmt: skip

Ranges = tuple[tuple[int | None, int | None], ...]


class _TooDeep(Exception):
    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


class _Unexpected(Exception):
    def __init__(self, word: Word | None, wanted: Iterable[str]) -> None:
        self.word, self.wanted = word, frozenset(wanted)


class _Wrong(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        self.message, self.start, self.end = message, start, end


def _over(*parts: n.Node) -> int:
    depth = 1 + max((p.depth for p in parts), default=0)
    if depth > n.MAX_DEPTH:
        raise _TooDeep(parts[0].start, parts[-1].end)
    return depth


def _span(parts: tuple[n.Node, ...]) -> tuple[int, int, int]:
    return parts[0].start, parts[-1].end, _over(*parts)


class Builder:
    """Makes nodes of what the grammar's rules found; children are nodes and tokens."""

    @staticmethod
    def start(children: list[Any]) -> n.Node:
        """A whole filter."""
        return children[0] if children else n.Nothing(0, 0, 1)

    @staticmethod
    def _junction(op: str, children: list[Any]) -> n.Node:
        parts = tuple(children[::2])
        return n.Junction(*_span(parts), op, parts)

    def either(self, children: list[Any]) -> n.Node:
        """Or."""
        return self._junction("or", children)

    def exclusive(self, children: list[Any]) -> n.Node:
        """Exclusive or."""
        return self._junction("xor", children)

    def both(self, children: list[Any]) -> n.Node:
        """And."""
        return self._junction("and", children)

    def negate(self, children: list[Any]) -> n.Node:
        """Negation."""
        return n.Not(children[0].start, children[1].end, _over(children[1]), children[1])

    def quantified(self, children: list[Any]) -> n.Node:
        """Any or all before a relation."""
        word, relation = children
        if not isinstance(relation, n.Compare | n.Match | n.Member):
            raise _Wrong(f"{word.text} goes before a comparison", word.start, relation.end)
        relation.quantifier = word.text
        relation.start = word.start
        return relation

    def compare(self, children: list[Any]) -> n.Node:
        """A chain of comparisons."""
        operands = tuple(children[::2])
        ops = tuple((OPERATORS[t.text], t.start, t.end) for t in children[1::2])
        return n.Compare(*_span(operands), operands, ops)

    def contains(self, children: list[Any]) -> n.Node:
        """`contains`."""
        left, _, right = children
        return n.Match(*_span((left, right)), "contains", left, right)

    def matches(self, children: list[Any]) -> n.Node:
        """`matches`."""
        left, _, right = children
        return n.Match(*_span((left, right)), "matches", left, right)

    def member(self, children: list[Any]) -> n.Node:
        """`in` a set."""
        elements, end = children[-1]
        return n.Member(children[0].start, end, _over(children[0]), children[0], elements)

    def no_member(self, children: list[Any]) -> n.Node:
        """`not in` a set."""
        inside = self.member(children)
        return n.Not(inside.start, inside.end, _over(inside), inside)

    def set(self, children: list[Any]) -> Any:
        """The elements of a set, and where it ends."""
        return tuple(children[1:-1:2]), children[-1].end

    def element(self, children: list[Any]) -> Any:
        """A value or a range."""
        return children[0], (children[2] if len(children) == 3 else None)

    def arithmetic(self, children: list[Any]) -> n.Node:
        """A chain of calculations, from the left."""
        left = children[0]
        for token, right in zip(children[1::2], children[2::2], strict=True):
            op = "&" if token.kind == "BITAND" else token.text
            left = n.Arithmetic(*_span((left, right)), op, left, right)
        return left  # type: ignore[no-any-return]

    def minus(self, children: list[Any]) -> n.Node:
        """A sign; of a number it is part of the number."""
        of = children[1]
        if isinstance(of, n.Name) and of.text[:1].isdecimal():
            return n.Name(children[0].start, of.end, 1, f"-{of.text}")
        return n.Minus(children[0].start, of.end, _over(of), of)

    def plus(self, children: list[Any]) -> n.Node:
        """A sign that changes nothing."""
        return children[1]  # type: ignore[no-any-return]

    def sliced(self, children: list[Any]) -> n.Node:
        """Bytes out of an operand."""
        of, token = children
        return n.Sliced(of.start, token.end, _over(of), of, slices(token))

    def layered(self, children: list[Any]) -> n.Node:
        """Some layers only."""
        of, _, token = children
        return n.Layered(of.start, token.end, _over(of), of, layers(token))

    def word(self, children: list[Any]) -> n.Node:
        """A word."""
        return n.Name(children[0].start, children[0].end, 1, children[0].text)

    def raw(self, children: list[Any]) -> n.Node:
        """A field's bytes."""
        return n.Raw(children[0].start, children[1].end, 1, children[1].text)

    def string(self, children: list[Any]) -> n.Node:
        """A string."""
        return n.Text(children[0].start, children[0].end, 1, children[0].value)

    def char(self, children: list[Any]) -> n.Node:
        """A character."""
        return n.Char(children[0].start, children[0].end, 1, children[0].value)

    def reference(self, children: list[Any]) -> n.Node:
        """A field of the chosen packet."""
        return n.Reference(children[0].start, children[0].end, 1, children[0].value)

    def call(self, children: list[Any]) -> n.Node:
        """A function's call."""
        arguments = tuple(children[2:-1:2])
        return n.Call(children[0].start, children[-1].end, _over(*arguments), children[0].text, arguments)

    def group(self, children: list[Any]) -> n.Node:
        """Parentheses."""
        return n.Group(children[0].start, children[2].end, _over(children[1]), children[1])

    def braces(self, children: list[Any]) -> n.Node:
        """Braces around a calculation."""
        of = children[1]
        of.start, of.end = children[0].start, children[2].end
        return of  # type: ignore[no-any-return]


def layers(token: Any) -> Ranges:
    """What stands behind `#`: a number, or numbers and ranges in brackets; negative ones count from the inside."""
    inside = token.text.strip("[]")
    out: list[tuple[int | None, int | None]] = []
    for part in inside.split(","):
        match = re.fullmatch(r"\s*(-?\d{1,9})?\s*(?:(:|-)\s*(-?\d{1,9})?)?\s*", part)
        if match is None or not part.strip():
            raise _Wrong("# is followed by a layer's number: ip.src#1, #[-1], #[1-2]", token.start, token.end)
        first, dash, last = match.groups()
        if (first is not None and int(first) == 0) or (last is not None and int(last) == 0):
            raise _Wrong("layers are counted from 1", token.start, token.end)
        low = int(first) if first is not None else 1
        high = low if not dash else (int(last) if last is not None else None)
        if dash == ":" and last is not None:
            high = low + int(last) - 1
        out.append((low, high))
    return tuple(out)


def _place(text: str) -> int:
    digits = text.lstrip("-")
    value = int(digits, 8 if digits[:1] == "0" and digits.isdigit() else 0)
    return -value if text[:1] == "-" else value


def slices(token: Any) -> tuple[tuple[int, int | None], ...]:
    """What stands in a slice's brackets: `i:j` is j bytes from i, `i-j` from i to j, `i` one byte."""
    out: list[tuple[int, int | None]] = []
    number = r"(-?(?:0x[0-9A-Fa-f]{1,8}|0[0-7]{1,9}|0|[1-9]\d{0,8}))"  # a leading zero is octal, as in C
    for part in token.text[1:-1].split(","):
        if match := re.fullmatch(rf"\s*{number}?\s*:\s*{number}?\s*", part):
            start = _place(match[1]) if match[1] else 0
            size = _place(match[2]) if match[2] else None
            if size is not None and size <= 0:
                raise _Wrong("a slice [start:length] has a length of at least 1", token.start, token.end)
            out.append((start, None if size is None or start < 0 <= start + size else start + size))
        elif match := re.fullmatch(rf"\s*{number}\s*-\s*{number}\s*", part):
            start, last = _place(match[1]), _place(match[2])
            if (start < 0) == (last < 0) and last < start:
                raise _Wrong("a slice [from-to] goes upwards", token.start, token.end)
            out.append((start, None if last == -1 else last + 1))
        elif match := re.fullmatch(rf"\s*{number}\s*", part):
            start = _place(match[1])
            out.append((start, None if start == -1 else start + 1))
        else:
            raise _Wrong("a slice is [start:length], [from-to], [byte], or several with commas", token.start, token.end)
    return tuple(out)


def _run(words: list[Word]) -> n.Node:
    """Shift and reduce by the table.  Raises _Unexpected."""
    from dissect.filters.table import RULES, STATES

    builder = Builder()
    makers = [getattr(builder, name) if name else None for _, _, name in RULES]
    states: list[int] = [0]
    values: list[Any] = []
    for word in [*words, None]:
        kind = "$END" if word is None else word.kind
        while True:
            action = STATES[states[-1]].get(kind)
            if action is None:
                raise _Unexpected(word, STATES[states[-1]])
            if action >= 0:
                break
            origin, size, _ = RULES[~action]
            children: list[Any] = []
            for value in values[len(values) - size :]:
                if type(value) is list:  # what a repetition of the grammar collected
                    children += value
                else:
                    children.append(value)
            del states[len(states) - size :], values[len(values) - size :]
            make = makers[~action]
            values.append(make(children) if make else children if origin.startswith("__") else children[0])
            states.append(STATES[states[-1]][origin])
            if origin == "start":
                return values[-1]  # type: ignore[no-any-return]
        states.append(action)
        values.append(word)
    raise AssertionError("the table accepts no end")


def parse(text: str) -> n.Node:
    """The tree of a filter.  Raises FilterError."""
    if len(text) > MAX_TEXT:
        raise FilterError(f"the filter is longer than {MAX_TEXT} characters", text[:80], 0)
    words = tokens(text)
    _depth(words, text)
    try:
        return _run(words)
    except _Unexpected as error:
        raise _unexpected(error, words, text) from None
    except _TooDeep as error:
        raise FilterError("nested too deeply", text, error.start, error.end) from None
    except _Wrong as error:
        raise FilterError(error.message, text, error.start, error.end) from None


def _depth(words: list[Word], text: str) -> None:
    """Refuse what only opens, before any work."""
    depth = 0
    for word in words:
        if word.kind in ("LPAR", "LBRACE", "NOT", "MINUS", "PLUS"):
            depth += 1
            if depth > MAX_OPEN:
                raise FilterError("nested too deeply", text, word.start, word.end)
        elif word.kind not in ("FUNCTION", "AT"):
            depth = max(0, depth - 1) if word.kind in ("RPAR", "RBRACE") else depth
            if word.kind in ("WORD", "STRING", "CHAR"):
                depth = max(0, depth - 1)


def _unexpected(error: _Unexpected, words: list[Word], text: str) -> FilterError:
    token = error.word
    names = [shown for kind, shown in EXPECTED.items() if kind in error.wanted]
    hint = f"; expected {', '.join(names[:4])}" if names else ""
    if token is None:
        at = words[-1].end
        return FilterError(f"the filter ends too early{hint}", text, at, at + 1)
    before = words.index(token)
    inside = sum((w.kind == "LBRACE") - (w.kind == "RBRACE") for w in words[:before])
    if inside > 0 and token.kind in ("WORD", "STRING") and words[before - 1].kind in ("WORD", "STRING"):
        hint = "; the elements of a set have commas between them: {80, 443}"
    lower = token.text.lower()
    if lower != token.text and token.kind == "WORD":
        hint = f"; did you mean {lower}?" if lower in ("and", "or", "not", "in", "contains", "matches") else hint
    return FilterError(f'"{token.text}" was not expected here{hint}', text, token.start, token.end)
