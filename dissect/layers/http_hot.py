"""The hot fields of HTTP/1, read from the heads of many messages at once: most say what others have said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from dissect.engine.layer import Carried
from dissect.engine.messages import UNTIL_END, Sized
from dissect.engine.peek import ColumnPeek
from dissect.engine.window import Positions
from dissect.layers import bodies, hot_lines
from dissect.layers.bodies import DATA
from dissect.layers.http_framing import CHUNKS, ENDED, MOST_CACHED, chunks_end, unchunked, usual_kind
from dissect.layers.http_words import FIRST, FIRST_NUMBERS, STATUSES, may_begin
from dissect.layers.json_text import is_json

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
PLAIN_LINE = re.compile(rb"[!-9;-~]+:[\t -~]*")
# of what `Head.said` says: how long the head is, and which layer has the body (None: `decode` says)
HEAD_SIZE, BODY = "_head", "_body"
# layers of bodies that need no look inside
BODIES = ("", DATA, bodies.TEXT, bodies.MEDIA, bodies.FORM, bodies.JSON, "message-http")
BLOCK = 18  # 2 ** BLOCK octets are read at once, which stay in cache
ZERO = np.zeros(1, np.int64)


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
    size, chunked = -1, False
    for line in lines if begun is not None else ():
        told = header_line(line)
        if told is None or (told.field and told.field in read):
            begun = None
            break
        if told.field:
            read[told.field] = told.value
        if size < 0:
            size = told.size
        chunked = chunked or told.chunked
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
    ends = UNTIL_END if code is not None else 0
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
    return Line(NAMED.get(name, ""), text, size, chunked)


def usual_sizes(octets: memoryview, starts: Positions, ends: Positions) -> tuple[Positions, Heads]:
    """See `Messages.usual`."""
    heads = read_heads(octets, starts, ends)
    return heads.total, heads


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
