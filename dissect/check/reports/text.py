"""For people: what, where, the packets, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from dissect.check.model import SEVERITIES, Failure, Report
from dissect.engine.values import escape_text

WIDTH, SHOWN = 110, 8


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    lines = [line for report in reports for line in _report(report, severity)]
    return "\n".join([*lines, _total(reports, severity)]) + "\n"


def _report(report: Report, severity: str) -> Iterator[str]:
    failed = report.at_least(severity)
    verdict = f"{len(failed)} failed" if failed else "passed"
    yield f"{escape_text(report.file)}: {verdict} ({report.packets:,} packets, {len(report.rules)} rules)"
    for failure in report.failures:
        if not failure.known:
            yield ""
            yield from failure_lines(failure)
    known = sum(failure.known for failure in report.failures)
    if known:
        yield ""
        yield f"  {known} known from the baseline"
    yield ""


def failure_lines(failure: Failure) -> Iterator[str]:
    """A failure, with the rule's why and what to do."""
    yield f"  {failure.rule.code} {failure.severity}: {escape_text(failure.rule.title)}"
    yield from wrapped(escape_text(failure.what), "    ", "    ")
    numbers = escape_text(failure.packets(SHOWN))
    if numbers:
        yield from wrapped(f"packets  {numbers}", "    ", "             ")
    for name, text in (("why", failure.rule.why), ("fix", failure.rule.remedy), ("filter", failure.filter)):
        if text and text != failure.rule.title:
            yield from wrapped(f"{name:<8} {escape_text(text)}", "    ", "             ")
    if failure.rule.where:
        yield f"    rule     {escape_text(failure.rule.where)}"


def wrapped(text: str, first: str, others: str) -> list[str]:
    """Lines no wider than a terminal."""
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)


def _total(reports: Sequence[Report], severity: str) -> str:
    counts = [sum(f.severity == s and not f.known for r in reports for f in r.failures) for s in reversed(SEVERITIES)]
    failed = sum(bool(report.at_least(severity)) for report in reports)
    said = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in zip(counts, reversed(SEVERITIES), strict=True))
    return f"{len(reports)} capture{'' if len(reports) == 1 else 's'}, {failed} failed: {said}"
