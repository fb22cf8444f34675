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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

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
from dissect.engine.layer import Carried, Layer
from dissect.engine.messages import AS_IT_IS, AT_LEAST, MORE, UNTIL_END, Messages, Sized
from dissect.engine.peek import ColumnPeek
from dissect.engine.window import Positions
from dissect.layers import bodies, hot_lines
from dissect.layers.bodies import DATA, LINE_END, line_at
from dissect.layers.json_text import is_json

PORTS = (80, 631, 1900, 2710, 2869, 3128, 3132, 3689, 5985, 8080, 8088, 11371)
KNOWN = np.zeros(1 << 16, bool)
KNOWN[[*PORTS]] = True
METHODS = frozenset(
    b"GET PUT POST HEAD LOCK MOVE COPY TRACE PATCH MKCOL DELETE OPTIONS CONNECT PROPFIND PROPPATCH REPORT CHECKOUT "
    b"CHECKIN UNCHECKOUT UPDATE MERGE LABEL UNLOCK SEARCH BIND UNBIND MKACTIVITY MKWORKSPACE BASELINE-CONTROL "
    b"VERSION-CONTROL NOTIFY M-SEARCH SUBSCRIBE UNSUBSCRIBE POLL BMOVE BCOPY BDELETE BPROPFIND BPROPPATCH SUBSCRIPTIONS "
    b"RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA SOURCE CCM_POST SMS_POST".split()
)
STATUSES = {
    100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints", 199: "Informational - Others",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-authoritative Information", 204: "No Content",
    205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
    299: "Success - Others", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other",
    304: "Not Modified", 305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Time-out", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Request Entity Too Large", 414: "Request-URI Too Long",
    415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable", 417: "Expectation Failed",
    418: "I'm a teapot", 421: "Misdirected Request", 422: "Unprocessable Entity", 423: "Locked",
    424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Time-out", 505: "HTTP Version not supported", 506: "Variant Also Negotiates",
    507: "Insufficient Storage", 508: "Loop Detected", 511: "Network Authentication Required",
}  # fmt: skip


def is_start(p: Any) -> Any:
    """Whether a payload begins with a request or a response."""
    first, known = p.u32(0), KNOWN[p.h.srcport] | KNOWN[p.h.dstport]
    begins = known & among(first, START_NUMBERS)
    if not np.all(known):
        path = ((first == GET) | (first == PUT)) & (p.u8(4) == SLASH)
        path = path | (((first == POST) | (first == HEAD)) & (p.u16(4) == 0x202F))
        begins = begins | path | ((first == HTTP1) & (p.u32(4) >> 1 == 0x2F312E30 >> 1))
    whole = (p.length >= 8) & begins
    few = known & (p.length > 0) & (p.length < 8)
    return whole | (few & begins_word(p)) if np.any(few) else whole  # rarely, and it takes a hundred comparisons


def among(values: Any, few: tuple[int, ...]) -> Any:
    """Whether a number, or which of several, is one of a few in ascending order."""
    if not isinstance(values, np.ndarray):
        return values in few
    table = np.array(few)
    return table[np.searchsorted(table, values).clip(max=len(few) - 1)] == values


def begins_word(p: Any) -> Any:
    """Whether a payload of few octets, four at most looked at, may be how a message begins."""
    found = p.length < 0
    for size in (1, 2, 3, 4):
        octets = p.uint(0, size)
        which = p.length == size if size < 4 else p.length >= size
        for word in {word[:size] for word in STARTS}:
            found = found | (which & (octets == int.from_bytes(word, "big")))
    return found


STARTS = tuple(sorted({(word + b" ")[:4] for word in (*METHODS, b"HTTP")}))
START_NUMBERS = tuple(int.from_bytes(word, "big") for word in STARTS)
GET, PUT, POST, HEAD, HTTP1 = (int.from_bytes(w, "big") for w in (b"GET ", b"PUT ", b"POST", b"HEAD", b"HTTP"))
SLASH = ord("/")
FIRST = frozenset(word[:3] for word in (*METHODS, b"HTTP"))
FIRST_NUMBERS = np.array([int.from_bytes(word, "big") for word in FIRST])


