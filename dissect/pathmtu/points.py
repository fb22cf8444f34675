"""Two captures of the same traffic at two points: which packets are the same, and what happened to the others between.

Packets are matched by what routers leave alone: addresses, ports, TCP's numbers, the identification and the first words
of other payloads; the n-th of several equal ones is the n-th.  Where a translator changed addresses, TCP connections
are found again by the initial sequence numbers of their SYNs, UDP by identification and content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import mixed
from dissect.library import Capture
from dissect.pathmtu.facts import Columns, Facts, chunks
from dissect.pathmtu.finding import finding, only
from dissect.pathmtu.model import Finding
from dissect.pathmtu.paths import Paths

Integers = NDArray[np.int64]
SYN = 0x02
SHOWN = 30  # packets listed of each kind; the others are counted
TRANSPORTS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}
KEPT = ("path", "sport", "dport", "number", "time", "size", "df", "ttl", "ident", "pieces")


@dataclass(slots=True)
class Pair:
    """A packet at the sender's side and the same one at the receiver's, by their numbers there."""

    sent: int
    arrived: int


@dataclass(slots=True)
class Rewritten:
    """An MSS option that was changed on the way."""

    sent: int
    arrived: int
    packets: Pair


@dataclass(slots=True)
class Between:
    """What happened to the packets of one path between two captures.  Sizes are IP lengths in octets.

    `upstream` and `downstream` are the captures' places in the call: 0 or 1.  Lists of packets are cut short.
    """

    source: str
    destination: str
    upstream: int
    downstream: int
    hops: int  # routers that lowered the TTL between the two
    sent: int = 0
    arrived: int = 0
    lost: int = 0
    lost_packets: list[int] = field(default_factory=list)
    largest_arrived: int = 0
    smallest_lost: int = 0
    larger_lost: int = 0  # of the packets larger than any that arrived
    by_size: bool = False  # everything up to `largest_arrived` arrived, everything from `smallest_lost` on was lost
    fragmented: int = 0
    fragmented_packets: list[Pair] = field(default_factory=list)
    incomplete: int = 0  # of the lost: datagrams of which some fragments arrived
    df_cleared: int = 0
    df_cleared_packets: list[Pair] = field(default_factory=list)
    mss: list[Rewritten] = field(default_factory=list)
    resized: int = 0  # segments that arrived cut up or put together: segmentation offload at one of the points
    translated: str = ""  # the addresses downstream, where a translator changed them


class Trace:
    """The packets of one capture, as columns; memory grows with them (about 90 bytes each)."""

    def __init__(self, cap: Capture, paths: Paths, **reading: Any) -> None:
        self.last_time = 0
        self.fragments: dict[tuple[int, int], int] = {}  # path and identification of what came in pieces: the largest
        parts: dict[str, list[NDArray[Any]]] = {}
        for chunk, facts in chunks(cap, paths, **reading):
            self.last_time = max(self.last_time, int(chunk.time[-1]))
            pieces = _pieces(facts, self.fragments)
            for layer, protocol in TRANSPORTS.items():
                table = facts.table(layer)
                if table is not None:
                    for name, values in _columns(table, protocol, pieces).items():
                        parts.setdefault(name, []).append(values)
        empty = np.empty(0, np.int64)
        self.columns = {name: np.concatenate(values) for name, values in parts.items()}
        self.columns = self.columns or dict.fromkeys(
            (*KEPT, "protocol", "content", "payload", "seq", "mss", "syn"), empty
        )
        order = np.argsort(self.columns["number"], kind="stable")
        self.columns = {name: values[order] for name, values in self.columns.items()}

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["columns"][name]

    def __len__(self) -> int:
        return len(self.columns["number"])

    def flow(self) -> NDArray[np.uint64]:
        """A number for each packet's path and ports."""
        return mixed(self.path, self.sport << 16 | self.dport)


