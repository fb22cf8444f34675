"""IEEE 1905.1, the abstraction of a home's networks.

    version (1), reserved (1), type (2), id (2), fragment (1), flags (1); TLVs: type (1), length (2, the low 14 bits), value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, ether, group, raw, u8, u16
from dissect.engine.layer import Layer

TYPES = {
    0: "Topology discovery", 1: "Topology notification", 2: "Topology query", 3: "Topology response",
    4: "Vendor specific", 5: "Link metric query", 6: "Link metric response", 7: "AP autoconfiguration search",
    8: "AP autoconfiguration response", 9: "AP autoconfiguration Wi-Fi simple configuration (WSC)",
    10: "AP autoconfiguration renew", 11: "1905 push button event notification", 12: "1905 push button join notification",
    13: "Higher Layer query", 14: "Higher Layer response", 15: "Interface power change request",
    16: "Interface power change response", 17: "Generic phy query", 18: "Generic phy response",
}  # fmt: skip
END, AL_ADDRESS, ADDRESS = 0, 1, 2


class IEEE1905(Layer):
    """One message, or a fragment of it."""

    name, label, column = "ieee1905", "IEEE 1905.1a", "ieee1905"
    binds = {"ethertype": (0x893A,)}

    version = u8(0, "ieee1905.message_version", "Message version")
    reserved = u8(1, "ieee1905.message_reserved", "Message reserved")
    type = u16(2, "ieee1905.message_type", "Message type", HEX, names=TYPES)
    id = u16(4, "ieee1905.message_id", "Message id", HEX)
    fragment = u8(6, "ieee1905.fragment_id", "Fragment id", HEX)
    flags = u8(7, "ieee1905.flags", "Flags", HEX)
    flags_bits = bits(
        flags, "ieee1905", ("last_fragment", "Last fragment", 0x80), ("relay_indicator", "Relay indicator", 0x40)
    )
    length = lambda h: h.end - h.start

    tlv = group("", "TLV")
    kind = u8(None, "ieee1905.tlv_type", "TLV type", HEX)
    size_of = u16(None, "ieee1905.tlv_length", "TLV length")
    size_reserved = u16(None, "ieee1905.tlv_length.reserved", "TLV length reserved", HEX, mask=0xC000, within=size_of)
    size_length = u16(None, "ieee1905.tlv_length.length", "TLV length length", mask=0x3FFF, within=size_of)
    al_address = ether(None, "ieee1905.1905_al_mac_addr", "1905 AL MAC address type")
    address = ether(None, "ieee1905.mac_addr", "MAC address type")
    piece = raw(None, "ieee1905.fragment.data", "Fragment Data")
    other = raw(None, "", "Padding")

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        if c.h.fragment or not c.h.flags & 0x80:
            c.rest(cls.piece)
            return
        kind = -1
        while kind != END and c.remaining >= 3:
            kind, size = c.peek(1), c.peek(2, 1) & 0x3FFF
            with c.group(cls.tlv, 3 + size) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                if kind in (AL_ADDRESS, ADDRESS) and size >= 6:
                    c.add(cls.al_address if kind == AL_ADDRESS else cls.address)
        c.rest(cls.other)
