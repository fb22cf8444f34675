"""QUIC (RFC 9000, RFC 9369): the headers; what is protected stays so.

    +-+-+---+----+---------+--------+------+--------+------+
    |1|1|typ|    | version | length | DCID | length | SCID |   long header, then a token, a length, the payload
    +-+-+---+----+---------+--------+------+--------+------+
    |0|1|S|      | DCID, number, payload                   |   short header
    +-+-+--------+-----------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT8, UINT32, UINT64, Field, group, raw, u8, u32
from dissect.engine.layer import Layer

PORT = 443
SHORTEST = 21  # bytes of a packet with a short header (RFC 9000, section 10.3)
V2 = 0x6B3343CF
INITIAL, ZERO_RTT, HANDSHAKE, RETRY = range(4)
TYPES = {0: "Initial", 1: "0-RTT", 2: "Handshake", 3: "Retry"}
TYPES_V2 = {1: "Initial", 2: "0-RTT", 3: "Handshake", 0: "Retry"}


def version_text(version: int) -> str | None:
    """The name of a version."""
    if version == 0:
        return "Version Negotiation"
    if version & 0x0F0F0F0F == 0x0A0A0A0A:
        return "Unknown (GREASE)"
    if version >> 8 == 0xFF0000:
        return f"draft-{version & 0xFF}"
    return {1: "1", V2: "2"}.get(version)


class QUIC(Layer):
    """The packets of a datagram."""

    name, label, column = "quic", "QUIC IETF", "QUIC"
    heuristics = ("udp",)
    probe = lambda p: (
        (p.length >= 7)
        & (p.u8(5) <= 20)
        & (
            (
                (p.u8(0) >= 0xC0)
                & (
                    (p.u32(1) == 1)
                    | (p.u32(1) == V2)
                    | ((p.u32(1) >= 0xFF000001) & (p.u32(1) <= 0xFF0000FF))
                    | ((p.u32(1) & 0x0F0F0F0F) == 0x0A0A0A0A)
                )
            )
            | ((p.u8(0) >= 0x80) & (p.u32(1) == 0) & (p.h.srcport == PORT))
        )
    ) | (
        (p.u8(0) >= 0x40)
        & (p.u8(0) < 0x80)
        & (p.length >= SHORTEST)
        & ((p.h.srcport == PORT) | (p.h.dstport == PORT))
    )  # a short header tells nothing else

    packet = group("", "QUIC packet")
    packet_length = Field("quic.packet_length", "Packet Length", UINT32)
    first = u8(None, "", "First byte")
    form = Field("quic.header_form", "Header Form", UINT8, mask=0x80, names={0: "Short Header", 1: "Long Header"})
    fixed_bit = Field("quic.fixed_bit", "Fixed Bit", BOOLEAN, mask=0x40)
    type = Field("quic.long.packet_type", "Packet Type", UINT8, mask=0x30, names=TYPES)
    type_2 = Field("quic.long.packet_type_v2", "Packet Type", UINT8, mask=0x30, names=TYPES_V2)
    unused = Field("quic.vn.unused", "Unused", UINT8, HEX, mask=0x7F)
    spin = Field("quic.spin_bit", "Spin Bit", BOOLEAN, mask=0x20)
    short = group("quic.short", "QUIC Short Header")
    version = u32(None, "quic.version", "Version", HEX, names=version_text)
    dcil = u8(None, "quic.dcil", "Destination Connection ID Length")
    dcid = raw(None, "quic.dcid", "Destination Connection ID")
    scil = u8(None, "quic.scil", "Source Connection ID Length")
    scid = raw(None, "quic.scid", "Source Connection ID")
    token_length = Field("quic.token_length", "Token Length", UINT64)
    token = raw(None, "quic.token", "Token")
    payload_length = Field("quic.length", "Length", UINT64)
    supported = u32(None, "quic.supported_version", "Supported Version", HEX, names=version_text)
    retry_token = raw(None, "quic.retry_token", "Retry Token")
    retry_tag = raw(None, "quic.retry_integrity_tag", "Retry Integrity Tag", size=16)
    remaining_payload = raw(None, "quic.remaining_payload", "Remaining Payload")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said: list[str] = []
        while c.remaining:
            if c.peek(1) & 0x80:
                said.append(cls._long(c))
            elif c.peek(1) & 0x40:
                cls._short(c)
                said.append("Protected Payload (KP0)")
            else:
                c.skip(c.remaining)  # padding, or of nobody knows what
        c.info(", ".join(said))

    @classmethod
    def _bits(cls, c: Cursor, *fields: Field) -> None:
        """Parts of the first byte; the cursor stays before it."""
        start = c.pos
        for field in fields:
            c.add(field, 1)
            c.pos = start

    @classmethod
    def _long(cls, c: Cursor) -> str:
        start, version = c.pos, c.peek(4, 1)
        size = cls._size(c, version)
        whole = min(size, c.remaining)
        with c.group(cls.packet, whole) as c:
            c.derived(cls.packet_length, size)
            kind = c.peek(1) >> 4 & 3
            if version == 0:
                cls._bits(c, cls.form, cls.unused)
                text = "Version Negotiation"
            else:
                kind = (kind - 1) % 4 if version == V2 else kind
                cls._bits(c, cls.form, cls.type_2 if version == V2 else cls.type)
                if kind != RETRY:
                    cls._bits(c, cls.fixed_bit)
                text = TYPES[kind]
            c.pos = start + 1
            c.add(cls.version)
            ids = []
            for length, field, short in ((cls.dcil, cls.dcid, "DCID"), (cls.scil, cls.scid, "SCID")):
                octets = c.add(length)
                if octets:
                    ids.append(f"{short}={c.add(field, octets).hex()}")
            if version == 0:
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
                c.rest(cls.remaining_payload)
        return ", ".join([text, *ids])

    @classmethod
    def _size(cls, c: Cursor, version: int) -> int:
        """Bytes of the long-header packet ahead: as it says, or all that is left."""
        kind = c.peek(1) >> 4 & 3
        kind = (kind - 1) % 4 if version == V2 else kind
        if version == 0 or kind == RETRY:
            return c.limit - c.pos
        at = 6 + c.peek(1, 5)
        at += 1 + c.peek(1, at)
        if kind == INITIAL:
            token, width = peek_varint(c, at)
            at += width + token
        size, width = peek_varint(c, at)
        return min(at + width + size, c.limit - c.pos)

    @classmethod
    def _short(cls, c: Cursor) -> None:
        size, start = c.limit - c.pos, c.pos
        with c.group(cls.packet, c.remaining) as c:
            c.derived(cls.packet_length, size)
            with c.group(cls.short, c.remaining) as c:
                cls._bits(c, cls.form, cls.fixed_bit, cls.spin)
                c.pos = start + 1
                c.rest(cls.remaining_payload)


def peek_varint(c: Cursor, offset: int) -> tuple[int, int]:
    """A variable-length integer (RFC 9000, section 16) ahead and its width."""
    width = 1 << (c.peek(1, offset) >> 6)
    return c.peek(width, offset) & ((1 << (8 * width - 2)) - 1), width


def varint(c: Cursor, field: Field) -> int:
    """Read a variable-length integer."""
    value, width = peek_varint(c, 0)
    c.add(field, width, value=value)
    return value
