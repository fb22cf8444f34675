"""High availability seamless redundancy (IEC 62439-3): a tag on frames that go around a ring both ways.

    path (4 bits), size (12 bits), sequence number (2), EtherType (2)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, raw, u8, u16
from dissect.engine.layer import By, Layer
from dissect.layers.names import ETHERTYPES

TLVS = {20: "Duplicate Discard", 21: "Duplicate Accept", 22: "HSR Node", 23: "PRP Node", 30: "Redundancy Box",
        31: "VDAN"}  # fmt: skip


class HSR(Layer):
    """The tag."""

    name, label, column = "hsr", "High-availability Seamless Redundancy (IEC62439 Part 3 Chapter 5)", "HSR"
    binds = {"ethertype": (0x892F,)}

    path = u16(0, "hsr.path", "Path", mask=0xF000)
    net = u16(0, "hsr.netid", "Network id", mask=0xE000)
    lane = u16(0, "hsr.laneid", "Lane id", mask=0x1000)
    extent = u16(0, "hsr.lsdu_size", "LSDU size", mask=0x0FFF)
    sequence = u16(2, "hsr.sequence_nr", "Sequence number")
    type = u16(4, "hsr.type", "Type", HEX, names=ETHERTYPES)
    next = (By("ethertype", lambda h: h.type, when=lambda h: h.type > 1500),)


class Supervision(Layer):
    """What nodes say of themselves, for the tables of the others."""

    name, column = "hsr_prp_supervision", "HSR/PRP"
    label = "HSR/PRP Supervision (IEC62439 Part 3)"
    binds = {"ethertype": (0x88FB,)}

    path = u16(0, "hsr_prp_supervision.path", "Path", mask=0xF000)
    version = u16(0, "hsr_prp_supervision.version", "Version", mask=0x0FFF)
    sequence = u16(None, "hsr_prp_supervision.supervision_seqno", "Supervision sequence number")
    kind = u8(None, "hsr_prp_supervision.tlv.type", "TLV type", names=TLVS)
    extent = u8(None, "hsr_prp_supervision.tlv.length", "TLV length")
    mac_a = ether(None, "hsr_prp_supervision.source_mac_address_A", "Source MAC address A")
    mac_b = ether(None, "hsr_prp_supervision.source_mac_address_B", "Source MAC address B")
    mac = ether(None, "hsr_prp_supervision.source_mac_address", "Source MAC address")
    red_box = ether(None, "hsr_prp_supervision.red_box_mac_address", "RedBox MAC address")
    vdan = ether(None, "hsr_prp_supervision.vdan_mac_address", "VDAN MAC address")
    value = raw(None, "", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.version > 0:
            c.add(cls.sequence)
        while c.remaining >= 2:
            kind, size = c.add(cls.kind), c.add(cls.extent)
            if kind == 0:
                break
            if kind in (20, 21, 22, 23) and size == 12:
                c.add(cls.mac_a)
                c.add(cls.mac_b)
            elif kind in (20, 21, 22, 23, 30, 31) and size == 6:
                c.add(cls.red_box if kind == 30 else cls.vdan if kind == 31 else cls.mac)
            else:
                c.add(cls.value, size)
        c.rest(cls.value)
