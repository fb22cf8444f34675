"""What the first reading keeps of a path, a flow and a packet is numbers, and few."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect.pathmtu import analyse
from dissect.pathmtu.evidence import Evidence, gather
from dissect.pathmtu.flows import Flows
from dissect.pathmtu.paths import AT_ONCE, Ledger, PathList, Paths, most_first
from tests.crafted import frames
from tests.held import capture, more, traced

PATHS = 4096
MOST = 500  # octets of numbers a path of one connection, with room for its columns to grow


def conversations(count: int, first: int = 0) -> Iterator[bytes]:
    """Each between other hosts: a datagram with its answer, a SYN with its answer."""
    for number in range(first, first + count):
        hosts = b"\x0a" + number.to_bytes(3, "big"), b"\xc6" + number.to_bytes(3, "big")
        for protocol, said in ((17, b"\0\x08\0\0"), (6, bytes(8) + b"\x50\x02" + bytes(6))):
            for a, b in ((0, 1), (1, 0)):
                ports = struct.pack(">HH", 1024 + a, 1024 + b)
                yield frames.ipv4(protocol, ports + said + bytes(4 * (protocol == 17)), hosts[a], hosts[b])


def kept(count: int) -> tuple[int, int]:
    """Objects and octets that the evidence of so many conversations is."""
    with dissect.open(capture(conversations(count))) as cap:

        def gathered() -> Evidence:
            evidence = gather(cap)
            assert len(evidence.ledger.seen) == 2 * count
            assert len(evidence.flows) == 2 * count
            return evidence

        gathered()  # what is imported and remembered once
        return more(gathered)


@traced()
def test_paths_and_flows_are_no_objects() -> None:
    few, many = kept(PATHS // 8), kept(PATHS)
    assert many[0] - few[0] < PATHS // 16
    assert (many[1] - few[1]) / (2 * PATHS) < MOST


def test_what_is_asked_of_all_flows_is_asked_of_a_stretch_at_a_time() -> None:
    many = 8 * AT_ONCE
    paths = Paths()
    flows, ledger = Flows(paths), Ledger(paths)
    paths._table.grow(many)
    flows._table.grow(many)  # in mapped files, which nobody counts here
    ledger._seen.grow(many)
    ledger._seen["row"][:] = np.arange(many)
    ledger._table.grow(many)
    tracemalloc.start()
    try:
        assert not len(flows.aggregates()[0])
        assert PathList(ledger).widest() is not None
        assert tracemalloc.get_traced_memory()[1] < 8 * many  # one column of theirs
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["blackhole-v4-client", "mss-clamped-client", "ptb-ignored", "tour", "tunnel-gre"])
def test_a_stretch_may_end_anywhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next((Path(__file__).parents[2] / "samples").glob(f"{name}.pcap*"))
    with dissect.open(path) as cap:
        whole = analyse(cap)
        monkeypatch.setattr("dissect.pathmtu.paths.AT_ONCE", 2)
        pieces = analyse(cap)
    assert pieces.findings == whole.findings
    assert pieces.limits == whole.limits
    assert [*pieces.paths] == [*whole.paths]


def test_those_of_most_packets_come_first_and_others_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dissect.pathmtu.paths.AT_ONCE", 3)
    rows, packets = np.array([6, 0, 5, 1, 2, 4]), np.array([1, 3, 1 << 40, 0, 3, 2, 1])
    assert most_first(rows, packets).tolist() == [2, 1, 4, 5, 6, 0]
