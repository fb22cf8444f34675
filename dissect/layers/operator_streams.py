"""What operators' machines say of a stated length: access nodes (ANCP, RFC 6320), messaging gateways (CMPP), policy and
load (OPSI, SASP, RFC 4678), unlicensed access (UMA), locators (LISP over TCP, RFC 8378), backups (NDMP), directories (IDMP).

    ANCP: 880c, length (2), version (1), message (1), ...;  CMPP: length, command, sequence (4 each)
    NDMP: mark of a fragment, sequence, time, type, message, answers which, error (4 each)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    HEX,
    INT8,
    INT32,
    UINT64,
    Field,
    ether,
    flag,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)  # fmt: skip
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.layers.stated import Stated, at_least
from dissect.layers.streams import heard_of

ANCP_MAGIC, ADJACENCY = 0x880C, 10
ANCP_MESSAGES = {
    10: "Adjacency", 32: "Port-Management", 80: "Port-Up", 81: "Port-Down", 85: "Adjacency Update", 91: "Generic Response",
    93: "Provisioning",
}  # fmt: skip
ANCP_CODES = {1: "Syn", 2: "SynAck", 3: "Ack", 4: "RstAck"}


class ANCP(Stated):
    """Access nodes and the routers behind them."""

    name, label, column = "ancp", "Access Node Control Protocol", "ANCP"
    binds = {"tcp.port": (6068,)}
    messages = Messages(header=4, length=lambda p: p.u16(2) + 4)

    magic, size_of = u16(None, "", "Ether type", HEX), u16(None, "ancp.len", "Length")
    version, type = u8(None, "ancp.ver", "Version", HEX), u8(None, "ancp.mtype", "Message Type", names=ANCP_MESSAGES)
    timer, code = u8(None, "ancp.timer", "Timer"), u8(None, "ancp.adjcode", "Code", mask=0x7F)
    sender, receiver = ether(None, "ancp.sender_name", "Sender Name"), ether(None, "ancp.receiver_name", "Receiver Name")
    sender_port = Field("ancp.sender_port", "Sender Port", UINT64)
    receiver_port = Field("ancp.receiver_port", "Receiver Port", UINT64)
    partition = u8(None, "ancp.partition_info", "Partition Info", HEX)
    sender_instance = u24(None, "ancp.sender_instance", "Sender Instance")
    partition_id = u8(None, "ancp.partition_id", "Partition ID")
    receiver_instance = u24(None, "ancp.receiver_instance", "Receiver Instance")
    reserved = raw(None, "ancp.reserved", "Reserved")
    count, total_size = u8(None, "ancp.num_tlvs", "Num TLVs"), u16(None, "ancp.tot_len", "Length")
    capability, capability_size = u16(None, "ancp.capability", "Capability"), u16(None, "", "Length")
    result = u8(None, "ancp.result", "Result", mask=0xF0)
    result_code = u16(None, "ancp.code", "Code", HEX, mask=0x0FFF)
    transaction = u24(None, "ancp.transaction_id", "Transaction ID")
    last = flag(None, "ancp.i_flag", "I Flag", 0x80, size=1)
    part = u16(None, "ancp.submessage_number", "SubMessage Number", mask=0x7FFF)
    size_again = u16(None, "ancp.len2", "Length")

    @classmethod
    def body(cls, c: Cursor) -> None:
        if c.peek(2) != ANCP_MAGIC:
            c.protocol("TCP")
            return
        c.add(cls.magic)
        c.add(cls.size_of)
        c.add(cls.version)
        kind = c.add(cls.type)
        said = f"{ANCP_MESSAGES.get(kind, f'Unknown (0x{kind:02x})')} Message"
        c.info(said)
        if kind == ADJACENCY:
            cls._adjacency(c)
            return
        c.add(cls.result)
        c.pos -= 1
        for field in (cls.result_code, cls.partition_id, cls.transaction):
            c.add(field)
        c.add(cls.last, 1)
        c.pos -= 1
        c.add(cls.part)
        c.add(cls.size_again)

    @classmethod
    def _adjacency(cls, c: Cursor) -> None:
        c.add(cls.timer)
        code = c.add(cls.code)
        c.append_info(f" ({ANCP_CODES.get(code, f'Unknown (0x{code:02x})')})")
        c.add(cls.sender)
        c.add(cls.receiver)
        for field in (cls.sender_port, cls.receiver_port):
            c.add(field, 4, value=c.peek(4))
        for field in (cls.partition, cls.sender_instance, cls.partition_id, cls.receiver_instance):
            c.add(field)
        c.add(cls.reserved, 1)
        count = c.add(cls.count)
        c.add(cls.total_size)
        for _ in range(count):
            c.add(cls.capability)
            c.add(cls.capability_size)


CMPP_ONE_WAY = {
    1: "CONNECT", 2: "TERMINATE", 4: "SUBMIT", 5: "DELIVER", 6: "QUERY", 7: "CANCEL", 8: "ACTIVE_TEST", 9: "FWD", 0x10: "MT_ROUTE",
    0x11: "MO_ROUTE", 0x12: "GET_MT_ROUTE", 0x13: "MT_ROUTE_UPDATE", 0x14: "MO_ROUTE_UPDATE", 0x15: "PUSH_MT_ROUTE_UPDATE",
    0x16: "PUSH_MO_ROUTE_UPDATE", 0x17: "GET_MO_ROUTE",
}  # fmt: skip
CMPP_ANSWER = 0x80000000
CMPP_COMMANDS = {
    **{code: f"CMPP_{word}" for code, word in CMPP_ONE_WAY.items()},
    **{code | CMPP_ANSWER: f"CMPP_{word}{'' if word == 'QUERY' else '_RESP'}" for code, word in CMPP_ONE_WAY.items()},
}


class CMPP(Stated):
    """Short messages between China Mobile's gateways and providers."""

    name, label, column = "cmpp", "China Mobile Point to Point Protocol", "CMPP"
    binds = {"tcp.port": (7890, 7900, 7930, 9168)}
    accepts = lambda p: (
        (p.length >= 12) & (p.u32(0) >= 12) & (p.u32(0) <= 1000)
        & ((p.u32(4) & 0x7FFFFFFF >= 1) & (p.u32(4) & 0x7FFFFFFF <= 9) | (p.u32(4) & 0x7FFFFFFF >= 16) & (p.u32(4) & 0x7FFFFFFF <= 23))
        & (p.u32(4) & 0x7FFFFFFF != 3)
    )  # fmt: skip
    messages = Messages(header=12, length=lambda p: where(CMPP.accepts(p), p.u32(0), AS_IT_IS))

    size_of = u32(None, "cmpp.Total_Length", "Total Length")
    command = u32(None, "cmpp.Command_Id", "Command Id", HEX, names=CMPP_COMMANDS)
    sequence = u32(None, "cmpp.Sequence_Id", "Sequence Id")
    status = u32(None, "cmpp.connect_resp.Status", "Connect Response Status")
    submitted = u32(None, "cmpp.submit_resp.Result", "Result")
    head = (size_of, command, sequence)

    @classmethod
    def body(cls, c: Cursor) -> None:
        command = c.peek(4, -8)
        (c.info if c.pos - c.h.start == 12 else c.append_info)(f"{CMPP_COMMANDS.get(command, '')}. ")


