"""The registry: which layers there are and where each is found.  A value: changing it makes another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.layer import By, Heuristics, Layer, To

LayerType = type[Layer]


class Table:
    """A dispatch table: integer keys to layers."""

    def __init__(self, entries: dict[int, LayerType] | None = None) -> None:
        self.entries: dict[int, LayerType] = dict(entries or {})

    def lookup(self, keys: NDArray[Any], ids: dict[LayerType, int]) -> NDArray[np.int64]:
        """The id of each key's layer, -1 where there is none."""
        known, values = self._sorted(ids)
        if not len(known):
            return np.full(len(keys), -1, np.int64)
        wide = keys.astype(np.int64)
        direct = self._direct(known, values)
        if direct is not None and len(wide) and wide.min() >= 0 and wide.max() < DIRECT:
            return direct[wide]
        at = np.searchsorted(known, wide)
        at[at == len(known)] = 0
        return np.where(known[at] == wide, values[at], -1)

    def _direct(self, known: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """The layers by key, for keys of 16 bits."""
        if "_by_key" not in self.__dict__:
            made = None
            if known[0] >= 0 and known[-1] < DIRECT:
                made = np.full(DIRECT, -1, np.int64)
                made[known] = values
            self.__dict__["_by_key"] = made
        found: NDArray[np.int64] | None = self.__dict__["_by_key"]
        return found

    def _sorted(self, ids: dict[LayerType, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        cached = self.__dict__.get("_arrays")
        if cached is None:
            keys = sorted(self.entries)
            cached = (
                np.array(keys, np.int64),
                np.array([ids[self.entries[key]] for key in keys], np.int64),
            )
            self.__dict__["_arrays"] = cached
        return cached


DIRECT = 1 << 16  # keys below are looked up directly


class Registry:
    """An immutable set of layers with the dispatch tables they bind themselves into.

    Later layers win over earlier ones in a table.  `decode_as` and `with_layers` return another registry.
    """

    def __init__(
        self, layers: Iterable[LayerType], overrides: Iterable[tuple[str, int, str]] = (), checksums: bool = False
    ) -> None:
        self.layers: tuple[LayerType, ...] = tuple(layers)
        self.by_name: dict[str, LayerType] = {layer.name: layer for layer in self.layers}
        self.ids: dict[LayerType, int] = {layer: i for i, layer in enumerate(self.layers)}
        self.tables: dict[str, Table] = {}
        self.heuristics: dict[str, tuple[LayerType, ...]] = {}
        self.overrides = tuple(overrides)
        self.checksums = checksums  # whether trees verify checksums; a column of a status always does
        for layer in self.layers:
            for table, keys in layer.binds.items():
                entries = self.tables.setdefault(table, Table()).entries
                for key in keys:
                    entries[key] = layer
            for step in layer.next:
                if isinstance(step, By):
                    self.tables.setdefault(step.table, Table())
            for table in layer.heuristics:
                self.heuristics[table] = (*self.heuristics.get(table, ()), layer)
        for table, key, name in self.overrides:
            self.tables.setdefault(table, Table()).entries[key] = self._named(table, name)

    def _named(self, table: str, name: str) -> LayerType:
        """The layer of a name; of several (DNS over TCP and over UDP) the one that is found in this table."""
        return next((layer for layer in self.layers if layer.name == name and table in layer.binds), self.by_name[name])

    def layer(self, name: str) -> LayerType:
        """The layer called `name`.  Raises KeyError."""
        return self.by_name[name]

    def find(self, table: str, key: int) -> LayerType | None:
        """The layer that `table` has for `key`, or None."""
        found = self.tables.get(table)
        return None if found is None else found.entries.get(key)

    def with_layers(self, layers: Iterable[LayerType]) -> Registry:
        """Another registry with further layers (they win where they bind the same keys)."""
        return Registry((*self.layers, *layers), self.overrides, self.checksums)

    def verifying(self) -> Registry:
        """Another registry whose trees verify checksums."""
        return Registry(self.layers, self.overrides, True)

    def decode_as(self, rule: str) -> Registry:
        """Another registry with a rule as `tcp.port==8888,http`.  Raises ValueError, saying what is wrong."""
        selector, _, name = rule.partition(",")
        table, _, key = selector.partition("==")
        table, key, name = table.strip(), key.strip(), name.strip()
        if not (table and key and name):
            raise ValueError(f"decode-as rule {rule!r}: expected TABLE==KEY,PROTOCOL, e.g. tcp.port==8888,http")
        if table not in self.tables:
            raise ValueError(f"decode-as rule {rule!r}: no table {table!r}; there are {', '.join(sorted(self.tables))}")
        if name not in self.by_name:
            raise ValueError(f"decode-as rule {rule!r}: no protocol {name!r} (`dissect fields` lists them)")
        try:
            low, _, high = key.partition("-")
            keys = range(int(low, 0), int(high or low, 0) + 1)
        except ValueError:
            raise ValueError(f"decode-as rule {rule!r}: {key!r} is no number or range") from None
        if len(keys) > 65536:
            raise ValueError(f"decode-as rule {rule!r}: a range of at most 65536 keys")
        return Registry(self.layers, (*self.overrides, *((table, k, name) for k in keys)), self.checksums)

    @cached_property
    def fields(self) -> dict[str, list[Field]]:
        """Every field by name; a name that several layers declare (or that is an alias) has several."""
        out: dict[str, list[Field]] = {}
        for field in self.all_fields():
            out.setdefault(field.name, []).append(field)
        return out

    def all_fields(self) -> Iterator[Field]:
        """Every field of every layer in declaration order: protocol, fields, further names."""
        seen: set[int] = set()
        for layer in self.layers:
            for field in (layer.protocol, *layer.fields):
                for one in (field, *field.also):
                    if one.name and id(one) not in seen:
                        seen.add(id(one))
                        yield one

    @cached_property
    def below(self) -> dict[LayerType, frozenset[LayerType]]:
        """Layers that can come somewhere inside each layer."""
        data = self.by_name.get("data")
        direct: dict[LayerType, set[LayerType]] = {}
        for layer in self.layers:
            tables = set(layer.reaches)
            reach: set[LayerType] = set()
            for step in layer.next:
                if isinstance(step, To):
                    tables.add(step.layer)
                elif isinstance(step, By):
                    tables.add(step.table)
                elif isinstance(step, Heuristics):
                    reach.update(self.heuristics.get(step.table, ()))
            for table in tables:
                if table in self.by_name:
                    reach.add(self.by_name[table])
                reach.update(self.tables.get(table, Table()).entries.values())
                reach.update(self.heuristics.get(table, ()))
            if layer.next and data is not None:
                reach.add(data)
            direct[layer] = reach
        return {layer: frozenset(_closure(layer, direct)) for layer in self.layers}


def _closure(start: LayerType, direct: dict[LayerType, set[LayerType]]) -> set[LayerType]:
    seen: set[LayerType] = set()
    todo = list(direct[start])
    while todo:
        layer = todo.pop()
        if layer not in seen:
            seen.add(layer)
            todo.extend(direct[layer] - seen)
    return seen
