"""Linux cooked captures, v1 and v2 (what Linux gives for interface "any": LINKTYPE_LINUX_SLL and _SLL2).

    v1: packet type (2), hardware type (2), address length (2), address (8), protocol (2)
    v2: protocol (2), reserved (2), interface (4), hardware type (2), packet type (1), address length (1), address (8)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, ether, ipv4, minimum, raw, u16, u32, u64
from dissect.engine.layer import By, Layer
from dissect.layers.ethernet import Ethernet, pad
from dissect.layers.names import ETHERTYPES

PACKET_TYPES = {
    0: "Unicast to us", 1: "Broadcast", 2: "Multicast", 3: "Unicast to another host", 4: "Sent by us",
}  # fmt: skip
HARDWARE = {
    1: "Ethernet", 256: "SLIP", 280: "Controller Area Network", 512: "PPP", 768: "IPIP tunnel", 769: "IP6IP6 tunnel",
    772: "Loopback", 776: "IPv6-in-IPv4", 778: "GRE over IP", 801: "IEEE 802.11", 802: "IEEE 802.11 + Prism header",
    803: "IEEE 802.11 + radiotap header", 823: "GRE over IPv6", 824: "Netlink", 0xFFFE: "No link-layer information",
}  # fmt: skip
PROTOCOLS = {
    1: "802.3 without an 802.2 LLC header", 4: "802.2 LLC", 7: "PPP (HDLC)", 12: "CAN", 13: "CAN FD", 16: "MCTP",
}  # fmt: skip

_ether: Expr = lambda h: h.halen == 6
_ipv4 = lambda h: h.halen == 4
_other: Expr = lambda h: (h.halen != 6) & (h.halen != 4) & (h.halen > 0)
_gre: Expr = lambda h: (h.hatype == 778) | (h.hatype == 823)
_type: Expr = lambda h: (h.number > 1536) & (_gre(h) == 0)
_small: Expr = lambda h: (h.number <= 1536) & (_gre(h) == 0)
_width: Expr = lambda h: minimum(h.halen, 8)
_unused: Expr = lambda h: 8 - minimum(h.halen, 8)

_next = (
    By("gre.proto", lambda h: h.number, when=_gre),
    By("ethertype", lambda h: h.number, when=_type, via="ethertype"),
    By("sll.ltype", lambda h: h.number, when=_small),
)


class LinuxCooked(Layer):
    """A packet of interface "any", version 1."""

    name, label, column = "sll", "Linux cooked capture v1", "SLL"
    binds = {"linktype": (113,)}

    pkttype = u16(0, "sll.pkttype", "Packet type", names=PACKET_TYPES)
    hatype = u16(2, "sll.hatype", "Link-layer address type", names=HARDWARE)
    halen = u16(4, "sll.halen", "Link-layer address length")
    src_eth = ether(6, "sll.src.eth", "Source", when=_ether)
    src_ipv4 = ipv4(6, "sll.src.ipv4", "Source", when=_ipv4)
    src_other = raw(6, "sll.src.other", "Source", size=_width, when=_other)
    unused = raw(lambda h: 6 + _width(h), "sll.unused", "Unused", size=_unused, when=lambda h: h.halen < 8)
    number = u16(14, "", "Protocol")
    etype = u16(14, "sll.etype", "Protocol", HEX, names=ETHERTYPES, when=_type)
    ltype = u16(14, "sll.ltype", "Protocol", HEX, names=PROTOCOLS, when=_small)
    gretype = u16(14, "sll.gretype", "Protocol", HEX, names=ETHERTYPES, when=_gre)
    trailing = raw(None, "sll.trailer", "Trailer")

    next = _next
    trails = ("eth.padding",)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.trailing)


class LinuxCooked2(Layer):
    """A packet of interface "any", version 2: it names the interface."""

    name, label, column = "sll", "Linux cooked capture v2", "SLL"
    binds = {"linktype": (276,)}

    number = u16(0, "", "Protocol")
    etype = u16(0, "sll.etype", "Protocol", HEX, names=ETHERTYPES, when=_type)
    ltype = u16(0, "sll.ltype", "Protocol", HEX, names=PROTOCOLS, when=_small)
    gretype = u16(0, "sll.gretype", "Protocol", HEX, names=ETHERTYPES, when=_gre)
    reserved = raw(2, "sll.reserved", "Reserved", size=2)
    ifindex = u32(4, "sll.ifindex", "Interface index")
    hatype = u16(8, "sll.hatype", "Link-layer address type", names=HARDWARE)
    pkttype = u16(10, "sll.pkttype", "Packet type", names=PACKET_TYPES, size=1)
    halen = u16(11, "sll.halen", "Link-layer address length", size=1)
    src_eth = ether(12, "sll.src.eth", "Source", when=_ether)
    src_ipv4 = ipv4(12, "sll.src.ipv4", "Source", when=_ipv4)
    src_other = raw(12, "sll.src.other", "Source", size=_width, when=_other)
    unused = raw(lambda h: 12 + _width(h), "sll.unused", "Unused", size=_unused, when=lambda h: h.halen < 8)
    address = u64(12, "", "Address")
    trailing = raw(None, "sll.trailer", "Trailer")

    next = _next
    trails = ("eth.padding",)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.trailing)
