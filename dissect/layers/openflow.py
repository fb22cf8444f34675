"""OpenFlow 1.0 (ONF TS-001), and the header of all versions (1.3 is `openflow_13`).

    +---------------+---------------+-------------------------------+
    |    version    |     type      |            length             |
    +---------------+---------------+-------------------------------+
    |                        transaction id                         |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DEC_HEX,
    ETHER,
    HEX,
    UINT32,
    Field,
    bits,
    ether,
    group,
    ipv4,
    raw,
    string,
    u8,
    u16,
    u32,
    u64,
    where,
)  # fmt: skip
from dissect.engine.layer import By, Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers.openflow_13 import frame

TYPES = {
    0: "OFPT_HELLO", 1: "OFPT_ERROR", 2: "OFPT_ECHO_REQUEST", 3: "OFPT_ECHO_REPLY", 4: "OFPT_VENDOR",
    5: "OFPT_FEATURES_REQUEST", 6: "OFPT_FEATURES_REPLY", 7: "OFPT_GET_CONFIG_REQUEST", 8: "OFPT_GET_CONFIG_REPLY",
    9: "OFPT_SET_CONFIG", 10: "OFPT_PACKET_IN", 11: "OFPT_FLOW_REMOVED", 12: "OFPT_PORT_STATUS",
    13: "OFPT_PACKET_OUT", 14: "OFPT_FLOW_MOD", 15: "OFPT_PORT_MOD", 16: "OFPT_STATS_REQUEST",
    17: "OFPT_STATS_REPLY", 18: "OFPT_BARRIER_REQUEST", 19: "OFPT_BARRIER_REPLY",
    20: "OFPT_QUEUE_GET_CONFIG_REQUEST", 21: "OFPT_QUEUE_GET_CONFIG_REPLY",
}  # fmt: skip
VERSIONS = {1: "1.0", 2: "1.1", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}
ACTIONS = {
    0: "Output to switch port", 1: "Set the 802.1q VLAN id", 2: "Set the 802.1q priority",
    3: "Strip the 802.1q header", 4: "Ethernet source address", 5: "Ethernet destination address",
    6: "IP source address", 7: "IP destination address", 8: "IP ToS (DSCP field, 6 bits)",
    9: "TCP/UDP source port", 10: "TCP/UDP destination port", 11: "Output to queue", 0xFFFF: "Vendor specific",
}  # fmt: skip
COMMANDS = {
    0: "New flow", 1: "Modify all matching flows", 2: "Modify entry strictly matching wildcards",
    3: "Delete all matching flows", 4: "Strictly match wildcards and priority",
}  # fmt: skip
HEADER = 8


class OpenFlow(Layer):
    """One message of any version."""

    name, label, column = "openflow", "OpenFlow", "OpenFlow"
    partly = True
    binds = {"tcp.port": (6633, 6634, 6653)}
    messages = Messages(header=4, length=lambda p: where(p.u16(2) >= HEADER, p.u16(2), AS_IT_IS))

    number = u8(lambda h: 0, "", "Version", mask=0x7F)  # what follows has it as its own
    length = lambda h: 0
    next = (By("openflow.version", lambda h: h.number),)


class OpenFlow1(Layer):
    """A message of version 1.0."""

    name, label, column = "openflow_v1", "OpenFlow 1.0", "OpenFlow"
    partly = True
    binds = {"openflow.version": (1,)}
    reaches = ("eth", "openflow_v1")

    version = u8(0, "openflow.version", "Version", HEX, mask=0x7F, names=VERSIONS)
    type = u8(1, "openflow_1_0.type", "Type", names=TYPES)
    size_field = u16(2, "openflow.length", "Length")
    xid = u32(4, "openflow.xid", "Transaction ID")
    body = raw(None, "", "Data")
    body_group = group("", "Message")

    datapath = u64(None, "openflow.datapath_id", "Datapath unique ID", HEX)
    datapath_own = u16(None, "openflow.datapath_imp", "Implementers part", HEX)
    datapath_mac = ether(None, "openflow.datapath_mac", "MAC addr")
    buffers = u32(None, "openflow.n_buffers", "n_buffers")
    tables = u8(None, "openflow.n_tables", "n_tables")
    features_pad = raw(None, "openflow.features_reply.pad", "Padding", size=3)
    capabilities = u32(None, "openflow.capabilities", "capabilities", HEX)
    capability_bits = bits(
        capabilities, "openflow",
        ("flow_stats", "Flow statistics", 0x01), ("table_stats", "Table statistics", 0x02),
        ("port_stats", "Port statistics", 0x04), ("group_stats", "Group statistics", 0x08),
        ("ip_reasm", "Can reassemble IP fragments", 0x20), ("queue_stats", "Queue statistics", 0x40),
        ("port_blocked", "Switch will block looping ports", 0x0100),
    )  # fmt: skip
    actions = u32(None, "openflow.actions", "actions", HEX)
    action_bits = bits(
        actions, "openflow",
        ("output", "Output to switch port", 0x01), ("set_vlan_vid", "Set the 802.1q VLAN id", 0x02),
        ("set_vlan_pcp", "Set the 802.1q priority", 0x04), ("strip_vlan", "Strip the 802.1q header", 0x08),
        ("set_dl_src", "Ethernet source address", 0x10), ("set_dl_ds", "Ethernet destination address", 0x20),
        ("set_nw_src", "IP source address", 0x40), ("set_nw_ds", "IP destination address", 0x80),
        ("set_nw_tos", "IP ToS (DSCP field, 6 bits)", 0x0100), ("set_tp_src", "TCP/UDP source port", 0x0200),
        ("set_tp_dst", "TCP/UDP destination port", 0x0400), ("enqueue", "Output to queue", 0x0800),
    )  # fmt: skip
    port = group("", "Port data")
    port_no = u16(None, "openflow.port_no", "Port number")
    hw_add = ether(None, "openflow.hw_add", "HW Address")
    port_name = string(None, "openflow.port_name", "Port Name", size=16)
    port_config = u32(None, "openflow.port_config", "Config flags", HEX)
    config_bits = bits(
        port_config, "openflow",
        ("port_down", "Port is administratively down", 0x01), ("no_stp", "Disable 802.1D spanning tree on port", 0x02),
        ("no_recv", "Drop all packets except 802.1D spanning tree packets", 0x04),
        ("no_recv_stp", "Drop received 802.1D STP packets", 0x08),
        ("no_flood", "Do not include this port when flooding", 0x10), ("no_fwd", "Drop packets forwarded to port", 0x20),
        ("no_packet_in", "Do not send packet-in msgs for port", 0x40),
    )  # fmt: skip
    port_state = u32(None, "openflow.port_state", "State flags", HEX)
    link_down = bits(port_state, "openflow", ("link_down", "No physical link present", 0x01))
    port_curr = u32(None, "openflow.port_curr", "Current features", HEX)
    curr_bits = bits(
        port_curr, "openflow",
        ("10mb_hd", "10 Mb half-duplex rate support", 0x01), ("10mb_fd", "10 Mb full-duplex rate support", 0x02),
        ("100mb_hd", "100 Mb half-duplex rate support", 0x04), ("100mb_0fd", "100 Mb full-duplex rate support", 0x08),
        ("1gb_hd", "1 Gb half-duplex rate support", 0x10), ("1gb_fd", "1 Gb full-duplex rate support", 0x20),
        ("10gb_fd", "10 Gb full-duplex rate support", 0x40), ("copper", "Copper medium", 0x80),
        ("fiber", "Fiber medium", 0x0100), ("autoneg", "Auto-negotiation", 0x0200), ("pause", "Pause", 0x0400),
        ("pause_asym", "Asymmetric pause", 0x0800),
    )  # fmt: skip
    port_advertised = u32(None, "openflow.port_advertised", "Advertised features", HEX)
    port_supported = u32(None, "openflow.port_supported", "Features supported", HEX)
    port_peer = u32(None, "openflow.port_peer", "Features advertised by peer", HEX)
    config_flags = u16(None, "openflow.config_flags", "Config flags", HEX)
    miss_send = u16(None, "openflow.miss_send_len", "Max bytes of packet")
    buffer_id = u32(None, "openflow.buffer_id", "Buffer Id", HEX)
    total_len = u16(None, "openflow.total_len", "Total length")
    in_port = u16(None, "openflow.in_port", "In port")
    reason = u8(None, "openflow.reason", "Reason", names={0: "No matching flow", 1: "Action explicitly output"})
    packet_pad = raw(None, "openflow.pkt_in.pad", "Padding", size=1)
    actions_len = u16(None, "openflow.actions_len", "Actions length")
    action = group("", "Action")
    action_type = u16(None, "openflow.action_typ", "Action type", names=ACTIONS)
    action_len = u16(None, "openflow.action_len", "Action length")
    output_port = u16(None, "openflow.output_port", "Output port")
    max_len = u16(None, "openflow.max_len", "Max length")
    match = group("", "Match")
    wildcards = u32(None, "openflow.wildcards", "Wildcards")
    eth_src = Field("openflow.eth_src", "Ethernet source address", ETHER)
    eth_dst = Field("openflow.eth_dst", "Ethernet destination address", ETHER)
    vlan = u16(None, "openflow.dl_vlan", "Input VLAN id")
    vlan_pcp = u8(None, "openflow.dl_vlan_pcp", "Input VLAN priority")
    match_pad = raw(None, "openflow.ofp_match.pad", "Padding")
    dl_type = u16(None, "openflow.ofp_match.dl_type", "Dl type", HEX)
    tos = u8(None, "openflow.ofp_match.tos", "IP ToS")
    nw_proto = u8(None, "openflow.ofp_match.nw_proto", "IP protocol")
    nw_src = ipv4(None, "openflow.ofp_match.source_addr", "Source Address")
    nw_dst = ipv4(None, "openflow.ofp_match.dest_addr", "Destination Address")
    tp_src = u16(None, "openflow.ofp_match.source_port", "Source Port")
    tp_dst = u16(None, "openflow.ofp_match.dest_port", "Destination Port")
    cookie = u64(None, "openflow.cookie", "Cookie", HEX)
    command = u16(None, "openflow.command", "Command", names=COMMANDS)
    idle, hard = u16(None, "openflow.idle_timeout", "Idle time-out"), u16(None, "openflow.hard_timeout", "hard time-out")
    priority = u16(None, "openflow.priority", "Priority")
    out_port = Field("openflow.out_port", "Out port", UINT32, DEC_HEX, size=2)
    flags = u16(None, "openflow.flags", "Flags")
    stats_type = u16(None, "openflow.stats.type", "Type")
    table_id = u8(None, "openflow.table_id", "Table Id")

    @staticmethod
    def info(type: int) -> str:
        return f"Type: {TYPES.get(type, 'Unknown')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with c.group(cls.body_group, min(max(c.h.size_field - HEADER, 0), c.limit - c.pos)) as c:
            read = BODIES.get(c.h.type)
            if read is not None:
                read(c)
            c.rest(cls.body)
        if c.remaining >= HEADER and c.peek(2, 2) >= HEADER:
            c.child("openflow_v1")


F = OpenFlow1


def read_match(c: Cursor) -> None:
    """What flows an entry is for (5.2.3)."""
    with c.group(F.match, 40, "Match") as c:
        for field in (F.wildcards, F.in_port, F.eth_src, F.eth_dst, F.vlan, F.vlan_pcp):
            c.add(field)
        c.add(F.match_pad, 1)
        for field in (F.dl_type, F.tos, F.nw_proto):
            c.add(field)
        c.add(F.match_pad, 2)
        for field in (F.nw_src, F.nw_dst, F.tp_src, F.tp_dst):
            c.add(field)


def read_actions(c: Cursor, size: int) -> None:
    """What is to be done with packets (5.2.4)."""
    end = c.pos + size
    while c.pos < end and c.remaining:
        with c.group(F.action, max(c.peek(2, 2), 8)) as c:
            kind = c.add(F.action_type)
            c.label(f"Action: {ACTIONS.get(kind, 'Unknown')}")
            c.add(F.action_len)
            if kind == 0:
                c.add(F.output_port)
                c.add(F.max_len)
            c.rest(F.body)


def features(c: Cursor) -> None:
    """What a switch can do, and its ports (5.3.1)."""
    with c.group(F.datapath, 8) as c:
        c.add(F.datapath_own)
        c.add(F.datapath_mac)
    for field in (F.buffers, F.tables, F.features_pad, F.capabilities, F.actions):
        c.add(field)
    while c.remaining:
        read_port(c)


def read_port(c: Cursor) -> None:
    """A port (5.2.1)."""
    with c.group(F.port, 48) as c:
        for field in (F.port_no, F.hw_add):
            c.add(field)
        c.label(f"Port data: {c.add(F.port_name)}")
        for field in (F.port_config, F.port_state, F.port_curr, F.port_advertised, F.port_supported, F.port_peer):
            c.add(field)


def config(c: Cursor) -> None:
    """How packets are handled (5.3.2)."""
    c.add(F.config_flags)
    c.add(F.miss_send)


def packet_in(c: Cursor) -> None:
    """A packet that a switch has no use for itself (5.4.1)."""
    for field in (F.buffer_id, F.total_len, F.in_port, F.reason, F.packet_pad):
        c.add(field)
    frame(c)


def packet_out(c: Cursor) -> None:
    """A packet that a switch is to send (5.3.6)."""
    buffer = c.add(F.buffer_id)
    c.add(F.in_port)
    read_actions(c, c.add(F.actions_len))
    if buffer == 0xFFFFFFFF:
        frame(c)


def flow_mod(c: Cursor) -> None:
    """A change of the flow table (5.3.3)."""
    read_match(c)
    for field in (F.cookie, F.command, F.idle, F.hard, F.priority, F.buffer_id, F.out_port, F.flags):
        c.add(field)
    read_actions(c, c.remaining)


def stats(c: Cursor) -> None:
    """Statistics asked for or told (5.3.5)."""
    c.add(F.stats_type)
    c.add(F.flags)


BODIES: dict[int, Callable[[Cursor], None]] = {
    6: features, 8: config, 9: config, 10: packet_in, 13: packet_out, 14: flow_mod, 16: stats, 17: stats,
}  # fmt: skip
