"""VLAN tags (IEEE 802.1Q-2018, clause 9): customer tags (0x8100, old QinQ 0x9100) and service tags (802.1ad, 0x88a8).

     0                   1                   2                   3
    +-----+-+-----------------------+-------------------------------+
    | PRI |D|        VLAN id        |        type or length         |
    +-----+-+-----------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, raw, u16, where
from dissect.engine.layer import By, Heuristics, Layer, Note, To
from dissect.layers.ethernet import Ethernet, pad
from dissect.layers.names import ETHERTYPES

PRIORITIES = {
    0: "Best Effort (default)", 1: "Background", 2: "Spare", 3: "Excellent Effort", 4: "Controlled Load",
    5: "Video, < 100ms latency and jitter", 6: "Voice, < 10ms latency and jitter", 7: "Network Control",
}  # fmt: skip


class VLAN(Layer):
    """An 802.1Q tag.  What follows the payload is the tag's trailer, not the frame's."""

    name, label, column = "vlan", "802.1Q Virtual LAN", "VLAN"
    binds = {"ethertype": (0x8100, 0x9100, 0x9200, 0x9300)}

    priority = u16(0, "vlan.priority", "Priority", mask=0xE000, names=PRIORITIES)
    dei = flag(0, "vlan.dei", "DEI", 0x1000, size=2)
    id = u16(0, "vlan.id", "ID", mask=0x0FFF)
    scope = ("id",)
    etype = u16(2, "vlan.etype", "Type", HEX, names=ETHERTYPES, when=lambda h: h.number > 1500)
    len = u16(2, "vlan.len", "Length", when=lambda h: h.number <= 1500, unit="bytes")
    number = u16(2, "", "Type or length")
    trailing = raw(None, "vlan.trailer", "Trailer")

    payload = lambda h: where(h.number <= 1500, h.number, h.limit - h.start - 4)
    next = (
        By("ethertype", lambda h: h.number, when=lambda h: h.number > 1500, via="ethertype"),
        Heuristics("802.3", when=lambda h: h.number <= 1500),  # IPX without LLC
        To("llc", when=lambda h: h.number <= 1500),
    )
    notes = (
        Note("vlan.len.past_end", "error", "Malformed", "Length field value goes past the end of the payload",
             when=lambda h: (h.number <= 1500) & (h.number > h.limit - h.start - 4)),
    )

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.trailing)

    @staticmethod
    def info(priority: int, dei: bool, id: int) -> str:
        return f"PRI: {priority} DEI: {dei:d} ID: {id}"


class ServiceTag(Layer):
    """An 802.1ad service tag: the outer one of two."""

    name, label, column = "ieee8021ad", "IEEE 802.1ad", "802.1ad"
    binds = {"ethertype": (0x88A8,)}

    priority = u16(0, "ieee8021ad.priority", "Priority", mask=0xE000)
    dei = u16(0, "ieee8021ad.dei", "DEI", mask=0x1000)
    id = u16(0, "ieee8021ad.id", "ID", mask=0x0FFF)
    scope = ("id",)
    etype = u16(2, "ieee8021ah.etype", "Type", HEX, names=ETHERTYPES)

    trailing = raw(None, "ieee8021ah.trailer", "Trailer")

    next = (By("ethertype", lambda h: h.etype, via="ethertype"),)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.trailing)

    @staticmethod
    def info(priority: int, dei: int, id: int) -> str:
        return f"PRI: {priority} DROP: {dei} ID: {id}"
