"""ICMPv6 between nodes that ask for names and interfaces: node information (RFC 4620), extended echo (RFC 8335); and
between nodes and routers: of mobile nodes (RFC 6275), certification paths (RFC 3971), multicast routers (RFC 4286), fast
handovers (RFC 5568) and addresses looked for twice (RFC 6775)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, EUI64, HEX, STRING, Field, bits, flag, ipv4, ipv6, u8, u16, u32, u64

QTYPES = {0: "NOOP", 1: "Unused", 2: "Node Name", 3: "Node addresses", 4: "IPv4 node addresses"}
STATES = {0: "Reserved", 1: "Incomplete", 2: "Reachable", 3: "Stale", 4: "Delay", 5: "Probe", 6: "Failed"}
SUBTYPES = {2: "RtSolPr", 3: "PrRtAdv", 4: "HI", 5: "HAck"}
INITIATE = 4
INVERSE, AGENTS_ASKED, AGENTS, PREFIX_ASKED, PREFIXES = (141, 142), 144, 145, 146, 147
PATH_ASKED, PATH, ROUTER_ADVERTISED, HANDOVER, DUPLICATE = 148, 149, 151, 154, (157, 158)
MORE = (*INVERSE, AGENTS_ASKED, AGENTS, PREFIX_ASKED, PREFIXES, PATH_ASKED, PATH, ROUTER_ADVERTISED, HANDOVER, *DUPLICATE)
NODE_NAME, ADDRESSES, IPV4_ADDRESSES = 2, 3, 4
QUERY, REPLY, ECHO_REQUEST, ECHO_REPLY = 139, 140, 160, 161

_P = "icmpv6.ni."
qtype = u16(None, _P + "qtype", "Qtype", names=QTYPES)
flags = u16(None, _P + "flag", "Flags", HEX)
flag_bits = bits(
    flags, "icmpv6.ni.flag", ("g", "Global-scope addresses", 0x20), ("s", "Site-local addresses", 0x10),
    ("l", "Link-local addresses", 0x08), ("c", "Compression", 0x04), ("a", "Unicast Addresses", 0x02),
    ("t", "Truncated", 0x01),
)  # fmt: skip
flag_rest = u16(None, _P + "flag.rsv", "Reserved", HEX, mask=0xFFC0, within=flags)
nonce = u64(None, _P + "nonce", "Nonce", HEX)
subject6 = ipv6(None, _P + "query.subject_ipv6", "IPv6 subject address")
subject_name = Field(_P + "query.subject_fqdn", "FQDN subject", STRING)
subject4 = ipv4(None, _P + "query.subject_ipv4", "IPv4 subject address")
ttl = u32(None, _P + "reply.node_ttl", "TTL")
node_name = Field(_P + "reply.node_name", "Name Node", STRING)
node6 = ipv6(None, _P + "reply.node_address", "IPv6 Node address")
node4 = ipv4(None, _P + "reply.ipv4_address", "IPv4 Node address")

sequence = u8(None, "icmpv6.ext.echo.seq", "Sequence number")
request = u8(None, "icmpv6.ext.echo.req.res", "Reserved", HEX, mask=0xFE)
local = flag(None, "icmpv6.ext.echo.req.local", "Local bit", 0x01)
state = u8(None, "icmpv6.ext.echo.rsp.state", "State", mask=0xE0, names=STATES)
reply_rest = u8(None, "icmpv6.ext.echo.rsp.res", "Reserved", HEX, mask=0x18)
active = flag(None, "icmpv6.ext.echo.rsp.active", "Active bit", 0x04)
has4 = flag(None, "icmpv6.ext.echo.rsp.ipv4", "IPv4 bit", 0x02)
has6 = flag(None, "icmpv6.ext.echo.rsp.ipv6", "IPv6 bit", 0x01)

mobile_identifier = u16(None, "icmpv6.mip6.identifier", "Identifier", DEC_HEX)
home_agent = ipv6(None, "icmpv6.mip6.home_agent_address", "Home Agent Address")
mobile_flags = u16(None, "icmpv6.mip6.flag", "Flags", HEX)
mobile_bits = bits(
    mobile_flags, "icmpv6.mip6.flag", ("m", "Managed address configuration", 0x8000), ("o", "Other configuration", 0x4000),
)  # fmt: skip
mobile_rest = u16(None, "icmpv6.mip6.flag.rsv", "Reserved", mask=0x3FFF, within=mobile_flags)
path_identifier = u16(None, "icmpv6.send.identifier", "Identifier")
path_all, path_component = (
    u16(None, "icmpv6.send.all_components", "All Components"), u16(None, "icmpv6.send.component", "Component"),
)  # fmt: skip
interval = u16(None, "icmpv6.mcast_ra.query_interval", "Query Interval")
robustness = u16(None, "icmpv6.mcast_ra.robustness_variable", "Robustness Variable")
subtype = u8(None, "icmpv6.fmip6.subtype", "Subtype", names=SUBTYPES)
initiate = u8(None, "icmpv6.fmip6.hi.flag", "Flag", HEX)
initiate_bits = bits(
    initiate, "icmpv6.fmip6.hi.flag", ("s", "Assigned address configuration", 0x80), ("a", "Buffer", 0x40),
)  # fmt: skip
initiate_rest = u8(None, "icmpv6.fmip6.hi.flag.reserved", "Reserved", mask=0x3F, within=initiate)
handover_identifier = u16(None, "icmpv6.fmip6.identifier", "Identifier", DEC_HEX)
status, status_rest = u8(None, "icmpv6.6lowpannd.da.status", "Status"), u8(None, "icmpv6.6lowpannd.da.rsv", "Reserved")
lifetime = u16(None, "icmpv6.6lowpannd.da.lifetime", "Lifetime")
registrant = Field("icmpv6.6lowpannd.da.eui64", "EUI-64", EUI64)
registered = ipv6(None, "icmpv6.6lowpannd.da.reg_addr", "Registered Address")

FIELDS: tuple[Field, ...] = (
    mobile_identifier, home_agent, mobile_flags, *mobile_bits, mobile_rest, path_identifier, path_all, path_component,
    interval, robustness, subtype, initiate, *initiate_bits, initiate_rest, handover_identifier, status, status_rest,
    lifetime, registrant, registered, qtype, flags, *flag_bits, flag_rest, nonce, subject6, subject_name, subject4, ttl, node_name, node6, node4, sequence,
    request, local, state, reply_rest, active, has4, has6,
)  # fmt: skip


def information(c: Cursor, kind: int, code: int) -> None:
    """A query says by its code what its subject is; a reply's answers depend on what was asked."""
    asked = c.add(qtype)
    c.add(flags)
    c.add(nonce)
    if kind == QUERY:
        if code == 0 and c.remaining >= 16:
            c.add(subject6)
        elif code == 1 and c.remaining:
            c.add(subject_name, c.remaining, _name(c))
        elif code == 2 and c.remaining >= 4:
            c.add(subject4)
    elif asked == NODE_NAME and c.remaining > 4:
        c.add(ttl)
        c.add(node_name, c.remaining, _name(c))
    elif asked in (ADDRESSES, IPV4_ADDRESSES):
        address = node6 if asked == ADDRESSES else node4
        while c.remaining >= 4 + address.type.size:
            c.add(ttl)
            c.add(address)


