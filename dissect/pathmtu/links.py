"""What a link's MTU is said to be: router advertisements, DHCP, OSPF, CDP and LLDP; M27, and M26 against it.

Announcements are compared on one link: the same interface of the capture and the same VLANs around.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.tree import LayerNode
from dissect.engine.values import format_value
from dissect.library import Capture
from dissect.pathmtu import messages
from dissect.pathmtu.finding import finding, only
from dissect.pathmtu.model import Finding

if TYPE_CHECKING:
    from dissect.pathmtu.evidence import Evidence

Link = tuple[Any, ...]
SYN_HEADERS = {False: 40, True: 60}  # IP and TCP headers without options, by IPv6
MTU_FIELDS = {  # kind: the layer and the field that announces, and a filter
    "router advertisement": ("icmpv6", "icmpv6.opt.mtu"), "DHCP": ("dhcp", "dhcp.option.interface_mtu"),
    "OSPF": ("ospf", "ospf.db.interface_mtu"), "CDP": ("cdp", "cdp.mtu"),
    "LLDP": ("lldp", "lldp.ieee.802_3.max_frame_size"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Announcement:
    """What somebody says of the MTU of a link.  `about`: the prefix or address whose hosts it is for."""

    kind: str
    who: str
    mtu: int
    packet: int
    link: Link
    about: tuple[str, ...] = ()


def announced(cap: Capture, chunk: Any, row: int) -> Announcement | None:
    """What a packet announces, if it does."""
    tree = messages.tree_of(cap, chunk, row)
    for kind, (name, field) in MTU_FIELDS.items():
        layer = next((one for one in tree.layers if one.name == name), None)
        mtu = messages.value(layer, field)
        if layer is not None and mtu:
            vlans = tuple(messages.value(one, "vlan.id") for one in tree.layers if one.name in ("vlan", "ieee8021ad"))
            link = (int(chunk.interface[row]), *vlans)
            return Announcement(kind, _who(tree, kind, layer), mtu, chunk.first + row + 1, link, _about(kind, layer))
    return None


def _who(tree: Any, kind: str, layer: LayerNode) -> str:
    if kind == "DHCP" and (server := messages.shown(layer, "dhcp.option.dhcp_server_id")):
        return server
    outer = next((one for one in reversed(tree.layers) if one.name in ("ip", "ipv6")), None)
    if outer is not None:
        return messages.shown(outer, f"{outer.name}.src")
    eth = next((one for one in tree.layers if one.name == "eth"), None)
    return messages.shown(eth, "eth.src") if eth is not None else ""


def _about(kind: str, layer: LayerNode) -> tuple[str, ...]:
    if kind == "DHCP":
        return (messages.shown(layer, "dhcp.ip.your"),)
    if kind != "router advertisement":
        return ()
    lengths = [n.value for n in layer.walk() if n.field.name == "icmpv6.opt.prefix.length"]
    prefixes = [format_value(n.field, n.value) for n in layer.walk() if n.field.name == "icmpv6.opt.prefix"]
    return tuple(f"{prefix}/{length}" for prefix, length in zip(prefixes, lengths, strict=False))


def findings(evidence: Evidence) -> list[Finding]:
    """M27, and the M26 that need to know the link's MTU."""
    return [*_disagreements(evidence), *_beyond_link(evidence)]


def _disagreements(evidence: Evidence) -> Iterator[Finding]:
    by_link: dict[tuple[Link, bool], dict[str, Announcement]] = defaultdict(dict)
    for one in evidence.announced:
        by_link[one.link, one.kind == "LLDP"].setdefault(one.who, one)  # LLDP speaks of frames, the others of packets
    for told in by_link.values():
        values = sorted({one.mtu for one in told.values()})
        if len(values) < 2:
            continue
        unit = "frames of " if next(iter(told.values())).kind == "LLDP" else "MTU "
        who = ", ".join(f"{one.who} says {unit}{one.mtu} ({one.kind})" for one in told.values())
        proof = [(one.packet, f"{one.kind}, {unit}{one.mtu}") for one in told.values()]
        filter_ = " || ".join(sorted({MTU_FIELDS[one.kind][1] for one in told.values()}))
        remedy = f"Announce one MTU; {values[0]} is the one that all of them can take."
        what = f"Neighbours on one link announce different MTUs: {who}."
        yield finding("M27", min(told), "", what, proof, remedy=remedy, filter_=filter_, values=values)


def _beyond_link(evidence: Evidence) -> Iterator[Finding]:
    """M26: a host's MSS and headers are more than the MTU announced for its own link."""
    told = [one for one in evidence.announced if one.about]
    if not told:
        return
    flows = evidence.flows
    seen = set[tuple[str, int]]()
    for key, mss, number in flows.rows(np.flatnonzero(flows["mss"] > 0), "path", "mss", "mss_number"):
        source, destination = evidence.paths.addresses(key)
        if (source, mss) in seen:
            continue
        seen.add((source, mss))
        own = [one for one in told if _is_about(one, source)]
        link = max(own, key=lambda one: one.mtu, default=None)
        headers = SYN_HEADERS[evidence.paths.six(key)]
        if link is None or mss + headers <= link.mtu:
            continue
        what = (
            f"{source} announces MSS {mss}: {mss} + {headers} = {mss + headers}, and its link's MTU is {link.mtu}, "
            f"as {link.who} says in packet {link.packet} ({link.kind})."
        )
        remedy = f"Use {link.mtu} - {headers} = MSS {link.mtu - headers}."
        proof = [(number, f"SYN with MSS {mss}"), (link.packet, f"{link.kind}, MTU {link.mtu}")]
        yield finding(
            "M26", source, destination, what, proof, remedy=remedy, filter_=only([number]), mss=mss, mtu=link.mtu
        )  # fmt: skip


def _is_about(one: Announcement, source: str) -> bool:
    try:
        address = ip_address(source)
        return any(address in ip_network(about, strict=False) for about in one.about)
    except ValueError:
        return False
