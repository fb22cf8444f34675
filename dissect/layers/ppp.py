"""PPP (RFC 1661), framed as in HDLC (RFC 1662) or not.

    +---------+---------+------------------+
    | address | control | protocol         |   address 0xff and control only in HDLC-like framing;
    +---------+---------+------------------+   an odd first byte is a compressed protocol of one byte
                                               (0x0f and 0x8f are Cisco's addresses: Cisco HDLC)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, REST, flag, raw, u8, u16, u24, where
from dissect.engine.layer import By, Layer, To

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


NO_WAY = 2  # of a frame without its direction


class DirectedPPP(Layer):
    """PPP with its direction before it (LINKTYPE_PPP_WITH_DIR): 0 received, else sent."""

    name, label, column = "ppp", "Point-to-Point Protocol", "PPP"
    binds = {"linktype": (204,)}

    way = u8(0, "ppp.pseudo.direction", "Direction of the pseudo header")
    direction = u8(None, "ppp.direction", "Direction", value=lambda h: where(h.way == 0, 1, 0),
                   names={0: "DTE->DCE", 1: "DCE->DTE"})  # fmt: skip
    framed = u8(None, "", "", value=lambda h: (h.first == 0xFF) * 1)
    first = u8(lambda h: 1, "", "")
    address = u8(lambda h: 1, "ppp.address", "Address", HEX, when=lambda h: h.framed == 1)
    control = u8(lambda h: 2, "ppp.control", "Control", HEX, when=lambda h: h.framed == 1)
    high = u8(lambda h: 1 + 2 * h.framed, "", "")
    wide = u16(lambda h: 1 + 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, when=lambda h: h.high & 1 == 0)
    narrow = u16(lambda h: 1 + 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, size=1,
                 when=lambda h: h.high & 1 == 1)  # fmt: skip
    number = u16(None, "", "", value=lambda h: where(h.high & 1 == 1, h.narrow, h.wide))

    length = lambda h: 3 + 2 * h.framed - (h.high & 1)
    next = (By("ppp", lambda h: h.number),)

    @staticmethod
    def info(number: int) -> str:
        return PROTOCOLS.get(number, f"Unknown (0x{number:04x})")


class PPP(Layer):
    """A PPP frame."""

    name, label, column = "ppp", "Point-to-Point Protocol", "PPP"
    binds = {"linktype": (9, 50), "sll.ltype": (7,), "gre.proto": (0x880B,)}

    first = u8(lambda h: 0, "", "")
    cisco = u8(None, "", "", value=lambda h: ((h.first == 0x0F) | (h.first == 0x8F)) * 1)
    framed = u8(None, "", "", value=lambda h: (h.first == 0xFF) * 1)
    address = u8(lambda h: 0, "ppp.address", "Address", HEX, when=lambda h: h.framed == 1)
    control = u8(lambda h: 1, "ppp.control", "Control", HEX, when=lambda h: h.framed == 1)
    high = u8(lambda h: 2 * h.framed, "", "")
    short = u8(None, "", "", value=lambda h: (h.high & 1 == 1) * 1)
    wide = u16(lambda h: 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, when=lambda h: h.short == 0)
    narrow = u16(
        lambda h: 2 * h.framed, "ppp.protocol", "Protocol", HEX, names=PROTOCOLS, size=1,
        when=lambda h: (h.short == 1) & (h.cisco == 0),
    )  # fmt: skip
    number = u16(None, "", "", value=lambda h: where(h.short == 1, h.narrow, h.wide))
    way = u8(None, "", "", value=lambda h: h.first * 0 + NO_WAY)

    length = lambda h: where(h.cisco == 1, 0, 2 * h.framed + 2 - h.short)
    next = (
        To("chdlc", when=lambda h: h.cisco == 1),
        By("ppp", lambda h: h.number),
    )

    @staticmethod
    def info(number: int) -> str:
        return PROTOCOLS.get(number, f"Unknown (0x{number:04x})")


class Multilink(Layer):
    """A fragment of multilink PPP (RFC 1990) with a sequence number of 24 bits; a whole packet if first and last.

    Fragments are not put together: which link belongs to which bundle was said before, if at all.
    """

    name, label, column = "mp", "PPP Multilink Protocol", "PPP MP"
    binds = {"ppp": (0x003D,)}

    fragment = u8(0, "mp.frag", "Fragment", HEX, mask=0xFC)
    first = flag(0, "mp.first", "First fragment", 0x80)
    last = flag(0, "mp.last", "Last fragment", 0x40)
    class_ = u8(0, "mp.sequence_num_cls", "Class", mask=0x3C)
    reserved = flag(0, "mp.sequence_num_reserved", "Reserved", 0x03)
    sequence = u24(1, "mp.seq", "Sequence number")
    piece = raw(
        lambda h: 4, "mp.payload", "Payload", size=REST,
        when=lambda h: ((h.first == 0) | (h.last == 0)) & (h.end > h.start + 4),
    )  # fmt: skip

    length = lambda h: where((h.first == 1) & (h.last == 1), 4, h.limit - h.start)
    next = (To("ppp"),)

    @staticmethod
    def info(sequence: int) -> str:
        return f"PPP Multilink (Sequence number {sequence})"


class CompressedData(Layer):
    """A datagram compressed as CCP has negotiated (RFC 1962)."""

    name, label, column = "comp_data", "PPP Compressed Datagram", "PPP Comp"
    binds = {"ppp": (0x00FD,)}

    @staticmethod
    def info() -> str:
        return "Compressed data"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.skip(c.remaining)
