"""For programs: everything."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from dissect.check.model import Failure, Report, Spot


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    data = {"version": 1, "fail_on": severity, "captures": [_report(report, severity) for report in reports]}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _report(report: Report, severity: str) -> dict[str, Any]:
    return {
        "file": report.file, "packets": report.packets, "damage": report.damage or None,
        "passed": not report.at_least(severity), "failures": [_failure(failure) for failure in report.failures],
    }  # fmt: skip


def _failure(failure: Failure) -> dict[str, Any]:
    rule = dataclasses.asdict(failure.rule)
    return {
        "rule": failure.rule.code, "title": rule["title"], "severity": failure.severity, "subject": failure.subject,
        "what": failure.what, "why": rule["why"], "remedy": rule["remedy"], "tags": list(failure.rule.tags),
        "filter": failure.filter, "count": failure.count, "fingerprint": failure.fingerprint, "known": failure.known,
        "packets": [_spot(spot) for spot in failure.spots],
    }  # fmt: skip


def _spot(spot: Spot) -> dict[str, Any]:
    """`file` is there only where it is not the report's own."""
    return {name: value for name, value in dataclasses.asdict(spot).items() if name != "file" or value}
