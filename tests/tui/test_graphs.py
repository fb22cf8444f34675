"""The flow graph, the graphs of a TCP stream, and SQL."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import dissect
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, until, whole_screen
from tui import workers
from tui.app import Dissect
from tui.screens.flow_graph import FlowGraph
from tui.screens.save import SaveTable
from tui.screens.sql import Sql
from tui.screens.tcp_graphs import GRAPHS, TcpGraphs, throughput
from tui.widgets.flow import arrow, ends_of
from tui.widgets.scatter import scatter


async def in_a_stream(app: Dissect, pilot: Pilot[None]) -> None:
    """Go to the first packet of the first TCP stream."""
    number = int(main(app).capture.filter("tcp.stream == 0")[0]) + 1
    main(app).jump_to(number)
    await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == number)  # type: ignore[union-attr]


async def saved(app: Dissect, pilot: Pilot[None], path: Path) -> None:
    """Name the file in the dialog."""
    await until(pilot, lambda: isinstance(app.screen, SaveTable))
    app.screen.query_one(Input).value = str(path)
    await pilot.press("enter")


def test_arrows() -> None:
    assert ends_of([("a", "b"), ("b", "a"), ("c", "a")], 3) == ["a", "b", "c"]
    assert ends_of([("a", "b"), ("c", "d")], 3) == ["a", "b", "others"]
    there, back, self_ = (arrow(s, d, 2, 16, "TCP").plain for s, d in ((0, 1), (1, 0), (0, 0)))
    assert there[1] == "│" and there[17] == "│" and there[16] == "▶" and " TCP " in there
    assert back[2] == "◀" and "▶" not in back and "↺ TCP" in self_


def test_the_flow_graph_leads_to_a_packet(tmp_path: Path) -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, FlowGraph) and app.screen.lines)
        await pilot.pause()
        text = whole_screen(app)
        assert "packets 1 to" in text and "─▶" in text and "◀─" in text and "192.0.2.10" in text
        await pilot.press("w")
        await saved(app, pilot, tmp_path / "flow.csv")
        await until(pilot, lambda: isinstance(app.screen, FlowGraph))
        assert len((tmp_path / "flow.csv").read_text().splitlines()) == packets(app).total + 1
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: packets(app).chosen_row == 2)

    drive("blackhole-v4-client.pcap", scenario)


def test_the_flow_graph_of_a_conversation() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await in_a_stream(app, pilot)
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, FlowGraph) and app.screen.lines)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, FlowGraph) and main(app).filter == "tcp.stream == 0")

    drive("blackhole-v4-client.pcap", scenario)


def test_segments_and_their_graphs() -> None:
    found = workers.segments(dissect.open(str(SAMPLES / "random-loss-heavy.pcap")), 0, lambda: False)
    assert set(found.direction.tolist()) == {0, 1} and found.again.any() and (found.rtt[~np.isnan(found.rtt)] > 0).all()
    assert len(found.time) == len(found.seq) == len(found.again) and found.time[0] == 0
    middle, rate = throughput(np.array([0.0, 1.0]), np.array([100.0, 300.0]))
    assert rate.sum() * 0.01 == pytest.approx(3200) and middle[0] == pytest.approx(0.005)


def test_a_plot_of_points() -> None:
    lines = scatter([(np.array([0.0, 1.0]), np.array([0.0, 8.0]))], 33, 6, "bytes").plain.splitlines()
    assert lines[0].startswith("           8│") and lines[0][-1] == "⠈" and lines[3][13] == "⡀"
    assert "nothing to plot" in scatter([], 30, 6, "bytes").plain


@pytest.mark.slow
def test_every_tcp_graph(tmp_path: Path) -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await in_a_stream(app, pilot)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(app.screen, TcpGraphs) and app.screen.segments)
        for number, name in enumerate(GRAPHS, 1):
            await pilot.press(str(number))
            await pilot.pause()
            assert f"TCP stream 0, {name}, sent by" in whole_screen(app)
            assert any(0x2801 <= ord(c) <= 0x28FF for c in whole_screen(app)), name
        await pilot.press("1", "d", "plus", "right", "left", "minus", "w")
        await saved(app, pilot, tmp_path / "points.csv")
        await until(pilot, lambda: isinstance(app.screen, TcpGraphs))
        assert (tmp_path / "points.csv").read_text().startswith("series,seconds,bytes\n0,")
        await pilot.press("f")
        await until(pilot, lambda: main(app).filter == "tcp.stream == 0")

    drive("random-loss-heavy.pcap", scenario)


def test_sql(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("Q", "enter")
        await until(pilot, lambda: isinstance(app.screen, Sql) and app.screen.rows)
        screen = app.screen
        assert isinstance(screen, Sql) and [row.cells[2] for row in screen.rows] == [25, 6, 4]
        await until(pilot, lambda: screen.focused is not None and screen.focused.id == "table")
        await pilot.press("e")
        await until(pilot, lambda: screen.focused is not None and screen.focused.id == "statement")
        screen.query_one(Input).value = "SELECT nonsense"
        await pilot.press("enter")
        await until(pilot, lambda: screen.ready and "nonsense" in whole_screen(app) and not screen.rows)
        screen.query_one(Input).value = "SELECT frame.number AS number, frame.len AS len FROM packets ORDER BY len DESC"
        await pilot.press("enter")
        await until(pilot, lambda: screen.ready and len(screen.rows) == 35)
        await until(pilot, lambda: screen.focused is not None and screen.focused.id == "table")
        await pilot.press("ctrl+up", "ctrl+down", "w")
        await saved(app, pilot, tmp_path / "rows.csv")
        await until(pilot, lambda: app.screen is screen)
        assert (tmp_path / "rows.csv").read_text().splitlines()[0] == "number,len"
        wanted = screen.rows[0].packet
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is main(app) and packets(app).chosen_row == wanted - 1)
        assert app.settings.statements[-1].startswith("SELECT frame.number")

    drive("blackhole-v4-client.pcap", scenario)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """What a packet says is text to a spreadsheet."""

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.push_screen(SaveTable(["name", "count"], [["=cmd|' /C calc'!A0", 3], ["-1", -1], ["plain", 2]]))
        await saved(app, pilot, tmp_path / "rows.csv")
        await until(pilot, (tmp_path / "rows.csv").exists)

    drive("vrrp.pcap", scenario)
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert lines == ["name,count", "'=cmd|' /C calc'!A0,3", "-1,-1", "plain,2"]
