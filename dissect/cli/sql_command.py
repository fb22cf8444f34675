"""`dissect sql`: SELECT over captures or exported tables."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dissect.cli import common

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("table", "csv", "json", "parquet")
SHOWN = 1000  # rows that a table on a terminal has


@click.command("sql")
@click.argument("files", nargs=-1, required=True)
@click.argument("statement")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write the result there (needed for parquet).")
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str], statement: str, format_: str, output: str | None, decode_as: Sequence[str], quiet: bool
) -> int:
    """Run a SELECT over FILES: captures, or Parquet files of `dissect export`.

    Tables: packets (columns as fields: ip.src, tcp.dstport, tcp.flags_syn, dns.qry_name, …, and file), flows, expert,
    dns, http, tls, dhcp, paths, findings, datagrams.  Only the columns that the statement names are decoded.
    """
    from dissect.capture import CaptureError
    from dissect.sql import Session, SqlError

    if format_ == "parquet" and not output:
        raise click.UsageError("--format parquet needs -o FILE")
    try:
        with Session(_expanded(files), common.registry(decode_as)) as session:
            found = session.table(statement)
            code = max((common.report_damage(cap) for _, cap in session.captures), default=0)
    except SqlError as error:
        raise common.WrongFilter(f"sql: {error}") from None
    except CaptureError as error:
        print(f"dissect: {error}", file=sys.stderr)
        return 3
    _write(found, format_, output)
    return code


def _expanded(paths: Sequence[str]) -> list[str]:
    """Captures in folders one by one; folders of Parquet files as they are."""
    from dissect.sql.session import is_exported

    return [one for path in paths for one in ([path] if is_exported(path) else common.expand([path]))]


def _write(found: pa.Table, format_: str, output: str | None) -> None:
    if format_ == "parquet" and output:
        import pyarrow.parquet as pq

        from dissect.export.sinks import AtomicFile

        with AtomicFile(Path(output)) as file:
            pq.write_table(found, file.part, compression="zstd")
            file.commit()
        return
    common.put({"csv": _csv, "json": _json, "table": _table}[format_](found), output)


def _csv(found: pa.Table) -> str:
    import csv
    import io

    from dissect.export.rows import harmless

    out = io.StringIO()
    writer: Any = csv.writer(out, lineterminator="\n")
    writer.writerow(found.column_names)
    writer.writerows([harmless(_cell(value)) for value in row.values()] for row in found.to_pylist())
    return out.getvalue()


def _json(found: pa.Table) -> str:
    import json

    return "".join(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in found.to_pylist())


def _cell(value: Any) -> str:
    """A value as text; of numbers with a fraction nine digits of it (times are seconds)."""
    from dissect.cli.stats_command import cell

    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else cell(value)


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _table(found: pa.Table) -> str:
    """Columns side by side; numbers to the right."""
    from dissect.engine.values import escape_text

    rows = [[escape_text(_cell(value)) for value in row.values()] for row in found.slice(0, SHOWN).to_pylist()]
    names = found.column_names
    widths = [max([len(name), *(len(row[i]) for row in rows)]) for i, name in enumerate(names)]
    right = [kind.id in NUMBERS for kind in found.schema.types]
    lines = [names, ["─" * width for width in widths], *rows]
    out = []
    for line in lines:
        cells = [t.rjust(w) if r else t.ljust(w) for t, w, r in zip(line, widths, right, strict=True)]
        out.append("  ".join(cells).rstrip())
    if found.num_rows > SHOWN:
        out.append(f"… {found.num_rows - SHOWN:,} more rows; --format csv has all")
    return "\n".join(out) + "\n"


NUMBERS = range(2, 13)  # Arrow's type ids of integers and floats
