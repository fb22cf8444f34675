"""`dissect expert`: every expert note of captures, grouped as Wireshark groups them."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.notes import Notes

PLURALS = {"Error": "Errors", "Warning": "Warnings", "Note": "Notes", "Chat": "Chats", "Comment": "Comments"}


@click.command("expert")
@click.argument("files", nargs=-1, required=True)
@common.filter_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common.decode_as_option
@common.checksums_option
@common.quiet_option
def command(
    files: Sequence[str], filter_: str | None, format_: str, decode_as: Sequence[str], checksums: bool, quiet: bool
) -> int:
    """Every expert note of FILES, path-MTU findings included: severity, group, message, how often, in which packets."""
    import dissect
    from dissect.capture import CaptureError
    from dissect.notes import expert_notes

    known = common.registry(decode_as, checksums)
    where = common.display_filter(filter_, known, quiet)
    code, out = 0, list[dict[str, Any]]()
    for path in common.expand(files):
        try:
            with (
                common.progress(os.path.basename(path), quiet) as advance,
                dissect.open(path, known) as capture,
            ):
                notes = expert_notes(capture, where, **({} if where else {"progress": advance}))
                code = max(code, common.report_damage(capture))
        except CaptureError as error:
            print(f"dissect: {error}", file=sys.stderr)
            code = 3
            continue
        if format_ == "json":
            out.append({"file": path, "notes": [dataclasses.asdict(one) for one in notes]})
        else:
            sys.stdout.write("\n".join(text(path, notes)) + "\n")
    if format_ == "json":
        sys.stdout.write(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    return code


def text(file: str, notes: list[Notes]) -> Iterator[str]:
    """The notes in lines, a block for each severity."""
    from dissect.engine.values import escape_text

    total = sum(one.count for one in notes)
    yield f"{file}: {total:,} note{'s' * (total != 1)}"
    severity = ""
    for one in notes:
        if one.severity != severity:
            severity = one.severity
            yield ""
            yield f"{PLURALS[severity]} ({sum(n.count for n in notes if n.severity == severity):,})"
        packets = ", ".join(map(str, one.packets)) + (", …" if one.count > len(one.packets) else "")
        yield f"  {one.count:>9,}  {one.group:<12}{escape_text(one.message)}"
        yield f"             packets {packets}"
    yield ""
