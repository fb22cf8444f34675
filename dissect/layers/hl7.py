"""Health Level Seven, version 2: segments of fields, in the frame of its lower layer protocol.

    0x0B, "MSH" | ... CR, "PID" | ... CR, ... 0x1C 0x0D
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, further, string, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely

START, END = 0x0B, b"\x1c\r"
MOST = 1000


def framed(octets: bytes, at: int) -> int:
    """A message's length."""
    if at < len(octets) and octets[at] != START:
        return AS_IT_IS
    end = octets.find(END, at)
    return MORE if end < 0 else end + len(END) - at


class HL7(Layer):
    """One message."""

    name, label, column = "hl7", "Health Level Seven", "HL7"
    binds = {"tcp.port": (2575,)}
    accepts = lambda p: p.u8(0) == START
    heuristics = ("tcp",)
    likely = Likely.opening(bytes([START]) + b"MSH")
    probe = lambda p: further(p.u8(0) == START, lambda: (p.u8(1) == 0x4D) & (p.u16(2) == 0x5348) & (p.length >= 16))
    messages = Messages(scan=framed)

    begin = u8(None, "", "LLP Start Of Block", HEX)
    segment = string(None, "hl7.segment", "Segment")
    message_type = string(None, "hl7.message.type", "Message type")
    event_type = string(None, "hl7.event.type", "Event type")
    field = string(None, "hl7.field", "Field")
    closing = u16(None, "", "LLP End Of Block", HEX)
    other = string(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.peek(1) == START:
            c.add(cls.begin)
        count = 0
        while c.remaining and c.peek(1) != END[0] and count < MOST:
            count += 1
            end = c.data.find(b"\r", c.pos, c.end)
            size = (c.end if end < 0 else end + 1) - c.pos
            with c.group(cls.segment, size) as c:
                cls._segment(c)
        if c.remaining >= 2 and c.peek(1) == END[0]:
            c.add(cls.closing)
        if c.remaining:
            c.add(cls.other, c.remaining)

    @classmethod
    def _segment(cls, c: Cursor) -> None:
        text = c.peek_bytes(c.remaining).rstrip(b"\r\n")
        if len(text) < 3:
            c.add(cls.other, c.remaining)
            return
        mark, heads = text[3:4] or b"|", text[:3] == b"MSH"
        fields, start = text.split(mark), c.pos
        for number, field in enumerate(fields):
            at, start = start, start + len(field) + 1
            if not field:
                continue
            c.pos = at
            c.add(cls.field, len(field))
            if heads and number == 8:
                kind, _, event = field.partition(b"^")
                c.info(field.decode("latin-1"))
                c.derived(cls.message_type, kind.decode("latin-1"))
                if event:
                    c.derived(cls.event_type, event.partition(b"^")[0].decode("latin-1"))
        c.pos = c.end
