"""HTTP/3 (RFC 9114): frames on QUIC's streams, their headers by QPACK (RFC 9204).

    +------------+------------+---------+
    |  type (i)  | length (i) | payload |      on a unidirectional stream, its type (i) comes first
    +------------+------------+---------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT64, Field, group, raw
from dissect.engine.layer import Layer
from dissect.layers.qpack import header_list
from dissect.layers.quic_frames import peek_varint, varint

DATA, HEADERS, CANCEL_PUSH, SETTINGS, PUSH_PROMISE, GOAWAY, MAX_PUSH_ID = 0, 1, 3, 4, 5, 7, 13
FRAMES = {
    0: "DATA", 1: "HEADERS", 2: "Reserved", 3: "CANCEL_PUSH", 4: "SETTINGS", 5: "PUSH_PROMISE", 6: "Reserved", 7: "GOAWAY",
    8: "Reserved", 9: "Reserved", 13: "MAX_PUSH_ID", 14: "Reserved", 0xF0700: "PRIORITY_UPDATE", 0xF0701: "PRIORITY_UPDATE",
}  # fmt: skip
CONTROL, PUSH, ENCODER, DECODER = range(4)
STREAMS = {0: "Control Stream", 1: "Push Stream", 2: "QPACK Encoder Stream", 3: "QPACK Decoder Stream"}
SETTING_NAMES = {1: "Max Table Capacity", 6: "Max Field Section Size", 7: "Blocked Streams", 8: "Extended CONNECT"}
UNIDIRECTIONAL = 2


def is_reserved(value: int) -> bool:
    """Whether a type is there to be ignored (RFC 9114, sections 6.2.3 and 7.2.8)."""
    return value >= 0x21 and (value - 0x21) % 0x1F == 0


class HTTP3(Layer):
    """What a packet adds to a stream."""

    name, label, column = "http3", "Hypertext Transfer Protocol Version 3", "HTTP3"

    stream_type = Field("http3.stream_type", "Stream Type", UINT64, HEX, names=STREAMS)
    push_id = Field("http3.push_id", "Push ID", UINT64)
    frame = group("", "Frame")
    number = Field("http3.id", "Stream or push id", UINT64)
    type = Field("http3.frame_type", "Type", UINT64, HEX, names=FRAMES)
    frame_length = Field("http3.frame_length", "Length", UINT64)
    payload_bytes = raw(None, "http3.frame_payload", "Frame Payload")
    setting = group("http3.settings", "Settings")
    setting_id = Field("http3.settings.id", "Settings Identifier", UINT64, HEX, names=SETTING_NAMES)
    setting_value = Field("http3.settings.value", "Settings Value", UINT64)
    capacity = Field("http3.settings.qpack.max_table_capacity", "Max Table Capacity", UINT64)
    section_size = Field("http3.settings.max_field_section_size", "Max header list size", UINT64)
    blocked = Field("http3.settings.qpack.blocked_streams", "Blocked Streams", UINT64)
    extended = Field("http3.settings.extended_connect", "Extended CONNECT", UINT64)
    line = group("http3.header", "Header")
    header_name = Field("http3.headers.header.name", "Name", STRING)
    header_value = Field("http3.headers.header.value", "Value", STRING)
    method = Field("http3.headers.method", "Method", STRING)
    scheme = Field("http3.headers.scheme", "Scheme", STRING)
    authority = Field("http3.headers.authority", "Authority", STRING)
    path = Field("http3.headers.path", "Path", STRING)
    status = Field("http3.headers.status", "Status", STRING)
    remaining_octets = raw(None, "http3.stream_data", "Stream data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        stream, begins, said = (0, True, list[str]()) if around is None else around.__dict__.get("_stream", (0, True, []))
        if stream & UNIDIRECTIONAL:
            cls._one_way(c, begins, said)
        else:
            cls._frames(c, said)

    @classmethod
    def _one_way(cls, c: Cursor, begins: bool, said: list[str]) -> None:
        """A unidirectional stream: frames on the control stream, whose type only its first octets tell."""
        kind = varint(c, cls.stream_type) if begins else CONTROL
        if not begins:
            c.rest(cls.remaining_octets)
        elif kind == PUSH:
            varint(c, cls.push_id)
            cls._frames(c, said)
        elif kind == CONTROL:
            cls._frames(c, said)
        else:
            c.rest(cls.remaining_octets)

    @classmethod
    def _frames(cls, c: Cursor, said: list[str]) -> None:
        while c.remaining:
            kind, width = peek_varint(c, 0)
            size, more = peek_varint(c, width)
            name = FRAMES.get(kind) or ("Reserved (GREASE)" if is_reserved(kind) else f"UNKNOWN_0x{kind:x}")
            whole = width + more + size
            if whole > c.remaining:
                c.rest(cls.remaining_octets)  # it goes on in further packets
                break
            said.append(name)
            with c.group(cls.frame, whole, f"{name} len={size}") as c:
                varint(c, cls.type)
                varint(c, cls.frame_length)
                if not size:
                    continue
                start = c.pos
                c.add(cls.payload_bytes, size)
                c.pos = start
                cls._payload(c, kind, size)
                c.pos = start + size

    @classmethod
    def _payload(cls, c: Cursor, kind: int, size: int) -> None:
        if kind == SETTINGS:
            while c.remaining:
                cls._setting(c)
        elif kind in (CANCEL_PUSH, MAX_PUSH_ID, GOAWAY):
            varint(c, cls.push_id if kind == CANCEL_PUSH else cls.number)
        elif kind in (HEADERS, PUSH_PROMISE):
            if kind == PUSH_PROMISE:
                varint(c, cls.push_id)
            for name, value in header_list(c.peek_bytes(c.remaining)):
                with c.group(cls.line, 0, f"Header: {name}: {value}") as c:
                    c.derived(cls.header_name, name)
                    c.derived(cls.header_value, value)
                    field = PSEUDO.get(name)
                    if field is not None:
                        c.derived(field, value)

    @classmethod
    def _setting(cls, c: Cursor) -> None:
        kind, width = peek_varint(c, 0)
        value, more = peek_varint(c, width)
        name = SETTING_NAMES.get(kind) or ("GREASE" if is_reserved(kind) else "Unknown")
        with c.group(cls.setting, width + more, f"Settings - {name}: {value}") as c:
            varint(c, cls.setting_id)
            varint(c, cls.setting_value)
            field = {1: cls.capacity, 6: cls.section_size, 7: cls.blocked, 8: cls.extended}.get(kind)
            if field is not None:
                c.derived(field, value)


PSEUDO = {
    ":method": HTTP3.method, ":scheme": HTTP3.scheme, ":authority": HTTP3.authority, ":path": HTTP3.path, ":status": HTTP3.status,
}  # fmt: skip
