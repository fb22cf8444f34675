"""Announcements and streams are the same whether their passes go over a capture together or one after the other."""

from __future__ import annotations

import numpy as np
import pytest

import dissect
from dissect.cli.show_command import packet_lines
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


OTHERS = "tour.pcapng", "tls-h2.pcapng", "tls-keylog.pcap", "routing.pcap", "offload.pcap"


@pytest.mark.parametrize("file", OTHERS)
def test_a_packet_for_itself_is_the_same(file: str) -> None:
    with dissect.open(SAMPLES / file) as cap:
        rows = range(0, len(cap), max(len(cap) // 24, 1))
        whole = [packet_lines(cap[row]) for row in rows]
    for row, lines in zip(rows, whole, strict=True):
        with dissect.open(SAMPLES / file) as fresh:
            assert packet_lines(fresh.single(row)) == lines


def test_no_other_connection_is_looked_at() -> None:
    with dissect.open(SAMPLES / "tls-keylog.pcap") as cap:
        row = int(cap.filter("tls.handshake.type == 2")[0])
        whole = packet_lines(cap[row])
    with dissect.open(SAMPLES / "tls-keylog.pcap") as cap:
        assert not cap.keys()
        assert packet_lines(cap.single(row)) == whole
        assert cap.streams.messages._done == cap.streams.tls._done == 0
