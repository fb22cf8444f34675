"""Captures with a small snap length, as many old ones have: what is left of headers equals tshark's, too."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect.capture import PcapWriter

from . import tshark
from .compare import compare_file, compared_fields

TOUR = Path(__file__).resolve().parents[2] / "samples" / "tour.pcapng"
HEADERS = ("frame", "eth", "vlan", "arp", "ip", "ipv6", "icmp", "tcp", "udp")
FLOOR = 99.9  # per cent

pytestmark = pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")


@pytest.mark.parametrize("octets", [58, 68, 70, 96])  # within headers, options, and what they carry
def test_what_is_left_of_headers_equals_tsharks(octets: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    with dissect.open(TOUR) as cap, PcapWriter(path, linktype=1) as writer:
        for chunk in cap.source.chunks():
            for row in range(len(chunk)):
                writer.write(int(chunk.time[row]), chunk.data(row)[:octets], int(chunk.origlen[row]))
    fields, _ = compared_fields()
    result = compare_file(path, [one for one in fields if one.layer in HEADERS and one.name != "frame.protocols"])
    total = result.total()
    ranked = [f"{name}: {kind} {group.examples[:1]}" for name, kind, group in result.ranked()]
    assert total.agreement >= FLOOR, "\n".join(ranked[:12])
