"""BGP's path attributes (RFC 4271, section 4.3, and those of other RFCs beside each).

    +---------------+---------------+---------------+---------------+
    | O T P E flags |     type      | length, 8 or 16 bits; value ...
    +---------------+---------------+---------------+---------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    HEX,
    STRING,
    UINT16,
    Field,
    ether,
    flag,
    float32,
    group,
    ipv4,
    ipv6,
    raw,
    u8,
    u16,
    u24,
    u32,
    u48,
    u64,
)  # fmt: skip
from dissect.layers import bgp_names
from dissect.layers.bgp_routes import RD_SIZE, distinguisher, routes

OPTIONAL, TRANSITIVE, PARTIAL, EXTENDED = 0x80, 0x40, 0x20, 0x10
AS_PATH, AS4_PATH, ATTR_SET = 2, 17, 128
COMMUNITIES = 16  # extended ones
DEEPEST = 4  # attribute sets within attribute sets
PATH = "bgp.update.path_attribute"


def _subtype(name: str, label: str) -> Field:
    return u8(None, f"bgp.ext_com.stype_{name}", f"Subtype{label}", HEX, names=bgp_names.SUBTYPES)


class AttributeFields:
    """Fields of path attributes."""

    attribute = group(PATH, "Path Attribute")
    flags = u8(None, f"{PATH}.flags", "Flags", HEX)
    optional = flag(None, f"{PATH}.flags.optional", "Optional", OPTIONAL, within=flags)
    transitive = flag(None, f"{PATH}.flags.transitive", "Transitive", TRANSITIVE, within=flags)
    partial = flag(None, f"{PATH}.flags.partial", "Partial", PARTIAL, within=flags)
    extended = flag(None, f"{PATH}.flags.extended_length", "Extended-Length", EXTENDED, within=flags)
    unused = u8(None, f"{PATH}.flags.unused", "Unused", HEX, mask=0x0F, within=flags)
    code = u8(None, f"{PATH}.type_code", "Type Code", names=bgp_names.ATTRIBUTES)
    value_length = Field(f"{PATH}.length", "Length", UINT16)
    unknown = group("bgp.update.path_attributes.unknown", "Unknown Path attributes")
    origin = u8(None, f"{PATH}.origin", "Origin", names=bgp_names.ORIGINS)
    segment = group(f"{PATH}.as_path_segment", "AS Path segment")
    segment_type = u8(None, f"{PATH}.as_path_segment.type", "Segment type", names=bgp_names.SEGMENTS)
    segment_length = u8(None, f"{PATH}.as_path_segment.length", "Segment length (number of ASN)")
    as2 = u16(None, f"{PATH}.as_path_segment.as2", "AS2")
    as4 = u32(None, f"{PATH}.as_path_segment.as4", "AS4")
    next_hop = ipv4(None, f"{PATH}.next_hop", "Next hop")
    med = u32(None, f"{PATH}.multi_exit_disc", "Multiple exit discriminator")
    local_pref = u32(None, f"{PATH}.local_pref", "Local preference")
    aggregator_as = u32(None, f"{PATH}.aggregator_as", "Aggregator AS")
    aggregator = ipv4(None, f"{PATH}.aggregator_origin", "Aggregator origin")
    communities = group(f"{PATH}.communities", "Communities")
    community = group(f"{PATH}.community", "Community")
    well_known = u32(None, f"{PATH}.community_wellknown", "Community Well-known", HEX, names=bgp_names.WELL_KNOWN)
    community_as = u16(None, f"{PATH}.community_as", "Community AS")
    community_value = u16(None, f"{PATH}.community_value", "Community value")
    originator = ipv4(None, f"{PATH}.originator_id", "Originator identifier")
    clusters = group("bgp.path_attribute.cluster_list", "Cluster List")
    cluster = ipv4(None, "bgp.path_attribute.cluster_id", "Cluster ID")
    reach_afi = u16(None, f"{PATH}.mp_reach_nlri.afi", "Address family identifier (AFI)", names=bgp_names.AFI)
    reach_safi = u8(
        None, f"{PATH}.mp_reach_nlri.safi", "Subsequent address family identifier (SAFI)", names=bgp_names.SAFI
    )
    reach_hop_length = u8(None, "", "Next hop length")
    reach_hop = Field(f"{PATH}.mp_reach_nlri.next_hop", "Next hop", BYTES)
    hop_rd = Field(f"{PATH}.mp_reach_nlri.next_hop.rd", "Route Distinguisher", STRING, size=RD_SIZE)
    hop_4 = ipv4(None, f"{PATH}.mp_reach_nlri.next_hop.ipv4", "IPv4 Address")
    hop_6 = ipv6(None, f"{PATH}.mp_reach_nlri.next_hop.ipv6", "IPv6 Address")
    hop_link = ipv6(None, f"{PATH}.mp_reach_nlri.next_hop.ipv6.link_local", "Link-local Address")
    snpas = u8(None, f"{PATH}.mp_reach_nlri.nbr_snpa", "Number of Subnetwork points of attachment (SNPA)")
    snpa_length = u8(None, f"{PATH}.mp_reach_nlri.snpa_length", "SNPA Length")
    snpa = raw(None, f"{PATH}.mp_reach_nlri.snpa", "SNPA")
    reach = group(f"{PATH}.mp_reach_nlri", "Network Layer Reachability Information (NLRI)")
    unreach_afi = u16(None, f"{PATH}.mp_unreach_nlri.afi", "Address family identifier (AFI)", names=bgp_names.AFI)
    unreach_safi = u8(
        None, f"{PATH}.mp_unreach_nlri.safi", "Subsequent address family identifier (SAFI)", names=bgp_names.SAFI
    )
    unreach = group(f"{PATH}.mp_unreach_nlri", "Withdrawn Routes")
    ext_communities = group("bgp.ext_communities", "Carried extended communities")
    ext_community = group("bgp.ext_community", "Community")
    ext_type = u8(None, "bgp.ext_com.type", "Type", HEX, names=bgp_names.COMMUNITIES)
    ext_authority = flag(None, "bgp.ext_com.type.auth", "IANA Authority", 0x80, within=ext_type)
    ext_transitive = flag(None, "bgp.ext_com.type.tran", "Transitive across ASes", 0x40, within=ext_type)
    sub_unknown = _subtype("unknown", "")
    sub_evpn = _subtype("tr_evpn", " (EVPN)")
    sub_as2, sub_n_as2 = _subtype("tr_as2", " (AS2)"), _subtype("ntr_as2", " (Non-transitive AS2)")
    sub_as4, sub_n_as4 = _subtype("tr_as4", " (AS4)"), _subtype("ntr_as4", " (Non-transitive AS4)")
    sub_ip4, sub_n_ip4 = _subtype("tr_IP4", " (IPv4)"), _subtype("ntr_IP4", " (Non-transitive IPv4)")
    sub_opaque, sub_n_opaque = _subtype("tr_opaque", " (Opaque)"), _subtype("ntr_opaque", " (Non-transitive Opaque)")
    sub_exp, sub_exp_2 = _subtype("tr_exp", " (Experimental)"), _subtype("tr_exp_2", " (Experimental Part 2)")
    sub_exp_3 = _subtype("tr_exp_3", " (Experimental Part 3)")
    tunnel_type = u16(None, "bgp.ext_com.tunnel_type", "Tunnel type", names=bgp_names.TUNNELS)
    value_as2 = u16(None, "bgp.ext_com.value_as2", "2-Octet AS")
    value_as4 = u32(None, "bgp.ext_com.value_as4", "4-Octet AS")
    value_ip4 = ipv4(None, "bgp.ext_com.value_IP4", "IPv4 address")
    value_an2 = u16(None, "bgp.ext_com.value_an2", "2-Octet AN")
    value_an4 = u32(None, "bgp.ext_com.value_an4", "4-Octet AN")
    value_bandwidth = float32(None, "bgp.ext_com.value_link_bw", "Link bandwidth")
    value_area = ipv4(None, "bgp.ext_com.value_ospf_rtype.area", "Area ID")
    value_route = u8(None, "bgp.ext_com.value_ospf_rtype.type", "Route type")
    value_options = u8(None, "bgp.ext_com.value_ospf_rtype.options", "Options", HEX)
    value_router = ipv4(None, "bgp.ext_com.value_ospf_rid", "Router ID")
    mobility_flags = u8(None, "bgp.ext_com_evpn.mmac.flags", "Flags", HEX)
    mobility_sticky = flag(None, "bgp.ext_com_evpn.mmac.flags.sticky", "Sticky/Static MAC", 0x01, within=mobility_flags)
    mobility_sequence = u32(None, "bgp.ext_com_evpn.mmac.seq", "Sequence number")
    segment_target = ether(None, "bgp.ext_com_evpn.esi.rt", "ES-Import Route Target")
    router_mac = ether(None, "bgp.ext_com_evpn.esi.router_mac", "Router's MAC")
    single_active = flag(None, "bgp.ext_com_l2.esi_label_flag", "Single active bit", 0x01, size=1)
    l2_encaps = u8(None, "bgp.ext_com_l2.encaps_type", "Encaps Type", names=bgp_names.L2_ENCAPSULATIONS)
    l2_flags = u8(None, "bgp.ext_com_l2.c_flags", "Control Flags", HEX)
    l2_flag_bits = (
        flag(None, "bgp.ext_com_l2.flag_d", "Down flag", 0x80, within=l2_flags),
        u8(None, "bgp.ext_com_l2.flag_z1", "Unassigned", mask=0x40, within=l2_flags),
        flag(None, "bgp.ext_com_l2.flag_f", "Flush flag", 0x20, within=l2_flags),
        u8(None, "bgp.ext_com_l2.flag_z345", "Unassigned", mask=0x1C, within=l2_flags),
        flag(None, "bgp.ext_com_l2.flag_c", "C flag", 0x02, within=l2_flags),
        flag(None, "bgp.ext_com_l2.flag_s", "S flag", 0x01, within=l2_flags),
    )
    l2_mtu = u16(None, "bgp.ext_com_l2.l2_mtu", "Layer-2 MTU")
    rate = float32(None, "bgp.ext_com_flow.rate_limit", "Rate shaper")
    value_raw = u48(None, "bgp.ext_com.value_raw", "Raw Value", HEX)
    large = Field("bgp.large_communities", "Large Communities", STRING, size=12)
    large_admin = u32(None, "bgp.large_communities.ga", "Global Administrator")
    large_1 = u32(None, "bgp.large_communities.ldp1", "Local Data Part 1")
    large_2 = u32(None, "bgp.large_communities.ldp2", "Local Data Part 2")
    aigp = group(f"{PATH}.aigp", "AIGP Attribute")
    aigp_type = u8(None, "bgp.update.attribute.aigp.type", "AIGP attribute type", names={1: "Type AIGP TLV"})
    aigp_length = u16(None, "bgp.update.attribute.aigp.length", "AIGP TLV length")
    aigp_metric = u64(None, "bgp.update.attribute.aigp.accu_igp_metric", "AIGP Accumulated IGP Metric")
    pmsi_flags = u8(None, f"{PATH}.pmsi.tunnel.flags", "Flags")
    pmsi_type = u8(None, f"{PATH}.pmsi.tunnel.type", "Tunnel Type", names=bgp_names.PMSI)
    pmsi_label = u24(None, f"{PATH}.mpls_label_value_20bits", "MPLS Label", mask=0xFFFFF0)
    pmsi_label_24 = u24(None, f"{PATH}.mpls_label_value", "MPLS Label")
    pmsi_id = group(f"{PATH}.pmsi.tunnel.id", "Tunnel ID")
    pmsi_rsvp = ipv4(None, f"{PATH}.pmsi.rsvp.id", "RSVP P2MP id")
    pmsi_rsvp_tunnel = u16(None, f"{PATH}.pmsi.rsvp.tunnel_id", "RSVP P2MP tunnel id")
    pmsi_rsvp_extended = ipv4(None, f"{PATH}.pmsi.rsvp.ext_tunnel_idv4", "RSVP P2MP extended tunnel id")
    pmsi_ssm_root = ipv4(None, f"{PATH}.pmsi.pimssm.root_node", "PIM-SSM Tree tunnel Root Node")
    pmsi_ssm_group = ipv4(None, f"{PATH}.pmsi.pimssm.pmulticast_group", "PIM-SSM Tree tunnel P-multicast group")
    pmsi_sm_sender = ipv4(None, f"{PATH}.pmsi.pimsm.sender_address", "PIM-SM Tree tunnel sender address")
    pmsi_sm_group = ipv4(None, f"{PATH}.pmsi.pimsm.pmulticast_group", "PIM-SM Tree tunnel P-multicast group")
    pmsi_replication = ipv4(None, f"{PATH}.pmsi.ingress_rep_ip", "Tunnel type ingress replication IP end point")
    encaps_type = u16(None, "bgp.update.encaps_tunnel_tlv_type", "Type code", names=bgp_names.TUNNELS)
    encaps_len = u16(None, "bgp.update.encaps_tunnel_tlv_len", "length")
    encaps_sub = u8(None, "bgp.update.encaps_tunnel_subtlv_type", "Type code")
    encaps_sub_len = Field("bgp.update.encaps_tunnel_tlv_sublen", "length", UINT16)
    encaps = group("", "Tunnel")
    encaps_value = raw(None, "bgp.update.encaps_tunnel_tlv_subtlv.value", "Value")
    sid_type = u8(None, "bgp.prefix_sid.type", "Type", names={1: "Label-Index", 3: "Originator SRGB"})
    sid_length = u16(None, "bgp.prefix_sid.length", "Length")
    sid_label = group("bgp.prefix_sid.label_index", "Label-Index")
    sid_reserved = raw(None, "bgp.prefix_sid.reserved", "Reserved", size=1)
    sid_flags = u16(None, "bgp.prefix_sid.label_index.flags", "Label-Index Flags", HEX)
    sid_index = u32(None, "bgp.prefix_sid.label_index.value", "Label-Index Value")
    sid_unknown = group("bgp.prefix_sid.unknown", "Unknown TLV")
    sid_value = raw(None, "bgp.prefix_sid.value", "Value")
    set_attributes = group("bgp.update.path_attributes", "Path attributes")
    set_as = u32(None, f"{PATH}.attr_set.origin_as", "Origin AS")
    sec_path_length = u16(None, f"{PATH}.bgpsec.sp.length", "Length")
    sec_path, sec_block = group("", "Secure Path"), group("", "Signature Block")
    sec_count = u8(None, f"{PATH}.bgpsec.sps.pcount", "pCount")
    sec_segment_flags = u8(None, f"{PATH}.bgpsec.sps.flags", "Flags")
    sec_as = u32(None, f"{PATH}.bgpsec.sps.as", "AS Number")
    sec_block_length = u16(None, f"{PATH}.bgpsec.sb.length", "Length")
    sec_algorithm = u8(None, f"{PATH}.bgpsec.sb.algo_id", "Algo ID")
    sec_key = raw(None, f"{PATH}.bgpsec.ss.ski", "SKI", size=20)
    sec_signature_length = u16(None, f"{PATH}.bgpsec.ss.length", "Length")
    sec_signature = raw(None, f"{PATH}.bgpsec.ss.sig", "Signature")


F = AttributeFields


def attributes(c: Cursor, depth: int = 0) -> None:
    """Path attributes up to the end."""
    while c.remaining:
        head = 4 if c.peek(1) & EXTENDED else 3
        size = c.peek(head - 2, 2)
        cut = size > c.limit - c.pos - head
        with c.group(F.attribute, min(head + size, c.limit - c.pos)) as c:
            c.add(F.flags)
            kind = c.add(F.code)
            c.add(F.value_length, head - 2)
            name = bgp_names.ATTRIBUTES.get(kind, f"Unknown ({kind})")
            c.label(f"Path Attribute - {name}")
            if cut:
                c.note("error", "Malformed", f"Path attribute length is invalid: {size} bytes", "bgp.length.invalid")
                return
            attribute(c, kind, size, name, depth)


def overlay(octets: bytes) -> bool:
    """Whether an extended community says that the routes' labels are VXLAN's or NVGRE's numbers (RFC 8365, section 5.1.3)."""
    at = 0
    while at + 3 <= len(octets):
        head = 4 if octets[at] & EXTENDED else 3
        size = int.from_bytes(octets[at + 2 : at + head], "big")
        value = octets[at + head : at + head + size]
        if octets[at + 1] == COMMUNITIES and any(
            value[i : i + 2] == b"\x03\x0c" and value[i + 6 : i + 8] in (b"\0\x08", b"\0\x09") for i in range(0, len(value), 8)
        ):
            return True
        at += head + size
    return False


