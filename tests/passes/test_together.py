"""Announcements and streams are the same whether their passes go over a capture together or one after the other."""

from __future__ import annotations

import numpy as np
import pytest

import dissect
from tests.corpus import SAMPLES

FILES = "tour.pcapng", "odd-ptb.pcap", "dns-silent.pcap", "tunnel-gre-ptb.pcap", "pmtud-v6.pcap", "sctp.pcap"


@pytest.mark.parametrize("file", FILES)
def test_together_or_not(file: str) -> None:
    with dissect.open(SAMPLES / file) as one, dissect.open(SAMPLES / file) as other:
        count = len(one)
        one.streams.media.upto(count)
        assert one.streams.done == count  # they went together
        other.streams.upto(count)
        assert other.streams.media._done == 0
        other.streams.media.upto(count)
        assert one.streams.media._found == other.streams.media._found
        for name in ("tcp", "udp"):
            mine, theirs = (cap.streams.joined(name, 0, count) for cap in (one, other))
            for part in ("place", "stream", "way", "time", "delta", "complete"):
                assert np.array_equal(getattr(mine, part), getattr(theirs, part))


def test_who_has_keys_goes_alone() -> None:
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        assert len(cap) and cap.streams.keys()
        cap.streams.media.upto(len(cap))
        assert cap.streams.done == 0
