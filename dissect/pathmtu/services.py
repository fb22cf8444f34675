"""Findings from what hosts say of their links and of their datagrams: M27, M29, M30."""

from __future__ import annotations

from collections import defaultdict

from dissect.passes.fragments import Status
from dissect.pathmtu.datagrams import Datagram
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import finding, only
from dissect.pathmtu.model import Finding

DNS = 53
LEAST_INITIAL = 1200  # RFC 9000, section 14.1


def findings(evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """M27, M29, M30."""
    return [*_links(evidence), *_names(evidence, datagrams), *_initials(evidence)]


def _links(evidence: Evidence) -> list[Finding]:
    told = evidence.advertised
    values = sorted({mtu for mtu, _ in told.values()})
    if len(values) < 2:
        return []
    who = ", ".join(f"{router} says {mtu}" for router, (mtu, _) in told.items())
    what = f"Routers on one link announce different MTUs: {who}."
    proof = [(packet, f"router advertisement, MTU {mtu}") for mtu, packet in told.values()]
    remedy = f"Announce one MTU; {values[0]} is the one that all of them can take."
    routers = sorted(told)
    return [finding("M27", routers[0], "", what, proof, remedy=remedy, filter_="icmpv6.opt.mtu", values=values)]


def _names(evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """DNS answers in fragments; what became of them."""
    by_path: dict[tuple[str, str], list[Datagram]] = defaultdict(list)
    for d in datagrams:
        first = next((p for p in d.pieces if p.offset == 0), None)
        if first is not None and first.protocol == 17 and first.packet in evidence.dns_fragments:
            by_path[d.source, d.destination].append(d)
    out = []
    for (source, destination), answers in by_path.items():
        lost = [d for d in answers if d.status is not Status.COMPLETE]
        path = {evidence.paths.addresses(key): key for key in evidence.by_key}[source, destination]
        cut = [n for n, p, _, truncated in evidence.dns if truncated and p == path]
        again = _over_tcp(evidence, path)
        said = [f"{len(answers)} DNS answers from {source} to {destination} came in fragments"]
        if lost:
            said.append(f"{len(lost)} of them never complete")
        if cut:
            said.append(f"{len(cut)} answers were truncated")
        if again:
            said.append(f"{len(again)} questions went over TCP")
        proof = [
            (d.pieces[0].packet, f"an answer in {len(d.pieces)} fragments{'' if d not in lost else ', incomplete'}")
            for d in answers
        ]
        proof += [(n, "truncated answer") for n in cut] + [(n, "asked again over TCP") for n in again]
        severity = "warning" if lost or cut or again else "note"
        values = {"answers": len(answers), "lost": len(lost)}
        out.append(_name_finding(source, destination, "; ".join(said) + ".", proof, severity, values))
    return out


def _name_finding(
    source: str, destination: str, what: str, proof: list[tuple[int, str]], severity: str, values: dict[str, int]
) -> Finding:
    ip = "ipv6" if ":" in source else "ip"
    fragments = "ipv6.fraghdr" if ip == "ipv6" else "(ip.flags.mf == 1 || ip.frag_offset > 0)"
    filter_ = f"{ip}.src == {source} && {ip}.dst == {destination} && {fragments}"
    found = finding("M29", source, destination, what, proof, severity=severity, filter_=filter_)
    found.values.update(values)
    return found


def _over_tcp(evidence: Evidence, answers: int) -> list[int]:
    """First packets of TCP connections to the name server's port."""
    questions = evidence.paths.back[answers]
    flows = evidence.flows
    return [int(flows.first[i]) for i in range(len(flows)) if flows.path[i] == questions and flows.ports[i][1] == DNS]


def _initials(evidence: Evidence) -> list[Finding]:
    by_path: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for packet, path, size, df in evidence.initials:
        if size < LEAST_INITIAL or not df:
            by_path[path].append((packet, size, df))
    out = []
    for path, packets in by_path.items():
        source, destination = evidence.paths.addresses(path)
        small = [p for p in packets if p[1] < LEAST_INITIAL]
        said = [f"{len(small)} below {LEAST_INITIAL} octets"] if small else []
        said += [f"{sum(not df for _, _, df in packets)} without DF"] if any(not df for _, _, df in packets) else []
        what = f"QUIC Initials from {source} to {destination}: {', '.join(said)}."
        proof = [(n, f"{size} octets, DF {int(df)}") for n, size, df in packets]
        severity = "" if small else "note"
        out.append(
            finding(
                "M30", source, destination, what, proof, severity=severity, filter_=only([n for n, _, _ in packets])
            )
        )
    return out
