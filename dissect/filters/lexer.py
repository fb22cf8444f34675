"""Tokens of a filter.  One regular expression; words are told apart by what they are, as Wireshark does."""

from __future__ import annotations

import re
from typing import NamedTuple

from dissect.filters.errors import FilterError

KEYWORDS = {
    "and": "AND", "or": "OR", "xor": "XOR", "not": "NOT", "in": "IN", "any": "ANY", "all": "ALL",
    "contains": "CONTAINS", "matches": "MATCHES", "bitand": "BITAND",
    "eq": "CMP", "ne": "CMP", "gt": "CMP", "lt": "CMP", "ge": "CMP", "le": "CMP",
    "any_eq": "CMP", "all_eq": "CMP", "any_ne": "CMP", "all_ne": "CMP", "bitwise_and": "BITAND",
}  # fmt: skip
SYMBOLS = {
    "&&": "AND", "||": "OR", "^^": "XOR", "!": "NOT", "~": "MATCHES", "&": "BITAND", "(": "LPAR", ")": "RPAR",
    "{": "LBRACE", "}": "RBRACE", ",": "COMMA", "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH",
    "%": "PERCENT", "@": "AT", "#": "HASH", "..": "DOTDOT",
    "==": "CMP", "!=": "CMP", "===": "CMP", "!==": "CMP", "~=": "CMP", "<": "CMP", ">": "CMP", "<=": "CMP", ">=": "CMP",
}  # fmt: skip
OPERATORS = {
    "==": "any_eq", "eq": "any_eq", "any_eq": "any_eq", "===": "all_eq", "all_eq": "all_eq",
    "!=": "all_ne", "ne": "all_ne", "all_ne": "all_ne", "!==": "any_ne", "any_ne": "any_ne", "~=": "any_ne",
    "<": "lt", "lt": "lt", ">": "gt", "gt": "gt", "<=": "le", "le": "le", ">=": "ge", "ge": "ge",
}  # fmt: skip

TOKEN = re.compile(
    r"""(?P<SPACE>\s+)
    |(?P<RAW>[rR]"(?:\\.|[^"\\])*")
    |(?P<STRING>"(?:\\.|[^"\\])*")
    |(?P<CHAR>'(?:\\.|[^'\\])[^']{0,3}')
    |(?P<REFERENCE>\$\{[^{};:]*\})
    |(?P<BRACKET>\[[^\[\]]*\])
    |(?P<SYMBOL>===|!==|==|!=|~=|<=|>=|&&|\|\||\^\^|\.\.|[<>!~&(){},+*/%@\#])
    |(?P<WORD>(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:.]{0,40})/\d{1,3}(?![\w.:])
        |(?:[\w:]|\.(?!\.))(?:[\w:]|(?<=[\w])-(?=\w)|\.(?!\.))*)
    |(?P<MINUS>-)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34, "'": 39}
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


class Word(NamedTuple):
    """A token: its kind, its text as written, what it means (a string without quotes and escapes), where it is."""

    kind: str
    text: str
    value: str
    start: int
    end: int


def unescaped(inside: str, text: str, at: int) -> str:
    """A quoted text without its escapes.  Raises FilterError."""

    def one(match: re.Match[str]) -> str:
        hexa, octal, short, long, plain = match.groups()
        if hexa or short or long:
            number = int(hexa or short or long, 16)
            return chr(number) if number < 0x110000 else "\ufffd"
        if octal:
            return chr(int(octal, 8) & 255)
        if plain not in ESCAPES:
            start = at + match.start()
            raise FilterError(f'\\{plain} is no escape; a raw string r"…" keeps backslashes', text, start, start + 2)
        return chr(ESCAPES[plain])

    return ESCAPE.sub(one, inside) if "\\" in inside else inside


def tokens(text: str) -> list[Word]:
    """The tokens of a filter.  Raises FilterError."""
    out: list[Word] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise FilterError(*_unknown(text, at))
        kind, word, end = str(match.lastgroup), match.group(), match.end()
        value = word
        if kind == "WORD":
            kind = KEYWORDS.get(word, "WORD")
            if kind == "WORD" and text[end : end + 1] == "(":
                kind = "FUNCTION"
        elif kind == "SYMBOL":
            kind = SYMBOLS[word]
        elif kind == "RAW":
            kind, value = "STRING", word[2:-1].replace('\\"', '"')
        elif kind == "STRING":
            value = unescaped(word[1:-1], text, at + 1)
        elif kind == "CHAR":
            value = unescaped(word[1:-1], text, at + 1)
            if len(value) != 1:
                raise FilterError("a character constant holds one character", text, at, end)
        elif kind == "REFERENCE":
            value = word[2:-1].strip()
        if kind != "SPACE":
            out.append(Word(kind, word, value, at, end))
        at = end
    return out


def _unknown(text: str, at: int) -> tuple[str, str, int]:
    message = {
        '"': 'the string does not end: a closing " is missing',
        "'": "a character constant is one character between two '",
        "[": "the slice does not end: a closing ] is missing",
        "=": "a single = says nothing; == compares",
        "|": "a single | says nothing; || is or",
        "$": "a field reference is ${field}",
    }.get(text[at], f"{text[at]!r} has no meaning here")
    return message, text, at
