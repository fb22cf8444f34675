"""`dissect fields`: the reference as text, JSON and Markdown, whole or by a pattern."""

from __future__ import annotations

import json

import pytest

import dissect
from dissect.cli import main

ALL = {field.name: field for field in dissect.fields()}


def test_a_pattern_is_looked_for_in_names_and_labels(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields", "TCP.Srcport"]) == 0
    out = capsys.readouterr().out
    assert out.split() == ["tcp.srcport", "FT_UINT16", "Source", "Port"]
    assert main(["fields", "urgent pointer"]) == 0
    assert "tcp.urgent_pointer" in capsys.readouterr().out


def test_json_says_what_the_declaration_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields", "ip.proto", "--format", "json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["ip.proto"] == {
        "name": "ip.proto", "label": ALL["ip.proto"].label, "protocol": "ip", "type": "FT_UINT8", "arrow": "uint8",
        "values": found["ip.proto"]["values"],
    }  # fmt: skip
    assert found["ip.proto"]["values"]["6"] == "TCP"


def test_markdown_has_a_row_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields", "--format", "md"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("| `")]) == len(ALL)
    assert "## tcp: Transmission Control Protocol" in lines


def test_nothing_found_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields", "no such thing"]) == 2
    assert capsys.readouterr().err.count("\n") <= 2
