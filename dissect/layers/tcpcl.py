"""Bundles over TCP (RFC 7242: version 3; RFC 9174: version 4): a contact header each way, then messages.

    "dtn!", version, flags, (version 3: keep alive (2), node's length and name)
    version 3: type and flags in one octet, then SDNVs;  version 4: type (1 to 7), then fields of fixed width
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, group, i32, raw, string, u8, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.layers.bundle import ENDLESS_ARRAY, number

MAGIC = b"dtn!"
START, END = 0x02, 0x01
DATA, ACK, REFUSE, KEEPALIVE, SHUTDOWN, LENGTH = 1, 2, 3, 4, 5, 6
THIRD = {DATA: "DATA_SEGMENT", ACK: "ACK_SEGMENT", REFUSE: "REFUSE_BUNDLE", KEEPALIVE: "KEEPALIVE", SHUTDOWN: "SHUTDOWN", LENGTH: "LENGTH"}
SEGMENT, ACKED, REFUSED, ALIVE, TERM, REJECT, INIT = range(1, 8)
FOURTH = {
    SEGMENT: "XFER_SEGMENT", ACKED: "XFER_ACK", REFUSED: "XFER_REFUSE", ALIVE: "KEEPALIVE", TERM: "SESS_TERM", REJECT: "MSG_REJECT",
    INIT: "SESS_INIT",
}  # fmt: skip
FIXED = {ACKED: 18, REFUSED: 10, ALIVE: 1, TERM: 3, REJECT: 3}
WITHOUT_END = 0x7FFFFFFF
HEAD = 8192  # octets in which a length is looked for


def _sdnv(data: bytes, at: int) -> tuple[int, int]:
    """A number and where it ends; -1 where it goes on behind the octets at hand."""
    value = 0
    for place in range(at, min(at + 10, len(data))):
        value = value << 7 | data[place] & 0x7F
        if not data[place] & 0x80:
            return min(value, WITHOUT_END), place + 1
    return -1, at


def _third(data: bytes) -> int:
    """How long a message of version 3 is."""
    kind = data[0] >> 4
    if kind in (DATA, ACK, LENGTH):
        value, end = _sdnv(data, 1)
        return MORE if value < 0 else end + value * (kind == DATA)
    if kind == SHUTDOWN:
        return 1 + (data[0] >> 1 & 1) + 2 * (data[0] & 1)
    return 1 if kind in (KEEPALIVE, REFUSE) else AS_IT_IS


def _fourth(data: bytes) -> int:
    """How long a message of version 4 is."""
    kind = data[0]
    if kind in FIXED:
        return FIXED[kind]
    if kind == INIT:
        if len(data) < 21:
            return MORE
        end = 21 + int.from_bytes(data[19:21], "big")
        return MORE if len(data) < end + 4 else end + 4 + int.from_bytes(data[end : end + 4], "big")
    if len(data) < 18:
        return MORE
    end = 10
    if data[1] & START:
        end += 4 + int.from_bytes(data[10:14], "big")
    return MORE if len(data) < end + 8 else end + 8 + min(int.from_bytes(data[end : end + 8], "big"), WITHOUT_END)


def _size(octets: bytes, at: int) -> int:
    """How long a message is: the versions' types are told apart by their first octets."""
    data = octets[at : at + HEAD]
    if data[:4] == MAGIC[: len(data)]:
        if len(data) < 5:
            return MORE
        if data[4] == 3:
            value, end = _sdnv(data, 8)
            return MORE if value < 0 else end + value
        return 6 if data[4] == 4 else AS_IT_IS
    return _fourth(data) if 0 < data[0] < 8 else _third(data)


