"""RIP version 1 (RFC 1058) and 2 (RFC 2453, authentication RFC 4822), and RIPng for IPv6 (RFC 2080).

     0                   1                   2                   3
    +---------------+---------------+-------------------------------+
    |    command    |    version    |        routing domain         |
    +---------------+---------------+-------------------------------+
    then entries of 20 bytes, in RIPng: prefix (16), route tag (2), prefix length (1), metric (1), in RIP:
    +-------------------------------+-------------------------------+
    |            family             |           route tag           |
    +-------------------------------+-------------------------------+
    |       IP address, netmask, next hop, metric (4 each)          |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

COMMANDS = {1: "Request", 2: "Response", 3: "Traceon", 4: "Traceoff", 5: "Vendor specific (Sun)"}
VERSIONS = {1: "RIPv1", 2: "RIPv2"}
AUTHENTICATION = {1: "IP Route", 2: "Simple Password", 3: "Keyed Message Digest"}
FAMILIES = {0: "Unspecified", 2: "IP"}
ENTRY, UNSPECIFIED, IP, AUTHENTICATED = 20, 0, 2, 0xFFFF
PASSWORD, DIGEST = 2, 3


class RIP(Layer):
    """Routes and their metrics."""

    name, label, column = "rip", "Routing Information Protocol", "RIP"
    binds = {"udp.port": (520,)}

    command = u8(0, "rip.command", "Command", names=COMMANDS)
    version = u8(1, "rip.version", "Version", names=VERSIONS)
    domain = raw(None, "", "Routing Domain", size=2)
    entry = group("", "Entry")
    family = u16(None, "rip.family", "Address Family", names=FAMILIES)
    tag = u16(None, "rip.route_tag", "Route Tag")
    ip = ipv4(None, "rip.ip", "IP Address")
    netmask = ipv4(None, "rip.netmask", "Netmask")
    next_hop = ipv4(None, "rip.next_hop", "Next Hop")
    metric = u16(None, "rip.metric", "Metric", size=4)
    zero = raw(None, "", "Must be zero")
    auth_type = u16(None, "rip.auth.type", "Authentication type", names=AUTHENTICATION)
    password = string(None, "rip.auth.passwd", "Password", size=16)
    digest_offset = u16(None, "rip.digest_offset", "Digest Offset")
    key_id = u8(None, "rip.key_id", "Key ID")
    digest_len = u8(None, "rip.auth_data_len", "Auth Data Len")
    sequence = u32(None, "rip.seq_num", "Seq num")
    padding = string(None, "rip.zero_padding", "Zero adding", size=8)
    digest = raw(None, "rip.authentication_data", "Authentication Data", size=16)

    @staticmethod
    def info(command: int) -> str:
        return COMMANDS.get(command, f"Unknown command ({command})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.domain)
        digest = -1  # where the digest begins, behind the last entry
        while c.remaining > max(0, c.h.start + digest + 16 - c.pos if digest >= 0 else 0):
            family = c.peek(2)
            if digest >= 0 and c.pos == c.h.start + digest:
                with c.group(cls.entry, ENTRY, "Authentication Data Trailer") as trailer:
                    trailer.add(cls.zero, 4)
                    trailer.add(cls.digest)
                continue
            with c.group(cls.entry, ENTRY):
                if family in (UNSPECIFIED, IP):
                    cls._route(c, family)
                elif family == AUTHENTICATED and c.pos == c.h.start + 4:
                    digest = cls._authentication(c)
                else:
                    c.note("warn", "Protocol", f"Unknown address family {family}", "rip.unknown_address_family")

    @classmethod
    def _route(cls, c: Cursor, family: int) -> None:
        second = c.h.version == 2
        c.add(cls.family)
        c.add(cls.tag if second else cls.zero, 2)
        c.add(cls.ip if family == IP else cls.zero, 4)
        c.add(cls.netmask if second else cls.zero, 4)
        c.add(cls.next_hop if second else cls.zero, 4)
        c.add(cls.metric)

    @classmethod
    def _authentication(cls, c: Cursor) -> int:
        """An entry that says how the message is authenticated; the offset of the digest, or -1."""
        c.add(cls.zero, 2)
        kind = c.add(cls.auth_type)
        c.label(f"Authentication: {AUTHENTICATION.get(kind, f'Unknown ({kind})')}")
        if kind == PASSWORD:
            c.add(cls.password)
        if kind != DIGEST:
            return -1
        offset: int = c.add(cls.digest_offset)
        c.add(cls.key_id)
        c.add(cls.digest_len)
        c.add(cls.sequence)
        c.add(cls.padding)
        return offset


class RIPng(Layer):
    """IPv6 routes and their metrics."""

    name, label, column = "ripng", "RIPng", "RIPng"
    binds = {"udp.port": (521,)}

    command = u8(0, "ripng.cmd", "Command", names={1: "Request", 2: "Response"})
    version = u8(1, "ripng.version", "Version")
    reserved = raw(2, "ripng.reserved", "Reserved", size=2)
    entry = group("ripng.rte", "Route Table Entry")
    prefix = ipv6(None, "ripng.rte.ipv6_prefix", "IPv6 Prefix")
    tag = u16(None, "ripng.rte.route_tag", "Route Tag", HEX)
    prefix_length = u8(None, "ripng.rte.prefix_length", "Prefix Length")
    metric = u8(None, "ripng.rte.metric", "Metric")

    @staticmethod
    def info(command: int, version: int) -> str:
        return f"Command {({1: 'Request', 2: 'Response'}).get(command, f'Unknown ({command})')}, Version {version}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining > 0:
            with c.group(cls.entry) as entry:
                for field in (cls.prefix, cls.tag, cls.prefix_length, cls.metric):
                    entry.add(field)
