"""PIM version 2 (RFC 7761; dense mode RFC 3973; bidirectional RFC 5015) and version 1, which is carried in IGMP.

     0                   1                   2                   3
    +-------+-------+---------------+-------------------------------+
    |version| type  |   reserved    |           checksum            |   then by type; addresses carry
    +-------+-------+---------------+-------------------------------+   their family, encoding and flags

Version 1 (no document of it remains but draft-ietf-pim-v1):

    +---------------+---------------+-------------------------------+
    |  type (0x14)  |     code      |           checksum            |
    +-------+-------+---------------+-------------------------------+
    |version|                       reserved                        |
    +-------+-------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT8, Field, flag, group, ipv4, ipv6, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status, pseudo_header

TYPES = {
    0: "Hello", 1: "Register", 2: "Register-stop", 3: "Join/Prune", 4: "Bootstrap", 5: "Assert", 6: "Graft",
    7: "Graft-Ack", 8: "Candidate-RP-Advertisement", 9: "State-Refresh", 10: "DF election",
    11: "ECMP redirect", 12: "PIM Flooding Mechanism",
}  # fmt: skip
HELLO, REGISTER, STOP, JOIN, BOOTSTRAP, ASSERT, GRAFT, GRAFT_ACK, CANDIDATE, REFRESH, ELECTION = range(11)
CODES = {0: "Query", 1: "Register", 2: "Register-Stop", 3: "Join/Prune", 4: "RP-Reachable", 5: "Assert", 6: "Graft",
         7: "Graft-Ack", 8: "Mode"}  # fmt: skip
OPTIONS = {
    1: "Hold Time", 2: "LAN Prune Delay", 16: "Deprecated and should not be used", 17: "Label Parameters",
    18: "Deprecated and should not be used", 19: "DR Priority", 20: "Generation ID", 21: "State-Refresh",
    22: "Bidirectional Capable", 24: "Address List", 25: "Neighbor List TLV", 26: "Join Attribute",
    27: "PIM-over-TCP-Capable", 28: "PIM-over-SCTP-Capable", 29: "Pop-Count", 30: "PIM MT-ID", 31: "Interface ID",
    32: "PIM ECMP Redirect Hello Option", 33: "vPC Peer ID", 34: "DR Load Balancing Capability",
    35: "DR Load Balancing GDR", 65001: "Address List",
}  # fmt: skip
FAMILIES = {1: "IPv4", 2: "IPv6"}
OFFER, WINNER, BACKOFF, PASS = range(1, 5)
SUBTYPES = {OFFER: "Offer", WINNER: "Winner", BACKOFF: "Backoff", PASS: "Pass"}
IPV6, PIM_PROTOCOL, PIM_VERSION_1 = 2, 103, 0x14


def pair(name: str, label: str, six: str = "_ip6") -> tuple[Field, Field]:
    """An address that is of IPv4 or of IPv6."""
    return ipv4(None, f"pim.{name}", label), ipv6(None, f"pim.{name}{six}", label)


def modern(what: str, label: str) -> tuple[Field, Field]:
    """The pairs of bidirectional PIM's, whose names are of another make."""
    return ipv4(None, f"pim.bidir_{what}_ip4", label), ipv6(None, f"pim.bidir_{what}_ip6", label)


