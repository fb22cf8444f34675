"""The options of IS-IS's link states: neighbours, prefixes, capabilities (RFC 1195, 5305, 5308, 5120, 7981, 8667)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    HEX_DEC,
    IPV4,
    IPV6,
    SYSTEM_ID,
    Field,
    bits,
    flag,
    float32,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    u64,
)
from dissect.layers.isis_options import OptionFields, option_fields, system_id

IP = "isis.lsp.ip_reachability"
EIP = "isis.lsp.ext_ip_reachability"
EIS = "isis.lsp.ext_is_reachability"
NEIGHBORS = "isis.lsp.eis_neighbors"
IP6 = "isis.lsp.ipv6_reachability"
CODES = {
    3: "Administrative group (color)", 4: "Link Local/Remote Identifiers", 6: "IPv4 interface address",
    8: "IPv4 neighbor address", 9: "Maximum link bandwidth", 10: "Maximum reservable link bandwidth",
    11: "Unreserved bandwidth", 12: "IPv6 interface address", 13: "IPv6 neighbor address",
    18: "TE Default metric", 29: "SPB-Metric", 31: "Adj-SID", 32: "LAN-Adj-SID",
}  # fmt: skip
PREFIX_CODES = {1: "32-bit Administrative Tag", 2: "64-bit Administrative Tag", 3: "Prefix-SID",
                4: "Prefix Attribute Flags"}  # fmt: skip
V_FLAG, L_FLAG = 0x20, 0x10  # of adjacency SIDs
PREFIX_V, PREFIX_L = 0x08, 0x04  # of prefix SIDs


def _metric(prefix: str, name: str, label: str, supported: str, internal: str) -> tuple[Field, ...]:
    """A metric's octet: value, whether it is supported, whether it is external."""
    word = u8(None, "", label)
    return (
        word,
        u8(None, f"{prefix}.{name}", label, mask=0x3F, within=word),
        flag(None, supported, label, 0x80, within=word),
        flag(None, internal, label, 0x40, within=word),
    )


