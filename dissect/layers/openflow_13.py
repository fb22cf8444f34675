"""OpenFlow 1.3 (ONF TS-006): its messages, matches, instructions, actions and statistics.

    the header of all versions (8), then by type; a match is a list of OXM: class (2), field and mask (1), length (1), value
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC,
    ETHER,
    HEX,
    IPV4,
    IPV6,
    STRING,
    UINT8,
    UINT16,
    UINT24,
    UINT32,
    UINT64,
    Field,
    bits,
    flag,
    group,
    raw,
    u8,
    u16,
    u32,
)
from dissect.engine.layer import Layer

TYPES = {
    0: "OFPT_HELLO", 1: "OFPT_ERROR", 2: "OFPT_ECHO_REQUEST", 3: "OFPT_ECHO_REPLY", 4: "OFPT_EXPERIMENTER",
    5: "OFPT_FEATURES_REQUEST", 6: "OFPT_FEATURES_REPLY", 7: "OFPT_GET_CONFIG_REQUEST", 8: "OFPT_GET_CONFIG_REPLY",
    9: "OFPT_SET_CONFIG", 10: "OFPT_PACKET_IN", 11: "OFPT_FLOW_REMOVED", 12: "OFPT_PORT_STATUS",
    13: "OFPT_PACKET_OUT", 14: "OFPT_FLOW_MOD", 15: "OFPT_GROUP_MOD", 16: "OFPT_PORT_MOD", 17: "OFPT_TABLE_MOD",
    18: "OFPT_MULTIPART_REQUEST", 19: "OFPT_MULTIPART_REPLY", 20: "OFPT_BARRIER_REQUEST", 21: "OFPT_BARRIER_REPLY",
    22: "OFPT_QUEUE_GET_CONFIG_REQUEST", 23: "OFPT_QUEUE_GET_CONFIG_REPLY", 24: "OFPT_ROLE_REQUEST",
    25: "OFPT_ROLE_REPLY", 26: "OFPT_GET_ASYNC_REQUEST", 27: "OFPT_GET_ASYNC_REPLY", 28: "OFPT_SET_ASYNC",
    29: "OFPT_METER_MOD",
}  # fmt: skip
VERSIONS = {1: "1.0", 2: "1.1", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}
PARTS = {
    0: "OFPMP_DESC", 1: "OFPMP_FLOW", 2: "OFPMP_AGGREGATE", 3: "OFPMP_TABLE", 4: "OFPMP_PORT_STATS", 5: "OFPMP_QUEUE",
    6: "OFPMP_GROUP", 7: "OFPMP_GROUP_DESC", 8: "OFPMP_GROUP_FEATURES", 9: "OFPMP_METER", 10: "OFPMP_METER_CONFIG",
    11: "OFPMP_METER_FEATURES", 12: "OFPMP_TABLE_FEATURES", 13: "OFPMP_PORT_DESC", 0xFFFF: "OFPMP_EXPERIMENTER",
}  # fmt: skip
FLOW, AGGREGATE, TABLE, PORT_STATS, PORT_DESC, DESC = 1, 2, 3, 4, 13, 0
HEADER = 8
BASIC = 0x8000
KINDS = {
    "1": UINT8, "2": UINT16, "4": UINT32, "8": UINT64, "b": BYTES, "e": ETHER, "s": STRING,
}  # fmt: skip
# fields of a match of the basic class whose values are no plain numbers of their size
ETHERS, ADDRESSES_4, ADDRESSES_6 = (3, 4, 24, 25), (11, 12, 22, 23), (26, 27, 31)
ETHERTYPE, VLAN, IP_PROTOCOL = 5, 6, 10


def _fields(prefix: str, text: str) -> tuple[Field, ...]:
    """Fields by name, kind (the octets of a number, or b: octets, e: address, s: text,
    4l: four octets of a type of eight) and size where it has one."""
    found = []
    for word in text.split():
        name, _, kind = word.partition(":")
        shown = HEX if kind.endswith("x") else DEC
        kind = kind.rstrip("x")
        type_ = UINT64 if kind == "4l" else KINDS[kind[0]]
        size = int(kind[1:]) if kind[1:].isdigit() else int(kind[0]) if kind[0].isdigit() else type_.size
        found.append(Field(f"openflow_v4.{prefix}{name}", name, type_, shown, size=size))
    return tuple(found)


STATE = (("link_down", "Link down", 1), ("blocked", "Blocked", 2), ("live", "Live", 4))
MODES = (
    ("10mb_hd", 0x0001), ("10mb_fd", 0x0002), ("100mb_hd", 0x0004), ("100mb_fd", 0x0008), ("1gb_hd", 0x0010), ("1gb_fd", 0x0020),
    ("10gb_fd", 0x0040), ("40gb_fd", 0x0080), ("100gb_fd", 0x0100), ("1tb_fd", 0x0200), ("other", 0x0400), ("copper", 0x0800),
    ("fiber", 0x1000), ("autoneg", 0x2000), ("pause", 0x4000), ("pause_asym", 0x8000),
)  # fmt: skip
FLAGS = (
    ("send_flow_rem", "Send flow removed", 1), ("check_overlap", "Check overlap", 2), ("reset_counts", "Reset counts", 4),
    ("no_packet_counts", "Don't count packets", 8), ("no_byte_counts", "Don't count bytes", 16),
)  # fmt: skip


class OpenFlow13(Layer):
    """A message; those behind it in the same segment follow as further layers."""

    name, label, column = "openflow_v4", "OpenFlow 1.3", "OpenFlow"
    partly = True
    binds = {"openflow.version": (4,)}
    reaches = ("openflow_v4", "eth")

    version = u8(0, "openflow_v4.version", "Version", HEX, names=VERSIONS)
    type = u8(1, "openflow_v4.type", "Type", names=TYPES)
    size_field = u16(2, "openflow_v4.length", "Length")
    xid = u32(4, "openflow_v4.xid", "Transaction ID")
    body_group, body = group("", "Message"), raw(None, "", "Body")
    part = group("", "Entry")

    element = _fields("hello_element.", "type:2 length:2")
    bitmap = raw(None, "openflow_v4.hello_element.version.bitmap", "Bitmap")
    error = _fields("error.", "type:2 code:2")
    error_body = raw(None, "openflow_v4.error.data.body", "Body")
    echo = raw(None, "openflow_v4.echo.data", "Data")
    features = _fields("switch_features.", "datapath_id:8x n_buffers:4 n_tables:1 auxiliary_id:1 pad:2 capabilities:4x")
    capability_bits = bits(
        features[-1], "openflow_v4.switch_features.capabilities",
        ("flow_stats", "Flow statistics", 1), ("table_stats", "Table statistics", 2), ("port_stats", "Port statistics", 4),
        ("group_stats", "Group statistics", 8), ("ip_reasm", "Can reassemble IP fragments", 0x20), ("port_blocked", "Switch will block looping ports", 0x100),
    )  # fmt: skip
    reserved = u32(None, "openflow_v4.switch_features_reserved", "Reserved", HEX)
    config = _fields("switch_config.", "flags:2x miss_send_len:2")
    fragment_mode = u16(None, "openflow_v4.switch_config.flags.fragments", "IP Fragments", mask=0x0003, within=config[0])
    packet_in = _fields("packet_in.", "buffer_id:4 total_len:2 reason:1 table_id:1 cookie:8x")
    packet_pad = raw(None, "openflow_v4.packet_in.pad", "Pad", size=2)
    packet_out = _fields("packet_out.", "buffer_id:4 in_port:4 acts_len:2 pad:b6")
    removed = _fields("flow_removed.", "cookie:8x priority:2 reason:1 table_id:1 duration_sec:4 duration_nsec:4 idle_timeout:2 hard_timeout:2 packet_count:8 byte_count:8")
    status = _fields("port_status.", "reason:1 pad:b7")
    mod = _fields("flowmod.", "cookie:8x cookie_mask:8x table_id:1 command:1 idle_timeout:2 hard_timeout:2 priority:2 buffer_id:4 out_port:4 out_group:4 flags:2x pad:b2")
    mod_bits = bits(mod[-2], "openflow_v4.flowmod.flags", *FLAGS)
    role_asked, role_told = _fields("role_request.", "role:4 pad:b4 generation_id:8x"), _fields("role_reply.", "role:4 pad:b4 generation_id:8x")
    group_mod = _fields("groupmod.", "command:2 type:1 pad:b1 group_id:4")
    asked, told = _fields("multipart_request.", "type:2 flags:2x pad:b4"), _fields("multipart_reply.", "type:2 flags:2x pad:b4")
    asked_more = u16(None, "openflow_v4.multipart_request.flags.more", "More", HEX, mask=1, within=asked[1])
    told_more = u16(None, "openflow_v4.multipart_reply.flags.more", "More", HEX, mask=1, within=told[1])
    flow_asked = _fields("flow_stats_request.", "table_id:1 pad:b3 out_port:4 out_group:4 pad2:b4 cookie:8x cookie_mask:8x")
    sum_asked = _fields("aggregate_stats_request.", "table_id:1 pad:b3 out_port:4 out_group:4 pad2:b4 cookie:8x cookie_mask:8x")
    port_asked = _fields("port_stats_request.", "port_no:4 pad:b4")
    flow = _fields("flow_stats.", "length:2 table_id:1 pad:b1 duration_sec:4 duration_nsec:4 priority:2 idle_timeout:2 hard_timeout:2 flags:2x pad2:b4 cookie:8x packet_count:8 byte_count:8")
    flow_bits = bits(flow[8], "openflow_v4.flow_stats.flags", *FLAGS)
    total_ = _fields("aggregate_stats.", "packet_count:8 byte_count:8 flow_count:4l pad:b4")
    table = _fields("table_stats.", "table_id:1 pad:b3 active_count:4 lookup_count:8 match_count:8")
    counts = _fields("port_stats.", "port_no:4 pad:b4 rx_packets:8 tx_packets:8 rx_bytes:8 tx_bytes:8 rx_dropped:8 tx_dropped:8 rx_errors:8 tx_errors:8 rx_frame_error:8 rx_over_error:8 rx_crc_error:8 collisions:8 duration_sec:4 duration_nsec:4")
    switch = _fields("switch_description.", "mfr_desc:s256 hw_desc:s256 sw_desc:s256 serial_num:s32 dp_desc:s256")
    port = _fields("port.", "port_no:4 pad:b4 hw_addr:e pad2:b2 name:s16 config:4x sate:4x current:4x advertised:4x supported:4x peer:4x curr_speed:4 max_speed:4")
    port_bits = (
        *bits(port[5], "openflow_v4.port.config", ("port_down", "Port down", 1), ("no_recv", "No receive", 4),
              ("no_fwd", "No forward", 0x20), ("no_packet_in", "No packet in", 0x40)),
        *bits(port[6], "openflow_v4.port.state", *STATE),
        *(bit for word, name in zip(port[7:11], ("current", "advertised", "supported", "peer"), strict=True)
          for bit in bits(word, f"openflow_v4.port.{name}", *((("100_gb_fd" if (mode, name) == ("100gb_fd", "current") else mode), mode, mask) for mode, mask in MODES))),
    )  # fmt: skip

    match, match_head = group("", "Match"), _fields("match.", "type:2 length:2")
    match_pad = raw(None, "openflow_v4.match.pad", "Pad")
    oxm, oxm_class = group("", "OXM field"), u16(None, "openflow_v4.oxm.class", "Class", HEX)
    oxm_field = u8(None, "openflow_v4.oxm.field", "Field")
    masked, oxm_length = flag(None, "openflow_v4.oxm.hm", "Has mask"), u8(None, "openflow_v4.oxm.length", "Length")
    values = {
        kind: Field(f"openflow_v4.oxm.value{name}", "Value", type_, HEX if kind == "ethertype" else DEC) for kind, name, type_ in (
            ("bytes", "", BYTES), ("ether", "_etheraddr", ETHER), ("ethertype", "_ethertype", UINT16), ("vid", "_vlan_vid", UINT16),
            ("ipv4", "_ipv4addr", IPV4), ("ipv6", "_ipv6addr", IPV6), ("protocol", "_ipproto", UINT8), ("2", "_uint16", UINT16),
            ("3", "_uint24", UINT24), ("4", "_uint32", UINT32))
    }  # fmt: skip
    value_fields = tuple(values.values())
    present = flag(None, "openflow_v4.oxm.value_vlan_present", "OFPVID_PRESENT", 0x1000, size=2)
    masks = {kind: Field(f"openflow_v4.oxm.{name}", "Mask", type_) for kind, name, type_ in (
        ("bytes", "mask", BYTES), ("ether", "ether_mask", ETHER), ("ipv4", "ipv4_mask", IPV4), ("ipv6", "ipv6_mask", IPV6),
        ("vid", "vlan_mask", UINT16))}  # fmt: skip
    mask_fields = tuple(masks.values())
    instruction, instruction_head = group("", "Instruction"), _fields("instruction.", "type:2 length:2")
    goto = _fields("instruction.goto_table.", "table_id:1 pad:b3")
    metadata = _fields("instruction.write_metadata.", "pad:b4 value:8x mask:8x")
    actions_pad = raw(None, "openflow_v4.instruction.actions.pad", "Pad", size=4)
    action, action_head = group("", "Action"), _fields("action.", "type:2 length:2")
    output = _fields("action.output.", "port:4 max_len:2 pad:b6")
    group_id = u32(None, "openflow_v4.action.group.group_id", "Group ID")
    push = {kind: _fields(f"action.{name}.", "ethertype:2x pad:b2") for kind, name in ((17, "push_vlan"), (19, "push_mpls"), (20, "pop_mpls"), (26, "push_pbb"))}
    pops = {kind: raw(None, f"openflow_v4.action.{name}.pad", "Pad", size=4) for kind, name in (
        (11, "copy_ttl_out"), (12, "copy_ttl_in"), (16, "dec_mpls_ttl"), (18, "pop_vlan"), (24, "dec_nw_ttl"), (27, "pop_pbb"))}  # fmt: skip
    ttl = {kind: _fields(f"action.{name}.", "ttl:1 pad:b3") for kind, name in ((15, "set_mpls_ttl"), (23, "set_nw_ttl"))}
    push_fields = tuple(one for some in (*push.values(), *ttl.values()) for one in some)
    pop_fields = tuple(pops.values())
    set_pad = raw(None, "openflow_v4.action.set_field.pad", "Pad")

    @staticmethod
    def info(type: int) -> str:
        return f"Type: {TYPES.get(type, 'Unknown')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        with c.group(cls.body_group, min(max(c.h.size_field - HEADER, 0), c.limit - c.pos)) as c:
            read = BODIES.get(kind)
            if read is not None and c.remaining:
                read(c)
            c.rest(cls.body)
        if c.remaining >= HEADER and c.peek(2, 2) >= HEADER:
            c.child("openflow_v4")


F: Any = OpenFlow13


def frame(c: Cursor) -> None:
    """A packet that a switch sends or gets: the columns stay the message's own."""
    if c.remaining:
        locked, c.run.columns_locked = c.run.columns_locked, True
        c.child("eth")
        c.run.columns_locked = locked


