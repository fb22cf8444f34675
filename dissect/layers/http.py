"""HTTP/1 (RFC 9112) and SSDP, which is HTTP over UDP.

GET /path?query HTTP/1.1 \\r\\n      or      HTTP/1.1 200 OK \\r\\n
Name: value \\r\\n …
\\r\\n
body, as long as the headers say
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    RELATIVE_TIME,
    STRING,
    UINT16,
    UINT32,
    UINT64,
    Field,
    framenum,
    group,
    raw,
    string,
)
from dissect.engine.layer import Layer, Note
from dissect.engine.messages import Messages
from dissect.engine.peek import ColumnPeek
from dissect.engine.values import escape_text
from dissect.layers import bodies, hot_lines
from dissect.layers.bodies import DATA, line_at
from dissect.layers.http_framing import bare_size, body_size, message_size, tunnel_size, upgraded
from dissect.layers.http_hot import HOT, carried, simple_texts, usual_sizes
from dissect.layers.http_lists import lone_heads, opening, plain_info
from dissect.layers.http_words import HTTP1, STATUSES, is_start, may_begin, starts_message


def unusual(h: Any) -> Any:
    """Which headers have messages that carry DNS, several parts, or what another protocol says."""
    found = h.__dict__.get("_unusual")
    if found is None:
        found = h.__dict__["_unusual"] = np.zeros(len(h.start), bool)
        octets = memoryview(h.octets.u1)
        rows = np.flatnonzero(may_begin(ColumnPeek(h.octets, h.start, h.end, h.end, None)))
        for row, start, end in zip(rows.tolist(), h.start[rows].tolist(), h.end[rows].tolist(), strict=True):
            data = bytes(octets[start:end]).lower()
            found[row] = (
                b"dns-message" in data or b"multipart/" in data or b" 101 " in data[:16] or b"\nupgrade:" in data
            )
    return found


def header_field(name: str, label: str) -> Field:
    """A header's value."""
    return string(None, f"http.{name}", label)


def chat(line: bytes) -> str:
    """What is noted of a message: its first line, with its end."""
    return escape_text(line.decode("utf-8", "replace"))


