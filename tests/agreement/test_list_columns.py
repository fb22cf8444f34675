"""The packet list's Protocol and Info are tshark's: a share of the lines of every capture at hand.

Left out of the comparison: the server's name that our client hellos tell (as later Wiresharks do).
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import dissect
from tests import corpus

from . import tshark

COLUMNS = ("_ws.col.Protocol", "_ws.col.Info")
MOST, EVERY = 300, 40  # packets of a capture; of the shared captures each n-th
OWN_FLOOR, FLOOR = 95.0, 88.0  # per cent of lines

pytestmark = [pytest.mark.skipif(not tshark.available(), reason="tshark is not installed"), pytest.mark.slow]


def plain(text: str | None) -> str:
    """A text without what may differ."""
    text = re.sub(r" \(SNI=[^)]*\)", "", text or "")
    return re.sub(r"\s+", " ", text.replace("…", "...")).strip()


def theirs(path: Path) -> list[tuple[str, str]]:
    command = ["tshark", "-n", "-r", str(path), "-c", str(MOST), "-T", "fields", "-e", COLUMNS[0], "-e", COLUMNS[1]]
    printed = subprocess.run(command, capture_output=True, timeout=60, check=False).stdout.decode("utf-8", "replace")
    lines = (line.partition("\t") for line in printed.split("\n")[:-1])
    return [(protocol, plain(info)) for protocol, _, info in lines]


def ours(path: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    with dissect.open(path) as capture:
        for batch in capture.batches(list(COLUMNS)):
            protocols, infos = (batch[name].to_pylist() for name in COLUMNS)
            found += [(protocol, plain(info)) for protocol, info in zip(protocols, infos, strict=True)]
            if len(found) >= MOST:
                break
    return found


def share(paths: list[Path]) -> float:
    same = lines = 0
    for path in paths:
        try:
            pairs = list(zip(theirs(path), ours(path), strict=False))
        except (dissect.CaptureError, subprocess.TimeoutExpired):
            continue
        lines += len(pairs)
        same += sum(left == right for left, right in pairs)
    return 100 * same / max(lines, 1)


def test_lines_of_our_samples() -> None:
    assert share([path for path in corpus.captures() if path.is_relative_to(corpus.SAMPLES)]) >= OWN_FLOOR


def test_lines_of_shared_captures() -> None:
    paths = [path for path in corpus.captures() if path.is_relative_to(corpus.SHARED)][::EVERY]
    if not paths:
        pytest.skip("no captures here")
    assert share(paths) >= FLOOR
