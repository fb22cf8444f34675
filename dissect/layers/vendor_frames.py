"""What some vendors put into Ethernet frames of their own EtherTypes, or before frames that they tunnel or copy.

    Aruba's instant access points and eero's among themselves, Palo Alto's heartbeats over the management port;
    before a frame: Gigamon's header, VMware's Lab Manager, Extreme's
    internal captures; around a frame of Fibre Channel: Cisco's port analyzer adapter (Boardwalk)
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    DEC_HEX,
    HEX,
    REST,
    Field,
    bits,
    ether,
    flag,
    i16,
    ipv4,
    raw,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import By, Layer, Note, To


class ArubaInstant(Layer):
    """Aruba's access points without a controller."""

    name, label, column = "aruba_iap", "Aruba Instant AP Protocol", "IAP"
    binds = {"ethertype": (0x8FFD,)}
    accepts = lambda p: p.u16(0) == 0xBEEF

    magic = u16(0, "aruba_iap.magic", "Magic", HEX)
    version, type = u8(2, "aruba_iap.version", "Version"), u8(3, "aruba_iap.type", "Type")
    size_of, number = u8(4, "aruba_iap.length", "Length"), u8(5, "aruba_iap.id", "Id")
    status, uptime = u8(None, "aruba_iap.status", "Status"), u32(None, "aruba_iap.uptime", "Uptime")
    controller = ipv4(None, "aruba_iap.vc_ip", "VC IP")
    model = u8(None, "aruba_iap.model", "Model", DEC_HEX)
    vlan = u16(None, "aruba_iap.pvid", "PVID (Port Vlan ID)")
    unknown = u32(None, "aruba_iap.unknown.uint", "Unknown", DEC_HEX)
    rest = raw(None, "aruba_iap.unknown.bytes", "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("Aruba Instant AP")
        if c.h.type in (3, 4, 5, 7):
            for field in (cls.status, cls.uptime, cls.controller, cls.model, cls.vlan, cls.unknown):
                c.add(field)
        c.rest(cls.rest)


class Eero(Layer):
    """eero's access points."""

    name, label, column = "eero", "EERO Protocol", "EERO"
    binds = {"ethertype": (0x9104,)}

    type = u8(0, "eero.type", "Type")
    sender = ether(1, "eero.hw_mac", "Sender MAC address")
    content = raw(7, "eero.data", "Data", size=REST)
    length = lambda h: h.end - h.start


class HeartbeatBackup(Layer):
    """Palo Alto's heartbeats: six octets before an EtherType."""

    name, label, column = "hbbak", "Palo Alto Heartbeat Backup", "PA-HB-Bak"
    binds = {"ethertype": (0x8988,)}

    unknown = raw(0, "hbbak.unknown1", "Unknown1", size=6)
    kind = u16(6, "hbbak.etype", "Type", HEX)
    next = (By("ethertype", lambda h: h.kind, via="ethertype"),)

    @staticmethod
    def info() -> str:
        return "Palo Alto Heartbeat Backup"


PARTS = {"plfm": "Platform Id", "gid": "Group Id", "bid": "Box Id", "sid": "Slot Id", "pid": "Port Id"}


def _parts(word: Field, **masks: int) -> tuple[Field, ...]:
    """What a port's number is made of."""
    return tuple(
        Field(f"{word.name}_{part}", PARTS[part], word.type, mask=mask, at=0, within=word) for part, mask in masks.items()
    )


class GigamonHeader(Layer):
    """What Gigamon's taps say of a frame: type (1), size (1), value each; then the EtherType."""

    name, label, column = "gmhdr", "Gigamon Header", "GMHDR"
    binds = {"ethertype": (0x22E5,)}

    size_of = u8(0, "", "Length of the header")
    kind = u16(lambda h: h.size_of, "gmhdr.etype", "Type", HEX)
    original_size = u16(None, "gmhdr.pktsize", "Original Packet Size")
    short_port = u24(None, "gmhdr.srcport_g", "Src Port", HEX)
    short_port_bits = _parts(short_port, plfm=0xF80000, gid=0x78000, bid=0x7C00, pid=0x3FF)
    port = u32(None, "gmhdr.srcport", "Src Port", HEX)
    port_bits = _parts(port, plfm=0xFC000000, gid=0x3C00000, bid=0x3F0000, sid=0xFC00, pid=0x3FF)
    stamp = Field("gmhdr.timestamp", "Time Stamp", ABSOLUTE_TIME)
    check = u32(None, "gmhdr.crc", "Original CRC", HEX)
    generic = raw(None, "gmhdr.generic", "Generic Field")
    known: ClassVar = {1: original_size, 2: short_port, 3: stamp, 4: stamp, 5: stamp, 6: stamp, 7: check, 8: port}
    length = lambda h: h.size_of + 2
    next = (By("ethertype", lambda h: h.kind, via="ethertype"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        last = c.h.start + c.h.size_of
        c.pos = c.h.start
        c.skip(1)
        while last - c.pos > 1:
            kind, size = c.peek(1), c.peek(1, 1)
            c.skip(2)
            field = cls.known.get(kind, cls.generic)
            if field is cls.stamp and size == 8:
                c.add(field, size, c.peek(4) * 1_000_000_000 + c.peek(4, 4))
            elif field is cls.generic or size == field.size:
                c.add(field, size)
            else:
                c.note("error", "Malformed", f"Field length {size} invalid", "gmhdr.field_length_invalid")
                c.skip(size)


class LabManager(Layer):
    """VMware's Lab Manager keeps networks apart."""

    name, label, column = "vmlab", "VMware Lab Manager", "VMLAB"
    binds = {"ethertype": (0x88DE,)}

    unknown = u8(0, "vmlab.unknown1", "Unknown", HEX, mask=0xF8)
    fragment = u8(0, "vmlab.fragment", "More Fragments", mask=0x04)
    unknown_too = u8(0, "vmlab.unknown2", "Unknown", HEX, mask=0x03)
    group = u8(1, "vmlab.pgrp", "Portgroup")
    address = ether(4, "vmlab.addr", "Address")
    dst, src = ether(10, "vmlab.dst", "Destination"), ether(16, "vmlab.src", "Source")
    kind = u16(22, "vmlab.subtype", "Encapsulated Type", HEX)
    length = lambda h: 24
    next = (By("ethertype", lambda h: h.kind, via="ethertype"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 2
        c.skip(2)


class ExtremeHeader(Layer):
    """Where a frame in a capture inside an Extreme switch came from or goes."""

    name, label, column = "exeh", "EXtreme extra Eth Header", "EXEH"
    binds = {"ethertype": (0xE555,)}

    unknown_0 = raw(0, "exeh.unknown00", "Unknown_00", size=2)
    module1, port1 = u16(2, "exeh.module1", "Module"), u16(4, "exeh.port1", "Port")
    module2, port2 = u16(6, "exeh.module2", "Module"), u16(8, "exeh.port2", "Port")
    unknown_10 = raw(10, "exeh.unknown10", "Unknown_10 (incoming specific?)", size=7)
    unknown_17 = u8(17, "exeh.unknown17", "Unknown_17", HEX, mask=0xFD)
    tagged = flag(17, "exeh.unknown17.dot1q", "Unknown_17 (Add dot1Q?)", 0x02)
    unknown_18 = raw(18, "exeh.unknown18", "Unknown_18 (outgoing specific?)", size=4)
    unknown_22 = u16(22, "exeh.unknown22", "Add VLAN ID?", names={0: "No tag or VLAN ID = 0", 15: "Has VLAN ID"})
    origin = u16(24, "exeh.framesource", "Frame source", HEX, names={0: "CPU", 0x4248: "Broadcom Hardware"})
    vlan = u16(26, "exeh.vlan", "Transport VLAN")
    unknown_28 = raw(28, "exeh.unknown28", "Unknown_28", size=2)
    direction = u16(30, "exeh.direction", "Direction", HEX, names={7: "Incoming", 255: "Outgoing"})
    unknown_32 = raw(32, "exeh.unknown32", "Unknown_32", size=2)
    kind = u16(34, "exeh.etype", "Etype", HEX)
    size_of = i16(36, "exeh.etypelen", "Length", when=lambda h: h.kind == 0x8100)
    other = u16(36, "exeh.etypedata", "Etype data", HEX, when=lambda h: h.kind != 0x8100)
    length = lambda h: 38
    next = (To("eth"),)
    notes = (
        Note("exeh.unequal_ports", "warn", "Protocol", "Unequal ports",
             when=lambda h: ((h.direction != 255) | (h.module2 != 0)) & ((h.module1 != h.module2) | (h.port1 != h.port2))),
        Note("exeh.incoming_framesource", "warn", "Protocol", "Incoming framesource non-zero",
             when=lambda h: (h.direction == 7) & (h.origin != 0)),
        Note("exeh.outgoing_framesource", "warn", "Protocol", "Outgoing framesource unknown magic",
             when=lambda h: (h.direction != 7) & (h.origin != 0) & (h.origin != 0x4248)),
        Note("exeh.unexpected_value", "warn", "Protocol", "Unexpected length",
             when=lambda h: (h.kind == 0x8100) & (h.limit - h.start - 34 != h.size_of)),
    )  # fmt: skip


class Boardwalk(Layer):
    """A frame of Fibre Channel with its delimiters as nibbles; how many words it had, where a flag says so, are its last four octets."""

    name, label, column = "brdwlk", "Boardwalk", "Boardwalk"
    binds = {"ethertype": (0x88AE, 0xABCD)}

    sof = u8(0, "brdwlk.sof", "SOF", HEX, mask=0xF0)
    vsan = u16(0, "brdwlk.vsan", "VSAN", mask=0x0FFF)
    payload = lambda h: h.limit - h.start - 6
    next = (To("fc"),)

    words = u32(None, "brdwlk.plen", "Original Packet Length")
    count = u16(None, "brdwlk.pktcnt", "Packet Count")
    error = u8(None, "brdwlk.error", "Error", HEX)
    errors = bits(
        error, "brdwlk.error", ("plp", "Packet Length Present", 0x01), ("ef", "Empty Frame", 0x02), ("nd", "No Data", 0x04),
        ("tr", "Truncated", 0x08), ("crc", "CRC", 0x10), ("ff", "Fifo Full", 0x20), ("jumbo", "Jumbo FC Frame", 0x40),
        ("ctrl", "Ctrl Char Inside Frame", 0x80),
    )  # fmt: skip
    eof = u8(None, "brdwlk.eof", "EOF", HEX, mask=0x0F)

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.add(cls.count)
        if c.add(cls.error) & 1:
            c.derived(cls.words, int.from_bytes(c.data[c.pos - 7 : c.pos - 3], "big") * 4)
        c.add(cls.eof)
