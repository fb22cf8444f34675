"""Captures that grow while they are open: a file that is written on, and a pipe."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

import dissect
from tests.corpus import SAMPLES
from tests.tui.driving import drive, main, packets, until, whole_screen
from tui import memory
from tui.app import Dissect


def written() -> tuple[bytes, int, int]:
    """A pcap file, where its second half begins (within a packet), and how many packets it has."""
    data = (SAMPLES / "routing.pcap").read_bytes()
    return data, len(data) // 2, len(dissect.open(str(SAMPLES / "routing.pcap")))


def test_a_file_that_is_written_on(tmp_path: Path) -> None:
    data, half, total = written()
    path = tmp_path / "growing.pcap"
    path.write_bytes(data[:half])

    async def session() -> None:
        app = Dissect(dissect.open(str(path)))
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: app._main.is_mounted and main(app).done)
            before = packets(app).total
            assert 0 < before < total
            main(app).apply_filter("frame.len > 0")
            await until(pilot, lambda: packets(app).rows is not None and packets(app).count == before)
            await pilot.press("A")
            with path.open("ab") as file:
                file.write(data[half:])
            await until(pilot, lambda: packets(app).total == total and packets(app).count == total)
            await until(pilot, lambda: packets(app).chosen_row == total - 1)  # it stays at the last packet
            assert not main(app).capture.damage
            await shown(app, pilot, total)

    asyncio.run(session())


def test_a_pipe() -> None:
    data, half, total = written()
    reading, writing = os.pipe()
    os.write(writing, data[:half])

    async def session() -> None:
        with os.fdopen(reading, "rb") as file:
            app = Dissect(dissect.open(file))
            async with app.run_test(size=(120, 30)) as pilot:
                await until(pilot, lambda: app._main.is_mounted and packets(app).total > 0)
                before = packets(app).total
                await pilot.press("A")
                assert not main(app).done and packets(app).chosen_row == before - 1
                os.write(writing, data[half:])
                await until(pilot, lambda: packets(app).chosen_row == total - 1)
                os.close(writing)
                await until(pilot, lambda: main(app).done)
                await shown(app, pilot, total)

    asyncio.run(session())


async def shown(app: Dissect, pilot: Pilot[None], number: int) -> None:
    """The packet's tree stands there."""
    await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == number)  # type: ignore[union-attr]


def test_no_more_is_learned_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What packets are to each other is told of the first ones only; everything else goes on."""
    monkeypatch.setattr(memory, "held", lambda: 1000)

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: main(app).behind.full)
        assert not main(app).known and main(app).behind.known == 0
        await until(pilot, lambda: "related up to packet 0 (memory)" in whole_screen(app))
        await pilot.press("end")
        await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == 242)  # type: ignore[union-attr]
        main(app).apply_filter("tcp.analysis.flags || dns.time")
        await until(pilot, lambda: packets(app).rows is not None and main(app).note == "")
        wanted = dissect.open(str(SAMPLES / "tour.pcapng")).filter("tcp.analysis.flags || dns.time")
        assert packets(app).count == len(wanted) > 0

    drive("tour.pcapng", scenario)


def test_escape_stops_what_relates_packets_and_lets_it_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissect.Capture, "settle", slowly(dissect.Capture.settle))

    async def session() -> None:
        app = Dissect(dissect.open(str(SAMPLES / "tour.pcapng")))
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: app._main.is_mounted and main(app).done)
            await pilot.press("escape")
            if not main(app).known:
                assert main(app).note == ""
                await until(pilot, lambda: main(app).known or "(stopped, Escape goes on)" in whole_screen(app))
            await pilot.press("escape")
            await until(pilot, lambda: main(app).known)
            assert "related up to" not in whole_screen(app)

    asyncio.run(session())


def slowly(method: Callable[[dissect.Capture], None]) -> Callable[[dissect.Capture], None]:
    """The same, but a second later."""

    def later(capture: dissect.Capture) -> None:
        time.sleep(1)
        method(capture)

    return later
