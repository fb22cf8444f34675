"""Routing, as seen from the capture: which addresses are on the link, which behind which gateway, and how far.

What tells: ARP (RFC 826) and neighbour discovery (RFC 4861) say which MAC an address has; a MAC that carries several
addresses is a gateway's; packets that were forwarded have lost some of the TTL they began with (64, 128 or 255 nearly
always); ICMP redirects (RFC 792, RFC 4861) name a better gateway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.values import ether_text, format_value
from dissect.engine.window import as_list
from dissect.stats.special import role, single

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

INITIAL_TTLS = (1, 32, 64, 128, 255)
WIDEST = {4: 16, 6: 64}  # bits that addresses of one subnet have in common at the least
MOST_ROWS = 100_000  # addresses; the others are not counted
ETHER = ("eth.src", "eth.dst")
VERSIONS = (("ip.src", "ip.dst", "ip.ttl"), ("ipv6.src", "ipv6.dst", "ipv6.hlim"))
CLAIMS = (("arp.src.proto_ipv4", "arp.src.hw_mac"), ("icmpv6.nd.na.target_address", "icmpv6.opt.target_linkaddr"))
REDIRECT = ("icmp.redir_gw", "icmpv6.nd.rd.target_address")


@dataclass(slots=True)
class Seen:
    """What the packets say of one address."""

    macs_from: Counter[str] = field(default_factory=Counter)  # of the frames that it sent
    macs_to: Counter[str] = field(default_factory=Counter)  # of the frames sent to it
    ttl: int = 0  # the greatest it arrived with
    sent: int = 0
    received: int = 0


class Evidence:
    """What a capture says of addresses."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.claimed: dict[str, set[str]] = {}  # address -> MACs that ARP or neighbour discovery give it
        self.redirects: dict[str, set[str]] = {}  # gateway named -> hosts told

    def of(self, address: str) -> Seen | None:
        """The record of an address; None where there are too many."""
        if address not in self.seen:
            if len(self.seen) >= MOST_ROWS:
                return None
            self.seen[address] = Seen()
        return self.seen[address]


def gather(cap: Capture, where: Filter | None = None, **reading: Any) -> Evidence:
    """Read the capture once."""
    known = cap.registry.fields
    wanted = [name for group in (ETHER, *VERSIONS, *CLAIMS, REDIRECT) for name in group if name in known]
    evidence = Evidence()
    for _, columns in cap.columns(wanted, where=where, **reading):
        cells = {name: first(columns, name) for name in wanted}
        for names in VERSIONS:
            _packets(evidence, cells, names)
        for address, mac in CLAIMS:
            if address in cells and mac in cells:
                for row, said in cells[address].items():
                    if row in cells[mac] and single(role(said)):
                        evidence.claimed.setdefault(said, set()).add(cells[mac][row])
        _redirects(evidence, cells)
    return evidence


def first(columns: Any, name: str) -> dict[int, Any]:
    """Row -> the first occurrence of a field, addresses as text."""
    rows, values, shown = columns.occurrences(name)
    if shown is None:
        return {}
    at, index = np.unique(rows, return_index=True)
    texts: dict[Any, Any] = {}
    out = []
    for value in as_list(values[index]):
        if value not in texts:
            texts[value] = value if shown.type.kind == "uint" else format_value(shown, value)
            if shown.type.kind == "bytes" and len(value) == 6:
                texts[value] = ether_text(value)
        out.append(texts[value])
    return dict(zip(at.tolist(), out, strict=True))


def _packets(evidence: Evidence, cells: dict[str, dict[int, Any]], names: tuple[str, str, str]) -> None:
    source, destination, ttl = (cells[name] for name in names)
    froms, tos = (cells[name] for name in ETHER)
    counts: Counter[tuple[Any, ...]] = Counter(
        (sender, destination.get(row), froms.get(row), tos.get(row), ttl.get(row, 0)) for row, sender in source.items()
    )
    for (sender, receiver, mac_from, mac_to, hops), count in counts.items():
        seen = evidence.of(sender)
        if seen is not None:
            seen.sent += count
            seen.ttl = max(seen.ttl, hops)
            if mac_from:
                seen.macs_from[mac_from] += count
        seen = evidence.of(receiver) if receiver else None
        if seen is not None:
            seen.received += count
            if mac_to:
                seen.macs_to[mac_to] += count


def _redirects(evidence: Evidence, cells: dict[str, dict[int, Any]]) -> None:
    for name, (_, destination, _) in zip(REDIRECT, VERSIONS, strict=True):
        for row, gateway in cells.get(name, {}).items():
            evidence.redirects.setdefault(gateway, set()).add(cells[destination].get(row, ""))


