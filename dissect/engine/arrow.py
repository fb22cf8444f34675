"""Columns as Arrow arrays: the types of fields, values with nulls between them, addresses as dictionaries."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.columns import Columns, Piece, Spread, concatenate
from dissect.engine.fields import Field
from dissect.engine.values import ether_text, format_value, ipv4_text, ipv6_text
from dissect.engine.window import alike, as_list, as_words

if TYPE_CHECKING:
    import pyarrow as pa


def column_array(
    columns: Columns, count: int, name: str, told: Field, occurrence: str = "first", raw_addresses: bool = False
) -> pa.Array:
    """A field of a batch as an Arrow array of `count` values; `told`: the field of that name."""
    import pyarrow as pa

    pieces = columns.pieces.get(name, [])
    field = pieces[0].field if pieces else None
    if field is not None and told.type.kind == "string" and field.type.kind in ADDRESSES:  # ip.src_host
        raw_addresses = False
    elif field is None or field.type is not told.type:
        field = told
    if occurrence == "all":
        rows, values, _ = columns.occurrences(name)
        counts = np.bincount(rows, minlength=count)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        mask = np.concatenate([counts == 0, [False]])
        items = arrow_array(field, values, None if len(rows) else counts[:0] == 0, raw_addresses)
        items = items if field.type is told.type else items.cast(arrow_type(told))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32(), mask=mask), items)
    if not pieces or not count:
        return pa.nulls(count, arrow_type(field, raw_addresses) if field.type is told.type else arrow_type(told))
    # a field that is found by several names is made once
    same = *((id(piece.rows), id(piece.values)) for piece in pieces), id(pieces[0].field)
    key = *same, occurrence, raw_addresses, field.type
    found = columns.made.get(key)
    if found is None:
        spread = columns.spread(pieces, occurrence)
        found = columns.made[key] = _spread(field, columns, pieces, spread, raw_addresses)
    if field.type is told.type:
        return found
    key = (*key, told.type)
    if key not in columns.made:
        columns.made[key] = found.cast(arrow_type(told))
    return columns.made[key]


def arrow_type(field: Field, raw_addresses: bool = False) -> pa.DataType:
    """The Arrow type of a field's column."""
    return type_of(field.type.kind, field.type.size, raw_addresses)


def type_of(kind: str, size: int, raw_addresses: bool = False) -> pa.DataType:
    """The same by the kind and the size of the field's type."""
    import pyarrow as pa

    if raw_addresses and kind in ADDRESSES:
        return pa.binary(size)
    if kind == "uint":
        return {1: pa.uint8(), 2: pa.uint16(), 3: pa.uint32(), 4: pa.uint32()}.get(size, pa.uint64())
    if kind == "int":
        return {1: pa.int8(), 2: pa.int16(), 3: pa.int32(), 4: pa.int32()}.get(size, pa.int64())
    if kind in ("bool", "none"):
        return pa.bool_()
    if kind == "float":
        return pa.float32() if size == 4 else pa.float64()
    if kind == "bytes":
        return pa.binary()
    if kind == "time_abs":
        return pa.timestamp("ns", "UTC")
    if kind == "time_rel":
        return pa.float64()  # seconds: Parquet has no type for durations, and SQL engines none that calculates
    if kind in ("ipv4", "ipv6", "ether"):
        return pa.dictionary(pa.int32(), pa.string())
    return pa.string()


ENCODED, FEW = count(), 16  # columns of addresses so far; how many are sorted
TEXT = frozenset({str, type(None)})
TEXT_OF = {"ipv4": ipv4_text, "ipv6": ipv6_text, "ether": ether_text}
ADDRESSES = frozenset(TEXT_OF)
NUMBERS = frozenset({"uint", "int", "bool", "none", "float", "time_abs", "time_rel"})


