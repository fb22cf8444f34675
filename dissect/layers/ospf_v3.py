"""What OSPF's version 3 has of its own (RFC 5340): the bodies of its LSAs, options, the authentication trailer.

+-------------------------------+-------------------------------+
|D|            age              |U|S2|S1|    function code      |
+-------------------------------+-------------------------------+
|   link state id; advertising router; sequence number          |
+-------------------------------+-------------------------------+
|           checksum            |            length             |   then by function code
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, Field, bits, flag, group, ipv4, ipv6, raw, u8, u16, u24, u32, u64

ROUTER, NETWORK, BETWEEN, BETWEEN_ROUTER, EXTERNAL, MEMBERSHIP, NSSA, LINK, WITHIN = range(1, 10)
FUNCTIONS = {
    ROUTER: "Router-LSA", NETWORK: "Network-LSA", BETWEEN: "Inter-Area-Prefix-LSA",
    BETWEEN_ROUTER: "Inter-Area-Router-LSA", EXTERNAL: "AS-External-LSA", MEMBERSHIP: "Group-Membership-LSA",
    NSSA: "NSSA-LSA", LINK: "Link-LSA", WITHIN: "Intra-Area-Prefix-LSA", 12: "Router Information Opaque-LSA",
}  # fmt: skip
KINDS = {ROUTER: "router", NETWORK: "network", BETWEEN: "interprefix", BETWEEN_ROUTER: "interrouter",
         EXTERNAL: "asext", MEMBERSHIP: "member", NSSA: "nssa", LINK: "link", WITHIN: "intraprefix",
         12: "opaque"}  # fmt: skip
SCOPES = {0: "Link-Local Scoping - Flooded only on originating link",
          1: "Area Scoping - Flooded only in originating area", 2: "AS Scoping - Flooded throughout AS",
          3: "Reserved"}  # fmt: skip
LINKS = {
    1: "Point-to-point connection to another router", 2: "Connection to a transit network",
    3: "Connection to a stub network", 4: "Virtual link",
}  # fmt: skip
IPV4_INSTANCES = range(64, 128)  # RFC 5838, section 2.1: their prefixes are of IPv4
PREFIX_WORD = 4  # a prefix is padded to words of 32 bits


class Version3:
    """The fields; OSPF's layer takes them over."""

    age_word_3 = u16(None, "", "Age")
    age_3 = u16(None, "ospf.lsa.age", "LS Age (seconds)", mask=0x7FFF, within=age_word_3, unit="s")
    do_not_age_3 = flag(None, "ospf.v3.lsa.do_not_age", "Do Not Age", 0x8000, within=age_word_3)
    ls_type_3 = u16(None, "ospf.v3.lsa", "LS Type", HEX)
    ls_u = flag(None, "ospf.v3.lsa.u", "LSA Handling", 0x8000, within=ls_type_3)
    ls_scope = u16(None, "ospf.v3.lsa.s12", "Flooding Scope", HEX, mask=0x6000, names=SCOPES, within=ls_type_3)
    ls_function = u16(None, "ospf.v3.lsa.fc", "Function Code", mask=0x1FFF, names=FUNCTIONS, within=ls_type_3)
    kinds_3 = {k: Field(f"ospf.v3.lsa.{n}", FUNCTIONS[k], BOOLEAN, hidden=True) for k, n in KINDS.items()}
    kinds_3_fields = tuple(kinds_3.values())
    options_3 = u24(None, "ospf.v3.options", "Options", HEX)
    option_bits_3 = bits(
        options_3, "ospf.v3.options",
        ("at", "AT", 0x400), ("l", "L", 0x200), ("af", "AF", 0x100), ("dc", "DC", 0x20), ("r", "R", 0x10),
        ("n", "N", 0x08), ("mc", "MC", 0x04), ("e", "E", 0x02), ("v6", "V6", 0x01),
    )  # fmt: skip
    reserved_3 = raw(None, "ospf.reserved", "Reserved")
    router_flags_3 = u8(None, "ospf.v3.router.lsa.flags", "Flags", HEX)
    router_bits_3 = bits(
        router_flags_3, "ospf.v3.router.lsa.flags",
        ("w", "(W) Wild-card multicast receiver", 0x08), ("v", "(V) Virtual link endpoint", 0x04),
        ("e", "(E) AS boundary router", 0x02), ("b", "(B) Area border router", 0x01),
    )  # fmt: skip
    entry_3 = group("", "Router Interface")
    link_type_3 = u8(None, "ospf.v3.lsa.type", "Type", names=LINKS)
    metric_2 = u32(None, "ospf.metric", "Metric", size=2)
    metric_3 = u32(None, "ospf.metric", "Metric", size=3)
    interface_3 = u32(None, "ospf.v3.lsa.interface_id", "Interface ID")
    neighbour_interface = u32(None, "ospf.v3.lsa.neighbor_interface_id", "Neighbor Interface ID")
    neighbour_router = ipv4(None, "ospf.v3.lsa.neighbor_router_id", "Neighbor Router ID")
    attached_3 = ipv4(None, "ospf.v3.lsa.attached_router", "Attached Router")
    destination_router = ipv4(None, "ospf.v3.lsa.destination_router_id", "Destination Router ID")
    prefix_length = u8(None, "ospf.prefix_length", "PrefixLength")
    prefix_options = u8(None, "ospf.v3.prefix.options", "PrefixOptions", HEX)
    prefix_bits = bits(
        prefix_options, "ospf.v3.prefix.options",
        ("p", "(P) Propagate", 0x08), ("mc", "(MC) Multicast", 0x04), ("la", "(LA) Local Address", 0x02),
        ("nu", "(NU) NoUnicast", 0x01),
    )  # fmt: skip
    prefix_6 = ipv6(None, "ospf.v3.address_prefix.ipv6", "Address Prefix")
    prefix_4 = ipv4(None, "ospf.v3.address_prefix.ipv4", "Address Prefix")
    external_flags = u8(None, "ospf.v3.as.external.flags", "Flags", HEX)
    external_bits = bits(
        external_flags, "ospf.v3.as.external.flags",
        ("e", "(E) External Metric", 0x04), ("f", "(F) Forwarding Address", 0x02), ("t", "(T) External Route Tag", 0x01),
    )  # fmt: skip
    referenced_type = u16(None, "ospf.v3.lsa.referenced_ls_type", "Referenced LS type", HEX, names=FUNCTIONS)
    referenced_id = ipv4(None, "ospf.v3.lsa.referenced_link_state_id", "Referenced Link State ID")
    referenced_router = ipv4(None, "ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router")
    forwarding_6 = ipv6(None, "ospf.v3.lsa.forwarding_address.ipv6", "Forwarding Address")
    forwarding_4 = ipv4(None, "ospf.v3.lsa.forwarding_address.ipv4", "Forwarding Address")
    external_tag = u32(None, "ospf.v3.lsa.external_route_tag", "External Route Tag")
    priority_3 = u8(None, "ospf.v3.lsa.router_priority", "Router Priority")
    link_local = ipv6(None, "ospf.v3.lsa.link_local_interface_address.ipv6", "Link-local Interface Address")
    link_local_4 = ipv4(None, "ospf.v3.lsa.link_local_interface_address.ipv4", "Link-local Interface Address")
    prefixes = u32(None, "ospf.v3.lsa.num_prefixes", "# prefixes")
    prefixes_2 = u32(None, "ospf.v3.lsa.num_prefixes", "# prefixes", size=2)
    trailer_group = group("ospf.at", "OSPF Authentication Trailer")
    trailer_type = u16(None, "ospf.at.auth_type", "Authentication Type",
                       names={0: "Reserved", 1: "HMAC Cryptographic Authentication"})  # fmt: skip
    trailer_length = u16(None, "ospf.at.auth_data_len", "Authentication Data Length")
    trailer_reserved = u16(None, "ospf.at.reserved", "Reserved", HEX)
    trailer_association = u16(None, "ospf.at.sa_id", "Security Association Identifier (SA ID)", HEX)
    trailer_sequence = u64(None, "ospf.at.crypto_seq_nbr", "Cryptographic Sequence Number")
    trailer_data = raw(None, "ospf.at.auth_data", "Authentication Data")


