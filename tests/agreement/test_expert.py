"""Expert notes of the layers that most packets have: what tshark says of each packet, by trees and by columns."""

from __future__ import annotations

import re
import struct
from collections import Counter
from pathlib import Path

import pytest

import dissect
from tests.agreement import tshark
from tests.corpus import SAMPLES
from tests.crafted.frames import CLIENT, SERVER, Talk, arp, ipv4, udp
from tests.engine.evaluators import unlike_notes
from tests.limits.reach import pcap

MESSAGE, PROTOCOLS = "_ws.expert.message", "frame.protocols"
OURS = re.compile(  # the messages of which every one is to be there, and no other
    r"Connection |This frame (initi|undergo)|\"Time To Live\"|Possible traceroute|Duplicate (IP|ACK)|Bad length value"
    r"|The (ack|urg|SYN|non-SYN)|Window scale|Bogus TCP|[A-Z-]+ /.* HTTP/1|HTTP/1"
)
SAMPLED = (
    "tour.pcapng", "loopback.pcap", "blackhole-midflow.pcap", "ptb-ignored.pcap", "multicast.pcap", "tls12.pcapng",
)  # fmt: skip


def syn(flags: int, options: bytes = b"", ack: int = 0, urgent: int = 0, port: int = 80) -> bytes:
    size = 20 + len(options)
    head = struct.pack(">HHIIBBHHH", 40000, port, 7, ack, size << 2, flags, 512, 0, urgent)
    return ipv4(6, head + options)


def to(last: int, ttl: int, multicast: bool = True) -> bytes:
    frame = bytearray(ipv4(255, b"", CLIENT, bytes((224, 0, 0, last)) if multicast else SERVER))
    frame[14 + 8] = ttl
    return bytes(frame)


def odd_packets() -> list[bytes]:
    closing = Talk(40001, 81)
    closing.asks(b"x")
    for side in (1, 0, 1):
        closing.ends(side)
    mss, scaled = bytes((2, 4, 5, 180)), bytes((3, 3, 15, 1))
    return [
        *(to(last, ttl) for last in (1, 18, 102, 251, 252) for ttl in (1, 2, 255)),
        *(to(0, ttl, multicast=False) for ttl in (0, 4, 5)),
        *(udp(1000, port, b"1234") for port in (33434, 33435, 33440, 33464, 33465)),
        *(ipv4(17, struct.pack(">HHHH", 1000, 2000, size, 0) + bytes(4)) for size in (3, 12, 13)),
        syn(2), syn(2, mss), syn(2, scaled), syn(2, mss + scaled), syn(0x12, mss), syn(0x10, mss, 1), syn(0, ack=9),
        syn(0x10, urgent=5), syn(2, bytes((2, 2, 1, 1))), syn(2, bytes((3, 2, 1, 1))), syn(0x11, ack=8),
        syn(1, mss + scaled, ack=9),
        *closing.packets,
        arp(1, (1, 1), (0, 2)), arp(2, (2, 2), (1, 1)), arp(1, (3, 1), (0, 2)), arp(2, (4, 2), (3, 1)),
        arp(1, (1, 1), (0, 2)), arp(2, (5, 9), (6, 9)), arp(1, (7, 0), (0, 2)), arp(2, (8, 1), (8, 1)),
    ]  # fmt: skip


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.pcap"
    path.write_bytes(pcap(odd_packets()).getvalue())
    return path


def test_trees_and_columns_tell_them_in_one_order(odd: Path) -> None:
    assert not unlike_notes(odd)


def ours(path: Path) -> list[list[tuple[str, Counter[str]]]]:
    """Of each packet, the chain of layers and the messages, by its tree and by columns."""
    with dissect.open(path) as capture:
        trees = [(packet.protocols, Counter(note.message for note in packet.notes)) for packet in capture]
        rows = capture.json_rows([PROTOCOLS, MESSAGE])
        return [trees, [(row[PROTOCOLS][0], Counter(row.get(MESSAGE, ()))) for row in rows]]


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.parametrize("name", [*SAMPLED, "odd"])
def test_notes_are_tsharks(name: str, odd: Path) -> None:
    path = odd if name == "odd" else SAMPLES / name
    theirs = tshark.printed(path, [PROTOCOLS, MESSAGE]).rows
    for found in ours(path):
        for number, ((chain, mine), row) in enumerate(zip(found, theirs, strict=True), 1):
            if [chain] != row[PROTOCOLS]:  # a message that we put together, and tshark does not
                continue
            wanted = Counter(message for message in row.get(MESSAGE, ()) if OURS.match(message))
            have = Counter({message: count for message, count in mine.items() if OURS.match(message)})
            assert have == wanted, f"packet {number}"
