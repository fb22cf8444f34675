"""Every cap of docs/limits.md does what that says: with it lowered, a small input goes beyond it."""

from __future__ import annotations

from dataclasses import is_dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from tests.docs.test_limits import ROWS
from tests.limits import commands, memory, messages
from tests.limits.reach import Reach

REACHED: dict[str, Reach] = {**messages.REACHED, **memory.REACHED, **commands.REACHED}


def lower(cap: str, to: float, also: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower a cap where it is, and where it was imported to."""
    module, name = cap.rsplit(".", 1)
    package, _, inside = module.rpartition(".")
    if inside.istitle():  # a class: a value of its own, or one that it is made with
        owner = getattr(import_module(package), inside)
        if not is_dataclass(owner):
            monkeypatch.setattr(owner, name, to)
            return
        values = owner.__init__.__defaults__
        names = list(signature(owner).parameters)[-len(values) :]
        changed = tuple(to if one == name else value for one, value in zip(names, values, strict=True))
        monkeypatch.setattr(owner.__init__, "__defaults__", changed)
        return
    for place in (module, *also):
        assert hasattr(import_module(place), name), place
        monkeypatch.setattr(f"{place}.{name}", to)


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings are read or written."""
    monkeypatch.setenv("DISSECT_CONFIG", str(tmp_path / "settings.toml"))


@pytest.mark.parametrize("cap", REACHED)
def test_what_is_beyond(cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reach = REACHED[cap]
    assert reach.held != reach.free, "nothing would be seen"
    assert reach.act() == reach.free
    lower(cap, reach.to, reach.also, monkeypatch)
    assert reach.act() == reach.held


def test_every_cap_is_reached() -> None:
    assert set(REACHED) == {row["where"] for row in ROWS}
