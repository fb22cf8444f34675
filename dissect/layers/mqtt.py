"""MQTT 3.1.1 and 5 (OASIS).

    +------+-------+----------------+
    | type | flags | length, 1 to 4 |  by type; version 5 has properties and reason codes, and only CONNECT tells the version
    +------+-------+----------------+
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT32, UINT64, UINT_STRING, Field, flag, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import MORE, Heard, Messages, Talk
from dissect.layers import hot_lines
from dissect.layers.streams import heard_of

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK = range(1, 12)
TYPES = {
    0: "Reserved", 1: "Connect Command", 2: "Connect Ack", 3: "Publish Message", 4: "Publish Ack",
    5: "Publish Received", 6: "Publish Release", 7: "Publish Complete", 8: "Subscribe Request", 9: "Subscribe Ack",
    10: "Unsubscribe Request", 11: "Unsubscribe Ack", 12: "Ping Request", 13: "Ping Response", 14: "Disconnect Req",
    15: "Authentication Exchange",
}  # fmt: skip
QOS = {0: "At most once delivery (Fire and Forget)", 1: "At least once delivery (Acknowledged deliver)",
       2: "Exactly once delivery (Assured Delivery)", 3: "Reserved"}  # fmt: skip
VERSIONS = {3: "MQTT v3.1", 4: "MQTT v3.1.1", 5: "MQTT v5.0"}
RETURN_CODES = {
    0: "Connection Accepted", 1: "Connection Refused: unacceptable protocol version",
    2: "Connection Refused: identifier rejected", 3: "Connection Refused: server unavailable",
    4: "Connection Refused: bad user name or password", 5: "Connection Refused: not authorized",
}  # fmt: skip


DISCONNECT, AUTH = 14, 15
REASONS = {
    0x00: "Success", 0x01: "Granted QoS 1", 0x02: "Granted QoS 2", 0x04: "Disconnect with Will Message",
    0x10: "No matching subscribers", 0x11: "No subscription existed", 0x18: "Continue authentication",
    0x19: "Re-authenticate", 0x80: "Unspecified error", 0x81: "Malformed Packet", 0x82: "Protocol Error",
    0x83: "Implementation specific error", 0x84: "Unsupported Protocol Version", 0x85: "Client Identifier not valid",
    0x86: "Bad User Name or Password", 0x87: "Not authorized", 0x88: "Server unavailable", 0x89: "Server busy",
    0x8A: "Banned", 0x8B: "Server shutting down", 0x8C: "Bad authentication method", 0x8D: "Keep Alive timeout",
    0x8E: "Session taken over", 0x8F: "Topic Filter invalid", 0x90: "Topic Name invalid", 0x91: "Packet Identifier in use",
    0x92: "Packet Identifier not found", 0x93: "Receive Maximum exceeded", 0x94: "Topic Alias invalid",
    0x95: "Packet too large", 0x96: "Message rate too high", 0x97: "Quota exceeded", 0x98: "Administrative action",
    0x99: "Payload format invalid", 0x9A: "Retain not supported", 0x9B: "QoS not supported", 0x9C: "Use another server",
    0x9D: "Server moved", 0x9E: "Shared Subscriptions not supported", 0x9F: "Connection rate exceeded",
    0xA0: "Maximum connect time", 0xA1: "Subscription Identifiers not supported", 0xA2: "Wildcard Subscriptions not supported",
}  # fmt: skip
PROPERTIES = {  # name, and the kind of its value: a number of octets, "v" of varying width, text, octets, a pair of texts
    0x01: ("Payload Format Indicator", "1"), 0x02: ("Publication Expiry Interval", "4"), 0x03: ("Content Type", "t"),
    0x08: ("Response Topic", "s"), 0x09: ("Correlation Data", "b"), 0x0B: ("Subscription Identifier", "v"),
    0x11: ("Session Expiry Interval", "4"), 0x12: ("Assigned Client Identifier", "s"), 0x13: ("Server Keep Alive", "2"),
    0x15: ("Authentication Method", "s"), 0x16: ("Authentication Data", "b"), 0x17: ("Request Problem Information", "1"),
    0x18: ("Will Delay Interval", "4"), 0x19: ("Request Response Information", "1"), 0x1A: ("Response Information", "s"),
    0x1C: ("Server Reference", "s"), 0x1F: ("Reason String", "s"), 0x21: ("Receive Maximum", "2"),
    0x22: ("Topic Alias Maximum", "2"), 0x23: ("Topic Alias", "alias"), 0x24: ("Maximum QoS", "qos"),
    0x25: ("Retain Available", "1"), 0x26: ("User Property", "p"), 0x27: ("Maximum Packet Size", "4"),
    0x28: ("Wildcard Subscription Available", "1"), 0x29: ("Subscription Identifier Available", "1"),
    0x2A: ("Shared Subscription Available", "1"),
}  # fmt: skip
MOST_WIDTH = 4  # octets of a length


def message_size(octets: bytes, at: int) -> int:
    """A message's length; more octets are wanted where its length is not there."""
    value = 0
    for i in range(1, MOST_WIDTH + 1):
        if at + i >= len(octets):
            return MORE
        value |= (octets[at + i] & 0x7F) << 7 * (i - 1)
        if octets[at + i] < 0x80:
            break
    return 1 + i + value