class OPSI(Stated):
    """Policies are asked for and told."""

    name, label, column = "opsi", "Open Policy Service Interface", "OPSI"
    binds = {"tcp.port": (4002,)}
    messages = Messages(header=8, length=lambda p: at_least(8, p.u16(4)))

    major, minor = u8(None, "opsi.major", "Major version"), u8(None, "opsi.minor", "Minor version")
    operation, hook = u8(None, "opsi.opcode", "Operation code"), u8(None, "opsi.hook", "Hook ID")
    size_of, session = u16(None, "opsi.length", "Message length"), u16(None, "opsi.session_id", "Session ID")
    head = (major, minor, operation, hook, size_of, session)


class SASP(Stated):
    """Applications tell load balancers how they are."""

    name, label, column = "sasp", "Server/Application State Protocol", "SASP"
    binds = {"tcp.port": (3860,)}
    messages = Messages(header=13, length=lambda p: at_least(13, p.u32(5)))

    type, head_size = u16(None, "sasp.msg.type", "Type", HEX), u16(None, "sasp.header.Len", "Length")
    version, size_of = u8(None, "sasp.version", "Version"), u32(None, "sasp.msg.len", "Message Len")
    identifier = u32(None, "sasp.msg.id", "Message Id")
    head = (type, head_size, version, size_of, identifier)


