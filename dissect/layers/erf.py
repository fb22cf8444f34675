"""ERF, the records of Endace's capture cards (Extensible Record Format; LINKTYPE_ERF).

    +-------------+------+-------+---------------+----------------------+-------------+--------------------+--------+---------
    | time stamp  | type | flags | record length | loss counter / color | wire length | extension headers  | prefix | frame
    +-------------+------+-------+---------------+----------------------+-------------+--------------------+--------+---------
      8, little-    1      1       2               2                      2             8 each               0, 2, 4
      endian                                                                            by the type

The highest bit of the type says that an extension header follows, and so does that of each extension header's type.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, flag, group, raw, u8, u16, u24, u32, u48, u64
from dissect.engine.layer import Layer

LEGACY, POS, ETH, ATM, AAL5, META, PAD = 0, 1, 2, 3, 4, 27, 48
TYPES = {
    LEGACY: "LEGACY", POS: "HDLC_POS", ETH: "ETH", ATM: "ATM", AAL5: "AAL5", 5: "MC_HDLC", 6: "MC_RAW", 7: "MC_ATM",
    8: "MC_RAW_CHANNEL", 9: "MC_AAL5", 10: "COLOR_HDLC_POS", 11: "COLOR_ETH", 12: "MC_AAL2", 13: "IP_COUNTER",
    14: "TCP_FLOW_COUNTER", 15: "DSM_COLOR_HDLC_POS", 16: "DSM_COLOR_ETH", 17: "COLOR_MC_HDLC_POS", 18: "AAL2",
    19: "COLOR_HASH_POS", 20: "COLOR_HASH_ETH", 21: "INFINIBAND", 22: "IPV4", 23: "IPV6", 24: "RAW_LINK", 25: "INFINIBAND_LINK",
    META: "META", 28: "OPA_SNC", 29: "OPA_9B", PAD: "PAD",
}  # fmt: skip
ETHERNETS, HDLCS, CHANNELS = frozenset({2, 11, 16, 20}), frozenset({1, 10, 15, 19}), frozenset({5, 17})
COLORED = frozenset({10, 11, 15, 16, 17, 19, 20})
CHILDREN = {21: "infiniband", 22: "ip", 23: "ipv6"}
CLASS, INTERCEPT, RAW, HASHED, CHANNELISED, SIGNATURE, FLOW, HOST = 3, 4, 5, 6, 12, 14, 16, 17
EXTENSIONS = {CLASS: "Classification", INTERCEPT: "InterceptID", RAW: "Raw Link", HASHED: "BFS Filter/Hash",
              CHANNELISED: "Channelised", SIGNATURE: "Signature", 15: "Packet ID", FLOW: "Flow ID", HOST: "Host ID"}  # fmt: skip
CISCO = frozenset({0x0F00, 0x8F00})  # how a frame of Cisco's HDLC begins
_E = "erf.ehdr"


def parts(make: Callable[..., Field], word: Field | None, prefix: str, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    """The parts of a word: last part of the name, label, mask."""
    at = None if word is None else 0
    return tuple(make(at, f"{prefix}.{name}", label, mask=mask, within=word) for name, label, mask in rows)


class ERF(Layer):
    """One record."""

    name, label, column = "erf", "Extensible Record Format", "ERF"
    binds = {"linktype": (197,)}
    reaches = ("eth", "ppp", "chdlc", "fr", "ip", "ipv6", "infiniband", "data")

    stamp = u64(None, "erf.ts", "Timestamp", HEX, little=True)
    kinds = u8(None, "erf.types", "Record type", HEX)
    kind = u8(0, "erf.types.type", "Type", mask=0x7F, within=kinds, names=TYPES)
    extended = u8(0, "erf.types.ext_header", "Extension header present", mask=0x80, within=kinds)
    flags = u8(None, "erf.flags", "Flags", HEX)
    flag_bits = parts(u8, flags, "erf.flags", ("cap", "Capture interface", 0x03), ("vlen", "Varying record length", 0x04),
                      ("trunc", "Truncated", 0x08), ("rxe", "RX error", 0x10), ("dse", "DS error", 0x20),
                      ("res", "Reserved", 0xC0))  # fmt: skip
    record_length, wire_length = u16(None, "erf.rlen", "Record length"), u16(None, "erf.wlen", "Wire length")
    lost, color = u16(None, "erf.lctr", "Loss counter"), u16(None, "erf.color", "Color", HEX)

    extension = group("", "Extension Header")
    extension_type = u8(None, f"{_E}.types", "Extension Header", mask=0x7F, names=EXTENSIONS)
    class_flags = u32(None, f"{_E}.class.flags", "Flags", HEX)
    class_bits = parts(u32, None, f"{_E}.class.flags", ("sh", "Search hit", 0x800000), ("shm", "Multiple search hits", 0x400000),
                       ("res1", "Reserved", 0x300000), ("user", "User classification", 0xFFFF0), ("res2", "Reserved", 0x8),
                       ("drop", "Drop Steering Bit", 0x4), ("str", "Stream Steering Bits", 0x3))  # fmt: skip
    class_number = u32(None, f"{_E}.class.seqnum", "Sequence number")
    plain = {
        INTERCEPT: (u8(None, f"{_E}.int.res1", "Reserved", HEX), u16(None, f"{_E}.int.intid", "Intercept ID"),
                    u32(None, f"{_E}.int.res2", "Reserved", HEX)),
        RAW: (u32(None, f"{_E}.raw.res", "Reserved", HEX, size=3), u16(None, f"{_E}.raw.seqnum", "Sequence number"),
              u8(None, f"{_E}.raw.rate", "Rate"), u8(None, f"{_E}.raw.link_type", "Link Type")),
        HASHED: (u8(None, f"{_E}.bfs.hash", "Hash", HEX), u16(None, f"{_E}.bfs.color", "Filter Color", HEX),
                 u32(None, f"{_E}.bfs.rawhash", "Raw Hash", HEX)),
        SIGNATURE: (u24(None, f"{_E}.signature.payloadhash", "Payload Hash", HEX),
                    u8(None, f"{_E}.signature.color", "Filter Color", HEX),
                    u24(None, f"{_E}.signature.flowhash", "Flow Hash", HEX)),
        FLOW: (u8(None, f"{_E}.flowid.sourceid", "Source ID"), u8(None, f"{_E}.flowid.hashtype", "Hash Type", HEX),
               u8(None, f"{_E}.flowid.stacktype", "Stack Type", HEX), u32(None, f"{_E}.flowid.flowhash", "Flow Hash", HEX)),
        HOST: (u8(None, f"{_E}.hostid.sourceid", "Source ID"), u48(None, f"{_E}.hostid.hostid", "Host ID", HEX)),
    }  # fmt: skip
    plain_fields = tuple(field for fields in plain.values() for field in fields)
    unknown = u64(None, f"{_E}.unknown.data", "Data", HEX)
    more = (flag(None, f"{_E}.chan.morebits", "More Bits", 0x40, 1), flag(None, f"{_E}.chan.morefrag", "More Fragments", 0x80, 1))
    channelised = (
        u16(None, f"{_E}.chan.seqnum", "Sequence Number", mask=0x7FFF), u8(None, f"{_E}.chan.res", "Reserved", HEX),
        u8(None, f"{_E}.chan.vcid", "Virtual Container ID", HEX), u8(None, f"{_E}.chan.vcsize", "Virtual Container Size", HEX),
        u8(None, f"{_E}.chan.rate", "Origin Line Type/Rate", HEX), u8(None, f"{_E}.chan.type", "Frame Part Type", HEX),
    )  # fmt: skip

    pad_word = group("erf.eth", "Ethernet pad")
    pad_offset, pad = u8(None, "erf.eth.off", "Offset"), u8(None, "erf.eth.pad", "Padding", HEX)
    channel = u32(None, "erf.mchdlc", "Multi Channel HDLC Header", HEX)
    channel_bits = parts(u32, channel, "erf.mchdlc", ("cn", "Connection number", 0x3FF), ("res1", "Reserved", 0xFC00),
                         ("res2", "Reserved", 0xFF0000), ("fcse", "FCS error", 1 << 24), ("sre", "Short record error", 1 << 25),
                         ("lre", "Long record error", 1 << 26), ("afe", "Aborted frame error", 1 << 27),
                         ("oe", "Octet error", 1 << 28), ("lbe", "Lost byte error", 1 << 29), ("first", "First record", 1 << 30),
                         ("res3", "Reserved", 1 << 31))  # fmt: skip
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.stamp)
        more, kind = c.peek(1) & 0x80, c.peek(1) & 0x7F
        c.add(cls.kinds)
        c.add(cls.flags)
        length = c.add(cls.record_length)
        c.add(cls.color if kind in COLORED else cls.lost)
        wire = c.add(cls.wire_length)
        c.info(TYPES.get(kind, f"Unknown type {kind}"))
        c.end = min(c.end, c.h.start + length)
        while more and c.remaining >= 8:
            more = c.peek(1) & 0x80
            with c.group(cls.extension, 8) as c:
                cls._extension(c)
        if kind in ETHERNETS:
            with c.group(cls.pad_word, 2) as c:
                c.add(cls.pad_offset)
                c.add(cls.pad)
        elif kind in CHANNELS:
            c.add(cls.channel)
            wire -= 4
        cls._frame(c, kind, wire)
        c.end = c.h.end
        c.rest(cls.content)

    @classmethod
    def _extension(cls, c: Cursor) -> None:
        kind = c.peek(1) & 0x7F
        c.add(cls.extension_type)
        if kind == CLASS:
            value = c.peek(3)
            with c.group(cls.class_flags, 3, value=value) as c:
                for field in cls.class_bits:
                    c.add(field, 3)
                    c.pos -= 3
                c.pos += 3
            c.add(cls.class_number)
        elif kind == CHANNELISED:
            for field in cls.more:
                c.add(field)
                c.pos -= 1
            for field in cls.channelised:
                c.add(field)
        elif kind in cls.plain:
            for field in cls.plain[kind]:
                c.add(field)
        else:
            c.pos -= 1
            c.add(cls.unknown)

    @classmethod
    def _frame(cls, c: Cursor, kind: int, wire: int) -> None:
        child = CHILDREN.get(kind)
        if kind in ETHERNETS:
            child = "eth"
        elif kind in HDLCS | CHANNELS and c.remaining >= 2:
            child = "chdlc" if c.peek(2) in CISCO else "ppp"
        elif kind in (META, PAD):
            c.rest(cls.content)
            return
        elif child is None:
            child = "data"
        size = min(c.remaining, max(wire, 0))
        if size:
            c.child(child, size, reported=max(wire, 0) if wire > c.remaining else None)
