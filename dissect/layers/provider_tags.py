"""Tags of providers and of virtual switches: 802.1ah's service instance, 802.1BR's E-tag, Cisco's VN-tag.

    802.1ah: priority (3 bits), drop, NCA, reserved (3), I-SID (24); the customer's destination, source, EtherType
    E-tag: priority (3), DEI, ingress E-CID (12); reserved (2), group (2), E-CID (12); two extensions (8 each), EtherType
    VN-tag: direction, pointer, destination (14); looped, reserved, version (2), source (12); EtherType
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, flag, raw, u8, u16, u32
from dissect.engine.layer import By, Layer
from dissect.layers.ethernet import Ethernet, pad
from dissect.layers.names import ETHERTYPES


class _Tag(Layer):
    """What a tag leaves of the frame is its own trailer."""

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        pad(c, Ethernet.padding)
        c.rest(cls.by_attr["trailing"])


class ServiceInstance(_Tag):
    """The backbone's tag."""

    name, label, column = "ieee8021ah", "IEEE 802.1ah", "802.1ah"
    binds = {"ethertype": (0x88E7,)}

    priority = u32(0, "ieee8021ah.priority", "Priority", mask=0xE0000000)
    drop = u32(0, "ieee8021ah.drop", "DROP", mask=0x10000000)
    nca = u32(0, "ieee8021ah.nca", "NCA", mask=0x08000000)
    res1 = u32(0, "ieee8021ah.res1", "RES1", mask=0x04000000)
    res2 = u32(0, "ieee8021ah.res2", "RES2", mask=0x03000000)
    isid = u32(0, "ieee8021ah.isid", "I-SID", mask=0x00FFFFFF)
    to = ether(4, "ieee8021ah.cdst", "C-Destination")
    by = ether(10, "ieee8021ah.csrc", "C-Source")
    etype = u16(16, "ieee8021ah.etype", "Type", HEX, names=ETHERTYPES)
    trailing = raw(None, "ieee8021ah.trailer", "Trailer")
    source, destination = "by", "to"
    next = (By("ethertype", lambda h: h.etype, via="ethertype"),)

    @staticmethod
    def info(priority: int, drop: int, nca: int, res1: int, res2: int, isid: int) -> str:
        return f"PRI: {priority}  Drop: {drop}  NCA: {nca}  Res1: {res1}  Res2: {res2}  I-SID: {isid}"


class ETag(_Tag):
    """A port extender's tag."""

    name, label, column = "etag", "802.1BR E-Tag", "ETAG"
    binds = {"ethertype": (0x893F,)}

    pcp = u16(0, "etag.pcp", "E-PCP", mask=0xE000)
    dei = u16(0, "etag.dei", "E-DEI", mask=0x1000)
    ingress = u16(0, "etag.iecid_base", "Ingress_E-CID_base", HEX, mask=0x0FFF)
    reserved = u16(2, "etag.resv", "Reserved", mask=0xC000)
    group = u16(2, "etag.group", "GRP", mask=0x3000)
    cid = u16(2, "etag.ecid_base", "E-CID_base", HEX, mask=0x0FFF)
    ingress_more = u8(4, "etag.iecid_ext", "Ingress_E-CID_ext", HEX)
    cid_more = u8(5, "etag.ecid_ext", "E-CID_ext", HEX)
    etype = u16(6, "etag.etype", "Type", HEX, names=ETHERTYPES)
    trailing = raw(None, "etag.trailer", "Trailer")
    next = (By("ethertype", lambda h: h.etype, via="ethertype"),)


class VNTag(_Tag):
    """A virtual interface's tag."""

    name, label, column = "vntag", "VN-Tag", "VNTAG"
    binds = {"ethertype": (0x8926,)}

    direction = flag(0, "vntag.dir", "Direction", 0x80000000, size=4)
    pointer = flag(0, "vntag.ptr", "Pointer", 0x40000000, size=4)
    to = u32(0, "vntag.dst", "Destination", mask=0x3FFF0000)
    looped = flag(0, "vntag.looped", "Looped", 0x8000, size=4)
    reserved = u32(0, "vntag.r", "Reserved", mask=0x4000)
    version = u32(0, "vntag.version", "Version", mask=0x3000)
    by = u32(0, "vntag.src", "Source", mask=0x0FFF)
    etype = u16(4, "vntag.etype", "Type", HEX, names=ETHERTYPES)
    trailing = raw(None, "vntag.trailer", "Trailer")
    next = (By("ethertype", lambda h: h.etype, via="ethertype"),)
