"""Findings about TCP: black holes (M01, M02, M33) and segment sizes (M23 to M26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.pathmtu.blackhole import Hole, Segment, find_hole, largest_acknowledged
from dissect.pathmtu.catalogue import TUNNEL_MTUS
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import between, connection, finding, only, seconds
from dissect.pathmtu.model import Finding
from dissect.pathmtu.second import Second

SYN_HEADERS = {False: 40, True: 60}  # IP and TCP headers without options, by IPv6
WRONG_FOR_IPV6 = (1460, 8960)  # what fits IPv4 on a link of 1500 or 9000


def black_holes(evidence: Evidence, second: Second) -> list[Finding]:
    """M01 or M02 for each flow that fell into one, and M33 for its path."""
    out: list[Finding] = []
    spoken_of = {(big.source, big.destination) for big in evidence.too_big if big.mtu < big.size}
    told: set[tuple[str, str]] = set()
    joined = set(evidence.flows.aggregates()[0].tolist())
    for flow in sorted(second.segments):
        path = int(evidence.flows["path"][flow])
        addresses = evidence.paths.addresses(path)
        segments = sorted(second.segments[flow], key=lambda s: s.number)
        arrived = None if evidence.flows["unseen"][flow] or flow in joined else largest_acknowledged(segments)
        if arrived is not None:
            evidence.delivered(path, arrived.size, arrived.number, "acknowledged, and not sent in smaller packets")
        if addresses in spoken_of:
            continue  # the sender was told: whatever happens is no black hole
        known = evidence.largest_delivered(path)
        hole = find_hole(segments, known.size if known else 0)
        if hole is None:
            continue
        out.append(_black_hole(evidence, flow, hole))
        if addresses not in told:
            told.add(addresses)
            out.append(_filtered(evidence, path, hole))
    return out


def _black_hole(evidence: Evidence, flow: int, hole: Hole) -> Finding:
    key = int(evidence.flows["path"][flow])
    source, destination = evidence.paths.addresses(key)
    ports = evidence.flows.ports(flow)
    if hole.delivered is not None:
        why = "acknowledged, after the larger ones were not" if hole.recovered else "acknowledged"
        evidence.delivered(key, hole.delivered.size, hole.delivered.number, why)
    evidence.lost(key, hole.lost, hole.sends[0].number, f"sent {len(hole.sends)} times, never acknowledged")
    known = evidence.largest_delivered(key)
    delivered = known.size if known else 0
    first, last = hole.sends[0], hole.sends[-1]
    sent = f"{len(hole.sends)} times in {seconds(last.time - first.time)}"
    end = min(s.end for s in hole.sends)
    what = (
        f"Bytes {first.start} to {end - 1} from port {ports[0]} to {ports[1]} were sent {sent}, each time in a packet "
        f"of {hole.lost} octets that must not be fragmented, and never acknowledged; packets up to {delivered} octets get "
        f"through."
    )
    proof = [(s.number, f"try {i}: {_how_long(s)}, DF") for i, s in enumerate(hole.sends, 1)]
    if known:
        proof.append((known.packet, f"{known.size} octets got through: {known.why}"))
    proof += [(s.number, "the other side answers meanwhile") for s in hole.answers[:3]]
    sizes: dict[str, Any] = {
        "delivered": delivered,
        "lost": hole.lost,
        "sport": ports[0],
        "dport": ports[1],
        "tries": len(hole.sends),
    }
    elsewhere = [known.packet] if known and known.packet not in hole.packets else []
    filter_ = connection(source, destination, ports, *elsewhere)
    if hole.recovered is None:
        return finding("M01", source, destination, what, proof, filter_=filter_, **sizes)
    proof += [
        (hole.recovered.number, f"the same bytes in {hole.recovered.size} octets"),
        (hole.recovered_by, "which is acknowledged"),
    ]
    what += f"  Then the same bytes went out in {hole.recovered.size} octets and were acknowledged: {delivered} <= path MTU < {hole.lost}."
    remedy = _clamp(delivered, evidence.paths.six(key))
    return finding("M02", source, destination, what, proof, remedy=remedy, filter_=filter_, **sizes)


def _how_long(segment: Segment) -> str:
    if segment.joined:
        return f"in a longer one, which the card is to cut into packets of {segment.size} octets"
    return f"{segment.size} octets"


def _clamp(mtu: int, six: bool) -> str:
    headers = SYN_HEADERS[six]
    return (
        "Let ICMP 3/4 and ICMPv6 type 2 through to the sender, or clamp the MSS at the narrow link: every new connection waits "
        f"through the same time-outs.  At least {mtu} - {headers} = MSS {mtu - headers} fits."
    )


def _filtered(evidence: Evidence, key: int, hole: Hole) -> Finding:
    source, destination = evidence.paths.addresses(key)
    seen = evidence.other_icmp
    icmp = f"{seen} other ICMP error{'s' * (seen != 1)} came" if seen else "no other ICMP error was seen either"
    what = (
        f"Packets of {hole.lost} octets from {source} to {destination} are lost for their size, and no packet-too-big "
        f"message says so; {icmp}."
    )
    proof = [(s.number, f"{s.size} octets lost, nobody said why") for s in hole.sends]
    length = f"ipv6.plen + 40 >= {hole.lost}" if ":" in source else f"ip.len >= {hole.lost}"
    lost = only([s.number for s in hole.sends]) if any(s.joined for s in hole.sends) else length
    big = "icmpv6.type == 2" if ":" in source else "icmp.type == 3 && icmp.code == 4"
    filter_ = f"({between(source, destination)} && {lost}) || ({big})"
    return finding("M33", source, destination, what, proof, filter_=filter_)


def segment_sizes(evidence: Evidence) -> list[Finding]:
    """M23 to M26."""
    out: list[Finding] = []
    flows = evidence.flows
    missing: dict[tuple[str, str], list[int]] = {}
    wrong: dict[tuple[str, str, int], list[int]] = {}
    clamped: dict[tuple[str, str, int], list[int]] = {}

    def is_odd(some: slice) -> Any:
        six, syn, mss = evidence.paths.sixes(flows["path"][some]), flows["syn"][some], flows["mss"][some]
        narrow = (mss > 0) & np.isin(mss + np.where(six, SYN_HEADERS[True], SYN_HEADERS[False]), list(TUNNEL_MTUS))
        return ((syn > 0) & (mss == -1)) | (six & np.isin(mss, WRONG_FOR_IPV6)) | narrow

    odd = flows.chosen(is_odd)
    learned = _learned(evidence, np.unique(flows["path"][odd]))
    for key, syn, mss, number in flows.rows(odd, "path", "syn", "mss", "mss_number"):
        six = evidence.paths.six(key)
        if syn and mss == -1:
            missing.setdefault(evidence.paths.addresses(key), []).append(number)
        elif six and mss in WRONG_FOR_IPV6:
            wrong.setdefault((*evidence.paths.addresses(key), mss), []).append(number)
        elif evidence.on_tunnel:
            continue  # what is captured on a tunnel's own interface has its MTU; nobody clamped anything
        elif mss > 0 and mss + SYN_HEADERS[six] in TUNNEL_MTUS and mss + SYN_HEADERS[six] not in learned(key):
            clamped.setdefault((*evidence.paths.addresses(key), mss), []).append(number)
    for (source, destination), packets in missing.items():
        out.append(_no_mss(source, destination, packets))
    for (source, destination, mss), packets in wrong.items():
        out.append(_wrong_mss(source, destination, mss, packets))
    for (source, destination, mss), packets in clamped.items():
        out.append(_clamped(source, destination, mss, packets))
    return out + _too_long(evidence)


def _learned(evidence: Evidence, paths: NDArray[np.uint64]) -> Callable[[int], set[int]]:
    """Of each of some paths the MTUs that its source has learned by itself: nobody has to have clamped its MSS to them.

    A host announces what the path MTU it remembers leaves: it was told by a packet-too-big, or said more before.
    """
    told: dict[tuple[str, str], set[int]] = {}
    for big in evidence.too_big:
        told.setdefault((big.source, big.destination), set()).add(big.mtu)
    flows = evidence.flows
    said: dict[int, set[int]] = {}
    some = flows.chosen(lambda some: (flows["mss"][some] > 0) & np.isin(flows["path"][some], paths))
    for key, mss in flows.rows(some, "path", "mss"):
        said.setdefault(key, set()).add(mss + SYN_HEADERS[evidence.paths.six(key)])

    def learned(key: int) -> set[int]:
        mtus = said.get(key, set())
        return told.get(evidence.paths.addresses(key), set()) | {mtu for mtu in mtus if mtu < max(mtus)}

    return learned


def _no_mss(source: str, destination: str, packets: list[int]) -> Finding:
    least = 1220 if ":" in source else 536
    what = f"{source} sent {len(packets)} SYN without the MSS option to {destination}: the other side has to assume {least}."
    filter_ = f"{between(source, destination)} && tcp.flags.syn == 1 && !tcp.options.mss"
    return finding(
        "M24", source, destination, what, [(n, "SYN without MSS") for n in packets], filter_=filter_, assumed=least
    )


def _wrong_mss(source: str, destination: str, mss: int, packets: list[int]) -> Finding:
    what = (
        f"{source} announces MSS {mss} over IPv6: {mss} + 60 = {mss + 60}, more than a link of MTU {mss + 40} carries."
    )
    remedy = f"Use {mss + 40} - 60 = MSS {mss - 20} for IPv6."
    proof = [(n, f"SYN with MSS {mss}") for n in packets]
    return finding("M26", source, destination, what, proof, remedy=remedy, filter_=only(packets), mss=mss)


def _clamped(source: str, destination: str, mss: int, packets: list[int]) -> Finding:
    headers = SYN_HEADERS[":" in source]
    mtu = mss + headers
    what = (
        f"SYN from {source} to {destination} with MSS {mss}: {mss} + {headers} = {mtu}, the MTU of {TUNNEL_MTUS[mtu]}."
    )
    proof = [(n, f"MSS {mss}") for n in packets]
    return finding("M25", source, destination, what, proof, filter_=only(packets), mss=mss, mtu=mtu)


def _too_long(evidence: Evidence) -> list[Finding]:
    """Segments beyond the peer's MSS that are no aggregates of a card."""
    out = []
    flows = evidence.flows
    joined, *_ = flows.aggregates()
    aggregating = {source for source, _ in evidence.paths.ends(evidence.paths.rows(np.unique(flows["path"][joined])))}
    which, mss_, payload_ = flows.beyond_mss()
    long = (mss_ > 0) & ~flows.aggregate(mss_, payload_)
    for i, mss, payload in zip(which[long].tolist(), mss_[long].tolist(), payload_[long].tolist(), strict=True):
        other = flows["reverse"][i]
        source, destination = evidence.paths.addresses(int(flows["path"][i]))
        if source in aggregating:
            continue
        number = int(flows["payload_number"][i])
        what = f"A segment of {payload} octets from {source} to {destination}, whose SYN allowed {mss}."
        proof = [(number, f"{payload} octets of data"), (int(flows["mss_number"][other]), f"SYN with MSS {mss}")]
        out.append(finding("M23", source, destination, what, proof, filter_=only([number]), mss=mss, size=payload))
    return out
