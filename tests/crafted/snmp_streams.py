"""Streams of UDP where SNMP is spoken: what follows the first message between two endpoints is another conversation's."""

from __future__ import annotations

from tests.crafted import frames

LAYERS = ("udp",)

REQUEST = bytes.fromhex("302602010004067075626c6963a019020101020100020100300e300c06082b060102010101000500")


def datagram(source: int, srcport: int, destination: int, dstport: int, payload: bytes = REQUEST) -> bytes:
    """See `frames.datagram`."""
    return frames.datagram(source, srcport, destination, dstport, payload)


PACKETS = [
    datagram(1, 1000, 2, 161), datagram(1, 1000, 2, 161), datagram(2, 161, 1, 1000), datagram(1, 1000, 2, 161),
    datagram(1, 1000, 3, 161), datagram(1, 1000, 2, 162), datagram(1, 1000, 2, 7, b"x"), datagram(1, 1000, 2, 161),
    datagram(5, 161, 6, 161), datagram(6, 161, 5, 161), datagram(7, 161, 8, 40000), datagram(8, 40000, 7, 161),
    datagram(7, 161, 8, 40000), datagram(9, 4000, 10, 162), datagram(9, 4000, 10, 7, b"x"), datagram(1, 1000, 3, 161),
    datagram(11, 1000, 12, 161, b"no message of SNMP"), datagram(11, 1000, 12, 161), datagram(12, 161, 11, 1000, b""),
    datagram(12, 161, 11, 1000),
]
