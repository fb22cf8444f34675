"""Fax over UDP (ITU-T T.38, UDPTL), where a description of media says so: ASN.1 in aligned PER.

    sequence number (16 bits); length, primary packet; then either a list of packets before it, or redundancy by parity
    a packet: data follows (1 bit), indicator or data (1 bit), which (extension, 4 bits), number of fields
    a field: octets follow (1 bit), type (3 bits), length of octets less one (16 bits), octets
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import INT32, NONE, UINT32, Field, raw
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely
from dissect.layers.announced import T38_PORT, told

MESSAGES = {0: "t30-indicator", 1: "t30-data"}
INDICATORS = dict(enumerate((
    "no-signal", "cng", "ced", "v21-preamble", "v27-2400-training", "v27-4800-training", "v29-7200-training", "v29-9600-training",
    "v17-7200-short-training", "v17-7200-long-training", "v17-9600-short-training", "v17-9600-long-training",
    "v17-12000-short-training", "v17-12000-long-training", "v17-14400-short-training", "v17-14400-long-training", "v8-ansam",
    "v8-signal", "v34-cntl-channel-1200", "v34-pri-channel", "v34-CC-retrain", "v33-12000-training", "v33-14400-training",
)))  # fmt: skip
DATA = dict(enumerate((
    "v21", "v27-2400", "v27-4800", "v29-7200", "v29-9600", "v17-7200", "v17-9600", "v17-12000", "v17-14400", "v8", "v34-pri-rate",
    "v34-CC-1200", "v34-pri-ch", "v33-12000", "v33-14400",
)))  # fmt: skip
FIELD_TYPES = dict(enumerate((
    "hdlc-data", "hdlc-sig-end", "hdlc-fcs-OK", "hdlc-fcs-BAD", "hdlc-fcs-OK-sig-end", "hdlc-fcs-BAD-sig-end", "t4-non-ecm-data",
    "t4-non-ecm-sig-end", "cm-message", "jm-message", "ci-message", "v34rate",
)))  # fmt: skip
RECOVERY = {0: "secondary-ifp-packets", 1: "fec-info"}
EXTENDED = {0: 16, 1: 9}  # where the values begin that a later edition added, of indicators and of data


def probe(p: Any) -> Any:
    """Whether a description named an endpoint, and the packet fits: a length, and behind it one of two kinds."""
    size = p.u8(2)
    fits = (p.length >= 6) & (size > 0) & (size < 0x80) & (p.uint(size + 3, 1) & 0x7F == 0)
    return (told(p) & 0xFF == T38_PORT) & fits if np.any(fits) else fits


class T38(Layer):
    """A datagram.  What HDLC carries in pieces (T.30) is not put together."""

    name, label, column = "t38", "T.38", "T.38"
    heuristics = ("udp",)
    likely = Likely({2: bytes(range(1, 0x80))})
    probe = probe
    partly = True

    packet = Field("t38.UDPTLPacket_element", "UDPTLPacket", NONE)
    number = Field("t38.seq_number", "seq-number", UINT32)
    primary = Field("t38.primary_ifp_packet_element", "primary-ifp-packet", NONE)
    message = Field("t38.type_of_msg", "type-of-msg", UINT32, names=MESSAGES)
    indicator = Field("t38.t30_indicator", "t30-indicator", UINT32, names=INDICATORS)
    data = Field("t38.t30_data", "t30-data", UINT32, names=DATA)
    items = Field("t38.data_field", "data-field", UINT32)
    item = Field("t38.Data_Field_item_element", "Data-Field item", NONE)
    item_type = Field("t38.field_type", "field-type", UINT32, names=FIELD_TYPES)
    item_data = raw(None, "t38.field_data", "field-data")
    recovery = Field("t38.error_recovery", "error-recovery", UINT32, names=RECOVERY)
    earlier = Field("t38.secondary_ifp_packets", "secondary-ifp-packets", UINT32)
    earlier_item = Field("t38.secondary_ifp_packets_item_element", "secondary-ifp-packets item", NONE)
    parity = Field("t38.fec_info_element", "fec-info", NONE)
    parity_of = Field("t38.fec_npackets", "fec-npackets", INT32)
    parities = Field("t38.fec_data", "fec-data", UINT32)
    length_of = Field("", "Length", UINT32)
    parity_item = raw(None, "t38.fec_data_item", "fec-data item")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with c.group(cls.packet) as c:
            number = c.add(cls.number, 2)
            c.info(f"UDP: UDPTLPacket Seq={number:05} ")
            size = _length(c)
            with c.group(cls.primary, size) as one:
                _packet(one, True)
            kind = c.peek(1) >> 7
            c.add(cls.recovery, 1, value=kind)
            if kind == 0:
                cls._earlier(c)
            else:
                cls._parity(c)
            if c.remaining:
                c.append_info(" [Malformed?]")

    @classmethod
    def _earlier(cls, c: Cursor) -> None:
        for _ in range(_length(c, cls.earlier)):
            size = _length(c)
            with c.group(cls.earlier_item, size) as one:
                _packet(one, False)

    @classmethod
    def _parity(cls, c: Cursor) -> None:
        with c.group(cls.parity) as c:
            size = _length(c)
            c.add(cls.parity_of, size)
            for _ in range(_length(c, cls.parities)):
                size = _length(c)
                c.add(cls.parity_item, size)


def _length(c: Cursor, field: Field | None = None) -> int:
    """A length of PER, or a number of items: an octet, or two whose first begins with 10."""
    wide = c.peek(1) >> 6 == 2
    size: int = c.add(field or T38.length_of, 2 if wide else 1, value=c.peek(2) & 0x3FFF if wide else c.peek(1))
    return size


def _packet(c: Cursor, listed: bool) -> None:
    """A packet of T.38's Internet fax protocol; whether the list tells of it."""
    first = c.peek(1)
    kind, extended = first >> 6 & 1, first >> 5 & 1
    # four bits of what was there from the start; or a bit of its own and six more, which end in the second octet
    if extended:
        which, width = EXTENDED[kind] + (c.peek(2) >> 6 & 0x3F), 2
    else:
        which, width = first >> 1 & 0x0F, 1
    c.add(T38.message, 1, value=kind)
    c.pos -= 1
    c.add(T38.data if kind else T38.indicator, width, value=which)
    if listed:
        names = DATA if kind else INDICATORS
        name = names.get(which, "<unknown>")
        c.append_info(f" data:{name}:" if kind else f" t30ind: {name}")
    if first & 0x80:
        low = False
        for _ in range(_length(c, T38.items)):
            with c.group(T38.item) as one:
                low = _item(one, low, listed)


def _item(c: Cursor, low: bool, listed: bool) -> bool:
    """A field of a packet's data, which begins in the upper or lower half of an octet; whether the next begins in the lower."""
    half = c.peek(1) >> (0 if low else 4) & 0x0F
    kind = half & 7
    c.add(T38.item_type, 1, value=kind)
    if listed:
        c.append_info(f" {FIELD_TYPES[kind]}")
    if half & 8 == 0:
        c.pos -= 0 if low else 1
        return not low
    size = c.add(T38.length_of, 2) + 1
    octets = c.add(T38.item_data, size)
    if listed:
        shown = octets[:7] if size >= 8 else octets
        c.append_info(f"[{shown.hex()}{'...' if size >= 8 else ''}]")
    return False
