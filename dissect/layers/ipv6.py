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
from dissect.layers import ipv6_options
from dissect.layers.ipv6_addresses import carried
from dissect.layers.names import DSCP, ECN, IP_PROTOCOLS
from dissect.layers.streams import conversation_field

ICMPV6 = 58


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

    source_carries, destination_carries = carried("src", "Source", 8), carried("dst", "Destination", 24)
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
    opt_type = u8(None, "ipv6.opt.type", "Type", HEX, names=ipv6_options.TYPES)
    pad1_type = u8(None, "ipv6.opt.type", "Type", HEX, names=ipv6_options.TYPES)  # of which no bits are told
    opt_action = u8(0, "ipv6.opt.type.action", "Action", mask=0xC0, within=opt_type)
    opt_change = flag(0, "ipv6.opt.type.change", "May Change", 0x20, within=opt_type)
    opt_rest = u8(0, "ipv6.opt.type.rest", "Low-Order Bits", HEX, mask=0x1F, within=opt_type)
    opt_length = u8(None, "ipv6.opt.length", "Length")
    special = ipv6_options.FIELDS

    length = lambda h: 8 * (h.octets_less + 1)
    next = (By("ip.proto", lambda h: h.nxt),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            size = 1 if c.peek(1) == 0 else 2 + c.peek(1, 1)
            kind = c.peek(1)
            with c.group(cls.opt, size, ipv6_options.TYPES.get(kind, "Unknown")) as option:
                option.add(cls.opt_type if kind else cls.pad1_type)
                if kind == 0:
                    option.derived(ipv6_options.pad1, True)
                else:
                    option.add(cls.opt_length)
                    ipv6_options.body(option, kind)


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

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.outer_header is not None and c.h.outer_header.layer.name != "ipv6":
            text = "IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header"
            c.note("error", "Protocol", text, "ipv6.hopopts.not_first")
        super().decode(c)


class DestinationOptions(Options):
    """Destination options."""

    name, label, column = "ipv6.dstopts", "Destination Options for IPv6", "IPv6"
    part_of = "ipv6"
    binds = {"ip.proto": (60,)}

    next_header = u8(0, "ipv6.dstopts.nxt", "Next Header", names=IP_PROTOCOLS)
    len = u8(1, "ipv6.dstopts.len", "Length")
    len_oct = u16(None, "ipv6.dstopts.len_oct", "Length", unit="bytes", value=lambda h: 8 * (h.len + 1))

    length = lambda h: 8 * (h.len + 1)


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
