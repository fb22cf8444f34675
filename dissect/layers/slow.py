"""Slow protocols (IEEE 802.3-2018, annex 57A): link aggregation control and its markers (IEEE 802.1AX-2014, clause 6).

    subtype (1), version (1), then records of type (1), length (1) and value: actor (20), partner (20), collector (16),
    terminator (0), and 50 bytes of zeros.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Field, ether, flag, raw, u8, u16, u32
from dissect.engine.layer import By, Layer

SUBTYPES = {
    0x01: "LACP", 0x02: "Marker Protocol", 0x03: "OAM", 0x0A: "Organization Specific Slow Protocol",
}  # fmt: skip
TLVS = {0: "Terminator", 1: "Actor Information", 2: "Partner Information", 3: "Collector Information"}
MARKERS = {0: "Terminator", 1: "Marker Information", 2: "Marker Response Information"}
LETTERS = "ASGSCDFE"  # of the state's bits, lowest first


class Slow(Layer):
    """The subtype of a slow protocol."""

    name, label, column = "slow", "Slow Protocols", "Slow"
    binds = {"ethertype": (0x8809,)}

    subtype = u8(0, "slow.subtype", "Slow Protocols subtype", HEX, names=SUBTYPES)

    next = (By("slow.subtype", lambda h: h.subtype),)


def _state(who: str) -> tuple[Field, ...]:
    """The state byte of the actor or the partner, with its bits and their letters."""
    name = f"lacp.{who.lower()}.state"
    state = u8(None, name, f"{who} State", HEX)
    bits = (("activity", "LACP Activity"), ("timeout", "LACP Timeout"), ("aggregation", "Aggregation"),
            ("synchronization", "Synchronization"), ("collecting", "Collecting"), ("distributing", "Distributing"),
            ("defaulted", "Defaulted"), ("expired", "Expired"))  # fmt: skip
    flags = [flag(None, f"{name}.{bit}", label, 1 << i, within=state) for i, (bit, label) in enumerate(bits)]
    return (state, *flags, Field(f"{name}_str", f"{who} State Flags", STRING))


class LACP(Layer):
    """What two ends of an aggregated link know of each other."""

    name, label, column = "lacp", "Link Aggregation Control Protocol", "LACP"
    binds = {"slow.subtype": (0x01,)}

    version = u8(0, "lacp.version", "LACP Version", HEX)
    tlv_type = u8(None, "lacp.tlv_type", "TLV Type", HEX, names=TLVS)
    tlv_length = u8(None, "lacp.tlv_length", "TLV Length", HEX)
    actor_sys_priority = u16(None, "lacp.actor.sys_priority", "Actor System Priority")
    actor_sysid = ether(None, "lacp.actor.sysid", "Actor System ID")
    actor_key = u16(None, "lacp.actor.key", "Actor Key")
    actor_port_priority = u16(None, "lacp.actor.port_priority", "Actor Port Priority")
    actor_port = u16(None, "lacp.actor.port", "Actor Port")
    (actor_state, actor_activity, actor_timeout, actor_aggregation, actor_synchronization, actor_collecting,
     actor_distributing, actor_defaulted, actor_expired, actor_letters) = _state("Actor")
    actor_reserved = raw(None, "lacp.actor.reserved", "Reserved", size=3)
    partner_sys_priority = u16(None, "lacp.partner.sys_priority", "Partner System Priority")
    partner_sysid = ether(None, "lacp.partner.sysid", "Partner System")
    partner_key = u16(None, "lacp.partner.key", "Partner Key")
    partner_port_priority = u16(None, "lacp.partner.port_priority", "Partner Port Priority")
    partner_port = u16(None, "lacp.partner.port", "Partner Port")
    (partner_state, partner_activity, partner_timeout, partner_aggregation, partner_synchronization, partner_collecting,
     partner_distributing, partner_defaulted, partner_expired, partner_letters) = _state("Partner")
    partner_reserved = raw(None, "lacp.partner.reserved", "Reserved", size=3)
    max_delay = u16(None, "lacp.collector.max_delay", "Collector Max Delay")
    collector_reserved = raw(None, "lacp.coll_reserved", "Reserved", size=12)
    pad = raw(None, "lacp.pad", "Pad")

    actor = (actor_sys_priority, actor_sysid, actor_key, actor_port_priority, actor_port, actor_state, actor_letters,
             actor_reserved)  # fmt: skip
    partner = (partner_sys_priority, partner_sysid, partner_key, partner_port_priority, partner_port, partner_state,
               partner_letters, partner_reserved)  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for fields in (cls.actor, cls.partner):
            c.add(cls.tlv_type)
            c.add(cls.tlv_length)
            state = 0
            for field in fields:
                if field.type is STRING:  # behind the state
                    letters = (letter if state >> i & 1 else "*" for i, letter in enumerate(LETTERS))
                    c.derived(field, "".join(letters)[::-1])
                else:
                    state = c.add(field)
        c.add(cls.tlv_type)
        c.add(cls.tlv_length)
        c.add(cls.max_delay)
        c.add(cls.collector_reserved)
        c.add(cls.tlv_type)
        c.add(cls.tlv_length)
        c.rest(cls.pad)


class Marker(Layer):
    """A marker: what was sent before it has arrived when it has."""

    name, label, column = "marker", "Link Aggregation Marker Protocol", "Marker Protocol"
    binds = {"slow.subtype": (0x02,)}

    version = u8(0, "marker.version", "Version Number", HEX)
    tlv_type = u8(1, "marker.tlvType", "TLV Type", HEX, names=MARKERS)
    tlv_length = u8(2, "marker.tlvLen", "TLV Length", HEX)
    port = u16(3, "marker.requesterPort", "Requester Port")
    system = ether(5, "marker.requesterSystem", "Requester System")
    transaction = u32(11, "marker.requesterTransId", "Requester Transaction ID")
    pad = u32(15, "marker.requesterPad", "Requester Pad", size=2)
    last_type = u8(17, "marker.tlvType", "TLV Type", HEX, names=MARKERS)
    last_length = u8(18, "marker.tlvLen", "TLV Length", HEX)
    reserved = raw(19, "marker.reserved", "Reserved", size=90)
