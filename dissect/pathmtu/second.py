"""The second reading: only the flows and paths the first found worth it, packet by packet.

Nothing is read again where the first reading raised no question.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from dissect.library import Capture
from dissect.pathmtu.blackhole import Segment
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.facts import Columns, chunks
from dissect.pathmtu.flows import FIN, SYN

MOST_SEGMENTS = 20_000  # of a connection; black holes are short
MOST_PACKETS = 200_000  # of the paths that packet-too-big messages speak of


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet on a path that a packet-too-big message speaks of."""

    number: int
    time: int
    size: int
    df: bool
    ident: int
    protocol: int
    fragment: bool
    ports: tuple[int, int] | None = None
    sequence: int | None = None
    payload: int = 0  # of TCP
    syn: bool = False
    joined: bool = False  # maybe a card's aggregate: longer than on the wire


@dataclass
class Second:
    """Connections (by the suspect flow) and paths (by address pair) read again."""

    segments: dict[int, list[Segment]] = field(default_factory=lambda: defaultdict(list))
    sent: dict[tuple[str, str], list[Sent]] = field(default_factory=lambda: defaultdict(list))
    whole_to: float = inf  # the packet before which all that was sent is here


def suspects(evidence: Evidence) -> list[int]:
    """Flows that sent big segments again and of which no segment as big is known to have arrived."""
    flows = evidence.flows
    again, largest, delivered = flows["again"], flows["largest"], flows["delivered"]
    return [int(i) for i in flows.chosen(lambda some: (again[some] >= 2) & (largest[some] > delivered[some]))]


def read_again(cap: Capture, evidence: Evidence, **reading: Any) -> Second:
    """The second reading; nothing is read if there is no question."""
    second = Second()
    flows = evidence.flows
    wanted: dict[int, tuple[int, bool]] = {}  # flow: the suspect it belongs to, and whether it is that flow
    for flow in suspects(evidence):
        wanted[flow] = (flow, True)
    for flow in list(wanted):
        if flows["reverse"][flow] >= 0:
            wanted.setdefault(int(flows["reverse"][flow]), (flow, False))
    spoken_of = {(big.source, big.destination) for big in evidence.too_big}
    paths = {evidence.paths.between(*ends) for ends in spoken_of} - {None}
    if not wanted and not paths:
        return second
    reader = _Reader(evidence, second, wanted, np.array(list(paths), np.uint64))
    for _, facts in chunks(cap, evidence.paths, **reading):
        reader.read(facts)
    return second