def may_begin(p: Any) -> Any:
    """Whether a message may begin with these octets; of fewer than four it is not known."""
    return (p.length < 4) | among(p.u32(0), START_NUMBERS)


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


NAMED = {  # headers whose values are hot
    b"host": "http.host", b"user-agent": "http.user_agent", b"referer": "http.referer", b"accept": "http.accept",
    b"server": "http.server", b"date": "http.date", b"location": "http.location", b"content-type": "http.content_type",
    b"content-length": "http.content_length_header", b"content-encoding": "http.content_encoding",
    b"connection": "http.connection", b"cache-control": "http.cache_control", b"set-cookie": "http.set_cookie",
    b"accept-encoding": "http.accept_encoding", b"accept-language": "http.accept_language",
    b"last-modified": "http.last_modified", b"transfer-encoding": "http.transfer_encoding",
}  # fmt: skip
HOT = (
    "http.request", "http.response", "http.request.method", "http.request.uri", "http.request.version",
    "http.request.full_uri", "http.response.version", "http.response.code", "http.response.code.desc",
    "http.response.phrase", "http.content_length", *NAMED.values(),
)  # fmt: skip
ANSWER = re.compile(rb"(HTTP/1\.[01]) (\d{3}) ([!-~][ -~]*)")
ASKED = re.compile(rb"(GET|HEAD|POST|PUT|OPTIONS|DELETE|PATCH) (/[!-~]*) (HTTP/1\.[01])")
HOST = re.compile(rb"\nhost:", re.IGNORECASE)
PLAIN_LINE = re.compile(rb"[!-9;-~]+:[\t -~]*")


# of what `Head.said` says: how long the head is, and which layer has the body (None: `decode` says)
HEAD_SIZE, BODY = "_head", "_body"
# layers of bodies that need no look inside
BODIES = ("", DATA, bodies.TEXT, bodies.MEDIA, bodies.FORM, bodies.JSON, "message-http")


def simple_texts(
    octets: memoryview, starts: Positions, ends: Positions, sized: Sequence[Sized] = ()
) -> hot_lines.Said:
    """The hot fields of lone messages with plain headers, all of which `may_begin`; None: decode it."""
    heads = known_heads(octets, starts, ends, sized)
    said: list[dict[str, Any] | None] = [one.said for one in heads.told]
    size = ends - starts
    plain = np.array([one is not None for one in said], bool)[heads.which]
    plain &= (heads.total == size) | (heads.total == UNTIL_END)
    which = np.where(plain, heads.which, len(said))
    for i in np.flatnonzero(~plain & (size == 3)).tolist():
        if octets[starts[i] : ends[i]].tobytes() not in FIRST:  # the middle of a message
            which[i] = len(said) + 1
    return which, [*said, None, {}]


class Heads(NamedTuple):
    """The heads of messages: which of those `told`, and how long the message is (see `Messages.usual`)."""

    which: Positions
    total: Positions
    told: list[Head]


def known_heads(octets: memoryview, starts: Positions, ends: Positions, sized: Sequence[Sized]) -> Heads:
    """The heads of messages, of which some may have been read."""
    which, total, told = np.full(len(starts), -1), np.zeros(len(starts), np.int64), list[Head]()
    for one in sized:
        at = one.starts.searchsorted(starts)
        at[at == len(one.starts)] = 0
        here = np.flatnonzero((one.starts[at] == starts) & (one.ends[at] == ends)) if len(one.starts) else ()
        if len(here):
            which[here], total[here] = one.told.which[at[here]] + len(told), one.told.total[at[here]]
            told += one.told.told
    rest = np.flatnonzero(which < 0)
    if len(rest):
        more = read_heads(octets, starts[rest], ends[rest])
        which[rest], total[rest] = more.which + len(told), more.total
        told += more.told
    return Heads(which, total, told)


