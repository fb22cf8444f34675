"""The registry: which layers there are and where each is found.  A value: changing it makes another one.

Layers are numbered in their order, and known by number until one is met: only then it is imported (`outline`).  Sets
of layers are integers with a bit for each number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import Field
from dissect.engine.layer import By, Layer, To
from dissect.engine.outline import Outline, home_of, outline_of
from dissect.engine.peek import Likely, RowPeek

LayerType = type[Layer]

KEYLOG = "tls.keylog_file:"  # as Wireshark's preference is spelled
DIRECT = 1 << 16  # keys below are looked up directly
FEW_NAMES = 32  # are looked for; of more a table is made


class Table:
    """A dispatch table: integer keys to numbers of layers."""

    def __init__(self) -> None:
        self.entries: dict[int, int] = {}

    def lookup(self, keys: NDArray[Any]) -> NDArray[np.int64]:
        """The number of each key's layer, -1 where there is none."""
        known, values = self._sorted
        if not len(known):
            return np.full(len(keys), -1, np.int64)
        wide = keys.astype(np.int64, copy=False)
        if self.direct is not None and low(wide):
            return self.direct.take(wide)
        at = np.searchsorted(known, wide)
        at[at == len(known)] = 0
        return np.where(known[at] == wide, values[at], -1)

    @cached_property
    def targets(self) -> frozenset[int]:
        """The layers that are found here."""
        return frozenset(self.entries.values())

    @cached_property
    def direct(self) -> NDArray[np.int64] | None:
        """The layers by key, for keys of 16 bits."""
        known, values = self._sorted
        if not len(known) or known[0] < 0 or known[-1] >= DIRECT:
            return None
        made = np.full(DIRECT, -1, np.int64)
        made[known] = values
        return made

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        keys = sorted(self.entries)
        return np.array(keys, np.int64), np.array([self.entries[key] for key in keys], np.int64)


def low(keys: NDArray[Any]) -> bool:
    """Whether all keys can be looked up directly."""
    return bool(0 <= np.bitwise_or.reduce(keys) < DIRECT)


