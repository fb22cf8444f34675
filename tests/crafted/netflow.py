"""NetFlow 9 and IPFIX: data sets whose templates came in earlier datagrams, of one exporter and of another."""

from __future__ import annotations

import struct

from tests.crafted.frames import datagram

LAYERS = ("cflow",)
COLLECTOR, PORTS = 9, (2055, 4739)
EXPORTED = 0x59682F00
ADDRESSES = "0008 0004 000c 0004 0001 0004 0002 0004"
# direction, MACs, type, TTL, precedence, times before the export (microseconds), a name, octets at layer 2, counts
OBSERVED = "003d 0001 0038 0006 0050 0006 0100 0002 00c0 0001 00c4 0001 009e 0004 009f 0004 0052 ffff 0160 0008 0162 0008 00ae 0008"
FLOW = "01 020000000001 020000000002 0800 40 00 001c2320 000cbdb8 {name} 0000000000000094 0000000000000002 0000000000000000"


def version_9(source: int, records: int, *sets: str) -> bytes:
    body = bytes.fromhex("".join(sets))
    return struct.pack(">HHIIII", 9, records, 600_000, EXPORTED, 7, source) + body


def ipfix(domain: int, *sets: str) -> bytes:
    body = bytes.fromhex("".join(sets))
    return struct.pack(">HHIII", 10, 16 + len(body), EXPORTED, 0, domain) + body


def a_set(number: int, body: str) -> str:
    octets = bytes.fromhex(body)
    return struct.pack(">HH", number, 4 + len(octets)).hex() + octets.hex()


def sent(host: int, message: bytes, port: int) -> bytes:
    return datagram(host, 40000, COLLECTOR, port, message)


NINE, TEN = PORTS
HOSTS = "0a000001 0a000002 00000010 00000002"
PACKETS = [
    sent(1, version_9(5, 1, a_set(300, HOSTS)), NINE),  # nothing is known of it yet
    sent(1, version_9(5, 3, a_set(0, f"012c 0004 {ADDRESSES} 012d 0001 0007 0002"), a_set(1, "0190 0004 0008 0001 0004 0022 0004 0023 0001 000000")), NINE),
    sent(1, version_9(5, 2, a_set(300, HOSTS * 2)), NINE),
    sent(1, version_9(5, 1, a_set(301, "0050 0051")), NINE),
    sent(1, version_9(5, 1, a_set(400, "00000001 00000064 02 000000")), NINE),
    sent(1, version_9(6, 1, a_set(300, HOSTS)), NINE),  # another source of the same exporter
    sent(2, version_9(5, 1, a_set(300, HOSTS)), NINE),  # another exporter
    sent(1, ipfix(7, a_set(2, f"0100 000c {OBSERVED}"), a_set(3, "0101 0002 0001 008d 0004 8001 0002 00abcdef")), TEN),
    sent(1, ipfix(7, a_set(256, FLOW.format(name="02 7031"))), TEN),
    sent(1, ipfix(7, a_set(256, FLOW.format(name="00"))), TEN),
    sent(1, ipfix(8, a_set(256, FLOW.format(name="00"))), TEN),
]
