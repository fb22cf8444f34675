"""Captures with a small snap length, as many old ones have: what is left of headers equals tshark's, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capture.files import snapped

from . import tshark
from .compare import compare_file, compared_fields

TOUR = Path(__file__).resolve().parents[2] / "samples" / "tour.pcapng"
HEADERS = ("frame", "eth", "vlan", "arp", "ip", "ipv6", "icmp", "tcp", "udp")
FLOOR = 99.9  # per cent

pytestmark = pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")


@pytest.mark.parametrize("octets", [58, 68, 70, 96])  # within headers, options, and what they carry
def test_what_is_left_of_headers_equals_tsharks(octets: int, tmp_path: Path) -> None:
    fields, _ = compared_fields()
    result = compare_file(snapped(TOUR, octets, tmp_path), [one for one in fields if one.layer in HEADERS])
    total = result.total()
    ranked = [f"{name}: {kind} {group.examples[:1]}" for name, kind, group in result.ranked()]
    assert total.agreement >= FLOOR, "\n".join(ranked[:12])