TYPE = "mqtt.msgtype"


def only_type(data: bytes) -> dict[str, int] | None:
    """The type of a lone message; None: decode it."""
    return {TYPE: data[0] >> 4} if message_size(data, 0) == len(data) else None


class MQTT(Layer):
    """The messages of a segment."""

    name, label, column = "mqtt", "MQ Telemetry Transport Protocol", "MQTT"
    binds = {"tcp.port": (1883,)}
    messages = Messages(scan=message_size)
    hot = {TYPE: hot_lines.texts(hot_lines.lone(only_type), TYPE, (TYPE,))}

    message = group("", "Message")
    flags = u8(None, "mqtt.hdrflags", "Header Flags", HEX)
    type = u8(None, "mqtt.msgtype", "Message Type", mask=0xF0, names=TYPES, within=flags)
    reserved = u8(None, "mqtt.hdr_reserved", "Reserved", mask=0x0F, within=flags)
    publish_flags = u8(None, "mqtt.hdrflags", "Header Flags", HEX)
    publish_type = u8(None, "mqtt.msgtype", "Message Type", mask=0xF0, names=TYPES, within=publish_flags)
    dup = flag(None, "mqtt.dupflag", "DUP Flag", 0x08, within=publish_flags)
    qos = u8(None, "mqtt.qos", "QoS Level", mask=0x06, names=QOS, within=publish_flags)
    retain = flag(None, "mqtt.retain", "Retain", 0x01, within=publish_flags)
    length_field = Field("mqtt.len", "Msg Len", UINT64)
    proto_len = u16(None, "mqtt.proto_len", "Protocol Name Length")
    proto_name = string(None, "mqtt.protoname", "Protocol Name")
    version = u8(None, "mqtt.ver", "Version", names=VERSIONS)
    connect_flags = u8(None, "mqtt.conflags", "Connect Flags", HEX)
    has_user = flag(None, "mqtt.conflag.uname", "User Name Flag", 0x80, within=connect_flags)
    has_password = flag(None, "mqtt.conflag.passwd", "Password Flag", 0x40, within=connect_flags)
    will_retain = flag(None, "mqtt.conflag.retain", "Will Retain", 0x20, within=connect_flags)
    will_qos = u8(None, "mqtt.conflag.qos", "QoS Level", mask=0x18, names=QOS, within=connect_flags)
    has_will = flag(None, "mqtt.conflag.willflag", "Will Flag", 0x04, within=connect_flags)
    clean = flag(None, "mqtt.conflag.cleansess", "Clean Session Flag", 0x02, within=connect_flags)
    connect_reserved = flag(None, "mqtt.conflag.reserved", "(Reserved)", 0x01, within=connect_flags)
    keep_alive = u16(None, "mqtt.kalive", "Keep Alive")
    client_len, client = u16(None, "mqtt.clientid_len", "Client ID Length"), string(None, "mqtt.clientid", "Client ID")
    will_topic_len = u16(None, "mqtt.willtopic_len", "Will Topic Length")
    will_topic = string(None, "mqtt.willtopic", "Will Topic")
    will_len, will = u16(None, "mqtt.willmsg_len", "Will Message Length"), raw(None, "mqtt.willmsg", "Will Message")
    user_len, user = u16(None, "mqtt.username_len", "User Name Length"), string(None, "mqtt.username", "User Name")
    pass_len, password = u16(None, "mqtt.passwd_len", "Password Length"), string(None, "mqtt.passwd", "Password")
    ack_flags = u8(None, "mqtt.conack.flags", "Acknowledge Flags", HEX)
    session_present = flag(None, "mqtt.conack.flags.sp", "Session Present", 0x01, within=ack_flags)
    return_code = u8(None, "mqtt.conack.val", "Return Code", names=RETURN_CODES)
    message_id = u16(None, "mqtt.msgid", "Message Identifier")
    topic_len, topic = u16(None, "mqtt.topic_len", "Topic Length"), string(None, "mqtt.topic", "Topic")
    payload_data = raw(None, "mqtt.msg", "Message")
    requested_qos = u8(None, "mqtt.sub.qos", "Requested QoS", names=QOS)
    granted_qos = u8(None, "mqtt.suback.qos", "Granted QoS", names=QOS)

    options = u8(None, "mqtt.subscription_options", "Subscription Options", HEX)
    option_qos = u8(None, "mqtt.subscription_options_qos", "QoS", mask=0x03, names=QOS, within=options)
    no_local = flag(None, "mqtt.subscription_options_nl", "No Local", 0x04, within=options)
    as_published = flag(None, "mqtt.subscription_options_rap", "Retain As Published", 0x08, within=options)
    retain_handling = u8(None, "mqtt.subscription_options_retain", "Retain Handling", mask=0x30, within=options)
    option_reserved = u8(None, "mqtt.subscription_options_reserved", "Reserved", mask=0xC0, within=options)
    ack_reserved_3 = Field("mqtt.conack.flags.reserved", "Reserved", BOOLEAN, size=1)  # in version 3.1
    ack_reserved = flag(None, "mqtt.conack.flags.reserved", "Reserved", 0xFE, within=ack_flags)
    reasons = {
        kind: u8(None, f"mqtt.{name}.reason_code", "Reason Code", names=REASONS)
        for kind, name in (
            (CONNACK, "connack"), (PUBACK, "puback"), (PUBREC, "pubrec"), (PUBREL, "pubrel"), (PUBCOMP, "pubcomp"),
            (SUBACK, "suback"), (UNSUBACK, "unsuback"), (DISCONNECT, "disconnect"), (AUTH, "auth"),
        )
    }  # fmt: skip
    reason_fields = tuple(reasons.values())
    properties, will_properties = group("mqtt.properties", "Properties"), group("mqtt.will_properties", "Will Properties")
    properties_length = Field("mqtt.property_len", "Total Length", UINT64)
    property_id = u8(None, "mqtt.property_id", "ID", names={number: name for number, (name, _) in PROPERTIES.items()})
    property_number = Field("mqtt.prop_number", "Value", UINT32)
    property_alias = u16(None, "mqtt.property.topic_alias", "Topic Alias")
    property_qos = u8(None, "mqtt.property.max_qos", "QoS")
    text_length, property_text = Field("mqtt.prop_string_len", "Length", UINT32, size=2), string(None, "mqtt.prop_string", "Value")
    content_type = Field("mqtt.property.content_type", "Content Type", UINT_STRING)
    key_length, key = Field("mqtt.prop_key_len", "Key Length", UINT32, size=2), string(None, "mqtt.prop_key", "Key")
    value_length, value_ = Field("mqtt.prop_value_len", "Value Length", UINT32, size=2), string(None, "mqtt.prop_value", "Value")
    other = raw(None, "", "Data")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """The version that the conversation's CONNECT tells."""
        octets = heard.octets
        if octets and octets[0] >> 4 == CONNECT:
            at = octets.find(b"MQ", 0, 12)
            size = int.from_bytes(octets[at - 2 : at], "big") if at >= 4 else 0
            talk["mqtt"] = octets[at + size] if 0 < size < 8 and at + size < len(octets) else 0
        return talk.get("mqtt")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        version = heard_of(c.h)
        while c.remaining:
            kind = c.peek(1) >> 4
            width = 1
            while c.peek(1, width) & 0x80 and width < 4:
                width += 1
            value = sum((c.peek(1, i) & 0x7F) << 7 * (i - 1) for i in range(1, width + 1))
            name = TYPES[kind]
            with c.group(cls.message, min(1 + width + value, c.remaining), f"{name}") as c:
                first = c.add(cls.publish_flags if kind == PUBLISH else cls.flags)
                c.add(cls.length_field, width, value=value)
                if c.remaining == value:
                    name = cls._message(c, kind, first, version)
            said.append(name)
        c.info(", ".join(said))

    @classmethod
    def _message(cls, c: Cursor, kind: int, first: int, version: int | None) -> str:
        name = TYPES[kind]
        five = version == 5
        if kind == CONNECT:
            cls._connect(c)
        elif kind == CONNACK:
            c.add(cls.ack_reserved_3 if version == 3 else cls.ack_flags)
            c.add(cls.reasons[kind] if five or version is None else cls.return_code)
            if five:
                cls._properties(c, cls.properties)
        elif kind == PUBLISH:
            topic = c.add(cls.topic, c.add(cls.topic_len))
            name = f"{name} [{topic}]"
            if first & 0x06:
                name = f"{TYPES[kind]} (id={c.peek(2)}) [{topic}]"
                c.add(cls.message_id)
            if five:
                cls._properties(c, cls.properties)
            c.rest(cls.payload_data)
        elif PUBACK <= kind <= UNSUBACK:
            number = c.add(cls.message_id)
            name = f"{name} (id={number})"
            if kind in (SUBSCRIBE, UNSUBSCRIBE, SUBACK, UNSUBACK):
                name += cls._topics(c, kind, version)
            elif five and c.remaining:
                c.add(cls.reasons[kind])
                if c.remaining:
                    cls._properties(c, cls.properties)
        elif kind in (DISCONNECT, AUTH) and five and c.remaining:
            c.add(cls.reasons[kind])
            if c.remaining:
                cls._properties(c, cls.properties)
        c.rest(cls.other)
        return name

    @classmethod
    def _topics(cls, c: Cursor, kind: int, version: int | None) -> str:
        said, five = "", version == 5
        if five:
            cls._properties(c, cls.properties)
        while c.remaining and kind in (SUBSCRIBE, UNSUBSCRIBE):
            said += f" [{c.add(cls.topic, c.add(cls.topic_len))}]"
            if kind == SUBSCRIBE:
                c.add(cls.options if five else cls.requested_qos)
        while c.remaining and (kind == SUBACK or (kind == UNSUBACK and five)):
            c.add(cls.granted_qos if version in (3, 4) else cls.reasons[kind])
        return said

    @classmethod
    def _properties(cls, c: Cursor, field: Field) -> None:
        """OASIS MQTT 5, section 2.2.2."""
        size, width = variable(c)
        with c.group(field, width + size) as c:
            c.add(cls.properties_length, width, value=size)
            while c.remaining:
                kind = PROPERTIES.get(c.add(cls.property_id), ("", ""))[1]
                if kind == "alias":
                    c.add(cls.property_alias)
                elif kind == "qos":
                    c.add(cls.property_qos)
                elif kind in ("1", "2", "4"):
                    c.add(cls.property_number, int(kind))
                elif kind == "v":
                    number, octets = variable(c)
                    c.add(cls.property_number, octets, value=number)
                elif kind == "t":
                    c.add(cls.content_type, 2 + c.peek(2), value=c.peek_bytes(2 + c.peek(2))[2:].decode("utf-8", "replace"))
                elif kind in ("s", "b"):
                    c.add(cls.property_text, c.add(cls.text_length))
                elif kind == "p":
                    c.add(cls.key, c.add(cls.key_length))
                    c.add(cls.value_, c.add(cls.value_length))
                else:
                    c.rest(cls.other)

    @classmethod
    def _connect(cls, c: Cursor) -> None:
        c.add(cls.proto_name, c.add(cls.proto_len))
        version = c.add(cls.version)
        flags = c.add(cls.connect_flags)
        c.add(cls.keep_alive)
        if version == 5:
            cls._properties(c, cls.properties)
        c.add(cls.client, c.add(cls.client_len))
        if flags & 0x04:
            if version == 5:
                cls._properties(c, cls.will_properties)
            c.add(cls.will_topic, c.add(cls.will_topic_len))
            c.add(cls.will, c.add(cls.will_len))
        if flags & 0x80:
            c.add(cls.user, c.add(cls.user_len))
        if flags & 0x40:
            c.add(cls.password, c.add(cls.pass_len))


