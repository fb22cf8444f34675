"""Settings of their own for these tests, and memory for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import memory


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings are read or written."""
    monkeypatch.setenv("DISSECT_CONFIG", str(tmp_path / "settings.toml"))


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests before this one left in the process is not counted against the setting `memory`."""
    monkeypatch.setattr(memory, "held", lambda: 0)
