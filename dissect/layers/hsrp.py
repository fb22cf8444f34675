"""HSRP version 1 (RFC 2281) and version 2 (Cisco's; TLVs, to 224.0.0.102 or over IPv6).

 0                   1                   2                   3
+---------------+---------------+---------------+---------------+
|    version    |    opcode     |     state     |   hello time  |
+---------------+---------------+---------------+---------------+
|   hold time   |   priority    |     group     |   reserved    |   version 1; an advertisement differs
+---------------+---------------+---------------+---------------+
|       authentication data, 8 octets; virtual address          |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

OPCODES = {0: "Hello", 1: "Coup", 2: "Resign", 3: "Advertise"}
STATES = {0: "Initial", 1: "Learn", 2: "Listen", 4: "Speak", 8: "Standby", 16: "Active"}
STATES_2 = {0: "Disabled", 1: "Init", 2: "Learn", 3: "Listen", 4: "Speak", 5: "Standby", 6: "Active"}
ADVERTISED = {1: "HSRP interface state", 2: "IP redundancy"}
ADVERTISED_STATES = {1: "Dormant", 2: "Passive", 3: "Active"}
ADVERTISE, IPV6 = 3, 6
GROUP_STATE, INTERFACE_STATE, TEXT, MD5 = range(1, 5)
ROUTERS, ROUTERS_2 = 0xE0000002, 0xE0000066  # the groups that versions 1 and 2 are sent to


def to_all(p: Any) -> Any:
    """Which datagrams go to one of the groups of routers; over IPv6 there is but one."""
    ip = p.h.outer("ip")
    return p.length > 0 if ip is None else (ip.dst == ROUTERS) | (ip.dst == ROUTERS_2)


class HSRP(Layer):
    """Routers say which of them answers for a virtual address."""

    name, label, column = "hsrp", "Cisco Hot Standby Router Protocol", "HSRP"
    binds, reaches = {"udp.port": (1985, 2029)}, ("data",)
    accepts = lambda p: to_all(p)

    version = u8(None, "hsrp.version", "Version")
    opcode = u8(None, "hsrp.opcode", "Op Code", names=OPCODES)
    state = u8(None, "hsrp.state", "State", names=STATES)
    hello = u8(None, "hsrp.hellotime", "Hellotime", unit="s")
    hold = u8(None, "hsrp.holdtime", "Holdtime", unit="s")
    priority = u8(None, "hsrp.priority", "Priority")
    number = u8(None, "hsrp.group", "Group")
    reserved = u8(None, "hsrp.reserved", "Reserved")
    password = string(None, "hsrp.auth_data", "Authentication Data", size=8)
    address = ipv4(None, "hsrp.virt_ip", "Virtual IP Address")
    told_type = u16(None, "hsrp.adv.tlvtype", "Adv type", names=ADVERTISED)
    told_length = u16(None, "hsrp.adv.tlvlength", "Adv length")
    told_state = u8(None, "hsrp.adv.state", "Adv state", names=ADVERTISED_STATES)
    told_reserved = u8(None, "hsrp.adv.reserved1", "Adv reserved1")
    told_active = u16(None, "hsrp.adv.activegrp", "Adv active groups")
    told_passive = u16(None, "hsrp.adv.passivegrp", "Adv passive groups")
    told_reserved_2 = u32(None, "hsrp.adv.reserved2", "Adv reserved2")
    sender = ipv4(None, "hsrp.md5_ip_address", "Sender's IP Address")
    tlv = group("", "TLV")
    tlv_length = u8(None, "", "Length")
    group_state = u8(None, "hsrp2.group_state_tlv", "Group State TLV")
    interface_state = u8(None, "hsrp2.interface_state_tlv", "Interface State TLV")
    text_tlv = u8(None, "hsrp2.text_auth_tlv", "Text Authentication TLV")
    md5_tlv = u8(None, "hsrp2.md5_auth_tlv", "MD5 Authentication TLV")
    version_2 = u8(None, "hsrp2.version", "Version")
    opcode_2 = u8(None, "hsrp2.opcode", "Op Code", names=OPCODES)
    state_2 = u8(None, "hsrp2.state", "State", names=STATES_2)
    ip_version = u8(None, "hsrp2.ipversion", "IP Ver.", names={4: "IPv4", 6: "IPv6"})
    number_2 = u16(None, "hsrp2.group", "Group")
    identifier = ether(None, "hsrp2.identifier", "Identifier")
    priority_2 = u32(None, "hsrp2.priority", "Priority")
    hello_2 = u32(None, "hsrp2.hellotime", "Hellotime", unit="ms")
    hold_2 = u32(None, "hsrp2.holdtime", "Holdtime", unit="ms")
    address_2 = ipv4(None, "hsrp2.virt_ip", "Virtual IP Address")
    address_6 = ipv6(None, "hsrp2.virt_ip_v6", "Virtual IPv6 Address")
    active = u16(None, "hsrp2.active_groups", "Active Groups")
    passive = u16(None, "hsrp2.passive_groups", "Passive Groups")
    password_2 = string(None, "hsrp2.auth_data", "Authentication Data", size=8)
    algorithm = u8(None, "hsrp2.md5_algorithm", "MD5 Algorithm", names={1: "MD5"})
    padding = u8(None, "hsrp2.md5_padding", "Padding", HEX)
    md5_flags = u16(None, "hsrp2.md5_flags", "MD5 Flags")
    key = u32(None, "hsrp2.md5_key_id", "MD5 Key ID")
    digest = raw(None, "hsrp2.md5_auth_data", "MD5 Authentication Data", size=16)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        ip = c.h.outer("ip", "ipv6")
        second = c.peek(1) != 0 if ip is None else ip.layer.name == "ipv6" or ip.dst == ROUTERS_2
        if second:
            tlvs(c)
            c.append_protocol("v2")
            if c.remaining:
                c.child("data")
        else:
            first(c)


def first(c: Cursor) -> None:
    """A message of version 1; TLVs may follow it."""
    c.add(HSRP.version)
    kind = c.add(HSRP.opcode)
    name = OPCODES.get(kind, "Unknown")
    if kind == ADVERTISE:
        c.add(HSRP.told_type)
        c.add(HSRP.told_length)
        state = c.add(HSRP.told_state)
        c.info(f"{name} (state {ADVERTISED_STATES.get(state, 'Unknown')})")
        for field in (HSRP.told_reserved, HSRP.told_active, HSRP.told_passive, HSRP.told_reserved_2):
            c.add(field)
        return
    if kind not in OPCODES:
        c.child("data")
        return
    state = c.add(HSRP.state)
    c.info(f"{name} (state {STATES.get(state, 'Unknown')})")
    for field in (HSRP.hello, HSRP.hold, HSRP.priority, HSRP.number, HSRP.reserved, HSRP.password, HSRP.address):
        c.add(field)
    tlvs(c)


def tlvs(c: Cursor) -> None:
    """Type and length, an octet each, and what the type says."""
    while c.remaining >= 2:
        kind, size = c.peek(1), c.peek(1, 1)
        if kind not in TYPES:
            return
        with c.group(HSRP.tlv, 2 + size, TLVS[kind]) as c:
            c.add(TYPES[kind])
            c.add(HSRP.tlv_length)
            if kind == GROUP_STATE:
                group_state(c)
            for field in SIMPLE.get(kind, ()):
                c.add(field)


def group_state(c: Cursor) -> None:
    c.add(HSRP.version_2)
    kind, state = c.add(HSRP.opcode_2), c.add(HSRP.state_2)
    c.info(f"{OPCODES.get(kind, 'Unknown')} (state {STATES_2.get(state, 'Unknown')})")
    six = c.add(HSRP.ip_version) == IPV6
    for field in (HSRP.number_2, HSRP.identifier, HSRP.priority_2, HSRP.hello_2, HSRP.hold_2):
        c.add(field)
    c.add(HSRP.address_6 if six else HSRP.address_2)


TYPES = {GROUP_STATE: HSRP.group_state, INTERFACE_STATE: HSRP.interface_state, TEXT: HSRP.text_tlv, MD5: HSRP.md5_tlv}
TLVS = {kind: field.label for kind, field in TYPES.items()}
SIMPLE = {
    INTERFACE_STATE: (HSRP.active, HSRP.passive), TEXT: (HSRP.password_2,),
    MD5: (HSRP.algorithm, HSRP.padding, HSRP.md5_flags, HSRP.sender, HSRP.key, HSRP.digest),
}  # fmt: skip
