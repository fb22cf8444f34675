"""Rows that columns do not suit go to the row evaluator, and their fields are taken from the tree."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dissect.engine.fields import Field
from dissect.engine.header import ColumnHeader, RowHeader, Single
from dissect.engine.listing import DESTINATION, INFO, PROTOCOL, SOURCE
from dissect.engine.messages import MESSAGE
from dissect.engine.reassembly import NO_DATAGRAM, Arena
from dissect.engine.row import Dissection
from dissect.engine.task import Group, Task
from dissect.engine.tree import PacketTree
from dissect.engine.values import format_value
from dissect.engine.window import Positions


def by_row(task: Task, group: Group, index: Positions) -> None:
    """Rows of a group through the row evaluator, from the group's layer inwards."""
    found: dict[str, tuple[list[int], list[Any], Field]] = {}
    view = memoryview(task.batch.buffer)  # type: ignore[arg-type]
    times = getattr(task.batch, "time", None)  # not every batch is a capture's
    for i in index.tolist():
        row = int(group.rows[i])
        packet = row % task.out.count  # the row where nothing comes in turns
        base, caplen = int(task.batch.offset[packet]), int(task.batch.caplen[packet])
        place, datagram = base, NO_DATAGRAM
        if isinstance(group.window, Arena):
            at = int(group.window.datagram_at(group.start[i]))
            base, datagram = int(group.window.starts[at]), int(group.window.datagrams[at])
            octets = _whole(task, datagram)
        else:
            octets = bytes(view[base : base + caplen])
        run = Dissection(task.plan.registry, octets, task.context, task.plan.verify, packet, place, datagram)
        run.columns_locked = group.locked
        run.streams, run.quoted = task.streams, task.plan.quoted
        if times is not None:
            run.time = int(times[packet])
        if task.plan.dispatches:
            run.segments = task.segments
        if task.visitor is not None:
            run.visit = partial(_visit, task)
        outer = _outer_headers(group, i, run)
        if task.listing is not None:
            run.tree.info = task.listing.text.one(INFO, packet)
            run.fleeting = _fleeting(outer)
        start, end, limit = int(group.start[i]), int(group.end[i]), int(group.limit[i])
        run.depth = group.depth
        run.enter(group.layer, run.tree.data, start - base, end - base, limit - base, outer)
        _harvest(task, run.tree, row, found)
        _row_columns(task, run.tree, row, group)
        run.over()
    for name, (rows, values, field) in found.items():
        column = np.empty(len(values), object)
        column[:] = values
        task.out.add(name, np.array(rows, np.int64), column, field)


def _whole(task: Task, number: int) -> bytes:
    """A datagram or message that was put together."""
    if number >= MESSAGE:
        assert task.streams is not None
        return task.streams.message(number - MESSAGE)
    assert task.context is not None
    return task.context.payload(number)


def _visit(task: Task, row: int, h: RowHeader) -> None:
    if task.visitor is not None and h.layer.name in task.plan.visits:
        task.visitor.visit(h.layer.name, np.array([row]), Single(h))


def _outer_headers(group: Group, i: int, run: Dissection) -> RowHeader | None:
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
        octets = level.octets.span(start, end)
        outer = RowHeader(level.layer, octets, 0, end - start, limit - start, outer, run)
        outer.__dict__["_held"] = level, at  # whoever knows headers by their place asks the batch's
    return outer


def _fleeting(h: RowHeader | None) -> bool:
    """Whether the Info of the headers around goes when a layer has something to say or not."""
    while h is not None and h.layer.info is None:
        h = h.outer_header
    return h is not None and not h.layer.info_stays


def _harvest(task: Task, tree: PacketTree, row: int, found: dict[str, tuple[list[int], list[Any], Field]]) -> None:
    names = task.plan.tree_names
    if not names and not task.plan.spans:
        return
    for layer in tree.layers:
        if layer.layer.name in task.plan.spans:
            whole = tree.sources[layer.source][1][layer.start : max(layer.limit, layer.start + layer.size)]
            for name, value in ((f"@{layer.layer.name}", whole), (f"@{layer.layer.name}.size", layer.size)):
                rows, values, _ = found.setdefault(name, ([], [], layer.field))
                rows.append(row)
                values.append(value)
        for node in layer.walk() if task.plan.tells(layer.layer) else layer.walk_decoded():
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


def _row_columns(task: Task, tree: PacketTree, row: int, group: Group) -> None:
    if task.plan.protocols:
        names = [name for node in tree.layers[:1] for name in node.within]
        names += [name for node in tree.layers[1:] for name in node.names]
        before = group.chain
        if tree.layers and tree.layers[0].mistaken and group.layer.also_via:  # the header is none: only its name stays
            before = (*before[: -1 - len(group.layer.also_via)], before[-1])
        if tree.layers and not tree.layers[0].listed:
            before = before[: -1 - len(group.layer.also_via)]
        task.out.chain_of[row] = task.out.chain((*before, *names))
    if task.listing is None:
        return
    text = task.listing.text
    if tree.source is not None:
        text.say(SOURCE, row, format_value(*tree.source))
    if tree.destination is not None:
        text.say(DESTINATION, row, format_value(*tree.destination))
    if tree.protocol_column:
        text.say(PROTOCOL, row, tree.protocol_column)
    text.say(INFO, row, tree.said)
    if tree.fences and (fence := tree.fence):
        task.listing.fenced(row, fence)
