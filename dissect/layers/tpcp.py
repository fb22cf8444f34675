"""Alteon's transparent proxies ask their switch which server a client wanted.

    version, type (1 each), flags, client's number, client's port (2 each), client, server (4 each), in version 2: virtual server,
    access server, signature (4 each)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer

TYPES = {1: "Request", 2: "Reply", 3: "Add Filter", 4: "Rem Filter", 5: "Add Session", 6: "Remove Session"}


class TPCP(Layer):
    """A question or its answer."""

    name, label, column = "tpcp", "Alteon - Transparent Proxy Cache Protocol", "TPCP"
    binds = {"udp.port": (3121,)}
    accepts = lambda p: (p.u8(0) == 1) | (p.u8(0) == 2)

    version, type = u8(None, "tpcp.version", "Version"), u8(None, "tpcp.type", "Type", names=TYPES)
    flags = u16(None, "tpcp.flags", "Flags", HEX)
    flag_bits = bits(flags, "tpcp.flags", ("tcp", "UDP/TCP", 0x01), ("redir", "No Redirect", 0x02), ("xon", "XON", 0x04), ("xoff", "XOFF", 0x08))
    number, port = u16(None, "tpcp.cid", "Client indent"), u16(None, "tpcp.cport", "Client Source Port")
    client, server = ipv4(None, "tpcp.caddr", "Client Source IP address"), ipv4(None, "tpcp.saddr", "Server IP address")
    virtual, access = ipv4(None, "tpcp.vaddr", "Virtual Server IP address"), ipv4(None, "tpcp.rasaddr", "RAS server IP address")
    signature, content = u32(None, "tpcp.signature", "Signature"), raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        version = c.add(cls.version)
        said = TYPES.get(c.add(cls.type), "Unknown")
        c.add(cls.flags)
        said += f" id {c.add(cls.number)} CPort {c.add(cls.port)}"
        for word, field in (("CIP", cls.client), ("SIP", cls.server)):
            said += f" {word} {'.'.join(map(str, c.peek_bytes(4)))}"
            c.add(field)
        c.info(said)
        if version == 2:
            for field in (cls.virtual, cls.access, cls.signature):
                c.add(field)
        c.rest(cls.content)
