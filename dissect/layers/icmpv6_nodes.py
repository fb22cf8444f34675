"""ICMPv6 between nodes that ask for names and interfaces: node information (RFC 4620), extended echo (RFC 8335)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Field, bits, flag, ipv4, ipv6, u8, u16, u32, u64

QTYPES = {0: "NOOP", 1: "Unused", 2: "Node Name", 3: "Node addresses", 4: "IPv4 node addresses"}
STATES = {0: "Reserved", 1: "Incomplete", 2: "Reachable", 3: "Stale", 4: "Delay", 5: "Probe", 6: "Failed"}
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

FIELDS: tuple[Field, ...] = (
    qtype, flags, *flag_bits, flag_rest, nonce, subject6, subject_name, subject4, ttl, node_name, node6, node4, sequence,
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
