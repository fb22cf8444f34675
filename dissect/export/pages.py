"""Pages of Parquet of plain columns and of those in structs, made of Arrow's buffers by array: in half of Arrow's time.

A struct's columns are mostly there in the same rows, so their definition levels are worked out once for all that share
them; the values of a column are one page.  What stands here is parquet-format's `Encodings.md` and `parquet.thrift`:
levels as one run, dictionaries whose indices are one, two or four octets wide (which zstd likes better than bits).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.arrow import called
from dissect.export.dense import Layer, Leaf
from dissect.export.thrift import BINARY, I32, I64, LIST, STRUCT, items, members, number, struct, text, varint

if TYPE_CHECKING:
    import pyarrow as pa

BOOLEAN, INT32, INT64, FLOAT, DOUBLE, BYTE_ARRAY = 0, 1, 2, 4, 5, 6  # Type
PLAIN, RLE, CODED = 0, 3, 8  # Encoding: the last is RLE_DICTIONARY
DATA, DICTIONARY = 0, 2  # PageType
ZSTD = 6  # CompressionCodec
LEVEL = 1
LARGE = 1 << 20  # octets of a dictionary: one that is larger does not pay
LONG = 4096  # octets of a text that is still told as the least or the greatest

# Arrow's types of numbers: what Parquet calls them, how Arrow holds them and how Parquet does
NUMBERS = {
    "uint8": (INT32, "u1", "<i4"), "int8": (INT32, "i1", "<i4"), "uint16": (INT32, "u2", "<i4"),
    "int16": (INT32, "i2", "<i4"), "uint32": (INT32, "u4", "<u4"), "int32": (INT32, "i4", "<i4"),
    "uint64": (INT64, "u8", "<u8"), "int64": (INT64, "i8", "<i8"), "timestamp[ns, tz=UTC]": (INT64, "i8", "<i8"),
    "float": (FLOAT, "f4", "<f4"), "double": (DOUBLE, "f8", "<f8"),
}  # fmt: skip
TEXTS = ("string", "binary", "dictionary<values=string, indices=int32, ordered=0>")


@dataclass(slots=True)
class Where:
    """Which rows of a column have a value: their levels, encoded, and the places of the values where these are not all
    that are given."""

    levels: bytes
    places: NDArray[np.intp] | None
    count: int


@dataclass(slots=True)
class Made:
    """A column's pages, one behind the other, and what its metadata say of them."""

    octets: list[bytes] = field(default_factory=list)
    plain: int = 0  # octets before compression
    packed: int = 0
    coded: int = 0  # octets of the dictionary's page
    statistics: bytes = b""

    def page(self, kind: int, head: tuple[int, int, bytes], octets: bytes) -> None:
        """Add a page of these octets."""
        packed = _codec().compress(octets, asbytes=True)
        sizes = (2, I32, number(len(octets))), (3, I32, number(len(packed)))
        header = struct((1, I32, number(kind)), *sizes, head)
        self.octets += [header, packed]
        self.plain += len(header) + len(octets)
        self.packed += len(header) + len(packed)

    def metadata(self, kind: int, where: bytes, rows: int, at: int) -> bytes:
        """Its ColumnChunk, where the pages begin at `at`; `where`: the column's path."""
        encodings = [PLAIN, RLE, CODED] if self.coded else [PLAIN, RLE]
        listed = items(I32, [number(encoding) for encoding in encodings])
        first = [(11, I64, number(at))] if self.coded else []
        out = members(
            0,
            (1, I32, number(kind)), (2, LIST, listed), (3, LIST, where), (4, I32, number(ZSTD)),
            (5, I64, number(rows)), (6, I64, number(self.plain)), (7, I64, number(self.packed)),
            (9, I64, number(at + self.coded)), *first, (12, STRUCT, self.statistics),
        )  # fmt: skip
        return struct((2, I64, number(0)), (3, STRUCT, out + b"\0"))


def suits(kind: pa.DataType, physical: int) -> bool:
    """Whether a column of this type can be made here, which the file has as `physical`."""
    name = str(kind)
    if name in TEXTS:
        return physical == BYTE_ARRAY
    return physical == (BOOLEAN if name == "bool" else NUMBERS.get(name, (-1,))[0])


