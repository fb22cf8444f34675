"""The words with which messages of HTTP/1 begin (RFC 9110), and whether octets begin with one."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine import window
from dissect.engine.peek import ports_of
from dissect.layers.believed import HTTP_PORTS

KNOWN = ports_of(*HTTP_PORTS)
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
STARTS = tuple(sorted({(word + b" ")[:4] for word in (*METHODS, b"HTTP")}))
START_NUMBERS = tuple(int.from_bytes(word, "big") for word in STARTS)
GET, PUT, POST, HEAD, HTTP1 = (int.from_bytes(w, "big") for w in (b"GET ", b"PUT ", b"POST", b"HEAD", b"HTTP"))
SLASH = ord("/")
FIRST = frozenset(word[:3] for word in (*METHODS, b"HTTP"))
FIRST_NUMBERS = np.array([int.from_bytes(word, "big") for word in FIRST])


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
    """Whether a number, or which of several, is one of a few."""
    return window.among(values, np.array(few)) if isinstance(values, np.ndarray) else values in few


def begins_word(p: Any) -> Any:
    """Whether a payload of few octets, four at most looked at, may be how a message begins."""
    found = p.length < 0
    for size in (1, 2, 3, 4):
        octets = p.uint(0, size)
        which = p.length == size if size < 4 else p.length >= size
        for word in {word[:size] for word in STARTS}:
            found = found | (which & (octets == int.from_bytes(word, "big")))
    return found


def may_begin(p: Any) -> Any:
    """Whether a message may begin with these octets; of fewer than four it is not known."""
    return (p.length < 4) | among(p.u32(0), START_NUMBERS)


def starts_message(line: bytes) -> bool:
    """Whether this is a message's first line."""
    word, space, _ = line.partition(b" ")
    return word.startswith(b"HTTP/") or (bool(space) and word in METHODS)


def may_start(octets: bytes) -> bool:
    """Whether these few octets may become a first line."""
    return b"HTTP/".startswith(octets[:5]) or any(word.startswith(octets) for word in METHODS)
