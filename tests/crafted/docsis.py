"""DOCSIS: packets, extended headers, requests, encrypted payload, management messages; a header whose check is wrong."""

from __future__ import annotations

from dissect.layers.checksums import crc16_ccitt_reflected

LAYERS, LINK = ("docsis", "docsis_mgmt"), 143
ADDRESSES = bytes.fromhex("020000000002 020000000001")
ETHERNET = ADDRESSES + bytes.fromhex("0800 4500001c00000000400100000a0000010a000002 0800f7ff00000000") + bytes(18) + b"\xde\xad\xbe\xef"


def checked(head: bytes, payload: bytes = b"") -> bytes:
    return head + (crc16_ccitt_reflected(head, 0xFFFF) ^ 0xFFFF).to_bytes(2, "little") + payload


def frame(first: int, payload: bytes, elements: bytes = b"") -> bytes:
    head = bytes([first | bool(elements), len(elements)]) + (len(payload) + len(elements)).to_bytes(2) + elements
    return checked(head, payload)


def management(kind: int, body: str, version: int = 1, reserved: int = 0) -> bytes:
    octets = bytes.fromhex(body)
    head = bytes.fromhex("01e02f000001 0200000000aa") + (len(octets) + 6).to_bytes(2) + b"\0\0\3" + bytes([version, kind, reserved])
    return frame(0xC2, head + octets + bytes.fromhex("01020304"))


ELEMENTS = ("02 0000", "13 05 0123", "22 0123", "44 51 0123 00", "51 03", "52 03 85", "73 21 4123", "81 60", "83 612345",
            "85 712345 0007", "95 01 01020304")  # fmt: skip
PACKETS = [
    frame(0x00, ETHERNET), *(frame(0x00, ETHERNET, bytes.fromhex(element)) for element in ELEMENTS),
    frame(0x00, ADDRESSES + b"sealed octets", bytes.fromhex("34 51 8123 05")), frame(0x80, ETHERNET),
    frame(0x40, b"reserved"), checked(bytes.fromhex("c4 05 0123")), checked(bytes.fromhex("c8 0105 0123")),
    bytes.fromhex("0000 0010 1234") + ETHERNET[:16],
    management(1, "00112233"), management(2, "01 02 03 04"), management(3, "01 02 02 00 00001000 00000f00 02 05 03 08 01234567 023f4567"),
    management(4, "0102 03 04"), management(5, "0102 03 01 04 ffffff00 02 01 fe 03 02 ff38 05 01 03 06 04 21300800 07 01 05"),
    management(30, "0102 03 04"), management(10, "616263"), management(63, "616263"),
]  # fmt: skip
