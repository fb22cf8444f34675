"""Checksums of TCP and UDP: good, bad, left to the network card, cut; by row and by column."""

from __future__ import annotations

import io
import ipaddress
import struct

import pytest

import dissect
from tests.capture.files import pcap

GOOD, BAD, UNVERIFIED = 1, 0, 2
ENDS = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}


def total(octets: bytes) -> int:
    """The one's complement sum (RFC 1071), word by word."""
    out = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while out >> 16:
        out = (out & 0xFFFF) + (out >> 16)
    return out


def packet(version: int, protocol: int, kind: str) -> bytes:
    """An IP packet of 12 octets of data whose checksum is of some kind."""
    source, destination = (ipaddress.ip_address(end).packed for end in ENDS[version])
    data = b"twelve bytes"
    if protocol == 6:
        segment, at = struct.pack(">HHIIBBHHH", 1, 2, 3, 4, 0x50, 0x10, 500, 0, 0) + data, 16
    else:
        segment, at = struct.pack(">HHHH", 1, 2, 20, 0) + data, 6
    pseudo = total(source + destination + struct.pack(">HH", protocol, len(segment)))
    whole = total(struct.pack(">H", pseudo) + segment)
    value = {"good": 0xFFFF - whole, "bad": 0xFFFF - whole ^ 0x0101, "offloaded": pseudo}[kind]
    segment = segment[:at] + struct.pack(">H", value) + segment[at + 2 :]
    if version == 4:
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0, 64, protocol, 0)
        return head + source + destination + segment
    return struct.pack(">IHBB", 6 << 28, len(segment), protocol, 64) + source + destination + segment


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(("protocol", "name"), [(6, "tcp"), (17, "udp")])
def test_status(version: int, protocol: int, name: str) -> None:
    kinds = {"good": GOOD, "bad": BAD, "offloaded": UNVERIFIED, "cut": UNVERIFIED}
    packets = []
    for kind in kinds:
        octets = packet(version, protocol, "bad" if kind == "cut" else kind)
        packets.append((0, 0, octets[:-3] if kind == "cut" else octets, len(octets)))
    file = pcap(packets, network=101)
    field = f"{name}.checksum.status"
    with dissect.open(io.BytesIO(file), dissect.builtin().verifying()) as cap:
        assert cap.table([field])[field].to_pylist() == list(kinds.values())
        assert [one[field] for one in cap] == list(kinds.values())
