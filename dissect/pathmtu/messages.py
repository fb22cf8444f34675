"""ICMP as evidence: packet-too-big messages with what they quote, time-outs of reassembly, echoes, announced MTUs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dissect.engine.row import Dissection
from dissect.engine.tree import LayerNode
from dissect.engine.values import format_value
from dissect.library import Capture
from dissect.pathmtu.model import TooBig

UNREACHABLE, TIME_EXCEEDED = 3, 11  # ICMP types
TOO_BIG_6, TIME_EXCEEDED_6, ADVERTISEMENT_6 = 2, 3, 134  # ICMPv6 types


@dataclass(frozen=True, slots=True)
class Expired:
    """A host says that it gave up a datagram (ICMP 11/1, ICMPv6 3/1)."""

    packet: int
    source: str  # of the quoted fragment
    destination: str
    ident: int | None


def tree_of(cap: Capture, chunk: Any, row: int) -> Any:
    """The tree of one packet of a chunk."""
    data = chunk.data(row)
    link = int(cap.link_types(chunk)[row])
    context = cap.fragments.bind(chunk)
    run = Dissection(cap.registry, data, context, row=row, place=int(chunk.offset[row]))
    limit = max(int(chunk.origlen[row]), len(data))
    run.enter(cap.registry.find("linktype", link) or cap.registry.layer("data"), data, 0, len(data), limit, None)
    return run.tree


def quoted(tree: Any) -> tuple[LayerNode, LayerNode, LayerNode, LayerNode | None, LayerNode | None] | None:
    """(outer IP, ICMP, quoted IP, quoted fragment header or None, quoted transport or None) of an ICMP error."""
    at = next((i for i, layer in enumerate(tree.layers) if layer.name in ("icmp", "icmpv6")), -1)
    if at < 1 or at + 1 >= len(tree.layers) or tree.layers[at + 1].name not in ("ip", "ipv6"):
        return None
    outer = next((layer for layer in reversed(tree.layers[:at]) if layer.name in ("ip", "ipv6")), None)
    if outer is None:
        return None
    rest = tree.layers[at + 2 :]
    fragment = next((layer for layer in rest if layer.name == "ipv6.fraghdr"), None)
    transport = next((layer for layer in rest if layer.name in ("tcp", "udp", "icmp", "icmpv6")), None)
    return outer, tree.layers[at], tree.layers[at + 1], fragment, transport


def value(layer: LayerNode | None, name: str) -> Any:
    """The first value of a field below a layer, or None."""
    if layer is None:
        return None
    return next((node.value for node in layer.walk() if node.field.name == name), None)


def shown(layer: LayerNode, name: str) -> str:
    """The first value of a field below a layer as text."""
    return next((format_value(node.field, node.value) for node in layer.walk() if node.field.name == name), "")


def too_big(cap: Capture, chunk: Any, row: int) -> TooBig | None:
    """The packet-too-big message that a packet is."""
    found = quoted(tree_of(cap, chunk, row))
    if found is None:
        return None
    outer, icmp, inner, fragment, transport = found
    six = inner.name == "ipv6"
    mtu = value(icmp, "icmpv6.mtu" if icmp.name == "icmpv6" else "icmp.mtu")
    ports, sequence = None, None
    if transport is not None and transport.name in ("tcp", "udp"):
        source, destination = (value(transport, f"{transport.name}.{end}port") for end in ("src", "dst"))
        ports = (source, destination) if source is not None and destination is not None else None
        sequence = value(transport, "tcp.seq_raw")
    size = (value(inner, "ipv6.plen") or 0) + 40 if six else value(inner, "ip.len") or 0
    return TooBig(
        chunk.first + row + 1, int(chunk.time[row]), shown(outer, f"{outer.name}.src"), shown(outer, f"{outer.name}.dst"),
        mtu or 0, shown(inner, f"{inner.name}.src"), shown(inner, f"{inner.name}.dst"), size,
        True if six else bool(value(inner, "ip.flags.df")),
        (value(fragment, "ipv6.fraghdr.ident") or 0) if six else value(inner, "ip.id") or 0,
        value(inner, "ipv6.nxt" if six else "ip.proto") or 0, ports, sequence,
    )  # fmt: skip


def refused(cap: Capture, chunk: Any, row: int) -> tuple[str, str, int, int] | None:
    """(source, destination, IP length, this packet) of a datagram with DF that its destination itself refused."""
    found = quoted(tree_of(cap, chunk, row))
    if found is None:
        return None
    outer, _, inner, fragment, _ = found
    six = inner.name == "ipv6"
    destination = shown(inner, f"{inner.name}.dst")
    if destination != shown(outer, f"{outer.name}.src") or fragment is not None:
        return None
    if not six and not value(inner, "ip.flags.df"):
        return None
    size = (value(inner, "ipv6.plen") or 0) + 40 if six else value(inner, "ip.len") or 0
    return shown(inner, f"{inner.name}.src"), destination, size, chunk.first + row + 1


def expired(cap: Capture, chunk: Any, row: int) -> Expired | None:
    """The reassembly time-out that a packet tells of."""
    found = quoted(tree_of(cap, chunk, row))
    if found is None:
        return None
    _, _, inner, fragment, _ = found
    six = inner.name == "ipv6"
    ident = value(fragment, "ipv6.fraghdr.ident") if six else value(inner, "ip.id")
    return Expired(chunk.first + row + 1, shown(inner, f"{inner.name}.src"), shown(inner, f"{inner.name}.dst"), ident)