F = Version3


def add(c: Cursor, *fields: Field) -> None:
    """Fields, one behind another."""
    for field in fields:
        c.add(field)


def prefix(c: Cursor, bits_long: int, four: bool) -> None:
    """A prefix in as many words as its length takes (RFC 5340, appendix A.4.1)."""
    width = 4 if four else 16
    size = (bits_long + 31) // 32 * PREFIX_WORD
    if size > width:
        c.note("error", "Malformed", f"Prefix length {bits_long} is out of range", "ospf.prefix_length.invalid")
        c.skip(min(size, c.remaining))
        return
    if size:
        octets = c.peek_bytes(size).ljust(width, b"\0")
        c.add(F.prefix_4 if four else F.prefix_6, size, int.from_bytes(octets, "big") if four else octets)


def router(c: Cursor, four: bool) -> None:
    add(c, F.router_flags_3, F.options_3)
    while c.remaining:
        with c.group(F.entry_3, 16) as c:
            c.add(F.link_type_3)
            c.add(F.reserved_3, 1)
            add(c, F.metric_2, F.interface_3, F.neighbour_interface, F.neighbour_router)


def network(c: Cursor, four: bool) -> None:
    c.add(F.reserved_3, 1)
    c.add(F.options_3)
    while c.remaining:
        c.add(F.attached_3)