def _pieces(facts: Facts, largest: dict[tuple[int, int], int]) -> dict[int, tuple[int, int]]:
    """Packet number -> path and identification, of fragments; `largest` learns how large those of each are."""
    found: dict[int, tuple[int, int]] = {}
    for layer, more in (("ip", "mf"), ("ipv6.fraghdr", "more")):
        table = facts.table(layer)
        if table is not None:
            rows = np.flatnonzero(table[more].astype(bool) | (table["offset"] > 0))
            keys = list(zip(table["path"][rows].tolist(), table["ident"][rows].tolist(), strict=True))
            found.update(zip(table["number"][rows].tolist(), keys, strict=True))
            for key, size in zip(keys, table["size"][rows].tolist(), strict=True):
                largest[key] = max(largest.get(key, 0), size)
    return found


def _columns(table: Columns, protocol: int, pieces: dict[int, tuple[int, int]]) -> Columns:
    count = len(table["number"])
    out = {name: table.get(name, np.zeros(count, np.int64)) for name in KEPT}
    zero = np.zeros(count, np.int64)
    made = np.flatnonzero(out["pieces"])
    idents = out["ident"].astype(np.int64)
    idents[made] = [pieces.get(number, (0, 0))[1] for number in out["number"][made].tolist()]
    out["ident"] = idents
    if protocol == 6:
        words = [table["seq"], table["ack"], table["flags"] & 0xFF, table["payload"]]
    elif protocol == 17:
        words = [table["ident"], table["payload"], table["head"], table["second"]]
    else:
        words = [table["ident"], table["type"] << 8 | table["code"]]
    tcp = protocol == 6
    return out | {
        "protocol": zero + protocol, "content": mixed(*words), "payload": table["payload"] if tcp else zero,
        "seq": table["seq"] if tcp else zero - 1, "mss": table["mss"] if tcp else zero - 1,
        "syn": (table["flags"] & SYN > 0) if tcp else zero > 0,
    }  # fmt: skip


def compare(first: Capture, second: Capture, **reading: Any) -> list[Between]:
    """What happened between two captures of the same traffic, path by path; nothing of paths that only one has."""
    paths = Paths()
    traces = [Trace(cap, paths, **reading) for cap in (first, second)]
    translated = _translate(traces[0], traces[1], paths)
    a, b = _match(_packet_keys(traces[0]), _packet_keys(traces[1]))
    out = []
    for path in np.unique(traces[0].path[a]).tolist():
        here = traces[0].path[a] == path
        found = _Path(paths, path, traces, a[here], b[here])
        if len(found.sent):
            out.append(found.between(translated.get(path, "")))
            out += found.back_in_pieces()
    return sorted(out, key=lambda one: (-one.lost, -one.sent, one.source, one.destination))


def _packet_keys(trace: Trace) -> NDArray[np.uint64]:
    return mixed(trace.flow(), trace.protocol, trace.content)


