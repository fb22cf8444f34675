"""What few networks have above LLC, by service access point or Cisco's protocol number: of each the fixed head.

    Cisco's group management (CGMP), HP's extended LLC, 3Com's XNS, VINES over LLC, IBM's remote program load (RPL),
    X.25 (ISO 8208), also over TCP (XOT, RFC 1613)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, raw, u8, u16, u24, where
from dissect.engine.layer import By, Layer, To
from dissect.engine.messages import Messages
from dissect.layers.named import Named


class CGMP(Layer):
    """Cisco's routers tell switches who listens to a group."""

    name, label, column = "cgmp", "Cisco Group Management Protocol", "CGMP"
    binds = {"llc.cisco_pid": (0x2001,), "ethertype": (0x2001,)}

    version = u8(0, "cgmp.version", "Version", mask=0xF0)
    type = u8(0, "cgmp.type", "Type", mask=0x0F, names={0: "Join", 1: "Leave"})
    reserved = raw(1, "", "Reserved", size=2)
    count = u8(3, "cgmp.count", "Count")
    length = lambda h: h.end - h.start

    unused = raw(None, "", "Reserved", size=2)
    entry = group("", "Entry")
    to_group, station = ether(None, "cgmp.gda", "Group Destination Address"), ether(None, "cgmp.usa", "Unicast Source Address")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 1
        c.add(cls.unused)
        c.pos += 1
        c.info("Cisco Group Management Protocol")
        for _ in range(c.h.count):
            if c.remaining < 12:
                break
            with c.group(cls.entry, 12) as c:
                c.add(cls.to_group)
                c.add(cls.station)
        c.rest(cls.rest)


class HPExtended(Layer):
    """Hewlett-Packard's wider access points, as printers have."""

    name, label, column = "hpext", "HP Extended Local-Link Control", "HPEXT"
    binds = {"llc.dsap": (0xF8,)}

    reserved = u24(0, "hpext.reserved", "Reserved", HEX)
    dxsap, sxsap = u16(3, "hpext.dxsap", "DXSAP", HEX), u16(5, "hpext.sxsap", "SXSAP", HEX)
    next = (By("hpext.dxsap", lambda h: h.dxsap), To("data"))


class ThreeComXNS(Layer):
    """3Com's XNS: an EtherType."""

    name, label, column = "3comxns", "3Com XNS Encapsulation", "3COMXNS"
    binds = {"llc.dsap": (0x80,)}

    kind = u16(0, "3comxns.type", "Type", HEX)
    next = (By("ethertype", lambda h: where(h.kind == 0, 0x0600, h.kind)), To("data"))


class RPL(Named):
    """Stations without disks ask for a program: messages of length (2), type (2), value."""

    name, label, column = "rpl", "Remote Program Load", "RPL"
    binds = {"llc.dsap": (0xFC,)}

    size_of, type = u16(0, "rpl.len", "Length"), u16(2, "rpl.type", "Type")


class X25(Layer):
    """A packet of X.25's third level: group and number of the logical channel, and what it is."""

    name, label, column = "x25", "X.25", "X.25"
    binds = {"llc.dsap": (0x7E,), "ax25.pid": (0x01,)}

    gfi = u16(0, "x25.gfi", "GFI", HEX, mask=0xF000)
    channel = u16(0, "x25.lcn", "Logical Channel", mask=0x0FFF)
    type = u8(2, "x25.type", "Packet Type", HEX)
    contents = raw(None, "", "Contents")
    reaches = ("data",)
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 3
        if c.h.type & 1 == 0:
            c.info(f"Data VC:{c.h.channel} P(S):{c.h.type >> 1 & 7} P(R):{c.h.type >> 5}")
            if c.remaining:
                c.child("data")
        c.rest(cls.contents)


class XOT(Layer):
    """X.25 over TCP."""

    name, label, column = "xot", "X.25 over TCP", "XOT"
    binds = {"tcp.port": (1998,)}
    messages = Messages(header=4, length=lambda p: p.u16(2) + 4)

    version = u16(0, "xot.version", "Version")
    size_of = u16(2, "xot.length", "Length")
    next = (To("x25"),)
