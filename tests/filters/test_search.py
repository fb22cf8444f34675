"""Byte searches through chunks find what a search of each packet finds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dissect.capture.records import Records
from dissect.filters import search


@pytest.mark.parametrize("sparse", [0, 2, 64], ids=["pairs only", "either", "mostly the whole"])
@pytest.mark.parametrize("piece", [4, 7, 64])
def test_no_place_between_pieces_is_missed(monkeypatch: pytest.MonkeyPatch, piece: int, sparse: int) -> None:
    monkeypatch.setattr(search, "PIECE", piece)
    monkeypatch.setattr(search, "SPARSE_PAIRS", sparse)
    chance = random.Random(piece)
    for _ in range(200):
        packets = [bytes(chance.choices(b"ab", k=chance.randrange(12))) for _ in range(chance.randrange(1, 9))]
        gap = b"ab" * chance.randrange(2)
        offset = np.cumsum([0, *(len(packet) + len(gap) for packet in packets)])[:-1]
        caplen = np.array([len(packet) for packet in packets])
        nothing = np.zeros(len(packets), np.int32)
        octets = np.frombuffer(gap.join(packets), np.uint8)
        chunk = Records(0, octets, offset, caplen, caplen, nothing, nothing, offset)
        pattern = bytes(chance.choices(b"ab", k=chance.randrange(1, 5)))
        assert search.packets_with(chunk, pattern).tolist() == [pattern in packet for packet in packets]
