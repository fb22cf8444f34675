"""SOCKS 4 (with 4A) and 5 (RFC 1928, RFC 1929): what opens a connection.

    4:  version, command, port (2), address (4), user, 0 [name, 0]        reply: 0, result, port, address
    5:  version, count, methods      version, command or result, 0, address type, address, port
    After that the connection carries what it was opened for; each message is known by its shape.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import group, ipv4, ipv6, raw, string, stringz, u8, u16
from dissect.engine.layer import Layer

PORT = 1080
CARRIED = (b"GET ", b"POST", b"HEAD", b"PUT ", b"HTTP", b"CONN")
COMMANDS = {
    1: "Connect", 2: "Bind", 3: "UdpAssociate", 128: "Ping", 129: "Traceroute",
}  # fmt: skip
RESULTS = {
    90: "Granted", 91: "Rejected or Failed",
    92: "Rejected because SOCKS server cannot connect to identd on the client",
    93: "Rejected because the client program and identd report different user-ids", 0: "Succeeded",
    1: "General SOCKS server failure", 2: "Connection not allowed by ruleset", 3: "Network unreachable",
    4: "Host unreachable", 5: "Connection refused", 6: "TTL expired", 7: "Command not supported",
    8: "Address type not supported",
}  # fmt: skip
ADDRESSES = {1: "IPv4", 3: "Domain Name", 4: "IPv6"}
METHODS = {0: "No authentication", 1: "GSSAPI", 2: "Username/Password", 255: "No acceptable method (Terminate)"}


class SOCKS(Layer):
    """A message of a connection being opened, or what it carries."""

    name, label, column = "socks", "Socks Protocol", "Socks"
    binds = {"tcp.port": (PORT,)}
    reaches = ("http", "tls", "data")

    version = u8(None, "socks.version", "Version")
    methods = group("", "Client Authentication Methods")
    method_count = u8(None, "socks.auth_method_count", "Authentication Method Count")
    method = u8(None, "socks.auth_method", "Method")
    accepted = u8(None, "socks.auth_accepted_method", "Accepted Auth Method")
    subversion = u8(None, "socks.subnegotiation_version", "Subnegotiation Version")
    username = string(None, "socks.username", "User name")
    password = string(None, "socks.password", "Password")
    auth_status = u8(None, "socks.auth_status", "Status")
    command = u8(None, "socks.command", "Command", names=COMMANDS)
    reserved = u8(None, "socks.reserved", "Reserved")
    result = u8(None, "socks.results", "Results(V4)", names=RESULTS)
    address_type = u8(None, "socks.address_type", "Address Type", names=ADDRESSES)
    ip = ipv4(None, "socks.dst", "Remote Address")
    ip6 = ipv6(None, "socks.dstV6", "Remote Address(ipv6)")
    remote_name = string(None, "socks.remote_name", "Remote name")
    port = u16(None, "socks.port", "Port")
    port_4 = u16(None, "socks.dstport", "Remote Port")
    name_4 = stringz(None, "socks.v4a_dns_name", "SOCKS v4a Remote Domain Name")
    user_4 = stringz(None, "socks.username", "User name")
    carried = raw(None, "", "Carried data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tcp: Any = c.h.outer("tcp")
        asks = tcp is None or tcp.dstport == PORT
        first, size = c.peek(1), c.remaining
        if first == 5 and size >= 2:
            cls._five(c, asks, size)
        elif first == 4 and asks and size >= 9:
            cls._four(c)
        elif first == 0 and not asks and size == 8:
            c.info("Version: 4 Connect Response")
            for field in (cls.version, cls.result, cls.port_4, cls.ip):
                c.add(field)
        elif first == 1 and size >= 2:
            cls._password(c, asks, size)
        else:
            c.info("Version: 5")
            begins = c.data[c.pos : c.pos + 5]
            if begins[:4] in CARRIED:
                c.child("http")
            elif begins[:2] == b"\x16\x03":
                c.child("tls")
            c.rest(cls.carried)

    @classmethod
    def _four(cls, c: Cursor) -> None:
        c.info("Version: 4 Connect to server request")
        for field in (cls.version, cls.command, cls.port_4):
            c.add(field)
        address = c.add(cls.ip)
        c.add(cls.user_4, terminated(c))
        if 0 < address < 256:
            c.add(cls.name_4, terminated(c))

    @classmethod
    def _five(cls, c: Cursor, asks: bool, size: int) -> None:
        if asks and size == 2 + c.peek(1, 1):
            c.info("Version: 5 Connect to server request")
            c.add(cls.version)
            with c.group(cls.methods, size - 1) as c:
                for _ in range(c.add(cls.method_count)):
                    kind = c.peek(1)
                    c.add(cls.method, text=f"Method: {kind} ({METHODS.get(kind, 'Unknown')})")
        elif not asks and size == 2:
            c.info("Version: 5 Connect to server response")
            c.add(cls.version)
            c.add(cls.accepted)
        else:
            c.add(cls.version)
            word = c.peek(1)
            c.add(cls.command if asks else cls.result)
            name = COMMANDS.get(word, "Unknown") if asks else "Connect"
            c.info(f"Version: 5 Command {'Request' if asks else 'Response'} - {name}")
            c.add(cls.reserved)
            kind = c.add(cls.address_type)
            if kind == 3:
                c.add(cls.remote_name, 1 + c.peek(1), value=c.peek_bytes(c.peek(1), 1).decode("utf-8", "replace"))
            elif kind in (1, 4):
                c.add(cls.ip if kind == 1 else cls.ip6)
            c.add(cls.port)

    @classmethod
    def _password(cls, c: Cursor, asks: bool, size: int) -> None:
        c.info(f"Version: 5 User authentication {'request' if asks else 'reply'}")
        c.add(cls.subversion)
        if not asks:
            c.add(cls.auth_status)
            return
        for field in (cls.username, cls.password):
            length = c.peek(1)
            c.add(field, 1 + length, value=c.peek_bytes(length, 1).decode("utf-8", "replace"))


def terminated(c: Cursor) -> int:
    """The size of the text ahead with its zero."""
    end = c.data.find(0, c.pos, c.end)
    return (c.end if end < 0 else end) + 1 - c.pos
