"""The main screen, driven by keys as a person drives it."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.tui.driving import drive, main, packets, screen_text, until
from tui.app import Dissect
from tui.screens.main import Main
from tui.screens.path_mtu import PathMtu, interval_bar
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import FilterBar
from tui.widgets.tree_pane import TreePane


def test_the_list_is_that_of_the_command_line() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        assert packets(app).total == 242
        first = screen_text(app).splitlines()[0].split()
        assert first[:3] == ["1", "0.000000", "fe80::ff:fe00:401"]

    drive("tour.pcapng", scenario)


def test_moving_shows_tree_and_bytes() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: packets(app).cursor == 3)
        await pilot.pause()
        labels = [str(branch.label) for branch in main(app).query_one(TreePane).root.children]
        assert labels == [
            "Frame 4: 42 bytes on wire, 42 bytes captured",
            "Ethernet II, Src: 02:00:00:00:01:02, Dst: ff:ff:ff:ff:ff:ff", "Address Resolution Protocol",
        ]  # fmt: skip
        assert main(app).query_one(BytesPane)._sources[0][1][:6] == b"\xff" * 6
        await pilot.press("end")
        await until(pilot, lambda: packets(app).cursor == 241)
        await pilot.press("home", "pagedown")
        assert 0 < packets(app).cursor < 60

    drive("tour.pcapng", scenario)


def test_a_field_and_its_bytes_find_each_other() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        tree, octets = main(app).query_one(TreePane), main(app).query_one(BytesPane)
        await pilot.press("down", "down", "down")
        await pilot.pause()
        tree.find_byte(0, 30)  # the sender's address of the ARP request
        await until(pilot, lambda: tree.cursor_node is not None and "Sender IP" in str(tree.cursor_node.label))
        await pilot.pause()
        assert (octets._start, octets._end) == (28, 32)

    drive("tour.pcapng", scenario)


def test_filtering() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await pilot.press(*"arp")
        await pilot.press("enter")
        await until(pilot, lambda: packets(app).rows is not None)
        assert packets(app).count == len(main(app).capture.filter("arp")) > 0
        assert all("ARP" in line for line in screen_text(app).splitlines() if line.strip())
        await pilot.press("c")
        await until(pilot, lambda: packets(app).rows is None)

    drive("tour.pcapng", scenario)


def test_a_wrong_filter_is_said_to_be_wrong_and_not_applied() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await pilot.press(*"tcp.prt", "enter")
        bar = main(app).query_one(FilterBar)
        assert bar.has_class("wrong") and "did you mean tcp.port" in str(bar.border_subtitle)
        assert packets(app).rows is None

    drive("tour.pcapng", scenario)


def test_filter_on_the_chosen_field() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        tree = main(app).query_one(TreePane)
        packets(app).go_to(55)
        await pilot.pause()
        tree.find_byte(0, 23)
        await until(pilot, lambda: tree.cursor_node is not None and "Protocol: TCP" in str(tree.cursor_node.label))
        await pilot.press("f")
        await until(pilot, lambda: packets(app).rows is not None)
        assert main(app).query_one(FilterBar).value == "ip.proto == 6"
        assert packets(app).row_at(packets(app).cursor) == 54

    drive("tour.pcapng", scenario)


def test_go_to_a_packet() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+g", *"120", "enter")
        await until(pilot, lambda: packets(app).cursor == 119)

    drive("tour.pcapng", scenario)


def test_reassembled_bytes_are_a_source_of_their_own() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(5)
        await pilot.pause()
        tree, octets = main(app).query_one(TreePane), main(app).query_one(BytesPane)
        tree.find_byte(1, 2)  # the destination port, in the datagram
        await until(pilot, lambda: "Reassembled" in str(octets.border_title))
        assert len(octets._sources[1][1]) == 4008

    drive("sender-fragments-v4.pcap", scenario)


def test_path_mtu_screen_leads_to_the_evidence() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PathMtu) and app.screen._report is not None)
        await pilot.pause()
        assert "M02" in str(app.screen.query_one("#finding").render())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Main))
        assert packets(app).cursor == 17

    drive("blackhole-recovered-v4.pcap", scenario)


def test_panes_hide_and_help_opens() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("b", "t")
        assert not main(app).query_one("#below").display
        await pilot.press("t", "question_mark")
        await pilot.pause()
        assert len(app.screen_stack) == 3
        await pilot.press("escape")

    drive("tour.pcapng", scenario)


def test_interval_bars() -> None:
    assert interval_bar(1400, 1500).plain.count("░") <= 2
    assert set(interval_bar(None, None).plain) == {"░"}
