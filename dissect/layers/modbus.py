"""Modbus/TCP (modbus.org).

    +-------------+----------+--------+------+----------+
    | transaction | protocol | length | unit | function |
    +-------------+----------+--------+------+----------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, raw, u8, u16
from dissect.engine.layer import Layer, To

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
