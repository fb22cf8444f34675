"""Findings as expert notes and fields of the packets that prove them."""

from __future__ import annotations

from typing import Any

from dissect.engine.expert import PATH_MTU
from dissect.engine.tree import Expert
from dissect.library import Capture
from dissect.packet import Annotation
from dissect.pathmtu import analyse
from dissect.pathmtu.model import Finding, Path, Report

SEVERITIES = {"note": "note", "warning": "warn", "error": "error"}


def examine(cap: Capture) -> dict[int, list[Annotation]]:
    """Packet number -> what to say there: one for each finding that has it as evidence."""
    return annotate(analyse(cap))


def annotate(report: Report) -> dict[int, list[Annotation]]:
    """As `examine`, of a report."""
    found: dict[int, list[Annotation]] = {}
    for finding in report.findings:
        facts = _facts(finding, report.paths.between(finding.source, finding.destination))
        expert = Expert(SEVERITIES[finding.severity], PATH_MTU, f"{finding.code}: {finding.title}", "pathmtu", "pathmtu")
        for proof in finding.evidence:
            values = facts | {"pathmtu.why": proof.why}
            found.setdefault(proof.packet, []).append(Annotation("pathmtu", values, expert))
    return found


def _facts(finding: Finding, path: Path | None) -> dict[str, Any]:
    """Field -> value of what is the same for all packets of a finding."""
    facts = {
        "pathmtu.code": finding.code, "pathmtu.severity": finding.severity, "pathmtu.title": finding.title,
        "pathmtu.src": finding.source or None, "pathmtu.dst": finding.destination or None,
        "pathmtu.estimate": path.delivered.size if path and path.delivered else None,
        "pathmtu.lost": path.lost.size if path and path.lost else None,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value is not None}
