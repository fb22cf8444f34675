"""IPv4 (RFC 791; DSCP and ECN: RFC 2474, RFC 3168).

     0                   1                   2                   3
    +-------+-------+---------------+-------------------------------+
    |version|  IHL  |     DS field  |          total length         |
    +-------+-------+---------------+-----+-------------------------+
    |         identification        |flags|     fragment offset     |
    +---------------+---------------+-----+-------------------------+
    | time to live  |   protocol    |        header checksum        |
    +---------------+---------------+-------------------------------+
    |                        source address                         |
    +---------------------------------------------------------------+
    |                      destination address                      |
    +---------------------------------------------------------------+
    |                     options, padded to 32 bits                |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    HEX,
    IPV4,
    STRING,
    Expr,
    Field,
    alias,
    flag,
    ipv4,
    minimum,
    u8,
    u16,
    where,
)
from dissect.engine.layer import By, Fragments, Layer, Note
from dissect.engine.reassembly import tree as reassembly_tree
from dissect.layers import ip_options
from dissect.layers.checksums import BAD, header_status, status_field
from dissect.layers.names import DSCP, ECN, IP_PROTOCOLS
from dissect.layers.streams import conversation_field

_local: Expr = lambda h: (h.version == 4) & (h.hdr_len >= 20) & (h.dst >> 8 == 0xE00000)
# VRRP, GLBP and multicast DNS
_local_ttl: Expr = lambda h: where((h.dst == 0xE0000012) | (h.dst == 0xE0000066) | (h.dst == 0xE00000FB), 255, 1)


class IPv4(Layer):
    """An IPv4 header.  A fragment's payload is data unless it was reassembled."""

    name, label, column = "ip", "Internet Protocol Version 4", "IPv4"
    binds = {"ethertype": (0x0800,), "ip.proto": (4, 94), "arcnet": (0xD4, 0xF0), "linktype": (228,), "ax25.pid": (0xCC,),
             "llc.dsap": (0x06,), "ppp": (0x0021, 0x0800), "gre.proto": (0x0800, 0x883E)}
    source, destination = "src", "dst"

    first = u8(0, "", "Version and header length")
    version = u8(0, "ip.version", "Version", mask=0xF0)
    hdr_len = u8(0, "ip.hdr_len", "Header Length", mask=0x0F, scale=4, unit="bytes")
    dsfield = u8(1, "ip.dsfield", "Differentiated Services Field", HEX)
    dscp = u8(1, "ip.dsfield.dscp", "Differentiated Services Codepoint", mask=0xFC, names=DSCP, within=dsfield)
    ecn = u8(1, "ip.dsfield.ecn", "Explicit Congestion Notification", mask=0x03, names=ECN, within=dsfield)
    len = u16(2, "ip.len", "Total Length", unit="bytes")
    id = u16(4, "ip.id", "Identification", HEX)
    flags = u8(6, "ip.flags", "Flags", HEX, mask=0xE0)
    rb = flag(6, "ip.flags.rb", "Reserved bit", 0x80, within=flags)
    df = flag(6, "ip.flags.df", "Don't fragment", 0x40, within=flags)
    mf = flag(6, "ip.flags.mf", "More fragments", 0x20, within=flags)
    frag_offset = u16(6, "ip.frag_offset", "Fragment Offset", mask=0x1FFF, unit="* 8 bytes")
    ttl = u8(8, "ip.ttl", "Time to Live")
    proto = u8(9, "ip.proto", "Protocol", names=IP_PROTOCOLS)
    checksum = u16(10, "ip.checksum", "Header Checksum", HEX)
    checksum_status = status_field("ip.checksum.status", header_status)
    src = ipv4(12, "ip.src", "Source Address", also=(
        alias("ip.addr", IPV4, "Source or Destination Address"), alias("ip.src_host", STRING, "Source Host"),
        alias("ip.host", STRING, "Source or Destination Host")))
    dst = ipv4(16, "ip.dst", "Destination Address", also=(
        alias("ip.addr", IPV4, "Source or Destination Address"), alias("ip.dst_host", STRING, "Destination Host"),
        alias("ip.host", STRING, "Source or Destination Host")))

    stream = conversation_field("ip.stream")
    options = ip_options.FIELDS

    length = lambda h: h.hdr_len
    uneasy = lambda h: h.hdr_len > 20  # options
    # options are rare, and a source route changes the destination; what is shorter than a header is none
    odd = lambda h: (h.first != 0x45) | (h.len < 20) & (h.len > 0)
    # a total length of 0 is what TCP segmentation offload leaves in the capturing host's own packets
    total = lambda h: where(h.len == 0, h.limit - h.start, minimum(h.len, h.limit - h.start))
    next = (By("ip.proto", lambda h: h.proto),)
    reassembly = reassembly_tree("ip", "IPv4", BYTES)
    fragments = Fragments(
        when=lambda h: h.mf | (h.frag_offset > 0),
        key=lambda h: (h.src, h.dst, h.proto, h.id),
        offset=lambda h: 8 * h.frag_offset,
        more=lambda h: h.mf,
        tree=reassembly,
        alone=True,
        whole=lambda h: (h.end >= h.limit) & (h.start + h.len <= h.end),
    )
    scope = ("src", "dst")
    notes = (
        Note("ip.bogus_ip_version", "error", "Protocol", "Bogus IP version", when=lambda h: h.version != 4),
        Note("ip.bogus_header_length", "error", "Protocol", "Bogus IP header length",
             when=lambda h: (h.version == 4) & (h.hdr_len < 20)),
        Note("ip.bogus_ip_length", "error", "Protocol", "Bogus IP length",
             when=lambda h: (h.version == 4) & (h.hdr_len >= 20) & (h.len > 0) & (h.len < h.hdr_len)),
        Note("ip.ttl.lncb", "note", "Sequence",
             '"Time To Live" != {} for a packet sent to the Local Network Control Block (see RFC 3171)',
             when=lambda h: _local(h) & (h.ttl != _local_ttl(h)) & (h.dst != 0xE00000FC), value=_local_ttl),
        Note("ip.ttl.too_small", "note", "Sequence", '"Time To Live" only {}', value=lambda h: h.ttl,
             when=lambda h: (h.version == 4) & (h.hdr_len >= 20) & (h.ttl < 5) & (h.dst >> 28 != 0xE)
             & (h.proto != 103) & (h.proto != 89)),
        Note("ip.checksum_bad.expert", "error", "Checksum", "Bad checksum",
             when=lambda h: (h.version == 4) & (h.checksum_status == BAD)),
    )

    cut_to = "ecn"

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        if h.version != 4:
            return cls.version, "ipv6" if h.version == 6 else ""
        if h.hdr_len < 20:
            return cls.hdr_len, ""
        return (cls.len, "") if 0 < h.len < h.hdr_len else None

    decodes_options = True

    @classmethod
    def decode(cls, c: Cursor) -> None:
        ip_options.decode(c)

    @staticmethod
    def info(proto: int, mf: bool, frag_offset: int, id: int) -> str:
        name = IP_PROTOCOLS.get(proto, "Unknown")
        if mf or frag_offset:
            return f"Fragmented IP protocol (proto={name} {proto}, off={8 * frag_offset}, ID={id:04x})"
        return f"{name} ({proto})"
