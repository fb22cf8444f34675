"""Ethernet POWERLINK (EPSG DS 301): a manager polls nodes in turn.

    message type (1), destination (1), source (1), then by type:
      start of cycle: reserved, flags, reserved, net time (8), relative time (8)
      poll request and response: status or reserved, flags (2), version (1), reserved, size (2), data
      start of asynchronous: status, flags (2), service, its target, version;   asynchronous: service, data
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, DEC_HEX, HEX, UINT8, Field, alias, flag, raw, u8, u16, u64
from dissect.engine.layer import Layer

SOC, REQUEST, RESPONSE, SOA, ASND = 1, 3, 4, 5, 6
TYPES = {SOC: "Start of Cycle (SoC)", REQUEST: "Poll Request (PReq)", RESPONSE: "Poll Response (PRes)",
         SOA: "Start of Asynchronous (SoA)", ASND: "Asynchronous Send (ASnd)", 7: "Active Managing Node Indication (AMNI)",
         13: "Asynchronous Invite (AInv)"}  # fmt: skip
SERVICES = {0: "NO_SERVICE", 1: "IDENT_REQUEST", 2: "STATUS_REQUEST", 3: "NMT_REQUEST_INVITE", 6: "SYNC_REQUEST",
            0xFF: "UNSPEC_INVITE"}  # fmt: skip
SENT = {1: "IdentResponse", 2: "StatusResponse", 3: "NMTRequest", 4: "NMTCommand", 5: "SDO", 6: "SyncResponse"}


def _is(name: str, label: str) -> Field:
    return Field(f"epl.{name}", label, BOOLEAN)


class Powerlink(Layer):
    """One frame."""

    name, label, column = "epl", "Ethernet POWERLINK", "EPL"
    binds = {"ethertype": (0x88AB,), "udp.port": (3819,)}

    type = u8(0, "epl.mtyp", "MessageType", mask=0x7F, names=TYPES)
    to = u8(1, "epl.dest", "Destination", DEC_HEX, also=(alias("epl.node", UINT8, "Node"),))
    by = u8(2, "epl.src", "Source", DEC_HEX, also=(alias("epl.node", UINT8, "Node"),))
    length = lambda h: h.end - h.start

    is_kind = {SOC: _is("soc", "SoC"), REQUEST: _is("preq", "PReq"), RESPONSE: _is("pres", "PRes"), SOA: _is("soa", "SoA"),
               ASND: _is("asnd", "ASnd"), 7: _is("amni", "AMNI"), 13: _is("ainv", "AInv")}  # fmt: skip
    kinds = tuple(is_kind.values())
    soc_flags = u8(None, "epl.soc.flags", "Flags", HEX)
    soc_bits = (
        flag(None, "epl.soc.mc", "MC (Multiplexed Cycle Completed)", 0x80, within=soc_flags),
        flag(None, "epl.soc.ps", "PS (Prescaled Slot)", 0x40, within=soc_flags),
    )
    net_seconds, net_nanoseconds = raw(None, "", "NetTime, seconds", size=4), raw(None, "", "NetTime, nanoseconds", size=4)
    relative = u64(None, "epl.soc.relativetime", "RelativeTime", little=True)
    asked = u8(None, "epl.preq.flags", "Flags", HEX)
    asked_bits = (
        flag(None, "epl.preq.ms", "MS (Multiplexed Slot)", 0x20, within=asked),
        flag(None, "epl.preq.ea", "EA (Exception Acknowledge)", 0x04, within=asked),
        flag(None, "epl.preq.rd", "RD (Ready)", 0x01, within=asked),
    )
    asked_links = u8(None, "", "Link flags", HEX)
    asked_link_bits = (
        flag(None, "epl.preq.fls", "FLS (First Link Status)", 0x80, within=asked_links),
        flag(None, "epl.preq.sls", "SLS (Second Link Status)", 0x40, within=asked_links),
    )
    asked_version, asked_size = u8(None, "epl.preq.pdov", "PDOVersion"), u16(None, "epl.preq.size", "Size", little=True)
    state = u8(None, "epl.pres.stat", "NMTStatus", HEX)
    told = u8(None, "epl.pres.flags", "Flags", HEX)
    told_bits = (
        flag(None, "epl.pres.ms", "MS (Multiplexed Slot)", 0x20, within=told),
        flag(None, "epl.pres.en", "EN (Exception New)", 0x10, within=told),
        flag(None, "epl.pres.rd", "RD (Ready)", 0x01, within=told),
    )
    told_links = u8(None, "", "Link flags", HEX)
    told_link_bits = (
        flag(None, "epl.pres.fls", "FLS (First Link Status)", 0x80, within=told_links),
        flag(None, "epl.pres.sls", "SLS (Second Link Status)", 0x40, within=told_links),
        u8(None, "epl.pres.pr", "PR (Priority)", mask=0x38, within=told_links),
        u8(None, "epl.pres.rs", "RS (RequestToSend)", mask=0x07, within=told_links),
    )
    told_version, told_size = u8(None, "epl.pres.pdov", "PDOVersion"), u16(None, "epl.pres.size", "Size", little=True)
    soa_state = u8(None, "epl.soa.stat", "NMTStatus", HEX)
    soa_flags = u8(None, "", "Flags", HEX)
    soa_bits = (
        flag(None, "epl.soa.ea", "EA (Exception Acknowledge)", 0x04, within=soa_flags),
        flag(None, "epl.soa.er", "ER (Exception Reset)", 0x02, within=soa_flags),
    )
    soa_service = u8(None, "epl.soa.svid", "RequestedServiceID", names=SERVICES)
    soa_target, soa_version = u8(None, "epl.soa.svtg", "RequestedServiceTarget"), u8(None, "epl.soa.eplv", "EPLVersion")
    service = u8(None, "epl.asnd.svid", "Requested Service ID", HEX, names=SENT)
    reserved, data = raw(None, "", "Reserved", size=1), raw(None, "", "Data")

    @staticmethod
    def info(type: int, by: int, to: int) -> str:
        return f"{by:3d}->{to:3d} {TYPES.get(type, 'Unknown')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 3
        kind = c.h.type
        if kind in cls.is_kind:
            c.derived(cls.is_kind[kind], True)
        layout: dict[int, tuple[Field, ...]] = {
            SOC: (cls.reserved, cls.soc_flags, cls.reserved, cls.net_seconds, cls.net_nanoseconds, cls.relative),
            REQUEST: (cls.reserved, cls.asked, cls.asked_links, cls.asked_version, cls.reserved, cls.asked_size),
            RESPONSE: (cls.state, cls.told, cls.told_links, cls.told_version, cls.reserved, cls.told_size),
            SOA: (cls.soa_state, cls.soa_flags, cls.reserved, cls.soa_service, cls.soa_target, cls.soa_version),
            ASND: (cls.service,),
        }
        for field in layout.get(kind, ()):
            c.add(field)
        c.rest(cls.data)
