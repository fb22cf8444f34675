"""What the bounds of reassembly cost is said."""

from __future__ import annotations

import io
import struct

import dissect
from dissect.passes.datagrams import Bounds


def first_fragments(count: int) -> io.BytesIO:
    """A capture of raw IP: first fragments of as many datagrams, and nothing more of them."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)]
    for number in range(count):
        packet = struct.pack(">BBHHHBBHII", 0x45, 0, 28, number, 0x2000, 64, 17, 0, 0x0A000001, 0x0A000002) + bytes(8)
        out.append(struct.pack("<IIII", 0, number, len(packet), len(packet)) + packet)
    return io.BytesIO(b"".join(out))


def test_datagrams_given_up_are_counted() -> None:
    with dissect.open(first_fragments(10), bounds=Bounds(datagrams=4)) as cap:
        [sentence] = [limit for limit in dissect.analyse(cap).limits if "given up" in limit]
    assert "6 fragmented datagrams" in sentence
    assert "more than 4" in sentence


def test_nothing_is_said_where_nothing_was_given_up() -> None:
    with dissect.open(first_fragments(3)) as cap:
        assert not any("given up" in limit for limit in dissect.analyse(cap).limits)