class PIM(Layer):
    """A message of one multicast router to others."""

    name, label, column = "pim", "Protocol Independent Multicast", "PIM"
    partly = True
    binds = {"ip.proto": (PIM_PROTOCOL,)}
    reaches = ("ip", "ipv6")

    first = u8(None, "", "Version and type")
    version = u8(None, "pim.version", "Version", mask=0xF0, within=first)
    type = u8(None, "pim.type", "Type", mask=0x0F, names=TYPES, within=first)
    version_1 = u8(None, "pim.version", "Version", mask=0xF0)
    igmp_type = Field("pim.igmp_type", "Type", STRING)
    code = u8(None, "pim.code", "Code", names=CODES)
    election = u8(None, "", "DF election")
    subtype = u8(None, "pim.df_elect.subtype", "DF Subtype", mask=0xF0, names=SUBTYPES, within=election)
    election_reserved = u8(None, "pim.df_elect.rsvd", "DF reserved", mask=0x0F, within=election)
    reserved = raw(None, "pim.res_bytes", "Reserved byte(s)")
    checksum = u16(None, "pim.cksum", "Checksum", HEX)
    status = Field("pim.cksum.status", "Checksum Status", UINT8, names=STATUS)
    options = group("pim.option", "PIM Options")
    option = group("", "Option")
    option_type = u16(None, "pim.optiontype", "Type", names=OPTIONS)
    option_length = u16(None, "pim.optionlength", "Length")
    option_value = raw(None, "pim.optionvalue", "Unknown")
    hold_time = u16(None, "pim.holdtime", "Holdtime", unit="s")
    delay_word = u16(None, "", "Delay")
    t = flag(None, "pim.t", "T", 0x8000, within=delay_word)
    delay = u16(None, "pim.propagation_delay", "Propagation Delay", mask=0x7FFF, within=delay_word, unit="ms")
    override = u16(None, "pim.override_interval", "Override Interval", unit="ms")
    dr_priority = u32(None, "pim.dr_priority", "DR Priority")
    generation = u32(None, "pim.generation_id", "Generation ID")
    refresh_version = u8(None, "pim.state_refresh_version", "Version")
    refresh_interval = u8(None, "pim.state_refresh_interval", "Interval", unit="s")
    refresh_reserved = u16(None, "pim.state_refresh_reserved", "Reserved")
    register = u32(None, "pim.register_flag", "Flags", HEX)
    border = flag(None, "pim.register_flag.border", "Border", 0x80000000, within=register)
    null_register = flag(None, "pim.register_flag.null_register", "Null-Register", 0x40000000, within=register)
    ip_version = u8(None, "pim.ip_version", "IP Version", mask=0xF0, names={0: "Null-Register", 4: "IPv4", 6: "IPv6"})
    dummy = group("pim.dummy_header", "Dummy Header")
    family = u8(None, "pim.addr_address_family", "Address Family", names=FAMILIES)
    encoding = u8(None, "pim.addr_encoding_type", "Encoding Type", names={0: "Native", 1: "Join Attribute"})
    group_flags = u8(None, "pim.group_addr.flags", "Flags", HEX)
    group_b = flag(None, "pim.group_addr.flags.b", "Bidirectional PIM", 0x80, within=group_flags)
    group_reserved = u8(None, "pim.group_addr.flags.reserved", "Reserved", HEX, mask=0x7E, within=group_flags)
    group_z = flag(None, "pim.group_addr.flags.z", "Admin Scope Zone", 0x01, within=group_flags)
    source_flags = u8(None, "pim.source_addr.flags", "Flags", HEX)
    source_reserved = u8(None, "pim.source_addr.flags.reserved", "Reserved", HEX, mask=0xF8, within=source_flags)
    source_s = flag(None, "pim.source_addr.flags.s", "Sparse", 0x04, within=source_flags)
    source_w = flag(None, "pim.source_addr.flags.w", "WildCard", 0x02, within=source_flags)
    source_r = flag(None, "pim.source_addr.flags.r", "Rendezvous Point Tree", 0x01, within=source_flags)
    attribute = group("pim.source_ja", "Join Attribute")
    attribute_flags = u8(None, "pim.source_ja.flags", "Flags", HEX)
    attribute_f = flag(None, "pim.source_ja.flags.f", "Forward", 0x80, within=attribute_flags)
    attribute_e = flag(None, "pim.source_ja.flags.e", "End of Attributes", 0x40, within=attribute_flags)
    attribute_type = u8(None, "pim.source_ja.flags.attr_type", "Attribute Type", mask=0x3F, within=attribute_flags)
    attribute_length = u8(None, "pim.source_ja.length", "Length")
    attribute_value = raw(None, "pim.source_ja.value", "Value")
    mask_len = u8(None, "pim.mask_len", "Masklen")
    unicast = pair("unicast", "Unicast", "_ipv6")
    group_address = pair("group", "Group")
    source_address = pair("source", "Source")
    join = pair("join_ip", "IP address", "6")
    prune = pair("prune_ip", "IP address", "6")
    upstream = pair("upstream_neighbor", "Upstream-neighbor")
    address_list = pair("address_list", "Address")
    bsr = pair("bsr", "BSR")
    rp = pair("rp", "RP")
    originator = pair("originator", "Originator")
    winner = modern("winner", "New Winner IP")
    offering = modern("offering", "Offering IP")
    winner_preference = u32(None, "pim.bidir_win_metric_pref", "Winner Metric Preference")
    winner_metric = u32(None, "pim.bidir_win_metric", "Winner Metric")
    offering_preference = u32(None, "pim.bidir_off_metric_pref", "Offering Metric Preference")
    offering_metric = u32(None, "pim.bidir_off_metric", "Offering Metric")
    offering_interval = u16(None, "pim.bidir_offering_interval", "Offering interval (ms)", unit="ms")
    groups = u16(None, "pim.numgroups", "Num Groups", size=1)
    joins = u16(None, "pim.numjoins", "Num Joins")
    prunes = u16(None, "pim.numprunes", "Num Prunes")
    fragment = u16(None, "pim.fragment_tag", "Fragment tag", HEX)
    hash_len = u8(None, "pim.hash_mask_len", "Hash mask len")
    bsr_priority = u8(None, "pim.bsr_priority", "BSR priority")
    rp_count = u8(None, "pim.rp_count", "RP count")
    frp_count = u8(None, "pim.frp_count", "FRP count")
    priority = u8(None, "pim.priority", "Priority")
    prefixes = u8(None, "pim.prefix_count", "Prefix-count")
    preference_word = u32(None, "", "Preference")
    tree_bit = flag(None, "pim.rpt", "RP Tree", 0x80000000, within=preference_word)
    preference = u32(None, "pim.metric_pref", "Metric Preference", mask=0x7FFFFFFF, within=preference_word)
    election_preference = u32(None, "pim.metric_pref", "Metric Preference")
    metric = u32(None, "pim.metric", "Metric")
    ttl = u8(None, "pim.ttl", "TTL")
    refresh_flags = u8(None, "", "Flags")
    prune_indicator = flag(None, "pim.prune_indicator", "Prune indicator", 0x80, within=refresh_flags)
    prune_now = flag(None, "pim.prune_now", "Prune now", 0x40, within=refresh_flags)
    assert_override = flag(None, "pim.assert_override", "Assert override", 0x20, within=refresh_flags)
    interval = u8(None, "pim.interval", "Interval", unit="s")
    old_group = ipv4(None, "pim.group_address", "Group Address")
    old_mask = ipv4(None, "pim.group_mask", "Mask")
    mode_word = u8(None, "pim.mode", "Mode", mask=0xF0)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        outer = c.h.outer_header
        if outer is not None and outer.layer.name == "igmp":
            version_1(c)
        else:
            version_2(c)


