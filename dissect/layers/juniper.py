"""What Juniper routers put before captured packets (LINKTYPE_JUNIPER_*): a magic number, flags, extensions.

     0                        23       31                47
    +--------------------------+--------+----------------+----------------------------------------
    | 0x4d4743 ("MGC")         | flags  | length of      | extensions: type (1), length (1), value
    +--------------------------+--------+ extensions     |   both only with flag 0x80
                                        +----------------+----------------------------------------

With flag 0x02 the link layer was taken off and the protocol's number (little-endian) stands in its place.
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT24, Field, u8, u16, u32
from dissect.engine.layer import Layer

MAGIC = 0x4D4743
PAYLOADS = {
    2: "IPv4", 3: "MPLS->IPv4", 4: "IPv4->MPLS", 5: "MPLS", 6: "IPv6", 7: "MPLS->IPv6", 8: "IPv6->MPLS", 200: "PPP",
    201: "OSI", 202: "LLC", 203: "LLC/SNAP", 204: "Ethernet", 205: "ATM OAM Cell", 206: "Q.933", 207: "Frame-Relay",
    208: "C-HDLC",
}  # fmt: skip
LAYERS = {
    2: "ip", 3: "mpls", 4: "ip", 5: "mpls", 6: "ipv6", 7: "mpls", 8: "ipv6", 200: "ppp", 202: "llc", 203: "llc",
    204: "eth", 207: "fr", 208: "chdlc",
}  # fmt: skip
NO_LINK, EXTENDED = 0x02, 0x80


class Juniper(Layer):
    """The header where what follows depends on the interface card: shown as data."""

    name, label, column = "juniper", "Juniper", "Juniper"
    binds = {"linktype": (130, 131, 133, 135, 136, 137)}
    reaches = ("ip", "ipv6", "mpls", "ppp", "llc", "eth", "fr", "chdlc", "data")
    carries: ClassVar[int] = 0

    magic = Field("juniper.magic-number", "Magic Number", UINT24, at=0)
    direction = u8(3, "juniper.direction", "Direction", mask=0x01, names={0: "Out", 1: "In"},
                   when=lambda h: h.magic == MAGIC)  # fmt: skip
    no_link = u8(3, "juniper.l2hdr", "L2 header presence", mask=0x02, names={0: "Present", 1: "None"},
                 when=lambda h: h.magic == MAGIC)  # fmt: skip
    flags = u8(3, "", "Flags")
    unknown = u8(3, "juniper.unknown_flags", "Flags", when=lambda h: h.magic != MAGIC)
    extension_length = u16(None, "juniper.ext_total_len", "Extension(s) Total length")
    ifd = u32(None, "juniper.ext.ifd", "Device Interface Index")
    ifl = u32(None, "juniper.ext.ifl", "Logical Interface Index")
    unit = u32(None, "juniper.ext.unit", "Logical Unit Number")
    media = u16(None, "juniper.ext.ifmt", "Device Media Type")
    encapsulation = u16(None, "juniper.ext.ifle", "Logical Interface Encapsulation")
    ttp_media = u16(None, "juniper.ext.ttp_ifmt", "TTP derived Device Media Type")
    ttp_encapsulation = u16(None, "juniper.ext.ttp_ifle", "TTP derived Logical Interface Encapsulation")
    payload_type = u16(None, "juniper.payload_type", "Payload Type", names=PAYLOADS)

    extensions: ClassVar[dict[int, Field]] = {
        1: ifd, 3: media, 4: ifl, 5: unit, 6: encapsulation, 7: ttp_media, 8: ttp_encapsulation,
    }  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.magic == MAGIC and h.flags & EXTENDED:
            cls._extensions(c)
        kind = cls.carries
        if h.magic == MAGIC and h.flags & NO_LINK:
            kind = c.peek(4, 0, True)
            c.skip(4)
        if kind == 200:
            c.skip(2)
        if kind:
            c.derived(cls.payload_type, kind & 0xFFFF)
        if c.remaining:
            c.child(LAYERS.get(kind, "data"))

    @classmethod
    def _extensions(cls, c: Cursor) -> None:
        end = c.pos + 2 + c.add(cls.extension_length)
        while end - c.pos > 2:
            kind, size = c.peek(1), c.peek(1, 1)
            if not size or size > end - c.pos - 2:
                break
            c.skip(2)
            field = cls.extensions.get(kind)
            if field is not None and size <= 4:
                value = int.from_bytes(c.peek_bytes(size), "little" if kind < 128 else "big")
                c.add(field, size, value & (1 << 8 * field.type.size) - 1)
            else:
                c.skip(size)
        if end > c.pos:
            c.skip(end - c.pos)


class JuniperEthernet(Juniper):
    """Before Ethernet frames, those of PPPoE too."""

    name, label, column = "juniper", "Juniper", "Juniper Ethernet"
    binds = {"linktype": (178, 167)}
    carries: ClassVar[int] = 204


class JuniperPPP(Juniper):
    """Before PPP."""

    name, label, column = "juniper", "Juniper", "Juniper PPP"
    binds = {"linktype": (179,)}
    carries: ClassVar[int] = 200


class JuniperFrameRelay(Juniper):
    """Before frame relay."""

    name, label, column = "juniper", "Juniper", "Juniper Frame-Relay"
    binds = {"linktype": (180,)}
    carries: ClassVar[int] = 207


class JuniperHDLC(Juniper):
    """Before Cisco HDLC."""

    name, label, column = "juniper", "Juniper", "Juniper C-HDLC"
    binds = {"linktype": (181,)}
    carries: ClassVar[int] = 208
