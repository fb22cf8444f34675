"""What is sealed in TLS: by the protocol that both sides agreed upon (ALPN), by the port, or by its first octets."""

from __future__ import annotations

import re

from dissect.engine.layer import Layer
from dissect.engine.registry import Registry

PROTOCOLS = {
    b"h2": "http2", b"http/1.1": "http", b"http/1.0": "http", b"imap": "imap", b"pop3": "pop", b"ftp": "ftp", b"irc": "irc",
    b"mqtt": "mqtt", b"dot": "dns", b"xmpp-client": "xmpp", b"xmpp-server": "xmpp", b"managesieve": "sieve", b"sip/2": "sip",
    b"spdy/3.1": "spdy", b"postgresql": "pgsql", b"radius/1.0": "radius",
}  # fmt: skip
PORTS = {
    443: "http", 8443: "http", 465: "smtp", 587: "smtp", 25: "smtp", 993: "imap", 143: "imap", 995: "pop", 110: "pop",
    636: "ldap", 3269: "ldap", 389: "ldap", 853: "dns", 8883: "mqtt", 5061: "sip", 6697: "irc", 990: "ftp", 21: "ftp", 5671: "amqp",
    2083: "radius", 3306: "mysql", 5432: "pgsql", 5223: "xmpp", 6514: "syslog", 1883: "mqtt",
}  # fmt: skip
LAYERS = tuple(dict.fromkeys([*PROTOCOLS.values(), *PORTS.values()]))
NAMES = {"http2": "HyperText Transfer Protocol 2"}
GUESSED = ("http", "http2")
HTTP = re.compile(rb"[A-Z][A-Z-]{1,20} [^\r\n ]+ HTTP/1\.[01]\r?\n|HTTP/1\.[01] \d\d\d[ \r\n]")


def layer_of(registry: Registry, name: str) -> type[Layer] | None:
    """The layer of a name; of DNS, the one that has lengths before its messages."""
    return registry.find("tcp.port", 53) if name == "dns" else registry.by_name.get(name)


def by_protocol(protocol: bytes) -> str:
    """The layer of what ALPN calls so, or nothing."""
    return PROTOCOLS.get(protocol, "")


def by_port(port: int) -> str:
    """The layer that is usual on a port, or nothing."""
    return PORTS.get(port, "")


def is_guessed(layer: str, octets: bytes) -> bool:
    """Whether octets begin as a layer's messages do."""
    if layer == "http2":
        return octets.startswith(b"PRI * HTTP/2.0\r\n")
    return layer == "http" and HTTP.match(octets) is not None
