"""M01, M02, M33: full-size segments that never arrive while everything else does.

Read packet by packet, for the few flows where big segments were sent again and no segment as big was ever
acknowledged.  Random loss is no black hole: one segment of that size that gets through refutes it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SENDS = 3  # of the same bytes, before silence means something
GROWTH = 1.2  # each gap to the next: retransmission time-outs double, but for the first


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment of one of a connection's two flows: `start` and `end` relative to the flow's first number."""

    number: int
    time: int
    forward: bool
    start: int
    end: int
    acked: int
    size: int  # IP length
    df: bool
    payload: int
    pieces: bool = False  # it came in fragments
    joined: bool = False  # a card's aggregate: `size` is that of the full segments it is cut into


@dataclass(slots=True)
class Hole:
    """Evidence of a black hole in one flow."""

    sends: list[Segment]
    lost: int  # the IP length that does not get through
    delivered: Segment | None  # the largest that does
    answers: list[Segment] = field(default_factory=list)  # what came back meanwhile
    recovered: Segment | None = None  # the same bytes in a smaller segment, acknowledged
    recovered_by: int = 0  # the packet that acknowledges it
    packets: frozenset[int] = frozenset()  # those of the connection


def find_hole(segments: Sequence[Segment], delivered: int) -> Hole | None:
    """The black hole that the forward flow fell into, if any.  `delivered`: the largest packet known to get through."""
    sent: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        if segment.forward and segment.payload > 0:
            sent[segment.start].append(segment)
    for tries in (sent[start] for start in sorted(sent)):
        lost = max(s.size for s in tries)
        big = [s for s in tries if s.size == lost and s.df and not s.pieces]
        if len(big) >= SENDS and lost > delivered and not big[-1].joined and _growing([s.time for s in big]):
            hole = _judge(segments, tries, big, delivered)
            if hole is not None:
                return hole
    return None


def _judge(segments: Sequence[Segment], tries: list[Segment], big: list[Segment], delivered: int) -> Hole | None:
    """Whether these tries were lost for their size.

    Smaller segments that get no answer either show that nothing gets through any more, unless none as large ever did.
    """
    first, last, lost = big[0], big[-1], big[0].size
    smaller = [s for s in tries if s.number > last.number and s.size < lost]
    until = smaller[0].number if smaller else segments[-1].number + 1
    meanwhile = [s for s in segments if first.number < s.number < until]
    answers = [s for s in meanwhile if not s.forward]
    if any(s.acked > first.start for s in answers):
        return None  # it got through, late
    before = _acknowledged(segments, first.start, until)
    if any(s.size >= lost for s in before):
        return None
    recovered, by = _recovery(segments, smaller)
    usual = max([delivered, *(s.size for s in before)])
    if recovered is None and not answers and any(s.forward and s.payload > 0 and s.size <= usual for s in meanwhile):
        return None
    arrived = before
    if recovered is not None:
        arrived = _acknowledged([s for s in segments if s.number >= recovered.number], None, segments[-1].number + 1)
        cutting = any(s.joined for s in segments if s.forward)  # then a card may have cut what looks like one segment
        if not cutting and any(s.size >= lost for s in arrived):
            return None
    arrived = [s for s in arrived if not s.joined and s.size < lost]
    largest = max(arrived, key=lambda s: s.size, default=recovered)
    if largest is None:
        return None
    return Hole(big, lost, largest, answers, recovered, by, frozenset(s.number for s in segments))


def _growing(times: list[int]) -> bool:
    """Whether these are retransmission time-outs: the gaps grow, and none is much shorter than the one before.

    The first may be a probe or a fast retransmission, and hosts that are told of an unreachable network begin anew.
    """
    gaps = [b - a for a, b in pairwise(times)]
    tail = gaps[1:] if len(gaps) > 2 else gaps
    grows = any(b > GROWTH * a for a, b in pairwise(tail)) or (len(tail) > 1 and tail[-1] > GROWTH * tail[0])
    return grows and all(2 * b > a for a, b in pairwise(tail)) and gaps[-1] > gaps[0]


def _acknowledged(segments: Sequence[Segment], before: int | None, until: int) -> list[Segment]:
    """Forward segments sent just once and acknowledged (up to packet `until`; only bytes up to `before`)."""
    top = max((s.acked for s in segments if not s.forward and s.number < until), default=-1)
    top = top if before is None else min(top, before)
    tries: dict[int, list[Segment]] = defaultdict(list)
    for s in segments:
        if s.forward and s.end > s.start and s.number < until:
            tries[s.start].append(s)
    return [same[0] for same in tries.values() if len(same) == 1 and same[0].end <= top and not same[0].pieces]


def largest_acknowledged(segments: Sequence[Segment]) -> Segment | None:
    """The largest packet that is proven to have got through, though bytes were sent again.

    Bytes that are acknowledged came in one of the packets that carried them, so in one no smaller than the smallest.
    """
    top = max((s.acked for s in segments if not s.forward), default=-1)
    sent = sorted((s for s in segments if s.forward and s.end > s.start), key=lambda s: (s.start, s.number))
    starts = [s.start for s in sent]
    longest = max((s.end - s.start for s in sent), default=0)
    best: Segment | None = None
    for start in sorted(set(starts)):
        if start >= top:
            break
        near = sent[bisect_left(starts, start - longest) : bisect_right(starts, start)]
        with_it = [s for s in near if s.end > start]
        least = min(with_it, key=lambda s: s.size)
        usable = all(s.df and not s.pieces and not s.joined for s in with_it) and least.end <= top
        if usable and (best is None or least.size > best.size):
            best = least
    return best


def _recovery(segments: Sequence[Segment], smaller: list[Segment]) -> tuple[Segment | None, int]:
    """The smaller segment with the lost bytes that was acknowledged, and the packet that did it.

    What the first acknowledgment covers came in one of the segments it covers whole, so in one no smaller than the
    smallest; a larger one may have been lost, too, and its bytes have come in pieces.
    """
    if smaller:
        for s in segments:
            if not s.forward and s.number > smaller[0].number and s.acked > smaller[0].start:
                covered = [one for one in smaller if one.number < s.number and one.end <= s.acked]
                if covered:
                    return min(covered, key=lambda one: one.size), s.number
    return None, 0
