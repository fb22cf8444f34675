"""NetBIOS name and datagram services (RFC 1001, RFC 1002).

    +----------------+----------------+      +--------+--------+----------------+----------------+
    | transaction id |     flags      | NBNS | type   | flags  |  datagram id   | source address |
    +----------------+----------------+      +--------+--------+----------------+----------------+
    | questions, answers, auth., add. |      | (4), source port, length, offset (2 each) | NBDGM
    +---------------------------------+      +-------------------------------------------+
    then questions and records; names are half-ASCII: two letters A to P a byte.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor, Short
from dissect.engine.fields import HEX, ether, flag, group, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

OPCODES = {0: "Name query", 5: "Registration", 6: "Release", 7: "WACK", 8: "Refresh", 9: "Refresh (altcode)",
           15: "Multi-homed registration"}  # fmt: skip
RCODES = {0: "No error", 1: "Request was invalidly formatted", 2: "Server failure", 3: "Requested name does not exist",
          4: "Request is not implemented", 5: "Request refused", 6: "Name is owned by another node",
          7: "Name is in conflict"}  # fmt: skip
TYPES = {10: "NULL", 32: "NB", 33: "NBSTAT"}
CLASSES = {1: "IN"}
NODES = {0: "B-node", 1: "P-node", 2: "M-node"}
SUFFIXES = {
    0x00: "Workstation/Redirector", 0x01: "Browser", 0x03: "Messenger service/Main name", 0x06: "RAS Server service",
    0x1B: "Domain Master Browser", 0x1C: "Domain Controllers", 0x1D: "Local Master Browser",
    0x1E: "Browser Election Service", 0x1F: "Net DDE Service", 0x20: "Server service", 0x21: "RAS Client service",
}  # fmt: skip
NB, NBSTAT = 32, 33
WACK = 7
ENCODED, NAME = 32, 16  # bytes of a name, as sent and decoded
SMB_MAGIC = b"\xffSMB"
JUMPS = 16  # of a name: a longer chain of pointers is a loop
STATISTICS = (
    u8(None, "nbns.jumpers", "Jumpers", HEX), u8(None, "nbns.test_result", "Test result", HEX),
    u16(None, "nbns.version_number", "Version number", HEX),
    u16(None, "nbns.period_of_statistics", "Period of statistics", HEX),
    u16(None, "nbns.num_crcs", "Number of CRCs"), u16(None, "nbns.num_alignment_errors", "Number of alignment errors"),
    u16(None, "nbns.num_collisions", "Number of collisions"),
    u16(None, "nbns.num_send_aborts", "Number of send aborts"),
    u32(None, "nbns.num_good_sends", "Number of good sends"),
    u32(None, "nbns.num_good_receives", "Number of good receives"),
    u16(None, "nbns.numretransmits", "Number of retransmits"),
    u16(None, "nbns.num_no_resource_conditions", "Number of no resource conditions"),
    u16(None, "nbns.numcommand_blocks", "Number of command blocks"),
    u16(None, "nbns.numpending_sessions", "Number of pending sessions"),
    u16(None, "nbns.max_num_pending_sessions", "Max number of pending sessions"),
    u16(None, "nbns.max_total_sessions_possible", "Max total sessions possible"),
    u16(None, "nbns.session_data_packet_size", "Session data packet size"),
)  # fmt: skip


class NBNS(Layer):
    """A message of the name service."""

    name, label, column = "nbns", "NetBIOS Name Service", "NBNS"
    binds = {"udp.port": (137,)}

    id = u16(0, "nbns.id", "Transaction ID", HEX)
    flags = u16(2, "nbns.flags", "Flags", HEX)
    response = flag(None, "nbns.flags.response", "Response", 0x8000, within=flags)
    opcode = u16(None, "nbns.flags.opcode", "Opcode", mask=0x7800, names=OPCODES, within=flags)
    authoritative = flag(
        None, "nbns.flags.authoritative", "Authoritative", 0x0400, within=flags, when=lambda h: h.response != 0
    )
    cut = flag(None, "nbns.flags.truncated", "Truncated", 0x0200, within=flags)
    recursion = flag(None, "nbns.flags.recdesired", "Recursion desired", 0x0100, within=flags)
    available = flag(
        None, "nbns.flags.recavail", "Recursion available", 0x0080, within=flags, when=lambda h: h.response != 0
    )
    broadcast = flag(None, "nbns.flags.broadcast", "Broadcast", 0x0010, within=flags)
    rcode = u16(
        None, "nbns.flags.rcode", "Reply code", mask=0x000F, names=RCODES, within=flags, when=lambda h: h.response != 0
    )
    queries = u16(4, "nbns.count.queries", "Questions")
    answers = u16(6, "nbns.count.answers", "Answer RRs")
    authorities = u16(8, "nbns.count.auth_rr", "Authority RRs")
    additional = u16(10, "nbns.count.add_rr", "Additional RRs")
    section = group("", "Records")
    record = group("", "Record")
    text = string(None, "nbns.name", "Name")
    type = u16(None, "nbns.type", "Type", names=TYPES)
    cls_ = u16(None, "nbns.class", "Class", names=CLASSES)
    ttl = u32(None, "nbns.ttl", "Time to live")
    data_length = u16(None, "nbns.data_length", "Data length")
    asked = u16(None, "nbns.flags", "Flags", HEX)  # of the question that an answer asks to wait for
    asked_bits = (
        flag(None, "nbns.flags.response", "Response", 0x8000, within=asked),
        u16(None, "nbns.flags.opcode", "Opcode", mask=0x7800, names=OPCODES, within=asked),
        flag(None, "nbns.flags.truncated", "Truncated", 0x0200, within=asked),
        flag(None, "nbns.flags.recdesired", "Recursion desired", 0x0100, within=asked),
        flag(None, "nbns.flags.broadcast", "Broadcast", 0x0010, within=asked),
    )
    nb_flags = u16(None, "nbns.nb_flags", "Name flags", HEX)
    nb_group = flag(None, "nbns.nb_flags.group", "Name type", 0x8000, within=nb_flags)
    nb_ont = u16(None, "nbns.nb_flags.ont", "ONT", mask=0x6000, names=NODES, within=nb_flags)
    address = ipv4(None, "nbns.addr", "Addr")
    number = u8(None, "nbns.number_of_names", "Number of names")
    netbios_name = string(None, "nbns.netbios_name", "Name", size=NAME)
    name_flags = u16(None, "nbns.name_flags", "Name flags", HEX)
    name_group = flag(None, "nbns.name_flags.group", "Name type", 0x8000, within=name_flags)
    name_ont = u16(None, "nbns.name_flags.ont", "ONT", mask=0x6000, names=NODES, within=name_flags)
    name_drg = flag(None, "nbns.name_flags.drg", "Name is being deregistered", 0x1000, within=name_flags)
    name_cnf = flag(None, "nbns.name_flags.cnf", "Name is in conflict", 0x0800, within=name_flags)
    name_act = flag(None, "nbns.name_flags.act", "Name is active", 0x0400, within=name_flags)
    name_prm = flag(None, "nbns.name_flags.prm", "Permanent node name", 0x0200, within=name_flags)
    unit = ether(None, "nbns.unit_id", "Unit ID")
    statistics = STATISTICS
    data = raw(None, "nbns.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        said = OPCODES.get(h.opcode, f"Unknown operation ({h.opcode})") + (" response" if h.response else "")
        if h.response and h.rcode:
            said += f", {RCODES.get(h.rcode, f'Unknown error ({h.rcode})')}"
        c.info(said)
        for number in range(h.queries):
            with c.group(cls.record) as c:
                text, kind = cls._named(c)
                c.label(f"{text}: type {TYPES.get(kind, kind)}")
            if not number:
                said += f" {TYPES.get(kind, kind)} {text}"
                c.info(said)
        for number in range(h.answers + h.authorities + h.additional):
            shown = cls._record(c)
            if h.response and not number:
                c.info(said + shown)

    @classmethod
    def _named(cls, c: Cursor, record: bool = False) -> tuple[str, int]:
        """A name, its type and class; a record's name is followed by what its last byte stands for."""
        text, width = netbios_name(c.data, c.start - cls.size, c.pos, c.end)
        kind = c.peek(2, width)
        c.add(cls.text, width, described(text) if record and kind == NB else text)
        c.add(cls.type)
        c.add(cls.cls_)
        return text, kind

    @classmethod
    def _record(cls, c: Cursor) -> str:
        """A resource record; what the Info column says of it."""
        with c.group(cls.record) as c:
            text, kind = cls._named(c, True)
            said = f" {TYPES.get(kind, kind)}"
            c.label(f"{text}: type{said}")
            c.add(cls.ttl)
            size = c.add(cls.data_length)
            end = c.pos + size
            if end > c.end:
                raise Short
            while kind == NB and c.h.opcode == WACK and end - c.pos >= 2:
                c.add(cls.asked)
            if kind == NB:
                while end - c.pos >= 2:
                    c.add(cls.nb_flags)
                    if end - c.pos < 4:
                        break
                    where = c.add(cls.address)
                    said += " " + ".".join(str(b) for b in where.to_bytes(4, "big"))
            elif kind == NBSTAT:
                cls._status(c, end)
            if c.pos < end and kind not in (NB, NBSTAT):
                c.add(cls.data, end - c.pos)
            c.skip(end - c.pos)
        return said

    @classmethod
    def _status(cls, c: Cursor, end: int) -> None:
        """A node's names and statistics (RFC 1002, section 4.2.18); some nodes leave statistics out."""
        for _ in range(c.add(cls.number)):
            c.add(cls.netbios_name, NAME, shown(c.peek_bytes(NAME))[: -len("<00>")])
            c.add(cls.name_flags)
        if end - c.pos >= 6:
            c.add(cls.unit)
        for field in STATISTICS:
            if end - c.pos < int(field.size):  # type: ignore[arg-type]
                break
            c.add(field)


