"""A baseline: failures that are known, by fingerprint; only others count.

    {"version": 1, "known": {"<fingerprint>": {"rule": "M01", "subject": "a → b", "severity": "error"}}}
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from dissect.capture import write_file
from dissect.check.model import Report

VERSION = 1


class BaselineError(ValueError):
    """A file that is no baseline."""


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints of a baseline.  Raises BaselineError, OSError."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        if data["version"] != VERSION or not isinstance(data["known"], dict):
            raise KeyError
    except FileNotFoundError:
        raise BaselineError(f"{path}: no such baseline; write it with --update-baseline") from None
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"{path}: no baseline of version {VERSION}; write one with --update-baseline") from None
    return frozenset(data["known"])


def apply(reports: Sequence[Report], known: frozenset[str]) -> None:
    """Mark the failures that are known."""
    for report in reports:
        for failure in report.failures:
            failure.known = failure.fingerprint in known


def write_baseline(path: str, reports: Sequence[Report]) -> int:
    """Write what does not hold now as known; how many.  Raises CaptureError."""
    known = {
        failure.fingerprint: {"rule": failure.rule.code, "subject": failure.subject, "severity": failure.severity}
        for report in reports
        for failure in report.failures
    }
    content = {"version": VERSION, "known": dict(sorted(known.items()))}
    write_file(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return len(known)