def arrow_array(field: Field, values: Any, mask: Any = None, raw_addresses: bool = False) -> pa.Array:
    """Values (with `mask` true where null) as the field's Arrow array."""
    import pyarrow as pa

    kind = field.type.kind
    if mask is not None and mask.all():
        return pa.nulls(len(values), arrow_type(field, raw_addresses))
    if kind in ADDRESSES:
        return _address_array(field, values, mask, raw_addresses)
    target = arrow_type(field)
    if kind == "time_rel":
        values = values.astype(np.float64) / 1e9
        return pa.array(values, mask=mask)
    if values.dtype.kind in "OV" and kind not in ("uint", "int", "float", "bool", "none"):
        listed = [None] * len(values) if mask is not None and mask.all() else _plain(values)
        if kind == "string" and not {*map(type, listed)} <= TEXT:
            listed = [v if v is None or isinstance(v, str) else _decoded(v) for v in listed]
        elif kind in ("eui64", "guid", "oid"):
            listed = [None if v is None else format_value(field, v) for v in listed]
        if mask is not None:
            listed = [None if m else v for v, m in zip(listed, mask.tolist(), strict=True)]
        return pa.array(listed, target)
    if values.dtype.kind == "O":
        listed = values.tolist()
        if mask is not None:
            listed = [None if m else v for v, m in zip(listed, mask.tolist(), strict=True)]
        return pa.array(listed, target)
    if kind == "time_abs":
        return pa.array(values.astype("i8"), mask=mask).cast(target)
    if kind in ("bool", "none"):
        return pa.array(values.astype(bool), mask=mask)
    return pa.array(values, mask=mask).cast(target, safe=False)


def _spread(field: Field, columns: Columns, pieces: list[Piece], spread: Spread, raw_addresses: bool) -> pa.Array:
    """Occurrences as a column with a value, or null, for each packet."""
    import pyarrow as pa

    found = [piece.values for piece in pieces]
    if spread.which is not None:
        found = [concatenate(found)[spread.which]]
    kind, target = field.type.kind, arrow_type(field, raw_addresses)
    numbers = [as_numbers(kind, values) for values in found] if kind in NUMBERS else [None]
    if all(values is not None for values in numbers):
        full = spread.full(numbers, {"time_abs": np.int64}.get(kind) or target.to_pandas_dtype())
        if kind == "time_rel":
            full = full / 1e9
        octets = np.packbits(full, bitorder="little") if full.dtype == bool else full
        return pa.Array.from_buffers(target, spread.count, [_valid(spread), pa.py_buffer(octets)], spread.nulls)
    if kind in ("string", "bytes"):
        made = arrow_array(field, columns.joined(pieces) if spread.which is None else found[0])
        if not made.null_count:
            return _apart(made, spread)
    made = arrow_array(field, concatenate(found), None, raw_addresses)  # only what is there is formatted
    if kind in ADDRESSES and not raw_addresses:
        places = spread.full([made.indices.to_numpy()], np.int32)
        indices = pa.Array.from_buffers(pa.int32(), spread.count, [_valid(spread), pa.py_buffer(places)], spread.nulls)
        return pa.DictionaryArray.from_arrays(indices, made.dictionary)
    return made.take(_taken(spread))


def _apart(made: pa.Array, spread: Spread) -> pa.Array:
    """Texts or octets in the order of the packets, with nulls between them: `take` would import `pyarrow.compute`."""
    import pyarrow as pa

    if not spread.nulls:
        return made
    _, edges, octets = made.buffers()
    before = np.zeros(spread.count + 1, np.int32)
    np.cumsum(spread.mask, out=before[1:])
    ends = np.frombuffer(edges, np.int32, len(made) + 1)[before]
    return pa.Array.from_buffers(
        made.type, spread.count, [_valid(spread), pa.py_buffer(ends), octets], spread.nulls
    )


def _valid(spread: Spread) -> pa.Buffer | None:
    """The bits that tell which packets have a value."""
    import pyarrow as pa

    if spread.nulls and spread.valid is None:
        spread.valid = pa.py_buffer(np.packbits(spread.mask, bitorder="little"))
    return spread.valid


def _taken(spread: Spread) -> pa.Array:
    """Of each packet, which value is its."""
    import pyarrow as pa

    if spread.taken is None:
        which = np.arange(spread.count - spread.nulls, dtype=np.int32)
        places = pa.py_buffer(spread.full([which], np.int32))
        spread.taken = pa.Array.from_buffers(pa.int32(), spread.count, [_valid(spread), places], spread.nulls)
    return spread.taken


def as_numbers(kind: str, values: Any) -> Any:
    """Values as numbers, if all are."""
    if values.dtype.kind in "buif":
        return values
    listed = values.tolist()
    numbers = np.array(listed) if {*map(type, listed)} == {bool if kind in ("bool", "none") else int} else values
    return None if numbers.dtype == object else numbers