def attribute(c: Cursor, kind: int, size: int, name: str, depth: int) -> None:
    """The value of one attribute."""
    fixed = FIXED.get(kind)
    if fixed is not None:
        if size != fixed.size:
            c.note("error", "Malformed", f"{fixed.label} (invalid): {size} bytes", "bgp.length.invalid")
        else:
            c.add(fixed)
    elif kind in (AS_PATH, AS4_PATH):
        path(c, kind == AS4_PATH)
    elif kind == ATTR_SET:
        c.add(F.set_as)
        if depth < DEEPEST:
            with c.group(F.set_attributes, c.remaining) as c:
                attributes(c, depth + 1)
        else:
            c.note("warn", "Protocol", "Attribute sets are nested too deep", "bgp.attr_set.depth")
    elif kind in VALUES:
        VALUES[kind](c)
    elif kind != 6:
        with c.group(F.unknown, c.remaining):
            c.skip(c.remaining)


def as_size(octets: bytes) -> int:
    """Whether a path's AS numbers have 2 octets or 4 (RFC 6793): only where segments then end can tell."""
    for width in (2, 4):
        at = 0
        while at + 2 <= len(octets) and octets[at] in bgp_names.SEGMENTS and octets[at + 1]:
            at += 2 + width * octets[at + 1]
        if at == len(octets):
            return width
    return 2


