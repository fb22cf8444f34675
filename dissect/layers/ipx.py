"""IPX (Novell's internetwork protocol, after Xerox' IDP).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |       checksum (0xFFFF)       |            length             |
    +---------------+---------------+-------------------------------+
    |     hops      |  packet type  |  destination network (4), node (6), socket (2)
    +---------------+---------------+  source network (4), node (6), socket (2)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DEC,
    ETHER,
    HEX,
    UINT16,
    Expr,
    Field,
    FieldType,
    alias,
    bits,
    ether,
    flag,
    group,
    maximum,
    raw,
    u8,
    u16,
    where,
)
from dissect.engine.layer import By, Layer
from dissect.engine.peek import Likely

PACKET_TYPES = {0: "IPX", 1: "RIP", 2: "Echo", 3: "Error", 4: "PEP", 5: "SPX", 17: "NCP", 20: "NetBIOS Broadcast"}
SOCKETS = {
    0x0451: "NetWare Core Protocol", 0x0452: "Service Advertisement Protocol", 0x0453: "Routing Information Protocol",
    0x0455: "NetBIOS", 0x0456: "Diagnostic", 0x0457: "Serialization", 0x0553: "NWLink SMB Server",
    0x0555: "NWLink SMB Redirector",
}  # fmt: skip

SERVICES = {1: "General Query", 2: "General Response", 3: "Nearest Query", 4: "Nearest Response"}
NAMING = {1: "Find name", 2: "Name recognized", 3: "Check name"}
QUERIES = (1, 3)
STRINGZTRUNC = FieldType("FT_STRINGZTRUNC", "string")
# Wireshark takes what routers and servers say of themselves for a part of IPX: frame.protocols does not name it
_routing: Expr = lambda h: (h.dst_socket == 0x0453) & (h.len >= 32)
_serving: Expr = lambda h: (h.dst_socket == 0x0452) & (h.len >= 32)
_naming: Expr = lambda h: (h.dst_socket == 0x0455) & (h.packet_type == 20) & (h.len == 80)

CORE, UPPER = 0x0451, (0x0455, 0x0457, 0x0550, 0x0551, 0x0552, 0x0553, 0x0554, 0x4001, 0x4003, 0x9001, 0x9004)
SPX = 5
SHOWN = {0x0455: "NBIPX", 0x0457: "NW_SERIAL", 0x0551: "NMPI", 0x0553: "NMPI", 0x0550: "SMB", 0x0552: "SMB", 0x0554: "SMB"}


def _either(h: Any, *sockets: int) -> Any:
    """Whether a packet goes to one of these sockets, or comes from it."""
    found = h.dst_socket == sockets[0]
    for socket in sockets:
        found = found | (h.dst_socket == socket) | (h.src_socket == socket)
    return found


_core: Expr = lambda h: _either(h, CORE) & (h.packet_type != SPX)
# NetBIOS, serial numbers, names, SMB and messages to the shell: they end here, too
_upper: Expr = lambda h: (_core(h) == 0) & _either(h, *UPPER) & (h.packet_type != SPX)

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
    binds = {"llc.dsap": (0x10, 0xE0), "ethertype": (0x8137,), "ppp": (0x002B,), "arcnet": (0xFA,), "null": (23,), "sll.ltype": (1,), "udp.port": (213,), "gre.proto": (0x8137,)}
    heuristics = ("802.3",)
    reaches = ("ncp",)
    likely = Likely.opening(b"\xff\xff")
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

    operation = u16(None, "ipxrip.packet_type", "RIP packet type", names={1: "Request", 2: "Response"})
    rip_request = flag(None, "ipxrip.request", "Request", hidden=True)
    rip_response = flag(None, "ipxrip.response", "Response", hidden=True)
    route = group("", "Route")
    vector = Field("ipxrip.route_vector", "Route Vector", IPXNET, HEX)
    route_hops = u16(None, "ipxrip.hops", "Hops")
    ticks = u16(None, "ipxrip.ticks", "Ticks")
    service = u16(None, "ipxsap.packet_type", "SAP packet type", names=SERVICES)
    server = group("ipxsap.server", "Server")
    server_type = u16(None, "ipxsap.server.type", "Server Type", HEX)
    server_name = Field("ipxsap.server.name", "Server Name", STRINGZTRUNC)
    server_net = Field("ipxsap.server.network", "Network", IPXNET, HEX)
    server_node = ether(None, "ipxsap.server.node", "Node")
    server_socket = u16(None, "ipxsap.server.socket", "Socket", HEX)
    server_hops = u16(None, "ipxsap.server.intermediate_networks", "Intermediate Networks")

    routers = raw(None, "", "Networks on the way", size=32)
    name_flags = u8(None, "nmpi.name_flags", "Name type flag", HEX)
    name_bits = bits(name_flags, "nmpi.name_flags", ("group", "Name", 0x80), ("in_use", "In use", 0x40),
                     ("registered", "Registered", 0x04), ("duplicated", "Duplicated", 0x02),
                     ("deregistered", "Deregistered", 0x01))
    name_packet = u8(None, "nmpi.packettype", "Packet Type", HEX, names=NAMING)
    netbios_name = raw(None, "", "Name", size=16)
    content = raw(None, "", "Data")

    length = lambda h: where(_routing(h) | _serving(h) | _naming(h) | _core(h) | _upper(h), maximum(where(h.len >= 30, h.len, h.limit - h.start), 30), 30)
    total = lambda h: where(h.len >= 30, h.len, h.limit - h.start)
    next = (By("ipx.socket", lambda h: h.dst_socket), By("ipx.socket", lambda h: h.src_socket))

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if _routing(c.h):
            operation = c.add(cls.operation)
            c.derived(cls.rip_request if operation == 1 else cls.rip_response, True)
            cls._says(c, "IPX RIP", {1: "Request", 2: "Response"}.get(operation, "Unknown"))
            while c.remaining >= 8:
                with c.group(cls.route) as c:
                    for field in (cls.vector, cls.route_hops, cls.ticks):
                        c.add(field)
        elif _serving(c.h):
            cls._services(c)
        elif _naming(c.h):
            for field in (cls.routers, cls.name_flags, cls.name_packet, cls.netbios_name):
                c.add(field)
        elif _core(c.h) and c.remaining:
            c.child("ncp", listed=False)
        elif _upper(c.h):
            names = (SHOWN[socket] for socket in (c.h.dst_socket, c.h.src_socket) if socket in SHOWN)
            cls._says(c, next(names, "IPX MSG"), "")
            c.rest(cls.content)

    @staticmethod
    def _says(c: Cursor, protocol: str, text: str) -> None:
        c.info(text)
        c.protocol(protocol)

    @classmethod
    def _services(cls, c: Cursor) -> None:
        service = c.add(cls.service)
        cls._says(c, "IPX SAP", SERVICES.get(service, "Unknown Packet Type"))
        if service in QUERIES:
            c.add(cls.server_type)
        while c.remaining >= 64 and service not in QUERIES:
            with c.group(cls.server) as c:
                c.add(cls.server_type)
                c.add(cls.server_name, 48)
                for field in (cls.server_net, cls.server_node, cls.server_socket, cls.server_hops):
                    c.add(field)
