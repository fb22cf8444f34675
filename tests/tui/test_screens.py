"""The other screens, and what they write."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import dissect
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, until, whole_screen
from tui import settings, workers
from tui.app import Dissect
from tui.columns import Column
from tui.filtering import combined, of_conversation, to_find
from tui.screens.expert import Expert
from tui.screens.follow import Follow
from tui.screens.help import Help
from tui.screens.io_graph import IoGraph
from tui.screens.main import Main
from tui.screens.path_mtu import PathMtu
from tui.screens.pick import Pick
from tui.screens.properties import Properties
from tui.screens.statistics import Statistics
from tui.widgets.fragment_map import fragment_map


def test_expert_notes_lead_to_packets_and_to_a_filter() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Expert) and app.screen.ready)
        await until(pilot, lambda: "M11: Overlapping fragments" in whole_screen(app))
        await pilot.press("f")
        await until(pilot, lambda: packets(app).rows is not None)
        await until(pilot, lambda: main(app).note == "")
        wanted = dissect.open(SAMPLES / "odd-fragments-v4.pcap").filter(main(app).filter)
        assert packets(app).rows.tolist() == wanted.tolist()  # type: ignore[union-attr]
        assert wanted[:6].tolist() == [8, 9, 10, 11, 12, 13]

    drive("odd-fragments-v4.pcap", scenario)


def test_datagrams_and_their_fragments() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PathMtu) and app.screen._report is not None)
        await pilot.press("2", "down")
        await until(pilot, lambda: "id 0x2001" in whole_screen(app))
        assert "▓▓▓" in whole_screen(app)
        await pilot.press("f")
        await until(pilot, lambda: packets(app).rows is not None)
        assert packets(app).rows.tolist() == [8, 9, 10]  # type: ignore[union-attr]

    drive("odd-fragments-v4.pcap", scenario)


def test_a_map_shows_holes_and_overlaps() -> None:
    datagram = {
        "source": "a", "destination": "b", "ident": 1, "packets": [1, 2], "offsets": [0, 40], "sizes": [20, 60],
        "length": 100, "status": "waiting", "overlaps": False, "conflict": False, "holes": [{"start": 20, "end": 40}],
    }  # fmt: skip
    assert "██···█████" in fragment_map(datagram, 10).plain.replace(" ", "")


def test_properties_are_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "p.jsonl"

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Properties) and app.screen.ready)
        await pilot.press("w")
        await until(pilot, lambda: app.screen.query("#name"))
        app.screen.query_one("#name", Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, target.exists)

    drive("tour.pcapng", scenario)
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert {"Property": "Packets", "Value": "242"} in rows


def test_the_io_graph_counts_every_packet() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("I")
        await until(pilot, lambda: isinstance(app.screen, IoGraph) and app.screen._series)
        wanted = ["242 in all", f"{len(dissect.open(SAMPLES / 'tour.pcapng').filter('tcp'))} in all"]
        await until(pilot, lambda: all(text in whole_screen(app) for text in wanted))

    drive("tour.pcapng", scenario)


def test_rates_are_those_of_a_loop() -> None:
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        step, [(counts, octets)] = workers.rates(capture, [None], 7, lambda: False)
        times = dissect.times(capture, np.arange(242))
        assert counts.tolist() == np.bincount((times - times.min()) // step, minlength=7).tolist()
        assert octets.sum() == sum(capture[i]["frame.len"] for i in range(242))


@pytest.mark.parametrize("name", ["out.pcapng", "out.csv"])
def test_displayed_packets_are_saved(tmp_path: Path, name: str) -> None:
    target = tmp_path / name

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        main(app).apply_filter("arp && frame.number < 60")
        await until(pilot, lambda: packets(app).rows is not None and main(app).note == "")
        found.append(packets(app).count)
        await pilot.press("w")
        await until(pilot, lambda: app.screen.query("#name"))
        app.screen.query_one("#name", Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Main))

    found: list[int] = []
    drive("tour.pcapng", scenario)
    if name.endswith(".csv"):
        assert len(target.read_text().splitlines()) == found[0] + 1
    else:
        with dissect.open(target) as capture:
            assert len(capture) == found[0] and len(capture.filter("arp")) == found[0]


def test_statistics_are_those_of_the_command_and_filter() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.push_screen(Statistics(main(app), "hierarchy"), app._came_back)
        await until(pilot, lambda: isinstance(app.screen, Statistics) and app.screen.ready)
        screen = app.screen
        assert isinstance(screen, Statistics)
        paths = [row.cells[0] for row in screen.rows]
        assert paths == dissect.statistic("hierarchy").table(main(app).capture)["path"].to_pylist()
        await pilot.press("s", "s", "s", "S")
        counts = [row.cells[2] for row in screen.rows]
        assert counts == sorted(counts, reverse=True)
        await pilot.press("f")
        await until(pilot, lambda: packets(app).rows is not None)

    drive("tour.pcapng", scenario)


@pytest.mark.parametrize("name", ["dns", "http", "tls", "dhcp"])
def test_questions_and_answers_are_seen_one_by_one(name: str) -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        app.action_statistics(name)
        await until(pilot, lambda: isinstance(app.screen, Statistics) and app.screen.ready)
        screen = app.screen
        assert isinstance(screen, Statistics) and screen.heading == name.upper()
        counts = len(screen.rows)
        await pilot.press("t")
        await until(pilot, lambda: screen.columns[0] in ("Packet", "Protocol"))
        await until(pilot, lambda: f"{name.upper()}, each question with its answer" in whole_screen(app))
        known = dissect.transaction_table(name, main(app).capture).to_pylist()
        assert [row.packet for row in screen.rows] == [row["packet"] or row["response_packet"] for row in known]
        assert str(known[0]["response_packet"]) in screen.rows[0].filter
        assert "Time" in screen.columns and "Relay" not in screen.columns
        if name == "dhcp":
            await pilot.press("t")
            await until(pilot, lambda: len(screen.rows) == counts)
        else:
            await pilot.press("R")
            await until(pilot, lambda: isinstance(app.screen, Follow))
            await pilot.press("escape", "enter")
            await until(pilot, lambda: packets(app).chosen_row == known[0]["packet"] - 1)

    drive("tour.pcapng", scenario)


def test_another_capture_is_picked_and_a_wrong_file_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pcap"
    wrong.write_bytes(b"no capture")

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("O")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        line = app.screen.query_one("#name", Input)
        line.value = str(wrong)
        line.focus()
        await pilot.press("enter")
        assert isinstance(app.screen, Pick)
        line.value = str(SAMPLES / "stp.pcap")
        await pilot.press("enter")
        await until(pilot, lambda: app.return_value == str(SAMPLES / "stp.pcap"))

    drive("tour.pcapng", scenario)


def test_filters_are_saved_and_come_back() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        main(app).apply_filter("arp")
        await until(pilot, lambda: packets(app).rows is not None)
        await pilot.press("B", "enter", "c")
        assert settings.load().filters == {"arp": "arp"}
        await until(pilot, lambda: packets(app).rows is None)
        await pilot.press("B", "enter")
        await until(pilot, lambda: packets(app).rows is not None)
        assert main(app).filter == "arp"

    drive("tour.pcapng", scenario)


def test_copying_offers_the_line_and_more() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("down", "down", "y", "enter")
        await until(pilot, lambda: isinstance(app.screen, Main))
        assert "0.0.0.0" in app.clipboard and "DHCP Discover" in app.clipboard

    drive("tour.pcapng", scenario)


def test_every_key_is_on_the_help_page() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, Help))
        shown = whole_screen(app)
        for binding in Main.BINDINGS:
            assert binding.description[:14] in shown, binding  # type: ignore[union-attr]

    drive("tour.pcapng", scenario, (130, 160))


def test_settings_come_back(tmp_path: Path) -> None:
    kept = settings.Settings(time_style="ud", history=['a "b" \\'], filters={"web": "tcp.port == 80"})
    kept.columns = [Column("TTL", "ip.ttl", 5, True)]
    assert settings.save(kept) == ""
    assert settings.load() == kept
    settings.place().write_text("columns = 3\nhistory = [[1]]\ntheme = 7\n[[rules]]\nnone = 1\n")
    assert settings.load() == settings.Settings()
    settings.place().write_text("not toml [")
    assert settings.load() == settings.Settings()


def test_filters_out_of_what_is_selected() -> None:
    assert combined("", "arp", "… and selected") == "arp"
    assert combined("tcp || udp", "ip.ttl == 1", "… and not selected") == "(tcp || udp) && !(ip.ttl == 1)"
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        text = of_conversation(capture[54])
        assert len(capture.filter(text)) > 1 and 54 in capture.filter(text)
        assert capture.filter(to_find("hex", "0806 0001")).tolist() == capture.filter("arp").tolist()
        assert len(capture.filter(to_find("text", "Who has 192.0.2.50? ("))) == 0
    with pytest.raises(ValueError, match="pairs"):
        to_find("hex", "123")
