"""Rules that matter, each broken in a copy of the sources: some test must see it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.corpus import ROOT

pytestmark = pytest.mark.slow


class Mutation(NamedTuple):
    """In `file`, `old` (which stands there once) becomes `new`; `tests` must then fail."""

    what: str
    file: str
    old: str
    new: str
    tests: str


MUTATIONS = [
    Mutation(
        "a lane that was guessed is believed unproven",
        "dissect/capture/lanes.py", "if at == start:", "if at >= start:", "tests/capture/test_lanes.py",
    ),
    Mutation(
        "a later fragment takes bytes where the policy is 'first'",
        "dissect/passes/overlap.py", '"first": lambda old, new: False', '"first": lambda old, new: True',
        "tests/passes/test_overlap.py",
    ),
    Mutation(
        "a segment as big that got through does not refute a black hole",
        "dissect/pathmtu/blackhole.py", "if any(s.size >= lost for s in before):", "if False:",
        "tests/pathmtu/test_blackhole.py",
    ),
    Mutation(
        "a burst of losses is a black hole, too",
        "dissect/pathmtu/blackhole.py", "return grows and all(", "return True or all(",
        "tests/pathmtu/test_blackhole.py",
    ),
    Mutation(
        "!= asks for any value that differs",
        "dissect/filters/conditions.py", '"all_ne": ("ne", True)', '"all_ne": ("ne", False)',
        "tests/filters/test_language.py",
    ),
    Mutation(
        "any retransmission behind two duplicate acknowledgments is fast",
        "dissect/layers/tcp_rules.py", "s.time - peer.ack_time < FAST", "True", "tests/passes/test_analysis.py",
    ),
    Mutation(
        "a checksum left to the network card is bad",
        "dissect/layers/checksums.py", "where(offloaded, UNVERIFIED, BAD)", "BAD + 0 * h.start",
        "tests/layers/test_checksums.py",
    ),
    Mutation(
        "what the capture cut is malformed",
        "dissect/engine/row.py", "        if h.limit > h.end:\n            field, expert = TRUNCATED",
        "        if False:\n            field, expert = TRUNCATED", "tests/engine/test_ends.py",
    ),
    Mutation(
        "fingerprints keep passing ports",
        "dissect/check/model.py", "about = stable(self.subject)", "about = self.subject", "tests/check",
    ),
    Mutation(
        "control characters of a packet reach the terminal",
        "dissect/engine/values.py", "    if text.isprintable():\n        return text\n", "    return text\n",
        "tests/cli/test_commands.py",
    ),
    Mutation(
        "anonymised addresses forget the prefix",
        "dissect/edit/anonymise.py", "prefix = (number >> (width - i)) if i else 0", "prefix = number", "tests/edit",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sources")
    for name in ("dissect", "tui", "tests", "samples"):
        shutil.copytree(ROOT / name, out / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", out)
    return out


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[one.what for one in MUTATIONS])
def test_some_test_sees_it(mutation: Mutation, sources: Path) -> None:
    path = sources / mutation.file
    whole = path.read_text()
    assert whole.count(mutation.old) == 1, "the rule is written otherwise now: write the mutation anew"
    path.write_text(whole.replace(mutation.old, mutation.new))
    # its own cache: outlines of broken sources are nobody else's
    own = {"PYTHONPATH": str(sources), "XDG_CACHE_HOME": str(sources / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "-p", "no:cacheprovider", mutation.tests]
        ran = subprocess.run(command, cwd=sources, env=os.environ | own, capture_output=True, text=True)
    finally:
        path.write_text(whole)
    assert ran.returncode == 1, f"{mutation.tests} passed: {ran.stdout[-2000:]}{ran.stderr[-500:]}"
