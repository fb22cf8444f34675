"""Bodies of several parts (RFC 2046 section 5.1).

    preamble  --boundary CRLF  headers CRLF CRLF body  CRLF--boundary CRLF  ...  CRLF--boundary--  epilogue

Parts go to the layers of their Content-Type.
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, STRING, Field
from dissect.engine.layer import Layer
from dissect.layers import bodies
from dissect.layers.bodies import line_at, plain_kind

DEEPEST = 8  # parts within parts
PICTURES = frozenset({"png", "image-gif", "image-jfif"})
NAMES = (
    "Content-Description", "Content-Disposition", "Content-Encoding", "Content-Id", "Content-Language",
    "Content-Length", "Content-Transfer-Encoding", "Content-Type", "OriginalContent",
)  # fmt: skip
BOUNDARY = re.compile(r";\s*boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE)
GUESSED = re.compile(rb"(?:\A|\n)--([^\r\n]{1,70})\r?\n")
FOLDED = re.compile(rb"[ \t]*\r?\n[ \t]+|[ \t]+")


class Multipart(Layer):
    """The parts of a body, each with headers of its own."""

    name, label = bodies.PARTS, "MIME Multipart Media Encapsulation"
    reaches = bodies.LAYERS
    gates = bodies.GATES

    type = Field("mime_multipart.type", "Type", STRING)
    preamble, trailer_of = Field("mime_multipart.preamble", "Preamble", BYTES), Field("mime_multipart.trailer", "Trailer", BYTES)
    first = Field("mime_multipart.first_boundary", "First boundary", STRING)
    between = Field("mime_multipart.boundary", "Boundary", STRING)
    last = Field("mime_multipart.last_boundary", "Last boundary", STRING)
    part = Field("mime_multipart.part", "Encapsulated multipart part", STRING)
    headers = tuple(Field(f"mime_multipart.header.{name.lower()}", name, STRING) for name in NAMES)
    other = Field("", "Header", STRING)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        media = c.run.media
        c.derived(cls.type, plain_kind(media))
        boundary = boundary_of(media, c.peek_bytes(c.remaining))
        nested = media.count("\0")
        if not boundary or nested > DEEPEST:
            c.note("warn", "Protocol", "Parts without a boundary, or nested too deep", "mime_multipart.no_parts")
            c.rest(cls.trailer_of)
            return
        mark = re.compile(rb"(?:\A|\r?\n)?--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
        ends = [found for found in mark.finditer(c.data, c.pos, c.end) if cls._begins_line(c, found)]
        for i, found in enumerate(ends):
            if i == 0 and found[0].startswith((b"\r", b"\n")):  # the line before the first one ends it
                size = found.start() + len(found[0]) - len(found[0].lstrip(b"\r\n")) - c.pos
            else:
                size = found.start() - c.pos
            if size:
                if i:
                    cls._part(c, size, nested)
                else:
                    c.add(cls.preamble, size)
            field = cls.last if found[1] else cls.between if i else cls.first
            text = c.peek_bytes(found.end() - c.pos).decode("utf-8", "replace")
            c.add(field, found.end() - c.pos, value=text)
            if found[1]:
                break
        c.rest(cls.trailer_of)

    @staticmethod
    def _begins_line(c: Cursor, found: re.Match[bytes]) -> bool:
        return found[0][:1] in b"\r\n" or found.start() == c.start or c.data[found.start() - 1] == 0x0A

    @classmethod
    def _part(cls, c: Cursor, size: int, nested: int) -> None:
        with c.group(cls.part, size, value="") as c:
            media, coded = "", False
            while c.remaining:
                line, after = line_at(c, c.pos)
                while after < c.end and c.data[after] in b" \t" and line:
                    more, after = line_at(c, after)
                    line += b" " + more
                if not line:
                    c.pos = after
                    break
                name, colon, value = line.partition(b":")
                if not colon:
                    break
                if c.data.startswith((b"\r\n", b"\n"), after, c.end):
                    _, after = line_at(c, after)
                    last = True
                else:
                    last = False
                media = cls._header(c, name, value, after - c.pos) or media
                coded |= name.strip().lower() == b"content-transfer-encoding" and value.strip().lower() == b"base64"
                if last:
                    break
            if c.remaining:
                layer = bodies.layer_of(plain_kind(media))
                layer = bodies.MEDIA if coded and layer in PICTURES else layer  # as text it is no picture
                c.run.media = media + "\0" * (nested + 1)
                c.child(layer)

    @classmethod
    def _header(cls, c: Cursor, name: bytes, value: bytes, size: int) -> str:
        """A header; its value where it tells what the part is."""
        word = name.strip().lower().decode("latin-1")
        plain = FOLDED.sub(b" ", value.strip()).decode("utf-8", "replace")
        shown = ";".join(one.strip() for one in plain.split(";"))
        field = next((one for one in cls.headers if one.label.lower() == word), cls.other)
        is_type = word == "content-type"
        c.add(field, size, value=plain_kind(plain) if is_type else shown)
        return plain if is_type else ""


def boundary_of(media: str, octets: bytes) -> bytes:
    """What stands between the parts: as the Content-Type says, else as the first line that looks like one."""
    found = BOUNDARY.search(media)
    if found:
        return (found[1] or found[2]).rstrip("\0").encode("latin-1", "replace")
    guessed = GUESSED.search(octets)
    return guessed[1] if guessed else b""
