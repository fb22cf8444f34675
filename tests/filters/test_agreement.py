"""The filters of filters.txt let through what `tshark -Y` lets through."""

from __future__ import annotations

import hashlib
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

import dissect
from tests.agreement import tshark
from tests.corpus import SAMPLES, SHARED

FILTERS = [
    line for line in (Path(__file__).parent / "filters.txt").read_text("utf-8").splitlines() if line and line[0] != "#"
]
TOUR = SAMPLES / "tour.pcapng"
OTHERS = [
    *(SAMPLES / f"{name}.pcap" for name in ("dns-fragments", "tunnel-gre", "vlan-qinq", "pmtud-v6")),
    *(sorted(SHARED.rglob("*.pcap*"))[::400] if SHARED.is_dir() else []),
]
needs_tshark = pytest.mark.skipif(not tshark.available(), reason="no tshark")


def test_there_are_enough() -> None:
    assert len(FILTERS) >= 450
    assert len(set(FILTERS)) == len(FILTERS)


def answer(path: Path, text: str) -> tuple[int, list[str]]:
    """tshark's exit code and the packet numbers (with each its protocols) for a filter; kept between runs."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    key = hashlib.sha256(f"{tshark.version()}\0{content}\0{text}".encode()).hexdigest()
    kept = tshark.cache() / f"filter-{key}"
    if kept.exists():
        code, lines = json.loads(kept.read_text("utf-8"))
        return code, lines
    command = [
        "tshark",
        "-n",
        "-r",
        str(path),
        "-Y",
        text,
        "-T",
        "fields",
        "-e",
        "frame.number",
        "-e",
        "frame.protocols",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    kept.write_text(json.dumps([done.returncode, lines]), "utf-8")
    return done.returncode, lines


@cache
def comparable(path: Path) -> frozenset[int]:
    """The packets in which both see the same protocols: only these can say something of filters."""
    _, lines = answer(path, "frame")
    theirs = dict(line.split("\t") for line in lines)
    with dissect.open(path) as capture:
        ours = capture.table(["frame.number", "frame.protocols"]).to_pydict()
    pairs = zip(ours["frame.number"], ours["frame.protocols"], strict=True)
    return frozenset(number for number, chain in pairs if theirs.get(str(number)) == chain)


def check(path: Path, filters: list[str]) -> None:
    same = comparable(path)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda text: answer(path, text), filters))
    wrong = []
    with dissect.open(path) as capture:
        for text, (code, lines) in zip(filters, answers, strict=True):
            theirs = {int(line.split("\t")[0]) for line in lines} & same
            ours = {int(row) + 1 for row in capture.filter(text)} & same
            if code != 0 or ours != theirs:
                wrong.append(f"{text}: tshark ({code}) {sorted(theirs - ours)[:5]}, we {sorted(ours - theirs)[:5]}")
    assert not wrong, f"{len(wrong)} of {len(filters)}:\n" + "\n".join(wrong[:20])


@needs_tshark
@pytest.mark.parametrize("part", range(4))
def test_tour(part: int) -> None:
    check(TOUR, FILTERS[part::32])


@needs_tshark
@pytest.mark.slow
def test_whole_tour() -> None:
    check(TOUR, FILTERS)


@needs_tshark
@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(OTHERS)), ids=lambda n: OTHERS[n].stem)
def test_other_captures(number: int) -> None:
    """Every sixteenth filter on each capture, others on each: tshark takes a fifth of a second for one."""
    check(OTHERS[number], FILTERS[number % 16 :: 16])
