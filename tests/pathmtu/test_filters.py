"""The filter that a finding names shows every packet it cites, here and in tshark."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import dissect
from dissect.pathmtu import Finding, analyse
from tests.corpus import SAMPLES

NAMES = sorted(path.name for path in SAMPLES.glob("*.pcap*"))


def findings(path: Path) -> list[Finding]:
    with dissect.open(path) as cap:
        return analyse(cap).findings


@pytest.mark.parametrize("name", NAMES)
def test_filters_show_the_evidence(name: str) -> None:
    for one in findings(SAMPLES / name):
        with dissect.open(SAMPLES / name) as cap:
            shown = {number + 1 for number in cap.filter(one.filter).tolist()}
        assert shown >= {proof.packet for proof in one.evidence}, (one.code, one.filter)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_filters_mean_the_same_in_tshark(name: str) -> None:
    for text in sorted({one.filter for one in findings(SAMPLES / name)}):
        command = ["tshark", "-n", "-r", str(SAMPLES / name), "-Y", text, "-T", "fields", "-e", "frame.number"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        with dissect.open(SAMPLES / name) as cap:
            shown = [number + 1 for number in cap.filter(text).tolist()]
        assert said.returncode == 0 and [int(line) for line in said.stdout.split()] == shown, (text, said.stderr)
