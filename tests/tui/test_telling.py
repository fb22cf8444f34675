"""Threads hand over what they found; to a screen that is about to go, too."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.driving import drive, main
from tui.app import Dissect
from tui.telling import tell


def test_a_screen_without_its_widgets_is_told_nothing() -> None:
    async def steps(app: Dissect, _: Pilot[None]) -> None:
        screen, heard = main(app), list[str]()

        def show() -> None:
            screen.query_one("#nothing", Static)
            heard.append("shown")

        with pytest.raises(NoMatches):
            show()
        going = SimpleNamespace(is_cancelled=False)
        await asyncio.to_thread(tell, screen, going, show)
        await asyncio.to_thread(tell, screen, going, heard.append, "said")
        going.is_cancelled = True
        await asyncio.to_thread(tell, screen, going, heard.append, "too late")
        assert heard == ["said"]

    drive("tour.pcapng", steps)
