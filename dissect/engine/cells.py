"""Columns as lines of text, all rows at once.

A cell is a row of a matrix of octets, with zeros where it has none.  Matrices side by side, with the zeros taken out,
are the lines: a few operations over arrays instead of a Python string for every value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Base, Field
from dissect.engine.window import Positions

Cells = NDArray[np.uint8]  # a row for each cell

WIDEST = 256  # octets of one row's cell; wider ones are rare, and would make every row as wide
DECIMAL = np.array([list(str(n).rjust(3, "\0").encode()) for n in range(256)], np.uint8)
DOTTED = np.pad(DECIMAL, ((0, 0), (0, 1)), constant_values=ord("."))
HEXADECIMAL = np.array([list(b"%02x" % n) for n in range(256)], np.uint8)
COLONS = np.pad(HEXADECIMAL, ((0, 0), (0, 1)), constant_values=ord(":"))
ZERO, COMMA = ord("0"), ord(",")


def of_values(field: Field, values: Any) -> Cells | None:
    """A cell for each value, as `values.texts` has it; None where that takes a look at each."""
    kind, size = field.type.kind, field.type.size
    if kind == "ether" and values.dtype.kind == "V":
        octets = np.frombuffer(values.tobytes(), np.uint8).reshape(len(values), -1)
        return _joined(COLONS[octets])
    if values.dtype.kind not in "iub" or not len(values):
        return None
    if kind == "bool":
        return np.where(values != 0, ZERO + 1, ZERO).astype(np.uint8)[:, None]
    low, high = int(values.min()), int(values.max())
    if low < 0:
        return None
    if kind == "ipv4":
        return _joined(DOTTED[values.astype(">u4").view(np.uint8).reshape(-1, 4)])
    if kind in ("uint", "int") and field.base in (Base.DEC, Base.DEC_HEX):
        return decimals(values, high)
    if kind == "uint" and field.base in (Base.HEX, Base.HEX_DEC) and size in (1, 2, 4, 8) and high < 1 << 8 * size:
        octets = values.astype(f">u{size}").view(np.uint8).reshape(-1, size)
        digits = HEXADECIMAL[octets].reshape(len(values), -1)
        return np.concatenate([np.broadcast_to(np.frombuffer(b"0x", np.uint8), (len(values), 2)), digits], axis=1)
    return None


def decimals(values: Any, high: int) -> Cells:
    """Numbers up to `high` and not below zero in decimal."""
    width = len(str(high))
    out = np.empty((width, len(values)), np.uint8)
    left = values.astype(np.uint32 if high < 1 << 32 else np.uint64)
    for i in range(width - 1, -1, -1):
        tens = left // 10
        digit = (left - tens * 10).astype(np.uint8) + np.uint8(ZERO)
        out[i] = digit if i == width - 1 else np.where(left, digit, 0)
        left = tens
    return out.T


def _joined(cells: NDArray[np.uint8]) -> Cells:
    """Parts of three dimensions as cells, without the mark behind the last part."""
    cells[:, -1, -1] = 0
    return cells.reshape(len(cells), -1)


def placed(cells: Cells, rows: Positions, count: int) -> Cells | None:
    """The cells of `count` rows: those of one row with commas between; None where that is too wide."""
    if len(rows) == count and bool(np.all(rows[1:] > rows[:-1])):
        return cells
    new = np.ones(len(rows), bool)
    new[1:] = rows[1:] != rows[:-1]
    first = np.flatnonzero(new)
    nth = np.arange(len(rows)) - np.repeat(first, np.diff(first, append=len(rows)))
    most, width = int(nth.max(initial=0)) + 1, cells.shape[1]
    if most == 1:
        out = np.zeros((count, width), np.uint8)
        out[rows] = cells
        return out
    if most * (width + 1) > WIDEST:
        return None
    many = np.zeros((count, most, width + 1), np.uint8)
    many[rows, nth, 1:] = cells
    many[rows, nth, 0] = np.where(nth, COMMA, 0)
    return many.reshape(count, -1)


def lines(columns: Iterable[Cells], count: int) -> str:
    """`count` lines of these columns, with tabs between."""
    tab, end = (np.broadcast_to(np.uint8(ord(mark)), (count, 1)) for mark in "\t\n")
    marked = [part for column in columns for part in (column, tab)]
    return np.concatenate([*marked[:-1], end], axis=1).tobytes().translate(None, b"\0").decode("ascii")
