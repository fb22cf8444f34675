"""Markdown: a table a capture."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from dissect.check.model import Failure, Report
from dissect.engine.values import escape_text

MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    return "\n".join(line for report in reports for line in _report(report, severity)) + "\n"


def _report(report: Report, severity: str) -> Iterator[str]:
    failed = report.at_least(severity)
    yield f"## {_cell(report.file)}: {f'{len(failed)} failed' if failed else 'passed'}"
    yield ""
    shown = [failure for failure in report.failures if not failure.known]
    if shown:
        yield "| | Rule | What | Packets | Fix |"
        yield "|---|---|---|---|---|"
        yield from (_line(failure) for failure in shown)
        yield ""


def _line(failure: Failure) -> str:
    cells = (f"{failure.rule.code} {failure.rule.title}", failure.what, failure.packets(8), failure.rule.remedy)
    return f"| {MARKS[failure.severity]} | " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    """Text that is no markup: it may come from packets."""
    plain = html.escape(escape_text(text), quote=False)
    return "".join(f"\\{c}" if c in "\\|`*_[]#!" else c for c in plain)
