"""Fax over UDP that a description announces: indicators, data of every kind, what was sent before, parity, near misses."""

from __future__ import annotations

import struct

from tests.crafted.frames import CLIENT, SERVER, ipv4, udp

LAYERS = ("t38",)
SDP = (
    "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=image 21000 udptl t38\r\n"
    "a=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n"
)
INVITE = (
    "INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nFrom: <sip:a@192.0.2.1>;tag=1\r\n"
    "To: <sip:b@192.0.2.2>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
    f"Content-Length: {len(SDP)}\r\n\r\n{SDP}"
)


def said(payload: bytes, port: int = 21000) -> bytes:
    return ipv4(17, struct.pack(">HHHH", 30001, port, 8 + len(payload), 0) + payload, SERVER, CLIENT)


def indicator(which: int) -> bytes:
    return bytes((which << 1,)) if which < 16 else struct.pack(">H", 0x2000 | which - 16 << 6)


def data(which: int, *fields: tuple[int, bytes]) -> bytes:
    """Data with fields, each of octets."""
    made = b"".join(bytes((0x80 | kind << 4,)) + struct.pack(">H", len(octets) - 1) + octets for kind, octets in fields)
    return bytes((0xC0 | which << 1, len(fields))) + made


def udptl(number: int, packet: bytes, *earlier: bytes) -> bytes:
    return struct.pack(">HB", number, len(packet)) + packet + bytes((0, len(earlier))) + b"".join(
        bytes((len(one),)) + one for one in earlier
    )  # fmt: skip


def parity(number: int, packet: bytes, of: int, *parts: bytes) -> bytes:
    return struct.pack(">HB", number, len(packet)) + packet + bytes((0x80, 1, of, len(parts))) + b"".join(
        bytes((len(one),)) + one for one in parts
    )  # fmt: skip


LINE = data(6, (6, bytes(range(20))))
MESSAGES = [
    *(udptl(which, indicator(which)) for which in (0, 1, 3, 15, 16, 22)),
    udptl(30, LINE), udptl(31, data(6, (6, b"\xff")), LINE), udptl(32, indicator(2), indicator(1), indicator(0)),
    udptl(33, data(0, (6, b"abcdefg"), (6, b"abcdefgh"))), parity(34, LINE, 3, b"\1\2\3", b"\4"), parity(35, indicator(4), 1),
    udptl(36, b"\xc0\1\x10"), udptl(37, b"\xc2\2\x15"), udptl(38, b"\xe0\x40\1\x30"), udptl(39, b"\x42"), udptl(40, b"\xc0\3\x11\x50"),
    udptl(41, LINE)[:-1], udptl(42, LINE)[:10], udptl(43, LINE) + b"rest", udptl(44, b"\xc0\1\x96\0\x09ab"),
]  # fmt: skip
PACKETS = [said(udptl(0, LINE)), udp(5060, 5060, INVITE.encode()), *map(said, MESSAGES), said(udptl(50, LINE), 21002)]
