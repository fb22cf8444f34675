"""Babel (RFC 8966), version 2.

    +---------------+---------------+-------------------------------+
    |  magic 42     |    version    |         body length           |
    +---------------+---------------+-------------------------------+
    | TLVs: type (1), length (1), value; type 0 is one octet of padding
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16
from dissect.engine.layer import Layer

TYPES = {
    0: "pad1", 1: "padn", 2: "ack-req", 3: "ack", 4: "hello", 5: "ihu", 6: "router-id", 7: "nh", 8: "update",
    9: "request", 10: "mh-request", 11: "ts/pc (obsolete)", 12: "hmac", 13: "source-specific-update",
    14: "source-specific-req", 15: "source-specific-seqno", 16: "hmac", 17: "pc", 18: "challenge-request",
    19: "challenge-reply",
}  # fmt: skip
ENCODINGS = {
    0: "Wildcard", 1: "IPv4", 2: "IPv6", 3: "Link-Local IPv6",
}  # fmt: skip
MOST_BITS = 128
PAD1, PADN, ACK_REQUEST, ACK, HELLO, IHU, ROUTER_ID, NEXT_HOP, UPDATE, ROUTE_REQUEST, SEQNO_REQUEST = range(11)
SHORT = {
    PAD1: "pad1", PADN: "padn", ACK_REQUEST: "ack-req", ACK: "ack", HELLO: "hello", IHU: "ihu",
    ROUTER_ID: "router-id", NEXT_HOP: "nh", UPDATE: "update", ROUTE_REQUEST: "request", SEQNO_REQUEST: "seqno-req",
}  # fmt: skip


class Babel(Layer):
    """A packet."""

    name, label, column = "babel", "Babel Routing Protocol", "Babel"
    partly = True
    binds = {"udp.port": (6696,)}
    accepts = lambda p: (p.u8(0) == 42) & (p.u8(1) == 2)

    magic = u8(0, "babel.magic", "Magic")
    version = u8(1, "babel.version", "Version")
    len = u16(2, "babel.bodylen", "Body Length")
    message = u8(None, "babel.message", "Message", names=TYPES)
    type = u8(None, "babel.message.type", "Message Type", names=TYPES)
    length_ = u8(None, "babel.message.length", "Message Length")
    nonce = u16(None, "babel.message.nonce", "Nonce", HEX)
    interval = u16(None, "babel.message.interval", "Interval")
    seqno = u16(None, "babel.message.seqno", "Seqno", HEX)
    encoding = u8(None, "babel.message.ae", "Address Encoding", names=ENCODINGS)
    prefix = raw(None, "babel.message.prefix", "Raw Prefix")
    rxcost = u16(None, "babel.message.rxcost", "Rxcost", HEX)
    router = raw(None, "babel.message.routerid", "Router ID", size=8)
    flags = u8(None, "babel.message.flags", "Flags", HEX)
    plen = u8(None, "babel.message.plen", "Prefix Length")
    omitted = u8(None, "babel.message.omitted", "Omitted Bytes")
    metric = u16(None, "babel.message.metric", "Metric")
    hops = u8(None, "babel.message.hopcount", "Hop Count")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = "Babel"
        c.info(said)
        while c.remaining:
            kind = c.peek(1)
            name = TYPES.get(kind, "unknown")
            with c.group(cls.message, 1 if kind == PAD1 else 2 + c.peek(1, 1), f"Message {name} ({kind})", kind) as c:
                c.add(cls.type)
                said += f" {SHORT.get(kind, name)}"
                if kind != PAD1:
                    c.add(cls.length_)
                    cls._contents(c, kind)
                    c.rest(cls.other)
        c.info(said)

    @classmethod
    def _contents(cls, c: Cursor, kind: int) -> None:
        plen = omitted = 0
        for field, size in FIXED.get(kind, ()):
            value = c.add(field, size or None)
            plen = value if field is cls.plen else plen
            omitted = value if field is cls.omitted else omitted
        if kind in (IHU, NEXT_HOP):
            c.pos -= 4 * (kind == IHU)  # Wireshark's prefix begins with what it costs
            c.rest(cls.prefix)
        elif kind in (UPDATE, ROUTE_REQUEST, SEQNO_REQUEST) and plen <= MOST_BITS:
            c.add(cls.prefix, min(c.remaining, (plen + 7) // 8 - min(omitted, (plen + 7) // 8)))


B = Babel
FIXED = {
    ACK_REQUEST: ((B.other, 2), (B.nonce, 0), (B.interval, 0)), ACK: ((B.nonce, 0),),
    HELLO: ((B.other, 2), (B.seqno, 0), (B.interval, 0)),
    IHU: ((B.encoding, 0), (B.other, 1), (B.rxcost, 0), (B.interval, 0)), ROUTER_ID: ((B.other, 2), (B.router, 0)),
    NEXT_HOP: ((B.encoding, 0), (B.other, 1)),
    UPDATE: ((B.encoding, 0), (B.flags, 0), (B.plen, 0), (B.omitted, 0), (B.interval, 0), (B.seqno, 0), (B.metric, 0)),
    ROUTE_REQUEST: ((B.encoding, 0), (B.plen, 0)),
    SEQNO_REQUEST: ((B.encoding, 0), (B.plen, 0), (B.seqno, 0), (B.hops, 0), (B.other, 1), (B.router, 0)),
}  # fmt: skip
