"""STUN and TURN (RFC 8489, RFC 8656), ICE's attributes (RFC 8445), and STUN as it was (RFC 3489).

     0                   1                   2                   3
    +---+---------------------------+-------------------------------+
    |0 0|        message type       |            length             |
    +---+---------------------------+-------------------------------+
    |       cookie 0x2112A442, then a transaction id of 96 bits     |
    |       (RFC 3489: all of it an id of 128 bits)                 |
    +---------------------------------------------------------------+
    | attributes: type (2), length (2), value filled up to words    |
    +---------------------------------------------------------------+
    TURN's channels: number from 0x4000 (2), length (2), data
"""

from __future__ import annotations

import zlib
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, ipv4, ipv6, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

COOKIE, FINGERPRINT_XOR, PORT = 0x2112A442, 0x5354554E, 3478
METHODS = {
    1: "Binding", 2: "SharedSecret", 3: "Allocate", 4: "Refresh", 6: "Send", 7: "Data", 8: "CreatePermission",
    9: "Channel-Bind", 10: "Connect", 11: "ConnectionBind", 12: "ConnectionAttempt", 0x80: "GOOG-PING",
}  # fmt: skip
CLASSES = {0: "Request", 1: "Indication", 0x10: "Success Response", 0x11: "Error Response"}
ATTRIBUTES = {
    0x0001: "MAPPED-ADDRESS", 0x0002: "RESPONSE_ADDRESS", 0x0003: "CHANGE_REQUEST", 0x0004: "SOURCE_ADDRESS",
    0x0005: "CHANGED_ADDRESS", 0x0006: "USERNAME", 0x0007: "PASSWORD", 0x0008: "MESSAGE-INTEGRITY",
    0x0009: "ERROR-CODE", 0x000A: "UNKNOWN-ATTRIBUTES", 0x000B: "REFLECTED-FROM", 0x000C: "CHANNEL-NUMBER",
    0x000D: "LIFETIME", 0x000F: "MAGIC-COOKIE", 0x0010: "BANDWIDTH", 0x0011: "DESTINATION-ADDRESS",
    0x0012: "XOR-PEER-ADDRESS", 0x0013: "DATA", 0x0014: "REALM", 0x0015: "NONCE", 0x0016: "XOR-RELAYED-ADDRESS",
    0x0017: "REQUESTED-ADDRESS-FAMILY", 0x0018: "EVEN-PORT", 0x0019: "REQUESTED-TRANSPORT", 0x001A: "DONT-FRAGMENT",
    0x001C: "MESSAGE-INTEGRITY-SHA256", 0x001D: "PASSWORD-ALGORITHM", 0x001E: "USERHASH", 0x0020: "XOR-MAPPED-ADDRESS",
    0x0022: "RESERVATION-TOKEN", 0x0024: "PRIORITY", 0x0025: "USE-CANDIDATE", 0x0026: "PADDING",
    0x002A: "CONNECTION-ID", 0x0030: "Reserved", 0x8000: "ADDITIONAL-ADDRESS-FAMILY", 0x8001: "ADDRESS-ERROR-CODE",
    0x8002: "PASSWORD-ALGORITHMS", 0x8003: "ALTERNATE-DOMAIN", 0x8004: "ICMP", 0x8008: "MS-VERSION",
    0x8020: "MS-XOR-MAPPED-ADDRESS", 0x8022: "SOFTWARE", 0x8023: "ALTERNATE-SERVER", 0x8025: "TRANSACTION_TRANSMIT_COUNTER",
    0x8027: "CACHE-TIMEOUT", 0x8028: "FINGERPRINT", 0x8029: "ICE-CONTROLLED", 0x802A: "ICE-CONTROLLING",
    0x802B: "RESPONSE-ORIGIN", 0x802C: "OTHER-ADDRESS", 0x802D: "ECN-CHECK-STUN", 0x802E: "THIRD-PARTY-AUTHORIZATION",
    0x8030: "MOBILITY-TICKET", 0xC000: "CISCO-STUN-FLOWDATA", 0xC001: "ENF-FLOW-DESCRIPTION",
    0xC002: "ENF-NETWORK-STATUS", 0xC057: "GOOG-NETWORK-INFO", 0xC058: "GOOG-LAST-ICE-CHECK-RECEIVED",
    0xC059: "GOOG-MISC-INFO", 0xC05A: "GOOG-OBSOLETE-1", 0xC05B: "GOOG-CONNECTION-ID", 0xC05C: "GOOG-DELTA",
    0xC05D: "GOOG-DELTA-ACK", 0xC060: "GOOG-MESSAGE-INTEGRITY-32",
}  # fmt: skip
PLAIN_ADDRESSES = (1, 2, 4, 5, 0x0B, 0x11, 0x8023, 0x802B, 0x802C)
XOR_ADDRESSES = (0x12, 0x16, 0x20, 0x8020)
ERRORS = {
    300: "Try Alternate", 400: "Bad Request", 401: "Unauthenticated", 403: "Forbidden", 405: "Mobility Forbidden",
    420: "Unknown Attribute", 430: "Stale Credentials", 431: "Integrity Check Failure", 432: "Missing Username",
    433: "Use TLS", 434: "Missing Realm", 435: "Missing Nonce", 436: "Unknown User", 437: "Allocation Mismatch",
    438: "Stale Nonce", 439: "Wrong Credentials", 440: "Address Family not Supported", 441: "Wrong Credentials",
    442: "Unsupported Transport Protocol", 443: "Peer Address Family Mismatch", 446: "Connection Already Exists",
    447: "Connection Timeout or Failure", 481: "Connection does not exist", 486: "Allocation Quota Reached",
    487: "Role Conflict", 500: "Server Error", 507: "Insufficient Bandwidth Capacity", 508: "Insufficient Port Capacity",
    600: "Global Failure",
}  # fmt: skip
FAMILIES = {1: "IPv4", 2: "IPv6"}
TRANSPORTS = {6: "TCP", 17: "UDP"}
STATUSES = {0: "Bad", 1: "Good"}
CLASSIC_TYPES = {
    1: "Binding Request", 257: "Binding Response", 273: "Binding Error Response", 2: "Shared Secret Request",
    258: "Shared Secret Response", 4370: "Shared Secret Error Response", 3: "Allocate Request",
    259: "Allocate Response", 275: "Allocate Error Response", 4: "Send Request", 260: "Send Response",
    276: "Send Error Response", 277: "Data Indication", 6: "Set Active Destination Request",
    262: "Set Active Destination Response", 278: "Set Active Destination Error Response",
}  # fmt: skip
CLASSIC_ATTRIBUTES = {
    1: "MAPPED-ADDRESS", 2: "RESPONSE-ADDRESS", 3: "CHANGE-REQUEST", 4: "SOURCE-ADDRESS", 5: "CHANGED-ADDRESS",
    6: "USERNAME", 7: "PASSWORD", 8: "MESSAGE-INTEGRITY", 9: "ERROR-CODE", 11: "REFLECTED-FROM", 13: "LIFETIME",
    14: "ALTERNATE_SERVER", 15: "MAGIC_COOKIE", 16: "BANDWIDTH", 17: "DESTINATION_ADDRESS", 18: "REMOTE_ADDRESS",
    19: "DATA", 20: "NONCE", 21: "REALM", 22: "REQUESTED_ADDRESS_TYPE", 32800: "XOR_MAPPED_ADDRESS", 33: "XOR_ONLY",
    32802: "SERVER", 49153: "CONNECTION-REQUEST-BINDING", 49154: "BINDING-CHANGE",
}  # fmt: skip


