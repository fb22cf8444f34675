"""Following a stream: what is shown is what the library reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import dissect
from tests.tui.driving import drive, main, packets, until, whole_screen
from tui.app import Dissect
from tui.screens.follow import Follow
from tui.screens.main import Main
from tui.screens.statistics import Statistics
from tui.widgets.stream_text import places, turns_of


async def followed(app: Dissect, pilot: Pilot[None]) -> Follow:
    """TCP stream 1 of the tour."""
    app.push_screen(Follow(main(app), "tcp", 1), app._came_back)
    await until(pilot, lambda: isinstance(app.screen, Follow) and app.screen.ready and app.screen.text.size.width)
    assert isinstance(app.screen, Follow)
    return app.screen


def test_forms_search_and_the_way_to_a_packet() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        screen = await followed(app, pilot)
        assert "GET /" in whole_screen(app) and "HTTP/1.1 200 OK" in whole_screen(app)
        await pilot.press("slash", *"200", "space", *"ok", "enter")
        await until(pilot, lambda: screen.text.cursor > 0)
        reply = next(one.packet for one in screen.said if b"200 OK" in one.data)
        assert screen.text.packet == reply
        await pilot.press("t", "down", "down", "enter")
        await until(pilot, lambda: "HTTP/1.1 200 OK" in whole_screen(app) and "48 54 54 50" in whole_screen(app))
        await pilot.press("a")
        assert "HTTP/1.1 200 OK" not in whole_screen(app)
        await pilot.press("a", "enter")
        await until(pilot, lambda: isinstance(app.screen, Main))
        assert packets(app).chosen_row == reply - 1

    drive("tour.pcapng", scenario)


def test_streams_are_switched_and_filtered_on() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        screen = await followed(app, pilot)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: screen.ready and screen.number == 0)
        await pilot.press("left_square_bracket")
        assert screen.number == 0
        await pilot.press("f")
        await until(pilot, lambda: packets(app).rows is not None)
        assert main(app).filter == "tcp.stream == 0"
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, Follow))

    drive("tour.pcapng", scenario)


def test_octets_are_saved_as_they_came(tmp_path: Path) -> None:
    target = tmp_path / "out.bin"

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        screen = await followed(app, pilot)
        await pilot.press("w")
        await until(pilot, lambda: app.screen.query("#name"))
        app.screen.query_one("#name", Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, target.exists)
        assert target.read_bytes() == b"".join(one.data for one in screen.said)

    drive("tour.pcapng", scenario)


@pytest.mark.slow
def test_a_conversation_is_followed_and_every_row_has_a_filter() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.push_screen(Statistics(main(app), "conversations"), app._came_back)
        await until(pilot, lambda: isinstance(app.screen, Statistics) and app.screen.ready)
        screen = app.screen
        assert isinstance(screen, Statistics)
        for row in screen.rows:
            assert len(main(app).capture.filter(row.filter)) >= row.cells[6], row
        at = next(n for n, row in enumerate(screen.rows) if row.stream)
        screen.query_one("#table").move_cursor(row=at)  # type: ignore[attr-defined]
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, Follow) and app.screen.ready)
        await pilot.press("enter" if app.screen.said else "f")  # type: ignore[attr-defined]
        await until(pilot, lambda: isinstance(app.screen, Main))

    drive("tour.pcapng", scenario)


def test_lines_hold_every_octet_once() -> None:
    said = [dissect.Said(0, 1, b"ab\ncd" * 30), dissect.Said(0, 2, "é€".encode() * 40), dissect.Said(1, 3, b"\0", 7)]
    turns = turns_of(said, (0, 1))
    assert [turn.packet_at(0) for turn in turns] == [1, 3] and turns[0].packet_at(150) == 2
    for form in ("text", "utf-8", "hex", "raw"):
        lines = list(places(turns, form, 33))
        octets = b"".join(turns[p.turn].data[p.start : p.stop] for p in lines if p.start >= 0)
        assert octets == b"".join(one.data for one in said)
        assert sum(p.start < 0 for p in lines) == 1
