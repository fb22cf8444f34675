"""`dissect check`: exit codes, baselines, evidence, many files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from tests.check.build import shaken, tcp, write

SAMPLES = Path(__file__).parents[2] / "samples"
BAD = str(SAMPLES / "blackhole-v4-client.pcap")
GOOD = str(SAMPLES / "pmtud-v4.pcap")


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = str(write(tmp_path / "refused.pcap", [tcp(True, 0x02, 9), tcp(False, 0x14, 0, 10)]))
    damaged = write(tmp_path / "damaged.pcap", shaken())
    damaged.write_bytes(damaged.read_bytes()[:-3])
    assert main(["check", GOOD]) == 0
    assert main(["check", BAD]) == 1
    assert main(["check", refused]) == 0
    assert main(["check", refused, "--fail-on", "warning"]) == 1
    assert main(["check", GOOD, "--rules", str(tmp_path / "none.toml")]) == 2
    assert main(["check", GOOD, "--update-baseline"]) == 2
    assert main(["check", GOOD, str(tmp_path / "none.pcap")]) == 3
    capsys.readouterr()
    assert main(["check", GOOD, str(damaged), BAD, "--jobs", "2"]) == 3
    out = capsys.readouterr()
    assert "M01 error" in out.out  # what could be read was checked
    assert "damaged.pcap" in out.err


def test_a_failing_trace_names_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", BAD]) == 1
    out = capsys.readouterr().out
    assert "clamp the MSS" in out
    assert "packets  18" in out


def test_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = str(tmp_path / "known.json")
    assert main(["check", BAD, "--baseline", known]) == 2
    assert main(["check", BAD, "--baseline", known, "--update-baseline"]) == 0
    assert main(["check", BAD, "--baseline", known]) == 0
    assert main(["check", str(SAMPLES / "blackhole-v6-client.pcap"), "--baseline", known]) == 1
    assert "M01" in json.dumps(json.loads(Path(known).read_text())["known"])


def test_evidence(tmp_path: Path) -> None:
    assert main(["check", BAD, "--save-evidence", str(tmp_path / "e"), "--jobs", "1"]) == 1
    [saved] = (tmp_path / "e").iterdir()
    with dissect.open(saved) as cap:
        assert 5 <= len(cap) < 10
        assert cap[0]["ip.dst"] == "198.51.100.10"


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "c07"]) == 0
    assert "Connections unanswered" in capsys.readouterr().out
    assert main(["explain", "C99"]) == 2


def test_output_and_processes_give_the_same(tmp_path: Path) -> None:
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    assert main(["check", BAD, GOOD, "--format", "json", "-o", str(one), "--jobs", "1"]) == 1
    assert main(["check", BAD, GOOD, "--format", "json", "-o", str(two), "--jobs", "2"]) == 1
    assert one.read_text() == two.read_text()