def between_areas(c: Cursor, four: bool) -> None:
    c.add(F.reserved_3, 1)
    c.add(F.metric_3)
    length = c.add(F.prefix_length)
    c.add(F.prefix_options)
    c.add(F.reserved_3, 2)
    prefix(c, length, four)


def router_between_areas(c: Cursor, four: bool) -> None:
    c.add(F.reserved_3, 1)
    c.add(F.options_3)
    c.add(F.reserved_3, 1)
    add(c, F.metric_3, F.destination_router)


def external(c: Cursor, four: bool) -> None:
    flags = c.add(F.external_flags)
    c.add(F.metric_3)
    length = c.add(F.prefix_length)
    c.add(F.prefix_options)
    reference = c.add(F.referenced_type)
    prefix(c, length, four)
    if flags & 2 and four:
        c.add(F.forwarding_4)
        c.skip(12)
    elif flags & 2:
        c.add(F.forwarding_6)
    if flags & 1:
        c.add(F.external_tag)
    if reference:
        c.add(F.referenced_id)


def link(c: Cursor, four: bool) -> None:
    add(c, F.priority_3, F.options_3)
    if four:
        c.add(F.link_local_4)
        c.skip(12)
    else:
        c.add(F.link_local)
    for _ in range(c.add(F.prefixes)):
        length = c.add(F.prefix_length)
        c.add(F.prefix_options)
        c.add(F.reserved_3, 2)
        prefix(c, length, four)


def within_area(c: Cursor, four: bool) -> None:
    count = c.add(F.prefixes_2)
    add(c, F.referenced_type, F.referenced_id, F.referenced_router)
    for _ in range(count):
        length = c.add(F.prefix_length)
        c.add(F.prefix_options)
        c.add(F.metric_2)
        prefix(c, length, four)


BODIES: dict[int, Callable[[Cursor, bool], None]] = {
    ROUTER: router, NETWORK: network, BETWEEN: between_areas, BETWEEN_ROUTER: router_between_areas,
    EXTERNAL: external, NSSA: external, LINK: link, WITHIN: within_area,
}  # fmt: skip


def trailer(c: Cursor) -> None:
    """The authentication behind a packet whose options have AT set (RFC 7166)."""
    with c.group(F.trailer_group, min(max(c.peek(2, 2), 16), c.remaining)) as c:
        add(c, F.trailer_type, F.trailer_length, F.trailer_reserved, F.trailer_association, F.trailer_sequence)
        c.rest(F.trailer_data)
