"""GTP for control, versions 1 (3GPP TS 29.060) and 2 (TS 29.274): a session's messages with the elements they carry."""

from __future__ import annotations

import struct

from tests.crafted.frames import udp

LAYERS = ("gtp", "gtpv2")
MSISDN = "9471 2143 65 f7"  # no IMSI: tshark parts its digits by a list of networks
PLMN, ADDRESS = "00f110", "0a000001"
LABELS = "08 696e7465726e6574 03 636f6d"
ADDRESS_6 = "20010db8000000000000000000000001"


def element(kind: int, value: str, instance: int = 0) -> bytes:
    octets = bytes.fromhex(value)
    return struct.pack(">BHB", kind, len(octets), instance) + octets


def second(kind: int, *elements: bytes, tunnel: bool = True) -> bytes:
    body = (b"\0\0\0\7" if tunnel else b"") + b"\0\0\1\0" + b"".join(elements)
    return udp(2123, 2123, struct.pack(">BBH", 0x48 if tunnel else 0x40, kind, len(body)) + body)


def first(kind: int, elements: str, number: int = 9) -> bytes:
    body = struct.pack(">HBB", number, 0, 0) + bytes.fromhex(elements)
    return udp(2123, 2123, struct.pack(">BBHI", 0x32, kind, len(body), 0) + body)


QUALITY = "3c 09 0000000040 0000000080 0000000010 0000000020"
PACKETS = [
    second(1, element(3, "05"), tunnel=False), second(2, element(3, "06"), tunnel=False),
    second(32, element(76, MSISDN), element(75, "5301612345678901"), element(83, PLMN), element(82, "06"),
           element(87, f"8600000001 {ADDRESS}"), element(71, LABELS), element(128, "00"), element(99, "01"), element(79, "01 00000000"),
           element(72, "0000c350 000186a0"), element(127, "01"), element(3, "01"),
           element(93, (element(73, "05") + element(80, QUALITY)).hex())),
    second(32, element(79, f"03 40 {ADDRESS_6} {ADDRESS}"), element(79, f"02 40 {ADDRESS_6}"), element(74, ADDRESS), element(74, ADDRESS_6),
           element(87, f"c100000002 {ADDRESS} {ADDRESS_6}", 1), element(87, f"4700000003 {ADDRESS_6}")),
    second(33, element(2, "1000"), element(87, f"8700000009 {ADDRESS}", 1), element(79, f"01 {ADDRESS}"), element(127, "02"),
           element(93, (element(73, "05") + element(2, "1000") + element(94, "00000011")).hex())),
    second(33, element(2, "4501 57 0000 00")), second(36, element(73, "05")), second(37, element(2, "1000")),
    first(1, ""), first(2, "0e 05"),
    first(16, f"03 {PLMN}0001 02 0e 01 0f fc 10 00000007 11 00000008 14 05 1a 0800"
              f"80 0002 f121 83 000d {LABELS} 85 0004 {ADDRESS} 85 0004 0a000002 86 0007 91 {MSISDN.replace(' ', '')[2:]}00"),
    first(17, f"01 80 08 fe 0e 01 10 00000017 11 00000018 7f 00000042 80 0006 f121 {ADDRESS} 85 0004 {ADDRESS}"),
    first(20, "13 ff 14 05"), first(21, "01 80"), first(18, f"85 0010 {ADDRESS_6} ff 0005 0001 aabbcc"),
]  # fmt: skip
