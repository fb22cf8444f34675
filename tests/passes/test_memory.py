"""What the passes of a packet list keep of a connection that has ended is numbers, and few."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import dissect
from tests.crafted import frames
from tests.held import capture, more, traced

CONNECTIONS = 2000
MOST = 3000  # octets a connection of eight packets: what is known of the latest chunk, and room for tables to grow
FIELDS = ("tcp.stream", "tcp.seq", "tcp.analysis.flags", "http.request.method")


def connection(number: int) -> Iterator[bytes]:
    """A connection with a question and its answer, which is closed."""
    hosts = b"\x0a" + number.to_bytes(3, "big"), b"\xc6" + number.to_bytes(3, "big")
    sent = [100, 900]
    steps = (
        (0, 0x02, b""), (1, 0x12, b""), (0, 0x10, b""), (0, 0x18, b"ask"), (1, 0x18, b"answer"), (0, 0x11, b""),
        (1, 0x11, b""), (0, 0x10, b""),
    )  # fmt: skip
    for side, flags, octets in steps:
        ports = (4000, 5000)[:: 1 - 2 * side]
        head = struct.pack(">HHIIBBHHH", *ports, sent[side], sent[1 - side], 0x50, flags, 500, 0, 0)
        yield frames.ipv4(6, head + octets, hosts[side], hosts[1 - side])
        sent[side] += len(octets) + (flags & 3 > 0)


def kept(count: int) -> tuple[int, int]:
    """Objects and octets that an open capture has more once everything has been listed."""
    packets = (packet for number in range(count) for packet in connection(number))
    with dissect.open(capture(packets)) as cap:

        def listed() -> None:
            assert sum(1 for _ in cap.json_rows(FIELDS)) == 8 * count

        return more(listed)


@traced()
def test_a_connection_that_has_ended_is_no_object() -> None:
    kept(CONNECTIONS // 10)  # what is remembered once
    few, many = kept(CONNECTIONS // 2), kept(CONNECTIONS)
    assert many[0] - few[0] < CONNECTIONS // 20
    assert (many[1] - few[1]) / (CONNECTIONS / 2) < MOST
