"""IPv6 (RFC 8200) and its extension headers, each a layer of its own in the chain.

     0                   1                   2                   3
    +-------+---------------+---------------------------------------+
    |version| traffic class |              flow label               |
    +-------+---------------+-------+---------------+---------------+
    |        payload length         |  next header  |   hop limit   |
    +-------------------------------+---------------+---------------+
    |                        source address (16)                    |
    +---------------------------------------------------------------+
    |                     destination address (16)                  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    HEX,
    IPV6,
    STRING,
    UINT8,
    Field,
    alias,
    flag,
    group,
    ipv6,
    minimum,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import By, Fragments, Layer, Note
from dissect.engine.reassembly import tree as reassembly_tree
from dissect.layers.names import DSCP, ECN, IP_PROTOCOLS
from dissect.layers.streams import conversation_field

ICMPV6 = 58
ROUTING_TYPES = {0: "Source Route", 1: "Nimrod", 2: "Type 2", 3: "RPL Source Route", 4: "Segment Routing"}
OPTION_TYPES = {
    0x00: "Pad1", 0x01: "PadN", 0x04: "Tunnel Encapsulation Limit", 0x05: "Router Alert", 0x07: "CALIPSO",
    0x08: "SMF_DPD", 0x0F: "PDM", 0x26: "Quick-Start", 0x30: "Path MTU Option", 0x63: "RPL Option",
    0x6D: "MPL Option", 0xC2: "Jumbo Payload", 0xC9: "Home Address",
}  # fmt: skip


class IPv6(Layer):
    """An IPv6 header."""

    name, label, column = "ipv6", "Internet Protocol Version 6", "IPv6"
    binds = {"ethertype": (0x86DD,), "ip.proto": (41,), "arcnet": (0xC4,), "linktype": (229,), "ppp": (0x0057,), "gre.proto": (0x86DD,)}
    source, destination = "src", "dst"

    version = u8(0, "ipv6.version", "Version", mask=0xF0, also=(alias("ip.version", UINT8, "Version"),))
    tclass = u32(0, "ipv6.tclass", "Traffic Class", HEX, mask=0x0FF00000)
    dscp = u32(0, "ipv6.tclass.dscp", "Differentiated Services Codepoint", mask=0x0FC00000, names=DSCP, within=tclass)
    ecn = u32(0, "ipv6.tclass.ecn", "Explicit Congestion Notification", mask=0x00300000, names=ECN, within=tclass)
    flow = u24(1, "ipv6.flow", "Flow Label", HEX, mask=0x0FFFFF)
    plen = u16(4, "ipv6.plen", "Payload Length", unit="bytes")
    nxt = u8(6, "ipv6.nxt", "Next Header", names=IP_PROTOCOLS)
    hlim = u8(7, "ipv6.hlim", "Hop Limit")
    src = ipv6(8, "ipv6.src", "Source Address", also=(
        alias("ipv6.addr", IPV6, "Source or Destination Address"), alias("ipv6.src_host", STRING, "Source Host"),
        alias("ipv6.host", STRING, "Source or Destination Host")))
    dst = ipv6(24, "ipv6.dst", "Destination Address", also=(
        alias("ipv6.addr", IPV6, "Source or Destination Address"), alias("ipv6.dst_host", STRING, "Destination Host"),
        alias("ipv6.host", STRING, "Source or Destination Host")))

    stream = conversation_field("ipv6.stream")

    # a payload length of 0 is a jumbogram's (RFC 2675), or what segmentation offload leaves (never of ICMPv6)
    total = lambda h: where((h.plen == 0) & (h.nxt != ICMPV6), h.limit - h.start, minimum(h.plen + 40, h.limit - h.start))
    odd = lambda h: h.version != 6
    next = (By("ip.proto", lambda h: h.nxt),)
    scope = ("src", "dst")
    notes = (Note("ipv6.bogus_ipv6_version", "error", "Malformed", "Bogus IPv6 version", when=lambda h: h.version != 6),)

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        return None if h.version == 6 else (cls.version, "data")

    @staticmethod
    def info(nxt: int) -> str:
        return f"{IP_PROTOCOLS.get(nxt, 'Unknown')} ({nxt})"


class Options(Layer):
    """What hop-by-hop and destination options share: a header of (length + 1) * 8 bytes full of options."""

    nxt = u8(0, "", "Next Header")
    octets_less = u8(1, "", "Length")
    opt = group("ipv6.opt", "IPv6 Option")
    opt_type = u8(None, "ipv6.opt.type", "Type", HEX, names=OPTION_TYPES)
    opt_action = u8(0, "ipv6.opt.type.action", "Action", mask=0xC0, within=opt_type)
    opt_change = flag(0, "ipv6.opt.type.change", "May Change", 0x20, within=opt_type)
    opt_rest = u8(0, "ipv6.opt.type.rest", "Low-Order Bits", HEX, mask=0x1F, within=opt_type)
    opt_length = u8(None, "ipv6.opt.length", "Length")
    pad1 = group("ipv6.opt.pad1", "Pad1")
    padn = Field("ipv6.opt.padn", "PadN", BYTES)
    alert = u16(None, "ipv6.opt.router_alert", "Router Alert", names={0: "MLD", 1: "RSVP", 2: "Active Network"})
    tunnel_limit = u8(None, "ipv6.opt.tel", "Tunnel Encapsulation Limit")
    jumbo = u32(None, "ipv6.opt.jumbo", "Payload Length", unit="bytes")
    home = ipv6(None, "ipv6.opt.mipv6.home_address", "MIPv6 Home Address")
    unknown = Field("ipv6.opt.unknown_data", "Unknown Option Payload", BYTES)

    length = lambda h: 8 * (h.octets_less + 1)
    next = (By("ip.proto", lambda h: h.nxt),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            size = 1 if c.peek(1) == 0 else 2 + c.peek(1, 1)
            with c.group(cls.opt, size, OPTION_TYPES.get(c.peek(1), "Unknown")) as option:
                cls.decode_option(option, size)

    @classmethod
    def decode_option(cls, c: Cursor, size: int) -> None:
        """One option of `size` bytes, its type and length included."""
        kind = c.add(cls.opt_type)
        if kind == 0:
            c.derived(cls.pad1, True)
            return
        c.add(cls.opt_length)
        known = {0x05: cls.alert, 0x04: cls.tunnel_limit, 0xC2: cls.jumbo, 0xC9: cls.home}.get(kind)
        if kind == 1:
            c.add(cls.padn, size - 2)
        elif known is not None:
            c.add(known)
        elif size > 2:
            c.add(cls.unknown, size - 2)


class HopByHop(Options):
    """Hop-by-hop options."""

    name, label, column = "ipv6.hopopts", "IPv6 Hop-by-Hop Option", "IPv6"
    partly = True
    part_of = "ipv6"
    binds = {"ip.proto": (0,)}

    next_header = u8(0, "ipv6.hopopts.nxt", "Next Header", names=IP_PROTOCOLS)
    len = u8(1, "ipv6.hopopts.len", "Length")
    len_oct = u16(None, "ipv6.hopopts.len_oct", "Length", unit="bytes", value=lambda h: 8 * (h.len + 1))

    length = lambda h: 8 * (h.len + 1)


class DestinationOptions(Options):
    """Destination options."""

    name, label, column = "ipv6.dstopts", "Destination Options for IPv6", "IPv6"
    part_of = "ipv6"
    binds = {"ip.proto": (60,)}

    next_header = u8(0, "ipv6.dstopts.nxt", "Next Header", names=IP_PROTOCOLS)
    len = u8(1, "ipv6.dstopts.len", "Length")
    len_oct = u16(None, "ipv6.dstopts.len_oct", "Length", unit="bytes", value=lambda h: 8 * (h.len + 1))

    length = lambda h: 8 * (h.len + 1)


class Routing(Layer):
    """A routing header (RFC 8200 section 4.4; types: RFC 5095, 6275, 6554, 8754)."""

    name, label, column = "ipv6.routing", "Routing Header for IPv6", "IPv6"
    part_of = "ipv6"
    binds = {"ip.proto": (43,)}

    nxt = u8(0, "ipv6.routing.nxt", "Next Header", names=IP_PROTOCOLS)
    len = u8(1, "ipv6.routing.len", "Length")
    len_oct = u16(None, "ipv6.routing.len_oct", "Length", unit="bytes", value=lambda h: 8 * (h.len + 1))
    type = u8(2, "ipv6.routing.type", "Type", names=ROUTING_TYPES)
    segleft = u8(3, "ipv6.routing.segleft", "Segments Left")
    src_reserved = Field("ipv6.routing.src.reserved", "Reserved", BYTES)
    src_addr = ipv6(None, "ipv6.routing.src.addr", "Address")
    home_reserved = Field("ipv6.routing.mipv6.reserved", "Reserved", BYTES)
    home_address = ipv6(None, "ipv6.routing.mipv6.home_address", "Home Address")
    srh_last = u8(None, "ipv6.routing.srh.last_entry", "Last Entry")
    srh_flags = u8(None, "ipv6.routing.srh.flags", "Flags", HEX)
    srh_tag = Field("ipv6.routing.srh.tag", "Tag", BYTES)
    srh_addr = ipv6(None, "ipv6.routing.srh.addr", "Address")
    unknown = Field("ipv6.routing.unknown_data", "Type-Specific Data", BYTES)

    length = lambda h: 8 * (h.len + 1)
    next = (By("ip.proto", lambda h: h.nxt),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.type == 0:
            c.add(cls.src_reserved, 4)
            while c.remaining >= 16:
                c.add(cls.src_addr)
        elif c.h.type == 2:
            c.add(cls.home_reserved, 4)
            c.add(cls.home_address)
        elif c.h.type == 4:
            last = c.add(cls.srh_last)
            c.add(cls.srh_flags)
            c.add(cls.srh_tag, 2)
            for _ in range(last + 1):
                c.add(cls.srh_addr)
        else:
            c.rest(cls.unknown)


class FragmentHeader(Layer):
    """The fragment header (RFC 8200 section 4.5).  A fragment's payload is data unless it was reassembled."""

    name, label, column = "ipv6.fraghdr", "Fragment Header for IPv6", "IPv6"
    part_of = "ipv6"
    binds = {"ip.proto": (44,)}

    nxt = u8(0, "ipv6.fraghdr.nxt", "Next header", names=IP_PROTOCOLS)
    reserved_octet = u8(1, "ipv6.fraghdr.reserved_octet", "Reserved octet", HEX)
    offset = u16(2, "ipv6.fraghdr.offset", "Offset", mask=0xFFF8)
    reserved_bits = u16(2, "ipv6.fraghdr.reserved_bits", "Reserved bits", mask=0x0006)
    more = flag(2, "ipv6.fraghdr.more", "More Fragments", 0x0001, size=2)
    ident = u32(4, "ipv6.fraghdr.ident", "Identification", HEX)

    next = (By("ip.proto", lambda h: h.nxt),)
    reassembly = reassembly_tree("ipv6", "IPv6", found_in="ipv6.reassembled.in")
    fragments = Fragments(
        when=lambda h: h.more | (h.offset > 0),
        key=lambda h: (h.ident,),  # the addresses are in the scope
        offset=lambda h: 8 * h.offset,
        more=lambda h: h.more,
        tree=reassembly,
    )

    @staticmethod
    def info(offset: int, more: bool, ident: int, nxt: int) -> str:
        if not (more or offset):
            return f"{IP_PROTOCOLS.get(nxt, 'Unknown')} ({nxt})"
        return f"IPv6 fragment (off={8 * offset} more={'y' if more else 'n'} ident=0x{ident:08x} nxt={nxt})"
