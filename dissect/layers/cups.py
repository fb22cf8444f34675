"""CUPS' browsing: a printer tells of itself in a line of text.

    type (hexadecimal) state URI "location" "information" "make and model"
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT32, Field, raw, u8
from dissect.engine.layer import Layer

LINE = re.compile(rb'([0-9a-fA-F]+)(\s+)([0-9a-fA-F]+)(\s+)(\S+)(?:(\s*")([^"]*)")?(?:(\s*")([^"]*)")?(?:(\s*")([^"]*)")?')
STATES = {3: "Idle", 4: "Processing", 5: "Stopped"}


class CUPS(Layer):
    """One announcement."""

    name, label, column = "cups", "Common Unix Printing System (CUPS) Browsing Protocol", "CUPS"
    binds = {"udp.port": (631,)}
    accepts = lambda p: (p.u8(0) > 0x20) & (p.u8(0) < 0x7F)

    type = Field("cups.ptype", "Type", UINT32, HEX)
    state = u8(None, "cups.state", "State", HEX, names=STATES)
    uri = Field("cups.uri", "URI", STRING)
    texts = (
        Field("cups.location", "Location", STRING), Field("cups.information", "Information", STRING),
        Field("cups.make_model", "Make and model", STRING),
    )  # fmt: skip
    other = raw(None, "", "Text")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start, octets = c.pos, c.peek_bytes(c.remaining)
        found = LINE.match(octets)
        if found is None:
            c.rest(cls.other)
            return
        for number, field, base in ((1, cls.type, 16), (3, cls.state, 16), (5, cls.uri, 0), *_texts(cls.texts)):
            if found[number] is None:
                break
            if start + found.start(number) > c.pos:
                c.add(cls.other, start + found.start(number) - c.pos)
            text = found[number].decode("utf-8", "replace")
            if len(text):
                c.add(field, len(found[number]), value=int(text, base) & 0xFFFFFFFF if base else text)
        c.info(f"{found[5].decode('utf-8', 'replace')} ({STATES.get(int(found[3], 16) & 0xFF, 'unknown')})")
        c.rest(cls.other)


def _texts(fields: tuple[Field, ...]) -> list[tuple[int, Field, int]]:
    return [(7 + 2 * number, field, 0) for number, field in enumerate(fields)]
