"""DCCP (RFC 4340).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |
    +---------------+-------+-------+-------------------------------+
    |  data offset  | CCVal | CsCov |           checksum            |
    +-----+-------+-+-------+-------+-------------------------------+
    | res | type  |X|  reserved     |  sequence number, high (X=1)  |     X=0: sequence number of 24 bits
    +-----+-------+-+---------------+-------------------------------+
    |                     sequence number, low (X=1)                |
    +---------------------------------------------------------------+
    |      by type: acknowledgement number, service code, reset code|
    +---------------------------------------------------------------+
    |                 options, up to the data offset                |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    HEX,
    UINT16,
    UINT64,
    Field,
    alias,
    group,
    maximum,
    minimum,
    raw,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import By, Heuristics, Layer
from dissect.layers.checksums import BAD, GOOD, UNVERIFIED, status_field

TYPES = {
    0: "Request", 1: "Response", 2: "Data", 3: "Ack", 4: "DataAck", 5: "CloseReq", 6: "Close", 7: "Reset", 8: "Sync", 9: "SyncAck",
}  # fmt: skip
REQUEST, RESPONSE, DATA, RESET = 0, 1, 2, 7
RESETS = {
    0: "Unspecified", 1: "Closed", 2: "Aborted", 3: "No Connection", 4: "Packet Error", 5: "Option Error",
    6: "Mandatory Failure", 7: "Connection Refused", 8: "Bad Service Code", 9: "Too Busy", 10: "Bad Init Cookie",
    11: "Aggression Penalty",
}  # fmt: skip
OPTIONS = {
    0: "Padding", 1: "Mandatory", 2: "Slow Receiver", 32: "Change L", 33: "Confirm L", 34: "Change R", 35: "Confirm R",
    36: "Init Cookie", 37: "NDP Count", 38: "Ack Vector [Nonce 0]", 39: "Ack Vector [Nonce 1]", 40: "Data Dropped",
    41: "Timestamp", 42: "Timestamp Echo", 43: "Elapsed Time", 44: "Data checksum", 192: "CCID3 Loss Event Rate",
    193: "CCID3 Loss Intervals", 194: "CCID3 Receive Rate",
}  # fmt: skip
FEATURES = {
    1: "Congestion Control ID (CCID)", 2: "Allow Short Sequence Numbers", 3: "Sequence Window", 4: "ECN Incapable",
    5: "Ack Ratio", 6: "Send Ack Vector", 7: "Send NDP Count", 8: "Minimum Checksum Coverage", 9: "Check Data Checksum",
    192: "Send Loss Event Rate",
}  # fmt: skip
SINGLE = 31  # options up to here are one octet


class DCCP(Layer):
    """A DCCP packet's header."""

    name, label, column = "dccp", "Datagram Congestion Control Protocol", "DCCP"
    binds = {"ip.proto": (33,)}

    srcport = u16(0, "dccp.srcport", "Source Port", also=(alias("dccp.port", UINT16, "Source or Destination Port"),))
    dstport = u16(2, "dccp.dstport", "Destination Port", also=(alias("dccp.port", UINT16, "Port"),))
    data_offset = u8(4, "dccp.data_offset", "Data Offset")
    ccval = u8(5, "dccp.ccval", "CCVal", mask=0xF0)
    cscov = u8(5, "dccp.cscov", "Checksum Coverage", mask=0x0F)
    checksum = u16(6, "dccp.checksum", "Checksum", HEX)
    checksum_status = status_field("dccp.checksum.status", lambda h: dccp_status(h))
    res1 = u8(8, "dccp.res1", "Reserved", HEX, mask=0xE0)
    type = u8(8, "dccp.type", "Type", mask=0x1E, names=TYPES)
    extended = Field("dccp.x", "Extended Sequence Numbers", BOOLEAN, at=8, size=1, mask=0x01)
    res2 = u8(9, "dccp.res2", "Reserved", HEX, when=lambda h: h.extended)
    seq = Field("dccp.seq_raw", "Sequence Number (raw)", UINT64, at=lambda h: where(h.extended, 10, 9),
                size=lambda h: where(h.extended, 6, 3))  # fmt: skip
    ack_res = u16(None, "dccp.ack_res", "Reserved", HEX)
    ack = Field("dccp.ack_raw", "Acknowledgement Number (raw)", UINT64)
    service = u32(None, "dccp.service_code", "Service Code")
    reset = u8(None, "dccp.reset_code", "Reset Code", names=RESETS)
    data1, data2, data3 = (u8(None, f"dccp.data{i}", f"Data {i}") for i in (1, 2, 3))
    options = group("dccp.options", "Options")
    option_type = u8(None, "dccp.option_type", "Option Type", names=OPTIONS)
    option_reserved = raw(None, "dccp.option_reserved", "Reserved")
    option = group("", "Option")
    option_length = u8(None, "", "Length")
    feature = u8(None, "dccp.feature_number", "Feature Number", names=FEATURES)
    feature_value = raw(None, "", "Value")
    ndp = Field("dccp.ndp_count", "NDP Count", UINT64)
    timestamp = u32(None, "dccp.timestamp", "Timestamp")
    timestamp_echo = u32(None, "dccp.timestamp_echo", "Timestamp Echo")
    elapsed = u32(None, "dccp.elapsed_time", "Elapsed Time")
    data_checksum = u32(None, "dccp.checksum_data", "Data Checksum", HEX)
    loss_rate = u32(None, "dccp.ccid3_loss_event_rate", "CCID3 Loss Event Rate")
    loss_intervals = raw(None, "dccp.ccid3_loss_intervals", "CCID3 Loss Intervals")
    receive_rate = u32(None, "dccp.ccid3_receive_rate", "CCID3 Receive Rate")
    padding = raw(None, "dccp.padding", "Padding", size=1)
    mandatory = raw(None, "dccp.mandatory", "Mandatory", size=1)
    slow_receiver = raw(None, "dccp.slow_receiver", "Slow Receiver", size=1)
    cookie = raw(None, "dccp.init_cookie", "Init Cookie")
    vector_0 = raw(None, "dccp.ack_vector.nonce_0", "Ack Vector [Nonce 0]")
    vector_1 = raw(None, "dccp.ack_vector.nonce_1", "Ack Vector [Nonce 1]")
    dropped = raw(None, "dccp.data_dropped", "Data Dropped")
    unknown = raw(None, "dccp.option_unknown", "Unknown")

    length = lambda h: 4 * h.data_offset
    odd = lambda h: 4 * h.data_offset < 12
    next = (
        By("dccp.port", lambda h: minimum(h.srcport, h.dstport)),
        By("dccp.port", lambda h: maximum(h.srcport, h.dstport)),
        Heuristics("dccp"),
    )

    @staticmethod
    def info(srcport: int, dstport: int, type: int, seq: int) -> str:
        return f"{srcport} → {dstport} [{TYPES.get(type, 'Reserved')}] Seq={seq}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, extended = c.h.type, bool(c.h.extended)
        c.pos = c.h.start + (16 if extended else 12)
        if kind not in (REQUEST, DATA):
            if extended:
                c.add(cls.ack_res)
                c.add(cls.ack, 6)
            else:
                c.add(cls.ack_res, 1)
                c.add(cls.ack, 3)
        if kind in (REQUEST, RESPONSE):
            c.add(cls.service)
        elif kind == RESET:
            for field in (cls.reset, cls.data1, cls.data2, cls.data3):
                c.add(field)
        if c.remaining:
            with c.group(cls.options, c.remaining) as options:
                while options.remaining:
                    cls._option(options)

    @classmethod
    def _option(cls, c: Cursor) -> None:
        kind = c.peek(1)
        if kind <= SINGLE:
            c.derived(cls.option_type, kind)
            c.add({0: cls.padding, 1: cls.mandatory, 2: cls.slow_receiver}.get(kind, cls.option_reserved), 1)
            return
        size = max(c.peek(1, 1), 2)
        with c.group(cls.option, size, OPTIONS.get(kind, f"Option {kind}")) as option:
            option.add(cls.option_type)
            option.add(cls.option_length)
            cls._value(option, kind)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        number = {41: cls.timestamp, 42: cls.timestamp_echo, 44: cls.data_checksum, 192: cls.loss_rate, 194: cls.receive_rate}
        whole = {36: cls.cookie, 38: cls.vector_0, 39: cls.vector_1, 40: cls.dropped, 193: cls.loss_intervals}
        if 32 <= kind <= 35:
            c.add(cls.feature)
            c.rest(cls.feature_value)
        elif kind == 37 and c.remaining:
            c.add(cls.ndp, min(c.remaining, 6))
        elif kind in number and c.remaining >= 4:
            c.add(number[kind])
            if kind == 42 and c.remaining in (2, 4):
                c.add(cls.elapsed, c.remaining)
        elif kind == 43 and c.remaining in (2, 4):
            c.add(cls.elapsed, c.remaining)
        else:
            c.rest(whole.get(kind, cls.unknown))


def dccp_status(h: Any) -> Any:
    """The checksum covers the header and as much of the data as CsCov says (RFC 4340, section 9.2)."""
    size = h.limit - h.start
    covered = minimum(where(h.cscov == 0, size, 4 * h.data_offset + 4 * (h.cscov - 1)), size)
    ip = h.outer("ip", "ipv6")
    if ip is None:
        return h.start * 0 + UNVERIFIED
    place, octets = (12, 8) if ip.layer.name == "ip" else (8, 32)
    total = ip.sum16(ip.start + place, octets) + 33 + size + h.sum16(h.start, covered)
    return where(h.end < h.start + covered, UNVERIFIED, where(total % 0xFFFF == 0, GOOD, BAD))


