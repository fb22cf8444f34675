"""PPP (RFC 1661), framed as in HDLC (RFC 1662) or not.

    +---------+---------+------------------+
    | address | control | protocol         |   address 0xff and control only in HDLC-like framing;
    +---------+---------+------------------+   an odd first byte is a compressed protocol of one byte
"""

from __future__ import annotations

from dissect.engine.fields import HEX, u8, u16, where
from dissect.engine.layer import By, Layer

PROTOCOLS = {
    0x0001: "Padding Protocol", 0x0021: "Internet Protocol version 4", 0x0023: "OSI Network Layer",
    0x0025: "XNS IDP", 0x0027: "DECnet Phase IV", 0x0029: "Appletalk", 0x002B: "Novell IPX",
    0x002D: "Van Jacobson Compressed TCP/IP", 0x002F: "Van Jacobson Uncompressed TCP/IP", 0x0031: "Bridging PDU",
    0x003D: "PPP Multilink Protocol", 0x0053: "Encryption", 0x0057: "Internet Protocol version 6",
    0x0059: "PPP Muxing", 0x00FB: "Single link compression in multilink", 0x00FD: "Compressed datagram",
    0x0207: "Cisco Discovery Protocol", 0x0281: "MPLS Unicast", 0x0283: "MPLS Multicast",
    0x8021: "Internet Protocol Control Protocol", 0x8023: "OSI Network Layer Control Protocol",
    0x8029: "Appletalk Control Protocol", 0x802B: "Novell IPX Control Protocol", 0x8031: "Bridging NCP",
    0x8053: "Encryption Control Protocol", 0x8057: "IPv6 Control Protocol", 0x8059: "PPP Muxing Control Protocol",
    0x80FB: "Single link compression in multilink control", 0x80FD: "Compression Control Protocol",
    0x8207: "Cisco Discovery Protocol Control", 0x8281: "MPLS Control Protocol",
    0xC021: "Link Control Protocol", 0xC023: "Password Authentication Protocol", 0xC025: "Link Quality Report",
    0xC029: "Callback Control Protocol", 0xC02B: "Bandwidth Allocation Control Protocol",
    0xC223: "Challenge Handshake Authentication Protocol", 0xC227: "Extensible Authentication Protocol",
}  # fmt: skip


class PPP(Layer):
    """A PPP frame."""

    name, label, column = "ppp", "Point-to-Point Protocol", "PPP"
    binds = {"linktype": (9, 50), "gre.proto": (0x880B,)}

    first = u8(lambda h: 0, "", "")
    framed = u8(None, "", "", value=lambda h: (h.first == 0xFF) * 1)
    address = u8(lambda h: 0, "ppp.address", "Address", HEX, when=lambda h: h.framed == 1)
    control = u8(lambda h: 1, "ppp.control", "Control", HEX, when=lambda h: h.framed == 1)
    high = u8(lambda h: 2 * h.framed, "", "")
    short = u8(None, "", "", value=lambda h: (h.high & 1 == 1) * 1)
    wide = u16(
        lambda h: 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, when=lambda h: h.short == 0
    )
    narrow = u16(
        lambda h: 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, size=1, when=lambda h: h.short == 1
    )
    number = u16(None, "", "", value=lambda h: where(h.short == 1, h.narrow, h.wide))

    length = lambda h: 2 * h.framed + 2 - h.short
    next = (By("ppp", lambda h: h.number),)

    @staticmethod
    def info(number: int) -> str:
        return PROTOCOLS.get(number, f"Unknown (0x{number:04x})")
