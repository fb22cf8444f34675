"""SDP (RFC 8866): lines of `type=value`; those behind an `m=` line describe that medium.

    v=0 \\r\\n  o=alice 2890844526 2890844526 IN IP4 10.0.0.1 \\r\\n  c=IN IP4 10.0.0.1 \\r\\n
    m=audio 49172 RTP/AVP 0 101 \\r\\n  a=rtpmap:0 PCMU/8000 \\r\\n
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dissect.engine.cursor import Cursor
from dissect.engine.fields import Field, raw, string, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.rtp import PAYLOADS

WORD = re.compile(rb"\S+")


class SDP(Layer):
    """A description."""

    name, label, column = "sdp", "Session Description Protocol", "SDP"

    version = string(None, "sdp.version", "Session Description Protocol Version (v)")
    owner = string(None, "sdp.owner", "Owner/Creator, Session Id (o)")
    session = string(None, "sdp.session_name", "Session Name (s)")
    information = string(None, "sdp.session_info", "Session Information (i)")
    uri = string(None, "sdp.uri", "URI of Description (u)")
    email = string(None, "sdp.email", "E-mail Address (e)")
    phone = string(None, "sdp.phone", "Phone Number (p)")
    connection = string(None, "sdp.connection_info", "Connection Information (c)")
    bandwidth = string(None, "sdp.bandwidth", "Bandwidth Information (b)")
    timezone = string(None, "sdp.timezone", "Time Zone Adjustments (z)")
    key = string(None, "sdp.encryption_key", "Encryption Key (k)")
    session_attribute = string(None, "sdp.session_attr", "Session Attribute (a)")
    media_attribute = string(None, "sdp.media_attr", "Media Attribute (a)")
    active = string(None, "sdp.time", "Time Description, active time (t)")
    repeat = string(None, "sdp.repeat_time", "Repeat Time (r)")
    media = string(None, "sdp.media", "Media Description, name and address (m)")
    media_title = string(None, "sdp.media_title", "Media Title (i)")
    unknown = string(None, "sdp.unknown", "Unknown")
    invalid = string(None, "sdp.invalid", "Invalid line")
    owner_user = string(None, "sdp.owner.username", "Owner Username")
    owner_session = string(None, "sdp.owner.sessionid", "Session ID")
    owner_version = string(None, "sdp.owner.version", "Session Version")
    owner_network = string(None, "sdp.owner.network_type", "Owner Network Type")
    owner_type = string(None, "sdp.owner.address_type", "Owner Address Type")
    owner_address = string(None, "sdp.owner.address", "Owner Address")
    network = string(None, "sdp.connection_info.network_type", "Connection Network Type")
    address_type = string(None, "sdp.connection_info.address_type", "Connection Address Type")
    address = string(None, "sdp.connection_info.address", "Connection Address")
    ttl = string(None, "sdp.connection_info.ttl", "Connection TTL")
    addresses = string(None, "sdp.connection_info.num_addr", "Connection Number of Addresses")
    bandwidth_modifier = string(None, "sdp.bandwidth.modifier", "Bandwidth Modifier")
    bandwidth_value = string(None, "sdp.bandwidth.value", "Bandwidth Value")
    start_time = string(None, "sdp.time.start", "Session Start Time")
    stop_time = string(None, "sdp.time.stop", "Session Stop Time")
    interval = string(None, "sdp.repeat_time.interval", "Repeat Interval")
    duration = string(None, "sdp.repeat_time.duration", "Repeat Duration")
    offset = string(None, "sdp.repeat_time.offset", "Repeat Offset")
    zone_time = string(None, "sdp.timezone.time", "Timezone Time")
    zone_offset = string(None, "sdp.timezone.offset", "Timezone Offset")
    key_type = string(None, "sdp.encryption_key.type", "Key Type")
    key_data = string(None, "sdp.encryption_key.data", "Key Data")
    session_field = string(None, "sdp.session_attr.field", "Session Attribute Fieldname")
    session_value = string(None, "sdp.session_attr.value", "Session Attribute Value")
    media_type = string(None, "sdp.media.media", "Media Type")
    port = u16(None, "sdp.media.port", "Media Port")
    port_text = string(None, "sdp.media.port_string", "Media Port", hidden=True)
    ports = string(None, "sdp.media.portcount", "Media Port Count")
    proto = string(None, "sdp.media.proto", "Media Protocol")
    format = string(None, "sdp.media.format", "Media Format")
    field = string(None, "sdp.media_attribute.field", "Media Attribute Fieldname")
    value_ = string(None, "sdp.media_attribute.value", "Media Attribute Value")
    mime = string(None, "sdp.mime.type", "MIME Type")
    rate = string(None, "sdp.sample_rate", "Sample Rate")
    parameter = string(None, "sdp.fmtp.parameter", "Media format specific parameters")
    crypto_tag = u32(None, "sdp.crypto.tag", "tag")
    suite = string(None, "sdp.crypto.crypto_suite", "Crypto suite")
    foundation = string(None, "sdp.ice_candidate.foundation", "Foundation")
    component = string(None, "sdp.ice_candidate.componentid", "Component ID")
    ice_transport = string(None, "sdp.ice_candidate.transport", "Transport")
    ice_priority = string(None, "sdp.ice_candidate.priority", "Priority")
    ice_address = string(None, "sdp.ice_candidate.address", "Connection Address")
    ice_port = string(None, "sdp.ice_candidate.port", "Candidate Port")
    ice_type = string(None, "sdp.ice_candidate.type", "Candidate Type")
    start_line = raw(None, "", "Type")
    end_line = raw(None, "", "End of line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        in_media = False
        while c.remaining:
            end = c.data.find(b"\n", c.pos, c.end)
            after = c.end if end < 0 else end + 1
            stop = c.end if end < 0 else end
            while stop > c.pos and c.data[stop - 1] in b"\r\n":
                stop -= 1
            if stop == c.pos:
                c.add(cls.end_line, after - c.pos)
                continue
            kind = c.data[c.pos : c.pos + 1].decode("latin-1")
            if c.data[c.pos + 1 : c.pos + 2] != b"=" or stop - c.pos < 2:
                c.add(cls.invalid, stop - c.pos)
            else:
                in_media = in_media or kind == "m"
                cls._line(c, kind, stop, in_media)
            if after > c.pos:
                c.add(cls.end_line, after - c.pos)

    @classmethod
    def _line(cls, c: Cursor, kind: str, stop: int, in_media: bool) -> None:
        field = LINES.get(kind, cls.unknown)
        if in_media and kind in MEDIA_LINES:
            field = MEDIA_LINES[kind]
        value = c.data[c.pos + 2 : stop].decode("utf-8", "replace")
        with c.group(field, stop - c.pos, f"{field.label}: {value}", value) as c:
            c.add(cls.start_line, 2)
            if kind in WORDS:
                words(c, WORDS[kind])
            elif kind == "b" or kind == "k":
                pair(c, (cls.bandwidth_modifier, cls.bandwidth_value) if kind == "b" else (cls.key_type, cls.key_data))
            elif kind == "c":
                cls._connection(c)
            elif kind == "m":
                cls._media(c)
            elif kind == "a" and in_media:
                cls._attribute(c)
            elif kind == "a" and b":" in c.peek_bytes(c.remaining):
                pair(c, (cls.session_field, cls.session_value))
            c.pos = c.end

    @classmethod
    def _connection(cls, c: Cursor) -> None:
        words(c, (cls.network, cls.address_type))
        c.pos += c.data[c.pos : c.pos + 1] == b" "
        parts = c.peek_bytes(c.remaining).split(b"/")
        fields = (cls.address, cls.ttl, cls.addresses)
        if b":" in parts[0]:
            fields = (cls.address, cls.addresses, cls.addresses)
        for field, part in zip(fields, parts, strict=False):
            c.add(field, len(part))
            c.pos = min(c.pos + 1, c.end)

    @classmethod
    def _media(cls, c: Cursor) -> None:
        found = list(WORD.finditer(c.data, c.pos, c.end))
        if len(found) < 3:
            return
        add(c, cls.media_type, found[0])
        port, _, count = found[1][0].partition(b"/")
        c.pos = found[1].start()
        c.add(cls.port_text, len(port))
        if port.isdigit() and len(port) < 6:
            c.pos = found[1].start()
            c.add(cls.port, len(port), value=int(port) & 0xFFFF)
        if count:
            c.pos = found[1].start() + len(port) + 1
            c.add(cls.ports, len(count))
        add(c, cls.proto, found[2])
        known = found[2][0].startswith((b"RTP/", b"UDP/TLS/RTP"))
        for one in found[3:]:
            number = int(one[0]) if known and one[0].isdigit() and len(one[0]) < 4 else -1
            c.pos = one.start()
            c.add(cls.format, len(one[0]), value=PAYLOADS.get(number))

    @classmethod
    def _attribute(cls, c: Cursor) -> None:
        text = c.peek_bytes(c.remaining)
        name, colon, value = text.partition(b":")
        if not colon:
            return
        c.add(cls.field, len(name))
        c.pos += 1 + len(value) - len(value.lstrip(b" "))
        if name == b"rtpmap":
            words(c, (cls.format,))
            c.pos += c.data[c.pos : c.pos + 1] == b" "
            mime, slash, rate = c.peek_bytes(c.remaining).partition(b"/")
            if mime:
                c.add(cls.mime, len(mime))
            c.pos += len(slash)
            rate = rate.partition(b"/")[0]
            if rate:
                c.add(cls.rate, len(rate))
        elif name == b"fmtp":
            words(c, (cls.format,))
            for part in re.finditer(rb"\s*([^;]+)", c.data[c.pos : c.end]):
                at = c.pos
                c.pos = at + part.start(1)
                c.add(cls.parameter, len(part[1]))
                c.pos = at
        elif name == b"crypto":
            cls._crypto(c)
        elif name == b"candidate":
            words(c, (cls.foundation, cls.component, cls.ice_transport, cls.ice_priority, cls.ice_address, cls.ice_port))
            kind = re.match(rb"\s*typ\s+(\S+)", c.data[c.pos : c.end])
            if kind is not None:
                c.pos += kind.start(1)
                c.add(cls.ice_type, len(kind[1]))
        elif c.remaining:
            c.rest(cls.value_)

    @classmethod
    def _crypto(cls, c: Cursor) -> None:
        found = list(WORD.finditer(c.data, c.pos, c.end))
        if len(found) > 1 and found[0][0].isdigit() and len(found[0][0]) < 10:
            c.pos = found[0].start()
            c.add(cls.crypto_tag, len(found[0][0]), value=int(found[0][0]))
            add(c, cls.suite, found[1])


def add(c: Cursor, field: Field, word: re.Match[bytes]) -> None:
    """A word as a field."""
    c.pos = word.start()
    c.add(field, word.end() - word.start())


def words(c: Cursor, fields: Sequence[Field]) -> None:
    """Words one after the other, a field each; a last field that has several goes on for the words left."""
    for field, word in zip(fields, WORD.finditer(c.data, c.pos, c.end), strict=False):
        add(c, field, word)


def pair(c: Cursor, fields: tuple[Field, Field]) -> None:
    """`name:value`."""
    name, colon, value = c.peek_bytes(c.remaining).partition(b":")
    if name:
        c.add(fields[0], len(name))
    c.pos += len(colon)
    if value:
        c.add(fields[1], len(value))


S = SDP
LINES = {
    "v": S.version, "o": S.owner, "s": S.session, "i": S.information, "u": S.uri, "e": S.email, "p": S.phone,
    "c": S.connection, "b": S.bandwidth, "z": S.timezone, "k": S.key, "a": S.session_attribute, "t": S.active,
    "r": S.repeat, "m": S.media,
}  # fmt: skip
MEDIA_LINES = {"a": S.media_attribute, "i": S.media_title}
WORDS = {
    "o": (S.owner_user, S.owner_session, S.owner_version, S.owner_network, S.owner_type, S.owner_address),
    "t": (S.start_time, S.stop_time), "r": (S.interval, S.duration, *(S.offset,) * 8),
    "z": (S.zone_time, S.zone_offset) * 8,
}  # fmt: skip