def checked(c: Cursor, size: int, pseudo: bytes = b"") -> None:
    """The checksum's field and status."""
    c.add(PIM.checksum)
    c.derived(PIM.status, message_status(c, c.h.start, size, pseudo))


def version_2(c: Cursor) -> None:
    """A message of its own IP protocol."""
    size = c.limit - c.pos
    first = c.add(PIM.first)
    version, kind = first >> 4, first & 15
    c.info(TYPES.get(kind, f"Unknown ({kind})") if version == 2 else "Unknown")
    c.append_protocol(f"v{version}")
    subtype = 0
    if kind == ELECTION:
        subtype = c.add(PIM.election) >> 4
    else:
        c.add(PIM.reserved, 1)
    if version != 2:
        c.add(PIM.checksum)
        if c.remaining:
            with c.group(PIM.options, c.remaining):
                pass
        return
    covered = min(size, 8) if kind == REGISTER else size  # RFC 7761, section 4.9: not the packet in a Register
    checked(c, covered, pseudo_header(c, covered, PIM_PROTOCOL))
    if c.limit <= c.pos:
        return
    if kind == REGISTER:
        register(c)
        return
    with c.group(PIM.options, c.limit - c.pos) as c:
        body = BODIES.get(kind)
        if kind == ELECTION:
            election(c, subtype)
        elif body is not None:
            body(c)


