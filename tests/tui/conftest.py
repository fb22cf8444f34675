"""Settings of their own for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings are read or written."""
    monkeypatch.setenv("DISSECT_CONFIG", str(tmp_path / "settings.toml"))