class Pages:
    """Makes the pages of columns of so many rows."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def _plain(self, where: Where, name: str, values: NDArray[Any], coded: bool) -> Made:
        """Numbers, or truth values; `name`: of Arrow's type, `coded`: a dictionary may pay."""
        if name == "bool":
            return self._finished(where, *_flags(values))
        if name == "uint8" and coded and len(values):
            return self._small(where, values)
        kind = NUMBERS[name][2]
        return self._finished(where, np.ascontiguousarray(values, kind).data, *_edges(values, kind))

    def _small(self, where: Where, values: NDArray[np.uint8]) -> Made:
        """Octets, coded: which there are is seen at once."""
        there = np.zeros(256, bool)
        there[values] = True
        distinct = np.flatnonzero(there)
        code = (np.cumsum(there) - 1).astype(np.uint8)
        made = Made()
        self._dictionary(made, len(distinct), distinct.astype("<i4").tobytes())
        return self._finished(where, _indices(code[values], len(distinct)), *_edges(distinct, "<i4"), made)

    def _texts(self, where: Where, arrays: list[Any], coded: bool) -> Made:
        """Texts: coded, unless they are too many."""
        import pyarrow as pa

        whole = pa.chunked_array(arrays)
        if not pa.types.is_dictionary(whole.type):
            whole = called("dictionary_encode", whole)
        elif len(arrays) > 1:
            whole = whole.unify_dictionaries()
        parts = [_numbers(chunk.indices, "int32") for chunk in whole.chunks]
        indices = _picked(where, parts or [np.zeros(0, np.int32)])
        distinct = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], pa.string())
        used = np.bincount(indices, minlength=len(distinct)) > 0
        if not used.all():
            distinct = called("take", distinct, pa.array(np.flatnonzero(used)))
            indices = (np.cumsum(used) - 1)[indices]
        least, most = _least_and_most(distinct)
        octets, made = _plain_texts(distinct), Made()
        if len(octets) > LARGE or not coded or not len(indices):
            return self._finished(where, _plain_texts(called("take", distinct, pa.array(indices))), least, most)
        self._dictionary(made, len(distinct), octets)
        return self._finished(where, _indices(indices, len(distinct)), least, most, made)

    def _dictionary(self, made: Made, count: int, octets: bytes) -> None:
        made.page(DICTIONARY, (7, STRUCT, struct((1, I32, number(count)), (2, I32, number(PLAIN)))), octets)
        made.coded = made.packed

    def _finished(
        self, where: Where, octets: bytes | memoryview, least: bytes, most: bytes, made: Made | None = None
    ) -> Made:
        """With the page of the values, and what is told of them."""
        out = Made() if made is None else made
        encoding = number(CODED if out.coded else PLAIN)
        levels = (3, I32, number(RLE)), (4, I32, number(RLE))
        head = struct((1, I32, number(self._rows)), (2, I32, encoding), *levels)
        out.page(DATA, (5, STRUCT, head), b"".join((where.levels, octets)))
        told = [(3, I64, number(self._rows - where.count))]
        if where.count and len(most) <= LONG and len(least) <= LONG and (least or most):
            told += [(5, BINARY, text(most)), (6, BINARY, text(least))]
        out.statistics = struct(*told)
        return out


class Column(Pages):
    """A column, of structs or of plain values, in the pieces it came in."""

    def __init__(self, column: pa.ChunkedArray, structs: bool) -> None:
        super().__init__(len(column))
        self._pieces: list[pa.Array] = column.chunks
        self._of_structs = structs
        self._where: dict[tuple[int, ...], Where] = {}

    def leaf(self, which: int, coded: bool) -> Made:
        """The column itself, or that member of its structs; `coded`: a dictionary may pay."""
        arrays = [piece.field(which) if self._of_structs else piece for piece in self._pieces]
        where, name = self._there(arrays), str(arrays[0].type)
        if name in TEXTS:
            return self._texts(where, arrays, coded)
        found = [_bits(one, 1) if name == "bool" else _numbers(one, NUMBERS[name][1]) for one in arrays]
        return self._plain(where, name, _picked(where, found), coded)

    def _there(self, arrays: list[Any]) -> Where:
        """Where there are values: told by where Arrow's buffers are, which stay there as long as the pieces do."""
        key = tuple(0 if (bits := one.buffers()[0]) is None or not one.null_count else bits.address for one in arrays)
        key += tuple(one.offset for one in arrays)
        found = self._where.get(key)
        if found is None:
            found = self._where[key] = self._found(arrays)
        return found

    def _found(self, arrays: list[Any]) -> Where:
        there = np.concatenate([_valid(one) for one in arrays])
        if self._of_structs:
            there &= self._structs
            levels = _levels(self._structs.astype(np.uint8) + there, 2)
        else:
            levels = _levels(there.view(np.uint8), 1)
        places = np.flatnonzero(there)
        return Where(levels, None if len(places) == self._rows else places, len(places))

    @cached_property
    def _structs(self) -> NDArray[np.bool_]:
        """Which rows have a struct."""
        return np.concatenate([_valid(piece) for piece in self._pieces])


