"""M29: large DNS answers, in fragments or lost, and what the one who asked did then (RFC 9715)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dissect.passes.fragments import Status
from dissect.pathmtu.finding import finding
from dissect.pathmtu.model import Finding

if TYPE_CHECKING:
    from dissect.pathmtu.datagrams import Datagram
    from dissect.pathmtu.evidence import Evidence

DNS = 53
LARGE = 1232  # octets: what fits nearly every path
PATIENCE = 1_000_000_000  # ns; an answer that takes longer is lost
MOST_QUESTIONS = 100_000
LONGEST_QUESTION = 600  # octets of a query that are looked at
OPT = 41  # type of the EDNS record


@dataclass(slots=True)
class Question:
    """A query over UDP; `offered` is its EDNS buffer size (0: none).  `answered` is the packet, or 0."""

    packet: int
    time: int
    about: bytes
    offered: int
    answered: int = 0


@dataclass
class Questions:
    """What was asked of whom, and answered.  Keys: path of the question, its port, its identification."""

    asked: dict[tuple[int, int, int], Question] = field(default_factory=dict)
    given_up: dict[int, list[Question]] = field(default_factory=lambda: defaultdict(list))  # asked anew by the same key
    truncated: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # packets, by path of the answer

    def ask(self, path: int, port: int, packet: int, time: int, octets: bytes) -> None:
        """Take a query."""
        parsed = question(octets)
        if parsed is None or len(self.asked) >= MOST_QUESTIONS:
            return
        key = path, port, int.from_bytes(octets[:2], "big")
        before = self.asked.get(key)
        if before is not None and not before.answered:
            self.given_up[path].append(before)
        self.asked[key] = Question(packet, time, *parsed)

    def answer(self, back: int, path: int, port: int, ident: int, packet: int, truncated: bool) -> None:
        """Take an answer on `path` to what was asked on `back`."""
        if truncated and len(self.truncated[path]) < MOST_QUESTIONS:
            self.truncated[path].append(packet)
        asked = self.asked.get((back, port, ident))
        if asked is not None and not asked.answered:
            asked.answered = packet

    def by_path(self) -> dict[int, list[Question]]:
        """All that was asked, in order, by path."""
        out = defaultdict[int, list[Question]](list)
        for (path, _, _), asked in self.asked.items():
            out[path].append(asked)
        for path, before in self.given_up.items():
            out[path] += before
        return {path: sorted(asked, key=lambda q: q.packet) for path, asked in out.items()}


def question(octets: bytes) -> tuple[bytes, int] | None:
    """(question section, EDNS buffer size or 0) of a query with one question; None for anything else."""
    if len(octets) < 17 or octets[4:6] != b"\0\1" or octets[6:10] != bytes(4):
        return None
    at = 12
    while at < len(octets) and 0 < octets[at] < 64:
        at += 1 + octets[at]
    if at + 5 > len(octets) or octets[at] != 0:
        return None
    end = at + 5
    about = octets[12:end].lower()
    more = octets[end : end + 5]
    return about, int.from_bytes(more[3:5], "big") if more[:3] == bytes([0, 0, OPT]) else 0


def findings(evidence: Evidence, datagrams: Sequence[Datagram]) -> list[Finding]:
    """M29, one a path of answers."""
    in_pieces: dict[int, list[Datagram]] = defaultdict(list)
    rests: dict[int, list[Datagram]] = defaultdict(list)  # fragments of UDP without the first one
    for d in datagrams:
        first = next((p for p in d.pieces if p.offset == 0), None)
        if first is not None and first.packet in evidence.dns_fragments:
            in_pieces[d.pieces[0].path].append(d)
        elif first is None and d.pieces[0].protocol == 17:
            rests[d.pieces[0].path].append(d)
    asked, back = evidence.questions.by_path(), evidence.paths.back
    over_tcp = _over_tcp(evidence)
    found = []
    for path in sorted({*in_pieces, *(back[path] for path in asked)}):
        again = over_tcp.get(back[path], [])
        silent = _lost_answers(evidence, asked.get(back[path], []), again, bool(rests[path]))
        if in_pieces[path] or silent:
            found.append(_path(evidence, path, in_pieces[path], rests[path], silent, again))
    return found


def _path(
    evidence: Evidence,
    path: int,
    answers: list[Datagram],
    rests: list[Datagram],
    silent: list[Question],
    again: list[int],
) -> Finding:
    """What became of large answers on one path."""
    source, destination = evidence.paths.addresses(path)
    lost = [d for d in answers if d.status is not Status.COMPLETE]
    cut = evidence.questions.truncated.get(path, [])
    said = []
    if answers:
        said.append(f"{len(answers)} DNS answers from {source} to {destination} came in fragments")
    if lost:
        said.append(f"{len(lost)} of them never complete")
    if silent:
        offered = max(q.offered for q in silent)
        said.append(f"{len(silent)} questions that offer {source} up to {offered} octets were never answered")
    if rests:
        said.append(f"of {len(rests)} datagrams only later fragments came")
    if cut:
        said.append(f"{len(cut)} answers were truncated")
    if again:
        said.append(f"{len(again)} questions went over TCP")
    proof = [
        (d.pieces[0].packet, f"an answer in {len(d.pieces)} fragments{'' if d not in lost else ', incomplete'}")
        for d in answers
    ]
    proof += [(q.packet, f"offers {q.offered} octets, no answer") for q in silent]
    proof += [(d.pieces[0].packet, "a fragment without the first one") for d in rests]
    proof += [(n, "truncated answer") for n in cut] + [(n, "asked again over TCP") for n in again]
    severity = "warning" if lost or cut or again or silent else "note"
    ip = "ipv6" if ":" in source else "ip"
    fragments = "ipv6.fraghdr" if ip == "ipv6" else "(ip.flags.mf == 1 || ip.frag_offset > 0)"
    filter_ = f"{ip}.src == {source} && {ip}.dst == {destination} && {fragments}"
    if silent and not answers:
        filter_ = f"{ip}.addr == {source} && (udp.port == {DNS} || tcp.port == {DNS})"
    values: dict[str, Any] = {"answers": len(answers), "lost": len(lost) + len(silent)}
    return finding(
        "M29", source, destination, "; ".join(said) + ".", proof, severity=severity, filter_=filter_, **values
    )


def _lost_answers(evidence: Evidence, asked: list[Question], again: list[int], rests: bool) -> list[Question]:
    """Questions that offered much and got no answer, of servers that do answer when less is offered, or over TCP."""
    late = evidence.last_time - PATIENCE
    silent = [q for q in asked if q.offered > LARGE and not q.answered and q.time < late]
    answered = {q.about: q for q in asked if q.answered and q.offered <= LARGE}
    return [
        q for q in silent
        if rests or any(n > q.packet for n in again) or (q.about in answered and answered[q.about].packet > q.packet)
    ]  # fmt: skip


def _over_tcp(evidence: Evidence) -> dict[int, list[int]]:
    """First packets of TCP connections to a name server's port, by path."""
    flows = evidence.flows
    out = defaultdict[int, list[int]](list)
    for i, (_, port) in enumerate(flows.ports):
        if port == DNS:
            out[flows.path[i]].append(int(flows.first[i]))
    return out