class LinkStateFields(OptionFields):
    """Fields of the options."""

    option = group("", "Option")
    option_type, option_length, area, nlpid, ipv4_address, iid, itid, authentication = option_fields("lsp")
    hostname = string(None, "isis.lsp.hostname", "Hostname")
    router = ipv4(None, "isis.lsp.clv_te_router_id", "Traffic Engineering Router ID")
    router_6 = ipv6(None, "isis.lsp.clv_ipv6_te_router_id", "IPv6 Traffic Engineering Router ID")
    ipv6_address = ipv6(None, "isis.lsp.clv_ipv6_int_addr", "IPv6 interface address")
    buffer_size = u16(None, "isis.lsp.originating_lsp_buffer_size", "Neighbor originating buffer size")
    partition = Field("isis.lsp.partition_designated_l2_is", "Partition designated L2 IS", SYSTEM_ID, size=6)
    purgers = u8(None, "isis.lsp.purge_originator_id.num", "Number of System IDs")
    purger = Field("isis.lsp.purge_originator_id.system_id", "System ID", SYSTEM_ID, size=6)
    mt = u16(None, "isis.lsp.clv_mt", "MT-ID", HEX)
    mt_word = u16(None, "", "Topology")
    mt_reserved = u16(None, "isis.lsp.reserved", "Reserved", HEX, mask=0xF000, within=mt_word)
    mt_id = u16(None, "isis.lsp.mtid", "Topology ID", mask=0x0FFF, within=mt_word)

    virtual = flag(None, "isis.lsp.is_virtual", "IsVirtual", size=1)
    not_virtual = u8(None, "isis.lsp.eis_neighbors_clv_inner.reserved", "Reserved", HEX)
    neighbor = group("", "IS Neighbor")
    old_default = _metric(NEIGHBORS, "default_metric", "Default Metric", "", f"{NEIGHBORS}.default_metric_ie")
    old_delay = _metric(
        NEIGHBORS, "delay_metric", "Delay Metric", f"{NEIGHBORS}_delay_metric.supported", f"{NEIGHBORS}.delay_metric_ie"
    )
    old_expense = _metric(
        NEIGHBORS, "expense_metric", "Expense Metric", f"{NEIGHBORS}.expense_metric_supported",
        f"{NEIGHBORS}.expense_metric_ie",
    )  # fmt: skip
    old_error = _metric(
        NEIGHBORS, "error_metric", "Error Metric", f"{NEIGHBORS}.error_metric_supported",
        f"{NEIGHBORS}.error_metric_ie",
    )  # fmt: skip
    neighbor_id = Field(f"{NEIGHBORS}.is_neighbor", "IS Neighbor", SYSTEM_ID, size=7)
    end_system = Field(f"{NEIGHBORS}.es_neighbor_id", "ES Neighbor ID", SYSTEM_ID, size=6)

    prefix = group("", "IPv4 prefix")
    ip_default = _metric(IP, "default_metric", "Default Metric", f"{IP}.distribution", f"{IP}.default_metric_ie")
    ip_delay = _metric(IP, "delay_metric", "Delay Metric", f"{IP}.delay_metric_support", f"{IP}.delay_metric_ie")
    ip_expense = _metric(
        IP, "expense_metric", "Expense Metric", f"{IP}.expense_metric_support", f"{IP}.expense_metric_ie"
    )
    ip_error = _metric(IP, "error_metric", "Error Metric", f"{IP}.error_metric_support", f"{IP}.error_metric_ie")
    ip_prefix = ipv4(None, f"{IP}.ipv4_prefix", "IPv4 prefix")
    ip_mask = ipv4(None, "", "Netmask")

    eis_id = Field(f"{EIS}.is_neighbor_id", "IS neighbor ID", SYSTEM_ID, size=7)
    eis_metric = u24(None, f"{EIS}.metric", "Metric")
    eis_size = u8(None, f"{EIS}.subclvs_length", "SubCLV Length")
    sub = group("", "subTLV")
    eis_code = u8(None, f"{EIS}.code", "Code", names=CODES)
    eis_length = u8(None, f"{EIS}.length", "Length")
    eis_local = u32(None, f"{EIS}.link_local_identifier", "Link Local Identifier")
    eis_remote = u32(None, f"{EIS}.link_remote_identifier", "Link Remote Identifier")
    eis_ipv4 = ipv4(None, f"{EIS}.ipv4_interface_address", "IPv4 interface address")
    eis_ipv4_neighbor = ipv4(None, f"{EIS}.ipv4_neighbor_address", "IPv4 neighbor address")
    eis_ipv6 = ipv6(None, f"{EIS}.ipv6_interface_address", "IPv6 interface address")
    eis_ipv6_neighbor = ipv6(None, f"{EIS}.ipv6_neighbor_address", "IPv6 neighbor address")
    eis_te = u24(None, f"{EIS}.traffic_engineering_default_metric", "Traffic engineering default metric")
    bandwidth = float32(None, "isis.lsp.maximum_link_bandwidth", "Maximum link bandwidth")
    reservable = float32(None, "isis.lsp.reservable_link_bandwidth", "Reservable link bandwidth")
    unreserved = float32(None, "isis.lsp.unrsv_bw.priority_level", "priority level")
    spb_metric = u24(None, "isis.lsp.spb.link_metric", "SPB Link Metric")
    spb_ports = u8(None, "isis.lsp.spb.port_count", "Number of Ports")
    spb_port = u16(None, "isis.lsp.spb.port_id", "Port Id", HEX)
    adj_flags = u8(None, "isis.lsp.adj_sid.flags", "Flags", HEX)
    adj_f = flag(None, "isis.lsp.adj_sid.flags.f", "Outgoing Encapsulation", 0x80, within=adj_flags)
    adj_b = flag(None, "isis.lsp.adj_sid.flags.b", "Backup", 0x40, within=adj_flags)
    adj_v = flag(None, "isis.lsp.adj_sid.flags.v", "Value", V_FLAG, within=adj_flags)
    adj_l = flag(None, "isis.lsp.adj_sid.flags.l", "Local Significance", L_FLAG, within=adj_flags)
    adj_s = flag(None, "isis.lsp.adj_sid.flags.s", "Set", 0x08, within=adj_flags)
    adj_weight = u8(None, "isis.lsp.adj_sid.weight", "Weight", HEX)
    adj_system = Field("isis.lsp.adj_sid.system_id", "System-ID", SYSTEM_ID, size=6)
    sid_label = u24(None, "isis.lsp.sid.sli_label", "SID/Label/Index", mask=0x0FFFFF)
    sid_index = u32(None, "isis.lsp.sid.sli_index", "SID/Label/Index", HEX)

    eip_metric = u32(None, f"{EIP}.metric", "Metric")
    eip_word = u8(None, "", "Control")
    eip_distribution = flag(None, f"{EIP}.distribution", "Distribution", 0x80, within=eip_word)
    eip_sub = flag(None, f"{EIP}.subtlv", "Sub-TLV", 0x40, within=eip_word)
    eip_length = u8(None, f"{EIP}.prefix_length", "Prefix Length", mask=0x3F, within=eip_word)
    eip_prefix = ipv4(None, f"{EIP}.ipv4_prefix", "IPv4 prefix")
    eip_size = u8(None, f"{EIP}.subclvs_length", "SubCLV Length")
    eip_code = u8(None, f"{EIP}.code", "Code", names=PREFIX_CODES)
    eip_code_length = u8(None, f"{EIP}.length", "Length")
    tag_32 = u32(None, "isis.lsp.32_bit_administrative_tag", "32-Bit Administrative tag")
    tag_64 = u64(None, "isis.lsp.64_bit_administrative_tag", "64-Bit Administrative tag", HEX)
    psid = u8(None, f"{EIP}.prefix_sid.flags", "Flags", HEX)
    psid_bits = bits(
        psid, f"{EIP}.prefix_sid.flags",
        ("r", "Re-advertisement", 0x80), ("n", "Node-SID", 0x40), ("p", "no-PHP", 0x20), ("e", "Explicit-Null", 0x10),
        ("v", "Value", PREFIX_V), ("l", "Local", PREFIX_L),
    )  # fmt: skip
    attribute_flags = u8(None, "isis.lsp.prefix_attribute.flags", "Flags", HEX)
    attribute_x = flag(None, "isis.lsp.prefix_attribute.flags.x", "External Prefix", 0x80, within=attribute_flags)
    attribute_r = flag(None, "isis.lsp.prefix_attribute.flags.r", "Re-advertisement", 0x40, within=attribute_flags)
    attribute_n = flag(None, "isis.lsp.prefix_attribute.flags.n", "Node", 0x20, within=attribute_flags)
    algorithm = u8(None, "isis.lsp.sr_alg", "Algorithm")
    ip6_metric = u32(None, f"{IP6}.metric", "Metric")
    ip6_word = u8(None, "", "Control")
    ip6_distribution = flag(None, f"{IP6}.distribution", "Distribution", 0x80, within=ip6_word)
    ip6_internal = flag(None, f"{IP6}.distribution_internal", "Distribution", 0x40, within=ip6_word)
    ip6_sub = flag(None, f"{IP6}.subtlv", "Sub-TLV", 0x20, within=ip6_word)
    ip6_reserved = u8(None, f"{IP6}.reserved_bits", "Reserved bits", HEX, mask=0x1F, within=ip6_word)
    ip6_plain = u8(None, "", "Control")  # without reserved bits, which are shown only where one is set
    ip6_plain_distribution = flag(None, f"{IP6}.distribution", "Distribution", 0x80, within=ip6_plain)
    ip6_plain_internal = flag(None, f"{IP6}.distribution_internal", "Distribution", 0x40, within=ip6_plain)
    ip6_plain_sub = flag(None, f"{IP6}.subtlv", "Sub-TLV", 0x20, within=ip6_plain)
    ip6_length = u8(None, f"{IP6}.prefix_length", "Prefix Length")
    ip6_prefix = ipv6(None, f"{IP6}.ipv6_prefix", "IPv6 prefix")
    ip6_size = u8(None, f"{IP6}.subclvs_length", "SubCLV Length")

    capable_router = u32(None, "isis.lsp.rt_capable.router_id", "Router ID", HEX)
    capable_flags = u8(None, "", "Flags")
    capable_s = flag(None, "isis.lsp.rt_capable.flag_s", "S bit", 0x01, within=capable_flags)
    capable_d = flag(None, "isis.lsp.rt_capable.flag_d", "D bit", 0x02, within=capable_flags)
    sub_type, sub_length = u8(None, "", "Type"), u8(None, "", "Length")
    sr_flags = u8(None, "", "Flags")
    sr_i = flag(None, "isis.lsp.sr_cap.i_flag", "I flag: IPv4 support", 0x80, within=sr_flags)
    sr_v = flag(None, "isis.lsp.sr_cap.v_flag", "V flag: IPv6 support", 0x40, within=sr_flags)
    sr_range = u24(None, "isis.lsp.sr_cap.range", "Range")
    sr_label = u24(None, "isis.lsp.sr_cap.label", "Label")
    sr_sid = u32(None, "isis.lsp.sr_cap.sid", "SID")
    block_flags = u8(None, "isis.lsp.sr_local_block.flags", "Flags", HEX)
    msd_type = u8(None, "isis.lsp.igp_msd_type", "MSD Type")
    msd_value = u8(None, "isis.lsp.igp_msd_value", "MSD Value")
    cap_word = u16(None, "", "MT-Capability")
    cap_overload = flag(None, "isis.lsp.overload", "Overload", 0x8000, within=cap_word)
    cap_topology = u16(None, "isis.lsp.mt_cap.mtid", "Topology ID", mask=0x0FFF, within=cap_word)
    spb_root = raw(None, "isis.lsp.mt_cap_spb_instance.cist_root_identifier", "CIST Root Identifier", size=8)
    spb_cost = u32(None, "isis.lsp.mt_cap_spb_instance.cist_external_root_path_cost", "CIST External Root Path Cost")
    spb_priority = u16(None, "isis.lsp.mt_cap_spb_instance.bridge_priority", "Bridge Priority", HEX)
    spb_word = u32(None, "", "SPSourceId word")
    spb_v = flag(None, "isis.lsp.mt_cap_spb_instance.v", "V", 0x00100000, within=spb_word)
    spb_source = u32(None, "isis.lsp.mt_cap.spsourceid", "SPSourceId", HEX, mask=0x000FFFFF, within=spb_word)
    spb_trees = u16(None, "isis.lsp.mt_cap_spb_instance.number_of_trees", "Number of Trees", HEX_DEC, size=1)


