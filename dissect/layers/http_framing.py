"""Where messages of HTTP/1 end, and their chunks (RFC 9112, sections 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dissect.engine.messages import AS_IT_IS, AT_LEAST, MORE, UNTIL_END
from dissect.layers.bodies import LINE_END
from dissect.layers.http_words import FIRST, may_start, starts_message

HOST = re.compile(rb"\nhost:", re.IGNORECASE)
END = re.compile(rb"\r?\n\r?\n")
LONG = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?(?=\n|$)", re.IGNORECASE)
CHUNKED = re.compile(rb"\ntransfer-encoding:[^\n]*chunked", re.IGNORECASE)
OPENS = re.compile(rb"HTTP/\d\.\d +2\d\d\b")
UPGRADED = re.compile(rb"\nupgrade:[ \t]*(websocket|h2c)", re.IGNORECASE)
OTHERS = {b"websocket": "websocket", b"h2c": "http2"}  # what a connection may become
MOST_HEADERS, MOST_CACHED = 1 << 16, 1 << 12
MOST_DIGITS, PLAIN_SIZE = 12, re.compile(rb"[0-9A-Fa-f]{1,8}")
CHUNKS, UNUSUAL = -3, -4  # of `body_kind` and `usual_kind`, beside sizes
ENDED = b"\r\n\r\n"


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
            yield at, False, uri if whole or not name else f"{scheme}://{name}{uri}"
        size = message_size(octets, at)
        if size <= 0 or size >= AT_LEAST:
            return
        at += size


def body_size(found: dict[str, str], rest: int) -> int:
    """The body's length: as the headers say, else `rest`."""
    text = found.get("content-length", "")
    return int(text) if text.isdigit() and len(text) < 19 else rest


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


def bare_size(octets: bytes, at: int) -> int:
    """How long an answer to HEAD is (RFC 9110 section 9.3.2)."""
    end = head_end(octets, at) if octets.startswith(b"HTTP/", at) else None
    return MORE if end is None else end[1] - at


def tunnel_size(octets: bytes, at: int) -> int:
    """How long an answer to CONNECT is where a tunnel opens (RFC 9112 section 6.3); 0 where none does."""
    return bare_size(octets, at) if OPENS.match(octets, at) else 0


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
    return UNTIL_END if response else 0


def upgraded(octets: bytes) -> str:
    """What both sides speak behind this answer."""
    found = UPGRADED.search(octets)
    return OTHERS[found[1].lower()] if found else ""


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
