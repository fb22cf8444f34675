"""Ethernet II and 802.3 (IEEE 802.3-2018, clause 3).

     0                   1                   2
    +-------------------+-------------------+-----------+
    | destination (6)   | source (6)        | type/len  |
    +-------------------+-------------------+-----------+

A number up to 1500 is a length (802.3: LLC follows), from 1536 on an EtherType.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    ETHER,
    HEX,
    UINT24,
    alias,
    ether,
    flag,
    raw,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES


class Ethernet(Layer):
    """An Ethernet frame with its padding, trailer and frame check sequence."""

    name, label, column = "eth", "Ethernet II", "Ethernet"
    binds = {"linktype": (1,)}
    source, destination = "src", "dst"

    dst = ether(0, "eth.dst", "Destination", also=(alias("eth.addr", ETHER, "Address"),))
    dst_oui = u24(0, "eth.dst.oui", "Destination OUI", within=dst, hidden=True,
                  also=(alias("eth.addr.oui", UINT24, "Address OUI"),))
    dst_lg = flag(0, "eth.dst.lg", "LG bit", 0x02, within=dst, size=1, also=(alias("eth.lg", BOOLEAN, "LG bit"),))
    dst_ig = flag(0, "eth.dst.ig", "IG bit", 0x01, within=dst, size=1, also=(alias("eth.ig", BOOLEAN, "IG bit"),))
    src = ether(6, "eth.src", "Source", also=(alias("eth.addr", ETHER, "Address"),))
    src_oui = u24(6, "eth.src.oui", "Source OUI", within=src, hidden=True,
                  also=(alias("eth.addr.oui", UINT24, "Address OUI"),))
    src_lg = flag(6, "eth.src.lg", "LG bit", 0x02, within=src, size=1, also=(alias("eth.lg", BOOLEAN, "LG bit"),))
    src_ig = flag(6, "eth.src.ig", "IG bit", 0x01, within=src, size=1, also=(alias("eth.ig", BOOLEAN, "IG bit"),))
    type = u16(12, "eth.type", "Type", HEX, names=ETHERTYPES, when=lambda h: h.number >= 1536)
    len = u16(12, "eth.len", "Length", when=lambda h: h.number < 1536, unit="bytes")
    number = u16(12, "", "Type or length")
    padding = raw(None, "eth.padding", "Padding")
    trailing = raw(None, "eth.trailer", "Trailer")
    fcs = u32(None, "eth.fcs", "Frame check sequence", HEX)

    payload = lambda h: where(h.number <= 1500, h.number, h.limit - h.start - 14)
    next = (
        By("ethertype", lambda h: h.type, when=lambda h: h.number >= 1536, via="ethertype"),
        To("llc", when=lambda h: h.number <= 1500),
    )

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.trailing)
