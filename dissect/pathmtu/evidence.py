"""The first reading of a capture: everything path MTU analysis needs, folded chunk by chunk into bounded state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, mixed
from dissect.library import Capture
from dissect.passes.keys import Keys
from dissect.pathmtu import messages
from dissect.pathmtu.facts import NEIGHBOURS, Columns, Facts, chunks
from dissect.pathmtu.flows import ETHERNET_MSS, Flows
from dissect.pathmtu.links import Announcement, announced
from dissect.pathmtu.messages import Expired
from dissect.pathmtu.model import Path, TooBig, Witness
from dissect.pathmtu.names import Questions
from dissect.pathmtu.paths import AT_ONCE, Ledger, Paths, blocks, stretches

SECOND = 1_000_000_000
ANSWER_TIME = 5 * SECOND  # a datagram back within this time answers the one before it
MOST_FRAGMENTS = 200_000  # looked at one by one; the others are counted
MOST_MESSAGES = 20_000  # ICMP errors looked at
MOST_ECHOES = 100_000
PROBE, PROBE_TRIES, MOST_PROBES = 1000, 3, 20_000  # octets of a datagram that may be a probe; of a size; looked at
LEAST_PROBE, MOST_OF_A_SIZE = 1200, 10  # octets; packets kept
MOST_ANNOUNCEMENTS = 2000
SHOWN_OFFLOADED = 5  # packets whose length is left to the card
MOST_INITIALS, MOST_QUIC_PATHS = 20_000, 20_000  # odd ones; paths of QUIC whose packets are looked at
OSPF = 89
DHCP_SERVER, DHCP_CLIENT = 67, 68
MOST_COPIES = 1000  # listed
SEVERAL_COPIES = 3
INITIAL_TTLS = (32, 64, 128, 255)  # what hosts send with
RAW_IP = (12, 14, 101, 228, 229)  # link types
ECHO, ECHO_REPLY, ECHO_6, ECHO_REPLY_6 = 8, 0, 128, 129


@dataclass(slots=True)
class Piece:
    """A fragment as its header has it; `payload` bytes at `offset` of its datagram."""

    packet: int
    time: int
    path: int
    six: bool
    ident: int
    offset: int
    payload: int
    more: bool
    df: bool
    size: int  # IP length
    ttl: int
    tos: int
    protocol: int
    header: int
    place: int
    cut: bool
    copy: bool


@dataclass(slots=True)
class Echo:
    """An echo request that was not answered yet."""

    packet: int
    time: int
    path: int
    size: int
    df: bool
    pieces: bool = False


@dataclass(slots=True)
class Tries:
    """UDP datagrams of one size that must not be fragmented: how many were answered, and how many not."""

    answered: int = 0
    last_answered: int = 0  # packet
    silent: int = 0
    first_silent: int = 0  # packet


@dataclass
class Evidence:
    """What the first reading leaves."""

    paths: Paths = field(default_factory=Paths)
    pieces: list[Piece] = field(default_factory=list)
    left_out: Counter[tuple[str, int]] = field(default_factory=Counter)  # what there is too much of, and the bound
    too_big: list[TooBig] = field(default_factory=list)
    expired: list[Expired] = field(default_factory=list)
    other_icmp: int = 0
    refused: list[tuple[str, str, int, int]] = field(default_factory=list)  # source, destination, size, packet
    probes: dict[tuple[int, int, int], dict[int, Tries]] = field(default_factory=dict)  # by path and ports; size
    probed: int = 0
    echoes: dict[tuple[int, int, int], Echo] = field(default_factory=dict)
    unanswered: list[Echo] = field(default_factory=list)  # and will not be: another one says the same
    asked: int = 0  # echo requests
    announced: list[Announcement] = field(default_factory=list)
    cut: int = 0
    first_cut: int = 0
    offloaded: list[int] = field(default_factory=list)  # the first ones
    copies: list[tuple[int, int]] = field(default_factory=list)  # packet, its copy; the first ones
    copied: int = 0  # how many are copies
    initials: list[tuple[int, int, int, bool]] = field(default_factory=list)  # odd ones: packet, path, payload, df
    quic_flows: Keys = field(default_factory=Keys)  # by path and ports
    quic: dict[int, dict[int, list[int]]] = field(default_factory=dict)  # path: IP length: packets, the first ones
    dns_fragments: set[int] = field(default_factory=set)  # first fragments from port 53
    questions: Questions = field(default_factory=Questions)
    packets: int = 0
    on_tunnel: bool = True  # captured on interfaces that carry nothing but IP packets: a tunnel's own
    first_time: int = 0
    last_time: int = 0

    def __post_init__(self) -> None:
        self.flows = Flows(self.paths)
        self.ledger = Ledger(self.paths)

    @property
    def doubled(self) -> bool:
        """Whether so many packets are copies that the capture holds traffic twice (one without a clock cannot tell)."""
        return self.last_time > self.first_time and self.copied >= SEVERAL_COPIES and 20 * self.copied >= self.packets

    def path(self, key: int) -> Path:
        """What a path has that most have not: something lost, in fragments, too big."""
        return self.ledger.special.setdefault(self.paths.row(key), Path())

    def largest_delivered(self, key: int) -> Witness | None:
        """The largest packet of a path that is known to have got through."""
        return self.ledger.witness(self.paths.row(key))

    def delivered(self, key: int, size: int, packet: int, why: str) -> None:
        """A packet of this size is known to have got through."""
        self.ledger.delivered(np.array([self.paths.row(key)]), np.array([size]), np.array([packet]), why)

    def lost(self, key: int, size: int, packet: int, why: str) -> None:
        """A packet of this size is known not to get through."""
        path = self.path(key)
        if path.lost is None or size < path.lost.size:
            path.lost = Witness(size, packet, why)


def gather(cap: Capture, **reading: Any) -> Evidence:
    """Read the capture once."""
    evidence = Evidence()
    for chunk, facts in chunks(cap, evidence.paths, **reading):
        evidence.packets += len(chunk)
        evidence.on_tunnel = evidence.on_tunnel and bool(np.isin(cap.link_types(chunk), RAW_IP).all())
        evidence.first_time = evidence.first_time or int(chunk.time[0])
        evidence.last_time = max(evidence.last_time, int(chunk.time[-1]))
        evidence.copies += facts.copies[: MOST_COPIES - len(evidence.copies)]
        evidence.copied += len(facts.copies)
        _Fold(cap, chunk, facts, evidence).fold()
    _conclude_flows(evidence)
    _conclude_arrivals(evidence)
    return evidence


class _Fold:
    """One chunk into the evidence."""

    def __init__(self, cap: Capture, chunk: Any, facts: Facts, evidence: Evidence) -> None:
        self.cap, self.chunk, self.facts, self.evidence = cap, chunk, facts, evidence

    def fold(self) -> None:
        for layer in ("ip", "ipv6"):
            table = self.facts.table(layer)
            if table is not None:
                self._packets(table)
                self._routers(table)
        for layer in NEIGHBOURS:
            table = self.facts.table(layer)
            if table is not None:
                self._announced(table["row"].tolist())
        six = self.facts.table("ipv6.fraghdr")
        if six is not None:
            self._fragments_6(six)
        tcp = self.facts.table("tcp")
        if tcp is not None:
            self.evidence.flows.take({name: values[tcp["path"] != 0] for name, values in tcp.items()})
        udp = self.facts.table("udp")
        if udp is not None:
            self._datagrams(udp)
        for layer in ("icmp", "icmpv6"):
            table = self.facts.table(layer)
            if table is not None:
                self._messages(table, layer == "icmpv6")

    def _packets(self, ip: Columns) -> None:
        evidence = self.evidence
        keys, first, inverse, counts = np.unique(ip["path"], return_index=True, return_inverse=True, return_counts=True)
        order = np.lexsort((-ip["row"], ip["size"], inverse))
        biggest = order[np.cumsum(counts) - 1]  # of each path: the first of its largest packets
        largest, which = ip["size"][biggest], ip["number"][biggest]
        whole = np.bincount(inverse, ip["df"]).astype(np.int64)
        zero = np.bincount(inverse, (ip["ident"] == 0) & ~ip["df"] & ~ip["six"]).astype(np.int64)
        ttl = np.zeros(len(keys), np.int64)
        np.maximum.at(ttl, inverse, ip["ttl"])
        ledger, rows = evidence.ledger, evidence.paths.rows(keys)
        ledger.add(rows[ledger["packets"][rows] == 0])
        ledger["packets"][rows] += counts
        ledger["df"][rows] += whole
        larger = largest > ledger["largest"][rows]
        ledger["largest"][rows[larger]], ledger["largest_packet"][rows[larger]] = largest[larger], which[larger]
        ledger["ttl"][rows] = np.maximum(ledger["ttl"][rows], ttl)
        begins = (zero > 0) & (ledger["zero"][rows] == 0)
        ledger["zero_packet"][rows[begins]] = ip["number"][first[begins]]
        ledger["zero"][rows] += zero
        cut = np.flatnonzero(ip["cut"] & ~ip["inside"])
        if len(cut):
            evidence.first_cut = evidence.first_cut or int(ip["number"][cut[0]])
            evidence.cut += len(cut)
        room = SHOWN_OFFLOADED - len(evidence.offloaded)
        evidence.offloaded += ip["number"][np.flatnonzero(ip["offloaded"])[:room]].tolist()
        four = np.flatnonzero((ip["mf"] | (ip["offset"] > 0)) & ~ip["six"])
        for i in four.tolist():
            self._piece(ip, i, False)
        self._names(ip, four)

    def _piece(self, t: Columns, i: int, six: bool) -> None:
        evidence = self.evidence
        if len(evidence.pieces) >= MOST_FRAGMENTS:
            evidence.left_out["fragments", MOST_FRAGMENTS] += 1
            return
        header = 40 if six else int(t["header"][i])
        payload = int(t["payload"][i]) if six else int(t["size"][i]) - header
        evidence.pieces.append(Piece(
            int(t["number"][i]), int(t["time"][i]), int(t["path"][i]), six, int(t["ident"][i]), int(t["offset"][i]),
            payload, bool(t["more" if six else "mf"][i]), not six and bool(t["df"][i]), int(t["size"][i]),
            int(t["ttl"][i]), int(t["tos"][i]), int(t["next" if six else "protocol"][i]), header, int(t["place"][i]),
            bool(t["cut"][i]), bool(t["copy"][i]),
        ))  # fmt: skip

    def _fragments_6(self, t: Columns) -> None:
        for i in range(len(t["row"])):
            if t["path"][i]:
                self._piece(t, i, True)
        self._names(t, np.arange(len(t["row"])))

    def _names(self, t: Columns, rows: NDArray[np.int64]) -> None:
        """First fragments of answers from a name server's port."""
        kind = "next" if "next" in t else "protocol"
        for i in rows[(t["offset"][rows] == 0) & (t[kind][rows] == 17) & (t["place"][rows] >= 0)].tolist():
            if len(self.evidence.dns_fragments) >= MOST_FRAGMENTS:
                return  # these are not among those that are looked at either
            place = int(t["place"][i])
            if bytes(self.chunk.buffer[place : place + 2]) == b"\0\x35":
                self.evidence.dns_fragments.add(int(t["number"][i]))

    def _datagrams(self, udp: Columns) -> None:
        """UDP: a datagram back answers the one before it; QUIC Initials; DNS answers."""
        evidence = self.evidence
        known = udp["path"] != 0
        udp = {name: values[known] for name, values in udp.items()}
        if not len(udp["row"]):
            return
        back = evidence.paths.keys_back(udp["path"])
        low, high = np.minimum(udp["path"], back), np.maximum(udp["path"], back)
        ports = np.minimum(udp["sport"], udp["dport"]) << 16 | np.maximum(udp["sport"], udp["dport"])
        order = np.lexsort((udp["row"], ports, high, low))
        a, b = order[:-1], order[1:]
        same = (low[a] == low[b]) & (high[a] == high[b]) & (ports[a] == ports[b]) & (udp["path"][a] == back[b])
        same &= (udp["sport"][a] == udp["dport"][b]) & (udp["time"][b] - udp["time"][a] < ANSWER_TIME)
        if len(order) > 1:
            self._answered(udp, a[same & udp["df"][a]], b[same & udp["df"][a]])
            self._probes(udp, a[same])
        self._services(udp)

    def _probes(self, udp: Columns, asked: NDArray[np.int64]) -> None:
        """The questions of flows in which a large one that must not be fragmented got no answer."""
        evidence, whole = self.evidence, udp["df"] & ~udp["pieces"]
        open_ = np.ones(len(whole), bool)
        open_[asked] = False
        large = whole & open_ & (udp["size"] >= PROBE)
        if not large.any():
            return
        flow = mixed(udp["path"], udp["sport"] << 16 | udp["dport"])
        all_ = np.flatnonzero(whole & np.isin(flow, np.unique(flow[large])))
        some = all_[: MOST_PROBES - evidence.probed]
        evidence.probed += len(some)
        if len(all_) > len(some):
            evidence.left_out["datagrams that may be probes", MOST_PROBES] += len(all_) - len(some)
        names = ("path", "sport", "dport", "size", "number")
        columns = (*(udp[name][some].tolist() for name in names), open_[some].tolist())
        for path, sport, dport, size, number, silent in zip(*columns, strict=True):
            tries = evidence.probes.setdefault((path, sport, dport), {}).setdefault(size, Tries())
            if silent:
                tries.silent += 1
                tries.first_silent = tries.first_silent or number
            else:
                tries.answered += 1
                tries.last_answered = number

    def _answered(self, udp: Columns, asked: NDArray[np.int64], answer: NDArray[np.int64]) -> None:
        """The largest of each path's questions that must not be fragmented got through."""
        order = np.argsort(asked)
        asked, answer = asked[order], answer[order]
        rows, numbers = self.evidence.paths.rows(udp["path"][asked]), udp["number"]
        why = "answered in packet {}"
        self.evidence.ledger.delivered(rows, udp["size"][asked], numbers[asked], why, numbers[answer])

    def _services(self, udp: Columns) -> None:
        head, payload = udp["head"], udp["payload"]
        long_header = (head >> 30 == 3) & ((head >> 28 & 3) == 0)  # QUIC version 1, Initial (RFC 9000, section 17.2.2)
        version = (head & 0xFFFFFF) << 8 | udp["second"] >> 24
        initial = long_header & (version == 1) & ((udp["dport"] == 443) | (udp["dport"] == 4433))
        if initial.any():
            self.evidence.quic_flows.number(_udp_flows(udp, np.flatnonzero(initial)))
            self._odd_initials(udp, np.flatnonzero(initial & ((payload < LEAST_PROBE) | ~udp["df"])))
        self._quic_sizes(udp)
        evidence = self.evidence
        self._announced(udp["row"][(udp["sport"] == DHCP_SERVER) & (udp["dport"] == DHCP_CLIENT)].tolist())
        evidence.questions.take(udp, self.chunk.buffer)

    def _odd_initials(self, udp: Columns, odd: Positions) -> None:
        """Initials that are too short, or may be fragmented."""
        evidence = self.evidence
        some = odd[: MOST_INITIALS - len(evidence.initials)]
        columns = (udp[name][some].tolist() for name in ("number", "path", "payload", "df"))
        evidence.initials += zip(*columns, strict=True)
        if len(odd) > len(some):
            evidence.left_out["odd QUIC Initials", MOST_INITIALS] += len(odd) - len(some)

    def _quic_sizes(self, udp: Columns) -> None:
        """The sizes of large datagrams of connections that began with an Initial."""
        evidence = self.evidence
        if not evidence.quic_flows.count:
            return
        large = np.flatnonzero(udp["df"] & (udp["payload"] >= LEAST_PROBE) & ~udp["pieces"])
        large = large[evidence.quic_flows.find(_udp_flows(udp, large)) >= 0]
        for path, size, number in zip(*(udp[name][large].tolist() for name in ("path", "size", "number")), strict=True):
            sizes = evidence.quic.get(path)
            if sizes is None:
                if len(evidence.quic) >= MOST_QUIC_PATHS:
                    evidence.left_out["QUIC packets of further paths", MOST_QUIC_PATHS] += 1
                    continue
                sizes = evidence.quic[path] = {}
            packets = sizes.setdefault(size, [])
            if len(packets) < MOST_OF_A_SIZE:
                packets.append(number)

    def _messages(self, t: Columns, six: bool) -> None:
        kinds, codes = t["type"], t["code"]
        echo, reply = (ECHO_6, ECHO_REPLY_6) if six else (ECHO, ECHO_REPLY)
        for i in np.flatnonzero((kinds == echo) | (kinds == reply)).tolist():
            self._echo(t, i, int(kinds[i]) == reply)
        if six:
            errors = (kinds == messages.TOO_BIG_6) | ((kinds == messages.TIME_EXCEEDED_6) & (codes == 1))
            errors |= kinds == messages.ADVERTISEMENT_6
            self.evidence.other_icmp += int(((kinds < 128) & ~errors).sum())
        else:
            errors = (kinds == messages.UNREACHABLE) & (codes == 4)
            errors |= (kinds == messages.TIME_EXCEEDED) & (codes == 1)
            self.evidence.other_icmp += int((np.isin(kinds, (3, 4, 5, 11, 12)) & ~errors).sum())
        for i in np.flatnonzero(errors).tolist():
            self._error(int(t["row"][i]), int(kinds[i]), six)
        refused = (kinds == 1) & (codes == 4) if six else (kinds == messages.UNREACHABLE) & np.isin(codes, (2, 3))
        for i in np.flatnonzero(refused).tolist():
            self._refused(int(t["row"][i]))

    def _error(self, row: int, kind: int, six: bool) -> None:
        evidence = self.evidence
        if len(evidence.too_big) + len(evidence.expired) >= MOST_MESSAGES:
            evidence.left_out["ICMP errors", MOST_MESSAGES] += 1
            return
        if six and kind == messages.ADVERTISEMENT_6:
            self._announced([row])
        elif kind in (messages.TOO_BIG_6, messages.UNREACHABLE) and kind == (2 if six else 3):
            big = messages.too_big(self.cap, self.chunk, row)
            if big is not None:
                evidence.too_big.append(big)
        else:
            gone = messages.expired(self.cap, self.chunk, row)
            if gone is not None:
                evidence.expired.append(gone)

    def _announced(self, rows: list[int]) -> None:
        """Packets that say what a link's MTU is."""
        evidence = self.evidence
        room = MOST_ANNOUNCEMENTS - len(evidence.announced)
        for row in rows[:room]:
            one = announced(self.cap, self.chunk, row)
            if one is not None:
                evidence.announced.append(one)
        if len(rows) > room:
            evidence.left_out["packets that tell a link's MTU", MOST_ANNOUNCEMENTS] += len(rows) - room

    def _routers(self, ip: Columns) -> None:
        """OSPF database descriptions (type 2)."""
        rows = np.flatnonzero((ip["protocol"] == OSPF) & ~ip["inside"] & ~ip["cut"] & (ip["start"] >= 0))
        kinds = (ip["start"][rows] + ip["header"][rows] + 1).tolist()
        found = [row for row, at in zip(ip["row"][rows].tolist(), kinds, strict=True) if self.chunk.buffer[at] == 2]
        self._announced(found)

    def _refused(self, row: int) -> None:
        """A host refuses a datagram: it has arrived there."""
        evidence = self.evidence
        if len(evidence.refused) >= MOST_MESSAGES:
            evidence.left_out["ICMP errors that refuse a datagram", MOST_MESSAGES] += 1
            return
        gone = messages.refused(self.cap, self.chunk, row)
        if gone is not None:
            evidence.refused.append(gone)

    def _echo(self, t: Columns, i: int, reply: bool) -> None:
        evidence, path = self.evidence, int(t["path"][i])
        if not path:
            return
        there = evidence.paths.back(path) if reply else path
        key = (there, int(t["sport"][i]), int(t["dport"][i]))
        asked = evidence.echoes.get(key)
        number, size = int(t["number"][i]), int(t["size"][i])
        if not reply:
            if evidence.asked >= MOST_ECHOES:
                evidence.left_out["echo requests", MOST_ECHOES] += 1
                return
            evidence.asked += 1
            if asked is not None:
                evidence.unanswered.append(asked)
            evidence.echoes[key] = Echo(number, int(t["time"][i]), path, size, bool(t["df"][i]), bool(t["pieces"][i]))
        elif asked is not None:
            self._echo_answered(evidence.echoes.pop(key), number)


    def _echo_answered(self, asked: Echo, number: int) -> None:
        ledger, row = self.evidence.ledger, self.evidence.paths.row(asked.path)
        ledger["echo_size"][row] = max(ledger["echo_size"][row], asked.size)
        ledger["echo_packet"][row] = max(ledger["echo_packet"][row], asked.packet)
        if asked.df:
            at, size, packet = (np.array([value]) for value in (row, asked.size, asked.packet))
            ledger.delivered(at, size, packet, "echo answered in packet {}", number)


