"""Ports asked of a router: NAT-PMP (RFC 6886) and the Port Control Protocol (RFC 6887).

    +---------------+-+-------------+-------------------------------+
    |    version    |R|   opcode    |  reserved; result of an answer |
    +---------------+-+-------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT8, UINT16, Field, flag, group, ipv4, ipv6, raw, string, u8, u16, u24, u32
from dissect.engine.layer import Layer

PORTS = (5350, 5351)
ADDRESS, MAP_UDP, MAP_TCP, ANSWER = 0, 1, 2, 128
OLD_OPCODES = {
    ADDRESS: "External Address Request", MAP_UDP: "Map UDP Request", MAP_TCP: "Map TCP Request",
    ANSWER: "External Address Response", ANSWER + MAP_UDP: "Map UDP Response", ANSWER + MAP_TCP: "Map TCP Response",
}  # fmt: skip
OPCODES = {0: "Announce", 1: "Map", 2: "Peer"}
OLD_RESULTS = {0: "Success", 1: "Unsupported Version", 2: "Not Authorized/Refused", 3: "Network Failure",
               4: "Out of resources", 5: "Unsupported opcode"}  # fmt: skip
RESULTS = {
    0: "Success", 1: "Unsupp Version", 2: "Not Authorized", 3: "Malformed Request", 4: "Unsupp Opcode",
    5: "Unsupp Option", 6: "Malformed Option", 7: "Network Failure", 8: "No Resources", 9: "Unsupp Protocol",
    10: "User Exceeded Quota", 11: "Cannot Provide External", 12: "Address Mismatch", 13: "Excessive Remote Peers",
}  # fmt: skip
OPTIONS = {1: "Third Party", 2: "Prefer Failure", 3: "Filter", 128: "Description", 129: "Prefix64", 130: "Port Set"}
MOST = 64


class PortControl(Layer):
    """Version 2; version 0 is NAT-PMP."""

    name, label, column = "portcontrol", "Port Control Protocol", "PCP"
    binds = {"udp.port": PORTS}
    accepts = lambda p: p.u8(0) <= 2

    old_version = u8(None, "nat-pmp.version", "Version")
    old_opcode = u8(None, "nat-pmp.opcode", "Opcode", names=OLD_OPCODES)
    old_result = u16(None, "nat-pmp.result_code", "Result Code", names=OLD_RESULTS)
    old_epoch = u32(None, "nat-pmp.sssoe", "Seconds Since Start of Epoch")
    old_external = ipv4(None, "nat-pmp.external_ip", "External IP Address")
    old_reserved = u16(None, "nat-pmp.reserved", "Reserved")
    old_internal_port = u16(None, "nat-pmp.internal_port", "Internal Port")
    old_external_port = u16(None, "nat-pmp.external_port", "Requested External Port")
    old_lifetime = u32(None, "nat-pmp.pml", "Requested Port Mapping Lifetime")
    version = u8(None, "portcontrol.version", "Version")
    word = u8(None, "", "R and opcode")
    response = flag(None, "portcontrol.r", "R", 0x80, within=word)
    opcode = u8(None, "portcontrol.opcode", "Opcode", mask=0x7F, within=word, names=OPCODES)
    reserved_16 = Field("portcontrol.reserved", "Reserved", UINT8, size=2)
    reserved = u8(None, "portcontrol.reserved", "Reserved")
    result = Field("portcontrol.result_code", "Result Code", UINT16, size=1, names=RESULTS)
    asked_lifetime = u32(None, "portcontrol.lifetime_req", "Requested Lifetime")
    lifetime = u32(None, "portcontrol.lifetime_rsp", "Lifetime")
    client = ipv6(None, "portcontrol.client_ip", "Client IP Address")
    epoch = u32(None, "portcontrol.epoch_time", "Epoch Time")
    answer_reserved = raw(None, "portcontrol.rsp_reserved", "Reserved")
    nonce = raw(None, "portcontrol.map.nonce", "Mapping Nonce")
    transport = u8(None, "portcontrol.map.protocol", "Protocol")
    map_reserved = u24(None, "portcontrol.map.reserved", "Reserved")
    internal = u16(None, "portcontrol.map.internal_port", "Internal Port")
    suggested = u16(None, "portcontrol.map.req_sug_external_port", "Suggested External Port")
    suggested_ip = ipv6(None, "portcontrol.map.req_sug_external_ip", "Suggested External IP Address")
    assigned = u16(None, "portcontrol.map.rsp_assigned_external_port", "Assigned External Port")
    assigned_ip = ipv6(None, "portcontrol.map.rsp_assigned_ext_ip", "Assigned External IP Address")
    peer_nonce = raw(None, "portcontrol.peer.nonce", "Mapping Nonce")
    peer_protocol = u8(None, "portcontrol.peer.protocol", "Protocol")
    peer_reserved = raw(None, "portcontrol.peer.reserved", "Reserved")
    peer_internal = u16(None, "portcontrol.peer.internal_port", "Internal Port")
    peer_suggested = u16(None, "portcontrol.peer.req_sug_external_port", "Suggested External Port")
    peer_suggested_ip = ipv6(None, "portcontrol.peer.req_sug_external_ip", "Suggested External IP Address")
    peer_assigned = u16(None, "portcontrol.peer.rsp_assigned_external_port", "Assigned External Port")
    peer_assigned_ip = ipv6(None, "portcontrol.peer.rsp_assigned_ext_ip", "Assigned External IP Address")
    remote = u16(None, "portcontrol.peer.remote_peer_port", "Remote Peer Port")
    remote_ip = ipv6(None, "portcontrol.peer.remote_peer_ip", "Remote Peer IP Address")
    options, option = group("portcontrol.options", "Options"), group("portcontrol.option", "Option")
    option_code = u8(None, "portcontrol.option.code", "Option", names=OPTIONS)
    option_reserved = u8(None, "portcontrol.option.reserved", "Reserved")
    option_length = u16(None, "portcontrol.option.length", "Option Length")
    third_party = ipv6(None, "portcontrol.option.third_party.internal_ip", "Internal IP Address")
    description = string(None, "portcontrol.option.description", "Description")
    filter_reserved = u8(None, "portcontrol.option.filter.reserved", "Reserved")
    filter_prefix = u8(None, "portcontrol.option.filter.prefix_length", "Prefix Length")
    filter_port = u16(None, "portcontrol.option.filter.remote_peer_port", "Remote Peer Port")
    filter_ip = ipv6(None, "portcontrol.option.filter.remote_peer_ip", "Remote Peer IP Address")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.peek(1) == 0:
            cls._old(c)
            return
        c.add(cls.version)
        answer = c.add(cls.word) & ANSWER
        code = c.h.octets[c.pos - 1] & 127
        c.info(f"{OPCODES.get(code, f'Unknown opcode ({code})')} {'Response' if answer else 'Request'}")
        if answer:
            c.add(cls.reserved)
            c.add(cls.result)
            c.add(cls.lifetime)
            c.add(cls.epoch)
            c.add(cls.answer_reserved, 12)
        else:
            c.add(cls.reserved_16)
            c.add(cls.asked_lifetime)
            c.add(cls.client)
        if code == 1:
            cls._map(c, bool(answer))
        elif code == 2:
            cls._peer(c, bool(answer))
        if c.remaining:
            cls._options(c)
        c.rest(cls.other)

    @classmethod
    def _old(cls, c: Cursor) -> None:
        c.add(cls.old_version)
        code = c.add(cls.old_opcode)
        c.info(OLD_OPCODES.get(code, f"Unknown opcode ({code})"))
        answer, kind = code & ANSWER, code & 127
        if answer:
            c.add(cls.old_result)
            c.add(cls.old_epoch)
        if kind == ADDRESS and answer:
            c.add(cls.old_external)
        elif kind in (MAP_UDP, MAP_TCP):
            if not answer:
                c.add(cls.old_reserved)
            for field in (cls.old_internal_port, cls.old_external_port, cls.old_lifetime):
                c.add(field)
        c.rest(cls.other)

    @classmethod
    def _map(cls, c: Cursor, answer: bool) -> None:
        c.add(cls.nonce, 12)
        for field in (cls.transport, cls.map_reserved, cls.internal):
            c.add(field)
        c.add(cls.assigned if answer else cls.suggested)
        c.add(cls.assigned_ip if answer else cls.suggested_ip)

    @classmethod
    def _peer(cls, c: Cursor, answer: bool) -> None:
        c.add(cls.peer_nonce, 12)
        c.add(cls.peer_protocol)
        c.add(cls.peer_reserved, 3)
        c.add(cls.peer_internal)
        c.add(cls.peer_assigned if answer else cls.peer_suggested)
        c.add(cls.peer_assigned_ip if answer else cls.peer_suggested_ip)
        c.add(cls.remote)
        c.add(cls.peer_reserved, 2)
        c.add(cls.remote_ip)

    @classmethod
    def _options(cls, c: Cursor) -> None:
        with c.group(cls.options, c.remaining) as c:
            count = 0
            while c.remaining >= 4 and count < MOST:
                count += 1
                size = c.peek(2, 2)
                with c.group(cls.option, min(4 + size + -size % 4, c.remaining)) as c:
                    code = c.add(cls.option_code)
                    c.add(cls.option_reserved)
                    c.add(cls.option_length)
                    if code == 1:
                        c.add(cls.third_party)
                    elif code == 3:
                        for field in (cls.filter_reserved, cls.filter_prefix, cls.filter_port, cls.filter_ip):
                            c.add(field)
                    elif code == 128:
                        c.add(cls.description, size)
                    c.rest(cls.other)


