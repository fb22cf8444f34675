"""A batch as conditions see it: fields from the column engine, asked for when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.capture import Records
from dissect.engine.columns import Columns
from dissect.engine.plan import COLUMNS, PROTOCOLS
from dissect.engine.tree import LayerNode, Node, PacketTree
from dissect.engine.window import grouped
from dissect.filters.operands import NO_ROWS, Occurrences, Rows, objects

if TYPE_CHECKING:
    from dissect.library import Capture

Refer = Callable[[str], Any]


class BatchView:
    """Some packets of a chunk (`rows`, all where None) and the fields and bytes asked for."""

    def __init__(
        self,
        capture: Capture,
        chunk: Records,
        rows: Rows | None,
        names: Iterable[str],
        spans: Iterable[str],
        refer: Refer,
    ) -> None:
        self.capture, self.chunk, self.rows = capture, chunk, rows
        self.count = len(chunk) if rows is None else len(rows)
        self._refer = refer
        self._columns: Columns | None = None
        self._names, self._spans = tuple(names), tuple(spans)
        self._known: dict[tuple[str, bool], Occurrences] = {}
        self._trees: dict[int, PacketTree] = {}

    @property
    def columns(self) -> Columns:
        """The engine's columns of these packets."""
        if self._columns is None:
            self._columns = self.capture.evaluate(self.chunk, self._names, self.rows, self._spans)
        return self._columns

    def row(self, index: int) -> int:
        """The row in the chunk of one of these packets."""
        return index if self.rows is None else int(self.rows[index])

    def field(self, name: str, ordered: bool = True) -> Occurrences:
        """Occurrences of a field; in the order of the packets, if it matters."""
        found = self._known.get((name, True)) or self._known.get((name, ordered))
        if found is None:
            found = self._known[name, ordered] = self._field(name, ordered)
        return found

    def know(self, name: str, values: Any) -> None:
        """Let a field have these values, one a packet."""
        self._known[name, True] = np.arange(self.count), values

    def _field(self, name: str, ordered: bool) -> Occurrences:
        if name == PROTOCOLS:
            chains = objects(self.columns.chains)
            return np.arange(self.count), chains[self.columns.chain_of]
        if name in COLUMNS:
            return np.arange(self.count), self.columns.text[name]
        rows, values, field = self.columns.occurrences(name, ordered)
        wanted = self.capture.field(name)
        if field is None:
            return NO_ROWS, objects([]) if wanted.type.kind in ("string", "bytes", "oid") else np.empty(0, np.int64)
        if wanted.type.kind == "string":
            values = objects(texts_of(field.type.kind, values, field))
        return rows, values

    def octets(self, layer: str, own: bool = False) -> Occurrences:
        """The bytes of a protocol: its header (or message), and, unless its `own` are asked for, what it carries."""
        if layer == "frame":
            return np.arange(self.count), objects([self.chunk.data(self.row(i)) for i in range(self.count)])
        rows, values, _ = self.columns.occurrences(f"@{layer}")
        if not len(rows):
            return rows, objects([])
        if own:
            sizes = self.columns.occurrences(f"@{layer}.size")[1].tolist()
            for at, size in self._prolonged(layer, rows):
                sizes[at] = size
            values = objects([whole[:size] for whole, size in zip(values.tolist(), sizes, strict=True)])
        return rows, values

    def _prolonged(self, layer: str, rows: Rows) -> Iterator[tuple[int, int]]:
        """The sizes of those occurrences of a layer whose header others prolong, by their places in `rows`."""
        parts = self.capture.registry.parts_of(layer)
        for index in sorted({int(row) for name in parts for row in self.field(name)[0]}):
            place = int(np.searchsorted(rows, index)) - 1
            begin = -1
            for node in self.tree(index).layers:
                if node.layer.name == layer:
                    place, begin = place + 1, node.start
                elif node.layer.name not in parts:
                    begin = -1
                elif begin >= 0:
                    yield place, node.start + node.size - begin

    def tree(self, index: int) -> PacketTree:
        """The tree of one of these packets."""
        if index not in self._trees:
            self._trees[index] = self.capture.packet_of(self.chunk, self.row(index)).tree
        return self._trees[index]

    def inner(self, name: str, layer: str, ranges: Any) -> Occurrences:
        """Occurrences of a field in some of its layers, counted by the layers' own protocol."""
        rows, values = self.field(name)
        if layer == name and self.capture.field(name).type.ft == "FT_PROTOCOL":
            values = np.ones(len(rows), bool)
        present, _ = self.field(layer)
        many = np.bincount(present, minlength=self.count) > 1
        of_many = many[rows]
        single = chosen(1, 1, ranges)
        keep = np.flatnonzero(~of_many) if single else NO_ROWS
        out_rows, out_values = [rows[keep]], [values[keep]]
        for index in grouped(rows[of_many])[0].tolist():
            found = [v for v, k, total in self._numbered(index, name) if chosen(k, total, ranges)]
            if found:
                out_rows.append(np.full(len(found), index))
                if values.dtype.kind == "V":
                    out_values.append(np.frombuffer(b"".join(found), values.dtype))
                else:
                    out_values.append(objects(found).astype(values.dtype))
        every = np.concatenate(out_rows)
        order = np.argsort(every, kind="stable")
        return every[order], np.concatenate(out_values)[order]

    def _numbered(self, index: int, name: str) -> list[tuple[Any, int, int]]:
        layers = self.tree(index).layers
        totals: dict[str, int] = {}
        for layer in layers:
            totals[layer.layer.name] = totals.get(layer.layer.name, 0) + 1
        seen: dict[str, int] = {}
        out = []
        for layer in layers:
            mine = layer.layer.name
            seen[mine] = seen.get(mine, 0) + 1
            out += [(node.value, seen[mine], totals[mine]) for node in layer.walk() for _ in named(node, name)]
        return out

    def raw(self, name: str) -> Occurrences:
        """The bytes of a field."""
        rows, _ = self.field(name)
        out_rows, out = [], []
        for index in grouped(rows)[0].tolist():
            tree = self.tree(index)
            for layer in tree.layers:
                for node in layer.walk():
                    for _ in named(node, name):
                        out_rows.append(index)
                        out.append(bytes_of(tree, layer, node))
        return np.array(out_rows, np.int64), objects(out)

    def referred(self, name: str) -> Any:
        """The values of a field in the chosen packet."""
        return self._refer(name)


def named(node: Node, name: str) -> Iterable[str]:
    """The names of a node that are `name`."""
    return [f.name for f in (node.field, *node.field.also) if f.name == name]


def bytes_of(tree: PacketTree, layer: LayerNode, node: Node) -> bytes:
    """The bytes that a node was read from."""
    return tree.sources[layer.source][1][node.start : node.start + node.size]


def texts_of(kind: str, values: Any, field: Any) -> list[str]:
    """Values as text; other types than strings as they are shown."""
    if kind != "string":
        from dissect.engine.values import texts

        return texts(field, values)
    listed = values.tolist()
    if {*map(type, listed)} <= {str}:
        return listed  # type: ignore[no-any-return]
    return [v if isinstance(v, str) else bytes(v).decode("utf-8", "replace") for v in listed]


def chosen(number: int, total: int, ranges: Any) -> bool:
    """Whether layer `number` of `total` is in any of the ranges."""
    for low, high in ranges:
        first = low if low > 0 else total + low + 1
        last = total if high is None else high if high > 0 else total + high + 1
        if first <= number <= last:
            return True
    return False