class Message(Layer):
    """What HTTP and SSDP share."""

    start_line = string(None, "", "Start line")
    request = Field("http.request", "Request", BOOLEAN)
    response = Field("http.response", "Response", BOOLEAN)
    notification = Field("http.notification", "Notification", BOOLEAN)
    method = string(None, "http.request.method", "Request Method")
    uri = string(None, "http.request.uri", "Request URI")
    path = string(None, "http.request.uri.path", "Request URI Path")
    query = string(None, "http.request.uri.query", "Request URI Query")
    parameter = string(None, "http.request.uri.query.parameter", "Request URI Query Parameter")
    request_version = string(None, "http.request.version", "Request Version")
    full_uri = Field("http.request.full_uri", "Full request URI", STRING)
    response_version = string(None, "http.response.version", "Response Version")
    code = Field("http.response.code", "Status Code", UINT16, size=3)
    description = Field("http.response.code.desc", "Status Code Description", STRING)
    phrase = string(None, "http.response.phrase", "Response Phrase")
    request_line = string(None, "http.request.line", "Request line")
    response_line = string(None, "http.response.line", "Response line")
    header_end = string(None, "", "End of the headers")
    cookie_pair = string(None, "http.cookie_pair", "Cookie pair")
    credentials = Field("http.authbasic", "Credentials", STRING)
    content_length = Field("http.content_length", "Content length", UINT64)
    chunks = group("", "HTTP chunked response")
    chunk = group("", "Data chunk")
    chunk_size = Field("http.chunk_size", "Chunk size", UINT32)
    chunk_data = raw(None, "http.chunk_data", "Chunk data")
    chunk_boundary = raw(None, "http.chunk_boundary", "Chunk boundary")
    chunk_trailer = string(None, "http.chunked_trailer_part", "trailer-part")
    file_data = Field("http.file_data", "File Data", STRING)
    request_number = Field("http.request_number", "Request number", UINT32, linked=True)
    response_number = Field("http.response_number", "Response number", UINT32, linked=True)
    request_in = framenum(None, "http.request_in", "Request in frame", linked=True)
    response_in = framenum(None, "http.response_in", "Response in frame", ahead=True, linked=True)
    time = Field("http.time", "Time since request", RELATIVE_TIME, linked=True)
    before = framenum(None, "http.prev_request_in", "Prev request in frame", linked=True)
    before_answered = framenum(None, "http.prev_response_in", "Prev response in frame", linked=True)
    after = framenum(None, "http.next_request_in", "Next request in frame", ahead=True, linked=True)
    after_answered = framenum(None, "http.next_response_in", "Next response in frame", ahead=True, linked=True)
    response_for = Field("http.response_for.uri", "Request URI", STRING, linked=True)
    headers = (
        header_field("host", "Host"), header_field("user_agent", "User-Agent"), header_field("accept", "Accept"),
        header_field("accept_language", "Accept-Language"), header_field("accept_encoding", "Accept Encoding"),
        header_field("connection", "Connection"), header_field("cookie", "Cookie"),
        header_field("referer", "Referer"), header_field("date", "Date"), header_field("server", "Server"),
        header_field("cache_control", "Cache-Control"), header_field("location", "Location"),
        header_field("set_cookie", "Set-Cookie"), header_field("last_modified", "Last-Modified"),
        header_field("content_type", "Content-Type"), header_field("content_length_header", "Content-Length"),
        header_field("content_encoding", "Content-Encoding"), header_field("transfer_encoding", "Transfer-Encoding"),
        header_field("upgrade", "Upgrade"), header_field("authorization", "Authorization"),
        header_field("proxy_authenticate", "Proxy-Authenticate"),
        header_field("proxy_authorization", "Proxy-Authorization"),
        header_field("proxy_connect_host", "Proxy-Connect-Hostname"),
        header_field("www_authenticate", "WWW-Authenticate"), header_field("x_forwarded_for", "X-Forwarded-For"),
        header_field("sec_websocket_accept", "Sec-WebSocket-Accept"),
        header_field("sec_websocket_extensions", "Sec-WebSocket-Extensions"),
        header_field("sec_websocket_key", "Sec-WebSocket-Key"),
        header_field("sec_websocket_protocol", "Sec-WebSocket-Protocol"),
        header_field("sec_websocket_version", "Sec-WebSocket-Version"),
        header_field("http2_settings", "HTTP2-Settings"),
    )  # fmt: skip
    hot = {name: hot_lines.texts(simple_texts, name, HOT, may_begin) for name in HOT}
    reaches = (*bodies.LAYERS, "http2", "websocket")
    gates = bodies.GATES

    brief_note = Note(
        "http.chat", "chat", "Sequence", lambda octets: chat(octets[: octets.index(b"\n") + 1]),
        when=lambda h: h.end > h.start,
    )  # fmt: skip

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterator[tuple[str, str] | None]:
        """See `Layer.brief`."""
        said = map(plain_info, messages)
        return (None if told is None else (cls.column + told[0], told[1]) for told in said)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        begin = c.pos
        while c.remaining:
            first, after = line_at(c, c.pos)
            if not starts_message(first):
                if c.pos == begin:
                    c.info("Continuation")
                switched = c.data[begin : begin + 12].endswith(b" 101") and upgraded(c.data[begin : c.pos])
                c.child(switched or DATA, c.remaining)
                break
            text = f"{first.decode('utf-8', 'replace')} "
            if c.pos == begin:
                c.info(text)
            else:
                c.append_info(f", {text}")
            cls._message(c, first, after)

    @classmethod
    def _message(cls, c: Cursor, first: bytes, after: int) -> None:
        is_response = first.startswith(b"HTTP/")
        text, begin = first.decode("utf-8", "replace"), c.pos - c.h.start
        c.note("chat", "Sequence", chat(c.data[c.pos : after]), "http.chat")
        with c.group(cls.start_line, after - c.pos, text) as c:
            if is_response:
                code, method, uri = cls._status_line(c, first), "", ""
            else:
                code = 0
                method, uri = cls._request_line(c, first)
        found = cls._headers(c, cls.response_line if is_response else cls.request_line)
        if is_response:
            c.derived(cls.response, True)
        else:
            host = found.get("host")
            if method == "CONNECT" or "://" in uri.partition("?")[0]:
                c.derived(cls.full_uri, uri)
            elif host:
                scheme = "http" if c.h.outer("tls") is None else "https"
                c.derived(cls.full_uri, f"{scheme}://{host.strip()}{uri}")
            c.derived(cls.notification if method == "NOTIFY" else cls.request, True)
        asked = cls._linked(c, begin, is_response) or uri
        bodyless = is_response and (code < 200 or code in (204, 304))
        size = body_size(found, c.remaining if is_response else 0)
        if c.remaining and not bodyless and (size or "transfer-encoding" in found):
            cls._body(c, found, size, asked)

    @classmethod
    def _linked(cls, c: Cursor, offset: int, is_response: bool) -> str:
        """The messages around it in its conversation; the URI that an answer is for."""
        if c.run.streams is None or c.h.layer.name not in c.run.streams.links or c.run.columns_locked:
            return ""
        known = c.run.streams.page(c.h, offset)
        if known is None:
            return ""
        c.derived(cls.response_number if is_response else cls.request_number, known.number)
        packets = (
            (cls.request_in, known.asked), (cls.response_in, known.answered), (cls.before, known.asked_before),
            (cls.before_answered, known.answered_before), (cls.after, known.asked_next),
            (cls.after_answered, known.answered_next),
        )  # fmt: skip
        for field, packet in packets:
            if packet:
                c.derived(field, packet)
        if known.since >= 0:
            c.derived(cls.time, known.since)
        if known.uri:
            c.derived(cls.response_for, known.uri)
        return known.uri

    @classmethod
    def _request_line(cls, c: Cursor, line: bytes) -> tuple[str, str]:
        begin = c.pos
        method = c.add(cls.method, len(line.partition(b" ")[0]))
        spaces(c)
        rest = line[c.pos - begin :]
        uri, _, version = rest.partition(b" ")
        text = ""
        if uri:
            with c.group(cls.uri, len(uri)) as c:
                text = uri.decode("utf-8", "replace")
                path, mark, query = uri.partition(b"?")
                if mark:
                    c.add(cls.path, len(path))
                    c.pos += 1
                    with c.group(cls.query, len(query)) as c:
                        for i, parameter in enumerate(query.split(b"&")):
                            c.pos += 1 if i else 0
                            if parameter:
                                c.add(cls.parameter, len(parameter))
                else:
                    c.pos += len(uri)
        spaces(c)
        if version.strip(b" "):
            c.add(cls.request_version, len(version.lstrip(b" ")))
        c.pos = c.end
        return str(method), text

    @classmethod
    def _status_line(cls, c: Cursor, line: bytes) -> int:
        version, _, rest = line.partition(b" ")
        c.add(cls.response_version, len(version))
        spaces(c)
        digits, _, phrase = rest.lstrip(b" ").partition(b" ")
        code = 0
        if len(digits) >= 3 and digits[:3].isdigit():
            code = int(digits[:3])
            c.add(cls.code, 3, value=code)
            c.derived(cls.description, STATUSES.get(code, f"Unknown ({code})"))
            c.pos += len(digits) - 3
            if phrase:
                spaces(c)
                c.add(cls.phrase, len(phrase))
        c.pos = c.end
        return code

    @classmethod
    def _headers(cls, c: Cursor, line_field: Field) -> dict[str, str]:
        found: dict[str, str] = {}
        while c.remaining:
            line, after = line_at(c, c.pos)
            size = after - c.pos
            if not line:
                with c.group(cls.header_end, size, "\\r\\n") as c:
                    c.pos = c.end
                break
            name, colon, value = line.partition(b":")
            text = line.decode("utf-8", "replace")
            with c.group(line_field, size, text) as c:
                if colon:
                    start = len(line) - len(value.lstrip(b" \t"))
                    word = name.strip().lower().decode("latin-1")
                    found.setdefault(word, value.strip().decode("utf-8", "replace"))
                    c.pos += start
                    cls._header(c, word, len(line) - start)
                c.pos = c.end
        return found

    @classmethod
    def _header(cls, c: Cursor, name: str, size: int) -> None:
        field = HEADERS.get(name)
        if field is None:
            return
        value = c.peek_bytes(size)
        if name == "cookie":
            with c.group(field, size) as c:
                start = c.pos
                for pair in re.finditer(rb"[^;]+", value):
                    stripped = pair[0].lstrip(b" ")
                    c.pos = start + pair.end() - len(stripped)
                    if stripped:
                        c.add(cls.cookie_pair, len(stripped))
                c.pos = start + size
            return
        c.add(field, size)
        if name == "content-length" and value.strip().isdigit() and len(value) < 19:
            c.derived(cls.content_length, int(value))
        if name in ("authorization", "proxy-authorization") and value[:6].lower() == b"basic ":
            try:
                plain = base64.b64decode(value[6:].strip(), validate=True)
            except (binascii.Error, ValueError):
                return
            c.derived(cls.credentials, plain.decode("utf-8", "replace"))

    @classmethod
    def _body(cls, c: Cursor, found: dict[str, str], size: int, asked: str) -> None:
        chunked = "chunked" in found.get("transfer-encoding", "").lower()
        encoding = found.get("content-encoding", "").lower()
        start, made = c.pos, False
        if chunked:
            body, made = cls._chunks(c), True
        else:
            size = min(size, c.remaining)
            body = c.peek_bytes(size)
        if encoding in ("gzip", "x-gzip", "deflate", "br"):
            plain, whole = bodies.decoded(body, encoding)
            made = made or plain is not None
            body = body if plain is None else plain
            if not whole:
                c.note(
                    "warn", "Undecoded", f"Of the decompressed body only {len(body)} bytes are shown", "http.too_large"
                )
        end = c.pos if chunked else start + size
        c.run.media = found.get("content-type", "")
        c.run.tree.bodies.append((asked, c.run.media, body))
        layer = bodies.layer_of(bodies.plain_kind(c.run.media))
        shown = body.decode("utf-8", "replace")
        c.pos = start
        node = c.derived(cls.file_data, shown.partition("\0")[0], f"File Data: {len(body)} bytes")
        node.size = end - start
        if made:
            c.pos = end
            if body:
                c.inside(layer, body, "Body of the message")
        else:
            c.child(layer, size)

    @classmethod
    def _chunks(cls, c: Cursor) -> bytes:
        parts = list[bytes]()
        with c.group(cls.chunks) as c:
            while c.remaining:
                line, after = line_at(c, c.pos)
                digits = line.partition(b";")[0].strip()
                if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
                    break
                size = int(digits, 16)
                with c.group(
                    cls.chunk, None, f"Data chunk ({size} octets)" if size else "End of chunked encoding"
                ) as c:
                    c.add(cls.chunk_size, after - c.pos, value=size)
                    there = min(size, c.remaining)
                    if there:
                        parts.append(c.add(cls.chunk_data, there))
                    if there == size and size and c.remaining >= 2:
                        c.add(cls.chunk_boundary, 2)
                if not size:
                    while c.remaining:
                        line, after = line_at(c, c.pos)
                        if not line:
                            c.add(cls.header_end, after - c.pos)
                            break
                        c.add(cls.chunk_trailer, after - c.pos)
                    break
        return b"".join(parts)