def read_heads(octets: memoryview, starts: Positions, ends: Positions) -> Heads:
    """The heads of messages, which begin with an end in sight."""
    heads = heads_of(octets, starts, np.minimum(ends, starts + MOST_CACHED))  # most end before
    numbers = dict[bytes, int]()
    which = np.array([numbers.setdefault(head, len(numbers)) for head in heads], np.int64)
    whole = [head if head.endswith(ENDED) else b"" for head in numbers]
    told = [read_head(head) if head else NO_HEAD for head in whole]
    size, kind = np.array([*map(len, whole)], np.int64)[which], np.array([one.body for one in told], np.int64)[which]
    total = np.where(kind >= 0, size + kind, np.where(kind == UNTIL_END, UNTIL_END, 0))
    for i in np.flatnonzero(kind == CHUNKS).tolist():
        total[i] = max(chunks_end(octets[starts[i] : ends[i]].tobytes(), int(size[i])), 0)
    return Heads(which, total, told)


def heads_of(octets: memoryview, starts: Positions, stops: Positions) -> list[bytes]:
    """The octets of messages to their first empty line; where there is none, others that end otherwise."""
    out = list[bytes]()
    for first, last in blocks(starts):
        begins, limits = starts[first:last], stops[first:last]
        low, high = int(begins[0]), int(limits.max())
        if high - low > (last - first) * MOST_CACHED:  # what lies between them is most of it
            each = zip(begins.tolist(), limits.tolist(), strict=True)
            out += [some[: some.find(ENDED) + 4] for a, b in each for some in (octets[a:b].tobytes(),)]
            continue
        some, begins, limits = octets[low:high].tobytes(), begins - low, limits - low
        find = some.find
        out += [some[a : find(ENDED, a, b) + 4] for a, b in zip(begins.tolist(), limits.tolist(), strict=True)]
    return out


def blocks(starts: Positions) -> Iterable[tuple[int, int]]:
    """From which to which message they lie so near to each other that they are read at once."""
    if not len(starts):
        return ()
    near = (starts[1:] >> BLOCK == starts[:-1] >> BLOCK) & (starts[1:] >= starts[:-1])
    return pairwise([0, *(np.flatnonzero(~near) + 1).tolist(), len(starts)])


class Head(NamedTuple):
    """A first line with its headers and the empty line behind: how long the body is (as `body_kind` says), and the hot
    fields, or None for "decode them"."""

    body: int
    said: dict[str, Any] | None


NO_HEAD = Head(0, None)


@lru_cache(maxsize=4096)
def read_head(head: bytes) -> Head:
    """What octets say that end with the first CR LF CR LF."""
    first, *lines = head[:-4].split(b"\r\n")
    begun, read = first_line(first), dict[str, Any]()
    size, chunked, typed, kept = -1, False, False, False
    for line in lines if begun is not None else ():
        told = header_line(line)
        if told is None or (told.field and told.field in read):
            begun = None
            break
        if told.field:
            read[told.field] = told.value
        if size < 0:
            size = told.size
        chunked, typed, kept = chunked or told.chunked, typed or told.typed, kept or told.kept
    if begun is None:
        return Head(usual_kind(head[:-4]), None)
    read |= begun
    kind = bodies.layer_of(bodies.plain_kind(read.get("http.content_type", "")))
    code, uri = begun.get("http.response.code"), begun.get("http.request.uri", "")
    read |= {HEAD_SIZE: len(head), BODY: None if code is not None and code < 100 else kind}
    if size >= 0:
        read["http.content_length"] = size
    if "://" in uri.partition("?")[0]:
        read["http.request.full_uri"] = uri
    elif uri and (host := read.get("http.host", "").strip()):
        read["http.request.full_uri"] = f"http://{host}{uri}"
    if code is not None and (100 <= code < 200 or code in (204, 304)):
        return Head(0, read)
    ends = UNTIL_END if code is not None and typed and not kept else 0
    return Head(CHUNKS if chunked else size if size >= 0 else ends, read)


