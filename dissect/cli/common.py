"""What the commands share: finding files, opening captures, field names, progress, the line about damage."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dissect.engine.registry import Registry
    from dissect.filters import Filter
    from dissect.library import Capture

KEYLOG = "tls.keylog_file:"  # as the registry has it
PATIENCE = 0.5  # seconds before progress is shown



def _with_secrets(context: click.Context, _: click.Parameter, rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rules, and the key log as one more: so it goes wherever they go, to other processes and machines, too."""
    path = context.meta.get(KEYLOG)
    return (*rules, f"{KEYLOG}{os.path.abspath(path)}") if path else rules


def _readable(context: click.Context, _: click.Parameter, path: str | None) -> None:
    """Keep the key log's path.  Raises UsageError where it cannot be read."""
    if path is None:
        return
    try:
        with open(path, "rb"):
            context.meta[KEYLOG] = path
    except OSError as error:
        raise click.UsageError(f"key log {path}: {error.strerror}") from None


def decode_as_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """How packets are decoded: `-d`, and the secrets to decrypt with."""
    rules = click.option(
        "-d", "decode_as", multiple=True, metavar="TABLE==KEY,PROTOCOL", callback=_with_secrets,
        help="Decode as, e.g. tcp.port==8888,http.",
    )  # fmt: skip
    secrets = click.option(
        "--keylog", metavar="FILE", is_eager=True, expose_value=False, callback=_readable,
        help="Decrypt TLS and QUIC with these secrets (SSLKEYLOGFILE).",
    )  # fmt: skip
    return rules(secrets(command))


quiet_option = click.option("--quiet", is_flag=True, help="No progress and no warnings.")
names_option = click.option("-n", "numeric", is_flag=True, help="No name resolution: addresses as numbers.")
checksums_option = click.option("--checksums", is_flag=True, help="Verify checksums.")


def expand(paths: Sequence[str]) -> list[str]:
    """Files named by paths, folders (every file below them), globs and addresses; "-" stays.  UsageError if none."""
    from dissect.capture import is_address

    found: list[str] = []
    for path in paths:
        if is_address(path):
            from dissect.capture.remote import expand as files_at

            found += files_at(path)
            continue
        if path == "-" or os.path.isfile(path):
            found.append(path)
        elif os.path.isdir(path):
            found += sorted(
                os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name[0] != "."
            )
        elif matches := matching(path):
            found += matches
        else:
            found.append(path)  # opening it says what is wrong
    if not found:
        asked = " ".join(path.partition("?")[0] if is_address(path) else path for path in paths)
        raise click.UsageError(f"no files in {asked}; name captures, folders or globs")
    return found


def matching(pattern: str) -> list[str]:
    """The files that a glob matches."""
    import glob

    return [match for match in sorted(glob.glob(pattern, recursive=True)) if os.path.isfile(match)]


def registry(rules: Sequence[str], checksums: bool = False) -> Registry:
    """The built-in registry with the `-d` rules, its trees verifying checksums or not.  Raises UsageError."""
    from dissect.layers import builtin

    out = builtin()
    for rule in rules:
        try:
            out = out.decode_as(rule)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    return out.verifying() if checksums else out


def check_fields(names: Sequence[str], known: Registry) -> None:
    """Raises UsageError for a name that is no field, with the nearest one."""
    from dissect.engine.plan import COLUMNS

    for name in names:
        if name not in known.fields and name not in COLUMNS:
            import difflib

            near = difflib.get_close_matches(name, known.fields, 1)
            hint = f"did you mean {near[0]}?" if near else "`dissect fields` lists them"
            raise click.UsageError(f"no field {name!r}; {hint}")


@contextmanager
def opened(path: str | Sequence[str], known: Registry) -> Iterator[Capture]:
    """A capture, or several read in sequence, closed at the end."""
    import dissect
    from dissect import arenas

    with dissect.open(path, known) as capture:
        arenas.few()
        gc.freeze()  # all that was imported stays: the collector need neither look at it nor count it
        yield capture


def report_secrets(capture: Capture) -> None:
    """Say that a key log holds nothing of the capture, or that nothing can be decrypted."""
    context, path = click.get_current_context(silent=True), capture.registry.keylog
    if not path or (context is not None and context.params.get("quiet")):
        return
    from dissect.crypto.ciphers import EXTRA, available

    note = ""
    if not available():
        note = EXTRA
    elif not capture.unlocked():
        note = "no secret in it is of a connection of this capture"
    if note:
        sys.stdout.flush()
        print(f"dissect: key log {path}: {note}", file=sys.stderr)


def put(text: str, output: str | None) -> None:
    """Text to a file, whole or not at all, or to standard output.  Raises CaptureError."""
    from dissect.capture import write_file

    if output:
        write_file(output, text)
    else:
        sys.stdout.write(text)


def report_damage(capture: Capture) -> int:
    """Say what is wrong with the file, if anything, and with its secrets; the exit code."""
    report_secrets(capture)
    if capture.damage is None:
        return 0
    sys.stdout.flush()
    print(f"dissect: {capture.damage}", file=sys.stderr)
    return 3


filter_option = click.option("-Y", "filter_", metavar="FILTER", help="Only packets that pass.")


class WrongFilter(click.UsageError):
    """A filter that makes no sense: its message has lines, the place marked."""


def display_filter(text: str | None, known: Registry, quiet: bool = False) -> Filter | None:
    """The filter, its warnings on standard error.  Raises WrongFilter."""
    if text is None:
        return None
    from dissect.filters import FilterError, compile_filter

    try:
        chosen = compile_filter(text, known)
    except FilterError as error:
        raise WrongFilter(f"filter: {error}") from None
    if not quiet:
        for warning in chosen.warnings:
            print(f"dissect: filter: {warning}", file=sys.stderr)
    return chosen


Progress = Callable[[int, int], None]


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Progress | None]:
    """A progress bar on standard error, only on a terminal and only for work longer than half a second."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()
    state: dict[str, Any] = {}

    def advance(done: int, total: int) -> None:
        if "bar" not in state:
            if time.monotonic() - began < PATIENCE:
                return
            from rich.console import Console
            from rich.progress import Progress as Bar

            state["bar"] = Bar(console=Console(stderr=True), transient=True)
            state["bar"].start()
            state["task"] = state["bar"].add_task(title, total=total)
        state["bar"].update(state["task"], completed=done, total=total)

    try:
        yield advance
    finally:
        if "bar" in state:
            state["bar"].stop()


def parse_numbers(words: Sequence[str]) -> list[range]:
    """Packet numbers and ranges (`7`, `10-20`, `5-`) as ranges of 1-based numbers.  Raises UsageError."""
    out = []
    for word in ",".join(words).split(","):
        low, dash, high = word.partition("-")
        try:
            first = int(low)
            last = first if not dash else (int(high) if high else sys.maxsize)
        except ValueError:
            raise click.UsageError(f"{word!r} is no packet number; give numbers and ranges such as 7 10-20") from None
        if first < 1 or last < first:
            raise click.UsageError(f"{word!r} is no packet number; they begin at 1, ranges go upwards")
        out.append(range(first, last + 1))
    return out
