"""Both evaluators over a capture, compared cell by cell."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import dissect
from dissect.engine.plan import EVERYTHING
from dissect.engine.registry import Registry
from dissect.engine.tree import PacketTree
from dissect.engine.window import as_list
from dissect.layers import builtin
from dissect.library import Capture

# Their columns come from the row evaluator by definition: comparing them would compare it with itself.
NOTED = ("_ws.expert", "_ws.malformed", "_ws.short", "pathmtu")
BY_DEFINITION = EVERYTHING | {f.name for f in dissect.fields() if f.layer in NOTED}


@cache
def verifying() -> Registry:
    """The layers, which verify checksums, as columns do."""
    return builtin().verifying()


@cache
def every_name() -> list[str]:
    """All fields that the two evaluators come to in ways of their own."""
    return [f.name for f in dissect.fields() if f.name not in BY_DEFINITION]


def row_cells(cap: Capture) -> list[dict[str, list[Any]]]:
    """Field name -> values, a dictionary a packet, by the row evaluator."""
    out = []
    for packet in cap:
        cells: dict[str, list[Any]] = {}
        for node in packet.tree.walk():
            for field in (node.field, *node.field.also):
                cells.setdefault(field.name, []).append(node.value)
        cells["frame.protocols"] = [packet.protocols]
        out.append(cells)
    return out


def column_cells(cap: Capture, names: list[str], records: int = 16384) -> list[dict[str, list[Any]]]:
    """The same by the column evaluator."""
    out, wanted = list[dict[str, list[Any]]](), set(names)
    for chunk, columns in cap.columns(names, records):
        cells: list[dict[str, list[Any]]] = [{} for _ in range(len(chunk))]
        for name in columns.pieces.keys() & wanted:  # of many thousand most are nowhere
            rows, values, _ = columns.occurrences(name)
            for row, value in zip(rows.tolist(), as_list(values), strict=True):
                cells[row].setdefault(name, []).append(value)
        for i, number in enumerate(columns.chain_of.tolist()):
            cells[i]["frame.protocols"] = [columns.chains[number]]
        out += cells
    return out


def all_inside(tree: PacketTree) -> None:
    """Every node lies in the octets that its layer is of."""
    for layer in tree.layers:
        whole = len(tree.sources[layer.source][1])
        for node in layer.walk():
            assert 0 <= node.start <= node.start + node.size <= whole, node.field.name


def disagreements(path: Path, names: list[str] | None = None, records: int = 16384) -> list[str]:
    """One line for each cell where the two differ."""
    found, names = [], names or every_name()
    with dissect.open(path, verifying()) as cap:
        by_row = row_cells(cap)
        by_column = column_cells(cap, names, records)
    wanted = set(names)
    if len(by_row) != len(by_column):
        return [f"{len(by_row)} packets by row, {len(by_column)} by column"]
    for number, (row, column) in enumerate(zip(by_row, by_column, strict=True), 1):
        for name in wanted & (row.keys() | column.keys()):
            left, right = row.get(name, []), column.get(name, [])
            if left != right and repr(left) != repr(right):
                found.append(f"packet {number} {name}: row {left!r}, column {right!r}")
    return found


def values(tree: PacketTree, names: tuple[str, ...]) -> dict[str, list[Any]]:
    """The values of some fields, in order."""
    found: dict[str, list[Any]] = {name: [] for name in names}
    for node in tree.walk():
        if node.field.name in found:
            found[node.field.name].append(node.value)
    return found


def unlike_notes(path: Path) -> list[str]:
    """One line for each packet of which the two evaluators note something else."""
    with dissect.open(path, verifying()) as cap:
        cells = column_cells(cap, list(NOTES))  # which examines the capture: trees then have the findings, too
        trees = [values(packet.tree, NOTES) for packet in cap]
    pairs = enumerate(zip(trees, cells, strict=True), 1)
    return [
        f"packet {number}: row {row!r}, column {column!r}"
        for number, (row, column) in pairs
        if any(row[name] != column.get(name, []) for name in NOTES)
    ]


def unlike_columns(path: Path) -> list[str]:
    """One line for each cell of the packet list that the two evaluators fill otherwise."""
    with dissect.open(path, verifying()) as cap:
        trees = [(packet.tree.protocol_column, packet.tree.info) for packet in cap]
        lists = [
            cells
            for _, columns in cap.columns(LIST)
            for cells in zip(*(columns.text[name].tolist() for name in LIST), strict=True)
        ]
    pairs = enumerate(zip(trees, lists, strict=True), 1)
    return [f"packet {number}: row {row!r}, column {column!r}" for number, (row, column) in pairs if row != column]


NOTES = ("_ws.expert.message", "_ws.expert.severity", "_ws.malformed", "_ws.short")
LIST = ("_ws.col.Protocol", "_ws.col.Info")


@cache
def header_names() -> list[str]:
    """Fields that stay in columns: placed fields, further names, protocols."""
    registry = dissect.builtin()
    out = [layer.name for layer in registry.layers]
    for layer in registry.layers:
        out += [f.name for field in layer.header if field.name for f in (field, *field.also)]
        out += list(layer.hot)
    return sorted(set(out) - BY_DEFINITION)