def is_message(p: Any) -> Any:
    """Whether a payload is a message with the cookie, or a channel's on TURN's port."""
    message = (p.length >= 20) & (p.u8(0) < 0x40) & (p.u32(4) == COOKIE) & (p.u16(2) + 20 == p.reported)
    on_port = (p.h.srcport == PORT) | (p.h.dstport == PORT)
    channel = (p.length >= 4) & (p.u8(0) >= 0x40) & (p.u8(0) < 0x80) & (p.u16(2) + 4 <= p.reported)
    return message | (on_port & channel & (p.reported <= p.u16(2) + 7))


def in_stream(p: Any) -> Any:
    """Whether a segment begins with a message (others may follow)."""
    return (p.length >= 20) & (p.u8(0) < 2) & (p.u32(4) == COOKIE) & (p.u16(2) % 4 == 0)


def on_turn_port(p: Any) -> Any:
    """Whether a segment on TURN's port begins with a message or a channel's data."""
    return in_stream(p) | ((p.length >= 4) & (p.u8(0) >= 0x40) & (p.u8(0) < 0x80))


def method_of(kind: int) -> int:
    """The method's number, without the bits of the class."""
    return kind & 0x3EEF


class Common(Layer):
    """What STUN has over UDP and over TCP."""

    reaches = ("data",)
    channel = u16(0, "stun.channel", "Channel Number", HEX, when=lambda h: h.first >= 0x40)
    first = u8(0, "", "First octet")
    type = u16(0, "stun.type", "Message Type", HEX, when=lambda h: h.first < 0x40)
    klass = u16(None, "stun.type.class", "Message Class", HEX, mask=0x110, names=CLASSES, within=type)
    method = u16(None, "stun.type.method", "Message Method", HEX, mask=0x3EEF, names=METHODS, within=type)
    assignment = u16(None, "stun.type.method-assignment", "Message Method Assignment", HEX, mask=0x2000, within=type)
    len = u16(2, "stun.length", "Message Length")
    cookie = raw(4, "stun.cookie", "Message Cookie", size=4, when=lambda h: h.first < 0x40)
    id = raw(8, "stun.id", "Message Transaction ID", size=12, when=lambda h: h.first < 0x40)
    version = u8(None, "stun.network_version", "STUN Network Version")
    attributes = group("stun.attributes", "Attributes")
    attribute = u16(None, "stun.attribute", "Attribute Type", HEX, names=ATTRIBUTES)
    att_type = u16(None, "stun.att.type", "Attribute Type", HEX, names=ATTRIBUTES)
    comprehension = u16(0, "stun.att.type.comprehension", "Attribute Type Comprehension", HEX, mask=0x8000, within=att_type)
    att_assignment = u16(0, "stun.att.type.assignment", "Attribute Type Assignment", HEX, mask=0x4000, within=att_type)
    unknown_type = u16(None, "", "Unknown attribute", HEX)
    att_length = u16(None, "stun.att.length", "Attribute Length")
    reserved = raw(None, "stun.att.reserved", "Reserved")
    family = u8(None, "stun.att.family", "Protocol Family", HEX, names=FAMILIES)
    port = u16(None, "stun.att.port", "Port")
    ip = ipv4(None, "stun.att.ipv4", "IP")
    ip6 = ipv6(None, "stun.att.ipv6", "IP")
    port_xor = raw(None, "stun.att.port-xord", "Port (XOR-d)")
    ip_xor = raw(None, "stun.att.ipv4-xord", "IP (XOR-d)")
    ip6_xor = raw(None, "stun.att.ipv6-xord", "IP (XOR-d)")
    username = string(None, "stun.att.username", "Username")
    password = raw(None, "stun.att.password", "Password")
    hmac = raw(None, "stun.att.hmac", "HMAC-SHA1")
    crc = u32(None, "stun.att.crc32", "CRC-32", HEX)
    crc_status = u8(None, "stun.att.crc32.status", "CRC-32 Status", names=STATUSES)
    error_class = u8(None, "stun.att.error.class", "Error Class", mask=0x07)
    error = u8(None, "stun.att.error", "Error Code")
    reason = string(None, "stun.att.error.reason", "Error Reason Phrase")
    realm = string(None, "stun.att.realm", "Realm")
    nonce = string(None, "stun.att.nonce", "Nonce")
    unknown = u16(None, "stun.att.unknown", "Unknown Attribute", HEX, names=ATTRIBUTES)
    software = string(None, "stun.att.software", "Software")
    priority = u32(None, "stun.att.priority", "Priority")
    tie = raw(None, "stun.att.tie-breaker", "Tie breaker")
    lifetime = u32(None, "stun.att.lifetime", "Lifetime")
    change = u32(None, "", "Change request", HEX)
    change_ip = flag(None, "stun.att.change-ip", "Change IP", 0x04, within=change)
    change_port = flag(None, "stun.att.change-port", "Change Port", 0x02, within=change)
    reserve = u8(None, "stun.att.even-port.reserve-next", "Reserve next", mask=0x80)
    cache = u32(None, "stun.att.cache-timeout", "Cache timeout")
    token = raw(None, "stun.att.token", "Token")
    transport = u8(None, "stun.att.transp", "Transport", HEX, names=TRANSPORTS)
    channel_number = u16(None, "stun.att.channelnum", "Channel-Number", HEX)
    bandwidth = u32(None, "stun.port.bandwidth", "Bandwidth")
    magic = u32(None, "stun.att.magic_cookie", "Magic Cookie", HEX)
    network = u16(None, "stun.att.google.network_id", "Google Network ID")
    cost = u16(None, "stun.att.google.network_cost", "Google Network Cost")
    value_ = raw(None, "stun.value", "Value")
    padding = u16(None, "stun.att.padding", "Padding")
    filling = raw(None, "", "Filling")

    @staticmethod
    def info(first: int, type: int) -> str:
        if first >= 0x40:
            return "ChannelData TURN Message"
        return f"{METHODS.get(method_of(type), 'Unknown')} {CLASSES[(type & 0x110) >> 4]}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        if h.first >= 0x40:
            c.pos = h.start + 4
            c.child("data", min(h.len, c.remaining))
            if c.remaining:
                c.add(cls.filling, min(-h.len % 4, c.remaining))
            cls._behind(c)
            return
        c.pos = min(h.start + 20, c.end)
        said = [cls.info(h.first, h.type)]
        size = min(h.len, c.limit - c.pos)
        if size:
            c.derived(cls.version, 3, "STUN Network Version: RFC-5389/8489 (3)")
            with c.group(cls.attributes, size) as c:
                while c.remaining:
                    cls._attribute(c, said)
        c.info(" ".join(said))
        cls._behind(c)

    @classmethod
    def _behind(cls, c: Cursor) -> None:
        """The message that follows in the segment; the chain of layers does not name it again."""
        if c.remaining >= 20 or (c.remaining >= 4 and c.peek(1) >= 0x40):
            c.child(cls.name, listed=False)

    @classmethod
    def _attribute(cls, c: Cursor, said: list[str]) -> None:
        kind, size = c.peek(2), c.peek(2, 2)
        known = kind in ATTRIBUTES
        name = ATTRIBUTES.get(kind, f"Unknown attribute 0x{kind:04x}")
        filled = min(-size % 4, max(c.remaining - 4 - size, 0))
        outer = cls.attribute if known else cls.unknown_type
        with c.group(outer, 4 + size + filled, name, kind) as c:
            c.add(cls.att_type if known else cls.unknown_type)
            c.add(cls.att_length)
            if kind == 0x26:
                c.add(cls.padding, size, value=size)
                return
            start, whole = c.pos, c.end
            c.end = min(start + size, whole)
            if size:
                cls._value(c, kind, name, said)
                c.rest(cls.value_)
            c.end = whole
            if c.remaining:
                c.add(cls.padding, c.remaining, value=c.remaining)

    @classmethod
    def _value(cls, c: Cursor, kind: int, name: str, said: list[str]) -> None:
        if kind in PLAIN_ADDRESSES or kind in XOR_ADDRESSES:
            cls._address(c, kind in XOR_ADDRESSES, name, said)
        elif kind == 0x09:
            cls._error(c, said)
        elif kind == 0x0A:
            while c.remaining:
                c.add(cls.unknown)
        elif kind == 0x8028:
            octets = c.data[c.h.start : c.pos - 4]
            good = zlib.crc32(octets) ^ FINGERPRINT_XOR == c.add(cls.crc)
            c.derived(cls.crc_status, int(good))
            if not good:
                c.note("warn", "Checksum", "Bad Fingerprint", "stun.att.crc32.bad")
        elif kind == 0x13:
            octets = c.rest(cls.value_)
            c.pos -= len(octets)
            c.child("data", len(octets))
        elif kind in VALUES:
            text = VALUES[kind](c)
            if text:
                said.append(text)
                c.label(f"{name}: {text.partition(': ')[2]}")

    @classmethod
    def _address(cls, c: Cursor, hidden: bool, name: str, said: list[str]) -> None:
        c.add(cls.reserved, 1)
        family = c.add(cls.family)
        port, width = c.peek(2), 4 if family == 1 else 16
        if hidden:
            port ^= COOKIE >> 16
            c.add(cls.port_xor, 2)
            c.pos -= 2
        c.add(cls.port, 2, value=port)
        if family not in (1, 2):
            return
        octets = c.peek_bytes(width)
        if hidden:
            key = c.data[c.h.start + 4 : c.h.start + 20]
            octets = bytes(a ^ b for a, b in zip(octets, key, strict=False))
            c.add(cls.ip_xor if family == 1 else cls.ip6_xor, width)
            c.pos -= width
        shown = IPv4Address(octets) if family == 1 else IPv6Address(octets)
        if family == 1:
            c.add(cls.ip, 4, value=int(IPv4Address(octets)))
        else:
            c.add(cls.ip6, 16, value=octets)
        said.append(f"{name}: {shown}:{port}")
        c.label(said[-1])

    @classmethod
    def _error(cls, c: Cursor, said: list[str]) -> None:
        c.add(cls.reserved, 2)
        code = 100 * c.add(cls.error_class)
        code += c.add(cls.error)
        text = ERRORS.get(code, "Unknown error code")
        said.append(f"error-code: {code} ({text})")
        c.label(f"ERROR-CODE {code} ({text})")
        if c.remaining:
            reason = c.rest(cls.reason)
            said.append(str(reason))


