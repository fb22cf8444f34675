"""IRC (RFC 1459, RFC 2812) with CTCP.

    [':' prefix ' '] command or number {' ' parameter} [' :' trailer] \\r\\n
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT16, Field, raw, string
from dissect.engine.layer import Layer

PORTS = (6667, 57000)
MOST = 2000  # lines of a segment


class IRC(Layer):
    """The lines of a segment."""

    name, label, column = "irc", "Internet Relay Chat", "IRC"
    binds = {"tcp.port": PORTS}

    request = string(None, "irc.request", "Request")
    request_prefix = string(None, "irc.request.prefix", "Prefix")
    request_command = string(None, "irc.request.command", "Command")
    request_parameter = string(None, "irc.request.command_parameter", "Parameter")
    request_trailer = string(None, "irc.request.trailer", "Trailer")
    response = string(None, "irc.response", "Response")
    response_prefix = string(None, "irc.response.prefix", "Prefix")
    response_command = string(None, "irc.response.command", "Command")
    response_number = Field("irc.response.num_command", "Command", UINT16, hidden=True)
    response_parameter = string(None, "irc.response.command_parameter", "Parameter")
    response_trailer = string(None, "irc.response.trailer", "Trailer")
    ctcp = string(None, "irc.ctcp", "CTCP Data")
    ending = raw(None, "", "End of line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tcp: Any = c.h.outer("tcp")
        asks = tcp is not None and tcp.dstport in PORTS
        said = list[str]()
        count = 0
        while c.remaining and count < MOST:
            count += 1
            end = c.data.find(b"\n", c.pos, c.end)
            after = end = c.end if end < 0 else end
            after += end < c.end
            while end > c.pos and c.data[end - 1] in b"\r":
                end -= 1
            if end > c.pos:
                cls._line(c, end - c.pos, asks, said)
            if after > c.pos:
                c.add(cls.ending, after - c.pos)
        c.rest(cls.ending)
        c.info(" ".join([("Request" if asks else "Response"), *(f"({word})" for word in said)]))

    @classmethod
    def _line(cls, c: Cursor, size: int, asks: bool, said: list[str]) -> None:
        fields = (
            (cls.request, cls.request_prefix, cls.request_command, cls.request_parameter, cls.request_trailer)
            if asks
            else (cls.response, cls.response_prefix, cls.response_command, cls.response_parameter, cls.response_trailer)
        )
        with c.group(fields[0], size) as c:
            if c.peek(1) == 0x3A:
                c.pos += 1
                c.add(fields[1], width_of(c))
            spaces(c)
            size = width_of(c)
            if size:
                word = c.peek_bytes(size)
                said.append(str(c.add(fields[2], size)))
                if not asks and size == 3 and word.isdigit():
                    c.pos -= 3
                    c.add(cls.response_number, 3, value=int(word))
            spaces(c)
            while c.remaining and c.peek(1) != 0x3A:
                c.add(fields[3], width_of(c))
                spaces(c)
            if c.remaining > 1:
                c.pos += 1
                text = c.rest(fields[4])
                cls._ctcp(c, str(text))
            c.pos = c.end

    @classmethod
    def _ctcp(cls, c: Cursor, text: str) -> None:
        """What a client says to a client."""
        if text.startswith("\x01"):
            c.derived(cls.ctcp, text[1:].partition("\x01")[0])


def width_of(c: Cursor) -> int:
    """How long the word ahead is."""
    end = c.data.find(b" ", c.pos, c.end)
    return (c.end if end < 0 else end) - c.pos


def spaces(c: Cursor) -> None:
    """Move over spaces."""
    while c.pos < c.end and c.data[c.pos] == 0x20:
        c.pos += 1
