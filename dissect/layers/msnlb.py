"""Heartbeats of Microsoft's network load balancing ([MS-NLB]; little-endian).

    signature (4), version (4), host id (4), the cluster's address (4), the host's (4), the state
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ipv4, raw, u16, u32, u64
from dissect.engine.layer import Layer

RULES = 32  # room for so many, used or not
HEARTBEAT = 0xC0DE01BF
SIGNATURES = {
    0xC0DE01BF: "NLB Cluster Membership HeartBeat", 0xC0DE01C0: "NLB Convergence", 0xC0DE01DE: "NLB Extended HeartBeat",
}  # fmt: skip


class MSNLB(Layer):
    """A heartbeat."""

    name, label, column = "msnlb", "MS Network Load Balancing", "MS NLB"
    binds = {"ethertype": (0x886F,)}

    signature = u32(0, "msnlb.signature", "Signature", HEX, names=SIGNATURES, little=True)
    version = u32(4, "msnlb.version", "Version", little=True)
    host = u32(8, "msnlb.unique_host_id", "Unique Host ID", little=True)
    cluster_ip = ipv4(12, "msnlb.cluster_ip", "Cluster IP")
    host_ip = ipv4(16, "msnlb.host_ip", "Host IP")
    my_host = u16(None, "msnlb.my_host_ip", "My Host id", little=True)
    default_host = u16(None, "msnlb.default_host_ip", "Default Host id", little=True)
    state = u16(None, "msnlb.convergence_state", "Convergence State", little=True)
    rules = u16(None, "msnlb.number_of_port_rules", "Number of Port Rules", little=True)
    code = u32(None, "msnlb.unique_host_code", "Unique Host Code", little=True)
    packets = u32(None, "msnlb.packets_handled", "Packets Handled", little=True)
    teaming = u32(None, "msnlb.teamincfg", "Teaming Configuration", HEX, little=True)
    reserved = raw(None, "msnlb.reserved", "Reserved", size=4)
    rule = u32(None, "msnlb.portruleconfiguration.data", "Port Rule Configuration Data", little=True)
    maps = tuple(u64(None, f"msnlb.{name}.data", label, little=True) for name, label in (
        ("currentmap", "Current Map Data"), ("newmap", "New Map Data"), ("idlemap", "Idle Map Data"),
        ("readymap", "Ready Bins Map Data")))
    weight = u32(None, "msnlb.loadweights.data", "Load Weights Data", little=True)
    reserved2 = u32(None, "msnlb.reserved2.data", "Reserved 2 Data", little=True)
    remainder = raw(None, "", "What is behind")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.signature == HEARTBEAT:
            for field in (cls.my_host, cls.default_host, cls.state):
                c.add(field)
            for field in (cls.rules, cls.code, cls.packets, cls.teaming, cls.reserved):
                c.add(field)
            for field in (cls.rule, *cls.maps, cls.weight):
                for _ in range(RULES):
                    c.add(field)
            c.add(cls.reserved2)
        c.rest(cls.remainder)
        c.info(f"MS NLB {SIGNATURES.get(c.h.signature, 'heartbeat')} - Host id: {c.h.host}")