def every(c: Cursor, fields: tuple[Field, ...]) -> list[Any]:
    """All fields of a structure."""
    return [c.add(field) for field in fields]


def kind_of(number: int, size: int) -> str:
    """How the value of a field of the basic class is told."""
    if number in ETHERS:
        return "ether"
    if number in ADDRESSES_4:
        return "ipv4"
    if number in ADDRESSES_6:
        return "ipv6"
    by_number = {ETHERTYPE: "ethertype", VLAN: "vid", IP_PROTOCOL: "protocol"}.get(number)
    if by_number is not None:
        return by_number
    return {2: "2", 3: "3", 4: "4"}.get(size, "bytes")


def read_oxm(c: Cursor) -> None:
    """A field of a match (7.2.3.2)."""
    with c.group(F.oxm, 4 + c.peek(1, 3)) as c:
        known = c.add(F.oxm_class) == BASIC
        octet = c.peek(1)
        masked = bool(octet & 1)
        number = c.add(F.oxm_field, 1, value=octet >> 1)
        c.derived(F.masked, masked)
        size = c.add(F.oxm_length)
        size = size // 2 if masked else size
        if not size or not known:
            c.rest(F.values["bytes"])
            return
        kind = kind_of(number, size)
        field = F.values[kind]
        if field.type.size and field.type.size != size:
            kind, field = "bytes", F.values["bytes"]
        if kind == "vid":
            word = c.peek(2)
            c.derived(F.present, bool(word & 0x1000))
            c.add(field, 2, value=word & 0x0FFF)
        else:
            c.add(field, size)
        if masked and c.remaining:
            c.add(F.masks.get(kind, F.masks["bytes"]), c.remaining)