def username(c: Cursor) -> str:
    return f"user: {c.rest(STUN.username)!s}"


def realm(c: Cursor) -> str:
    return f"realm: {c.rest(STUN.realm)!s}"


def nonce(c: Cursor) -> str:
    c.rest(STUN.nonce)
    return "with nonce"


def lifetime(c: Cursor) -> str:
    return f"lifetime: {c.add(STUN.lifetime)}"


def transport(c: Cursor) -> str:
    kind = c.add(STUN.transport)
    c.add(STUN.reserved, 3)
    return TRANSPORTS.get(kind, f"Unknown ({kind})")


def channel(c: Cursor) -> str:
    number = c.add(STUN.channel_number)
    c.rest(STUN.reserved)
    return f"ChannelNumber=0x{number:x}"


def change(c: Cursor) -> str:
    c.add(STUN.change)
    return ""


def even_port(c: Cursor) -> str:
    c.add(STUN.reserve)
    return ""


def family(c: Cursor) -> str:
    c.add(STUN.family)
    c.rest(STUN.reserved)
    return ""


def network(c: Cursor) -> str:
    c.add(STUN.network)
    c.add(STUN.cost)
    return ""


def one(field: str) -> Any:
    """An attribute that is one field."""

    def read(c: Cursor) -> str:
        known = STUN.by_attr[field]
        c.add(known, known.type.size or c.remaining)
        return ""

    return read