class _Reader:
    def __init__(
        self, evidence: Evidence, second: Second, wanted: dict[int, tuple[int, bool]], paths: np.ndarray[Any, Any]
    ) -> None:
        self.evidence, self.second, self.wanted, self.paths = evidence, second, wanted, paths
        flows = evidence.flows
        self._paths_of_flows = np.unique(flows["path"][list(wanted)])
        self._by_tuple = {(int(flows["path"][flow]), *flows.ports(flow)): flow for flow in wanted}
        spoken = flows.chosen(lambda some: np.isin(flows["path"][some], paths))
        self._flow_of = dict(zip(flows.rows(spoken, "path", "sport", "dport"), spoken.tolist(), strict=True))
        self._ends: dict[int, int] = {}
        near = np.union1d(spoken, np.array(list(wanted), np.int64))
        self._most = dict(zip(near.tolist(), flows.most(near).tolist(), strict=True))
        self._joining = set(np.intersect1d(flows.aggregates()[0], near).tolist())
        self._packets = 0

    def read(self, facts: Any) -> None:
        tcp = facts.table("tcp")
        if tcp is not None:
            for i in np.flatnonzero(np.isin(tcp["path"], self._paths_of_flows)).tolist():
                self._segment(tcp, i)
        if len(self.paths):
            self._sent(facts)

    def _segment(self, t: Columns, i: int) -> None:
        flow = self._by_tuple.get((int(t["path"][i]), int(t["sport"][i]), int(t["dport"][i])))
        if flow is None:
            return
        suspect, forward = self.wanted[flow]
        segments = self.second.segments[suspect]
        if len(segments) >= MOST_SEGMENTS:
            self.evidence.left_out["segments of a connection", MOST_SEGMENTS] += 1
            return
        flows = self.evidence.flows
        start = self._unwrap(flow, int(t["seq"][i]), int(flows["base"][flow]))
        size = int(t["payload"][i]) + bool(t["flags"][i] & (SYN | FIN))
        other = int(flows["reverse"][flow])
        acked = -1
        if other >= 0 and t["flags"][i] & 0x10:
            acked = self._near(self._ends.get(other, 0), int(t["ack"][i]) - int(flows["base"][other]))
        self._ends[flow] = max(self._ends.get(flow, 0), start + size)
        segments.append(Segment(
            int(t["number"][i]), int(t["time"][i]), forward, start, start + size, acked, *self._wire_size(t, i, flow),
        ))  # fmt: skip
        if self.wanted.get(other, (other, False))[1] and self.wanted[flow][1] and other != suspect:
            self._twin(other, segments[-1])

    def _may_be_joined(self, path: int, ports: tuple[int, int], payload: int) -> bool:
        """Whether a segment may be a card's aggregate: with segmentation offload any but the shortest may."""
        flow = self._flow_of.get((path, *ports), -1)
        return flow >= 0 and (payload > self._most[flow] or flow in self._joining)

    def _wire_size(self, t: Columns, i: int, flow: int) -> tuple[int, bool, int, bool, bool]:
        """IP length on the wire, DF, payload, whether it came in fragments, whether it is a card's aggregate."""
        size, payload = int(t["size"][i]), int(t["payload"][i])
        joined = payload > self._most[flow] and flow in self._joining
        if joined:
            size = min(size, self._most[flow] + (60 if t["six"][i] else 40))
        return size, bool(t["df"][i]), payload, bool(t["pieces"][i]), bool(joined)

    def _twin(self, suspect: int, segment: Segment) -> None:
        """Both directions are suspect: the other one's list gets this segment as an answer."""
        answer = Segment(
            segment.number, segment.time, False, segment.start, segment.end, segment.acked, segment.size, segment.df,
            segment.payload, segment.pieces, segment.joined,
        )  # fmt: skip
        self.second.segments[suspect].append(answer)

    def _unwrap(self, flow: int, sequence: int, base: int) -> int:
        return self._near(self._ends.get(flow, 0), sequence - base)

    @staticmethod
    def _near(reference: int, value: int) -> int:
        return reference + ((value - reference + (1 << 31)) % (1 << 32) - (1 << 31))

    def _sent(self, facts: Any) -> None:
        """Every packet of the paths spoken of, with ports and sequence numbers where it has them."""
        transport: dict[int, tuple[tuple[int, int], int | None, int, bool, bool]] = {}
        for layer in ("tcp", "udp"):
            table = facts.table(layer)
            if table is None:
                continue
            for i in np.flatnonzero(np.isin(table["path"], self.paths)).tolist():
                ports = int(table["sport"][i]), int(table["dport"][i])
                more: tuple[int | None, int, bool, bool] = (None, 0, False, False)
                if layer == "tcp":
                    payload = int(table["payload"][i])
                    joined = self._may_be_joined(int(table["path"][i]), ports, payload)
                    more = int(table["seq"][i]), payload, bool(table["flags"][i] & SYN), joined
                transport[int(table["number"][i])] = (ports, *more)
        for layer in ("ip", "ipv6"):
            table = facts.table(layer)
            if table is None:
                continue
            rows = np.flatnonzero(np.isin(table["path"], self.paths) & ~table["copy"]).tolist()
            room = MOST_PACKETS - self._packets
            if len(rows) > room:
                self.evidence.left_out["packets of paths with packet-too-big messages", MOST_PACKETS] += len(rows) - room
                self.second.whole_to = min(self.second.whole_to, int(table["number"][rows[room]]))
            self._packets += min(len(rows), room)
            for i in rows[:room]:
                number = int(table["number"][i])
                self.second.sent[self.evidence.paths.addresses(int(table["path"][i]))].append(Sent(
                    number, int(table["time"][i]), int(table["size"][i]), bool(table["df"][i]), int(table["ident"][i]),
                    int(table["protocol"][i]), bool(table["mf"][i]) or bool(table["offset"][i] > 0),
                    *transport.get(number, ()),
                ))  # fmt: skip
