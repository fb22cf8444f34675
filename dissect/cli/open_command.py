"""`dissect open FILE`, also `dissect FILE`: the packet list (the terminal interface comes with a later version)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from dissect.cli import common
from dissect.cli.list_command import write_list


@click.command("open")
@click.argument("file")
@common.names_option
@common.decode_as_option
def command(file: str, numeric: bool, decode_as: Sequence[str]) -> int:
    """Open a capture: prints its packet list."""
    with common.opened(file, common.registry(decode_as)) as capture:
        write_list(capture)
        return common.report_damage(capture)