class UMA(Stated):
    """A mobile's network reached over any other."""

    name, label, column = "uma", "Unlicensed Mobile Access", "UMA"
    binds = {"tcp.port": (14001,)}
    messages = Messages(header=2, length=lambda p: p.u16(0) + 2)
    early = True

    size_of = u16(None, "uma.li", "Length Indicator")
    skip = u8(None, "uma.skip.ind", "Skip Indicator", mask=0xF0)
    discriminator = u8(None, "uma.pd", "Protocol Discriminator", mask=0x0F)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("")
        c.add(cls.size_of)
        c.add(cls.skip)
        c.pos -= 1
        c.add(cls.discriminator)


class LISPReliable(Stated):
    """Registrations of LISP over a connection."""

    name, label, column = "lisp-tcp", "Locator/ID Separation Protocol (Reliable Transport)", "LISP"
    binds = {"tcp.port": (4342,)}
    messages = Messages(header=8, length=lambda p: at_least(8, p.u16(2)))

    type, size_of = u16(None, "lisp-tcp.message.type", "Type"), u16(None, "lisp-tcp.message.length", "Length")
    identifier = u32(None, "lisp-tcp.message.id", "Message ID")
    data = raw(None, "lisp-tcp.message.data", "Message Data")
    marker = u32(None, "lisp-tcp.message.end_marker", "Message End Marker", HEX)
    head = (type, size_of, identifier)

    @classmethod
    def body(cls, c: Cursor) -> None:
        if c.remaining >= 4:
            c.add(cls.data, c.remaining - 4)
            c.add(cls.marker)


class ILP(Stated):
    """Between a location platform's centres (OMA); in ASN.1."""

    name, label, column = "ilp", "OMA Internal Location Protocol", "OMA ILP"
    binds = {"tcp.port": (7276,)}
    messages = Messages(header=2, length=lambda p: at_least(2, p.u16(0)))


class IDMP(Stated):
    """Directories over TCP (X.519); in ASN.1."""

    name, label, column = "idmp", "X.519 Internet Directly Mapped Protocol", "IDMP"
    binds = {"tcp.port": (1102,)}
    messages = Messages(header=6, length=lambda p: at_least(6, p.u32(2) + 6))

    version = Field("idmp.version", "version", INT8)
    final = Field("idmp.final", "final", BOOLEAN)
    size_of = Field("idmp.length", "length", INT32)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.add(cls.version)
        last = c.add(cls.final, 1, value=c.peek(1) != 0)
        size = c.add(cls.size_of)
        c.append_info(f" [{'Final ' if last else ''}IDMP fragment, {size} byte{'' if size == 1 else 's'}]")


NDMP_WORDS = {
    0x100: "CONFIG_GET_HOST_INFO", 0x102: "CONFIG_GET_CONNECTION_TYPE", 0x103: "CONFIG_GET_AUTH_ATTR",
    0x104: "CONFIG_GET_BUTYPE_INFO", 0x105: "CONFIG_GET_FS_INFO", 0x106: "CONFIG_GET_TAPE_INFO", 0x107: "CONFIG_GET_SCSI_INFO",
    0x108: "CONFIG_GET_SERVER_INFO", 0x109: "CONFIG_SET_EXT_LIST", 0x10A: "CONFIG_GET_EXT_LIST",
    0x200: "SCSI_OPEN", 0x201: "SCSI_CLOSE", 0x202: "SCSI_GET_STATE", 0x203: "SCSI_SET_TARGET", 0x204: "SCSI_RESET_DEVICE",
    0x205: "SCSI_RESET_BUS", 0x206: "SCSI_EXECUTE_CDB",
    0x300: "TAPE_OPEN", 0x301: "TAPE_CLOSE", 0x302: "TAPE_GET_STATE", 0x303: "TAPE_MTIO", 0x304: "TAPE_WRITE", 0x305: "TAPE_READ",
    0x307: "TAPE_EXECUTE_CDB",
    0x400: "DATA_GET_STATE", 0x401: "DATA_START_BACKUP", 0x402: "DATA_START_RECOVER", 0x403: "DATA_ABORT", 0x404: "DATA_GET_ENV",
    0x407: "DATA_STOP", 0x409: "DATA_LISTEN", 0x40A: "DATA_CONNECT",
    0x501: "NOTIFY_DATA_HALTED", 0x502: "NOTIFY_CONNECTED", 0x503: "NOTIFY_MOVER_HALTED", 0x504: "NOTIFY_MOVER_PAUSED",
    0x505: "NOTIFY_DATA_READ", 0x602: "LOG_FILE", 0x603: "LOG_MESSAGE", 0x703: "FH_ADD_FILE", 0x704: "FH_ADD_DIR", 0x705: "FH_ADD_NODE",
    0x900: "CONNECT_OPEN", 0x901: "CONNECT_CLIENT_AUTH", 0x902: "CONNECT_CLOSE", 0x903: "CONNECT_SERVER_AUTH",
    0xA00: "MOVER_GET_STATE", 0xA01: "MOVER_LISTEN", 0xA02: "MOVER_CONTINUE", 0xA03: "MOVER_ABORT", 0xA04: "MOVER_STOP",
    0xA05: "MOVER_SET_WINDOW", 0xA06: "MOVER_READ", 0xA07: "MOVER_CLOSE", 0xA08: "MOVER_SET_RECORD_SIZE", 0xA09: "MOVER_CONNECT",
}  # fmt: skip
NDMP_ERRORS = {0: "NO_ERR", 1: "NOT_SUPPORTED_ERR", 4: "NOT_AUTHORIZED_ERR", 7: "IO_ERR", 9: "ILLEGAL_ARGS_ERR", 19: "ILLEGAL_STATE_ERR"}
NDMP_OPEN, NDMP_USUAL = 0x900, 4
NDMP_OPENS = bytes.fromhex("00000000 00000900")  # a request of that kind