class Dense(Pages):
    """A column of structs of which the values that there are came in batches (a batch without one is its rows)."""

    def __init__(self, layers: list[Layer | int]) -> None:
        self._layers = layers
        super().__init__(sum(map(_rows, layers)))
        self._where: dict[tuple[int, ...], Where] = {}

    def leaf(self, which: int, kind: pa.DataType, coded: bool) -> Made:
        """A member of this type; `coded`: a dictionary may pay."""
        import pyarrow as pa

        found = [None if isinstance(layer, int) else layer.leaves[which] for layer in self._layers]
        leaves = [_leaf(one) if isinstance(one, pa.Array) else one for one in found]
        where, name = self._there(leaves), str(kind)
        there = [one.values for one in leaves if one is not None]
        if name in TEXTS:
            return self._texts(where, there or [pa.array([], kind)], coded)
        held = "bool" if name == "bool" else NUMBERS[name][1]
        return self._plain(where, name, _picked(where, there or [np.zeros(0, held)]), coded)

    def _there(self, leaves: list[Leaf | None]) -> Where:
        """Where there are values; arrays are told by where they are: they stay there as long as the batches do."""
        key = tuple(-1 if leaf is None else 0 if leaf.there is None else id(leaf.there) for leaf in leaves)
        found = self._where.get(key)
        if found is None:
            found = self._where[key] = self._found(leaves)
        return found

    def _found(self, leaves: list[Leaf | None]) -> Where:
        parts = [
            np.zeros(_rows(layer), bool) if leaf is None else _mask(leaf.there, _rows(layer))
            for leaf, layer in zip(leaves, self._layers, strict=True)
        ]
        there = np.concatenate(parts)
        within = there & self._structs
        count, some = int(np.count_nonzero(within)), None
        if count < np.count_nonzero(there):
            some = np.flatnonzero(within[there])
        return Where(_levels(self._structs.astype(np.uint8) + within, 2), some, count)

    @cached_property
    def _structs(self) -> NDArray[np.bool_]:
        """Which rows have a struct."""
        return np.concatenate(
            [np.zeros(one, bool) if isinstance(one, int) else _mask(one.there, one.rows) for one in self._layers]
        )


def _rows(layer: Layer | int) -> int:
    return layer if isinstance(layer, int) else layer.rows


