"""The column evaluator: a batch of packets in, columns out, from the same declarations as the row evaluator.

A batch starts with every row at its link layer.  A layer gives its length and its dispatch key as arrays;
rows are grouped by the next layer and go on, breadth first.  Rows that are plain stay in columns; a row
that is odd (cut short, or bound for a layer whose `decode` is needed) is handed to the row evaluator from
that layer on and its fields are taken from the tree: so both evaluators agree by construction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.columns import Batch, Columns
from dissect.engine.dispatch import dispatch, leading
from dissect.engine.expert import told as told_of
from dissect.engine.fields import Field
from dissect.engine.header import ColumnHeader
from dissect.engine.layer import By, Carried, Layer, Note
from dissect.engine.listing import INFO, PROTOCOL
from dissect.engine.messages import AGAIN, IN_MESSAGE, LAST, MESSAGE, OWN, WAITS, Streams, Stretches
from dissect.engine.oddrows import by_row
from dissect.engine.plan import LayerPlan, Plan
from dissect.engine.reassembly import (
    NO_DATAGRAM,
    Arena,
    Reassembled,
    Reassembly,
    Tree,
    Waiting,
    told,
    told_in_columns,
    waiting_in_columns,
)
from dissect.engine.record import NO_TIME
from dissect.engine.row import MAX_LAYERS
from dissect.engine.task import Group, Task, Visitor
from dissect.engine.tree import Expert
from dissect.engine.window import Heads, Positions, Window, distinct, some_bounds

FEWER = 0.8  # of rows: to go on with so many of them is worth taking them out


class ColumnEvaluator:
    """Evaluates a plan over batches.  Holds no state between batches."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.registry = plan.registry

    def evaluate(
        self,
        batch: Batch,
        link_types: NDArray[Any],
        context: Reassembly | None = None,
        visitor: Visitor | None = None,
        streams: Streams | None = None,
        segments: Any = None,
    ) -> Columns:
        """Columns of a batch whose packets have these link types; the rest is as in `Task`."""
        return _Run(Task(self.plan, batch, context, visitor, streams, segments)).run(link_types)


