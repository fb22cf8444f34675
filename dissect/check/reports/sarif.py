"""SARIF 2.1.0 (OASIS): results with byte regions in the capture file and stable fingerprints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dissect import __version__
from dissect.check.model import Failure, Report, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(reports: Sequence[Report], severity: str) -> str:
    """See `reports`."""
    rules = {rule.code: rule for report in reports for rule in report.rules}
    order = {code: i for i, code in enumerate(rules)}
    run = {
        "tool": {"driver": {
            "name": "dissect", "version": __version__, "informationUri": "https://pypi.org/project/pcap-dissect/",
            "rules": [_rule(rule) for rule in rules.values()],
        }},
        "results": [_result(r, failure, order) for r in reports for failure in r.failures],
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code, "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title}, "help": {"text": rule.remedy or rule.title},
        "defaultConfiguration": {"level": rule.severity}, "properties": {"tags": list(rule.tags)},
    }  # fmt: skip


def _result(report: Report, failure: Failure, order: dict[str, int]) -> dict[str, Any]:
    spots = [_location(s.file or report.file, s.offset, s.size, f"packet {s.packet}: {s.why}") for s in failure.spots]
    out: dict[str, Any] = {
        "ruleId": failure.rule.code, "ruleIndex": order[failure.rule.code], "level": failure.severity,
        "message": {"text": failure.what}, "partialFingerprints": {"dissect/v1": failure.fingerprint},
        "locations": spots or [_location(report.file, -1, 0, "")],
    }  # fmt: skip
    if failure.known:
        out["suppressions"] = [{"kind": "external", "justification": "known from the baseline"}]
    return out


def _location(file: str, offset: int, size: int, said: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(Path(file).as_posix())}}
    if offset >= 0:
        physical["region"] = {"byteOffset": offset, "byteLength": size}
    out: dict[str, Any] = {"physicalLocation": physical}
    if said:
        out["message"] = {"text": said}
    return out
