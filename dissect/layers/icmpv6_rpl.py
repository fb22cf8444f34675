"""ICMPv6's routing for low-power and lossy networks, RPL (RFC 6550): messages by code, then options.

    solicitation  flags, reserved
    information   instance, version, rank (2), flags, DTSN, flags, reserved, DODAG's ID (16)
    advertisement instance, flags, reserved, sequence, [DODAG's ID]
    its answer    instance, flags, sequence, status, [DODAG's ID]
    consistency   instance, flags, nonce (2), DODAG's ID (16), destination's counter (4)

    a secure message begins with: flags, algorithm, key's mode and level, flags, counter (4), key
    option        type, length, value; type 0 is one octet of padding
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, IPV6, NONE, Field, bits, ipv6, u8, u16, u32

SOLICITATION, INFORMATION, ADVERTISEMENT, ANSWER, CONSISTENCY = 0, 1, 2, 3, 0x0A
SECURE = 0x80
OPTIONS = {
    0: "1-byte padding", 1: "n-byte padding", 2: "Metric container", 3: "Routing", 4: "DODAG configuration",
    5: "RPL Target", 6: "Transit Information", 7: "Solicited Information", 8: "Prefix Information",
    9: "RPL Target Descriptor", 10: "P2P Route Discovery Option",
}  # fmt: skip
METRICS = {
    1: "Node State and Attribute Object", 2: "Node Energy", 3: "Hop Count", 4: "Link Throughput", 5: "Link Latency",
    6: "Link Quality Level", 7: "Link ETX", 8: "Link Color",
}  # fmt: skip
_P = "icmpv6.rpl."

secure_flags = u8(None, _P + "secure.flag", "Flags", HEX)
secure_bits = bits(secure_flags, "icmpv6.rpl.secure.flag", ("t", "Counter is Time (T)", 0x80))
secure_flags_rest = u8(None, _P + "secure.flag.rsv", "Reserved", mask=0x7F, within=secure_flags)
algorithm = u8(None, _P + "secure.algorithm", "Algorithm", names={0: "CCM with AES-128 / RSA with SHA-256"})
secure_word = u8(None, _P + "secure.flag", "Flags", HEX)
key_mode = u8(None, _P + "secure.kim", "Key Identifier Mode (KIM)", mask=0xC0, within=secure_word)
level = u8(None, _P + "secure.lvl", "Security Level (LVL)", mask=0x07, within=secure_word)
secure_rest = u8(None, _P + "secure.rsv", "Reserved", mask=0x38, within=secure_word)
secure_unused = u8(None, _P + "secure.flag", "Flags", HEX)
counter = u32(None, _P + "secure.counter", "Counter")
key_source = Field(_P + "secure.key.source", "Key Source", BYTES)
key_index = u8(None, _P + "secure.key.index", "Key Source")

solicitation_flags = u8(None, _P + "dis.flags", "Flags")
instance, version = u8(None, _P + "dio.instance", "RPLInstanceID"), u8(None, _P + "dio.version", "Version")
rank, flags = u16(None, _P + "dio.rank", "Rank"), u8(None, _P + "dio.flag", "Flags", HEX)
flag_bits = bits(flags, "icmpv6.rpl.dio.flag", ("g", "Grounded (G)", 0x80), ("0", "Zero", 0x40))
operation = u8(None, _P + "dio.flag.mop", "Mode of Operation (MOP)", HEX, mask=0x38, within=flags)
preference = u8(None, _P + "dio.flag.preference", "DODAG Preference", mask=0x07, within=flags)
further = u8(None, _P + "dio.flag", "Flags", HEX)
trigger = u8(None, _P + "dio.dtsn", "Destination Advertisement Trigger Sequence Number (DTSN)")
graph = ipv6(None, _P + "dio.dagid", "DODAGID")

dao_instance, dao_flags = u8(None, _P + "dao.instance", "RPLInstanceID"), u8(None, _P + "dao.flag", "Flags", HEX)
dao_bits = bits(dao_flags, "icmpv6.rpl.dao.flag", ("k", "DAO-ACK Request (K)", 0x80), ("d", "DODAGID Present (D)", 0x40))
dao_rest = u8(None, _P + "dao.flag.rsv", "Reserved", mask=0x3F, within=dao_flags)
dao_sequence, dao_graph = u8(None, _P + "dao.sequence", "DAO Sequence"), ipv6(None, _P + "dao.dodagid", "DODAGID")

ack_instance, ack_flags = u8(None, _P + "daoack.instance", "RPLInstanceID"), u8(None, _P + "daoack.flag", "Flag", HEX)
ack_bits = bits(ack_flags, "icmpv6.rpl.daoack.flag", ("d", "DODAGID Present (D)", 0x80))
ack_rest = u8(None, _P + "daoack.flag.rsv", "Reserved", mask=0x7F, within=ack_flags)
ack_sequence, ack_status = u8(None, _P + "daoack.sequence", "DAO-ACK Sequence"), u8(None, _P + "daoack.status", "Status")
ack_graph = ipv6(None, _P + "daoack.dodagid", "DODAGID")

cc_instance, cc_flags = u8(None, _P + "cc.instance", "RPLInstanceID"), u8(None, _P + "cc.flag", "Flag", HEX)
cc_bits = bits(cc_flags, "icmpv6.rpl.cc.flag", ("r", "Response (R)", 0x80))
cc_rest = u8(None, _P + "cc.flag.rsv", "Reserved", mask=0x7F, within=cc_flags)
cc_nonce, cc_graph = u16(None, _P + "cc.nonce", "CC Nonce", HEX), ipv6(None, _P + "cc.dodagid", "DODAGID")
cc_counter = u32(None, _P + "cc.destination_counter", "Destination Counter")

option_type, option_length = u8(None, _P + "opt.type", "Type", names=OPTIONS), u8(None, _P + "opt.length", "Length")
unused, padding = Field(_P + "opt.reserved", "Reserved", NONE), Field(_P + "opt.padn", "Paddn", NONE)
metric = u8(None, _P + "opt.metric.type", "Routing Metric/Constraint Type", names=METRICS)
metric_flags = u16(None, _P + "opt.metric.flags", "Flags", HEX)
metric_rest = u16(None, _P + "opt.metric.reserved", "Reserved Flags", HEX, mask=0xF800, within=metric_flags)
metric_bits = bits(
    metric_flags, "icmpv6.rpl.opt.metric.flag", ("p", "Flag P", 0x400), ("c", "Flag C", 0x200), ("o", "Flag O", 0x100),
    ("r", "Flag R", 0x80),
)  # fmt: skip
metric_a = u16(None, _P + "opt.metric.flag.a", "A Field", HEX, mask=0x70, within=metric_flags)
precedence = u16(None, _P + "opt.metric.prec", "Precedence field", HEX, mask=0x0F, within=metric_flags)
metric_length = u8(None, _P + "opt.metric.length", "Metric Length")
energy = u16(None, _P + "opt.metric.ne.object", "Node Energy Object", HEX)
hops = u16(None, _P + "opt.metric.hp.object", "Hop Count Object", HEX)
energy_value = u16(None, _P + "opt.metric.ne.object.energy", "Energy", HEX, mask=0xFF, within=energy)
hop_count = u16(None, _P + "opt.metric.hp.object.hp", "Hop Count", mask=0xFF, within=hops)
throughput = u32(None, _P + "opt.metric.lt.object.lt", "Link Throughput")
latency = u32(None, _P + "opt.metric.ll.object.ll", "Link Latency")
expected = u16(None, _P + "opt.metric.etx.object.etx", "ETX")
route_length = u8(None, _P + "opt.route.prefix_length", "Prefix Length")
route_flag = u8(None, _P + "opt.route.flag", "Flag", HEX)
route_preference = u8(None, _P + "opt.route.pref", "Preference", mask=0x18, within=route_flag)
route_rest = u8(None, _P + "opt.route.reserved", "Reserved", mask=0xE7, within=route_flag)
route_lifetime = u32(None, _P + "opt.route.lifetime", "Route Lifetime")
route_prefix = Field(_P + "opt.route.prefix", "Prefix", IPV6)
config_flag = u8(None, _P + "opt.config.flag", "Flag", HEX)
config_rest = u8(None, _P + "opt.config.reserved", "Reserved", mask=0xF0, within=config_flag)
config_bits = bits(config_flag, "icmpv6.rpl.opt.config", ("auth", "Authentication Enabled", 0x08))
path_control_size = u8(None, _P + "opt.config.pcs", "Path Control Size", mask=0x07, within=config_flag)
CONFIGURATION = (
    config_flag, u8(None, _P + "opt.config.interval_double", "DIOIntervalDoublings"),
    u16(None, _P + "opt.config.interval_min", "DIOIntervalMin", size=1),
    u8(None, _P + "opt.config.redundancy", "DIORedundancyConstant"),
    u16(None, _P + "opt.config.max_rank_inc", "MaxRankInc"),
    u16(None, _P + "opt.config.min_hop_rank_inc", "MinHopRankInc"),
    u16(None, _P + "opt.config.ocp", "OCP (Objective Code Point)"), u8(None, _P + "opt.config.rsv", "Reserved"),
    u8(None, _P + "opt.config.def_lifetime", "Default Lifetime"),
    u16(None, _P + "opt.config.lifetime_unit", "Lifetime Unit"),
)  # fmt: skip
target_flag = Field(_P + "opt.target.flag", "Reserved", NONE)
target_length = u8(None, _P + "opt.target.prefix_length", "Target Length")
target = Field(_P + "opt.target.prefix", "Target", IPV6)
transit_flag = u8(None, _P + "opt.transit.flag", "Flags", HEX)
transit_bits = bits(transit_flag, "icmpv6.rpl.opt.transit.flag", ("e", "External", 0x80))
transit_rest = u8(None, _P + "opt.transit.flag.rsv", "Reserved", mask=0x7F, within=transit_flag)
TRANSIT = (
    transit_flag, u8(None, _P + "opt.transit.pathctl", "Path Control"),
    u8(None, _P + "opt.transit.pathseq", "Path Sequence"), u8(None, _P + "opt.transit.pathlifetime", "Path Lifetime"),
)  # fmt: skip
parent = ipv6(None, _P + "opt.transit.parent", "Parent Address")
asked_flag = u8(None, _P + "opt.solicited.flag", "Flag", HEX)
asked_bits = bits(
    asked_flag, "icmpv6.rpl.opt.solicited.flag", ("v", "Version predicate", 0x80), ("i", "InstanceID predicate", 0x40),
    ("d", "DODAGID predicate", 0x20),
)  # fmt: skip
asked_rest = u8(None, _P + "opt.solicited.flag.rsv", "Reserved", mask=0x1F, within=asked_flag)
SOLICITED = (
    u8(None, _P + "opt.solicited.instance", "Instance"), asked_flag, ipv6(None, _P + "opt.solicited.dodagid", "DODAGID"),
    u8(None, _P + "opt.solicited.version", "Version"),
)  # fmt: skip
prefix_length = u8(None, _P + "opt.prefix.length", "Prefix Length")
prefix_flag = u8(None, _P + "opt.prefix.flag", "Flag", HEX)
prefix_bits = bits(prefix_flag, "icmpv6.rpl.opt.prefix.flag", ("l", "On Link", 0x80)) + bits(
    prefix_flag, "icmpv6.rpl.opt.config.flag", ("a", "Auto Address Config", 0x40), ("r", "Router Address", 0x20))
prefix_rest = u8(None, _P + "opt.config.flag.rsv", "Reserved", mask=0x1F, within=prefix_flag)
prefix_valid = u32(None, _P + "opt.prefix.valid_lifetime", "Valid Lifetime")
prefix_preferred = u32(None, _P + "opt.prefix.preferred_lifetime", "Preferred Lifetime")
prefix = ipv6(None, _P + "opt.prefix", "Destination Prefix")
descriptor = u32(None, _P + "opt.targetdesc.descriptor", "Descriptor", HEX)

FIELDS: tuple[Field, ...] = (
    secure_flags, *secure_bits, secure_flags_rest, algorithm, secure_word, key_mode, level, secure_rest, secure_unused,
    counter, key_source, key_index, solicitation_flags, instance, version, rank, flags, *flag_bits, operation,
    preference, further, trigger, graph, dao_instance, dao_flags, *dao_bits, dao_rest, dao_sequence, dao_graph, ack_instance,
    ack_flags, *ack_bits, ack_rest, ack_sequence, ack_status, ack_graph, cc_instance, cc_flags, *cc_bits, cc_rest,
    cc_nonce, cc_graph, cc_counter, option_type, option_length, unused, padding, metric, metric_flags, metric_rest,
    *metric_bits, metric_a, precedence, metric_length, energy, hops, energy_value, hop_count, throughput, latency,
    expected, route_length, route_flag, route_preference, route_rest, route_lifetime, route_prefix, config_rest,
    *config_bits, path_control_size, *CONFIGURATION, target_flag, target_length, target, *transit_bits,
    transit_rest, *TRANSIT, parent, *asked_bits, asked_rest, *SOLICITED, prefix_length, prefix_flag,
    *prefix_bits, prefix_rest, prefix_valid, prefix_preferred, prefix, descriptor,
)  # fmt: skip
OBJECTS = {2: energy, 3: hops, 4: throughput, 5: latency, 7: expected}


def control(c: Cursor, code: int, option: Field, reserved: Field) -> None:
    """What follows a message's first four octets; `option` and `reserved`: the fields of all of ICMPv6."""
    if code & SECURE:
        _security(c)
    kind = code & ~SECURE
    if kind == SOLICITATION:
        c.add(solicitation_flags)
        c.add(reserved, 1)
    elif kind == INFORMATION:
        for field in (instance, version, rank, flags, trigger):
            c.add(field)
        c.add(further)
        c.add(reserved, 1)
        c.add(graph)
    elif kind == ADVERTISEMENT:
        c.add(dao_instance)
        there = c.add(dao_flags) & 0x40
        c.add(reserved, 1)
        c.add(dao_sequence)
        if there:
            c.add(dao_graph)
    elif kind == ANSWER:
        c.add(ack_instance)
        there = c.add(ack_flags) & 0x80
        c.add(ack_sequence)
        c.add(ack_status)
        if there:
            c.add(ack_graph)
    elif kind == CONSISTENCY:
        for field in (cc_instance, cc_flags, cc_nonce, cc_graph, cc_counter):
            c.add(field)
    else:
        return
    while c.limit > c.pos:
        first = c.peek(1)
        with c.group(option, 2 + c.peek(1, 1) if first else 1, OPTIONS.get(first, "Unknown")) as one:
            _option(one)


