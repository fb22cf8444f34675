"""Statistics: one file each, a function `table(capture, where, **reading)` that gives a pyarrow.Table.

A module may have a `text(table)` of its own for the terminal; else the table is printed as it is.
"""

from __future__ import annotations

import importlib
from types import ModuleType

STATISTICS = {
    "routing": "Addresses: on link or behind which gateway, hops, roles, asymmetric ways.",
    "routers": "Routing protocols: neighbours, routes announced and withdrawn, when.",
    "conversations": "What two endpoints sent to each other.",
    "endpoints": "What each address and port sent and received.",
    "hierarchy": "Protocols within protocols: packets and bytes.",
    "lengths": "How many packets of which size.",
    "io": "Packets and bytes over time, of all packets and of each --series FILTER; a plot.",
    "properties": "The capture file itself: format, interfaces, times, rates, sizes, comments.",
    "tcp-sequence": "A TCP stream's sequence numbers, acknowledgments and windows over time.",
    "tcp-throughput": "A TCP stream's throughput and goodput over time.",
    "tcp-rtt": "A TCP stream's round-trip times.",
    "tcp-window": "A TCP stream's windows and bytes in flight.",
    "flow": "A flow graph: packets as arrows between addresses.",
    "dns": "DNS: types, codes, names, servers, response times.",
    "http": "HTTP: methods, status codes, hosts, URIs, response times.",
    "tls": "TLS: versions, cipher suites, names, protocols, fingerprints, alerts.",
    "dhcp": "DHCP: messages, outcomes, servers, leases.",
}


def statistic(name: str) -> ModuleType:
    """The module of a statistic.  Raises KeyError."""
    if name not in STATISTICS:
        raise KeyError(name)
    return importlib.import_module(f"dissect.stats.{name.replace('-', '_')}")
