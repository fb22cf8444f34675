"""Reports, one file a format.  Each has `write(reports, severity) -> str`; the same input gives the same text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from dissect.check.model import Report

FORMATS = ("text", "json", "junit", "sarif", "github", "md")


def written(format_: str, reports: Sequence[Report], severity: str) -> str:
    """The reports in a format; `severity`: what counts as failed."""
    write: Callable[[Sequence[Report], str], str] = import_module(f"dissect.check.reports.{format_}").write
    return write(reports, severity)
