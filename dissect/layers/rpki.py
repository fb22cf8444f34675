"""The RPKI to router protocol (RFC 8210).

    +---------------+---------------+-------------------------------+
    |    version    |     type      |  session, zero, or error code |
    +---------------+---------------+-------------------------------+
    |                  length; then by type                         |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, ipv4, ipv6, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

TYPES = {
    0: "Serial Notify", 1: "Serial Query", 2: "Reset Query", 3: "Cache Response", 4: "IPv4 Prefix", 6: "IPv6 Prefix",
    7: "End of Data", 8: "Cache Reset", 9: "Router Key", 10: "Error Report",
}  # fmt: skip
ERRORS = {
    0: "Corrupt Data", 1: "Internal Error", 2: "No Data Available", 3: "Invalid Request",
    4: "Unsupported Protocol Version", 5: "Unsupported PDU Type", 6: "Withdrawal of Unknown Record",
    7: "Duplicate Announcement Received", 8: "Unexpected Protocol Version",
}  # fmt: skip
PREFIX_4, PREFIX_6, END, ROUTER_KEY, ERROR = 4, 6, 7, 9, 10
HEADER, LARGEST = 8, 1 << 16


class RPKI(Layer):
    """A PDU between a cache and a router."""

    name, label, column = "rpkirtr", "RPKI-Router Protocol", "RPKI-RTR"
    binds = {"tcp.port": (323,)}
    accepts = lambda p: (p.u8(0) <= 2) & (p.u8(1) <= 11)
    messages = Messages(
        header=HEADER, length=lambda p: where((p.u32(4) >= HEADER) & (p.u32(4) <= LARGEST), p.u32(4), AS_IT_IS)
    )

    pdu = group("", "RPKI-Router Protocol")
    version = u8(None, "rpki-rtr.version", "Version")
    type = u8(None, "rpki-rtr.pdu_type", "PDU Type", names=TYPES)
    session = u16(None, "rpki-rtr.session_id", "Session ID")
    error = u16(None, "rpki-rtr.error_code", "Error Code", names=ERRORS)
    reserved = raw(None, "rpki-rtr.reserved", "Reserved", size=2)
    size_field = u32(None, "rpki-rtr.length", "Length")
    serial = u32(None, "rpki-rtr.serial_number", "Serial Number")
    flags = u8(None, "rpki-rtr.flags", "Flags", HEX)
    announced = flag(None, "rpki-rtr.flags.aw", "Flag AW", 0x01, within=flags)
    prefix_length = u8(None, "rpki-rtr.prefix_length", "Prefix Length")
    max_length = u8(None, "rpki-rtr.max_length", "Max length")
    zero = raw(None, "rpki-rtr.reserved", "Reserved", size=1)
    prefix_4 = ipv4(None, "rpki-rtr.ipv4_prefix", "IPv4 Prefix")
    prefix_6 = ipv6(None, "rpki-rtr.ipv6_prefix", "IPv6 Prefix")
    number = u32(None, "rpki-rtr.as_number", "AS Number")
    refresh = u32(None, "rpki-rtr.refresh_interval", "Refresh Interval")
    retry = u32(None, "rpki-rtr.retry_interval", "Retry Interval")
    expire = u32(None, "rpki-rtr.expire_interval", "Expire Interval")
    key = raw(None, "rpki-rtr.subject_key_identifier", "Subject Key Identifier", size=20)
    key_info = group("rpki-rtr.subject_public_key_info", "Subject Public Key Info")
    pdu_length = u32(None, "rpki-rtr.length_pdu", "Length of Encapsulated PDU")
    error_pdu = raw(None, "rpki-rtr.error_pdu", "Erroneous PDU")
    text_length = u32(None, "rpki-rtr.length_text", "Length of text")
    text = string(None, "rpki-rtr.error_text", "Erroneous Text")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            kind, size = c.peek(1, 1), c.peek(4, 4)
            name = TYPES.get(kind, f"Unknown ({kind})")
            with c.group(cls.pdu, min(max(size, HEADER), c.limit - c.pos), f"RPKI-Router Protocol ({name})") as c:
                cls._pdu(c, size)
            said.append(name)
        c.info(", ".join(said))

    @classmethod
    def _pdu(cls, c: Cursor, size: int) -> None:
        version, kind = c.add(cls.version), c.add(cls.type)
        if size < HEADER or kind not in TYPES:
            c.note("error", "Malformed", "Invalid length field", "rpkirtr.bad_length")
            c.rest(cls.other)
            return
        c.add(cls.error if kind == ERROR else cls.session if kind in (0, 1, 3, END) else cls.reserved)
        c.add(cls.size_field)
        if kind in (0, 1, END):
            c.add(cls.serial)
        if kind == END and version >= 1:
            for field in (cls.refresh, cls.retry, cls.expire):
                c.add(field)
        elif kind in (PREFIX_4, PREFIX_6):
            prefix = cls.prefix_4 if kind == PREFIX_4 else cls.prefix_6
            for field in (cls.flags, cls.prefix_length, cls.max_length, cls.zero, prefix, cls.number):
                c.add(field)
        elif kind == ROUTER_KEY:
            c.add(cls.key)
            c.add(cls.number)
            if c.remaining:
                c.add(cls.key_info, c.remaining)
        elif kind == ERROR:
            c.add(cls.error_pdu, c.add(cls.pdu_length))
            c.add(cls.text, c.add(cls.text_length))
        c.rest(cls.other)
