"""TCP analysis over a capture: what each segment is to those before it, by the rules in `tcp_rules`.

The rules go segment by segment.  They run over the connections in which something is out of the ordinary; the others
are judged by column (`sight`), and so is one again that has calmed down.  A packet's tree asks for its connection.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, grouped, order_of
from dissect.layers.tcp_rules import ACK, REUSED, SYN, Segment, Verdict, judge
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import sacked
from dissect.passes.onward import Onward
from dissect.passes.place import places, row_place
from dissect.passes.shelf import Shelf
from dissect.passes.sight import Connection, SidesSoFar, Sight, Waiting
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import StreamPass

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
        self._whole = Analysis(self)
        self._alone: OrderedDict[int, Alone] = OrderedDict()

    def upto(self, packet: int) -> None:
        """Judge until the packets before number `packet` (0-based) are done."""
        self._whole.upto(packet)

    def reader(self, fragments: FragmentPass, streams: StreamPass) -> AnalysisPass:
        """The same for another thread, once the whole capture is judged."""
        out = copy(self)
        out._fragments, out._streams, out._alone = fragments, streams, OrderedDict()
        return out

    def verdicts(self, h: Any, chunk: Any) -> Verdicts:
        """What is said of a header, or of a group's, of a chunk."""
        if isinstance(h.octets, bytes):
            return self._of_row(h, chunk)
        return self._whole.verdicts(chunk, places(h))

    def judged(self, chunk: Any) -> tuple[dict[str, NDArray[Any]], Verdicts] | None:
        """The segments of a chunk in order, and what is said of each."""
        table = self.table(chunk)
        return None if table is None else (table, self._whole.verdicts(chunk, table["place"]))

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
        for chunk, mine in self._streams.places_of(stream, alone.done, end):
            alone.done = chunk.first + len(chunk)
            inside = mine[mine >= 0]
            rows = grouped(np.searchsorted(chunk.offset, inside, "right") - 1)[0]
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
        if rows is None and (known := self._streams.segments(chunk)) is not None:
            if not known:
                return None
            known["packet"] = chunk.first + 1 + known["row"]
            return known
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


@dataclass(slots=True)
class Judged:
    """What is said of a chunk's segments, in order of their places: columns, and `rare` (place -> the other parts)."""

    place: Positions
    stream: Positions
    packet: Positions
    columns: dict[str, NDArray[Any]]
    rare: dict[str, tuple[Positions, Positions]]  # the place in `place`, the value


