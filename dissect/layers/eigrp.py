"""EIGRP (RFC 7868): a distance vector protocol that keeps neighbours; its parameters and routes are TLVs.

 0                   1                   2                   3
+---------------+---------------+-------------------------------+
|    version    |    opcode     |           checksum            |
+---------------+---------------+-------------------------------+
|                             flags                             |
+---------------------------------------------------------------+
|                       sequence number                         |
+---------------------------------------------------------------+
|                     acknowledged sequence                     |
+-------------------------------+-------------------------------+
|       virtual router id       |       autonomous system       |
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, Field, bits, flag, group, ipv4, ipv6, raw, u8, u16, u24, u32, u64
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status

OPCODES = {
    1: "Update", 2: "Request", 3: "Query", 4: "Reply", 5: "Hello", 6: "IPX/SAP Update", 7: "Route Probe",
    8: "Hello (Ack)", 9: "Stub-Info", 10: "SIA-Query", 11: "SIA-Reply",
}  # fmt: skip
TLVS = {
    0x0001: "Parameters", 0x0002: "Authentication", 0x0003: "Sequence", 0x0004: "Software Version",
    0x0005: "Next multicast sequence", 0x0006: "Peer Stub Information", 0x0007: "Peer Termination",
    0x0008: "Peer Topology ID List", 0x0102: "Internal Route(IPv4)", 0x0103: "External Route(IPv4)",
    0x0104: "Ext-Community(IPv4)", 0x0402: "Internal Route(IPv6)", 0x0403: "External Route(IPv6)",
    0x0404: "Ext-Community(IPv6)", 0x0302: "IPX Internal Route(IPX)", 0x0303: "IPX External Route(IPX)",
    0x0202: "Internal Route(ATALK)", 0x0203: "External Route(ATALK)", 0x0204: "Cable Configuration(ATALK)",
    0x00F1: "Request(MTR)", 0x00F2: "Internal Route(MTR)", 0x00F3: "External Route(MTR)",
    0x00F4: "Ext-Community(MTR)", 0x00F5: "TopologyID List", 0x0601: "Request", 0x0602: "Internal Route",
    0x0603: "External Route", 0x0604: "Ext-Community",
}  # fmt: skip
ROUTERS = {0: "(Address-Family)", 1: "(Multi-Cast)", 0x8000: "(Service-Family)"}
AUTHENTICATION = {1: "TEXT", 2: "MD5", 3: "SHA256"}
FAMILIES = {1: "IPv4", 2: "IPv6", 11: "IPX", 12: "Appletalk", 16384: "Service Family", 16385: "IPv4 Service Family",
            16386: "IPv6 Service Family"}  # fmt: skip
ORIGINS = {1: "IGRP", 2: "EIGRP", 3: "Static Route", 4: "RIP", 5: "Hello", 6: "OSPF", 7: "IS-IS", 8: "EGP", 9: "BGP",
           10: "IDRP", 11: "Connected Route"}  # fmt: skip
ATTRIBUTES = {0: "NO-OP for padding", 1: "Scaled Metric", 2: "Admin Tag", 3: "Community", 4: "Jitter",
              5: "Non-Active energy", 6: "Active energy"}  # fmt: skip
HELLO, ACK = 5, 8
IPV4_FAMILY, IPV6_FAMILY = (1, 16385), (2, 16386)
WIDE_METRIC = 24


class EIGRP(Layer):
    """A packet of a router to its neighbours."""

    name, label, column = "eigrp", "Cisco EIGRP", "EIGRP"
    binds = {"ip.proto": (88,), "ipx.socket": (0x85BE,)}

    version = u8(0, "eigrp.version", "Version")
    opcode = u8(1, "eigrp.opcode", "Opcode", names=OPCODES)
    checksum = u16(2, "eigrp.checksum", "Checksum", HEX)
    flags = u32(4, "eigrp.flags", "Flags", HEX)
    init = flag(4, "eigrp.flags.init", "Init", 0x1, within=flags)
    conditional = flag(4, "eigrp.flags.condrecv", "Conditional Receive", 0x2, within=flags)
    restart = flag(4, "eigrp.flags.restart", "Restart", 0x4, within=flags)
    end_of_table = flag(4, "eigrp.flags.eot", "End Of Table", 0x8, within=flags)
    sequence = u32(8, "eigrp.seq", "Sequence")
    ack = u32(12, "eigrp.ack", "Acknowledge")
    router = u16(16, "eigrp.vrid", "Virtual Router ID", names=ROUTERS)
    system = u16(18, "eigrp.as", "Autonomous System")
    status = Field("eigrp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    tlv = group("", "TLV")
    tlv_type = u16(None, "eigrp.tlv_type", "Type", HEX, names=TLVS)
    tlv_length = u16(None, "eigrp.tlv.len", "Length")
    k = tuple(u8(None, f"eigrp.par.k{i}", f"K{i}") for i in range(1, 7))
    hold_time = u16(None, "eigrp.par.holdtime", "Hold Time", unit="s")
    auth_type = u16(None, "eigrp.auth.type", "Type", names=AUTHENTICATION)
    auth_length = u16(None, "eigrp.auth.length", "Length")
    auth_key = u32(None, "eigrp.auth.keyid", "Key ID")
    auth_sequence = u32(None, "eigrp.auth.keyseq", "Key Sequence")
    pad = raw(None, "eigrp.nullpad", "Nullpad")
    digest = raw(None, "eigrp.auth.digest", "Digest")
    address_length = u8(None, "eigrp.seq.addrlen", "Address length")
    address = ipv4(None, "eigrp.seq.ipv4addr", "IP Address")
    address_6 = ipv6(None, "eigrp.seq.ipv6addr", "IPv6 Address")
    address_ipx = raw(None, "eigrp.ipx_address", "IPX Address", size=10)
    release = u16(None, "eigrp.release_version", "EIGRP Release")
    tlv_version = u16(None, "eigrp.tlv_version", "EIGRP TLV version")
    multicast = u32(None, "eigrp.next_mcast_seq", "Multicast Sequence")
    stub = u16(None, "eigrp.stub_options", "Stub Options", HEX)
    stub_bits = bits(
        stub, "eigrp.stub_options",
        ("connected", "Connected", 1), ("static", "Static", 2), ("summary", "Summary", 4),
        ("redist", "Redistributed", 8), ("leakmap", "Leak-Map", 0x10), ("recvonly", "Receive-Only", 0x20),
    )  # fmt: skip
    topologies_flags = u16(None, "eigrp.tidlist.flags", "TID List Flags", HEX)
    topologies_length = u16(None, "eigrp.tidlist.len", "TID List Size")
    topologies = u16(None, "eigrp.tidlist", "TID List")
    topology = u16(None, "eigrp.tid", "Topology")
    family = u16(None, "eigrp.afi", "AFI", names=FAMILIES)
    router_id = ipv4(None, "eigrp.routerid", "RouterID")
    hop = ipv4(None, "eigrp.ipv4.nexthop", "NextHop")
    hop_6 = ipv6(None, "eigrp.ipv6.nexthop", "NextHop")
    external = group("", "External Data")
    origin_router = ipv4(None, "eigrp.extdata.origrid", "Originating RouterID")
    origin_system = u32(None, "eigrp.extdata.as", "Originating A.S.")
    origin_tag = u32(None, "eigrp.extdata.tag", "Administrative Tag")
    origin_metric = u32(None, "eigrp.extdata.metric", "External Metric")
    origin_reserved = u16(None, "eigrp.extdata.reserved", "Reserved")
    origin = u8(None, "eigrp.extdata.proto", "External Protocol ID", names=ORIGINS)
    origin_flags = u8(None, "", "Flags")
    origin_ext = flag(None, "eigrp.opaque.flag.ext", "Route is External", 0x01, within=origin_flags)
    origin_cd = flag(None, "eigrp.opaque.flag.cd", "Route is Candidate Default", 0x02, within=origin_flags)
    old_metric = group("", "Legacy Metric")
    old_delay = u32(None, "eigrp.old_metric.delay", "Scaled Delay")
    old_bandwidth = u32(None, "eigrp.old_metric.bw", "Scaled BW")
    old_mtu = u24(None, "eigrp.old_metric.mtu", "MTU")
    old_hops = u8(None, "eigrp.old_metric.hopcount", "Hop Count")
    old_reliability = u8(None, "eigrp.old_metric.rel", "Reliability")
    old_load = u8(None, "eigrp.old_metric.load", "Load")
    old_tag = u8(None, "eigrp.old_metric.intag", "Route Tag")
    metric_flags = u8(None, "", "Flags")
    metric_bits = bits(
        metric_flags, "eigrp.metric.flags",
        ("srcwd", "Source Withdraw", 1), ("cd", "Candidate Default", 2), ("active", "Route is Active", 4),
        ("repl", "Route is Replicated", 8),
    )  # fmt: skip
    wide_metric = group("", "Wide Metric")
    offset = u8(None, "eigrp.metric.offset", "Offset")
    priority = u8(None, "eigrp.metric.priority", "Priority")
    reliability = u8(None, "eigrp.metric.reliability", "Reliability")
    load = u8(None, "eigrp.metric.load", "Load")
    mtu = u24(None, "eigrp.metric.mtu", "MTU")
    hops = u8(None, "eigrp.metric.hopcount", "Hop Count")
    delay = u64(None, "eigrp.metric.delay", "Delay", size=6)
    bandwidth = u64(None, "eigrp.metric.bandwidth", "Bandwidth", size=6)
    metric_reserved = u16(None, "eigrp.metric.reserved", "Reserved", HEX)
    attribute = group("", "Attribute")
    attribute_code = u8(None, "eigrp.attr.opcode", "Opcode", names=ATTRIBUTES)
    attribute_offset = u8(None, "eigrp.attr.offset", "Offset")
    attribute_values = {
        1: u32(None, "eigrp.attr.scaled", "Legacy Metric"), 2: u32(None, "eigrp.attr.tag", "Tag"),
        4: u32(None, "eigrp.attr.jitter", "Jitter"), 5: u32(None, "eigrp.attr.qenergy", "Q-Energy"),
        6: u32(None, "eigrp.attr.energy", "Energy"),
    }  # fmt: skip
    attribute_fields = tuple(attribute_values.values())
    prefix_length = u8(None, "eigrp.ipv4.prefixlen", "Prefix Length")
    prefix_length_6 = u8(None, "eigrp.ipv6.prefixlen", "Prefix Length")
    reached = ipv4(None, "eigrp.ipv4.destination", "Destination")
    reached_6 = ipv6(None, "eigrp.ipv6.destination", "Destination")
    other = raw(None, "", "Data")

    @staticmethod
    def info(opcode: int, ack: int) -> str:
        if opcode == HELLO and ack:
            opcode = ACK
        return OPCODES.get(opcode, f"Unknown (0x{opcode:04x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.derived(cls.status, message_status(c, c.h.start, c.limit - c.h.start))
        while c.remaining > 0:
            kind, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.tlv, max(size, 4), TLVS.get(kind, f"Unknown (0x{kind:04x})")) as c:
                c.add(cls.tlv_type)
                c.add(cls.tlv_length)
                if size < 4:
                    c.note("warn", "Malformed", "Corrupt TLV (Length field less than 4)", "eigrp.tlv.len.invalid")
                    return
                body = BODIES.get(kind)
                if body is not None:
                    body(c)
                c.rest(cls.other)


def add(c: Cursor, *fields: Field) -> None:
    """Fields, one behind another."""
    for field in fields:
        c.add(field)


def parameters(c: Cursor) -> None:
    add(c, *EIGRP.k, EIGRP.hold_time)
    if c.data[c.pos - 8 : c.pos - 3] == b"\xff" * 5:
        c.note("note", "Response", "Peer Termination (Graceful Shutdown)", "eigrp.peer_termination_graceful")


def authentication(c: Cursor) -> None:
    """Type, length of the digest, key; (RFC 7868, section 6.7.2)."""
    c.add(EIGRP.auth_type)
    size = c.add(EIGRP.auth_length)
    add(c, EIGRP.auth_key, EIGRP.auth_sequence)
    c.add(EIGRP.pad, 8)
    c.add(EIGRP.digest, min(size, c.remaining))


def sequence(c: Cursor) -> None:
    """The neighbours that are not to listen to the next multicast."""
    while c.remaining:
        size = c.add(EIGRP.address_length)
        if size == 0:
            break
        field = {4: EIGRP.address, 10: EIGRP.address_ipx, 16: EIGRP.address_6}.get(size)
        if field is None:
            c.note("warn", "Malformed", f"Invalid address length {size}", "eigrp.seq.addrlen.invalid")
            break
        c.add(field)


def software(c: Cursor) -> None:
    release, version = c.peek_bytes(2), c.peek_bytes(2, 2)
    c.add(EIGRP.release, text=f"EIGRP Release: {release[0]}.{release[1]:02}")
    c.add(EIGRP.tlv_version, text=f"EIGRP TLV version: {version[0]}.{version[1]:02}")
    c.label(f"Software Version: EIGRP={release[0]}.{release[1]}, TLV={version[0]}.{version[1]}")


def topologies(c: Cursor) -> None:
    c.add(EIGRP.topologies_flags)
    size = c.add(EIGRP.topologies_length)
    for _ in range(min(size, c.remaining) // 2):
        c.add(EIGRP.topologies)


def external(c: Cursor) -> None:
    """Where a route came from that another protocol has told."""
    with c.group(EIGRP.external) as c:
        add(c, EIGRP.origin_router, EIGRP.origin_system, EIGRP.origin_tag, EIGRP.origin_metric,
            EIGRP.origin_reserved, EIGRP.origin, EIGRP.origin_flags)  # fmt: skip


def old_metric(c: Cursor) -> None:
    with c.group(EIGRP.old_metric) as c:
        add(c, EIGRP.old_delay, EIGRP.old_bandwidth, EIGRP.old_mtu, EIGRP.old_hops, EIGRP.old_reliability,
            EIGRP.old_load, EIGRP.old_tag, EIGRP.metric_flags)  # fmt: skip


def wide_metric(c: Cursor) -> None:
    """Section 6.9.3: `offset` counts the 16-bit words of attributes that follow."""
    with c.group(EIGRP.wide_metric, WIDE_METRIC + 2 * c.peek(1)) as c:
        add(c, EIGRP.offset, EIGRP.priority, EIGRP.reliability, EIGRP.load, EIGRP.mtu, EIGRP.hops, EIGRP.delay,
            EIGRP.bandwidth, EIGRP.metric_reserved)  # fmt: skip
        c.skip(1)
        c.add(EIGRP.metric_flags)
        while c.remaining:
            code, words = c.peek(1), c.peek(1, 1) if c.remaining > 1 else 0
            with c.group(EIGRP.attribute, min(2 + 2 * words, c.remaining), ATTRIBUTES.get(code)) as c:
                c.add(EIGRP.attribute_code)
                c.add(EIGRP.attribute_offset)
                if code in EIGRP.attribute_values:
                    c.add(EIGRP.attribute_values[code])


def destinations(c: Cursor, six: bool, title: str) -> None:
    """Prefixes to the end, each as long as its mask says."""
    length, field, width = (EIGRP.prefix_length_6, EIGRP.reached_6, 16) if six else (
        EIGRP.prefix_length, EIGRP.reached, 4
    )  # fmt: skip
    texts = list[str]()
    while c.remaining:
        bits = c.add(length)
        if bits > 8 * width:
            c.note("warn", "Malformed", f"Invalid prefix length {bits}", "eigrp.prefixlen.invalid")
            break
        size = min((bits + 7) // 8, c.remaining)
        address = c.peek_bytes(size).ljust(width, b"\0")
        value: Any = address if six else int.from_bytes(address, "big")
        c.add(field, size, value)
        texts.append(f"{IPv6Address(address) if six else IPv4Address(address)}/{bits}")
    c.label(f"{title}  =   {', '.join(texts)}")


def route(kind: int, six: bool, outside: bool) -> Callable[[Cursor], None]:
    """The body of a route of one family (section 6.8)."""

    def body(c: Cursor) -> None:
        c.add(EIGRP.hop_6 if six else EIGRP.hop)
        if outside:
            external(c)
        old_metric(c)
        destinations(c, six, TLVS[kind])

    return body


def multi_route(kind: int, outside: bool) -> Callable[[Cursor], None]:
    """A route that says its topology and family itself (section 6.9)."""

    def body(c: Cursor) -> None:
        c.add(EIGRP.topology)
        family = c.add(EIGRP.family)
        c.add(EIGRP.router_id)
        wide_metric(c)
        six = family in IPV6_FAMILY
        if not six and family not in IPV4_FAMILY:
            return
        c.add(EIGRP.hop_6 if six else EIGRP.hop)
        if outside:
            external(c)
        destinations(c, six, TLVS[kind])

    return body


BODIES: dict[int, Callable[[Cursor], object]] = {
    0x0001: parameters, 0x0002: authentication, 0x0003: sequence, 0x0004: software,
    0x0005: lambda c: add(c, EIGRP.multicast), 0x0006: lambda c: add(c, EIGRP.stub),
    0x0007: lambda c: c.note("note", "Response", "Peer Termination", "eigrp.peer_termination"), 0x0008: topologies,
    0x0102: route(0x0102, False, False), 0x0103: route(0x0103, False, True), 0x0402: route(0x0402, True, False), 0x0403: route(0x0403, True, True),
    0x0602: multi_route(0x0602, False), 0x0603: multi_route(0x0603, True),
}  # fmt: skip
