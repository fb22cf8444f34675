"""The schema of the `packets` table: one struct column a layer, so that the filter name is the SQL name.

Within a layer's struct further dots become underscores (`tcp.flags.syn` -> `tcp.flags_syn`).  The schema
is the same for every capture, and versioned in the metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dissect.engine.arrow import type_of
from dissect.engine.columns import Columns
from dissect.engine.plan import COLUMNS, PROTOCOLS
from dissect.engine.registry import Registry
from dissect.export.dense import Layer, Whole, leaf, protocols

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.library import Capture

VERSION = "3"


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class LayerColumn:
    """One struct column: the layer's name, its fields' names in the struct and in the catalogue."""

    layer: str
    fields: tuple[tuple[str, str], ...]


def packets_schema(registry: Registry) -> list[LayerColumn]:
    """The struct columns of the full table, in order of the layers."""
    columns: dict[str, dict[str, str]] = {}  # several layers may be one protocol's forms and share its name
    for one in registry.outlines:
        chosen = columns.setdefault(one.name, {})
        for name, *_ in one.columns:
            chosen.setdefault(member(name, one.name), name)
    return [LayerColumn(name, tuple(chosen.items())) for name, chosen in columns.items() if chosen]


def member(name: str, layer: str) -> str:
    """The name of a field within its layer's struct."""
    return name.removeprefix(f"{layer}.").replace(".", "_")


def metadata(name: str, label: str, unit: str) -> dict[bytes, bytes]:
    """What every column says of itself: label, filter name, unit."""
    return {b"label": label.encode(), b"filter": name.encode(), b"unit": unit.encode()}


class FlatTable:
    """A table with one column a field, named as the field."""

    def __init__(self, capture: Capture, names: Sequence[str], occurrence: str, raw_addresses: bool) -> None:
        self.capture, self.names = capture, list(names)
        self.occurrence, self.raw_addresses = occurrence, raw_addresses

    @property
    def wanted(self) -> list[str]:
        """The fields to ask the engine for."""
        return self.names

    def batch(self, columns: Any, count: int) -> pa.RecordBatch:
        """A batch of `count` rows."""
        import pyarrow as pa

        arrays, described = [], []
        for name in self.names:
            array = self.capture.array(columns, count, name, self.occurrence, self.raw_addresses)
            arrays.append(array)
            described.append(pa.field(name, array.type, metadata=self._metadata(name)))
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(described, metadata=FILE_METADATA))

    def _metadata(self, name: str) -> dict[bytes, bytes] | None:
        if name in COLUMNS:
            return None
        field = self.capture.field(name)
        return metadata(field.name, field.label, field.unit)


