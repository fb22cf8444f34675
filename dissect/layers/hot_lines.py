"""Extractors for fields of messages: what is simple is read by itself, the rest as the layer decodes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dissect.engine.messages import Sized
from dissect.engine.peek import ColumnPeek
from dissect.engine.window import Positions, grouped, order_of

# which of some things (None: "decode it") each of several messages says, and these
Said = tuple[Positions, list[dict[str, Any] | None]]
Simple = Callable[[memoryview, Positions, Positions, Sequence[Sized]], Said]
Extractor = Callable[[Any], tuple[Any, Any]]


class Read(NamedTuple):
    """What the messages of a group say: the `rows` of the simple ones, and which of `said` each of them says (many say
    the same); of the others (row, field, value)."""

    rows: Positions
    which: Positions
    said: list[dict[str, Any]]
    odd: list[tuple[int, str, Any]]


def lone(simple: Callable[[bytes], dict[str, Any] | None]) -> Simple:
    """For who looks at a message's octets by themselves."""

    def each(octets: memoryview, starts: Positions, ends: Positions, _: Sequence[Sized]) -> Said:
        said = [simple(octets[a:b].tobytes()) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        _ids, first, number = grouped(np.array([*map(id, said)], np.uint64))
        return number, [said[i] for i in first.tolist()]

    return each


def texts(
    simple: Simple, name: str, names: tuple[str, ...], begins: Callable[[Any], Any] | None = None
) -> Extractor:
    """An extractor of the field `name` (texts or numbers); `simple` gives the `names` that each of several messages says,
    which stand in some octets from `starts` to `ends`; it is told what `Messages.usual` said of these.

    `begins` is an expression over a Peek that is false where a message can have none of them.
    """

    def extract(h: Any) -> tuple[Any, Any]:
        read = scanned(h, simple, names, begins)
        here = np.array([name in one for one in read.said], bool)
        values = np.empty(len(read.said), object)
        values[:] = [one.get(name) for one in read.said]
        at = np.flatnonzero(here[read.which])
        rows, values = read.rows[at], values[read.which[at]]
        odd = [(row, value) for row, label, value in read.odd if label == name]
        if odd:
            more = np.empty(len(odd), object)
            more[:] = [value for _, value in odd]
            rows = np.concatenate([rows, np.array([row for row, _ in odd], np.int64)])
            order = order_of(rows)
            rows, values = rows[order], np.concatenate([values, more])[order]
        if len(values) and isinstance(values[0], int):
            kind = bool if isinstance(values[0], bool) else np.int64  # as `decode` has it: rows of both are mixed
            return rows, values.astype(kind)
        return rows, values

    return extract


def scanned(h: Any, simple: Simple, names: tuple[str, ...], begins: Callable[[Any], Any] | None) -> Read:
    """What a group's messages say; looked for once."""
    found = h.__dict__.get("_hot_texts")
    if found is None:
        found = h.__dict__["_hot_texts"] = _scan(h, simple, names, begins)
    return found  # type: ignore[no-any-return]


def _scan(h: Any, simple: Simple, names: tuple[str, ...], begins: Callable[[Any], Any] | None) -> Read:
    octets, rows = memoryview(h.octets.u1), np.arange(len(h.start))
    if begins is not None:
        rows = np.flatnonzero(begins(ColumnPeek(h.octets, h.start, h.end, h.end, None)))
    sized = [] if h.streams is None or h.layer.messages is None else h.streams.sized(h)
    number, distinct = simple(octets, h.start[rows], h.end[rows], sized)
    odd = [
        (row, name, value)
        for row in rows[np.array([one is None for one in distinct], bool)[number]].tolist()
        for name, value in decoded(h, bytes(octets[h.start[row] : h.end[row]]), names)
    ]
    plain = np.flatnonzero(np.array([bool(one) for one in distinct], bool)[number])
    return Read(rows[plain], number[plain], [one or {} for one in distinct], odd)


def decoded(h: Any, data: bytes, names: Any) -> list[tuple[str, Any]]:
    """The fields `names` of one message, as its layer decodes it alone."""
    from dissect.engine.row import Dissection
    from dissect.layers import builtin

    run = Dissection(builtin(), data)
    run.enter(h.layer, data, 0, len(data), len(data), None)
    return [(node.field.name, node.value) for node in run.tree.walk() if node.field.name in names]
