"""Protocols within protocols: how many packets and bytes each chain of layers has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.columns import Columns
from dissect.engine.layer import Layer
from dissect.engine.plan import PROTOCOLS, LayerPlan, Plan
from dissect.engine.registry import Registry
from dissect.visits import READING, headers, some_headers

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

SKIPPED = {"ethertype", "osi", "mptcp", ""}  # names of ways, and options
NESTED = {  # what stands within the other in Wireshark's tree, not behind it
    ("db-lsp-disc", "json"), ("imf", "data-text-lines"), ("eapol", "eap"), ("igmp", "igmp"),
}  # fmt: skip
BESIDE = {"wlan.mgt": "wlan"}  # fields that Wireshark calls protocols, and behind what they stand
AGAIN = {"bgp.type": "bgp", "ldp.hdr.pdu_len": "ldp"}  # fields of which every message has one, and stands for itself
INSIDE = ("ipv6.", "x509", "pkcs", "pkix", "ocsp", "cms")  # parts of a header or a message, not what it carries
ERRORS = ("icmp", "icmpv6")
HEADERS = (  # layers that carry others, and what stands beside these
    "eth", "vlan", "ieee8021ad", "sll", "null", "raw", "llc", "ppp", "pppoes", "chdlc", "fr", "mpls", "macsec", "nsh",
    "arp", "ip", "ipv6", "ah", "esp", "icmp", "icmpv6", "igmp", "gre", "tcp", "udp", "udplite", "sctp", "vxlan",
    "geneve", "gtp",
)  # fmt: skip


class HeaderPlan(Plan):
    """A plan for the chains of header layers: what these carry is not looked into."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, (), visits=HEADERS, quoted=True)
        self.protocols = True
        self._unchained = Plan(registry, (), visits=HEADERS, quoted=True)

    def _deep(self, number: int) -> bool:
        return bool(self._leading >> number & 1)

    def plan_of(self, layer: type[Layer]) -> LayerPlan:
        """As if chains were not asked for: what is not a header layer's is left alone."""
        return self._unchained.plan_of(layer)


def table(cap: Capture, where: Filter | None = None, headers: bool = False, **reading: Any) -> pa.Table:
    """A row a place in the hierarchy: path (`eth:ip:tcp`), protocol, depth; packets and bytes (of whole packets) that
    pass there, and that end there.  `headers`: of header layers only, which takes far less time."""
    import pyarrow as pa

    return pa.Table.from_pylist(
        list(_rows(cap, where, headers, reading)),
        pa.schema([
            ("path", pa.string()), ("protocol", pa.string()), ("depth", pa.int16()), ("packets", pa.int64()),
            ("bytes", pa.int64()), ("end_packets", pa.int64()), ("end_bytes", pa.int64()),
        ]),
    )  # fmt: skip


