"""Extractors for fields of messages: what is simple is read by itself, the rest as the layer decodes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Simple = Callable[[bytes], dict[str, Any] | None]
Extractor = Callable[[Any], tuple[Any, Any]]


def texts(simple: Simple, name: str, names: tuple[str, ...]) -> Extractor:
    """An extractor of the field `name` (texts or numbers); `simple` gives a message's `names`, None for "decode it"."""

    def extract(h: Any) -> tuple[Any, Any]:
        found = h.__dict__.get("_hot_texts")
        if found is None:
            found = h.__dict__["_hot_texts"] = _scan(h, simple, names)
        rows, values = found[name]
        if values and isinstance(values[0], int):
            return np.array(rows, np.int64), np.array(values, np.int64)
        out = np.empty(len(values), object)
        out[:] = values
        return np.array(rows, np.int64), out

    return extract


def _scan(h: Any, simple: Simple, names: tuple[str, ...]) -> dict[str, tuple[list[int], list[Any]]]:
    found: dict[str, tuple[list[int], list[Any]]] = {name: ([], []) for name in names}
    octets = memoryview(h.octets.u1)
    for row, (start, end) in enumerate(zip(h.start.tolist(), h.end.tolist(), strict=True)):
        data = bytes(octets[start:end])
        read = simple(data)
        for name, value in decoded(h, data, found) if read is None else read.items():
            found[name][0].append(row)
            found[name][1].append(value)
    return found


def decoded(h: Any, data: bytes, names: Any) -> list[tuple[str, Any]]:
    """The fields `names` of one message, as its layer decodes it alone."""
    from dissect.engine.row import Dissection
    from dissect.layers import builtin

    run = Dissection(builtin(), data)
    run.enter(h.layer, data, 0, len(data), len(data), None)
    return [(node.field.name, node.value) for node in run.tree.walk() if node.field.name in names]
