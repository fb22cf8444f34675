"""The columns of the packet list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import dissect

NUMBER, TIME, LENGTH = "frame.number", "_ws.col.Time", "frame.len"
SOURCE, DESTINATION = "_ws.col.Source", "_ws.col.Destination"
PROTOCOL, INFO = "_ws.col.Protocol", "_ws.col.Info"
BUILT_IN = frozenset({NUMBER, TIME, LENGTH, SOURCE, DESTINATION, PROTOCOL, INFO})
TIME_STYLES = {
    "r": "seconds since the first packet", "d": "seconds since the packet before",
    "dd": "seconds since the displayed packet before", "a": "time of day", "ad": "date and time of day",
    "u": "time of day, UTC", "ud": "date and time of day, UTC", "e": "seconds since 1970",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is a field's name, or one of the list's own texts; `width` 0: what is left of the line."""

    title: str
    field: str
    width: int
    right: bool = False

    def of_width(self, width: int) -> Column:
        """The same, wider or narrower."""
        return replace(self, width=max(NARROWEST, min(width, WIDEST)))


DEFAULT = (
    Column("No.", NUMBER, 8, True), Column("Time", TIME, 12, True), Column("Source", SOURCE, 22),
    Column("Destination", DESTINATION, 22), Column("Protocol", PROTOCOL, 9), Column("Length", LENGTH, 6, True),
    Column("Info", INFO, 0),
)  # fmt: skip
NARROWEST, WIDEST, CLOSE = 4, 60, 100  # a screen narrower than CLOSE has narrower columns
CLOSE_WIDTHS = {NUMBER: 6, SOURCE: 13, DESTINATION: 13, PROTOCOL: 7, LENGTH: 5}


def fitted(
    columns: Sequence[Column], width: int, time_width: int, longest: Mapping[str, int] = MappingProxyType({})
) -> list[int]:
    """The width of each column on a screen of `width`; what is `longest` in a column whose width nobody chose leaves
    the rest of it to others."""
    close = width < CLOSE
    out = []
    for column in columns:
        wanted = max(column.width, time_width) if column.field == TIME else column.width
        if column in DEFAULT and column.field in longest:
            wanted = min(wanted, max(longest[column.field], len(column.title) + 2))
        out.append(min(wanted, CLOSE_WIDTHS.get(column.field, wanted)) if close else wanted)
    rest = max(width - sum(out) - len(out) + 1, 10)
    return [w or rest for w in out]


def laid_out(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    """One line."""
    return " ".join(fit(text, width, column.right) for text, column, width in zip(texts, columns, widths, strict=True))


def fit(text: str, width: int, right: bool) -> str:
    """A text in exactly `width` characters; what is cut ends in an ellipsis."""
    if len(text) > width:
        return text[: width - 1] + "…"
    return text.rjust(width) if right else text.ljust(width)


def for_field(field: dissect.Field) -> Column:
    """A column for a field."""
    number = field.type.kind in ("uint", "int", "float")
    return Column(field.label, field.name, min(max(len(field.label), 12), 20), number)
