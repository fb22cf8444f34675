"""`dissect export`: tables out of captures."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dissect.cli import common
from dissect.export.sinks import SUFFIXES


@click.command("export")
@click.argument("files", nargs=-1, required=True)
@click.option("-o", "out", required=True, metavar="OUT", help="File (with a suffix) or data-set folder.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "arrow", "csv", "jsonl"]),
    help="Default: by OUT's suffix, else parquet.",
)
@common.filter_option
@click.option(
    "-e",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="A flat column for this field; repeatable. Default: the full table.",
)
@click.option("--occurrence", type=click.Choice(["first", "last", "all"]), default="first", show_default=True)
@click.option("--raw-addresses", is_flag=True, help="Addresses as bytes, not as text.")
@click.option(
    "--tables",
    default="packets",
    show_default=True,
    metavar="NAMES",
    help="Which tables, with commas: packets, paths, findings, datagrams.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Processes over files.")
@common.names_option
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str],
    out: str,
    format_: str | None,
    filter_: str | None,
    fields: Sequence[str],
    occurrence: str,
    raw_addresses: bool,
    tables: str,
    jobs: int,
    numeric: bool,
    decode_as: Sequence[str],
    quiet: bool,
) -> int:
    """Write the packets of FILES as a table: one file where one goes in and OUT has a suffix, else a folder."""
    from dissect.export.run import TABLES, Choice

    known = common.registry(decode_as)
    common.check_fields(fields, known)
    common.display_filter(filter_, known, quiet)
    paths = common.expand(files)
    target = Path(out)
    by_suffix = SUFFIXES.get(target.suffix.lower())
    names = [name.strip() for name in tables.split(",")]
    for name in names:
        if name not in TABLES:
            raise click.UsageError(f"no table {name!r}; there are {', '.join(TABLES)}")
    format_or = format_ or by_suffix or "parquet"
    choices = [Choice(format_or, tuple(fields), occurrence, raw_addresses, filter_, name) for name in names]
    if len(paths) == 1 and len(choices) == 1 and target.suffix and not target.is_dir():
        if format_ is None and by_suffix is None:
            raise click.UsageError(f"what is {target.suffix}? give --format, or one of {' '.join(SUFFIXES)}")
        return export_one(paths[0], target, choices[0], decode_as, quiet)
    for name in names:
        (target / name).mkdir(parents=True, exist_ok=True)
    work = [
        (path, target / choice.table / f"{part_name(path, paths)}.{format_or}", choice, decode_as, quiet)
        for path in paths
        for choice in choices
    ]
    if jobs == 1:
        return max(export_one(*job) for job in work)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        return max(pool.map(export_one, *zip(*work, strict=True)))


def export_one(path: str, target: Path, choice: object, decode_as: Sequence[str], quiet: bool) -> int:
    """Export one capture; the exit code.  Its errors do not stop the others."""
    from dissect.capture import CaptureError
    from dissect.export.run import Choice, export_table

    assert isinstance(choice, Choice)
    try:
        with (
            common.progress(os.path.basename(path), quiet) as advance,
            common.opened(path, common.registry(decode_as)) as capture,
        ):
            export_table(capture, target, choice, advance)
            return common.report_damage(capture)
    except CaptureError as error:
        print(f"dissect: {error}", file=sys.stderr)
        return 3


def part_name(path: str, among: Sequence[str]) -> str:
    """A file name for a capture's part, distinct among all: its own name, with its folder's where needed."""
    name = os.path.basename(path) or "stdin"
    same = [other for other in among if os.path.basename(other) == name]
    if len(same) > 1:
        name = f"{same.index(path):04d}-{name}"
    return name.replace("-", "stdin") if name == "-" else name