def _mask(there: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
    return np.ones(rows, bool) if there is None else there


def _leaf(array: pa.Array) -> Leaf:
    """Of an array with nulls, what is there."""
    there, name = _valid(array), str(array.type)
    if name in TEXTS:
        return Leaf(called("drop_null", array), there)
    return Leaf((_bits(array, 1) if name == "bool" else _numbers(array, NUMBERS[name][1]))[there], there)


def only(field: pa.Field, column: pa.ChunkedArray, members: list[int]) -> tuple[pa.Field, pa.ChunkedArray]:
    """A column of structs with some of their members."""
    import pyarrow as pa

    fields = [field.type[i] for i in members]
    pieces = [
        pa.StructArray.from_arrays([piece.field(i) for i in members], fields=fields, mask=pa.array(~_valid(piece)))
        for piece in column.chunks
    ]
    less = field.with_type(pa.struct(fields))
    return less, pa.chunked_array(pieces, less.type)


_CODECS: list[Any] = []


def _codec() -> Any:
    import pyarrow as pa

    if not _CODECS:
        _CODECS.append(pa.Codec("zstd", compression_level=LEVEL))
    return _CODECS[0]


def _valid(array: pa.Array) -> NDArray[np.bool_]:
    """Which of an array are not null."""
    bits = array.buffers()[0]
    if bits is None or not array.null_count:
        return np.ones(len(array), bool)
    return _bits(array, 0)


def _bits(array: pa.Array, which: int) -> NDArray[np.bool_]:
    """A buffer of bits as truth values."""
    held, at = array.buffers()[which], array.offset
    if held is None:
        return np.zeros(len(array), bool)
    octets = np.frombuffer(held, np.uint8)
    return np.unpackbits(octets[at // 8 :], count=at % 8 + len(array), bitorder="little")[at % 8 :].view(bool)


def _numbers(array: pa.Array, kind: str) -> NDArray[Any]:
    """The numbers of an array, whatever stands where it is null."""
    octets = array.buffers()[1]
    if octets is None or not len(array):
        return np.zeros(len(array), kind)
    return np.frombuffer(octets, kind, array.offset + len(array))[array.offset :]


def _picked(where: Where, parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The values that there are."""
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return whole if where.places is None else whole[where.places]


def _levels(levels: NDArray[np.uint8], bits: int) -> bytes:
    """Definition levels, one bit or two each, behind the size of what they take."""
    count = len(levels)
    if count and (levels == levels[0]).all():
        run = varint(count << 1) + bytes([levels[0]])
    else:
        whole = np.zeros(-(-count // 8) * 8, np.uint8)
        whole[:count] = levels
        fours = whole.reshape(-1, 4)
        if bits == 1:
            packed = np.packbits(whole, bitorder="little").tobytes()
        else:
            packed = (fours[:, 0] | fours[:, 1] << 2 | fours[:, 2] << 4 | fours[:, 3] << 6).tobytes()
        run = varint(len(whole) // 8 << 1 | 1) + packed
    return len(run).to_bytes(4, "little") + run


def _indices(indices: NDArray[Any], distinct: int) -> bytes:
    """Places in a dictionary: behind their width in bits, one run of the same or of as many as there are."""
    width = 1 if distinct <= 1 << 8 else 2 if distinct <= 1 << 16 else 4
    if distinct == 1:
        return bytes([8]) + varint(len(indices) << 1) + b"\0"
    octets = indices.astype(f"<u{width}", copy=False).tobytes()
    short = -len(indices) % 8
    return bytes([8 * width]) + varint(-(-len(indices) // 8) << 1 | 1) + octets + bytes(short * width)


def _flags(values: NDArray[np.bool_]) -> tuple[bytes, bytes, bytes]:
    """Truth values as bits, with the least and the greatest."""
    if not len(values):
        return b"", b"", b""
    return np.packbits(values, bitorder="little").tobytes(), bytes([bool(values.all())]), bytes([bool(values.any())])


def _edges(values: NDArray[Any], kind: str) -> tuple[bytes, bytes]:
    """The least and the greatest as Parquet holds them; nothing where there is none that they are compared with."""
    if not len(values):
        return b"", b""
    least, most = values.min(), values.max()
    if values.dtype.kind == "f":
        if np.isnan(least):
            return b"", b""
        zero = values.dtype.type(0)  # one zero stands for both
        least, most = least if least else -zero, most if most else zero
    return least.astype(kind).tobytes(), most.astype(kind).tobytes()


def _least_and_most(texts: pa.Array) -> tuple[bytes, bytes]:
    """The same of texts, by their octets."""
    if not len(texts):
        return b"", b""
    import pyarrow as pa

    # the same octets, not as text; to `cast` would import `pyarrow.compute`
    octets = pa.Array.from_buffers(pa.binary(), len(texts), texts.buffers(), texts.null_count, texts.offset)
    found = called("min_max", octets)
    return found["min"].as_py(), found["max"].as_py()


def _plain_texts(texts: pa.Array) -> bytes:
    """Texts behind each other, each behind its size."""
    count = len(texts)
    _, edges, data = texts.buffers()
    if not count:
        return b""
    ends = np.frombuffer(edges, np.int32, texts.offset + count + 1)[texts.offset :]
    sizes = np.diff(ends).astype("<u4")
    out = np.empty(4 * count + int(ends[-1] - ends[0]), np.uint8)
    at = ends[:-1].astype(np.int64) - ends[0] + 4 * np.arange(count)
    content = np.ones(len(out), bool)
    for octet in range(4):
        out[at + octet] = sizes.view(np.uint8)[octet::4]
        content[at + octet] = False
    if data is not None:
        out[content] = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    return out.tobytes()
