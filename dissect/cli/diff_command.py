"""`dissect diff`: what changed between two captures."""

from __future__ import annotations

from collections.abc import Sequence

import click

from dissect.cli import common
from dissect.cli.check_command import FORMATS


@click.command("diff")
@click.argument("golden")
@click.argument("new")
@common.filter_option
@click.option("--ignore", multiple=True, metavar="FIELD", help="Do not compare this field; wildcards allowed.")
@click.option("--compare", multiple=True, metavar="FIELD", help="Compare this field though it is masked by default.")
@click.option("--tolerance", metavar="TIME", help="Also report messages that shift by more, e.g. 200ms.")
@click.option("--no-findings", is_flag=True, help="Leave out what the built-in checks say of both.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write the report there, not to standard output.")
@common.decode_as_option
@common.quiet_option
def command(
    golden: str, new: str, filter_: str | None, ignore: Sequence[str], compare: Sequence[str], tolerance: str | None,
    no_findings: bool, format_: str, output: str | None, decode_as: Sequence[str], quiet: bool,
) -> int:  # fmt: skip
    """Compare NEW with GOLDEN, flow by flow and message by message; exit 1 where they differ.

    Times, passing ports, identifiers, sequence numbers and randoms are masked.  With `--ignore ip.addr` flows are told
    apart by their server's port alone.
    """
    from dissect.check.reports import written
    from dissect.diff import Diff, Masks, diff_captures

    known = common.registry(decode_as)
    _check_patterns([*ignore, *compare], list(known.fields))
    how = Diff(Masks(ignore, compare), common.display_filter(filter_, known, quiet), _ns(tolerance), not no_findings)
    with common.opened(golden, known) as before, common.opened(new, known) as after:
        report = diff_captures(before, after, how, (golden, new))
        code = max(common.report_damage(before), common.report_damage(after))
    common.put(written(format_, [report], "note"), output)
    return code or (1 if report.failures else 0)


def _ns(tolerance: str | None) -> int | None:
    from dissect.durations import duration

    try:
        return None if tolerance is None else duration(tolerance)
    except ValueError as error:
        raise click.UsageError(f"--tolerance: {error}") from None


def _check_patterns(patterns: Sequence[str], names: Sequence[str]) -> None:
    """Raises UsageError for a name that is no field's."""
    import difflib

    from dissect.diff.masks import matches

    for pattern in patterns:
        if not any(matches(name, [pattern]) for name in names):
            near = difflib.get_close_matches(pattern, names, 1)
            raise click.UsageError(f"no field {pattern!r}" + (f"; did you mean {near[0]}?" if near else ""))
