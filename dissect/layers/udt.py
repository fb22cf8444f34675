"""UDT: a reliable stream over UDP for fast paths (draft-gg-udt-03).  SRT begins as it does, and is shown so in Wireshark, too.

    control: 1, type (15 bits), reserved (16 bits), additional word, timestamp, socket (32 bits each), body
    data:    0, sequence number (31 bits), first, last, in order, number of the message (29 bits), timestamp, socket, octets
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, i32, raw, u32
from dissect.engine.layer import Layer
from dissect.layers.announced import UDT_PEER, told

HANDSHAKE, KEEPALIVE, ACK, NAK, SHUTDOWN, ACK2 = 0, 1, 2, 3, 5, 6
TYPES = {HANDSHAKE: "handshake", KEEPALIVE: "keepalive", ACK: "ack", NAK: "nak", SHUTDOWN: "shutdown", ACK2: "ack2"}
SOCKETS = {1: "STREAM", 2: "DGRAM"}
KINDS = {0: "DATA", 1: "CONTROL"}
VERSION, SHOWN = 4, 8


def probe(p: Any) -> Any:
    """Whether a datagram is a handshake, or of those who have shaken hands."""
    opening = (p.length >= 24) & (p.u32(0) == 0x80000000) & (p.u32(16) == VERSION) & (p.u32(20) >= 1) & (p.u32(20) <= 2)
    later = (p.length >= 4) & ((p.u8(0) < 0x80) | (p.u16(2) == 0)) & (opening == 0)
    return opening | ((told(p) == UDT_PEER) & later) if np.any(later) else opening


class UDT(Layer):
    """A packet.  Sequence numbers are shown as they are: relative ones are the list's only in Wireshark."""

    name, label, column = "udt", "UDT Protocol", "UDT"
    heuristics = ("udp",)
    probe = probe
    reaches = ("data",)

    is_control = u32(0, "udt.iscontrol", "Type", mask=0x80000000, names=KINDS)
    type = u32(0, "udt.type", "Type", HEX, mask=0x7FFF0000, names=TYPES, when=lambda h: h.is_control == 1)
    ackno = u32(4, "udt.ackno", "Ack Number", when=lambda h: (h.is_control == 1) & ((h.type == ACK) | (h.type == ACK2)))
    additional = u32(
        4, "udt.addinfo", "Additional Info", when=lambda h: (h.is_control == 1) & (h.type != ACK) & (h.type != ACK2)
    )
    seqno = u32(0, "udt.seqno", "Sequence Number", mask=0x7FFFFFFF, when=lambda h: h.is_control == 0)
    first = u32(4, "udt.msg.first", "First Indicator", mask=0x80000000, when=lambda h: h.is_control == 0)
    last = u32(4, "udt.msg.last", "Last Indicator", mask=0x40000000, when=lambda h: h.is_control == 0)
    order = u32(4, "udt.msg.order", "In-Order Indicator", mask=0x20000000, when=lambda h: h.is_control == 0)
    msgno = u32(4, "udt.msgno", "Message Number", mask=0x1FFFFFFF, when=lambda h: h.is_control == 0)
    timestamp, socket = u32(8, "udt.timestamp", "Timestamp"), u32(12, "udt.id", "ID", HEX)
    acknowledged = u32(None, "udt.ack_seqno", "Ack Sequence Number")
    light = u32(None, "udt.rtt", "RTT (microseconds)"), u32(None, "udt.rttvar", "RTT Variance (microseconds)"), u32(
        None, "udt.buf", "Buffer Available (packets)"
    )  # fmt: skip
    full = u32(None, "udt.rate", "Rate (packets/second)"), u32(None, "udt.linkcap", "Link Capacity (packets/second)")
    handshake = (
        u32(None, "udt.hs.version", "Version"), u32(None, "udt.hs.type", "Type", names=SOCKETS),
        u32(None, "udt.hs.isn", "Initial Sequence Number"), u32(None, "udt.hs.mtu", "MTU"),
        u32(None, "udt.hs.flow_window", "Flow Window"), i32(None, "udt.hs.reqtype", "Requested Type"),
        u32(None, "udt.hs.id", "ID"), u32(None, "udt.hs.cookie", "SYN Cookie", HEX),
        raw(None, "udt.hs.peerip", "Peer IP Address", size=16),
    )  # fmt: skip
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.h.is_control:
            c.info(f"UDT type: data seqno: {c.h.seqno} msgno: {c.h.msgno}")
            if c.remaining:
                c.child("data")
            return
        kind = c.h.type
        c.info(f"UDT type: {TYPES.get(kind, f'Unknown Control Type ({kind:x})')}")
        if kind == HANDSHAKE:
            for field in cls.handshake:
                c.add(field)
        elif kind == ACK:
            cls._acknowledgement(c)
        elif kind == NAK:
            cls._missing(c)

    @classmethod
    def _acknowledgement(cls, c: Cursor) -> None:
        size = c.limit - c.h.start
        c.append_info(f"  seqno: {c.add(cls.acknowledged)}")
        for field in (*cls.light[: 3 * (size >= 32)], *cls.full[: 2 * (size >= 40)]):
            c.add(field)

    @classmethod
    def _missing(cls, c: Cursor) -> None:
        """Numbers, and ranges of them: the first has the highest bit set."""
        shown = list[str]()
        while c.remaining >= 4:
            start = c.peek(4)
            if start >> 31 and c.remaining < 8:
                break
            text = f"{start & 0x7FFFFFFF}-{c.peek(4, 4) & 0x7FFFFFFF}" if start >> 31 else f"{start}"
            c.note("note", "Sequence", f"Missing Sequence Number{'s' if start >> 31 else ' '}: {text}", "udt.nak_seqno")
            shown.append(text)
            c.skip(8 if start >> 31 else 4)
        c.append_info(f" missing:{','.join(shown[:SHOWN])}{'...' * (len(shown) > SHOWN)}")
