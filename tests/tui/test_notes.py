"""Packets ignored, commented on, and the map of the list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from textual.pilot import Pilot
from textual.widgets import Input

import dissect
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, screen_text, until
from tui.app import Dissect
from tui.colouring import RULES, Colouring, Rule
from tui.screens.comment import Comment
from tui.screens.save import SavePackets
from tui.widgets.minimap import Minimap, marks_of


def test_ignored_packets_and_comments_are_written(tmp_path: Path) -> None:
    target = tmp_path / "out.pcapng"

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("d", "P")
        await until(pilot, lambda: isinstance(app.screen, Comment))
        app.screen.query_one(Input).value = "look here"
        await pilot.press("enter")
        await until(pilot, lambda: "✎ look here ✎" in screen_text(app).splitlines()[1])
        assert screen_text(app).splitlines()[0].split() == ["1", "<Ignored>"]
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, SavePackets))
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is main(app))

    drive("blackhole-v4-client.pcap", scenario)
    with dissect.open(str(target)) as written:
        assert len(written) == 34
        assert written[0].all("frame.comment") == ["look here"] and not written[1].all("frame.comment")


def test_what_matters_most_shows_in_the_map() -> None:
    capture = dissect.open(str(SAMPLES / "blackhole-v4-client.pcap"))
    rules = [Rule("five", "frame.number == 5", "#ff0000"), Rule("rest", "frame", "#0000ff")]
    rows = np.arange(len(capture))
    marks = marks_of(capture, rows, Colouring(rules, capture.registry), rules, 7, False, lambda: False)
    assert [rule.name for rule in marks if rule] == ["five", *["rest"] * 6]
    backwards = marks_of(capture, rows[::-1], Colouring(rules, capture.registry), rules, 7, False, lambda: False)
    assert [rule.name for rule in backwards if rule] == [*["rest"] * 6, "five"]


def test_the_map_leads_to_packets() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        minimap = main(app).query_one(Minimap)
        await until(pilot, lambda: any(minimap.marks))
        assert all(rule is None or rule in RULES for rule in minimap.marks)
        await pilot.click(Minimap, offset=(0, minimap.size.height - 1))
        await until(pilot, lambda: packets(app).cursor == packets(app).count - 1 and minimap.part == 1)

    drive("tour.pcapng", scenario)
