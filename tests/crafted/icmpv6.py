"""ICMPv6's rarer messages: inverse discovery, mobile nodes' agents, certification paths, multicast routers, fast
handovers, addresses looked for twice, and RPL with its options."""

from __future__ import annotations

import struct

LAYERS, LINK = ("icmpv6",), 1

ADDRESS = "20010db8000000000000000000000001"
LINK_LAYER = "0101020000000001"


def message(kind: int, code: int, text: str) -> bytes:
    """A message in an Ethernet frame."""
    body = bytes([kind, code, 0, 0]) + bytes.fromhex(text)
    head = struct.pack(">IHBB", 0x60000000, len(body), 58, 255)
    ends = bytes.fromhex("fe80000000000000000000000000000aff02000000000000000000000000001a")
    return bytes.fromhex("33330000001a 02000000000a 86dd") + head + ends + body


RPL = (
    (0x00, f"0000 0713 05e0 {ADDRESS} 03"),
    (0x01, f"1ef00100 8801 0000 {ADDRESS} 040e0908 0c0a0700 01000001 00ff003c 081e40c0 00015180 00003840 00000000 {ADDRESS} "
           "02060700 00020100 010300 0000"),
    (0x01, f"1ef00100 8801 0000 {ADDRESS} 020e 03010502 0004 04000004 00000100 030e4008 00000258 20010db800000000"),
    (0x02, f"1ec00007 {ADDRESS} 05120080 {ADDRESS} 06148001 021e {ADDRESS} 050a0040 20010db800000000 090401020304 0604 0001021e"),
    (0x02, "1e000007"),
    (0x03, "1e000700"),
    (0x03, f"1e800701 {ADDRESS}"),
    (0x8A, f"00004100 00000009 05800102 {ADDRESS} 0000004d"),
)  # fmt: skip
OTHERS = (
    (141, f"00000000 {LINK_LAYER} 0201000000000000"), (142, f"00000000 {LINK_LAYER}"), (144, "01020000"),
    (145, f"01020000 {ADDRESS} {ADDRESS}"), (146, "01020000"),
    (147, f"0102c000 030440c0 00000258 0000012c 00000000 {ADDRESS}"), (148, "0009ffff"), (149, "0009000200010000"),
    (151, "000a0002"), (152, ""), (153, ""), (154, f"02000007 {LINK_LAYER}"), (154, f"04c00007 {LINK_LAYER}"),
    (157, f"0000003c 0001020304050607 {ADDRESS}"), (158, f"0100003c 0001020304050607 {ADDRESS}"),
)  # fmt: skip

PACKETS = [message(155, code, text) for code, text in RPL] + [message(kind, 0, text) for kind, text in OTHERS]
