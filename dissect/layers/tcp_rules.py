"""Wireshark's rules for TCP segments (User's Guide, "TCP Analysis"): what a segment is to those before it.

Sequence numbers are compared modulo 2**32 (RFC 9293 section 3.4).  A side's `next` is where its octets have got to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
HALF, WHOLE = 1 << 31, 1 << 32
MOST_UNACKED = 10_000  # segments that a side remembers, as Wireshark
FAST = 20_000_000  # ns between the last duplicate acknowledgment and a fast retransmission
OUT_OF_ORDER_WITHIN = 3_000_000  # ns, where the round-trip time is not known
NAMES = (
    "retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "reused_ports", "lost_segment",
    "ack_lost_segment", "window_update", "window_full", "keep_alive", "duplicate_ack", "zero_window_probe",
    "zero_window", "keep_alive_ack", "zero_window_probe_ack",
)  # fmt: skip
(
    RETRANSMISSION, FAST_RETRANSMISSION, SPURIOUS, OUT_OF_ORDER, REUSED, LOST, ACK_LOST, UPDATE, FULL, KEEP_ALIVE, DUPLICATE,
    PROBE, ZERO, KEEP_ALIVE_ACK, PROBE_ACK,
) = (1 << i for i in range(len(NAMES)))  # fmt: skip


class Segment(NamedTuple):
    """A header: packet number, time in ns, raw numbers, flags, octets carried, window as it stands there."""

    packet: int
    time: int
    seq: int
    ack: int
    flags: int
    size: int
    window: int
    sacked: int = 0  # octets that SACK blocks tell of


@dataclass(slots=True)
class Verdict:
    """What is said of a segment; 0 or -1 where nothing is."""

    flags: int = 0
    duplicate: int = 0
    duplicate_of: int = 0
    acks: int = 0
    rtt: int = -1
    in_flight: int = 0
    pushed: int = 0
    rto: int = -1
    rto_of: int = 0


@dataclass(slots=True)
class Side:
    """One side of a connection so far."""

    next: int = -1
    next_packet: int = 0
    next_time: int = 0
    acceptable: int = -1  # what the peer may acknowledge: where the octets without a gap have got to
    window: int = -1
    low: int = -1  # the first that it sent
    ack: int = -1
    acked: int = -1  # the same, of segments with the ACK flag
    ack_time: int = 0
    duplicates: int = 0
    first_ack: int = 0  # the packet that the duplicates repeat
    last_flags: int = 0
    scale: int = -1
    sacked: int = 0  # what its last SACK blocks cover
    trusted: bool = True  # whether what is in flight can be told
    unacked: list[list[int]] = field(default_factory=list)  # [seq, end, packet, time], oldest first
    pushed: int = 0
    push_set: bool = False


def ahead(a: int, b: int) -> int:
    """How far `a` is ahead of `b`; negative if behind."""
    return (a - b + HALF) % WHOLE - HALF


def judge(me: Side, peer: Side, s: Segment, first_rtt: int) -> Verdict:
    """What `s` is; both sides know of it then."""
    out = Verdict()
    if s.flags & ACK:
        peer.trusted = True
    _acknowledging(me, peer, s, out)
    if s.ack != me.ack:
        me.first_ack, me.duplicates = s.packet, 0
    if s.flags & ACK and peer.acceptable >= 0 and ahead(s.ack, peer.acceptable) > 0:
        _acknowledging_more(peer, out)
    if (s.size or s.flags & (SYN | FIN)) and not out.flags & KEEP_ALIVE:
        _repeating(me, peer, s, out, first_rtt)
    _remember(me, s, out)
    _acknowledged(peer, s, out)
    if s.size and me.unacked and me.trusted:
        _in_flight(me, peer, s, out)
    return out


def _acknowledging(me: Side, peer: Side, s: Segment, out: Verdict) -> None:
    """Windows, keep-alives, gaps and duplicate acknowledgments."""
    ordinary = not s.flags & (SYN | FIN | RST)
    expected = s.seq == me.next
    if s.size == 1 and expected and peer.window == 0:
        out.flags |= PROBE
        return
    if s.window == 0 and ordinary:
        out.flags |= ZERO
    if me.next >= 0 and ahead(s.seq, me.next) > 0 and not s.flags & RST:
        out.flags |= LOST
        me.trusted = False
    if s.size <= 1 and me.next >= 0 and s.seq == (me.next - 1) % WHOLE and ordinary:
        out.flags |= KEEP_ALIVE
    same = not s.size and expected and s.ack == me.ack and ordinary
    if same and s.window and s.window != me.window:
        out.flags |= UPDATE
    if s.size and peer.scale != -1 and ordinary and peer.window >= 0:
        edge = peer.ack + (peer.window << max(peer.scale, 0))
        if (s.seq + s.size) % WHOLE == edge % WHOLE:
            out.flags |= FULL
    repeated = same and s.window == me.window
    if repeated and s.window and peer.last_flags & KEEP_ALIVE:
        out.flags |= KEEP_ALIVE_ACK
    elif repeated and not s.window and peer.last_flags & PROBE:
        out.flags |= PROBE_ACK
    elif repeated and s.window:
        me.duplicates += 1
        out.flags |= DUPLICATE
        out.duplicate, out.duplicate_of = me.duplicates, me.first_ack


def _acknowledging_more(peer: Side, out: Verdict) -> None:
    """An acknowledgment of octets that were not seen: said once, until more of that kind are acknowledged."""
    peer.acceptable = peer.next
    out.flags |= ACK_LOST


def _repeating(me: Side, peer: Side, s: Segment, out: Verdict, first_rtt: int) -> None:
    """Segments that do not begin where the side has got to."""
    behind = me.next >= 0 and ahead(s.seq, me.next) < 0 and not (s.size > 1 and s.seq == (me.next - 1) % WHOLE)
    if s.size and peer.ack > 0 and ahead(s.seq + s.size, peer.ack) <= 0:
        out.flags |= SPURIOUS
        return
    if not behind:
        return
    if peer.duplicates >= 2 and peer.ack == s.seq and 0 <= s.time - peer.ack_time < FAST:
        out.flags |= FAST_RETRANSMISSION
        return
    end = (s.seq + s.size + (1 if s.flags & (SYN | FIN) else 0)) % WHOLE
    within = first_rtt if first_rtt > 0 else OUT_OF_ORDER_WITHIN
    if 0 <= s.time - me.next_time < within and me.next != end:  # where time goes back it is a retransmission
        out.flags |= OUT_OF_ORDER
        return
    out.flags |= RETRANSMISSION
    packet, time = me.unacked[0][2:4] if me.unacked else (me.next_packet, me.next_time)
    if s.time != time:
        out.rto, out.rto_of = s.time - time, packet


def _remember(me: Side, s: Segment, out: Verdict) -> None:
    """What is known of the side that sent a segment."""
    end = (s.seq + s.size) % WHOLE
    if (s.size or s.flags & (SYN | FIN)) and len(me.unacked) < MOST_UNACKED:
        end = (end + 1) % WHOLE if s.flags & (SYN | FIN) else end
        me.unacked.append([s.seq, end, s.packet, s.time])
    if not out.flags & PROBE:
        if me.next < 0 or ahead(end, me.next) > 0:
            me.next, me.next_packet, me.next_time = end, s.packet, s.time
        if me.acceptable < 0 or s.seq == me.acceptable:
            me.acceptable = me.next
    me.window, me.ack, me.ack_time, me.last_flags = s.window, s.ack, s.time, out.flags
    me.low = s.seq if me.low < 0 else me.low
    if s.flags & ACK:
        me.acked = s.ack
    me.sacked = s.sacked


def _acknowledged(peer: Side, s: Segment, out: Verdict) -> None:
    """Forget the peer's segments that are acknowledged; the first sent that ends there was waited for."""
    if not peer.unacked or not s.flags & ACK:
        return
    left = list[list[int]]()
    for one in reversed(peer.unacked):  # newest first, as Wireshark's list
        if one[1] == s.ack:
            out.acks, out.rtt = one[2], s.time - one[3]
            continue
        if ahead(s.ack, one[0]) > 0 and ahead(s.ack, one[1]) <= 0:
            one[0] = s.ack
        if ahead(one[1], s.ack) > 0:
            left.append(one)
    left.reverse()
    peer.unacked = left


def _in_flight(me: Side, peer: Side, s: Segment, out: Verdict) -> None:
    """Octets sent, neither acknowledged nor told of by SACK; octets since the last PSH."""
    origin = me.unacked[-1][0]
    low = min(ahead(one[0], origin) for one in me.unacked)
    high = max(ahead(one[1], origin) for one in me.unacked)
    if 0 < high - low - peer.sacked < 2_000_000_000:
        out.in_flight = high - low - peer.sacked - (1 if s.flags & (SYN | FIN) else 0)  # these are no octets
    pushes = bool(s.flags & PSH)
    me.pushed = s.size if me.push_set else me.pushed + s.size
    me.push_set = pushes
    out.pushed = me.pushed