class Analysis(Onward):
    """The verdicts of a capture from its beginning on."""

    def __init__(self, state: AnalysisPass) -> None:
        super().__init__(state._chunk_of)
        self._state = state
        self._starts: list[int] = []
        self._tables = Shelf[Judged | None]()
        self._rough: dict[int, Connection] = {}  # connections that the rules go through segment by segment
        self._sides = SidesSoFar()
        self._waiting = Waiting()

    def verdicts(self, chunk: Any, place: Positions) -> Verdicts:
        """What is said of the headers at these places."""
        self.upto(chunk.first + len(chunk))
        low = max(int(np.searchsorted(self._starts, chunk.first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, chunk.first + len(chunk), "left"))
        out = {name: np.full(len(place), NOTHING.get(name, UNSET), np.int64) for name in (*PARTS, "first_rtt")}
        for known in self._tables.each(low, high):
            if known is not None:
                self._tell(known, place, out)
        return Verdicts(**out)

    def _tell(self, known: Judged, place: Positions, out: dict[str, Positions]) -> None:
        at = np.searchsorted(known.place, place).clip(max=len(known.place) - 1)
        mine = np.flatnonzero(known.place[at] == place)
        at = at[mine]
        for name, column in known.columns.items():
            out[name][mine] = column[at]
        for name, (rows, values) in known.rare.items():
            full = np.full(len(known.place), NOTHING[name], np.int64)
            full[rows] = values
            out[name][mine] = full[at]
        out["first_rtt"][mine] = self._sides.first_rtt_at(known.stream[at], known.packet[at])

    def _look(self, chunk: Any) -> None:
        table = self._state.table(chunk)
        self._starts.append(chunk.first)
        self._tables.append(None if table is None or not len(table["side"]) else self._judged(table))

    def _judged(self, table: dict[str, NDArray[Any]]) -> Judged:
        """Judge a chunk's segments: by column, but for the connections in which something is out of the ordinary."""
        order = order_of(table["side"] >> 1)
        ordered = {name: table[name][order] for name in ORDERED}
        scales = self._state._streams.of["tcp"].scale.reshape(-1)
        sight = Sight(ordered, self._sides, self._waiting.counts(ordered["side"]), scales)
        stream = sight.stream
        odd = set(stream[sight.odd].tolist()) - self._rough.keys()
        for number, waiting in self._waiting.taken(odd).items():
            self._rough[number] = self._sides.connection(number, waiting)
        rough = np.zeros(self._sides.count >> 1, bool)
        rough[list(self._rough)] = True
        one_by_one = rough[stream]
        columns = sight.columns(self._waiting, ~one_by_one)
        self._mark_reused(ordered, sight, columns["flags"])
        self._sides.commit(sight, np.flatnonzero(~one_by_one))
        rare = self._one_by_one(sight, np.flatnonzero(one_by_one), columns)
        return judged(ordered, stream, columns, rare)

    def _mark_reused(self, ordered: dict[str, NDArray[Any]], sight: Sight, flags: Positions) -> None:
        reused = self._state._streams.of["tcp"].reused
        if reused:
            asks = (ordered["flags"] & (SYN | ACK) == SYN) & (sight.was == UNSET) & ~sight.peer_seen
            rows = np.flatnonzero(asks)
            flags[rows] |= REUSED * np.array([number in reused for number in sight.stream[rows].tolist()], np.int64)

    def _one_by_one(
        self, sight: Sight, rows: Positions, columns: dict[str, NDArray[Any]]
    ) -> dict[str, tuple[list[int], list[int]]]:
        """Judge these segments, each connection's in their order, by the rules."""
        rare: dict[str, tuple[list[int], list[int]]] = {name: ([], []) for name in RARE}
        numbers = sight.stream[rows].tolist()
        scales = self._state._streams.of["tcp"].scale
        for number in set(numbers):
            for side, scale in zip(self._rough[number].sides, scales[number].tolist(), strict=True):
                side.scale = scale
        first_rtt = sight.first_rtt[rows].tolist()
        chosen = {name: sight.table[name][rows] for name in ORDERED}
        found: list[tuple[int, ...]] = []
        for row, number, rtt, (_, way, segment) in zip(
            rows.tolist(), numbers, first_rtt, segments(chosen), strict=True
        ):
            sides = self._rough[number].sides
            verdict = judge(sides[way], sides[1 - way], segment, rtt)
            found.append((verdict.flags, verdict.acks, verdict.rtt, verdict.in_flight, verdict.pushed))
            for name, (at, values) in rare.items():
                if (value := getattr(verdict, name)) != NOTHING[name]:
                    at.append(row)
                    values.append(value)
        if found:
            marked = columns["flags"][rows] & REUSED
            for name, values_of in zip(COMMON, zip(*found, strict=True), strict=True):
                columns[name][rows] = values_of
            columns["flags"][rows] |= marked
        waiting: list[tuple[int, int, int, int, int]] = []
        for number in sorted(set(numbers)):
            connection = self._rough[number]
            if connection.settled():
                del self._rough[number]
                waiting += self._sides.accept(number, connection)
        self._waiting.add(waiting)
        return rare


ORDERED = ("place", "packet", "time", "seq", "ack", "flags", "size", "window", "sacked", "side")
COMMON: dict[str, Any] = {
    "flags": np.uint16, "acks": np.uint32, "rtt": np.int64, "in_flight": np.uint32, "pushed": np.uint32,
}  # fmt: skip
RARE = ("duplicate", "duplicate_of", "rto", "rto_of")


def judged(
    ordered: dict[str, NDArray[Any]], stream: Positions, columns: dict[str, NDArray[Any]],
    rare: dict[str, tuple[list[int], list[int]]],
) -> Judged:  # fmt: skip
    """The columns in order of the places; small types, as they are kept."""
    order = order_of(ordered["place"])
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    kept = {name: columns[name][order].astype(kind) for name, kind in COMMON.items()}
    sparse = {
        name: (back[np.array(at, np.int64)], np.array(values, np.int64)) for name, (at, values) in rare.items() if at
    }
    return Judged(
        ordered["place"][order], stream[order].astype(np.int32), ordered["packet"][order].astype(np.int32), kept, sparse
    )


def segments(table: dict[str, NDArray[Any]]) -> Any:
    """(place, way, segment) of each row."""
    names = ("packet", "time", "seq", "ack", "flags", "size", "window", "sacked")
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
        columns["sacked"] = sacked(h.header if isinstance(h, Single) else h)
        self._parts.append(columns)

    def table(self) -> dict[str, NDArray[Any]] | None:
        """The columns in packet order; None where there is no segment."""
        if not self._parts:
            return None
        out = {name: np.concatenate([p[name] for p in self._parts]) for name in self._parts[0]}
        order = order_of(out["row"])
        return {name: values[order] for name, values in out.items()}