def _security(c: Cursor) -> None:
    c.add(secure_flags)
    c.add(algorithm)
    mode = c.peek(1) >> 6
    c.add(secure_word)
    c.add(secure_unused)
    c.add(counter)
    if mode >= 2:
        c.add(key_source, 8)
    if mode != 1:
        c.add(key_index)


def _option(c: Cursor) -> None:
    kind = c.add(option_type)
    if not kind:
        return
    size = c.add(option_length)
    if kind == 1:
        if size:
            c.add(padding, size)
    elif kind == 2:
        _metrics(c)
    elif kind == 3:
        length = c.add(route_length)
        c.add(route_flag)
        c.add(route_lifetime)
        _prefix(c, route_prefix, length)
    elif kind == 5:
        c.add(target_flag, 1)
        _prefix(c, target, c.add(target_length))
    elif kind == 6:
        for field in TRANSIT:
            c.add(field)
        if c.limit - c.pos >= 16:
            c.add(parent)
    elif kind == 8:
        for field in (prefix_length, prefix_flag, prefix_valid, prefix_preferred):
            c.add(field)
        c.add(unused, 4)
        c.add(prefix)
    else:
        for field in {4: CONFIGURATION, 7: SOLICITED, 9: (descriptor,)}.get(kind, ()):
            c.add(field)


def _prefix(c: Cursor, field: Field, length: int) -> None:
    """A prefix of so many bits, in as many octets as it takes."""
    size = min((length + 7) // 8, 16)
    if size:
        c.add(field, size, c.peek_bytes(size).ljust(16, b"\0"))


def _metrics(c: Cursor) -> None:
    """Metrics and constraints of a path (RFC 6551)."""
    while c.limit - c.pos >= 4:
        kind = c.add(metric)
        c.add(metric_flags)
        end = c.pos + 1 + c.add(metric_length)
        field = OBJECTS.get(kind)
        if field is not None and end - c.pos >= field.type.size:
            c.add(field)
        if end > c.pos:
            c.skip(end - c.pos)
