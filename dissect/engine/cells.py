"""Columns as lines of text, all rows at once.

A cell is a row of a matrix of octets, with zeros where it has none.  Matrices side by side, with the zeros taken out,
are the lines: a few operations over arrays instead of a Python string for every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Base, Field
from dissect.engine.values import absolute_time_text, texts
from dissect.engine.window import Positions, grouped

Cells = NDArray[np.uint8]  # a row for each cell

WIDEST = 256  # octets of one row's cell; wider ones are rare, and would make every row as wide
DECIMAL = np.array([list(str(n).rjust(3, "\0").encode()) for n in range(256)], np.uint8)
DOTTED = np.pad(DECIMAL, ((0, 0), (0, 1)), constant_values=ord("."))
HEXADECIMAL = np.array([list(b"%02x" % n) for n in range(256)], np.uint8)
COLONS = np.pad(HEXADECIMAL, ((0, 0), (0, 1)), constant_values=ord(":"))
THOUSANDS = np.frombuffer("".join(f"{i:03d}" for i in range(1000)).encode(), np.uint8).reshape(1000, 3)
ZERO, COMMA = ord("0"), ord(",")
STRIP = 512  # rows whose cells are put in order at once: they stay in the cache
SECOND, UTC = 1_000_000_000, " UTC"


def of_values(field: Field, values: Any) -> Cells | None:
    """A cell for each value, as `values.texts` has it; None where that is too wide."""
    kind, size = field.type.kind, field.type.size
    if kind == "ether" and values.dtype.kind == "V":
        octets = np.frombuffer(values.tobytes(), np.uint8).reshape(len(values), size)
        return coloned(octets)
    if kind == "none":
        return constant(field.label, len(values))
    if values.dtype.kind not in "iub" or not len(values):
        return of_texts(texts(field, values))
    if kind == "bool":
        return np.where(values != 0, ZERO + 1, ZERO).astype(np.uint8)[:, None]
    low, high = int(values.min()), int(values.max())
    if kind == "ipv4" and low >= 0:
        return dotted(values.astype(">u4").view(np.uint8).reshape(-1, 4))
    if kind in ("uint", "int") and field.base in (Base.DEC, Base.DEC_HEX):
        return integers(values)
    if kind == "uint" and field.base in (Base.HEX, Base.HEX_DEC) and low >= 0 and high < 1 << 8 * size <= 1 << 64:
        octets = values.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - size :]
        return beside(constant("0x", len(values)), HEXADECIMAL[octets].reshape(len(values), -1))
    if kind in ("time_abs", "time_rel") and values.dtype == np.int64:
        return _spans(values) if kind == "time_rel" else _dates(values)
    return of_texts(texts(field, values))


def of_texts(found: Sequence[str]) -> Cells | None:
    """A cell for each text, which has no zeros; None where one is too long."""
    if max(map(len, found), default=0) > WIDEST:
        return None
    try:
        packed = np.array(found, "S")
    except UnicodeEncodeError:
        packed = np.array([text.encode("utf-8", "replace") for text in found], "S")
    return packed.view(np.uint8).reshape(len(found), packed.dtype.itemsize)


def constant(text: str, count: int) -> Cells:
    """The same cell `count` times."""
    octets = np.frombuffer(text.encode(), np.uint8)
    return np.broadcast_to(octets, (count, len(octets)))


def padded(cells: Cells, width: int) -> Cells:
    """The cells with spaces before what is shorter than `width` letters."""
    return beside(_spaces(cells, width), cells)


def filled(cells: Cells, width: int) -> Cells:
    """The cells with spaces behind what is shorter than `width` letters."""
    return beside(cells, _spaces(cells, width))


def _spaces(cells: Cells, width: int) -> Cells:
    """What each cell lacks to `width` letters."""
    missing = width - np.add.reduce(cells != 0, axis=1, dtype=np.int16)
    return np.where(np.arange(width, dtype=np.int16) < missing[:, None], np.uint8(ord(" ")), np.uint8(0))


def beside(*cells: Cells) -> Cells:
    """Cells that are these, side by side."""
    return np.concatenate(cells, axis=1)


def in_rows(rows: NDArray[np.bool_], text: str) -> Cells:
    """The text in these rows, nothing in the others."""
    octets = np.frombuffer(text.encode(), np.uint8)
    return rows.view(np.uint8)[:, None] * octets


def integers(values: Any) -> Cells:
    """Whole numbers in decimal."""
    if not len(values):
        return np.zeros((0, 0), np.uint8)
    if int(values.min()) >= 0:
        return decimals(values, int(values.max()))
    size = np.abs(values.astype(np.int64)).view(np.uint64)
    return beside(in_rows(values < 0, "-"), decimals(size, int(size.max())))


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


def counts(values: Any) -> Cells:
    """Numbers not below zero, in groups of three digits: 1,234,567."""
    digits = decimals(values, int(values.max(initial=0)))
    parts = []
    for i in range(digits.shape[1]):
        parts.append(digits[:, i])
        if i % 3 == (digits.shape[1] - 1) % 3 and i < digits.shape[1] - 1:
            parts.append(np.where(digits[:, i], np.uint8(COMMA), np.uint8(0)))
    return np.stack(parts, axis=1)


def thousandths(values: Any) -> Cells:
    """Numbers with three decimals."""
    size = np.floor(np.abs(values) * 1000 + 0.5).astype(np.uint64)
    whole, rest = np.divmod(size, np.uint64(1000))
    below = (np.asarray(values) < 0) & (size > 0)
    cells = decimals(whole, int(whole.max(initial=0))), constant(".", len(size)), THOUSANDS[rest]
    return beside(in_rows(below, "-"), *cells)


def dotted(octets: NDArray[np.uint8]) -> Cells:
    """Addresses of IPv4, four octets a row."""
    return _joined(DOTTED[octets])


def coloned(octets: NDArray[np.uint8]) -> Cells:
    """Octets in hexadecimal with colons between."""
    return _joined(COLONS[octets])


def _joined(cells: NDArray[np.uint8]) -> Cells:
    """Parts of three dimensions as cells, without the mark behind the last part."""
    cells[:, -1, -1] = 0
    return cells.reshape(len(cells), cells.shape[1] * cells.shape[2])


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


def lines(columns: Sequence[Cells], low: int, high: int) -> bytes:
    """These columns side by side, rows `low` to before `high`."""
    parts = []
    for at in range(low, high, STRIP):
        some = np.concatenate([column[at : min(at + STRIP, high)] for column in columns], axis=1)
        parts.append(some.tobytes().translate(None, b"\0"))
    return b"".join(parts)


def as_text(*columns: Cells) -> str:
    """What stands side by side in these columns, a line a row."""
    count = len(columns[0])
    return lines([*columns, constant("\n", count)], 0, count).decode()


def as_texts(*columns: Cells) -> list[str]:
    """The same, a text a row; no text has the end of a line inside."""
    return as_text(*columns).split("\n")[:-1]


def _fractions(rest: Any) -> Cells:
    """A point and nine digits of each number of nanoseconds."""
    high, low = np.divmod(rest.astype(np.uint32), np.uint32(1000))
    highest, high = np.divmod(high, np.uint32(1000))
    return beside(constant(".", len(low)), THOUSANDS[highest], THOUSANDS[high], THOUSANDS[low])


def _spans(values: NDArray[np.int64]) -> Cells:
    """Seconds with nine decimals."""
    size = np.abs(values).view(np.uint64)
    seconds = size // np.uint64(SECOND)
    cells = decimals(seconds, int(seconds.max())), _fractions(size - seconds * np.uint64(SECOND))
    below = values < 0
    return beside(in_rows(below, "-"), *cells) if below.any() else beside(*cells)


def _dates(values: NDArray[np.int64]) -> Cells | None:
    """Dates and times; each second is written once."""
    seconds = values // SECOND
    distinct, _, inverse = grouped(seconds)
    whole = [absolute_time_text(second * SECOND) for second in distinct.tolist()]
    heads = of_texts([text.removesuffix(UTC)[:-10] for text in whole])
    zoned = np.array([text.endswith(UTC) for text in whole])
    if heads is None:
        return None
    return beside(heads[inverse], _fractions(values - seconds * SECOND), in_rows(zoned[inverse], UTC))