def variable(c: Cursor) -> tuple[int, int]:
    """A number of seven bits an octet, and how many octets it has."""
    width = 1
    while c.peek(1, width - 1) & 0x80 and width < 4:
        width += 1
    return sum((c.peek(1, i) & 0x7F) << 7 * i for i in range(width)), width


def message_types(h: Any) -> tuple[Any, Any]:
    """The types of all messages, by column (see `Layer.hot`)."""
    octets, end = h.octets.u1, h.end
    rows, pos = np.arange(len(h)), h.start.astype(np.int64)
    found_rows, found = [], []
    while len(rows):
        value, width, whole = np.zeros(len(rows), np.int64), np.ones(len(rows), np.int64), np.zeros(len(rows), bool)
        open_ = pos + 1 < end[rows]
        for i in range(4):  # the length's octets
            at = np.flatnonzero(open_ & (pos + 1 + i < end[rows]))
            octet = octets[pos[at] + 1 + i].astype(np.int64)
            value[at] |= (octet & 0x7F) << 7 * i
            width[at] = i + 1
            last = (octet < 0x80) | (i == 3)
            whole[at[last]] = True
            open_ = np.zeros(len(rows), bool)
            open_[at[~last]] = True
        rows, pos, value, width = rows[whole], pos[whole], value[whole], width[whole]
        found_rows.append(rows)
        found.append(octets[pos] >> 4)
        pos = pos + 1 + width + value
        more = pos < end[rows]
        rows, pos = rows[more], pos[more]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.uint8)
    order = np.argsort(np.concatenate(found_rows), kind="stable")
    return np.concatenate(found_rows)[order], np.concatenate(found)[order]


MQTT.hot = {"mqtt.msgtype": message_types}
