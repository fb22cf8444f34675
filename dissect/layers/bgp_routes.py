"""What BGP's updates announce and withdraw: prefixes of each family (RFC 4760, 8277, 4364, 7432, 4684, 6514, 4761).

    +---------------+---------------------------------------------------+
    | length (bits) | labels; route distinguisher; prefix (padded)      |
    +---------------+---------------------------------------------------+
"""

from __future__ import annotations

from ipaddress import IPv4Address

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    ETHER,
    UINT16,
    Field,
    ether,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)  # fmt: skip
from dissect.layers import bgp_names

IPV4, IPV6, L2VPN = 1, 2, 25
UNICAST, MULTICAST, BOTH, LABELED, MCAST_VPN, VPLS, EVPN = 1, 2, 3, 4, 5, 65, 70
VPN, VPN_MULTICAST, RT_FILTER, AUTO_DISCOVERY = 128, 129, 132, 140
RD_SIZE = 8


class UpdateFields:
    """Fields of announced and withdrawn routes."""

    rest_bytes = raw(None, "", "Data")
    withdrawn_length = u16(None, "bgp.update.withdrawn_routes.length", "Withdrawn Routes Length")
    withdrawn = group("bgp.update.withdrawn_routes", "Withdrawn Routes")
    attributes_length = u16(None, "bgp.update.path_attributes.length", "Total Path Attribute Length")
    attributes = group("bgp.update.path_attributes", "Path attributes")
    nlri = group("bgp.update.nlri", "Network Layer Reachability Information (NLRI)")
    route = group("", "Route")
    path_id = u32(None, "bgp.nlri_path_id", "NLRI path id")
    prefix_length = u8(None, "bgp.prefix_length", "Prefix Length")
    withdrawn_prefix = ipv4(None, "bgp.withdrawn_prefix", "Withdrawn prefix")
    nlri_prefix = ipv4(None, "bgp.nlri_prefix", "NLRI prefix")
    reach_4 = ipv4(None, "bgp.mp_reach_nlri_ipv4_prefix", "MP Reach NLRI IPv4 prefix")
    unreach_4 = ipv4(None, "bgp.mp_unreach_nlri_ipv4_prefix", "MP Unreach NLRI IPv4 prefix")
    reach_6 = ipv6(None, "bgp.mp_reach_nlri_ipv6_prefix", "MP Reach NLRI IPv6 prefix")
    unreach_6 = ipv6(None, "bgp.mp_unreach_nlri_ipv6_prefix", "MP Unreach NLRI IPv6 prefix")
    label_stack = string(None, "bgp.label_stack", "Label Stack")
    rd = string(None, "bgp.rd", "Route Distinguisher", size=RD_SIZE)
    originating = u32(None, "bgp.originating_as", "Originating AS")
    target = string(None, "bgp.community_prefix", "Community Prefix")
    wildcard = string(None, "bgp.wildcard_route_target", "Wildcard route target")
    vpls_length = u16(None, "bgp.vplsad.length", "Length")
    vpls_rd = string(None, "bgp.vplsad.rd", "RD", size=RD_SIZE)
    vpls_ce = u16(None, "bgp.vplsbgp.ce_id", "CE-ID")
    vpls_offset = u16(None, "bgp.vplsbgp.labelblock.offset", "Label Block Offset")
    vpls_size = u16(None, "bgp.vplsbgp.labelblock.size", "Label Block Size")
    vpls_base = string(None, "bgp.vplsbgp.labelblock.base", "Label Block Base", size=3)
    vpls_pe = ipv4(None, "bgp.ad.pe_addr", "PE Addr")
    evpn = group("bgp.evpn.nlri", "EVPN NLRI")
    evpn_type = u8(None, "bgp.evpn.nlri.rt", "Route Type", names=bgp_names.EVPN_ROUTES)
    evpn_len = u8(None, "bgp.evpn.nlri.len", "Length")
    evpn_rd = raw(None, "bgp.evpn.nlri.rd", "Route Distinguisher", size=RD_SIZE)
    esi = raw(None, "bgp.evpn.nlri.esi", "ESI", size=10)
    esi_type = u8(None, "bgp.evpn.nlri.esi.type", "ESI Type", names=bgp_names.ESI)
    esi_value = raw(None, "bgp.evpn.nlri.esi.value", "ESI Value", size=9)
    esi_type0 = raw(None, "bgp.evpn.nlri.esi.type0", "ESI 9 bytes value", size=9)
    esi_lacp = ether(None, "bgp.evpn.nlri.esi.lacp_mac", "CE LACP system MAC")
    esi_lacp_port = u16(None, "bgp.evpn.nlri.esi.lacp_portkey", "LACP port key")
    esi_root = ether(None, "bgp.evpn.nlri.esi.root_bridge", "ESI root bridge MAC")
    esi_priority = u16(None, "bgp.evpn.nlri.esi.rb_prio", "ESI root bridge priority")
    esi_mac = ether(None, "bgp.evpn.nlri.esi.system_mac", "ESI system MAC")
    esi_discriminator = raw(None, "bgp.evpn.nlri.esi.system_mac_discr", "ESI system mac discriminator", size=3)
    esi_router = ipv4(None, "bgp.evpn.nlri.esi.router_id", "ESI router ID")
    esi_router_discr = raw(None, "bgp.evpn.nlri.esi.router_discr", "ESI router discriminator", size=4)
    esi_asn = u32(None, "bgp.evpn.nlri.esi.asn", "ESI ASN")
    esi_asn_discr = raw(None, "bgp.evpn.nlri.esi.asn_discr", "ESI ASN discriminator", size=4)
    esi_remaining = raw(None, "bgp.evpn.nlri.esi.remaining", "Remaining bytes")
    etag = u32(None, "bgp.evpn.nlri.etag", "Ethernet Tag ID")
    evpn_label = u24(None, "bgp.evpn.nlri.mpls_ls1", "MPLS Label 1", mask=0xFFFFF0)
    evpn_label2 = u24(None, "bgp.evpn.nlri.mpls_ls2", "MPLS Label 2", mask=0xFFFFF0)
    evpn_label_stack = group("bgp.update.path_attribute.mpls_label", "MPLS Label Stack")
    evpn_label_value = u24(None, "bgp.update.path_attribute.mpls_label_value", "MPLS Label")
    vni = u24(None, "bgp.evpn.nlri.vni", "VNI")
    mac_len = u8(None, "bgp.evpn.nlri.maclen", "MAC Address Length")
    mac = Field("bgp.evpn.nlri.mac_addr", "MAC Address", ETHER)
    ip_len = u8(None, "bgp.evpn.nlri.iplen", "IP Address Length")
    evpn_prefix_len = u8(None, "bgp.evpn.nlri.prefix_len", "IP prefix length")
    evpn_ip4 = ipv4(None, "bgp.evpn.nlri.ip.addr", "IPv4 address")
    evpn_ip6 = ipv6(None, "bgp.evpn.nlri.ipv6.addr", "IPv6 address")
    gateway_4 = ipv4(None, "bgp.evpn.nlri.ipv4.gtw_addr", "IPv4 Gateway address")
    gateway_6 = ipv6(None, "bgp.evpn.nlri.ipv6.gtw_addr", "IPv6 Gateway address")
    mcast = Field("bgp.mcast_vpn_nlri", "MCAST-VPN nlri", BYTES)
    mcast_type = u8(None, "bgp.mcast_vpn_nlri_route_type", "Route Type", names=bgp_names.MULTICAST_ROUTES)
    mcast_length = u8(None, "bgp.mcast_vpn_nlri_length", "Length")
    mcast_rd = raw(None, "bgp.mcast_vpn_nlri_rd", "Route Distinguisher", size=RD_SIZE)
    mcast_router = ipv4(None, "bgp.mcast_vpn_nlri_origin_router_ipv4", "Originating Router")
    mcast_router_6 = ipv6(None, "bgp.mcast_vpn_nlri_origin_router_ipv6", "Originating Router")
    mcast_as = Field("bgp.mcast_vpn_nlri_source_as", "Source AS", UINT16, size=4)
    mcast_source_len = u8(None, "bgp.mcast_vpn_nlri_source_length", "Multicast Source Length")
    mcast_group_len = u8(None, "bgp.mcast_vpn_nlri_group_length", "Multicast Group Length")
    mcast_source = ipv4(None, "bgp.mcast_vpn_nlri_source_addr_ipv4", "Multicast Source Address")
    mcast_source_6 = ipv6(None, "bgp.mcast_vpn_nlri_source_addr_ipv6", "Multicast Source Address")
    mcast_group = ipv4(None, "bgp.mcast_vpn_nlri_group_addr_ipv4", "Multicast Group Address")
    mcast_group_6 = ipv6(None, "bgp.mcast_vpn_nlri_group_addr_ipv6", "Group Address")
    mcast_key = raw(None, "bgp.mcast_vpn_nlri_route_key", "Route Key")


