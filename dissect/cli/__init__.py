"""The `dissect` command: one file a command, each imported only when it is called.

Exit codes: 0 done; 1 findings or differences; 2 wrong use; 3 a file could not be read, or only in part;
4 a fault of the program's own; 130 interrupted.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import click

from dissect import __version__
from dissect.lean import lean

COMMANDS = {
    "open": "Open a capture (where output is no terminal: its packet list).",
    "list": "One line a packet, or the fields asked for.",
    "show": "The typed trees of packets.",
    "info": "Properties of captures.",
    "fields": "The field reference.",
    "export": "Tables out: Parquet, Arrow, CSV, JSON lines.",
    "edit": "A new capture: slice, dedupe, shift, snap, merge, split, anonymise, comment.",
    "sql": "SELECT over captures or exported tables.",
    "mtu": "Fragments, path MTU and DF: evidence, findings, limits.",
    "stats": "Statistics: conversations, endpoints, hierarchy, routing, lengths.",
    "follow": "The content of a stream.",
    "objects": "Files that a capture carries: bodies of HTTP, mails, transfers.",
    "check": "Verdicts for CI: built-in rules, rule files, baselines, reports.",
    "diff": "What changed between two captures, noise masked.",
    "expert": "Every expert note, grouped.",
    "explain": "What a field or a finding means.",
}

EPILOG = """\b
Exit codes: 0 done, 1 findings or differences, 2 wrong use, 3 a file could not be read (or only in part),
4 a fault of the program's own, 130 interrupted.
Completion: eval "$(_DISSECT_COMPLETE=bash_source dissect)"   (or zsh_source, fish_source)"""


class Commands(click.Group):
    """The commands of this package by file name; `dissect FILE` is `dissect open FILE`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"dissect.cli.{name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A first word that is no command but a file opens that file."""
        if args and args[0] not in COMMANDS and (args[0] == "-" or os.path.exists(args[0])):
            args = ["open", *args]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dissect", message="%(prog)s %(version)s")
def dissect() -> None:
    """Packet captures as typed trees and Arrow columns; fragmentation, path MTU and DF explained."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code.  No traceback reaches a user (unless DISSECT_DEBUG is set)."""
    try:
        code = dissect.main(
            args=None if arguments is None else list(arguments), prog_name="dissect", standalone_mode=False
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.ClickException as error:
        lines = error.format_message()
        message = lines if type(error).__name__ == "WrongFilter" else " ".join(lines.split())
        print(f"dissect: {message}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # the reader has gone; nothing is left to say, nor for the interpreter to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> int:
    from dissect.capture import CaptureError

    if type(error).__name__ == "FilterError":  # only a packet showed it: an expression that is too slow
        print(f"dissect: {error}", file=sys.stderr)
        return 2
    if isinstance(error, CaptureError):
        print(f"dissect: {error}", file=sys.stderr)
        return 3
    if isinstance(error, OSError) and error.errno:
        print(f"dissect: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
        if error.filename is None:  # nor is the interpreter to flush what found no room
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    if os.environ.get("DISSECT_DEBUG"):
        raise error
    print(f"dissect: internal fault: {type(error).__name__}: {error} (DISSECT_DEBUG=1 shows where)", file=sys.stderr)
    return 4


def _warned(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"dissect: {' '.join(str(message).split())}", file=sys.stderr)


def run() -> None:
    """The console script.  A command is short, and what Python and libraries do by the way is much of its time."""
    warnings.showwarning = _warned
    lean()
    code = main()
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # nothing is taken apart that ends anyway
