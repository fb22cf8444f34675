"""TCP connections in which all is in order, judged by column: what the rules of `tcp_rules` say of them, all at once.

`Sight` looks at a chunk's segments, connection by connection: `odd` marks those of which the rules may say what takes
going one by one.  `SidesSoFar` is what each side said last, `Waiting` the segments that are not acknowledged yet.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, order_of
from dissect.layers.tcp_rules import (
    ACK,
    FIN,
    FULL,
    KEEP_ALIVE,
    MOST_UNACKED,
    PROBE,
    PSH,
    RST,
    SYN,
    UPDATE,
    ZERO,
    Segment,
    Side,
    Verdict,
    ahead,
    judge,
)  # fmt: skip
from dissect.passes.shelf import enlarged

UNSET = -1
HALF, WHOLE = 1 << 31, 1 << 32
CALM = 1000  # segments that may wait for acknowledgment where a connection is judged by column again
Table = dict[str, NDArray[Any]]


class Connection:
    """Two sides, and the time their handshake took."""

    __slots__ = ("asked", "first_rtt", "sides")

    def __init__(self) -> None:
        self.sides = (Side(), Side())
        self.asked = self.first_rtt = -1

    def take(self, way: int, segment: Segment) -> Verdict:
        """The next segment."""
        flags = segment.flags & (SYN | ACK)
        if flags == SYN:
            self.asked = segment.time
        elif flags == ACK and self.asked >= 0 and self.first_rtt < 0:
            self.first_rtt = segment.time - self.asked
        return judge(self.sides[way], self.sides[1 - way], segment, self.first_rtt)

    def settled(self) -> bool:
        """Whether nothing out of the ordinary is left: it can be judged by column from here on."""
        return all(_calm(me, peer) for me, peer in (self.sides, self.sides[::-1]))


def _calm(me: Side, peer: Side) -> bool:
    if me.next < 0:
        return not me.unacked
    if me.duplicates or me.sacked or not me.trusted or me.acceptable != me.next or len(me.unacked) > CALM:
        return False
    if me.last_flags & (KEEP_ALIVE | PROBE):
        return False
    low = peer.acked if peer.acked >= 0 and ahead(peer.acked, me.low) > 0 else me.low
    if not me.unacked:
        return low == me.next
    least = min(me.unacked, key=lambda one: ahead(one[0], low))
    most = max(me.unacked, key=lambda one: ahead(one[1], low))
    return least[0] == low and most[1] == me.next


class SidesSoFar:
    """What each side said last, and each connection's handshake: columns with a row for each."""

    SIDE = {
        "next": np.int64, "acked": np.int64, "ack": np.int64, "low": np.int64, "window": np.int32,
        "next_time": np.int64, "next_packet": np.int32, "first_ack": np.int32,
        "pushed": np.uint32, "push_set": np.bool_,
    }  # fmt: skip
    STREAM = {"asked": np.int64, "first_rtt": np.int64, "told": np.int32}

    def __init__(self) -> None:
        self.count = 0  # sides
        self.of: dict[str, NDArray[Any]] = {}
        self._room(64)

    def _room(self, count: int) -> None:
        if count <= self.count:
            return
        size = max(count, self.count + (self.count >> 1)) + 1 & ~1
        for names, many in ((self.SIDE, size), (self.STREAM, size >> 1)):
            for name, kind in names.items():
                empty = 0 if name in ("pushed", "push_set") else UNSET
                self.of[name] = enlarged(self.of.get(name, np.empty(0, kind)), many, empty)
        self.count = size

    def take(self, side: Positions) -> None:
        """Make room for these sides."""
        self._room((int(side.max(initial=0)) | 1) + 1)

    def first_rtt_at(self, stream: Positions, packet: Positions) -> Positions:
        """The handshake's time, as far as it was known at each packet."""
        found, told = self.of["first_rtt"][stream], self.of["told"][stream]
        out: Positions = np.where((told != UNSET) & (packet >= told), found, UNSET)
        return out

    def commit(self, sight: Sight, rows: Positions) -> None:
        """What the sides of these segments said last (`low` and `acked`: see `columns`); the last assignment stays."""
        table, side = sight.table, sight.side[rows]
        for name in ("ack", "window"):
            self.of[name][side] = table[name][rows]
        moved = rows[(sight.span[rows] > 0) | (sight.was[rows] == UNSET)]
        at = sight.side[moved]
        self.of["next"][at] = sight.end[moved]
        self.of["next_time"][at], self.of["next_packet"][at] = table["time"][moved], table["packet"][moved]
        changed = rows[sight.changed[rows]]
        self.of["first_ack"][sight.side[changed]] = table["packet"][changed]
        data = rows[table["size"][rows] > 0]
        at = sight.side[data]
        self.of["pushed"][at], self.of["push_set"][at] = sight.pushed[data], table["flags"][data] & PSH > 0

    def connection(self, stream: int, waiting: list[list[list[int]]]) -> Connection:
        """A connection as it stood before this chunk; `waiting`: each side's unacknowledged segments."""
        out = Connection()
        for way, me in enumerate(out.sides):
            at = 2 * stream + way
            me.next, me.acked, me.low, me.next_time, me.first_ack, me.pushed = (
                int(self.of[name][at]) for name in ("next", "acked", "low", "next_time", "first_ack", "pushed")
            )
            me.ack, me.window, me.next_packet = (int(self.of[name][at]) for name in ("ack", "window", "next_packet"))
            if me.next < 0:
                out.sides[way].__init__()  # type: ignore[misc]
                continue
            me.acceptable, me.push_set = me.next, bool(self.of["push_set"][at])
            peer_acked = int(self.of["acked"][at ^ 1])
            for one in waiting[way]:
                if peer_acked >= 0 and ahead(peer_acked, one[0]) > 0:
                    one[0] = peer_acked
                me.unacked.append(one)
        return out

    def accept(self, stream: int, connection: Connection) -> list[tuple[int, int, int, int, int]]:
        """Take a connection back; (side, seq, end, packet, time) of its unacknowledged segments."""
        out: list[tuple[int, int, int, int, int]] = []
        for way, me in enumerate(connection.sides):
            at = 2 * stream + way
            if me.next < 0:
                continue
            for name in ("next", "acked", "ack", "low", "window", "next_time", "next_packet", "first_ack", "pushed"):
                self.of[name][at] = getattr(me, name) & (WHOLE - 1) if name == "pushed" else getattr(me, name)
            self.of["push_set"][at] = me.push_set
            out += [(at, one[0], one[1], one[2], one[3]) for one in me.unacked]
        return out


