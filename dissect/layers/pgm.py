"""PGM (RFC 3208), reliable multicast.

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |
    +---------------+---------------+-------------------------------+
    |     type      |    options    |           checksum            |
    +---------------+---------------+-------------------------------+
    |   global source id (6), length of the data (2)                |
    +---------------------------------------------------------------+
    |   what the type says; options; data                           |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, Field, alias, flag, ipv4, ipv6, raw, u8, u16, u32
from dissect.engine.layer import Layer

SPM, POLL, POLR, ODATA, RDATA, NAK, NNAK, NCF = 0, 1, 2, 4, 5, 8, 9, 10
TYPES = {
    0x0: "SPM", 0x5: "RDATA", 0x4: "ODATA", 0x8: "NAK", 0x9: "NNAK", 0xa: "NCF", 0x1: "POLL", 0x2: "POLR", 0xd: "ACK",
}  # fmt: skip
FAMILIES = {1: "IPv4", 2: "IPv6"}


class PGM(Layer):
    """A packet."""

    name, label, column = "pgm", "Pragmatic General Multicast", "PGM"
    binds = {"ip.proto": (113,)}
    reaches = ("data",)

    srcport = u16(0, "pgm.hdr.sport", "Source Port", also=(alias("pgm.port", UINT16, "Port"),))
    dstport = u16(2, "pgm.hdr.dport", "Destination Port", also=(alias("pgm.port", UINT16, "Port"),))
    type = u8(4, "pgm.hdr.type", "Type", HEX, names=TYPES)
    opts = u8(5, "pgm.hdr.opts", "Options", HEX)
    opt = flag(None, "pgm.hdr.opts.opt", "Options", 0x01, within=opts)
    netsig = flag(None, "pgm.hdr.opts.netsig", "Network Significant Options", 0x02, within=opts)
    varlen = flag(None, "pgm.hdr.opts.varlen", "Variable length Parity Packet Option", 0x40, within=opts)
    parity = flag(None, "pgm.hdr.opts.parity", "Parity", 0x80, within=opts)
    checksum = u16(6, "pgm.hdr.cksum", "Checksum", HEX)
    gsi = raw(8, "pgm.hdr.gsi", "Global Source Identifier", size=6)
    tsdu = u16(14, "pgm.hdr.tsdulen", "Transport Service Data Unit Length")
    spm_sqn = u32(None, "pgm.spm.sqn", "Sequence number", HEX)
    spm_trail = u32(None, "pgm.spm.trail", "Trailing Edge Sequence Number", HEX)
    spm_lead = u32(None, "pgm.spm.lead", "Leading Edge Sequence Number", HEX)
    spm_family = u16(None, "pgm.spm.pathafi", "Path NLA AFI", names=FAMILIES)
    spm_reserved = u16(None, "pgm.spm.res", "Reserved", HEX)
    spm_path = ipv4(None, "pgm.spm.path.ipv4", "Path NLA")
    spm_path6 = ipv6(None, "pgm.spm.path.ipv6", "Path NLA")
    nak_sqn = u32(None, "pgm.nak.sqn", "Requested Sequence Number", HEX)
    nak_family = u16(None, "pgm.nak.srcafi", "Source NLA AFI", names=FAMILIES)
    nak_reserved = u16(None, "pgm.nak.srcres", "Reserved", HEX)
    nak_source = ipv4(None, "pgm.nak.src.ipv4", "Source NLA")
    nak_source6 = ipv6(None, "pgm.nak.src.ipv6", "Source NLA")
    poll_sqn = u32(None, "pgm.poll.sqn", "Sequence Number", HEX)
    poll_round = u16(None, "pgm.poll.round", "Round")
    poll_subtype = u16(None, "pgm.poll.subtype", "Subtype", HEX)
    poll_family = u16(None, "pgm.poll.pathafi", "Path NLA AFI", names=FAMILIES)
    poll_reserved = u16(None, "pgm.poll.res", "Reserved", HEX)
    poll_path = ipv4(None, "pgm.poll.path.ipv4", "Path NLA")
    poll_path6 = ipv6(None, "pgm.poll.path.ipv6", "Path NLA")
    poll_back = u32(None, "pgm.poll.backoff_ivl", "Back-off Interval")
    poll_random = u32(None, "pgm.poll.rand_str", "Random String", HEX)
    poll_mask = u32(None, "pgm.poll.matching_bmask", "Matching Bitmask", HEX)
    polr_sqn = u32(None, "pgm.polr.sqn", "Sequence Number", HEX)
    polr_round = u16(None, "pgm.polr.round", "Round")
    polr_reserved = u16(None, "pgm.polr.res", "Reserved", HEX)
    other = raw(None, "", "Options and data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        name = TYPES.get(h.type, f"Unknown (0x{h.type:02x})")
        said = f"{name:<5}"
        c.info(said)
        if h.type in (SPM, NAK, NNAK, NCF, POLL, POLR, ODATA, RDATA):
            said += f" sqn 0x{c.peek(4):x} gsi {h.gsi.hex()}"
            c.info(said)
        if h.type == SPM:
            cls._all(c, cls.spm_sqn, cls.spm_trail, cls.spm_lead)
            cls._path(c, cls.spm_family, cls.spm_reserved, cls.spm_path, cls.spm_path6)
        elif h.type in (NAK, NNAK, NCF):
            c.add(cls.nak_sqn)
            cls._path(c, cls.nak_family, cls.nak_reserved, cls.nak_source, cls.nak_source6)
        elif h.type == POLL:
            cls._all(c, cls.poll_sqn, cls.poll_round)
            c.info(f"{said} subtype {'General' if c.peek(2) == 0 else 'DLR'}")
            c.add(cls.poll_subtype)
            cls._path(c, cls.poll_family, cls.poll_reserved, cls.poll_path, cls.poll_path6)
            cls._all(c, cls.poll_back, cls.poll_random, cls.poll_mask)
        elif h.type == POLR:
            cls._all(c, cls.polr_sqn, cls.polr_round, cls.polr_reserved)
        elif h.type in (ODATA, RDATA):
            cls._all(c, cls.spm_sqn, cls.spm_trail)
            if not h.opt and c.remaining:
                c.child("data")
        c.rest(cls.other)

    @classmethod
    def _all(cls, c: Cursor, *fields: Field) -> None:
        for field in fields:
            c.add(field)

    @classmethod
    def _path(cls, c: Cursor, family: Field, reserved: Field, ip: Field, ip6: Field) -> None:
        kind = c.add(family)
        c.add(reserved)
        if kind in FAMILIES:
            c.add(ip if kind == 1 else ip6)
