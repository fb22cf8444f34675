"""Bodies of messages (HTTP, SIP, CoAP, mail): which layer a media type has, and the layers that are plain text or none.

The message puts the Content-Type, parameters and all, in `Dissection.media`; layers of bodies read it there.
"""

from __future__ import annotations

import re
import zlib

from dissect.engine.cursor import Cursor
from dissect.engine.fields import raw, string, stringz
from dissect.engine.layer import Layer
from dissect.engine.outline import KEYS

MOST = 1 << 22  # bytes that a compressed body may become
TEXT, MEDIA, FORM, DATA, JSON, XML, PARTS = (
    "data-text-lines", "media", "urlencoded-form", "data", "json", "xml", "mime_multipart",
)  # fmt: skip
TYPES = {
    "application/x-www-form-urlencoded": FORM, "application/x-javascript": TEXT,
    "application/x-ns-proxy-autoconfig": TEXT, "application/x-json": TEXT, "message/http": "message-http",
    "image/png": "png", "image/gif": "image-gif", "image/jpeg": "image-jfif", "image/jpg": "image-jfif",
    "application/json": JSON, "application/json-rpc": JSON, "application/jsonrequest": JSON,
    "application/problem+json": JSON, "application/merge-patch+json": JSON, "application/json-patch+json": JSON,
    "text/xml": XML, "text/vnd.wap.wml": XML, "text/vnd.wap.si": XML, "text/vnd.wap.sl": XML,
    "application/octet-stream": DATA, "application/dns-message": "dns",
}  # fmt: skip
XML_TYPES = re.compile(
    r"application/xml|application/xml-dtd|application/(?:x-)?wms\+xml|(?:application|image|model|message)/.*\+xml"
)
LAYERS = (
    TEXT, MEDIA, FORM, DATA, JSON, XML, PARTS, "png", "image-gif", "image-jfif", "message-http", "dns",
)  # fmt: skip
# DNS is looked for in bodies only where it was named (RFC 8484), or where that may have been said under a seal
GATES = {"dns": (KEYS, "dns-message")}
LINE_END = re.compile(rb"\r\n|\n|\r")
SUFFIXED = frozenset({TEXT, MEDIA, FORM})  # layers that say the media type in the list


def layer_of(kind: str) -> str:
    """The layer for a body of a media type."""
    if not kind:
        return DATA
    if kind in TYPES:
        return TYPES[kind]
    if kind.startswith("multipart/"):
        return PARTS
    if XML_TYPES.fullmatch(kind):
        return XML
    return TEXT if kind.startswith("text/") else MEDIA


def decompressed(body: bytes) -> tuple[bytes | None, bool]:
    """What a gzip or deflate body holds, None if it is neither; and whether all of it was asked for.

    It stops at `MOST` bytes; a body of which more is claimed is shown as far as that.
    """
    for bits in (47, -15):
        made = zlib.decompressobj(bits)
        try:
            plain = made.decompress(body, MOST)
        except zlib.error:
            continue
        return plain, not made.unconsumed_tail
    return None, True


def begins(body: bytes, encoding: str) -> bool:
    """Whether a body is known to hold anything when it is decoded: its first octet is looked for."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return bool(body) and not encoding
    for bits in (47, -15):
        try:
            return bool(zlib.decompressobj(bits).decompress(body, 1))
        except zlib.error:
            continue
    return False


def decoded(body: bytes, encoding: str) -> tuple[bytes | None, bool]:
    """What a body of this Content-Encoding holds, None where it cannot be read; whether that is all of it."""
    word = encoding.strip().lower()
    if word in ("gzip", "x-gzip", "deflate"):
        return decompressed(body)
    if word == "br":
        return unbrotlied(body)
    return None, True


def unbrotlied(body: bytes) -> tuple[bytes | None, bool]:
    """The same of a body compressed with Brotli (RFC 7932), where the library is there (the `http2` extra)."""
    try:
        import brotli
    except ImportError:
        return None, True
    made, out, size = brotli.Decompressor(), list[bytes](), 0
    try:
        # in small steps: a step may become much
        for at in range(0, len(body), 256):
            out.append(made.process(body[at : at + 256]))
            size += len(out[-1])
            if size > MOST:
                return b"".join(out)[:MOST], False
    except brotli.error:
        return None, True
    return b"".join(out), True


def plain_kind(media: str) -> str:
    """A Content-Type without its parameters."""
    return media.partition(";")[0].strip().lower()


def line_at(c: Cursor, pos: int) -> tuple[bytes, int]:
    """The line that begins at `pos`, without its end, and where the next one begins."""
    found = LINE_END.search(c.data, pos, c.end)
    return (c.data[pos : c.end], c.end) if found is None else (c.data[pos : found.start()], found.end())


class TextLines(Layer):
    """A text body."""

    name, label = TEXT, "Line-based text data"
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(f" ({plain_kind(c.run.media) or 'text/plain'})")
        while c.remaining:
            line, after = line_at(c, c.pos)
            c.add(cls.line, after - c.pos, text=line.decode("utf-8", "replace"))


class MessageHTTP(Layer):
    """A message within a message: its lines."""

    name, label = "message-http", "Media Type"
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(" (message/http)")
        while c.remaining:
            line, after = line_at(c, c.pos)
            c.add(cls.line, after - c.pos, text=line.decode("utf-8", "replace"))


class Media(Layer):
    """A body of a type that has no layer."""

    name, label = MEDIA, "Media Type"
    media = raw(None, "media.type", "Media type")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(f" ({plain_kind(c.run.media)})")
        c.rest(cls.media)


class Form(Layer):
    """A form's fields, encoded as in a URL."""

    name, label = FORM, "HTML Form URL Encoded"
    item = string(None, "", "Form item")
    key = stringz(None, "urlencoded-form.key", "Key")
    value = stringz(None, "urlencoded-form.value", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(f" ({plain_kind(c.run.media)})")
        while c.remaining:
            item = c.peek_bytes(c.remaining).partition(b"&")[0]
            key, equals, value = item.partition(b"=")
            names = unquoted(key), unquoted(value)
            size = min(len(item) + 1, c.remaining)  # the ampersand, too
            with c.group(cls.item, size, f'Form item: "{names[0]}" = "{names[1]}"') as c:
                c.add(cls.key, len(key), value=names[0])
                if equals:
                    c.pos += 1
                c.add(cls.value, len(value), value=names[1])
                c.pos = c.end


def unquoted(text: bytes) -> str:
    """Without `+` and `%41`."""
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.replace(b"+", b" "))
    return plain.decode("utf-8", "replace")
