"""Reading BER (X.690) with a cursor: tag, length, contents.

    +-------+---+---------+----------------------+
    | class | P | number  | length; contents ... |     P: constructed; numbers from 31 on have octets of their own
    +-------+---+---------+----------------------+
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor, Short
from dissect.engine.fields import Field, group, raw

SEQUENCE, SET, INTEGER, BIT_STRING, OCTETS, NULL, OID, ENUMERATED = 0x30, 0x31, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
APPLICATION, CONTEXT, CONSTRUCTED = 0x40, 0x80, 0x20
WIDEST = 8  # octets of a length or a number
HEAD = raw(None, "", "Tag and length")
PLAIN = group("", "Element")
OTHER = raw(None, "", "Contents")
HEAD.attr = PLAIN.attr = OTHER.attr = "ber"


class Tag(NamedTuple):
    """What begins at a cursor: the identifier's first octet, its number, and the sizes of header and contents."""

    octet: int
    number: int
    header: int
    size: int


def peek(c: Cursor) -> Tag:
    """The element ahead.  Raises Short where it is cut, or says that it is longer than what is around it."""
    octet = c.peek(1)
    number, at = octet & 0x1F, 1
    if number == 0x1F:
        number = 0
        while True:
            more = c.peek(1, at)
            number, at = (number << 7 | more & 0x7F) & 0xFFFFFFFF, at + 1
            if not more & 0x80:
                break
    size = c.peek(1, at)
    at += 1
    if size == 0x80:  # indefinite: up to the end of what is around it
        size = max(c.limit - c.pos - at, 0)
    elif size & 0x80:
        width = size & 0x7F
        if width > WIDEST:
            raise Short
        size = c.peek(width, at)
        at += width
    return Tag(octet, number, at, size)


def message_size(octets: bytes, at: int, more: int, none: int) -> int:
    """How long the element at `at` is; `more` where too little is there to tell, `none` where it is no SEQUENCE."""
    have = len(octets) - at
    if have < 1:
        return more
    if octets[at] != SEQUENCE:
        return none
    if have < 2:
        return more
    size, width = octets[at + 1], 0
    if size & 0x80:
        width = size & 0x7F
        if not 1 <= width <= 4:
            return none
        if have < 2 + width:
            return more
        size = int.from_bytes(octets[at + 2 : at + 2 + width], "big")
    return 2 + width + size


@contextmanager
def inside(c: Cursor, field: Field = PLAIN, value: Any = True, text: str | None = None) -> Iterator[Cursor]:
    """The contents of the element ahead, below `field`; what is not read of them is shown as octets."""
    tag = peek(c)
    with c.group(field, tag.header + tag.size, text, value) as c:
        c.add(HEAD, tag.header)
        yield c
        c.rest(OTHER)


def octets_of(c: Cursor) -> bytes:
    """The contents of the element ahead, without moving."""
    tag = peek(c)
    return c.peek_bytes(tag.size, tag.header)


def number_of(c: Cursor) -> int:
    """The number that the element ahead is, without moving."""
    return int.from_bytes(octets_of(c)[:WIDEST], "big", signed=True)


def take(c: Cursor, field: Field, value: Any) -> Any:
    """Add the element ahead as `field` with `value`; move behind it."""
    tag = peek(c)
    return c.add(field, tag.header + tag.size, value=value)


def integer(c: Cursor, field: Field) -> int:
    """An INTEGER or ENUMERATED."""
    value = number_of(c)
    return int(take(c, field, value if field.type.kind == "int" else value & 0xFFFFFFFFFFFFFFFF))


def boolean(c: Cursor, field: Field) -> bool:
    """A BOOLEAN."""
    return bool(take(c, field, any(octets_of(c))))


def text(c: Cursor, field: Field) -> str:
    """Any of the string types."""
    return str(take(c, field, octets_of(c).decode("utf-8", "replace")))


def octets(c: Cursor, field: Field) -> bytes:
    """An OCTET STRING, or any element's contents."""
    return bytes(take(c, field, octets_of(c)))


def time(c: Cursor, field: Field) -> None:
    """A GeneralizedTime in UTC (`20000310214801Z`); what is none is shown as octets."""
    try:
        moment = datetime.strptime(octets_of(c)[:14].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        take(c, OTHER, octets_of(c))
        return
    take(c, field, int(moment.timestamp()) * 1_000_000_000)


def count(c: Cursor) -> int:
    """How many elements the element ahead holds."""
    tag = peek(c)
    end, found, start = c.pos + tag.header + tag.size, 0, c.pos
    if end > c.end:
        raise Short
    c.pos += tag.header
    try:
        while c.pos < end:
            inner = peek(c)
            c.pos += inner.header + inner.size
            found += 1
    finally:
        c.pos = start
    return found
