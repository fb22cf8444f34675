"""Layers of installed packages: the example of the tutorial, found through its entry point."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import dpkt
import pytest

from dissect.capture import PcapWriter
from tests.corpus import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "dissect-tally"
HELLO = struct.pack(">BBHI", 0x18, 1, 7, 90)
COUNTERS = b"\x03fan" + struct.pack(">I", 1200) + b"\x04heat" + struct.pack(">I", 41)
REPORT = struct.pack(">BBHI", 0x10, 2, 7, 91) + COUNTERS
CUT = struct.pack(">BBHI", 0x20, 2, 8, 1) + b"\x09fan"


def udp_frame(data: bytes, port: int) -> bytes:
    udp = dpkt.udp.UDP(sport=40000, dport=port, ulen=8 + len(data), data=data)
    ip = dpkt.ip.IP(src=b"\n\0\0\1", dst=b"\n\0\0\2", p=17, len=28 + len(data), data=udp)
    return bytes(dpkt.ethernet.Ethernet(type=0x800, data=ip))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pip install --target` leaves it, without a build tool."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(EXAMPLE / "dissect_tally.py", folder)
    about = folder / "dissect_tally-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: dissect-tally\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[dissect.layers]\ntally = dissect_tally\n")
    with PcapWriter(folder / "sensors.pcap", linktype=1) as writer:
        for i, message in enumerate((HELLO, REPORT, CUT)):
            writer.write(i, udp_frame(message, 7171))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(folder), str(ROOT)))
    environment = os.environ | {"PYTHONPATH": paths, "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "dissect.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_an_installed_layer_is_listed_filtered_and_exported(installed: Path) -> None:
    capture = str(installed / "sensors.pcap")
    for _ in range(2):  # the second run remembers the entry points
        lines = run(installed, "list", capture).stdout.splitlines()
        assert [line.split("Tally", 1)[1].split(maxsplit=1)[1] for line in lines] == [
            "Hello, sensor 7 [urgent]", "Report, sensor 7", "Report, sensor 8[Malformed Packet]",
        ]  # fmt: skip
    fields = ("tally.counter.name", "tally.counter.value", "tally.flags.urgent")
    chosen = ["-Y", 'tally.kind == "Report" && tally.counter.value > 1000']
    chosen += [word for name in fields for word in ("-e", name)]
    found = run(installed, "list", capture, "--format", "jsonl", *chosen)
    assert [json.loads(line) for line in found.stdout.splitlines()] == [
        {"tally.counter.name": ["fan", "heat"], "tally.counter.value": [1200, 41], "tally.flags.urgent": [False]}
    ]
    assert "Unknown version" in run(installed, "expert", capture).stdout


def test_a_package_that_cannot_be_imported_is_one_line(installed: Path, tmp_path: Path) -> None:
    about = tmp_path / "broken-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[dissect.layers]\nbroken = no_such_module\n")
    done = run(tmp_path, "list", str(installed / "sensors.pcap"))
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    [line] = done.stderr.splitlines()
    assert line.startswith("dissect: the layers of 'broken' (no_such_module) cannot be used: ModuleNotFoundError")


@pytest.mark.slow
def test_pip_installs_the_example(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path), str(EXAMPLE)]
    subprocess.run(command, check=True)
    assert "Tally" in run(tmp_path, "list", str(installed / "sensors.pcap")).stdout
