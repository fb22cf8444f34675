"""Cisco's HDLC framing (LINKTYPE_C_HDLC; RFC 1547, appendix A) and its keep-alives, SLARP.

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | address | control |    protocol     |
    +---------+---------+-----------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ipv4, u8, u16, u32, where
from dissect.engine.layer import By, Layer
from dissect.layers.names import ETHERTYPES

ADDRESSES = {0x0F: "Unicast", 0x8F: "Multicast"}
PROTOCOLS = {**ETHERTYPES, 0x8035: "SLARP", 0x2000: "CDP", 0xFEFE: "OSI", 0x4242: "Spanning Tree BPDU"}
PACKET_TYPES = {0: "Address request", 1: "Address reply", 2: "Line keepalive"}


class CiscoHDLC(Layer):
    """A Cisco HDLC frame.  Its own protocols come first, else the number is an EtherType."""

    name, label, column = "chdlc", "Cisco HDLC", "CHDLC"
    binds = {"linktype": (104, 112), "gre.proto": (0x0F00,)}

    address = u8(0, "chdlc.address", "Address", HEX, names=ADDRESSES)
    control = u8(1, "chdlc.control", "Control", HEX)
    protocol_ = u16(2, "chdlc.protocol", "Protocol", HEX, names=PROTOCOLS)
    clns_padding = u8(lambda h: 4, "chdlc.clns_padding", "CLNS Padding", HEX, when=lambda h: h.protocol_ == 0xFEFE)

    length = lambda h: where(h.protocol_ == 0xFEFE, 5, 4)
    next = (
        By("chdlc", lambda h: h.protocol_),
        By("ethertype", lambda h: h.protocol_),
    )


class SLARP(Layer):
    """Address resolution and keep-alives of Cisco HDLC."""

    name, label, column = "slarp", "Cisco SLARP", "SLARP"
    binds = {"chdlc": (0x8035,)}

    ptype = u32(0, "slarp.ptype", "Packet type", names=PACKET_TYPES)
    address = ipv4(None, "slarp.address", "Address")
    netmask = ipv4(None, "slarp.netmask", "Netmask")
    mysequence = u32(None, "slarp.mysequence", "Outgoing sequence number")
    yoursequence = u32(None, "slarp.yoursequence", "Returned sequence number")
    reliability = u16(None, "slarp.reliability", "Reliability", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.ptype < 2:
            c.add(cls.address)
            c.add(cls.netmask)
        elif c.h.ptype == 2:
            mine, yours = c.add(cls.mysequence), c.add(cls.yoursequence)
            if c.add(cls.reliability) != 0xFFFF:
                c.note("note", "Protocol", "Reliability must be 0xFFFF", "slarp.reliability.invalid")
            c.info(f"Line keepalive, outgoing sequence {mine}, returned sequence {yours}")
