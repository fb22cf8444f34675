"""NHRP (RFC 2332).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |        address family         |   protocol type, then 5 more  |
    +---------------+---------------+---------------+---------------+
    |  hop count    |         packet size           |  checksum ... |
    +---------------+-------------------------------+---------------+
    |   offset of extensions (2), version, type, address lengths    |
    | mandatory part: lengths, flags, request id, addresses, clients|
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, HEX_DEC, UINT8, UINT16, Field, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status

TYPES = {
    1: "NHRP Resolution Request", 2: "NHRP Resolution Reply", 3: "NHRP Registration Request",
    4: "NHRP Registration Reply", 5: "NHRP Purge Request", 6: "NHRP Purge Reply", 7: "NHRP Error Indication",
    8: "NHRP Traffic Indication",
}  # fmt: skip
CODES = {
    0: "Success", 4: "Administratively Prohibited", 5: "Insufficient Resources",
    12: "No Interworking Layer Address to NBMA Address Binding Exists", 13: "Binding Exists But Is Not Unique",
    14: "Unique Internetworking Layer Address Already Registered",
}  # fmt: skip
ERROR, TRAFFIC = 7, 8
REPLIES = (2, 4, 6)
FIXED = 20
END = 0
WITH_CLIENTS = (3, 4, 5, 9)  # extensions: responder, transit forward and back, NAT


class NHRP(Layer):
    """A packet."""

    name, label, column = "nhrp", "Next Hop Resolution Protocol", "NHRP"
    partly = True
    binds = {"ip.proto": (54,), "gre.proto": (0x2001,)}
    reaches = ("ip",)

    family = u16(0, "nhrp.hdr.afn", "Address Family Number", HEX_DEC)
    protocol_ = u16(2, "nhrp.hdr.pro.type", "Protocol Type (short form)", HEX_DEC)
    long_form = raw(4, "nhrp.protocol_type", "Protocol Type (long form)", size=5)
    hops = u8(9, "nhrp.hdr.hopcnt", "Hop Count")
    size_ = u16(10, "nhrp.hdr.pktsz", "Packet Length")
    checksum = u16(12, "nhrp.hdr.chksum", "NHRP Packet Checksum", HEX)
    status = Field("nhrp.hdr.chksum.status", "NHRP Packet Checksum Status", UINT8, names=STATUS)
    extensions_at = u16(14, "nhrp.hdr.extoff", "Extension Offset")
    version = u8(16, "nhrp.hdr.version", "Version")
    type = u8(17, "nhrp.hdr.op.type", "NHRP Packet Type", names=TYPES)
    address_tl = u8(18, "nhrp.hdr.shtl", "Source Address Type/Len")
    address_kind = u8(None, "nhrp.hdr.shtl.type", "Type", mask=0x40, within=address_tl)
    address_length = u8(None, "nhrp.hdr.shtl.len", "Length", mask=0x3F, within=address_tl)
    sub_tl = u8(19, "nhrp.hdr.sstl", "Source SubAddress Type/Len")
    sub_kind = u8(None, "nhrp.hdr.sstl.type", "Type", mask=0x40, within=sub_tl)
    sub_length = u8(None, "nhrp.hdr.sstl.len", "Length", mask=0x3F, within=sub_tl)
    source_length = Field("nhrp.src.prot.len", "Source Protocol Len", UINT16, size=1)
    destination_length = Field("nhrp.dst.prot.len", "Destination Protocol Len", UINT16, size=1)
    flags = u16(None, "nhrp.flags", "Flags", HEX)
    request = u32(None, "nhrp.reqid", "Request ID", HEX_DEC)
    source_nbma = ipv4(None, "nhrp.src.nbma.addr", "Source NBMA Address")
    source_sub = raw(None, "nhrp.src.nbma.saddr", "Source NBMA Sub Address")
    source_address = ipv4(None, "nhrp.src.prot.addr", "Source Protocol Address")
    destination_address = ipv4(None, "nhrp.dst.prot.addr", "Destination Protocol Address")
    error = u16(None, "nhrp.err.code", "Error Code")
    error_at = u16(None, "nhrp.err.offset", "Error Offset")
    client = group("", "Client Information Entry")
    code = u8(None, "nhrp.code", "Code", names=CODES)
    prefix = u8(None, "nhrp.prefix", "Prefix Length")
    unused = u16(None, "nhrp.unused", "Unused")
    mtu = u16(None, "nhrp.mtu", "Max Transmission Unit")
    hold = u16(None, "nhrp.htime", "Holding Time (s)")
    client_tl = u8(None, "nhrp.cli.addr_tl", "Client Address Type/Len")
    client_stl = u8(None, "nhrp.cli.saddr_tl", "Client Sub Address Type/Len")
    client_length = u8(None, "nhrp.prot.len", "Client Protocol Length")
    preference = u8(None, "nhrp.pref", "CIE Preference Value")
    client_nbma = ipv4(None, "nhrp.client.nbma.addr", "Client NBMA Address")
    client_protocol = ipv4(None, "nhrp.client.prot.addr", "Client Protocol Address")
    extension = group("", "Extension")
    extension_type = u16(None, "nhrp.ext.type", "Extension Type", HEX, mask=0x3FFF)
    extension_length = u16(None, "nhrp.ext.len", "Extension length")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        said = TYPES.get(h.type, f"Unknown ({h.type})")
        c.info(said)
        c.derived(cls.status, message_status(c, h.start, h.size_))
        sources = c.add(cls.source_length)
        destinations = c.add(cls.destination_length)
        if h.type in (ERROR, TRAFFIC):
            c.add(cls.other, 2)
            c.add(cls.error)
            c.add(cls.error_at)
        else:
            c.add(cls.flags)
            said += f", ID={c.add(cls.request)}"
            c.info(said)
        cls._address(c, cls.source_nbma, h.address_length)
        if h.sub_length:
            c.add(cls.source_sub, h.sub_length)
        cls._address(c, cls.source_address, sources)
        cls._address(c, cls.destination_address, destinations)
        end = min(h.start + h.extensions_at, c.end) if h.extensions_at else min(h.start + h.size_, c.end)
        if h.type in (ERROR, TRAFFIC):
            if end > c.pos:
                locked, c.run.columns_locked = c.run.columns_locked, True
                c.child("ip", end - c.pos)
                c.run.columns_locked = locked
        else:
            while c.pos + 12 <= end:
                code = cls._client(c)
                if h.type in REPLIES:
                    c.info(f"{said}, Code={CODES.get(code, 'Unknown')}")
        cls._extensions(c, h.extensions_at)
        c.rest(cls.other)

    @classmethod
    def _address(cls, c: Cursor, field: Field, size: int) -> None:
        if size == 4:
            c.add(field)
        elif size:
            c.add(cls.other, size)

    @classmethod
    def _client(cls, c: Cursor) -> int:
        """A client; its code."""
        with c.group(cls.client) as c:
            code = int(c.add(cls.code))
            for field in (cls.prefix, cls.unused, cls.mtu, cls.hold):
                c.add(field)
            nbma, sub = c.add(cls.client_tl) & 0x3F, c.add(cls.client_stl) & 0x3F
            protocol = c.add(cls.client_length)
            c.add(cls.preference)
            cls._address(c, cls.client_nbma, nbma)
            if sub:
                c.add(cls.other, sub)
            cls._address(c, cls.client_protocol, protocol)
        return code

    @classmethod
    def _extensions(cls, c: Cursor, offset: int) -> None:
        if not offset or c.pos > c.h.start + offset:
            return
        if c.h.start + offset > c.pos:
            c.add(cls.other, c.h.start + offset - c.pos)
        while c.remaining >= 4:
            kind = c.peek(2) & 0x3FFF
            with c.group(cls.extension, 4 + c.peek(2, 2)) as c:
                c.add(cls.extension_type, 2, value=kind)
                c.add(cls.extension_length)
                while kind in WITH_CLIENTS and c.remaining >= 12:
                    cls._client(c)
                c.rest(cls.other)
            if kind == END:
                break
