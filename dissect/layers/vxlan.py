"""VXLAN (RFC 7348, group policy: draft-smith-vxlan-group-policy) and VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).

 0                   1                   2                   3
+-------------------------------+-------------------------------+
|             flags             |       group policy id         |   VXLAN
+---------------+---------------+---------------+---------------+
|     flags     |           reserved            | next protocol |   GPE
+---------------+-------------------------------+---------------+
|       VXLAN network identifier (VNI)          |   reserved    |
+-----------------------------------------------+---------------+
"""

from __future__ import annotations

from dissect.engine.fields import HEX, flag, u8, u16, u24
from dissect.engine.layer import Layer, To

NEXT_PROTOCOLS = {1: "IPv4", 2: "IPv6", 3: "Ethernet", 4: "Network Service Header", 5: "MPLS"}


class VXLANGPE(Layer):
    """The generic protocol extension: the header says what is inside."""

    name, label, column = "vxlan", "Virtual eXtensible Local Area Network", "VxLAN"
    binds = {"udp.port": (4790,)}

    flags = u8(0, "vxlan.flags", "Flags", HEX)
    ver = u8(0, "vxlan.ver", "Version", mask=0x30, within=flags)
    i_bit = u8(0, "vxlan.i_bit", "Instance", mask=0x08, within=flags)
    p_bit = u8(0, "vxlan.p_bit", "Next Protocol Bit", mask=0x04, within=flags)
    o_bit = u8(0, "vxlan.o_bit", "OAM bit", mask=0x01, within=flags)
    flags_reserved = u8(0, "vxlan.flags_reserved", "Reserved(R)", HEX, mask=0xC2, within=flags)
    reserved_16 = u16(1, "vxlan.reserved_16", "Reserved")
    next_proto = u8(3, "vxlan.next_proto", "Next Protocol", names=NEXT_PROTOCOLS)
    vni = u24(4, "vxlan.vni", "VXLAN Network Identifier (VNI)")
    reserved8 = u8(7, "vxlan.reserved8", "Reserved")

    next = (
        To("ip", when=lambda h: h.next_proto == 1),
        To("ipv6", when=lambda h: h.next_proto == 2),
        To("eth", when=lambda h: h.next_proto == 3),
        To("nsh", when=lambda h: h.next_proto == 4),
        To("mpls", when=lambda h: h.next_proto == 5),
    )
    scope = ("vni",)


class VXLAN(Layer):
    """A VXLAN header: an Ethernet frame is inside.  8472 is the port of Linux from before 4789 was assigned."""

    name, label, column = "vxlan", "Virtual eXtensible Local Area Network", "VxLAN"
    binds = {"udp.port": (4789, 8472)}

    flags = u16(0, "vxlan.flags", "Flags", HEX)
    flag_g = flag(0, "vxlan.flag_g", "GBP Extension", 0x8000, within=flags)
    flag_i = flag(0, "vxlan.flag_i", "VXLAN Network ID (VNI)", 0x0800, within=flags)
    flag_d = flag(0, "vxlan.flag_d", "Don't Learn", 0x0040, within=flags)
    flag_a = flag(0, "vxlan.flag_a", "Policy Applied", 0x0008, within=flags)
    flags_reserved = u16(0, "vxlan.flags_reserved", "Reserved(R)", HEX, mask=0x77B7, within=flags)
    gbp = u16(2, "vxlan.gbp", "Group Policy ID")
    vni = u24(4, "vxlan.vni", "VXLAN Network Identifier (VNI)")
    reserved8 = u8(7, "vxlan.reserved8", "Reserved")

    next = (To("eth"),)
    scope = ("vni",)
