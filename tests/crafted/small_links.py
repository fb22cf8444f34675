"""Links of a line or two: Fibre Channel with and without delimiters, I2C, Symantec's firewall, IP over IEEE 1394, and
link types of protocols that other packets carry, too."""

from __future__ import annotations

from zlib import crc32

LAYERS = ("fcsof", "fc", "i2c", "symantec", "ap1394", "tzsp", "sctp")
IP = "4500001c00000000400100000a0000010a000002 0800f7ff00000000"
FC = bytes.fromhex("06 010203 00 040506 80 290000 01 00 0000 0001 ffff 00000000") + bytes(32)
GOOD = crc32(FC).to_bytes(4, "little")
SAID: tuple[tuple[int, bytes], ...] = (
    (224, FC), (225, bytes.fromhex("bcb53636") + FC + GOOD + bytes.fromhex("bc957575")),
    (225, bytes.fromhex("bcb55656") + FC + bytes.fromhex("12345678 bcb5d5d5")),
    (209, bytes.fromhex("01 00000002 20 18 c8 81 00 01 7e")),
    (99, bytes.fromhex("0a000001 0000 0800") + bytes(36) + bytes.fromhex(IP)),
    (138, bytes.fromhex("0102030405060708 1112131415161718 0800" + IP)),
    (128, bytes.fromhex("0100 0001 01 020000000002 020000000001 0800" + IP)),
    (248, bytes.fromhex("0b59 0b59 00000000 00000000 01000014 00000001 00010000 000a ffff 00000001")),
)  # fmt: skip
PACKETS = [packet for _, packet in SAID]
LINKS = [link for link, _ in SAID]
