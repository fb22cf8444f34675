"""NetBIOS session service (RFC 1002, section 4.3), and SMB directly over TCP, which keeps its header.

    +---------------+---------------+-------------------------------+
    |     type      |        length (over 139: flags, 17 bits)      |
    +---------------+-----------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, ipv4, raw, string, u8, u16, u24, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers.netbios import ENCODED, decoded, described

SESSION, REQUEST, POSITIVE, NEGATIVE, RETARGET, KEEP_ALIVE = 0x00, 0x81, 0x82, 0x83, 0x84, 0x85
TYPES = {
    SESSION: "Session message", REQUEST: "Session request", POSITIVE: "Positive session response",
    NEGATIVE: "Negative session response", RETARGET: "Retarget session response", KEEP_ALIVE: "Session keep-alive",
}  # fmt: skip
ERRORS = {
    0x80: "Not listening on called name", 0x81: "Not listening for calling name", 0x82: "Called name not present",
    0x83: "Called name present, but insufficient resources", 0x8F: "Unspecified error",
}  # fmt: skip
HEADER, DIRECT = 4, 445
MAGIC = {b"\xffSMB": "smb", b"\xfeSMB": "smb2", b"\xfdSMB": "smb2", b"\xfcSMB": "smb2"}


class NBSS(Layer):
    """The messages of a segment."""

    name, label, column = "nbss", "NetBIOS Session Service", "NBSS"
    binds = {"tcp.port": (139, DIRECT)}
    reaches = ("smb", "smb2", "dcerpc")
    messages = Messages(
        header=HEADER,
        length=lambda p: where(
            (p.u8(0) == SESSION) | ((p.u8(0) >= REQUEST) & (p.u8(0) <= KEEP_ALIVE)),
            HEADER + ((p.u8(1) & 0x7F) << 16) + p.u16(2), AS_IT_IS,
        ),
    )  # fmt: skip

    message = group("", "Message")
    type = u8(None, "nbss.type", "Message Type", HEX, names=TYPES)
    flags = u8(None, "nbss.flags", "Flags", HEX)
    extend = flag(None, "nbss.flags.e", "Extend", 0x01, within=flags)
    size_16 = u24(None, "nbss.length", "Length")
    size_24 = u24(None, "nbss.length", "Length")
    error = u8(None, "nbss.error_code", "Error code", HEX, names=ERRORS)
    retarget = ipv4(None, "nbss.retarget_ip_address", "Retarget IP address")
    retarget_port = u16(None, "nbss.retarget_port", "Retarget port")
    called, calling = string(None, "nbss.called_name", "Called name"), string(None, "nbss.calling_name", "Calling name")
    continuation = raw(None, "nbss.continuation_data", "Continuation data")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        direct = carrier is not None and DIRECT in (carrier.srcport, carrier.dstport)
        c.info("NBSS Continuation Message")
        while c.remaining:
            kind = c.peek(1)
            if kind not in TYPES or c.remaining < HEADER:
                c.rest(cls.continuation)
                return
            plain = direct or kind == SESSION  # Windows' messages are longer than the flags' bit can tell
            size = c.peek(3, 1) if plain else c.peek(2, 2) | (c.peek(1, 1) & 1) << 16
            c.add(cls.type)
            if plain:
                c.add(cls.size_24)
            else:
                c.add(cls.flags)
                c.add(cls.size_16, 2, value=size)
            c.info(TYPES[kind])
            cls._body(c, kind, min(size, c.limit - c.pos), size)

    @classmethod
    def _body(cls, c: Cursor, kind: int, size: int, reported: int) -> None:
        if kind == SESSION and c.remaining >= 4:
            inner = MAGIC.get(c.peek_bytes(4))
            if inner is not None:
                c.child(inner, size, reported)
                return
            c.info("NBSS Continuation Message")
            c.add(cls.continuation, min(size, c.remaining))
            return
        with c.group(cls.message, size) as c:
            if kind == REQUEST:
                for field in (cls.called, cls.calling):
                    if c.remaining > ENCODED + 1 and c.peek(1) == ENCODED:
                        c.add(field, ENCODED + 2, value=described(decoded([c.peek_bytes(ENCODED, 1)])))
            elif kind == NEGATIVE:
                c.add(cls.error)
            elif kind == RETARGET:
                c.add(cls.retarget)
                c.add(cls.retarget_port)
            c.rest(cls.other)

