"""Extractors for fields of messages: what is simple is read by itself, the rest as the layer decodes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.peek import ColumnPeek

Simple = Callable[[bytes], dict[str, Any] | None]
Extractor = Callable[[Any], tuple[Any, Any]]


def texts(
    simple: Simple, name: str, names: tuple[str, ...], begins: Callable[[Any], Any] | None = None
) -> Extractor:
    """An extractor of the field `name` (texts or numbers); `simple` gives a message's `names`, None for "decode it".

    `begins` is an expression over a Peek that is false where a message can have none of them.
    """

    def extract(h: Any) -> tuple[Any, Any]:
        read, odd = scanned(h, simple, names, begins)
        rows, values = [row for row, said in read if name in said], [said[name] for _, said in read if name in said]
        if odd:
            both = [(row, value) for row, label, value in odd if label == name]
            both = sorted([*zip(rows, values, strict=True), *both], key=lambda pair: pair[0])
            rows, values = [row for row, _ in both], [value for _, value in both]
        if values and isinstance(values[0], int):
            kind = bool if isinstance(values[0], bool) else np.int64  # as `decode` has it: rows of both are mixed
            return np.array(rows, np.int64), np.array(values, kind)
        out = np.empty(len(values), object)
        out[:] = values
        return np.array(rows, np.int64), out

    return extract


def scanned(
    h: Any, simple: Simple, names: tuple[str, ...], begins: Callable[[Any], Any] | None
) -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, str, Any]]]:
    """What simple messages say, by row; and what the others do: (row, field, value)."""
    found = h.__dict__.get("_hot_texts")
    if found is None:
        found = h.__dict__["_hot_texts"] = _scan(h, simple, names, begins)
    return found  # type: ignore[no-any-return]


def _scan(
    h: Any, simple: Simple, names: tuple[str, ...], begins: Callable[[Any], Any] | None
) -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, str, Any]]]:
    read, odd = list[tuple[int, dict[str, Any]]](), list[tuple[int, str, Any]]()
    octets, rows = memoryview(h.octets.u1), np.arange(len(h.start))
    if begins is not None:
        rows = np.flatnonzero(begins(ColumnPeek(h.octets, h.start, h.end, h.end, None)))
    for row, start, end in zip(rows.tolist(), h.start[rows].tolist(), h.end[rows].tolist(), strict=True):
        data = bytes(octets[start:end])
        said = simple(data)
        if said is None:
            odd += [(row, name, value) for name, value in decoded(h, data, names)]
        elif said:
            read.append((row, said))
    return read, odd


def decoded(h: Any, data: bytes, names: Any) -> list[tuple[str, Any]]:
    """The fields `names` of one message, as its layer decodes it alone."""
    from dissect.engine.row import Dissection
    from dissect.layers import builtin

    run = Dissection(builtin(), data)
    run.enter(h.layer, data, 0, len(data), len(data), None)
    return [(node.field.name, node.value) for node in run.tree.walk() if node.field.name in names]
