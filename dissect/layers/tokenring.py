"""Token Ring (IEEE 802.5; LINKTYPE_IEEE802_5).

     0        7       15                        63                       111
    +--------+--------+-------------------------+------------------------+---------------- - -
    | access | frame  |       destination       |         source         | routing, where the
    | control| control|                         |                        | source's first bit is set
    +--------+--------+-------------------------+------------------------+---------------- - -
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ETHER, HEX, STRING, Expr, Field, alias, ether, flag, raw, u8, u16, where
from dissect.engine.layer import Layer, To

TYPES = {0: "MAC", 1: "LLC", 2: "Reserved", 3: "Unknown"}
FRAMES = {
    0: "Normal buffer", 1: "Express buffer", 2: "Purge", 3: "Claim Token", 4: "Beacon", 5: "Active Monitor Present",
    6: "Standby Monitor Present",
}  # fmt: skip
BROADCASTS = {0: "Non-broadcast", 2: "Non-broadcast", 4: "All-routes broadcast", 6: "Single-route broadcast"}
SIZES = {0: 516, 1: 1500, 2: 2052, 3: 4472, 4: 8144, 5: 11407, 6: 17800, 7: 65535}
_routed: Expr = lambda h: h.sr_bit == 1


class TokenRing(Layer):
    """A frame, with its source's routing."""

    name, label, column = "tr", "Token-Ring", "TR"
    binds = {"linktype": (6,)}
    source, destination = "src", "dst"

    access = u8(0, "tr.ac", "Access Control", HEX)
    priority = u8(0, "tr.priority", "Priority", mask=0xE0, within=access)
    frame = flag(0, "tr.frame", "Frame", 0x10, within=access)
    monitor = u8(0, "tr.monitor_cnt", "Monitor Count", mask=0x08, within=access)
    reservation = u8(0, "tr.priority_reservation", "Priority Reservation", mask=0x07, within=access)
    control = u8(1, "tr.fc", "Frame Control", HEX)
    frame_type = u8(1, "tr.frame_type", "Frame Type", mask=0xC0, within=control, names=TYPES)
    pcf = u8(1, "tr.frame_pcf", "Frame PCF", mask=0x0F, within=control, names=FRAMES)
    dst = ether(2, "tr.dst", "Destination", also=(alias("tr.addr", ETHER, "Source or Destination Address"),))
    src = ether(8, "tr.src", "Source", also=(alias("tr.addr", ETHER, "Source or Destination Address"),))
    sr_bit = u8(8, "", "Source is routed", mask=0x80)
    routed = flag(8, "tr.sr", "Source Routed", 0x80)
    rif_first = u8(lambda h: 14, "", "Routing control", when=_routed)
    rif_bytes = u8(lambda h: 14, "tr.rif_bytes", "RIF Bytes", mask=0x1F, when=_routed)
    broadcast = u8(lambda h: 14, "tr.broadcast", "Broadcast Type", mask=0xE0, when=_routed, names=BROADCASTS, scale=32)
    largest = u8(lambda h: 15, "tr.max_frame_size", "Maximum Frame Size", mask=0x70, when=_routed, scale=16,
                 names={k << 4: str(v) for k, v in SIZES.items()})  # fmt: skip
    direction = u8(lambda h: 15, "tr.direction", "Direction", mask=0x80, when=_routed, scale=128)
    plain_src = ether(None, "tr.src", "Source without the routing bit", hidden=True)
    pairs = Field("tr.rif", "Ring-Bridge Pairs", STRING)
    ring = u16(None, "tr.rif.ring", "RIF Ring", HEX, mask=0xFFF0)
    bridge = u8(None, "tr.rif.bridge", "RIF Bridge", HEX)
    extra = raw(None, "tr.rif.extra", "Extra RIF bytes beyond spec")

    length = lambda h: where(h.sr_bit == 1, 14 + h.rif_bytes, 14)
    next = (To("llc", when=lambda h: h.frame_type == 1), To("trmac", when=lambda h: h.frame_type == 0))

    @staticmethod
    def info(pcf: int) -> str:
        return FRAMES.get(pcf, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        plain = c.data[c.h.start + 8 : c.h.start + 14]
        c.derived(cls.plain_src, bytes((plain[0] & 0x7F, *plain[1:])))
        if not c.h.sr_bit:
            return
        c.skip(2)
        path = ""
        while c.remaining >= 2:
            ring, bridge = c.peek(2) >> 4, c.peek(1, 1) & 0x0F
            path += f"-{ring:03X}" if path else f"{ring:03X}"
            if c.remaining >= 4:
                path += f"-{bridge:X}"
                c.derived(cls.bridge, bridge)
            c.add(cls.ring)
        if path:
            c.derived(cls.pairs, path)


class TokenRingMAC(Layer):
    """The MAC frames of a ring's stations: a length, a class, a command, and subvectors."""

    name, label, column = "trmac", "Token-Ring Media Access Control", "TR MAC"

    length_ = u16(0, "trmac.length", "Total Length")
    destination_class = u8(2, "trmac.dstclass", "Destination Class", HEX, mask=0xF0)
    source_class = u8(2, "trmac.srcclass", "Source Class", HEX, mask=0x0F)
    vector = u8(3, "trmac.mvec", "Major Vector", HEX)
    length = lambda h: h.limit - h.start

    @staticmethod
    def info(vector: int) -> str:
        return f"Major vector 0x{vector:02x}"