def version_1(c: Cursor) -> None:
    """A message in IGMP."""
    size = c.limit - c.pos
    c.add(PIM.igmp_type, 1, f"PIM (0x{PIM_VERSION_1:02x})")
    code = c.add(PIM.code)
    c.info(CODES.get(code, f"Unknown ({code})"))
    c.append_protocol("v1")
    checked(c, min(size, 8) if code == REGISTER else size)
    c.add(PIM.version_1)
    c.add(PIM.reserved, 3)
    with c.group(PIM.options, max(c.limit - c.pos, 0)) as c:
        if code == HELLO:
            c.add(PIM.mode_word)
            c.skip(1)
            c.add(PIM.hold_time)
        elif code == 4:  # RP-Reachable
            c.add(PIM.old_group)
            c.add(PIM.old_mask)
            c.add(PIM.rp[0])
            c.add(PIM.reserved, 2)
            c.add(PIM.hold_time)
        elif code == STOP:
            c.add(PIM.old_group)
            c.add(PIM.source_address[0])


def unicast(c: Cursor, fields: tuple[Field, Field]) -> Any:
    """An encoded unicast address (RFC 7761, section 4.9.1); named, and its parts below it."""
    six = c.peek(1) == IPV6
    value = c.peek_bytes(16 if six else 4, 2)
    with c.group(fields[six], 18 if six else 6, value=value if six else int.from_bytes(value, "big")) as c:
        c.add(PIM.family)
        c.add(PIM.encoding)
        c.add(PIM.unicast[six])


def encoded_group(c: Cursor) -> None:
    """An encoded group address: family, encoding, flags, mask length, address."""
    six = c.peek(1) == IPV6
    value = c.peek_bytes(16 if six else 4, 4)
    with c.group(PIM.group_address[six], value=value if six else int.from_bytes(value, "big")) as c:
        for field in (PIM.family, PIM.encoding, PIM.group_flags, PIM.mask_len, PIM.group_address[six]):
            c.add(field)


def encoded_source(c: Cursor, fields: tuple[Field, Field]) -> None:
    """An encoded source address, with join attributes (RFC 5384) where its encoding says so."""
    six = c.peek(1) == IPV6
    value = c.peek_bytes(16 if six else 4, 4)
    with c.group(fields[six], value=value if six else int.from_bytes(value, "big")) as c:
        c.add(PIM.family)
        attributes = c.add(PIM.encoding) == 1
        c.add(PIM.source_flags)
        c.add(PIM.mask_len)
        c.add(PIM.source_address[six])
        while attributes:
            with c.group(PIM.attribute, 2 + c.peek(1, 1)) as c:
                attributes = c.add(PIM.attribute_flags) & 0x40 == 0
                c.add(PIM.attribute_length)
                c.rest(PIM.attribute_value)


def hello(c: Cursor) -> None:
    """A router's options (RFC 7761, section 4.9.2)."""
    while c.remaining >= 2:
        kind, size = c.peek(2), c.peek(2, 2)
        with c.group(PIM.option, 4 + size, f"Option {kind}: {OPTIONS.get(kind, f'Unknown: {kind}')}") as c:
            c.add(PIM.option_type)
            c.add(PIM.option_length)
            fields = HELLOS.get(kind, ())
            if size < sum(field.type.size for field in fields):
                c.note("error", "Malformed", f"Option {kind} is too short", "pim.option_short")
                fields = ()
            for field in fields:
                c.add(field)
            if kind in (24, 65001):
                while c.remaining:
                    unicast(c, PIM.address_list)
            c.rest(PIM.option_value)


