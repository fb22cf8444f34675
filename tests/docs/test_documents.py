"""What the documents show works: Python and commands run and answer as shown, links lead somewhere."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.corpus import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON = [
    (path, code)
    for path in (ROOT / "README.md", ROOT / "docs" / "library.md", ROOT / "docs" / "start.md")
    for code in re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
]
COMMANDS = [
    line.strip().removesuffix("; echo $?")
    for line in (ROOT / "docs" / "start.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("    dissect ")
]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


SESSIONS = [
    (path, block)
    for path in (ROOT / "README.md", ROOT / "docs" / "ci.md")
    for block in re.findall(r"^```text\n(\$ .*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
]
FOUND = {"check": 1, "diff": 1}  # what they exit with where something is wrong


@functools.cache
def rendered(path: Path) -> list[Token]:
    """What a renderer of Markdown as GitHub's makes of it."""
    return MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8"))


def inline(path: Path) -> Iterator[Token]:
    """The pieces of its lines of text."""
    for token in rendered(path):
        yield from token.children or ()


def anchors(path: Path) -> set[str]:
    """The names that its headings have as places to go to, as GitHub makes them."""
    tokens = rendered(path)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "")).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = [str(t.attrs.get("href") or t.attrs.get("src")) for t in inline(path) if t.type in ("link_open", "image")]
    for target in targets:
        if "://" not in target:
            file, _, anchor = target.partition("#")
            where = path.parent / file if file else path
            assert where.exists(), target
            assert not anchor or anchor in anchors(where), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_renderer_makes_of_it_what_was_meant(path: Path) -> None:
    kinds = {token.type for token in rendered(path)}
    text = path.read_text(encoding="utf-8")
    assert "heading_open" in kinds
    assert len(re.findall(r"^ *```", text, re.MULTILINE)) % 2 == 0, "a block that does not end"
    for token in rendered(path):
        if token.type == "inline":  # a table or a list that is none
            assert not re.search(r"^\|.*\|$", token.content, re.MULTILINE), token.content[:80]
            assert not re.search(r"^(- |\d+\. )", token.content, re.MULTILINE), token.content[:80]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the documents take it to be: samples, some captures, and the commands."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "samples").symlink_to(ROOT / "samples")
    (folder / "captures").mkdir()
    for name in ("captures/one.pcapng", "web.pcapng", "big.pcapng"):
        shutil.copy(ROOT / "samples" / "tour.pcapng", folder / name)
    (folder / "bin").mkdir()
    for name, module in (("dissect", "-m dissect.cli "), ("python", "")):
        (folder / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module}"$@"\n')
        (folder / "bin" / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(("path", "block"), SESSIONS, ids=[f"{path.name}-{i}" for i, (path, _) in enumerate(SESSIONS)])
def test_sessions_are_as_shown(path: Path, block: str, place: Path) -> None:
    environment = ENVIRONMENT | {"PATH": f"{place / 'bin'}:{os.environ['PATH']}"}
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        if " sql " in line:
            pytest.importorskip("duckdb")
        command = ["bash", "-o", "pipefail", "-c", line]
        done = subprocess.run(command, capture_output=True, text=True, cwd=place, env=environment)
        assert done.returncode == FOUND.get(line.split()[1], 0), f"{line}: {done.stderr}"
        lines = [one.rstrip() for one in done.stdout.splitlines()]
        for wanted in shown.rstrip().splitlines():  # in this order; "…" and what is shortened leave something out
            if wanted.strip() != "…":
                assert wanted.rstrip() in lines, f"{line}\n{done.stdout}"
                lines = lines[lines.index(wanted.rstrip()) + 1 :]


@pytest.mark.parametrize(("path", "code"), PYTHON, ids=[f"{path.name}-{i}" for i, (path, _) in enumerate(PYTHON)])
def test_python_runs(path: Path, code: str) -> None:
    if "sql(" in code:
        pytest.importorskip("duckdb")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_of_the_first_five_minutes_run(line: str, tmp_path: Path) -> None:
    if " sql " in line:
        pytest.importorskip("duckdb")
    words = [str(tmp_path / word) if word == "tour.parquet" else word for word in shlex.split(line)[1:]]
    command = [sys.executable, "-m", "dissect.cli", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
    assert done.returncode == (1 if words[0] == "check" else 0), done.stderr
    assert done.stdout or "export" in words
