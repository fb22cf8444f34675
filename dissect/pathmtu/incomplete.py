"""Datagrams of which a part is missing: M17, who noticed, and M31 where it is always the same part."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dissect.passes.datagrams import Status
from dissect.pathmtu.datagrams import LONGEST, Datagram
from dissect.pathmtu.evidence import Evidence, Piece
from dissect.pathmtu.finding import finding, seconds
from dissect.pathmtu.model import Evidence as Proof
from dissect.pathmtu.model import Finding

SEVERAL = 3  # datagrams, before a pattern is one
EDGE = 50_000_000  # ns: fragments of a datagram follow each other faster


def _given_up(evidence: Evidence, datagrams: list[Datagram], found: list[Finding]) -> None:
    """What became of datagrams whose fragments contradict each other, if their receiver says so."""
    if not evidence.expired:
        return
    odd = {(d.source, d.destination, d.ident): d for d in datagrams if _contradicts(d)}
    for one in found:
        d = odd.get((one.source, one.destination, one.values.get("ident")))  # type: ignore[arg-type]
        if d is not None and one.code in ("M11", "M12", "M18"):
            one.evidence += [Proof(*noticed) for noticed in _noticed(evidence, d)]


def incomplete(evidence: Evidence, datagrams: list[Datagram], found: list[Finding]) -> list[Finding]:
    """M17, one finding a path: what is missing of each datagram, and who noticed."""
    by_path: dict[tuple[str, str], list[Datagram]] = defaultdict(list)
    for d in datagrams:
        if d.status is not Status.COMPLETE and d.holes() and not any(p.cut or impossible(p) for p in d.pieces):
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


def impossible(piece: Piece) -> bool:
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


def filtered(datagrams: list[Datagram]) -> list[Finding]:
    """M31: several datagrams lack the same part and none of the path is complete."""
    by_path: dict[tuple[str, str], list[Datagram]] = defaultdict(list)
    for d in datagrams:
        if (len(d.pieces) > 1 or d.pieces[0].more or d.pieces[0].offset) and not any(map(impossible, d.pieces)):
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
