"""`dissect open FILE`, also `dissect FILE`: the terminal interface; where output is no terminal, the packet list."""

from __future__ import annotations

import gc
import os
import shlex
import sys
from collections.abc import Sequence

import click

from dissect.cli import common
from dissect.cli.list_command import write_list

SERVED = "TEXTUAL_DRIVER"  # in the environment of a program that a browser shows
HERE = "localhost:8000"


@click.command("open")
@click.argument("file", required=False, default=".")
@click.option("-C", "profile", metavar="NAME", help="Use the settings of this profile.")
@click.option("--web", is_flag=False, flag_value=HERE, metavar="[HOST:PORT]", help=f"In a browser, at {HERE}.")
@common.names_option
@common.decode_as_option
def command(file: str, profile: str | None, web: str | None, numeric: bool, decode_as: Sequence[str]) -> int:
    """Open a capture in the terminal (a folder, or nothing: pick a file); where output is no terminal, list it."""
    if web is not None:
        return serve(file, web, profile, decode_as)
    if SERVED in os.environ or (sys.stdout.isatty() and sys.stdin.isatty() != (file == "-")):
        gc.disable()  # until the first screen is there (tui.memory)
        from tui.app import run

        run(file, common.registry(decode_as), profile)
        return 0
    with common.opened(file, common.registry(decode_as)) as capture:
        write_list(capture)
        return common.report_damage(capture)


def serve(file: str, web: str, profile: str | None, decode_as: Sequence[str]) -> int:
    """Let a browser show it, until Ctrl-C.  Raises UsageError."""
    host, _, port = web.rpartition(":") if ":" in web else ("localhost", "", web)
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise click.UsageError(f"--web {web}: expected PORT or HOST:PORT, e.g. {HERE}")
    if file == "-":
        raise click.UsageError("--web: a browser's program cannot read standard input; name a file")
    try:
        from textual_serve.server import Server
    except ImportError:
        raise click.UsageError("--web needs textual-serve: pip install 'pcap-dissect[web]'") from None
    common.registry(decode_as)
    if not os.path.isdir(file):
        with common.opened(file, common.registry(())):
            pass
    words = [sys.executable, "-m", "dissect.cli", "open", *(["-C", profile] if profile else [])]
    words += [word for rule in decode_as for word in ("-d", rule)]
    print(f"dissect: http://{web if ':' in web else f'{host}:{port}'} (Ctrl-C ends it)", file=sys.stderr)
    Server(shlex.join([*words, "--", file]), host=host.strip("[]"), port=int(port), title="dissect").serve()
    return 0
