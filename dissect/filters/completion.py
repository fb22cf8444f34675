"""Completion for an input line: what can stand at the cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dissect.engine.fields import Field
from dissect.engine.registry import Registry
from dissect.filters.check import FUNCTIONS

MOST = 50
OPERATORS = {
    "==": "equal, any occurrence", "!=": "not equal, every occurrence", "===": "equal, every occurrence",
    "!==": "not equal, any occurrence", "<": "less", "<=": "less or equal", ">": "greater", ">=": "greater or equal",
    "contains": "contains text or bytes", "matches": "regular expression", "in": "one of a set", "&": "bits in common",
}  # fmt: skip
JUNCTIONS = {"and": "both", "or": "either", "xor": "exactly one"}
STARTERS = {"not": "the opposite", "any": "any occurrence", "all": "every occurrence"}
TEXTUAL = frozenset({"string", "bytes", "ether", "eui64", "guid", "oid", "none"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text` replaces the filter from column `start` to `end`; `label` explains it; `kind` says what it is: field,
    protocol, function, operator or value."""

    text: str
    label: str
    kind: str
    start: int
    end: int


WORD = re.compile(r"[\w.:\-]*\Z")
REST = re.compile(r"[\w.:\-]*")
COMPARING = re.compile(
    r"([\w.\-]+)\s*(?:#\S+\s*)?(?:===|!==|==|!=|~=|<=|>=|<|>|\b(?:eq|ne|gt|lt|ge|le|(?:any|all)_(?:eq|ne))\b"
    r"|\bin\s*\{(?:[^{}]*,)?)\s*\"?\Z"
)
AFTER_FIELD = re.compile(r"([\w.\-]+)\s+\Z")
QUOTE = re.compile(r'"(?:\\.|[^"\\])*"')
NO_FIELD = frozenset({"and", "or", "not", "xor", "any", "all", "in", "contains", "matches", "eq", "ne", "gt", "lt"})


def complete(text: str, cursor: int, registry: Registry) -> list[Candidate]:
    """The candidates at a cursor, the likeliest first; at most `MOST`.  Never raises."""
    cursor = max(0, min(cursor, len(text)))
    found = WORD.search(text, 0, cursor)
    start = found.start() if found else cursor
    rest = REST.match(text, cursor)
    end = rest.end() if rest else cursor
    typed, before = text[start:cursor], text[:start]
    quoted = QUOTE.sub("", before).count('"') % 2 == 1
    comparing = COMPARING.search(before)
    if comparing and comparing[1] in registry.fields:
        return values(registry.fields[comparing[1]][0], typed, start, end, quoted)
    if quoted:
        return []
    after = AFTER_FIELD.search(before)
    if after and after[1] in registry.fields and after[1] not in NO_FIELD:
        return operators(registry.fields[after[1]][0], typed, start, end)
    if re.search(r"[)\]}\"\d]\s+\Z", before):
        return [Candidate(w, s, "operator", start, end) for w, s in JUNCTIONS.items() if w.startswith(typed)]
    return names(typed, start, end, registry)


def values(field: Field, typed: str, start: int, end: int, quoted: bool) -> list[Candidate]:
    """The named values of a field."""
    if field.type.kind == "bool":
        pairs = [("True", field.value_name(True) or "set"), ("False", field.value_name(False) or "not set")]
        return [Candidate(w, s, "value", start, end) for w, s in pairs if w.lower().startswith(typed.lower())]
    if field.names is None or callable(field.names):
        return []
    low = typed.lower()
    out = []
    for number, name in field.names.items():
        if str(name).lower().startswith(low) or str(number).startswith(low):
            shown = str(name) if quoted else f'"{name}"'
            out.append(Candidate(shown, str(number), "value", start, end))
    return out[:MOST]


def operators(field: Field, typed: str, start: int, end: int) -> list[Candidate]:
    """What can follow a field."""
    words = {**OPERATORS, **JUNCTIONS} if field.type.kind != "none" or field.type.ft == "FT_PROTOCOL" else JUNCTIONS
    if field.type.kind not in TEXTUAL:
        words = {w: s for w, s in words.items() if w not in ("contains", "matches")}
    return [Candidate(w, s, "operator", start, end) for w, s in words.items() if w.startswith(typed)]


def names(typed: str, start: int, end: int, registry: Registry) -> list[Candidate]:
    """Fields, protocols, functions and words that begin so, then those that have it inside."""
    low = typed.lower()
    first: list[Candidate] = []
    second: list[Candidate] = []
    for name, (field, *_) in registry.fields.items():
        if not name.startswith(low) and (len(low) < 3 or (low not in name and low not in field.label.lower())):
            continue
        kind = "protocol" if field.type.ft == "FT_PROTOCOL" else "field"
        (first if name.startswith(low) else second).append(Candidate(name, field.label, kind, start, end))
    first.sort(key=lambda c: (c.kind != "protocol", c.text.count("."), c.text))
    functions = [Candidate(f"{f}(", "function", "function", start, end) for f in FUNCTIONS if low and f.startswith(low)]
    words = [Candidate(w, s, "operator", start, end) for w, s in STARTERS.items() if low and w.startswith(low)]
    return [*first, *functions, *words, *second][:MOST]
