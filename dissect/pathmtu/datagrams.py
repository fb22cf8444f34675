"""Fragmented datagrams: the table of them, and who fragments on which path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from dissect.engine.reassembly import NO_DATAGRAM
from dissect.library import Capture
from dissect.passes.datagrams import Status, merged
from dissect.passes.fragments import FragmentPass
from dissect.passes.overlap import conflicting
from dissect.pathmtu.evidence import INITIAL_TTLS, Evidence, Piece

LONGEST = 65_535
ETHERNET = 1500  # octets
SMALL_FRAGMENT = {False: 576, True: 1280}  # by IPv6: no link needs smaller ones
LATE = 500_000_000  # ns: nobody uses all identifications so fast


@dataclass
class Datagram:
    """The fragments that belong together, in order of arrival."""

    number: int
    pieces: list[Piece]
    status: Status
    source: str
    destination: str
    conflict: bool = False
    late: list[int] = field(default_factory=list)  # those begun by fragments that came when it was complete

    @property
    def six(self) -> bool:
        """Whether it is IPv6."""
        return self.pieces[0].six

    @property
    def ident(self) -> int:
        """Its identification."""
        return self.pieces[0].ident

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Byte ranges of the fragments."""
        return [(p.offset, p.offset + p.payload) for p in self.pieces]

    @property
    def ends(self) -> list[int]:
        """Where its last fragments end."""
        return [p.offset + p.payload for p in self.pieces if not p.more]

    @property
    def length(self) -> int | None:
        """Its payload's length, if the last fragment was seen."""
        return self.ends[0] if self.ends else None

    @property
    def overlaps(self) -> bool:
        """Whether any two fragments cover the same byte."""
        spans = sorted(self.spans)
        return any(b[0] < a[1] for a, b in pairwise(spans))

    @property
    def exact_copies(self) -> bool:
        """Whether every overlap is a fragment sent twice."""
        spans = sorted(set(self.spans))
        return not any(b[0] < a[1] for a, b in pairwise(spans)) and not self.conflict

    def holes(self) -> list[tuple[int, int | None]]:
        """Missing byte ranges; the last is open where the end is not known."""
        found: list[tuple[int, int | None]] = []
        reach = 0
        for start, end in merged(self.spans):
            if start > reach:
                found.append((reach, start))
            reach = max(reach, end)
        if self.length is None:
            found.append((reach, None))
        return found

    def packets(self) -> list[tuple[int, str]]:
        """Evidence: every fragment."""
        return [
            (p.packet, f"octets {p.offset} to {p.offset + p.payload - 1}{'' if p.more else ', the last'}")
            for p in self.pieces
        ]

    def filter(self) -> str:
        """A display filter for its fragments."""
        if self.six:
            return f"ipv6.src == {self.source} && ipv6.fraghdr.ident == {self.ident:#x}"
        return f"ip.src == {self.source} && ip.dst == {self.destination} && ip.id == {self.ident:#06x}"


def collect(cap: Capture, evidence: Evidence) -> list[Datagram]:
    """The datagrams of the fragments at hand, by their first packet."""
    state = cap.fragments
    state.datagrams.settle()
    groups: dict[Any, list[Piece]] = defaultdict(list)
    pieces = [p for p in evidence.pieces if not p.copy] if evidence.doubled else evidence.pieces
    numbers = state.datagrams_at([p.place for p in pieces])
    for piece, number in zip(pieces, numbers, strict=True):
        key = number if number != NO_DATAGRAM else (piece.path, piece.ident, piece.protocol)
        groups[key].append(piece)
    out = []
    for key, pieces in groups.items():
        source, destination = evidence.paths.addresses(pieces[0].path)
        number = key if isinstance(key, int) else NO_DATAGRAM
        atomic = pieces[0].six and not pieces[0].more and pieces[0].offset == 0 and len(pieces) == 1
        status = Status.COMPLETE if atomic else Status.WAITING
        if number != NO_DATAGRAM:
            status = Status(state.datagrams.status[number])
        out.append(Datagram(number, pieces, status, source, destination))
    out = _with_late_ones(state, out)
    for datagram in out:
        if datagram.overlaps and datagram.number != NO_DATAGRAM:
            parts = [n for n in (datagram.number, *datagram.late) if n != NO_DATAGRAM]
            datagram.conflict = conflicting([piece for n in parts for piece in state.pieces(n)])
    return out


