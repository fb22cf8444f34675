"""`dissect edit`: a new capture out of others; never in place."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.edit import Split, Step
    from dissect.library import Capture

SECOND = 1_000_000_000


@click.command("edit")
@click.argument("files", nargs=-1, required=True)
@click.option("-w", "output", required=True, metavar="OUT", help="The new capture (*.pcapng or *.pcap).")
@common.filter_option
@click.option("--from", "first", metavar="T", help="From then: 2026-01-31T12:00:00Z, epoch seconds, or +S.")
@click.option("--to", "last", metavar="T", help="Up to then.")
@click.option("--snaplen", type=click.IntRange(min=1), metavar="N", help="No more than N bytes of a packet.")
@click.option("--dedupe", is_flag=True, help="Leave out packets that are the same as one of the four before.")
@click.option("--shift", metavar="SECONDS", help="Move all times, e.g. -3600 or +0.25.")
@click.option("--merge", is_flag=True, help="In order of time (else one file behind the other).")
@click.option("--split", metavar="BY", help="Into files: packets=N, size=10M, time=60s or stream.")
@click.option("--anonymise", is_flag=True, help="Hide addresses: prefixes are kept, checksums stay right.")
@click.option("--key", default="", metavar="TEXT", help="With --anonymise: the same text gives the same addresses.")
@click.option("--comment", "comments", multiple=True, metavar="N:TEXT", help="A comment on packet N (pcapng).")
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str], output: str, filter_: str | None, first: str | None, last: str | None, snaplen: int | None,
    dedupe: bool, shift: str | None, merge: bool, split: str | None, anonymise: bool, key: str,
    comments: Sequence[str], decode_as: Sequence[str], quiet: bool,
) -> int:  # fmt: skip
    """Write packets of FILES to a new capture: chosen, cut, shifted, merged, split, made anonymous."""
    import dissect
    from dissect.edit import Anonymiser, Comments, Dedupe, Matching, Shift, Single, Snap, edited, in_order, in_time

    known, paths = common.registry(decode_as), common.expand(files)
    _not_in_place(paths, output)
    where = common.display_filter(filter_, known, quiet)
    target: Single | Split = Single(output) if split is None else _split(output, split)
    with ExitStack() as stack:
        captures = [stack.enter_context(dissect.open(path, known)) for path in paths]
        steps: list[Step] = [Comments(_comments(comments))] if comments else []
        steps += [Matching(where)] if where is not None else []
        steps += [_between(first, last, captures)] if first or last else []
        steps += [Dedupe()] if dedupe else []
        steps += [Shift(_seconds(shift))] if shift else []
        steps += [Snap(snaplen)] if snaplen else []
        steps += [Anonymiser(key.encode())] if anonymise else []
        parts = in_time(captures) if merge else in_order(captures)
        written = target.write(edited(parts, steps), captures[0])
        code = max(common.report_damage(capture) for capture in captures)
    if not quiet:
        for path, count in written:
            print(f"dissect: wrote {count:,} packet{'' if count == 1 else 's'} to {path}", file=sys.stderr)
    return code


def _not_in_place(paths: Sequence[str], output: str) -> None:
    for path in paths:
        if os.path.exists(output) and os.path.exists(path) and os.path.samefile(path, output):
            raise click.UsageError(f"{output} is an input: name another file")


def _split(output: str, text: str) -> Split:
    from dissect.edit import parse_split

    try:
        return parse_split(output, text)
    except ValueError as error:
        raise click.UsageError(f"--split: {error}") from None


def _seconds(text: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        return int(Decimal(text) * SECOND)
    except (InvalidOperation, ValueError):
        raise click.UsageError(f"{text!r} is no number of seconds; e.g. -3600 or +0.25") from None


def _between(first: str | None, last: str | None, captures: Sequence[Capture]) -> Step:
    from dissect.edit import Between

    start = min((capture.start_time for capture in captures if len(capture)), default=0)
    low = _moment(first, start) if first else -(1 << 62)
    return Between(low, _moment(last, start) if last else 1 << 62)


def _moment(text: str, start: int) -> int:
    """A time in ns: ISO 8601 (UTC where no zone is said), seconds since the epoch, or `+` seconds since `start`."""
    from datetime import UTC, datetime

    if text.startswith("+"):
        return start + _seconds(text[1:])
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return _seconds(text)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(when.timestamp()) * SECOND + when.microsecond * 1000


def _comments(texts: Sequence[str]) -> dict[int, list[str]]:
    out: dict[int, list[str]] = {}
    for text in texts:
        number, colon, said = text.partition(":")
        if not (colon and number.isdecimal() and int(number)):
            raise click.UsageError(f"--comment {text!r}: expected N:TEXT, e.g. 7:'look here'")
        out.setdefault(int(number), []).append(said)
    return out
