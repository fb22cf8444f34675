"""`dissect check`: verdicts on captures, for CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.check import Report

FORMATS = ("text", "json", "junit", "sarif", "github", "md")


@click.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--rules", "rule_files", multiple=True, metavar="FILE", help="A rule file (TOML); several add up.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note"]), default="error", show_default=True,
              help="How grave a finding must be to fail.")  # fmt: skip
@click.option("--baseline", metavar="FILE", help="Findings that are known; only others count.")
@click.option("--update-baseline", is_flag=True, help="Write what is found now to the baseline, and pass.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write the report there, not to standard output.")
@click.option("--save-evidence", metavar="DIR", help="A small pcapng of the packets of each failed check.")
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes, over files.")
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str], rule_files: Sequence[str], fail_on: str, baseline: str | None, update_baseline: bool,
    format_: str, output: str | None, save_evidence: str | None, jobs: int, decode_as: Sequence[str], quiet: bool,
) -> int:  # fmt: skip
    """Check FILES against the built-in rules and those of rule files; exit 1 where one fails.

    `dissect explain C07` (or any code of a report) says what a rule means.
    """
    from dissect.check import baseline as known
    from dissect.check.evidence import save_evidence as save
    from dissect.check.reports import written

    if update_baseline and not baseline:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    reports, code = _checked(files, rule_files, decode_as, jobs, quiet)
    try:
        if baseline and update_baseline:
            count = known.write_baseline(baseline, reports)
            print(f"dissect: {baseline}: {count} known", file=sys.stderr)
        if baseline:
            known.apply(reports, known.read_baseline(baseline))
        common.put(written(format_, reports, fail_on), output)
        for path in save(save_evidence, reports, fail_on) if save_evidence else ():
            print(f"dissect: wrote {path}", file=sys.stderr)
    except known.BaselineError as error:
        raise click.UsageError(str(error)) from None
    failed = any(report.at_least(fail_on) for report in reports)
    return code or (1 if failed else 0)


def _checked(
    files: Sequence[str], rule_files: Sequence[str], decode_as: Sequence[str], jobs: int, quiet: bool
) -> tuple[list[Report], int]:
    """The reports of the files that could be read, and the exit code for the others."""
    import dissect
    from dissect.capture import CaptureError
    from dissect.check import RuleError
    from dissect.check.run import check_files

    known, paths, code = common.registry(decode_as), common.expand(files), 0
    reports: list[Report] = []
    try:
        with common.progress("checking", quiet) as advance:
            for found in check_files(paths, rule_files, known, decode_as, jobs):
                if advance is not None:
                    advance(len(reports) + 1, len(paths))
                if isinstance(found, CaptureError):
                    print(f"dissect: {found}", file=sys.stderr)
                    code = 3
                    continue
                if found.damage:
                    print(f"dissect: {found.damage}", file=sys.stderr)
                    code = 3
                reports.append(found)
        if known.keylog:
            for path in paths:
                with suppress(CaptureError), dissect.open(path, known) as capture:
                    common.report_secrets(capture)
    except RuleError as error:
        raise common.WrongFilter(str(error)) from None
    except FileNotFoundError as error:
        raise click.UsageError(f"{error.filename}: no such rule file") from None
    return reports, code
