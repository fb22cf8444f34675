"""The column evaluator: a batch of packets in, columns out, from the same declarations as the row evaluator.

A batch starts with every row at its link layer.  A layer gives its length and its dispatch key as arrays;
rows are grouped by the next layer and go on, breadth first.  Rows that are plain stay in columns; a row
that is odd (cut short, or bound for a layer whose `decode` is needed) is handed to the row evaluator from
that layer on and its fields are taken from the tree: so both evaluators agree by construction.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.expert import told as told_of
from dissect.engine.fields import Field
from dissect.engine.header import ColumnHeader, RowHeader, Single
from dissect.engine.layer import By, Layer, To
from dissect.engine.listing import DESTINATION, INFO, PROTOCOL, SOURCE, Listing
from dissect.engine.messages import IN_MESSAGE, LAST, MESSAGE, OWN, WAITS, Streams, Stretches
from dissect.engine.peek import ColumnPeek
from dissect.engine.plan import LayerPlan, Plan
from dissect.engine.reassembly import (
    NO_DATAGRAM,
    Arena,
    Reassembled,
    Reassembly,
    Tree,
    Waiting,
    told,
    waiting_in_columns,
)
from dissect.engine.row import MAX_LAYERS, Dissection
from dissect.engine.tree import Expert, PacketTree
from dissect.engine.values import format_value
from dissect.engine.window import Positions, Window, as_list

LayerType = type[Layer]


class Batch(Protocol):
    """What the engine needs to know of a run of packets (`dissect.capture.Records` is one)."""

    @property
    def buffer(self) -> NDArray[np.uint8]:
        """The bytes that the offsets point into."""

    @property
    def offset(self) -> Positions:
        """The first byte of each packet."""

    @property
    def caplen(self) -> Positions:
        """How many bytes were captured of each."""

    @property
    def origlen(self) -> Positions:
        """How long each was on the wire."""


@dataclass(slots=True)
class Piece:
    """Occurrences of a field: `rows` (ascending within a piece) and as many values."""

    rows: Positions
    values: Any
    field: Field


@dataclass(slots=True)
class Group:
    """Rows at the same layer by the same way."""

    layer: LayerType
    rows: Positions
    start: Positions
    end: Positions
    limit: Positions
    parent: ColumnHeader | None
    index: Positions | None
    chain: tuple[str, ...]
    depth: int
    locked: bool
    window: Window


class Columns:
    """The result for one batch: occurrences of every field asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pieces: dict[str, list[Piece]] = {}
        self.chains: list[str] = [""]
        self.chain_of: NDArray[np.int32] = np.zeros(count, np.int32)
        self.text: dict[str, NDArray[np.object_]] = {}

    def add(self, name: str, rows: Positions, values: Any, field: Field) -> None:
        """Add occurrences; within a row, later calls come later in order."""
        if len(rows):
            self.pieces.setdefault(name, []).append(Piece(rows, values, field))

    def occurrences(self, name: str) -> tuple[Positions, Any, Field | None]:
        """(rows, values, field): all occurrences in packet order, and within a packet in tree order."""
        pieces = self.pieces.get(name, [])
        if not pieces:
            return np.empty(0, np.int64), np.empty(0, np.int64), None
        if len(pieces) == 1:
            return pieces[0].rows, pieces[0].values, pieces[0].field
        rows = np.concatenate([p.rows for p in pieces])
        values = concatenate([p.values for p in pieces])
        if np.all(rows[1:] >= rows[:-1]):
            return rows, values, pieces[0].field
        order = np.argsort(rows, kind="stable")
        return rows[order], values[order], pieces[0].field


def concatenate(parts: list[Any]) -> Any:
    """One array of several; of Python objects where their kinds differ."""
    kinds = {p.dtype for p in parts}
    if len(kinds) > 1 and any(k.kind in "OV" for k in kinds):
        out = np.empty(sum(len(p) for p in parts), object)
        out[:] = [v for p in parts for v in as_list(p)]
        return out
    return np.concatenate(parts)