class STUN(Common):
    """A message of a datagram."""

    name, label, column = "stun", "Session Traversal Utilities for NAT", "STUN"
    likely = Likely({4: b"\x21", 5: b"\x12"}, (PORT,))
    heuristics, probe = ("udp",), is_message


class TCPSTUN(Common):
    """The messages of a segment."""

    name, label, column = "stun", "Session Traversal Utilities for NAT", "STUN"
    likely = Likely({0: b"\0\1", 4: b"\x21", 5: b"\x12"})
    binds = {"tcp.port": (PORT,)}
    accepts = on_turn_port
    heuristics, probe = ("tcp",), in_stream
    messages = Messages(header=8, length=lambda p: where(
        (p.u8(0) < 0x40) & (p.u32(4) == COOKIE), 20 + p.u16(2),
        where((p.u8(0) >= 0x40) & (p.u8(0) < 0x80), 4 + (p.u16(2) + 3) // 4 * 4, AS_IT_IS)))  # fmt: skip


VALUES: dict[int, Any] = {
    0x03: change, 0x06: username, 0x07: one("password"), 0x08: one("hmac"), 0x0C: channel, 0x0D: lifetime,
    0x0F: one("magic"), 0x10: one("bandwidth"), 0x14: realm, 0x15: nonce, 0x17: family, 0x18: even_port,
    0x19: transport, 0x1C: one("hmac"), 0x22: one("token"), 0x24: one("priority"), 0x8022: one("software"),
    0x8027: one("cache"), 0x8029: one("tie"), 0x802A: one("tie"), 0xC057: network,
}  # fmt: skip


class ClassicSTUN(Layer):
    """A message without the cookie (RFC 3489)."""

    name, label, column = "classicstun", "Simple Traversal of UDP Through NAT", "CLASSIC-STUN"
    heuristics = ("udp",)
    likely = Likely({0: b"\0\1"})
    probe = lambda p: (
        (p.length >= 20) & (p.u8(0) < 2) & (p.u32(4) != COOKIE) & (p.u16(2) + 20 == p.reported)
        & ((p.u16(0) == 1) | (p.u16(0) == 2) | (p.u16(0) == 0x101) | (p.u16(0) == 0x102) | (p.u16(0) == 0x111)
           | (p.u16(0) == 0x112))
    )  # fmt: skip

    type = u16(0, "classicstun.type", "Message Type", HEX, names=CLASSIC_TYPES)
    len = u16(2, "classicstun.length", "Message Length", HEX)
    id = raw(4, "classicstun.id", "Message Transaction ID", size=16)
    attributes = group("classicstun.att", "Attributes")
    attribute = group("", "Attribute")
    att_type = u16(None, "classicstun.att.type", "Attribute Type", HEX, names=CLASSIC_ATTRIBUTES)
    att_length = u16(None, "classicstun.att.length", "Attribute Length")
    family = u16(None, "classicstun.att.family", "Protocol Family", HEX, names=FAMILIES)
    port = u16(None, "classicstun.att.port", "Port")
    ip = ipv4(None, "classicstun.att.ipv4", "IP")
    value_ = raw(None, "classicstun.att.value", "Value")

    @staticmethod
    def info(type: int) -> str:
        return f"Message: {CLASSIC_TYPES.get(type, '')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.remaining:
            return
        with c.group(cls.attributes, c.remaining) as c:
            while c.remaining:
                kind, size = c.peek(2), c.peek(2, 2)
                with c.group(cls.attribute, 4 + size, f"Attribute: {CLASSIC_ATTRIBUTES.get(kind, 'Unknown')}") as c:
                    c.add(cls.att_type)
                    c.add(cls.att_length)
                    if kind in PLAIN_ADDRESSES and size == 8:
                        c.add(cls.family)
                        c.add(cls.port)
                        c.add(cls.ip)
                    c.rest(cls.value_)
