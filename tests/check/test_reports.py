"""Reports: valid for those who read them, the same each time, safe whatever a packet or rule says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from dissect.check import Failure, Report, Rule, Spot
from dissect.check.reports import FORMATS, written

HOSTILE = "<b>\x1b[31m|`%\n::error::\x00é"
RULE = Rule("it", HOSTILE, "error", "why not", "mend it", ("a",), "r.toml:3", "tcp")
OTHER = Rule("fine", "all is well", "warning", "", "")


@pytest.fixture
def reports() -> list[Report]:
    failure = Failure(RULE, HOSTILE, f"it says {HOSTILE}", [Spot(3, "here", 40, 60), Spot(5, "and here", 200, 60)])
    known = Failure(OTHER, "", "was there before", [Spot(1, "x")], known=True)
    return [Report("a b.pcap", 9, [RULE, OTHER], [failure, known]), Report("fine.pcap", 2, [RULE, OTHER], [])]


@pytest.mark.parametrize("format_", FORMATS)
def test_no_raw_text(format_: str, reports: list[Report], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    text = written(format_, reports, "error")
    assert text == written(format_, reports, "error")
    assert "\x1b" not in text
    assert "\x00" not in text


def test_junit(reports: list[Report], tmp_path: Path) -> None:
    text = written("junit", reports, "error")
    (tmp_path / "j.xml").write_text(text)
    xmlschema.XMLSchema(Path(__file__).parent / "jenkins-junit.xsd").validate(tmp_path / "j.xml")
    suites = ElementTree.fromstring(text)
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("a b.pcap", "2", "1"), ("fine.pcap", "2", "0"),
    ]  # fmt: skip


def test_sarif(reports: list[Report]) -> None:
    log = json.loads(written("sarif", reports, "error"))
    # the schema of OASIS, as Microsoft's SARIF tools (npm: @microsoft/sarif-multitool-linux) ship it
    schema = json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(log)] == []
    assert list(validator.iter_errors(log | {"version": "2.0.0"}))
    first, known = log["runs"][0]["results"]
    assert (first["ruleId"], first["level"], known["ruleId"]) == ("it", "error", "fine")
    places = [place["physicalLocation"] for place in first["locations"]]
    assert [place["region"]["byteOffset"] for place in places] == [40, 200]
    assert places[0]["artifactLocation"] == {"uri": "a%20b.pcap"}
    assert known["suppressions"]


def test_github(reports: list[Report], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    lines = written("github", reports, "error").splitlines()
    assert len(lines) == 1
    assert re.match(r"::error file=a b\.pcap,title=it [^:,]*::", lines[0])
    assert "1 failed" in (tmp_path / "summary.md").read_text()


def test_markdown_holds_no_markup_of_others(reports: list[Report]) -> None:
    text = written("md", reports, "error")
    assert "<b>" not in text
    assert len([line for line in text.splitlines() if line.startswith("| ❌")]) == 1


def test_json(reports: list[Report]) -> None:
    data = json.loads(written("json", reports, "error"))
    assert [capture["passed"] for capture in data["captures"]] == [False, True]
    assert data["captures"][0]["failures"][0]["packets"][0] == {"packet": 3, "why": "here", "offset": 40, "size": 60}


def test_text_names_the_fix(reports: list[Report]) -> None:
    text = written("text", reports, "error")
    assert "fix      mend it" in text
    assert "packets  3, 5" in text
    assert "1 known from the baseline" in text