def _match(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """Places of equal keys in both; the n-th of equal keys goes with the n-th."""
    _, left, right = np.intersect1d(mixed(a, _rank(a)), mixed(b, _rank(b)), assume_unique=True, return_indices=True)
    return left, right


def _rank(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """How many equal keys come before each."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(keys)]
    place = np.arange(len(keys))
    out = np.empty(len(keys), np.int64)
    out[order] = place - np.maximum.accumulate(np.where(new, place, 0)) if len(keys) else place
    return out.astype(np.uint64)


def _translate(here: Trace, there: Trace, paths: Paths) -> dict[int, str]:
    """Give translated flows of `there` the addresses and ports they have `here`; path -> what they were.

    TCP connections are found by the sequence numbers of their SYNs, UDP flows by what a datagram holds and its
    identification; one end is the same at both points.  Other packets follow the paths found so.
    """
    said: dict[int, str] = {}
    for chosen, key in ((_opens, _opening), (_datagrams, _contents)):
        known, seen = here.flow(), there.flow()
        asks = np.flatnonzero(chosen(here) & ~np.isin(known, seen))
        answers = np.flatnonzero(chosen(there) & ~np.isin(seen, known))
        by_content: dict[tuple[int, ...], int] = {}
        for at in answers.tolist():
            by_content.setdefault(key(there, at), at)
        done = set[int]()
        for ask in asks.tolist():
            answer = by_content.get(key(here, ask))
            if answer is None or int(known[ask]) in done or not _one_end_kept(here, there, ask, answer, paths):
                continue
            done.add(int(known[ask]))
            path, other = int(here.path[ask]), int(there.path[answer])
            for mine, theirs in ((path, other), (paths.back(path), paths.back(other))):
                said.setdefault(mine, " → ".join(paths.addresses(theirs)))
            _rename(there, here, answer, ask, paths)
            if path != other:
                _rename_messages(there, path, other, paths)
    return said


def _opens(trace: Trace) -> Any:
    return trace.syn.astype(bool)


def _opening(trace: Trace, at: int) -> tuple[int, ...]:
    return int(trace.seq[at]), int(trace.payload[at])


def _datagrams(trace: Trace) -> Any:
    """UDP that can be told from other datagrams: a translator leaves the identification alone."""
    return (trace.protocol == TRANSPORTS["udp"]) & (trace.ident != 0)


def _contents(trace: Trace, at: int) -> tuple[int, ...]:
    return int(trace.content[at]), int(trace.size[at])


def _one_end_kept(here: Trace, there: Trace, ask: int, answer: int, paths: Paths) -> bool:
    ours, theirs = paths.addresses(int(here.path[ask])), paths.addresses(int(there.path[answer]))
    source = ours[0] == theirs[0] and here.sport[ask] == there.sport[answer]
    target = ours[1] == theirs[1] and here.dport[ask] == there.dport[answer]
    ports = here.sport[ask] == there.sport[answer] or here.dport[ask] == there.dport[answer]
    return bool(source or target or (ports and here.protocol[ask] == TRANSPORTS["tcp"]))


def _rename_messages(there: Trace, path: int, other: int, paths: Paths) -> None:
    """ICMP between translated addresses, where these are between the same two hosts only."""
    for old, new in ((other, path), (paths.back(other), paths.back(path))):
        rows = (there.path == np.uint64(old)) & np.isin(there.protocol, (TRANSPORTS["icmp"], TRANSPORTS["icmpv6"]))
        there.path[rows] = np.uint64(new)


def _rename(there: Trace, here: Trace, answer: int, ask: int, paths: Paths) -> None:
    path, ports = int(there.path[answer]), (int(there.sport[answer]), int(there.dport[answer]))
    wanted, names = int(here.path[ask]), (int(here.sport[ask]), int(here.dport[ask]))
    back, wanted_back = paths.back(path), paths.back(wanted)
    for old, new, old_ports, new_ports in (
        (path, wanted, ports, names), (back, wanted_back, ports[::-1], names[::-1]),
    ):  # fmt: skip
        rows = (there.path == np.uint64(old)) & (there.sport == old_ports[0]) & (there.dport == old_ports[1])
        there.path[rows] = np.uint64(new)
        there.sport[rows], there.dport[rows] = new_ports


class _Path:
    """The packets of one path at both points; `a` and `b` are the matched ones' places in the two traces."""

    def __init__(self, paths: Paths, path: int, traces: list[Trace], a: Integers, b: Integers) -> None:
        self.paths, self.path = paths, path
        fell = int(np.median(traces[0].ttl[a] - traces[1].ttl[b]))
        whole = [np.flatnonzero(trace.path == np.uint64(path)) for trace in traces]
        first = fell > 0 or (fell == 0 and len(whole[0]) >= len(whole[1]))
        self.hops = abs(fell)
        self.up, self.down = (0, 1) if first else (1, 0)
        self.before, self.after = traces[self.up], traces[self.down]
        self.sent, self.got = (a, b) if first else (b, a)
        order = np.argsort(self.sent)
        self.sent, self.got = self.sent[order], self.got[order]
        self.all_sent, self.all_got = whole[self.up], whole[self.down]

    def between(self, translated: str) -> Between:
        source, destination = self.paths.addresses(self.path)
        out = Between(source, destination, self.up, self.down, self.hops, translated=translated)
        missing = np.setdiff1d(self.all_sent, self.sent)
        resized = self._resized(missing)
        missing = self._in_time(np.setdiff1d(missing, resized))
        out.sent, out.arrived = len(self.sent) + len(resized) + len(missing), len(self.sent) + len(resized)
        out.resized, out.lost = len(resized), len(missing)
        out.lost_packets = self.before.number[missing][:SHOWN].tolist()
        idents = self.before.ident[missing[self.before.pieces[missing].astype(bool)]].tolist()
        arrived = [self.after.fragments.get((self.path, ident), 0) for ident in idents]
        out.incomplete = sum(size > 0 for size in arrived)
        self._sizes(out, missing, max(arrived, default=0))
        self._changes(out)
        return out

    def back_in_pieces(self) -> list[Between]:
        """The way back, where nothing whole arrives at the other point, but fragments do."""
        path = self.paths.back(self.path)
        trace, after = self.after, self.before
        rows = np.flatnonzero(trace.path == np.uint64(path))
        if not len(rows) or np.any(after.path == np.uint64(path)):
            return []
        idents = trace.ident[rows[trace.pieces[rows].astype(bool)]].tolist()
        sizes = [after.fragments.get((path, ident), 0) for ident in idents]
        if not any(sizes):
            return []
        lost, largest = trace.size[rows], max(sizes)
        return [Between(
            *self.paths.addresses(path), self.down, self.up, self.hops, sent=len(rows), lost=len(rows),
            lost_packets=trace.number[rows][:SHOWN].tolist(), largest_arrived=largest, smallest_lost=int(lost.min()),
            larger_lost=int(np.count_nonzero(lost > largest)), incomplete=sum(size > 0 for size in sizes),
        )]  # fmt: skip

    def _resized(self, missing: Integers) -> Integers:
        """Segments that arrived with another length: the same sequence number begins one there."""
        unseen = np.setdiff1d(self.all_got, self.got)
        missing = missing[self.before.payload[missing] > 0]
        unseen = unseen[self.after.payload[unseen] > 0]
        keys = [
            mixed(trace.flow()[rows], trace.seq[rows]) for trace, rows in ((self.before, missing), (self.after, unseen))
        ]
        return missing[_match(keys[0], keys[1])[0]]

    def _in_time(self, missing: Integers) -> Integers:
        """Those that the other capture could have seen.

        What comes after its end counts only if all of it is larger than all that arrived: then the other capture may
        have had nothing more to see.
        """
        ahead = self.after.time[self.got] - self.before.time[self.sent]  # of the clocks, and on the way
        end = self.after.last_time - int(np.median(ahead))
        begin = self.before.number[self.sent[0]] if self._began_later() else 0
        missing = missing[self.before.number[missing] >= begin]
        late = self.before.time[missing] > end
        if late.any() and int(self.before.size[missing[late]].min()) <= int(self.before.size[self.sent].max()):
            missing = missing[~late]
        return missing

    def _began_later(self) -> bool:
        """Whether the other capture missed the beginning: its first packet of all is one of this path's matched."""
        return int(self.after.number[self.got].min()) == int(self.after.number[0])

    def _sizes(self, out: Between, missing: Integers, piece: int) -> None:
        """`piece`: the largest fragment that arrived of datagrams that were lost."""
        out.largest_arrived = max(int(self.before.size[self.sent].max()), piece)
        if not len(missing):
            return
        lost = self.before.size[missing]
        out.smallest_lost = int(lost.min())
        out.larger_lost = int(np.count_nonzero(lost > out.largest_arrived))
        out.by_size = out.smallest_lost > out.largest_arrived and len(missing) > 1

    def _changes(self, out: Between) -> None:
        before, after = self.before, self.after
        cut = after.pieces[self.got].astype(bool) & (before.pieces[self.sent] == 0)
        out.fragmented, out.fragmented_packets = self._pairs(cut)
        cleared = before.df[self.sent].astype(bool) & (after.df[self.got] == 0)
        out.df_cleared, out.df_cleared_packets = self._pairs(cleared)
        for sent, got in zip(self.sent.tolist(), self.got.tolist(), strict=True):
            if (
                before.syn[sent]
                and before.mss[sent] > 0
                and before.mss[sent] != after.mss[got]
                and len(out.mss) < SHOWN
            ):
                pair = Pair(int(before.number[sent]), int(after.number[got]))
                out.mss.append(Rewritten(int(before.mss[sent]), max(int(after.mss[got]), 0), pair))

    def _pairs(self, which: NDArray[np.bool_]) -> tuple[int, list[Pair]]:
        numbers = zip(self.before.number[self.sent[which]], self.after.number[self.got[which]], strict=True)
        pairs = [Pair(int(sent), int(got)) for sent, got in numbers]
        return len(pairs), pairs[:SHOWN]


def findings(between: Iterable[Between]) -> list[Finding]:
    """What two points prove that one can only suspect: M25, and M24 where the option was taken away (packets upstream)."""
    out = []
    for one in between:
        for code, changed in (
            ("M25", [m for m in one.mss if m.arrived]),
            ("M24", [m for m in one.mss if not m.arrived]),
        ):
            if not changed:
                continue
            first = changed[0]
            to = f"to {first.arrived}" if first.arrived else "to nothing: the option was taken out"
            what = f"The MSS of {len(changed)} SYN from {one.source} to {one.destination} was rewritten from {first.sent} {to}."
            proof = [
                (m.packets.sent, f"MSS {m.sent} here, {m.arrived or 'none'} in packet {m.packets.arrived} of the other")
                for m in changed
            ]
            values: dict[str, Any] = {"mss_before": first.sent, "mss_after": first.arrived}
            filter_ = only([m.packets.sent for m in changed])
            out.append(finding(code, one.source, one.destination, what, proof, filter_=filter_, **values))
    return out


def sentences(one: Between, names: tuple[str, str]) -> Iterator[str]:
    """What happened, in words."""
    up, down = names[one.upstream], names[one.downstream]
    yield f"{one.sent:,} packets at {up}, {one.arrived:,} of them at {down}, {one.hops} hop(s) on"
    if one.translated:
        yield f"addresses translated: at {names[1]} the path is {one.translated}"
    if one.by_size:
        yield (
            f"loss begins with size: everything up to {one.largest_arrived} octets arrived, all {one.lost} packets from "
            f"{one.smallest_lost} octets on were lost (first: packet {one.lost_packets[0]} of {up})"
        )
    elif one.lost:
        share = f"{one.larger_lost} of them larger than any that arrived ({one.largest_arrived} octets)"
        yield f"lost: {one.lost} packets, {share}; first: packet {one.lost_packets[0]} of {up}, {one.smallest_lost} octets the smallest"
    if one.incomplete:
        yield f"of the lost, {one.incomplete} are datagrams of which some fragments arrived and others did not"
    if one.fragmented:
        pair = one.fragmented_packets[0]
        yield f"fragmented on the way: {one.fragmented} (first: packet {pair.sent}, whole again with packet {pair.arrived} of {down})"
    if one.df_cleared:
        pair = one.df_cleared_packets[0]
        yield f"DF cleared on the way: {one.df_cleared} packets (first: packet {pair.sent}, packet {pair.arrived} of {down})"
    for mss in one.mss[:3]:
        yield (
            f"MSS rewritten from {mss.sent} to {mss.arrived or 'nothing'} "
            f"(packet {mss.packets.sent}, packet {mss.packets.arrived} of {down})"
        )
    if one.resized:
        yield f"{one.resized} segments arrived in other pieces: segmentation offload at one of the points"
