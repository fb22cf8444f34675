"""QPACK (RFC 9204): the headers of HTTP/3, as far as static table and literals tell them.

An entry of the dynamic table is what an encoder stream has said before; it is shown by its number.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_OCTETS = 65_536  # of all headers of a block
STATIC = (  # appendix A
    (":authority", ""), (":path", "/"), ("age", "0"), ("content-disposition", ""), ("content-length", "0"),
    ("cookie", ""), ("date", ""), ("etag", ""), ("if-modified-since", ""), ("if-none-match", ""),
    ("last-modified", ""), ("link", ""), ("location", ""), ("referer", ""), ("set-cookie", ""),
    (":method", "CONNECT"), (":method", "DELETE"), (":method", "GET"), (":method", "HEAD"), (":method", "OPTIONS"),
    (":method", "POST"), (":method", "PUT"), (":scheme", "http"), (":scheme", "https"), (":status", "103"),
    (":status", "200"), (":status", "304"), (":status", "404"), (":status", "503"), ("accept", "*/*"),
    ("accept", "application/dns-message"), ("accept-encoding", "gzip, deflate, br"), ("accept-ranges", "bytes"),
    ("access-control-allow-headers", "cache-control"), ("access-control-allow-headers", "content-type"),
    ("access-control-allow-origin", "*"), ("cache-control", "max-age=0"), ("cache-control", "max-age=2592000"),
    ("cache-control", "max-age=604800"), ("cache-control", "no-cache"), ("cache-control", "no-store"),
    ("cache-control", "public, max-age=31536000"), ("content-encoding", "br"), ("content-encoding", "gzip"),
    ("content-type", "application/dns-message"), ("content-type", "application/javascript"),
    ("content-type", "application/json"), ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "image/gif"), ("content-type", "image/jpeg"), ("content-type", "image/png"),
    ("content-type", "text/css"), ("content-type", "text/html; charset=utf-8"), ("content-type", "text/plain"),
    ("content-type", "text/plain;charset=utf-8"), ("range", "bytes=0-"),
    ("strict-transport-security", "max-age=31536000"),
    ("strict-transport-security", "max-age=31536000; includesubdomains"),
    ("strict-transport-security", "max-age=31536000; includesubdomains; preload"), ("vary", "accept-encoding"),
    ("vary", "origin"), ("x-content-type-options", "nosniff"), ("x-xss-protection", "1; mode=block"),
    (":status", "100"), (":status", "204"), (":status", "206"), (":status", "302"), (":status", "400"),
    (":status", "403"), (":status", "421"), (":status", "425"), (":status", "500"), ("accept-language", ""),
    ("access-control-allow-credentials", "FALSE"), ("access-control-allow-credentials", "TRUE"),
    ("access-control-allow-headers", "*"), ("access-control-allow-methods", "get"),
    ("access-control-allow-methods", "get, post, options"), ("access-control-allow-methods", "options"),
    ("access-control-expose-headers", "content-length"), ("access-control-request-headers", "content-type"),
    ("access-control-request-method", "get"), ("access-control-request-method", "post"), ("alt-svc", "clear"),
    ("authorization", ""), ("content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'"),
    ("early-data", "1"), ("expect-ct", ""), ("forwarded", ""), ("if-range", ""), ("origin", ""),
    ("purpose", "prefetch"), ("server", ""), ("timing-allow-origin", "*"), ("upgrade-insecure-requests", "1"),
    ("user-agent", ""), ("x-forwarded-for", ""), ("x-frame-options", "deny"), ("x-frame-options", "sameorigin"),
)  # fmt: skip


class Cut(Exception):
    """A block ends within a field line."""


def header_list(block: bytes) -> Iterator[tuple[str, str]]:
    """The names and values of an encoded field section (section 4.5); it ends where it makes no sense."""
    try:
        _, at = number(block, 0, 8)
        sign = at < len(block) and block[at] & 0x80
        base, at = number(block, at, 7)
        told = 0
        while at < len(block) and told < MOST_OCTETS:
            name, value, at = field_line(block, at, -base if sign else base)
            told += len(name) + len(value)
            yield name, value
    except Cut:
        return


def field_line(block: bytes, at: int, base: int) -> tuple[str, str, int]:
    """The field line at `at`, and where it ends."""
    first = block[at]
    if first & 0x80:  # indexed
        index, at = number(block, at, 6)
        return (*(static(index) if first & 0x40 else dynamic(index)), at)
    if first & 0x40:  # a literal whose name is in a table
        index, at = number(block, at, 4)
        name = (static(index) if first & 0x10 else dynamic(index))[0]
    elif first & 0x20:  # a literal
        name, at = text(block, at, 3)
    elif first & 0x10:  # behind the base
        index, at = number(block, at, 4)
        return (*dynamic(index), at)
    else:
        index, at = number(block, at, 3)
        name = dynamic(index)[0]
    value, at = text(block, at, 7)
    return name, value, at


def static(index: int) -> tuple[str, str]:
    """An entry of the static table."""
    if index >= len(STATIC):
        raise Cut
    return STATIC[index]


def dynamic(index: int) -> tuple[str, str]:
    """An entry of the dynamic table, by its distance from the section's base."""
    return f"[dynamic {index}]", ""


def number(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """A number whose first `bits` bits stand in the octet at `at` (RFC 7541, section 5.1), and where it ends."""
    if at >= len(block):
        raise Cut
    most = (1 << bits) - 1
    value, at, shift = block[at] & most, at + 1, 0
    if value < most:
        return value, at
    while True:
        if at >= len(block) or shift > 56:
            raise Cut
        octet, at = block[at], at + 1
        value += (octet & 0x7F) << shift
        shift += 7
        if not octet & 0x80:
            return value, at


def text(block: bytes, at: int, bits: int) -> tuple[str, int]:
    """A string; the bit before its length says whether it is coded by Huffman's code."""
    if at >= len(block):
        raise Cut
    coded = block[at] >> bits & 1
    size, at = number(block, at, bits)
    octets = block[at : at + size]
    if len(octets) < size:
        raise Cut
    return (huffman(octets) if coded else octets).decode("utf-8", "replace"), at + size


def huffman(octets: bytes) -> bytes:
    """Decode Huffman's code (RFC 7541, appendix B); as it is where the library is not installed."""
    try:
        from hpack.exceptions import HPACKDecodingError
        from hpack.huffman_table import decode_huffman
    except ImportError:
        return octets.hex().encode()
    try:
        return bytes(decode_huffman(octets))
    except HPACKDecodingError:
        raise Cut from None
