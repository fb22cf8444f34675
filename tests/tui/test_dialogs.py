"""Dialogs: what ports carry, profiles, colouring rules, key logs; and the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, RadioSet

import dissect
from dissect import assigned
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, screen_text, until, whole_screen
from tui import settings
from tui.app import Dissect
from tui.colouring import RULES
from tui.screens.choose import Choose
from tui.screens.decode_as import DecodeAs, proposals
from tui.screens.find import wanted
from tui.screens.key_log import KeyLog
from tui.screens.main import Main
from tui.screens.profiles import Profiles
from tui.screens.rules import Rules

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def at_rest(app: Dissect) -> bool:
    """The main screen is shown, and everything is known."""
    return app.screen is main(app) and main(app).known and main(app).note == ""


def test_a_port_is_decoded_as_something_else_and_the_place_is_kept() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(58)  # GET, to port 80
        await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == 58)  # type: ignore[union-attr]
        await pilot.press("M", "D")
        await until(pilot, lambda: isinstance(app.screen, DecodeAs))
        line = app.screen.query_one(Input)
        line.value = "tcp.port==80,nonsense"
        await pilot.press("enter")
        assert isinstance(app.screen, DecodeAs) and not app.screen.rules
        line.value = "tcp.port==80,data"
        await pilot.press("enter", "ctrl+s")
        await until(pilot, lambda: main(app).capture.registry.overrides and at_rest(app))
        await until(pilot, lambda: packets(app).chosen_row == 58)
        assert packets(app).marks == {57} and app.settings.decode_as == ["tcp.port==80,data"]
        assert "http" not in main(app).capture[57].protocols
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DecodeAs))
        await pilot.press("ctrl+r", "ctrl+s")
        await until(pilot, lambda: not main(app).capture.registry.overrides and at_rest(app))
        assert main(app).capture[57].protocols.endswith("http")

    drive("tour.pcapng", scenario)


def test_the_innermost_ports_are_proposed() -> None:
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        assert proposals(capture[57], capture.registry)[:2] == ["tcp.port==80", "tcp.port==54328"]


def test_profiles() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        main(app).action_widen(4)
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, Profiles))
        await pilot.press("tab", *"web", "enter")
        await until(pilot, lambda: app.settings.profile == "web" and at_rest(app))
        assert "[web]" in whole_screen(app) and packets(app).columns[0].width == 12
        main(app).action_widen(4)
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, Profiles))
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.settings.profile == "" and at_rest(app))
        assert packets(app).columns[0].width == 12
        assert settings.load("web").columns[0].width == 16 and settings.load().profile == ""
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, Profiles))
        await pilot.press("down", "x")
        assert settings.profiles() == []

    drive("stp.pcap", scenario)


def test_settings_are_never_written_over_a_device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISSECT_CONFIG", "/dev/null")
    assert settings.save(settings.Settings()) == "" and Path("/dev/null").is_char_device()


def test_every_key_of_the_settings_is_explained() -> None:
    text = DOCUMENT.read_text("utf-8")
    for name in settings.Settings.__slots__:
        assert f"`{name}`" in text or f"[{name}]" in text, name


def test_colouring_rules_are_edited() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+k")
        await until(pilot, lambda: isinstance(app.screen, Rules))
        screen = app.screen
        assert isinstance(screen, Rules)
        await pilot.press("space", "J", "a")
        await until(pilot, lambda: screen.query_one("#one").display)
        screen.query_one("#filter", Input).value = "tcp.prt"
        await pilot.press("enter")
        assert screen.query_one("#one").display
        screen.query_one("#filter", Input).value = "stp"
        screen.query_one("#background", Input).value = "#00ff00"
        await pilot.press("enter")
        await until(pilot, lambda: not screen.query_one("#one").display)
        assert [rule.name for rule in screen.rules[:3]] == [RULES[1].name, "new", RULES[0].name]
        assert not screen.rules[2].on
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is main(app))
        await until(pilot, lambda: packets(app)._pages and packets(app)._pages[0].rules[0] == app.settings.rules[1])
        assert settings.load().rules == app.settings.rules != list(RULES)
        await pilot.press("ctrl+k", "D", "x", "ctrl+s")
        await until(pilot, lambda: app.screen is main(app))
        assert app.settings.rules == list(RULES[1:])

    drive("stp.pcap", scenario)


def test_a_key_log_is_refused_or_used(tmp_path: Path) -> None:
    good, empty = tmp_path / "keys.log", tmp_path / "empty.log"
    good.write_text(f"CLIENT_RANDOM {'ab' * 32} {'cd' * 48}\n")
    empty.write_text("nothing\n")

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, KeyLog))
        line = app.screen.query_one(Input)
        for name in (str(empty), str(tmp_path / "none")):
            line.value = name
            await pilot.press("enter")
            assert isinstance(app.screen, KeyLog)
        line.value = str(good)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is main(app) and len(main(app).capture.keys()) == 1)
        assert app.settings.key_log == str(good)

    drive("stp.pcap", scenario)


def test_columns_and_menus_by_mouse() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        titles = main(app).query_one("#titles")
        await pilot.click(titles, (25, 0))  # Source
        await until(pilot, lambda: packets(app).sorted_by == "+_ws.col.Source" and main(app).note == "")
        await pilot.mouse_down(titles, (5, 0))  # the edge behind the number
        await pilot.hover(titles, (12, 0))
        await pilot.mouse_up(titles, (12, 0))
        await until(pilot, lambda: packets(app).columns[0].width == 12)
        await pilot.mouse_down(titles, (3, 0))
        await pilot.mouse_up(titles, (18, 0))
        await until(pilot, lambda: packets(app).columns[1].title == "No.")
        await pilot.click(packets(app), (40, 4), button=3)
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert packets(app).cursor == int(packets(app).scroll_offset.y) + 4
        await pilot.press("escape")
        await pilot.click(main(app).details, (8, 2), button=3)
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert main(app).details.cursor_line == 1
        await pilot.press("escape")
        bytes_pane = main(app).octets
        before = bytes_pane.region.x
        await pilot.mouse_down(bytes_pane, (0, 3))
        await pilot.hover(main(app).details, (30, 3))
        await pilot.mouse_up(main(app).details, (30, 3))
        await until(pilot, lambda: bytes_pane.region.x < before and app.settings.tree_share)

    drive("tour.pcapng", scenario)


def test_finding_in_the_tree_and_in_bytes() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        for kind, place, text in ((0, 2, "opcode: reply"), (3, 3, "00 02 02 00")):
            await pilot.press("home", "ctrl+f")
            await until(pilot, lambda: app.screen.query("#wanted"))
            for name, number in (("#kind", kind), ("#place", place)):
                app.screen.query_one(name, RadioSet).query("RadioButton")[number].value = True  # type: ignore[attr-defined]
            app.screen.query_one("#wanted", Input).value = text
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Main) and packets(app).cursor > 0)
            row = packets(app).chosen_row
            assert row == main(app).capture.filter(["arp.opcode == 2", "frame contains 00:02:02:00"][place - 2])[0]
            await until(pilot, lambda: "pcode: reply" in main(app).details.chosen_text() or place == 3)  # noqa: B023
            if place == 3:
                await until(pilot, lambda: main(app).octets.selected[:3] == b"\0\2\2")

    drive("tour.pcapng", scenario)


def test_what_is_to_be_found_makes_sense() -> None:
    assert wanted("text", "list", "a.b").filter == r'_ws.col.Info matches "a\\.b"'
    assert wanted("hex", "anywhere", "0a 0b").filter == "frame contains 0a:0b"
    for kind, place, text in (("hex", "bytes", "123"), ("regex", "tree", "("), ("regex", "bytes", "(")):
        with pytest.raises((ValueError, __import__("re").error)):
            wanted(kind, place, text)


def test_names_of_hosts_come_from_the_captures_own_answers() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        names = dissect.host_names(main(app).capture)
        assert names
        address, name = next(iter(names.items()))
        main(app).apply_filter(f"{'ipv6' if ':' in address else 'ip'}.addr == {address}")
        await until(pilot, lambda: packets(app).rows is not None and main(app).note == "")
        await pilot.press("H", "enter")
        await until(pilot, lambda: name[:20] in screen_text(app))
        await pilot.press("H", "enter")
        await until(pilot, lambda: not packets(app).naming.hosts)

    drive("tour.pcapng", scenario)


def test_vendors_and_services_stand_in_list_and_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manuf").write_text("02:00:00\tSample\n")
    monkeypatch.setenv("DISSECT_VENDORS", str(tmp_path / "manuf"))
    assigned.vendors.cache_clear()
    monkeypatch.setattr(assigned, "service_name", lambda port, protocol: "domain" if port == 53 else "")
    monkeypatch.setattr(dissect, "service_name", assigned.service_name)

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        main(app).apply_filter("arp || (tcp.port == 53 && !dns)")
        await until(pilot, lambda: packets(app).rows is not None and main(app).note == "")
        assert "Broadcast" not in screen_text(app) and "53 → " in screen_text(app)
        await pilot.press("H", "down", "enter")
        await until(pilot, lambda: "Sample_00:01:02" in screen_text(app) and "Broadcast" in screen_text(app))
        assert "(Sample_00:01:02)" in whole_screen(app)  # the tree's line of Ethernet
        await pilot.press("H", "down", "down", "enter")
        await until(pilot, lambda: "domain(53) → " in screen_text(app))
        main(app).jump_to(37)
        await until(pilot, lambda: "Dst Port: 53 (domain)" in whole_screen(app))
        assert main(app).settings.vendors and main(app).settings.services
        for again in (["down"], ["down", "down"]):
            await pilot.press("H", *again, "enter")
        await until(pilot, lambda: "domain(" not in whole_screen(app) and "Sample_" not in whole_screen(app))

    drive("tour.pcapng", scenario)
    assigned.vendors.cache_clear()


def test_what_is_chosen_is_seen_without_colours() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("w")
        await until(pilot, lambda: "▐●▌ displayed    ▐ ▌ marked    ▐ ▌ all" in whole_screen(app))

    drive("tour.pcapng", scenario)


def test_saved_filters_are_buttons() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        buttons = main(app).query_one("#buttons")
        assert not buttons.display
        main(app).apply_filter("arp")
        await until(pilot, lambda: packets(app).rows is not None)
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, Choose) and app.screen.query(OptionList))
        await pilot.press("enter", "c")
        await until(pilot, lambda: buttons.display and packets(app).rows is None)
        await pilot.click(buttons, (2, 0))
        await until(pilot, lambda: main(app).filter == "arp" and packets(app).rows is not None)

    drive("stp.pcap", scenario)
