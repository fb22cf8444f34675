"""Driving the terminal interface by keys, as a person does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot

import dissect
from tests.corpus import SAMPLES
from tui.app import Dissect
from tui.screens.main import Main
from tui.widgets.packet_list import PacketList

Scenario = Callable[[Dissect, Pilot[None]], Awaitable[None]]


def drive(name: str, scenario: Scenario, size: tuple[int, int] = (120, 40)) -> None:
    """Open a sample, wait until it is read, and go on as the scenario says."""

    async def session() -> None:
        app = Dissect(dissect.open(str(SAMPLES / name)))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app._main.is_mounted and main(app).done and main(app).note == "")
            await scenario(app, pilot)

    asyncio.run(session())


async def until(pilot: Pilot[None], condition: Callable[[], Any]) -> None:
    """Wait for it; a minute at most, for machines that have much else to do."""
    late = time.monotonic() + 60
    while time.monotonic() < late:
        await pilot.pause(0.01)
        if condition():
            return
    raise AssertionError("it never happened")


def main(app: Dissect) -> Main:
    """The main screen, whatever is above it."""
    return app._main


def packets(app: Dissect) -> PacketList:
    """The list."""
    return main(app).packets


def whole_screen(app: Dissect) -> str:
    """All that stands on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def screen_text(app: Dissect) -> str:
    """What stands in the list."""
    widget = packets(app)
    return "\n".join(widget.render_line(y).text for y in range(widget.size.height))
