"""The tables that graphs of TCP streams are drawn of; the flow graph; properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.layers.tcp_rules import ACK, PSH, SYN
from dissect.stats import flow, properties, statistic
from tests.passes.test_streams import capture, segment

TOUR = str(Path(__file__).parents[2] / "samples" / "tour.pcapng")
TALK = [
    segment(True, SYN, 100), segment(False, SYN | ACK, 900, 101), segment(True, ACK, 101, 901),
    segment(True, ACK | PSH, 101, 901, data=bytes(50)), segment(False, ACK, 901, 151),
    segment(True, ACK | PSH, 151, 901, data=bytes(30)), segment(False, ACK, 901, 181),
]  # fmt: skip


def graph(name: str, **options: Any) -> list[dict[str, Any]]:
    with capture(TALK) as cap:
        rows: list[dict[str, Any]] = statistic(f"tcp-{name}").table(cap, **options).to_pylist()
    return rows


def test_sequence_numbers_over_time() -> None:
    rows = graph("sequence")
    begun = [(row["side"], row["sequence"], row["end"]) for row in rows[:4]]
    assert begun == [(0, 0, 1), (1, 0, 1), (0, 1, 1), (0, 1, 51)]
    assert rows[0]["acknowledged"] is None
    assert (rows[4]["acknowledged"], rows[4]["allowed"]) == (51, 151)


def test_throughput_and_goodput() -> None:
    rows = graph("throughput", interval=0.01)
    assert [row["length"] for row in rows] == [50, 30]
    assert [row["throughput_bits_s"] for row in rows] == [50 * 8 / 0.01, 80 * 8 / 0.01]
    assert [row["goodput_bits_s"] for row in rows] == [0, 50 * 8 / 0.01]


def test_round_trip_times() -> None:
    rows = graph("rtt")
    assert [(row["packet"], row["acknowledges"]) for row in rows] == [(2, 1), (3, 2), (5, 4), (7, 6)]
    assert all(row["rtt"] == pytest.approx(0.001) for row in rows)
    assert [row["side"] for row in rows] == [0, 1, 0, 0]


def test_windows_and_bytes_in_flight() -> None:
    rows = graph("window")
    assert {row["window"] for row in rows} == {100}
    assert [row["in_flight"] for row in rows] == [None, None, None, 50, None, 30, None]


@pytest.mark.parametrize("name", ["sequence", "throughput", "rtt", "window"])
def test_a_stream_that_is_not_there(name: str) -> None:
    with pytest.raises(KeyError):
        graph(name, stream=7)


def test_flow_graph() -> None:
    with capture(TALK) as cap:
        table = flow.table(cap, count=4)
        lines = list(flow.text(table))
    assert table.num_rows == 4
    assert "(1000)" in lines[1] and "►" in lines[1] and lines[1].index("(1000)") < lines[1].index("(80)")
    assert "◄" in lines[2]


def test_properties() -> None:
    with dissect.open(TOUR) as cap:
        table = properties.table(cap)
    found = dict(zip(table["property"].to_pylist(), table["value"].to_pylist(), strict=True))
    assert found["packets"] == "242" and found["format"] == "pcapng"