@lru_cache(maxsize=4096)
def first_line(line: bytes) -> dict[str, Any] | None:
    """The hot fields of a plain first line."""
    found = ANSWER.fullmatch(line) or ASKED.fullmatch(line)
    if found is None:
        return None
    one, two, three = (part.decode("ascii") for part in found.groups())
    if one.startswith("HTTP/"):
        return {
            "http.response": True, "http.response.version": one, "http.response.code": int(two),
            "http.response.code.desc": STATUSES.get(int(two), f"Unknown ({int(two)})"), "http.response.phrase": three,
        }  # fmt: skip
    return {
        "http.request": True, "http.request.method": one, "http.request.uri": two, "http.request.version": three,
    }  # fmt: skip


class Line(NamedTuple):
    """A plain header: the hot field that it is ("" for none) and its value; what it says of the body."""

    field: str
    value: str
    size: int = -1
    chunked: bool = False
    typed: bool = False
    kept: bool = False


@lru_cache(maxsize=4096)
def header_line(line: bytes) -> Line | None:
    """What a header says; None where it is not plain.  Most are met again and again."""
    if not PLAIN_LINE.fullmatch(line):
        return None
    name, _, value = line.partition(b":")
    name, text = name.lower(), value.lstrip(b" \t").decode("ascii")
    plain = text.strip()
    size = int(plain) if name == b"content-length" and plain.isdecimal() and len(plain) < 19 else -1
    chunked = name == b"transfer-encoding" and "chunked" in plain.lower()
    kept = name in (b"connection", b"proxy-connection") and text.lower().startswith("keep-alive")
    return Line(NAMED.get(name, ""), text, size, chunked, name == b"content-type", kept)


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


def outline(octets: bytes, scheme: str = "http") -> Iterator[tuple[int, bool, str]]:
    """The messages in some octets: where each begins, whether it is an answer, and a request's whole URI."""
    at = 0
    while 0 <= at < len(octets):
        line = LINE_END.search(octets, at)
        first = octets[at : line.start() if line else len(octets)]
        if not starts_message(first):
            return
        head = END.search(octets, at)
        if first.startswith(b"HTTP/"):
            yield at, True, ""
        else:
            method, _, rest = first.partition(b" ")
            uri = rest.strip(b" ").partition(b" ")[0].decode("utf-8", "replace")
            host = HOST.search(octets, at, head.start() if head else len(octets))
            name = octets[host.end() :].partition(b"\n")[0].strip().decode("utf-8", "replace") if host else ""
            whole = method == b"CONNECT" or "://" in uri.partition("?")[0]
            yield at, False, uri if whole else f"{scheme}://{name}{uri}" if name else ""
        size = message_size(octets, at)
        if size <= 0 or size >= AT_LEAST:
            return
        at += size


def spaces(c: Cursor) -> None:
    """Move over spaces."""
    while c.pos < c.end and c.data[c.pos] == 0x20:
        c.pos += 1


def starts_message(line: bytes) -> bool:
    """Whether this is a message's first line."""
    word, space, _ = line.partition(b" ")
    return word.startswith(b"HTTP/") or (bool(space) and word in METHODS)


def body_size(found: dict[str, str], rest: int) -> int:
    """The body's length: as the headers say, else `rest`."""
    text = found.get("content-length", "")
    return int(text) if text.isdigit() and len(text) < 19 else rest


