"""QUIC (RFC 9000, RFC 9369): packets and their frames, as far as keys are known; Initial packets tell theirs.

    +-+-+---+----+---------+--------+------+--------+------+
    |1|1|typ|    | version | length | DCID | length | SCID |   long header, then a token, a length, the payload
    +-+-+---+----+---------+--------+------+--------+------+
    |0|1|S|      | DCID, number, payload                   |   short header
    +-+-+--------+-----------------------------------------+
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.crypto.ciphers import EXTRA, available
from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT8, UINT32, UINT64, Field, group, raw, u8, u32
from dissect.engine.layer import Layer
from dissect.engine.outline import KEYS
from dissect.layers.announced import QUIC_PEER, told
from dissect.layers.quic_frames import FrameFields, frames, pass_on, peek_varint, varint
from dissect.layers.x509 import MODULES

PORT = 443
SHORTEST = 21  # bytes of a packet with a short header (RFC 9000, section 10.3)
V2 = 0x6B3343CF
INITIAL, ZERO_RTT, HANDSHAKE, RETRY = range(4)
TYPES = {0: "Initial", 1: "0-RTT", 2: "Handshake", 3: "Retry"}
TYPES_V2 = {1: "Initial", 2: "0-RTT", 3: "Handshake", 0: "Retry"}
LENGTHS = {size - 1: f"{size} bytes" for size in range(1, 5)}
UNKNOWN = "Unknown QUIC connection. Missing Initial Packet or migrated connection?"
NO_CIPHERS = f"Failed to create decryption context: {EXTRA}"
NO_SECRET = "Failed to create decryption context: Secrets are not available"
PAD = "(Random) padding data appended to the datagram"


def version_text(version: int) -> str | None:
    """The name of a version."""
    if version == 0:
        return "Version Negotiation"
    if version & 0x0F0F0F0F == 0x0A0A0A0A:
        return "Unknown (GREASE)"
    if version >> 8 == 0xFF0000:
        return f"draft-{version & 0xFF}"
    return {1: "1", V2: "2"}.get(version)


def probe(p: Any) -> Any:
    """Whether a payload is a datagram of QUIC: by its long header, or by a short one where QUIC is spoken already."""
    versions = (
        (p.u32(1) == 1)
        | (p.u32(1) == V2)
        | ((p.u32(1) >= 0xFF000001) & (p.u32(1) <= 0xFF0000FF))
        | ((p.u32(1) & 0x0F0F0F0F) == 0x0A0A0A0A)
    )
    negotiation = (p.u8(0) >= 0x80) & (p.u32(1) == 0) & (p.h.srcport == PORT)
    long = (p.length >= 7) & (p.u8(5) <= 20) & (((p.u8(0) >= 0xC0) & versions) | negotiation)
    short = (p.u8(0) < 0x80) & (p.length >= SHORTEST)
    usual = short & (p.u8(0) >= 0x40) & ((p.h.srcport == PORT) | (p.h.dstport == PORT))
    claimed = long | usual
    left = (short | ((p.length >= 7) & (p.u8(0) >= 0x80) & (p.u32(1) == 0))) & (claimed == 0)
    return claimed | ((told(p) == QUIC_PEER) & left) if np.any(left) else claimed


class QUIC(FrameFields, Layer):
    """The packets of a datagram."""

    name, label, column = "quic", "QUIC IETF", "QUIC"
    heuristics = ("udp",)
    probe = probe
    reaches, encloses, encloses_all = ("http3", "quic.plain"), lambda h: keyed(h), True
    holds, holds_when = ("tls", *MODULES), lambda h: (h.first >= 0x80) | keyed(h)
    gates = {"http3": (KEYS,)}

    first = u8(0, "", "First byte")
    connection_info = group("", "QUIC Connection information")
    connection = Field("quic.connection.number", "Connection Number", UINT32)
    packet = group("", "QUIC packet")
    packet_length = Field("quic.packet_length", "Packet Length", UINT32)
    form = Field("quic.header_form", "Header Form", UINT8, mask=0x80, names={0: "Short Header", 1: "Long Header"})
    fixed_bit = Field("quic.fixed_bit", "Fixed Bit", BOOLEAN, mask=0x40)
    type = Field("quic.long.packet_type", "Packet Type", UINT8, mask=0x30, names=TYPES)
    type_2 = Field("quic.long.packet_type_v2", "Packet Type", UINT8, mask=0x30, names=TYPES_V2)
    reserved = Field("quic.long.reserved", "Reserved", UINT8)
    number_length = Field("quic.packet_number_length", "Packet Number Length", UINT8, names=LENGTHS)
    unused = Field("quic.vn.unused", "Unused", UINT8, HEX, mask=0x7F)
    spin = Field("quic.spin_bit", "Spin Bit", BOOLEAN, mask=0x20)
    short_reserved = Field("quic.short.reserved", "Reserved", UINT8)
    key_phase = Field("quic.key_phase", "Key Phase Bit", BOOLEAN)
    short = group("quic.short", "QUIC Short Header")
    version = u32(None, "quic.version", "Version", HEX, names=version_text)
    dcil = u8(None, "quic.dcil", "Destination Connection ID Length")
    dcid = raw(None, "quic.dcid", "Destination Connection ID")
    scil = u8(None, "quic.scil", "Source Connection ID Length")
    scid = raw(None, "quic.scid", "Source Connection ID")
    token_length = Field("quic.token_length", "Token Length", UINT64)
    token = raw(None, "quic.token", "Token")
    payload_length = Field("quic.length", "Length", UINT64)
    packet_number = Field("quic.packet_number", "Packet Number", UINT64)
    sealed = raw(None, "quic.payload", "Payload")
    protected = raw(None, "quic.protected_payload", "Protected Payload")
    supported = u32(None, "quic.supported_version", "Supported Version", HEX, names=version_text)
    retry_token = raw(None, "quic.retry_token", "Retry Token")
    retry_tag = raw(None, "quic.retry_integrity_tag", "Retry Integrity Tag", size=16)
    remaining_payload = raw(None, "quic.remaining_payload", "Remaining Payload")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = start = c.start - 1
        run = c.run
        known = None if run.streams is None or run.columns_locked else run.streams.datagram(c.h)
        if known is not None and known.connection >= 0:
            with c.group(cls.connection_info, 0) as c:
                c.derived(cls.connection, known.connection)
        text, first_id = "", None
        while c.remaining:
            opened = None if known is None else known.packets.get(c.pos - start)
            dcid = cls._dcid(c, known)
            if first_id is not None and dcid is not None and dcid != first_id:
                c.note("note", "Decryption", PAD, "quic.coalesced_padding_data")
                with c.group(cls.protocol, c.remaining, PAD):
                    pass
                break
            first_id = dcid if first_id is None else first_id
            text = cls._long(c, known, opened) if c.peek(1) & 0x80 else cls._short(c, known, opened)
            c.info(text)
            if known is not None and opened is not None and opened.plain is not None:
                cls._frames(c, opened, text)

    @classmethod
    def _dcid(cls, c: Cursor, known: Any) -> bytes | None:
        """The connection id of the packet ahead; None where it cannot be told."""
        if c.peek(1) & 0x80:
            return c.peek_bytes(c.peek(1, 5), 6) if c.remaining > 6 else None
        if known is None or known.connection < 0:
            return None
        return c.peek_bytes(min(known.id_size, c.remaining - 1), 1)

    @classmethod
    def _title(cls, c: Cursor) -> Field:
        """What a packet stands below: those behind the first are shown as the protocol once more."""
        return cls.packet if c.pos == c.start - 1 else cls.protocol

    @classmethod
    def _bits(cls, c: Cursor, *fields: Field) -> None:
        """Parts of the first byte; the cursor stays before it."""
        start = c.pos
        for field in fields:
            c.add(field, 1)
            c.pos = start

    @classmethod
    def _long(cls, c: Cursor, known: Any, opened: Any) -> str:
        start, version = c.pos, c.peek(4, 1)
        size = cls._size(c, version)
        whole = min(size, c.remaining)
        forcing = version & 0x0F0F0F0F == 0x0A0A0A0A
        with c.group(cls._title(c), whole) as c:
            c.derived(cls.packet_length, size)
            kind = c.peek(1) >> 4 & 3
            if version == 0 or forcing:
                cls._bits(c, cls.form, cls.unused)
                text = "Forcing Version Negotiation" if forcing else "Version Negotiation"
            else:
                kind = (kind - 1) % 4 if version == V2 else kind
                kinds = cls.type_2 if version == V2 else cls.type
                cls._bits(c, cls.form, *((cls.fixed_bit,) if kind != RETRY else ()), kinds)
                if opened is not None:
                    cls._unmasked(c, opened, cls.reserved, opened.first >> 2 & 3)
                text = TYPES[kind]
            c.pos = start + 1
            c.add(cls.version)
            ids = []
            for length, field, short in ((cls.dcil, cls.dcid, "DCID"), (cls.scil, cls.scid, "SCID")):
                octets = c.add(length)
                if octets:
                    ids.append(f"{short}={c.add(field, octets).hex()}")
            if forcing:
                c.rest(cls.remaining_payload)
            elif version == 0:
                while c.remaining >= 4:
                    c.add(cls.supported)
            elif kind == RETRY:
                token = c.remaining - 16
                if token > 0:
                    c.add(cls.retry_token, token)
                c.add(cls.retry_tag)
            else:
                if kind == INITIAL:
                    octets = varint(c, cls.token_length)
                    if octets:
                        c.add(cls.token, octets)
                varint(c, cls.payload_length)
                ids += cls._body(c, known, opened, cls.sealed)
        return ", ".join([text, *ids])

    @classmethod
    def _unmasked(cls, c: Cursor, opened: Any, reserved: Field, value: int) -> None:
        """What of the first byte was protected."""
        start = c.pos
        c.add(reserved, 1, value=value)
        c.pos = start
        if reserved is cls.short_reserved:
            c.add(cls.key_phase, 1, value=bool(opened.first >> 2 & 1))
            c.pos = start
        c.add(cls.number_length, 1, value=opened.size - 1)
        c.pos = start

    @classmethod
    def _body(cls, c: Cursor, known: Any, opened: Any, payload: Field) -> list[str]:
        """The packet number and the payload, as far as they are known."""
        if opened is None:
            if known is not None:
                c.note("warn", "Decryption", NO_SECRET if available() else NO_CIPHERS, "quic.decryption_failed")
            c.rest(cls.remaining_payload)
            return []
        c.add(cls.packet_number, opened.size, value=opened.number)
        c.rest(payload)
        if opened.plain is None:
            c.note("warn", "Decryption", "Decryption failed: authentication of the payload", "quic.decryption_failed")
        return [f"PKN: {opened.number}"]

    @classmethod
    def _size(cls, c: Cursor, version: int) -> int:
        """Bytes of the long-header packet ahead: as it says, or all that is left."""
        kind = c.peek(1) >> 4 & 3
        kind = (kind - 1) % 4 if version == V2 else kind
        if version == 0 or kind == RETRY or version & 0x0F0F0F0F == 0x0A0A0A0A:
            return c.limit - c.pos
        at = 6 + c.peek(1, 5)
        at += 1 + c.peek(1, at)
        if kind == INITIAL:
            token, width = peek_varint(c, at)
            at += width + token
        size, width = peek_varint(c, at)
        return min(at + width + size, c.limit - c.pos)

    @classmethod
    def _short(cls, c: Cursor, known: Any, opened: Any) -> str:
        size, start = c.limit - c.pos, c.pos
        phase, ids = 0, list[str]()
        with c.group(cls._title(c), c.remaining) as c:
            c.derived(cls.packet_length, size)
            with c.group(cls.short, c.remaining) as c:
                cls._bits(c, cls.form, cls.fixed_bit, cls.spin)
                if opened is not None:
                    phase = opened.first >> 2 & 1
                    cls._unmasked(c, opened, cls.short_reserved, opened.first >> 3 & 3)
                c.pos = start + 1
                if known is not None and known.connection >= 0 and known.id_size:
                    ids.append(f"DCID={c.add(cls.dcid, known.id_size).hex()}")
                ids += cls._body(c, known if known is None or known.connection >= 0 else None, opened, cls.protected)
        return ", ".join([f"Protected Payload (KP{phase})", *ids])

    @classmethod
    def _frames(cls, c: Cursor, opened: Any, text: str) -> None:
        """What was sealed, as a layer of its own octets."""
        c.h.__dict__["_opened"] = opened
        c.h.__dict__["_info"] = text
        c.inside("quic.plain", opened.plain, "Decrypted QUIC")


def keyed(h: Any) -> Any:
    """Whether packets with short headers may be opened."""
    return (h.streams is not None and h.streams.keyed) & (h.first >= 0)


class Plain(Layer):
    """The plain payload of a packet; its octets are not the packet's own."""

    name, label = "quic.plain", "QUIC frames"
    generated = True
    reaches = ("http3",)
    holds = ("tls", *MODULES)
    gates = {"http3": (KEYS,)}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        opened = None if around is None else around.__dict__.get("_opened")
        said: list[str] = []
        try:
            frames(c, said, {} if opened is None else opened.handed)
        finally:
            if around is not None:
                cls._tell(c, around.__dict__.get("_info", ""), said, QUIC.column)
        cls._streams(c, around, said)

    @classmethod
    def _tell(cls, c: Cursor, text: str, said: list[str], protocol: str) -> None:
        """The list's columns."""
        if not c.run.columns_locked:
            c.run.tree.info = ", ".join([text, *said])
            c.run.tree.protocol_column = protocol

    @classmethod
    def _streams(cls, c: Cursor, around: Any, said: list[str]) -> None:
        """What the application says on its streams: HTTP/3, nothing else is known."""
        end = c.pos
        for stream, offset, begin, size, more, _ in c.h.__dict__.get("_streams", ()):
            if not size:
                continue
            c.pos, names = begin, list[str]()
            c.h.__dict__["_stream"] = stream, offset == 0 or bool(more and more.before), names
            if pass_on(c, "http3", size, more, "QUIC stream"):
                at = next((i for i, text in enumerate(said) if text == f"STREAM({stream})"), len(said) - 1)
                said[at + 1 : at + 1] = names
                if around is not None:
                    cls._tell(c, around.__dict__.get("_info", ""), said, "HTTP3")
        c.pos = end
