"""BSD loopback: an address family before the packet (LINKTYPE_NULL in the order of the capturing host, LINKTYPE_LOOP
in network order), and captures of plain IP packets (LINKTYPE_RAW)."""

from __future__ import annotations

from dissect.engine.fields import HEX, Expr, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES

FAMILIES = {
    2: "IP", 7: "ISO", 10: "IPv6", 16: "Appletalk", 23: "IPX", 24: "IPv6", 28: "IPv6", 30: "IPv6",
}  # fmt: skip

# In a number above 0xFFFF the family stands in the first two bytes (IRIX) or in the other byte order.
_high: Expr = lambda h: (h.big >= 0x10000) & (h.big < 0x60000)
_swapped: Expr = lambda h: h.big >= 0x60000
_plain: Expr = lambda h: h.big < 0x10000
_next = (
    To("ip", when=lambda h: h.number == 2),
    To("ipv6", when=lambda h: (h.number == 24) | (h.number == 28) | (h.number == 30) | (h.number == 10)),
    By("null", lambda h: h.number),
)


class Null(Layer):
    """The family, or an EtherType, in either byte order."""

    name, label, column = "null", "Null/Loopback", "Null"
    binds = {"linktype": (0,)}

    big = u32(0, "", "Family, big-endian")
    little = u32(0, "", "Family, little-endian", little=True)
    number = u32(None, "", "Family", value=lambda h: where(_plain(h), h.big, where(_high(h), h.big >> 16, h.little)))
    family = u32(0, "null.family", "Family", names=FAMILIES, when=lambda h: _plain(h) & (h.big <= 1500))
    family_high = u32(0, "null.family", "Family", mask=0xFFFF0000, names=FAMILIES, when=_high)
    family_little = u32(0, "null.family", "Family", little=True, names=FAMILIES,
                        when=lambda h: _swapped(h) & (h.little <= 1500))
    type = u16(0, "null.type", "Type", HEX, names=ETHERTYPES, size=4, when=lambda h: _plain(h) & (h.big > 1500))
    type_little = u16(0, "null.type", "Type", HEX, names=ETHERTYPES, size=4, little=True,
                      when=lambda h: _swapped(h) & (h.little > 1500))

    next = (By("ethertype", lambda h: h.number, when=lambda h: h.number > 1500), *_next)


class Loop(Layer):
    """The family in network order."""

    name, label, column = "null", "Null/Loopback", "Null"
    binds = {"linktype": (108,)}

    number = u32(0, "null.family", "Family", names=FAMILIES)

    next = _next


class Raw(Layer):
    """A packet without any link layer: its first four bits tell IPv4 from IPv6."""

    name, label, column = "raw", "Raw packet data", "Raw"
    binds = {"linktype": (101, 12, 14)}

    version = u8(lambda h: 0, "", "Version", mask=0xF0)  # of what follows: this layer has no bytes

    length = lambda h: 0
    next = (To("ip", when=lambda h: h.version == 4), To("ipv6", when=lambda h: h.version == 6))
