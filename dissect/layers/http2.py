"""HTTP/2 (RFC 9113).

    +-----------------+--------+---------+---+---------------------------+
    | length, 24 bits |  type  |  flags  | R | stream identifier, 31 bits |  then the frame's payload
    +-----------------+--------+---------+---+---------------------------+

A connection begins with a preface of the client (`PRI * HTTP/2.0`), or comes here by an answer of HTTP/1 (101 Switching
Protocols), or out of TLS by ALPN.  What a frame owes to those before it (compressed headers, bodies of several frames)
is told by whoever knows the capture (passes.http2); a message that stands alone is taken for the beginning of its
connection.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    FRAMENUM,
    HEX,
    STRING,
    UINT16,
    UINT32,
    UINT64,
    Field,
    flag,
    further,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.outline import KEYS
from dissect.engine.peek import Likely
from dissect.layers import bodies
from dissect.layers.http2_state import (
    CONTINUATION,
    DATA,
    HEADERS,
    INDEXED,
    INDEXING,
    NEVER,
    PADDED,
    PLAIN,
    PRIORITY,
    PUSH_PROMISE,
    Block,
    Connection,
    Told,
)
from dissect.layers.http_words import KNOWN, STATUSES

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PRIORITY_FRAME, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, ALTSVC, ORIGIN = 2, 3, 4, 6, 7, 8, 10, 12
PRIORITY_UPDATE = 16
TYPES = {
    0: "DATA", 1: "HEADERS", 2: "PRIORITY", 3: "RST_STREAM", 4: "SETTINGS", 5: "PUSH_PROMISE", 6: "PING", 7: "GOAWAY",
    8: "WINDOW_UPDATE", 9: "CONTINUATION", 10: "ALTSVC", 11: "BLOCKED", 12: "ORIGIN", 16: "PRIORITY_UPDATE",
}  # fmt: skip
ERRORS = {
    0: "NO_ERROR", 1: "PROTOCOL_ERROR", 2: "INTERNAL_ERROR", 3: "FLOW_CONTROL_ERROR", 4: "SETTINGS_TIMEOUT",
    5: "STREAM_CLOSED", 6: "FRAME_SIZE_ERROR", 7: "REFUSED_STREAM", 8: "CANCEL", 9: "COMPRESSION_ERROR",
    10: "CONNECT_ERROR", 11: "ENHANCE_YOUR_CALM", 12: "INADEQUATE_SECURITY", 13: "HTTP_1_1_REQUIRED",
}  # fmt: skip
SETTING_NAMES = {
    1: "Header table size", 2: "Enable PUSH", 3: "Max concurrent streams", 4: "Initial Windows size",
    5: "Max frame size", 6: "Max header list size", 8: "Extended CONNECT",
}  # fmt: skip
REPRESENTATIONS = {
    INDEXED: "Indexed Header Field", INDEXING: "Literal Header Field with Incremental Indexing",
    PLAIN: "Literal Header Field without Indexing", NEVER: "Literal Header Field never Indexed",
}  # fmt: skip
WORDS = (
    "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges", "access-control-allow-origin",
    "allow", "authorization", "cache-control", "content-disposition", "content-encoding", "content-language",
    "content-location", "content-range", "content-type", "cookie", "date", "etag", "expect", "expires", "from",
    "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "link",
    "location", "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "retry-after", "server",
    "set-cookie", "strict-transport-security", "user-agent", "vary", "via", "www-authenticate",
)  # fmt: skip
NUMBERS = ("age", "content-length", "max-forwards")
UNUSED = {  # of the flags, by type of frame: the field's last part, the bits
    HEADERS: ("unused_headers", 0xD2), DATA: ("unused_data", 0xF6), SETTINGS: ("unused_settings", 0xFE),
    PING: ("unused_ping", 0xFE), CONTINUATION: ("unused_continuation", 0xFB),
    PUSH_PROMISE: ("unused_push_promise", 0xF3),
}  # fmt: skip
FLAGS = {  # in the order in which they are shown
    HEADERS: ("priority", "padded", "eh", "end_stream"), DATA: ("padded", "end_stream"), SETTINGS: ("ack_settings",),
    PING: ("ack_ping",), CONTINUATION: ("eh",), PUSH_PROMISE: ("padded", "eh"),
}  # fmt: skip
FLAG_NAMES = {
    "priority": "Priority", "padded": "Padded", "eh": "End Headers", "end_stream": "End Stream",
    "ack_settings": "ACK", "ack_ping": "ACK",
}  # fmt: skip


def size_of(octets: bytes, at: int) -> int:
    """How long a frame, or the preface, is; see `Messages.scan`."""
    have = len(octets) - at
    if octets.startswith(b"PRI ", at):
        return len(PREFACE) if octets.startswith(PREFACE, at) else MORE if PREFACE.startswith(octets[at:]) else AS_IT_IS
    if have < 9:
        return MORE
    return 9 + int.from_bytes(octets[at : at + 3], "big") if octets[at + 3] <= 0x20 else AS_IT_IS


def field_of(name: str) -> Field:
    """The field of a header."""
    kind = UINT64 if name in NUMBERS else UINT16 if name == ":status" else STRING
    return Field(f"http2.headers.{name.lstrip(':').replace('-', '_')}", name, kind)


class HTTP2(Layer):
    """The frames of a segment, or one of several segments."""

    name, label, column = "http2", "HyperText Transfer Protocol 2", "HTTP2"
    messages = Messages(scan=size_of, switch=lambda octets: "http2", switch_at=(0, PREFACE[:4]))
    heuristics = ("tcp",)
    likely = Likely.opening(b"PRI * HTTP/2")
    probe = lambda p: further(  # at HTTP's ports: elsewhere nothing tells it but TLS or an upgrade, as in Wireshark
        (p.u32(0) == 0x50524920) & (KNOWN[p.h.srcport] | KNOWN[p.h.dstport]),
        lambda: (p.u32(4) == 0x2A204854) & (p.u32(8) == 0x54502F32),
    )
    reaches = (*bodies.LAYERS, "grpc")
    gates = {"dns": (KEYS,)}  # DNS goes over HTTPS: it is sealed (RFC 8484 section 5)

    stream = group("http2.stream", "Stream")
    magic = string(None, "http2.magic", "Magic")
    frame_length = u24(None, "http2.length", "Length")
    type = u8(None, "http2.type", "Type", names=TYPES)
    flags = u8(None, "http2.flags", "Flags", HEX)
    flags_unused = u8(None, "http2.flags.unused", "Unused", HEX, mask=0xFF, within=flags)
    reserved = u32(None, "http2.r", "Reserved", HEX, mask=0x80000000)
    streamid = u32(None, "http2.streamid", "Stream Identifier", mask=0x7FFFFFFF)
    padding_size = u8(None, "http2.padding", "Pad Length", HEX)
    pad_length = Field("http2.pad_length", "Pad Length", UINT16)
    dependency_word = u32(None, "", "Stream dependency", HEX)
    exclusive = flag(None, "http2.exclusive", "Exclusive", 0x80000000, within=dependency_word)
    dependency = u32(None, "http2.stream_dependency", "Stream Dependency", mask=0x7FFFFFFF, within=dependency_word)
    weight = u8(None, "http2.headers.weight", "Weight")
    weight_real = Field("http2.headers.weight_real", "Weight real", UINT16)
    data_of = raw(None, "http2.data.data", "Data")
    data_padding = raw(None, "http2.data.padding", "Padding")
    body_fragments = group("http2.body.fragments", "Body fragments")
    fragment = Field("http2.body.fragment", "Body fragment", FRAMENUM)
    fragment_count = Field("http2.body.fragment.count", "Body fragment count", UINT32)
    reassembled_length = Field("http2.body.reassembled.length", "Reassembled body length", UINT32)
    reassembled = Field("http2.body.reassembled.data", "Reassembled body data", BYTES)
    block = raw(None, "http2.headers", "Header Block Fragment")
    block_padding = raw(None, "http2.headers.padding", "Padding")
    list_length = Field("http2.header.length", "Header Length", UINT32)
    list_count = Field("http2.header.count", "Header Count", UINT32)
    update = group("http2.header_table_size_update", "Header table size update")
    update_size = Field("http2.header_table_size_update.header_table_size", "Header table size", UINT32)
    header_of = group("http2.header", "Header")
    name_length = Field("http2.header.name.length", "Name Length", UINT32)
    name_of = Field("http2.header.name", "Name", STRING)
    value_length = Field("http2.header.value.length", "Value Length", UINT32)
    value_of = Field("http2.header.value", "Value", STRING)
    unescaped = Field("http2.header.unescaped", "Unescaped", STRING)
    representation = Field("http2.header.repr", "Representation", STRING)
    index = Field("http2.header.index", "Index", UINT32)
    full_uri = Field("http2.request.full_uri", "Full request URI", STRING)
    error = u32(None, "http2.rst_stream.error", "Error", names=ERRORS)
    setting = group("http2.settings", "Settings")
    setting_id = u16(None, "http2.settings.id", "Settings Identifier", names=SETTING_NAMES)
    settings = {
        1: u32(None, "http2.settings.header_table_size", "Header table size"),
        2: u32(None, "http2.settings.enable_push", "Enable PUSH"),
        3: u32(None, "http2.settings.max_concurrent_streams", "Max concurrent streams"),
        4: u32(None, "http2.settings.initial_window_size", "Initial Windows Size"),
        5: u32(None, "http2.settings.max_frame_size", "Max frame size"),
        6: u32(None, "http2.settings.max_header_list_size", "Max header list size"),
        8: u32(None, "http2.settings.extended_connect", "Extended CONNECT"),
    }
    setting_fields = tuple(settings.values())
    setting_unknown = u32(None, "http2.settings.unknown", "Unknown Settings")
    promised_word = u32(None, "", "Promised stream", HEX)
    promised_r = u32(None, "http2.push_promise.r", "Reserved", HEX, mask=0x80000000, within=promised_word)
    promised = u32(None, "http2.push_promise.promised_stream_id", "Promised-Stream-ID", mask=0x7FFFFFFF, within=promised_word)
    promised_block = raw(None, "http2.push_promise.header", "Header Block Fragment")
    promised_padding = raw(None, "http2.push_promise.padding", "Padding")
    ping, pong = raw(None, "http2.ping", "Ping"), raw(None, "http2.pong", "Pong")
    goaway_word = u32(None, "", "Last stream", HEX)
    goaway_r = u32(None, "http2.goway.r", "Reserved", HEX, mask=0x80000000, within=goaway_word)
    goaway_last = u32(None, "http2.goaway.last_stream_id", "Last-Stream-ID", mask=0x7FFFFFFF, within=goaway_word)
    goaway_error = u32(None, "http2.goaway.error", "Error", names=ERRORS)
    goaway_data = raw(None, "http2.goaway.addata", "Additional Debug Data")
    window_word = u32(None, "", "Window", HEX)
    window_r = u32(None, "http2.window_update.r", "Reserved", HEX, mask=0x80000000, within=window_word)
    window = u32(
        None, "http2.window_update.window_size_increment", "Window Size Increment", mask=0x7FFFFFFF, within=window_word
    )
    continuation = string(None, "http2.continuation.header", "Continuation Header")
    origin_len = u16(None, "http2.altsvc.origin.len", "Origin Length")
    altsvc_origin = string(None, "http2.altsvc.origin", "Origin")
    altsvc_value = string(None, "http2.altsvc.field_value", "Field/Value")
    origin = group("http2.origin", "Origin")
    origin_length = u16(None, "http2.origin.origin_len", "Origin Length")
    origin_text = string(None, "http2.origin.origin", "Origin")
    priority_word = u32(None, "", "Prioritized stream", HEX)
    priority_text = string(None, "http2.priority_update_field_value", "Priority Update Field Value")
    unknown = raw(None, "http2.unknown", "Unknown")
    words = {name: field_of(name) for name in (":authority", ":status", ":path", ":method", ":scheme", *NUMBERS, *WORDS)}
    word_fields = tuple(words.values())
    unused = {
        kind: u8(None, f"http2.flags.{last}", "Unused", HEX, mask=mask) for kind, (last, mask) in UNUSED.items()
    }
    unused_fields = tuple(unused.values())
    flag_of = {
        "priority": flag(None, "http2.flags.priority", "Priority", 0x20, 1),
        "padded": flag(None, "http2.flags.padded", "Padded", 0x08, 1),
        "eh": flag(None, "http2.flags.eh", "End Headers", 0x04, 1),
        "end_stream": flag(None, "http2.flags.end_stream", "End Stream", 0x01, 1),
        "ack_settings": flag(None, "http2.flags.ack.settings", "ACK", 0x01, 1),
        "ack_ping": flag(None, "http2.flags.ack.ping", "ACK", 0x01, 1),
    }
    flag_fields = tuple(flag_of.values())

    @classmethod
    def decode(cls, c: Cursor) -> None:
        state = teller(c)
        say = Saying(c)
        while c.remaining:
            if c.data.startswith(PREFACE, c.pos, c.end):
                say("Magic")
                with c.group(cls.stream, len(PREFACE), "Stream: Magic") as c:
                    c.add(cls.magic, len(PREFACE))
            elif c.remaining < 9:
                c.rest(cls.unknown)
            else:
                cls._frame(c, state, say)

    @classmethod
    def _frame(cls, c: Cursor, state: Any, say: Saying) -> None:
        size, kind, flags = c.peek(3), c.peek(1, 3), c.peek(1, 4)
        number = c.peek(4, 5) & 0x7FFFFFFF
        name = TYPES.get(kind, f"Unknown ({kind})")
        text = f"{name}[{number}]"
        with c.group(cls.stream, 9 + size, f"Stream: {name}, Stream ID: {number}, Length {size}") as c:
            c.add(cls.frame_length)
            c.add(cls.type)
            cls._flags(c, kind, flags)
            at = c.pos
            c.add(cls.reserved)
            c.pos = at
            c.add(cls.streamid)
            if kind == DATA:
                say(text)  # its body says more
                cls._message(c, state, kind, flags, number)
            elif kind in (HEADERS, PUSH_PROMISE, CONTINUATION):
                said = cls._message(c, state, kind, flags, number)
                say(f"{text}: {said}" if said else text)
            else:
                say(text)
                body = BODIES.get(kind)
                if body is not None:
                    body(c, flags)
                c.rest(cls.unknown)

    @classmethod
    def _flags(cls, c: Cursor, kind: int, flags: int) -> None:
        names = [FLAG_NAMES[one] for one in reversed(FLAGS.get(kind, ())) if flags & cls.flag_of[one].mask]
        with c.group(cls.flags, 1, ", ".join([f"Flags: 0x{flags:02x}", *names]), flags) as c:
            for field in (cls.unused.get(kind, cls.flags_unused), *(cls.flag_of[one] for one in FLAGS.get(kind, ()))):
                at = c.pos
                c.add(field)
                c.pos = at
            c.pos += 1

    @classmethod
    def _message(cls, c: Cursor, state: Any, kind: int, flags: int, number: int) -> str:
        """A part of a message: headers or data; what the list says of it."""
        padding = 0
        if kind != CONTINUATION:
            padding = c.add(cls.padding_size) if flags & PADDED else 0
            c.derived(cls.pad_length, padding)
        if kind == HEADERS and flags & PRIORITY:
            cls._dependency(c)
        size = c.remaining - padding
        payload = c.peek_bytes(size)
        told: Told = state(c.h, kind, flags, number, payload)
        begin = c.pos
        if kind == PUSH_PROMISE:
            c.add(cls.promised_word)
        if kind == DATA:
            cls._body(c, told, size)
        elif kind == CONTINUATION:
            c.add(cls.continuation, size)
        else:
            field = cls.promised_block if kind == PUSH_PROMISE else cls.block
            c.add(field, begin + size - c.pos)
        said = ""
        if told.block is not None:
            said = cls._headers(c, told.block, c.pos - (begin + (4 if kind == PUSH_PROMISE else 0)))
        if padding:
            paddings = {DATA: cls.data_padding, PUSH_PROMISE: cls.promised_padding}
            c.add(paddings.get(kind, cls.block_padding), padding)
        return said

    @classmethod
    def _dependency(cls, c: Cursor) -> None:
        c.add(cls.dependency_word)
        weight = c.add(cls.weight)
        c.derived(cls.weight_real, weight + 1)

    @classmethod
    def _headers(cls, c: Cursor, block: Block, size: int) -> str:
        """The headers of a block that ends at the cursor, `size` octets of it in this frame."""
        if block.problem:
            c.note("warn", "Undecoded", f"HTTP/2 {block.problem}", "http2.headers_lost")
            return ""
        total = sum(one.name_length + one.value_length + 8 for one in block.headers)
        c.derived(cls.list_length, total)
        c.derived(cls.list_count, len(block.headers) + len(block.updates))
        here = max((one.end for one in block.headers), default=0) <= size
        begin, found = c.pos - size, dict[str, str]()
        for start, end, value in block.updates:
            with c.group(cls.update) as c:
                place(c.derived(cls.update_size, value), begin + start, end - start, here)
        for one in block.headers:
            found.setdefault(one.name, one.value)
            with c.group(cls.header_of, None, f"Header: {one.name}: {one.value}") as c:
                where = begin + one.start, one.end - one.start, here
                place(c.derived(cls.name_length, one.name_length), *where)
                place(c.derived(cls.name_of, one.name), *where)
                place(c.derived(cls.value_length, one.value_length), *where)
                place(c.derived(cls.value_of, one.value), *where)
                word = cls.words.get(one.name)
                if word is not None and (word.type is STRING or one.value.isdecimal()):
                    bits = 1 << 8 * word.type.size
                    place(c.derived(word, one.value if word.type is STRING else int(one.value[:20]) % bits), *where)
                c.derived(cls.unescaped, one.value)
                how = REPRESENTATIONS[one.how]
                if one.how != INDEXED:
                    how += " - Indexed Name" if one.entry else " - New Name"
                place(c.derived(cls.representation, how), *where)
                if one.entry:
                    place(c.derived(cls.index, one.entry), *where)
        if ":path" in found and ":authority" in found:
            c.derived(cls.full_uri, f"{found.get(':scheme', 'http')}://{found[':authority']}{found[':path']}")
        if ":method" in found:
            return f"{found[':method']} {found.get(':path', '')}".rstrip()
        if ":status" in found:
            return status_text(found[":status"])
        return ""

    @classmethod
    def _body(cls, c: Cursor, told: Told, size: int) -> None:
        begin = c.pos
        if size and len(told.fragments) > 1 and not told.media.startswith("application/grpc"):
            c.add(cls.data_of, size, value=told.body)  # as tshark has it: all of the body
        elif size:
            c.add(cls.data_of, size)
        if told.body is None or not told.body:
            return
        if len(told.fragments) > 1:
            with c.group(cls.body_fragments) as c:
                for packet, _ in told.fragments:
                    c.derived(cls.fragment, packet)
                c.derived(cls.fragment_count, len(told.fragments))
                c.derived(cls.reassembled_length, len(told.body))
                c.derived(cls.reassembled, told.body)
        media = told.media
        if media.startswith("application/grpc"):
            c.run.media = "\0".join((media, told.encoding, told.path, "request" if told.request else ""))
            layer, body = "grpc", None
        else:
            c.run.media = media
            c.run.tree.bodies.append((told.path, media, told.body))
            layer, body = bodies.layer_of(bodies.plain_kind(media)), None
            if told.encoding:
                body, whole = bodies.decoded(told.body, told.encoding)
                if not whole:
                    c.note("warn", "Undecoded", "Of the decompressed body only a part is shown", "http2.too_large")
                if body is not None:
                    c.run.tree.bodies[-1] = told.path, media, body
        if body is None and told.own:
            c.pos = begin
            c.child(layer, size)
        elif body or (body is None and told.body):
            c.inside(layer, told.body if body is None else body, "Body of the message")


class Saying:
    """The Info column, frame by frame."""

    def __init__(self, c: Cursor) -> None:
        self._c, self._first = c, c.h.outer("http") is None

    def __call__(self, text: str) -> None:
        """One more."""
        if self._first:
            self._c.info(text)
        else:
            self._c.append_info(f", {text}")
        self._first = False


def place(node: Any, start: int, size: int, here: bool) -> None:
    """A node made from octets of a header block, where these are in this frame."""
    if here:
        node.start, node.size = start, size


def status_text(code: str) -> str:
    """`200 OK`."""
    return f"{code} {STATUSES.get(int(code), 'Unknown')}" if code.isdecimal() and len(code) == 3 else code


def teller(c: Cursor) -> Any:
    """Who tells what frames complete: the capture's pass, or, for bytes that stand alone, their own connection."""
    if c.run.streams is not None:
        return c.run.streams.http2
    connection = Connection()
    return lambda h, kind, flags, number, payload: connection.frame(0, kind, flags, number, payload)


