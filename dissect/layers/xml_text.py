"""XML 1.0: tags with what they enclose.

    <?xml version="1.0"?> <!DOCTYPE ...> <tag attribute="value">text<empty/><!-- remark --></tag>
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import STRING, Field, string
from dissect.engine.layer import Layer

DEEPEST = 60  # tags within tags
NAME = rb"[A-Za-z_:][-.\w:]*"
SPACE = re.compile(rb"[ \t\r\n]*")
TAG = re.compile(rb"<(" + NAME + rb")((?:\s+" + NAME + rb"\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(/?)>")
CLOSE = re.compile(rb"</(" + NAME + rb")\s*>")
ATTRIBUTE = re.compile(rb"(" + NAME + rb")\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
ENCLOSED = ((b"<!--", b"-->", "comment"), (b"<![CDATA[", b"]]>", "section"), (b"<!", b">", "dtd"))


class XMLText(Layer):
    """eXtensible Markup Language."""

    name, label = "xml", "eXtensible Markup Language"

    tag = Field("xml.tag", "Tag", STRING)
    attribute = Field("xml.attribute", "Attribute", STRING)
    text = Field("xml.cdata", "CDATA", STRING)
    comment = Field("xml.comment", "Comment", STRING)
    section = Field("xml.cdatasection", "CDATASection", STRING)
    dtd = Field("xml.dtdtag", "DTD Tag", STRING)
    instruction = Field("xml.xmlpi", "XMLPI", STRING)
    declaration = Field("xml.xmlpi.xml", "xml.xmlpi.xml", STRING)
    told = tuple(Field(f"xml.xmlpi.xml.{name}", name, STRING) for name in ("version", "encoding", "standalone"))
    unknown = Field("xml.unknown", "Unknown", STRING)
    close, spaces = string(None, "", "Closing tag"), string(None, "", "White space")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_protocol("/XML")
        while c.remaining:
            before = c.pos
            cls._content(c, 0)
            if c.pos == before:
                cls._plain(c, cls.unknown, c.end)

    @classmethod
    def _content(cls, c: Cursor, depth: int) -> None:
        """What follows, up to a closing tag (which is taken where there is a tag for it to close)."""
        while c.remaining:
            spaces = SPACE.match(c.data, c.pos, c.end)
            if spaces and spaces[0]:
                c.add(cls.spaces, len(spaces[0]))
            if not c.remaining:
                return
            if c.data[c.pos] != 0x3C:
                end = c.data.find(b"<", c.pos, c.end)
                cls._plain(c, cls.text if depth else cls.unknown, end if end >= 0 else c.end)
                continue
            closing = CLOSE.match(c.data, c.pos, c.end)
            if closing:
                cls._plain(c, cls.close if depth else cls.unknown, closing.end())
                if depth:
                    return
                continue
            if not cls._marked(c, depth):
                return

    @classmethod
    def _marked(cls, c: Cursor, depth: int) -> bool:
        """One thing that begins with `<`; False where it is none."""
        for begin, finish, name in ENCLOSED:
            if c.data.startswith(begin, c.pos, c.end):
                end = c.data.find(finish, c.pos + len(begin), c.end)
                if end < 0:
                    return False
                cls._plain(c, cls.by_attr[name], end + len(finish))
                return True
        if c.data.startswith(b"<?", c.pos, c.end):
            return cls._instruction(c)
        found = TAG.match(c.data, c.pos, c.end)
        if found is None:
            return False
        if depth >= DEEPEST:
            c.note("warn", "Protocol", "Tags are nested too deep", "xml.too_deep")
            return False
        shown = shown_text(found[0])
        with c.group(cls.tag, None, shown, shown) as c:
            for one in ATTRIBUTE.finditer(c.data, found.start(2), found.end(2)):
                c.pos = one.start()
                cls._plain(c, cls.attribute, one.end())
            c.pos = found.end()
            if not found[3]:
                cls._content(c, depth + 1)
        return True

    @classmethod
    def _instruction(cls, c: Cursor) -> bool:
        end = c.data.find(b"?>", c.pos, c.end)
        if end < 0:
            return False
        shown = shown_text(c.data[c.pos : end + 2])
        is_xml = c.data.startswith(b"<?xml ", c.pos, c.end)
        with c.group(cls.declaration if is_xml else cls.instruction, None, shown, shown) as c:
            for one in ATTRIBUTE.finditer(c.data, c.pos, end) if is_xml else ():
                for field in cls.told:
                    if field.label.encode() == one[1]:
                        group = 2 if one[2] is not None else 3
                        c.pos = one.start(group)
                        c.add(field, len(one[group]), value=shown_text(one[group]))
            c.pos = end + 2
        return True

    @staticmethod
    def _plain(c: Cursor, field: Field, end: int) -> None:
        shown = shown_text(c.data[c.pos : end])
        c.add(field, end - c.pos, value=shown, text=shown)


def shown_text(octets: bytes) -> str:
    """As text."""
    return octets.decode("utf-8", "replace")
