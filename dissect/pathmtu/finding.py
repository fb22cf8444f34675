"""Making findings out of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dissect.pathmtu.catalogue import CATALOGUE
from dissect.pathmtu.model import Evidence, Finding

SHOWN_PACKETS = 30  # evidence beyond this is counted, not listed


def finding(
    code: str,
    source: str,
    destination: str,
    what: str,
    evidence: Sequence[tuple[int, str]],
    *,
    severity: str = "",
    remedy: str = "",
    cause: str = "",
    filter_: str = "",
    packets_in_all: int = 0,
    **values: Any,
) -> Finding:
    """A finding with the catalogue's words, or better ones.  `packets_in_all`: where only some evidence is given."""
    entry = CATALOGUE[code]
    packets = [Evidence(packet, why) for packet, why in evidence[:SHOWN_PACKETS]]
    if (count := max(packets_in_all, len(evidence))) > SHOWN_PACKETS:
        values["evidence_packets"] = count
    return Finding(
        code, severity or entry.severity, entry.title, source, destination, what, cause or entry.cause,
        remedy or entry.remedy, entry.references, packets, filter_ or between(source, destination), values,
    )  # fmt: skip


def between(source: str, destination: str) -> str:
    """A display filter for the packets of a path."""
    if not source:
        return ""
    ip = "ipv6" if ":" in source else "ip"
    return f"{ip}.src == {source} && {ip}.dst == {destination}" if destination else f"{ip}.src == {source}"


def connection(source: str, destination: str, ports: tuple[int, int], *others: int) -> str:
    """A display filter for both directions of a TCP connection, and packets of others that are evidence, too."""
    ip = "ipv6" if ":" in source else "ip"
    hosts = f"{ip}.addr == {source} && {ip}.addr == {destination}"
    both = f"{hosts} && tcp.port == {ports[0]} && tcp.port == {ports[1]}"
    return f"({both}) || {only(others)}" if others else both


def pieces(source: str, destination: str) -> str:
    """A display filter for the fragments of a path."""
    some = "ipv6.fraghdr" if ":" in source else "(ip.flags.mf == 1 || ip.frag_offset > 0)"
    return f"{between(source, destination)} && {some}"


def only(numbers: Sequence[int]) -> str:
    """A display filter for these packets."""
    return f"frame.number in {{{', '.join(str(n) for n in numbers[:SHOWN_PACKETS])}}}"


def counted(count: int, thing: str) -> str:
    """`1 packet`, `2 packets`."""
    return f"{count} {thing}{'s' * (count != 1)}"


def seconds(ns: int) -> str:
    """A duration in words."""
    return f"{ns / 1e9:.3g} s"