class PacketsTable:
    """The full table: a struct a layer, null where a packet has no such layer."""

    def __init__(self, capture: Capture, occurrence: str, raw_addresses: bool) -> None:
        self.capture, self.occurrence, self.raw_addresses = capture, occurrence, raw_addresses
        self.layers = packets_schema(capture.registry)
        self._described: dict[str, list[pa.Field]] = {}
        self._absent: dict[str, pa.Array] = {}
        self._none: dict[pa.DataType, pa.Array] = {}

    @property
    def wanted(self) -> list[str]:
        """The fields to ask the engine for."""
        return [
            PROTOCOLS,
            *(name for layer in self.layers for _, name in layer.fields),
            *(layer.layer for layer in self.layers),
        ]

    def batch(self, columns: Any, count: int) -> pa.RecordBatch:
        """A batch of `count` rows."""
        import pyarrow as pa

        arrays = [self._struct(layer, columns, count) for layer in self.layers]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    @cached_property
    def schema(self) -> pa.Schema:
        """Of every batch."""
        import pyarrow as pa

        described = [pa.field(layer.layer, pa.struct(self._members(layer))) for layer in self.layers]
        return pa.schema(described, metadata=FILE_METADATA)

    def whole(self, columns: Columns, count: int) -> Whole:
        """A batch of `count` rows, as Parquet has it."""
        return Whole(self.schema, count, [self._layer(layer, columns, count) for layer in self.layers])

    def _layer(self, layer: LayerColumn, columns: Columns, count: int) -> Layer | None:
        """One struct column."""
        there, pieces = None, columns.pieces.get(layer.layer, [])
        if layer.layer != "frame":
            if not pieces:
                return None
            spread = columns.spread(pieces, self.occurrence)
            there = spread.mask if spread.nulls else None
        fields = ((name, self.capture.field(name)) for _, name in layer.fields)
        leaves = [leaf(columns, count, name, field, self.occurrence) for name, field in fields]
        if layer.layer == "frame":
            leaves.append(protocols(columns))
        return Layer(count, there, leaves)

    def _struct(self, layer: LayerColumn, columns: Any, count: int) -> pa.Array:
        """One struct column.  A layer that no packet of the batch has costs nothing: its nulls are made once."""
        import numpy as np
        import pyarrow as pa

        pieces = columns.pieces.get(layer.layer, ())
        if not pieces and layer.layer != "frame":
            if layer.layer not in self._absent or len(self._absent[layer.layer]) < count:
                nothing = [self._nulls(name, count) for _, name in layer.fields]
                mask = pa.array(np.ones(count, bool))
                self._absent[layer.layer] = pa.StructArray.from_arrays(nothing, fields=self._members(layer), mask=mask)
            return self._absent[layer.layer].slice(0, count)
        there = np.full(count, layer.layer == "frame")
        for piece in pieces:
            there[piece.rows] = True
        members = []
        for _, name in layer.fields:
            if name in columns.pieces:
                members.append(self.capture.array(columns, count, name, self.occurrence, self.raw_addresses))
            else:
                members.append(self._nulls(name, count))
        if layer.layer == "frame":
            members.append(self.capture.array(columns, count, PROTOCOLS))
        return pa.StructArray.from_arrays(members, fields=self._members(layer), mask=pa.array(~there))

    def _nulls(self, name: str, count: int) -> pa.Array:
        """Nulls of a field's type: all columns of a type share them."""
        import pyarrow as pa

        kind = self._types[name]
        if kind not in self._none or len(self._none[kind]) < count:
            self._none[kind] = pa.nulls(count, kind)
        return self._none[kind].slice(0, count)

    @cached_property
    def _told(self) -> dict[str, tuple[str, str, str, int]]:
        """Label, unit, kind and size of each field: no layer is imported only to be absent."""
        out: dict[str, tuple[str, str, str, int]] = {}
        for one in self.capture.registry.outlines:
            for name, *told in one.columns:
                out.setdefault(name, (*told,))  # type: ignore[arg-type]
        return out

    @cached_property
    def _types(self) -> dict[str, pa.DataType]:
        """The type of each field's column."""
        import pyarrow as pa

        out = {name: type_of(kind, size, self.raw_addresses) for name, (_, _, kind, size) in self._told.items()}
        return {name: pa.list_(kind) for name, kind in out.items()} if self.occurrence == "all" else out

    def _members(self, layer: LayerColumn) -> list[pa.Field]:
        """The fields of a layer's struct, described."""
        import pyarrow as pa

        if layer.layer not in self._described:
            fields = [
                pa.field(short, self._types[name], metadata=metadata(name, *self._told[name][:2]))
                for short, name in layer.fields
            ]
            if layer.layer == "frame":
                fields.append(pa.field("protocols", pa.string()))
            self._described[layer.layer] = fields
        return self._described[layer.layer]


FILE_METADATA = {b"pcap_dissect.schema": VERSION.encode()}


def described_file(rows: Any) -> Any:
    """A table or batch whose metadata tell the version of the schema."""
    return rows.replace_schema_metadata({**(rows.schema.metadata or {}), **FILE_METADATA})
