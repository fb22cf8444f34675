"""Columns, order, times, marks, finding and links, colours."""

from __future__ import annotations

import asyncio

import numpy as np
from textual.pilot import Pilot

import dissect
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, screen_text, until
from tui.app import Dissect
from tui.colouring import RULES, Colouring
from tui.columns import DEFAULT, Column, fitted, laid_out
from tui.screens.choose import Choose


def test_colours_are_those_of_the_first_rule_that_passes() -> None:
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        rows = np.arange(0, 200, 3)
        found = Colouring(RULES, capture.registry).rules_of(capture, rows, False)
        for rule in ("ARP", "ICMP", "UDP"):
            own = next(r for r in RULES if r.name == rule)
            assert {i for i, r in zip(rows.tolist(), found, strict=True) if r is own} <= set(
                capture.filter(own.filter).tolist()
            )
        assert {"ARP", "ICMP", "TCP"} <= {r.name for r in found if r}


def test_a_sorted_list_is_in_order_and_comes_back() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("right", "right", "right", "right", "right", "s")
        await until(pilot, lambda: not packets(app).in_order)
        lengths = [int(packets(app).cell_texts(line)[5]) for line in range(packets(app).count)]
        assert lengths == sorted(lengths) and len(lengths) == 242
        await pilot.press("s")
        await until(pilot, lambda: packets(app).cell_texts(0)[5] == str(max(lengths)))
        await pilot.press("s")
        await until(pilot, lambda: packets(app).rows is None)

    drive("tour.pcapng", scenario)


def test_order_of_a_field_keeps_packets_without_it_last() -> None:
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        rows = dissect.ordered(capture, "ip.ttl", descending=True)
        values = [capture[row].get("ip.ttl") for row in rows.tolist()]
        present = [v for v in values if v is not None]
        assert present == sorted(present, reverse=True) and values[len(present) :] == [None] * (242 - len(present))


def test_a_field_becomes_a_column_and_goes_again() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(55)
        await pilot.pause()
        main(app).details.find_byte(0, 22)
        await until(pilot, lambda: "Time to Live" in main(app).details.chosen_text())
        await pilot.press("C")
        assert [c.field for c in packets(app).columns][-2] == "ip.ttl"
        line = packets(app).cell_texts(packets(app).cursor)
        assert line[-2] == str(main(app).packet["ip.ttl"])  # type: ignore[index]
        packets(app).at_column = len(packets(app).columns) - 2
        await pilot.press("plus", "X")
        assert "ip.ttl" not in [c.field for c in packets(app).columns]

    drive("tour.pcapng", scenario)


def test_times() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: packets(app).time_style == "d")
        assert packets(app).cell_texts(1)[1] == "0.007929"
        packets(app).time_style = "r"
        await pilot.press("down", "ctrl+t")
        assert [packets(app).cell_texts(line)[1] for line in (0, 1, 2)] == ["0.000000", "*REF*", "0.003774"]

    drive("tour.pcapng", scenario)


def test_find_marks_and_links() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+f", *"who has", "enter")
        await until(pilot, lambda: packets(app).cursor == 3)
        await pilot.press("n")
        await until(pilot, lambda: packets(app).cursor == 10)
        await pilot.press("M", "N")
        await until(pilot, lambda: packets(app).cursor == 10)
        assert packets(app).marks == {10}

    drive("tour.pcapng", scenario)


def test_the_first_fragment_leads_to_where_it_was_reassembled() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(3)
        await pilot.pause()
        await pilot.press("l")
        await until(pilot, lambda: packets(app).cursor == 4)
        await pilot.press("backspace")
        await until(pilot, lambda: packets(app).cursor == 2)

    drive("sender-fragments-v4.pcap", scenario)


def test_the_next_packet_of_a_conversation() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(55)
        await pilot.pause()
        first = main(app).packet
        await pilot.press("full_stop")
        await until(pilot, lambda: packets(app).cursor > 54)
        await pilot.pause()
        assert first is not None and main(app).packet is not None
        ends = {first["ip.src"], first["ip.dst"]}
        assert {main(app).packet["ip.src"], main(app).packet["ip.dst"]} == ends  # type: ignore[index]

    drive("tour.pcapng", scenario)


def test_only_the_stream_of_a_packet() -> None:
    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        packets(app).go_to(55)
        await pilot.pause()
        await pilot.press("r")
        await until(pilot, lambda: packets(app).rows is not None and main(app).note == "")
        assert main(app).filter.startswith("tcp.stream == ")
        assert packets(app).rows.tolist() == main(app).capture.filter(main(app).filter).tolist()  # type: ignore[union-attr]
        assert packets(app).chosen_row == 54 and packets(app).count > 3

    drive("tour.pcapng", scenario)


def test_all_of_a_list_s_text_is_harmless_and_fits() -> None:
    columns = [Column("A", "x", 6), Column("B", "y", 4, True), Column("C", "z", 0)]
    widths = fitted(columns, 24, 0)
    assert laid_out(["abcdefgh", "1", "rest"], columns, widths) == "abcde…    1 rest        "


def test_columns_that_nobody_made_wider_are_no_wider_than_what_stands_in_them() -> None:
    source, info = (next(c for c in DEFAULT if c.title == title) for title in ("Source", "Info"))
    assert fitted([source, info], 100, 0) == [22, 77]
    assert fitted([source, info], 100, 0, {source.field: 12}) == [12, 87]
    assert fitted([source, info], 100, 0, {source.field: 3}) == [len("‹Source›"), 91]
    assert fitted([source, info], 100, 0, {source.field: 45}) == [22, 77]
    assert fitted([source.of_width(30), info], 100, 0, {source.field: 12}) == [30, 69]


def test_packets_that_come_by_a_pipe_are_followed() -> None:
    import os
    import threading

    data = (SAMPLES / "tour.pcapng").read_bytes()
    reading, writing = os.pipe()
    more = threading.Event()

    def feed() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data[: len(data) // 2])
            pipe.flush()
            more.wait(10)
            pipe.write(data[len(data) // 2 :])

    async def session() -> None:
        app = Dissect(dissect.open(os.fdopen(reading, "rb")))
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: app._main.is_mounted and 20 < packets(app).total < 242)
            assert "ICMPv6" in screen_text(app) and not main(app).done
            await pilot.press("A")
            more.set()
            await until(pilot, lambda: main(app).done and packets(app).total == 242)
            assert packets(app).cursor == 241

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    asyncio.run(session())
