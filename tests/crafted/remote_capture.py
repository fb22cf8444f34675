"""Remote capturing: every message of rpcapd, one over two segments, packets in datagrams, and what just fails the test."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("rpcap",)


def message(kind: int, body: bytes = b"", value: int = 0, size: int | None = None, version: int = 0) -> bytes:
    return struct.pack(">BBHI", version, kind, value, len(body) if size is None else size) + body


def sockaddr(family: int, rest: bytes) -> bytes:
    return (struct.pack(">H", family) + rest).ljust(128, b"\0")


def packet(data: bytes, length: int = 0) -> bytes:
    return message(7, struct.pack(">IIIII", 1700000000, 123456, len(data), length or len(data), 9) + data)


IPV4, IPV6 = sockaddr(2, struct.pack(">H", 80) + bytes((10, 0, 0, 1))), sockaddr(23, bytes(6) + bytes(range(16)) + b"\0\0\0\3")
NONE, ODD = sockaddr(0, b""), sockaddr(99, b"abc")
INTERFACE = struct.pack(">HHIHH", 4, 5, 0x12, 2, 0) + b"eth0LAN 1" + IPV4 + IPV4 + NONE + ODD + IPV6 + IPV6 + NONE + NONE
BPF = struct.pack(">HHI", 1, 0, 6) + b"".join(
    struct.pack(">HBBI", *one) for one in ((0x28, 0, 0, 12), (0x15, 0, 3, 0x800), (0x54, 0, 0, 15), (0x07, 0, 0, 0), (0x02, 0, 0, 1), (0x06, 0, 0, 262144))
)
CONTROL = Talk(50400, 7998)
for question, reply in (
    (message(8, struct.pack(">HHHH", 1, 0, 4, 6) + b"usersecret"), message(0x88, b"\0\0")),
    (message(8, bytes(8)), message(0x88)),
    (message(2), message(0x82, INTERFACE + struct.pack(">HHIHH", 0, 0, 0, 0, 0), 2)),
    (message(3, b"eth0"), message(0x83, struct.pack(">II", 1, 0))),
    (message(11, struct.pack(">BBHI", 1, 0, 0, 10)), message(0x8B)),
    (message(4, struct.pack(">IIHH", 262144, 1000, 0x15, 2003) + BPF), message(0x84, struct.pack(">IHH", 1 << 20, 2003, 0))),
    (message(5, BPF), message(0x85)),
    (message(5, BPF[:7] + b"\1" + BPF[8:16]), message(1, b"no such filter", 7)),
    (message(9), message(0x89, struct.pack(">IIII", 1, 2, 3, 4))),
    (message(10), message(0x8A)),
    (message(6), message(1, b"", 17)),
):
    CONTROL.asks(question)
    CONTROL.answers(reply)
DATA = Talk(50401, 7997)
DATA.answers(packet(b"\xaa" * 30))
DATA.answers(packet(b"\xbb" * 30, 60) + packet(b"\xcc" * 10))
DATA.answers(packet(b"\xdd" * 40)[:33])
DATA.answers(packet(b"\xdd" * 40)[33:])
MISSES = [
    message(2, version=1), message(12), message(2, b"x"), message(2, size=1), message(9, value=1), message(1, b"x", 18),
    message(0x83, b"seven oc"[:7]), message(0x89, bytes(15)), message(7, bytes(19)), packet(b"\xee" * 9)[:-2], message(3, b"ab", size=3),
    message(0x82, struct.pack(">HHIHH", 0, 0, 1, 0, 0), 2), message(3, b"ab", value=2), b"\0\2\0\0\0\0\0", packet(b"\xee" * 9)[:18] + b"\1" + packet(b"\xee" * 9)[19:],
]  # fmt: skip
PACKETS = list(DATA.packets)
for number, miss in enumerate(MISSES):
    talk = Talk(50500 + number, 7996)
    talk.asks(miss)
    PACKETS += talk.packets[3:]
PACKETS += [udp(50600 + number, 7996, miss) for number, miss in enumerate([packet(b"\xaa" * 30), message(2), *MISSES])]
# last: Wireshark remembers across connections which link was opened, and shows packets by it; here they are data
PACKETS += CONTROL.packets
