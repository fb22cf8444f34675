"""A plan: which fields of which layers a question needs, so that nothing else is read or entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dissect.engine.expert import EXPERT
from dissect.engine.fields import Field
from dissect.engine.layer import By, Dispatch, Layer, To
from dissect.engine.registry import Registry

PROTOCOLS = "frame.protocols"
COLUMNS = ("_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info")
EVERYTHING = frozenset({"_ws.undecoded"})  # fields that only a packet's whole tree can tell
NOTED = frozenset({"_ws.malformed", "_ws.short"})  # what stands beside an expert note


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """What is asked of one layer.

    `header`: placed fields to gather, each with the wanted names it serves.  `presence`: the layer's own
    name is wanted.  `by_row`: its rows go to the row evaluator, for fields only `decode` finds or for what
    lies inside.  `enter`: it or something inside is wanted at all.  `hot`: vectorised extractors to run.
    `brief`: nothing but the list's columns, or notes, is asked of what `decode` finds.  `uneasy`: only rows whose
    header says that `decode` may note something go by row.
    """

    header: tuple[tuple[Field, tuple[str, ...]], ...]
    presence: bool
    by_row: bool
    enter: bool
    hot: tuple[str, ...]
    enclosing: bool = False  # only rows whose header says that `decode` finds further layers go by row
    brief: bool = False
    uneasy: bool = False
    deep: bool = False  # something inside is wanted
    reassembly: bool = False  # the fields that tell of a reassembly are wanted: fragments go by row


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
        examined = {f.name for layer in registry.layers if layer.examined_by for f in (layer.protocol, *layer.fields)}
        self.examined = expert or not examined.isdisjoint(self.names)  # it takes the whole capture
        self.verify = any(name.endswith((".checksum.status", ".fcs.status")) for name in self.names)
        self.reassembly = reassembly  # whether to tell of reassemblies: a fragment then goes by row
        trees = [f.tree for layer in registry.layers for f in (layer.fragments, layer.segments) if f is not None]
        later = {tree.found_in.name for tree in trees} | {f.name for f in registry.all_fields() if f.ahead}
        self.ahead = not later.isdisjoint(self.names)
        linked = {f.name for f in registry.all_fields() if f.linked}
        self.linked = self.columns or not linked.isdisjoint(self.names)
        self._named = {layer: self._names(layer) for layer in registry.layers}
        self._wanted = {layer: self._wants(layer) for layer in registry.layers}
        self.layers = {layer: self._plan(layer) for layer in registry.layers}
        self.steps = {layer: self._steps(layer) for layer in registry.layers}  # dispatches that matter

    @classmethod
    def spanning(cls, registry: Registry, names: Iterable[str], spans: Iterable[str]) -> Plan:
        """A plan that also wants, as `@name`, the bytes of some layers with all that they carry, and as `@name.size`
        how many of these are the layer's own."""
        spans = frozenset(spans)
        plan = cls(registry, frozenset(names) | spans)
        plan.spans = spans
        return plan

    def _serves(self, field: Field) -> tuple[str, ...]:
        return tuple(f.name for f in (field, *field.also) if f.name in self.names)

    def _wants(self, layer: type[Layer]) -> bool:
        return self._named[layer] or self.everything or self.notes

    def _names(self, layer: type[Layer]) -> bool:
        """Whether the layer, or a field of it, is asked for by name."""
        if layer.name in self.names or layer.name in self.visits:
            return True
        return any(self._serves(field) for field in self._fields(layer))

    def _fields(self, layer: type[Layer]) -> tuple[Field, ...]:
        """The layer's fields, if any field is asked for at all: many plans ask for none, and start-up counts."""
        return layer.fields if self.tree_names else ()

    def _plan(self, layer: type[Layer]) -> LayerPlan:
        header = tuple((f, served) for f in layer.header if (served := self._serves(f))) if self.tree_names else ()
        tree: tuple[Field, ...] = () if layer.fragments is None else layer.fragments.tree
        if layer.segments is not None:
            tree = (*layer.segments.tree, layer.segments.data)
        reassembly = self.reassembly and any(self._serves(f) for f in tree)
        decoded = [f for f in self._fields(layer) if not f.in_header and self._serves(f) and f not in tree]
        hot = tuple(f.name for f in decoded if f.name in layer.hot)
        below = any(self._wanted[other] for other in self.registry.below[layer])
        deep = below or self.protocols or self.columns
        inside_decode = bool(layer.reaches) or (layer.has_decode and layer.length is None and bool(layer.next))
        if self.visits and layer.quotes and not self.quoted:
            deep = False  # what is quoted was not sent: no visitor is shown it
        inside = inside_decode and deep
        plain = (
            self.protocols
            or self.columns
            or any(self._wanted[o] for o in self.registry.below[layer] if o.name == "data")
        )
        enclosing = inside and not plain and layer.encloses is not None
        inside = inside and not enclosing
        read = self.everything or len(hot) < len(decoded)
        within = inside_decode and (self.protocols or any(self._named[other] for other in self.registry.below[layer]))
        tells = layer.has_decode and (layer.info is None or layer.length is None or layer.informs)
        brief = (self.columns or self.notes) and layer.has_brief and not read and not within
        noted = self.notes and layer.has_decode
        unsure = noted and layer.uneasy is None
        by_row = not brief and (read or inside or unsure or (self.columns and tells))
        enter = self._wanted[layer] or deep
        enclosing = enclosing and not by_row
        uneasy = noted and not unsure and not by_row
        return LayerPlan(
            header, layer.name in self.names, by_row, enter, hot, enclosing, brief, uneasy, deep, reassembly
        )

    def _steps(self, layer: type[Layer]) -> int:
        """How many of a layer's dispatches to try: those behind lead to nothing that is entered."""
        data = self.registry.by_name.get("data")
        if data is None or self.layers[data].enter or layer.name in self.dispatches:
            return len(layer.next)
        leading = [i for i, step in enumerate(layer.next, 1) if any(self.layers[o].enter for o in self._targets(step))]
        return max(leading, default=0)

    def _targets(self, step: Dispatch) -> Iterable[type[Layer]]:
        if isinstance(step, By):
            table = self.registry.tables.get(step.table)
            return () if table is None else table.entries.values()
        if isinstance(step, To):
            target = self.registry.by_name.get(step.layer)
            return () if target is None else (target,)
        return self.registry.heuristics.get(step.table, ())

    def wants_trailer(self, layer: type[Layer]) -> bool:
        """Whether what follows the layer's payload is asked for."""
        return layer.has_trailer and any(not f.in_header and self._serves(f) for f in layer.fields)