def settings_body(c: Cursor, flags: int) -> None:
    """Numbers and their values."""
    while c.remaining:
        kind = c.peek(2)
        name = SETTING_NAMES.get(kind, f"Unknown ({kind})")
        with c.group(HTTP2.setting, 6, f"Settings - {name} : {c.peek(4, 2)}") as c:
            c.add(HTTP2.setting_id)
            c.add(HTTP2.settings.get(kind, HTTP2.setting_unknown))


def goaway_body(c: Cursor, flags: int) -> None:
    """The last stream that was looked at, and why there are no more."""
    c.add(HTTP2.goaway_word)
    c.add(HTTP2.goaway_error)
    c.rest(HTTP2.goaway_data)


def altsvc_body(c: Cursor, flags: int) -> None:
    """Another service (RFC 7838)."""
    size = c.add(HTTP2.origin_len)
    if size:
        c.add(HTTP2.altsvc_origin, size)
    c.rest(HTTP2.altsvc_value)


def origin_body(c: Cursor, flags: int) -> None:
    """Origins (RFC 8336)."""
    while c.remaining:
        with c.group(HTTP2.origin, 2 + c.peek(2)) as c:
            size = c.add(HTTP2.origin_length)
            if size:
                c.add(HTTP2.origin_text, size)


def priority_update_body(c: Cursor, flags: int) -> None:
    """A stream's priority (RFC 9218)."""
    c.add(HTTP2.priority_word)
    c.rest(HTTP2.priority_text)


BODIES = {
    PRIORITY_FRAME: lambda c, flags: HTTP2._dependency(c), RST_STREAM: lambda c, flags: c.add(HTTP2.error),
    SETTINGS: settings_body, PING: lambda c, flags: c.add(HTTP2.pong if flags & 1 else HTTP2.ping, 8),
    GOAWAY: goaway_body, WINDOW_UPDATE: lambda c, flags: c.add(HTTP2.window_word), ALTSVC: altsvc_body,
    ORIGIN: origin_body, PRIORITY_UPDATE: priority_update_body,
}  # fmt: skip
