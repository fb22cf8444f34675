"""SMPP 3.4 and 5.0: short messages between a centre and those who send many.

    +-------------------------------------------------------------------+
    |                        length, itself included                    |
    |             operation (the highest bit: what came of one)         |
    |                     status; sequence number                       |
    +-------------------------------------------------------------------+
    then, by operation, texts that end in a zero and octets; at the end options: tag, length, value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, further, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

ANSWER = 0x80000000
OPERATIONS = {
    1: "Bind_receiver", 2: "Bind_transmitter", 3: "Query_sm", 4: "Submit_sm", 5: "Deliver_sm", 6: "Unbind",
    7: "Replace_sm", 8: "Cancel_sm", 9: "Bind_transceiver", 0x0B: "Outbind", 0x15: "Enquire_link", 0x21: "Submit_multi",
    0x102: "Alert_notification", 0x103: "Data_sm", 0x111: "Broadcast_sm", 0x112: "Query_broadcast_sm",
    0x113: "Cancel_broadcast_sm",
}  # fmt: skip
COMMANDS = {0x80000000: "Generic_nack", **OPERATIONS, **{ANSWER | k: f"{v} - resp" for k, v in OPERATIONS.items()}}
STATUS = {
    0: "Ok", 1: "Message length is invalid", 2: "Command length is invalid", 3: "Invalid command ID",
    4: "Incorrect BIND status for given command", 5: "ESME already in bound state", 6: "Invalid priority flag",
    7: "Invalid registered delivery flag", 8: "System error", 10: "Invalid source address",
    11: "Invalid destination address", 12: "Message ID is invalid", 13: "Bind failed", 14: "Invalid password",
    15: "Invalid system ID", 20: "Message queue full", 0x45: "submit_sm or submit_multi failed", 0x58: "Throttling error",
}  # fmt: skip
TAGS = {
    0x0005: "dest_addr_subunit", 0x001D: "additional_status_info_text", 0x001E: "receipted_message_id",
    0x0204: "user_message_reference", 0x020A: "source_port", 0x020B: "destination_port", 0x020C: "sar_msg_ref_num",
    0x020E: "sar_total_segments", 0x020F: "sar_segment_seqnum", 0x0210: "sc_interface_version", 0x0381: "callback_num",
    0x0424: "message_payload", 0x0427: "message_state", 0x0423: "network_error_code", 0x1501: "its_session_info",
}  # fmt: skip
HEADER, MOST = 16, 100


class SMPP(Layer):
    """The operations of a segment."""

    name, label, column = "smpp", "Short Message Peer to Peer", "SMPP"
    heuristics = ("tcp",)
    likely = Likely({0: b"\0", 1: b"\0", 6: b"\0\1"})
    probe = lambda p: further((p.length >= HEADER) & (p.u32(0) >= HEADER) & (p.u32(0) <= 64000), lambda: (
        (p.u32(4) & 0x7FFFFFFF <= 0x113)
        & (p.u32(4) & 0x7FFFFFFF > 0) & (p.u32(8) <= 0x112) & (p.u8(6) <= 1)
        & ((p.u32(4) & 0x7FFFFFFF <= 9) | (p.u32(4) & 0x7FFFFFFF == 0x15) | (p.u32(4) & 0x7FFFFFFF == 0x103))
        & ((p.u32(4) >= ANSWER) | (p.u32(8) == 0)) & ((p.u32(0) <= p.length) | (p.length > 400)) & (p.u32(12) > 0)
    ))  # fmt: skip
    messages = Messages(header=4, length=lambda p: where((p.u32(0) >= HEADER) & (p.u32(0) <= 64000), p.u32(0), AS_IT_IS))

    message = group("", "Operation")
    size_of = u32(None, "smpp.command_length", "Length")
    operation = u32(None, "smpp.command_id", "Operation", HEX, names=COMMANDS)
    status = u32(None, "smpp.command_status", "Result", HEX, names=STATUS)
    sequence = u32(None, "smpp.sequence_number", "Sequence #")
    system_id = string(None, "smpp.system_id", "System ID")
    password = string(None, "smpp.password", "Password")
    system_type = string(None, "smpp.system_type", "System type")
    version = u8(None, "smpp.interface_version", "Version (if)")
    ton = u8(None, "smpp.addr_ton", "Type of number", HEX)
    npi = u8(None, "smpp.addr_npi", "Numbering plan indicator", HEX)
    range_ = string(None, "smpp.address_range", "Address")
    service = string(None, "smpp.service_type", "Service type")
    from_ton = u8(None, "smpp.source_addr_ton", "Type of number (originator)", HEX)
    from_npi = u8(None, "smpp.source_addr_npi", "Numbering plan indicator (originator)", HEX)
    from_address = string(None, "smpp.source_addr", "Originator address")
    to_ton = u8(None, "smpp.dest_addr_ton", "Type of number (recipient)", HEX)
    to_npi = u8(None, "smpp.dest_addr_npi", "Numbering plan indicator (recipient)", HEX)
    to_address = string(None, "smpp.destination_addr", "Recipient address")
    esm = u8(None, "", "ESM class", HEX)
    mode = u8(None, "smpp.esm.submit.msg_mode", "Messaging mode", HEX, mask=0x03, within=esm)
    kind = u8(None, "smpp.esm.submit.msg_type", "Message type", HEX, mask=0x3C, within=esm)
    features = u8(None, "smpp.esm.submit.features", "GSM features", HEX, mask=0xC0, within=esm)
    protocol_id = u8(None, "smpp.protocol_id", "Protocol id.", HEX)
    priority = u8(None, "smpp.priority_flag", "Priority level", HEX)
    time = string(None, "", "Time")
    delivery = u8(None, "", "Registered delivery", HEX)
    receipt = u8(None, "smpp.regdel.receipt", "Delivery receipt", HEX, mask=0x03, within=delivery)
    acks = u8(None, "smpp.regdel.acks", "Message type", HEX, mask=0x0C, within=delivery)
    notified = u8(None, "smpp.regdel.notif", "Intermediate notif", HEX, mask=0x10, within=delivery)
    replace_word = u8(None, "", "Replace", HEX)
    replace = u8(None, "smpp.replace_if_present_flag", "Replace", HEX, mask=0x01, within=replace_word)
    coding = u8(None, "smpp.data_coding", "Data coding", HEX)
    default_id = u8(None, "smpp.sm_default_msg_id", "Predefined message")
    text_length = u8(None, "smpp.sm_length", "Message length")
    text = raw(None, "smpp.message", "Message bytes")
    message_id = string(None, "smpp.message_id", "Message id.")
    final_state = u8(None, "smpp.message_state", "Message state")
    error_code = u8(None, "smpp.error_code", "Error code")
    options, option = group("smpp.opt_params", "Optional parameters"), group("smpp.opt_param", "Optional parameter")
    tag = u16(None, "smpp.opt_param_tag", "Tag", HEX, names=TAGS)
    tag_length = u16(None, "smpp.opt_param_len", "Length")
    content = raw(None, "smpp.message_payload", "Payload")
    receipted = string(None, "smpp.receipted_message_id", "SMSC identifier")
    supported = u8(None, "smpp.SC_interface_version", "SMSC-supported version")
    reference = u16(None, "smpp.sar_msg_ref_num", "SAR reference number")
    segments_ = u8(None, "", "SAR size")
    segment = u8(None, "smpp.sar_segment_seqnum", "SAR sequence number")
    user_reference = u16(None, "smpp.user_message_reference", "Message reference", HEX)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            size = c.peek(4)
            with c.group(cls.message, min(max(size, HEADER), c.limit - c.pos)) as c:
                c.add(cls.size_of)
                code = c.add(cls.operation)
                c.peek(8)
                if code & ANSWER:
                    c.add(cls.status)
                else:
                    c.add(cls.other, 4)
                c.add(cls.sequence)
                said.append(COMMANDS.get(code, "Unknown"))
                cls._body(c, code)
                c.rest(cls.other)
        c.info("SMPP " + ", ".join(said))

    @classmethod
    def _body(cls, c: Cursor, code: int) -> None:
        if not c.remaining:
            return
        if code in (1, 2, 9):
            for field in (cls.system_id, cls.password, cls.system_type):
                zero_ended(c, field)
            for field in (cls.version, cls.ton, cls.npi):
                c.add(field)
            zero_ended(c, cls.range_)
        elif code & ANSWER and code & 0xFF in (1, 2, 9):
            zero_ended(c, cls.system_id)
        elif code in (4, 5):
            cls._short(c)
        elif code in (ANSWER | 4, ANSWER | 5, ANSWER | 0x103, 3):
            zero_ended(c, cls.message_id)
        elif code == ANSWER | 3:
            zero_ended(c, cls.message_id)
            zero_ended(c, cls.time)
            c.add(cls.final_state)
            c.add(cls.error_code)
        elif code == 0x103:
            zero_ended(c, cls.service)
            cls._addresses(c)
            for field in (cls.esm, cls.delivery, cls.coding):
                c.add(field)
        else:
            return
        if c.remaining >= 4:
            cls._options(c)

    @classmethod
    def _addresses(cls, c: Cursor) -> None:
        c.add(cls.from_ton)
        c.add(cls.from_npi)
        zero_ended(c, cls.from_address)
        c.add(cls.to_ton)
        c.add(cls.to_npi)
        zero_ended(c, cls.to_address)

    @classmethod
    def _short(cls, c: Cursor) -> None:
        zero_ended(c, cls.service)
        cls._addresses(c)
        for field in (cls.esm, cls.protocol_id, cls.priority):
            c.add(field)
        zero_ended(c, cls.time)
        zero_ended(c, cls.time)
        for field in (cls.delivery, cls.replace_word, cls.coding, cls.default_id):
            c.add(field)
        size = c.add(cls.text_length)
        if size:
            c.add(cls.text, size)

    @classmethod
    def _options(cls, c: Cursor) -> None:
        known = {0x0424: cls.content, 0x001E: cls.receipted, 0x0210: cls.supported, 0x020C: cls.reference,
                 0x020F: cls.segment, 0x0204: cls.user_reference, 0x0427: cls.final_state}  # fmt: skip
        with c.group(cls.options, c.remaining) as c:
            count = 0
            while c.remaining >= 4 and count < MOST:
                count += 1
                with c.group(cls.option, 4 + c.peek(2, 2)) as c:
                    field = known.get(c.add(cls.tag), cls.other)
                    size = c.add(cls.tag_length)
                    if field is cls.receipted:
                        zero_ended(c, field)
                    elif size:
                        c.add(field if field.size in (0, size) else cls.other, size)


def zero_ended(c: Cursor, field: Field) -> str:
    """A text up to a zero."""
    end = c.data.find(b"\0", c.pos, c.end)
    size = c.remaining if end < 0 else end + 1 - c.pos
    return str(c.add(field, size, value=c.peek_bytes(size).rstrip(b"\0").decode("latin-1")))
