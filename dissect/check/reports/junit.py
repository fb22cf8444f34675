"""JUnit XML: a suite a capture, a case a rule (the Ant schema, as Jenkins and GitLab read it)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from dissect.check.model import MOST_EVIDENCE, Failure, Report, Rule

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 section 2.2


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    root = ElementTree.Element("testsuites")
    for report in reports:
        _suite(root, report, severity)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, report: Report, severity: str) -> None:
    failed = report.at_least(severity)
    broken = {failure.rule.code for failure in failed}
    suite = ElementTree.SubElement(root, "testsuite", {
        "name": clean(report.file), "tests": str(len(report.rules)), "failures": str(len(broken)), "errors": "0",
        "skipped": "0", "time": "0",
    })  # fmt: skip
    for rule in report.rules:
        _case(suite, report, rule, [failure for failure in failed if failure.rule.code == rule.code])


def _case(suite: ElementTree.Element, report: Report, rule: Rule, failed: Sequence[Failure]) -> None:
    name = clean(f"{rule.code} {rule.title}")
    case = ElementTree.SubElement(suite, "testcase", {"classname": clean(report.file), "name": name, "time": "0"})
    if failed:
        message = clean("; ".join(failure.what for failure in failed))
        failure = ElementTree.SubElement(case, "failure", {"type": failed[0].severity, "message": message})
        failure.text = clean("\n".join(_told(one) for one in failed))


def _told(failure: Failure) -> str:
    packets = failure.packets(MOST_EVIDENCE)
    parts = [failure.what, packets and f"packets: {packets}", failure.rule.remedy and f"fix: {failure.rule.remedy}"]
    return "\n".join([part for part in parts if part])


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold: it may come from packets."""
    return FORBIDDEN.sub("�", text)
