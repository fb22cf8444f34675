"""Parquet files of tables most of whose columns are null: of the 2,200 of `packets`, a capture has some 200.

Arrow would take as long for a column with nothing in it as for another.  Of those the one page that says *null* is
made here; others are made by `pages`.  Arrow is given, row group by row group, the columns that are left
(lists, and what lies deeper); it makes a file of them in memory, from which their chunks are copied.  The footer at
the end is made here, in the types of parquet-format's `parquet.thrift` (the numbers below are those of its fields).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from dissect.export.dense import Whole
from dissect.export.pages import Column, Dense, only, suits
from dissect.export.thrift import (
    BINARY,
    I16,
    I32,
    I64,
    LIST,
    STOP,
    STRUCT,
    Reader,
    items,
    listed,
    members,
    number,
    struct,
    text,
    varint,
)

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
ROW_GROUP, MOST = 131_072, 524_288  # a row group, but the last, has from so many rows to so many
KEPT = 1 << 20  # octets of the footer in memory: it has some 140,000 a row group
PLAIN, RLE = number(0), number(3)  # Encoding
OPTIONAL, REPEATED = 1, 2  # FieldRepetitionType
PLACES = frozenset({9, 10, 11, 14})  # of ColumnMetaData: where in the file


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Leaf:
    """A column of the file: which column of the table it is of, and whether in a list."""

    column: int
    listed: bool
    deep: int  # how many of what it lies in, and itself, may be null
    kind: int  # Type
    path: bytes  # as metadata have it
    head: bytes  # what they begin with of a page of nulls: type, encodings, path, no compression


@dataclass(frozen=True, slots=True)
class Rest:
    """A column, or what is left of it, and its leaves."""

    field: pa.Field
    column: pa.ChunkedArray
    leaves: list[int]


class ParquetFile:
    """Writes batches of one schema to a file, many of them to a row group."""

    def __init__(self, path: Path, schema: pa.Schema, row_group: int = ROW_GROUP) -> None:
        import pyarrow as pa

        self._coded = frozenset(dictionary_columns(schema))
        empty = readable(schema).empty_table()
        self._before, self._leaves, self._behind = _described(_footer(_encoded(empty, self._coded)))
        self._of: dict[int, list[int]] = {}
        for which, leaf in enumerate(self._leaves):
            self._of.setdefault(leaf.column, []).append(which)
        self._least = row_group
        self._waiting: list[pa.RecordBatch] = []
        self._whole: list[Whole] = []
        self._groups = SpooledTemporaryFile(KEPT)  # noqa: SIM115 - what the footer says of row groups
        self._count = 0  # of these
        self._rows = 0
        self._file = pa.OSFile(str(path), "wb")
        self._file.write(MAGIC)

    def write_batch(self, batch: pa.RecordBatch | Whole) -> None:
        """Write a batch, at the latest when the file is closed; those of a file are of one kind."""
        waiting: list[Any] = self._whole if isinstance(batch, Whole) else self._waiting
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= self._least:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._whole:
            batches, self._whole = self._whole, []
            self._write_whole(batches)
        if not self._waiting:
            return
        table, self._waiting = pa.Table.from_batches(self._waiting), []
        for at in range(0, table.num_rows, MOST):
            self._write(table.slice(at, MOST))

    def _write(self, table: pa.Table) -> None:
        """Write a row group."""
        begin, rows = self._file.tell(), table.num_rows
        there = [i for i, column in enumerate(table.columns) if column.null_count < rows]
        chunks, rest, plain = dict[int, bytes](), list[Rest](), 0
        for column in there:
            plain += self._column(table, column, chunks, rest)
        if rest:
            plain += self._by_arrow(rest, chunks)
        self._finish(begin, rows, frozenset(there), chunks, plain)

    def _write_whole(self, batches: list[Whole]) -> None:
        """Write a row group of batches that came whole."""
        begin, rows, schema = self._file.tell(), sum(batch.num_rows for batch in batches), batches[0].schema
        chunks, there, plain = dict[int, bytes](), set[int](), 0
        for column, layers in enumerate(zip(*(batch.layers for batch in batches), strict=True)):
            if not any(layers):
                continue
            there.add(column)
            field = schema.field(column)
            maker = Dense([layer or batch.num_rows for layer, batch in zip(layers, batches, strict=True)])
            for i, which in enumerate(self._of[column]):
                member, told, at = field.type[i], self._leaves[which], self._file.tell()
                made = maker.leaf(i, member.type, f"{field.name}.{member.name}" in self._coded)
                self._file.write(b"".join(made.octets))
                chunks[which] = made.metadata(told.kind, told.path, rows, at)
                plain += made.plain
        self._finish(begin, rows, frozenset(there), chunks, plain)

    def _finish(self, begin: int, rows: int, there: frozenset[int], chunks: dict[int, bytes], plain: int) -> None:
        """The columns that a row group has are written: write the others, and keep its metadata."""
        packed = self._file.tell() - begin
        self._missing(frozenset(leaf.column for leaf in self._leaves) - there, rows, chunks)
        none = self._file.tell() - begin - packed
        self._groups.write(
            struct(
                (1, LIST, items(STRUCT, [chunks[which] for which in range(len(self._leaves))])),
                (2, I64, number(plain + none)),
                (3, I64, number(rows)),
                (5, I64, number(begin)),
                (6, I64, number(packed + none)),
                (7, I16, number(self._count)),
            )
        )
        self._count += 1
        self._rows += rows

    def _column(self, table: pa.Table, which: int, chunks: dict[int, bytes], rest: list[Rest]) -> int:
        """Write a column's pages, and put its chunks' metadata to the others; leave to Arrow what is its.

        How many octets it is before compression.
        """
        import pyarrow as pa

        column, field, leaves = table.column(which), table.field(which), self._of[which]
        structs = pa.types.is_struct(field.type)
        kinds = [member.type for member in field.type] if structs else [field.type]
        if len(kinds) != len(leaves):
            rest.append(Rest(field, column, leaves))
            return 0
        told = [self._leaves[leaf] for leaf in leaves]
        own = [i for i, leaf in enumerate(told) if leaf.deep == 1 + structs and suits(kinds[i], leaf.kind)]
        if len(own) < len(leaves):
            others = [i for i in range(len(leaves)) if i not in own]
            less = only(field, column, others) if structs else (field, column)
            rest.append(Rest(*less, [leaves[i] for i in others]))
        maker, plain = Column(column, structs), 0
        for i in own:
            leaf = self._leaves[leaves[i]]
            name = f"{field.name}.{field.type[i].name}" if structs else field.name
            made, at = maker.leaf(i, name in self._coded), self._file.tell()
            self._file.write(b"".join(made.octets))
            chunks[leaves[i]] = made.metadata(leaf.kind, leaf.path, table.num_rows, at)
            plain += made.plain
        return plain

    def _by_arrow(self, rest: list[Rest], chunks: dict[int, bytes]) -> int:
        """The same of columns that Arrow makes."""
        import pyarrow as pa

        table = pa.table([one.column for one in rest], schema=pa.schema([one.field for one in rest]))
        octets = _encoded(table.unify_dictionaries(), self._coded)
        footer = _footer(octets)
        found, plain = _group(footer, self._file.tell() - len(MAGIC))
        self._file.write(memoryview(octets)[len(MAGIC) : len(octets) - len(footer) - 8])
        chunks.update(zip((leaf for one in rest for leaf in one.leaves), found, strict=True))
        return plain

    def _missing(self, columns: frozenset[int], rows: int, chunks: dict[int, bytes]) -> None:
        """Write the pages of columns that are null, of so many rows, and put their chunks' metadata to the others."""
        pages, at = list[bytes](), self._file.tell()
        ready = dict[bool, tuple[bytes, bytes, bytes]]()
        chunk = members(0, (2, I64, number(0)), (3, STRUCT, b""))
        for which, leaf in enumerate(self._leaves):
            if leaf.column not in columns:
                continue
            if leaf.listed not in ready:
                page, counts = _nulls(rows, leaf.listed), number(rows)
                sizes = members(4, (5, I64, counts), (6, I64, number(len(page))), (7, I64, number(len(page))))
                before = sizes + members(7, (9, I64, b""))
                behind = members(9, (12, STRUCT, struct((3, I64, counts)))) + STOP + STOP
                ready[leaf.listed] = page, before, behind
            page, before, behind = ready[leaf.listed]
            chunks[which] = b"".join((chunk, leaf.head, before, number(at), behind))
            pages.append(page)
            at += len(page)
        self._file.write(b"".join(pages))

    def close(self) -> None:
        """Finish the file."""
        if self._file.closed:
            return
        with self._file as file, self._groups as groups:
            if self._waiting or self._whole:
                self._flush()
            begin = file.tell()
            file.write(self._before + members(2, (3, I64, number(self._rows)), (4, LIST, listed(STRUCT, self._count))))
            groups.seek(0)
            while some := groups.read(KEPT):
                file.write(some)
            file.write(self._behind)
            file.write((file.tell() - begin).to_bytes(4, "little") + MAGIC)


