"""DECnet phase IV's routing layer (DEC's "DNA Phase IV Routing Layer Functional Specification").  Numbers are little-endian.

    length (2), [padding: 1xxxxxxx], flags (1): bit 0 a control message, whose type bits 1 to 3 tell
    hello:  version (3), id (6), information (1), block size (2) …      data: long or short addresses, then NSP
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, Field, ether, flag, raw, u8, u16
from dissect.engine.layer import Layer

CONTROLS = {
    0: "Initialization message", 1: "Verification message", 2: "Hello and test message", 3: "Level 1 routing message",
    4: "Level 2 routing message", 5: "Ethernet router hello message", 6: "Ethernet endnode hello message",
}  # fmt: skip
NODE_TYPES = {
    1: "Level 2 router", 2: "Level 1 router", 3: "End node",
}  # fmt: skip
SERVICES = {
    0x0: "Data segment continuation", 0x4: "Data acknowledgement message", 0x8: "NOP", 0x10: "Link service message",
    0x14: "Other data acknowledgement message", 0x18: "Connect initiate", 0x20: "Beginning of segment message",
    0x24: "Connect acknowledgement message", 0x28: "Connect confirm", 0x30: "Interrupt message",
    0x38: "Disconnect initiate", 0x40: "End of segment message", 0x48: "Disconnect confirm",
    0x60: "Begin of segment / End of segment", 0x68: "Retransmitted connect initiate",
}  # fmt: skip
SAID = {
    0: "Initialization message", 1: "Verification message", 2: "Hello and test message", 3: "Level 1 routing message",
    4: "Level 2 routing message", 5: "Router Hello message", 6: "Endnode Hello message",
}  # fmt: skip
ROUTER, END_NODE, SHORT, LONG, PADDED = 5, 6, 2, 6, 0x80


class DECnet(Layer):
    """A packet on Ethernet."""

    name, label, column = "dec_dna", "DEC DNA Routing Protocol", "DEC DNA"
    binds = {"ethertype": (0x6003,)}

    padding = raw(None, "", "Padding")
    flags = u8(None, "dec_dna.flags", "Routing flags", HEX)
    control = flag(None, "dec_dna.flags.control", "Control packet")
    kind = u8(None, "dec_dna.rt.msg_type", "Routing control message", HEX, mask=0x0E, names=CONTROLS)
    message_length = u8(None, "dec_dna.flags.msglen", "Long data packet format", HEX, mask=0x06)
    version = Field("dec_dna.ctl.version", "Routing Layer Version", NONE, size=3)
    id = ether(None, "dec_dna.ctl.id", "Transmitting system ID")
    information = u8(None, "dec_dna.ctl.tiinfo", "Routing information", HEX)
    node_type = u8(0, "dec_dna.ctl.iinfo.node_type", "Node type", HEX, mask=0x03, within=information, names=NODE_TYPES)
    block = u16(None, "dec_dna.ctl.blk_size", "Block size", little=True)
    priority = u8(None, "dec_dna.ctl.prio", "Routing priority", HEX)
    seed = raw(None, "dec_dna.ctl.seed", "Verification seed", size=8)
    neighbor = ether(None, "dec_dna.ctl_neighbor", "Neighbor")
    timer = u16(None, "dec_dna.ctl.timer", "Hello timer(seconds)", little=True)
    to_node = u16(None, "dec_dna.dst_node", "Destination node", HEX, little=True)
    from_node = u16(None, "dec_dna.src_node", "Source node", HEX, little=True)
    visited = u8(None, "dec_dna.vst_node", "Nodes visited ty this package")
    service = u8(None, "dec_dna.nsp.msg_type", "DNA NSP message", HEX, names=SERVICES)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        c.add(cls.padding, 2)
        if c.peek(1) & PADDED:
            c.add(cls.padding, c.peek(1) & 0x7F or 1)
        flags = c.peek(1)
        with c.group(cls.flags, 1, value=flags) as c:
            c.add(cls.kind if flags & 1 else cls.message_length, 1, value=flags >> 1 & (7 if flags & 1 else 3))
        if flags & 1:
            kind = flags >> 1 & 7
            c.pos -= 1
            c.add(cls.control, 1, value=True)
            c.info(f"Routing control, {SAID.get(kind, 'Unknown')}")
            if kind in (ROUTER, END_NODE):
                cls._hello(c, kind)
        elif flags & 7 == SHORT:
            c.info("NSP message")
            for field in (cls.to_node, cls.from_node, cls.visited):
                c.add(field)
            cls._service(c)
        else:
            c.info("Data packet")
        c.rest(cls.other)

    @classmethod
    def _service(cls, c: Cursor) -> None:
        """The head of a network service message: its type, and the links it goes between."""
        if c.remaining >= 5:
            c.add(cls.service, 1, value=c.peek(1) & 0x7F)
            c.add(cls.to_node)
            c.add(cls.from_node)

    @classmethod
    def _hello(cls, c: Cursor, kind: int) -> None:
        numbers = ".".join(str(number) for number in c.peek_bytes(3))
        c.add(cls.version, 3, text=f"{cls.version.label}: {numbers}")
        for field in (cls.id, cls.information, cls.block):
            c.add(field)
        if kind == ROUTER:
            c.add(cls.priority)
            c.add(cls.other, 1)
            c.add(cls.timer)
            return
        c.add(cls.other, 1)
        for field in (cls.seed, cls.neighbor, cls.timer):
            c.add(field)