F = LinkStateFields
Reader = Callable[[Cursor], None]


def neighbors(c: Cursor, level1: bool) -> None:
    """Neighbours with small metrics; the designated routers of LANs among them."""
    c.add(F.virtual if level1 else F.not_virtual)
    while c.remaining:
        with c.group(F.neighbor, 11, f"IS Neighbor: {system_id(c.peek_bytes(7, 4))}") as c:
            for word in (F.old_default, F.old_delay, F.old_expense, F.old_error):
                c.add(word[0])
            c.add(F.neighbor_id, value=system_id(c.peek_bytes(7)))


def end_systems(c: Cursor) -> None:
    """End systems, all at the same distance."""
    for word in (F.old_default, F.old_delay, F.old_expense, F.old_error):
        c.add(word[0])
    while c.remaining:
        c.add(F.end_system, value=system_id(c.peek_bytes(6)))


def reachability(c: Cursor) -> None:
    """Prefixes with small metrics (RFC 1195)."""
    while c.remaining:
        with c.group(F.prefix, 12) as c:
            for word in (F.ip_default, F.ip_delay, F.ip_expense, F.ip_error):
                c.add(word[0])
            c.add(F.ip_prefix)
            c.add(F.ip_mask)


def extended_neighbors(c: Cursor) -> None:
    """Neighbours with wide metrics, and what is known of the link (RFC 5305)."""
    while c.remaining:
        with c.group(F.neighbor, 11 + c.peek(1, 10), f"IS Neighbor: {system_id(c.peek_bytes(7))}") as c:
            c.add(F.eis_id, value=system_id(c.peek_bytes(7)))
            c.add(F.eis_metric)
            c.add(F.eis_size)
            while c.remaining:
                kind, size = c.peek(1), c.peek(1, 1)
                title = f"subTLV: {CODES.get(kind, 'Unknown')} (c={kind}, l={size})"
                with c.group(F.sub, 2 + size, title) as c:
                    c.add(F.eis_code)
                    c.add(F.eis_length)
                    link(c, kind)


