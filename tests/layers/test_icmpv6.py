"""What the packet list says of ICMPv6 messages; texts as Wireshark's."""

from __future__ import annotations

import pytest

import dissect
from tests.corpus import ROOT

TOLD = {
    12: "Neighbor Solicitation for fe80::ff:fe00:101",
    16: "Router Advertisement from 02:00:00:00:01:02",
    51: "Neighbor Solicitation for 2001:db8:1::1 from 02:00:00:00:01:01",
    52: "Neighbor Advertisement 2001:db8:1::1 (rtr, sol, ovr) is at 02:00:00:00:01:02",
    154: "Echo (ping) reply id=0x675a, seq=1, hop limit=63 (request in 153)",
}


@pytest.mark.parametrize("number", TOLD)
def test_info(number: int) -> None:
    with dissect.open(ROOT / "samples" / "tour.pcapng") as cap:
        table = cap.table(["_ws.col.Info"])
    assert table["_ws.col.Info"][number - 1].as_py() == TOLD[number]
