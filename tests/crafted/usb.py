"""USB devices of several classes, as usbmon has them: descriptors, requests of their classes, what they transfer."""

from __future__ import annotations

import struct

LINK = 220
LAYERS = ("usb", "usb.descriptor", "usbhid", "usbhub", "usbms", "usbcom")
CONTROL, INTERRUPT, BULK = 2, 1, 3
DEVICE = bytes.fromhex("12010002000000406d0477c000720102000001")[:18]
CLASSES: list[tuple[int, int, int, list[tuple[int, int]]]] = [  # class, subclass, protocol, endpoints with their transfers
    (3, 1, 1, [(0x81, INTERRUPT)]), (8, 6, 0x50, [(0x81, BULK), (2, BULK)]), (9, 0, 0, [(0x81, INTERRUPT)]),
    (2, 2, 1, [(0x81, INTERRUPT)]), (10, 0, 0, [(0x81, BULK), (2, BULK)]), (1, 1, 0, [(0x81, BULK)]),
    (14, 1, 0, [(0x81, INTERRUPT)]), (7, 1, 2, [(0x81, BULK), (2, BULK)]), (255, 0, 0, [(0x81, BULK)]),
]  # fmt: skip
COMMAND = bytes.fromhex("5553424301000000240000008000061200000024000000000000000000000000")[:31]
STATUS = bytes.fromhex("55534253010000000000000000")


def request(kind: str, transfer: int, endpoint: int, device: int, setup: bytes = b"", data: bytes = b"") -> bytes:
    """What is asked for, or its completion."""
    head = struct.pack(
        "<QBBBBHBBqiiII", 1, ord(kind), transfer, endpoint, device, 1, 0 if setup else 0x2D, 0 if data else 0x3C, 1, 1,
        -115 if kind == "S" else 0, len(data), len(data),
    )  # fmt: skip
    return head + (setup or bytes(8)) + struct.pack("<IIII", 8, 0, 0, 0) + data


def control(device: int, setup: str, answer: bytes = b"", data: bytes = b"") -> list[bytes]:
    """A control transfer."""
    octets = bytes.fromhex(setup)
    endpoint = 0x80 & octets[0]
    return [request("S", CONTROL, endpoint, device, octets, data), request("C", CONTROL, endpoint, device, b"", answer)]


def configuration(kind: int, sub: int, protocol: int, endpoints: list[tuple[int, int]]) -> bytes:
    """One interface."""
    body = bytes((9, 4, 0, 0, len(endpoints), kind, sub, protocol, 0))
    if kind == 3:
        body += bytes.fromhex("092111010001223400")
    for endpoint, transfer in endpoints:
        body += bytes((7, 5, endpoint, 3 if transfer == INTERRUPT else 2, 8, 0, 10))
    return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 1, 1, 0, 0xA0, 50) + body


def device(number: int, kind: int, sub: int, protocol: int, endpoints: list[tuple[int, int]]) -> list[bytes]:
    """All that a device is asked, and what it transfers."""
    told = configuration(kind, sub, protocol, endpoints)
    packets = control(number, "8006000100001200", DEVICE) + control(number, "8006000200000900", told[:9])
    packets += control(number, "800600020000ff00", told) + control(number, "0009010000000000")
    packets += control(number, "210a000000000000") + control(number, "2109000200000100", b"", b"\x01")
    packets += control(number, "a1fe000000000100", b"\0") + control(number, "a101000100000100", b"\x01")
    packets += control(number, "a300000001000400", b"\x01\x01\0\0") + control(number, "2301080001000000")
    if kind in (2, 3):
        packets += control(number, "8106002200003400", bytes.fromhex("05010906a101c0"))
    for endpoint, transfer in endpoints:
        if endpoint & 0x80:
            said = [bytes.fromhex("0000040000000000"), *([STATUS] if kind == 8 else [])]
            for data in said:
                packets += [request("S", transfer, endpoint, number), request("C", transfer, endpoint, number, b"", data)]
        else:
            data = COMMAND if kind == 8 else b"abcdefgh"
            packets += [request("S", transfer, endpoint, number, b"", data), request("C", transfer, endpoint, number)]
    return packets


PACKETS = [packet for number, one in enumerate(CLASSES, 5) for packet in device(number, *one)]