class Registry:
    """An immutable set of layers with the dispatch tables they bind themselves into.

    Later layers win over earlier ones in a table.  `decode_as` and `with_layers` return another registry.

    Layers may have one name: a protocol's headers that differ by what carries them (DNS over TCP and over UDP,
    connections and datagrams of DCE/RPC).  Tables and heuristics lead to each; by the name the last is meant.
    """

    def __init__(
        self,
        layers: Iterable[LayerType | Outline],
        overrides: Iterable[tuple[str, int, str]] = (),
        checksums: bool = False,
        keylog: str = "",
    ) -> None:
        given = tuple(layers)
        self.outlines = tuple(one if isinstance(one, Outline) else outline_of(one) for one in given)
        self._met: list[LayerType | None] = [None if isinstance(one, Outline) else one for one in given]
        self.ids = _Numbers(self)
        self.ids.update((layer, number) for number, layer in enumerate(self._met) if layer is not None)
        self._empty: dict[LayerType, bool] = {}  # see `takes_empty`
        self.number_of: dict[str, int] = {one.name: number for number, one in enumerate(self.outlines)}
        self.by_name: Mapping[str, LayerType] = _ByName(self)
        self.tables: dict[str, Table] = {}
        self.guessed: dict[str, list[int]] = {}  # the layers that a table's heuristics may find
        self.overrides = tuple(overrides)
        self.keylog = keylog  # the file of secrets with which TLS and QUIC are decrypted
        self.checksums = checksums  # whether trees verify checksums; a column of a status always does
        for number, one in enumerate(self.outlines):
            for table, keys in one.binds.items():
                self._table(table).update(dict.fromkeys(keys, number))
            for table in one.by:
                self._table(table)
            for table in one.heuristics:
                self.guessed.setdefault(table, []).append(number)
        for table, key, name in self.overrides:
            self._table(table)[key] = self._named(table, name)

    @cached_property
    def asking(self) -> dict[str, NDArray[np.bool_]]:
        """Of the tables that lead to layers that do not accept every payload: by number, which do not."""
        some = [number for number, one in enumerate(self.outlines) if "accepts" in one.marks]
        mask = np.zeros(len(self.outlines) + 1, bool)  # the last is -1's: none
        mask[some] = True
        return {name: mask for name, table in self.tables.items() if not table.targets.isdisjoint(some)}

    def _table(self, name: str) -> dict[int, int]:
        return self.tables.setdefault(name, Table()).entries

    def _named(self, table: str, name: str) -> int:
        """The layer of a name; of several (DNS over TCP and over UDP) the one that is found in this table."""
        bound = (n for n, one in enumerate(self.outlines) if one.name == name and table in one.binds)
        return next(bound, self.number_of[name])

    def __len__(self) -> int:
        return len(self.outlines)

    def numbered(self, number: int) -> LayerType:
        """The layer of a number."""
        layer = self._met[number]
        if layer is None:
            layer = self._met[number] = self.outlines[number].load()
            self.ids[layer] = number
        return layer

    @property
    def layers(self) -> tuple[LayerType, ...]:
        """All layers, in order.  It imports them all."""
        return tuple(map(self.numbered, range(len(self))))

    def marked(self, mark: str) -> list[LayerType]:
        """The layers that declare one of `outline.MARKS`."""
        return [self.numbered(number) for number, one in enumerate(self.outlines) if mark in one.marks]

    def parts_of(self, name: str) -> frozenset[str]:
        """The layers that prolong another one's header."""
        return frozenset(layer.name for layer in self.marked("part_of") if layer.part_of == name)

    def layer(self, name: str) -> LayerType:
        """The layer called `name`.  Raises KeyError."""
        return self.by_name[name]

    def number(self, table: str, key: int) -> int:
        """The number of the layer that `table` has for `key`, or -1."""
        found = self.tables.get(table)
        return -1 if found is None else found.entries.get(key, -1)

    def find(self, table: str, key: int) -> LayerType | None:
        """The layer that `table` has for `key`, or None."""
        entries = self.tables.get(table)
        number = None if entries is None else entries.entries.get(key)
        return None if number is None else self._met[number] or self.numbered(number)

    def takes_empty(self, layer: LayerType) -> bool:
        """Whether a layer's payload of no octets may have a layer."""
        found = self._empty.get(layer)
        if found is None:
            numbers: set[int] = set()
            for step in layer.next:
                if isinstance(step, By) and step.table in self.tables:
                    numbers |= self.tables[step.table].targets
                elif isinstance(step, To) and step.layer in self.number_of:
                    numbers.add(self.number_of[step.layer])
            found = self._empty[layer] = any("accept_empty" in self.outlines[number].marks for number in numbers)
        return found

    @cached_property
    def likely(self) -> list[Likely | None]:
        """By number: what a payload has to have for the layer's probe to be asked."""
        return [Likely.of(one.likely) if one.likely else None for one in self.outlines]

    def heuristics(self, table: str, peek: RowPeek) -> Iterator[LayerType]:
        """The layers whose probes are asked of a payload, in order."""
        for number in self.guessed.get(table, ()):
            likely = self.likely[number]
            if likely is None or likely.holds(peek):
                yield self.numbered(number)

    def with_layers(self, layers: Iterable[LayerType]) -> Registry:
        """Another registry with further layers (they win where they bind the same keys)."""
        return Registry((*self._known(), *layers), self.overrides, self.checksums, self.keylog)

    def verifying(self) -> Registry:
        """Another registry whose trees verify checksums."""
        return Registry(self._known(), self.overrides, True, self.keylog)

    def _known(self) -> list[LayerType | Outline]:
        return [layer or one for layer, one in zip(self._met, self.outlines, strict=True)]

    def decode_as(self, rule: str) -> Registry:
        """Another registry with a rule as `tcp.port==8888,http`, or the secrets of `tls.keylog_file:FILE`.

        Raises ValueError, saying what is wrong.
        """
        if rule.startswith(KEYLOG):
            return Registry(self._known(), self.overrides, self.checksums, rule[len(KEYLOG) :])
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
        rules = (*self.overrides, *((table, k, name) for k in keys))
        return Registry(self._known(), rules, self.checksums, self.keylog)

    @cached_property
    def fields(self) -> Mapping[str, list[Field]]:
        """Every field by name; a name that several layers declare (or that is an alias) has several."""
        return _Fields(self)

    @cached_property
    def declaring(self) -> dict[str, list[int]]:
        """Which layers declare each name."""
        out: dict[str, list[int]] = {}
        for number, one in enumerate(self.outlines):
            for name in one.names.split("\n"):
                out.setdefault(name, []).append(number)
        return out

    def declare(self, name: str) -> list[int]:
        """Which layers declare a name: where few are asked for, looking for them takes less than a table of all."""
        if len(self._asked) > FEW_NAMES or "declaring" in self.__dict__:
            return self.declaring.get(name, [])
        found = self._asked.get(name)
        if found is None:
            line = f"\n{name}\n"
            there = (n for n, text in enumerate(self._lines) if line in text) if "\n" not in name else ()
            found = self._asked[name] = list(there)
        return found

    @cached_property
    def _asked(self) -> dict[str, list[int]]:
        return {}

    @cached_property
    def _lines(self) -> list[str]:
        return [f"\n{one.names}\n" for one in self.outlines]

    @cached_property
    def ahead(self) -> frozenset[str]:
        """The fields that later packets decide."""
        return frozenset(name for one in self.outlines for name in one.ahead)

    @cached_property
    def linked(self) -> dict[str, set[str]]:
        """The fields that tell of questions and answers, with the names of the layers that have them."""
        out: dict[str, set[str]] = {}
        for one in self.outlines:
            for name in one.linked:
                out.setdefault(name, set()).add(one.name)
        return out

    @cached_property
    def linked_layers(self) -> frozenset[str]:
        """The layers that have fields of that kind."""
        return frozenset(one.name for one in self.outlines if one.linked)

    @cached_property
    def linked_infos(self) -> frozenset[str]:
        """The layers whose Info column tells of questions and answers."""
        return frozenset(one.name for one in self.outlines if "linked_info" in one.marks)

    @cached_property
    def linked_notes(self) -> frozenset[str]:
        """The layers whose notes do."""
        return frozenset(one.name for one in self.outlines if "linked_notes" in one.marks)

    @cached_property
    def examined(self) -> frozenset[str]:
        """The fields that an examination of the whole capture gives."""
        return frozenset(n for one in self.outlines if "examined_by" in one.marks for n in one.names.split("\n"))

    def leading(self, wanted: int, shut: frozenset[str] = frozenset()) -> int:
        """The set of layers inside which, at whatever depth, one of a set of layers can come: some gates are shut."""
        key = wanted, shut
        if not wanted:
            return 0
        if key not in self._leading:
            ways, out, new = self._ways(shut), 0, wanted
            holders = bits(number for number in self._holders if self.held(number) & wanted)
            while new:
                found = holders
                for targets, users in ways:
                    if targets & new:
                        found |= users
                new = found & ~out
                out |= found
            self._leading[key] = out
        return self._leading[key]

    def _ways(self, shut: frozenset[str]) -> list[tuple[int, int]]:
        """Sets of layers that payloads may go to, each with the set of layers whose payloads may."""
        if shut not in self._all_ways:
            users = dict(self._ungated)
            self._use(users, (number for number, one in enumerate(self.outlines) if one.gates), shut)
            self._all_ways[shut] = [(self._reached(way), layers) for way, layers in users.items()]
        return self._all_ways[shut]

    @cached_property
    def _ungated(self) -> dict[tuple[bool, str], int]:
        """Which layers' payloads go which ways, of those layers whose ways are always open."""
        users: dict[tuple[bool, str], int] = {}
        self._use(users, (number for number, one in enumerate(self.outlines) if not one.gates), frozenset())
        return users

    def _use(self, users: dict[tuple[bool, str], int], numbers: Iterable[int], shut: frozenset[str]) -> None:
        for number in numbers:
            bit = 1 << number
            for way in self._steps(self.outlines[number], shut):
                users[way] = users.get(way, 0) | bit

    @staticmethod
    def _steps(one: Outline, shut: frozenset[str]) -> Iterator[tuple[bool, str]]:
        """The ways on from a layer: tables and layers, and (True) tables of which only the heuristics are tried."""
        for name in one.by:
            yield False, name
        for name in one.to:
            if not one.gates or name not in one.gates or not shut.issuperset(one.gates[name]):
                yield False, name
        for name in one.guesses:
            yield True, name
        if "next" in one.marks:
            yield True, ""  # what no other layer claims is data

    def _reached(self, way: tuple[bool, str]) -> int:
        """The set of layers that one of these ways leads to."""
        found = self._reaches.get(way)
        if found is None:
            guessed, name = way
            if not guessed:
                found = self.reach(name)
            elif name:
                found = bits(self.guessed.get(name, ()))
            else:
                found = 1 << self.number_of["data"] if "data" in self.number_of else 0
            self._reaches[way] = found
        return found

    @cached_property
    def _reaches(self) -> dict[tuple[bool, str], int]:
        return {}

    @cached_property
    def _holders(self) -> list[int]:
        return [number for number, one in enumerate(self.outlines) if one.holds]

    @cached_property
    def _all_ways(self) -> dict[frozenset[str], list[tuple[int, int]]]:
        return {}

    @cached_property
    def gates(self) -> frozenset[str]:
        """What layers ask for before others come within them."""
        return frozenset(gate for one in self.outlines for gates in one.gates.values() for gate in gates)

    @cached_property
    def _leading(self) -> dict[tuple[int, frozenset[str]], int]:
        return {}

    @cached_property
    def _direct(self) -> dict[tuple[int, frozenset[str]], int]:
        return {}

    def held(self, number: int) -> int:
        """The set of layers whose fields a layer fills by itself."""
        return bits(self.number_of[name] for name in self.outlines[number].holds if name in self.number_of)

    def directly(self, number: int, shut: frozenset[str] = frozenset()) -> int:
        """The set of layers that a layer may dispatch its payload to."""
        found = self._direct.get((number, shut))
        if found is None:
            found = 0
            for way in self._steps(self.outlines[number], shut):
                found |= self._reached(way)
            self._direct[number, shut] = found
        return found

    def reach(self, name: str) -> int:
        """The set of layers that a table, or the layer, of this name leads to; `*`: all."""
        if name == "*":
            return (1 << len(self)) - 1
        found = bits(self.guessed.get(name, ()))
        if name in self.number_of:
            found |= 1 << self.number_of[name]
        if name in self.tables:
            found |= bits(self.tables[name].targets)
        return found