def readable(schema: pa.Schema) -> pa.Schema:
    """What a file says that its columns are: plain text where they are dictionaries, which are the writer's affair.

    Pages are the same; but Arrow's readers would make dictionaries again, and of those within structs there can be but
    one in a file.
    """
    import pyarrow as pa

    def plain(field: pa.Field) -> pa.Field:
        kind = field.type
        if pa.types.is_dictionary(kind):
            return field.with_type(kind.value_type)
        if pa.types.is_list(kind):
            return field.with_type(pa.list_(plain(kind.value_field)))
        return field.with_type(pa.struct([plain(one) for one in kind])) if pa.types.is_struct(kind) else field

    return pa.schema([plain(field) for field in schema], metadata=schema.metadata)


def dictionary_columns(schema: pa.Schema) -> list[str]:
    """Columns worth a dictionary in Parquet: addresses, text and small numbers; not what is always different."""
    import pyarrow as pa

    out: list[str] = []

    def visit(path: str, kind: pa.DataType) -> None:
        if pa.types.is_struct(kind):
            for member in kind:
                visit(f"{path}.{member.name}", member.type)
        elif pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_uint8(kind):
            out.append(path)

    for one in schema:
        visit(one.name, one.type)
    return out


def _encoded(table: pa.Table, coded: Collection[str]) -> Any:
    """A table as a file of one row group, or of none."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    writer = _writer(sink, table.schema, compression="zstd", compression_level=1, use_dictionary=list(coded))
    if table.num_rows:
        writer.write_table(table, row_group_size=table.num_rows)
    writer.close()
    return sink.getvalue()


def _writer(sink: Any, schema: pa.Schema, **options: Any) -> Any:
    """As `pyarrow.parquet.ParquetWriter`, which imports file systems, and with them TLS: ten milliseconds."""
    try:
        from pyarrow._parquet import ParquetWriter

        return ParquetWriter(sink, schema, **AS_USUAL, **options)
    except (ImportError, TypeError, ValueError):  # it is an inner part of pyarrow, and may change
        from pyarrow.parquet import ParquetWriter as Usual

        return Usual(sink, schema, **options)


AS_USUAL = {
    "version": "2.6", "writer_engine_version": "V2", "data_page_version": "1.0", "write_statistics": True,
    "use_deprecated_int96_timestamps": False, "use_compliant_nested_type": True, "store_schema": True,
}  # fmt: skip


def _footer(octets: Any) -> bytes:
    """The footer of a file."""
    view = memoryview(octets)
    return bytes(view[-8 - int.from_bytes(view[-8:-4], "little") : -8])


def _described(footer: bytes) -> tuple[bytes, list[Leaf], bytes]:
    """Of a file without rows: its footer before their number, the columns, the footer behind the row groups."""
    reader, leaves, before, behind = Reader(footer), list[Leaf](), 0, 0
    for which, kind in reader.fields():
        if which == 2:
            elements = [_element(reader) for _ in range(reader.items())]
            leaves = _leaves(elements)
            before = reader.at
        else:
            reader.skip(kind)
        if which == 4:
            behind = reader.at
    return footer[:before], leaves, footer[behind:]


def _element(reader: Reader) -> tuple[int, int, bytes, int]:
    """Of a SchemaElement: type, repetition, name, number of members."""
    found: dict[int, Any] = {}
    for which, kind in reader.fields():
        if which in (1, 3, 5):
            found[which] = reader.number()
        elif which == 4:
            found[which] = reader.text()
        else:
            reader.skip(kind)
    return found.get(1, -1), found.get(3, 0), found[4], found.get(5, 0)


def _leaves(elements: list[tuple[int, int, bytes, int]]) -> list[Leaf]:
    """The columns of a schema, which lists its tree depth first."""
    out, rest, encodings = list[Leaf](), iter(elements), items(I32, [PLAIN, RLE])

    def visit(column: int, path: tuple[bytes, ...], in_list: bool, deep: int) -> None:
        kind, repetition, name, inside = next(rest)
        path, in_list, deep = (*path, name), in_list or repetition == REPEATED, deep + (repetition == OPTIONAL)
        for _ in range(inside):
            visit(column, path, in_list, deep)
        if not inside:
            where = items(BINARY, [text(part) for part in path])
            head = members(0, (1, I32, number(kind)), (2, LIST, encodings), (3, LIST, where), (4, I32, number(0)))
            out.append(Leaf(column, in_list, deep, kind, where, head))

    for column in range(next(rest)[3]):
        visit(column, (), False, 0)
    return out


def _group(footer: bytes, by: int) -> tuple[list[bytes], int]:
    """Of the file's one row group: its chunks' metadata, moved; its size before compression."""
    reader, chunks, plain = Reader(footer), list[bytes](), 0
    for which, kind in reader.fields():
        if which != 4:
            reader.skip(kind)
            continue
        for _ in range(reader.items()):
            for inner, inner_kind in reader.fields():
                if inner == 1:
                    chunks += [_moved(reader, by) for _ in range(reader.items())]
                elif inner == 2:
                    plain = reader.number()
                else:
                    reader.skip(inner_kind)
    return chunks, plain


def _moved(reader: Reader, by: int) -> bytes:
    """A ColumnChunk whose octets have moved."""
    out, done = bytearray(), reader.at

    def move() -> None:
        nonlocal done
        out.extend(reader.octets[done : reader.at])
        out.extend(number(reader.number() + by))
        done = reader.at

    for which, kind in reader.fields():
        if which != 3:
            reader.skip(kind)  # there are no indexes, and its own place is no longer told
            continue
        for inner, inner_kind in reader.fields():
            if inner in PLACES:
                move()
            else:
                reader.skip(inner_kind)
    return bytes(out + reader.octets[done : reader.at])


def _nulls(rows: int, in_list: bool) -> bytes:
    """A page of so many nulls: each lies zero deep, and each begins a row."""
    run = varint(rows << 1) + b"\0"
    levels = (len(run).to_bytes(4, "little") + run) * (1 + in_list)
    size, data = number(len(levels)), struct((1, I32, number(rows)), (2, I32, PLAIN), (3, I32, RLE), (4, I32, RLE))
    return struct((1, I32, number(0)), (2, I32, size), (3, I32, size), (5, STRUCT, data)) + levels
