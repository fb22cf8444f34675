"""How screens look: as text in two sizes, legible in three themes.

`python -m tests.tui.test_looks` writes the expected texts again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.pilot import Pilot

from tests.tui.driving import drive, packets, until, whole_screen
from tui.app import Dissect
from tui.widgets.minimap import Minimap

LOOKS = Path(__file__).parent / "looks"
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
SCREENS = {"main": [], "path_mtu": ["m"]}
THEMES = ("textual-dark", "textual-light", "high-contrast")


def seen(screen: str, size: tuple[int, int]) -> str:
    """What a screen of a sample looks like."""
    found: list[str] = []

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app._main.capture.source.path = "capture.pcap"
        app._main.status()
        await until(pilot, lambda: packets(app).examined and any(app._main.query_one(Minimap).marks))
        for key in SCREENS[screen]:
            await pilot.press(key)
        if screen == "path_mtu":
            await until(pilot, lambda: "M11" in whole_screen(app))
        await until(pilot, lambda: "palette" in whole_screen(app))
        before = ""
        while before != whole_screen(app):  # until nothing moves any more
            before = whole_screen(app)
            await pilot.pause(0.4)  # more than the map of the list waits
        found.append(before)

    drive("odd-fragments-v4.pcap", scenario, size)
    return "\n".join(line.rstrip() for line in found[0].splitlines()) + "\n"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_looks_as_it_did(screen: str, size: str) -> None:
    assert seen(screen, SIZES[size]) == (LOOKS / f"{screen}-{size}.txt").read_text("utf-8")


def channels(color: RichColor | None) -> Color:
    """A terminal's colour as numbers."""
    assert color is not None
    return Color.from_rich_color(color)


@pytest.mark.parametrize("theme", THEMES)
def test_every_line_can_be_read_in_every_theme(theme: str) -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.theme = theme
        await until(pilot, lambda: packets(app).colouring is not None)
        await pilot.pause(0.1)
        grounds = set()
        for y in range(1, 20):
            style = next(iter(packets(app).render_line(y))).style
            assert style is not None
            text, ground = channels(style.color), channels(style.bgcolor)
            grounds.add(ground)
            assert abs(text.brightness - ground.brightness) > 0.35, (theme, y, text, ground)
        assert len(grounds) > 2

    drive("odd-fragments-v4.pcap", scenario, (120, 60))


def write() -> None:
    """The expected texts."""
    LOOKS.mkdir(exist_ok=True)
    for screen in SCREENS:
        for name, size in SIZES.items():
            (LOOKS / f"{screen}-{name}.txt").write_text(seen(screen, size), "utf-8")


if __name__ == "__main__":
    write()
