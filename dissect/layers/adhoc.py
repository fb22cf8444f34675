"""Routing among hosts that move: OLSR (RFC 3626) and AODV (RFC 3561).

    OLSR: length, sequence; messages: type, validity, size, originator, TTL, hops, sequence (16 bits each pair), body
    AODV: type, flags, hops; identifiers, addresses, sequence numbers
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DOUBLE, Field, bits, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

HELLO, TC, MID, HNA, HELLO_QUALITY, TC_QUALITY = 1, 2, 3, 4, 201, 202
OLSR_TYPES = {HELLO: "HELLO", TC: "TC", MID: "MID", HNA: "HNA", 128: "Powerinfo", 130: "Nameservice",
              HELLO_QUALITY: "HELLO LQ", TC_QUALITY: "TC LQ"}  # fmt: skip
MESSAGE_HEADER, MOST = 12, 500


def _seconds(octet: int) -> float:
    """A time of a mantissa and an exponent (RFC 3626, section 18.3)."""
    return (1 + (octet >> 4) / 16) * (1 << (octet & 15)) / 16


class OLSR(Layer):
    """One datagram."""

    name, label, column = "olsr", "Optimized Link State Routing Protocol", "OLSR v1"
    heuristics = ("udp",)
    likely = Likely(ports=(698,))
    probe = lambda p: (
        ((p.h.srcport == 698) | (p.h.dstport == 698)) & (p.length >= 4) & (p.u16(0) >= 4) & (p.u16(0) <= p.reported)
    )

    size_of = u16(0, "olsr.packet_len", "Packet Length")
    sequence = u16(2, "olsr.packet_seq_num", "Packet Sequence Number")
    message = raw(None, "olsr.message", "Message")
    type = u8(None, "olsr.message_type", "Message Type", names=OLSR_TYPES)
    validity = Field("olsr.vtime", "Validity Time", DOUBLE)
    message_size = u16(None, "olsr.message_size", "Message")
    originator = ipv4(None, "olsr.origin_addr", "Originator Address")
    ttl, hops = u8(None, "olsr.ttl", "TTL"), u8(None, "olsr.hop_count", "Hop Count")
    number = u16(None, "olsr.message_seq_num", "Message Sequence Number")
    interval = Field("olsr.htime", "Hello Emission Interval", DOUBLE)
    willingness = u8(None, "olsr.willingness", "Willingness to forward messages")
    link_type = u8(None, "olsr.link_type", "Link Type")
    link_size = u16(None, "olsr.link_message_size", "Link Message Size")
    neighbour = ipv4(None, "olsr.neighbor_addr", "Neighbor Address")
    link_quality, their_quality = u8(None, "olsr.lq", "LQ"), u8(None, "olsr.nlq", "NLQ")
    advertised = u16(None, "olsr.ansn", "Advertised Neighbor Sequence Number (ANSN)")
    interface = ipv4(None, "olsr.interface_addr", "Interface Address")
    network, mask = ipv4(None, "olsr.network_addr", "Network Address"), ipv4(None, "olsr.netmask", "Netmask")
    data = raw(None, "olsr.data", "Data")
    other = raw(None, "", "Reserved")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(size_of: int) -> str:
        return f"OLSR (IPv4) Packet,  Length: {size_of} Bytes"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        over_6 = c.h.outer("ip", "ipv6")
        if over_6 is None or over_6.layer.name == "ipv6":
            c.rest(cls.data)
            return
        count = 0
        while c.remaining >= MESSAGE_HEADER and count < MOST:
            count += 1
            size = max(c.peek(2, 2), MESSAGE_HEADER)
            if size > c.limit - c.pos:
                break
            with c.group(cls.message, size) as c:
                kind = c.add(cls.type)
                c.add(cls.validity, 1, value=_seconds(c.peek(1)))
                for field in (cls.message_size, cls.originator, cls.ttl, cls.hops, cls.number):
                    c.add(field)
                cls._body(c, kind)
                c.rest(cls.data)
        c.rest(cls.other)

    @classmethod
    def _body(cls, c: Cursor, kind: int) -> None:
        quality = kind in (HELLO_QUALITY, TC_QUALITY)
        if kind in (HELLO, HELLO_QUALITY) and c.remaining >= 4:
            c.add(cls.other, 2)
            c.add(cls.interval, 1, value=_seconds(c.peek(1)))
            c.add(cls.willingness)
            while c.remaining >= 4:
                c.add(cls.link_type)
                c.add(cls.other, 1)
                size = c.add(cls.link_size)
                for _ in range(min(max(size - 4, 0), c.remaining) // (8 if quality else 4)):
                    cls._neighbour(c, quality)
        elif kind in (TC, TC_QUALITY) and c.remaining >= 4:
            c.add(cls.advertised)
            c.add(cls.other, 2)
            while c.remaining >= (8 if quality else 4):
                cls._neighbour(c, quality)
        elif kind == MID:
            while c.remaining >= 4:
                c.add(cls.interface)
        elif kind == HNA:
            while c.remaining >= 8:
                c.add(cls.network)
                c.add(cls.mask)


    @classmethod
    def _neighbour(cls, c: Cursor, quality: bool) -> None:
        c.add(cls.neighbour)
        if quality:
            c.add(cls.link_quality)
            c.add(cls.their_quality)
            c.add(cls.other, 2)


REQUEST, REPLY, ERROR, REPLY_ACK = 1, 2, 3, 4
AODV_TYPES = {REQUEST: "Route Request", REPLY: "Route Reply", ERROR: "Route Error", REPLY_ACK: "Route Reply Acknowledgment"}


class AODV(Layer):
    """One message, of IPv4."""

    name, label, column = "aodv", "Ad hoc On-demand Distance Vector Routing Protocol", "AODV"
    binds = {"udp.port": (654,)}
    accepts = lambda p: (p.u8(0) >= 1) & (p.u8(0) <= 4) | (p.u8(0) >= 16) & (p.u8(0) <= 19)

    type = u8(0, "aodv.type", "Type", names=AODV_TYPES)
    asked = u16(None, "aodv.flags", "Flags")
    asked_bits = bits(
        asked, "aodv.flags", ("rreq_join", "RREQ Join", 0x8000), ("rreq_repair", "RREQ Repair", 0x4000),
        ("rreq_gratuitous", "RREQ Gratuitous RREP", 0x2000), ("rreq_destinationonly", "RREQ Destination only", 0x1000),
        ("rreq_unknown", "RREQ Unknown Sequence Number", 0x0800),
    )  # fmt: skip
    answered = u16(None, "aodv.flags", "Flags")
    answered_bits = bits(
        answered, "aodv.flags", ("rrep_repair", "RREP Repair", 0x8000), ("rrep_ack", "RREP Acknowledgement", 0x4000)
    )
    failed = u16(None, "aodv.flags", "Flags")
    failed_bits = bits(failed, "aodv.flags", ("rerr_nodelete", "RERR No Delete", 0x8000))
    prefix, hops = u8(None, "aodv.prefix_sz", "Prefix Size"), u8(None, "aodv.hopcount", "Hop Count")
    identifier = u32(None, "aodv.rreq_id", "RREQ Id")
    target, target_number = ipv4(None, "aodv.dest_ip", "Destination IP"), u32(None, "aodv.dest_seqno", "Destination Sequence Number")
    origin, origin_number = ipv4(None, "aodv.orig_ip", "Originator IP"), u32(None, "aodv.orig_seqno", "Originator Sequence Number")
    lifetime, count = u32(None, "aodv.lifetime", "Lifetime"), u8(None, "aodv.destcount", "Destination Count")
    unreachable = ipv4(None, "aodv.unreach_dest_ip", "Unreachable Destination IP")
    lost = group("", "Unreachable destination")
    extension = u8(None, "aodv.ext_type", "Extension Type")
    extension_length = u8(None, "aodv.ext_length", "Extension Length")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return AODV_TYPES.get(type, f"Unknown AODV Packet Type ({type})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        c.pos = c.h.start + 1
        if kind == REQUEST:
            c.add(cls.asked)
            for field in (
                cls.hops, cls.identifier, cls.target, cls.target_number, cls.origin, cls.origin_number,
            ):  # fmt: skip
                c.add(field)
        elif kind == REPLY:
            c.add(cls.answered)
            c.pos -= 1
            c.add(cls.prefix, 1, value=c.peek(1) & 0x1F)
            for field in (cls.hops, cls.target, cls.target_number, cls.origin, cls.lifetime):
                c.add(field)
        elif kind == ERROR:
            c.add(cls.failed)
            for _ in range(c.add(cls.count)):
                c.add(cls.unreachable)
                c.add(cls.target_number)
        c.rest(cls.other)
