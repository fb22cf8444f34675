"""What routing protocols say: who is whose neighbour, which routes were announced and withdrawn, and when.

One row for each thing that one router said by one protocol: a neighbour greeted or dismissed, a route announced or
withdrawn, a virtual address claimed or given up.  OSPF and IS-IS announce what they flood (an LSA or LSP whose age is
spent withdraws it, RFC 2328 section 14.1); a metric of 16 withdraws in RIP (RFC 2453 section 3.4.1), an infinite delay
in EIGRP (RFC 7868 section 6.6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from dissect.engine.values import format_value

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.engine.tree import PacketTree
    from dissect.filters import Filter
    from dissect.library import Capture

MOST_ROWS = 100_000  # rows; what comes after them is not told
PROTOCOLS = ("bgp", "ospf", "isis", "rip", "ripng", "eigrp", "pim", "hsrp", "vrrp", "ldp")
RIP_INFINITY, EIGRP_INFINITY, OSPF_MAX_AGE = 16, 0xFFFFFFFF, 3600

Cells = list[tuple[str, Any, str]]  # the fields of one layer in order: name, value, text
Said = tuple[str, str, "int | None"]  # event, what it is about, metric


@dataclass(slots=True)
class Row:
    """How often, and when, a thing was said; the metric that was said last."""

    packets: int
    first: int
    last: int
    metric: int | None


def prefix(address: str, length: Any) -> str:
    """`192.0.2.0/24`, of a prefix length or a netmask; what makes no network is shown as it is."""
    try:
        return str(ip_network(f"{address}/{length}", strict=False))
    except ValueError:
        return f"{address}/{length}"


def rip(cells: Cells) -> Iterator[Said]:
    """The entries of a response; version 1 tells no mask."""
    address, mask, command = "", "", 0
    for name, value, text in cells:
        match name:
            case "rip.command":
                command = value
            case "rip.ip":
                address, mask = text, ""
            case "rip.netmask":
                mask = text
            case "rip.metric" if address and command == 2:
                what = prefix(address, mask) if mask else address
                yield ("withdrawn" if value >= RIP_INFINITY else "announced"), what, value


def ripng(cells: Cells) -> Iterator[Said]:
    address, length, command = "", "", 0
    for name, value, text in cells:
        match name:
            case "ripng.cmd":
                command = value
            case "ripng.rte.ipv6_prefix":
                address = text
            case "ripng.rte.prefix_length":
                length = text
            case "ripng.rte.metric" if command == 2 and value != 0xFF:  # that one says the next hop
                yield ("withdrawn" if value >= RIP_INFINITY else "announced"), prefix(address, length), value


def eigrp(cells: Cells) -> Iterator[Said]:
    delay, length, opcode = 0, "", 0
    for name, value, text in cells:
        match name:
            case "eigrp.opcode":
                opcode = value
                if value == 5:
                    yield "hello", "", None
            case "eigrp.old_metric.delay" | "eigrp.metric.delay":
                delay = value
            case "eigrp.ipv4.prefixlen" | "eigrp.ipv6.prefixlen":
                length = text
            case "eigrp.ipv4.destination" | "eigrp.ipv6.destination" if opcode == 1:
                gone = delay in (EIGRP_INFINITY, (1 << 48) - 1)
                yield ("withdrawn" if gone else "announced"), prefix(text, length), delay


def bgp(cells: Cells) -> Iterator[Said]:
    length = ""
    for name, value, text in cells:
        match name:
            case "bgp.type" if value in (1, 3, 4):
                yield {1: "open", 3: "notification", 4: "keepalive"}[value], "", None
            case "bgp.prefix_length":
                length = text
            case "bgp.nlri_prefix" | "bgp.mp_reach_nlri_ipv4_prefix" | "bgp.mp_reach_nlri_ipv6_prefix":
                yield "announced", prefix(text, length), None
            case "bgp.withdrawn_prefix" | "bgp.mp_unreach_nlri_ipv4_prefix" | "bgp.mp_unreach_nlri_ipv6_prefix":
                yield "withdrawn", prefix(text, length), None


LSAS = {1: "router", 2: "network", 3: "summary", 4: "border router", 5: "external", 7: "NSSA external"}
LSAS_3 = {1: "router", 2: "network", 3: "inter-area prefix", 4: "border router", 5: "external", 7: "NSSA external",
          8: "link", 9: "intra-area prefix"}  # fmt: skip


def ospf(cells: Cells) -> Iterator[Said]:
    """Neighbours of hellos, and the LSAs of updates: the network that they are of where they tell it, else their id."""
    lsa, identity, kind, mask, message = "announced", "", "", "", 0
    waiting = False  # an LSA whose network is not told yet
    for name, value, text in cells:
        match name:
            case "ospf.msg":
                message = value
                if value == 1:
                    yield "hello", "", None
            case "ospf.hello.active_neighbor":
                yield "neighbor", text, None
            case "ospf.lsa.age" if message == 4:
                if waiting:
                    yield lsa, f"{kind} {mask or identity}", None
                lsa, waiting, mask = ("withdrawn" if value >= OSPF_MAX_AGE else "announced"), True, ""
            case "ospf.lsa":
                kind = LSAS.get(value, f"LSA {value}")
            case "ospf.v3.lsa":
                kind = LSAS_3.get(value & 0x1FFF, f"LSA 0x{value:04x}")
            case "ospf.lsa.id" | "ospf.link_state_id":
                identity = text
            case "ospf.lsa.network.netmask" | "ospf.lsa.asbr.netmask" | "ospf.lsa.asext.netmask" if value:
                mask = prefix(identity, text)
            case "ospf.prefix_length":
                mask = text
            case "ospf.v3.address_prefix.ipv6" | "ospf.v3.address_prefix.ipv4" if message == 4:
                yield lsa, f"{kind} {prefix(text, mask)}", None
                waiting, mask = False, ""
    if waiting:
        yield lsa, f"{kind} {mask or identity}", None


def isis(cells: Cells) -> Iterator[Said]:
    """Hellos, their neighbours, the LSPs that are flooded and the prefixes in them."""
    event, lsp, length, metric = "", False, "", None
    for name, value, text in cells:
        match name:
            case "isis.hello":
                yield "hello", "", None
            case "isis.hello.is_neighbor" | "isis.hello.adjacency_neighbor_systemid":
                yield "neighbor", text, None
            case "isis.lsp.remaining_life":
                event, lsp = ("announced" if value else "withdrawn"), True
            case "isis.lsp.lsp_id" if lsp:
                yield event, f"LSP {text}", None
                lsp = False
            case "isis.lsp.ext_ip_reachability.metric" | "isis.lsp.ipv6_reachability.metric":
                metric = value
            case "isis.lsp.ext_ip_reachability.prefix_length" | "isis.lsp.ipv6_reachability.prefix_length":
                length = text
            case "isis.lsp.ext_ip_reachability.ipv4_prefix" | "isis.lsp.ipv6_reachability.ipv6_prefix":
                yield event, prefix(text, length), metric


def pim(cells: Cells) -> Iterator[Said]:
    group, hello = "", False
    for name, value, text in cells:
        match name:
            case "pim.type":
                hello = value == 0
            case "pim.holdtime" if hello:
                yield ("goodbye" if value == 0 else "hello"), "", None
                hello = False
            case "pim.group" | "pim.group_ip6":
                group = text
            case "pim.join_ip" | "pim.join_ip6":
                yield "joined", f"({text}, {group})", None
            case "pim.prune_ip" | "pim.prune_ip6":
                yield "pruned", f"({text}, {group})", None


def hsrp(cells: Cells) -> Iterator[Said]:
    state, priority, opcode = "", None, 0
    for name, value, text in cells:
        match name:
            case "hsrp.opcode" | "hsrp2.opcode":
                opcode = value
            case "hsrp.state":
                state = "active" if value == 16 else "standby"
            case "hsrp2.state":
                state = "active" if value == 6 else "standby"
            case "hsrp.priority" | "hsrp2.priority":
                priority = value
            case "hsrp.virt_ip" | "hsrp2.virt_ip" | "hsrp2.virt_ip_v6":
                yield ("resigned" if opcode == 2 else state), text, priority


def vrrp(cells: Cells) -> Iterator[Said]:
    priority = None
    for name, value, text in cells:
        match name:
            case "vrrp.prio":
                priority = value
            case "vrrp.ip_addr" | "vrrp.ipv6_addr":
                yield ("resigned" if priority == 0 else "active"), text, priority


def ldp(cells: Cells) -> Iterator[Said]:
    """Hellos, and the prefixes that labels are given to or taken from."""
    event, length, label, prefixes = "", "", None, list[str]()
    for name, value, text in [*cells, ("ldp.msg.type", 0, "")]:
        match name:
            case "ldp.msg.type":
                yield from ((event, what, label) for what in prefixes if event)
                event = {0x0400: "announced", 0x0402: "withdrawn"}.get(value, "")
                prefixes, label = [], None
                if value == 0x0100:
                    yield "hello", "", None
            case "ldp.msg.tlv.fec.len":
                length = text
            case "ldp.msg.tlv.fec.pfval":
                prefixes.append(prefix(str(value), length))
            case "ldp.msg.tlv.generic.label":
                label = value


READERS: dict[str, Callable[[Cells], Iterator[Said]]] = {
    "bgp": bgp, "ospf": ospf, "isis": isis, "isis.hello": isis, "isis.lsp": isis, "rip": rip, "ripng": ripng,
    "eigrp": eigrp, "pim": pim, "hsrp": hsrp, "vrrp": vrrp, "ldp": ldp,
}  # fmt: skip


def said(tree: PacketTree) -> Iterator[tuple[str, str, Said]]:
    """Protocol, router and what it said, of one packet.  An address before the protocol's layer is the router's."""
    router = ""
    for layer in tree.layers:
        reader = READERS.get(layer.layer.name)
        cells: Cells = []
        for node in layer.walk():
            if node.field.name in ("ip.src", "ipv6.src", "eth.src"):
                router = format_value(node.field, node.value)
            elif reader is not None and node.field.name:
                cells.append((node.field.name, node.value, format_value(node.field, node.value)))
        if reader is not None:
            for one in reader(cells):
                yield layer.layer.name.partition(".")[0], router, one


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """What routers said (see the module's docstring); times in seconds since the first packet."""
    import pyarrow as pa

    from dissect.filters import compile_filter

    rows: dict[tuple[str, str, str, str], Row] = {}
    chosen = where if where is not None else compile_filter(" || ".join(PROTOCOLS), cap.registry)
    for chunk, places in chosen.chunks(cap, **reading):
        for place in places.tolist():
            time = int(chunk.time[place])
            for protocol, router, (event, what, metric) in said(cap.packet_of(chunk, place).tree):
                key = protocol, router, event, what
                row = rows.get(key)
                if row is not None:
                    row.packets, row.last, row.metric = row.packets + 1, time, metric
                elif len(rows) < MOST_ROWS:
                    rows[key] = Row(1, time, time, metric)
    start = cap.start_time if rows else 0
    listed = [
        {
            "protocol": protocol, "router": router, "event": event, "what": what or None, "metric": row.metric,
            "packets": row.packets, "first": (row.first - start) / 1e9, "last": (row.last - start) / 1e9,
        }
        for (protocol, router, event, what), row in rows.items()
    ]  # fmt: skip
    listed.sort(key=lambda row: (PROTOCOLS.index(row["protocol"]), row["router"], row["event"], row["what"] or ""))
    return pa.Table.from_pylist(listed, schema())


def schema() -> pa.Schema:
    """The columns of `table`."""
    import pyarrow as pa

    return pa.schema([
        ("protocol", pa.string()), ("router", pa.string()), ("event", pa.string()), ("what", pa.string()),
        ("metric", pa.int64()), ("packets", pa.int64()), ("first", pa.float64()), ("last", pa.float64()),
    ])  # fmt: skip
