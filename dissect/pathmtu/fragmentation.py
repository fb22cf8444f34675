"""Findings about fragmented datagrams: what is odd about one (M10 to M16, M18, M22, M32, M34, M35), and what is said of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dissect.library import Capture
from dissect.pathmtu.datagrams import LONGEST, SMALL_FRAGMENT, Datagram
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import SHOWN_PACKETS, counted, finding, only, pieces
from dissect.pathmtu.identifications import always_zero, predictable, used_again
from dissect.pathmtu.incomplete import SEVERAL, filtered, incomplete
from dissect.pathmtu.model import Finding

TRANSPORT_HEADER = {6: 20, 17: 8, 1: 8, 58: 8, 132: 12, 33: 12}  # least bytes of a header, by protocol
EXTENSIONS = {0, 43, 60, 135, 139, 140}  # IPv6 extension headers of (length + 1) * 8 bytes
AUTHENTICATION = 51
MANY_FRAGMENTS = 64
MOST_PROOF = 1000  # packets named for what many datagrams share
CUT_TWICE = "The same datagram was cut in two ways (by routers of two paths, say), or somebody tests receivers."
Rule = Callable[[Datagram], Finding | None]


def findings(cap: Capture, evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """Everything wrong with fragments."""
    out = [found for d in datagrams for rule in RULES if (found := rule(d)) is not None]
    out += _chains(cap, datagrams)
    out += incomplete(evidence, datagrams, out)
    out += used_again(cap.fragments, datagrams)
    out += filtered(datagrams)
    out += predictable(datagrams)
    out += always_zero(evidence)
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