def path(c: Cursor, four: bool) -> None:
    """The ASes a route went through."""
    width = 4 if four else as_size(c.peek_bytes(c.remaining))
    field = F.as4 if width == 4 else F.as2
    while c.remaining:
        with c.group(F.segment) as c:
            c.add(F.segment_type)
            count = c.add(F.segment_length)
            numbers = [c.add(field) for _ in range(count)]
            c.label("AS Path segment: " + " ".join(map(str, numbers)))


def aggregator(c: Cursor) -> None:
    """Who made an aggregate."""
    if c.remaining not in (6, 8):
        c.note("error", "Malformed", f"Aggregator (invalid): {c.remaining} bytes", "bgp.length.invalid")
        return
    c.add(F.aggregator_as, c.remaining - 4)
    c.add(F.aggregator)


def communities(c: Cursor) -> None:
    """RFC 1997."""
    if c.remaining % 4:
        c.note("error", "Malformed", f"Communities (invalid): {c.remaining} bytes", "bgp.length.invalid")
        return
    with c.group(F.communities, c.remaining) as c:
        while c.remaining:
            if c.peek(4) in bgp_names.WELL_KNOWN:
                c.add(F.well_known)
                continue
            with c.group(F.community, 4) as c:
                c.label(f"Community: {c.add(F.community_as)}:{c.add(F.community_value)}")


