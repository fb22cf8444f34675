"""B.A.T.M.A.N. advanced, a mesh below Ethernet (version 15 of its packets; include/uapi/linux/batadv_packet.h).

    type (1), version (1), then by type, most: TTL (1), flags or number (1), ...
    OGM: reserved, sequence (4), originator, previous sender (6 each), reserved, quality, TVLVs' length (2), TVLVs
    unicast: TTL, number of the table, destination (6), frame; of four addresses: and source (6), subtype, reserved
    broadcast: TTL, reserved, sequence (4), originator (6), frame;  TVLV: type (1), version (1), length (2), value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, ether, group, raw, u8, u16, u32
from dissect.engine.layer import Layer

IV_OGM, BCAST, CODED, ELP, OGM2, MCAST = 0, 1, 2, 3, 4, 5
UNICAST, FRAGMENT, FOUR, ICMP, TVLV = 0x40, 0x41, 0x42, 0x43, 0x44
TYPES = {IV_OGM: "BATADV_IV_OGM", BCAST: "BATADV_BCAST", CODED: "BATADV_CODED", ELP: "BATADV_ELP", OGM2: "BATADV_OGM2",
         MCAST: "BATADV_MCAST", UNICAST: "BATADV_UNICAST", FRAGMENT: "BATADV_UNICAST_FRAG", FOUR: "BATADV_UNICAST_4ADDR",
         ICMP: "BATADV_ICMP", TVLV: "BATADV_UNICAST_TVLV"}  # fmt: skip
MESSAGES = {0: "Echo Reply", 3: "Destination Unreachable", 8: "Echo Request", 11: "Time exceeded",
            12: "Parameter Problem", 15: "Throughput meter"}  # fmt: skip
GATEWAY, TABLE, ROAM, MULTICAST = 1, 4, 5, 6
VERSION = 15


def _head(name: str, *more: Field) -> tuple[Field, ...]:
    return u8(None, f"batadv.{name}.version", "Version"), u8(None, f"batadv.{name}.ttl", "Time to Live"), *more


def _reserved(size: int) -> Field:
    return raw(None, "", "Reserved", size=size)


_ogm_flags = u8(None, "batadv.iv_ogm.flags", "Flags", HEX)
_fragment_no = u8(None, "", "Number and priority", HEX)
LAYOUTS: dict[int, tuple[Field, ...]] = {
    IV_OGM: _head(
        "iv_ogm", _ogm_flags, u32(None, "batadv.iv_ogm.seq", "Sequence number"),
        ether(None, "batadv.iv_ogm.orig", "Originator"), ether(None, "batadv.iv_ogm.prev_sender", "Received from"),
        _reserved(1), u8(None, "batadv.iv_ogm.tq", "Transmission Quality"),
        u16(None, "batadv.iv_ogm.tvlv_len", "Length of TVLV"),
    ),
    BCAST: _head(
        "bcast", _reserved(1), u32(None, "", "Sequence number"),
        ether(None, "batadv.bcast.orig", "Originator"),
    ),
    CODED: _head(
        "coded", u8(None, "batadv.coded.first_ttvn", "TT Version (First)"),
        ether(None, "batadv.coded.first_src", "Source (First)"),
        ether(None, "batadv.coded.first_orig_dst", "Original Destination (First)"),
        u32(None, "batadv.coded.first_crc", "CRC (First)", HEX),
        u8(None, "batadv.coded.second_ttl", "Time to Live (Second)"),
        u8(None, "batadv.coded.second_ttvn", "TT Version (Second)"),
        ether(None, "batadv.coded.second_dst", "Destination (Second)"),
        ether(None, "batadv.coded.second_src", "Source (Second)"),
        ether(None, "batadv.coded.second_orig_dst", "Original Destination (Second)"),
        u32(None, "batadv.coded.second_crc", "CRC (Second)", HEX), u16(None, "batadv.coded.length", "Length"),
    ),
    ELP: (
        u8(None, "batadv.elp.version", "Version"), ether(None, "batadv.elp.orig", "Originator"),
        u32(None, "batadv.elp.seq", "Sequence number"), u32(None, "batadv.elp.interval", "ELP Interval"),
    ),
    OGM2: _head(
        "ogm2", u8(None, "batadv.ogm2.flags", "Flags", HEX), u32(None, "batadv.ogm2.seq", "Sequence number"),
        ether(None, "batadv.ogm2.orig", "Originator"), u16(None, "batadv.ogm2.tvlv_len", "Length of TVLV"),
        u32(None, "batadv.ogm2.throughput", "Throughput"),
    ),
    UNICAST: _head("unicast", u8(None, "batadv.unicast.ttvn", "TT Version"), ether(None, "batadv.unicast.dst", "Destination")),
    FOUR: _head(
        "unicast_4addr", u8(None, "batadv.unicast_4addr.ttvn", "TT Version"),
        ether(None, "batadv.unicast_4addr.dst", "Destination"), ether(None, "batadv.unicast_4addr.src", "Source"),
        u8(None, "batadv.unicast_4addr.subtype", "Subtype"), _reserved(1),
    ),
    FRAGMENT: _head(
        "unicast_frag", _fragment_no, ether(None, "batadv.unicast_frag.dst", "Destination"),
        ether(None, "batadv.unicast_frag.orig", "Originator"), u16(None, "batadv.unicast_frag.seq", "Sequence number"),
        u16(None, "batadv.unicast_frag.total_size", "Complete Size"),
    ),
    ICMP: _head(
        "icmp", u8(None, "batadv.icmp.msg_type", "Message Type", names=MESSAGES),
        ether(None, "batadv.icmp.dst", "Destination"), ether(None, "batadv.icmp.orig", "Originator"),
        u8(None, "batadv.icmp.uid", "UID"),
    ),
    TVLV: _head(
        "unicast_tvlv", _reserved(1), ether(None, "batadv.unicast_tvlv.dst", "Destination"),
        ether(None, "batadv.unicast_tvlv.src", "Source"), u16(None, "batadv.unicast_tvlv.len", "Length of TVLV"), _reserved(2),
    ),
}  # fmt: skip


class BatmanAdvanced(Layer):
    """One packet of the mesh; what it carries is Ethernet again."""

    name, label, column = "batadv", "B.A.T.M.A.N. Advanced Protocol", "BATADV"
    binds = {"ethertype": (0x4305,)}
    reaches = ("eth",)

    kind = u8(0, "batadv.batman.packet_type", "Packet Type", names=TYPES)
    compat = u8(1, "", "Version")
    length = lambda h: h.end - h.start

    layouts = tuple(field for fields in LAYOUTS.values() for field in fields)
    ogm_bits = bits(
        _ogm_flags, "batadv.iv_ogm.flags", ("directlink", "DirectLink", 4), ("primaries_first_hop", "PRIMARIES_FIRST_HOP", 2),
        ("not_best_next_hop", "NOT_BEST_NEXT_HOP", 1),
    )  # fmt: skip
    fragment_parts = (
        u8(None, "batadv.unicast_frag.no", "Fragment number", mask=0xF0, within=_fragment_no),
        u8(None, "batadv.unicast_frag.priority", "Priority", mask=0x0E, within=_fragment_no),
    )
    echo = u16(None, "batadv.icmp.seq", "Sequence number")
    meter = (
        u8(None, "batadv.icmp.tp.subtype", "Subtype"), u16(None, "batadv.icmp.tp.session", "Session"),
        u32(None, "batadv.icmp.tp.seqno", "Sequence number"), u32(None, "batadv.icmp.tp.timestamp", "Timestamp"),
    )  # fmt: skip
    tvlv = group("", "TVLV")
    tvlv_type = u8(None, "batadv.tvlv.length", "Type", HEX)
    tvlv_version = u8(None, "batadv.tvlv.version", "Version", HEX)
    tvlv_len = u16(None, "batadv.tvlv.len", "Length")
    down, up = u32(None, "batadv.tvlv.gw.dl_speed", "Download Speed"), u32(None, "batadv.tvlv.gw.ul_speed", "Upload Speed")
    groups = u8(None, "batadv.tvlv.mcast.flags", "Flags", HEX)
    groups_bits = bits(
        groups, "batadv.tvlv.mcast.flags", ("no_rtr6", "No IPv6 multicast router", 16),
        ("no_rtr4", "No IPv4 multicast router", 8), ("ipv6", "IPv6", 4), ("ipv4", "IPv4", 2),
        ("unsnoopables", "Unsnoopables", 1),
    )  # fmt: skip
    table = u8(None, "batadv.tvlv.tt.flags", "Flags", HEX)
    table_kind = u8(None, "batadv.tvlv.tt.flags.type", "Query Type", HEX, mask=0x0F, within=table)
    table_full = bits(table, "batadv.tvlv.tt.flags", ("full_table", "Full Table", 0x10))
    table_number = u8(None, "batadv.tvlv.tt.ttvn", "TT Version")
    table_vlans = u16(None, "batadv.tvlv.tt.num_vlan", "VLAN Entries")
    data = raw(None, "", "Data")

    @staticmethod
    def info(kind: int) -> str:
        return TYPES.get(kind, f"Packet type {kind}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 1
        kind = c.h.kind
        if c.h.compat != VERSION or kind not in LAYOUTS:
            c.rest(cls.data)
            return
        said = {}
        for field in LAYOUTS[kind]:
            said[field.name] = c.add(field)
        if kind in (UNICAST, FOUR, BCAST):
            c.child("eth")
        elif kind in (IV_OGM, OGM2, TVLV):
            total = next(value for name, value in said.items() if name.endswith("len"))
            cls._records(c, min(total, c.remaining))
            if kind == IV_OGM and c.remaining >= 24:  # several in one frame
                with c.group(cls.tvlv, text="Further announcement") as c:
                    c.rest(cls.data)
        elif kind == ICMP:
            for field in cls.meter if said["batadv.icmp.msg_type"] == 15 else (_reserved(1), cls.echo):
                if field.attr:
                    c.add(field)
                else:
                    c.skip(1)
        c.rest(cls.data)

    @classmethod
    def _records(cls, c: Cursor, size: int) -> None:
        end = c.pos + size
        while end - c.pos >= 4:
            with c.group(cls.tvlv) as c:
                kind, version = c.add(cls.tvlv_type), c.add(cls.tvlv_version)
                length = min(c.add(cls.tvlv_len), end - c.pos)
                stop = c.pos + length
                if version == 1 and kind == GATEWAY and length >= 8:
                    c.add(cls.down)
                    c.add(cls.up)
                elif version in (1, 2) and kind == MULTICAST and length >= 4:
                    c.add(cls.groups)
                elif version == 1 and kind == TABLE and length >= 4:
                    for field in (cls.table, cls.table_number, cls.table_vlans):
                        c.add(field)
                c.add(cls.data, stop - c.pos)