LINKS = {
    4: (F.eis_local, F.eis_remote), 6: (F.eis_ipv4,), 8: (F.eis_ipv4_neighbor,), 9: (F.bandwidth,),
    10: (F.reservable,), 11: (F.unreserved,) * 8, 12: (F.eis_ipv6,), 13: (F.eis_ipv6_neighbor,), 18: (F.eis_te,),
    29: (F.spb_metric, F.spb_ports, F.spb_port),
}  # fmt: skip


BANDWIDTHS = (9, 10, 11)


def link(c: Cursor, kind: int) -> None:
    """One property of a link."""
    for field in LINKS.get(kind, ()):
        if kind in BANDWIDTHS:  # octets a second; shown as megabits
            c.add(field, value=struct.unpack(">f", c.peek_bytes(4))[0] * 8 / 1_000_000)
        else:
            c.add(field)
    if kind in (31, 32):
        c.add(F.adj_flags)
        c.add(F.adj_weight)
        if kind == 32:
            c.add(F.adj_system, value=system_id(c.peek_bytes(6)))
        c.add(F.sid_label if c.remaining == 3 else F.sid_index)


def extended_reachability(c: Cursor) -> None:
    """Prefixes with wide metrics (RFC 5305)."""
    while c.remaining:
        with c.group(F.prefix) as c:
            c.add(F.eip_metric)
            word = c.add(F.eip_word)
            size = ((word & 0x3F) + 7) // 8
            octets = c.peek_bytes(size)
            c.add(F.eip_prefix, size, value=int.from_bytes(octets[: IPV4.size].ljust(IPV4.size, b"\0"), "big"))
            subs(c, F.eip_size, bool(word & 0x40))


