"""Tables of captures for SQL: `packets` with the columns that are named, and those of whole-capture analyses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from dissect.engine.plan import PROTOCOLS
from dissect.export.schema import LayerColumn, member, packets_schema
from dissect.export.tables import Choice, Tables
from dissect.filters import Filter, FilterError, compile_filter
from dissect.library import Capture
from dissect.sql.query import Condition, Query

FILE = "file"
BATCH = 32768


def chosen(cap: Capture, query: Query) -> list[LayerColumn]:
    """The struct columns that a query needs: named fields (of the whole catalogue), whole layers, or all."""
    full = packets_schema(cap.registry)
    if query.all_columns and not query.columns - {(FILE,)} and query.tables.total() == 1:
        return full
    by_layer = {layer.layer: layer for layer in full}
    out: dict[str, dict[str, str]] = {}
    for names in query.columns:
        at = next((i for i, name in enumerate(names) if name in cap.registry.by_name), None)
        if at is None:
            continue
        layer, rest = names[at], names[at + 1 :]
        fields = out.setdefault(layer, {})
        if not rest:
            fields.update(by_layer[layer].fields if layer in by_layer else ())
        elif (name := _field(cap, layer, rest[0])) is not None:
            fields[rest[0]] = name
    if query.all_columns:
        return [LayerColumn(layer.layer, layer.fields) for layer in full]
    return [LayerColumn(layer, tuple(sorted(fields.items()))) for layer, fields in sorted(out.items())]


def _field(cap: Capture, layer: str, short: str) -> str | None:
    """The field that a member of a layer's struct stands for (`tcp.flags_syn` is `tcp.flags.syn`)."""
    if layer == "frame" and short == "protocols":
        return PROTOCOLS
    for one in cap.registry.layers:
        if one.name == layer:
            for field in one.fields:
                for name in (field.name, *(other.name for other in field.also)):
                    if name.startswith(f"{layer}.") and member(name, layer) == short:
                        return name
    return None


class Packets:
    """The `packets` of some captures, as batches with a struct column a layer and the file's name."""

    def __init__(self, captures: Sequence[tuple[str, Capture]], query: Query) -> None:
        self.captures = captures
        self.layers = chosen(captures[0][1], query)
        self.where = prefilter(captures[0][1], query.conditions, self.layers)
        fields = [pa.field(layer.layer, pa.struct(self._members(layer))) for layer in self.layers]
        self.schema = pa.schema([pa.field(FILE, pa.string()), *fields])

    def _members(self, layer: LayerColumn) -> list[pa.Field]:
        cap = self.captures[0][1]
        kinds = [pa.string() if name == PROTOCOLS else cap.arrow_type(name) for _, name in layer.fields]
        named = [pa.field(short, kind) for (short, _), kind in zip(layer.fields, kinds, strict=True)]
        return named or [pa.field("present", pa.bool_())]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The packets that may be asked for."""
        names = [name for layer in self.layers for name in (layer.layer, *(name for _, name in layer.fields))]
        for file, cap in self.captures:
            for chunk, columns in cap.columns(sorted({"frame", *names}), BATCH, self.where):
                count = len(chunk)
                arrays: list[pa.Array] = [pa.array([file] * count, pa.string())]
                for field, layer in zip(list(self.schema)[1:], self.layers, strict=True):
                    there = np.zeros(count, bool)
                    there[columns.occurrences(layer.layer)[0]] = True
                    there |= layer.layer == "frame"
                    members = [cap.array(columns, count, name) for _, name in layer.fields] or [pa.array(there)]
                    members = [one.cast(kind.type) for one, kind in zip(members, field.type, strict=True)]
                    arrays.append(pa.StructArray.from_arrays(members, fields=list(field.type), mask=pa.array(~there)))
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def prefilter(cap: Capture, conditions: Sequence[Condition], layers: Sequence[LayerColumn]) -> Filter | None:
    """The conditions as a display filter: it lets all rows of the result through, and few others."""
    fields = {(layer.layer, short): name for layer in layers for short, name in layer.fields}
    texts = []
    for one in conditions:
        name = fields.get((one.column[-2], one.column[-1])) if len(one.column) > 1 else None
        if name is None or name == PROTOCOLS:
            continue
        constant = one.constant
        text = isinstance(constant, str)
        if text and cap.field(name).type.kind in ("ipv4", "ipv6", "ether"):
            shown = str(constant)
        elif text == (cap.field(name).type.kind == "string"):
            shown = '"' + str(constant).replace("\\", "\\\\").replace('"', '\\"') + '"' if text else str(constant)
        else:
            continue
        try:
            compile_filter(f"{name} {one.operator} {shown}", cap.registry)
        except FilterError:
            continue
        texts.append(f"{name} {one.operator} {shown}")
    return compile_filter(" && ".join(texts), cap.registry) if texts else None


def analysed(name: str, captures: Sequence[tuple[str, Capture]]) -> pa.Table:
    """One of the other tables, with the file's name: of an analysis, of conversations (`flows`), of notes."""
    parts = []
    for file, cap in captures:
        for stretch in Tables(cap).stretches(Choice("arrow", table=name)):
            files = pa.array([file] * stretch.rows, pa.string())
            table = pa.Table.from_batches([stretch.make()])
            parts.append(table.add_column(0, FILE, files))
    return pa.concat_tables(parts)
