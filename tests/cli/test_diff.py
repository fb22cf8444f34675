"""`dissect diff`: exit codes, formats, what is said of wrong use and of damage."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dissect.cli import main
from tests.corpus import SAMPLES

GOLDEN, NEW = str(SAMPLES / "pmtud-v4.pcap"), str(SAMPLES / "mss-clamped-client.pcap")


def test_equal_is_0_and_different_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", GOLDEN, GOLDEN]) == 0
    assert "passed" in capsys.readouterr().out
    assert main(["diff", GOLDEN, NEW]) == 1
    out = capsys.readouterr().out
    assert "D05 error: Field changed" in out and "tcp.options.mss_val: 1460 bytes became 1360 bytes" in out
    assert f"of {GOLDEN}" in out and "D07" in out


def test_options_narrow_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", GOLDEN, NEW, "-Y", "arp && !arp", "--no-findings"]) == 0
    assert main(["diff", GOLDEN, NEW, "--no-findings", "-Y", "tcp.flags.syn == 1", "--ignore", "tcp.*"]) == 0
    assert main(["diff", GOLDEN, NEW, "--no-findings", "-Y", "tcp.flags.syn == 1"]) == 1


@pytest.mark.parametrize("format_", ["text", "json", "junit", "sarif", "github", "md"])
def test_every_format_says_it(format_: str, tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert main(["diff", GOLDEN, NEW, "--format", format_, "-o", str(out)]) == 1
    text = out.read_text(encoding="utf-8")
    assert "D05" in text and "1360" in text
    assert main(["diff", GOLDEN, NEW, "--format", format_, "-o", str(out)]) == 1
    assert out.read_text(encoding="utf-8") == text
    if format_ == "junit":
        [suite] = ElementTree.fromstring(text)
        assert suite.get("tests") == "8" and int(suite.get("failures", "0")) > 2
    if format_ == "sarif":
        places = [
            (one["ruleId"], place["physicalLocation"]["artifactLocation"]["uri"])
            for one in json.loads(text)["runs"][0]["results"]
            for place in one["locations"]
        ]
        assert any(code == "D05" and uri.endswith("mss-clamped-client.pcap") for code, uri in places)
        assert any(code == "D08" and uri.endswith("pmtud-v4.pcap") for code, uri in places)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--ignore", "dns.idd"], "did you mean dns.id?"),
        (["--tolerance", "soon"], "--tolerance: expected a duration"),
        (["-Y", "tcp.prot"], "tcp.port"),
    ],
)
def test_wrong_use_is_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", GOLDEN, NEW, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_damage_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(Path(GOLDEN).read_bytes()[:-5])
    assert main(["diff", GOLDEN, str(cut), "--quiet"]) == 3
    assert main(["diff", GOLDEN, str(tmp_path / "none.pcap")]) == 3
    assert "none.pcap" in capsys.readouterr().err
