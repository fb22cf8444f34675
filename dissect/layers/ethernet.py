"""Ethernet II and 802.3 (IEEE 802.3-2018, clause 3).

     0                   1                   2
    +-------------------+-------------------+-----------+
    | destination (6)   | source (6)        | type/len  |
    +-------------------+-------------------+-----------+

A number up to 1500 is a length (802.3: LLC follows), from 1536 on an EtherType.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    ETHER,
    HEX,
    HEX_DEC,
    STRING,
    UINT24,
    Field,
    alias,
    ether,
    flag,
    further,
    raw,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import By, Heuristics, Layer, Note, To
from dissect.layers.names import ETHERTYPES
from dissect.layers.streams import conversation_field


def _sized(h: Any) -> Any:
    """Whether the frame has a length where others have a type (802.3); none is 0 octets long: that is a type nobody has."""
    return (h.number <= 1500) & (h.number > 0)


def _typed(h: Any) -> Any:
    """Whether the frame has a type."""
    return (h.number >= 1536) | (h.number == 0)


def _is_isl(h: Any) -> Any:
    """Whether what looks like an 802.3 header is one of Cisco's ISL: it is for 01-00-0C-00-00-xx or 03-00-0C-00-00-xx."""
    return further(
        _sized(h), lambda: (h.dst_end < 256) & ((h.dst_oui == 0x01000C) | (h.dst_oui == 0x03000C))
    )


class Ethernet(Layer):
    """An Ethernet frame with its padding, trailer and frame check sequence."""

    name, label, column = "eth", "Ethernet II", "Ethernet"
    binds = {"linktype": (1,), "sll.ltype": (3,), "ethertype": (0x6558,), "ip.proto": (143,), "gre.proto": (0x6558, 0x6400), "llc.bridged": (1, 7)}
    source, destination = "src", "dst"

    dst = ether(0, "eth.dst", "Destination", also=(
        alias("eth.addr", ETHER, "Address"), alias("eth.dst_resolved", STRING, "Destination (resolved)"),
        alias("eth.addr_resolved", STRING, "Address (resolved)")))
    dst_oui = u24(0, "eth.dst.oui", "Destination OUI", within=dst, hidden=True,
                  also=(alias("eth.addr.oui", UINT24, "Address OUI"),))
    dst_lg = flag(0, "eth.dst.lg", "LG bit", 0x02, within=dst, size=1, also=(alias("eth.lg", BOOLEAN, "LG bit"),))
    dst_ig = flag(0, "eth.dst.ig", "IG bit", 0x01, within=dst, size=1, also=(alias("eth.ig", BOOLEAN, "IG bit"),))
    src = ether(6, "eth.src", "Source", also=(
        alias("eth.addr", ETHER, "Address"), alias("eth.src_resolved", STRING, "Source (resolved)"),
        alias("eth.addr_resolved", STRING, "Address (resolved)")))
    src_oui = u24(6, "eth.src.oui", "Source OUI", within=src, hidden=True,
                  also=(alias("eth.addr.oui", UINT24, "Address OUI"),))
    src_lg = flag(6, "eth.src.lg", "LG bit", 0x02, within=src, size=1, also=(alias("eth.lg", BOOLEAN, "LG bit"),))
    src_ig = flag(6, "eth.src.ig", "IG bit", 0x01, within=src, size=1, also=(alias("eth.ig", BOOLEAN, "IG bit"),))
    type = u16(12, "eth.type", "Type", HEX, names=ETHERTYPES, when=lambda h: _typed(h))
    len = u16(12, "eth.len", "Length", when=lambda h: _sized(h), unit="bytes")
    invalid = u16(12, "eth.invalid_lentype", "Invalid length/type", HEX_DEC,
                  when=lambda h: (h.number > 1500) & (h.number < 1536))
    stream = conversation_field("eth.stream")
    number = u16(12, "", "Type or length")
    dst_end = u24(3, "", "Destination, behind its OUI")
    padding = raw(None, "eth.padding", "Padding")
    trailing = raw(None, "eth.trailer", "Trailer")
    fcs = u32(None, "eth.fcs", "Frame check sequence", HEX)

    odd = _is_isl
    payload = lambda h: where(_sized(h), h.number, h.limit - h.start - 14)
    next = (
        By("ethertype", lambda h: h.number, when=lambda h: _typed(h), via="ethertype"),
        Heuristics("802.3", when=lambda h: _sized(h)),  # IPX without LLC
        To("llc", when=lambda h: _sized(h)),
    )
    notes = (
        Note("eth.src_not_group", "warn", "Protocol",
             "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)", when=lambda h: h.src_ig),
        Note("eth.invalid_lentype.expert", "warn", "Protocol", "Invalid length/type",
             when=lambda h: (h.number > 1500) & (h.number < 1536)),
        Note("eth.len.past_end", "error", "Malformed", "Length field value goes past the end of the payload",
             when=lambda h: _sized(h) & (h.number > h.limit - h.start - 14)),
    )

    info_stays = False

    @staticmethod
    def info() -> str:
        return "Ethernet II"

    @staticmethod
    def column_of(number: int) -> str:
        return f"0x{number:04x}" if number >= 1536 or not number else "Ethernet"

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        return (None, "isl") if _is_isl(h) else None

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, cls.padding)
        # Who captured rarely says whether the check sequence is there: a frame of 64 bytes or more needs no padding,
        # so four bytes behind its payload are taken for it.  An Ethernet frame inside another packet
        # has none, but within Cisco's ISL and frame relay, where RFC 2427's protocol does not deny it.
        around = c.h.outer_header
        whole = c.limit - c.h.start >= 64 if around is None else _keeps_check(around)
        if whole and c.limit - c.pos >= 4:
            trailing = min(c.limit - 4, c.end) - c.pos
            if trailing:
                c.add(cls.trailing, trailing)
            if c.remaining:
                c.add(cls.fcs)
        c.rest(cls.trailing)


def _keeps_check(around: Any) -> bool:
    """Whether a header around a frame says that the frame has kept its check sequence."""
    name, pid = around.layer.name, getattr(around, "pid", 0)
    return name in ("isl", "erf") or (name == "fr" and pid != BARE) or (name in ("llc", "ppp") and pid == BRIDGED)


BRIDGED, BARE = 1, 7  # protocols of RFC 2427's SNAP: a frame with its check sequence, and one without
MINIMUM = 60  # bytes of the shortest frame, without its check sequence


def pad(c: Cursor, field: Field) -> None:
    """Read the zeros that fill up a short frame, at the start of a trailer."""
    outermost = c.h
    while outermost.outer_header is not None and outermost.outer_header.layer.name != "erf":  # a record is no frame
        outermost = outermost.outer_header
    frame = outermost.limit - outermost.start
    size = MINIMUM - (frame - (c.limit - c.pos))
    if frame >= MINIMUM and 0 < size <= c.remaining and not any(c.peek_bytes(size)):
        c.add(field, size)
