"""Every cap of docs/limits.md does what that says: with it lowered, a small input goes beyond it."""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from operator import attrgetter

import pytest

from tests.docs.test_limits import ROWS
from tests.limits import commands, memory, messages
from tests.limits.reach import Reach

REACHED: dict[str, Reach] = {**messages.REACHED, **memory.REACHED, **commands.REACHED}


def lower(cap: str, to: float, also: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower a cap where it is, and where it was imported to."""
    module, name = cap.rsplit(".", 1)
    if module.rpartition(".")[2].istitle():  # a class with default values
        made = attrgetter(module.rpartition(".")[2])(import_module(module.rpartition(".")[0])).__init__
        names = list(signature(made).parameters)[1:]
        defaults = dict(zip(names[::-1], made.__defaults__[::-1], strict=False))
        monkeypatch.setattr(made, "__defaults__", tuple((defaults | {name: to}).values())[::-1])
        return
    for place in (module, *also):
        assert hasattr(import_module(place), name), place
        monkeypatch.setattr(f"{place}.{name}", to)


@pytest.mark.parametrize("cap", REACHED)
def test_what_is_beyond(cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reach = REACHED[cap]
    assert reach.held != reach.free, "nothing would be seen"
    assert reach.act() == reach.free
    lower(cap, reach.to, reach.also, monkeypatch)
    assert reach.act() == reach.held


def test_every_cap_is_reached() -> None:
    assert set(REACHED) == {row["where"] for row in ROWS}
