"""`dissect objects`: what a capture carries whole, as files."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from dissect.cli import common


@click.command("objects")
@click.argument("file")
@click.option("--type", "kind", type=click.Choice(["http", "imf", "ftp", "tftp", "smb"]), default="http",
              show_default=True)  # fmt: skip
@click.option("-o", "folder", type=click.Path(file_okay=False), metavar="DIR",
              help="Write them there; without it they are listed.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=0), metavar="BYTES", default=None,
              help="Leave out what is larger.  [default: 256 MiB]")  # fmt: skip
@common.decode_as_option
def command(file: str, kind: str, folder: str | None, limit: int | None, decode_as: Sequence[str]) -> int:
    """Objects in FILE: packet, size, type and name of each; with -o as files.

    Names are those of the capture, without anything that could leave DIR; what is there is never written over.
    """
    from dissect.export import objects

    most = objects.LIMIT if limit is None else limit
    if folder is not None:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"cannot make {folder}: {error.strerror}") from None
    with common.opened(file, common.registry(decode_as)) as capture:
        for found in objects.TYPES[kind](capture):
            large = len(found.data) + found.lacking > most
            name = objects.safe_name(found.name)
            if folder is not None and not large:
                name = objects.write(found, folder)
            media = found.kind.partition(";")[0].strip() or "-"
            media = "".join(c if c.isprintable() else "_" for c in media)[:60]
            note = "  (larger than the limit: not written)" if large else ""
            note = note or (f"  ({found.lacking} bytes are lacking: more than is kept)" if found.lacking else "")
            click.echo(f"{found.packet}\t{len(found.data)}\t{media}\t{name}{note}")
        return common.report_damage(capture)
