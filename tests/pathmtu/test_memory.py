"""What the first reading keeps of a path, a flow and a packet is numbers, and few."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import dissect
from dissect.pathmtu.evidence import Evidence, gather
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
