"""RTSP (RFC 2326): requests and responses, and RTP interleaved with them.

    SETUP rtsp://host/track RTSP/1.0 \\r\\n  Transport: RTP/AVP;unicast;client_port=6000-6001 \\r\\n  \\r\\n
    +-----+---------+------------+-----------------+
    | '$' | channel | length (2) | RTP or RTCP ... |   interleaved: an even channel is RTP, an odd one RTCP
    +-----+---------+------------+-----------------+
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.layers import bodies
from dissect.layers.sip import header_lines

METHODS = frozenset(
    b"OPTIONS DESCRIBE SETUP PLAY PAUSE TEARDOWN ANNOUNCE GET_PARAMETER SET_PARAMETER RECORD REDIRECT".split()
)
START = re.compile(rb"RTSP/\d\.\d \d{3}|([A-Z_]{4,13}) \S+ RTSP/")
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,9})", re.IGNORECASE)
MAGIC = 0x24
LONGEST_HEAD = 1 << 16
FIRST_LINE = 2000  # octets


def message_size(octets: bytes, at: int) -> int:
    """The length of the message at `at`, as `Messages.scan`."""
    have = len(octets) - at
    if octets[at : at + 1] == b"$":
        return MORE if have < 4 else 4 + int.from_bytes(octets[at + 2 : at + 4], "big")
    end = octets.find(b"\r\n\r\n", at)
    if START.match(octets, at) is None:
        return AS_IT_IS if end >= 0 or have > 64 or not octets[at : at + 3].isupper() else MORE
    if end < 0:
        return MORE if have < LONGEST_HEAD else AS_IT_IS
    found = LENGTH.search(octets, at, end + 2)
    return end + 4 - at + (int(found[1]) if found else 0)


class RTSP(Layer):
    """The messages of a segment, or one that TCP put together."""

    name, label, column = "rtsp", "Real Time Streaming Protocol", "RTSP"
    binds = {"tcp.port": (554, 7236, 8554)}
    messages = Messages(scan=message_size)
    reaches = ("sdp", "rtp", "rtcp", "data-text-lines", "media", "data")

    request = string(None, "rtsp.request", "Request")
    response = string(None, "rtsp.response", "Response")
    method = string(None, "rtsp.method", "Method")
    url = string(None, "rtsp.url", "URL")
    status = u32(None, "rtsp.status", "Status")
    header_line = string(None, "", "Header")
    kind = string(None, "rtsp.content-type", "Content-type")
    content_length = u32(None, "rtsp.content-length", "Content-length")
    session = string(None, "rtsp.session", "Session")
    transport = string(None, "rtsp.transport", "Transport")
    frame = group("", "RTSP Interleaved Frame")
    magic = u8(None, "rtsp.magic", "Magic", HEX)
    channel = u8(None, "rtsp.channel", "Channel", HEX)
    size_ = u16(None, "rtsp.length", "Length")
    data = raw(None, "rtsp.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            if c.peek(1) == MAGIC and c.remaining >= 4:
                cls._interleaved(c, said)
            elif START.match(c.data, c.pos, c.end) is None:
                said.append("Continuation")
                c.info(", ".join(said))
                c.rest(cls.data)
            else:
                cls._message(c, said)

    @classmethod
    def _interleaved(cls, c: Cursor, said: list[str]) -> None:
        channel, size = c.peek(1, 1), c.peek(2, 2)
        text = f"Interleaved channel 0x{channel:02x}, {size} bytes"
        said.append(text)
        c.info(text)
        with c.group(cls.frame, 4, f"RTSP Interleaved Frame, Channel: 0x{channel:02x}, {size} bytes") as c:
            for field in (cls.magic, cls.channel, cls.size_):
                c.add(field)
        there = min(size, c.remaining)
        if there >= 8 and c.peek(1) >> 6 == 2:
            c.child("rtcp" if channel & 1 else "rtp", there, size)
        elif there:
            c.add(cls.data, there)

    @classmethod
    def _message(cls, c: Cursor, said: list[str]) -> None:
        end = c.data.find(b"\n", c.pos, min(c.end, c.pos + FIRST_LINE)) + 1 or c.end
        line = c.data[c.pos : end].decode("utf-8", "replace")
        words = line.split()
        answer = line.startswith("RTSP/")
        said.append(("Reply: " if answer else "") + line.strip())
        c.info(", ".join(said))
        with c.group(cls.response if answer else cls.request, end - c.pos, value=line) as c:
            first = len(words[0])
            if answer:
                c.pos += first + 1
                c.add(cls.status, 3, value=int(words[1][:3]) if words[1][:3].isdecimal() else 0)
            else:
                c.add(cls.method, first)
                c.pos += 1
                c.add(cls.url, len(words[1].encode()))
            c.pos = c.end
        found: dict[str, str] = {}
        lines, after = header_lines(c.data, c.pos, c.end)
        for start, colon, stop in lines:
            cls._header(c, start, colon, stop, found)
        if after > c.pos:
            c.add(cls.header_line, after - c.pos)
        length = found.get("content-length", "")
        size = min(int(length), c.remaining) if length.isdecimal() and len(length) < 10 else 0
        if size:
            cls._body(c, found.get("content-type", ""), size)

    @classmethod
    def _header(cls, c: Cursor, start: int, colon: int, stop: int, found: dict[str, str]) -> None:
        c.pos = start
        if colon < 0:
            c.add(cls.header_line, stop - start)
            return
        name = c.data[start:colon].strip().lower().decode("latin-1")
        value = c.data[colon + 1 : stop].strip().decode("utf-8", "replace")
        found.setdefault(name, value)
        fields = {"content-type": cls.kind, "session": cls.session, "transport": cls.transport}
        if name == "content-length" and value.isdecimal() and len(value) < 10:
            c.add(cls.content_length, stop - start, value=int(value))
        elif name in fields:
            c.add(fields[name], stop - start, value=value)
        else:
            c.add(cls.header_line, stop - start)

    @classmethod
    def _body(cls, c: Cursor, kind: str, size: int) -> None:
        plain = kind.partition(";")[0].strip().lower()
        layer = "sdp" if plain == "application/sdp" else bodies.layer_of(plain)
        c.run.media = kind
        info = c.run.tree.info
        c.child(layer, size)
        if layer == "sdp":
            c.info(info)
            c.append_protocol("/SDP")