class Waiting:
    """The segments of calm connections that are not acknowledged yet, in the order they were sent."""

    KINDS = {"side": np.int32, "seq": np.uint32, "end": np.uint32, "packet": np.int32, "time": np.int64}

    def __init__(self) -> None:
        self.of: Table = {name: np.zeros(0, kind) for name, kind in self.KINDS.items()}

    def counts(self, side: Positions) -> NDArray[Any]:
        """Of each segment's side, how many there are here and wait; those of a connection are together."""
        stream, ways = side >> 1, side & 1
        begins = np.flatnonzero(np.diff(stream, prepend=UNSET))
        if not len(begins):
            return side
        sizes, second = np.diff(begins, append=len(side)), np.add.reduceat(ways, begins)
        known, waiting = stream[begins], self.of["side"].astype(np.int64)
        at = np.searchsorted(known, waiting >> 1).clip(max=len(known) - 1)
        mine = known[at] == waiting >> 1
        many: NDArray[Any] = np.bincount(2 * at[mine] + (waiting[mine] & 1), minlength=2 * len(known))
        many[::2] += sizes - second
        many[1::2] += second
        return many[2 * np.repeat(np.arange(len(known)), sizes) + ways]

    def taken(self, streams: set[int]) -> dict[int, list[list[list[int]]]]:
        """The segments of some connections, which are no longer kept: by side, [seq, end, packet, time] of each."""
        out: dict[int, list[list[list[int]]]] = {number: [[], []] for number in sorted(streams)}
        if streams and len(self.of["side"]):
            mine = np.isin(self.of["side"] >> 1, np.array(sorted(streams)))
            chosen = (self.of[name][mine].tolist() for name in self.KINDS)
            for side, *one in zip(*chosen, strict=True):
                out[side >> 1][side & 1].append(one)
            self.of = {name: column[~mine] for name, column in self.of.items()}
        return out

    def add(self, segments: list[tuple[int, int, int, int, int]]) -> None:
        """Keep segments."""
        if segments:
            self.keep(dict(zip(self.KINDS, np.array(segments, np.int64).T, strict=True)))

    def lift(self, side: Positions, count: int) -> Table:
        """Those of these sides and of their peers, which are no longer kept: who sends nothing may be acknowledged."""
        present = np.zeros(max(count, int(self.of["side"].max(initial=0)) + 1), bool)
        present[side] = present[side ^ 1] = True
        mine = present[self.of["side"]]
        out = {name: column[mine].astype(np.int64) for name, column in self.of.items()}
        if len(out["side"]):
            left = ~mine
            for name in self.KINDS:  # one by one: there may be many
                self.of[name] = self.of[name][left]
        return out

    def keep(self, table: Table) -> None:
        """Keep segments."""
        if len(table["side"]):
            for name, kind in self.KINDS.items():
                self.of[name] = np.concatenate([self.of[name], table[name].astype(kind)])


