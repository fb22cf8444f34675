"""A plan: which fields of which layers a question needs, so that nothing else is read or entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dissect.engine.expert import EXPERT
from dissect.engine.fields import Expr, Field
from dissect.engine.layer import By, Dispatch, Layer, To
from dissect.engine.registry import Registry, bits

PROTOCOLS = "frame.protocols"
DISPLAYED = "frame.time_delta_displayed"  # since the last packet that a filter let through
COLUMNS = ("_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info")
EVERYTHING = frozenset({"_ws.undecoded"})  # fields that only a packet's whole tree can tell
NOTED = frozenset({"_ws.malformed", "_ws.short"})  # what stands beside an expert note
FEW = 4  # fields


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """What is asked of one layer.

    `header`: placed fields to gather, each with the wanted names it serves.  `presence`: the layer's own
    name is wanted.  `by_row`: its rows go to the row evaluator, for fields only `decode` finds or for what
    lies inside.  `enter`: it or something inside is wanted at all.  `hot`: vectorised extractors to run.
    `brief`: nothing but the list's columns, or notes, is asked of what `decode` finds.  `uneasy`: only rows whose
    header says that `decode` may note something go by row.  `settled`: of `by_row`, those stay in columns of which the
    layer says that nothing asked for is found in them.  `inmost`: what `frame.protocols` has behind the layer
    is told by itself, and only rows in which anything asked for lies go by row.
    """

    header: tuple[tuple[Field, tuple[str, ...]], ...]
    presence: bool
    by_row: bool
    enter: bool
    hot: tuple[str, ...]
    enclosing: tuple[Expr, ...] = ()  # only rows whose header says that `decode` finds further layers go by row
    brief: bool = False
    uneasy: bool = False
    deep: bool = False  # something inside is wanted
    passed: bool = False  # nothing is wanted of it but the way on
    reassembly: bool = False  # the fields that tell of a reassembly are wanted: fragments go by row
    settled: bool = False
    inmost: bool = False


class Plan:
    """The plan for a set of field names.  Raises KeyError for a name that the registry does not have."""

    spans: frozenset[str] = frozenset()

    def __init__(
        self,
        registry: Registry,
        names: Iterable[str],
        reassembly: bool = True,
        visits: Iterable[str] = (),
        quoted: bool = False,
        dispatches: Iterable[str] = (),
        shut: frozenset[str] = frozenset(),
    ) -> None:
        self.registry = registry
        self.dispatches = frozenset(dispatches)  # layers of which every payload's layer is looked for
        self.names = frozenset(names)
        # what a packet's tree is asked for: the frame's fields come from the record
        self.tree_names = frozenset(n for n in self.names.difference(COLUMNS) if not n.startswith("frame."))
        self.quoted = quoted  # whether the visitor is shown quoted headers, too
        self.visits = frozenset(visits)  # layers whose headers a visitor is shown
        self.protocols = PROTOCOLS in self.names
        self.columns = any(name in self.names for name in COLUMNS)
        expert = any(name.startswith(EXPERT.name) for name in self.names)
        self.everything = bool(self.names & EVERYTHING)
        self.notes = expert or bool(self.names & NOTED)
        self.examined = expert or not registry.examined.isdisjoint(self.names)  # it takes the whole capture
        self.verify = any(name.endswith((".checksum.status", ".fcs.status")) for name in self.names)
        self.reassembly = reassembly  # whether to tell of reassemblies: a fragment then goes by row
        self.ahead = not registry.ahead.isdisjoint(self.names)
        # the layers whose questions and answers are asked for
        self.linked = frozenset(name for asked in self.names for name in registry.linked.get(asked, ()))
        if self.columns:
            self.linked |= registry.linked_infos
        if self.notes:
            self.linked |= registry.linked_notes
        # sets of layers: those asked for by name, or by a field of theirs; those of which anything is asked
        self._named = bits(number for name in self.tree_names for number in registry.declare(name))
        self._named |= bits(n for n, one in enumerate(registry.outlines) if one.name in self.visits)
        everywhere = self.everything or self.notes
        self._wanted = (1 << len(registry)) - 1 if everywhere else self._named
        self.idle = not (self._wanted or self.protocols or self.columns)  # nothing is asked of any packet's bytes
        self._shut = shut  # gates that nothing goes through
        self._leading = registry.leading(self._wanted, shut)
        self._enters: dict[int, bool] = {}
        self._any: dict[tuple[str, ...], bool] = {}
        self._steps: dict[type[Layer], int] = {}
        self._entered: dict[str, NDArray[np.bool_]] = {}
        self._entering: dict[str, NDArray[np.bool_] | None] = {}
        self._guesses: dict[tuple[type[Layer], str], list[int]] = {}
        self.layers = _Plans(self)

    @cached_property
    def gates(self) -> frozenset[str]:
        """The gates of which it matters whether they are open."""
        every = self.registry.gates
        closed = self.registry.leading(self._wanted, every)
        return frozenset(g for g in every if self.registry.leading(self._wanted, every.difference((g,))) != closed)

    @classmethod
    def spanning(
        cls, registry: Registry, names: Iterable[str], spans: Iterable[str], shut: frozenset[str] = frozenset()
    ) -> Plan:
        """A plan that also wants, as `@name`, the bytes of some layers with all that they carry, and as `@name.size`
        how many of these are the layer's own."""
        spans = frozenset(spans)
        plan = cls(registry, frozenset(names) | spans, shut=shut)
        plan.spans = spans
        return plan

    def _serves(self, field: Field) -> tuple[str, ...]:
        return tuple(f.name for f in (field, *field.also) if f.name in self.names)

    def _fields(self, layer: type[Layer]) -> tuple[Field, ...]:
        """The layer's fields, if any field is asked for at all: many plans ask for none, and start-up counts."""
        return layer.fields if self.tree_names else ()

    @cached_property
    def slight(self) -> bool:
        """Whether no more is asked for than a few fields of headers."""
        if self.columns or self.protocols or self.notes or self.everything or len(self.names) > FEW:
            return False
        return all(f.in_header for name in self.tree_names for f in self.registry.fields.get(name, ()))

    def enters(self, number: int) -> bool:
        """Whether the layer of this number, or something inside it, is wanted at all."""
        if number not in self._enters:
            self._enters[number] = bool(self._wanted >> number & 1) or self._deep(number)
        return self._enters[number]

    def tells(self, layer: type[Layer]) -> bool:
        """Whether something that a layer declares is asked for.  `decode` may also find fields of other layers."""
        return bool(self._wanted >> self.registry.ids[layer] & 1)

    def _deep(self, number: int) -> bool:
        """Whether something inside a layer is wanted."""
        if self.visits and not self.quoted and "quotes" in self.registry.outlines[number].marks:
            return False  # what is quoted was not sent: no visitor is shown it
        return self.protocols or self.columns or bool(self._leading >> number & 1)

    def plan_of(self, layer: type[Layer]) -> LayerPlan:
        """What is asked of a layer."""
        number = self.registry.ids[layer]
        header = tuple((f, served) for f in layer.header if (served := self._serves(f))) if self.tree_names else ()
        tree: tuple[Field, ...] = () if layer.fragments is None else layer.fragments.tree
        if layer.segments is not None:
            tree = (*layer.segments.tree, layer.segments.data)
        reassembly = self.reassembly and any(self._serves(f) for f in tree)
        decoded = [f for f in self._fields(layer) if not f.in_header and self._serves(f) and f not in tree]
        hot = tuple(dict.fromkeys(f.name for f in decoded if f.name in layer.hot))
        deep = self._deep(number)
        inside_decode = bool(layer.reaches) or (layer.has_decode and layer.length is None and bool(layer.next))
        inside = inside_decode and deep
        within_reach = self.registry.directly(number, self._shut) & (self._wanted | self._leading)
        reached = self.protocols or self.columns or bool(within_reach)
        held = self.protocols or bool(self.registry.held(number) & self._named)
        data = self.registry.number_of.get("data", -1)
        data = self._wanted & 1 << data if data >= 0 else 0
        plain = self.protocols or self.columns or bool(self.registry.leading(data, self._shut) >> number & 1)
        enclosing: tuple[Expr, ...] = ()
        if inside and layer.encloses is not None and (layer.encloses_all or not plain):
            inside, enclosing = False, _enclosing(layer, reached, held)
        elif inside and not plain and (rare := self._rare(layer, within_reach)) is not None:
            inside, enclosing = False, rare
        read = self.everything or any(f.name not in layer.hot for f in decoded)
        named = self.registry.leading(self._named, self._shut)  # layers inside which any is that was asked for by name
        within = inside_decode and (self.protocols or bool(named >> number & 1))
        tells = layer.has_decode and (layer.info is None or layer.length is None or layer.informs)
        brief = (self.columns or self.notes) and layer.has_brief and not read
        apart: tuple[Expr, ...] = ()  # where all else is briefly told: the headers inside which lies what was named
        if brief and within:
            some = None if self.protocols else self._where(layer, number, named)
            brief, apart = some is not None, some or ()
        inmost = layer.inmost is not None and self.protocols and not (self.columns or self.notes or read)
        if inmost:
            inside, enclosing = False, ()
        noted = self.notes and layer.has_decode
        unsure = noted and layer.uneasy is None
        by_row = not brief and (read or inside or unsure or (self.columns and tells))
        enclosing = apart if brief else () if by_row else enclosing
        uneasy = noted and not unsure and not by_row
        settled = by_row and layer.settled is not None
        settled = settled and not (self.columns or self.everything or self.wants_trailer(layer))
        own = layer.settled_fields
        settled = settled and not any(f.name not in layer.hot and ("*" in own or f.name in own) for f in decoded)
        return LayerPlan(
            header, layer.name in self.names, by_row, self.enters(number), hot, enclosing, brief, uneasy, deep,
            self._passed(layer, number), reassembly, settled, inmost,
        )  # fmt: skip

    def wants_any(self, names: tuple[str, ...]) -> bool:
        """Whether anything is asked for by name of the layers of these names, or of what they lead to."""
        if names not in self._any:
            wanted = self._named | self.registry.leading(self._named, self._shut)
            self._any[names] = any(wanted >> n & 1 for n, o in enumerate(self.registry.outlines) if o.name in names)
        return self._any[names]

    def _where(self, layer: type[Layer], number: int, named: int) -> tuple[Expr, ...] | None:
        """The expressions that tell in which headers a layer's `decode` may find a layer asked for by name, or one
        that leads there; None where any header may be such."""
        inner = self.registry.directly(number, self._shut) & (named | self._named)
        if layer.encloses is not None and layer.encloses_all:
            return _enclosing(layer, bool(inner), bool(self.registry.held(number) & self._named))
        return self._rare(layer, inner)

    def _rare(self, layer: type[Layer], inner: int) -> tuple[Expr, ...] | None:
        """The expressions that tell in which headers a layer's `decode` may find any of the layers `inner`, if it
        declares one for each."""
        names = {one.name for n, one in enumerate(self.registry.outlines) if inner >> n & 1}
        if not layer.rarely or not names <= set(layer.rarely):
            return None
        return tuple({layer.rarely[name] for name in names})

    def _passed(self, layer: type[Layer], number: int) -> bool:
        """Whether nothing is wanted of a layer but the way on, which its header's fixed fields tell."""
        if self.protocols or self.columns or self._wanted >> number & 1:
            return False
        if layer.fragments is not None or layer.total is not None:
            return False
        return not any(self.registry.reach(name) & (self._wanted | self._leading) for name in layer.reaches)

    def steps(self, layer: type[Layer]) -> int:
        """How many of a layer's dispatches to try: those behind lead to nothing that is entered."""
        if layer not in self._steps:
            count = len(layer.next)
            if not self.all_matter(layer):
                while count and not self.leads(layer.next[count - 1]):
                    count -= 1
            self._steps[layer] = count
        return self._steps[layer]

    def all_matter(self, layer: type[Layer]) -> bool:
        """Whether every payload of a layer is looked at, wherever it goes: data is entered, too."""
        data = self.registry.number_of.get("data", -1)
        return data < 0 or self.enters(data) or layer.name in self.dispatches

    def leads(self, step: Dispatch) -> bool:
        """Whether a dispatch may lead to a layer that is entered."""
        if isinstance(step, By):
            table = self.registry.tables.get(step.table)
            return table is not None and any(map(self.enters, table.targets))
        if isinstance(step, To):
            number = self.registry.number_of.get(step.layer, -1)
            return number >= 0 and self.enters(number)
        return any(map(self.enters, self.registry.guessed.get(step.table, ())))

    def entered(self, table: str) -> NDArray[np.bool_]:
        """By number, which of the layers that a table leads to are entered."""
        if table not in self._entered:
            found = np.zeros(len(self.registry) + 1, bool)  # the last is -1's: none
            found[[number for number in self.registry.tables[table].targets if self.enters(number)]] = True
            self._entered[table] = found
        return self._entered[table]

    def entering(self, table: str) -> NDArray[np.bool_] | None:
        """By key, whether a table leads to a layer that is entered; None where keys are not looked up directly."""
        if table not in self._entering:
            direct = self.registry.tables[table].direct
            self._entering[table] = None if direct is None else self.entered(table)[direct]
        return self._entering[table]

    def guesses(self, layer: type[Layer], table: str) -> list[int]:
        """The layers whose probes to ask: those behind lead to nothing that is entered."""
        key = layer, table
        if key not in self._guesses:
            numbers = self.registry.guessed.get(table, [])
            count = len(numbers)
            if not self.all_matter(layer):
                while count and not self.enters(numbers[count - 1]):
                    count -= 1
            self._guesses[key] = numbers[:count]
        return self._guesses[key]

    def wants_trailer(self, layer: type[Layer]) -> bool:
        """Whether what follows the layer's payload is asked for."""
        return layer.has_trailer and (
            any(not f.in_header and self._serves(f) for f in layer.fields) or not self.names.isdisjoint(layer.trails)
        )


def _enclosing(layer: type[Layer], reached: bool, held: bool) -> tuple[Expr, ...]:
    """The expressions that tell in which headers something wanted lies: a layer `reached`, or fields that it `held`."""
    asked = ((layer.encloses, reached), (layer.holds_when, held))
    return tuple(expression for expression, wanted in asked if expression is not None and wanted)


class _Plans(dict[type[Layer], LayerPlan]):
    """The plan of each layer, made when the layer is met."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __missing__(self, layer: type[Layer]) -> LayerPlan:
        made = self[layer] = self._plan.plan_of(layer)
        return made
