"""AppleTalk (Inside AppleTalk, 2nd edition): address resolution, datagram delivery, names.

    AARP: as ARP, with addresses of a byte 0, a network (2) and a node (1)
    DDP:  hop count (4 bits) and length (10), checksum (2), networks (2 + 2), nodes (1 + 1), sockets (1 + 1), type (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT_STRING, Field, ether, flag, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer

OPCODES = {1: "request", 2: "reply", 3: "probe", 16: "request", 32: "reply"}
TYPES = {1: "Routing Table", 2: "Name Binding Protocol", 3: "AppleTalk Transaction Protocol", 4: "AppleTalk Echo Protocol",
         5: "Routing Table", 6: "Zone Information Protocol", 7: "AppleTalk Data Stream Protocol"}  # fmt: skip
SOCKETS = {1: "RTMP", 2: "NIS", 4: "AEP", 6: "ZIP"}
NAMING = {1: "broadcast request", 2: "lookup", 3: "lookup reply", 4: "forward request"}
TRANSACTIONS = {1: "REQ", 2: "REPLY", 3: "RELEASE"}


class AARP(Layer):
    """AppleTalk's address resolution."""

    name, label, column = "aarp", "Appletalk Address Resolution Protocol", "AARP"
    binds = {"ethertype": (0x80F3,), "chdlc": (0x80F3,)}

    hard = u16(0, "aarp.hard.type", "Hardware type", HEX)
    proto = u16(2, "aarp.proto.type", "Protocol type", HEX)
    hard_size = u8(4, "aarp.hard.size", "Hardware size")
    proto_size = u8(5, "aarp.proto.size", "Protocol size")
    opcode = u16(6, "aarp.opcode", "Opcode", names=OPCODES)
    src_mac = ether(None, "aarp.src.hw_mac", "Sender MAC address")
    src_hw = raw(None, "aarp.src.hw", "Sender hardware address")
    src_id = raw(None, "aarp.src.proto_id", "Sender ID", size=4)
    src_proto = raw(None, "aarp.src.proto", "Sender protocol address")
    dst_mac = ether(None, "aarp.dst.hw_mac", "Target MAC address")
    dst_hw = raw(None, "aarp.dst.hw", "Target hardware address")
    dst_id = raw(None, "aarp.dst.proto_id", "Target ID", size=4)
    dst_proto = raw(None, "aarp.dst.proto", "Target protocol address")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        mac, name = h.hard in (1, 6) and h.hard_size == 6, h.proto == 0x809B and h.proto_size == 4
        for ether_, hw, ident, proto in (
            (cls.src_mac, cls.src_hw, cls.src_id, cls.src_proto), (cls.dst_mac, cls.dst_hw, cls.dst_id, cls.dst_proto),
        ):  # fmt: skip
            c.add(ether_ if mac else hw, h.hard_size)
            c.add(ident if name else proto, h.proto_size)
        c.info(OPCODES.get(h.opcode, f"Unknown AARP opcode 0x{h.opcode:04x}"))


class DDP(Layer):
    """A datagram with its long header."""

    name, label, column = "ddp", "Datagram Delivery Protocol", "DDP"
    binds = {"ethertype": (0x809B,), "chdlc": (0x809B,), "ppp": (0x0029,), "arcnet": (0xDD,), "llap": (2,), "null": (16,)}

    hopcount = u16(0, "ddp.hopcount", "Hop count", mask=0x3C00)
    len = u16(0, "ddp.len", "Datagram length", mask=0x03FF)
    checksum = u16(2, "ddp.checksum", "Checksum", HEX)
    dst_net = u16(4, "ddp.dst.net", "Destination Net")
    src_net = u16(6, "ddp.src.net", "Source Net")
    dst_node = u8(8, "ddp.dst.node", "Destination Node")
    src_node = u8(9, "ddp.src.node", "Source Node")
    dst_socket = u8(10, "ddp.dst_socket", "Destination Socket", names=SOCKETS)
    src_socket = u8(11, "ddp.src_socket", "Source Socket", names=SOCKETS)
    type = u8(12, "ddp.type", "Protocol type", names=TYPES)

    total = lambda h: where((h.len >= 13) & (h.len <= h.limit - h.start), h.len, h.limit - h.start)
    next = (By("ddp.type", lambda h: h.type),)


class NBP(Layer):
    """Names and the sockets that have them."""

    name, label, column = "nbp", "Name Binding Protocol", "NBP"
    binds = {"ddp.type": (2,)}

    about = u8(0, "nbp.info", "Info")
    op = u8(0, "nbp.op", "Operation", mask=0xF0, names=NAMING)
    count = u8(0, "nbp.count", "Count", mask=0x0F)
    tid = u8(1, "nbp.tid", "Transaction ID")
    net = u16(None, "nbp.net", "Network")
    node = u8(None, "nbp.node", "Node")
    port = u8(None, "nbp.port", "Port")
    enum = u8(None, "nbp.enum", "Enumerator")
    thing = Field("nbp.object", "Object", UINT_STRING)
    kind = Field("nbp.type", "Type", UINT_STRING)
    zone = Field("nbp.zone", "Zone", UINT_STRING)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(f"Op: {NAMING.get(c.h.op, c.h.op)}  Count: {c.h.count}")
        for _ in range(c.h.count):
            for field in (cls.net, cls.node, cls.port, cls.enum):
                c.add(field)
            for field in (cls.thing, cls.kind, cls.zone):
                size = c.peek(1)
                text = c.peek_bytes(size, 1).decode("mac_roman")
                c.add(field, 1 + size, text)


class ATP(Layer):
    """A transaction: a request for up to eight answers."""

    name, label, column = "atp", "AppleTalk Transaction Protocol packet", "ATP"
    binds = {"ddp.type": (3,)}

    control = u8(0, "atp.ctrlinfo", "Control info", HEX)
    function = u8(0, "atp.function", "Function", mask=0xC0, names=TRANSACTIONS, within=control)
    xo = flag(0, "atp.xo", "XO", 0x20, within=control)
    eom = flag(0, "atp.eom", "EOM", 0x10, within=control)
    sts = flag(0, "atp.sts", "STS", 0x08, within=control)
    timer = u8(0, "atp.treltimer", "TRel timer", mask=0x07, within=control,
               when=lambda h: (h.function == 1) & (h.control & 0x20 != 0))
    bitmap = u8(1, "atp.bitmap", "Bitmap", HEX)
    tid = u16(2, "atp.tid", "TID")
    user = u32(4, "", "User bytes", HEX)
    next = (By("atp", lambda h: 0),)
