"""I/O over time: nothing is lost, filters count what they let through, the plot's axes say what it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import dissect
from dissect.stats import io

TOUR = str(Path(__file__).parents[2] / "samples" / "tour.pcapng")


def test_every_packet_is_in_one_interval() -> None:
    with dissect.open(TOUR) as cap:
        rows = io.table(cap, interval=0.5, series=[dissect.compile_filter("udp")]).to_pylist()
        everything = [row for row in rows if row["series"] == io.ALL]
        assert sum(row["packets"] for row in everything) == len(cap)
        assert [row["start"] for row in everything] == [0.5 * i for i in range(len(everything))]
        udp = sum(row["packets"] for row in rows if row["series"] == "udp")
        assert udp == len(cap.filter("udp"))


def test_a_filter_chooses_what_is_counted() -> None:
    with dissect.open(TOUR) as cap:
        rows = io.table(cap, dissect.compile_filter("tcp"), interval=1.0).to_pylist()
        assert {row["series"] for row in rows} == {"tcp"}
        assert sum(row["packets"] for row in rows) == len(cap.filter("tcp"))


def test_too_many_intervals_are_an_error() -> None:
    with dissect.open(TOUR) as cap, pytest.raises(ValueError, match="at most"):
        io.table(cap, interval=1e-9)


def test_the_plot_is_as_high_as_its_highest_value() -> None:
    with dissect.open(TOUR) as cap:
        lines = list(io.text(io.table(cap, interval=1.0)))
    assert re.match(r"all packets: 242 packets", lines[0])
    assert "█" in lines[1] and lines[-2].endswith("9 s")


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_as_tshark() -> None:
    command = ["tshark", "-r", TOUR, "-q", "-z", "io,stat,1,FRAMES()frame,BYTES()frame,FRAMES()tcp,BYTES()tcp"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    theirs = [[int(n) for n in line.split("|")[2:6]] for line in lines if "<>" in line]
    with dissect.open(TOUR) as cap:
        rows = io.table(cap, interval=1.0, series=[dissect.compile_filter("tcp")]).to_pylist()
    half = len(rows) // 2
    ours = [[a["packets"], a["bytes"], b["packets"], b["bytes"]] for a, b in zip(rows[:half], rows[half:], strict=True)]
    assert ours == theirs
