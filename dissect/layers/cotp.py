"""ISO transport over TCP (ISO 8073, RFC 1006) and what industry sends over it: S7 communication.

    +---------------+---------------+---------------+        +------+--------+----------+-----------+
    | header length |     type      | number, last? | COTP   | 0x32 | ROSCTR | reserved | reference | ... S7
    +---------------+---------------+---------------+        +------+--------+----------+-----------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers import osi, rdp

CONNECT, CONFIRM, DISCONNECT, CONFIRMED, DATA = 0xE, 0xD, 0x8, 0xC, 0xF
TYPES = {
    0x1: "ED Expedited Data", 0x2: "EA Expedited Data Acknowledgement", 0x5: "RJ Reject", 0x6: "AK Data Acknowledgement",
    0x7: "ER TPDU Error", DISCONNECT: "DR Disconnect Request", CONFIRMED: "DC Disconnect Confirm",
    CONFIRM: "CC Connect Confirm", CONNECT: "CR Connect Request", DATA: "DT Data",
}  # fmt: skip
PARAMETERS = {0xC0: "tpdu-size", 0xC1: "src-tsap", 0xC2: "dst-tsap", 0xC6: "additional option selection"}
S7_ID = 0x32
FIXED = 5  # octets of references and class


class COTP(Layer):
    """A TPDU."""

    name, label, column = "cotp", "ISO 8073/X.224 COTP Connection-Oriented Transport Protocol", "COTP"
    reaches = ("s7comm", "rdp", "t125", "ses", "data")

    li = u8(0, "cotp.li", "Length")
    type = u8(1, "cotp.type", "PDU Type", HEX, mask=0xF0, names=TYPES)
    number_word = u8(None, "", "Number")
    number = u8(None, "cotp.tpdu-number", "TPDU number", HEX, mask=0x7F, within=number_word)
    last = flag(None, "cotp.eot", "Last data unit", 0x80, within=number_word)
    target = u16(None, "cotp.destref", "Destination reference", HEX)
    origin = u16(None, "cotp.srcref", "Source reference", HEX)
    class_word = u8(None, "", "Class")
    service = u8(None, "cotp.class", "Class", mask=0xF0, within=class_word)
    extended = flag(None, "cotp.opts.extended_formats", "Extended formats", 0x02, within=class_word)
    uncontrolled = flag(None, "cotp.opts.no_explicit_flow_control", "No explicit flow control", 0x01, within=class_word)
    cause = u8(None, "cotp.cause", "Cause")
    code = u8(None, "cotp.parameter_code", "Parameter code", HEX, names=PARAMETERS)
    size_of = u8(None, "cotp.parameter_length", "Parameter length")
    tpdu_size = u8(None, "cotp.tpdu_size", "TPDU size")
    from_text = string(None, "cotp.src-tsap", "Source TSAP")
    to_text = string(None, "cotp.dst-tsap", "Destination TSAP")
    value = raw(None, "cotp.parameter_value", "Parameter value")
    head = group("", "Header")
    other = raw(None, "", "Data")

    @staticmethod
    def info(type: int) -> str:
        return f"{TYPES[type][:2]} TPDU" if type in TYPES else f"Unknown TPDU type (0x{type:x})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        size = max(c.h.li - 1, 0)
        if kind in (CONNECT, CONFIRM) and rdp.begins(c.data[c.pos + FIXED : c.pos + size]):
            size = FIXED  # what follows counts as header, too
        with c.group(cls.head, size) as c:
            if kind == DATA and c.remaining:
                c.derived(cls.target, 0)  # of the connection: class 0 has only one
                word = c.add(cls.number_word)
                left = c.h.limit - c.pos
                c.append_info(f" ({word & 127}) {'EOT' if word & 128 else f'[COTP fragment, {left} bytes]'}")
            elif kind in (CONNECT, CONFIRM, DISCONNECT):
                where_to, origin = c.add(cls.target), c.add(cls.origin)
                c.add(cls.cause if kind == DISCONNECT else cls.class_word)
                c.append_info(f" src-ref: 0x{origin:04x} dst-ref: 0x{where_to:04x}")
                while c.remaining and c.peek(1) in PARAMETERS:
                    cls._parameter(c)
            elif kind == CONFIRMED:
                where_to, origin = c.add(cls.target), c.add(cls.origin)
                c.append_info(f" src-ref: 0x{origin:04x} dst-ref: 0x{where_to:04x}")
            c.rest(cls.other)
        if c.remaining:
            c.child(cls._inner(kind, c.peek_bytes(c.remaining)))

    @classmethod
    def _inner(cls, kind: int, octets: bytes) -> str:
        """The layer of what a TPDU carries."""
        if kind in (CONNECT, CONFIRM):
            return "rdp" if rdp.begins(octets) else "data"
        if kind != DATA:
            return "data"
        if octets[0] == S7_ID and len(octets) >= 10:
            return "s7comm"
        if osi.is_session(octets):
            return "ses"
        return "t125" if rdp.is_conference(octets) else "data"

    @classmethod
    def _parameter(cls, c: Cursor) -> None:
        kind, size = c.add(cls.code), c.add(cls.size_of)
        octets = c.peek_bytes(size)
        if kind == 0xC0 and size == 1:
            c.add(cls.tpdu_size, value=1 << min(octets[0], 15))
        elif kind == 0xC1:
            c.add(cls.from_text, size, value=shown(octets))
        elif kind == 0xC2:
            c.add(cls.to_text, size, value=shown(octets))
        else:
            c.add(cls.value, size)


def shown(octets: bytes) -> str:
    """A selector: as text where it is printable."""
    return octets.decode() if all(32 <= octet < 127 for octet in octets) else f"0x{octets.hex()}"


JOB, ACK, ACK_DATA, USER = 1, 2, 3, 7
ROSCTR = {JOB: "Job", ACK: "Ack", ACK_DATA: "Ack_Data", USER: "Userdata"}
FUNCTIONS = {
    0x00: "CPU services", 0xF0: "Setup communication", 0x04: "Read Var", 0x05: "Write Var", 0x1A: "Request download",
    0x1B: "Download block", 0x1C: "Download ended", 0x1D: "Start upload", 0x1E: "Upload", 0x1F: "End upload",
    0x28: "PI-Service", 0x29: "PLC Stop",
}  # fmt: skip
SETUP, VARIABLES = 0xF0, (0x04, 0x05)


class S7(Layer):
    """A message between a controller and who programs or watches it."""

    name, label, column = "s7comm", "S7 Communication", "S7COMM"

    id = u8(0, "s7comm.header.protid", "Protocol Id", HEX)
    rosctr = u8(1, "s7comm.header.rosctr", "ROSCTR", names=ROSCTR)
    redundancy = u16(2, "s7comm.header.redid", "Redundancy Identification (Reserved)", HEX)
    reference = u16(4, "s7comm.header.pduref", "Protocol Data Unit Reference")
    parameters = u16(6, "s7comm.header.parlg", "Parameter length")
    data_length = u16(8, "s7comm.header.datlg", "Data length")
    error_class = u8(None, "s7comm.header.errcls", "Error class", HEX)
    error_code = u8(None, "s7comm.header.errcod", "Error code", HEX)
    parameter = group("", "Parameter")
    function = u8(None, "s7comm.param.func", "Function", HEX, names=FUNCTIONS)
    calling = u16(None, "s7comm.param.maxamq_calling", "Max AmQ (parallel jobs with ack) calling")
    called = u16(None, "s7comm.param.maxamq_called", "Max AmQ (parallel jobs with ack) called")
    pdu_length = u16(None, "s7comm.param.pdu_length", "PDU length")
    items = u8(None, "s7comm.param.itemcount", "Item count")
    other = raw(None, "", "Data")

    @staticmethod
    def info(rosctr: int) -> str:
        return f"ROSCTR:[{ROSCTR.get(rosctr, 'Unknown'):<8}]"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.rosctr in (ACK, ACK_DATA):
            c.add(cls.error_class)
            c.add(cls.error_code)
        if h.parameters:
            with c.group(cls.parameter, h.parameters) as c:
                if h.rosctr in (JOB, ACK_DATA):
                    function = c.add(cls.function)
                    c.append_info(f" Function:[{FUNCTIONS.get(function, f'0x{function:02x}')}]")
                    if function == SETUP:
                        c.add(cls.other, 1)
                        for field in (cls.calling, cls.called, cls.pdu_length):
                            c.add(field)
                    elif function in VARIABLES:
                        c.add(cls.items)
                c.rest(cls.other)
        c.rest(cls.other)