class _Numbers(dict[LayerType, int]):
    """The number of each layer."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __missing__(self, layer: LayerType) -> int:
        """Of a layer that the registry did not import itself."""
        home = home_of(layer)
        for number, one in enumerate(self._registry.outlines):
            if one.home == home and self._registry.numbered(number) is layer:
                return number
        raise KeyError(layer)


class _ByName(Mapping[str, LayerType]):
    """Layers by name, imported when looked at."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, name: str) -> LayerType:
        return self._registry.numbered(self._registry.number_of[name])

    def __contains__(self, name: object) -> bool:
        return name in self._registry.number_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.number_of)

    def __len__(self) -> int:
        return len(self._registry.number_of)


class _Fields(Mapping[str, list[Field]]):
    """Fields by name; their layers are imported when one is looked at."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._of: dict[int, dict[str, list[Field]]] = {}  # of each layer looked at
        self._found: dict[str, list[Field]] = {}

    def __getitem__(self, name: str) -> list[Field]:
        found = self._found.get(name)
        if found is None:
            same = [field for number in self._declared(name) for field in self._fields(number)[name]]
            found = self._found[name] = list({id(field): field for field in same}.values())
        return found

    def _declared(self, name: str) -> list[int]:
        found = self._registry.declare(name)
        if not found:
            raise KeyError(name)
        return found

    def _fields(self, number: int) -> dict[str, list[Field]]:
        if number not in self._of:
            out: dict[str, list[Field]] = {}
            for field in own_fields(self._registry.numbered(number)):
                out.setdefault(field.name, []).append(field)
            self._of[number] = out
        return self._of[number]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self._registry.declare(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.declaring)

    def __len__(self) -> int:
        return len(self._registry.declaring)


def own_fields(layer: LayerType) -> Iterator[Field]:
    """The protocol, the fields and their further names."""
    return (one for field in (layer.protocol, *layer.fields) for one in (field, *field.also) if one.name)


def bits(numbers: Iterable[int]) -> int:
    """The set of these numbers."""
    out = 0
    for number in numbers:
        out |= 1 << number
    return out