def _udp_flows(udp: Columns, rows: Positions) -> NDArray[np.uint64]:
    return mixed(udp["path"][rows], udp["sport"][rows] << 16 | udp["dport"][rows])


def _conclude_flows(evidence: Evidence) -> None:
    """Paths from flows: what was acknowledged, MSS announced and used."""
    flows, ledger = evidence.flows, evidence.ledger
    told = (evidence.paths.between(big.source, big.destination) for big in evidence.too_big)
    keys = np.array(sorted({key for key in told if key is not None}), np.uint64)
    joined, mss, payload = flows.aggregates()
    full = flows.full(mss, payload)
    for stretch in stretches(len(flows)):
        some = np.arange(stretch.start, stretch.stop)
        here = flows.taken(some)
        rows = evidence.paths.rows(here["path"])
        # where a card cuts segments, their size is that on the wire only as long as nothing made the sender use less
        cut, inside = np.zeros(len(some), bool), (joined >= some[0]) & (joined <= some[-1])
        unsure = (here["again"] > 1) | np.isin(here["path"], keys)
        at = joined[inside] - some[0]
        cut[at] = unsure[at] | ~full[inside]
        sure = (here["delivered"] > 0) & (here["df"] == here["segments"]) & (here["unseen"] == 0) & ~cut
        why = "a segment sent once, and acknowledged"
        ledger.delivered(rows[sure], here["delivered"][sure], here["delivered_by"][sure], why)
        said = here["mss"] > 0
        ledger["mss_announced"][rows[said]] = here["mss"][said]  # of several the last one
        np.maximum.at(ledger["mss_used"], rows, here["payload"])


