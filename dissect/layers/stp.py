"""The spanning tree protocol's messages (IEEE 802.1Q-2018, clause 14): STP, RSTP and MSTP, and Cisco's PVST+.

    0          2         3      4       5         13     17          25     27    29        31      33      35
    +----------+---------+------+-------+---------+------+-----------+------+-----+---------+-------+-------+
    | protocol | version | type | flags | root id | cost | bridge id | port | age | max age | hello | delay |
    +----------+---------+------+-------+---------+------+-----------+------+-----+---------+-------+-------+

Times are in 1/256 of a second.  A topology change notification ends behind the type.  RSTP adds a length of 0, MSTP its
parameters behind that, with a record of 16 bytes for every tree; 802.1aq (version 4) an agreement.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DOUBLE,
    HEX,
    STRINGZPAD,
    Expr,
    Field,
    ether,
    flag,
    group,
    raw,
    u8,
    u16,
    u32,
)
from dissect.engine.layer import Layer

VERSIONS = {
    0: "Spanning Tree", 2: "Rapid Spanning Tree", 3: "Multiple Spanning Tree", 4: "Shortest Path Tree",
}  # fmt: skip
TYPES = {0x00: "Configuration", 0x80: "Topology Change Notification", 0x02: "Rapid/Multiple Spanning Tree"}
ROLES = {0: "Unknown", 1: "Alternate or Backup", 2: "Root", 3: "Designated"}
PVST_TYPES = {0: "Originating VLAN"}

_config: Expr = lambda h: (h.type == 0x00) | (h.type == 0x02)
_rapid: Expr = lambda h: h.type == 0x02


def _time(name: str, label: str) -> Field:
    return Field(name, label, DOUBLE, size=2, unit="seconds")


class STP(Layer):
    """A bridge protocol data unit."""

    name, label, column = "stp", "Spanning Tree Protocol", "STP"
    binds = {"llc.dsap": (0x42,), "llc.cisco_pid": (0x0108, 0x0109, 0x010B, 0x010C), "ethertype": (0x8181,), "llc.bridged": (0x000E,), "chdlc": (0x4242,)}

    protocol_ = u16(0, "stp.protocol", "Protocol Identifier", HEX, names={0: "Spanning Tree Protocol"})
    version = u8(2, "stp.version", "Protocol Version Identifier", names=VERSIONS)
    type = u8(3, "stp.type", "BPDU Type", HEX, names=TYPES)
    flags = u8(lambda h: 4, "stp.flags", "BPDU flags", HEX, when=_config)
    tcack = flag(None, "stp.flags.tcack", "Topology Change Acknowledgment", 0x80, within=flags)
    agreement = flag(None, "stp.flags.agreement", "Agreement", 0x40, within=flags, when=_rapid)
    forwarding = flag(None, "stp.flags.forwarding", "Forwarding", 0x20, within=flags, when=_rapid)
    learning = flag(None, "stp.flags.learning", "Learning", 0x10, within=flags, when=_rapid)
    port_role = u8(None, "stp.flags.port_role", "Port Role", mask=0x0C, names=ROLES, within=flags, when=_rapid)
    proposal = flag(None, "stp.flags.proposal", "Proposal", 0x02, within=flags, when=_rapid)
    tc = flag(None, "stp.flags.tc", "Topology Change", 0x01, within=flags)
    root_word = u16(lambda h: 5, "", "Root priority and extension", when=_config)
    root_prio = u16(lambda h: 5, "stp.root.prio", "Root Bridge Priority", mask=0xF000, scale=4096, when=_config)
    root_ext = u16(lambda h: 5, "stp.root.ext", "Root Bridge System ID Extension", mask=0x0FFF, when=_config)
    root_hw = ether(lambda h: 7, "stp.root.hw", "Root Bridge System ID", when=_config)
    cost = u32(lambda h: 13, "stp.root.cost", "Root Path Cost", when=_config)
    bridge_prio = u16(lambda h: 17, "stp.bridge.prio", "Bridge Priority", mask=0xF000, scale=4096, when=_config)
    bridge_ext = u16(lambda h: 17, "stp.bridge.ext", "Bridge System ID Extension", mask=0x0FFF, when=_config)
    bridge_hw = ether(lambda h: 19, "stp.bridge.hw", "Bridge System ID", when=_config)
    port = u16(lambda h: 25, "stp.port", "Port identifier", HEX, when=_config)
    msg_age = _time("stp.msg_age", "Message Age")
    max_age = _time("stp.max_age", "Max Age")
    hello = _time("stp.hello", "Hello Time")
    forward = _time("stp.forward", "Forward Delay")
    version_1 = u8(None, "stp.version_1_length", "Version 1 Length")
    version_3 = u16(None, "mstp.version_3_length", "Version 3 Length")
    selector = u8(None, "mstp.config_format_selector", "MST Config ID format selector")
    region = Field("mstp.config_name", "MST Config name", STRINGZPAD, size=32)
    revision = u16(None, "mstp.config_revision_level", "MST Config revision")
    digest = raw(None, "mstp.config_digest", "MST Config digest", size=16)
    internal_cost = u32(None, "mstp.cist_internal_root_path_cost", "CIST Internal Root Path Cost")
    cist = u16(None, "", "CIST Bridge Identifier")
    cist_prio = u16(None, "mstp.cist_bridge.prio", "CIST Bridge Priority", mask=0xF000, scale=4096, within=cist)
    cist_ext = u16(None, "mstp.cist_bridge.ext", "CIST Bridge Identifier System ID Extension", mask=0x0FFF, within=cist)
    cist_hw = ether(None, "mstp.cist_bridge.hw", "CIST Bridge Identifier System ID")
    cist_hops = u8(None, "mstp.cist_remaining_hops", "CIST Remaining hops")
    tree = group("", "MSTI")
    t_flags = u8(None, "mstp.msti.flags", "MSTI flags", HEX)
    t_tcack = flag(None, "stp.flags.tcack", "Topology Change Acknowledgment", 0x80, within=t_flags)
    t_agreement = flag(None, "stp.flags.agreement", "Agreement", 0x40, within=t_flags)
    t_forwarding = flag(None, "stp.flags.forwarding", "Forwarding", 0x20, within=t_flags)
    t_learning = flag(None, "stp.flags.learning", "Learning", 0x10, within=t_flags)
    t_role = u8(None, "stp.flags.port_role", "Port Role", mask=0x0C, names=ROLES, within=t_flags)
    t_proposal = flag(None, "stp.flags.proposal", "Proposal", 0x02, within=t_flags)
    t_tc = flag(None, "stp.flags.tc", "Topology Change", 0x01, within=t_flags)
    t_id = u16(None, "", "MSTI Regional Root Identifier")
    t_priority = u8(None, "mstp.msti.priority", "Priority", HEX, mask=0xF0, size=1, within=t_id)
    t_msti = u16(None, "mstp.msti.msti_id", "MSTID", mask=0x0FFF, within=t_id)
    t_root = ether(None, "mstp.msti.root.hw", "Regional Root")
    t_cost = u32(None, "mstp.msti.root_cost", "Internal root path cost")
    t_bridge = u8(None, "mstp.msti.bridge_priority", "Bridge Identifier Priority", mask=0xF0)
    t_port = u8(None, "mstp.msti.port_priority", "Port identifier priority", mask=0xF0)
    t_hops = u8(None, "mstp.msti.remaining_hops", "Remaining hops")
    version_4 = u16(None, "mstp.version_4_length", "Version 4 Length")
    agree = u8(None, "", "Agreement flags")
    number = u8(None, "mstp.agree_flags.agreement_num", "Agreement Number", mask=0x03, within=agree)
    dnumber = u8(None, "mstp.agree_flags.dagreement_num", "Disagreement Number", mask=0x0C, within=agree)
    valid = flag(None, "mstp.agree_flags.agreement_valid", "Agreement Valid Flag", 0x10, within=agree)
    restricted = flag(None, "mstp.agree_flags.rest_role", "Restricted Role", 0x20, within=agree)
    format = u8(None, "", "Agreement Digest Format")
    format_id = u8(None, "bpdu.agreement_digest_format_id", "Agreement Digest Format Id", mask=0xF0, within=format)
    format_caps = u8(None, "bpdu.agreement_digest_format_capabilities", "Agreement Digest Format Capabilities",
                     mask=0x0F, within=format)
    convention = u8(None, "", "Agreement Digest Convention")
    convention_id = u8(None, "bpdu.agreement_digest_convention_id", "Agreement Digest Convention Id", mask=0xF0,
                       within=convention)
    convention_caps = u8(None, "bpdu.agreement_digest_convention_capabilities",
                         "Agreement Digest Convention Capabilities", mask=0x0F, within=convention)
    edges = u16(None, "bpdu.agreement_digest_edge_count", "Agreement Digest Edge Count")
    agreement_digest = raw(None, "mstp.agreement_digest", "Agreement Digest", size=20)
    tlv_type = u16(None, "stp.pvst.tlvtype", "Type", HEX, names=PVST_TYPES)
    tlv_len = u16(None, "stp.pvst.tlvlen", "Length")
    vlan = u16(None, "stp.pvst.origvlan", "Originating VLAN")
    tlv_value = raw(None, "stp.pvst.tlvval", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.type not in (0x00, 0x02):
            return
        c.pos = h.start + 27  # what comes before has a place
        for field in (cls.msg_age, cls.max_age, cls.hello, cls.forward):
            c.add(field, 2, c.peek(2) / 256)
        version_1 = c.add(cls.version_1) if h.type == 0x02 and h.version >= 2 else 0
        if h.outer_header is not None and h.outer_header.layer.name == "llc" and h.outer_header.cisco == 0x010B:
            cls._pvst(c)
        elif h.type == 0x02 and h.version >= 3 and version_1 == 0 and c.limit - c.pos >= 2:
            cls._multiple(c, c.add(cls.version_3))
            if h.version >= 4 and c.limit - c.pos >= 2:
                cls._agreement(c, c.add(cls.version_4))

    @classmethod
    def _pvst(cls, c: Cursor) -> None:
        if c.h.type == 0x00:
            c.skip(1)
        while c.remaining >= 4:
            kind, size = c.add(cls.tlv_type), c.add(cls.tlv_len)
            if kind == 0 and size == 2:
                c.add(cls.vlan)
            else:
                c.add(cls.tlv_value, size)

    @classmethod
    def _config(cls, c: Cursor) -> None:
        for field in (cls.selector, cls.region, cls.revision, cls.digest):
            c.add(field)

    @classmethod
    def _multiple(cls, c: Cursor, size: int) -> None:
        if size < 64:
            return
        cls._config(c)
        for field in (cls.internal_cost, cls.cist, cls.cist_hw, cls.cist_hops):
            c.add(field)
        for _ in range((size - 64) // 16):
            with c.group(cls.tree, 16):
                for field in (cls.t_flags, cls.t_id, cls.t_root, cls.t_cost, cls.t_bridge, cls.t_port, cls.t_hops):
                    c.add(field)

    @classmethod
    def _agreement(cls, c: Cursor, size: int) -> None:
        if size < 53:
            return
        cls._config(c)
        c.add(cls.agree)
        c.skip(1)
        for field in (cls.format, cls.convention, cls.edges):
            c.add(field)
        c.skip(8)
        c.add(cls.agreement_digest)

    @staticmethod
    def info(type: int, version: int, tc: int, root_word: int, root_hw: bytes, cost: int, port: int) -> str:
        if type == 0x80:
            return "Topology Change Notification"
        if type not in (0, 2):
            return f"Unknown BPDU type ({type})"
        kind = "Conf." if type == 0 else {3: "MST.", 4: "SPT."}.get(version, "RST.")
        root = f"{root_word & 0xF000}/{root_word & 0xFFF}/{bytes(root_hw).hex(':')}"
        return f"{kind} {'TC + ' if tc else ''}Root = {root}  Cost = {cost}  Port = 0x{port:04x}"
