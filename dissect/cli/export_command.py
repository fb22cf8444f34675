"""`dissect export`: tables out of captures."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dissect.capture.feed import is_address
from dissect.cli import common
from dissect.export.sinks import SUFFIXES

if TYPE_CHECKING:
    from dissect.export.agenda import Order
    from dissect.export.fleet import Way
    from dissect.export.job import Outcome
    from dissect.export.tables import Choice


@click.command("export")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "-o", "out", required=True, metavar="OUT",
    help="File (with a suffix) or data-set folder; a path, or an address (s3://…).",
)
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
    help="Which tables, with commas: packets, flows, expert, dns, http, tls, dhcp, paths, findings, datagrams.",
)
@click.option(
    "--partition", type=click.Choice(["source", "date", "hour"]), help="Folders of the data set, as Hive names them."
)
@click.option("--resume", is_flag=True, help="Only captures that are missing from the data set, or have changed.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Processes, where OUT is a folder.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler's, e.g. tcp://host:8786; its workers do the work.")
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
    partition: str | None,
    resume: bool,
    jobs: int,
    cluster: str | None,
    numeric: bool,
    decode_as: Sequence[str],
    quiet: bool,
) -> int:
    """Write the packets of FILES as a table: one file where one goes in and OUT has a suffix, else a data set.

    A data set is a folder: OUT/TABLE/[PARTITION/]CAPTURE.parquet.  A capture's parts appear when all are whole; a run
    that was stopped goes on with --resume.  A capture that cannot be read does not stop the others.
    """
    from dissect.export.tables import TABLES, Choice

    known = common.registry(decode_as)
    common.check_fields(fields, known)
    common.display_filter(filter_, known, quiet)
    paths = common.expand(files)
    target = Path(out.partition("?")[0] if is_address(out) else out)
    by_suffix = SUFFIXES.get(target.suffix.lower())
    names = list(dict.fromkeys(name.strip() for name in tables.split(",")))
    for name in names:
        if name not in TABLES:
            raise click.UsageError(f"no table {name!r}; there are {', '.join(TABLES)}")
    format_or = format_ or by_suffix or "parquet"
    choices = tuple(Choice(format_or, tuple(fields), occurrence, raw_addresses, filter_, name) for name in names)
    of_folders = bool(partition or resume or cluster)
    one_file = target.suffix and not (target.is_dir() and not is_address(out))
    if len(paths) == 1 and len(choices) == 1 and one_file and not of_folders:
        if format_ is None and by_suffix is None:
            raise click.UsageError(f"what is {target.suffix}? give --format, or one of {' '.join(SUFFIXES)}")
        if jobs > 1 and not quiet:
            print(f"dissect: {out} is one file, which one process writes: --jobs needs a folder", file=sys.stderr)
        return export_one(paths[0], out, choices[0], decode_as, quiet)
    if not is_address(out) and target.exists() and not target.is_dir():
        raise click.UsageError(f"{out} is a file; several captures or tables, --partition and --resume need a folder")
    if "-" in paths and (cluster or jobs > 1):
        raise click.UsageError("standard input has one reader: no --jobs, no --cluster")
    from dissect.export.agenda import Order
    from dissect.export.fleet import Way  # processes and all that they take: one file needs none

    order = Order(tuple(paths), choices, partition or "", tuple(decode_as), resume)
    return export_set(out, order, Way(jobs, cluster or ""), quiet)


def export_one(path: str, out: str, choice: Choice, decode_as: Sequence[str], quiet: bool) -> int:
    """Export one capture to one file; the exit code."""
    from dissect.export.run import export_capture

    with (
        common.progress(os.path.basename(path), quiet) as advance,
        common.opened(path, common.registry(decode_as)) as capture,
    ):
        if is_address(out):
            from dissect.export.remote import export_to

            export_to(out, lambda part: export_capture(capture, part, choice, advance))
        else:
            export_capture(capture, Path(out), choice, advance)
        return common.report_damage(capture)


def export_set(out: str, order: Order, way: Way, quiet: bool) -> int:
    """Export captures to a data set; the exit code.  Errors of one do not stop the others."""
    from dissect.cli.progress import bars
    from dissect.export.agenda import agenda
    from dissect.export.dataset import DataSetError, data_set
    from dissect.export.fleet import NoCluster

    data, began, code = data_set(out), time.monotonic(), 0
    try:
        with data.begin(order.shape()):
            todo = agenda(data, order)
            tally = Tally(done_before=len(todo.done))
            with bars(sum(job.size for job in todo.jobs), quiet) as screen:
                for outcome in way.run(todo.jobs, screen.watch if screen else None):
                    tally.add(outcome)
                    code = max(code, outcome.code)
                    if outcome.error:
                        print(f"dissect: {outcome.error}", file=sys.stderr)
                    if screen:
                        screen.finished(outcome.source, outcome.size)
                    if outcome.fatal:
                        break
            data.sweep()
    except (DataSetError, NoCluster) as error:
        raise click.UsageError(str(error)) from None
    for manifest in todo.done:
        if manifest.damage:
            code = max(code, 3)
            print(f"dissect: {manifest.damage}", file=sys.stderr)
    if not quiet and (sys.stderr.isatty() or code):
        print(tally.line(time.monotonic() - began), file=sys.stderr)
    return code


@dataclass(eq=False, repr=False, slots=True)
class Tally:
    """What a run did."""

    done_before: int = 0
    captures: int = 0
    packets: int = 0
    size: int = 0
    faulty: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.captures += 1
        self.packets += outcome.packets
        self.size += outcome.size
        self.faulty += outcome.error is not None

    def line(self, seconds: float) -> str:
        """One line to end with."""
        before = f", {self.done_before:,} done before" if self.done_before else ""
        faulty = f", {self.faulty:,} with errors" if self.faulty else ""
        rate = f"{self.size / 1e6 / max(seconds, 1e-3):,.0f} MB/s"
        return f"{self.captures:,} captures, {self.packets:,} packets in {seconds:.1f} s ({rate}){before}{faulty}"
