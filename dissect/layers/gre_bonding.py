"""Huawei's GRE tunnel bonding (RFC 8157): a DSL line and a radio link are made one.

     0        4        8        16               32
    +--------+--------+--------+----------------+-----------+
    | type   | tunnel | attribute, length, value            | ...
    +--------+--------+--------+----------------+-----------+
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import IPV4, IPV6, NONE, RELATIVE_TIME, STRING, UINT64, Field, group, u8, u16, u32
from dissect.engine.layer import Layer

TYPES = {1: "Tunnel setup request", 2: "Tunnel setup accept", 3: "Tunnel setup deny", 4: "Hello", 5: "Tunnel tear down", 6: "Notify",
         10: "Link Detection (Telekom specific)"}  # fmt: skip
TUNNELS = {0: "LTE-GRE tunnel (Telekom specific)", 1: "first tunnel (most likely the DSL GRE tunnel)",
           2: "second tunnel (most likely the LTE GRE tunnel)", 8: "DSL Tunnel (Telekom specific)"}  # fmt: skip
ATTRIBUTES = {
    1: "H IPv4 address", 2: "H IPv6 address", 3: "CIN (Client ID)", 4: "Session ID", 5: "Time", 6: "Bypass rate", 7: "Downstream rate",
    8: "Filter list", 9: "RTT threshold", 10: "Bypass interval", 11: "Only first tunnel (DSL)", 12: "Overflow to second tunnel (LTE)",
    13: "IPv6 prefix assigned by HAAP", 14: "Active hello interval", 15: "Hello retries", 16: "Idle timeout", 17: "Error",
    18: "DSL fail", 19: "LTE fail", 20: "Bonding key", 21: "IPv6 prefix assigned to host", 22: "Configured upstream",
    23: "Configured downstream", 24: "RTT violation", 25: "RTT compliance", 26: "Diagnostic start bonding", 27: "Diagnostic start DSL",
    29: "Diagnostic End", 30: "Filter list ACK", 31: "Idle hello interval", 32: "No traffic interval", 33: "Active hello state",
    34: "Idle hello state", 35: "Tunnel verification", 255: "FIN",
}  # fmt: skip
ADDRESS4, ADDRESS6, CLIENT, TIME, FILTERS, ERROR, ACKNOWLEDGED = 1, 2, 3, 5, 8, 17, 30
PREFIXES = (13, 21)
SECOND, MICROSECOND = 1_000_000_000, 1_000


class GREBonding(Layer):
    """A control message."""

    name, label, column = "grebonding", "Huawei GRE bonding", "GREbond"
    binds = {"gre.proto": (0x0101, 0xB7EA)}

    type = u8(0, "grebonding.type", "Message type", mask=0xF0, names=TYPES)
    tunnel = u8(0, "grebonding.tunneltype", "Tunnel type", mask=0x0F, names=TUNNELS)
    attribute = Field("grebonding.attr", "Attribute", NONE)
    kind = u8(None, "grebonding.attr.type", "Attribute type", names=ATTRIBUTES)
    size_of = u16(None, "grebonding.attr.length", "Attribute length")
    number = Field("grebonding.attr.val.uint64", "Attribute value", UINT64)
    time = Field("grebonding.attr.val.time", "Attribute value", RELATIVE_TIME)
    text = Field("grebonding.attr.val.string", "Attribute value", STRING)
    filters = Field("grebonding.attr.val", "Attribute value", NONE)
    address4, address6 = Field("grebonding.attr.val.ipv4", "Attribute value", IPV4), Field("grebonding.attr.val.ipv6", "Attribute value", IPV6)
    prefix = group("", "IPv6 prefix")
    error = u32(None, "grebonding.attr.val.error", "Error message")
    commit = u32(None, "grebonding.attr.val.filter.commit", "Commit")
    answer = u8(None, "grebonding.attr.val.filter.ack", "Ack")
    pieces = u16(None, "grebonding.attr.val.filter.packetsum", "Packet sum")
    piece = u16(None, "grebonding.attr.val.filter.packetid", "Packet ID")
    item_kind = u16(None, "grebonding.attr.val.filter.item.type", "Type")
    item_size = u16(None, "grebonding.attr.val.filter.item.length", "Length (excl. type and length)")
    enabled = u16(None, "grebonding.attr.val.filter.item.enabled", "Enabled")
    words_size = u16(None, "grebonding.attr.val.filter.item.desc.length", "Description length")
    words = Field("grebonding.attr.val.filter.item.desc", "Description", STRING)
    item = Field("grebonding.attr.val.filter.item.val", "Value", STRING)
    plain: ClassVar = {CLIENT: text, ERROR: error}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(TYPES.get(c.h.type, f"0x{c.h.type:02X} (unknown)"))
        while c.remaining > 1:
            kind, size = c.peek(1), c.peek(2, 1)
            with c.group(cls.attribute, min(3 + size, c.limit - c.pos), f"Attribute - {ATTRIBUTES.get(kind, f'unknown ({kind})')}", True) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                if c.remaining:
                    cls._value(c, kind)
        c.skip(c.remaining)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        size = c.remaining
        if kind in (ADDRESS4, ADDRESS6) and size in (4, 16):
            c.add(cls.address4 if size == 4 else cls.address6, size)
        elif kind in PREFIXES and size == 17:
            with c.group(cls.prefix, size):
                c.add(cls.address6, 16)
                c.add(cls.number, 1)
        elif kind == TIME and size == 8:
            c.add(cls.time, size, c.peek(4) * SECOND + c.peek(4, 4) * MICROSECOND)
        elif kind == FILTERS:
            with c.group(cls.filters, size, "Filter list", True):
                cls._filters(c)
        elif kind == ACKNOWLEDGED:
            with c.group(cls.filters, size, "Filter list ACK", True):
                c.add(cls.commit)
                c.add(cls.answer)
        elif kind in cls.plain:
            c.add(cls.plain[kind], size)
        elif size <= 8:
            c.add(cls.number, size)
        c.skip(c.remaining)

    @classmethod
    def _filters(cls, c: Cursor) -> None:
        """Which traffic goes where."""
        c.add(cls.commit)
        c.add(cls.pieces)
        c.add(cls.piece)
        while c.remaining:
            with c.group(cls.filters, min(4 + c.peek(2, 2), c.limit - c.pos), "Filter item", True) as c:
                for field in (cls.item_kind, cls.item_size, cls.enabled):
                    c.add(field)
                c.add(cls.words, c.add(cls.words_size))
                c.rest(cls.item)