class NDMP(Stated):
    """Backups of file servers are started and watched."""

    name, label, column = "ndmp", "Network Data Management Protocol", "NDMP"
    binds = {"tcp.port": (10000,)}
    accepts = lambda p: (p.length < 4) | (p.u32(0) & 0x7FFFFFFF >= 1) & (p.u32(0) & 0x7FFFFFFF <= 1000000)
    messages = Messages(header=4, length=lambda p: where(NDMP.accepts(p), 4 + (p.u32(0) & 0x7FFFFFFF), AS_IT_IS))

    mark = u32(None, "", "Fragment", HEX)
    last = flag(0, "ndmp.lastfrag", "Last Fragment", 0x80000000, within=mark)
    size_of = u32(0, "ndmp.fraglen", "Fragment Length", mask=0x7FFFFFFF, within=mark)
    heading = group("ndmp.header", "NDMP Header")
    sequence, stamp = u32(None, "ndmp.sequence", "Sequence"), Field("ndmp.timestamp", "Time", ABSOLUTE_TIME)
    type = u32(None, "ndmp.msg_type", "Type", names={0: "Request", 1: "Reply"})
    message = u32(None, "ndmp.msg", "Message", HEX, names=NDMP_WORDS)
    answers, error = u32(None, "ndmp.reply_sequence", "Reply Sequence"), u32(None, "ndmp.error", "Error", names=NDMP_ERRORS)
    version = u32(None, "ndmp.version", "Version")
    said = string(None, "", "Text")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """The version that the conversation was opened with, or the usual one."""
        octets = heard.octets
        if len(octets) >= 32 and octets[12:20] == NDMP_OPENS:
            talk["ndmp"] = int.from_bytes(octets[28:32], "big")
        return talk.get("ndmp", NDMP_USUAL)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.derived(cls.version, heard_of(c.h) or NDMP_USUAL)
        c.add(cls.mark)
        if not cls._headed(c):
            return
        with c.group(cls.heading, 24) as c:
            c.add(cls.sequence)
            c.add(cls.stamp, 4, value=c.peek(4) * 10**9)
            kind, message = c.add(cls.type), c.add(cls.message)
            c.add(cls.answers)
            c.add(cls.error)
        c.info(f"{NDMP_WORDS.get(message, f'Unknown type ({message:#x})')} {'Reply' if kind else 'Request'} ")
        if message == NDMP_OPEN:
            c.add(cls.error if kind else cls.version)

    @classmethod
    def _headed(cls, c: Cursor) -> bool:
        """Whether a header follows: a time of 1980 to 2030, a type, a message and an error that there are."""
        if c.remaining < 24:
            return False
        time, kind, message, error = c.peek(4, 4), c.peek(4, 8), c.peek(4, 12), c.peek(4, 20)
        return 0x12CEEC50 <= time <= 0x70DC1ED0 and kind <= 1 and 0 < message <= 0xA09 and error <= 0x17