def _rows(cap: Capture, where: Filter | None, headers: bool, reading: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of the table."""
    chains: dict[tuple[str, ...], list[int]] = {}
    known = tuple(name for name in (*BESIDE, *AGAIN) if name in cap.registry.declaring and not headers)
    read = _headers(cap, where, reading) if headers else cap.columns([PROTOCOLS, *known], where=where, **reading)
    for chunk, columns in read:
        count = np.bincount(columns.chain_of, minlength=len(columns.chains))
        size = np.bincount(columns.chain_of, np.asarray(chunk.origlen, float), len(columns.chains)).astype(np.int64)
        for chain, packets, octets in zip(columns.chains, count.tolist(), size.tolist(), strict=True):
            _count(chains, placed(chain), packets, octets)
        for row, more in _more(columns, known).items():
            steps, octets = placed(columns.chains[columns.chain_of[row]]), int(chunk.origlen[row])
            _count(chains, steps, -1, -octets)
            _count(chains, with_more(steps, more), 1, octets)
    places: dict[tuple[str, ...], list[int]] = {}
    for steps, (packets, octets) in chains.items():
        if not packets:
            continue
        for depth in range(1, len(steps) + 1):
            one = places.setdefault(steps[:depth], [0, 0, 0, 0])
            one[0], one[1] = one[0] + packets, one[1] + octets
        if steps:
            places[steps][2] += packets
            places[steps][3] += octets
    for steps, (n, octets, end, end_octets) in _ordered(places):
        yield {
            "path": ":".join(steps), "protocol": steps[-1], "depth": len(steps), "packets": n, "bytes": octets,
            "end_packets": end, "end_bytes": end_octets,
        }  # fmt: skip


def _count(chains: dict[tuple[str, ...], list[int]], steps: tuple[str, ...], packets: int, octets: int) -> None:
    if packets:
        one = chains.setdefault(steps, [0, 0])
        one[0], one[1] = one[0] + packets, one[1] + octets


def _more(columns: Columns, names: tuple[str, ...]) -> dict[int, dict[str, int]]:
    """How many of these fields the rows have that have any."""
    out: dict[int, dict[str, int]] = {}
    for name in names:
        for row in columns.occurrences(name)[0].tolist():
            found = out.setdefault(row, {})
            found[name] = found.get(name, 0) + 1
    return out


def with_more(steps: tuple[str, ...], more: dict[str, int]) -> tuple[str, ...]:
    """The places of a packet that has these fields."""
    out = list(steps)
    for name, count in more.items():
        if name in BESIDE and BESIDE[name] in out:
            out.insert(out.index(BESIDE[name]) + 1, name)
        elif name in AGAIN and AGAIN[name] in out:
            at = out.index(AGAIN[name])
            out[at + 1 : at + 1] = [AGAIN[name]] * (count - out.count(AGAIN[name]))
    return tuple(out)


def placed(chain: str) -> tuple[str, ...]:
    """The places that a chain of layers has in the hierarchy, as Wireshark shows it.

    What an ICMP message quotes is a part of it, but for what was in the datagram of UDP.
    """
    steps = list[str]()
    for one in chain.split(":"):
        if one in SKIPPED or one.startswith(INSIDE) or (steps and (steps[-1], one) in NESTED):
            continue
        if steps and (one.startswith("openflow_v") or (one == "pim" and steps[-1] == "igmp")):
            steps.pop()  # it is told of as the version that it carries
        steps.append(one)
    for at, step in enumerate(steps):
        if step in ERRORS:
            rest = steps[at + 1 :]
            return (*steps[: at + 1], *(rest[rest.index("udp") + 1 :] if "udp" in rest else ()))
    return tuple(steps)


def _headers(cap: Capture, where: Filter | None, reading: dict[str, Any]) -> Iterator[tuple[Any, Columns]]:
    """The chunks, with the chains of header layers."""
    plan = HeaderPlan(cap.registry)
    if where is None:
        read = headers(cap, cap.source.chunks(**{**READING, **reading}), plan, lambda: None)
        yield from ((chunk, columns) for chunk, columns, _ in read)
    else:
        found = some_headers(cap, where, plan, lambda: None, reading)
        yield from ((some, columns) for _, some, columns, _ in found)


def _ordered(places: dict[tuple[str, ...], list[int]]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Depth first, the most packets first on each level."""
    below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for steps in places:
        below.setdefault(steps[:-1], []).append(steps)

    def visit(steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
        for one in sorted(below.get(steps, ()), key=lambda s: (-places[s][0], s)):
            yield one, places[one]
            yield from visit(one)

    return visit(())


def report(cap: Capture, where: Filter | None = None, headers: bool = False, **reading: Any) -> Iterator[str]:
    """The tree as text, indented."""
    rows = list(_rows(cap, where, headers, reading))
    whole = sum(row["packets"] for row in rows if row["depth"] == 1)
    yield f"{'protocol':<44}{'packets':>12}{'%':>8}{'bytes':>16}{'ends here':>12}\n"
    for row in rows:
        name = "  " * (row["depth"] - 1) + row["protocol"]
        share = 100 * row["packets"] / whole
        yield f"{name:<44}{row['packets']:>12,}{share:>8.1f}{row['bytes']:>16,}{row['end_packets']:>12,}\n"