DATAGRAMS = {
    0x10: "Direct_unique datagram", 0x11: "Direct_group datagram", 0x12: "Broadcast datagram", 0x13: "Datagram error",
    0x14: "Datagram query request", 0x15: "Datagram positive query response",
    0x16: "Datagram negative query response",
}  # fmt: skip
DATAGRAM_ERRORS = {0x82: "Destination name not present", 0x83: "Invalid source name format",
                   0x84: "Invalid destination name format"}  # fmt: skip
END_NODES = {0: "B node", 1: "P node", 2: "M node", 3: "NBDD"}
FAILED = 0x13


class NBDGM(Layer):
    """A datagram; it carries SMB's mail slots."""

    name, label, column = "nbdgm", "NetBIOS Datagram Service", "NBDS"
    binds = {"udp.port": (138,)}
    reaches = ("data", "smb")

    type = u8(0, "nbdgm.type", "Message Type", names=DATAGRAMS)
    flags = u8(1, "nbdgm.flags", "Flags", HEX)
    more = flag(None, "nbdgm.next", "More fragments follow", 0x01, within=flags)
    first = flag(None, "nbdgm.first", "This is first fragment", 0x02, within=flags)
    node = u8(None, "nbdgm.node_type", "Node Type", mask=0x0C, names=END_NODES, within=flags)
    id = u16(2, "nbdgm.dgram_id", "Datagram ID", HEX)
    source_ip = ipv4(4, "nbdgm.src.ip", "Source IP")
    source_port = u16(8, "nbdgm.src.port", "Source Port")
    length_of = u16(None, "nbdgm.dgram_len", "Datagram length", unit="bytes")
    offset = u16(None, "nbdgm.pkt_offset", "Packet offset", unit="bytes")
    error = u8(None, "nbdgm.error_code", "Error code", HEX, names=DATAGRAM_ERRORS)
    sender = string(None, "nbdgm.source_name", "Source name")
    receiver = string(None, "nbdgm.destination_name", "Destination name")

    @staticmethod
    def info(type: int) -> str:
        return DATAGRAMS.get(type, f"Unknown message type (0x{type:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, start = c.h.type, c.pos
        if kind == FAILED:
            c.add(cls.error)
        elif kind < FAILED:
            c.add(cls.length_of)
            c.add(cls.offset)
            for field in (cls.sender, cls.receiver):
                text, width = netbios_name(c.data, start, c.pos, c.end)
                c.add(field, width, text)
            if c.remaining:
                c.child("smb" if c.peek_bytes(min(4, c.remaining)) == SMB_MAGIC else "data")
        else:
            text, width = netbios_name(c.data, start, c.pos, c.end)
            c.add(cls.receiver, width, text)


def shown(name: bytes) -> str:
    """A decoded name without its padding, what cannot be printed as `<hex>`, the last byte always so."""
    body = name[: NAME - 1].rstrip(b" ")
    return "".join(chr(b) if 32 <= b < 127 else f"<{b:02x}>" for b in body) + f"<{name[NAME - 1]:02x}>"


def described(text: str) -> str:
    """A name with what its last byte stands for."""
    meaning = SUFFIXES.get(int(text[-3:-1], 16)) if text.endswith(">") else None
    return f"{text} ({meaning})" if meaning else text


def netbios_name(data: bytes, base: int, pos: int, end: int) -> tuple[str, int]:
    """(text, width) of the encoded name at `pos`, with its scope; pointers count from `base`.  Raises Short."""
    labels, start, width = list[bytes](), pos, 0
    for _ in range(JUMPS):
        if pos >= end:
            raise Short
        size = data[pos]
        if size >= 0xC0:
            if pos + 2 > end:
                raise Short
            width = width or pos + 2 - start
            pos = base + ((size & 0x3F) << 8 | data[pos + 1])
            continue
        pos += 1
        if size == 0:
            return decoded(labels), width or pos - start
        if pos + size > end:
            raise Short
        labels.append(data[pos : pos + size])
        pos += size
    raise Short


def decoded(labels: list[bytes]) -> str:
    """The name that the labels spell: the first is half-ASCII, the others are the scope."""
    if not labels:
        return ""
    first, *scope = labels
    if len(first) == ENCODED and all(0x41 <= b <= 0x50 for b in first):
        text = shown(bytes((a - 0x41) << 4 | b - 0x41 for a, b in zip(first[::2], first[1::2], strict=True)))
    else:
        text = first.decode("utf-8", "replace")
    return ".".join([text, *(label.decode("utf-8", "replace") for label in scope)])
