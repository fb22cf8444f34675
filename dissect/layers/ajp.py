"""AJP 1.3, between a web server and a servlet container.

    magic 0x1234 (to the container) or "AB" (2), length (2), code (1), ...; texts: length (2), octets, a zero
    forward: method (1), protocol, URI, address, host, server (texts), port (2), TLS (1), headers (2);  answer: status (2), text
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, STRING, UINT32, Field, raw, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

FORWARD, BODY, HEADERS, END, GET, PONG, PING = 2, 3, 4, 5, 6, 9, 10
CODES = {FORWARD: "FORWARD REQUEST", BODY: "SEND BODY CHUNK", HEADERS: "SEND HEADERS", END: "END RESPONSE",
         GET: "GET BODY CHUNK", 7: "SHUTDOWN", PONG: "CPONG REPLY", PING: "CPING REQUEST"}  # fmt: skip
METHODS = {1: "OPTIONS", 2: "GET", 3: "HEAD", 4: "POST", 5: "PUT", 6: "DELETE", 7: "TRACE", 8: "PROPFIND", 9: "PROPPATCH",
           10: "MKCOL", 11: "COPY", 12: "MOVE", 13: "LOCK", 14: "UNLOCK"}  # fmt: skip
NO_TEXT, ASKS = 0xFFFF, b"\x12\x34"


class AJP(Layer):
    """One message."""

    name, label, column = "ajp13", "Apache JServ Protocol v1.3", "AJP13"
    binds = {"tcp.port": (8009,)}
    messages = Messages(header=4, length=lambda p: 4 + p.u16(2))

    magic = raw(0, "ajp13.magic", "Magic", size=2)
    size_of = u16(2, "ajp13.len", "Length")
    length = lambda h: h.end - h.start
    code = Field("ajp13.code", "Code", UINT32, names=CODES)
    method = u8(None, "ajp13.method", "Method", names=METHODS)
    texts = tuple(
        Field(f"ajp13.{name}", label, STRING)
        for name, label in (("ver", "Version"), ("uri", "URI"), ("raddr", "RADDR"), ("rhost", "RHOST"), ("srv", "SRV"))
    )
    port = u16(None, "ajp13.port", "PORT")
    secure = Field("ajp13.sslp", "SSLP", BOOLEAN, size=1)
    headers = u16(None, "ajp13.nhdr", "NHDR")
    status, reason = u16(None, "ajp13.rstatus", "RSTATUS"), Field("ajp13.rmsg", "RSMSG", STRING)
    text_size, contents = u16(None, "", "Length"), raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        known = c.remaining and c.peek(1) in CODES  # a body has no code, and nobody says that it is one
        if not known:
            c.rest(cls.contents)
            return
        code = c.add(cls.code, 1, value=c.peek(1))
        c.info(f"{'REQ' if c.h.magic == ASKS else 'RSP'}:{CODES[code]}")
        if code == FORWARD:
            method = c.add(cls.method)
            said = [cls._text(c, field) for field in cls.texts]
            for field in (cls.port, cls.secure, cls.headers):
                c.add(field)
            c.info(f"{c.h.size_of}:REQ:{METHODS.get(method, '')} {said[1]} {said[0]}")
        elif code == HEADERS:
            status = c.add(cls.status)
            c.info(f"{c.h.size_of}:RSP:SEND HEADERS {status} {cls._text(c, cls.reason)}")
            c.add(cls.headers)
        c.rest(cls.contents)

    @classmethod
    def _text(cls, c: Cursor, field: Field) -> str:
        size = c.peek(2)
        if size == NO_TEXT:
            c.add(field, 2, value="")
            return ""
        said = c.peek_bytes(size, 2).decode("utf-8", "replace")
        c.add(field, 3 + size, value=said)
        return said
