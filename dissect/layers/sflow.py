"""sFlow version 5 (sflow.org's specification): samples of packets, and counters.

    datagram: version, agent's address type and address, sub-agent, sequence, uptime, number of samples
    sample:   enterprise (20 bits) and type (12), length; a flow's or the counters' records:
              enterprise (20 bits) and format (12), length, contents
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT32, UINT64, Field, flag, group, ipv4, ipv6, raw, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

FLOW, COUNTERS, EXPANDED_FLOW, EXPANDED_COUNTERS = 1, 2, 3, 4
SAMPLES = {
    1: "Flow sample", 2: "Counters sample", 3: "Expanded flow sample", 4: "Expanded counters sample",
    7: "Lag Port stats",
}  # fmt: skip
FLOWS = {
    1: "Raw packet header", 2: "Ethernet frame data", 3: "IPv4 data", 4: "IPv6 data", 1001: "Extended switch data",
    1002: "Extended router data", 1003: "Extended gateway data", 1004: "Extended user data",
    1005: "Extended URL data", 1006: "Extended MPLS data", 1007: "Extended NAT data",
    1008: "Extended MPLS tunnel data", 1009: "Extended MPLS VC data", 1010: "Extended MPLS FEC data",
    1011: "Extended MPLS LVP FEC data", 1012: "Extended VLAN tunnel", 1013: "Extended 802.11 payload",
    1014: "Extended 802.11 RX", 1015: "Extended 802.11 TX", 1016: "Extended 802.11 aggregation",
}  # fmt: skip
COUNTED = {
    1: "Generic interface counters", 2: "Ethernet interface counters", 3: "Token ring counters",
    4: "100 Base VG interface counters", 5: "VLAN counters", 7: "LAG counters", 6: "IEEE 802.11 counters",
    1001: "Processor information", 1002: "Radio utilization",
}  # fmt: skip
PROTOCOLS = {
    1: "Ethernet", 2: "Token Bus", 3: "Token Ring", 4: "FDDI", 5: "Frame Relay", 6: "X.25", 7: "PPP", 8: "SMDS",
    9: "ATM AAL5", 10: "ATM AAL5-IP (e.g., Cisco AAL5 mux)", 11: "IPv4", 12: "IPv6", 13: "MPLS",
    14: "PPP over SONET/SDH (RFC 1662, 2615)", 15: "802.11 MAC", 16: "802.11n Aggregated MPDU", 17: "A-MSDU Subframe",
}  # fmt: skip
ADDRESSES = {1: "IPv4", 2: "IPv6"}
INNER = {1: "eth", 11: "ip", 12: "ipv6", 7: "ppp"}
MOST = 1000  # samples of a datagram, records of a sample
SET, SEQUENCE = 1, 2


def number(name: str, label: str, bits: int = 32) -> Field:
    """A counter."""
    return Field(f"sflow_245.{name}", label, UINT64 if bits == 64 else UINT32)


class SFlow(Layer):
    """A datagram."""

    name, label, column = "sflow", "InMon sFlow", "sFlow"
    partly = True
    heuristics = ("udp",)
    likely = Likely(ports=(6343,))
    probe = lambda p: ((p.h.srcport == 6343) | (p.h.dstport == 6343)) & (
        (p.u32(0) == 2) | (p.u32(0) == 4) | (p.u32(0) == 5))  # fmt: skip
    reaches = ("eth", "ip", "ipv6", "ppp")
    quotes = True

    version = u32(0, "sflow_245.version", "Datagram version")
    agent_type = u32(None, "sflow_245.agenttype", "Agent address type", names=ADDRESSES)
    agent = ipv4(None, "sflow_245.agent", "Agent address")
    agent6 = ipv6(None, "sflow_245.agent.v6", "Agent address")
    sub_agent = u32(None, "sflow_245.sub_agent_id", "Sub-agent ID")
    sequence = u32(None, "sflow_245.sequence_number", "Sequence number")
    uptime = u32(None, "sflow_245.sysuptime", "SysUptime")
    samples = u32(None, "sflow_245.numsamples", "NumSamples")
    sample = group("", "Sample")
    enterprise = u32(None, "sflow.enterprise", "Enterprise", mask=0xFFFFF000)
    sample_type = u32(None, "sflow_245.sampletype", "sFlow sample type", mask=0xFFF, names=SAMPLES)
    sample_length = u32(None, "sflow_5.sample_length", "Sample length (byte)")
    flow_sequence = u32(None, "sflow.flow_sample.sequence_number", "Sequence number")
    flow_class = u32(None, "sflow.flow_sample.source_id_class", "Source ID class", mask=0xFF000000)
    flow_index = u32(None, "sflow.flow_sample.index", "Index", mask=0x00FFFFFF)
    flow_id_type = u32(None, "sflow.flow_sample.source_id_type", "Source ID type")
    flow_id_index = u32(None, "sflow.flow_sample.source_id_index", "Source ID index")
    rate = u32(None, "sflow.flow_sample.sampling_rate", "Sampling rate")
    pool = u32(None, "sflow.flow_sample.sample_pool", "Sample pool")
    dropped = u32(None, "sflow.flow_sample.dropped_packets", "Dropped packets")
    input = u32(None, "sflow.flow_sample.input_interface", "Input interface (ifIndex)")
    output = u32(None, "sflow.flow_sample.output_interface", "Output interface")
    output_format = u32(None, "sflow.flow_sample.output_interface_format", "Output interface format", mask=0xC0000000)
    output_value = u32(None, "sflow.flow_sample.output_interface_value", "Output interface value", mask=0x3FFFFFFF)
    input_format = u32(None, "sflow.flow_sample.input_interface_format", "Input interface format")
    input_value = u32(None, "sflow.flow_sample.input_interface_value", "Input interface value")
    expanded_format = u32(None, "sflow.flow_sample.output_interface.format", "Output interface format")
    expanded_value = u32(None, "sflow.flow_sample.output_interface_value", "Output interface value")
    flow_records = u32(None, "sflow.flow_sample.flow_record", "Flow record")
    counters_sequence = u32(None, "sflow.counters_sample.sequence_number", "Sequence number")
    counters_type = u32(None, "sflow.counters_sample.source_id_type", "Source ID type", mask=0xFF000000)
    counters_index = u32(None, "sflow.counters_sample.source_id_index", "Source ID index", mask=0x00FFFFFF)
    wide_type = u32(None, "sflow.counters_sample.source_id_type", "Source ID type")
    wide_index = u32(None, "sflow.counters_sample.source_id_index", "Source ID index")
    counters_records = u32(None, "sflow.counters_sample.counters_records", "Counters records")
    record = group("", "Record")
    flow_format = u32(None, "sflow_245.flow_record_format", "Format", mask=0xFFF, names=FLOWS)
    counters_format = u32(None, "sflow_245.counters_record_format", "Format", mask=0xFFF, names=COUNTED)
    record_length = u32(None, "sflow_5.flow_data_length", "Flow data length (byte)")
    protocol_ = u32(None, "sflow_245.header_protocol", "Header protocol", names=PROTOCOLS)
    frame_length = u32(None, "sflow_245.header.frame_length", "Frame Length")
    stripped = u32(None, "sflow_245.header.payload_stripped", "Payload stripped")
    sampled = u32(None, "sflow_245.header.sampled_header_length", "Sampled header length")
    header_octets = raw(None, "sflow_245.header", "Header of sampled packet")
    vlan_in = u32(None, "sflow_245.vlan.in", "Incoming 802.1Q VLAN")
    priority_in = u32(None, "sflow_245.pri.in", "Incoming 802.1p priority")
    vlan_out = u32(None, "sflow_245.vlan.out", "Outgoing 802.1Q VLAN")
    priority_out = u32(None, "sflow_245.pri.out", "Outgoing 802.1p priority")
    next_hop = ipv4(None, "sflow_245.nexthop", "Next hop")
    next_hop6 = ipv6(None, "sflow_245.nexthop.v6", "Next hop")
    hop_type = u32(None, "", "Next hop's address type")
    source_mask = u32(None, "sflow_245.nexthop.src_mask", "Next hop source mask")
    destination_mask = u32(None, "sflow_245.nexthop.dst_mask", "Next hop destination mask")
    router = number("as", "AS Router")
    source_as = number("srcAS", "AS Source")
    peer_as = number("peerAS", "AS Peer")
    paths = number("dstASentries", "AS Destinations")
    path_type = u32(None, "sflow.as_type", "AS Type")
    path_count = u32(None, "", "AS entries")
    path_as = number("dstAS", "AS Destination")
    communities = number("communityEntries", "Gateway Communities")
    community = u32(None, "", "Community")
    local = number("localpref", "localpref")
    interface = (
        number("ifindex", "Interface index"), number("iftype", "Interface Type"),
        number("ifspeed", "Interface Speed", 64), number("ifdirection", "Interface Direction"),
    )  # fmt: skip
    admin_status = flag(None, "sflow_245.ifadmin_status", "IfAdminStatus", 0x1, size=4)
    oper_status = flag(None, "sflow_245.ifoper_status", "IfOperStatus", 0x2, size=4)
    traffic = (
        number("ifinoct", "Input Octets", 64), number("ifinpkt", "Input Packets"),
        number("ifinmcast", "Input Multicast Packets"), number("ifinbcast", "Input Broadcast Packets"),
        number("ifindisc", "Input Discarded Packets"), number("ifinerr", "Input Errors"),
        number("ifinunk", "Input Unknown Protocol Packets"), number("ifoutoct", "Output Octets", 64),
        number("ifoutpkt", "Output Packets"), number("ifoutmcast", "Output Multicast Packets"),
        number("ifoutbcast", "Output Broadcast Packets"), number("ifoutdisc", "Output Discarded Packets"),
        number("ifouterr", "Output Errors"), number("ifpromisc", "Promiscuous Mode"),
    )  # fmt: skip
    ethernet = tuple(
        number(f"dot3Stats{name.replace(' ', '')}", name)
        for name in (
            "Alignment Errors", "FCS Errors", "Single Collision Frames", "Multiple Collision Frames", "SQE Test Errors",
            "Deferred Transmissions", "Late Collisions", "Excessive Collisions", "Internal Mac Transmit Errors",
            "Carrier Sense Errors", "Frame Too Longs", "Internal Mac Receive Errors", "Symbol Errors",
        )
    )  # fmt: skip
    vlan_counters = (
        number("vlan_id", "VLAN ID"), number("octets", "Octets", 64), number("ucastPkts", "Unicast Packets"),
        number("multicastPkts", "Multicast Packets"), number("broadcastPkts", "Broadcast Packets"),
        number("discards", "Discards"),
    )  # fmt: skip
    other = raw(None, "", "Data")

    @staticmethod
    def info(version: int) -> str:
        return f"V{version}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.version != 5:
            c.rest(cls.other)
            return
        kind = c.add(cls.agent_type)
        octets = c.add(cls.agent if kind == 1 else cls.agent6)
        agent = IPv4Address(octets) if kind == 1 else IPv6Address(octets)
        sub, sequence, _ = c.add(cls.sub_agent), c.add(cls.sequence), c.add(cls.uptime)
        count = c.add(cls.samples)
        c.info(f"V5, agent {agent}, sub-agent ID {sub}, seq {sequence}, {count} samples")
        for _ in range(min(count, MOST)):
            name = SAMPLES.get(c.peek(4) & 0xFFF, "Sample")
            with c.group(cls.sample, 8 + c.peek(4, 4), name) as c:
                cls._sample(c)
                c.rest(cls.other)
        c.rest(cls.other)

    @classmethod
    def _sample(cls, c: Cursor) -> None:
        enterprise, kind = c.peek(4) >> 12, c.peek(4) & 0xFFF
        c.add(cls.enterprise)
        c.pos -= 4
        c.add(cls.sample_type)
        c.add(cls.sample_length)
        if enterprise or kind not in HEADS:
            return
        HEADS[kind](c)
        flows = kind in (FLOW, EXPANDED_FLOW)
        for _ in range(min(c.add(cls.flow_records if flows else cls.counters_records), MOST)):
            number = c.peek(4) & 0xFFF
            names = FLOWS if flows else COUNTED
            with c.group(cls.record, 8 + c.peek(4, 4), names.get(number, "Record")) as c:
                own = c.peek(4) >> 12 == 0
                c.add(cls.enterprise)
                c.pos -= 4
                c.add(cls.flow_format if flows else cls.counters_format)
                c.add(cls.record_length)
                reader = (FLOW_RECORDS if flows else COUNTER_RECORDS).get(number)
                if own and reader is not None:
                    reader(c)
                c.rest(cls.other)


S = SFlow


def halves(c: Cursor, *fields: Field) -> None:
    """Several fields of one word."""
    for field in fields:
        c.add(field)
        c.pos -= 4
    c.pos += 4


def flow(c: Cursor) -> None:
    c.add(S.flow_sequence)
    halves(c, S.flow_class, S.flow_index)
    for field in (S.rate, S.pool, S.dropped, S.input):
        c.add(field)
    halves(c, S.output, S.output_format, S.output_value)


def expanded_flow(c: Cursor) -> None:
    for field in (
        S.flow_sequence, S.flow_id_type, S.flow_id_index, S.rate, S.pool, S.dropped, S.input_format, S.input_value,
        S.expanded_format, S.expanded_value,
    ):  # fmt: skip
        c.add(field)


def counters(c: Cursor) -> None:
    c.add(S.counters_sequence)
    halves(c, S.counters_type, S.counters_index)


def expanded_counters(c: Cursor) -> None:
    for field in (S.counters_sequence, S.wide_type, S.wide_index):
        c.add(field)


def raw_header(c: Cursor) -> None:
    """The beginning of a packet, which is dissected as one."""
    kind = c.add(S.protocol_)
    whole = c.add(S.frame_length)
    c.add(S.stripped)
    size = min(c.add(S.sampled), c.remaining)
    if not size:
        return
    with c.group(S.header_octets, size, "Header of sampled packet") as c:
        layer = INNER.get(kind)
        if layer is not None:
            c.child(layer, size, max(whole, size))
        c.pos = c.end


def switch(c: Cursor) -> None:
    for field in (S.vlan_in, S.priority_in, S.vlan_out, S.priority_out):
        c.add(field)


def hop(c: Cursor) -> None:
    c.add(S.next_hop if c.add(S.hop_type) == 1 else S.next_hop6)


def router(c: Cursor) -> None:
    hop(c)
    c.add(S.source_mask)
    c.add(S.destination_mask)


def gateway(c: Cursor) -> None:
    hop(c)
    for field in (S.router, S.source_as, S.peer_as):
        c.add(field)
    for _ in range(min(c.add(S.paths), MOST)):
        with c.group(S.path_type, None, value=c.peek(4)) as c:
            c.pos += 4
            for _ in range(min(c.add(S.path_count), MOST)):
                c.add(S.path_as)
    for _ in range(min(c.add(S.communities), MOST)):
        c.add(S.community)
    c.add(S.local)


def interface(c: Cursor) -> None:
    for field in S.interface:
        c.add(field)
    halves(c, S.admin_status, S.oper_status)
    for field in S.traffic:
        c.add(field)


def all_of(fields: tuple[Field, ...]) -> Callable[[Cursor], None]:
    """A record of plain counters."""

    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field)

    return read


HEADS: dict[int, Callable[[Cursor], None]] = {
    FLOW: flow, COUNTERS: counters, EXPANDED_FLOW: expanded_flow, EXPANDED_COUNTERS: expanded_counters,
}  # fmt: skip
FLOW_RECORDS: dict[int, Callable[[Cursor], None]] = {1: raw_header, 1001: switch, 1002: router, 1003: gateway}
COUNTER_RECORDS: dict[int, Callable[[Cursor], None]] = {
    1: interface, 2: all_of(S.ethernet), 5: all_of(S.vlan_counters),
}  # fmt: skip