def read_match(c: Cursor) -> None:
    """A match: fields, filled up to eight octets (7.2.3)."""
    size = max(c.peek(2, 2), 4)
    with c.group(F.match, size + -size % 8) as c:
        c.add(F.match_head[0])
        c.add(F.match_head[1])
        end = c.pos + size - 4
        while end - c.pos >= 4:
            read_oxm(c)
        c.rest(F.match_pad)


def read_actions(c: Cursor) -> None:
    """What is to be done with packets (7.2.5)."""
    while c.remaining >= 8:
        with c.group(F.action, max(c.peek(2, 2), 8)) as c:
            kind, _ = every(c, F.action_head)
            if kind == 0:
                every(c, F.output)
            elif kind == 22:
                c.add(F.group_id)
            elif kind == 25:
                read_oxm(c)
                c.rest(F.set_pad)
            elif kind in F.push:
                every(c, F.push[kind])
            elif kind in F.ttl:
                every(c, F.ttl[kind])
            elif kind in F.pops:
                c.add(F.pops[kind])
            c.rest(F.body)


def read_instructions(c: Cursor) -> None:
    """What becomes of packets of a flow (7.2.4)."""
    while c.remaining >= 8:
        with c.group(F.instruction, max(c.peek(2, 2), 8)) as c:
            kind, _ = every(c, F.instruction_head)
            if kind == 1:
                every(c, F.goto)
            elif kind == 2:
                every(c, F.metadata)
            elif kind in (3, 4, 5):
                c.add(F.actions_pad)
                read_actions(c)
            c.rest(F.body)


