"""Linux netfilter's log messages (LINKTYPE_NFLOG): a header and attributes, in the order of the logging host.

     0       7 8      15 16             31
    +---------+---------+-----------------+
    | family  | version |   resource id   |
    +---------+---------+-----------------+
      attributes: length (2), type (2), value, padded to 32 bits
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, BYTES, HEX, Field, i32, raw, stringz, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.names import ETHERTYPES

FAMILIES = {0: "NONE", 2: "IPv4", 7: "BRIDGE", 10: "IPv6"}
TYPES = {
    1: "NFULA_PACKET_HDR", 2: "NFULA_MARK", 3: "NFULA_TIMESTAMP", 4: "NFULA_IFINDEX_INDEV", 5: "NFULA_IFINDEX_OUTDEV",
    6: "NFULA_IFINDEX_PHYSINDEV", 7: "NFULA_IFINDEX_PHYSOUTDEV", 8: "NFULA_HWADDR", 9: "NFULA_PAYLOAD",
    10: "NFULA_PREFIX", 11: "NFULA_UID", 12: "NFULA_SEQ", 13: "NFULA_SEQ_GLOBAL", 14: "NFULA_GID", 15: "NFULA_HWTYPE",
    16: "NFULA_HWHEADER", 17: "NFULA_HWLEN",
}  # fmt: skip
HOOKS = {0: "Pre-routing", 1: "Local in", 2: "Forward", 3: "Local out", 4: "Post-routing"}
PAYLOADS = {2: "ip", 10: "ipv6"}


class NFLOG(Layer):
    """A logged packet with what netfilter knew of it."""

    name, label, column = "nflog", "Linux Netfilter NFLOG", "NFLOG"
    binds = {"linktype": (239,)}
    reaches = ("ip", "ipv6")

    family = u8(0, "nflog.family", "Family", names=FAMILIES)
    version = u8(1, "nflog.version", "Version")
    res_id = u16(2, "nflog.res_id", "Resource id")
    tlv = Field("nflog.tlv", "TLV", BYTES)
    tlv_length = u16(None, "nflog.tlv_length", "Length")
    tlv_length_little = u16(None, "nflog.tlv_length", "Length", little=True)
    tlv_type = u16(None, "nflog.tlv_type", "Type", mask=0x7FFF, names=TYPES)
    tlv_type_little = u16(None, "nflog.tlv_type", "Type", mask=0x7FFF, names=TYPES, little=True)
    protocol_ = u16(None, "nflog.protocol", "HW protocol", HEX, names=ETHERTYPES)
    hook = u8(None, "nflog.hook", "Netfilter hook", names=HOOKS)
    indev = u32(None, "nflog.ifindex_indev", "IFINDEX_INDEV")
    outdev = u32(None, "nflog.ifindex_outdev", "IFINDEX_OUTDEV")
    physindev = u32(None, "nflog.ifindex_physindev", "IFINDEX_PHYSINDEV")
    physoutdev = u32(None, "nflog.ifindex_physoutdev", "IFINDEX_PHYSOUTDEV")
    prefix = stringz(None, "nflog.prefix", "Prefix")
    uid = i32(None, "nflog.uid", "UID")
    gid = i32(None, "nflog.gid", "GID")
    timestamp = Field("nflog.timestamp", "Timestamp", ABSOLUTE_TIME, size=16)
    value_bytes = raw(None, "nflog.tlv_value", "Value")

    simple = {4: indev, 5: outdev, 6: physindev, 7: physoutdev, 10: prefix, 11: uid, 14: gid}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        little = cls._little(c)
        while c.limit - c.pos >= 4:
            size = c.peek(2, 0, little)
            kind = c.peek(2, 2, little) & 0x7FFF
            if size < 4:
                break
            with c.group(cls.tlv, size):
                c.add(cls.tlv_length_little if little else cls.tlv_length)
                c.add(cls.tlv_type_little if little else cls.tlv_type)
                if kind == 9:
                    c.child(PAYLOADS.get(c.h.family, "data"))
                else:
                    cls._value(c, kind)
            if c.remaining and size % 4:
                c.skip(min(-size % 4, c.remaining))

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 1 and c.remaining >= 3:
            c.add(cls.protocol_)
            c.add(cls.hook)
        elif kind == 3 and c.remaining >= 16:
            c.add(cls.timestamp, 16, c.peek(8) * 1_000_000_000 + c.peek(8, 8) * 1000)
        elif kind in cls.simple and (kind == 10 or c.remaining >= 4):
            c.add(cls.simple[kind], c.remaining if kind == 10 else 4)
        else:
            c.rest(cls.value_bytes)

    @staticmethod
    def _little(c: Cursor) -> bool:
        """Whether walking the attributes in little-endian order ends where the packet does."""
        pos = c.pos
        while c.end - pos >= 4:
            size = int.from_bytes(c.data[pos : pos + 2], "little")
            if size < 4:
                return False
            pos += size + -size % 4
        return pos >= c.end
