"""ERF: records of Ethernet, IP, HDLC and channels, every extension header, and ones that are no packets."""

from __future__ import annotations

LAYERS, LINK = ("erf", "eth", "chdlc"), 197
IP = bytes.fromhex("4500001c00000000400100000a0000010a000002 0800f7ff00000000")
ETHERNET = bytes.fromhex("020000000002 020000000001 0800") + IP
LONG = ETHERNET + bytes(18) + b"\xde\xad\xbe\xef"
CISCO = bytes.fromhex("0f00 0800") + IP
SAID = bytes.fromhex("a1a2a3a4a5a6a7")


def record(kind: int, body: bytes, wire: int, *extensions: bytes, flags: int = 0x04, color: int = 0) -> bytes:
    length = 16 + 8 * len(extensions) + len(body)
    head = bytes.fromhex("00000080 33221165") + bytes([kind | (0x80 if extensions else 0), flags])
    return head + length.to_bytes(2) + color.to_bytes(2) + wire.to_bytes(2) + b"".join(extensions) + body


def ethernet(frame: bytes, *extensions: bytes, flags: int = 0x04) -> bytes:
    return record(2, b"\0\0" + frame, len(frame), *extensions, flags=flags)


PACKETS = [
    ethernet(ETHERNET), ethernet(LONG, flags=0x3D), *(ethernet(ETHERNET, bytes([kind]) + SAID) for kind in (3, 4, 5, 6, 7, 14)),
    ethernet(ETHERNET, b"\x83" + SAID, b"\x0b" + SAID), ethernet(ETHERNET, bytes.fromhex("0c 80020a 04 05 06 07")),
    record(11, b"\x02\x34" + ETHERNET, len(ETHERNET), color=0x1234), record(22, IP, len(IP)),
    record(1, b"\xff\x03\x00\x21" + IP, len(IP) + 4), record(1, CISCO, len(CISCO)), record(5, b"\x7f\x02\x03\x04" + CISCO, len(CISCO) + 4),
    record(23, bytes.fromhex("6000000000003b40") + bytes(32), 40), record(48, bytes(24), 24),
]  # fmt: skip
