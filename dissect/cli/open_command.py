"""`dissect open FILE`, also `dissect FILE`: the terminal interface; where output is no terminal, the packet list."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from dissect.cli import common
from dissect.cli.list_command import write_list


@click.command("open")
@click.argument("file", required=False, default=".")
@common.names_option
@common.decode_as_option
def command(file: str, numeric: bool, decode_as: Sequence[str]) -> int:
    """Open a capture in the terminal (a folder, or nothing: pick a file); where output is no terminal, list it."""
    if sys.stdout.isatty() and sys.stdin.isatty() != (file == "-"):
        from tui.app import run

        run(file, common.registry(decode_as))
        return 0
    with common.opened(file, common.registry(decode_as)) as capture:
        write_list(capture)
        return common.report_damage(capture)
