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

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, Expr, Field, group, ipv4, u8, u16, where
from dissect.engine.layer import Layer, To

# where the origin indication begins, if there is one: behind the authentication, if there is any
_origin: Expr = lambda h: where(h.kind == 1, 13 + h.id_size + h.secret_size, 0)


class Teredo(Layer):
    """What precedes the IPv6 header."""

    name, label, column = "teredo", "Teredo IPv6 over UDP tunneling", "Teredo"
    binds = {"udp.port": (3544,)}

    kind = u16(lambda h: 0, "", "Indicator")
    id_size = u8(lambda h: 2, "", "Client identifier length", when=lambda h: h.kind == 1)
    secret_size = u8(lambda h: 3, "", "Authentication value length", when=lambda h: h.kind == 1)
    second = u16(_origin, "", "Indicator")
    auth = group("teredo.auth", "Teredo Authentication header")
    idlen = u8(None, "teredo.auth.idlen", "Client identifier length")
    aulen = u8(None, "teredo.auth.aulen", "Authentication value length")
    id = Field("teredo.auth.id", "Client identifier", BYTES)
    secret = Field("teredo.auth.value", "Authentication value", BYTES)
    nonce = Field("teredo.auth.nonce", "Nonce value", BYTES, size=8)
    confirm = Field("teredo.auth.conf", "Confirmation byte", BYTES, size=1)
    orig = group("teredo.orig", "Teredo Origin Indication header")
    port = u16(None, "teredo.orig.port", "Origin UDP port")
    addr = ipv4(None, "teredo.orig.addr", "Origin IPv4 address")

    length = lambda h: _origin(h) + where(h.second == 0, 8, 0)
    next = (To("ipv6"),)

    @staticmethod
    def info() -> str:
        return ""

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.kind == 1:
            with c.group(cls.auth, 13 + c.h.id_size + c.h.secret_size) as auth:
                auth.skip(2)
                auth.add(cls.idlen)
                auth.add(cls.aulen)
                for field, size in ((cls.id, c.h.id_size), (cls.secret, c.h.secret_size)):
                    if size:
                        auth.add(field, size)
                auth.add(cls.nonce)
                auth.add(cls.confirm)
        if c.h.second == 0:
            with c.group(cls.orig, 8) as orig:
                orig.skip(2)
                orig.add(cls.port, 2, 0xFFFF ^ orig.peek(2))
                orig.add(cls.addr, 4, 0xFFFFFFFF ^ orig.peek(4))