F = UpdateFields


def distinguisher(octets: bytes) -> str:
    """A route distinguisher as text (RFC 4364, section 4.2)."""
    kind = int.from_bytes(octets[:2], "big")
    if kind == 1:
        return f"{IPv4Address(octets[2:6])}:{int.from_bytes(octets[6:8], 'big')}"
    if kind == 2:
        return f"{int.from_bytes(octets[2:6], 'big')}:{int.from_bytes(octets[6:8], 'big')}"
    if kind == 0:
        return f"{int.from_bytes(octets[2:4], 'big')}:{int.from_bytes(octets[4:8], 'big')}"
    return f"Unknown (0x{kind:04x}) value"


def has_path_ids(octets: bytes, most: int) -> bool:
    """Whether prefixes have path identifiers before them (RFC 7911); only their looks can tell."""
    return walks(octets, most, 4) and not walks(octets, most, 0)


def walks(octets: bytes, most: int, ahead: int) -> bool:
    """Whether `octets` are whole prefixes, each with `ahead` octets before it and no bits behind its length."""
    at = ahead
    while at < len(octets):
        bits = octets[at]
        if bits > most or (not ahead and not bits and len(octets) > 1):
            return False
        at += 1 + (bits + 7) // 8
        if at > len(octets) or (bits % 8 and octets[at - 1] & (0xFF >> bits % 8)):
            return False
        at += ahead
    return True


