"""What datagrams owe to others: NetFlow's and IPFIX's templates, whose URI CoAP's answers are of; collectd's metrics; SIP between ports."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("cflow", "coap", "collectd", "sip")
REVERSE = struct.pack(">I", 29305)


def netflow(domain: int, *sets: tuple[int, str]) -> bytes:
    body = b"".join(part(number, bytes.fromhex(text)) for number, text in sets)
    return udp(50100, 2055, struct.pack(">HHIIII", 9, 2, 1000, 1_700_000_000, 7, domain) + body)


def ipfix(*sets: tuple[int, str]) -> bytes:
    body = b"".join(part(number, bytes.fromhex(text)) for number, text in sets)
    return udp(50100, 2055, struct.pack(">HHIII", 10, 16 + len(body), 1_700_000_000, 7, 3) + body)


def part(kind: int, body: bytes) -> bytes:
    return struct.pack(">HH", kind, 4 + len(body)) + body


def coap(message: str, payload: bytes = b"", asked: bool = False) -> bytes:
    octets = bytes.fromhex(message) + (b"\xff" + payload if payload else b"")
    return udp(50200, 5683, octets) if asked else udp(5683, 50200, octets)


FLOW = "0a000001 0a000002 00000005"
TEMPLATE = "0400 0003 0008 0004 000c 0004 0002 0004"
BOTH_WAYS = f"0401 0003 0008 0004 0002 0004 8002 0004 {REVERSE.hex()}"
SCOPED = "0402 0004 0004 0001 0004 0022 0004"
COLLECTD = (
    part(0, b"host\0") + part(2, b"load\0") + part(4, b"load\0") + part(6, b"\0\1\1" + struct.pack("<d", 1.5))
    + part(3, b"one\0") + part(5, b"short\0") + part(6, b"\0\1\2" + struct.pack(">q", 3))
)  # fmt: skip
HEAD = "\r\nVia: SIP/2.0/UDP 10.0.0.1:5072;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 9@a\r\nCSeq: 1 "

PACKETS = [
    netflow(1, (1024, FLOW)), netflow(1, (0, TEMPLATE), (1024, FLOW)), netflow(1, (1024, FLOW * 2)), netflow(2, (1024, FLOW)),
    netflow(1, (1, SCOPED)), netflow(1, (1026, "0000000700000064"), (1024, FLOW)),
    ipfix((2, BOTH_WAYS)), ipfix((1025, "0a000001 00000005 00000006")),
    udp(50101, 2055, netflow(1, (1024, FLOW))[42:]),
    coap("42 01 0001 aabb b3 626967 01 61", asked=True), coap("62 45 0001 aabb 60", b"answer"), coap("62 45 0001 aabc 60", b"answer"),
    coap("42 04 0002 aabd b1 6a", asked=True), coap("62 85 0002 aabd", b"not so"), coap("42 01 0003 aabe 33 612e62 81 78", asked=True),
    coap("62 45 0003 aabe c1 28", b"</x>"), udp(50300, 25826, COLLECTD),
    udp(5072, 5060, f"OPTIONS sip:c@d SIP/2.0{HEAD}OPTIONS\r\nContent-Length: 0\r\n\r\n".encode()),
    udp(5060, 5072, f"SIP/2.0 200 OK{HEAD}OPTIONS\r\nContent-Length: 0\r\n\r\n".encode()),
]  # fmt: skip