class Sight:
    """A chunk's segments, those of a connection together, beside what was said before each.

    `waiting`: see `Waiting.counts`.
    """

    def __init__(self, table: Table, sides: SidesSoFar, waiting: NDArray[Any], scales: NDArray[Any]) -> None:
        self.table, self._sides = table, sides
        self.side = side = table["side"]
        self.stream = side >> 1
        sides.take(side)
        flags, size, seq = table["flags"], table["size"], table["seq"]
        self.span = size + (flags & (SYN | FIN) > 0)
        self.end = (seq + self.span) & (WHOLE - 1)
        self._before()
        self.was = self._of_own("next", self.end)
        self.last_ack, self.last_window = self._of_own("ack", table["ack"]), self._of_own("window", table["window"])
        self.peer_seen = (self.peer >= 0) | (sides.of["next"][side ^ 1] != UNSET)
        self.changed = table["ack"] != self.last_ack
        self.peer_scale = scales[side ^ 1]
        self.first_rtt = self._handshakes()
        self.odd = self._odd(waiting)

    def _before(self) -> None:
        """The place of the last segment before each of its own side, and of its peer; -1 where there is none."""
        count = len(self.side)
        index = np.arange(count)
        opens = np.ones(count, bool)
        opens[1:] = self.stream[1:] != self.stream[:-1]
        self.begin = np.maximum.accumulate(np.where(opens, index, 0))
        before = []
        for way in (0, 1):
            last = np.maximum.accumulate(np.where(self.side & 1 == way, index, UNSET))
            last = np.concatenate([[UNSET], last[:-1]])
            before.append(np.where(last >= self.begin, last, UNSET))
        first = self.side & 1 == 0
        self.own, self.peer = np.where(first, *before), np.where(first, *before[::-1])
        self.closes = np.ones(count, bool)
        self.closes[:-1] = opens[1:]

    def _of_own(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        """What the side said last."""
        return np.where(self.own >= 0, column[self.own], self._sides.of[name][self.side])

    def _of_peer(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        """What its peer said last."""
        return np.where(self.peer >= 0, column[self.peer], self._sides.of[name][self.side ^ 1])

    def _handshakes(self) -> Positions:
        """The time between a SYN and the first acknowledgment that answers its answer, as each segment knows it."""
        of, time, shakes = self._sides.of, self.table["time"], self.table["flags"] & (SYN | ACK)
        asks = np.flatnonzero(shakes == SYN)
        if len(asks) or (of["asked"][self.stream] != UNSET).any():
            index = np.arange(len(time))
            last = np.maximum.accumulate(np.where(shakes == SYN, index, UNSET))
            asked = np.where(last >= self.begin, time[last], of["asked"][self.stream])
            told = (shakes == ACK) & (asked != UNSET) & (of["told"][self.stream] == UNSET)
            rows = np.flatnonzero(told & (time >= asked))[::-1]
            of["asked"][self.stream[asks]] = time[asks]
            of["first_rtt"][self.stream[rows]] = time[rows] - asked[rows]  # the last assignment stays: the first row
            of["told"][self.stream[rows]] = self.table["packet"][rows]
        return self._sides.first_rtt_at(self.stream, self.table["packet"])

    def _odd(self, waiting: NDArray[Any]) -> NDArray[np.bool_]:
        """Segments of which the rules may say what cannot be told by column."""
        t, was = self.table, self.was
        seq, ack, window, size, flags = t["seq"], t["ack"], t["window"], t["size"], t["flags"]
        ordinary, acks = flags & (SYN | FIN | RST) == 0, flags & ACK > 0
        odd = (was != UNSET) & (seq != was)
        odd |= t["sacked"] > 0
        odd |= ~acks & ~self.closes & ((flags & SYN == 0) | (was != UNSET))
        acked = self._of_own("acked", np.where(acks, ack, UNSET))
        odd |= acks & (acked != UNSET) & (_ahead(ack, acked) < 0)
        self.same = (size == 0) & ordinary & (seq == was) & ~self.changed
        odd |= self.same & (window > 0) & (window == self.last_window)  # acknowledged again
        got = self._of_peer("next", self.end)
        odd |= acks & (got != UNSET) & (_ahead(ack, got) > 0)  # acknowledged before it was seen
        self.peer_ack, self.peer_window = self._of_peer("ack", ack), self._of_peer("window", window)
        odd |= (size > 0) & (self.peer_ack > 0) & (_ahead((seq + size) & (WHOLE - 1), self.peer_ack) <= 0)
        odd |= (size == 1) & (self.peer_window == 0)
        out: NDArray[np.bool_] = odd | (waiting > MOST_UNACKED)
        return out

    def columns(self, waiting: Waiting, calm: NDArray[np.bool_]) -> Table:
        """What is said of the segments of calm connections; of the others nothing."""
        t = self.table
        size, flags = t["size"], t["flags"]
        ordinary = flags & (SYN | FIN | RST) == 0
        said = np.where(ordinary & (t["window"] == 0), ZERO, 0)
        said |= np.where(self.same & (t["window"] > 0) & (t["window"] != self.last_window), UPDATE, 0)
        edge = self.peer_ack + (self.peer_window.astype(np.int64) << np.maximum(self.peer_scale, 0).astype(np.int64))
        full = (size > 0) & ordinary & (self.peer_scale != -1) & (self.peer_window >= 0)
        said |= np.where(full & ((t["seq"] + size - edge) & (WHOLE - 1) == 0), FULL, 0)
        data = size > 0
        in_flight = np.where(data, self._in_flight(), 0)
        self.pushed = np.where(data, self._pushed(), 0)
        acks, rtt = self._acknowledged(waiting, calm)
        return {"flags": said, "acks": acks, "rtt": rtt, "in_flight": in_flight, "pushed": self.pushed}

    def _in_flight(self) -> Positions:
        """Octets sent and not acknowledged, after each segment: as all is in order, they begin at an acknowledgment."""
        seq, flags = self.table["seq"], self.table["flags"]
        lowest = self._sides.of["low"]
        fresh = np.flatnonzero(lowest[self.side] == UNSET)[::-1]
        lowest[self.side[fresh]] = seq[fresh]  # the last of several assignments stays: the first segment
        low = lowest[self.side]
        acked = self._of_peer("acked", np.where(flags & ACK > 0, self.table["ack"], UNSET))
        low = np.where((acked != UNSET) & (_ahead(acked, low) > 0), acked, low)
        out: Positions = _ahead(self.end, low) - (flags & (SYN | FIN) > 0)
        return out

    def _pushed(self) -> Positions:
        """Octets since the last PSH of each side, up to each segment."""
        of = self._sides.of
        rows = np.flatnonzero(self.table["size"] > 0)
        out = np.zeros(len(self.side), np.int64)
        if not len(rows):
            return out
        rows = rows[order_of(self.side[rows])]
        side, size, push = self.side[rows], self.table["size"][rows], self.table["flags"][rows] & PSH > 0
        opens = np.ones(len(rows), bool)
        opens[1:] = side[1:] != side[:-1]
        fresh = opens.copy()
        fresh[1:] |= push[:-1]
        carried = np.where(opens & ~of["push_set"][side], of["pushed"][side].astype(np.int64), 0)
        total = np.cumsum(size + carried)
        begin = np.maximum.accumulate(np.where(fresh, np.arange(len(rows)), 0))
        out[rows] = total - (total - size - carried)[begin]
        return out

    def _acknowledged(self, waiting: Waiting, calm: NDArray[np.bool_]) -> tuple[Positions, Positions]:
        """The segment that each acknowledgment is the first to cover the end of: its packet, and the time between."""
        t = self.table
        sent = np.flatnonzero(calm & (self.span > 0))
        before = waiting.lift(self.side[calm], self._sides.count)
        own = {"side": self.side, "seq": t["seq"], "end": self.end, "packet": t["packet"], "time": t["time"]}
        segments = {name: np.concatenate([before[name], column[sent]]) for name, column in own.items()}
        code = segments["side"] << 32 | segments["end"]
        order = order_of(code)  # of several with one end the first sent comes first
        acks = np.flatnonzero(calm & (t["flags"] & ACK > 0) & (self.changed | (self.own < 0)))
        wanted = (self.side[acks] ^ 1) << 32 | t["ack"][acks]
        out = np.zeros(len(self.side), np.int64), np.full(len(self.side), UNSET, np.int64)
        if len(order):
            at = order[np.searchsorted(code[order], wanted).clip(max=len(order) - 1)]
            hit = (code[at] == wanted) & (segments["packet"][at] <= t["packet"][acks])
            rows, at = acks[hit], at[hit]
            out[0][rows], out[1][rows] = segments["packet"][at], t["time"][rows] - segments["time"][at]
        acked = self._sides.of["acked"]
        every = np.flatnonzero(calm & (t["flags"] & ACK > 0))
        acked[self.side[every]] = t["ack"][every]  # from here on what was said before this chunk is not asked for
        by = acked[segments["side"] ^ 1]
        open_ = (by == UNSET) | (_ahead(segments["end"], by) > 0)
        waiting.keep({name: column[open_] for name, column in segments.items()})
        return out


def _ahead(a: Any, b: Any) -> Any:
    """How far each `a` is ahead of its `b`."""
    return ((a - b + HALF) & (WHOLE - 1)) - HALF
