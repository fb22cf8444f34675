"""M29: large DNS answers, in fragments or lost, and what the one who asked did then (RFC 9715)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import mixed
from dissect.passes.datagrams import Status
from dissect.passes.shelf import Rows
from dissect.pathmtu.facts import Columns
from dissect.pathmtu.finding import counted, finding, pieces
from dissect.pathmtu.model import Finding

if TYPE_CHECKING:
    from dissect.pathmtu.datagrams import Datagram
    from dissect.pathmtu.evidence import Evidence

DNS = 53
LARGE = 1232  # octets: what fits nearly every path
PATIENCE = 1_000_000_000  # ns; an answer that takes longer is lost
MOST_MESSAGES = 1_000_000
MOST_PARSED = 1000  # queries of a path
KEPT = ("path", "number", "time", "sport", "dport", "head", "place", "end")
LONGEST_QUESTION = 600  # octets of a query that are looked at
OPT = 41  # type of the EDNS record


@dataclass(slots=True)
class Question:
    """A query over UDP; `offered` is its EDNS buffer size (0: none)."""

    packet: int
    time: int
    about: bytes
    offered: int


class Messages:
    """Messages of DNS as columns (`KEPT`), as there may be many."""

    def __init__(self) -> None:
        self._rows = Rows(len(KEPT))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        column = self._rows.table[:, KEPT.index(name)]
        return column.view(np.uint64) if name == "path" else column

    def add(self, udp: Columns, rows: NDArray[np.int64]) -> None:
        """Further ones."""
        columns = (np.asarray(udp[name])[rows] for name in KEPT)
        self._rows.add(np.stack([c.view(np.int64) if c.dtype == np.uint64 else c.astype(np.int64) for c in columns], 1))


class Questions:
    """What was asked over UDP, and what came back; queries are parsed when looked at."""

    def __init__(self) -> None:
        self.asked, self.answers = Messages(), Messages()
        self._count = self.left_out = 0
        self._buffer: Any = b""

    def take(self, udp: Columns, buffer: Any) -> None:
        """The DNS messages among a chunk's datagrams."""
        self._buffer = buffer
        reply = (udp["head"] & 0x8000) > 0
        for kept, port, kind in ((self.asked, "dport", ~reply), (self.answers, "sport", reply)):
            rows = np.flatnonzero((udp[port] == DNS) & kind & (udp["payload"] > 12))
            self._count += len(rows)
            if self._count > MOST_MESSAGES:
                self.left_out += len(rows)
            elif len(rows):
                kept.add(udp, rows)

    def answered(self, back: Callable[[NDArray[np.uint64]], NDArray[np.uint64]]) -> NDArray[np.bool_]:
        """Which queries an answer came to.  `back`: the paths of the ways back."""
        asked, answers = self.asked, self.answers
        if not len(answers):
            return np.zeros(len(asked), bool)
        keys = mixed(back(answers["path"]), answers["dport"], answers["head"] >> 16)
        order = np.lexsort((answers["number"], keys))
        keys, numbers = keys[order], answers["number"][order]
        wanted = mixed(asked["path"], asked["sport"], asked["head"] >> 16)
        last = np.searchsorted(keys, wanted, "right") - 1  # of those with the key, the last one
        got: NDArray[np.bool_] = (last >= 0) & (keys[last] == wanted) & (numbers[last] > asked["number"])
        return got

    def truncated(self, path: int) -> list[int]:
        """Packets with truncated answers on a path."""
        answers = self.answers
        rows = np.flatnonzero(answers["path"] == np.uint64(path))
        found: list[int] = answers["number"][rows[answers["head"][rows] & 0x0200 > 0]].tolist()
        return found

    def parsed(self, rows: NDArray[np.int64]) -> list[Question]:
        """Queries that hold one question, with its name and what they offer."""
        out = []
        columns = zip(*(self.asked[name][rows].tolist() for name in ("number", "time", "place", "end")), strict=True)
        for number, time, place, end in columns:
            octets = bytes(self._buffer[place : min(place + LONGEST_QUESTION, end)]) if place >= 0 else b""
            parsed = question(octets)
            if parsed is not None:
                out.append(Question(number, time, *parsed))
        return out


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
    back = evidence.paths.back
    over_tcp = _over_tcp(evidence)
    questions = evidence.questions
    if questions.left_out:
        evidence.left_out["DNS messages", MOST_MESSAGES] += questions.left_out
    answered = questions.answered(evidence.paths.keys_back)
    large = _large(evidence, np.flatnonzero(~answered & (questions.asked["time"] < evidence.last_time - PATIENCE)))
    done_by_path = _by_path(questions, np.flatnonzero(answered & np.isin(questions.asked["path"], np.array(list(large), np.uint64))))
    found = []
    for path in sorted({*in_pieces, *(back(path) for path in large)}):
        ask = back(path)
        again = over_tcp.get(ask, [])
        done = questions.parsed(done_by_path[ask][-MOST_PARSED:]) if ask in large and ask in done_by_path else []
        silent = _lost_answers(large.get(ask, []), done, again, bool(rests[path]))
        if in_pieces[path] or silent:
            found.append(_path(evidence, path, in_pieces[path], rests[path], silent, again))
    return found


