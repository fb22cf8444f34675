"""TCP analysis over a capture: what each segment is to those before it, by the rules in `tcp_rules`.

The rules go segment by segment.  Where only flags are asked for (the packet list), they run over the connections in
which something is out of the ordinary; the others are looked at by column.  A packet's tree asks for its connection.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions
from dissect.layers.tcp_rules import ACK, REUSED, Segment, Side, Verdict, judge
from dissect.passes.fragments import FragmentPass
from dissect.passes.progress import FIN, RST, SYN, WHOLE, Progress, spans
from dissect.passes.streams import UNSET, StreamPass, places, row_place

SHOWN = ("flags", "duplicate", "duplicate_of")  # what the packet list shows
KEPT_STREAMS = 64  # connections whose verdicts are kept for trees
PARTS = tuple(part.name for part in fields(Verdict))
NOTHING = {part.name: part.default for part in fields(Verdict)}


@dataclass(slots=True)
class Verdicts:
    """What is said of some segments, a column a part of a `Verdict`; `first_rtt` in ns, -1 where it is not known."""

    flags: Any
    duplicate: Any
    duplicate_of: Any
    acks: Any
    rtt: Any
    in_flight: Any
    pushed: Any
    rto: Any
    rto_of: Any
    first_rtt: Any


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
        elif flags == ACK and self.asked >= 0 and self.first_rtt < 0 and self.sides[1 - way].next >= 0:
            self.first_rtt = segment.time - self.asked
        return judge(self.sides[way], self.sides[1 - way], segment, self.first_rtt)


@dataclass(slots=True)
class Alone:
    """A connection that a packet's tree asked for: what is said of its segments, by place, up to a packet number."""

    connection: Connection
    found: dict[int, tuple[Verdict, int]]
    done: int = 0


class AnalysisPass:
    """What each TCP segment of a capture is, as far as was asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=("tcp",)))
        self._chunk_of, self._link_types, self._fragments, self._streams = chunk_of, link_types, fragments, streams
        self._whole = Analysis(self, True)
        self._flags = Analysis(self, False)
        self._alone: OrderedDict[int, Alone] = OrderedDict()

    def verdicts(self, h: Any, chunk: Any, flags_only: bool) -> Verdicts:
        """What is said of a header, or of a group's, of a chunk."""
        if isinstance(h.octets, bytes):
            return self._of_row(h, chunk)
        return (self._flags if flags_only else self._whole).verdicts(chunk, places(h))

    def _of_row(self, h: Any, chunk: Any) -> Verdicts:
        """From the header's own connection, up to the end of its chunk."""
        place = row_place(h)
        stream = int(self._streams.sides("tcp", chunk, np.array([place]))[0]) >> 1
        if stream < 0:
            return one(Verdict(), UNSET)
        alone = self._alone.setdefault(stream, Alone(Connection(), {}))
        self._alone.move_to_end(stream)
        if len(self._alone) > KEPT_STREAMS:
            self._alone.popitem(last=False)
        if alone.done < chunk.first + len(chunk):
            self._go_on(alone, stream, chunk.first + len(chunk))
        verdict, first_rtt = alone.found.get(place, (Verdict(), UNSET))
        return one(verdict, first_rtt)

    def _go_on(self, alone: Alone, stream: int, end: int) -> None:
        """Judge what a connection sent in the chunks that begin before packet number `end`."""
        connection, found = alone.connection, alone.found
        for first, mine in self._streams.places_of(stream, alone.done, end):
            chunk = self._chunk_of(first)
            alone.done = chunk.first + len(chunk)
            inside = mine[mine >= 0]
            rows = np.unique(np.searchsorted(chunk.offset, inside, "right") - 1)
            if not len(rows) or len(inside) < len(mine):
                rows = np.arange(len(chunk))  # within reassembled datagrams: any packet may complete one
            table = self.table(chunk, rows)
            if table is None:
                continue
            at = np.flatnonzero(table["side"] >> 1 == stream)
            self._scale(connection, stream)
            for place, way, segment in segments({name: values[at] for name, values in table.items()}):
                verdict = connection.take(way, segment)
                if not found and stream in self._streams.of["tcp"].reused:
                    verdict.flags |= REUSED
                found[place] = verdict, connection.first_rtt
        alone.done = max(alone.done, end)

    def _scale(self, connection: Connection, stream: int) -> None:
        for side, scale in zip(connection.sides, self._streams.of["tcp"].scale[stream].tolist(), strict=True):
            side.scale = scale

    def table(self, chunk: Any, rows: Positions | None = None) -> dict[str, NDArray[Any]] | None:
        """The segments of a chunk, or of some rows of it, in order."""
        some = chunk if rows is None else chunk.taken(rows)
        seen = Seen()
        link_types = self._link_types(chunk)
        context = self._fragments.bind(chunk)
        self._evaluator.evaluate(some, link_types if rows is None else link_types[rows], context, seen)
        table = seen.table()
        if table is None:
            return None
        table["packet"] = chunk.first + 1 + (table["row"] if rows is None else rows[table["row"]])
        table["time"] = some.time[table["row"]]
        table["side"] = self._streams.sides("tcp", chunk, table["place"])
        keep = table["side"] >= 0
        return {name: values[keep] for name, values in table.items()}


