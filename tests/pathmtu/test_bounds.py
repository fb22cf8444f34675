"""What the bounds of reassembly cost is said."""

from __future__ import annotations

import io
import struct

import dissect
from dissect.passes.datagrams import Bounds
from tests.capture.files import paced, pcap


def first_fragments(count: int) -> io.BytesIO:
    """A capture of raw IP: first fragments of as many datagrams, and nothing more of them."""
    packets = [
        struct.pack(">BBHHHBBHII", 0x45, 0, 28, number, 0x2000, 64, 17, 0, 0x0A000001, 0x0A000002) + bytes(8)
        for number in range(count)
    ]
    return io.BytesIO(pcap(paced(packets, 1), network=101))


def test_datagrams_given_up_are_counted() -> None:
    with dissect.open(first_fragments(10), bounds=Bounds(datagrams=4)) as cap:
        [sentence] = [limit for limit in dissect.analyse(cap).limits if "given up" in limit]
    assert "6 fragmented datagrams" in sentence
    assert "more than 4" in sentence


def test_nothing_is_said_where_nothing_was_given_up() -> None:
    with dissect.open(first_fragments(3)) as cap:
        assert not any("given up" in limit for limit in dissect.analyse(cap).limits)
