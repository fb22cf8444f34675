"""GitHub workflow commands: an annotation a failure; and, where GITHUB_STEP_SUMMARY says so, the job's summary."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dissect.check.model import Failure, Report
from dissect.check.reports import md
from dissect.engine.values import escape_text

LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with open(summary, "a", encoding="utf-8") as file:
            file.write(md.write(reports, severity))
    failures = [(report, failure) for report in reports for failure in report.failures if not failure.known]
    return "".join(_annotation(report, failure) for report, failure in failures)


def _annotation(report: Report, failure: Failure) -> str:
    packets = failure.packets(8)
    said = [failure.what, packets and f"Packets {packets}.", failure.rule.remedy]
    title = f"{failure.rule.code} {failure.rule.title}"
    text = escape_text(" ".join([part for part in said if part]))
    return f"::{LEVELS[failure.severity]} file={_property(report.file)},title={_property(title)}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape_text(text)).replace(":", "%3A").replace(",", "%2C")
