"""WebSocket (RFC 6455), compressed messages too (RFC 7692).

    +---+-----+--------+ +---+-----------+ +----------------------+ +-------------+ +-------------
    | F | RSV | opcode | | M | length    | | length (16 or 64)    | | masking key | | payload ...
    +---+-----+--------+ +---+-----------+ +----------------------+ +-------------+ +-------------

A connection comes here by an answer of HTTP (101 Switching Protocols): see `HTTP.messages`.
"""

from __future__ import annotations

import zlib

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, BYTES, HEX, STRING, Field, flag, group, raw, u8, u16, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely
from dissect.layers.bodies import DATA, MOST, TEXT

OPCODES = {0: "Continuation", 1: "Text", 2: "Binary", 8: "Connection Close", 9: "Ping", 10: "Pong"}
REASONS = {
    1000: "Normal Closure", 1001: "Going Away", 1002: "Protocol error", 1003: "Unsupported Data", 1004: "---Reserved----",
    1005: "No Status Rcvd", 1006: "Abnormal Closure", 1007: "Invalid frame payload data", 1008: "Policy Violation",
    1009: "Message Too Big", 1010: "Mandatory Ext.", 1011: "Internal Server", 1015: "TLS handshake",
}  # fmt: skip
COMPRESSED = 4  # among the reserved bits


def size_of(octets: bytes, at: int) -> int:
    """How long a frame is; see `Messages.scan`."""
    have = len(octets) - at
    if have < 1:
        return MORE
    if octets[at] & 0x0F not in OPCODES:
        return AS_IT_IS
    if have < 2:
        return MORE
    size, head = octets[at + 1] & 0x7F, 2 + (4 if octets[at + 1] & 0x80 else 0)
    width = {126: 2, 127: 8}.get(size, 0)
    if width:
        if have < 2 + width:
            return MORE
        size = int.from_bytes(octets[at + 2 : at + 2 + width], "big")
    return head + width + size


class WebSocket(Layer):
    """The frames of a segment, or one of several segments."""

    name, label, column = "websocket", "WebSocket", "WebSocket"
    also_via = ("http",)  # HTTP hands its connection over, and stays on the way
    messages = Messages(scan=size_of)
    likely = Likely()
    heuristics, probe = ("tcp",), lambda p: p.length < 0  # nothing but HTTP leads here
    reaches = (TEXT, DATA)

    first = u8(None, "", "Flags and opcode", HEX)
    fin = flag(None, "websocket.fin", "Fin", 0x80, within=first)
    reserved = u8(None, "websocket.rsv", "Reserved", HEX, mask=0x70, within=first)
    opcode = u8(None, "websocket.opcode", "Opcode", mask=0x0F, names=OPCODES, within=first)
    compressed = Field("websocket.pmc", "Per-Message Compressed", BOOLEAN)
    second = u8(None, "", "Mask and length", HEX)
    mask = flag(None, "websocket.mask", "Mask", 0x80, within=second)
    size_7 = u8(None, "websocket.payload_length", "Payload length", mask=0x7F, within=second)
    size_16 = u16(None, "websocket.payload_length_ext_16", "Extended Payload length (16 bits)")
    size_64 = u64(None, "websocket.payload_length_ext_64", "Extended Payload length (64 bits)")
    key = raw(None, "websocket.masking_key", "Masking-Key", size=4)
    masked = group("websocket.masked_payload", "Masked payload")
    payload_of = group("websocket.payload", "Payload")
    octets_of = raw(None, "", "Octets")
    text = Field("websocket.payload.text", "Text", STRING)
    pieces = {
        0: Field("websocket.payload.continue", "Continue", BYTES), 9: Field("websocket.payload.ping", "Ping", BYTES),
        10: Field("websocket.payload.pong", "Pong", BYTES),
    }  # fmt: skip
    piece_fields = tuple(pieces.values())
    close = group("websocket.payload.close", "Close")
    status = u16(None, "websocket.payload.close.status_code", "Status code", names=REASONS)
    reason = Field("websocket.payload.close.reason", "Reason", STRING)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            said.append(cls._frame(c))
        c.info(" ".join(said))

    @classmethod
    def _frame(cls, c: Cursor) -> str:
        word = c.add(cls.first)
        kind, final = word & 0x0F, word & 0x80
        if word >> 4 & COMPRESSED:
            c.derived(cls.compressed, True)
        more = c.add(cls.second)
        size = more & 0x7F
        if size == 126:
            size = c.add(cls.size_16)
        elif size == 127:
            size = c.add(cls.size_64)
        key = c.add(cls.key) if more & 0x80 else b""
        if size:
            cls._payload(c, size, kind, key, bool(word >> 4 & COMPRESSED), bool(final))
        name = OPCODES.get(kind, "Unknown")
        return f"WebSocket {name} {'[FIN] ' if final else ''}{'[MASKED]' if key else ''}"

    @classmethod
    def _payload(cls, c: Cursor, size: int, kind: int, key: bytes, compressed: bool, final: bool) -> None:
        octets = c.peek_bytes(size)
        plain = unmasked(octets, key) if key else octets
        if compressed and final and kind in (1, 2):
            made = inflated(plain)
            plain = plain if made is None else made
        if key:
            c.add(cls.masked, size, value=True)
        with c.group(cls.payload_of) as c:
            if kind == 1 and final:
                c.derived(cls.text, plain.decode("utf-8", "replace"))
            elif kind in cls.pieces:
                c.derived(cls.pieces[kind], plain)
            elif kind == 8 and size >= 2:
                cls._close(c, plain)
        if not final or kind not in (1, 2):
            if not key:
                c.add(cls.octets_of, size)
            return
        c.run.media = ""
        layer = TEXT if kind == 1 else DATA
        if plain is octets:
            c.child(layer, size)
            return
        if not key:
            c.add(cls.octets_of, size)
        c.inside(layer, plain, "Payload of a WebSocket frame")

    @classmethod
    def _close(cls, c: Cursor, plain: bytes) -> None:
        with c.group(cls.close) as c:
            c.derived(cls.status, int.from_bytes(plain[:2], "big"))
            if len(plain) > 2:
                c.derived(cls.reason, plain[2:].decode("utf-8", "replace"))


def unmasked(octets: bytes, key: bytes) -> bytes:
    """The payload as it was before it was masked."""
    size = len(octets)
    whole = int.from_bytes((key * (size // 4 + 1))[:size], "big") ^ int.from_bytes(octets, "big")
    return whole.to_bytes(size, "big")


def inflated(octets: bytes) -> bytes | None:
    """A compressed message that needs none of those before it; None for another (RFC 7692 section 7.2)."""
    try:
        return zlib.decompressobj(-15).decompress(octets + b"\0\0\xff\xff", MOST)
    except zlib.error:
        return None
