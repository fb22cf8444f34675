"""IPX (Novell's internetwork protocol, after Xerox' IDP).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |       checksum (0xFFFF)       |            length             |
    +---------------+---------------+-------------------------------+
    |     hops      |  packet type  |  destination network (4), node (6), socket (2)
    +---------------+---------------+  source network (4), node (6), socket (2)
"""

from __future__ import annotations

from dissect.engine.fields import DEC, ETHER, HEX, UINT16, Field, FieldType, alias, ether, u8, u16, where
from dissect.engine.layer import By, Layer

PACKET_TYPES = {0: "IPX", 1: "RIP", 2: "Echo", 3: "Error", 4: "PEP", 5: "SPX", 17: "NCP", 20: "NetBIOS Broadcast"}
SOCKETS = {
    0x0451: "NetWare Core Protocol", 0x0452: "Service Advertisement Protocol", 0x0453: "Routing Information Protocol",
    0x0455: "NetBIOS", 0x0456: "Diagnostic", 0x0457: "Serialization", 0x0553: "NWLink SMB Server",
    0x0555: "NWLink SMB Redirector",
}  # fmt: skip

IPXNET = FieldType("FT_IPXNET", "uint", 4)


def _net(at: int, name: str, label: str) -> Field:
    other = Field("ipx.net", "Source or Destination Network", IPXNET, hidden=True)
    return Field(name, label, IPXNET, HEX, at=at, also=(other,))


def _node(at: int, name: str, label: str) -> Field:
    return ether(at, name, label, also=(alias("ipx.node", ETHER, "Source or Destination Node"),))


def _socket(at: int, name: str, label: str) -> Field:
    also = (alias("ipx.socket", UINT16, "Source or Destination Socket"),)
    return u16(at, name, label, HEX, names=SOCKETS, also=also)


class IPX(Layer):
    """An IPX packet's header."""

    name, label, column = "ipx", "Internetwork Packet eXchange", "IPX"
    binds = {"llc.dsap": (0xE0,), "ethertype": (0x8137,), "ppp": (0x002B,), "arcnet": (0xFA,), "null": (23,), "sll.ltype": (1,)}
    heuristics = ("802.3",)
    probe = lambda p: (p.length >= 30) & (p.u16(0) == 0xFFFF)

    checksum = u16(0, "ipx.checksum", "Checksum", HEX)
    len = u16(2, "ipx.len", "Length", DEC, unit="bytes")
    hops = u8(4, "ipx.hops", "Transport Control (Hops)", unit="hops")
    packet_type = u8(5, "ipx.packet_type", "Packet Type", HEX, names=PACKET_TYPES)
    dst_net = _net(6, "ipx.dst.net", "Destination Network")
    dst_node = _node(10, "ipx.dst.node", "Destination Node")
    dst_socket = _socket(16, "ipx.dst.socket", "Destination Socket")
    src_net = _net(18, "ipx.src.net", "Source Network")
    src_node = _node(22, "ipx.src.node", "Source Node")
    src_socket = _socket(28, "ipx.src.socket", "Source Socket")

    total = lambda h: where(h.len >= 30, h.len, h.limit - h.start)
    next = (By("ipx.socket", lambda h: h.dst_socket), By("ipx.socket", lambda h: h.src_socket))
