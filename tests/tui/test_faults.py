"""What the terminal interface writes where there is no room: a sentence, and no half file."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.full_disk import fill, needs_root, small
from tests.tui.driving import drive, main, packets, until
from tests.tui.test_follow import followed
from tui import settings
from tui.app import Dissect
from tui.screens.flow_graph import FlowGraph
from tui.screens.save import Ask


@needs_root
@pytest.mark.parametrize(
    ("screen", "name"), [("list", "out.pcapng"), ("list", "out.csv"), ("follow", "out.bin"), ("graph", "out.csv")]
)
def test_a_full_disk(screen: str, name: str, tmp_path: Path) -> None:
    with small(tmp_path / "small", "64k") as folder:

        async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
            if screen == "follow":
                await followed(app, pilot)
            elif screen == "graph":
                await pilot.press("W")
                await until(pilot, lambda: isinstance(app.screen, FlowGraph) and app.screen.lines)
            await pilot.press("w")
            await until(pilot, lambda: isinstance(app.screen, Ask))
            app.screen.query_one("#name", Input).value = str(folder / name)
            await pilot.press("enter")
            await until(pilot, lambda: app._notifications)
            [said] = [one.message for one in app._notifications]
            assert str(folder / name) in said and "No space left on device" in said and "\n" not in said
            assert isinstance(app.screen, Ask)  # another name can be typed
            assert packets(app).total == len(main(app).capture)

        fill(folder)
        drive("tour.pcapng", scenario)
        assert [path.name for path in folder.iterdir()] == ["full"]


@needs_root
def test_settings_that_find_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small(tmp_path / "small", "64k") as folder:
        monkeypatch.setattr(settings, "place", lambda _="": folder / "settings.toml")
        assert settings.save(settings.Settings()) == ""
        before = (folder / "settings.toml").read_text()
        fill(folder)
        kept = settings.Settings()
        kept.history = [f"ip.addr == 192.0.2.{number}" for number in range(250)]
        assert "settings not saved" in settings.save(kept) and "No space left" in settings.save(kept)
        assert (folder / "settings.toml").read_text() == before
        assert {path.name for path in folder.iterdir()} == {"full", "settings.toml"}
