"""GeoNetworking (ETSI EN 302 636-4-1): packets of vehicles, for those at a place.

    basic header    version (4 bits), next header (4), reserved (8), lifetime (8), remaining hop limit (8)
    common header   next header (4), reserved (4), type (8), traffic class (8), flags (8), payload length (16),
                    maximum hop limit (8), reserved (8)
    by its type     sequence number (16), reserved (16); source's position (24 octets); destination or area
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, Field, ether, i32, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer

BASIC_NEXT = {0: "ANY", 1: "Common Header", 2: "Secured Packet"}
NEXT = {0: "ANY", 1: "BTP-A", 2: "BTP-B", 3: "IPv6"}
KINDS = {1: "Beacon", 2: "Geo Unicast", 3: "Geo-scoped Anycast", 4: "Geo-scoped broadcast", 5: "Topologically-scoped broadcast",
         6: "Location Service"}  # fmt: skip
BASES = {0: "50 ms", 1: "1 s", 2: "10 s", 3: "100 s"}
BEACON, UNICAST, ANYCAST, BROADCAST, SCOPED, LOCATION = range(1, 7)
COMMON = 1

_common: Expr = lambda h: h.nh == COMMON
_known: Expr = lambda h: (h.kind >= 0x10) & (h.kind < 0x70)
_alone: Expr = lambda h: (h.kind >> 4 == BEACON) | (h.kind == 0x50)  # a beacon, a packet of a single hop: not numbered
_placed: Expr = lambda h: (h.kind >> 4 == UNICAST) | (h.kind == 0x61)  # for a station that is somewhere
_area: Expr = lambda h: (h.kind >> 4 == ANYCAST) | (h.kind >> 4 == BROADCAST)
_size: Expr = lambda h: 36 + where(_alone(h), 0, 4) + where(_placed(h), 20, 0) + where(_area(h), 16, 0) + where(
    h.kind == 0x50, 4, 0) + where((h.kind >> 4 == LOCATION) & (h.kind != 0x61), 8, 0)


def _address(prefix: str) -> tuple[Field, ...]:
    """An address: whether it was given by hand, the station's type and country, and its link layer's address."""
    word = u16(None, "", "Kind of the station")
    return (
        raw(None, f"{prefix}.addr", "GN_ADDR", size=8),
        word,
        u8(0, f"{prefix}.addr.manual", "Manual", mask=0x80, within=word, size=1),
        u8(0, f"{prefix}.addr.type", "ITS-S type", mask=0x7C, within=word, size=1),
        u16(0, f"{prefix}.addr.country", "ITS-S Country Code", mask=0x03FF, within=word, size=2),
        ether(None, f"{prefix}.addr.mid", "MID"),
    )


class GeoNetworking(Layer):
    """A packet's headers."""

    name, label, column = "gnw", "GeoNetworking", "GNW"
    binds = {"ethertype": (0x8947,)}

    version = u8(0, "geonw.bh.version", "Version", mask=0xF0)
    nh = u8(0, "geonw.bh.nh", "Next Header", mask=0x0F, names=BASIC_NEXT)
    reserved = u8(1, "geonw.bh.reserved", "Reserved", HEX)
    lifetime = u8(2, "geonw.bh.lt", "Life Time")
    multiplier = u8(2, "geonw.bh.lt.mult", "Life Time multiplier", mask=0xFC, within=lifetime)
    base = u8(2, "geonw.bh.lt.base", "Life Time base", mask=0x03, names=BASES, within=lifetime)
    hops = u8(3, "geonw.bh.rhl", "Remaining Hop Limit")
    next_header = u8(lambda h: 4, "geonw.ch.nh", "Next Header", mask=0xF0, names=NEXT, when=_common)
    reserved1 = u8(lambda h: 4, "geonw.ch.reserved1", "Reserved", HEX, mask=0x0F, when=_common)
    kind = u8(lambda h: 5, "geonw.ch.htype", "Header type", HEX, when=_common)
    traffic = u8(lambda h: 6, "geonw.ch.tclass", "Traffic class", when=_common)
    buffer = u8(lambda h: 6, "geonw.ch.tc.buffer", "Store Carry Forward", mask=0x80, within=traffic, when=_common)
    offload = u8(lambda h: 6, "geonw.ch.tc.offload", "Channel offload", mask=0x40, within=traffic, when=_common)
    tc_id = u8(lambda h: 6, "geonw.ch.tc.id", "Traffic class ID", mask=0x3F, within=traffic, when=_common)
    mobile = u8(lambda h: 7, "geonw.ch.flags.mob", "Mobility flag", mask=0x80, when=_common)
    flags_reserved = u8(lambda h: 7, "geonw.ch.flags.reserved", "Reserved", mask=0x7F, when=_common)
    extent = u16(lambda h: 8, "geonw.ch.plength", "Payload length", when=_common)
    most_hops = u8(lambda h: 10, "geonw.ch.mhl", "Maximum Hop Limit", when=_common)
    reserved2 = u8(lambda h: 11, "geonw.ch.reserved2", "Reserved", HEX, when=_common)
    sequence = u16(None, "geonw.seq_num", "Sequence number")
    behind_sequence = u16(None, "geonw.reserved", "Reserved")
    position = raw(None, "geonw.src_pos", "Source position", size=24)
    (s_addr, s_word, s_manual, s_type, s_country, s_mid) = _address("geonw.src_pos")
    s_time = u32(None, "geonw.src_pos.tst", "Timestamp", unit="ms")
    s_lat = i32(None, "geonw.src_pos.lat", "Latitude")
    s_long = i32(None, "geonw.src_pos.long", "Longitude")
    s_motion = u16(None, "", "Position accuracy and speed")
    s_pai = u8(0, "geonw.src_pos.pai", "Position accuracy indicator", mask=0x80, within=s_motion, size=1)
    s_heading = u16(None, "geonw.src_pos.hdg", "Heading")
    destination_ = raw(None, "geonw.dst_pos", "Destination position", size=20)
    (d_addr, d_word, d_manual, d_type, d_country, d_mid) = _address("geonw.dst_pos")
    d_time = u32(None, "geonw.dst_pos.tst", "Timestamp", unit="ms")
    d_lat = i32(None, "geonw.dst_pos.lat", "Latitude")
    d_long = i32(None, "geonw.dst_pos.long", "Longitude")
    latitude = i32(None, "geonw.gxc.latitude", "GeoArea Latitude")
    longitude = i32(None, "geonw.gxc.longitude", "GeoArea Longitude")
    distance_a = u16(None, "geonw.gxc.distancea", "Distance a", unit="m")
    radius = u16(None, "geonw.gxc.radius", "Radius r", unit="m")
    distance_b = u16(None, "geonw.gxc.distanceb", "Distance b", unit="m")
    angle = u16(None, "geonw.gxc.angle", "Angle")
    area_reserved = u16(None, "geonw.gxc.reserved", "Reserved")
    hop_reserved = u32(None, "geonw.shb.reserved", "Reserved")
    (q_addr, q_word, q_manual, q_type, q_country, q_mid) = _address("geonw.ls_req")

    length = lambda h: where(_common(h), where(_known(h), _size(h), h.limit - h.start), h.limit - h.start)
    next = (By("geonw.ch.nh", lambda h: h.next_header, when=_common),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.nh != COMMON:
            return
        c.pos = h.start + 12  # what comes before has a place
        if not _known(h):
            return
        if not _alone(h):
            c.add(cls.sequence)
            c.add(cls.behind_sequence)
        with c.group(cls.position, 24) as inner:
            _read_address(inner, cls.s_addr, cls.s_word, cls.s_mid)
            for field in (cls.s_time, cls.s_lat, cls.s_long, cls.s_motion, cls.s_heading):
                inner.add(field)
        if _placed(h):
            with c.group(cls.destination_, 20) as inner:
                _read_address(inner, cls.d_addr, cls.d_word, cls.d_mid)
                for field in (cls.d_time, cls.d_lat, cls.d_long):
                    inner.add(field)
        elif _area(h):
            round_ = h.kind & 0x0F == 0
            for field in (cls.latitude, cls.longitude, cls.radius if round_ else cls.distance_a, cls.distance_b,
                          cls.angle, cls.area_reserved):  # fmt: skip
                c.add(field)
        elif h.kind == 0x50:
            c.add(cls.hop_reserved)
        elif h.kind >> 4 == LOCATION:
            _read_address(c, cls.q_addr, cls.q_word, cls.q_mid)
        c.info(KINDS[h.kind >> 4])


def _read_address(c: Cursor, address: Field, word: Field, mid: Field) -> None:
    """An address with its parts."""
    with c.group(address, 8) as c:
        c.add(word)
        c.add(mid)


class BTPA(Layer):
    """The basic transport protocol with both ports (ETSI EN 302 636-5-1)."""

    name, label, column = "btpa", "BTP-A", "BTPA"
    binds = {"geonw.ch.nh": (1,)}

    dstport = u16(0, "btpa.dstport", "Destination Port")
    srcport = u16(2, "btpa.srcport", "Source Port")
    next = (By("btpa.port", lambda h: h.dstport), By("btpa.port", lambda h: h.srcport))


class BTPB(Layer):
    """The basic transport protocol with a destination port alone."""

    name, label, column = "btpb", "BTP-B", "BTPB"
    binds = {"geonw.ch.nh": (2,)}

    dstport = u16(0, "btpb.dstport", "Destination Port")
    about = u16(2, "btpb.dstportinf", "Destination Port Info", HEX)
    next = (By("btpb.port", lambda h: h.dstport),)