def cluster_list(c: Cursor) -> None:
    """RFC 4456: the reflectors a route passed."""
    if c.remaining % 4:
        c.note("error", "Malformed", f"Cluster List (invalid): {c.remaining} bytes", "bgp.length.invalid")
        return
    with c.group(F.clusters, c.remaining) as c:
        while c.remaining:
            c.add(F.cluster)


def mp_reach(c: Cursor) -> None:
    """RFC 4760, section 3."""
    afi, safi = c.add(F.reach_afi), c.add(F.reach_safi)
    with c.group(F.reach_hop, 1 + c.peek(1)) as c:
        c.add(F.reach_hop_length)
        next_hops(c)
    for _ in range(c.add(F.snpas)):
        c.add(F.snpa, (c.add(F.snpa_length) + 1) // 2)
    if c.remaining:
        with c.group(F.reach, c.remaining) as c:
            routes(c, afi, safi, reach=True)


HOPS = {4: (0, 4), 12: (8, 4), 16: (0, 16), 24: (8, 16), 32: (0, 32), 48: (8, 32)}


def next_hops(c: Cursor) -> None:
    """The addresses of a next hop, as its length tells them."""
    size = c.remaining
    ahead, rest = HOPS.get(size, (0, 0))
    if not rest:
        return
    if ahead:
        c.add(F.hop_rd, value=distinguisher(c.peek_bytes(RD_SIZE)))
    if rest == 4:
        c.add(F.hop_4)
        return
    c.add(F.hop_6)
    if rest == 32:
        if ahead:
            c.add(F.hop_rd, value=distinguisher(c.peek_bytes(RD_SIZE)))
        c.add(F.hop_link)


def mp_unreach(c: Cursor) -> None:
    """RFC 4760, section 4."""
    afi, safi = c.add(F.unreach_afi), c.add(F.unreach_safi)
    with c.group(F.unreach, c.remaining) as c:
        routes(c, afi, safi, reach=False)


# type -> subtype's field, and the value's fields
COMMUNITY_FORMS = {
    0x00: (F.sub_as2, (F.value_as2, F.value_an4)), 0x40: (F.sub_n_as2, (F.value_as2, F.value_an4)),
    0x01: (F.sub_ip4, (F.value_ip4, F.value_an2)), 0x41: (F.sub_n_ip4, (F.value_ip4, F.value_an2)),
    0x02: (F.sub_as4, (F.value_as4, F.value_an2)), 0x42: (F.sub_n_as4, (F.value_as4, F.value_an2)),
    0x03: (F.sub_opaque, (F.value_raw,)), 0x43: (F.sub_n_opaque, (F.value_raw,)),
    0x06: (F.sub_evpn, (F.value_raw,)), 0x80: (F.sub_exp, (F.value_raw,)), 0x81: (F.sub_exp_2, (F.value_raw,)),
    0x82: (F.sub_exp_3, (F.value_raw,)),
}  # fmt: skip
COMMUNITY_VALUES: dict[tuple[int, int], tuple[Field | int, ...]] = {  # a number: so many octets that say nothing, or were said already
    (0x40, 0x04): (F.value_as2, F.value_bandwidth), (0x00, 0x04): (F.value_as2, F.value_bandwidth),
    (0x03, 0x0C): (4, F.tunnel_type), (0x06, 0x00): (F.mobility_flags, 1, F.mobility_sequence),
    (0x06, 0x01): (F.single_active, 2, F.pmsi_label_24, -3, F.pmsi_label), (0x06, 0x02): (F.segment_target,), (0x06, 0x03): (F.router_mac,),
    (0x80, 0x0A): (F.l2_encaps, F.l2_flags, F.l2_mtu, 2), (0x80, 0x06): (F.value_as2, F.rate),
    (0x01, 0x07): (F.value_router,), (0x03, 0x06): (F.value_area, F.value_route, F.value_options),
}  # fmt: skip


def extended_communities(c: Cursor) -> None:
    """RFC 4360, RFC 7153."""
    if c.remaining % 8:
        c.note("error", "Malformed", "Extended community length is wrong", "bgp.ext_com.length.bad")
        return
    with c.group(F.ext_communities, c.remaining) as c:
        while c.remaining:
            with c.group(F.ext_community, 8) as c:
                kind = c.add(F.ext_type)
                sub, fields = COMMUNITY_FORMS.get(kind, (F.sub_unknown, (F.value_raw,)))
                subtype = c.add(sub)
                c.label(bgp_names.COMMUNITIES.get(kind, f"Unknown type 0x{kind:02x}"))
                for field in COMMUNITY_VALUES.get((kind, subtype), fields):
                    if isinstance(field, int) and field < 0:
                        c.pos += field
                    elif isinstance(field, int):
                        c.skip(field)
                    else:
                        c.add(field)


def large_communities(c: Cursor) -> None:
    """RFC 8092."""
    while c.remaining:
        parts = [c.peek(4, at) for at in (0, 4, 8)]
        with c.group(F.large, 12, value=":".join(map(str, parts))) as c:
            for field in (F.large_admin, F.large_1, F.large_2):
                c.add(field)


def aigp(c: Cursor) -> None:
    """RFC 7311."""
    while c.remaining:
        size = c.peek(2, 1)
        with c.group(F.aigp, max(min(size, c.remaining), 3)) as c:
            kind = c.add(F.aigp_type)
            c.add(F.aigp_length)
            if kind == 1 and size == 11:
                c.label(f"AIGP Attribute: {c.add(F.aigp_metric)}")


PMSI_PARTS = {
    3: (F.pmsi_ssm_root, F.pmsi_ssm_group), 4: (F.pmsi_sm_sender, F.pmsi_sm_group), 6: (F.pmsi_replication,),
}  # fmt: skip


def pmsi(c: Cursor) -> None:
    """RFC 6514, section 5."""
    c.add(F.pmsi_flags)
    kind = c.add(F.pmsi_type)
    c.add(F.pmsi_label)
    with c.group(F.pmsi_id, c.remaining) as c:
        if kind == 1:
            c.add(F.pmsi_rsvp)
            c.skip(2)
            c.add(F.pmsi_rsvp_tunnel)
            c.add(F.pmsi_rsvp_extended)
        for field in PMSI_PARTS.get(kind, ()):
            c.add(field)


def tunnels(c: Cursor) -> None:
    """RFC 9012."""
    while c.remaining:
        c.add(F.encaps_type)
        size = c.add(F.encaps_len)
        with c.group(F.encaps, size) as c:
            while c.remaining:
                wide = c.add(F.encaps_sub) >= 128
                c.add(F.encaps_value, c.add(F.encaps_sub_len, 2 if wide else 1))


def prefix_sid(c: Cursor) -> None:
    """RFC 8669."""
    while c.remaining:
        kind = c.peek(1)
        with c.group(F.sid_label if kind == 1 else F.sid_unknown, 3 + c.peek(2, 1)) as c:
            c.add(F.sid_type)
            c.add(F.sid_length)
            if kind == 1:
                for field in (F.sid_reserved, F.sid_flags, F.sid_index):
                    c.add(field)
            c.rest(F.sid_value)


def bgpsec(c: Cursor) -> None:
    """RFC 8205, section 3."""
    size = c.add(F.sec_path_length)
    with c.group(F.sec_path, size - 2) as c:
        while c.remaining:
            for field in (F.sec_count, F.sec_segment_flags, F.sec_as):
                c.add(field)
    while c.remaining:
        size = c.add(F.sec_block_length)
        with c.group(F.sec_block, size - 2) as c:
            c.add(F.sec_algorithm)
            while c.remaining:
                c.add(F.sec_key)
                c.add(F.sec_signature, c.add(F.sec_signature_length))


FIXED = {1: F.origin, 3: F.next_hop, 4: F.med, 5: F.local_pref, 9: F.originator}
VALUES: dict[int, Callable[[Cursor], None]] = {
    7: aggregator, 8: communities, 10: cluster_list, 14: mp_reach, 15: mp_unreach, 16: extended_communities,
    18: aggregator, 22: pmsi, 23: tunnels, 26: aigp, 32: large_communities, 33: bgpsec, 40: prefix_sid,
}  # fmt: skip
