"""Fields of packets as lines of text (tab-separated, CSV, JSON), a column at a time.

What becomes cells (`engine.cells`) costs next to nothing; columns with long texts are made text by text, and joined to
the others line by line.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.cells import COMMA, Cells, beside, constant, in_rows, integers, lines, of_texts, of_values, placed
from dissect.engine.plan import PROTOCOLS
from dissect.engine.values import escape_text, python_values

if TYPE_CHECKING:
    from dissect.engine.columns import Columns
    from dissect.engine.fields import Field
    from dissect.library import Capture

Column = Cells | list[str]  # of what comes to stand side by side

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
WRITTEN = frozenset({"ipv4", "ipv6", "ether", "eui64", "guid", "oid", "bytes", "time_abs", "time_rel"})  # plain words
TEXTS = frozenset({"string", "float"})  # what may need care in CSV
COMMAS = frozenset({"string", "time_abs"})
FORMULA = "=", "+", "-", "@", "\t", "\r"
END = "\x1f"  # no text has it: control characters are made visible
BLOCK = 1 << 24  # octets of cells side by side


class Rows:
    """Makes lines of batches.  `format_`: csv, jsonl; else values are parted by tabs."""

    def __init__(self, capture: Capture, names: Sequence[str], format_: str) -> None:
        self.capture, self.names, self.format = capture, list(names), format_

    def head(self) -> str:
        """What comes before the lines."""
        out = io.StringIO(newline="")
        if self.format == "csv":
            csv.writer(out, lineterminator="\n").writerow(self.names)
        return out.getvalue()

    def pieces(self, columns: Columns, count: int, take: int) -> Iterator[bytes]:
        """The lines of the first `take` packets of a batch of `count`, as UTF-8."""
        parts = self._members(columns, count) if self.format == "jsonl" else self._cells(columns, count)
        width = sum(part.shape[1] for part in parts if not isinstance(part, list))
        step = max(BLOCK // max(width, 1), 1)
        for low in range(0, take, step):
            yield side_by_side(parts, low, min(low + step, take))

    def _cells(self, columns: Columns, count: int) -> list[Column]:
        """What stands side by side in lines of cells."""
        mark = constant("," if self.format == "csv" else "\t", count)
        parts: list[Column] = []
        for name in self.names:
            parts += [self._text(columns, count, name), mark]
        parts[-1] = constant("\n", count)
        return parts

    def _text(self, columns: Columns, count: int, name: str) -> Column:
        """A field of each packet as text."""
        if name in columns.text:
            cells = of_texts(plain(columns.text[name].tolist()))
            return self._marked(columns, count, name, cells, cells is not None and needs_care(cells), True)
        if name == PROTOCOLS:
            cells = of_texts(columns.chains)
            return self._marked(columns, count, name, None if cells is None else cells[columns.chain_of])
        rows, values, field = columns.occurrences(name)
        if field is None:
            return self._marked(columns, count, name, constant("", count))
        shown = self.capture.shown(name, field)
        cells, several = of_values(shown, values), bool((rows[1:] == rows[:-1]).any())
        care = cells is not None and shown.type.kind in TEXTS and needs_care(cells)
        if cells is not None and several and not cells.any(axis=1).all():
            cells = None  # no comma comes behind what is empty
        cells = None if cells is None else placed(cells, rows, count)
        return self._marked(columns, count, name, cells, care, several or shown.type.kind in COMMAS)

    def _marked(
        self, columns: Columns, count: int, name: str, cells: Cells | None, care: bool = False, commas: bool = False
    ) -> Column:
        """Cells as they stand between marks.  None, and those with `care`, are made one by one."""
        alone = len(self.names) == 1
        if self.format != "csv":
            return self.capture.texts(columns, count, name) if cells is None else cells
        if cells is None or care:
            return [csv_cell(text, alone) for text in self.capture.texts(columns, count, name)]
        odd = (cells == COMMA).any(axis=1) if commas else np.zeros(count, bool)
        if alone:
            odd |= ~cells.any(axis=1)
        if not odd.any():
            return cells
        quote = in_rows(odd, '"')
        return beside(quote, cells, quote)

    def _members(self, columns: Columns, count: int) -> list[Column]:
        """What stands side by side in lines of JSON."""
        parts: list[Column] = [constant("{", count)]
        begun = np.zeros(count, bool)
        for name in dict.fromkeys(self.names):
            found, present = self._json(columns, count, name)
            if found is None:
                continue
            if isinstance(found, list):
                before = [f"{',' if other else ''}{ENCODE(name)}:[" for other in begun.tolist()]
                cells = zip(before, found, strict=True)
                parts.append([f"{head}{text}]" if text else "" for head, text in cells])
            else:
                parts += [in_rows(begun & present, ","), in_rows(present, f"{ENCODE(name)}:[")]
                parts += [found, in_rows(present, "]")]
            begun |= present
        return [*parts, constant("}\n", count)]

    def _json(self, columns: Columns, count: int, name: str) -> tuple[Column | None, NDArray[np.bool_]]:
        """A field's values of each packet, with commas between; and which packets have it.  None: none has."""
        all_ = np.ones(count, bool)
        if name in columns.text:
            found = columns.text[name].tolist()
            cells = json_texts(found)
            return [ENCODE(text) for text in found] if cells is None else cells, all_
        if name == PROTOCOLS:
            cells = json_texts(columns.chains)
            chains = columns.chain_of
            return [ENCODE(columns.chains[i]) for i in chains.tolist()] if cells is None else cells[chains], all_
        rows, values, field = columns.occurrences(name)
        present = np.zeros(count, bool)
        present[rows] = True
        if field is None:
            return None, present
        cells = json_cells(field, values)
        cells = None if cells is None else placed(cells, rows, count)
        if cells is not None:
            return cells, present
        out = [""] * count
        for row, value in zip(rows.tolist(), map(ENCODE, python_values(field, values)), strict=True):
            out[row] = f"{out[row]},{value}" if out[row] else value
        return out, present


