"""ICMPv6 (RFC 4443), Neighbor Discovery (RFC 4861), Multicast Listener Discovery (RFC 2710, 3810).

     0                   1                   2                   3
    +---------------+---------------+-------------------------------+
    |     type      |     code      |           checksum            |
    +---------------+---------------+-------------------------------+
    |                         message body                          |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, DOUBLE, HEX, NONE, STRING, UINT8, Field, flag, group, ipv6, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.values import ipv6_text
from dissect.layers import icmpv6_nodes, icmpv6_renumbering, icmpv6_rpl, nd_options
from dissect.layers.checksums import STATUS, UNVERIFIED, message_status, pseudo_header
from dissect.layers.icmp import ICMP, echo_lines, echoed
from dissect.layers.streams import answering, exchange, in_stream, linked

TYPES = {
    1: "Destination Unreachable", 2: "Packet Too Big", 3: "Time Exceeded", 4: "Parameter Problem", 128: "Echo (ping) request",
    129: "Echo (ping) reply", 130: "Multicast Listener Query", 131: "Multicast Listener Report", 132: "Multicast Listener Done",
    133: "Router Solicitation", 134: "Router Advertisement", 135: "Neighbor Solicitation", 136: "Neighbor Advertisement",
    137: "Redirect", 138: "Router Renumbering", 139: "Node Information Query", 140: "Node Information Response",
    141: "Inverse Neighbor Discovery Solicitation", 142: "Inverse Neighbor Discovery Advertisement",
    143: "Multicast Listener Report Message v2", 144: "Home Agent Address Discovery Request",
    145: "Home Agent Address Discovery Reply", 146: "Mobile Prefix Solicitation", 147: "Mobile Prefix Advertisement",
    151: "Multicast Router Advertisement", 152: "Multicast Router Solicitation", 153: "Multicast Router Termination",
    155: "RPL Control", 157: "Duplicate Address Request", 158: "Duplicate Address Confirmation",
    icmpv6_nodes.ECHO_REQUEST: "Extended Echo request", icmpv6_nodes.ECHO_REPLY: "Extended Echo reply",
}  # fmt: skip
UNREACHABLE = {
    0: "no route to destination", 1: "Administratively prohibited", 2: "Beyond scope of source address",
    3: "Address unreachable", 4: "Port unreachable", 5: "Source address failed ingress/egress policy",
    6: "Reject route to destination", 7: "Error in Source Routing Header",
}  # fmt: skip
OPTIONS = {
    1: "Source link-layer address", 2: "Target link-layer address", 3: "Prefix information", 4: "Redirected header", 5: "MTU",
    7: "Advertisement Interval", 8: "Home Agent Information", 14: "Nonce", 24: "Route Information",
    25: "Recursive DNS Server", 26: "RA Flags Extension", 31: "DNS Search List Option",
}  # fmt: skip
PREFERENCES = {0: "Medium", 1: "High", 2: "Reserved", 3: "Low"}


CODES = {
    1: UNREACHABLE,
    3: {0: "hop limit exceeded in transit", 1: "fragment reassembly time exceeded"},
    4: {
        0: "erroneous header field encountered", 1: "unrecognized Next Header type encountered",
        2: "unrecognized IPv6 option encountered", 3: "IPv6 First Fragment has incomplete IPv6 Header Chain",
    },
    155: {
        0: "DODAG Information Solicitation", 1: "DODAG Information Object", 2: "Destination Advertisement Object",
        3: "Destination Advertisement Object Acknowledgment",
    },
    icmpv6_nodes.ECHO_REQUEST: {0: "No error"},
    icmpv6_nodes.ECHO_REPLY: {
        0: "No error", 1: "Malformed Query", 2: "No Such Interface", 3: "No Such Table Entry",
        4: "Multiple Interfaces Satisfy Query",
    },
}  # fmt: skip
ECHO, RENUMBERING, RPL = (128, 129), 138, 155
ADVERTISED = ((0x80000000, "rtr"), (0x40000000, "sol"), (0x20000000, "ovr"))


def echo_text(ident: int, seq: int, hops: int) -> str:
    """What the packet list says of an echo."""
    return f" id=0x{ident:04x}, seq={seq}, hop limit={hops}"


def described(kind: int, code: int) -> str:
    """`Destination Unreachable (Port unreachable)`."""
    name = CODES.get(kind, {}).get(code)
    return TYPES.get(kind, f"Unknown (0x{kind:02x})") + (f" ({name})" if name else "")


class ICMPv6(Layer):
    """An ICMPv6 message."""

    name, label, column = "icmpv6", "Internet Control Message Protocol v6", "ICMPv6"
    partly = True
    linked_info = True
    binds = {"ip.proto": (58,)}
    reaches = ("ipv6", "data")
    holds, holds_when = ("icmp",), lambda h: h.type == icmpv6_nodes.ECHO_REQUEST  # its extensions
    goes_by = holds_when
    inmost = lambda h: echoed(h, ECHO)
    encloses = lambda h: (h.type < 128) | (h.type >= 133)
    quotes = True

    type = u8(0, "icmpv6.type", "Type", names=TYPES)
    code = u8(1, "icmpv6.code", "Code")
    checksum = u16(2, "icmpv6.checksum", "Checksum", HEX)
    resp_in = linked("icmpv6.resp_in", "Response In", "answered", ahead=True)
    resp_to = linked("icmpv6.resp_to", "Response To", "asked")
    resp_time = Field(
        "icmpv6.resptime", "Response Time", DOUBLE, unit="ms", value=lambda h: exchange(h).since / 1e6, linked=True,
        when=lambda h: in_stream(h) & (exchange(h).since >= 0),
    )  # fmt: skip
    status = Field("icmpv6.checksum.status", "Checksum Status", UINT8, names=STATUS)
    reserved = Field("icmpv6.reserved", "Reserved", BYTES)
    data = Field("icmpv6.data", "Data", BYTES)
    original_length = u8(None, "icmpv6.length", "Length of original datagram")
    mtu = u32(None, "icmpv6.mtu", "MTU", unit="bytes")
    pointer = u32(None, "icmpv6.pointer", "Pointer")
    ident = u16(None, "icmpv6.echo.identifier", "Identifier", HEX)
    seq = u16(None, "icmpv6.echo.sequence_number", "Sequence")
    ra_hops = u8(None, "icmpv6.nd.ra.cur_hop_limit", "Cur hop limit")
    ra_flags = u8(None, "icmpv6.nd.ra.flag", "Flags", HEX)
    ra_m = flag(0, "icmpv6.nd.ra.flag.m", "Managed address configuration", 0x80, within=ra_flags)
    ra_o = flag(0, "icmpv6.nd.ra.flag.o", "Other configuration", 0x40, within=ra_flags)
    ra_h = flag(0, "icmpv6.nd.ra.flag.h", "Home Agent", 0x20, within=ra_flags)
    ra_prf = u8(0, "icmpv6.nd.ra.flag.prf", "Default Router Preference", mask=0x18, names=PREFERENCES, within=ra_flags)
    ra_p = flag(0, "icmpv6.nd.ra.flag.p", "Proxy", 0x04, within=ra_flags)
    ra_rsv = u8(0, "icmpv6.nd.ra.flag.rsv", "Reserved", mask=0x03, within=ra_flags)
    ra_lifetime = u16(None, "icmpv6.nd.ra.router_lifetime", "Router lifetime (s)")
    ra_reachable = u32(None, "icmpv6.nd.ra.reachable_time", "Reachable time (ms)")
    ra_retrans = u32(None, "icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)")
    ns_target = ipv6(None, "icmpv6.nd.ns.target_address", "Target Address")
    na_flags = u32(None, "icmpv6.nd.na.flag", "Flags", HEX)
    na_r = flag(0, "icmpv6.nd.na.flag.r", "Router", 0x80000000, within=na_flags)
    na_s = flag(0, "icmpv6.nd.na.flag.s", "Solicited", 0x40000000, within=na_flags)
    na_o = flag(0, "icmpv6.nd.na.flag.o", "Override", 0x20000000, within=na_flags)
    na_rsv = u32(0, "icmpv6.nd.na.flag.rsv", "Reserved", mask=0x1FFFFFFF, within=na_flags)
    na_target = ipv6(None, "icmpv6.nd.na.target_address", "Target Address")
    rd_target = ipv6(None, "icmpv6.nd.rd.target_address", "Target Address")
    rd_destination = ipv6(None, "icmpv6.rd.na.destination_address", "Destination Address")
    mld_delay = u16(None, "icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]")
    mld_code = u16(None, "icmpv6.mld.maximum_response_code", "Maximum Response Code")
    mld_address = ipv6(None, "icmpv6.mld.multicast_address", "Multicast Address")
    mld_flags = u8(None, "icmpv6.mld.flag", "Flags", HEX)
    mld_s = flag(0, "icmpv6.mld.flag.s", "Suppress Router-Side Processing", 0x08, within=mld_flags)
    mld_qrv = u8(0, "icmpv6.mld.flag.qrv", "Querier's Robustness Variable", mask=0x07, within=mld_flags)
    mld_rsv = u8(0, "icmpv6.mld.flag.reserved", "Reserved", mask=0xF0, within=mld_flags)
    mld_qqi = u8(None, "icmpv6.mld.qqi", "Querier's Query Interval Code")
    mld_sources = u16(None, "icmpv6.mld.nb_sources", "Number of Sources")
    mld_source = ipv6(None, "icmpv6.mld.source_address", "Source Address")
    records = u16(None, "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records")
    record = group("icmpv6.mldr.mar", "Multicast Address Record")
    record_type = u8(None, "icmpv6.mldr.mar.record_type", "Record Type")
    record_aux = u8(None, "icmpv6.mldr.mar.aux_data_len", "Aux Data Len")
    record_sources = u16(None, "icmpv6.mldr.mar.nb_sources", "Number of Sources")
    record_address = ipv6(None, "icmpv6.mldr.mar.multicast_address", "Multicast Address")
    record_source = ipv6(None, "icmpv6.mldr.mar.source_address", "Source Address")
    record_data = Field("icmpv6.mldr.mar.auxiliary_data", "Auxiliary Data", BYTES)
    opt = group("icmpv6.opt", "ICMPv6 Option")
    opt_type = u8(None, "icmpv6.opt.type", "Type", names=OPTIONS)
    opt_length = u8(None, "icmpv6.opt.length", "Length")
    opt_reserved, opt_padding = nd_options.reserved, nd_options.padding
    link = Field("icmpv6.opt.linkaddr", "Link-layer address", BYTES)
    src_link = Field("icmpv6.opt.src_linkaddr", "Source Link-layer address", BYTES, hidden=True)
    target_link = Field("icmpv6.opt.target_linkaddr", "Target Link-layer address", BYTES, hidden=True)
    prefix_length = nd_options.prefix_length
    prefix_flags = u8(None, "icmpv6.opt.prefix.flag", "Flag", HEX)
    prefix_l = flag(0, "icmpv6.opt.prefix.flag.l", "On-link flag(L)", 0x80, within=prefix_flags)
    prefix_a = flag(0, "icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)", 0x40, within=prefix_flags)
    prefix_r = flag(0, "icmpv6.opt.prefix.flag.r", "Router address flag(R)", 0x20, within=prefix_flags)
    prefix_rsv = u8(0, "icmpv6.opt.prefix.flag.reserved", "Reserved", mask=0x1F, within=prefix_flags)
    prefix_valid = u32(None, "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", unit="seconds")
    prefix_preferred = u32(None, "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime", unit="seconds")
    prefix = nd_options.prefix
    redirected = Field("icmpv6.opt.redirected_packet", "Redirected Packet", NONE)
    opt_mtu = u32(None, "icmpv6.opt.mtu", "MTU", unit="bytes")
    nonce = Field("icmpv6.opt.nonce", "Nonce", BYTES)
    rdnss_lifetime = u32(None, "icmpv6.opt.rdnss.lifetime", "Lifetime", unit="seconds")
    rdnss = ipv6(None, "icmpv6.opt.rdnss", "Recursive DNS Servers")
    dnssl_lifetime = u32(None, "icmpv6.opt.dnssl.lifetime", "Lifetime", unit="seconds")
    dnssl = Field("icmpv6.opt.dnssl", "Domain Names", STRING)
    more_options = nd_options.FIELDS
    nodes, renumbering, rpl = icmpv6_nodes.FIELDS, icmpv6_renumbering.FIELDS, icmpv6_rpl.FIELDS

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterator[tuple[str, str] | None]:
        """See `Layer.brief`: echo requests and replies."""
        return echo_lines(h, messages, ECHO, ("ipv6", "hlim"), described, echo_text)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        c.derived(cls.status, cls._status(c))
        c.info(described(kind, c.h.code))
        if kind in ECHO:
            hops = getattr(c.h.outer("ipv6"), "hlim", 0)
            c.append_info(echo_text(c.add(cls.ident), c.add(cls.seq), hops) + answering(c.h))
            if c.remaining:
                c.child("data")
        elif kind in (1, 2, 3, 4):
            cls._error(c, kind)
        elif kind in (130, 131, 132):
            cls._listener(c, kind)
        elif kind == 143:
            cls._listener_report(c)
        elif kind in NEIGHBOR:
            cls._neighbor(c, kind)
        elif kind in (icmpv6_nodes.QUERY, icmpv6_nodes.REPLY):
            icmpv6_nodes.information(c, kind, c.h.code)
        elif kind in (icmpv6_nodes.ECHO_REQUEST, icmpv6_nodes.ECHO_REPLY):
            icmpv6_nodes.extended_echo(c, kind, cls.ident)
            if kind == icmpv6_nodes.ECHO_REQUEST and c.remaining:
                c.node.within.append("icmp")
                ICMP.extensions(c)
            elif c.remaining:
                c.skip(c.remaining)
        elif kind == RENUMBERING:
            icmpv6_renumbering.renumbering(c, c.h.code, cls.reserved)
        elif kind in icmpv6_nodes.MORE:
            icmpv6_nodes.more(c, kind, cls.reserved)
            cls._options(c)
        elif kind == RPL:
            icmpv6_rpl.control(c, c.h.code, cls.opt, cls.reserved)
        else:
            c.rest(cls.data)

    @classmethod
    def _status(cls, c: Cursor) -> int:
        if c.h.outer("ipv6.routing") is not None:  # the sum was made with the last destination
            return UNVERIFIED
        size = c.limit - c.h.start
        return message_status(c, c.h.start, size, pseudo_header(c, size, 58))

    @classmethod
    def _error(cls, c: Cursor, kind: int) -> None:
        if kind == 2:
            mtu = c.add(cls.mtu)
            c.append_info(f" (MTU {mtu})")
        elif kind == 4:
            c.add(cls.pointer)
        elif kind in (1, 3):
            extended = c.peek(1)
            if extended:
                c.add(cls.original_length)
            c.add(cls.reserved, 3 if extended else 4)
        if c.remaining:
            c.child("ipv6")

    @classmethod
    def _listener(cls, c: Cursor, kind: int) -> None:
        """MLDv1 messages and queries; a version 2 query is longer."""
        second = kind == 130 and c.remaining > 20
        c.add(cls.mld_code if second else cls.mld_delay)
        c.add(cls.reserved, 2)
        c.add(cls.mld_address)
        if second:
            c.add(cls.mld_flags)
            c.add(cls.mld_qqi)
            for _ in range(c.add(cls.mld_sources)):
                c.add(cls.mld_source)

    @classmethod
    def _listener_report(cls, c: Cursor) -> None:
        c.add(cls.reserved, 2)
        for _ in range(c.add(cls.records)):
            with c.group(cls.record) as record:
                record.add(cls.record_type)
                aux = record.add(cls.record_aux)
                sources = record.add(cls.record_sources)
                record.add(cls.record_address)
                for _ in range(sources):
                    record.add(cls.record_source)
                if aux:
                    record.add(cls.record_data, 4 * aux)

    @classmethod
    def _neighbor(cls, c: Cursor, kind: int) -> None:
        if kind == 134:
            for field in (cls.ra_hops, cls.ra_flags, cls.ra_lifetime, cls.ra_reachable, cls.ra_retrans):
                c.add(field)
        elif kind == 136:
            flags = c.add(cls.na_flags)
            c.append_info(f" {ipv6_text(c.add(cls.na_target))}")
            said = [word for bit, word in ADVERTISED if flags & bit]
            c.append_info(f" ({', '.join(said)})" if said else "")
        else:
            c.add(cls.reserved, 4)
            if kind == 135:
                c.append_info(f" for {ipv6_text(c.add(cls.ns_target))}")
            elif kind == 137:
                c.add(cls.rd_target)
                c.add(cls.rd_destination)
        cls._options(c)

    @classmethod
    def _options(cls, c: Cursor) -> None:
        """The options of Neighbor Discovery, and of what goes by its example."""
        while c.remaining >= 2:
            size = 8 * c.peek(1, 1)
            if size == 0:
                c.note("error", "Malformed", "Invalid option length (zero)", "icmpv6.invalid_option_length")
                break
            with c.group(cls.opt, size, OPTIONS.get(c.peek(1), "Unknown")) as option:
                cls._option(option)

    @classmethod
    def _option(cls, c: Cursor) -> None:
        """One Neighbor Discovery option, bounded by its own length."""
        kind = c.add(cls.opt_type)
        c.add(cls.opt_length)
        if kind in (1, 2):
            start = c.pos
            address = c.add(cls.link, min(c.remaining, 6))
            hidden = c.derived(cls.src_link if kind == 1 else cls.target_link, address)
            hidden.start, hidden.size = start, len(address)
            c.append_info(f" {'from' if kind == 1 else 'is at'} {address.hex(':')}")
            if c.remaining:
                c.add(cls.opt_padding, c.remaining)
        elif kind == 3:
            for field in (cls.prefix_length, cls.prefix_flags, cls.prefix_valid, cls.prefix_preferred):
                c.add(field)
            c.add(cls.opt_reserved, 4)
            c.add(cls.prefix)
        elif kind == 4:
            c.add(cls.opt_reserved, 6)
            c.derived(cls.redirected, True)
            c.child("ipv6")
        elif kind == 5:
            c.add(cls.opt_reserved, 2)
            c.add(cls.opt_mtu)
        elif kind == 14:
            c.rest(cls.nonce)
        elif kind == 25:
            c.add(cls.opt_reserved, 2)
            c.add(cls.rdnss_lifetime)
            while c.remaining >= 16:
                c.add(cls.rdnss)
        elif kind == 31:
            c.add(cls.opt_reserved, 2)
            c.add(cls.dnssl_lifetime)
            cls._names(c)
        elif kind in nd_options.READERS:
            nd_options.READERS[kind](c)
        else:
            c.rest(cls.data)

    @classmethod
    def _names(cls, c: Cursor) -> None:
        """Domain names as sequences of labels, padded with zeros (RFC 8106)."""
        while c.remaining and c.peek(1):
            size, labels = 0, []
            while (length := c.peek(1, size)) != 0:
                labels.append(c.peek_bytes(length, size + 1).decode("ascii", "replace"))
                size += length + 1
            c.add(cls.dnssl, size + 1, ".".join(labels))
        if c.remaining:
            c.add(cls.opt_padding, c.remaining)


NEIGHBOR = (133, 134, 135, 136, 137)