def _name(c: Cursor) -> str:
    """The labels that are left, as a name."""
    octets, labels, at = c.peek_bytes(c.remaining), [], 0
    while at < len(octets) and octets[at]:
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("utf-8", "replace"))
        at += 1 + octets[at]
    return ".".join(labels)


def extended_echo(c: Cursor, kind: int, identifier: Field) -> None:
    """PROBE: a request names an interface of the node asked, in an extension object that follows."""
    c.add(identifier)
    c.add(sequence)
    word = c.peek(1)
    told = (request, local) if kind == ECHO_REQUEST else (state, reply_rest, active, has4, has6)
    for field in told[:-1]:
        c.derived(field, bool(word & field.mask) if field.type.kind == "bool" else (word & field.mask) >> field.shift)
    c.add(told[-1], 1)


def more(c: Cursor, kind: int, reserved: Field) -> None:
    """What comes before the options of the rest of those messages."""
    if kind in INVERSE:
        c.add(reserved, 4)
    elif kind in (AGENTS_ASKED, AGENTS, PREFIX_ASKED):
        c.add(mobile_identifier)
        c.add(reserved, 2)
        while kind == AGENTS and c.limit - c.pos >= 16:
            c.add(home_agent)
    elif kind == PREFIXES:
        c.add(mobile_identifier)
        c.add(mobile_flags)
    elif kind in (PATH_ASKED, PATH):
        c.add(path_identifier)
        if kind == PATH:
            c.add(path_all)
        c.add(path_component)
        if kind == PATH:
            c.add(reserved, 2)
    elif kind == ROUTER_ADVERTISED:
        c.add(interval)
        c.add(robustness)
    elif kind == HANDOVER:
        if c.add(subtype) == INITIATE:
            c.add(initiate)
        else:
            c.add(reserved, 1)
        c.add(handover_identifier)
    else:
        for field in (status, status_rest, lifetime, registrant, registered):
            c.add(field)
