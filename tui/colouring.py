"""Colouring rules: display filters, the first that lets a packet through gives its line a colour.

The rules are Wireshark's own (its `colorfilters` file), and ours for what this program looks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import dissect


@dataclass(frozen=True, slots=True)
class Rule:
    """`background` is mixed into the screen's own with `strength` (0 to 1), so that it suits every theme.
    `foreground` is empty where the theme's is to be used."""

    name: str
    filter: str
    background: str
    strength: float = 0.25
    foreground: str = ""
    on: bool = True


BAD, LOUD = "#12272e", "#f78787"
RULES = (
    Rule("Path MTU finding", "pathmtu", "#c07000", 0.6, "#ffe9c0"),
    Rule(
        "Bad TCP",
        "tcp.analysis.flags && !tcp.analysis.window_update && !tcp.analysis.keep_alive && !tcp.analysis.keep_alive_ack",
        BAD, 0.9, LOUD,
    ),
    Rule("Packet too big", "(icmp.type == 3 && icmp.code == 4) || icmpv6.type == 2", "#a04000", 0.7, "#ffd9a0"),
    Rule("Malformed", "_ws.malformed", BAD, 0.9, LOUD),
    Rule("HSRP State Change", "hsrp.state != 8 && hsrp.state != 16", BAD, 0.9, "#fff780"),
    Rule("Spanning Tree Topology Change", "stp.type == 0x80", BAD, 0.9, "#fff780"),
    Rule("OSPF State Change", "ospf.msg != 1", BAD, 0.9, "#fff780"),
    Rule("ICMP errors", "icmp.type in { 3..5, 11 } || icmpv6.type in { 1..4 }", BAD, 0.9, "#b7f774"),
    Rule("ARP", "arp", "#e0b040"),
    Rule("Fragments", "ip.flags.mf == 1 || ip.frag_offset > 0 || ipv6.fraghdr", "#d07020", 0.35),
    Rule("ICMP", "icmp || icmpv6", "#c050d0"),
    Rule("TCP RST", "tcp.flags.reset == 1", "#a40000", 0.85, "#fffc9c"),
    Rule("SCTP ABORT", "sctp.chunk_type == ABORT", "#a40000", 0.85, "#fffc9c"),
    Rule(
        "IPv4 TTL low or unexpected",
        "(ip.dst != 224.0.0.0/4 && ip.ttl < 5 && !(pim || ospf || eigrp || bgp || tcp.port == 179)) || "
        "(ip.dst == 224.0.0.0/24 && ip.dst != 224.0.0.251 && ip.ttl != 1 && !(vrrp || carp || eigrp || rip || glbp))",
        "#a40000", 0.85, "#ecfdec",
    ),
    Rule(
        "IPv4 TTL low", "ip.dst != 224.0.0.0/4 && ip.ttl < 5 && tcp.port != 179", "#a40000", 0.85, "#ecfdec",
    ),
    Rule("Checksum Errors", 'ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"', BAD, 0.9, LOUD),
    Rule("HTTP", "http || tcp.port == 80", "#7ac030"),
    Rule("Routing", "vrrp || cdp || rip", "#e0c060"),
    Rule("Routing protocols", "ospf || bgp || eigrp || hsrp || isis", "#e0c060"),
    Rule("TCP SYN/FIN", "tcp.flags & 0x02 || tcp.flags.fin == 1", "#808080", 0.45),
    Rule("TCP", "tcp", "#7c74ff", 0.2),
    Rule("UDP", "udp", "#3aa0e0", 0.22),
    Rule("Broadcast", "eth.ig == 1", "#808080", 0.1),
)  # fmt: skip
EXAMINED = ("pathmtu", "_ws.expert")  # fields for which the whole capture is read: rules wait until it was


class Colouring:
    """Rules, compiled; those whose fields the registry does not have are left out."""

    def __init__(self, rules: Sequence[Rule], registry: dissect.Registry) -> None:
        self._known: list[tuple[Rule, dissect.Filter]] = []
        for rule in rules:
            if not rule.on:
                continue
            try:
                self._known.append((rule, dissect.compile_filter(rule.filter, registry)))
            except dissect.FilterError:
                continue

    def rules_of(self, capture: dissect.Capture, rows: NDArray[np.int64], examined: bool) -> list[Rule | None]:
        """The rule of each of some packets (ascending)."""
        ready = [(rule, one) for rule, one in self._known if examined or not asks_for_all(one)]
        if not ready:
            return [None] * len(rows)
        found = dissect.first_passed(capture, [one for _, one in ready], rows)
        return [ready[number][0] if number >= 0 else None for number in found]


def asks_for_all(one: dissect.Filter) -> bool:
    """Whether a filter needs the whole capture to be examined first."""
    return any(name.startswith(EXAMINED) for name in one.fields)
