"""The octets that are read along with record headers are those of the packets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dissect.capture import open_source
from dissect.capture.records import HEAD

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.mark.parametrize("name", ["sll.pcap", "tour.pcapng", "loopback.pcap", "any-interface.pcap"])
def test_heads_are_the_first_octets_of_each_packet(name: str) -> None:
    with open_source(SAMPLES / name) as source:
        for chunk in source.chunks(100):
            assert chunk.heads is not None
            some = np.arange(0, len(chunk), 3)
            for part in (chunk, chunk.taken(some), chunk.part(1, len(chunk))):
                assert part.heads is not None and len(part.heads) == len(part)
                for head, start in zip(part.heads.tolist(), part.offset.tolist(), strict=True):
                    assert head == chunk.buffer[start : start + HEAD].tobytes().ljust(HEAD, b"\0")
