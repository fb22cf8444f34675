"""The full table as Parquet has it: of each column the values that there are, and which packets have one.

To make Arrow's arrays, with a place for every packet, only to leave out what is null would take as long again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.arrow import ADDRESSES, NUMBERS, arrow_array, arrow_type, as_numbers, column_array
from dissect.engine.columns import Columns, Piece, concatenate
from dissect.engine.fields import Field

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Leaf:
    """A field of a batch: numbers, or an Arrow array without nulls; `there`: the packets that have one (None: all)."""

    values: Any
    there: NDArray[np.bool_] | None


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Layer:
    """A layer of a batch: which packets have it (None: all), and its fields, None where no packet has one.

    What is of another type than its name tells is an array of Arrow's, with nulls.
    """

    rows: int
    there: NDArray[np.bool_] | None
    leaves: Sequence[Leaf | pa.Array | None]


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Whole:
    """A batch of the full table: of each layer what there is of it."""

    schema: pa.Schema
    num_rows: int
    layers: list[Layer | None]


def leaf(columns: Columns, count: int, name: str, told: Field, occurrence: str) -> Leaf | pa.Array | None:
    """A field of a batch of `count` packets; `told`: the field of that name, `occurrence`: first or last."""
    pieces = columns.pieces.get(name)
    if not pieces or not count:
        return None
    field = pieces[0].field
    if field.type is told.type:  # a field that is found by several names is made once
        key = "dense", *((id(piece.rows), id(piece.values)) for piece in pieces), id(field), occurrence
        if key not in columns.made:
            columns.made[key] = _made(columns, pieces, field, occurrence)
        if columns.made[key] is not None:
            return columns.made[key]
    return column_array(columns, count, name, told, occurrence)


def protocols(columns: Columns) -> Leaf:
    """The layers of each packet, by name."""
    import pyarrow as pa

    numbers = pa.Array.from_buffers(pa.int32(), len(columns.chain_of), [None, pa.py_buffer(columns.chain_of)])
    return Leaf(pa.DictionaryArray.from_arrays(numbers, pa.array(columns.chains, pa.string())), None)


def _made(columns: Columns, pieces: list[Piece], field: Field, occurrence: str) -> Leaf | None:
    """The same, unless its values are of another kind than its type tells."""
    spread, order = columns.spread(pieces, occurrence), None
    found, there = [piece.values for piece in pieces], spread.mask if spread.nulls else None
    if spread.which is not None:
        found = [concatenate(found)[spread.which]]
    elif len(found) > 1:
        order = columns.order(pieces)
    kind = field.type.kind
    if kind in NUMBERS:
        numbers = [as_numbers(kind, values) for values in found]
        if any(values is None for values in numbers):
            return None
        target = _held(field)
        parts = [np.asarray(values).astype(target, copy=False) for values in numbers]
        values = _ordered(parts[0] if len(parts) == 1 else np.concatenate(parts), order)
        return Leaf(values / 1e9 if kind == "time_rel" else values, there)
    if kind in ADDRESSES:
        return Leaf(_addresses(field, concatenate(found), order), there)
    if kind in ("string", "bytes"):
        array = arrow_array(field, _ordered(concatenate(found), order))
        return Leaf(array, there) if not array.null_count else None
    return None


def _ordered(values: Any, order: Any) -> Any:
    return values if order is None else values[order]


def _addresses(field: Field, values: Any, order: Any) -> pa.Array:
    """Addresses in order of the packets; their dictionary is in the order they were found in."""
    import pyarrow as pa

    array = arrow_array(field, values)
    if order is None:
        return array
    octets = pa.py_buffer(array.indices.to_numpy()[order])
    indices = pa.Array.from_buffers(pa.int32(), len(order), [None, octets])
    return pa.DictionaryArray.from_arrays(indices, array.dictionary)


HELD = dict[tuple[str, int], Any]()


def _held(field: Field) -> Any:
    """NumPy's type of a field's numbers."""
    key = field.type.kind, field.type.size
    if key not in HELD:
        HELD[key] = np.int64 if key[0] == "time_abs" else arrow_type(field).to_pandas_dtype()
    return HELD[key]
