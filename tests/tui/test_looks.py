"""How screens look: as text in two sizes, and in their colours in three themes; legible in all.

`python -m tests.tui.test_looks` writes the expected texts again.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.pilot import Pilot

from tests.tui.driving import drive, main, packets, until, whole_screen
from tui.app import Dissect
from tui.widgets.minimap import Minimap

LOOKS = Path(__file__).parent / "looks"
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
SCREENS = {"main": "", "path_mtu": "m", "follow": "R"}
ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse")
THEMES = ("textual-dark", "textual-light", "high-contrast")


def seen(screen: str, size: tuple[int, int]) -> dict[str, str]:
    """What a screen of a sample looks like: its text (under ""), and its colours by theme."""
    found: dict[str, str] = {}

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app._main.capture.source.path = "capture.pcap"
        app._main.status()
        await until(pilot, lambda: packets(app).examined and any(app._main.query_one(Minimap).marks))
        if SCREENS[screen]:
            packets(app).go_to(7)
            await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == 7)  # type: ignore[union-attr]
            await pilot.press(SCREENS[screen])
        if screen == "path_mtu":
            await until(pilot, lambda: "M11" in whole_screen(app))
        if screen == "follow":
            await until(pilot, lambda: app.screen.ready)  # type: ignore[attr-defined]
        await until(pilot, lambda: "palette" in whole_screen(app))
        found[""] = await settled(app, pilot)
        for theme in THEMES:
            app.theme = theme
            await settled(app, pilot)
            found[theme] = colours(app)

    drive("odd-fragments-v4.pcap", scenario, size)
    return {theme: "\n".join(line.rstrip() for line in text.splitlines()) + "\n" for theme, text in found.items()}


async def settled(app: Dissect, pilot: Pilot[None]) -> str:
    """The screen, when nothing moves any more."""
    before, same = "", 0
    while same < 2 or main(app).mapping:
        await pilot.pause(0.1)
        now = whole_screen(app) + colours(app)
        before, same = now, same + 1 if now == before else 0
    return whole_screen(app)


def colours(app: Dissect) -> str:
    """For each line of the screen the runs of one look: how many characters, text's and ground's colour, attributes."""
    lines = []
    for strip in app.screen._compositor.render_strips():
        looks = [(look(segment.style), segment.cell_length) for segment in strip]
        runs = [(name, sum(size for _, size in group)) for name, group in groupby(looks, key=lambda one: one[0])]
        lines.append(" ".join(f"{size}:{name}" for name, size in runs))
    return "\n".join(f"{len(list(group))}x {line}" for line, group in groupby(lines))


def look(style: object) -> str:
    """A style in short."""
    if style is None:
        return "-"
    marks = "".join(mark for mark in ATTRIBUTES if getattr(style, mark))
    names = (getattr(style, part) for part in ("color", "bgcolor"))
    return "/".join("-" if c is None else Color.from_rich_color(c).hex6[1:].lower() for c in names) + marks


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_looks_as_it_did(screen: str, size: str) -> None:
    for theme, text in seen(screen, SIZES[size]).items():
        assert text == place(screen, size, theme).read_text("utf-8"), theme or "text"


def place(screen: str, size: str, theme: str) -> Path:
    """The file of the expected text."""
    return LOOKS / (f"{screen}-{size}-{theme}.txt" if theme else f"{screen}-{size}.txt")


def channels(color: RichColor | None) -> Color:
    """A terminal's colour as numbers."""
    assert color is not None
    return Color.from_rich_color(color)


@pytest.mark.parametrize("theme", THEMES)
def test_every_line_can_be_read_in_every_theme(theme: str) -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.theme = theme
        await until(pilot, lambda: packets(app).colouring is not None and packets(app).examined)
        await settled(app, pilot)
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
    os.environ["DISSECT_CONFIG"] = os.devnull  # not by the settings of who writes them
    LOOKS.mkdir(exist_ok=True)
    for screen in SCREENS:
        for size in SIZES:
            for theme, text in seen(screen, SIZES[size]).items():
                place(screen, size, theme).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
