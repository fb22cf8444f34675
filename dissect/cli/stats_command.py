"""`dissect stats`: statistics of a capture as text, CSV, JSON or Arrow."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from dissect.cli import common
from dissect.stats import STATISTICS, statistic

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = "\b\n" + "\n".join(f"{name:<14} {what}" for name, what in STATISTICS.items())


@click.command("stats", epilog=KINDS)
@click.argument("operands", nargs=-1, required=True, metavar="FILES... STATISTIC")
@common.filter_option
@click.option("--format", "format_", type=click.Choice(["text", "csv", "json", "arrow"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--interval", type=float, metavar="SECONDS", help="io, tcp-throughput: the time that is summed up.")
@click.option("--series", multiple=True, metavar="FILTER", help="io: also count what this lets through; repeatable.")
@click.option("--stream", type=click.IntRange(min=0), metavar="N", help="tcp-…: which stream (as in tcp.stream).")
@click.option("--headers", is_flag=True, help="hierarchy: only the layers that carry others; far quicker.")
@click.option("--type", "types", type=click.Choice(("eth", "ip", "ipv6", "tcp", "udp", "sctp")), multiple=True,
              help="conversations, endpoints: only of this protocol; repeatable.")  # fmt: skip
@common.decode_as_option
@common.quiet_option
def command(
    operands: Sequence[str], filter_: str | None, format_: str, interval: float | None, series: Sequence[str],
    stream: int | None, headers: bool, types: Sequence[str],
    decode_as: Sequence[str], quiet: bool,
) -> int:  # fmt: skip
    """A statistic of FILES, which are read in sequence, as if they were one; its name comes last, or first."""
    files, kind = operands_told(operands)
    file = os.path.basename(files[0]) if len(files) == 1 else f"{len(files)} files"
    known = common.registry(decode_as)
    where = common.display_filter(filter_, known, quiet)
    counted = [common.display_filter(one, known, quiet) for one in series]
    chosen = options(kind, {"interval": interval, "series": counted, "stream": stream, "headers": headers or None,
                            "kinds": types})  # fmt: skip
    if format_ == "arrow" and sys.stdout.isatty():
        raise click.UsageError("Arrow does not go to a terminal; redirect the output to a file or a program")
    module = statistic(kind)
    straight = format_ == "text" and hasattr(module, "report")  # the text without the table
    found: Any
    with common.opened(files, known) as capture:
        with common.progress(file, quiet) as advance:
            try:
                reading = {} if where else {"progress": advance}
                found = module.report if straight else module.table
                found = found(capture, where, **chosen, **reading)
                found = chain([*islice(found, 1)], found) if straight else found  # the first comes when all is read
            except KeyError:
                said = f"{file} has no tcp stream {chosen.get('stream', 0)}; they count from 0"
                raise click.UsageError(said) from None
            except ValueError as error:
                raise click.UsageError(str(error)) from None
        code = common.report_damage(capture)
        if straight:
            sys.stdout.writelines(found)
            return code
    if format_ == "json":
        sys.stdout.write(json.dumps(found.to_pylist(), indent=1, ensure_ascii=False) + "\n")
    elif format_ == "csv":
        write_csv(found)
    elif format_ == "arrow":
        write_arrow(found)
    else:
        lines = module.text(found) if hasattr(module, "text") else columns(found)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    if found.num_rows >= getattr(module, "MOST_ROWS", found.num_rows + 1):
        click.echo(f"dissect: {kind} tells the first {found.num_rows:,} rows; -Y chooses others", err=True)
    return code


def operands_told(operands: Sequence[str]) -> tuple[list[str], str]:
    """The files, and which statistic: the last operand, or the first, that names one.  Raises UsageError."""
    named = [place for place in (-1, 0) if operands[place] in STATISTICS]
    for place in sorted(named, key=lambda place: os.path.exists(operands[place])):  # rather one that is no file
        files = list(operands)
        kind = files.pop(place)
        if not files:
            raise click.UsageError(f"no file; `dissect stats FILE {kind}`")
        return files, kind
    import difflib

    near = [word for one in (operands[-1], operands[0]) for word in difflib.get_close_matches(one, STATISTICS, 1)]
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(STATISTICS)}"
    raise click.UsageError(f"no statistic is named, last or first: {hint}")


TAKES = {
    "headers": ("hierarchy",), "interval": ("io", "tcp-throughput"), "series": ("io",),
    "kinds": ("conversations", "endpoints"),
    "stream": ("tcp-sequence", "tcp-throughput", "tcp-rtt", "tcp-window"),
}  # fmt: skip


def options(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The options that a statistic takes, of those given.  Raises UsageError for one that it does not take."""
    out = {name: value for name, value in given.items() if value not in (None, [], ())}
    for name in out:
        if kind not in TAKES[name]:
            option = "--type" if name == "kinds" else f"--{name}"
            raise click.UsageError(f"{option} goes with {', '.join(TAKES[name])}, not with {kind}")
    return out


def write_csv(found: pa.Table) -> None:
    """The table with a line of names; lists are joined by spaces."""
    import csv

    from dissect.export.rows import harmless

    writer: Any = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found.column_names)
    for row in found.to_pylist():
        writer.writerow([harmless(cell(value)) for value in row.values()])


def write_arrow(found: pa.Table) -> None:
    """The table as an Arrow IPC stream."""
    import pyarrow as pa

    with pa.ipc.new_stream(sys.stdout.buffer, found.schema) as sink:
        sink.write_table(found)


def cell(value: Any) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def columns(found: pa.Table) -> Iterator[str]:
    """The table in columns, numbers to the right."""
    rows = [[cell(value) for value in row.values()] for row in found.to_pylist()]
    names = found.column_names
    widths = [max(map(len, [name, *(row[i] for row in rows)])) for i, name in enumerate(names)]
    right = [str(kind) not in ("string", "bool") and not str(kind).startswith("list") for kind in found.schema.types]
    for row in [names, *rows]:
        yield "  ".join(
            value.rjust(width) if number else value.ljust(width)
            for value, width, number in zip(row, widths, right, strict=True)
        ).rstrip()
