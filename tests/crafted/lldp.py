"""LLDP (IEEE 802.1AB) with the extensions of IEEE 802.1 and 802.3 and of TIA (LLDP-MED)."""

from __future__ import annotations

import struct

LAYERS = ("lldp",)


def tlv(kind: int, value: str | bytes) -> bytes:
    value = bytes.fromhex(value) if isinstance(value, str) else value
    return struct.pack(">H", kind << 9 | len(value)) + value


def unit(*each: bytes, chassis: str = "04 020000000001", port: str = "05 6731") -> bytes:
    head = bytes.fromhex("0180c200000e 020000000001 88cc") + tlv(1, chassis) + tlv(2, port) + tlv(3, "0078")
    return head + b"".join(each) + tlv(0, "")


BASIC = [tlv(4, b"uplink"), tlv(5, b"switch"), tlv(6, b"an operating system"), tlv(7, "0014 0004"), tlv(8, "05 01 0a000001 02 00000001 00"),
         tlv(8, "05 01 0a000001 02 00000001 04 2b060102"), tlv(8, "11 02 20010db8000000000000000000000001 03 00000002 00")]
IEEE_1 = [tlv(127, "0080c2 01 0064"), tlv(127, "0080c2 02 03 0064"), tlv(127, "0080c2 03 0064 04 766c616e"), tlv(127, "0080c2 04 02 88cc"),
          tlv(127, "0080c2 05 0001"), tlv(127, "0080c2 06 0064"), tlv(127, "0080c2 07 03 00000005")]
IEEE_3 = [tlv(127, "00120f 01 03 6c01 0010"), tlv(127, "00120f 02 07 01 01"), tlv(127, "00120f 02 07 01 01 52 0082 0082"),
          tlv(127, "00120f 03 03 00000005"), tlv(127, "00120f 04 05ee")]
MED = [tlv(127, "0012bb 01 003f 04"), tlv(127, "0012bb 02 01 40 64 ae"), tlv(127, "0012bb 03 01 0102030405060708090a0b0c0d0e0f10"),
       tlv(127, "0012bb 03 03 313233"), tlv(127, "0012bb 03 03 393131"),
       tlv(127, "0012bb 04 50 0082"), tlv(127, b"\0\x12\xbb\5rev"), tlv(127, b"\0\x12\xbb\6fw"), tlv(127, b"\0\x12\xbb\7sw"),
       tlv(127, b"\0\x12\xbb\x08serial"), tlv(127, b"\0\x12\xbb\x09maker"), tlv(127, b"\0\x12\xbb\x0amodel"), tlv(127, b"\0\x12\xbb\x0basset")]
PACKETS = [
    *(unit(one) for one in (*BASIC, *IEEE_1, *IEEE_3, *MED)),
    unit(chassis="01 0102", port="01 61"), unit(chassis="05 01 0a000001", port="03 020000000009"), unit(chassis="06 657430", port="04 01 0a000001"),
    unit(chassis="07 6c6f63616c", port="07 31"), unit(tlv(127, "001122 01 02")), unit(tlv(9, "01")),
]
