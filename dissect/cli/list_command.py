"""`dissect list`: one line a packet, or the fields asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from dissect.cli import common
from dissect.cli.times import FORMATS, TimeColumn

if TYPE_CHECKING:
    from dissect.capture import Records
    from dissect.engine.columns import Columns
    from dissect.filters import Filter
    from dissect.library import Capture

Name = Callable[[str], str]
COLUMNS = ["_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info"]
NUMBER = "frame.number"
ENDS = "ether", "ipv4", "ipv6"
SCREENFUL = 256  # lines that are written before anything else is looked at


@click.command("list")
@click.argument("files", nargs=-1, required=True)
@common.filter_option
@click.option("-e", "fields", multiple=True, metavar="FIELD", help="Print this field; repeatable.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "tsv", "csv", "jsonl"]), default="text", show_default=True
)
@click.option("-c", "count", type=click.IntRange(min=1), metavar="N", help="Stop after N packets.")
@click.option("-t", "time_style", type=click.Choice(FORMATS), default="r", help="Time format, as tshark's.")
@click.option(
    "-w", "write", type=click.Path(dir_okay=False), metavar="OUT", help="Write the packets to a capture file."
)
@click.option("--numbers", metavar="LIST", help="Only these packets (with -w), e.g. 1-10,15.")
@click.option(
    "-N", "resolve", metavar="dmnt", default="",
    help="Names: n of hosts, the file's own; d of hosts, its DNS answers; m of cards' vendors; t of ports' services.",
)
@common.names_option
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str],
    filter_: str | None,
    fields: Sequence[str],
    format_: str,
    count: int | None,
    time_style: str,
    write: str | None,
    numbers: str | None,
    resolve: str,
    numeric: bool,
    decode_as: Sequence[str],
    quiet: bool,
) -> int:
    """One line a packet: number, time, source, destination, protocol, length, info; or the fields given with -e.

    Several FILES are read in sequence, as if they were one.
    """
    known = common.registry(decode_as)
    common.check_fields(fields, known)
    where = common.display_filter(filter_, known, quiet)
    if format_ != "text" and not fields:
        raise click.UsageError(f"--format {format_} needs the fields to print: add -e FIELD")
    if numbers and not write:
        raise click.UsageError("--numbers goes with -w; `dissect show FILE N` shows packets by number")
    if set(resolve) - set("dmnt"):
        raise click.UsageError(
            f"-N {resolve}: the letters are n (names that the file brings), d (its DNS answers), m (vendors of cards) "
            "and t (services of ports)"
        )
    with common.opened(files, known) as capture:
        if write:
            from dissect.cli.writing import write_packets

            write_packets(capture, write, common.parse_numbers([numbers]) if numbers else None, count, where)
        elif fields:
            write_rows(capture, list(fields), format_, count, where, "" if numeric else resolve)
        else:
            write_list(capture, time_style, count, where, "" if numeric else resolve)
        return common.report_damage(capture)


def naming(capture: Capture, resolve: str) -> tuple[Name, Name]:
    """How addresses and Info texts are named by the sources whose letters `resolve` has."""
    import dissect

    hosts: dict[str, str] = {}
    if set(resolve) & {"n", "d"}:
        hosts = dissect.host_names(capture, blocks="n" in resolve, answers="d" in resolve)
    card = dissect.vendors().named if "m" in resolve else str
    return lambda end: hosts.get(end) or card(end), dissect.with_services if "t" in resolve else str


def write_list(
    capture: Capture, time_style: str = "r", count: int | None = None, where: Filter | None = None, resolve: str = ""
) -> None:
    """The packet list as text, batch by batch."""
    names_of = naming(capture, resolve) if resolve else None
    digits = 9 if capture.source.format.startswith("nanosecond") else 6
    column = TimeColumn(time_style, digits, lambda: capture.start_time)
    names = COLUMNS if where is None else [NUMBER, *COLUMNS]
    for chunk, columns in capture.columns(names, where=where, early=SCREENFUL):
        take = len(chunk) if count is None else min(count, len(chunk))
        put(list_lines(chunk, columns, take, column, names_of))
        if sys.stdout.isatty() or chunk.first <= SCREENFUL:
            sys.stdout.flush()
        if count is not None:
            count -= take
            if count == 0:
                return


def list_lines(
    chunk: Records, columns: Columns, take: int, column: TimeColumn, names_of: tuple[Name, Name] | None
) -> bytes:
    """The packet list's lines of the first `take` packets of a batch."""
    from dissect.engine.cells import constant, integers, lines, padded
    from dissect.engine.listing import PLACE, Texts, fitting
    from dissect.engine.values import escape_text

    count, text = len(chunk), columns.text
    assert isinstance(text, Texts)
    numbers = np.arange(chunk.first + 1, chunk.first + 1 + count)
    if NUMBER in columns.pieces:
        numbers = columns.occurrences(NUMBER)[1]
    said = [text.cells(name) for name in COLUMNS]
    if names_of is not None:
        of_end, of_info = names_of
        said[:2] = [fitting(list(map(of_end, text[name].tolist()))) for name in COLUMNS[:2]]
        said[3] = fitting(list(map(of_info, map(escape_text, text[COLUMNS[3]].tolist()))))
    cells = [
        padded(integers(numbers[:take]), 5), padded(column.cells(chunk.time[:take]), column.digits + 4), said[0][0],
        said[1][0], said[2][0], integers(chunk.origlen[:take]), said[3][0],
    ]  # fmt: skip
    marks = [constant(mark, take) for mark in (" ", " ", " → ", " ", " ", " ", "\n")]
    out = lines([part[:take] for pair in zip(cells, marks, strict=True) for part in pair], 0, take)
    long = [(row, at, one) for at, (_, texts) in enumerate(said) for row, one in texts.items() if row < take]
    if not long:
        return out
    parts = out.split(PLACE.encode())
    listed = [one.encode("utf-8", "replace") for _, _, one in sorted(long)]
    return b"".join([part for pair in zip(parts, [*listed, b""], strict=True) for part in pair])


