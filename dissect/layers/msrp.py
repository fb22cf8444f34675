"""Message Session Relay Protocol (RFC 4975): instant messages and files of SIP's users.

    MSRP, transaction, method or status;  headers;  an empty line and content;  -------, transaction, $ + or #
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, Field, group, raw, string, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely
from dissect.layers import bodies
from dissect.layers.named import begins

OPENING = b"MSRP "
FIRST = re.compile(rb"MSRP ([^ \r\n]+) ([^ \r\n]+)(?: ([^\r\n]*))?\r?\n")
LINE = re.compile(rb"([^\r\n]*)\r?\n")
HEADERS = (
    ("From-Path", "from.path"), ("To-Path", "to.path"), ("Message-ID", "messageid"), ("Success-Report", "success.report"),
    ("Failure-Report", "failure.report"), ("Byte-Range", "byte.range"), ("Status", "status"), ("Content-Type", "content.type"),
    ("Content-ID", "content.id"), ("Content-Description", "content.description"), ("Content-Disposition", "content.disposition"),
    ("Use-Path", "use.path"), ("WWW-Authenticate", "www.authenticate"), ("Authorization", "authorization"),
    ("Authentication-Info", "authentication.info"),
)  # fmt: skip


def _end(octets: bytes, at: int, transaction: bytes) -> re.Match[bytes] | None:
    """The end line of a transaction."""
    return re.compile(rb"-------" + re.escape(transaction) + rb"([^\r\n])\r?\n").search(octets, at)


def _size(octets: bytes, at: int) -> int:
    """How long a message is."""
    if octets[at : at + 5] != OPENING[: len(octets) - at]:
        return AS_IT_IS
    first = FIRST.match(octets, at)
    if first is None:
        return MORE if octets.find(b"\n", at) < 0 else AS_IT_IS
    end = _end(octets, first.end(), first[1])
    return MORE if end is None else end.end() - at


class MSRP(Layer):
    """A request or a response."""

    name, label, column = "msrp", "Message Session Relay Protocol", "MSRP"
    binds, heuristics, likely = {"tcp.port": (2855,)}, ("tcp",), Likely.opening(OPENING)
    accepts = probe = lambda p: begins(p, OPENING)
    messages = Messages(scan=_size)
    reaches, gates = bodies.LAYERS, bodies.GATES

    request, response = string(None, "msrp.request.line", "Request Line"), string(None, "msrp.response.line", "Response Line")
    transaction, method = string(None, "msrp.transaction.id", "Transaction Id"), string(None, "msrp.method", "Method")
    status = u16(None, "msrp.status.code", "Status code")
    headers, unknown = group("msrp.msg.hdr", "Message Header"), string(None, "msrp.hdr", "Header")
    known = tuple(Field(f"msrp.{name}", word.replace("-", " "), STRING) for word, name in HEADERS)
    end_line, flag = string(None, "msrp.end.line", "End Line"), string(None, "msrp.cnt.flg", "Continuation-flag")
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octets = c.peek_bytes(c.remaining)
        first = FIRST.match(octets)
        end = None if first is None else _end(octets, first.end(), first[1])
        if first is None or end is None:
            c.rest(cls.content)
            return
        cls._first(c, first)
        kind = cls._headers(c, end.start())
        left = end.start() - (c.pos - c.h.start)
        layer = bodies.layer_of(kind.partition(";")[0].strip().lower())
        c.run.media = kind
        if left > 0 and layer not in (bodies.MEDIA, bodies.DATA):  # of what it does not know Wireshark makes no layer here
            c.child(layer, left)
        elif left > 0:
            c.add(cls.content, left)
        with c.group(cls.end_line, end.end() - end.start(), value=end[0].rstrip(b"\r\n").decode("utf-8", "replace")) as c:
            c.pos += 7
            c.add(cls.transaction, len(first[1]))
            c.add(cls.flag, 1)
            c.rest(cls.content)
        c.rest(cls.content)

    @classmethod
    def _first(cls, c: Cursor, first: re.Match[bytes]) -> None:
        """The first line, and what the list says."""
        whose, what, said = (first[n].decode("utf-8", "replace") if first[n] else "" for n in (1, 2, 3))
        answers = len(what) == 3 and what.isdigit()
        rest = f" {said}" if said else ""
        c.info(f"Response: {what}{rest} Transaction ID: {whose}" if answers else f"Request: {what} Transaction ID: {whose}")
        with c.group(cls.response if answers else cls.request, first.end(), value=first[0].rstrip(b"\r\n").decode("utf-8", "replace")) as c:
            c.pos += len(OPENING)
            c.add(cls.transaction, len(first[1]))
            c.pos += 1
            if answers:
                c.add(cls.status, 3, value=int(what))
            else:
                c.add(cls.method, len(first[2]))
            c.rest(cls.content)

    @classmethod
    def _headers(cls, c: Cursor, end: int) -> str:
        """The headers, as far as an empty line; the content's type."""
        kind = ""
        names = {word.lower(): field for (word, _), field in zip(HEADERS, cls.known, strict=True)}
        with c.group(cls.headers):
            while c.pos - c.h.start < end:
                line = LINE.match(c.data, c.pos, c.h.start + end)
                if line is None or not line[1]:
                    c.add(cls.content, end - (c.pos - c.h.start) if line is None else line.end() - line.start())
                    break
                word, colon, value = line[1].decode("utf-8", "replace").partition(":")
                field = names.get(word.lower(), cls.unknown) if colon else cls.unknown
                kind = value.strip() if field.name == "msrp.content.type" else kind
                c.add(field, line.end() - line.start(), value=line[1].decode("utf-8", "replace") if field is cls.unknown else value.lstrip(" \t"))
        return kind
