"""Which side of a conversation speaks, and lines of text: what protocols of a port have in common."""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import Field

LINE_END = re.compile(rb"\r\n|\n|\r(?!\n)")
MOST_LINES = 4000  # of a segment


def sent_to(c: Cursor, *ports: int) -> bool:
    """Whether a server that listens on one of these ports is spoken to."""
    carrier = c.h.outer("tcp", "udp", "sctp")
    return carrier is not None and carrier.dstport in ports


def sent_from(c: Cursor, *ports: int) -> bool:
    """Whether a server that listens on one of these ports speaks."""
    carrier = c.h.outer("tcp", "udp", "sctp")
    return carrier is not None and carrier.srcport in ports


def line_ahead(c: Cursor) -> tuple[bytes, int]:
    """The line ahead without its end, and its size with it."""
    found = LINE_END.search(c.data, c.pos, c.end)
    if found is None:
        return c.data[c.pos : c.end], c.end - c.pos
    return c.data[c.pos : found.start()], found.end() - c.pos


def first_line(c: Cursor) -> str:
    """The text of the line ahead."""
    return line_ahead(c)[0].decode("utf-8", "replace")


def lines(c: Cursor, field: Field, ends: bool = True) -> None:
    """All that is left, a node a line (with its end or without)."""
    count = 0
    while c.remaining and count < MOST_LINES:
        line, size = line_ahead(c)
        c.add(field, size if ends else len(line))
        if not ends:
            c.pos += size - len(line)
        count += 1
    if c.remaining:
        c.add(field, c.remaining)
