"""IGMP version 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376).

 0                   1                   2                   3
+---------------+---------------+-------------------------------+
|     type      | max resp time |           checksum            |
+---------------+---------------+-------------------------------+
|                        group address                          |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, NONE, UINT8, Field, flag, group, ipv4, u8, u16, u24, u32
from dissect.engine.layer import Layer
from dissect.engine.values import ipv4_text
from dissect.layers.checksums import STATUS, message_status

TYPES = {
    0x11: "Membership Query", 0x12: "Membership Report (version 1)", 0x16: "Membership Report (version 2)",
    0x17: "Leave Group", 0x1E: "Traceroute Response", 0x1F: "Traceroute Request", 0x22: "Membership Report (version 3)",
}  # fmt: skip
SAID = {
    0x11: "Membership Query", 0x12: "Membership Report", 0x16: "Membership Report", 0x17: "Leave Group",
    0x1E: "Traceroute Response", 0x1F: "Traceroute Request", 0x22: "Membership Report",
}  # fmt: skip
RECORDS = {
    1: "Mode Is Include", 2: "Mode Is Exclude", 3: "Change To Include Mode", 4: "Change To Exclude Mode",
    5: "Allow New Sources", 6: "Block Old Sources",
}  # fmt: skip
ROUTING = {
    1: "DVMRP", 2: "MOSPF", 3: "PIM", 4: "CBT", 5: "PIM using special routing table", 6: "PIM using a static route",
    7: "DVMRP using a static route", 8: "PIM using MBGP (aka BGP4+) route", 9: "CBT using special routing table",
    10: "CBT using a static route", 11: "PIM using state created by Assert processing",
}  # fmt: skip
FORWARDING = {
    0x00: "NO_ERROR", 0x01: "WRONG_IF", 0x02: "PRUNE_SENT", 0x03: "PRUNE_RCVD", 0x04: "SCOPED", 0x05: "NO_ROUTE",
    0x06: "WRONG_LAST_HOP", 0x07: "NOT_FORWARDING", 0x08: "REACHED_RP", 0x09: "RPF_IF", 0x0A: "NO_MULTICAST",
    0x0B: "INFO_HIDDEN", 0x81: "NO_SPACE", 0x82: "OLD_ROUTER", 0x83: "ADMIN_PROHIB",
}  # fmt: skip
FLOATING = 0x80  # codes from here on are floating point numbers
OTHERS = {0x13: "dvmrp", 0x14: "pim"}  # messages of DVMRP and of PIM's first version, from their first octet on
TRACES, QUERY_SIZE, BLOCK_SIZE = (0x1E, 0x1F), 24, 32  # of draft-ietf-idmr-traceroute-ipm


def spread(code: int) -> int:
    """Tenths of a second of a code: from 128 on a floating point number (RFC 3376, section 4.1.1)."""
    return code if code < FLOATING else (code & 0x0F | 0x10) << ((code >> 4 & 7) + 3)


def about_group(kind: int, group: int) -> str:
    """Which group a message of versions 2 and 3 is about, as the packet list says it."""
    if not group:
        return ", general"
    words = {0x11: ", specific for group ", 0x17: " "}
    return words.get(kind, " group ") + ipv4_text(group)


def about_record(kind: int, group: str, sources: list[int]) -> str:
    """What a group record asks for, as the packet list says it."""
    if not sources:
        nothing = {
            1: f"Leave group {group}", 2: f"Join group {group} for any sources", 3: f"Leave group {group}",
            4: f"Join group {group} for any sources",
            5: f"Group {group}, ALLOW_NEW_SOURCES but no source specified (?)",
            6: f"Group {group}, BLOCK_OLD_SOURCES but no source specified (?)",
        }  # fmt: skip
        return " / " + nothing.get(kind, f"Group {group}, unknown record type (?)")
    many = len(sources) > 1
    s, these = "s" * many, ", ".join(map(ipv4_text, sources))
    joined = f"Join group {group} for source{'s in' * many} "
    without = f"Join group {group}, for source{'s not in' if many else ' not'} "
    words = {
        1: joined, 3: joined, 2: without, 4: without,
        5: f"Group {group}, new source{s} ", 6: f"Group {group}, block source{s} ",
    }  # fmt: skip
    return f" / {words.get(kind, f'Group {group}, unknown record type (?), sources ')}{{{these}}}"


class IGMP(Layer):
    """An IGMP message; the version follows from type and length, as RFC 3376 section 7.1 says."""

    name, label, column = "igmp", "Internet Group Management Protocol", "IGMP"
    binds = {"ip.proto": (2,)}
    reaches = ("pim", "dvmrp")
    also_via = ("igmp",)  # Wireshark has a layer that finds out the version, and one of the version, by one name

    odd = lambda h: (h.kind_ == 0x13) | (h.kind_ == 0x14)

    kind_ = u8(0, "", "Type")
    version = u8(None, "igmp.version", "IGMP Version")
    type = u8(None, "igmp.type", "Type", HEX, names=TYPES)
    max_resp = u8(None, "igmp.max_resp", "Max Resp Time")
    exponent = u8(None, "igmp.max_resp.exp", "Exponent", HEX)
    mantissa = u8(None, "igmp.max_resp.mant", "Mantissa", HEX)
    reserved = Field("igmp.reserved", "Reserved", BYTES)
    checksum = u16(None, "igmp.checksum", "Checksum", HEX)
    status = Field("igmp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    maddr = ipv4(None, "igmp.maddr", "Multicast Address")
    s = flag(None, "igmp.s", "Suppress router side processing")
    qrv = u8(None, "igmp.qrv", "QRV")
    qqic = u8(None, "igmp.qqic", "QQIC")
    num_src = u16(None, "igmp.num_src", "Num Src")
    saddr = ipv4(None, "igmp.saddr", "Source Address")
    num_records = u16(None, "igmp.num_grp_recs", "Num Group Records")
    record = Field("igmp.group_record", "Group Record", NONE)
    record_type = u8(None, "igmp.record_type", "Record Type", names=RECORDS)
    aux_len = u8(None, "igmp.aux_data_len", "Aux Data Len")
    aux_data = Field("igmp.aux_data", "Aux Data", BYTES)
    data = Field("igmp.data", "Data", BYTES)
    max_hops = u8(None, "igmp.mtrace.max_hops", "# hops")
    trace_source = ipv4(None, "igmp.mtrace.saddr", "Source Address")
    trace_receiver = ipv4(None, "igmp.mtrace.raddr", "Receiver Address")
    response_address = ipv4(None, "igmp.mtrace.rspaddr", "Response Address")
    response_ttl, query_id = u8(None, "igmp.mtrace.resp_ttl", "Response TTL"), u24(None, "igmp.mtrace.q_id", "Query ID")
    block = group("", "Response data block")
    hop = (
        u32(None, "igmp.mtrace.q_arrival", "Query Arrival"), ipv4(None, "igmp.mtrace.q_inaddr", "In itf addr"),
        ipv4(None, "igmp.mtrace.q_outaddr", "Out itf addr"), ipv4(None, "igmp.mtrace.q_prevrtr", "Previous rtr addr"),
        u32(None, "igmp.mtrace.q_inpkt", "In pkts"), u32(None, "igmp.mtrace.q_outpkt", "Out pkts"),
        u32(None, "igmp.mtrace.q_total", "S,G pkt count"),
        u8(None, "igmp.mtrace.q_rtg_proto", "Rtg Protocol", names=ROUTING), u8(None, "igmp.mtrace.q_fwd_ttl", "FwdTTL"),
    )  # fmt: skip
    hop_flags = u8(None, "", "Flags", HEX)
    hop_mbz = u8(None, "igmp.mtrace.q_mbz", "MBZ", HEX, mask=0x80, within=hop_flags)
    hop_s = u8(None, "igmp.mtrace.q_s", "S", HEX, mask=0x40, within=hop_flags)
    hop_mask = u8(None, "igmp.mtrace.q_src_mask", "Src Mask", HEX, mask=0x3F, within=hop_flags)
    forwarding = u8(None, "igmp.mtrace.q_fwd_code", "Forwarding Code", HEX, names=FORWARDING)

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        return (None, OTHERS[h.kind_]) if h.kind_ in OTHERS else None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = start = c.h.start
        kind = c.peek(1)
        if kind in TRACES:
            cls._trace(c, kind)
            return
        version = cls._version(c, kind)
        c.derived(cls.version, version)
        c.add(cls.type)
        c.info(SAID.get(kind, f"Unknown Type:0x{kind:02x}"))
        if kind in SAID:
            c.protocol(f"IGMPv{version}")
        if version == 1 or kind == 0x22:
            c.add(cls.reserved, 1)
        else:
            code = c.peek(1)
            tenths = spread(code) if version == 3 else code
            c.add(cls.max_resp, text=f"Max Resp Time: {tenths / 10:.1f} sec (0x{code:02x})")
            if version == 3 and code >= FLOATING:
                c.derived(cls.exponent, code >> 4 & 7)
                c.derived(cls.mantissa, code & 0x0F)
        c.add(cls.checksum)
        c.derived(cls.status, message_status(c, start, c.limit - start))
        if kind == 0x22:
            cls._report(c)
            return
        group = c.add(cls.maddr)
        if kind in SAID and version > 1:
            c.append_info(about_group(kind, group))
        if kind == 0x11 and version == 3:
            word = c.peek(1)
            c.add(cls.s, 1, bool(word & 8))
            c.derived(cls.qrv, word & 7)
            c.add(cls.qqic)
            sources = [c.add(cls.saddr) for _ in range(c.add(cls.num_src))]
            if sources:
                c.append_info(f", source{'s' * (len(sources) > 1)} {{{', '.join(map(ipv4_text, sources))}}}")

    @classmethod
    def _version(cls, c: Cursor, kind: int) -> int:
        if kind == 0x11:
            return 3 if c.limit - c.pos >= 12 else 1 if c.peek(1, 1) == 0 else 2
        return {0x12: 1, 0x22: 3}.get(kind, 2)

    @classmethod
    def _trace(cls, c: Cursor, kind: int) -> None:
        """A trace of the way back to a source: a query, and a block of each router that it has passed."""
        start, size = c.pos, c.limit - c.pos
        c.info("Traceroute Query" if kind == 0x1F and size == QUERY_SIZE else SAID[kind])
        c.add(cls.type)
        c.add(cls.max_hops)
        c.add(cls.checksum)
        c.derived(cls.status, message_status(c, start, size))
        for field in (cls.maddr, cls.trace_source, cls.trace_receiver, cls.response_address, cls.response_ttl):
            c.add(field)
        c.add(cls.query_id)
        while c.limit - c.pos >= BLOCK_SIZE:
            with c.group(cls.block, BLOCK_SIZE) as block:
                for field in (*cls.hop, cls.hop_flags, cls.forwarding):
                    block.add(field)

    @classmethod
    def _report(cls, c: Cursor) -> None:
        c.add(cls.reserved, 2)
        records = c.add(cls.num_records)
        if not records:
            c.append_info(" - General query")
        for _ in range(records):
            with c.group(cls.record) as record:
                kind = record.add(cls.record_type)
                aux = record.add(cls.aux_len)
                number = record.add(cls.num_src)
                group = record.add(cls.maddr)
                sources = [record.add(cls.saddr) for _ in range(number)]
                c.append_info(about_record(kind, ipv4_text(group), sources))
                if aux:
                    record.add(cls.aux_data, 4 * aux)
