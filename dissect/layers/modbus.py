"""Modbus/TCP (modbus.org).

    +-------------+----------+--------+------+----------+
    | transaction | protocol | length | unit | function |
    +-------------+----------+--------+------+----------+
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT8, Field, flag, framenum, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer, To
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.layers.streams import heard_of

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
MODBUS_PORT, HEADER = 502, 6


class ModbusTCP(Layer):
    """The header that Modbus has over TCP."""

    name, label, column = "mbtcp", "Modbus/TCP", "Modbus/TCP"
    binds = {"tcp.port": (MODBUS_PORT,)}
    accepts = lambda p: (p.u16(2) == 0) & (p.u16(4) >= 2) & (p.u16(4) < 256) | (p.length < 8)
    messages: ClassVar[Messages | None] = Messages(
        header=HEADER, length=lambda p: where((p.u16(2) == 0) & (p.u16(4) >= 2) & (p.u8(4) < 2), 6 + p.u16(4), AS_IT_IS)
    )
    total = lambda h: where((h.len >= 2) & (h.len + 6 <= h.limit - h.start), h.len + 6, h.limit - h.start)
    next = (To("modbus"),)

    transaction = u16(0, "mbtcp.trans_id", "Transaction Identifier")
    protocol_id = u16(2, "mbtcp.prot_id", "Protocol Identifier")
    len = u16(4, "mbtcp.len", "Length")
    unit = u8(6, "mbtcp.unit_id", "Unit Identifier")

    @staticmethod
    def info(transaction: int, unit: int) -> str:
        return f"Trans: {transaction:5}; Unit: {unit:3}"


class ModbusUDP(ModbusTCP):
    """The same over UDP."""

    name, label, column = "mbudp", "Modbus/UDP", "Modbus/UDP"
    binds = {"udp.port": (MODBUS_PORT,)}
    accepts = lambda p: (p.u16(2) == 0) & (p.u16(4) >= 2)
    messages: ClassVar[Messages | None] = None


OBJECTS = {0: "VendorName", 1: "ProductCode", 2: "MajorMinorRevision", 3: "VendorURL", 4: "ProductName", 5: "ModelName",
           6: "UserApplicationName"}  # fmt: skip
DIAGNOSTICS = {
    0: "Return Query Data", 1: "Restart Communications Option", 2: "Return Diagnostic Register",
    3: "Change ASCII Input Delimiter", 4: "Force Listen Only Mode", 10: "Clear Counters and Diagnostic Register",
    11: "Return Bus Message Count", 12: "Return Bus Communication Error Count", 13: "Return Bus Exception Error Count",
    14: "Return Slave Message Count", 15: "Return Slave No Response Count", 16: "Return Slave NAK Count",
    17: "Return Slave Busy Count", 18: "Return Bus Character Overrun Count",
}  # fmt: skip
READ_BITS, READ_WORDS, ENCAPSULATED, IDENTIFICATION, DIAGNOSE, BOTH = (1, 2), (3, 4), 43, 14, 8, 23
EVENT_COUNTER, EVENT_LOG, READ_FILE, WRITE_FILE, FIFO = 11, 12, 20, 21, 24


class Modbus(Layer):
    """A function asked for, or what came of it."""

    name, label, column = "modbus", "Modbus", "Modbus/TCP"

    function = u8(0, "modbus.func_code", "Function Code", mask=0x7F, names=FUNCTIONS)
    failed = flag(0, "", "Exception", 0x80)
    asked_in = framenum(None, "modbus.request_frame", "Request Frame")
    exception = u8(None, "modbus.exception_code", "Exception Code", names=EXCEPTIONS)
    reference = u16(None, "modbus.reference_num", "Reference Number")
    words = u16(None, "modbus.word_cnt", "Word Count")
    bit_count = u16(None, "modbus.bit_cnt", "Bit Count")
    count = u8(None, "modbus.byte_cnt", "Byte Count")
    and_mask, or_mask = u16(None, "modbus.and_mask", "AND mask", HEX), u16(None, "modbus.or_mask", "OR mask", HEX)
    register_number = u16(None, "modbus.regnum16", "Register Number")
    register = u16(None, "modbus.regval_uint16", "Register Value (UINT16)")
    bit_number = u16(None, "modbus.bitnum", "Bit Number")
    bit = Field("modbus.bitval", "Bit Value", BOOLEAN)
    bit_octets = raw(None, "", "Bits")
    read_reference = u16(None, "modbus.read_reference_num", "Read Reference Number")
    read_words = u16(None, "modbus.read_word_cnt", "Read Word Count")
    write_reference = u16(None, "modbus.write_reference_num", "Write Reference Number")
    write_words = u16(None, "modbus.write_word_cnt", "Write Word Count")
    diagnostic = u16(None, "modbus.diagnostic_code", "Diagnostic Code", names=DIAGNOSTICS)
    query_data = raw(None, "modbus.diagnostic.return_query_data.request", "Request Data")
    echo_data = raw(None, "modbus.diagnostic.return_query_data.echo", "Echo Data")
    counters = {
        number: u16(None, f"modbus.diagnostic.{name}", label)
        for number, name, label in (
            (10, "clear_ctr_diag_reg", "Clear Counters & Diag Register Echo"), (11, "bus_message_count", "Total Message Count"),
            (12, "bus_comm_error_count", "CRC Error Count"), (13, "bus_exception_error_count", "Exception Error Count"),
            (14, "slave_message_count", "Slave Message Count"), (15, "no_slave_response_count", "Slave No Response Count"),
            (16, "slave_nak_count", "Slave NAK Count"), (17, "slave_busy_count", "Slave Device Busy Count"),
            (18, "bus_char_overrun_count", "Slave Character Overrun Count"),
        )
    }  # fmt: skip
    counter_fields = tuple(counters.values())
    status = u16(None, "modbus.ev_status", "Status", HEX)
    event_count, message_count = u16(None, "modbus.ev_count", "Event Count"), u16(None, "modbus.ev_msg_count", "Message Count")
    part = group("", "Group")
    reference_type = u8(None, "modbus.reference_type", "Reference Type")
    long_reference = u32(None, "modbus.reference_num_32", "Reference Number (32 bit)")
    long_count = Field("modbus.byte_cnt_16", "Byte Count (16-bit)", UINT8, size=2)
    events = raw(None, "", "Events")
    interface = u8(None, "modbus.mei", "MEI type", names={13: "CANopen General Reference Request and Response PDU",
                   14: "Read Device Identification"})  # fmt: skip
    device = u8(None, "modbus.read_device_id", "Read Device ID")
    object = u8(None, "modbus.object_id", "Object ID", names=OBJECTS)
    conformity = u8(None, "modbus.conformity_level", "Conformity Level", HEX)
    more = u8(None, "modbus.more_follows", "More Follows", HEX)
    next_object = u8(None, "modbus.next_object_id", "Next Object ID")
    objects = u8(None, "modbus.num_objects", "Number of Objects")
    object_length = u8(None, "modbus.objects_len", "Object length")
    object_text = string(None, "modbus.object_str_value", "Object String Value")
    contents = raw(None, "modbus.data", "Data")
    padding = u8(None, "modbus.padding", "Padding", HEX)

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """The request that an answer is of: its packet, where it began to read, how many."""
        octets = heard.octets
        if not octets:
            return None
        if heard.dstport == MODBUS_PORT:
            first, count = int.from_bytes(octets[1:3], "big"), int.from_bytes(octets[3:5], "big")
            talk["modbus", octets[0]] = heard.packet, first, count
            return None
        return talk.get(("modbus", octets[0] & 0x7F))

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        answer = carrier is not None and carrier.srcport == MODBUS_PORT
        function = c.h.function
        name = FUNCTIONS.get(function, f"Unknown function ({function})")
        c.append_info(f", Func: {function:3}: {name}")
        packet, first, count = (heard_of(c.h) if answer else None) or (0, 0, 0)
        if packet and not c.h.failed:
            c.derived(cls.asked_in, packet)
        if c.h.failed:
            c.add(cls.exception)
        elif answer:
            cls._answer(c, function, first, count)
        else:
            cls._request(c, function)
        c.rest(cls.contents)

    @classmethod
    def _request(cls, c: Cursor, function: int) -> None:
        if function in (*READ_BITS, *READ_WORDS):
            c.add(cls.reference)
            c.add(cls.bit_count if function in READ_BITS else cls.words)
        elif function in (15, 16):
            first = c.add(cls.reference)
            c.add(cls.bit_count if function == 15 else cls.words)
            size = c.add(cls.count)
            if function == 15:
                c.add(cls.contents, size)
            else:
                cls._registers(c, size, first)
        elif function == BOTH:
            for field in (cls.read_reference, cls.read_words):
                c.add(field)
            for field in (cls.write_reference, cls.write_words, cls.count):
                c.add(field)
            c.rest(cls.contents)
        elif function == READ_FILE:
            c.add(cls.count)
            while c.remaining:
                with c.group(cls.part, 7) as c:
                    for field in (cls.reference_type, cls.long_reference, cls.words):
                        c.add(field)
        elif function == FIFO:
            c.add(cls.reference)
        elif function == ENCAPSULATED and c.add(cls.interface) == IDENTIFICATION:
            c.add(cls.device)
            c.add(cls.object)
        else:
            cls._either(c, function, False)

    @classmethod
    def _answer(cls, c: Cursor, function: int, first: int, count: int) -> None:
        if function in READ_BITS:
            size = c.add(cls.count)
            cls._bits(c, size, first, count or 8 * size)
        elif function == BOTH:
            c.add(cls.count)
            c.rest(cls.contents)
        elif function == EVENT_COUNTER:
            c.add(cls.status)
            c.add(cls.event_count)
        elif function == EVENT_LOG:
            for field in (cls.count, cls.status, cls.event_count, cls.message_count):
                c.add(field)
            c.rest(cls.events)
        elif function == READ_FILE:
            c.add(cls.count)
            while c.remaining:
                with c.group(cls.part, 1 + c.peek(1)) as c:
                    c.add(cls.count)
                    c.add(cls.reference_type)
                    c.rest(cls.contents)
        elif function == FIFO:
            for field in (cls.long_count, cls.words):
                c.add(field)
            c.rest(cls.contents)
        elif function in READ_WORDS:
            cls._registers(c, c.add(cls.count), first)
        elif function in (15, 16):
            c.add(cls.reference)
            c.add(cls.bit_count if function == 15 else cls.words)
        elif function == ENCAPSULATED and c.add(cls.interface) == IDENTIFICATION:
            for field in (cls.device, cls.conformity, cls.more, cls.next_object):
                c.add(field)
            for _ in range(c.add(cls.objects)):
                c.add(cls.object)
                size = c.add(cls.object_length)
                if size:
                    c.add(cls.object_text, size)
        else:
            cls._either(c, function, True)

    @classmethod
    def _either(cls, c: Cursor, function: int, answer: bool) -> None:
        """What question and answer have alike."""
        if function == 5:
            c.add(cls.reference)
            c.add(cls.contents, 2)
            c.pos -= 1
            c.add(cls.padding)
        elif function == 6:
            c.add(cls.reference)
            c.add(cls.contents, 2)
        elif function == DIAGNOSE:
            kind = c.add(cls.diagnostic)
            if kind == 0 and c.remaining:
                c.add(cls.echo_data if answer else cls.query_data, c.remaining)
            elif answer and kind in cls.counters:
                c.add(cls.counters[kind])
        elif function == WRITE_FILE:
            c.add(cls.count)
            while c.remaining:
                with c.group(cls.part, 7 + 2 * c.peek(2, 5)) as c:
                    for field in (cls.reference_type, cls.long_reference, cls.words):
                        c.add(field)
                    c.rest(cls.contents)
        elif function == 22:
            for field in (cls.reference, cls.and_mask, cls.or_mask):
                c.add(field)

    @classmethod
    def _registers(cls, c: Cursor, size: int, first: int) -> None:
        for number in range(first, first + size // 2):
            c.derived(cls.register_number, number & 0xFFFF)
            c.add(cls.register)

    @classmethod
    def _bits(cls, c: Cursor, size: int, first: int, count: int) -> None:
        octets = c.peek_bytes(min(size, c.remaining))
        for i in range(min(count, 8 * len(octets))):
            c.derived(cls.bit_number, (first + i) & 0xFFFF)
            c.derived(cls.bit, bool(octets[i >> 3] >> (i & 7) & 1))
        c.add(cls.bit_octets, size)
