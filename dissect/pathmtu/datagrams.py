"""Fragmented datagrams: the table of them, and findings M10 to M22, M31, M32, M34, M35."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from dissect.engine.reassembly import NO_DATAGRAM
from dissect.library import Capture
from dissect.passes.datagrams import Status, merged
from dissect.passes.fragments import FragmentPass
from dissect.passes.overlap import conflicting
from dissect.pathmtu.evidence import INITIAL_TTLS, Evidence, Piece
from dissect.pathmtu.finding import SHOWN_PACKETS, counted, finding, only, pieces, seconds
from dissect.pathmtu.model import Evidence as Proof
from dissect.pathmtu.model import Finding

LONGEST = 65_535
ETHERNET = 1500  # octets
TRANSPORT_HEADER = {6: 20, 17: 8, 1: 8, 58: 8, 132: 12, 33: 12}  # least bytes of a header, by protocol
EXTENSIONS = {0, 43, 60, 135, 139, 140}  # IPv6 extension headers of (length + 1) * 8 bytes
AUTHENTICATION = 51
SEVERAL = 3  # datagrams, before a pattern is one
SMALL_FRAGMENT = {False: 576, True: 1280}  # by IPv6: no link needs smaller ones
MANY_FRAGMENTS = 64
IDS_IN_A_ROW = 4
CLOSE_IDS = 16  # apart: packets that need no fragments take some in between
MOST_PROOF = 1000  # packets named for what many datagrams share
LATE = 500_000_000  # ns: nobody uses all identifications so fast
CUT_TWICE = "The same datagram was cut in two ways (by routers of two paths, say), or somebody tests receivers."
EDGE = 50_000_000  # ns: fragments of a datagram follow each other faster


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
    if set(d.spans) <= set(whole.spans) and _same_bytes(state, whole, d):
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


Rule = Callable[[Datagram], Finding | None]


def findings(cap: Capture, evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """Everything wrong with fragments."""
    out = [found for d in datagrams for rule in RULES if (found := rule(d)) is not None]
    out += _chains(cap, datagrams)
    out += _incomplete(evidence, datagrams, out)
    out += _used_again(cap.fragments, datagrams)
    out += _filtered(datagrams)
    out += _predictable(datagrams)
    out += _always_zero(evidence)
    return grouped(out)


def _with_df(d: Datagram) -> Finding | None:
    packets = [p.packet for p in d.pieces if p.df]
    if not packets:
        return None
    what = f"DF is set in {counted(len(packets), 'fragment')} of datagram {d.ident:#06x} from {d.source}."
    return finding(
        "M10",
        d.source,
        d.destination,
        what,
        [(n, "DF and a fragment") for n in packets],
        filter_=d.filter(),
        ident=d.ident,
    )


def _overlap(d: Datagram) -> Finding | None:
    if not d.overlaps or (d.six and d.exact_copies):
        return None
    bytes_ = "different bytes" if d.conflict else "the same bytes"
    cause = "An attempt to show a filter one thing and the host another." if d.conflict else CUT_TWICE
    what = f"Fragments of datagram {d.ident:#x} from {d.source} overlap, with {bytes_}."
    severity = "error" if d.conflict else ""
    if d.exact_copies:
        what = f"Fragments of datagram {d.ident:#x} from {d.source} came twice, with the same bytes."
        severity, cause = "note", "Packets were doubled on the way, or sent twice."
    return finding(
        "M12" if d.six else "M11", d.source, d.destination, what, d.packets(), severity=severity, filter_=d.filter(),
        cause="" if d.six else cause, ident=d.ident, conflict=d.conflict,
    )  # fmt: skip


def _odd_length(d: Datagram) -> Finding | None:
    packets = [(p.packet, f"{p.payload} octets, more follow") for p in d.pieces if p.more and p.payload % 8]
    if not packets:
        return None
    what = (
        f"A fragment of datagram {d.ident:#x} from {d.source} has {packets[0][1].split()[0]} octets, no multiple of 8."
    )
    return finding("M13", d.source, d.destination, what, packets, filter_=d.filter(), ident=d.ident)


def _too_long(d: Datagram) -> Finding | None:
    end = max(d.spans, key=lambda s: s[1])[1]
    header = 0 if d.six else d.pieces[0].header
    if end + header <= LONGEST:
        return None
    packets = [
        (p.packet, f"ends at {p.offset + p.payload}") for p in d.pieces if p.offset + p.payload + header > LONGEST
    ]
    what = f"Datagram {d.ident:#x} from {d.source} would have {end + header} octets; {LONGEST} is the most."
    return finding("M14", d.source, d.destination, what, packets, filter_=d.filter(), ident=d.ident, size=end + header)


def _tiny(d: Datagram) -> Finding | None:
    first = next((p for p in d.pieces if p.offset == 0 and p.more), None)
    least = TRANSPORT_HEADER.get(d.pieces[0].protocol, 0)
    at_eight = next((p for p in d.pieces if p.offset == 8 and p.protocol == 6), None)
    if first is not None and not d.six and first.payload < least:
        what = f"The first fragment of datagram {d.ident:#x} from {d.source} has {first.payload} octets; the transport header needs {least}."
        return finding(
            "M15",
            d.source,
            d.destination,
            what,
            [(first.packet, f"{first.payload} octets")],
            filter_=d.filter(),
            ident=d.ident,
        )
    if at_eight is not None:
        what = f"A TCP fragment of datagram {d.ident:#x} from {d.source} begins at octet 8, over the flags."
        return finding(
            "M15",
            d.source,
            d.destination,
            what,
            [(at_eight.packet, "TCP at octet 8")],
            filter_=d.filter(),
            ident=d.ident,
        )
    return None


def _chains(cap: Capture, datagrams: list[Datagram]) -> list[Finding]:
    """M16: the chain of headers goes beyond the first fragment (RFC 7112, section 5)."""
    out = []
    buffer = cap.fragments.buffer
    for d in datagrams:
        first = next((p for p in d.pieces if p.offset == 0 and p.more), None)
        if not d.six or first is None or first.place < 0 or first.cut:
            continue
        octets = bytes(buffer[first.place : first.place + first.payload])
        if not chain_complete(first.protocol, octets):
            what = f"The first fragment of datagram {d.ident:#x} from {d.source} ({first.payload} octets) ends before the transport header does."
            proof = [(first.packet, "headers incomplete")]
            out.append(finding("M16", d.source, d.destination, what, proof, filter_=d.filter(), ident=d.ident))
    return out


def chain_complete(kind: int, octets: bytes) -> bool:
    """Whether all extension headers and the least of a transport header are there."""
    at = 0
    while kind in EXTENSIONS or kind == AUTHENTICATION:
        if at + 2 > len(octets):
            return False
        size = 4 * (octets[at + 1] + 2) if kind == AUTHENTICATION else 8 * (octets[at + 1] + 1)
        kind, at = octets[at], at + size
    return at + TRANSPORT_HEADER.get(kind, 0) <= len(octets)


def _conflicting_ends(d: Datagram) -> bool:
    ends = set(d.ends)
    return len(ends) > 1 or bool(ends and max(s[1] for s in d.spans) > min(ends))


def _two_ends(d: Datagram) -> Finding | None:
    if not _conflicting_ends(d):
        return None
    ends = sorted(set(d.ends))
    said = " and ".join(map(str, ends))
    beyond = max(s[1] for s in d.spans)
    what = f"Datagram {d.ident:#x} from {d.source} ends at {said}"
    what += "." if len(ends) > 1 else f", but data go on to {beyond}."
    return finding("M18", d.source, d.destination, what, d.packets(), filter_=d.filter(), ident=d.ident)


def _atomic(d: Datagram) -> Finding | None:
    if not d.six:
        return None
    packets = [(p.packet, "fragment header, nothing fragmented") for p in d.pieces if not p.more and p.offset == 0]
    if not packets:
        return None
    what = f"{d.source} sends an atomic fragment (identification {d.ident:#x})."
    return finding("M22", d.source, d.destination, what, packets, filter_=d.filter(), ident=d.ident)


def _reordered(d: Datagram) -> Finding | None:
    if d.overlaps and not d.exact_copies:
        return None
    offsets = list(dict.fromkeys(p.offset for p in d.pieces))  # a copy that comes late is no disorder
    if offsets == sorted(offsets):
        return None
    how = "the last came first" if not d.pieces[0].more else "out of order"
    what = (
        f"Fragments of datagram {d.ident:#x} from {d.source} came at offsets {', '.join(map(str, offsets[:8]))}: {how}."
    )
    return finding("M32", d.source, d.destination, what, d.packets(), filter_=d.filter(), ident=d.ident)


def _disagree(d: Datagram) -> Finding | None:
    tos, ttl, protocol = ({getattr(p, name) for p in d.pieces} for name in ("tos", "ttl", "protocol"))
    options = [p.header for p in d.pieces if p.offset == 0]  # some options are in the first fragment only
    header = {p.header for p in d.pieces if p.offset > 0}
    codepoints = {t >> 2 for t in tos}  # ECN may be marked on the way
    said = []
    if len(codepoints) > 1 or ({t & 3 for t in tos} >= {0, 3}):
        said.append(f"type of service {', '.join(f'{t:#04x}' for t in sorted(tos))}")
    if max(ttl) - min(ttl) > 1:
        said.append(f"TTL {', '.join(map(str, sorted(ttl)))}")
    if len(header) > 1 or (header and options and max(header) > min(options)):
        said.append(f"header length {', '.join(map(str, sorted(header | set(options))))}")
    if len(protocol) > 1:
        said.append(f"next header {', '.join(map(str, sorted(protocol)))}")
    if not said or len(d.pieces) < 2:
        return None
    what = f"Fragments of datagram {d.ident:#x} from {d.source} disagree: {'; '.join(said)}."
    proof = [(p.packet, f"TOS {p.tos:#04x}, TTL {p.ttl}, header {p.header}, protocol {p.protocol}") for p in d.pieces]
    return finding("M34", d.source, d.destination, what, proof, filter_=d.filter(), ident=d.ident)


def _too_many(d: Datagram) -> Finding | None:
    small = [p for p in d.pieces if p.more and p.size < SMALL_FRAGMENT[d.six]]
    if len(d.pieces) < MANY_FRAGMENTS and not (
        len(small) >= SEVERAL and max(p.size for p in d.pieces) < SMALL_FRAGMENT[d.six]
    ):
        return None
    largest = max(p.size for p in d.pieces)
    what = f"Datagram {d.ident:#x} from {d.source} comes in {len(d.pieces)} fragments of at most {largest} octets."
    return finding(
        "M35", d.source, d.destination, what, d.packets(), filter_=d.filter(), ident=d.ident, fragments=len(d.pieces)
    )


RULES: tuple[Rule, ...] = (
    _with_df, _overlap, _odd_length, _too_long, _tiny, _two_ends, _atomic, _reordered, _disagree, _too_many,
)  # fmt: skip


def _given_up(evidence: Evidence, datagrams: list[Datagram], found: list[Finding]) -> None:
    """What became of datagrams whose fragments contradict each other, if their receiver says so."""
    if not evidence.expired:
        return
    odd = {(d.source, d.destination, d.ident): d for d in datagrams if _contradicts(d)}
    for one in found:
        d = odd.get((one.source, one.destination, one.values.get("ident")))  # type: ignore[arg-type]
        if d is not None and one.code in ("M11", "M12", "M18"):
            one.evidence += [Proof(*noticed) for noticed in _noticed(evidence, d)]


def _incomplete(evidence: Evidence, datagrams: list[Datagram], found: list[Finding]) -> list[Finding]:
    """M17, one finding a path: what is missing of each datagram, and who noticed."""
    by_path: dict[tuple[str, str], list[Datagram]] = defaultdict(list)
    for d in datagrams:
        if d.status is not Status.COMPLETE and d.holes() and not any(p.cut or _impossible(p) for p in d.pieces):
            by_path[d.source, d.destination].append(d)
    out = []
    for (source, destination), lacking in by_path.items():
        out += [_lacking(evidence, source, destination, group) for group in _by_cause(lacking)]
    _given_up(evidence, datagrams, found)
    return out + _lost_beyond(evidence, datagrams)


def _lost_beyond(evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """M17 of what is whole here, one finding a path: a message of the receiver says that it never was whole there.

    It says so only of datagrams whose first fragment it has (RFC 1122 section 3.3.2, RFC 8200 section 4.5).
    """
    if not evidence.expired:
        return []
    told = {(e.source, e.destination, e.ident): e.packet for e in evidence.expired}
    by_path: dict[tuple[str, str], list[tuple[Datagram, int]]] = defaultdict(list)
    for d in datagrams:
        message = told.get((d.source, d.destination, d.ident), 0)
        if d.status is Status.COMPLETE and message > d.pieces[0].packet and not _contradicts(d):
            by_path[d.source, d.destination].append((d, message))
    out = []
    for (source, destination), lost in by_path.items():
        some = ", ".join(f"{d.ident:#x}" for d, _ in lost[:4]) + (" …" if len(lost) > 4 else "")
        many = f"{len(lost)} datagrams ({some})" if len(lost) > 1 else f"Datagram {some}"
        what = f"{many} from {source} to {destination}: all fragments are here, but the receiver waited in vain for some."
        said = "the receiver gave up on {:#x} (reassembly time exceeded)"
        proof = [p for d, message in lost for p in (*d.packets()[:2], (message, said.format(d.ident)))]
        cause = "Fragments were lost or filtered between here and the receiver, who has the first ones."
        out.append(finding(
            "M17", source, destination, what, proof, cause=cause, filter_=lost[0][0].filter() if len(lost) == 1 else "",
            datagrams=len(lost), missing="beyond", ident=lost[0][0].ident,
        ))  # fmt: skip
    return out


def _impossible(piece: Piece) -> bool:
    """A fragment that M13 or M14 speaks of: its datagram cannot become complete."""
    return bool(piece.more and piece.payload % 8) or piece.offset + piece.payload > LONGEST


def _by_cause(lacking: list[Datagram]) -> list[list[Datagram]]:
    """Datagrams that lack the same kind of piece together; odd ones alone."""
    groups: dict[str, list[Datagram]] = defaultdict(list)
    for d in lacking:
        groups[missing(d)].append(d)
    return list(groups.values())


def missing(d: Datagram) -> str:
    """Which part is missing: first, middle or tail."""
    holes = d.holes()
    if holes[0][0] == 0:
        return "first"
    return "tail" if holes[-1][1] is None else "middle"


def _lacking(evidence: Evidence, source: str, destination: str, lacking: list[Datagram]) -> Finding:
    proof = [packet for d in lacking for packet in d.packets()[:3]]
    for d in lacking:
        proof += _noticed(evidence, d)
    some = "; ".join(f"{d.ident:#x} lacks {_ranges(d)}" for d in lacking[:4])
    more = f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""
    many = f"{len(lacking)} datagrams" if len(lacking) > 1 else "1 datagram"
    what = f"{many} from {source} to {destination} never became complete: {some}{more}."
    span = max(d.pieces[0].time for d in lacking)
    ended = seconds(evidence.last_time - span)
    what += f"  The capture ends {ended} after the last of them began."
    severity, cause = "", ""
    if all(_at_edge(evidence, d) for d in lacking):
        severity, cause = "note", "The capture begins or ends among their fragments, or they were lost."
    elif evidence.flows["unseen"].any():
        severity, cause = (
            "note",
            "The capture itself lost packets, these fragments among them maybe, or they were lost.",
        )
    filter_ = lacking[0].filter() if len(lacking) == 1 else ""
    values: dict[str, Any] = {"datagrams": len(lacking), "missing": missing(lacking[0]), "ident": lacking[0].ident}
    return finding(
        "M17", source, destination, what, proof, severity=severity, cause=cause, filter_=filter_, **values
    )  # fmt: skip


def _noticed(evidence: Evidence, d: Datagram) -> list[tuple[int, str]]:
    """Messages of the receiver that it gave a datagram up (RFC 792; RFC 4443 section 3.3)."""
    asked = d.source, d.destination, d.ident
    told = [e.packet for e in evidence.expired if (e.source, e.destination, e.ident) == asked]
    return [(n, "the receiver says it gave up (reassembly time exceeded)") for n in told if n > d.pieces[0].packet]


def _contradicts(d: Datagram) -> bool:
    """Whether fragments overlap otherwise than as copies: receivers may drop them, or the datagram, for that."""
    return d.overlaps and not d.exact_copies


def _at_edge(evidence: Evidence, d: Datagram) -> bool:
    """Whether what is missing may have come before the capture began, or after it ended."""
    before = missing(d) == "first" and d.pieces[0].time - evidence.first_time < EDGE
    return before or evidence.last_time - d.pieces[-1].time < EDGE


def _ranges(d: Datagram) -> str:
    return ", ".join(
        f"octets {a} to {b - 1}" if b is not None else f"everything from octet {a} on" for a, b in d.holes()[:3]
    )


def _used_again(state: FragmentPass, datagrams: list[Datagram]) -> list[Finding]:
    """M19: the same identification for other data within the time a receiver waits."""
    out, before = [], dict[tuple[str, str, int, int], Datagram]()
    for d in datagrams:
        key = d.source, d.destination, d.pieces[0].protocol, d.ident
        earlier, before[key] = before.get(key), d
        if earlier is None or d.pieces[0].time - earlier.pieces[-1].time > state.datagrams.bounds.timeout:
            continue
        if _same_bytes(state, earlier, d):
            continue
        gap = seconds(d.pieces[0].time - earlier.pieces[-1].time)
        what = f"{d.source} used identification {d.ident:#x} again after {gap}, for other data."
        proof = [(earlier.pieces[0].packet, "first use"), (d.pieces[0].packet, "used again")]
        out.append(finding("M19", d.source, d.destination, what, proof, filter_=d.filter(), ident=d.ident))
    return out


def _same_bytes(state: FragmentPass, a: Datagram, b: Datagram) -> bool:
    """Whether one is a copy of a part of the other (a packet captured or sent twice)."""
    if NO_DATAGRAM in (a.number, b.number):
        return True
    known = {offset: bytes(octets) for offset, octets in state.pieces(a.number)}
    return all(known.get(offset) == bytes(octets) for offset, octets in state.pieces(b.number))


def _filtered(datagrams: list[Datagram]) -> list[Finding]:
    """M31: several datagrams lack the same part and none of the path is complete."""
    by_path: dict[tuple[str, str], list[Datagram]] = defaultdict(list)
    for d in datagrams:
        if (len(d.pieces) > 1 or d.pieces[0].more or d.pieces[0].offset) and not any(map(_impossible, d.pieces)):
            by_path[d.source, d.destination].append(d)
    out = []
    for (source, destination), all_ in by_path.items():
        kinds = {missing(d) for d in all_ if d.status is not Status.COMPLETE and d.holes()}
        if len(all_) < SEVERAL or any(d.status is Status.COMPLETE or not d.holes() for d in all_) or len(kinds) != 1:
            continue
        if any(len(set(d.spans)) > 1 and kinds != {"first"} for d in all_) or any(
            p.cut for d in all_ for p in d.pieces
        ):
            continue
        kind = kinds.pop()
        only_ = "Only the first fragment" if kind == "tail" else "Everything but the first fragment"
        what = f"{only_} of {len(all_)} datagrams from {source} to {destination} arrives, and none is complete."
        proof = [
            (
                d.pieces[0].packet,
                f"datagram {d.ident:#x}: {'nothing follows' if kind == 'tail' else 'no first fragment'}",
            )
            for d in all_
        ]
        out.append(finding("M31", source, destination, what, proof, datagrams=len(all_), missing=kind))
    return out


def _predictable(datagrams: list[Datagram]) -> list[Finding]:
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


def _always_zero(evidence: Evidence) -> list[Finding]:
    """M21."""
    out = []
    ledger = evidence.ledger
    may, zeros = ledger["packets"] - ledger["df"], ledger["zero"]
    which = np.flatnonzero((zeros >= 10) & (zeros >= may) & (ledger["largest"] >= SMALL_FRAGMENT[False]))
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


def grouped(found: list[Finding]) -> list[Finding]:
    """What many datagrams of a path share is said once (notes: at the second, others at the fourth)."""
    out: list[Finding] = []
    first: dict[tuple[str, str, str, str], Finding] = {}
    told = Counter((f.code, f.severity, f.source, f.destination) for f in found)
    for one in found:
        key = one.code, one.severity, one.source, one.destination
        if key in first and (one.severity == "note" or told[key] > SEVERAL):
            first[key].values["datagrams"] = first[key].values.get("datagrams", 1) + 1
            if len(first[key].evidence) < MOST_PROOF:
                first[key].evidence += one.evidence[:1]
            continue
        first.setdefault(key, one)
        out.append(one)
    for one in out:
        if one.code not in ("M17", "M31") and one.values.get("datagrams", 1) > 1:
            one.what += f"  The same holds for {one.values['datagrams'] - 1} more datagrams."
            packets = [e.packet for e in one.evidence]
            one.filter = only(packets) if len(packets) <= SHOWN_PACKETS else pieces(one.source, one.destination)
    return out
