"""Compact routing headers (RFC 9631): tshark 4.0 leaves out the last four octets of the list of segments."""

from __future__ import annotations

import pytest

import dissect
from tests.crafted.ipv6_headers import header, packet
from tests.limits.reach import pcap

RAW = 101


@pytest.mark.parametrize(
    ("kind", "left", "octets", "segments", "current"),
    [
        (5, 2, "0001000200030004 00050006", [1, 2, 3, 4, 5, 6], 3),
        (6, 1, "00000001 00000002 00000003", [1, 2, 3], 2),
        (6, 9, "00000001 00000002 00000003", [1, 2, 3], None),
    ],
)
def test_compact_routing(kind: int, left: int, octets: str, segments: list[int], current: int | None) -> None:
    made = packet(43, header(bytes((kind, left)) + bytes.fromhex(octets)))
    name = "crh32" if kind == 6 else "crh16"
    with dissect.open(pcap([made], RAW)) as capture:
        assert capture[0].all(f"ipv6.routing.{name}.sid") == segments
        assert capture[0].get(f"ipv6.routing.{name}.current_sid") == current
        assert capture[0].protocols == "raw:ipv6:ipv6.routing:udp:data"
