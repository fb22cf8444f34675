"""Identifications of datagrams: used again too soon (M19), predictable (M20), always zero (M21)."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from dissect.passes.fragments import FragmentPass
from dissect.pathmtu.datagrams import SMALL_FRAGMENT, Datagram, same_bytes
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import finding, seconds
from dissect.pathmtu.model import Finding
from dissect.pathmtu.paths import chosen

IDS_IN_A_ROW = 4
CLOSE_IDS = 16  # apart: packets that need no fragments take some in between


def used_again(state: FragmentPass, datagrams: list[Datagram]) -> list[Finding]:
    """M19: the same identification for other data within the time a receiver waits."""
    out, before = [], dict[tuple[str, str, int, int], Datagram]()
    for d in datagrams:
        key = d.source, d.destination, d.pieces[0].protocol, d.ident
        earlier, before[key] = before.get(key), d
        if earlier is None or d.pieces[0].time - earlier.pieces[-1].time > state.datagrams.bounds.timeout:
            continue
        if same_bytes(state, earlier, d):
            continue
        gap = seconds(d.pieces[0].time - earlier.pieces[-1].time)
        what = f"{d.source} used identification {d.ident:#x} again after {gap}, for other data."
        proof = [(earlier.pieces[0].packet, "first use"), (d.pieces[0].packet, "used again")]
        out.append(finding("M19", d.source, d.destination, what, proof, filter_=d.filter(), ident=d.ident))
    return out


def predictable(datagrams: list[Datagram]) -> list[Finding]:
    """M20: identifications go up by one although the destination changes."""
    by_source: dict[str, list[Datagram]] = defaultdict(list)
    for d in datagrams:
        by_source[d.source].append(d)
    out = []
    for source, sent in by_source.items():
        if len({d.destination for d in sent}) < 2 or len(sent) < IDS_IN_A_ROW:
            continue
        steps = [b.ident - a.ident for a, b in pairwise(sent)]
        across = [a.destination != b.destination for a, b in pairwise(sent)]
        if all(0 < step <= CLOSE_IDS for step in steps) and sum(across) >= 2:
            what = f"{source} numbers its fragmented datagrams {sent[0].ident:#x}, {sent[1].ident:#x}, {sent[2].ident:#x} … whatever the destination."
            proof = [(d.pieces[0].packet, f"identification {d.ident:#x} to {d.destination}") for d in sent]
            out.append(finding("M20", source, "", what, proof))
    return out


def always_zero(evidence: Evidence) -> list[Finding]:
    """M21."""
    out = []
    ledger = evidence.ledger
    packets, df, zeros, largest = (ledger[name] for name in ("packets", "df", "zero", "largest"))

    def zero_always(some: slice) -> Any:
        may = packets[some] - df[some]
        return (zeros[some] >= 10) & (zeros[some] >= may) & (largest[some] >= SMALL_FRAGMENT[False])

    which = chosen(len(packets), zero_always)
    columns = evidence.paths.ends(which), zeros[which].tolist(), ledger["zero_packet"][which].tolist()
    for (source, destination), zero, packet in zip(*columns, strict=True):
        what = f"All {zero} packets from {source} to {destination} that may be fragmented have identification 0."
        filter_ = f"ip.src == {source} && ip.dst == {destination} && ip.id == 0 && ip.flags.df == 0"
        out.append(
            finding(
                "M21", source, destination, what, [(packet, "identification 0, DF 0")], filter_=filter_, packets=zero
            )
        )
    return out
