"""Rx, the remote procedure calls of AFS.

     0                   1                   2                   3
    +---------------------------------------------------------------+
    |                             epoch                             |
    +---------------------------------------------------------------+
    |                         connection id                         |
    +---------------------------------------------------------------+
    |                          call number                          |
    +---------------------------------------------------------------+
    |                        sequence number                        |
    +---------------------------------------------------------------+
    |                         serial number                         |
    +---------------+---------------+---------------+---------------+
    |     type      |     flags     |  user status  |   security    |
    +---------------+---------------+---------------+---------------+
    |        spare, checksum        |            service            |
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, INT32, NONE, Field, abs_time, flag, raw, u8, u16, u32
from dissect.engine.layer import Layer

DATA, ACK, ABORT, ACKALL, CHALLENGE, RESPONSE = 1, 2, 4, 5, 6, 7
TYPES = {
    DATA: "data", ACK: "ack", 3: "busy", ABORT: "abort", ACKALL: "ackall", CHALLENGE: "challenge",
    RESPONSE: "response", 8: "debug", 9: "params", 13: "version",
}  # fmt: skip
REASONS = {
    1: "Ack Requested", 2: "Duplicate Packet", 3: "Out Of Sequence", 4: "Exceeds Window", 5: "No Space", 6: "Ping",
    7: "Ping Response", 8: "Delay", 9: "Idle",
}  # fmt: skip
CALLS = 4  # of a connection
SECOND = 1_000_000_000  # ns


class RX(Layer):
    """A packet of a call."""

    name, label, column = "rx", "RX Protocol", "RX"
    binds = {"udp.port": (7000, 7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009, 7021)}
    accepts = lambda p: (p.reported >= 28) & (p.u8(20) >= 1) & (p.u8(20) <= 13)
    reaches = ("afs",)

    epoch = abs_time(None, "rx.epoch", "Epoch", size=4)
    cid = u32(4, "rx.cid", "CID")
    call = u32(8, "rx.callnumber", "Call Number")
    seq = u32(12, "rx.seq", "Sequence Number")
    serial = u32(16, "rx.serial", "Serial")
    type = u8(20, "rx.type", "Type", names=TYPES)
    flags = u8(21, "rx.flags", "Flags", HEX)
    free = flag(21, "rx.flags.free_packet", "Free Packet", 0x10, within=flags)
    more = flag(21, "rx.flags.more_packets", "More Packets", 0x08, within=flags)
    last = flag(21, "rx.flags.last_packet", "Last Packet", 0x04, within=flags)
    request = flag(21, "rx.flags.request_ack", "Request Ack", 0x02, within=flags)
    client = flag(21, "rx.flags.client_init", "Client Initiated", 0x01, within=flags)
    status = u32(22, "rx.userstatus", "User Status", size=1)
    security = u32(23, "rx.securityindex", "Security Index", size=1)
    spare = u16(24, "rx.spare", "Spare/Checksum")
    service = u16(26, "rx.serviceid", "Service ID")

    ack = Field("rx.ack", "ACK Packet", NONE)
    bufferspace = u16(None, "rx.bufferspace", "Bufferspace")
    skew = u16(None, "rx.maxskew", "Max Skew")
    first = u32(None, "rx.first", "First Packet")
    prev = u32(None, "rx.prev", "Prev Packet")
    serial_ = u32(None, "rx.serial", "Serial")
    reason = u8(None, "rx.reason", "Reason", names=REASONS)
    num_acks = u8(None, "rx.num_acks", "Num ACKs")
    ack_type = u8(None, "rx.ack_type", "ACK Type", names={0: "NACK", 1: "ACK"})
    padding = raw(None, "", "Padding", size=3)
    max_mtu = u32(None, "rx.max_mtu", "Max MTU")
    if_mtu = u32(None, "rx.if_mtu", "Interface MTU")
    rwind = u32(None, "rx.rwind", "rwind")
    max_packets = u32(None, "rx.max_packets", "Max Packets")
    challenge = Field("rx.challenge", "CHALLENGE Packet", NONE)
    version = u32(None, "rx.version", "Version")
    nonce = u32(None, "rx.nonce", "Nonce", HEX)
    min_level = u32(None, "rx.min_level", "Min Level")
    response = Field("rx.response", "RESPONSE Packet", NONE)
    encrypted = Field("rx.encrypted", "Encrypted", NONE)
    unused = raw(None, "", "Unused", size=4)
    checksum = raw(None, "", "Checksum", size=4)
    cid_ = u32(None, "rx.cid", "CID")
    security_ = u32(None, "rx.securityindex", "Security Index", size=1)
    call_ = u32(None, "rx.callnumber", "Call Number")
    inc_nonce = u32(None, "rx.inc_nonce", "Inc Nonce", HEX)
    level = u32(None, "rx.level", "Level")
    kvno = u32(None, "rx.kvno", "kvno")
    ticket_len = u32(None, "rx.ticket_len", "Ticket len")
    ticket = raw(None, "rx.ticket", "ticket")
    abort = Field("rx.abort", "ABORT Packet", NONE)
    abort_code = Field("rx.abort_code", "Abort Code", INT32)
    data = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h, body = c.h, c.pos
        c.pos = h.start
        c.add(cls.epoch, value=c.peek(4) * SECOND)
        c.pos = body
        what = {ACK: "ACK  ", ACKALL: "ACKALL  ", CHALLENGE: "CHALLENGE  ", RESPONSE: "RESPONSE  ", ABORT: "ABORT  "}
        udp = h.outer("udp")
        c.info(what.get(h.type, ""))
        if h.type in what and udp is not None:
            ports = f"Source Port: {udp.srcport}  Destination Port: {udp.dstport}  "
            reason = ""
            if h.type == ACK and c.remaining > 16:
                reason = f"{REASONS.get(c.peek(1, 16), 'Unknown')}  "
            c.append_info(f"{reason}Seq: {h.seq}  Call: {h.call}  {ports}")
        if h.type == ACK:
            with c.group(cls.ack):
                cls._ack(c)
        elif h.type == CHALLENGE:
            with c.group(cls.challenge):
                if c.add(cls.version) == 2:
                    c.add(cls.nonce)
                    c.add(cls.min_level)
        elif h.type == RESPONSE:
            with c.group(cls.response):
                cls._response(c)
        elif h.type == ABORT:
            with c.group(cls.abort):
                c.add(cls.abort_code)
        elif h.type == DATA and c.limit > c.pos:
            c.child("afs")
        c.rest(cls.data)

    @classmethod
    def _ack(cls, c: Cursor) -> None:
        for field in (cls.bufferspace, cls.skew, cls.first, cls.prev, cls.serial_, cls.reason):
            c.add(field)
        for _ in range(c.add(cls.num_acks)):
            c.add(cls.ack_type)
        if c.remaining > 3:  # some implementations add three bytes and up to four numbers
            c.add(cls.padding)
            for field in (cls.max_mtu, cls.if_mtu, cls.rwind, cls.max_packets):
                if c.limit - c.pos >= 4:
                    c.add(field)

    @classmethod
    def _response(cls, c: Cursor) -> None:
        if c.add(cls.version) != 2:
            return
        c.add(cls.unused)
        with c.group(cls.encrypted):
            c.add(cls.epoch, value=c.peek(4) * SECOND)
            c.add(cls.cid_)
            c.add(cls.checksum)
            c.add(cls.security_)
            c.add(cls.padding)
            for _ in range(CALLS):
                c.add(cls.call_)
            c.add(cls.inc_nonce)
            c.add(cls.level)
        c.add(cls.kvno)
        c.add(cls.ticket, c.add(cls.ticket_len))