def side_by_side(parts: Sequence[Column], low: int, high: int) -> bytes:
    """The parts of some rows, joined."""
    if not any(isinstance(part, list) for part in parts):
        return lines(parts, low, high)  # type: ignore[arg-type]
    runs: list[list[str]] = []
    for single, some in groupby(parts, lambda part: isinstance(part, list)):
        if single:
            runs += [part[low:high] for part in some]  # type: ignore[misc]
        else:
            text = lines([*some, constant(END, high)], low, high).decode()  # type: ignore[list-item]
            runs.append(text.split(END)[:-1])
    return "".join(map("".join, zip(*runs, strict=True))).encode("utf-8", "replace")


def plain(found: list[str]) -> list[str]:
    """Texts of packets without control characters."""
    return found if "".join(found).isprintable() else [escape_text(text) for text in found]


def needs_care(cells: Cells) -> bool:
    """Whether a CSV cell may be a formula, or has quotes inside."""
    first = cells[:, :1]
    return bool((cells == ord('"')).any()) or any(bool((first == ord(mark)).any()) for mark in FORMULA)


def harmless(cell: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in FORMULA and not cell[1:2].isdigit() else cell


def csv_cell(text: str, alone: bool) -> str:
    """A cell as it stands in CSV; `alone`: in lines of one cell."""
    text = harmless(text)
    if any(mark in text for mark in '",\n\r') or (alone and not text):
        return '"' + text.replace('"', '""') + '"'
    return text


def json_cells(field: Field, values: Any) -> Cells | None:
    """A cell for each value, as JSON; None where that is too wide."""
    kind, held, count = field.type.kind, values.dtype.kind, len(values)
    if kind in WRITTEN:
        cells = of_values(field, values)
        return None if cells is None else beside(constant('"', count), cells, constant('"', count))
    if kind in ("uint", "int", "bool") and held in "iu":
        return integers(values)
    if kind == "none":
        return constant("true", count)
    if kind == "bool" and held == "b":
        return beside(in_rows(values, "true"), in_rows(~values, "false"))
    if kind == "string":
        return json_texts(python_values(field, values))
    return of_texts([ENCODE(value) for value in python_values(field, values)])


def json_texts(found: Sequence[str]) -> Cells | None:
    """Texts as JSON; None where one is too long."""
    whole = "".join(found)
    if not whole.isprintable() or '"' in whole or "\\" in whole:
        return of_texts([ENCODE(text) for text in found])
    cells = of_texts(found)
    return None if cells is None else beside(constant('"', len(found)), cells, constant('"', len(found)))
