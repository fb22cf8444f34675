"""RTMP, Adobe's media in chunks (Real-Time Messaging Protocol 1.0): handshakes, and messages whose header is whole (format 0).

    | format (2), stream (6) | timestamp (3) | length (3) | type (1) | message stream (4, little-endian) | body, a chunk at a time
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

VERSION, KEY = 3, 1536
TYPES = {
    1: "Set Chunk Size", 2: "Abort Message", 3: "Acknowledgement", 4: "User Control Message",
    5: "Window Acknowledgement Size", 6: "Set Peer Bandwidth", 8: "Audio Data", 9: "Video Data", 0x0F: "AMF3 Data",
    0x10: "AMF3 Shared Object", 0x11: "AMF3 Command", 0x12: "AMF0 Data", 0x13: "AMF0 Shared Object", 0x14: "AMF0 Command",
    0x16: "Aggregate",
}  # fmt: skip
CONTROL = 0x02000000  # what a segment of controls begins with
EVENTS = {
    0: "Stream Begin", 1: "Stream EOF", 2: "Stream Dry", 3: "Set Buffer Length", 4: "Stream Is Recorded", 6: "Ping Request",
    7: "Ping Response",
}  # fmt: skip
LIMITS = {0: "Hard", 1: "Soft", 2: "Dynamic"}
HEAD = 12  # octets of a basic header of one octet and the whole message header


class RTMP(Layer):
    """A segment: what it begins with, as far as that is told by itself."""

    name, label, column = "rtmpt", "Real Time Messaging Protocol", "RTMP"
    binds = {"tcp.port": (1935,)}

    ask_version, ask_key = raw(None, "rtmpt.handshake.c0", "Protocol version", size=1), raw(None, "rtmpt.handshake.c1", "Handshake data")
    told_version, told_key = raw(None, "rtmpt.handshake.s0", "Protocol version", size=1), raw(None, "rtmpt.handshake.s1", "Handshake data")
    ask_again = raw(None, "rtmpt.handshake.c2", "Handshake data")
    told_again = raw(None, "rtmpt.handshake.s2", "Handshake data")
    basic = u8(None, "", "Basic header", HEX)
    format = u8(None, "rtmpt.header.format", "Format", mask=0xC0)
    chunk_stream = u8(None, "rtmpt.header.csid", "Chunk Stream ID", mask=0x3F)
    timestamp, size_of = u24(None, "rtmpt.header.timestamp", "Timestamp"), u24(None, "rtmpt.header.bodysize", "Body size")
    type = u8(None, "rtmpt.header.typeid", "Type ID", HEX, names=TYPES)
    stream = u32(None, "rtmpt.header.streamid", "Stream ID", little=True)
    chunk_size, was = u32(None, "rtmpt.scm.chunksize", "Chunk size"), u32(None, "rtmpt.scm.was", "Window acknowledgement size")
    sequence, limit_type = u32(None, "rtmpt.scm.seq", "Sequence number"), u8(None, "rtmpt.scm.limittype", "Limit type")
    event = u16(None, "rtmpt.ucm.eventtype", "Event type")
    body = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        transport = c.h.outer("tcp")
        asked = transport is not None and transport.dstport == 1935
        if c.remaining > KEY and c.peek(1) == VERSION:
            cls._handshake(c, asked)
        elif asked and c.remaining == KEY and c.peek(4) != CONTROL:
            c.add(cls.ask_again, KEY)
            c.info("Handshake C2")
        else:
            cls._messages(c)
        c.rest(cls.body)

    @classmethod
    def _handshake(cls, c: Cursor, asked: bool) -> None:
        c.add(cls.ask_version if asked else cls.told_version)
        c.add(cls.ask_key if asked else cls.told_key, KEY)
        told = "C0+C1" if asked else "S0+S1"
        if not asked and c.remaining >= KEY:
            c.add(cls.told_again, KEY)
            told += "+S2"
        c.info(f"Handshake {told}")

    @classmethod
    def _messages(cls, c: Cursor) -> None:
        """Messages that are in one chunk each, one behind the other."""
        said: list[str] = []
        while c.remaining >= HEAD and c.peek(1) >> 6 == 0 and c.peek(1) & 63 >= 2 and c.peek(1, 7) in TYPES and not c.peek(1, 8) | c.peek(1, 9):
            basic = c.peek(1)
            c.add(cls.format, 1, value=0)
            c.derived(cls.chunk_stream, basic & 63)
            c.add(cls.timestamp)
            size, kind = c.add(cls.size_of), c.add(cls.type)
            c.add(cls.stream)
            if size > c.remaining or size > 128:
                said.append(TYPES[kind])
                break
            end = c.pos + size
            said.append(cls._control(c, kind, size))
            c.add(cls.body, end - c.pos) if end > c.pos else None
        c.info("|".join(said))

    @classmethod
    def _control(cls, c: Cursor, kind: int, size: int) -> str:
        """A message's body, as far as it is known; what is said of it."""
        text = TYPES[kind]
        if kind in (1, 3, 5, 6) and size >= 4:
            text += f" {c.add({1: cls.chunk_size, 3: cls.sequence}.get(kind, cls.was))}"
            if kind == 6 and size == 5:
                limit = c.add(cls.limit_type)
                text += f",{LIMITS.get(limit, 'Unknown')}"
        elif kind == 4 and size >= 6:
            event = c.add(cls.event)
            text = f"{EVENTS.get(event, 'Unknown')} {c.peek(4)}"
        elif kind == 20 and size > 3 and c.peek(1) == 2:
            text = f"{c.peek_bytes(min(c.peek(2, 1), size - 3), 3).decode('utf-8', 'replace')}()"
        return text