def write_rows(
    capture: Capture,
    fields: list[str],
    format_: str,
    count: int | None,
    where: Filter | None = None,
    resolve: str = "",
) -> None:
    """The fields asked for, one line a packet."""
    from dissect.export.rows import Rows

    rows = Rows(capture, fields, format_)
    names_of = naming(capture, resolve) if resolve else None
    sys.stdout.write(rows.head())
    for chunk, columns in capture.columns(fields, where=where):
        if names_of is not None:
            name_ends(capture, columns, fields, names_of[0])
        take = len(chunk) if count is None else min(count, len(chunk))
        for piece in rows.pieces(columns, len(chunk), take):
            put(piece)
        if count is not None:
            count -= take
            if count == 0:
                return


def name_ends(capture: Capture, columns: Columns, fields: list[str], name_of: Name) -> None:
    """Put names where fields say addresses as texts: those that Wireshark calls resolved, and hosts."""
    from dissect.engine.columns import Piece
    from dissect.engine.values import python_values

    for field in dict.fromkeys(fields):
        declared = capture.field(field)
        if declared.type.kind != "string":
            continue
        for at, piece in enumerate(columns.pieces.get(field, ())):
            if piece.field.type.kind in ENDS:
                names = np.empty(len(piece.rows), object)
                names[:] = list(map(name_of, python_values(piece.field, piece.values)))
                columns.pieces[field][at] = Piece(piece.rows, names, declared)


def put(octets: Any) -> None:
    """Write UTF-8 to standard output."""
    out = sys.stdout
    if out.encoding.lower().replace("-", "") == "utf8" and os.linesep == "\n":
        out.flush()
        out.buffer.write(octets)
    else:
        out.write(str(octets, "utf-8"))