def _conclude_arrivals(evidence: Evidence) -> None:
    """What arrived where the capture was made, or was refused by the host it was sent to."""
    ledger = evidence.ledger
    for seen in blocks(ledger.seen, AT_ONCE):
        back = evidence.paths.rows_back(seen)
        largest, mss = ledger["largest"][seen], ledger["mss_announced"][back]
        arrived = ~np.isin(ledger["ttl"][seen], INITIAL_TTLS) & np.isin(ledger["ttl"][back], INITIAL_TTLS)
        arrived &= ledger["mss_used"][seen] <= np.where(mss, mss, ETHERNET_MSS) + 60  # no receive offload
        arrived &= largest <= 65_535
        why = "arrived where this was captured"
        ledger.delivered(seen[arrived], largest[arrived], ledger["largest_packet"][seen[arrived]], why)
    for source, destination, size, packet in evidence.refused:
        key = evidence.paths.between(source, destination)
        if key is not None and ledger["packets"][evidence.paths.row(key)]:
            evidence.delivered(key, size, packet, "refused by the host it was sent to")


def unanswered_probes(evidence: Evidence) -> None:
    """Echo requests that must not be fragmented and got no answer, among answered smaller ones."""
    by_path: dict[int, list[Echo]] = {}
    for echo in (*evidence.unanswered, *evidence.echoes.values()):
        if echo.df and not echo.pieces:
            by_path.setdefault(echo.path, []).append(echo)
    for key, echoes in by_path.items():
        row = evidence.paths.row(key)
        top, latest = int(evidence.ledger["echo_size"][row]), int(evidence.ledger["echo_packet"][row])
        silent = [e for e in echoes if latest and e.size > top]
        for echo in sorted(silent, key=lambda e: (e.size, e.packet))[:1]:
            if echo.packet < latest or sum(e.size == echo.size for e in silent) > 1:
                evidence.lost(key, echo.size, echo.packet, f"echo with DF not answered, while {top} octets are")


def silent_probes(evidence: Evidence) -> None:
    """Datagrams that must not be fragmented and were never answered, in flows where every smaller one was."""
    for (key, _, _), by_size in evidence.probes.items():
        answered = {size: tries for size, tries in by_size.items() if tries.answered}
        top = max(answered, default=0)
        if any(tries.silent for size, tries in by_size.items() if size <= top):
            continue
        if sum(tries.answered for tries in answered.values()) < PROBE_TRIES:
            continue
        latest = max(tries.last_answered for tries in answered.values())
        silent = [s for s, tries in by_size.items() if tries.silent >= PROBE_TRIES and tries.first_silent < latest]
        if silent:
            size = min(silent)
            why = f"{by_size[size].silent} datagrams with DF not answered, while {top} octets are"
            evidence.lost(key, size, by_size[size].first_silent, why)


def sent_by(evidence: Evidence, address: str) -> bool:
    """Whether the capture has packets that this address sent."""
    return bool(evidence.ledger["packets"][evidence.paths.from_address(address)].any())
