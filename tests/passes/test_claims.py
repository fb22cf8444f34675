"""Who claims an IPv4 address that another has: the expected values are tshark 4.0.17's."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from tests.crafted.frames import arp
from tests.engine.evaluators import disagreements
from tests.limits.reach import pcap

FIELDS = ["arp.duplicate-address-detected", "arp.duplicate-address-frame", "arp.seconds-since-duplicate-address-frame"]
REQUEST, REPLY = 1, 2
PACKETS = [
    arp(REQUEST, (1, 1), (0, 2)),  # .1 is 1's
    arp(REPLY, (2, 2), (1, 1)),  # .2 is 2's, and .1 once more 1's
    arp(REQUEST, (3, 1), (0, 2)),  # against packet 2
    arp(REPLY, (4, 2), (3, 1)),  # both ends
    arp(REQUEST, (1, 1), (9, 2)),  # whom a request looks for claims nothing
    arp(REPLY, (5, 9), (6, 9)),  # the target's is another's than the sender's, in one packet: not against one before
    arp(REQUEST, (7, 0), (0, 2)),  # a probe claims nothing
    arp(REQUEST, (3, 1), (0, 2)),  # against packet 5
]
DISPUTES = {3: [2], 4: [2, 2], 8: [5]}


@pytest.mark.parametrize("records", [0, 1, 3])
def test_claims_against_the_first_one(records: int, tmp_path: Path) -> None:
    with dissect.open(pcap(PACKETS)) as capture:
        found = {}
        for chunk, columns in capture.columns(["frame.number", *FIELDS], records):
            rows, packets, _ = columns.occurrences(FIELDS[1])
            for row, packet in zip(rows.tolist(), packets.tolist(), strict=True):
                found.setdefault(chunk.first + 1 + row, []).append(packet)
    assert found == DISPUTES
    path = tmp_path / "arp.pcap"
    path.write_bytes(pcap(PACKETS).getvalue())
    assert not disagreements(path, FIELDS)


def test_lists_and_trees_say_so() -> None:
    with dissect.open(pcap(PACKETS)) as capture:
        packet = capture[3]
        assert packet.tree.info == "10.0.0.2 is at 02:00:00:00:00:04 (duplicate use of 10.0.0.1 detected!)"
        assert [note.message for note in packet.notes] == [
            "Duplicate IP address configured (10.0.0.2)", "Duplicate IP address configured (10.0.0.1)",
        ]  # fmt: skip
        assert not capture[0].notes