def prefixes(c: Cursor, field: Field, most: int) -> None:
    """Prefixes of at most `most` bits up to the end."""
    ids = has_path_ids(c.peek_bytes(c.remaining), most)
    while c.remaining:
        with c.group(F.route) as c:
            shown = f" PathId {c.add(F.path_id)}" if ids else ""
            bits = c.peek(1)
            if bits > most:
                c.note("error", "Malformed", f"Prefix length {bits} is invalid", "bgp.prefix_length.invalid")
                return
            c.add(F.prefix_length)
            c.label(address(c, field, bits) + shown)


def address(c: Cursor, field: Field, bits: int) -> str:
    """The address of a prefix of `bits` bits; its text."""
    size = (bits + 7) // 8
    octets = c.peek_bytes(size)
    if field.type.kind == "ipv4":
        value = int.from_bytes(octets.ljust(4, b"\0"), "big")
        c.add(field, size, value=value)
        return f"{IPv4Address(value)}/{bits}"
    c.add(field, size, value=octets.ljust(16, b"\0"))
    return f"prefix of {bits} bits"


def labelled(c: Cursor, field: Field, most: int, vpn: bool) -> None:
    """Prefixes behind labels (RFC 8277), with `vpn` behind route distinguishers (RFC 4364)."""
    ids = has_path_ids(c.peek_bytes(c.remaining), 255)
    while c.remaining:
        with c.group(F.route) as c:
            if ids:
                c.add(F.path_id)
            bits = c.add(F.prefix_length)
            size, text = stack(c, (bits + 7) // 8)
            c.add(F.label_stack, size, value=text)
            bits -= 8 * size + 64 * vpn
            if bits < 0 or bits > most:
                c.note("error", "Malformed", f"Prefix length {bits} is invalid", "bgp.prefix_length.invalid")
                return
            if vpn:
                c.add(F.rd, value=distinguisher(c.peek_bytes(RD_SIZE)))
            c.label(f"Label Stack={text} {address(c, field, bits)}")


WITHDRAWN_LABELS = (0x000000, 0x800000)


def stack(c: Cursor, room: int) -> tuple[int, str]:
    """A label stack's size and text; not more than `room` octets."""
    shown = list[str]()
    at = 0
    while at + 3 <= room:
        label = c.peek(3, at)
        at += 3
        if label in WITHDRAWN_LABELS:
            shown.append("0 (withdrawn)" if label else "withdrawn")
            break
        shown.append(f"{label >> 4}{' (bottom)' if label & 1 else ''}")
        if label & 1:
            break
    return at, ",".join(shown)


def targets(c: Cursor) -> None:
    """Route targets that are wanted (RFC 4684)."""
    while c.remaining:
        bits = c.peek(1)
        size = (bits + 7) // 8
        with c.group(F.route, 1 + size) as c:
            if not bits:
                c.add(F.wildcard, 1, value="0:0")
                continue
            c.add(F.prefix_length)
            if size >= 4:
                c.add(F.originating)
            if c.remaining:
                c.add(F.target, c.remaining, value=route_target(c.peek_bytes(c.remaining)))


def route_target(octets: bytes) -> str:
    """A route target as text; where bits are missing, as hexadecimal digits."""
    return distinguisher(b"\0" + octets[:1] + octets[2:]) if len(octets) == RD_SIZE else octets.hex()


def vpls(c: Cursor) -> None:
    """Label blocks of a VPLS (RFC 4761), or its members (RFC 6074)."""
    while c.remaining:
        size = c.peek(2)
        with c.group(F.route, 2 + size) as c:
            c.add(F.vpls_length)
            c.add(F.vpls_rd, value=distinguisher(c.peek_bytes(RD_SIZE)))
            if size == 12:
                c.add(F.vpls_pe)
                continue
            for field in (F.vpls_ce, F.vpls_offset, F.vpls_size):
                c.add(field)
            label = c.peek(3)
            c.add(F.vpls_base, value=f"{label >> 4}{' (bottom)' if label & 1 else ''}")


def evpn(c: Cursor) -> None:
    """Routes of an EVPN (RFC 7432, RFC 9136); what labels are, another attribute tells."""
    overlay = bool(c.h.__dict__.get("overlay"))
    while c.remaining:
        kind, size = c.peek(1), c.peek(1, 1)
        with c.group(F.evpn, 2 + size, f"EVPN NLRI: {bgp_names.EVPN_ROUTES.get(kind, 'Unknown')}") as c:
            c.add(F.evpn_type)
            c.add(F.evpn_len)
            c.add(F.evpn_rd)
            if kind in (1, 2, 4, 5):
                segment(c)
            if kind in (1, 2, 3, 5):
                c.add(F.etag)
            if kind == 1:
                c.add(F.evpn_label)
            elif kind == 2:
                c.add(F.mac_len)
                c.add(F.mac)
                evpn_address(c)
                c.add(F.vni if overlay else F.evpn_label)
                if c.remaining:
                    c.add(F.vni if overlay else F.evpn_label2)
            elif kind in (3, 4):
                evpn_address(c)
            elif kind == 5:
                c.add(F.evpn_prefix_len)
                for field in (F.evpn_ip4, F.gateway_4) if size == 34 else (F.evpn_ip6, F.gateway_6):
                    c.add(field)
                if overlay:
                    c.add(F.vni)
                else:
                    with c.group(F.evpn_label_stack, 3) as c:
                        c.add(F.evpn_label_value)


def evpn_address(c: Cursor) -> None:
    """The address of a host or router; there need not be one."""
    bits = c.add(F.ip_len)
    if bits == 32:
        c.add(F.evpn_ip4)
    elif bits == 128:
        c.add(F.evpn_ip6)
    elif not bits:
        c.note("note", "Protocol", "IP Address: NOT INCLUDED", "bgp.evpn.no_ip")


def segment(c: Cursor) -> None:
    """An Ethernet segment's identifier (RFC 7432, section 5)."""
    with c.group(F.esi, 10) as c:
        kind = c.add(F.esi_type)
        parts = {
            1: (F.esi_lacp, F.esi_lacp_port), 2: (F.esi_root, F.esi_priority), 3: (F.esi_mac, F.esi_discriminator),
            4: (F.esi_router, F.esi_router_discr), 5: (F.esi_asn, F.esi_asn_discr),
        }.get(kind, (F.esi_type0,))  # fmt: skip
        start = c.pos
        c.add(F.esi_value)
        c.pos = start
        for field in parts:
            c.add(field)
        c.rest(F.esi_remaining)


def multicast(c: Cursor) -> None:
    """Multicast VPN routes (RFC 6514, section 4)."""
    while c.remaining:
        kind, size = c.peek(1), c.peek(1, 1)
        with c.group(F.mcast, 2 + size, value=c.peek_bytes(max(min(2 + size, c.remaining), 2))[2:]) as c:
            c.add(F.mcast_type)
            c.add(F.mcast_length)
            if kind == 4:
                c.add(F.mcast_key, max(c.remaining - 4, 0))
                c.add(F.mcast_router)
                continue
            if kind in (1, 2, 3, 5, 6, 7):
                c.add(F.mcast_rd)
            if kind in (2, 6, 7):
                c.add(F.mcast_as)
            if kind in (3, 5, 6, 7):
                for length, four, six in (
                    (F.mcast_source_len, F.mcast_source, F.mcast_source_6),
                    (F.mcast_group_len, F.mcast_group, F.mcast_group_6),
                ):
                    c.add(four if c.add(length) == 32 else six)
            if kind in (1, 3):
                c.add(F.mcast_router if c.remaining == 4 else F.mcast_router_6)


def routes(c: Cursor, afi: int, safi: int, reach: bool) -> None:
    """What a multiprotocol attribute announces (`reach`) or withdraws."""
    if not c.remaining:
        return
    field = (F.reach_4 if reach else F.unreach_4) if afi == IPV4 else F.reach_6 if reach else F.unreach_6
    most = 32 if afi == IPV4 else 128
    if safi == RT_FILTER:
        targets(c)
    elif afi == L2VPN and safi == EVPN:
        evpn(c)
    elif afi == L2VPN and safi in (VPLS, VPN, AUTO_DISCOVERY):
        vpls(c)
    elif afi not in (IPV4, IPV6):
        c.rest(F.rest_bytes)
    elif safi in (UNICAST, MULTICAST, BOTH):
        prefixes(c, field, most)
    elif safi == LABELED:
        labelled(c, field, most, vpn=False)
    elif safi in (VPN, VPN_MULTICAST):
        labelled(c, field, most, vpn=True)
    elif safi == MCAST_VPN:
        multicast(c)
    else:
        c.rest(F.rest_bytes)
