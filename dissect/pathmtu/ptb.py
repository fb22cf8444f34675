"""Findings about packet-too-big messages: M03 to M09."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from dissect.pathmtu.catalogue import PLATEAUS
from dissect.pathmtu.evidence import SECOND, Evidence, sent_by
from dissect.pathmtu.finding import SHOWN_PACKETS, between, counted, finding, only
from dissect.pathmtu.model import Finding, TooBig
from dissect.pathmtu.second import Second, Sent

GRACE = SECOND // 5  # what was under way when the message came: longer than most round trips
BELIEVED = 300 * SECOND  # no sender may look for a larger path MTU before
TRIES = 3  # of the same bytes: what a card cuts gets through sooner
STORM, STORM_TIME = 100, 10 * SECOND
SWINGS = 3  # changes of direction before values "go up and down"
LEAST = {False: 68, True: 1280}  # by IPv6


def link(evidence: Evidence, second: Second) -> None:
    """Find the packet that each message answers; what it says is evidence of its path."""
    for big in evidence.too_big:
        sent = second.sent.get((big.source, big.destination), [])
        big.cause = next((s.number for s in reversed(sent) if s.number < big.packet and _is_quoted(s, big)), 0)
        key = evidence.paths.between(big.source, big.destination)
        if key is None or not evidence.ledger["packets"][evidence.paths.row(key)]:
            continue
        evidence.path(key).too_big += 1
        known = evidence.largest_delivered(key)
        if big.cause and known and known.packet == big.cause:
            evidence.ledger.forget(evidence.paths.row(key))  # what acknowledged its bytes was for a packet not here
        if big.cause and big.df and LEAST[":" in big.source] <= big.mtu < big.size:
            evidence.lost(key, big.size, big.cause, f"packet {big.packet} says it is too big: MTU {big.mtu}")


def _is_quoted(sent: Sent, big: TooBig) -> bool:
    if sent.sequence is not None and big.sequence is not None:  # a card cuts what is one segment here
        return (big.sequence - sent.sequence) % (1 << 32) < max(sent.payload, 1) and sent.ports == big.ports
    if ":" not in big.source:
        return sent.ident == big.ident and sent.size == big.size
    return sent.size == big.size and (sent.ports is None or big.ports is None or sent.ports == big.ports)


def findings(evidence: Evidence, second: Second) -> list[Finding]:
    """M03 to M09."""
    out = [f for big in evidence.too_big for f in _one(evidence, second, big)]
    by_path: dict[tuple[str, str], list[TooBig]] = defaultdict(list)
    for big in evidence.too_big:
        by_path[big.source, big.destination].append(big)
    for (source, destination), messages in by_path.items():
        out += _ignored(source, destination, messages, second.sent.get((source, destination), []))
        out += _storm(source, destination, messages)
    return merged(out)


def _one(evidence: Evidence, second: Second, big: TooBig) -> list[Finding]:
    """What is wrong with a single message."""
    six = ":" in big.source
    said = f"packet {big.packet}: {big.router} says MTU {big.mtu} for a packet of {big.size} octets"
    proof = [(big.packet, f"MTU {big.mtu}, quotes {big.size} octets")]
    if big.cause:
        proof.append((big.cause, "the packet it quotes"))
    where, shown = (big.source, big.destination), only([packet for packet, _ in proof])
    out = []
    if big.mtu == 0 and not six:
        plateau = next((p for p in PLATEAUS if p < big.size), 68)
        remedy = f"Try the next plateau below {big.size}: {plateau}.  Replace or update the router {big.router}."
        out.append(
            finding("M04", *where, f"In {said}.", proof, remedy=remedy, filter_=shown, plateau=plateau)
        )
    elif big.mtu >= big.size > 0:
        out.append(
            finding("M05", *where, f"In {said}: it would have fitted.", proof, filter_=shown, mtu=big.mtu)
        )
    elif big.mtu < LEAST[six]:
        what = f"In {said}: no link may have less than {LEAST[six]}."
        out.append(finding("M06", *where, what, proof, filter_=shown, mtu=big.mtu))
    elif not six and big.mtu < 576:
        what = f"In {said}: less than the 576 octets that every host takes."
        out.append(finding("M06", *where, what, proof, severity="note", filter_=shown, mtu=big.mtu))
    if not big.df:
        out.append(finding("M07", *where, f"In {said}, which has DF 0.", proof, filter_=shown))
    if not big.cause and _must_have_seen(evidence, second, big):
        out.append(finding("M08", *where, f"In {said}; no such packet was sent.", proof, filter_=shown))
    return out


def _must_have_seen(evidence: Evidence, second: Second, big: TooBig) -> bool:
    """Whether the capture would hold the quoted packet, had it been sent: it was made where its sender sends."""
    if not sent_by(evidence, big.source) or big.packet > second.whole_to:
        return False
    sent = second.sent.get((big.source, big.destination), [])
    if big.sequence is None:
        return not sent or sent[0].number < big.packet
    flow = [s for s in sent if s.sequence is not None and s.ports == big.ports]
    if not flow:
        return not sent or sent[0].number < big.packet
    first = min(flow, key=lambda s: s.number)  # what a connection sent before the capture began may be quoted, too
    return first.number < big.packet and (first.syn or (big.sequence - (first.sequence or 0)) % (1 << 32) < 1 << 31)


def _ignored(source: str, destination: str, messages: list[TooBig], sent: list[Sent]) -> list[Finding]:
    """M03: larger packets that must not be fragmented, a while after the message."""
    valid = [m for m in messages if m.df and m.cause and LEAST[":" in source] <= m.mtu < m.size]
    if not valid:
        return []
    first = min(valid, key=lambda m: m.packet)
    late = [s for s in sent if s.df and not s.fragment and s.size > _told(valid, s)]
    tries = Counter((s.ports, s.sequence) for s in late)
    late = [s for s in late if not s.joined or tries[s.ports, s.sequence] >= TRIES]
    if not late:
        return []
    largest = max(s.size for s in late)
    what = (
        f"{first.router} told {source} in packet {first.packet} that {first.mtu} octets fit on the way to {destination}; "
        f"{counted(len(late), 'larger packet')} with DF followed, up to {largest} octets."
    )
    proof = [(first.packet, f"packet-too-big, MTU {first.mtu}")]
    proof += [(s.number, f"{s.size} octets with DF, {(s.time - first.time) / 1e9:.3g} s later") for s in late]
    length = "ipv6.plen + 40" if ":" in source else "ip.len"
    filter_ = f"{between(source, destination)} && {length} > {first.mtu}"
    return [
        finding(
            "M03", source, destination, what, proof, filter_=filter_, mtu=first.mtu, size=largest, packets=len(late)
        )
    ]


def _told(messages: list[TooBig], sent: Sent) -> int:
    """The largest MTU that the sender had been told a grace before: what it may believe.

    After some minutes it may try larger packets again (RFC 1191, section 6.3; RFC 8201, section 4).
    """
    recent = (m.mtu for m in messages if m.time + GRACE < sent.time < m.time + BELIEVED)
    return max(recent, default=1 << 20)


def _storm(source: str, destination: str, messages: list[TooBig]) -> list[Finding]:
    values = [m.mtu for m in messages]
    steps = [b - a for a, b in pairwise(values) if a != b]
    swings = sum((a > 0) != (b > 0) for a, b in pairwise(steps))
    span = messages[-1].time - messages[0].time
    many = len(messages) >= STORM and span <= STORM_TIME * len(messages) // STORM
    if not many and swings < SWINGS:
        return []
    what = f"{len(messages)} packet-too-big messages for {destination} in {span / 1e9:.3g} s"
    what += f", with MTUs that go up and down: {', '.join(map(str, values[:8]))}." if swings >= SWINGS else "."
    proof = [(m.packet, f"MTU {m.mtu} from {m.router}") for m in messages]
    return [
        finding(
            "M09", source, destination, what, proof, filter_=only([m.packet for m in messages]), count=len(messages)
        )
    ]


def _messages(found: Finding) -> str:
    """A display filter for the packets that prove what is said of several messages."""
    packets = [e.packet for e in found.evidence]
    if len(packets) <= SHOWN_PACKETS:
        return only(packets)
    big = "icmpv6.type == 2" if ":" in found.source else "icmp.type == 3 && icmp.code == 4"
    return f"{between(found.source, found.destination)} && {big}"  # the addresses are those of what is quoted


def merged(findings_: list[Finding]) -> list[Finding]:
    """One finding for what is said of several packets of a path with the same numbers."""
    out: dict[tuple[object, ...], Finding] = {}
    for one in findings_:
        key = (one.code, one.severity, one.source, one.destination, *sorted(map(str, one.values.items())))
        first = out.setdefault(key, one)
        if first is not one:
            first.evidence += one.evidence
            first.filter = _messages(first)
            first.values["count"] = first.values.get("count", 1) + 1
    return list(out.values())
