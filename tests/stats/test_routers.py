"""What routing protocols say of neighbours and routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.stats import routers

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, str], set[str]]:
    """Protocol and event → what was said, in the sample of two routers."""
    found: dict[tuple[str, str], set[str]] = {}
    with dissect.open(str(SAMPLES / "routing.pcap")) as cap:
        for row in routers.table(cap).to_pylist():
            found.setdefault((row["protocol"], row["event"]), set()).add(row["what"])
    return found


def test_routes(told: dict[tuple[str, str], set[str]]) -> None:
    both = {"198.51.100.1/32", "198.51.100.2/32"}
    assert told["bgp", "announced"] == told["rip", "announced"] == both
    assert told["ripng", "announced"] == {"2001:db8:1::/64"}
    assert told["ospf", "announced"] == {"router 198.51.100.1", "router 198.51.100.2", "network 192.0.2.0/24"}
    assert "LSP 0000.0000.0001.00-00" in told["isis", "announced"]


def test_neighbours(told: dict[tuple[str, str], set[str]]) -> None:
    assert told["ospf", "neighbor"] == {"198.51.100.1", "198.51.100.2"}
    assert {("eigrp", "hello"), ("pim", "hello"), ("bgp", "open")} < set(told)


def test_virtual_addresses_and_times() -> None:
    with dissect.open(str(SAMPLES / "vrrp.pcap")) as cap:
        rows = {row["what"]: row for row in routers.table(cap).to_pylist()}
    one = rows["192.0.2.100"]
    assert (one["event"], one["metric"], one["packets"]) == ("active", 150, 5)
    assert one["first"] == pytest.approx(3.403, abs=1e-3)


def test_a_filter_chooses_packets() -> None:
    with dissect.open(str(SAMPLES / "routing.pcap")) as cap:
        rows = routers.table(cap, dissect.compile_filter("rip && ip.src == 192.0.2.1")).to_pylist()
    assert [(row["protocol"], row["router"]) for row in rows] == [("rip", "192.0.2.1")]


@pytest.mark.parametrize(
    ("reader", "cells", "expected"),
    [
        (routers.rip, [("rip.command", 2, ""), ("rip.ip", 1, "10.1.0.0"), ("rip.metric", 16, "16")],
         ("withdrawn", "10.1.0.0", 16)),
        (routers.eigrp, [("eigrp.opcode", 1, ""), ("eigrp.old_metric.delay", 0xFFFFFFFF, ""),
                         ("eigrp.ipv4.prefixlen", 8, "8"), ("eigrp.ipv4.destination", 1, "10.0.0.0")],
         ("withdrawn", "10.0.0.0/8", 0xFFFFFFFF)),
        (routers.bgp, [("bgp.prefix_length", 40, "40"), ("bgp.withdrawn_prefix", 1, "10.0.0.0")],
         ("withdrawn", "10.0.0.0/40", None)),
        (routers.vrrp, [("vrrp.prio", 0, ""), ("vrrp.ip_addr", 1, "10.0.0.1")], ("resigned", "10.0.0.1", 0)),
    ],
)  # fmt: skip
def test_what_is_withdrawn(reader: Any, cells: routers.Cells, expected: routers.Said) -> None:
    assert list(reader(cells)) == [expected]