def plain_info(data: bytes) -> tuple[str, str] | None:
    """What the list says of a single message with all of its body, behind the protocol and as Info; None: only
    `decode` knows."""
    head, end, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    if not end or not starts_message(first) or head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
        return None
    found = dict[str, str]()
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() in WORDS:
            found.setdefault(name.strip().lower().decode(), value.strip().decode("utf-8", "replace"))
    is_response = first.startswith(b"HTTP/")
    if body:
        code = first.partition(b" ")[2].lstrip(b" ")[:3]
        bodyless = is_response and (
            not code.isdigit() or len(code) < 3 or code[:1] in b"01" or code in (b"204", b"304")
        )
        if bodyless:
            return None
        if "transfer-encoding" in found:
            if message_size(data, 0) != len(data):
                return None
        elif body_size(found, len(body) if is_response else 0) < len(body):
            return None
    text = f"{first.decode('utf-8', 'replace')} "
    if not body:
        return "", text
    if "transfer-encoding" in found:
        body = unchunked(body)
    if "content-encoding" in found:
        plain, whole = bodies.decoded(body, found["content-encoding"])
        if plain is None or not whole:
            return None
        body = plain
    if not body or sum(map(body.count, (b"\n", b"\r", b"&"))) > MOST_ITEMS:
        return None
    kind = bodies.plain_kind(found.get("content-type", ""))
    layer = bodies.layer_of(kind)
    if layer == bodies.JSON and "content-encoding" not in found and is_json(body):
        return "/JSON", f"{text}, JavaScript Object Notation ({kind})"
    if layer not in bodies.SUFFIXED and (layer != DATA or "content-encoding" in found):
        return None
    return "", text + (f" ({kind})" if layer in bodies.SUFFIXED else "")


def opening(octets: bytes) -> str | None:
    """What the list says of a segment with which a message begins: its first line, if that is all there."""
    line, end, _ = octets.partition(b"\n")
    line = line.rstrip(b"\r")
    return f"{line.decode('utf-8', 'replace')} " if end and starts_message(line) else None


def unchunked(body: bytes) -> bytes:
    """What the chunks of a whole body hold (RFC 9112, section 7.1); nothing where one is odd."""
    parts, at = list[bytes](), 0
    while True:
        digits, end, _ = body[at : at + MOST_DIGITS].partition(b"\r\n")
        if not end or not PLAIN_SIZE.fullmatch(digits):
            return b""
        size, at = int(digits, 16), at + len(digits) + 2
        if not size:
            return b"".join(parts)
        if body[at + size : at + size + 2] != b"\r\n":
            return b""
        parts.append(body[at : at + size])
        at += size + 2


MOST_ITEMS = 4000  # lines or fields of a form; one with more is decoded
MOST_DIGITS, PLAIN_SIZE = 12, re.compile(rb"[0-9A-Fa-f]{1,8}")


WORDS = {b"content-type", b"content-length", b"transfer-encoding", b"content-encoding"}


END = re.compile(rb"\r?\n\r?\n")
TYPED = re.compile(rb"\ncontent-type:", re.IGNORECASE)
LONG = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?(?=\n|$)", re.IGNORECASE)
CHUNKED = re.compile(rb"\ntransfer-encoding:[^\n]*chunked", re.IGNORECASE)
KEPT = re.compile(rb"\n(?:proxy-)?connection:[ \t]*keep-alive", re.IGNORECASE)
UPGRADED = re.compile(rb"\nupgrade:[ \t]*(websocket|h2c)", re.IGNORECASE)
OTHERS = {b"websocket": "websocket", b"h2c": "http2"}  # what a connection may become
MOST_HEADERS, MOST_CACHED = 1 << 16, 1 << 12
BLOCK = 18  # 2 ** BLOCK octets are read at once, which stay in cache
CHUNKS, UNUSUAL = -3, -4
ENDED = b"\r\n\r\n"
ZERO = np.zeros(1, np.int64)