class Visitor(Protocol):
    """Is shown the headers of the layers its plan visits, group by group: what is quoted is left out."""

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """`h` is a ColumnHeader, or a Single where a row went to the row evaluator."""


class ColumnEvaluator:
    """Evaluates a plan over batches.  Holds no state between batches."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.registry = plan.registry
        self._harvest_names = plan.names

    def evaluate(
        self,
        batch: Batch,
        link_types: NDArray[Any],
        context: Reassembly | None = None,
        visitor: Visitor | None = None,
        streams: Streams | None = None,
        segments: Any = None,
    ) -> Columns:
        """Columns of a batch whose packets have these link types.

        `context` puts datagrams together, `streams` knows the capture's streams; `segments` is shown what carries them.
        """
        run = _Run(self, batch, context, visitor, streams)
        run.segments = segments
        return run.run(link_types)


class _Run:
    def __init__(
        self,
        evaluator: ColumnEvaluator,
        batch: Batch,
        context: Reassembly | None,
        visitor: Visitor | None,
        streams: Streams | None,
    ) -> None:
        self.streams = streams
        self.segments: Any = None
        self.plan, self.registry = evaluator.plan, evaluator.registry
        self.batch, self.context, self.visitor = batch, context, visitor
        self.window = Window(batch.buffer)
        self.out = Columns(len(batch.offset))
        self.queue: deque[Group] = deque()
        self.fallback: list[tuple[Group, Positions]] = []
        self.waiting: list[tuple[Group, ColumnHeader]] = []  # fragments, with a place in some datagram
        self.chain_ids: dict[tuple[str, ...], int] = {}
        self.listing: Listing | None = None
        if self.plan.columns:
            self.listing = Listing(self.out.count)
            self.out.text = self.listing.text

    def run(self, link_types: NDArray[Any]) -> Columns:
        if not any(p.enter for p in self.plan.layers.values()):
            return self.out
        start = self.batch.offset
        end = start + np.minimum(self.batch.caplen, self.batch.origlen.clip(min=self.batch.caplen))
        limit = start + np.maximum(self.batch.origlen, self.batch.caplen)
        for link_type in set(link_types.tolist()):
            rows = np.flatnonzero(link_types == link_type)
            layer = self.registry.find("linktype", int(link_type)) or self.registry.by_name["data"]
            self._queue(layer, rows, start[rows], end[rows], limit[rows], None, None, (), 0, False, self.window)
        while self.queue or self.waiting:
            if self.queue:
                self._group(self.queue.popleft())
            else:
                self._reassemble()
        if self.listing is not None:
            self.listing.settle()
        for group, rows in self.fallback:
            self._by_row(group, rows)
        return self.out

    def _queue(self, layer: LayerType, rows: Positions, *rest: Any) -> None:
        if len(rows) and self.plan.layers[layer].enter:
            start, end, limit, parent, index, chain, depth, locked, window = rest
            chain = (*chain, layer.name)
            self.queue.append(Group(layer, rows, start, end, limit, parent, index, chain, depth, locked, window))

    def _group(self, group: Group) -> None:
        layer, plan = group.layer, self.plan.layers[group.layer]
        if plan.by_row or group.depth >= MAX_LAYERS or self.plan.wants_trailer(layer):
            self.fallback.append((group, np.arange(len(group.rows))))
            return
        short = group.end - group.start < layer.size
        if short.any():
            group = self._split(group, short)
            if not len(group.rows):
                return
        h = self._header(group)
        length = self._measure(group, h)
        bad = (h.start + length > h.end) | (length < layer.size)
        if layer.odd is not None:
            bad = bad | layer.odd(h)
        if plan.enclosing and layer.encloses is not None:
            bad = bad | layer.encloses(h)
        if plan.uneasy and layer.uneasy is not None:
            bad = bad | layer.uneasy(h)
        if layer.segments is not None and (stretches := self._stretches(group, h)) is not None:
            bad = bad | (np.bincount(stretches.at, stretches.message >= OWN, len(h)) > 1)
        if plan.brief and (self.plan.notes or not group.locked):
            bad = bad | self._brief(group, h)
        if bad.any():
            keep = self._split(group, bad)
            if not len(keep.rows):
                return
            h = self._header(keep)
            length = self._measure(keep, h)
            group = keep
        if self.visitor is not None and layer.name in self.plan.visits and (self.plan.quoted or not group.locked):
            self.visitor.visit(layer.name, group.rows, h)
        self._gather(group, h, plan, length)
        if plan.enter:
            self._next(group, h, h.start + length)

    def _header(self, group: Group) -> ColumnHeader:
        h = ColumnHeader(group.layer, group.window, group.start, group.end, group.limit, group.parent, group.index)
        h.streams = self.streams
        return h

    def _brief(self, group: Group, h: ColumnHeader) -> Any:
        """Fill the list's columns from each whole message's bytes; True for the others."""
        layer, octets = group.layer, memoryview(group.window.u1)  # type: ignore[arg-type]
        unsaid = h.end < h.limit
        whole = np.flatnonzero(~unsaid)
        bounds = zip(h.start[whole].tolist(), h.end[whole].tolist(), strict=True)
        said = list(layer.brief(h.taken(whole), [bytes(octets[a:b]) for a, b in bounds]))
        unsaid[whole] = [pair is None for pair in said]
        rows = group.rows[~unsaid]
        if self.listing is not None and not group.locked:
            self.listing.say(PROTOCOL, rows, [pair[0] for pair in said if pair])
            self.listing.say(INFO, rows, [pair[1] for pair in said if pair])
        return unsaid

    def _measure(self, group: Group, h: ColumnHeader) -> Any:
        """Apply the stated total to the header's bounds; its length."""
        layer = group.layer
        if layer.total is not None and len(h):
            stated = h.start + np.asarray(layer.total(h), np.int64)
            h.limit = np.minimum(h.limit, stated)
            h.end = np.minimum(h.end, h.limit)
        if layer.length is not None:
            return np.asarray(layer.length(h), np.int64)
        return h.end - h.start if layer.has_decode else layer.size

    def _split(self, group: Group, odd: Any) -> Group:
        """Send the odd rows to the row evaluator; the group of the others."""
        self.fallback.append((group, np.flatnonzero(odd)))
        keep = np.flatnonzero(~odd)
        index = keep if group.index is None else group.index[keep]
        return Group(
            group.layer, group.rows[keep], group.start[keep], group.end[keep], group.limit[keep],
            group.parent, index, group.chain, group.depth, group.locked, group.window,
        )  # fmt: skip

    def _gather(self, group: Group, h: ColumnHeader, plan: LayerPlan, length: Any) -> None:
        rows = group.rows
        if plan.presence:
            self.out.add(group.layer.name, rows, np.ones(len(rows), bool), group.layer.protocol)
        if group.layer.name in self.plan.spans:
            octets, values = group.window.u1, np.empty(len(rows), object)
            values[:] = [octets[a:b].tobytes() for a, b in zip(h.start.tolist(), h.end.tolist(), strict=True)]
            self.out.add(f"@{group.layer.name}", rows, values, group.layer.protocol)
            sizes = np.broadcast_to(np.asarray(length, np.int64), rows.shape)
            self.out.add(f"@{group.layer.name}.size", rows, sizes, group.layer.protocol)
        for field, names in plan.header:
            at, values = h.read(field)
            found = rows if at is None else rows[at]
            for name in names:
                self.out.add(name, found, values, field)
        for name in plan.hot:
            at, values = group.layer.hot[name](h)
            self.out.add(name, rows[at], values, self.registry.fields[name][0])
        if self.plan.protocols:
            self.out.chain_of[rows] = self._chain(group.chain)
        if self.listing is not None and not group.locked:
            self.listing.header(rows, h)
        if self.plan.notes:
            self._notes(group, h)

    def _notes(self, group: Group, h: ColumnHeader) -> None:
        """What the layer's declaration notes of its headers."""
        for note in group.layer.notes:
            if note.group == "Checksum" and not (self.plan.verify or self.registry.checksums):
                continue
            rows = group.rows[np.flatnonzero(np.broadcast_to(np.asarray(note.when(h), bool), len(h)))]
            expert = Expert(note.severity, note.group, note.message, note.name, group.layer.name)
            for field, value in told_of(expert) if len(rows) else ():
                if field.name in self.plan.names:
                    values = np.empty(len(rows), object)
                    values[:] = value
                    self.out.add(field.name, rows, values, field)

    def _chain(self, chain: tuple[str, ...]) -> int:
        number = self.chain_ids.get(chain)
        if number is None:
            number = self.chain_ids[chain] = len(self.out.chains)
            self.out.chains.append(":".join(chain))
        return number

    def _next(self, group: Group, h: ColumnHeader, start: Positions) -> None:
        """Group the rows by the layer of their payload."""
        layer = group.layer
        steps = self.plan.steps[layer]
        stretches = None if layer.segments is None else self._stretches(group, h)
        if stretches is not None:
            group, h, start = self._segmented(group, h, start, stretches)
        if (
            not len(h)
            or not layer.next
            or (layer.has_decode and layer.length is None)
            or (not steps and layer.fragments is None)
        ):
            return
        limit, end = h.limit, h.end
        if layer.payload is not None:
            limit = np.minimum(limit, start + np.asarray(layer.payload(h), np.int64))
            end = np.minimum(end, limit)
        if layer.fragments is not None:
            fragment = np.asarray(layer.fragments.when(h), bool)
            if layer.fragments.alone:
                fragment &= ((h.end >= h.limit) & (not group.locked)) | (layer.fragments.offset(h) > 0)
            if fragment.any():
                self._fragments(group, h, start, np.flatnonzero(fragment))
                whole = np.flatnonzero(~fragment)
                if not len(whole):
                    return
                h, group = h.taken(whole), replace(group, rows=group.rows[whole])
                start, end, limit = start[whole], end[whole], limit[whole]
        self._onward(group, h, start, end, limit, group.window)

    def _stretches(self, group: Group, h: ColumnHeader) -> Stretches | None:
        """What the segments of a group hold, if anything within them is asked for."""
        plan = self.plan.layers[group.layer]
        if self.streams is None or group.locked or not (plan.deep or plan.reassembly):
            return None
        return self.streams.stretches(h)

    def _segmented(
        self, group: Group, h: ColumnHeader, start: Positions, stretches: Stretches
    ) -> tuple[Group, ColumnHeader, Positions]:
        """Go on with what segments hold of messages; the segments that are stretches of their own are left."""
        at, message, low, high, layer, _ = stretches
        if self.plan.layers[group.layer].reassembly:
            self._tell_messages(group, h, start, stretches)
        held = np.flatnonzero(message >= 0)
        if len(held):
            numbers = message[held].tolist()
            assert self.streams is not None
            arena = Arena([self.streams.message(n) for n in numbers], [MESSAGE + n for n in numbers])
            index, starts = at[held], arena.starts
            self._proceed(group, h, index, layer[held], starts + low[held], starts + high[held], arena)
        own = np.flatnonzero(message == OWN)
        if len(own):
            index = at[own]
            self._proceed(group, h, index, layer[own], start[index] + low[own], start[index] + high[own], group.window)
        if self.listing is not None:
            waits = np.setdiff1d(at[message == WAITS], at[message >= OWN])
            self.listing.behind(group.rows[waits], IN_MESSAGE)
        rest = np.ones(len(h), bool)
        rest[at] = False
        left = np.flatnonzero(rest)
        return replace(group, rows=group.rows[left]), h.taken(left), start[left]

    def _tell_messages(self, group: Group, h: ColumnHeader, start: Positions, stretches: Stretches) -> None:
        """The fields that tell of messages put together from segments."""
        assert group.layer.segments is not None and self.streams is not None
        tree, field = group.layer.segments.tree, group.layer.segments.data
        columns: dict[Field, tuple[list[int], list[Any]]] = {}
        octets = memoryview(group.window.u1)  # type: ignore[arg-type]
        for at, message, low, high, _, of in zip(*(column.tolist() for column in stretches), strict=True):
            row, found = int(group.rows[at]), list[tuple[Field, Any]]()
            if message in (WAITS, LAST):
                begin = int(start[at])
                found.append((field, bytes(octets[begin + low : begin + high])))
            if message >= 0:
                data = self.streams.message(of)
                found += told(tree, Reassembled(of, 0, True, self.streams.parts(of)), data)
            elif (
                message == WAITS and tree.found_in.name in self.plan.names and (packet := self.streams.completed_by(of))
            ):
                found.append((tree.found_in, packet))
            for one, value in found:
                if one.name in self.plan.names:
                    rows, values = columns.setdefault(one, ([], []))
                    rows.append(row)
                    values.append(value)
        self._add_lists(columns)

    def _onward(
        self, group: Group, h: ColumnHeader, start: Positions, end: Positions, limit: Positions, window: Window
    ) -> None:
        """Queue the payloads that lie in `window`, by layer.  `group.rows` are those of `h`."""
        layer = group.layer
        if not self.plan.steps[layer]:
            return
        empty = limit <= start
        ids, via = self._dispatch(layer, h, start, end, limit, empty, window)
        data = self.registry.ids[self.registry.by_name["data"]]
        if self.segments is not None and layer.name in self.plan.dispatches and not group.locked:
            self.segments.meet(group.rows, h, start, limit, ids)
        ids[(ids == -1) & ~empty] = data
        locked = group.locked or layer.quotes
        ways = len(layer.next) + 1
        keys = (ids + 1) * ways + via
        counts = np.bincount(keys, minlength=ways)
        for key in np.flatnonzero(counts[ways:]) + ways:
            number, way = int(key) // ways - 1, int(key) % ways
            index = np.flatnonzero(keys == key)
            following = self.registry.layers[number]
            if not following.accept_empty:
                index = index[~empty[index]]
            step = layer.next[way - 1] if way else None
            chain = (*group.chain, step.via) if isinstance(step, By) and step.via else group.chain
            self._queue(
                following, group.rows[index], start[index], end[index], limit[index],
                h, index, chain, group.depth + 1, locked, window,
            )  # fmt: skip

    def _proceed(
        self, group: Group, h: ColumnHeader, index: Positions, layers: Positions, start: Positions, end: Positions,
        window: Window,
    ) -> None:  # fmt: skip
        """Queue octets that lie in `window` by the layer that is known for each; `index`: whose header carries them."""
        for number in sorted(set(layers.tolist())):
            at = np.flatnonzero(layers == number)
            self._queue(
                self.registry.layers[number], group.rows[index[at]], start[at], end[at], end[at],
                h, index[at], group.chain, group.depth + 1, group.locked, window,
            )  # fmt: skip

    def _fragments(self, group: Group, h: ColumnHeader, start: Positions, index: Positions) -> None:
        """Fragments: data, unless the datagram they belong to can be put together."""
        part = replace(group, rows=group.rows[index], start=start[index])  # `start` is now the payload's
        if self.context is None or group.locked or group.layer.quotes:
            self._as_data(part, h.taken(index), np.ones(len(index), bool))
        else:
            self.waiting.append((part, h.taken(index)))

    def _as_data(self, group: Group, h: ColumnHeader, which: Any) -> None:
        at = np.flatnonzero(which & (h.limit > group.start))
        self._queue(
            self.registry.by_name["data"], group.rows[at], group.start[at], h.end[at], h.limit[at],
            h, at, group.chain, group.depth + 1, group.locked, group.window,
        )  # fmt: skip

    def _reassemble(self) -> None:
        """Go on with the datagrams that fragments of this batch complete; the other fragments are data."""
        items, self.waiting = self.waiting, []
        assert self.context is not None
        waiting = [waiting_in_columns(group.layer.fragments, h, group.rows, group.start) for group, h in items]
        found = self.context.resolve(waiting)
        for (group, _), wait in zip(items, waiting, strict=True):
            if group.layer.fragments is not None and self.plan.layers[group.layer].reassembly:
                self._tell(group.layer.fragments.tree, wait)
        for (group, h), datagrams in zip(items, found, strict=True):
            complete = datagrams != NO_DATAGRAM
            self._as_data(group, h, ~complete)
            at = np.flatnonzero(complete)
            if len(at):
                numbers = datagrams[at].tolist()
                arena = Arena([self.context.payload(number) for number in numbers], numbers)
                whole = replace(group, rows=group.rows[at])
                self._onward(whole, h.taken(at), arena.starts, arena.ends, arena.ends, arena)

    def _tell(self, tree: Tree, waiting: Waiting) -> None:
        """The fields that tell of reassemblies."""
        assert self.context is not None
        columns: dict[Field, tuple[list[int], list[Any]]] = {}
        for row, found in zip(waiting.rows.tolist(), self.context.seen(waiting), strict=True):
            if found is None:
                continue
            data = self.context.payload(found.datagram) if found.here else b""
            for field, value in told(tree, found, data):
                if field.name in self.plan.names:
                    rows, values = columns.setdefault(field, ([], []))
                    rows.append(row)
                    values.append(value)
        self._add_lists(columns)

    def _add_lists(self, columns: dict[Field, tuple[list[int], list[Any]]]) -> None:
        for field, (rows, values) in columns.items():
            column = np.empty(len(values), object)
            column[:] = values
            self.out.add(field.name, np.array(rows, np.int64), column, field)

    def _dispatch(
        self,
        layer: LayerType,
        h: ColumnHeader,
        start: Positions,
        end: Positions,
        limit: Positions,
        empty: Any,
        window: Window,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The id of the layer that each row's payload goes to (-1: none), and the step that named the way."""
        ids = np.full(len(h), -1, np.int64)
        via = np.zeros(len(h), np.int64)
        for number, step in enumerate(layer.next[: self.plan.steps[layer]], 1):
            open_ = ids == -1
            if step.when is not None:
                open_ &= np.asarray(step.when(h), bool)
            if not open_.any():
                continue
            if isinstance(step, By):
                if step.via:
                    via[open_] = number
                table = self.registry.tables.get(step.table)
                if table is None:
                    continue
                keys = np.broadcast_to(np.asarray(step.key(h)), (len(h),))
                found = table.lookup(keys, self.registry.ids)
            elif isinstance(step, To):
                target = self.registry.by_name.get(step.layer)
                found = np.full(len(h), -1 if target is None else self.registry.ids[target])
            else:
                open_ &= ~empty
                found = self._guess(step.table, h, start, end, limit, open_, window)
            ids = np.where(open_, found, ids)
        return ids, via

    def _guess(
        self,
        table: str,
        h: ColumnHeader,
        start: Positions,
        end: Positions,
        limit: Positions,
        open_: Any,
        window: Window,
    ) -> Any:
        found = np.full(len(h), -1, np.int64)
        for layer in self.registry.heuristics.get(table, ()):
            rows = np.flatnonzero(open_ & (found == -1))
            if not len(rows) or layer.probe is None:
                continue
            peek = ColumnPeek(window, start[rows], end[rows], limit[rows], _Subset(h, rows))
            accepted = np.broadcast_to(np.asarray(layer.probe(peek), bool), (len(rows),))
            found[rows[accepted]] = self.registry.ids[layer]
        return found

    def _by_row(self, group: Group, index: Positions) -> None:
        """Rows of a group through the row evaluator, from the group's layer inwards."""
        found: dict[str, tuple[list[int], list[Any], Field]] = {}
        view = memoryview(self.batch.buffer)  # type: ignore[arg-type]
        for i in index.tolist():
            row = int(group.rows[i])
            base, caplen = int(self.batch.offset[row]), int(self.batch.caplen[row])
            place, datagram = base, NO_DATAGRAM
            if isinstance(group.window, Arena):
                at = int(group.window.datagram_at(group.start[i]))
                base, datagram = int(group.window.starts[at]), int(group.window.datagrams[at])
                octets = self._whole(datagram)
            else:
                octets = bytes(view[base : base + caplen])
            run = Dissection(self.registry, octets, self.context, self.plan.verify, row, place, datagram)
            run.columns_locked = group.locked
            run.streams, run.quoted = self.streams, self.plan.quoted
            if self.plan.dispatches:
                run.segments = self.segments
            if self.visitor is not None:
                run.visit = self._visit
            outer = self._outer_headers(group, i, run)
            if self.plan.columns:
                run.tree.info = self.out.text[INFO][row]
            start, end, limit = int(group.start[i]), int(group.end[i]), int(group.limit[i])
            run.depth = group.depth
            run.enter(group.layer, run.tree.data, start - base, end - base, limit - base, outer)
            self._harvest(run.tree, row, found)
            self._row_columns(run.tree, row, group)
        for name, (rows, values, field) in found.items():
            column = np.empty(len(values), object)
            column[:] = values
            self.out.add(name, np.array(rows, np.int64), column, field)

    def _whole(self, number: int) -> bytes:
        """A datagram or message that was put together."""
        if number >= MESSAGE:
            assert self.streams is not None
            return self.streams.message(number - MESSAGE)
        assert self.context is not None
        return self.context.payload(number)

    def _visit(self, row: int, h: RowHeader) -> None:
        if self.visitor is not None and h.layer.name in self.plan.visits:
            self.visitor.visit(h.layer.name, np.array([row]), Single(h))

    def _outer_headers(self, group: Group, i: int, run: Dissection) -> RowHeader | None:
        levels: list[tuple[ColumnHeader, int]] = []
        around, index = group.parent, group.index
        at = i
        while around is not None and index is not None:
            at = int(index[at])
            levels.append((around, at))
            index = around.outer_rows
            around = around.outer_header
        outer: RowHeader | None = None
        for level, at in reversed(levels):
            start, end, limit = (int(x[at]) for x in (level.start, level.end, level.limit))
            octets = level.octets.u1[start:end].tobytes()
            outer = RowHeader(level.layer, octets, 0, end - start, limit - start, outer, run)
        return outer

    def _harvest(self, tree: PacketTree, row: int, found: dict[str, tuple[list[int], list[Any], Field]]) -> None:
        names = self.plan.tree_names
        if not names and not self.plan.spans:
            return
        for layer in tree.layers:
            if layer.layer.name in self.plan.spans:
                whole = tree.sources[layer.source][1][layer.start : max(layer.limit, layer.start + layer.size)]
                for name, value in ((f"@{layer.layer.name}", whole), (f"@{layer.layer.name}.size", layer.size)):
                    rows, values, _ = found.setdefault(name, ([], [], layer.field))
                    rows.append(row)
                    values.append(value)
            for node in layer.walk():
                field = node.field
                if field.name in names:
                    rows, values, _ = found.setdefault(field.name, ([], [], field))
                    rows.append(row)
                    values.append(node.value)
                for other in field.also:
                    if other.name in names:
                        rows, values, _ = found.setdefault(other.name, ([], [], field))
                        rows.append(row)
                        values.append(node.value)

    def _row_columns(self, tree: PacketTree, row: int, group: Group) -> None:
        if self.plan.protocols:
            names = [n for node in tree.layers[1:] for n in (node.via, node.layer.name) if n]
            self.out.chain_of[row] = self._chain((*group.chain, *names))
        if not self.plan.columns:
            return
        text = self.out.text
        if tree.source is not None:
            text[SOURCE][row] = format_value(*tree.source)
        if tree.destination is not None:
            text[DESTINATION][row] = format_value(*tree.destination)
        if tree.protocol_column:
            text[PROTOCOL][row] = tree.protocol_column
        text[INFO][row] = tree.info


class _Subset:
    """Some rows of a ColumnHeader, for a probe that looks at its carrier."""

    def __init__(self, header: ColumnHeader, rows: Positions) -> None:
        self._header, self._rows = header, rows
        self.streams = header.streams

    def taken(self) -> ColumnHeader:
        """These headers as a group of their own."""
        return self._header.taken(self._rows)

    def __getattr__(self, attr: str) -> Any:
        return getattr(self._header, attr)[self._rows]
