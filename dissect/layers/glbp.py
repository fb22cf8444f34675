"""Cisco's gateway load balancing (not published; as captures show it).

    version (1), unknown (1), group (2), unknown (2), owner (6); records: type (1), length (1, with these two), value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import PROTOCOL, Field, ether, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

HELLO, REQUEST, AUTHENTICATION = 1, 2, 3
TYPES = {HELLO: "Hello", REQUEST: "Request/Response?", AUTHENTICATION: "Auth"}
STATES = {4: "Listen", 8: "Speak", 16: "Standby", 32: "Active"}
PLAIN, MD5, CHAIN = 1, 2, 3


class GLBP(Layer):
    """One datagram to the group of gateways."""

    name, label, column = "glbp", "Gateway Load Balancing Protocol", "GLBP"
    heuristics = ("udp",)
    likely = Likely({0: b"\1"})
    probe = lambda p: (p.h.dstport == 3222) & (p.u8(0) == 1) & (p.length >= 12)

    version = u8(0, "glbp.version", "Version?")
    unknown1 = u8(1, "glbp.unknown1", "Unknown1")
    group = u16(2, "glbp.group", "Group")
    unknown2 = raw(4, "glbp.unknown2", "Unknown2", size=2)
    owner = ether(6, "glbp.ownerid", "Owner ID")
    length = lambda h: h.end - h.start

    record = Field("glbp.tlv", "TLV", PROTOCOL)
    kind, size_of = u8(None, "glbp.type", "Type", names=TYPES), u8(None, "glbp.length", "Length")
    hello = (
        raw(None, "glbp.hello.unknown10", "Unknown1-0", size=1), u8(None, "glbp.hello.vgstate", "VG state?", names=STATES),
        raw(None, "glbp.hello.unknown11", "Unknown1-1", size=1), u8(None, "glbp.hello.priority", "Priority"),
        raw(None, "glbp.hello.unknown12", "Unknown1-2", size=2), u32(None, "glbp.hello.helloint", "Helloint", unit="ms"),
        u32(None, "glbp.hello.holdint", "Holdint", unit="ms"), u16(None, "glbp.hello.redirect", "Redirect", unit="s"),
        u16(None, "glbp.hello.timeout", "Timeout", unit="s"), raw(None, "glbp.hello.unknown13", "Unknown1-3", size=2),
        u8(None, "glbp.hello.addrtype", "Address type"), u8(None, "glbp.hello.addrlen", "Address length"),
    )  # fmt: skip
    virtual4 = ipv4(None, "glbp.hello.virtualipv4", "Virtual IPv4")
    virtual6 = ipv6(None, "glbp.hello.virtualipv6", "Virtual IPv6")
    virtual = raw(None, "glbp.hello.virtualunk", "Virtual Unknown")
    request = (
        u8(None, "glbp.reqresp.forwarder", "Forwarder?"), u8(None, "glbp.reqresp.vfstate", "VF state?", names=STATES),
        raw(None, "glbp.reqresp.unknown21", "Unknown2-1", size=1), u8(None, "glbp.reqresp.priority", "Priority"),
        u8(None, "glbp.reqresp.weight", "Weight"), raw(None, "glbp.reqresp.unknown22", "Unknown2-2", size=7),
        ether(None, "glbp.reqresp.virtualmac", "Virtualmac"),
    )  # fmt: skip
    auth_type, auth_size = u8(None, "glbp.auth.authtype", "Authtype"), u8(None, "glbp.auth.authlength", "Authlength")
    plain, md5 = string(None, "glbp.auth.plainpass", "Plain pass"), raw(None, "glbp.auth.md5hash", "MD5-string hash")
    chain_index = u32(None, "glbp.auth.md5chainindex", "MD5-chain index")
    chain = raw(None, "glbp.auth.md5chainhash", "MD5-chain hash")
    auth_unknown = raw(None, "glbp.auth.authunknown", "Unknown auth value")
    other, padding = raw(None, "glbp.unknown.data", "Unknown TLV data"), raw(None, "", "Data")

    @staticmethod
    def info(group: int) -> str:
        return f"G: {group}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 12
        while c.remaining >= 2 and c.peek(1, 1) >= 2:
            kind = c.peek(1)
            with c.group(cls.record, c.peek(1, 1)) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                c.append_info(f", {TYPES.get(kind, f'Unknown {kind}')}")
                cls._record(c, kind)
                c.rest(cls.other)
        c.rest(cls.padding)

    @classmethod
    def _record(cls, c: Cursor, kind: int) -> None:
        if kind == HELLO:
            for field in cls.hello:
                size = c.add(field)
            if size == 4:
                c.add(cls.virtual4)
            elif size == 16:
                c.add(cls.virtual6)
            elif size:
                c.add(cls.virtual, size)
        elif kind == REQUEST:
            for field in cls.request:
                c.add(field)
        elif kind == AUTHENTICATION:
            how, size = c.add(cls.auth_type), c.add(cls.auth_size)
            if how == CHAIN and size > 4:
                c.add(cls.chain_index)
                c.add(cls.chain, size - 4)
            elif size:
                c.add({PLAIN: cls.plain, MD5: cls.md5}.get(how, cls.auth_unknown), size)
