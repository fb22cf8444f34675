"""RSVP (RFC 2205) with its traffic engineering (RFC 3209).

     0                   1                   2                   3
    +-------+-------+---------------+-------------------------------+
    |version| flags | message type  |           checksum            |
    +-------+-------+---------------+-------------------------------+
    |      TTL      |   reserved    |            length             |
    +---------------+---------------+-------------------------------+
    | objects: length (2), class (1), C-type (1), contents          |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer

MESSAGES = {
    1: "PATH Message. ", 2: "RESV Message. ", 3: "PATH ERROR Message. ", 4: "RESV ERROR Message. ",
    5: "PATH TEAR Message. ", 6: "RESV TEAR Message. ", 7: "CONFIRM Message. ", 10: "RESV TEAR CONFIRM Message. ",
    12: "BUNDLE Message. ", 13: "ACK Message. ", 15: "SREFRESH Message. ", 20: "HELLO Message. ",
    21: "NOTIFY Message. ",
}  # fmt: skip
OBJECTS = {
    0: "NULL object", 1: "SESSION object", 3: "HOP object", 4: "INTEGRITY object", 5: "TIME VALUES object",
    6: "ERROR object", 7: "SCOPE object", 8: "STYLE object", 9: "FLOWSPEC object", 10: "FILTER SPEC object",
    11: "SENDER TEMPLATE object", 12: "SENDER TSPEC object", 13: "ADSPEC object", 14: "POLICY object",
    15: "CONFIRM object", 16: "LABEL object", 17: "HOP_COUNT object", 18: "STRICT_SOURCE_ROUTE object",
    19: "LABEL REQUEST object", 20: "EXPLICIT ROUTE object", 21: "RECORD ROUTE object", 22: "HELLO object",
    23: "MESSAGE-ID object", 24: "MESSAGE-ID ACK/NACK object", 25: "MESSAGE-ID LIST object",
    34: "RECOVERY-LABEL object", 35: "UPSTREAM-LABEL object", 36: "LABEL-SET object", 37: "PROTECTION object",
    50: "S2L_SUB_LSP object", 63: "DETOUR object", 65: "DIFFSERV object", 66: "CLASSTYPE object",
    67: "LSP REQUIRED ATTRIBUTES object", 124: "VENDOR PRIVATE object (0bbbbbbb: reject if unknown)",
    125: "VENDOR PRIVATE object (0bbbbbbb: reject if unknown)",
    126: "VENDOR PRIVATE object (0bbbbbbb: reject if unknown)",
    127: "VENDOR PRIVATE object (0bbbbbbb: reject if unknown)", 129: "SUGGESTED-LABEL object",
    130: "ACCEPTABLE-LABEL-SET object", 131: "RESTART-CAPABILITY object", 133: "LINK-CAPABILITY object",
    188: "VENDOR PRIVATE object (10bbbbbb: ignore if unknown)",
    189: "VENDOR PRIVATE object (10bbbbbb: ignore if unknown)",
    190: "VENDOR PRIVATE object (10bbbbbb: ignore if unknown)",
    191: "VENDOR PRIVATE object (10bbbbbb: ignore if unknown)", 193: "LSP-TUNNEL INTERFACE-ID object",
    195: "NOTIFY-REQUEST object", 196: "ADMIN-STATUS object", 197: "LSP ATTRIBUTES object", 199: "ASSOCIATION object",
    202: "CALL ATTRIBUTES object", 204: "Juniper properties object", 205: "FAST-REROUTE object",
    207: "SESSION ATTRIBUTE object", 225: "DCLASS object", 229: "GENERALIZED-UNI object", 230: "CALL-ID object",
    231: "3GPP2 object", 232: "EXCLUDE ROUTE object", 252: "VENDOR PRIVATE object (11bbbbbb: forward if unknown)",
    253: "VENDOR PRIVATE object (11bbbbbb: forward if unknown)",
    254: "VENDOR PRIVATE object (11bbbbbb: forward if unknown)",
    255: "VENDOR PRIVATE object (11bbbbbb: forward if unknown)",
}  # fmt: skip
SESSION, HOP, TIME, HELLO, LABEL, SENDER = 1, 3, 5, 22, 16, 11
PLAIN, TUNNEL = 1, 7
# class -> its subtree, and its C-type
NAMES = {
    1: ("session", "SESSION", "session"), 3: ("hop", "HOP", "hop"), 4: ("integrity", "INTEGRITY", "integrity"),
    5: ("time", "TIME VALUES", "time_values"), 6: ("error", "ERROR", "error"), 7: ("scope", "SCOPE", "scope"),
    8: ("style", "STYLE", "style"), 9: ("flowspec", "FLOWSPEC", "flowspec"), 10: ("filter", "FILTERSPEC", "template"),
    11: ("sender", "SENDER TEMPLATE", "template"), 12: ("tspec", "SENDER TSPEC", "tspec"),
    13: ("adspec", "ADSPEC", "adspec"), 14: ("policy", "POLICY", "policy"), 15: ("confirm", "CONFIRM", "confirm"),
    16: ("label", "LABEL", "label"), 19: ("label_request", "LABEL REQUEST", "label_request"),
    20: ("explicit_route", "EXPLICIT ROUTE", "explicit_route"), 21: ("record_route", "RECORD ROUTE", "record_route"),
    22: ("hello_obj", "HELLO Object", "hello"), 207: ("session_attribute", "SESSION ATTRIBUTE", "attribute"),
}  # fmt: skip


class RSVP(Layer):
    """A message."""

    name, label, column = "rsvp", "Resource ReserVation Protocol (RSVP)", "RSVP"
    partly = True
    binds = {"ip.proto": (46,), "udp.port": (3455,)}

    version = u8(0, "rsvp.version", "RSVP Version", mask=0xF0)
    flags = u8(0, "rsvp.flags", "Flags", HEX, mask=0x0F)
    type = u8(1, "rsvp.msg", "Message Type", names=MESSAGES)
    checksum = u16(2, "rsvp.message_checksum", "Message Checksum", HEX)
    ttl = u8(4, "rsvp.sending_ttl", "Sending TTL", mask=0xFF00, size=2)
    len = u16(6, "rsvp.message_length", "Message length")
    groups = tuple(group(f"rsvp.{name}", label) for name, label, _ in NAMES.values())
    other_object = group("", "Object")
    length_ = u16(None, "rsvp.length", "Length")
    class_ = u8(None, "rsvp.object", "Object class", names=OBJECTS)
    ctype = Field("rsvp.ctype", "C-type", UINT32, size=1)
    kinds = tuple(
        Field(f"rsvp.ctype.{name}", "C-Type", UINT32, size=1) for name in sorted({kind for _, _, kind in NAMES.values()})
    )
    session_ip = ipv4(None, "rsvp.session.ip", "Destination address")
    session_proto = u8(None, "rsvp.session.proto", "Protocol")
    session_flags = u8(None, "rsvp.session.flags", "Flags", HEX)
    session_port = u16(None, "rsvp.session.port", "Port number")
    short_call = u16(None, "rsvp.session.short_call_id", "Short Call ID")
    tunnel = u16(None, "rsvp.session.tunnel_id", "Tunnel ID")
    extended = u32(None, "rsvp.extended_tunnel_id", "Extended Tunnel ID")
    extended_hidden = u32(None, "rsvp.session.ext_tunnel_id", "Extended tunnel ID", hidden=True)
    neighbor = ipv4(None, "rsvp.hop.neighbor_address_ipv4", "Neighbor address")
    interface = u32(None, "rsvp.hop.logical_interface", "Logical interface")
    refresh = u32(None, "rsvp.refresh_interval", "Refresh interval")
    sender_ip = ipv4(None, "rsvp.sender.ip", "Sender IPv4 address")
    sender_port = u16(None, "rsvp.sender.port", "Sender port number")
    sender_short = u16(None, "rsvp.sender.short_call_id", "Short Call ID")
    sender_lsp = u16(None, "rsvp.sender.lsp_id", "LSP ID")
    contents = raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        said = MESSAGES.get(h.type, f"Unknown ({h.type})")
        c.info(f"{said} ")
        while c.remaining >= 4:
            size, number = max(c.peek(2), 4), c.peek(1, 2)
            known = NAMES.get(number)
            field = GROUPS.get(number, cls.other_object)
            with c.group(field, size, known[1] if known else OBJECTS.get(number, "Unknown object")) as c:
                c.add(cls.length_)
                c.add(cls.class_)
                kind = c.peek(1)
                if known:
                    c.add(cls.ctype)
                    c.pos -= 1
                c.add(KINDS[known[2]] if known else cls.ctype, 1)
                cls._contents(c, number, kind)
                c.rest(cls.contents)

    @classmethod
    def _contents(cls, c: Cursor, number: int, kind: int) -> None:
        if number == SESSION and kind == PLAIN:
            for field in (cls.session_ip, cls.session_proto, cls.session_flags, cls.session_port):
                c.add(field)
        elif number == SESSION and kind == TUNNEL:
            for field in (cls.session_ip, cls.short_call, cls.tunnel, cls.extended):
                c.add(field)
            c.pos -= 4
            c.add(cls.extended_hidden)
        elif number == HOP and kind == PLAIN:
            c.add(cls.neighbor)
            c.add(cls.interface)
        elif number == TIME and kind == 1:
            c.add(cls.refresh)
        elif number == SENDER and kind in (PLAIN, TUNNEL):
            c.add(cls.sender_ip)
            c.add(cls.sender_short, 2)
            c.add(cls.sender_port if kind == PLAIN else cls.sender_lsp, 2)


GROUPS = dict(zip(NAMES, RSVP.groups, strict=True))
KINDS = {field.name.rpartition(".")[2]: field for field in RSVP.kinds}
