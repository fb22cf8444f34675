"""What tells itself by its first octets at ports nobody has: PROXY headers of either version, sessions of network MIDI,
MIOP, and near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("proxy", "applemidi", "miop", "giop")
MAGIC = b"\r\n\r\n\0\r\nQUIT\n"


def tlv(kind: int, value: bytes) -> bytes:
    return struct.pack(">BH", kind, len(value)) + value


def v2(command: int, family: int, body: bytes, size: int | None = None) -> bytes:
    return MAGIC + struct.pack(">BBH", command, family, len(body) if size is None else size) + body


IPV4 = bytes((10, 1, 2, 3, 10, 4, 5, 6)) + struct.pack(">HH", 40000, 443)
IPV6 = bytes.fromhex("20010db8000000000000000000000001 20010db8000000000000000000000002") + struct.pack(">HH", 40000, 53)
SSL = tlv(0x20, b"\x07\0\0\0\0" + tlv(0x21, b"TLSv1.3") + tlv(0x22, b"host") + tlv(0x23, b"AES") + tlv(0x24, b"SHA256") + tlv(0x25, b"RSA"))
OPENINGS = [
    b"PROXY TCP4 10.1.2.3 10.4.5.6 40000 443\r\n",
    b"PROXY TCP6 2001:db8::1 2001:db8::2 40000 443\r\n",
    b"PROXY UNKNOWN what follows\r\n",
    b"PROXY UNKNOWN\r\n",
    b"PROXY TCP4 10.1.2.3 10.4.5.6 40000 443\r\nhello there",
    b"PROXY TCP4 10.1.2 10.4.5.6 40000 443\r\n",
    b"PROXY TCP4 10.1.2.3 10.4.5.6 40000 70000\r\n",
    b"PROXY TCP4 10.1.2.3 10.4.5.6 x 443\r\n",
    b"PROXY TCP4 10.1.2.3 \r\n",
    b"PROXY \r\n",
    b"PROXY TCP4 10.1.2.3 10.4.5.6 40000 443\n",
    b"PROXY TCP4 10.1.2.3 10.4.5.6 40000 443",
    b"PROXY TCP4 " + b"1" * 100 + b"\r\n",
    b"PROXIES\r\n",
    v2(0x21, 0x11, IPV4),
    v2(0x21, 0x21, IPV6 + tlv(1, b"h2") + tlv(4, b"\0\0") + tlv(0xEA, b"\1vpce")),
    v2(0x21, 0x11, IPV4 + SSL),
    v2(0x20, 0x00, b""),
    v2(0x20, 0x00, b"abcd"),
    v2(0x21, 0x31, b"/tmp/a".ljust(108, b"\0") + b"/tmp/b".ljust(108, b"\0")),
    v2(0x21, 0x11, IPV4, 4),
    v2(0x21, 0x11, IPV4) + b"hello there",
    v2(0x21, 0x11, IPV4[:6], 12),
    v2(0x11, 0x44, b"ab"),
    MAGIC + b"!\x11",
    MAGIC[:11] + b"\0" + v2(0x21, 0x11, IPV4)[12:],
]
PACKETS = []
for number, opening in enumerate(OPENINGS):
    talk = Talk(51000 + number, 7999)
    talk.asks(opening)
    talk.asks(b"and more of it")
    PACKETS += talk.packets[3:]
PACKETS += [udp(51000 + number, 7999, opening) for number, opening in enumerate(OPENINGS)]


def midi(command: bytes, body: bytes) -> bytes:
    return b"\xff\xff" + command + body


HELLO = struct.pack(">III", 2, 0x12345678, 0x9ABCDEF0)
PACKETS += [
    udp(52000 + number, 5999, message)
    for number, message in enumerate((
        midi(b"IN", HELLO + b"studio\0"), midi(b"OK", HELLO + "stüdio\0".encode()), midi(b"NO", HELLO), midi(b"BY", HELLO),
        midi(b"IN", HELLO + b"a\0rest"), midi(b"CK", struct.pack(">IB3xQQQ", 7, 1, 1, 2, 3)), midi(b"RS", struct.pack(">IHH", 7, 513, 0)),
        midi(b"RL", struct.pack(">II", 7, 31250)), midi(b"RL", struct.pack(">II", 7, 31250) + b"abc"), midi(b"IN", HELLO[:6]),
        midi(b"CK", b"\0\0\0\7"), midi(b"RS", b""), midi(b"XY", HELLO), midi(b"I", b""), b"\xff\xfeIN" + HELLO,
        midi(b"IN", HELLO + b"unended"),
    ))
]  # fmt: skip


def miop(number: int, body: bytes, order: str = ">", flags: int = 0, identifier: bytes = b"abcd", version: int = 0x10) -> bytes:
    head = struct.pack(f"{order}HIII", len(body), number, 2, len(identifier))
    return b"MIOP" + bytes((version, flags)) + head + identifier + body


GIOP = b"GIOP\1\2\0\5" + bytes(4)
PACKETS += [
    udp(53000 + number, 5998, message)
    for number, message in enumerate((
        miop(0, GIOP), miop(1, b"rest"), miop(1, b"rest", "<", 3), miop(1, b"", identifier=bytes(252)), miop(0, GIOP, version=0x11),
        miop(1, b"rest")[:16], miop(1, b"rest")[:15], miop(1, b"", identifier=b""), b"MIOQ" + miop(0, GIOP)[4:],
    ))
]  # fmt: skip
