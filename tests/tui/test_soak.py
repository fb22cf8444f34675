"""Random keys: nothing that is pressed may end the program, in any window."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from tests.tui.driving import drive
from tui.app import Dissect
from tui.screens.main import Main
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.packet_list import PacketList

ALWAYS = ["down", "up", "pagedown", "end", "home", "tab", "enter", "escape", *"1279 a=:", "right", "left"]
NEVER = {"q", "ctrl+q", "ctrl+c", "ctrl+p", "O", "ctrl+o"}


def keys() -> list[str]:
    """Every key of the main screen and its panes but those that leave, and some that edit."""
    bound = [b for b in (*Main.BINDINGS, *PacketList.BINDINGS, *BytesPane.BINDINGS) if isinstance(b, Binding)]
    named = {key for binding in bound for key in binding.key.split(",")}
    return [*sorted(named - NEVER), *("space" if key == " " else key for key in ALWAYS)]


def press(name: str, count: int, size: tuple[int, int], seed: int) -> None:
    chooser = random.Random(seed)
    pressed: list[str] = []

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        known = keys()
        for _ in range(count):
            pressed.append(chooser.choice(known))
            await pilot.press(pressed[-1])
            assert app.is_running and app._exception is None, pressed[-10:]

    drive(name, scenario, size)


def test_a_few_random_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    press("tour.pcapng", 20, (80, 24), 7)


KEYS = int(os.environ.get("DISSECT_SOAK_KEYS", "150"))  # 2,000 take a quarter of an hour


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
@pytest.mark.parametrize("name", ["tour.pcapng", "odd-fragments-v4.pcap", "tunnel-vxlan.pcap"])
def test_many_random_keys(name: str, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    press(name, KEYS, size, 11)
