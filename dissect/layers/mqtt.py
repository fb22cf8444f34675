"""MQTT 3.1.1 and 5 (OASIS) and Modbus/TCP (modbus.org).

    +------+-------+----------------+                  +-------------+----------+--------+------+----------+
    | type | flags | length, 1 to 4 |  MQTT   Modbus   | transaction | protocol | length | unit | function |
    +------+-------+----------------+                  +-------------+----------+--------+------+----------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT64, Field, flag, group, raw, string, u8, u16
from dissect.engine.layer import Layer, To

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


class MQTT(Layer):
    """The messages of a segment."""

    name, label, column = "mqtt", "MQ Telemetry Transport Protocol", "MQTT"
    binds = {"tcp.port": (1883,)}

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

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
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
                    name = cls._message(c, kind, first)
            said.append(name)
        c.info(", ".join(said))

    @classmethod
    def _message(cls, c: Cursor, kind: int, first: int) -> str:
        name = TYPES[kind]
        if kind == CONNECT:
            cls._connect(c)
        elif kind == CONNACK:
            c.add(cls.ack_flags)
            c.add(cls.return_code)
        elif kind == PUBLISH:
            topic = c.add(cls.topic, c.add(cls.topic_len))
            name = f"{name} [{topic}]"
            if first & 0x06:
                name = f"{TYPES[kind]} (id={c.peek(2)}) [{topic}]"
                c.add(cls.message_id)
            c.rest(cls.payload_data)
        elif PUBACK <= kind <= UNSUBACK:
            number = c.add(cls.message_id)
            name = f"{name} (id={number})"
            while c.remaining and kind in (SUBSCRIBE, UNSUBSCRIBE):
                topic = c.add(cls.topic, c.add(cls.topic_len))
                name += f" [{topic}]"
                if kind == SUBSCRIBE:
                    c.add(cls.requested_qos)
            while c.remaining and kind == SUBACK:
                c.add(cls.granted_qos)
        return name

    @classmethod
    def _connect(cls, c: Cursor) -> None:
        c.add(cls.proto_name, c.add(cls.proto_len))
        version = c.add(cls.version)
        flags = c.add(cls.connect_flags)
        c.add(cls.keep_alive)
        if version == 5:
            c.skip(1 + c.peek(1))  # properties
        c.add(cls.client, c.add(cls.client_len))
        if flags & 0x04:
            if version == 5:
                c.skip(1 + c.peek(1))
            c.add(cls.will_topic, c.add(cls.will_topic_len))
            c.add(cls.will, c.add(cls.will_len))
        if flags & 0x80:
            c.add(cls.user, c.add(cls.user_len))
        if flags & 0x40:
            c.add(cls.password, c.add(cls.pass_len))


FUNCTIONS = {
    1: "Read Coils", 2: "Read Discrete Inputs", 3: "Read Holding Registers", 4: "Read Input Registers",
    5: "Write Single Coil", 6: "Write Single Register", 7: "Read Exception Status", 8: "Diagnostics",
    11: "Get Comm. Event Counters", 12: "Get Comm. Event Log", 15: "Write Multiple Coils",
    16: "Write Multiple Registers", 17: "Report Slave ID", 20: "Read File Record", 21: "Write File Record",
    22: "Mask Write Register", 23: "Read Write Register", 24: "Read FIFO Queue",
    43: "Encapsulated Interface Transport",
}  # fmt: skip
EXCEPTIONS = {
    1: "Illegal function", 2: "Illegal data address", 3: "Illegal data value", 4: "Slave device failure",
    5: "Acknowledge", 6: "Slave device busy", 8: "Memory parity error", 10: "Gateway path unavailable",
    11: "Gateway target device failed to respond",
}  # fmt: skip
MODBUS_PORT = 502


class ModbusTCP(Layer):
    """The header that Modbus has over TCP."""

    name, label, column = "mbtcp", "Modbus/TCP", "Modbus/TCP"
    binds = {"tcp.port": (MODBUS_PORT,)}
    next = (To("modbus"),)

    transaction = u16(0, "mbtcp.trans_id", "Transaction Identifier")
    protocol_id = u16(2, "mbtcp.prot_id", "Protocol Identifier")
    len = u16(4, "mbtcp.len", "Length")
    unit = u8(6, "mbtcp.unit_id", "Unit Identifier")

    @staticmethod
    def info(transaction: int, unit: int) -> str:
        return f"Trans: {transaction:5}; Unit: {unit:3}"


class Modbus(Layer):
    """A function asked for, or what came of it."""

    name, label, column = "modbus", "Modbus", "Modbus/TCP"

    function = u8(0, "modbus.func_code", "Function Code", mask=0x7F, names=FUNCTIONS)
    failed = flag(0, "", "Exception", 0x80)
    exception = u8(None, "modbus.exception_code", "Exception Code", names=EXCEPTIONS)
    reference = u16(None, "modbus.reference_num", "Reference Number")
    words = u16(None, "modbus.word_cnt", "Word Count")
    bits = u16(None, "modbus.bit_cnt", "Bit Count")
    count = u8(None, "modbus.byte_cnt", "Byte Count")
    and_mask, or_mask = u16(None, "modbus.and_mask", "AND mask", HEX), u16(None, "modbus.or_mask", "OR mask", HEX)
    register = u16(None, "modbus.regval_uint16", "Register Value (UINT16)")
    contents = raw(None, "modbus.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        answer = carrier is not None and carrier.srcport == MODBUS_PORT
        function = c.h.function
        name = FUNCTIONS.get(function, f"Unknown function ({function})")
        c.append_info(f", Func: {function:3}: {name}")
        if c.h.failed:
            c.add(cls.exception)
        elif function in (1, 2, 3, 4):
            if not answer:
                c.add(cls.reference)
                c.add(cls.bits if function < 3 else cls.words)
            elif function < 3:
                c.add(cls.contents, c.add(cls.count))
            else:
                size = c.add(cls.count)
                for _ in range(size // 2):
                    c.add(cls.register)
        elif function in (5, 6):
            c.add(cls.reference)
            if function == 6:
                c.add(cls.register)
        elif function in (15, 16):
            c.add(cls.reference)
            c.add(cls.bits if function == 15 else cls.words)
            if not answer:
                size = c.add(cls.count)
                if function == 15:
                    c.add(cls.contents, size)
                else:
                    for _ in range(size // 2):
                        c.add(cls.register)
        elif function == 22:
            c.add(cls.reference)
            c.add(cls.and_mask)
            c.add(cls.or_mask)
        c.rest(cls.contents)
