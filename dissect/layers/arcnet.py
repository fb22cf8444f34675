"""ARCNET: its header by BSD (LINKTYPE_ARCNET_BSD) and by Linux (LINKTYPE_ARCNET_LINUX); RFC 1201 and RFC 1051.

    +--------+-------------+------------------+----------+  and, but for RFC 1051:  +------------+----------+
    | source | destination | offset (Linux)   | protocol |                          | split flag | sequence |
    +--------+-------------+------------------+----------+                          +------------+----------+
      1        1             2                  1                                     1            2

An exception packet of BSD's (RFC 1201) has a flag of 0xFF and two octets of padding before the split flag.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, Expr, raw, u8, u16, where
from dissect.engine.layer import By, Layer

PROTOCOLS = {
    0x00: "Datapoint boot", 0x01: "Datapoint mount", 0x08: "Powerlan Beacon", 0x09: "Lanman", 0x80: "Diagnose",
    0xC4: "IPv6", 0xCD: "BACnet", 0xD4: "RFC 1201 IP", 0xD5: "RFC 1201 ARP", 0xD6: "RFC 1201 RARP", 0xDD: "AppleTalk",
    0xE8: "Ethernet", 0xE9: "Raw LLC", 0xF0: "RFC 1051 IP", 0xF1: "RFC 1051 ARP", 0xFA: "Novell IPX",
}  # fmt: skip
IP_1051, ARP_1051, DIAGNOSE, BACNET = 0xF0, 0xF1, 0x80, 0xCD  # their packets are never split
EXCEPTION = 0xFF


def split(h: Any) -> Any:
    """Whether split flag and sequence follow the protocol."""
    protocol = h.protocol_id
    return (protocol != IP_1051) & (protocol != ARP_1051) & (protocol != DIAGNOSE) & (protocol != BACNET)


class Shared(Layer):
    """What both headers have; places behind the protocol differ by where that is."""

    next = (By("arcnet", lambda h: h.protocol_id),)

    @staticmethod
    def info(protocol_id: int) -> str:
        return PROTOCOLS.get(protocol_id, f"Unknown protocol 0x{protocol_id:02x}")


_exceptional: Expr = lambda h: split(h) & (h.mark == EXCEPTION)
_behind: Expr = lambda h: where(_exceptional(h), 6, 3)


class Bsd(Shared):
    """As BSD gives it."""

    name, label, column = "arcnet", "ARCNET", "ARCNET"
    binds = {"linktype": (7,)}
    source, destination = "src", "dst"

    src = u8(0, "arcnet.src", "Source", HEX)
    dst = u8(1, "arcnet.dst", "Dest", HEX)
    protocol_id = u8(2, "arcnet.protID", "Protocol ID", HEX, names=PROTOCOLS)
    mark = u8(lambda h: 3, "", "Split or exception flag", when=split)
    exception = u8(lambda h: 3, "arcnet.exception_flag", "Exception Flag", HEX, when=_exceptional)
    padding = u16(lambda h: 4, "arcnet.padding", "Padding", HEX, when=_exceptional)
    split_flag = u8(_behind, "arcnet.split_flag", "Split Flag", when=split)
    sequence = u16(lambda h: _behind(h) + 1, "arcnet.sequence", "Sequence", when=split)

    length = lambda h: where(split(h), _behind(h) + 3, 3)


class Linux(Shared):
    """As Linux gives it: with the offset of the packet in the card's buffer."""

    name, label, column = "arcnet", "ARCNET", "ARCNET"
    binds = {"linktype": (129,)}
    source, destination = "src", "dst"

    src = u8(0, "arcnet.src", "Source", HEX)
    dst = u8(1, "arcnet.dst", "Dest", HEX)
    offset = raw(2, "arcnet.offset", "Offset", size=2)
    protocol_id = u8(4, "arcnet.protID", "Protocol ID", HEX, names=PROTOCOLS)
    split_flag = u8(lambda h: 5, "arcnet.split_flag", "Split Flag", when=split)
    sequence = u16(lambda h: 6, "arcnet.sequence", "Sequence", when=split)

    length = lambda h: where(split(h), 8, 5)