def reachability_6(c: Cursor) -> None:
    """RFC 5308."""
    while c.remaining:
        with c.group(F.prefix, text="IPv6 prefix") as c:
            c.add(F.ip6_metric)
            word = c.peek(1)
            c.add(F.ip6_word if word & 0x1F else F.ip6_plain)
            size = (c.add(F.ip6_length) + 7) // 8
            c.add(F.ip6_prefix, size, value=c.peek_bytes(size)[: IPV6.size].ljust(IPV6.size, b"\0"))
            present = bool(word & 0x20)
            subs(c, F.ip6_size if present else F.eip_size, present)  # without any, Wireshark's field of IPv4's option


def subs(c: Cursor, length: Field, present: bool) -> None:
    """What more is known of a prefix."""
    if not present:
        c.derived(length, 0, "no sub-TLVs present")
        return
    with c.group(F.sub, c.add(length), "subTLVs") as c:
        while c.remaining:
            kind = c.add(F.eip_code)
            with c.group(F.sub, c.add(F.eip_code_length), f"subTLV: {PREFIX_CODES.get(kind, 'Unknown')}") as c:
                if kind == 3:
                    c.add(F.psid)
                    c.add(F.algorithm)
                    c.add(F.sid_label if c.remaining == 3 else F.sid_index)
                elif kind == 4:
                    c.add(F.attribute_flags)
                while c.remaining >= 4 and kind == 1:
                    c.add(F.tag_32)
                while c.remaining >= 8 and kind == 2:
                    c.add(F.tag_64)


def capability(c: Cursor) -> None:
    """RFC 7981; segment routing: RFC 8667."""
    c.add(F.capable_router)
    c.add(F.capable_flags)
    while c.remaining:
        kind = c.add(F.sub_type)
        with c.group(F.sub, c.add(F.sub_length), f"Sub-TLV {kind}") as c:
            if kind in (2, 22):
                c.add(F.sr_flags if kind == 2 else F.block_flags)
                while c.remaining:
                    c.add(F.sr_range)
                    c.add(F.sub_type)
                    c.add(F.sr_label if c.add(F.sub_length) == 3 else F.sr_sid)
            while c.remaining and kind == 19:
                c.add(F.algorithm)
            while c.remaining and kind == 23:
                c.add(F.msd_type)
                c.add(F.msd_value)


def mt_capability(c: Cursor) -> None:
    """RFC 6329: shortest path bridging."""
    c.add(F.cap_word)
    while c.remaining:
        kind = c.add(F.sub_type)
        with c.group(F.sub, c.add(F.sub_length), f"Sub-TLV {kind}") as c:
            if kind == 1:
                for field in (F.spb_root, F.spb_cost, F.spb_priority, F.spb_word, F.spb_trees):
                    c.add(field)


def purge(c: Cursor) -> None:
    """RFC 6232."""
    c.add(F.purgers)
    while c.remaining:
        c.add(F.purger, value=system_id(c.peek_bytes(6)))


def topology(read: Reader) -> Reader:
    """A reader of the same of one of several topologies (RFC 5120)."""

    def reader(c: Cursor) -> None:
        c.add(F.mt_word)
        read(c)

    return reader


def readers(level1: bool) -> Mapping[int, Reader]:
    """The options' readers, in link states of level 1 or 2."""
    return READERS_1 if level1 else READERS_2


READERS_2: dict[int, Reader] = {
    2: lambda c: neighbors(c, False),
    3: end_systems,
    4: lambda c: c.add(F.partition, value=system_id(c.peek_bytes(6))),
    13: purge,
    14: lambda c: c.add(F.buffer_size),
    22: extended_neighbors,
    128: reachability,
    130: reachability,
    134: lambda c: c.add(F.router),
    135: extended_reachability,
    137: lambda c: c.add(F.hostname, c.remaining),
    140: lambda c: c.add(F.router_6),
    144: mt_capability,
    222: topology(extended_neighbors),
    229: lambda c: F.repeat(c, F.mt),
    232: lambda c: F.repeat(c, F.ipv6_address),
    235: topology(extended_reachability),
    236: reachability_6,
    237: topology(reachability_6),
    242: capability,
}
READERS_1 = READERS_2 | {2: lambda c: neighbors(c, True)}