def _large(evidence: Evidence, open_: NDArray[np.int64]) -> dict[int, list[Question]]:
    """Of each path the queries, of these that no answer came to, that offered much."""
    large = {}
    for path, mine in _by_path(evidence.questions, open_).items():
        if len(mine) > MOST_PARSED:
            evidence.left_out["DNS queries of a path", MOST_PARSED] += len(mine) - MOST_PARSED
        if asked := [q for q in evidence.questions.parsed(mine[:MOST_PARSED]) if q.offered > LARGE]:
            large[path] = asked
    return large


def _by_path(questions: Questions, rows: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """Queries, path by path."""
    if not len(rows):
        return {}
    paths = questions.asked["path"][rows]
    order = np.argsort(paths, kind="stable")
    keys, first = np.unique(paths[order], return_index=True)
    return dict(zip(keys.tolist(), np.split(rows[order], first[1:]), strict=True))


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
    cut = evidence.questions.truncated(path)
    said = []
    if answers:
        said.append(f"{counted(len(answers), 'DNS answer')} from {source} to {destination} came in fragments")
    if lost:
        said.append(f"{len(lost)} of them never complete")
    if silent:
        offered = max(q.offered for q in silent)
        said.append(f"no answer came to {counted(len(silent), 'question')} that offered {source} up to {offered} octets")
    if rests:
        said.append(f"of {counted(len(rests), 'datagram')} only later fragments came")
    if cut:
        said.append(f"truncated: {counted(len(cut), 'answer')}")
    if again:
        said.append(f"asked over TCP: {counted(len(again), 'question')}")
    proof = [
        (d.pieces[0].packet, f"an answer in {len(d.pieces)} fragments{'' if d not in lost else ', incomplete'}")
        for d in answers
    ]
    proof += [(q.packet, f"offers {q.offered} octets, no answer") for q in silent]
    proof += [(d.pieces[0].packet, "a fragment without the first one") for d in rests]
    proof += [(n, "truncated answer") for n in cut] + [(n, "asked again over TCP") for n in again]
    severity = "warning" if lost or cut or again or silent else "note"
    ip = "ipv6" if ":" in source else "ip"
    messages = f"{ip}.addr == {source} && {ip}.addr == {destination} && (udp.port == {DNS} || tcp.port == {DNS})"
    filter_ = f"({pieces(source, destination)}) || ({messages})"
    values: dict[str, Any] = {"answers": len(answers), "lost": len(lost) + len(silent)}
    return finding(
        "M29", source, destination, "; ".join(said) + ".", proof, severity=severity, filter_=filter_, **values
    )


def _lost_answers(silent: list[Question], done: list[Question], again: list[int], rests: bool) -> list[Question]:
    """Questions that offered much and got no answer, of servers that do answer when less is offered, or over TCP."""
    answered = {q.about: q for q in done if q.offered <= LARGE}
    return [
        q for q in silent
        if rests or any(n > q.packet for n in again) or (q.about in answered and answered[q.about].packet > q.packet)
    ]  # fmt: skip


def _over_tcp(evidence: Evidence) -> dict[int, list[int]]:
    """First packets of TCP connections to a name server's port, by path."""
    flows = evidence.flows
    out = defaultdict[int, list[int]](list)
    for path, first in flows.rows(flows.chosen(lambda some: flows["dport"][some] == DNS), "path", "first"):
        out[path].append(first)
    return out
