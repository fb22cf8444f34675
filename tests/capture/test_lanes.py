"""The index by lanes equals the plain loop, whatever the packets contain."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.capture import lanes, open_source

from .files import block, epb, idb, pcap, shb

SECONDS = 1_700_000_000


@pytest.fixture(autouse=True)
def _lanes_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make lanes of spans that would not be worth it, so that small examples exercise them."""
    monkeypatch.setattr(lanes, "MIN_SPAN", 64)
    monkeypatch.setattr(lanes, "LANE", 48)
    monkeypatch.setattr(lanes, "FEW", 2)


def loop(data: bytes, order: str = "<") -> list[int]:
    """The plain loop over a sound pcap file."""
    at, found = 24, []
    while at + 16 <= len(data):
        found.append(at)
        at += 16 + struct.unpack_from(order + "I", data, at + 8)[0]
    return found


def indexed(data: bytes, records: int = 1000) -> list[int]:
    source = open_source(io.BytesIO(data))
    found = np.concatenate([r.block for r in source.chunks(records=records)] or [np.empty(0)]).tolist()
    assert source.damage is None
    assert source.count() == len(found)
    return found


def header(caplen: int, order: str) -> bytes:
    return struct.pack(order + "IIII", SECONDS, 5, caplen, caplen)


def payloads(order: str) -> st.SearchStrategy[bytes]:
    """Packets that look like records: headers, chains of headers, headers that lead out of the packet."""
    fake = st.integers(0, 200).map(lambda n: header(n, order))
    chain = st.lists(st.integers(1, 40), max_size=8).map(
        lambda ns: b"".join(header(n, order) + bytes(n) for n in ns)
    )
    piece = st.one_of(fake, chain, st.binary(max_size=60), st.integers(0, 90).map(bytes))
    return st.lists(piece, max_size=4).map(b"".join)


@pytest.mark.parametrize("order", "<>")
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_pcap_of_payloads_that_look_like_records(order: str, data: st.DataObject) -> None:
    packets = data.draw(st.lists(payloads(order), min_size=1, max_size=60))
    file = pcap([(SECONDS + i // 7, i, p, len(p)) for i, p in enumerate(packets)], order)
    assert indexed(file) == loop(file, order)


@pytest.mark.parametrize("order", "<>")
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_pcapng_of_payloads_that_look_like_blocks(order: str, data: st.DataObject) -> None:
    fake = st.builds(lambda n: epb(n, bytes(n), order=order), st.integers(0, 40))
    lie = st.integers(0, 300).map(lambda n: struct.pack(order + "II", 6, n * 4) + bytes(24))
    payload = st.lists(st.one_of(fake, lie, st.binary(max_size=40)), max_size=4).map(b"".join)
    packets = data.draw(st.lists(payload, min_size=1, max_size=50))
    other = data.draw(st.sets(st.integers(0, 49), max_size=5))
    file, expected = shb(order) + idb(order=order), []
    for number, packet in enumerate(packets):
        if number in other:
            file += block(0xBAD, packet, order)
        expected.append(len(file))
        file += epb(number, packet, order=order)
    assert indexed(file) == expected


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600), st.integers(1, 50))
def test_whatever_follows_lanes_and_loop_stop_at_the_same_place(tail: bytes, before: int) -> None:
    file = pcap([(SECONDS, 1, bytes([7]) * 30, 30)] * before) + tail

    def outcome() -> tuple[list[int], str]:
        source = open_source(io.BytesIO(file))
        found = [at for r in source.chunks() for at in r.block.tolist()]
        return found, str(source.damage)

    by_lanes = outcome()
    patch = pytest.MonkeyPatch()
    patch.setattr(lanes, "MIN_SPAN", 1 << 40)
    by_loop = outcome()
    patch.undo()
    assert by_lanes == by_loop


def test_a_capture_inside_every_packet() -> None:
    inner = pcap([(SECONDS, 9, bytes(50), 50)] * 40)
    file = pcap([(SECONDS, 5, inner[24:], len(inner))] * 300)
    assert indexed(file) == loop(file)


def test_packets_of_one_size_only_and_of_wild_sizes() -> None:
    rng = np.random.default_rng(1)
    for sizes in ([0] * 3000, [1] * 3000, rng.integers(0, 3000, 2000).tolist(), [1] * 3000 + [60_000] * 20):
        file = pcap([(SECONDS, 5, b"\x65" * n, n) for n in sizes])
        assert indexed(file) == loop(file)


def test_times_that_tell_nothing() -> None:
    for seconds in (0, 1, 0xFFFFFFFF):
        file = pcap([(seconds, 5, bytes(n % 300), 300) for n in range(2000)])
        assert indexed(file) == loop(file)


def test_packets_beyond_the_ordinary_size_among_lanes() -> None:
    file = pcap([(SECONDS, 5, bytes(300_000 if n % 100 == 50 else 100), 7) for n in range(500)])
    assert indexed(file) == loop(file)


@pytest.mark.parametrize("records", [1, 7, 100, 16384])
def test_chunk_sizes_do_not_matter(records: int) -> None:
    file = pcap([(SECONDS, n % 1000, bytes(n % 50), 60) for n in range(500)])
    assert indexed(file, records) == loop(file)
