"""Options of Neighbor Discovery beyond RFC 4861's own: each a type, a length in units of 8 octets, and what follows.

Routes and mobility (RFC 4191, 6275, 5380, 5568), SEND (RFC 3971), flags (RFC 5175), 6LoWPAN (RFC 6775), captive
portals (RFC 8910), NAT64 prefixes (RFC 8781).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    HEX,
    NONE,
    STRING,
    Field,
    bits,
    eui64,
    flag,
    ipv6,
    u8,
    u16,
    u32,
)

PREFERENCES = {0: "Medium", 1: "High", 2: "Reserved", 3: "Low"}
LENGTH_CODES = {0: "96 bits prefix length", 1: "64 bits prefix length", 2: "56 bits prefix length",
                3: "48 bits prefix length", 4: "40 bits prefix length", 5: "32 bits prefix length"}  # fmt: skip
ADDRESSES = {1: "Old Care-of Address", 2: "New Care-of Address", 3: "NAR's IP address", 4: "NAR's Prefix"}
STATUSES = {0: "Success", 1: "Duplicate Exists", 2: "Neighbor Cache Full"}

_P = "icmpv6.opt."

reserved = Field(_P + "reserved", "Reserved", NONE)
padding = Field(_P + "padding", "Padding", NONE)
interval = u32(None, _P + "advertisement_interval", "Advertisement Interval")
home_preference = u16(None, _P + "home_agent_preference", "Home Agent Preference")
home_lifetime = u16(None, _P + "home_agent_lifetime", "Home Agent Lifetime")
list_address = ipv6(None, _P + "ipv6_address", "IPv6 Address")
shortcut = u8(None, _P + "nbma.shortcut_limit", "Shortcut Limit")

pad_length = u8(None, _P + "cga.pad_length", "Pad Length")
cga = Field(_P + "cga", "CGA", BYTES)
cga_modifier = Field(_P + "cga.modifier", "Modifier", BYTES)
cga_prefix = Field(_P + "cga.subnet_prefix", "Subnet Prefix", BYTES)
cga_count = Field(_P + "cga.count", "Count", BYTES)
cga_key = Field(_P + "cga.subject_public_key_info", "Subject Public Key Info", NONE)
rsa_hash = Field(_P + "rsa.key_hash", "Key Hash", BYTES)
signature = Field(_P + "digital_signature_padding", "Digital Signature and Padding", NONE)
stamp = Field(_P + "timestamp", "Timestamp", ABSOLUTE_TIME)
anchor_type = u8(None, _P + "name_type", "Name Type", names={1: "DER Encoded X.501 Name", 2: "FQDN"})
anchor_name = Field(_P + "name_x501", "DER Encoded X.501 Name", BYTES)
anchor_domain = Field(_P + "name_type.fqdn", "FQDN", STRING)

address_code = u8(None, _P + "ipa.option_code", "Option-code", names=ADDRESSES)
address_length = u8(None, _P + "ipa.prefix_len", "Prefix Length")
address = ipv6(None, _P + "ipa.ipv6_address", "IPv6 Address")
router_code = u8(None, _P + "nrpi.option_code", "Option-code")
router_length = u8(None, _P + "nrpi.prefix_len", "Prefix Length")
router_prefix = ipv6(None, _P + "nrpi.prefix", "Prefix")
link_code = u8(None, _P + "lla.option_code", "Option-code")
link_bytes = Field(_P + "lla.bytes", "Link-Layer Address", BYTES)
ack_code = u8(None, _P + "naack.option_code", "Option-Code")
ack_status = u8(None, _P + "naack.status", "Status")
ack_address = ipv6(None, _P + "naack.supplied_ncoa", "Supplied NCoA")

distance = u8(None, _P + "map.distance", "Distance", mask=0xF0)
preference = u8(None, _P + "map.preference", "Preference", mask=0x0F)
map_flags = u8(None, _P + "map.flag", "Flag", HEX)
map_r = flag(None, _P + "map.flag.r", "RCoA Flag", 0x80, within=map_flags)
map_rsv = u8(None, _P + "map.flag.reserved", "Reserved", mask=0x7F, within=map_flags)
map_valid = u32(None, _P + "map.valid_lifetime", "Valid Lifetime")
map_address = ipv6(None, _P + "map.global_address", "Global Address")

prefix_length = u8(None, _P + "prefix.length", "Prefix Length")
prefix = ipv6(None, _P + "prefix", "Prefix")
route_flags = u8(None, _P + "route_info.flag", "Flag", HEX)
route_preference = u8(None, _P + "route_info.flag.route_preference", "Route Preference", mask=0x18,
                      names=PREFERENCES, within=route_flags)  # fmt: skip
route_rsv = u8(None, _P + "route_info.flag.reserved", "Reserved", mask=0xE7, within=route_flags)
route_lifetime = u32(None, _P + "route_lifetime", "Route Lifetime")

efo = u16(None, _P + "efo", "Flags Expansion Option", HEX)
efo_bits = (
    *bits(efo, "icmpv6.opt.efo", ("m", "Managed address configuration", 0x8000), ("o", "Other configuration", 0x4000),
          ("h", "Home Agent", 0x2000), ("p", "Proxy", 0x0400)),
    u16(None, _P + "efo.prf", "Prf (Default Router Preference)", mask=0x1800, names=PREFERENCES, within=efo),
    u16(None, _P + "efo.rsv", "Reserved", mask=0x02FF, within=efo),
)  # fmt: skip

aro_status = u8(None, _P + "aro.status", "Status", names=STATUSES)
aro_lifetime = u16(None, _P + "aro.registration_lifetime", "Registration Lifetime")
aro_eui = eui64(None, _P + "aro.eui64", "EUI-64")
context_length = u8(None, _P + "6co.context_length", "Context Length")
context_flags = u8(None, _P + "6co.flag", "Flag", HEX)
context_c = flag(None, _P + "6co.flag.c", "Compression Flag", 0x10, within=context_flags)
context_id = u8(None, _P + "6co.flag.cid", "CID", mask=0x0F, within=context_flags)
context_rsv = u8(None, _P + "6co.flag.reserved", "Reserved", mask=0xE0, within=context_flags)
context_lifetime = u16(None, _P + "6co.valid_lifetime", "Lifetime")
context_prefix = ipv6(None, _P + "6co.context_prefix", "Context Prefix")
border_low = u16(None, _P + "abro.version_low", "Version Low")
border_high = u16(None, _P + "abro.version_high", "Version")
border_lifetime = u16(None, _P + "abro.valid_lifetime", "Valid Lifetime")
border_address = ipv6(None, _P + "abro.6lbr_address", "6LBR Address")
capability = u16(None, _P + "6cio.unassigned1", "Unassigned", HEX, mask=0xFFFE)
capability_g = u16(None, _P + "6cio.flag_g", "G", HEX, mask=0x0001)
capability_rest = u32(None, _P + "6cio.unassigned2", "Unassigned", HEX)
portal = Field(_P + "captive_portal", "Captive Portal", STRING)
nat_lifetime = u16(None, _P + "pref64.scaled_lifetime", "Scaled Lifetime", mask=0xFFF8)
nat_length = u16(None, _P + "pref64.plc", "PLC (Prefix Length Code)", mask=0x0007, names=LENGTH_CODES)
nat_prefix = ipv6(None, _P + "pref64.prefix", "Prefix")

FIELDS: tuple[Field, ...] = (
    interval, home_preference, home_lifetime, list_address, shortcut, pad_length, cga, cga_modifier, cga_prefix, cga_count,
    cga_key, rsa_hash, signature, stamp, anchor_type, anchor_name, anchor_domain, address_code, address_length, address,
    router_code, router_length, router_prefix, link_code, link_bytes, ack_code, ack_status, ack_address, distance,
    preference, map_flags, map_r, map_rsv, map_valid, map_address, route_flags, route_preference,
    route_rsv, route_lifetime, efo, *efo_bits, aro_status, aro_lifetime, aro_eui, context_length, context_flags,
    context_c, context_id, context_rsv, context_lifetime, context_prefix, border_low, border_high, border_lifetime,
    border_address, capability, capability_g, capability_rest, portal, nat_lifetime, nat_length, nat_prefix,
)  # fmt: skip


def _in_order(*steps: Field | int) -> Callable[[Cursor], None]:
    """Fields one after the other; a number is that many reserved octets."""

    def read(c: Cursor) -> None:
        for step in steps:
            if isinstance(step, int):
                c.add(reserved, step)
            else:
                c.add(step)

    return read


def _short(field: Field, c: Cursor) -> None:
    """A prefix of which only the octets that matter are there."""
    size = min(c.remaining, 16)
    if size:
        c.add(field, size, c.peek_bytes(size).ljust(16, b"\0"))


def _addresses(c: Cursor) -> None:
    c.add(reserved, 6)
    while c.remaining >= 16:
        c.add(list_address)


def _generated_address(c: Cursor) -> None:
    filler = c.add(pad_length)
    c.add(reserved, 1)
    with c.group(cga, max(c.remaining - filler, 0)) as parameters:
        parameters.add(cga_modifier, 16)
        parameters.add(cga_prefix, 8)
        parameters.add(cga_count, 1)
        if parameters.remaining:
            parameters.add(cga_key, parameters.remaining)


def _signed(c: Cursor) -> None:
    c.add(reserved, 2)
    c.add(rsa_hash, 16)
    if c.remaining:
        c.add(signature, c.remaining)


def _stamp(c: Cursor) -> None:
    """Seconds in 48 bits, then parts of 2^-16 seconds (RFC 3971, section 5.3.1)."""
    c.add(reserved, 6)
    seconds, parts = c.peek(6), c.peek(2, 6)
    c.add(stamp, 8, min(seconds, 0x1_0000_0000) * 1_000_000_000 + (parts * 1_000_000_000 >> 16))


def _anchor(c: Cursor) -> None:
    kind = c.add(anchor_type)
    filler = c.add(pad_length)
    size = max(c.remaining - filler, 0)
    if kind == 2:
        c.add(anchor_domain, size)
    elif size:
        c.add(anchor_name, size)


def _link(c: Cursor) -> None:
    c.add(link_code)
    c.rest(link_bytes)


def _map(c: Cursor) -> None:
    c.derived(distance, c.peek(1) >> 4)
    _in_order(preference, map_flags, map_valid, map_address)(c)


def _route(c: Cursor) -> None:
    _in_order(prefix_length, route_flags, route_lifetime)(c)
    _short(prefix, c)


def _context(c: Cursor) -> None:
    _in_order(context_length, context_flags, 2, context_lifetime)(c)
    _short(context_prefix, c)


def _capability(c: Cursor) -> None:
    c.derived(capability, c.peek(2) & 0xFFFE)
    _in_order(capability_g, capability_rest)(c)


def _portal(c: Cursor) -> None:
    text = c.peek_bytes(c.remaining).rstrip(b"\0")
    if text:
        c.add(portal, c.remaining, text.decode("utf-8", "replace"))


def _translator(c: Cursor) -> None:
    c.derived(nat_lifetime, c.peek(2) >> 3)
    c.add(nat_length)
    _short(nat_prefix, c)


READERS: dict[int, Callable[[Cursor], None]] = {
    6: _in_order(shortcut, 1, 4), 7: _in_order(2, interval), 8: _in_order(2, home_preference, home_lifetime), 9: _addresses,
    10: _addresses, 11: _generated_address, 12: _signed, 13: _stamp, 15: _anchor,
    17: _in_order(address_code, address_length, 4, address), 18: _in_order(router_code, router_length, 4, router_prefix),
    19: _link, 20: _in_order(ack_code, ack_status, ack_address), 23: _map, 24: _route, 26: _in_order(efo, 4),
    33: _in_order(aro_status, 3, aro_lifetime, aro_eui), 34: _context,
    35: _in_order(border_low, border_high, border_lifetime, border_address), 36: _capability, 37: _portal, 38: _translator,
}  # fmt: skip