class _Run:
    def __init__(self, task: Task) -> None:
        self.task, self.plan, self.registry = task, task.plan, task.plan.registry
        self.out, self.listing, self.streams, self.context = task.out, task.listing, task.streams, task.context
        self.window = Window(task.batch.buffer)
        self.queue: deque[Group] = deque()
        self.fallback: list[tuple[Group, Positions]] = []
        self.waiting: list[tuple[Group, ColumnHeader]] = []  # fragments, with a place in some datagram

    def run(self, link_types: NDArray[Any]) -> Columns:
        if self.plan.idle:
            return self.out
        batch = self.task.batch
        start = batch.offset
        end = start + batch.caplen
        cut = (batch.origlen != batch.caplen).any()  # where all is there, one array is both bounds all the way
        limit = start + np.maximum(batch.origlen, batch.caplen) if cut else end
        self.heads = Heads(batch.buffer, start, getattr(batch, "heads", None))  # not every batch is a capture's
        same = not len(link_types) or bool((link_types == link_types[0]).all())
        for link_type in set((link_types[:1] if same else link_types).tolist()):
            rows = np.arange(len(start)) if same else np.flatnonzero(link_types == link_type)
            number = self.registry.number("linktype", int(link_type))
            number = self.registry.number_of["data"] if number < 0 else number
            bounds = (start, end, limit) if same else (start[rows], *some_bounds(end, limit, rows))
            self._queue(number, rows, *bounds, None, None, (), 0, False, self.window, 0)
        while self.queue or self.waiting:
            if self.queue:
                self._group(self.queue.popleft())
            else:
                self._reassemble()
        if self.listing is not None:
            self.listing.settle()
        for group, rows in self.fallback:
            by_row(self.task, group, rows)
        if self.listing is not None:
            self.listing.finish()
        self.out.settle()
        return self.out

    def _queue(self, number: int, rows: Positions, *rest: Any) -> None:
        if len(rows) and self.plan.enters(number):
            layer = self.registry.numbered(number)
            start, end, limit, parent, index, chain, *more = rest
            chain = (*chain, *layer.also_via, layer.name)
            self.queue.append(Group(layer, rows, start, end, limit, parent, index, chain, *more))

    def _group(self, group: Group) -> None:
        layer, plan = group.layer, self.plan.layers[group.layer]
        if plan.by_row or group.depth >= MAX_LAYERS or self.plan.wants_trailer(layer):
            if layer.settled is None or not plan.settled or group.depth >= MAX_LAYERS:
                self.fallback.append((group, np.arange(len(group.rows))))
                return
            settled = np.asarray(layer.settled(self._header(group)), bool)
            if not settled.all():
                group = self._split(group, ~settled)
            if not len(group.rows):
                return
            if self.plan.notes and layer.brief_note is not None:
                self._told(group.rows, layer.brief_note, _octets(group, group.start, group.end), layer)
        short = group.end - group.start < layer.size
        if short.any():
            group = self._split(group, short)
            if not len(group.rows):
                return
        h = self._header(group)
        if plan.passed and (onward := leading(self.plan, layer, h)) is not None:
            many = np.count_nonzero(onward)
            if not many:
                return
            if many < FEWER * len(h):  # where most lead on, the others are left out when their ways part
                some = np.flatnonzero(onward)
                group, h = self._kept(group, some), h.taken(some)
        length = self._measure(group, h)
        inside = self._inside(group, layer.inmost, h) if plan.inmost and layer.inmost is not None else None
        bad = self._unfit(group, h, plan, length)
        if inside is not None:
            bad = bad | (inside.which < 0)
        if plan.brief and (self.plan.notes or not group.locked):
            bad = bad | self._brief(group, h)
        if bad.any():
            keep = self._split(group, bad)
            if not len(keep.rows):
                return
            h = self._header(keep)
            length = self._measure(keep, h)
            group = keep
            if inside is not None:
                inside = inside.kept(np.flatnonzero(~bad))
        if self.task.visitor is not None and layer.name in self.plan.visits and (self.plan.quoted or not group.locked):
            self.task.visitor.visit(layer.name, group.rows, h)
        self._gather(group, h, plan, length)
        if inside is not None:
            self._carried(group, h, inside)
        if plan.enter:
            self._next(group, h, h.start + length, self._behind(group, length))

    def _unfit(self, group: Group, h: ColumnHeader, plan: LayerPlan, length: Any) -> NDArray[np.bool_]:
        """Which headers of a group are the row evaluator's: cut ones, odd ones, those that share a segment."""
        layer = group.layer
        bad: NDArray[np.bool_] = (h.start + length > h.end) | (length < layer.size)
        if layer.odd is not None:
            bad = bad | layer.odd(h)
        for expression in plan.enclosing:
            bad = bad | expression(h)
        if plan.hot and layer.unread is not None:
            bad = bad | layer.unread(h)
        if self.plan.protocols and layer.goes_by is not None:
            bad = bad | layer.goes_by(h)
        if plan.uneasy and layer.uneasy is not None:
            bad = bad | layer.uneasy(h)
        at_once = layer.segments is None or self._by_turns(group)
        if not at_once and (stretches := self._stretches(group, h)) is not None:
            bad = bad | (np.bincount(stretches.at, stretches.message >= OWN, len(h)) > 1)
            bad = bad | (np.bincount(stretches.at, self._begun(stretches), len(h)) > 0)
        return bad

    def _inside(self, group: Group, inmost: Callable[[Any], Carried], h: ColumnHeader) -> Carried:
        """What lies in each message, but of those inside which anything asked for would have to be found."""
        times = getattr(self.task.batch, "time", None)
        h.__dict__["times"] = np.full(len(h), NO_TIME) if times is None else times[group.rows % self.out.count]
        inside = inmost(h)
        wanted = np.array([*map(self.plan.wants_any, inside.names), False])[inside.which]
        inside.which[wanted if inside.at is None else wanted & (inside.at < 0)] = -1
        return inside

    def _carried(self, group: Group, h: ColumnHeader, inside: Carried) -> None:
        """Tell of what lies in each message, and go on with what is asked for of it."""
        for i, names in enumerate(inside.names):
            rows = np.flatnonzero(inside.which == i)
            if not len(rows):
                continue
            self.out.chain_of[group.rows[rows]] = self.out.chain((*group.chain, *names))
            if inside.at is not None and len(names) == 1 and self.plan.wants_any(names):
                number = self.registry.number_of[names[0]]
                bounds = inside.at[rows], h.end[rows], h.limit[rows]
                locked = group.locked or group.layer.quotes
                self._queue(
                    number, group.rows[rows], *bounds, h, rows, group.chain, group.depth + 1, locked, group.window
                )

    def _header(self, group: Group) -> ColumnHeader:
        h = ColumnHeader(group.layer, group.window, group.start, group.end, group.limit, group.parent, group.index)
        h.streams = self.streams
        if group.at >= 0:
            h.stand(self.heads, group.rows, group.at)
        return h

    def _behind(self, group: Group, length: Any) -> int:
        """How far into their packets the payloads begin behind headers of this length; -1 where that differs."""
        if group.at < 0:
            return -1
        if np.ndim(length) == 0:
            return group.at + int(length)
        return group.at + int(length[0]) if (length == length[0]).all() else -1

    def _brief(self, group: Group, h: ColumnHeader) -> Any:
        """Fill the list's columns from each whole message's bytes; True for the others."""
        layer, unsaid = group.layer, h.end < h.limit
        whole = np.flatnonzero(~unsaid)
        messages = _octets(group, h.start[whole], h.end[whole])
        said = list(layer.brief(h.taken(whole), messages))
        unsaid[whole] = [pair is None for pair in said]
        rows = group.rows[~unsaid]
        if self.listing is not None and not group.locked:
            self.listing.say(PROTOCOL, rows, [pair[0] for pair in said if pair])
            self.listing.say(INFO, rows, [pair[1] for pair in said if pair])
        if self.plan.notes and layer.brief_note is not None and len(rows):
            told = [message for message, pair in zip(messages, said, strict=True) if pair]
            self._told(rows, layer.brief_note, told, layer)
        return unsaid

    def _measure(self, group: Group, h: ColumnHeader) -> Any:
        """Apply the stated total to the header's bounds; its length."""
        layer = group.layer
        if layer.total is not None and len(h):
            stated = h.start + np.maximum(layer.total(h), layer.size)
            uncut = h.end is h.limit
            h.limit = np.minimum(h.limit, stated)
            h.end = h.limit if uncut else np.minimum(h.end, h.limit)
        if layer.length is not None:
            return np.asarray(layer.length(h), np.int64)
        return h.end - h.start if layer.has_decode else layer.size

    def _split(self, group: Group, odd: Any) -> Group:
        """Send the odd rows to the row evaluator; the group of the others."""
        self.fallback.append((group, np.flatnonzero(odd)))
        return self._kept(group, np.flatnonzero(~odd))

    def _kept(self, group: Group, keep: Positions) -> Group:
        """Some of a group's rows."""
        index = keep if group.index is None else group.index[keep]
        return Group(
            group.layer, group.rows[keep], group.start[keep], *some_bounds(group.end, group.limit, keep), group.parent,
            index, group.chain, group.depth, group.locked, group.window, group.at,
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
            self.out.chain_of[rows] = self.out.chain(group.chain)
        if self.listing is not None and not group.locked:
            self.listing.header(rows, h)
        if self.plan.notes:
            self._notes(group, h)

    def _notes(self, group: Group, h: ColumnHeader) -> None:
        """What the layer's declaration notes of its headers."""
        for note in group.layer.notes:
            if note.group == "Checksum" and not (self.plan.verify or self.registry.checksums):
                continue
            at = np.flatnonzero(np.broadcast_to(np.asarray(note.when(h), bool), len(h)))
            if not len(at):
                continue
            filled = [None] if note.value is None else np.broadcast_to(note.value(h), len(h))[at].tolist()
            self._told(group.rows[at], note, filled, group.layer)

    def _told(self, rows: Positions, note: Note, filled: list[Any], layer: type[Layer]) -> None:
        """Note the same of rows, but for what fills the message: a value each, or one for all."""
        told = {
            value: dict(told_of(Expert(note.severity, note.group, note.text(value), note.name, layer.name)))
            for value in dict.fromkeys(filled)
        }
        for field in told[filled[0]]:
            if field.name in self.plan.names:
                values = np.empty(len(rows), object)
                values[:] = [told[value][field] for value in filled] if len(told) > 1 else told[filled[0]][field]
                self.out.add(field.name, rows, values, field)

    def _next(self, group: Group, h: ColumnHeader, start: Positions, at: int) -> None:
        """Group the rows by the layer of their payload, which begins `at` octets into each packet (-1: it varies)."""
        layer = group.layer
        steps = self.plan.steps(layer)
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
            uncut = end is limit
            limit = np.minimum(limit, start + np.asarray(layer.payload(h), np.int64))
            end = limit if uncut else np.minimum(end, limit)
        if layer.fragments is not None:
            fragment = np.asarray(layer.fragments.when(h), bool)
            if layer.fragments.alone:
                fragment &= (layer.fragments.whole(h) & (not group.locked)) | (layer.fragments.offset(h) > 0)
            if fragment.any():
                self._fragments(group, h, start, np.flatnonzero(fragment))
                whole = np.flatnonzero(~fragment)
                if not len(whole):
                    return
                h, group = h.taken(whole), replace(group, rows=group.rows[whole])
                start, (end, limit) = start[whole], some_bounds(end, limit, whole)
        self._onward(group, h, start, end, limit, group.window, at)

    def _stretches(self, group: Group, h: ColumnHeader) -> Stretches | None:
        """What the segments of a group hold, if anything within them is asked for."""
        plan = self.plan.layers[group.layer]
        if self.streams is None or group.locked or not (plan.deep or plan.reassembly):
            return None
        if not plan.reassembly and (some := leading(self.plan, group.layer, h)) is not None and not some.any():
            return None
        return self.streams.stretches(h)

    def _begun(self, stretches: Stretches) -> Any:
        """Which stretches begin messages whose layer is told of there, if it is asked for."""
        begins = (stretches.message == WAITS) & (stretches.of < 0)
        for number in set(stretches.layer[begins].tolist()):
            layer = self.registry.numbered(number)
            told = layer.messages is not None and layer.messages.begun
            if not told or not (self.plan.protocols or layer.name in self.plan.names):
                begins &= stretches.layer != number
        return begins

    def _segmented(
        self, group: Group, h: ColumnHeader, start: Positions, stretches: Stretches
    ) -> tuple[Group, ColumnHeader, Positions]:
        """Go on with what segments hold of messages; the segments that are stretches of their own are left."""
        at, message, low, high, layer, _ = stretches
        if self.plan.layers[group.layer].reassembly:
            self._tell_messages(group, h, start, stretches)
        rows = self._turns(group, stretches)
        held = np.flatnonzero(message >= 0)
        if len(held):  # nothing is copied that is not gone on with
            entered = [number for number in set(layer[held].tolist()) if self.plan.enters(number)]
            held = held[np.isin(layer[held], entered)]
        if len(held):
            assert self.streams is not None
            arena = Arena(*self.streams.whole(message[held]), MESSAGE + message[held])
            index, starts = at[held], arena.starts
            bounds = starts + low[held], starts + high[held]
            self._proceed(group, h, rows[held], index, layer[held], *bounds, bounds[1], arena)
        own = np.flatnonzero(message == OWN)
        if len(own):
            index = at[own]
            begin, limit = start[index] + low[own], start[index] + high[own]
            end = np.minimum(limit, h.end[index])  # it may be cut
            self._proceed(group, h, rows[own], index, layer[own], begin, end, limit, group.window)
        if self.listing is not None:
            waits = set(at[message == WAITS].tolist()).difference(at[message >= OWN].tolist())
            self._openings(group, start, stretches, waits)
            self.listing.behind(group.rows[sorted(waits)], IN_MESSAGE)
        rest = np.ones(len(h), bool)
        rest[at] = False
        left = np.flatnonzero(rest)
        return replace(group, rows=group.rows[left]), h.taken(left), start[left]

    def _openings(self, group: Group, start: Positions, stretches: Stretches, waits: set[int]) -> None:
        """What segments say with which messages only begin."""
        assert self.listing is not None
        octets = memoryview(group.window.u1)  # type: ignore[arg-type]
        begins = (stretches.message == WAITS) & (stretches.of < 0)
        for at, _, low, high, number, _ in zip(*(column[begins].tolist() for column in stretches), strict=True):
            layer = self.registry.numbered(number)
            if at in waits and layer.messages is not None and layer.messages.opening is not None:
                begin = int(start[at])
                text = layer.messages.opening(bytes(octets[begin + low : begin + high]))
                if text is not None:
                    self.listing.say(INFO, group.rows[at], text)

    def _by_turns(self, group: Group) -> bool:
        """Whether a segment's messages may come in turns: not where their order matters while they are found."""
        some = self.listing is not None or self.plan.notes or self.task.visitor is not None
        return not some and bool((group.rows < self.out.count).all())

    def _turns(self, group: Group, stretches: Stretches) -> Positions:
        """The rows of stretches; where a segment has several messages, they come in turns.

        Of one that only begins there is nothing to be said but its layer's name; where another stands in the segment,
        not even that.
        """
        at, count, whole = stretches.at, len(group.rows), stretches.message >= OWN
        begun = self._begun(stretches) & (np.bincount(at, stretches.message == OWN, count) == 0)[at]
        rows, told = group.rows[at], whole | begun
        many = np.flatnonzero(told & ((np.bincount(at, told, count) > 1) | (np.bincount(at, begun, count) > 0))[at])
        if not len(many):
            return rows
        opens = np.concatenate([[True], at[many][1:] != at[many][:-1]])
        first = np.maximum.accumulate(np.where(opens, np.arange(len(many)), 0))
        rows[many] = self.out.turn(rows[many], np.arange(len(many)) - first + 1)
        for number in sorted(set(stretches.layer[begun].tolist())):
            mine, layer = rows[begun & (stretches.layer == number)], self.registry.numbered(number)
            if layer.name in self.plan.names:
                self.out.add(layer.name, mine, np.ones(len(mine), bool), layer.protocol)
            if self.plan.protocols:
                self.out.chain_of[mine] = self.out.chain((*group.chain, *layer.also_via, layer.name))
        return rows

    def _tell_messages(self, group: Group, h: ColumnHeader, start: Positions, stretches: Stretches) -> None:
        """The fields that tell of messages put together from segments."""
        assert group.layer.segments is not None and self.streams is not None
        tree, field = group.layer.segments.tree, group.layer.segments.data
        columns: dict[Field, tuple[list[int], list[Any]]] = {}
        octets = memoryview(group.window.u1)  # type: ignore[arg-type]
        again, shown = stretches.message == AGAIN, (stretches.message == WAITS) | (stretches.message == LAST)
        if again.any() and field.name in self.plan.names:
            shown[again] = group.layer.segments.resent(h.taken(stretches.at[again])) | (stretches.of[again] >= 0)
        table = zip(*(column.tolist() for column in (*stretches, shown)), strict=True)
        for at, message, low, high, _, of, some in table:
            row, found = int(group.rows[at]), list[tuple[Field, Any]]()
            if some and low < high:
                begin = int(start[at])
                found.append((field, bytes(octets[begin + low : begin + high])))
            if message >= 0:
                data = self.streams.message(of)
                found += told(tree, Reassembled(of, 0, True, self.streams.parts(of)), data)
            elif (
                message == WAITS
                and tree.found_in.name in self.plan.names
                and (packet := self.streams.completed_by(max(of, ~of)))
            ):
                found.append((tree.found_in, packet))
            for one, value in found:
                if one.name in self.plan.names:
                    rows, values = columns.setdefault(one, ([], []))
                    rows.append(row)
                    values.append(value)
        self.out.add_lists(columns)

    def _onward(
        self, group: Group, h: ColumnHeader, start: Positions, end: Positions, limit: Positions, window: Window,
        at: int = -1,
    ) -> None:  # fmt: skip
        """Queue the payloads that lie in `window`, by layer.  `group.rows` are those of `h`."""
        layer = group.layer
        if not self.plan.steps(layer):
            return
        if not self.plan.layers[layer].passed and (some := leading(self.plan, layer, h)) is not None:
            if not some.any():
                return
            if not some.all():  # of the others nothing comes that is asked for
                keep = np.flatnonzero(some)
                group, h = replace(group, rows=group.rows[keep]), h.taken(keep)
                start, (end, limit) = start[keep], some_bounds(end, limit, keep)
        empty = (end if layer.sighted else limit) <= start
        ids, via = dispatch(self.plan, layer, h, start, end, limit, empty, window)
        data = self.registry.number_of["data"]
        if self.task.segments is not None and layer.name in self.plan.dispatches and not group.locked:
            self.task.segments.meet(group.rows, h, start, limit, ids)
        if self.plan.enters(data):
            rest = (ids == -1) & ~empty
            if layer.spoken_for is not None and rest.any():
                rest &= ~layer.spoken_for(h)
            ids = np.where(rest, data, ids)
        locked = group.locked or layer.quotes
        ways = len(layer.next) + 1
        keys = ids if via is None else ids * ways + via
        some_empty = bool(empty.any())
        for key, here in sorted(distinct(keys).items(), key=itemgetter(0)):
            number, way = (key, 0) if via is None else divmod(key, ways)
            if key < 0 or not self.plan.enters(number):
                continue
            here = keys == key if here is None else here
            if some_empty and "accept_empty" not in self.registry.outlines[number].marks:
                here &= ~empty
            index = np.flatnonzero(here)
            step = layer.next[way - 1] if way else None
            chain = (*group.chain, step.via) if isinstance(step, By) and step.via else group.chain
            columns = group.rows, start, end, limit
            if len(index) < len(keys):
                columns = group.rows.take(index), start.take(index), *some_bounds(end, limit, index)
            self._queue(number, *columns, h, index, chain, group.depth + 1, locked, window, at)

    def _proceed(
        self, group: Group, h: ColumnHeader, rows: Positions, index: Positions, layers: Positions, start: Positions,
        end: Positions, limit: Positions, window: Window,
    ) -> None:  # fmt: skip
        """Queue octets that lie in `window` by the layer that is known for each; `index`: whose header carries them."""
        for number in sorted(set(layers.tolist())):
            at = np.flatnonzero(layers == number)
            self._queue(
                number, rows[at], start[at], end[at], limit[at],
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
            self.registry.number_of["data"], group.rows[at], group.start[at], h.end[at], h.limit[at],
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
                arena = self.context.arena(datagrams[at])
                whole = replace(group, rows=group.rows[at])
                self._onward(whole, h.taken(at), arena.starts, arena.ends, arena.ends, arena)

    def _tell(self, tree: Tree, waiting: Waiting) -> None:
        """The fields that tell of reassemblies."""
        assert self.context is not None
        for field, rows, values in told_in_columns(tree, self.plan.names, self.context, waiting):
            if field.name in self.plan.names:
                self.out.add(field.name, rows, values, field)


def _octets(group: Group, start: Positions, end: Positions) -> list[bytes]:
    """What stands in the window of a group, row by row."""
    octets = memoryview(group.window.u1)  # type: ignore[arg-type]
    return [bytes(octets[a:b]) for a, b in zip(start.tolist(), end.tolist(), strict=True)]