def initial(ttl: int) -> int:
    """The TTL a packet began with, most likely."""
    return next(value for value in INITIAL_TTLS if ttl <= value)


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an address: its role, where it is, the MACs it is reached by, hops (-1: unknown), subnet on the link."""
    import pyarrow as pa

    evidence = gather(cap, where, **reading)
    gateways = gateways_of(evidence)
    owners = owners_of(evidence)
    rows = [_row(evidence, gateways, owners, address, seen) for address, seen in evidence.seen.items()]
    _subnets(rows)
    rows.sort(key=lambda row: (PLACES.index(row["place"]), row["gateway"] or "", ip_address(row["address"]).packed))
    return pa.Table.from_pylist(rows, pa.schema([
        ("address", pa.string()), ("version", pa.uint8()), ("role", pa.string()), ("place", pa.string()),
        ("gateway", pa.string()), ("gateway_address", pa.string()), ("mac", pa.list_(pa.string())), ("ttl", pa.uint8()),
        ("hops", pa.int16()), ("subnet", pa.string()), ("asymmetric", pa.bool_()), ("redirects", pa.list_(pa.string())),
        ("sent", pa.int64()), ("received", pa.int64()),
    ]))  # fmt: skip


PLACES = ("on link", "gateway", "behind", "group", "unknown")


def gateways_of(evidence: Evidence) -> set[str]:
    """MACs that carry traffic of several addresses that are not their own."""
    carried: dict[str, set[str]] = {}
    for address, seen in evidence.seen.items():
        if single(role(address)) and role(address) != "link-local":
            for mac in seen.macs_from:
                if mac not in evidence.claimed.get(address, ()):
                    carried.setdefault(mac, set()).add(address)
    return {mac for mac, found in carried.items() if len(found) > 1 or any(_forwarded(evidence.seen[a]) for a in found)}


def _forwarded(seen: Seen) -> bool:
    """Whether an address's packets have come through a router."""
    return seen.ttl > 0 and initial(seen.ttl) != seen.ttl


def owners_of(evidence: Evidence) -> dict[tuple[str, int], str]:
    """The address that a MAC claims, by IP version: one that is not link-local where there is one."""
    out: dict[tuple[str, int], str] = {}
    for address, macs in evidence.claimed.items():
        one = ip_address(address)
        for mac in macs:
            if (mac, one.version) not in out or not one.is_link_local:
                out[mac, one.version] = address
    return out


def _row(
    evidence: Evidence, gateways: set[str], owners: dict[tuple[str, int], str], address: str, seen: Seen
) -> dict[str, Any]:
    kind, claimed, version = role(address), evidence.claimed.get(address, set()), ip_address(address).version
    froms, tos = set(seen.macs_from), {mac for mac in seen.macs_to if not int(mac[:2], 16) & 1}
    hops = initial(seen.ttl) - seen.ttl if seen.ttl else -1
    gateway = next((mac for mac, _ in seen.macs_from.most_common() if mac in gateways and mac not in claimed), None)
    if not single(kind):
        place, gateway, hops = "group", None, -1
    elif claimed or kind == "link-local":
        place, gateway, hops = ("gateway" if claimed & gateways else "on link"), None, 0
    elif gateway:
        place = "behind"
    else:
        place = "on link" if froms and hops == 0 else "unknown"
        if place == "unknown" and not froms and tos and tos <= gateways:
            place, gateway = "behind", next(iter(tos))
    return {
        "address": address, "version": version, "role": kind, "place": place, "gateway": gateway,
        "gateway_address": owners.get((gateway or "", version), owners.get((gateway or "", 10 - version))),
        "mac": sorted(claimed or froms or tos), "ttl": seen.ttl, "hops": hops,
        "subnet": None, "asymmetric": bool(froms and tos and not froms & tos and single(kind)),
        "redirects": sorted(evidence.redirects.get(address, ())), "sent": seen.sent, "received": seen.received,
    }  # fmt: skip


def _subnets(rows: list[dict[str, Any]]) -> None:
    """The narrowest network that holds all addresses of a version and role on the link: the subnet is at least that."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["place"] in ("on link", "gateway"):
            widest = ip_network((row["address"], WIDEST[row["version"]]), strict=False)
            groups.setdefault(str(widest), []).append(row)
    for members in groups.values():
        numbers = [int(ip_address(row["address"])) for row in members]
        six = members[0]["version"] == 6
        length = WIDEST[6] if six else 32 - (min(numbers) ^ max(numbers)).bit_length()
        if len(members) > 1 or six:
            for row in members:
                row["subnet"] = str(ip_network((row["address"], length), strict=False))


def text(found: pa.Table) -> Iterator[str]:
    """The table in words, place by place."""
    titles = {
        "on link": "On the link", "gateway": "Gateways", "behind": "Behind gateways", "group": "Groups",
        "unknown": "Not known where",
    }  # fmt: skip
    rows = found.to_pylist()
    versions = {row["version"] for row in rows}
    yield f"{len(rows)} addresses" + (", of IPv4 and IPv6" if len(versions) > 1 else "")
    for place in PLACES:
        here = [row for row in rows if row["place"] == place]
        if here:
            yield ""
            yield titles[place]
        for row in here:
            yield "  " + "  ".join(_facts(row))


def _facts(row: dict[str, Any]) -> Iterator[str]:
    yield f"{row['address']:<39}"
    yield row["role"]
    if row["subnet"]:
        yield f"in {row['subnet']} at least"
    if row["gateway"]:
        yield f"via {row['gateway']}" + (f" ({row['gateway_address']})" if row["gateway_address"] else "")
    elif row["mac"] and row["place"] != "group":
        yield "at " + ", ".join(row["mac"][:3])
    if row["hops"] > 0:
        yield f"{row['hops']} hop{'s' * (row['hops'] > 1)} away (TTL {row['ttl']})"
    if row["asymmetric"]:
        yield "asymmetric: its packets come another way than packets to it go"
    if row["redirects"]:
        yield f"named by ICMP redirects to {', '.join(row['redirects'][:3])}"
    yield f"{row['sent']:,} sent, {row['received']:,} received"