def message_size(octets: bytes, at: int) -> int:
    """How long a message is (RFC 9112 section 6); see `Messages.scan`."""
    if octets[at : at + 3] not in FIRST and len(octets) - at >= 3:
        return AS_IT_IS
    usual = octets.find(b"\r\n\r\n", at)
    if 0 <= usual - at <= MOST_CACHED:  # most heads: what they say is remembered
        start, kind = usual + 4, usual_kind(octets[at:usual])
        if kind != UNUSUAL:
            return sized(octets, at, start, kind)
    line = octets.find(b"\n", at)
    first = octets[at:] if line < 0 else octets[at:line]
    if not starts_message(first):
        return MORE if line < 0 and may_start(first) else AS_IT_IS
    end = head_end(octets, at)
    if end is None:
        return MORE if len(octets) - at < MOST_HEADERS else AS_IT_IS
    return sized(octets, at, end[1], body_kind(octets[at : end[0]]))


def usual_sizes(octets: memoryview, starts: Positions, ends: Positions) -> tuple[Positions, Heads]:
    """See `Messages.usual`."""
    heads = read_heads(octets, starts, ends)
    return heads.total, heads


def bare_size(octets: bytes, at: int) -> int:
    """How long an answer to HEAD is (RFC 9110 section 9.3.2)."""
    end = head_end(octets, at) if octets.startswith(b"HTTP/", at) else None
    return MORE if end is None else end[1] - at


def sized(octets: bytes, at: int, start: int, kind: int) -> int:
    """How long a message is whose body begins at `start`."""
    if kind == CHUNKS:
        stop = chunks_end(octets, start)
        return stop - at if stop > 0 else stop
    return UNTIL_END if kind == UNTIL_END else start - at + kind


@lru_cache(maxsize=4096)
def usual_kind(head: bytes) -> int:
    """`body_kind` of the lines before an empty one; UNUSUAL where there is another empty line, or no message."""
    if b"\n\n" in head or b"\n\r\n" in head or not starts_message(head.partition(b"\n")[0]):
        return UNUSUAL
    return body_kind(head)


def head_end(octets: bytes, at: int) -> tuple[int, int] | None:
    """Where the headers end, and where the body begins: behind the first empty line."""
    usual = octets.find(b"\n\r\n", at)
    bare = octets.find(b"\n\n", at, usual if usual >= 0 else len(octets))
    found, size = (bare, 2) if bare >= 0 else (usual, 3)
    if found < 0:
        return None
    return (found - 1 if found > at and octets[found - 1] == 0x0D else found), found + size


def body_kind(head: bytes) -> int:
    """How long the body is, UNTIL_END, or CHUNKS."""
    first, lower = head.partition(b"\n")[0], head.lower()
    response = first.startswith(b"HTTP/")
    code = first.partition(b" ")[2].lstrip(b" ")[:3]
    if response and (code[:1] == b"1" or code in (b"204", b"304")):
        return 0
    if b"\ntransfer-encoding:" in lower and CHUNKED.search(head):
        return CHUNKS
    place = lower.find(b"\ncontent-length:")
    long = LONG.search(head, place) if place >= 0 else None
    if long:
        return int(long[1])
    if response and TYPED.search(head) and not KEPT.search(head):
        return UNTIL_END
    return 0


def upgraded(octets: bytes) -> str:
    """What both sides speak behind this answer."""
    found = UPGRADED.search(octets)
    return OTHERS[found[1].lower()] if found else ""


def may_start(octets: bytes) -> bool:
    """Whether these few octets may become a first line."""
    return b"HTTP/".startswith(octets[:5]) or any(word.startswith(octets) for word in METHODS)


def chunks_end(octets: bytes, at: int) -> int:
    """Where a chunked body ends, or at least reaches to; MORE, or AS_IT_IS where it is none (RFC 9112 section 7.1)."""
    while True:
        plain = octets.find(b"\r\n", at, at + MOST_DIGITS)
        if plain > 0 and PLAIN_SIZE.fullmatch(octets, at, plain) and (size := int(octets[at:plain], 16)):
            at = plain + 4 + size
            if at > len(octets):
                return AT_LEAST + at
            continue
        if octets.startswith(b"0\r\n\r\n", at):
            return at + 5
        line = LINE_END.search(octets, at)
        if line is None or (line[0] == b"\r" and line.end() == len(octets)):
            return MORE if len(octets) - at < MOST_HEADERS else AS_IT_IS
        digits = octets[at : line.start()].partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
            return AS_IT_IS
        size = int(digits, 16)
        at = line.end()
        if not size:
            return trailers_end(octets, at)
        at += size + 2
        if at > len(octets):
            return AT_LEAST + at


