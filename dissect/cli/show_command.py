"""`dissect show`: the typed trees of packets."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.engine.fields import Field
    from dissect.engine.tree import Node
    from dissect.filters import Filter
    from dissect.library import Capture
    from dissect.packet import Packet


@click.command("show")
@click.argument("file")
@click.argument("numbers", nargs=-1)
@common.filter_option
@click.option("-x", "bytes_", is_flag=True, help="Also the bytes, in hex and text.")
@click.option("-c", "count", type=click.IntRange(min=1), metavar="N", help="Stop after N packets.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common.names_option
@common.decode_as_option
@common.checksums_option
def command(
    file: str,
    numbers: Sequence[str],
    filter_: str | None,
    bytes_: bool,
    count: int | None,
    format_: str,
    numeric: bool,
    decode_as: Sequence[str],
    checksums: bool,
) -> int:
    """The trees of packets NUMBERS (1-based; ranges as 10-20; default all), each field with its byte range."""
    known = common.registry(decode_as, checksums)
    where = common.display_filter(filter_, known)
    wanted = common.parse_numbers(numbers) if numbers else [range(1, sys.maxsize)]
    with common.opened(file, known) as capture:
        shown = 0
        for packet in _chosen(capture, wanted, where):
            if format_ == "json":
                sys.stdout.write(json.dumps(packet_json(packet), ensure_ascii=False) + "\n")
            else:
                sys.stdout.write("\n".join(packet_lines(packet, bytes_)) + "\n\n")
            shown += 1
            if shown == count:
                break
        code = common.report_damage(capture)
        if shown == 0 and numbers and code == 0 and where is None:
            raise click.UsageError(f"{file} has {len(capture)} packets; none is numbered {' '.join(numbers)}")
        return code


def _chosen(capture: Capture, wanted: list[range], where: Filter | None = None) -> Iterator[Packet]:
    if where is not None:
        for chunk, rows in where.chunks(capture, 1024):
            numbers_here = (chunk.first + rows + 1).tolist()
            yield from (capture[n - 1] for n in numbers_here if any(n in numbers for numbers in wanted))
        return
    if len(wanted) == 1 and len(wanted[0]) == 1:
        with suppress(IndexError):
            yield capture.single(wanted[0].start - 1)
        return
    for numbers in wanted:
        for number in numbers:
            try:
                yield capture[number - 1]
            except IndexError:
                break


def packet_lines(packet: Packet, bytes_: bool = False) -> list[str]:
    """A packet's tree as text: label, value, byte range; expert notes; with `bytes_` a hex dump."""
    from dissect.engine.values import label_of

    tree = packet.tree
    lines = [f"Packet {packet.number}: {len(packet.data)} bytes, {packet.protocols}"]
    for layer in packet.layers:
        where = f" [{layer.start}:{layer.start + layer.size}]" if layer.size else ""
        if layer.source:
            where = f"{where} of {tree.sources[layer.source][0]}"
        lines.append(f"{layer.field.label}{where}")
        for node in layer.children:
            _node_lines(node, 1, lines, label_of)
        lines += [f"    ! {note.severity}: {note.message} ({note.group})" for note in layer.notes]
    if bytes_:
        for title, data in tree.sources:
            lines += ["", f"{title} ({len(data)} bytes)", *hex_lines(data)]
    return lines


def _node_lines(node: Node, depth: int, lines: list[str], label_of: Callable[[Node], str]) -> None:
    if node.field.hidden:
        return
    size, below = node.size, node.children
    where = f" [{node.start}:{node.start + size}]" if size else ""
    derived = "" if size or below or node.field.layer == "frame" else " (derived)"
    lines.append(f"{'    ' * depth}{label_of(node)}{where}{derived}")
    for child in below:
        _node_lines(child, depth + 1, lines, label_of)


def hex_lines(data: bytes) -> list[str]:
    """Offset, hex and text, sixteen bytes a line."""
    out = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        out.append(f"{at:04x}  {row[:8].hex(' '):23}  {row[8:].hex(' '):23}  {text}")
    return out


def packet_json(packet: Packet) -> dict[str, Any]:
    """A packet as JSON: layers with their fields, values as `list --format jsonl` writes them, byte ranges, notes."""
    from dissect.engine import values

    return {
        "number": packet.number,
        "protocols": packet.protocols,
        "length": len(packet.data),
        "layers": [
            {
                **_node_json(layer, values.json_value, values.escape_text),
                "notes": [
                    {"severity": n.severity, "group": n.group, "message": n.message, "name": n.name}
                    for n in layer.notes
                ],
            }
            for layer in packet.layers
        ],
    }


def _node_json(
    node: Node, json_value: Callable[[Field, Any], Any], escape_text: Callable[[str], str]
) -> dict[str, Any]:
    field, kind = node.field, node.field.type.kind
    out: dict[str, Any] = {"name": field.name, "label": field.label}
    if kind != "none":
        out["value"] = json_value(field, node.value)
    named = field.value_name(node.value) if field.names is not None and kind in ("uint", "int", "bool") else None
    if named is not None:
        out["text"] = named
    elif node.text is not None:
        out["text"] = escape_text(node.text)
    if node.size:
        out["start"], out["size"] = node.start, node.size
    below = node.children
    if below:
        out["children"] = [_node_json(child, json_value, escape_text) for child in below]
    return out