def register(c: Cursor) -> None:
    """A packet for the rendezvous point, whole behind the flags."""
    with c.group(PIM.options):
        c.add(PIM.register)
        version = c.peek(1) >> 4
        c.add(PIM.ip_version, 0, version)
    if version == 0:
        outer = c.h.outer("ip", "ipv6")
        six = outer is not None and outer.layer.name == "ipv6"
        with c.group(PIM.dummy, c.remaining):
            c.skip(8 if six else 12)
            c.add(PIM.source_address[six])
            c.add(PIM.group_address[six])
    elif version in (4, 6):
        c.run.columns_locked, locked = True, c.run.columns_locked
        c.child("ip" if version == 4 else "ipv6")
        c.run.columns_locked = locked


def stop(c: Cursor) -> None:
    encoded_group(c)
    unicast(c, PIM.source_address)


def joins(c: Cursor) -> None:
    """Joins and prunes of groups' sources (section 4.9.5); Graft and Graft-Ack are alike."""
    unicast(c, PIM.upstream)
    c.add(PIM.reserved, 1)
    count = c.add(PIM.groups)
    c.add(PIM.hold_time)
    for _ in range(count):
        encoded_group(c)
        joined, pruned = c.add(PIM.joins), c.add(PIM.prunes)
        for number, fields in ((joined, PIM.join), (pruned, PIM.prune)):
            for _ in range(number):
                encoded_source(c, fields)


def bootstrap(c: Cursor) -> None:
    """Groups and their candidates for rendezvous points (RFC 5059)."""
    for field in (PIM.fragment, PIM.hash_len, PIM.bsr_priority):
        c.add(field)
    unicast(c, PIM.bsr)
    while c.remaining:
        encoded_group(c)
        c.add(PIM.rp_count)
        fragment = c.add(PIM.frp_count)
        c.skip(2)
        for _ in range(fragment):
            unicast(c, PIM.rp)
            c.add(PIM.hold_time)
            c.add(PIM.priority)
            c.add(PIM.reserved, 1)


def asserted(c: Cursor) -> None:
    encoded_group(c)
    unicast(c, PIM.source_address)
    c.add(PIM.preference_word)
    c.add(PIM.metric)


def candidate(c: Cursor) -> None:
    count = c.add(PIM.prefixes)
    c.add(PIM.priority)
    c.add(PIM.hold_time)
    unicast(c, PIM.rp)
    for _ in range(count):
        encoded_group(c)


def refresh(c: Cursor) -> None:
    encoded_group(c)
    unicast(c, PIM.source_address)
    unicast(c, PIM.originator)
    for field in (PIM.preference_word, PIM.metric, PIM.mask_len, PIM.ttl, PIM.refresh_flags, PIM.interval):
        c.add(field)


def election(c: Cursor, subtype: int) -> None:
    """The forwarder of a link is chosen (RFC 5015, section 3.7)."""
    unicast(c, PIM.rp)
    c.add(PIM.election_preference)
    c.add(PIM.metric)
    if subtype == BACKOFF:
        unicast(c, PIM.offering)
        for field in (PIM.offering_preference, PIM.offering_metric, PIM.offering_interval):
            c.add(field)
    elif subtype == PASS:
        unicast(c, PIM.winner)
        c.add(PIM.winner_preference)
        c.add(PIM.winner_metric)


BODIES = {
    HELLO: hello, STOP: stop, JOIN: joins, GRAFT: joins, GRAFT_ACK: joins, BOOTSTRAP: bootstrap, ASSERT: asserted,
    CANDIDATE: candidate, REFRESH: refresh,
}  # fmt: skip
HELLOS = {
    1: (PIM.hold_time,), 2: (PIM.delay_word, PIM.override), 19: (PIM.dr_priority,), 20: (PIM.generation,),
    21: (PIM.refresh_version, PIM.refresh_interval, PIM.refresh_reserved),
}  # fmt: skip
