"""Vendors' EtherTypes: a frame or two of each."""

from __future__ import annotations

from tests.crafted.frames import ethernet

LAYERS = ("aruba_iap", "eero", "hbbak", "gmhdr", "vmlab", "exeh", "brdwlk")
IP = "4500001c00000000400100000a0000010a000002 0800f7ff00000000"
INNER = "020000000004 020000000003 0800" + IP
EXTREME = "0001 0001 0002 {} 00112233445566 7e 01020304 000f {} 000a 0000 {} 0000 "
FRAMES = (
    (0x8FFD, bytes.fromhex("beef 01 03 10 2a 01 00000e10 0a000001 19 0064 00000007") + bytes(8)),
    (0x8FFD, bytes.fromhex("beef 01 02 10 2a 01 00000e10") + bytes(8)), (0x8FFD, bytes.fromhex("beee 01 02 10 2a")),
    (0x9104, bytes.fromhex("02 020000000009 01020304")),
    (0x8988, bytes.fromhex("010203040506 0800" + IP)),
    (0x22E5, bytes.fromhex("17 0102 0040 0601 ff 0203 080c19 0804 04410c01 0902 abcd 0800" + IP)),
    (0x22E5, bytes.fromhex("11 0308 655f0001 00000005 0704 01020304 0800" + IP)),
    (0x88DE, bytes.fromhex("0d 05 0000 020000000005 020000000006 020000000007 0800" + IP)),
    (0xE555, bytes.fromhex(EXTREME.format("0001 0002", "0000", "0007") + "8100 002e" + INNER)),
    (0xE555, bytes.fromhex(EXTREME.format("0003 0002", "0005", "0007") + "8100 0010" + INNER)),
    (0xE555, bytes.fromhex(EXTREME.format("0000 0000", "4248", "00ff") + "9100 0010" + INNER)),
    (0xE555, bytes.fromhex(EXTREME.format("0000 0000", "4249", "00ff") + "9100 0010" + INNER)),
    (0x88AE, bytes.fromhex("2001 06010203 00040506 08290000 01000000 0001ffff 00000000") + bytes(28) + bytes.fromhex("0000000f 0002 19 03")),
    (0xABCD, bytes.fromhex("2001 06010203 00040506 08290000 01000000 0001ffff 00000000") + bytes(32) + bytes.fromhex("0003 90 03")),
)  # fmt: skip
PACKETS = [ethernet(kind, said) for kind, said in FRAMES]
