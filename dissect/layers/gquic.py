"""Google's QUIC before it became a standard (versions Q02x to Q046): the header, and what of handshakes is in the clear.

    +-------+-----------+---------+-----------------+--------+
    | flags | CID (0/8) | version | nonce (0/32)    | number |      up to Q043
    +-------+---------+-+---------+-----+-----------+--------+
    | flags | version |  lengths  | CID | nonce     | number |      Q046, which looks like QUIC's long header
    +-------+---------+-----------+-----+-----------+--------+
    handshake: a hash of 12 octets, then frames; the stream's content is a list of tags and values
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRING, UINT8, UINT16, UINT32, UINT64, Field, flag, group, raw, u8
from dissect.engine.layer import Layer
from dissect.layers.announced import GQUIC_PEER, told

PORT = 443
LONG, FIXED, VERSION, RESET, NONCE, CID = 0x80, 0x40, 0x01, 0x02, 0x04, 0x08
TYPES = {0: "Initial", 1: "0-RTT Protected", 2: "Handshake", 3: "Retry"}
NUMBER_SIZES = (1, 2, 4, 6)
STREAM_FRAME, HASH = 0x80, 12
MESSAGES = {
    "CHLO": "Client Hello", "SHLO": "Server Hello", "REJ": "Rejection", "PRST": "Public Reset", "SCUP": "Server Config Update",
    "SREJ": "Stateless Rejection", "SCFG": "Server Config",
}  # fmt: skip
LENGTHS = {0: "0 Byte", **{n: f"{n + 1} Bytes" for n in range(1, 8)}}


def probe(p: Any) -> Any:
    """Whether a payload is a packet: by its version, or because the same ports have named one before."""
    named = (p.u8(0) & (VERSION | CID) == VERSION | CID) & (p.u16(9) == 0x5130) & (p.u8(11) >= 0x32) & (p.u8(11) <= 0x34)
    claimed = (p.length >= 13) & (named | ((p.u8(0) >= 0xC0) & (p.u32(1) == 0x51303436)))
    left = (p.length >= 2) & (p.u8(0) < 0x80) & (claimed == 0)
    return claimed | ((told(p) == GQUIC_PEER) & left) if np.any(left) else claimed


class GQUIC(Layer):
    """A packet."""

    name, label, column = "gquic", "GQUIC (Google Quick UDP Internet Connections)", "GQUIC"
    heuristics = ("udp",)
    probe = lambda p: probe(p)

    flags = u8(None, "gquic.puflags", "Public Flags", HEX)
    form = Field("gquic.header_form", "Header Form", UINT8, mask=LONG, names={0: "Short Header", 1: "Long Header"})
    fixed_bit = Field("gquic.fixed_bit", "Fixed Bit", BOOLEAN, mask=FIXED)
    type = Field("gquic.long.packet_type", "Packet Type", UINT8, mask=0x30, names=TYPES)
    reserved = Field("gquic.long.reserved", "Reserved", UINT8, mask=0x0C)
    number_length = Field("gquic.packet_number_length", "Packet Number Length", UINT8, mask=0x03)
    has_version = flag(None, "gquic.puflags.version", "Version", VERSION, 1)
    has_reset = flag(None, "gquic.puflags.reset", "Reset", RESET, 1)
    has_nonce = flag(None, "gquic.puflags.nonce", "Diversification nonce", NONCE, 1)
    has_cid = flag(None, "gquic.puflags.cid", "CID Length", CID, 1)
    cid_old = Field("gquic.puflags.cid.old", "CID Length", UINT8, HEX, mask=0x0C)
    number_size = Field("gquic.puflags.pkn", "Packet Number Length", UINT8, HEX, mask=0x30)
    multipath = flag(None, "gquic.puflags.mpth", "Multipath", 0x40, 1)
    flags_reserved = Field("gquic.puflags.rsv", "Reserved", UINT8, HEX, mask=0x80)
    dcil = Field("gquic.dcil", "Destination Connection ID Length", UINT8, mask=0xF0)
    scil = Field("gquic.scil", "Source Connection ID Length", UINT8, mask=0x0F)
    cid = Field("gquic.cid", "CID", UINT64)
    version = Field("gquic.version", "Version", STRING)
    nonce = raw(None, "gquic.diversification_nonce", "Diversification nonce", size=32)
    number = Field("gquic.packet_number", "Packet Number", UINT64)
    hash = raw(None, "gquic.message_authentication_hash", "Message Authentication Hash", size=HASH)
    private = u8(None, "gquic.prflags", "Private Flags", HEX)
    frame = group("gquic.frame", "Frame")
    frame_type = u8(None, "gquic.frame_type", "Frame Type", HEX)
    is_stream = flag(None, "gquic.frame_type.stream", "Stream", 0x80, 1)
    fin = flag(None, "gquic.frame_type.stream.f", "FIN", 0x40, 1)
    has_size = flag(None, "gquic.frame_type.stream.d", "Data Length", 0x20, 1)
    offset_size = Field("gquic.frame_type.stream.ooo", "Offset Length", UINT8, mask=0x1C)
    stream_size = Field("gquic.frame_type.stream.ss", "Stream Length", UINT8, mask=0x03)
    stream_id = Field("gquic.stream_id", "Stream ID", UINT32)
    offset = Field("gquic.offset", "Offset", UINT64)
    data_len = Field("gquic.data_len", "Data Length", UINT32)
    tag = Field("gquic.tag", "Tag", STRING)
    tag_number = Field("gquic.tag_number", "Tag Number", UINT16)
    padding = raw(None, "gquic.padding", "Padding", size=2)
    tags = group("gquic.tags", "Tag/value")
    tag_type = Field("gquic.tag_type", "Tag Type", STRING)
    tag_end = Field("gquic.tag_offset_end", "Tag offset end", UINT32)
    tag_length = Field("gquic.tag_offset_length", "Tag length", UINT32)
    tag_value = raw(None, "gquic.tag_value", "Tag/value")
    sni = Field("gquic.tag.sni", "Server Name Indication", STRING)
    agent = Field("gquic.tag.uaid", "Client's User Agent ID", STRING)
    tag_version = Field("gquic.tag.version", "Version", STRING)
    pad_length = Field("gquic.frame_type.padding.length", "Padding Length", UINT32)
    pad = raw(None, "gquic.frame_type.padding", "Padding")
    payload_bytes = raw(None, "gquic.payload", "Payload")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said: list[str] = []
        first = c.peek(1)
        if first & LONG and c.peek(4, 1) == 0x51303436:
            size, cid, number = cls._long(c), 0, 0
            big, release = True, 46
            sizes = c.add(cls.dcil, 1), c.data[c.pos - 1] & 0x0F
            c.pos -= 1
            c.add(cls.scil, 1)
            for length in (n + 3 if n else 0 for n in sizes):
                if length:
                    cid = c.add(cls.cid, length, value=c.peek(min(length, 8)))
            if _from_server(c) and first >> 4 & 3 == 1:
                c.add(cls.nonce)
            number = c.add(cls.number, size)
        elif first & FIXED:
            size, big, release = (first & 3) + 1, True, 46
            with c.group(cls.flags, 1) as c:
                cls._bits(c, cls.form, cls.fixed_bit, cls.number_length)
                c.pos += 1
            cid = 0 if _from_server(c) else c.add(cls.cid, 8, value=c.peek(8))
            number = c.add(cls.number, size)
        else:
            found = cls._public(c, first, said)
            if found is None:
                c.info(", ".join(said))
                return
            size, cid, release, number = found
            big = release >= 39 or release == 0
        if cls._is_plain(c, release, big):
            cls._plain(c, release, big, said)
        else:
            c.rest(cls.payload_bytes)
            said.append("Payload (Encrypted)")
        said.append(f"PKN: {number}")
        if cid:
            said.append(f"CID: {cid}")
        c.info(", ".join(said))

    @classmethod
    def _bits(cls, c: Cursor, *fields: Field) -> None:
        """Parts of the octet ahead; the cursor stays before it."""
        start = c.pos
        for field in fields:
            c.add(field, 1)
            c.pos = start

    @classmethod
    def _long(cls, c: Cursor) -> int:
        """The flags and version of Q046; the size of the packet number."""
        size = (c.peek(1) & 3) + 1
        with c.group(cls.flags, 1) as c:
            cls._bits(c, cls.form, cls.fixed_bit, cls.type, cls.reserved, cls.number_length)
            c.pos += 1
        c.add(cls.version, 4)
        return size

    @classmethod
    def _public(cls, c: Cursor, first: int, said: list[str]) -> tuple[int, int, int, int] | None:
        """The header up to Q043: size of the number, connection id, release, number; None where nothing follows."""
        wide = 8 if first & CID else 0
        text = c.peek_bytes(4, 1 + wide) if first & VERSION else b"Q043"
        release = int(text[1:]) if text[1:].isdigit() else 0
        with c.group(cls.flags, 1) as c:
            kept = (cls.cid_old,) if 0 < release < 33 else (cls.has_nonce, cls.has_cid)
            parts = (cls.has_version, cls.has_reset, *kept, cls.number_size, cls.multipath, cls.flags_reserved)
            cls._bits(c, *parts)
            c.pos += 1
        little = release < 39
        cid = int(c.add(cls.cid, 8, value=c.peek(8, little=little))) if wide else 0
        if first & VERSION:
            if _from_server(c):
                while c.remaining >= 4:
                    c.add(cls.version, 4)
                said.append(f"Version Negotiation, CID: {cid}")
                return None
            c.add(cls.version, 4)
        if first & RESET:
            cls._tags(c, said)
            said[:] = [f"Public Reset, CID: {cid}"]
            return None
        if first & NONCE and release >= 33 and _from_server(c):
            c.add(cls.nonce)
        size = NUMBER_SIZES[first >> 4 & 3]
        return size, cid, release, c.add(cls.number, size, value=c.peek(size, little=little))

    @classmethod
    def _is_plain(cls, c: Cursor, release: int, big: bool) -> bool:
        """Whether a handshake message follows in the clear: a stream frame with one of the known tags."""
        at = HASH + (1 if release < 34 else 0)
        if c.remaining < at + 12:
            return False
        found = c.peek_bytes(min(c.remaining - at, 24), at)
        return found[0] & STREAM_FRAME > 0 and any(tag in found for tag in (b"CHLO", b"SHLO", b"REJ\0", b"SREJ"))

    @classmethod
    def _plain(cls, c: Cursor, release: int, big: bool, said: list[str]) -> None:
        c.add(cls.hash)
        if release < 34:
            c.add(cls.private)
        while c.remaining:
            kind = c.peek(1)
            if kind & STREAM_FRAME:
                with c.group(cls.frame) as c:
                    cls._stream(c, kind, big, said)
            elif kind == 0:
                with c.group(cls.frame) as c:
                    c.add(cls.frame_type)
                    c.derived(cls.pad_length, c.remaining)
                    c.rest(cls.pad)
            else:
                c.rest(cls.payload_bytes)

    @classmethod
    def _stream(cls, c: Cursor, kind: int, big: bool, said: list[str]) -> None:
        """A stream frame: sizes in its type, then stream, offset, length, content."""
        with c.group(cls.frame_type, 1) as c:
            cls._bits(c, cls.is_stream, cls.fin, cls.has_size, cls.offset_size, cls.stream_size)
            c.pos += 1
        width = (kind & 3) + 1
        number = c.add(cls.stream_id, width, value=c.peek(width, little=not big))
        offset = kind >> 2 & 7
        if offset:
            c.add(cls.offset, offset + 1, value=c.peek(offset + 1, little=not big))
        size = c.remaining
        if kind & 0x20:
            size = c.add(cls.data_len, 2, value=c.peek(2, little=not big))
        c.label(f"STREAM (Special Frame Type) Stream ID: {number}")
        end = c.pos + size
        if number == 1 and size >= 8:
            cls._tags(c, said)
        c.skip(max(min(end, c.end) - c.pos, 0))

    @classmethod
    def _tags(cls, c: Cursor, said: list[str]) -> None:
        """A message: its tag, how many tags it has, where each value ends, and the values behind all of them."""
        name = _tag(c.peek_bytes(4))
        c.add(cls.tag, 4, value=name)
        said.append(MESSAGES.get(name, "Unknown"))
        count = c.add(cls.tag_number, 2, value=c.peek(2, little=True))
        c.add(cls.padding)
        base, before, told = c.pos + 8 * count, 0, 0
        for _ in range(count):
            start, end = c.pos, c.peek(4, 4, little=True)
            kind = _tag(c.peek_bytes(4))
            with c.group(cls.tags, None, f"Tag/value: {kind} (l={max(end - before, 0)})") as c:
                c.add(cls.tag_type, 4, value=kind)
                c.add(cls.tag_end, 4, value=end)
                c.derived(cls.tag_length, max(end - before, 0))
                if before <= end and base + end <= c.end:
                    cls._value(c, kind, base + before, end - before)
                    told = end
                c.pos = start + 8
            before = max(before, end)
        c.pos = min(base + told, c.end)

    @classmethod
    def _value(cls, c: Cursor, kind: str, at: int, size: int) -> None:
        """A tag's value, which stands behind all tags."""
        c.pos = at
        c.add(cls.tag_value, size)
        field: dict[str, Any] = {"SNI": cls.sni, "UAID": cls.agent, "VER": cls.tag_version}
        if kind in field and size:
            c.pos = at
            c.add(field[kind], size)


def _tag(octets: bytes) -> str:
    """The name of a tag."""
    return octets.rstrip(b"\0").decode("ascii", "replace")


def _from_server(c: Cursor) -> bool:
    carrier = c.h.outer("udp")
    return carrier is not None and carrier.srcport == PORT
