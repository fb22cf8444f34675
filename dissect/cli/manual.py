"""The manual page, from the commands' own help.  `python -m dissect.cli.manual > docs/dissect.1`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dissect import __version__
from dissect.cli import COMMANDS, dissect

EXIT = (
    ("0", "done; for check and diff: nothing found at the threshold"), ("1", "findings, or differences"),
    ("2", "wrong use: arguments, the syntax of a filter or of rules"),
    ("3", "a file could not be read (or written), or only in part; everything readable was processed"),
    ("4", "a fault of the program's own"), ("130", "interrupted"),
)  # fmt: skip
ENVIRONMENT = (
    ("NO_COLOR", "no colours"), ("DISSECT_DEBUG", "faults of the program's own are shown with their traces"),
    ("XDG_CACHE_HOME", "where outlines of layers are kept between runs"), ("XDG_CONFIG_HOME", "where settings are"),
)  # fmt: skip


def page() -> Iterator[str]:
    """The page, line by line, as man(7) has it."""
    yield f'.TH DISSECT 1 "" "pcap-dissect {__version__}" "User Commands"'
    yield from (".SH NAME", r"dissect \- packet captures as typed trees and Arrow columns")
    yield from (".SH SYNOPSIS", r"\fBdissect\fR [\fICOMMAND\fR] [\fIOPTION\fR]... \fIFILE\fR...")
    yield from (".SH DESCRIPTION", quoted(dissect.help or ""), "A first word that is a file opens that file.")
    with click.Context(dissect, info_name="dissect") as context:
        for name in COMMANDS:
            command = dissect.get_command(context, name)
            if command is not None:
                yield from about(name, command, context)
    yield from listed("EXIT STATUS", EXIT)
    yield from listed("ENVIRONMENT", ENVIRONMENT)


def about(name: str, command: click.Command, outer: click.Context) -> Iterator[str]:
    """A command with its options."""
    with click.Context(command, info_name=name, parent=outer) as context:
        usage = " ".join(command.collect_usage_pieces(context))
        yield f'.SH "dissect {name} {quoted(usage)}"'
        for part in (command.help or "").replace("\b\n", "").split("\n\n"):
            yield from (".PP", quoted(" ".join(part.split())))
        for option in command.get_params(context):
            record = option.get_help_record(context)
            if record is not None:
                yield from (".TP", rf"\fB{quoted(record[0])}\fR", quoted(record[1]) or r"\&")


def listed(title: str, rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """A section of words with what they mean."""
    yield f'.SH "{title}"'
    for word, text in rows:
        yield from (".TP", rf"\fB{word}\fR", quoted(text))


def quoted(text: str) -> str:
    """Text that roff takes as it is."""
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return rf"\&{plain}" if plain[:1] in (".", "'") else plain


if __name__ == "__main__":
    print("\n".join(page()))
