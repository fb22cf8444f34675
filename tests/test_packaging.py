"""What is built can be installed: a wheel, in an environment of its own, used from another folder."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.corpus import ROOT, SAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(ROOT)], check=True)
    [found] = out.glob("pcap_dissect-*.whl")
    return found


def test_a_wheel_has_what_it_needs_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("dissect/py.typed", "dissect/filters/grammar.lark", "dissect/layers/tcp.py", "tui/py.typed"):
        assert needed in names
    assert any(name.endswith("share/man/man1/dissect.1") for name in names)
    assert any(name.endswith(".tcss") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"dissect", "tui", "pcap_dissect"}
    assert wheel.stat().st_size < 2_500_000  # most of it are protocols, 2.5 kB each


def test_it_runs_where_only_the_wheel_is(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    binaries = tmp_path / "env" / "bin"
    subprocess.run([binaries / "pip", "install", "-q", str(wheel)], check=True)
    run = {"capture_output": True, "text": True, "cwd": tmp_path, "check": True}
    assert subprocess.run([binaries / "dissect", "--version"], **run).stdout.startswith("dissect ")  # type: ignore[call-overload]
    lines = subprocess.run([binaries / "dissect", "list", SAMPLES / "tour.pcapng"], **run).stdout  # type: ignore[call-overload]
    assert len(lines.splitlines()) == 242
    said = subprocess.run([binaries / "dissect", "mtu", SAMPLES / "ptb-ignored.pcap"], **run).stdout  # type: ignore[call-overload]
    assert "M03" in said
    # what is not installed is said in a line, with what to do
    command = [binaries / "dissect", "sql", SAMPLES / "tour.pcapng", "SELECT 1"]
    sql = subprocess.run(command, capture_output=True, text=True)
    assert sql.returncode == 2 and "pcap-dissect[sql]" in sql.stderr
