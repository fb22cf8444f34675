"""Cisco's inter-switch link: a frame of a VLAN within another, before 802.1Q had its tags.

     0                             4  5         6                     12        14
    +------------------------------+------+------+----------------------+---------+
    | destination 01-00-0C-00-00   | type | user |        source        | length  |   as of an 802.3 frame
    +------------------------------+------+------+----------------------+---------+
    |  AA  |  AA  |  03  | high bits of source (3) | VLAN (15), BPDU (1) | index (2) | reserved (2) |
    +--------------------------------------------------------------------------------------------+
    then the frame, with its check sequence

Its first 14 octets look like an 802.3 header: where the destination is ISL's group, `Ethernet` leaves them to this layer.
"""

from __future__ import annotations

from dissect.engine.fields import ETHER, HEX, alias, ether, flag, u8, u16, u24
from dissect.engine.layer import Layer, To

TYPES = {0: "Ethernet", 1: "Token-Ring", 2: "FDDI", 3: "ATM"}
USERS = {0: "Normal Priority", 1: "Priority 1", 2: "Priority 2", 3: "Highest Priority"}


class ISL(Layer):
    """An ISL header and the frame in it."""

    name, label, column = "isl", "Cisco ISL", "ISL"

    dst = ether(0, "isl.dst", "Destination", also=(alias("isl.addr", ETHER, "Source or Destination Address"),))
    type = u8(5, "isl.type", "Type", mask=0xF0, names=TYPES, within=dst, size=1)
    user_eth = u8(5, "isl.user_eth", "User", mask=0x03, names=USERS, within=dst, size=1, when=lambda h: h.type == 0)
    user = u8(5, "isl.user", "User", HEX, mask=0x0F, within=dst, size=1, when=lambda h: h.type != 0)
    src = ether(6, "isl.src", "Source", also=(alias("isl.addr", ETHER, "Source or Destination Address"),))
    len = u16(12, "isl.len", "Length")
    dsap = u8(14, "isl.dsap", "DSAP", HEX)
    ssap = u8(15, "isl.ssap", "SSAP", HEX)
    control = u8(16, "isl.control", "Control", HEX)
    hsa = u24(17, "isl.hsa", "HSA", HEX)
    vlan_id = u16(20, "isl.vlan_id", "VLAN ID", mask=0xFFFE)
    bpdu = flag(20, "isl.bpdu", "BPDU/CDP/VTP", 0x0001, size=2)
    index = u16(22, "isl.index", "Index")
    reserved = u16(24, "isl.reserved", "Reserved", HEX)

    next = (To("eth", when=lambda h: h.type == 0),)
    scope = ("vlan_id",)

    @staticmethod
    def info(vlan_id: int) -> str:
        return f"VLAN ID: {vlan_id}"