HEADERS = {
    field.label.lower().replace("accept encoding", "accept-encoding"): field for field in Message.headers
}  # fmt: skip


def spaces(c: Cursor) -> None:
    """Move over spaces."""
    while c.pos < c.end and c.data[c.pos] == 0x20:
        c.pos += 1


class HTTP(Message):
    """HTTP over TCP."""

    name, label, column = "http", "Hypertext Transfer Protocol", "HTTP"
    messages = Messages(
        scan=message_size,
        anew=lambda p: (p.u32(0) == HTTP1) & (p.u16(4) == 0x2F31) & (p.u8(6) == 0x2E),
        switch=upgraded,
        opening=opening,
        switch_at=(8, b" 101"),
        begins=may_begin,
        usual=usual_sizes,
        bare=((b"HEAD", bare_size), (b"CONN", tunnel_size)),
        answers=b"HTTP",
        stays=True,
    )
    inmost = carried
    settled, settled_fields = lone_heads, frozenset({"*"})
    rarely = dict.fromkeys(("dns", "mime_multipart", "http2", "websocket"), lambda h: unusual(h))
    heuristics = ("tcp",)  # the ports' payloads, too: what does not begin with a message is the middle of one
    probe = is_start


class SSDP(Message):
    """Simple Service Discovery Protocol: HTTP over UDP."""

    name, label, column = "ssdp", "Simple Service Discovery Protocol", "SSDP"
    binds, accepts = {"udp.port": (1900,)}, is_start
