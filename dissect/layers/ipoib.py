"""IP over InfiniBand (RFC 4391; LINKTYPE_IPOIB) and Solaris' IPNET (LINKTYPE_IPNET): what is before an IP packet.

    IPoIB: a global route header of 40 octets, or zeros and from octet 20 on the destination; then
    +-------------------------------+-------------------------------+
    |           EtherType           |           reserved            |
    +-------------------------------+-------------------------------+
    IPNET:
    +---------------+---------------+-------------------------------+
    |    version    |    family     |              hook             |
    +---------------+---------------+-------------------------------+
    |   length; interface; group's interface; zones of both ends    |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.fields import HEX, Expr, ipv6, raw, u8, u16, u24, u32
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES

ROUTED = 6  # the version of a global route header, as of IPv6
_routed: Expr = lambda h: h.first == ROUTED
_plain: Expr = lambda h: h.first != ROUTED
INET, INET6 = 2, 26


class IPoIB(Layer):
    """A packet with InfiniBand's addresses."""

    name, label, column = "ipoib", "IP over Infiniband", "IPoIB"
    binds = {"linktype": (242,)}
    next = (By("ethertype", lambda h: h.type),)

    first = u8(0, "", "Version", mask=0xF0)
    version = u8(0, "ipoib.grh.ipver", "IP Version", mask=0xF0, when=_routed)
    traffic = u16(0, "ipoib.grh.tclass", "Traffic Class", mask=0x0FF0, when=_routed)
    flow = u32(0, "ipoib.grh.flowlabel", "Flow Label", mask=0xFFFFF, when=_routed)
    unused_routed = u8(4, "ipoib.grh.unused", "Unused", when=_routed)
    source_pair = u24(5, "ipoib.grh.sqpn", "Source QPN", HEX, when=_routed)
    source_gid = ipv6(8, "ipoib.grh.sgid", "Source GID", when=_routed)
    unused = raw(0, "ipoib.unused", "Unused", size=21, when=_plain)
    pair = u24(21, "ipoib.daddr.qpn", "Destination QPN", HEX, when=_plain)
    gid = ipv6(24, "ipoib.dgid", "Destination GID")
    type = u16(40, "ipoib.type", "Type", HEX, names=ETHERTYPES)
    reserved = u16(42, "ipoib.reserved", "Reserved", HEX)
    destination = "gid"


class IPNET(Layer):
    """A packet as it passed a hook of Solaris' IP."""

    name, label, column = "ipnet", "Solaris IPNET", "IPNET"
    binds = {"linktype": (226,)}
    next = (To("ip", when=lambda h: h.family == INET), To("ipv6", when=lambda h: h.family == INET6))

    version = u8(0, "ipnet.version", "Header version")
    family = u8(1, "ipnet.family", "Address family", names={INET: "Solaris AF_INET", INET6: "Solaris AF_INET6"})
    hook = u16(2, "ipnet.htype", "Hook type", names={0: "Inbound", 1: "Outbound", 2: "Local"})
    octets_inside = u32(4, "ipnet.pktlen", "Data length")
    interface = u32(8, "ipnet.ifindex", "Interface index")
    group_interface = u32(12, "ipnet.grifindex", "Group interface index")
    source_zone = u32(16, "ipnet.zsrc", "Source Zone ID")
    target_zone = u32(20, "ipnet.zdst", "Destination Zone ID")