def trailers_end(octets: bytes, at: int) -> int:
    """Where the lines behind the last chunk end."""
    while True:
        line = LINE_END.search(octets, at)
        if line is None or (line[0] == b"\r" and line.end() == len(octets)):
            return MORE if len(octets) - at < MOST_HEADERS else AS_IT_IS
        if line.start() == at:
            return line.end()
        at = line.end()


def packed_kind(layer: str, body: bytes, packed: str | None) -> str | None:
    """The layer of a body that may be compressed: it is there if there is anything of it; None: `decode` says."""
    if layer == bodies.JSON:
        return layer if not packed and is_json(body) else None
    return layer if bodies.begins(body, packed or "") else None


def carried(h: Any) -> Carried:
    """The bodies of a group's messages, of those that are whole, alone and of a type that needs no look inside."""
    read = hot_lines.scanned(h, simple_texts, HOT, may_begin)
    octets, peek = memoryview(h.octets.u1), ColumnPeek(h.octets, h.start, h.end, h.end, None)
    numbers = {layer: i for i, layer in enumerate(BODIES)}
    out = Carried(np.full(len(h.start), -1, np.int64), [(layer,) if layer else () for layer in BODIES])
    out.at = at = np.where(peek.length > 3, h.start, -1)
    out.which[~np.isin(peek.uint(0, 3), FIRST_NUMBERS) & (peek.length > 3)] = numbers[DATA]  # the middle of a message
    for row, said in zip(read.rows.tolist(), map(read.said.__getitem__, read.which.tolist()), strict=True):
        start, end = int(h.start[row]) + said[HEAD_SIZE], int(h.end[row])
        layer = said[BODY] if start < end else ""
        at[row] = start
        coding, packed = said.get("http.transfer_encoding"), said.get("http.content_encoding")
        if layer and (coding or packed or layer == bodies.JSON):
            at[row] = -1
            body = bytes(octets[start:end])
            layer = packed_kind(layer, unchunked(body) if coding == "chunked" else b"" if coding else body, packed)
        out.which[row] = numbers.get(layer, -1)
    out.which[h.end < h.limit] = -1
    return out


def told_simply(data: bytes) -> bool:
    """Whether hot fields tell of a message."""
    which, said = simple_texts(memoryview(data), ZERO, np.array([len(data)]))
    return bool(said[which[0]])


def lone_heads(h: Any) -> Any:
    """Which of a group are single messages without a body, of which hot fields tell everything that is asked for."""
    found = np.asarray(h.end >= h.limit)
    octets = memoryview(h.octets.u1)
    for row in np.flatnonzero(found).tolist():
        data = bytes(octets[h.start[row] : h.end[row]])
        found[row] = (
            data.find(b"\r\n\r\n") == len(data) - 4
            and told_simply(data)
            and plain_info(data) is not None
        )
    return found


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
        bare=(b"HEAD", b"HTTP"),
        bare_size=bare_size,
    )
    inmost = carried
    settled, settled_fields = lone_heads, frozenset({"*"})
    rarely = dict.fromkeys(("dns", "mime_multipart", "http2", "websocket"), lambda h: unusual(h))
    heuristics = ("tcp",)  # the ports' payloads, too: what does not begin with a message is the middle of one
    probe = is_start


class SSDP(Message):
    """Simple Service Discovery Protocol: HTTP over UDP."""

    name, label, column = "ssdp", "Simple Service Discovery Protocol", "SSDP"
    binds = {"udp.port": (1900,)}