def one(verdict: Verdict, first_rtt: int) -> Verdicts:
    """The verdict of one segment."""
    return Verdicts(**{part: getattr(verdict, part) for part in PARTS}, first_rtt=first_rtt)


class Analysis:
    """The verdicts of a capture from its beginning on; of every segment (`whole`), or their flags."""

    def __init__(self, state: AnalysisPass, whole: bool) -> None:
        self._state, self._all = state, whole
        self._done = 0
        self._starts: list[int] = []
        self._tables: list[tuple[Positions, dict[str, NDArray[Any]]]] = []
        self._rough: dict[int, Connection] = {}  # connections that the rules go through segment by segment
        self._progress = Progress()
        self._last: dict[str, Positions] = {name: np.full(64, UNSET, np.int64) for name in LAST}

    def verdicts(self, chunk: Any, place: Positions) -> Verdicts:
        """What is said of the headers at these places."""
        while self._done < chunk.first + len(chunk):
            self._look(self._state._chunk_of(self._done))
        low = max(int(np.searchsorted(self._starts, chunk.first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, chunk.first + len(chunk), "left"))
        out = {
            name: np.full(len(place), default, np.int64) for name, default in (*NOTHING.items(), ("first_rtt", UNSET))
        }
        for known, columns in self._tables[low:high]:
            if not len(known):
                continue
            at = np.searchsorted(known, place).clip(max=len(known) - 1)
            mine = known[at] == place
            for name, values in columns.items():
                out[name][mine] = values[at[mine]]
        return Verdicts(**out)

    def _look(self, chunk: Any) -> None:
        table = self._state.table(chunk)
        rows = [] if table is None else self._judged(table)
        names = (*PARTS, "first_rtt") if self._all else SHOWN
        columns = np.array(rows, np.int64).reshape(-1, 1 + len(names))
        columns = columns[np.argsort(columns[:, 0], kind="stable")]
        values = {name: columns[:, i].copy() for i, name in enumerate(names, 1)}
        self._starts.append(chunk.first)
        self._tables.append((columns[:, 0].copy(), values))
        self._done = chunk.first + len(chunk)

    def _judged(self, table: dict[str, NDArray[Any]]) -> list[tuple[int, ...]]:
        stream = table["side"] >> 1
        odd = np.ones(len(stream), bool) if self._all else self._odd(table)
        reused = self._state._streams.of["tcp"].reused
        suspects = [*sorted(set(stream[odd].tolist()) - self._rough.keys())]
        for number in suspects:
            self._rough[number] = self._begun(number)
        if not self._all:
            self._commit(table)
        one_by_one = np.flatnonzero(np.isin(stream, list(self._rough)))
        chosen = {name: values[one_by_one] for name, values in table.items()}
        for number in set(stream[one_by_one].tolist()):
            self._state._scale(self._rough[number], number)
        out = list[tuple[int, ...]]()
        numbers = stream[one_by_one].tolist()
        for number, (place, way, segment) in zip(numbers, segments(chosen), strict=True):
            connection = self._rough[number]
            fresh = connection.sides[0].next < 0 and connection.sides[1].next < 0
            verdict = connection.take(way, segment)
            if fresh and number in reused and segment.flags & (SYN | ACK) == SYN:
                verdict.flags |= REUSED
            if self._all:
                out.append((place, *(getattr(verdict, part) for part in PARTS), connection.first_rtt))
            elif verdict.flags:
                out.append((place, verdict.flags, verdict.duplicate, verdict.duplicate_of))
        return out

    # -- connections in which all is in order, by column

    def _begun(self, stream: int) -> Connection:
        """A connection as it stood before this chunk."""
        out = Connection()
        if self._all:
            return out
        self._room(2 * stream + 2)
        out.asked, out.first_rtt = (int(self._last[name][2 * stream]) for name in ("asked", "first_rtt"))
        for way, side in enumerate(out.sides):
            at = 2 * stream + way
            if self._before[at] != UNSET:
                side.next = side.acceptable = int(self._before[at])
                side.window, side.ack, side.ack_time, side.next_time, side.first_ack = (
                    int(self._last[name][at]) for name in ("window", "ack", "time", "next_time", "first_ack")
                )
        return out

    def _room(self, count: int) -> None:
        size = len(self._last["window"])
        if count > size:
            more = np.full(max(count, 2 * size) - size, UNSET, np.int64)
            self._last = {name: np.concatenate([values, more]) for name, values in self._last.items()}
        if len(self._before) < len(self._last["window"]):
            more = np.full(len(self._last["window"]) - len(self._before), UNSET, np.int64)
            self._before = np.concatenate([self._before, more])

    _before: Positions = np.zeros(0, np.int64)  # each side's next sequence number before this chunk

    def _odd(self, table: dict[str, NDArray[Any]]) -> Any:
        """Segments of which the rules may say something."""
        side, seq, ack, window, size, flags = (table[n] for n in ("side", "seq", "ack", "window", "size", "flags"))
        self._before = self._progress.next.copy()
        self._room(int(side.max(initial=-1)) + 2)
        was, _ = self._progress.advance(side, seq, spans(table))
        ordinary = flags & (SYN | FIN | RST) == 0
        own, peer = previous(side)
        last = {name: np.where(own >= 0, table[name][own], self._last[name][side]) for name in ("ack", "window")}
        odd = ((was != UNSET) & (seq != was)) | ((window == 0) & ordinary)
        odd |= (size == 0) & ordinary & (seq == was) & (ack == last["ack"])
        end = (seq + spans(table)) % WHOLE
        got = np.where(
            peer >= 0, end[peer], UNSET
        )  # while all is in order, a side's last segment ends where it has got to
        other = side ^ 1
        got = np.where(peer >= 0, got, self._before[other])
        peer_ack, peer_window = (
            np.where(peer >= 0, table[name][peer], self._last[name][other]) for name in ("ack", "window")
        )
        far = (ack - got + (WHOLE >> 1)) % WHOLE - (WHOLE >> 1)
        odd |= (flags & ACK > 0) & (got != UNSET) & (far > 0)
        scale = self._state._streams.of["tcp"].scale.reshape(-1)[other]
        edge = peer_ack + (peer_window << np.maximum(scale, 0))
        odd |= (size > 0) & ordinary & (scale != UNSET) & (peer_window >= 0) & ((seq + size) % WHOLE == edge % WHOLE)
        sent = (seq + size - peer_ack + (WHOLE >> 1)) % WHOLE - (WHOLE >> 1)
        odd |= (size > 0) & (peer_ack > 0) & (sent <= 0)  # acknowledged before it was seen
        odd |= np.isin(side >> 1, list(self._state._streams.of["tcp"].reused)) & (flags & (SYN | ACK) == SYN)
        return odd

    def _commit(self, table: dict[str, NDArray[Any]]) -> None:
        """What each side said last."""
        side, time = table["side"], table["time"]
        self._room(int(side.max(initial=-1)) + 2)
        asks = np.flatnonzero(table["flags"] & (SYN | ACK) == SYN)
        self._last["asked"][side[asks] & ~1] = time[asks]
        for row in np.flatnonzero(
            (table["flags"] & (SYN | ACK) == ACK) & (self._last["first_rtt"][side & ~1] < 0)
        ).tolist():
            at = int(side[row]) & ~1
            begun = self._last["asked"][at]
            if begun >= 0 and self._last["first_rtt"][at] < 0 and time[row] >= begun:
                self._last["first_rtt"][at] = time[row] - begun
        moved = np.flatnonzero(spans(table) > 0)
        self._last["next_time"][side[moved]] = time[moved]
        own, _ = previous(side)
        before = np.where(own >= 0, table["ack"][own], self._last["ack"][side])
        changed = np.flatnonzero(table["ack"] != before)
        self._last["first_ack"][side[changed]] = table["packet"][changed]
        for name in ("ack", "window", "time"):
            self._last[name][side] = table[name]  # the last of several assignments stays


LAST = ("window", "ack", "time", "next_time", "first_ack", "asked", "first_rtt")


def previous(side: Positions) -> tuple[Positions, Positions]:
    """Of each segment, the last one before it of its own side, and of its peer; -1 where there is none."""
    order = np.argsort(side >> 1, kind="stable")
    stream, way = side[order] >> 1, side[order] & 1
    index = np.arange(len(side))
    opens = np.concatenate([[True], stream[1:] != stream[:-1]]) if len(side) else np.zeros(0, bool)
    begin = np.maximum.accumulate(np.where(opens, index, 0)) if len(side) else index
    found = []
    for wanted in (0, 1):
        at = np.maximum.accumulate(np.where(way == wanted, index, -1)) if len(side) else index
        before = np.concatenate([[-1], at[:-1]])
        found.append(np.where(before >= begin, before, -1))
    own = np.where(way == 0, found[0], found[1])
    peer = np.where(way == 0, found[1], found[0])
    out = np.empty((2, len(side)), np.int64)
    for i, one in enumerate((own, peer)):
        out[i, order] = np.where(one >= 0, order[one], -1)
    return out[0], out[1]


def segments(table: dict[str, NDArray[Any]]) -> Any:
    """(place, way, segment) of each row."""
    names = ("packet", "time", "seq", "ack", "flags", "size", "window")
    rows = map(Segment, *(table[name].tolist() for name in names))
    return zip(table["place"].tolist(), (table["side"] & 1).tolist(), rows, strict=True)


class Seen:
    """A visitor: the TCP headers of a chunk as columns."""

    def __init__(self) -> None:
        self._parts: list[dict[str, NDArray[Any]]] = []

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        place = np.array([row_place(h.header)]) if isinstance(h, Single) else places(h)
        columns = {"row": rows, "place": place}
        for name, attr in (
            ("seq", "seq_raw"),
            ("ack", "ack_raw"),
            ("flags", "flags"),
            ("window", "window"),
            ("size", "len"),
        ):
            columns[name] = np.atleast_1d(np.asarray(getattr(h, attr))).astype(np.int64)
        self._parts.append(columns)

    def table(self) -> dict[str, NDArray[Any]] | None:
        """The columns in packet order; None where there is no segment."""
        if not self._parts:
            return None
        out = {name: np.concatenate([p[name] for p in self._parts]) for name in self._parts[0]}
        order = np.argsort(out["row"], kind="stable")
        return {name: values[order] for name, values in out.items()}
