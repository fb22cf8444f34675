"""SAP (RFC 2974): sessions of multicast that are announced; mostly SDP's descriptions.

    +-----+-+-+-+-+-+----------------+---------------------------------+
    |  V=1|A|R|T|E|C|  auth length   |     message identifier hash     |
    +-----+-+-+-+-+-+----------------+---------------------------------+
    |  originating source (32 or 128 bits); authentication; a type of payload, ended by a zero; the payload
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, ipv4, ipv6, raw, string, u8, u16
from dissect.engine.fields import flag as bit
from dissect.engine.layer import Layer


class SAP(Layer):
    """One announcement."""

    name, label, column = "sap", "Session Announcement Protocol", "SAP"
    binds = {"udp.port": (9875,)}
    reaches = ("sdp",)

    flags = u8(0, "sap.flags", "Flags", HEX)
    version = u8(None, "sap.flags.v", "Version Number", mask=0xE0, within=flags)
    is_ipv6 = bit(None, "sap.flags.a", "Address Type", 0x10, within=flags)
    reserved = bit(None, "sap.flags.r", "Reserved", 0x08, within=flags)
    deletion = bit(None, "sap.flags.t", "Message Type", 0x04, within=flags)
    encrypted = bit(None, "sap.flags.e", "Encryption Bit", 0x02, within=flags)
    compressed = bit(None, "sap.flags.c", "Compression Bit", 0x01, within=flags)
    auth_length = u8(1, "sap.auth.len", "Authentication Length")
    message_id = u16(2, "sap.message_identifier_hash", "Message Identifier Hash", HEX)
    origin = ipv4(None, "sap.originating_source", "Originating Source")
    origin_6 = ipv6(None, "sap.originating_source.ipv6", "Originating Source")
    auth = group("sap.auth", "Authentication data")
    payload_type = string(None, "sap.payload_type", "Payload type")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(flags: int) -> str:
        return f"{'Deletion' if flags & 4 else 'Announcement'} (v{flags >> 5})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        flags = c.h.flags
        c.pos = c.h.start + 4
        c.add(cls.origin_6 if flags & 0x10 else cls.origin)
        if c.h.auth_length:
            with c.group(cls.auth, 4 * c.h.auth_length) as c:
                c.rest(cls.other)
        if flags & 3:
            c.rest(cls.other)
            return
        if c.remaining and c.peek_bytes(min(3, c.remaining)) != b"v=0":
            end = c.data.find(b"\0", c.pos, c.end)
            size = (c.end if end < 0 else end + 1) - c.pos
            c.add(cls.payload_type, size, value=c.peek_bytes(size).rstrip(b"\0").decode("latin-1"))
        if c.remaining:
            c.child("sdp")