def _decoded(value: Any) -> str:
    """A string's octets as text; a number is no number of zeros."""
    return str(value) if isinstance(value, int) else bytes(value).decode("utf-8", "replace")


def _plain(values: Any) -> list[Any]:
    if values.dtype.kind == "V":
        size, whole = values.dtype.itemsize, values.tobytes()
        return [whole[i : i + size] for i in range(0, len(whole), size)]
    return values.tolist()  # type: ignore[no-any-return]


def _address_array(field: Field, values: Any, mask: Any, raw_addresses: bool) -> pa.Array:
    """Addresses as dictionary-encoded text: each distinct one is formatted once."""
    import pyarrow as pa

    size = field.type.size
    if values.dtype.kind == "O":
        values = _packed(field, values)
    if raw_addresses:
        packed = values.astype(">u4").view("V4") if field.type.kind == "ipv4" else values
        whole = packed.tobytes()
        listed = [whole[i : i + size] for i in range(0, len(whole), size)]
        if mask is not None:
            listed = [None if m else v for v, m in zip(listed, mask.tolist(), strict=True)]
        return pa.array(listed, pa.binary(size))
    if mask is None and next(ENCODED) < FEW:
        first, which = alike(as_words(values))
        order = np.argsort(first)  # as `dictionary_encode` has them: nobody tells from a file which of the two it was
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        first, which = first[order], rank[which]
        names = pa.array(list(map(TEXT_OF[field.type.kind], as_list(values[first]))), pa.string())
        octets = pa.py_buffer(which.astype(np.int32))  # to make an array of NumPy's would import `numpy.ma`
        return pa.DictionaryArray.from_arrays(pa.Array.from_buffers(pa.int32(), len(which), [None, octets]), names)
    if field.type.kind == "ipv4":
        numbers = np.require(values, np.uint32, ["C", "A"])
        packed = pa.Array.from_buffers(pa.uint32(), len(numbers), [None, pa.py_buffer(numbers)])
        encoded = called("dictionary_encode", packed)
    else:
        encoded = called("dictionary_encode", _binary(values, size))
    kept, count = encoded.dictionary.buffers()[1] or b"", len(encoded.dictionary)
    if field.type.kind == "ipv4":
        names = ipv4_texts(np.frombuffer(kept, np.uint32, count))
    else:
        distinct = _plain(np.frombuffer(kept, f"V{size}", count))  # `to_pylist` asks for one after the other
        names = pa.array(list(map(TEXT_OF[field.type.kind], distinct)), pa.string())
    indices = encoded.indices
    if mask is not None:
        indices = pa.array(indices.to_numpy(zero_copy_only=False), pa.int32(), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, names)


def ipv4_texts(addresses: NDArray[np.uint32]) -> pa.Array:
    """Dotted decimal, of all at once."""
    import pyarrow as pa

    digits = pa.array(list(map(str, range(256))), pa.string())
    octets = (pa.py_buffer((addresses >> np.uint32(shift)).astype(np.uint8)) for shift in (24, 16, 8, 0))
    places = (pa.Array.from_buffers(pa.uint8(), len(addresses), [None, octet]) for octet in octets)
    return called("binary_join_element_wise", *(called("take", digits, place) for place in places), pa.scalar("."))


def called(name: str, *values: Any) -> Any:
    """What a function of `pyarrow.compute` makes of values; to import that takes as long as many a command.

    (What is imported here still takes ten milliseconds: for few columns it is spared, though sorting is slower.)
    """
    try:
        from pyarrow._compute import call_function
    except ImportError:
        from pyarrow.compute import call_function
    return call_function(name, list(values))


def _binary(values: Any, size: int) -> pa.Array:
    """An array of void items as Arrow fixed-size binary, without copying."""
    import pyarrow as pa

    packed = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.binary(size), len(packed), [None, pa.py_buffer(packed.tobytes())])


def _packed(field: Field, values: Any) -> Any:
    """Python addresses as one packed array; zeros where null."""
    size = field.type.size
    if field.type.kind == "ipv4":
        return np.array([v if isinstance(v, int) else 0 for v in values.tolist()], np.uint32)
    zero = bytes(size)
    whole = b"".join(v if isinstance(v, bytes) and len(v) == size else zero for v in values.tolist())
    return np.frombuffer(whole, f"V{size}")