def _with_late_ones(state: FragmentPass, datagrams: list[Datagram]) -> list[Datagram]:
    """Fragments that come after their datagram was complete begin no other one: they are added to theirs."""
    out = list[Datagram]()
    complete = dict[tuple[int, int, int], Datagram]()
    for d in datagrams:
        key = d.pieces[0].path, d.ident, d.pieces[0].protocol
        whole = complete.get(key)
        if d.status is Status.COMPLETE:
            complete[key] = d
        elif whole is not None and _belongs(state, whole, d):
            whole.pieces += d.pieces
            whole.late.append(d.number)
            continue
        out.append(d)
    return out


def _belongs(state: FragmentPass, whole: Datagram, d: Datagram) -> bool:
    """Whether the fragments of `d` are late ones of a complete datagram: copies, or others without a first one."""
    gap = d.pieces[0].time - whole.pieces[-1].time
    if gap > state.datagrams.bounds.timeout:
        return False
    if set(d.spans) <= set(whole.spans) and same_bytes(state, whole, d):
        return True
    return gap < LATE and all(p.offset for p in d.pieces)


def rows(datagrams: Iterable[Datagram]) -> list[dict[str, Any]]:
    """The `datagrams` table."""
    return [
        {
            "source": d.source, "destination": d.destination, "protocol": d.pieces[0].protocol, "ident": d.ident,
            "packets": [p.packet for p in d.pieces], "offsets": [p.offset for p in d.pieces],
            "sizes": [p.payload for p in d.pieces], "length": d.length, "status": d.status.name.lower(),
            "in_order": [p.offset for p in d.pieces] == sorted(p.offset for p in d.pieces),
            "holes": [{"start": a, "end": b} for a, b in d.holes()], "overlaps": d.overlaps, "conflict": d.conflict,
            "smallest": min(p.size for p in d.pieces), "largest": max(p.size for p in d.pieces),
            "span_ns": d.pieces[-1].time - d.pieces[0].time,
        }
        for d in datagrams
    ]  # fmt: skip


def describe_paths(evidence: Evidence, datagrams: list[Datagram]) -> None:
    """How many datagrams each path has, and who made the fragments."""
    for datagram in datagrams:
        path = evidence.path(datagram.pieces[0].path)
        path.datagrams += 1
        path.largest_fragment = max(path.largest_fragment, *(p.size for p in datagram.pieces))
        if datagram.status is Status.COMPLETE and not path.made_by:
            path.made_by = _made_by(datagram)
        elif not path.made_by:
            path.made_by = "sender" if _made_by(datagram) == "sender" else ""


def _made_by(datagram: Datagram) -> str:
    """Where no router has counted the TTL down, the sender made them, as always in IPv6; a datagram that would have fitted
    the usual link whole was cut on the way."""
    first = datagram.pieces[0]
    if datagram.six or first.ttl in INITIAL_TTLS:
        return "sender"
    largest = max(p.size for p in datagram.pieces)
    if datagram.length is None and first.protocol != 6:
        return "sender" if largest >= ETHERNET else ""
    whole = (datagram.length or 0) + first.header
    if first.protocol == 6 or (whole <= ETHERNET and largest < whole):
        return "router"
    return "sender"


def same_bytes(state: FragmentPass, a: Datagram, b: Datagram) -> bool:
    """Whether one is a copy of a part of the other (a packet captured or sent twice)."""
    if NO_DATAGRAM in (a.number, b.number):
        return True
    known = {offset: bytes(octets) for offset, octets in state.pieces(a.number)}
    return all(known.get(offset) == bytes(octets) for offset, octets in state.pieces(b.number))
