"""What the documents show works: their Python runs, their commands run, their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text):
        assert "://" in target or (path.parent / target).exists(), target


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
