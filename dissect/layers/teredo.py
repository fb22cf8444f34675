"""Teredo (RFC 4380): IPv6 in UDP, through NATs.

 0                   1                   2                   3
+-------------------------------+---------------+---------------+
|               1               |   id length   |  auth length  |   authentication, where there is any
+-------------------------------+---------------+---------------+
|  client identifier, authentication value, nonce (8), confirm  |
+-------------------------------+-------------------------------+
|               0               |     origin port (inverted)    |   origin indication, where there is any
+-------------------------------+-------------------------------+
|                origin IPv4 address (inverted)                 |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.fields import IPV4, NONE, UINT16, Expr, Field, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, To

authenticated: Expr = lambda h: h.kind == 1
_secret: Expr = lambda h: 4 + h.idlen + h.aulen
_origin: Expr = lambda h: where(h.kind == 1, _secret(h) + 9, 0)


class Teredo(Layer):
    """What precedes the IPv6 header."""

    name, label, column = "teredo", "Teredo IPv6 over UDP tunneling", "Teredo"
    binds = {"udp.port": (3544,)}

    kind = u16(lambda h: 0, "", "Indicator")
    auth = Field(
        "teredo.auth",
        "Teredo Authentication header",
        NONE,
        at=lambda h: 0,
        size=lambda h: _secret(h) + 9,
        when=authenticated,
    )
    idlen = u8(lambda h: 2, "teredo.auth.idlen", "Client identifier length", within=auth, when=authenticated)
    aulen = u8(lambda h: 3, "teredo.auth.aulen", "Authentication value length", within=auth, when=authenticated)
    id = raw(
        lambda h: 4,
        "teredo.auth.id",
        "Client identifier",
        size=lambda h: h.idlen,
        within=auth,
        when=lambda h: h.idlen > 0,
    )
    secret = raw(
        lambda h: 4 + h.idlen,
        "teredo.auth.value",
        "Authentication value",
        size=lambda h: h.aulen,
        within=auth,
        when=lambda h: h.aulen > 0,
    )
    nonce = raw(_secret, "teredo.auth.nonce", "Nonce value", size=8, within=auth, when=authenticated)
    confirm = raw(
        lambda h: _secret(h) + 8, "teredo.auth.conf", "Confirmation byte", size=1, within=auth, when=authenticated
    )
    second = u16(_origin, "", "Indicator")
    port_octets = u16(lambda h: _origin(h) + 2, "", "Port, inverted")
    addr_octets = u32(lambda h: _origin(h) + 4, "", "Address, inverted")
    orig = Field(
        "teredo.orig", "Teredo Origin Indication header", NONE, at=_origin, size=8, when=lambda h: h.second == 0
    )
    port = Field(
        "teredo.orig.port",
        "Origin UDP port",
        UINT16,
        within=orig,
        value=lambda h: 65535 - h.port_octets,
        when=lambda h: h.second == 0,
    )
    addr = Field(
        "teredo.orig.addr",
        "Origin IPv4 address",
        IPV4,
        within=orig,
        value=lambda h: 0xFFFFFFFF - h.addr_octets,
        when=lambda h: h.second == 0,
    )

    length = lambda h: _origin(h) + where(h.second == 0, 8, 0)
    next = (To("ipv6"),)

    @staticmethod
    def info() -> str:
        return ""