def hello(c: Cursor) -> None:
    """Which versions are spoken (7.5.1)."""
    while c.remaining >= 4:
        size = max(c.peek(2, 2), 4)
        with c.group(F.part, min(size + -size % 8, max(c.remaining, 4))) as c:
            if every(c, F.element)[0] == 1 and size > 4:
                c.add(F.bitmap, size - 4)
            c.rest(F.body)


def error(c: Cursor) -> None:
    """What is wrong with a message (7.4.4)."""
    every(c, F.error)
    if c.remaining >= HEADER:
        every(c, (F.version, F.type, F.size_field, F.xid))
    c.rest(F.error_body)


def echo(c: Cursor) -> None:
    """Anything (7.5.2)."""
    c.rest(F.echo)


def features(c: Cursor) -> None:
    """What a switch can do (7.3.1)."""
    every(c, (*F.features, F.reserved))


def config(c: Cursor) -> None:
    """How packets are handled (7.3.2)."""
    every(c, F.config)


def packet_in(c: Cursor) -> None:
    """A packet for the controller (7.4.1)."""
    every(c, F.packet_in)
    read_match(c)
    c.add(F.packet_pad)
    frame(c)


def packet_out(c: Cursor) -> None:
    """A packet that a switch is to send (7.3.7)."""
    _, _, size, _ = every(c, F.packet_out)
    with c.group(F.part, size, "Actions") as c:
        read_actions(c)
        c.rest(F.body)
    frame(c)


