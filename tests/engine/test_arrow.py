"""Columns as Arrow's arrays."""

from __future__ import annotations

from itertools import count

import pytest

import dissect
from dissect.engine import arrow
from tests.corpus import SAMPLES


def test_addresses_are_in_one_order_whichever_way_they_were_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is the same to the octet whatever its process did before."""
    found = []
    for before in (0, 10**6):
        monkeypatch.setattr(arrow, "ENCODED", count(before))
        with dissect.open(str(SAMPLES / "dns-fragments.pcap")) as cap:
            batches = list(cap.batches(["ip.src", "eth.dst", "arp.src.hw_mac"]))
        columns = [column for batch in batches for column in batch.columns]
        found.append([(one.dictionary.to_pylist(), one.indices.to_pylist()) for one in columns])
    assert found[0] == found[1]
    assert any(len(names) > 1 for names, _ in found[0])
