"""What the first reading keeps of a path, a flow and a packet is numbers, and few."""

from __future__ import annotations

import gc
import io
import struct
import tracemalloc
from collections.abc import Iterator

import pytest

import dissect
from dissect.pathmtu.evidence import gather
from tests.crafted import frames

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


def capture(packets: Iterator[bytes]) -> io.BytesIO:
    """Packets in a capture, a microsecond apart."""
    records = (struct.pack("<IIII", 0, number, len(one), len(one)) + one for number, one in enumerate(packets))
    return io.BytesIO(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + b"".join(records))


@pytest.fixture
def allocations() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def kept(count: int) -> tuple[int, int]:
    """Objects and octets that the evidence of so many conversations is."""
    with dissect.open(capture(conversations(count))) as cap:
        gather(cap)  # what is imported and remembered once
        gc.collect()
        before = tracemalloc.take_snapshot()
        evidence = gather(cap)
        gc.collect()
        differences = tracemalloc.take_snapshot().compare_to(before, "filename")
        assert len(evidence.ledger.seen) == 2 * count
        assert len(evidence.flows) == 2 * count
        return sum(one.count_diff for one in differences), sum(one.size_diff for one in differences)


@pytest.mark.usefixtures("allocations")
def test_paths_and_flows_are_no_objects() -> None:
    few, many = kept(PATHS // 8), kept(PATHS)
    assert many[0] - few[0] < PATHS // 16
    assert (many[1] - few[1]) / (2 * PATHS) < MOST