class TCPCL(Layer):
    """A contact header, or a message."""

    name, label, column = "tcpcl", "DTN TCP Convergence Layer Protocol", "TCPCL"
    binds = {"tcp.port": (4556,)}
    messages = Messages(scan=_size)
    reaches = ("bundle", "data")

    contact, magic = group("tcpcl.contact_hdr", "Contact Header"), raw(None, "tcpcl.contact_hdr.magic", "Protocol Magic", size=4)
    version, content = u8(None, "tcpcl.contact_hdr.version", "Version"), raw(None, "", "Data")
    flags3 = u8(None, "tcpcl.contact_hdr.flags", "Flags", HEX)
    flags3_bits = bits(
        flags3, "tcpcl.contact_hdr.flags", ("ackreq", "Bundle Acks Requested", 0x01), ("fragen", "Reactive Fragmentation Enabled", 0x02),
        ("nak", "Support Negative Acknowledgements", 0x04),
    )  # fmt: skip
    alive3 = u16(None, "tcpcl.contact_hdr.keep_alive", "Keep Alive")
    node_size3, node3 = i32(None, "tcpcl.contact_hdr.local_eid_length", "Local EID Length"), string(None, "tcpcl.contact_hdr.local_eid", "Local EID")
    message3, type3 = group("tcpcl.mhdr", "TCPCLv3 Header"), u8(None, "tcpcl.pkt_type", "Message Type", mask=0xF0, names=THIRD)
    data_flags = u8(None, "tcpcl.data.proc.flag", "Data Flags", HEX, mask=0x03)
    data_bits = bits(data_flags, "tcpcl.data.proc", ("start", "Segment contains start of bundle", START), ("end", "Segment contains end of Bundle", END))
    data_size, data = i32(None, "tcpcl.data.length", "Segment Length"), raw(None, "tcpcl.data", "Segment Data")
    acked3 = i32(None, "tcpcl.ack.length", "Ack Length")
    down_flags = u8(None, "tcpcl.shutdown.flags", "TCP Convergence Shutdown Flags", HEX, mask=0x03)
    down_bits = bits(down_flags, "tcpcl.shutdown", ("reason.flag", "Shutdown includes Reason Code", 0x02),
                     ("delay.flag", "Shutdown includes Reconnection Delay", 0x01))  # fmt: skip
    down_reason, down_delay = u8(None, "tcpcl.shutdown.reason", "Shutdown Reason Code"), u16(None, "tcpcl.shutdown.delay", "Shutdown Reconnection Delay")

    flags4 = u8(None, "tcpcl.v4.chdr.flags", "Contact Flags", HEX)
    flags4_bits = bits(flags4, "tcpcl.v4.chdr.flags", ("can_tls", "CAN_TLS", 0x01))
    message4, type4 = group("tcpcl.v4.mhdr", "TCPCLv4 Message"), u8(None, "tcpcl.v4.mhdr.type", "Message Type", HEX, names=FOURTH)
    alive4 = u16(None, "tcpcl.v4.sess_init.keepalive", "Keepalive Interval")
    most_segment, most_transfer = u64(None, "tcpcl.v4.sess_init.seg_mru", "Segment MRU"), u64(None, "tcpcl.v4.sess_init.xfer_mru", "Transfer MRU")
    node_size4 = u16(None, "tcpcl.v4.sess_init.nodeid_len", "Node ID Length")
    node4 = string(None, "tcpcl.v4.sess_init.nodeid_data", "Node ID Data (UTF8)")
    init_more = u32(None, "tcpcl.v4.sess_init.extlist_len", "Extension Items Length")
    init_flags = u8(None, "tcpcl.v4.sessext.flags", "Item Flags", HEX)
    init_bits = bits(init_flags, "tcpcl.v4.sessext.flags", ("critical", "CRITICAL", 0x01))
    init_type, init_size = u16(None, "tcpcl.v4.sessext.type", "Item Type", HEX), u32(None, "tcpcl.v4.sessext.len", "Item Length", size=2)
    init_data = group("tcpcl.v4.sessext.data", "Type-Specific Data")
    item, part_flags = group("", "Extension Item"), u8(None, "tcpcl.v4.xferext.flags", "Item Flags", HEX)
    part_bits = bits(part_flags, "tcpcl.v4.xferext.flags", ("critical", "CRITICAL", 0x01))
    part_type, part_size = u16(None, "tcpcl.v4.xferext.type", "Item Type", HEX), u32(None, "tcpcl.v4.xferext.len", "Item Length", size=2)
    part_data = group("tcpcl.v4.xferext.data", "Type-Specific Data")
    whole = u64(None, "tcpcl.v4.xferext.transfer_length.total_len", "Total Length")
    term_flags = u8(None, "tcpcl.v4.sess_term.flags", "Flags", HEX)
    term_bits = bits(term_flags, "tcpcl.v4.sess_term.flags", ("reply", "REPLY", 0x01))
    term_reason = u8(None, "tcpcl.v4.ses_term.reason", "Reason", names={
        0: "Unknown", 1: "Idle timeout", 2: "Version mismatch", 3: "Busy", 4: "Contact Failure", 5: "Resource Exhaustion"})  # fmt: skip
    flags = u8(None, "tcpcl.v4.xfer_flags", "Transfer Flags", HEX)
    flag_bits = bits(flags, "tcpcl.v4.xfer_flags", ("start", "START", START), ("end", "END", END))
    transfer, part_more = u64(None, "tcpcl.v4.xfer_id", "Transfer ID", HEX), u32(None, "tcpcl.v4.xfer_segment.extlist_len", "Extension Items Length")
    segment_size, segment = u64(None, "tcpcl.v4.xfer_segment.data_len", "Segment Length"), raw(None, "tcpcl.v4.xfer_segment.data", "Segment Data")
    acked4 = u64(None, "tcpcl.v4.xfer_ack.ack_len", "Acknowledged Length")
    refused = u8(None, "tcpcl.v4.xfer_refuse.reason", "Reason", names={
        0: "Unknown", 1: "Completed", 2: "No Resources", 3: "Retransmit", 4: "Not Acceptable", 5: "Extension Failure"})  # fmt: skip
    rejected = u8(None, "tcpcl.v4.msg_reject.reason", "Reason", names={
        0: "reserved", 1: "Message Type Unknown", 2: "Message Unsupported", 3: "Message Unexpected"})  # fmt: skip
    rejected_type = u8(None, "tcpcl.v4.msg_reject.head", "Rejected Type", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said: list[str] = []
        end, limit = c.end, c.limit
        while c.remaining:
            size = _size(c.peek_bytes(c.remaining), 0)
            if size in (MORE, AS_IT_IS):
                break
            if size < c.remaining:
                c.end = c.limit = c.pos + size
            cls._message(c, said)
            c.rest(cls.content)
            c.end, c.limit = end, limit
        c.rest(cls.content)

    @classmethod
    def _message(cls, c: Cursor, said: list[str]) -> None:
        first = c.peek(1)
        contact = c.remaining > 4 and c.peek_bytes(4) == MAGIC
        said.append("Contact Header" if contact else FOURTH.get(first, THIRD.get(first >> 4, "Unknown")))
        c.info(", ".join(said))
        if contact:
            with c.group(cls.contact):
                cls._contact(c)
            return
        with c.group(cls.message4 if first < 8 else cls.message3):
            bundle = cls._fourth(c) if first < 8 else cls._third(c)
        if bundle:
            c.append_info(" [Bundle]")
            c.pos -= bundle
            if c.peek(1) in (ENDLESS_ARRAY, 5, 6):
                c.payload("udp.port", 4556, bundle)
            else:
                c.child("data", bundle)

    @classmethod
    def _contact(cls, c: Cursor) -> None:
        c.add(cls.magic)
        if c.add(cls.version) == 3:
            c.add(cls.flags3)
            c.add(cls.alive3)
            c.add(cls.node3, number(c, cls.node_size3))
        else:
            c.add(cls.flags4)

    @classmethod
    def _third(cls, c: Cursor) -> int:
        """A message of version 3; how many octets at its end are a bundle."""
        kind, flags = c.peek(1) >> 4, c.peek(1) & 3
        c.add(cls.type3)
        if kind == DATA:
            c.pos -= 1
            c.add(cls.data_flags)
            size = number(c, cls.data_size)
            c.add(cls.data, size)
            return size if flags == START | END else 0
        if kind == ACK:
            number(c, cls.acked3)
        elif kind == SHUTDOWN:
            c.pos -= 1
            c.add(cls.down_flags)
            if flags & 2:
                c.add(cls.down_reason)
            if flags & 1:
                c.add(cls.down_delay)
        return 0

    @classmethod
    def _fourth(cls, c: Cursor) -> int:
        """A message of version 4; how many octets at its end are a bundle."""
        kind = c.add(cls.type4)
        if kind == INIT:
            cls._init(c)
        elif kind == SEGMENT:
            flags = c.add(cls.flags)
            c.add(cls.transfer)
            if flags & START:
                cls._items(c, c.add(cls.part_more), (cls.part_flags, cls.part_type, cls.part_size, cls.part_data))
            size = c.add(cls.segment_size)
            c.add(cls.segment, size)
            return size if flags & 3 == START | END else 0
        else:
            for field in {
                TERM: (cls.term_flags, cls.term_reason), ACKED: (cls.flags, cls.transfer, cls.acked4),
                REFUSED: (cls.refused, cls.transfer), REJECT: (cls.rejected, cls.rejected_type),
            }.get(kind, ()):  # fmt: skip
                c.add(field)
        return 0

    @classmethod
    def _init(cls, c: Cursor) -> None:
        for field in (cls.alive4, cls.most_segment, cls.most_transfer):
            c.add(field)
        c.add(cls.node4, c.add(cls.node_size4))
        cls._items(c, c.add(cls.init_more), (cls.init_flags, cls.init_type, cls.init_size, cls.init_data))

    @classmethod
    def _items(cls, c: Cursor, left: int, fields: tuple[Field, Field, Field, Field]) -> None:
        """Extensions: flags, type, length, content."""
        flags, kind, size, content = fields
        end = c.pos + left
        while c.pos < end:
            with c.group(cls.item):
                c.add(flags)
                sort, octets = c.add(kind), c.add(size)
                with c.group(content, octets) as c:
                    if fields[0] is cls.part_flags and sort == 1 and octets == 8:
                        c.add(cls.whole)