def flow_removed(c: Cursor) -> None:
    """A flow is no more (7.4.2)."""
    every(c, F.removed)
    read_match(c)


def read_port(c: Cursor) -> None:
    """A port (7.2.1)."""
    with c.group(F.part, 64, "Port") as c:
        every(c, F.port)


def port_status(c: Cursor) -> None:
    """A port has changed (7.4.3)."""
    every(c, F.status)
    read_port(c)


def flow_mod(c: Cursor) -> None:
    """A change of a flow table (7.3.4.1)."""
    every(c, F.mod)
    read_match(c)
    read_instructions(c)


def group_mod(c: Cursor) -> None:
    """A change of the group table (7.3.4.2)."""
    every(c, F.group_mod)


def role_request(c: Cursor) -> None:
    """A controller's part (7.3.9)."""
    every(c, F.role_asked)


def role_reply(c: Cursor) -> None:
    """The same, as the switch knows it."""
    every(c, F.role_told)


def multipart_request(c: Cursor) -> None:
    """What statistics are wanted (7.3.5)."""
    kind = every(c, F.asked)[0]
    c.append_info(f", {PARTS.get(kind, 'Unknown')}")
    if kind in (FLOW, AGGREGATE):
        every(c, F.flow_asked if kind == FLOW else F.sum_asked)
        read_match(c)
    elif kind == PORT_STATS:
        every(c, F.port_asked)


def multipart_reply(c: Cursor) -> None:
    """Statistics, and what a switch is."""
    kind = every(c, F.told)[0]
    c.append_info(f", {PARTS.get(kind, 'Unknown')}")
    if kind == DESC and c.remaining:
        every(c, F.switch)
    elif kind == AGGREGATE:
        every(c, F.total_)
    while kind in ENTRIES and c.remaining >= 4:
        fields, size = ENTRIES[kind]
        if kind == PORT_DESC:
            read_port(c)
            continue
        with c.group(F.part, size or max(c.peek(2), 4)) as c:
            every(c, fields)
            if kind == FLOW:
                read_match(c)
                read_instructions(c)
            c.rest(F.body)


ENTRIES: dict[int, tuple[tuple[Field, ...], int]] = {
    FLOW: (F.flow, 0), TABLE: (F.table, 24), PORT_STATS: (F.counts, 112), PORT_DESC: (F.port, 64),
}  # fmt: skip
BODIES: dict[int, Callable[[Cursor], None]] = {
    0: hello, 1: error, 2: echo, 3: echo, 6: features, 8: config, 9: config, 10: packet_in, 11: flow_removed, 12: port_status,
    13: packet_out, 14: flow_mod, 15: group_mod, 18: multipart_request, 19: multipart_reply, 24: role_request, 25: role_reply,
}  # fmt: skip
