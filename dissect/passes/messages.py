"""Messages over TCP: which segments make which message (RFC 9293 section 3.4; the layers say where messages end).

The pass goes over the capture in file order, chunk by chunk.  Segments that hold whole messages only are settled by
column; code runs one by one over the segments of those sides of a connection where a message goes on in another
segment.  It keeps no octets but of messages whose length is not known yet: a message is a list of places in the file.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import ColumnHeader, RowHeader
from dissect.engine.layer import Layer
from dissect.engine.messages import (
    AGAIN,
    AS_IT_IS,
    AT_LEAST,
    LAST,
    MORE,
    OWN,
    UNTIL_END,
    WAITS,
    Messages,
    Sized,
    Stretches,
)
from dissect.engine.peek import ColumnPeek, RowPeek
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Arena, Part
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, Window, copy_spans, order_of
from dissect.passes import in_order
from dissect.passes.fragments import FragmentPass
from dissect.passes.onward import Onward
from dissect.passes.overlap import assemble, conflicts
from dissect.passes.place import inside, moved, octets_at, places, row_place
from dissect.passes.progress import FIN, HALF, RST, SYN, WHOLE, Progress, spans
from dissect.passes.shelf import Rows, Shelf
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import LATEST, StreamPass

FURTHEST = 100_000  # packets that are looked at for the end of a message
MOST = 16 << 20  # octets of a message; a longer one is dissected as far as each segment goes
HELD = 64 << 20  # octets, of all messages whose length is not known yet
MOST_PIECES = 65_536  # of a message
KEPT = 32 << 20  # octets of messages put together lately
SAID = 6  # groups of segments of which is kept what was said of how long their messages are
ROUNDS = 256  # messages in a segment that are looked for by column; what has more goes one by one
Row = tuple[int, int, int, int, int, int]  # place of the header, then as Stretches


class Open:
    """A message that waits for segments."""

    __slots__ = ("ahead", "entire", "layer", "number", "octets", "pieces", "reach", "seq", "total")

    def __init__(self, number: int, seq: int, layer: int) -> None:
        self.number, self.seq, self.layer = number, seq, layer
        self.total = 0  # octets that must be there before anything more is known
        self.entire = False  # all of the next segment is wanted, however long
        self.octets: bytearray | None = None  # what is there, where the length is not known yet
        self.pieces: list[tuple[int, int, int, int]] = []  # packet, place, offset, size
        self.reach = 0  # the end of what is there without a gap
        self.ahead: list[tuple[int, int, int]] = []  # what lies behind a gap: offset, size, place

    def inner(self, seq: int, size: int) -> bool:
        """Whether a segment simply goes on with a message that it does not end."""
        reach = self.reach
        return (
            0 < size < self.total - reach
            and (seq - self.seq) % WHOLE == reach
            and self.octets is None
            and not self.ahead
            and 1 < len(self.pieces) < MOST_PIECES
        )

    def plain(self, seq: int) -> bool:
        """Whether it is known how long it is, nothing of it is missing, and a segment goes on with it."""
        plain = self.octets is None and not self.entire and not self.ahead and self.reach < self.total <= MOST
        return plain and (seq - self.seq) % WHOLE == self.reach


NOTHING = np.zeros((0, 6), np.int64)
NOWHERE = np.zeros(0, np.int64)
TOTAL, PACKET = 2, 3  # columns of messages
UNKNOWN = (0, 0, 0, 0)  # of a message that is not whole


def stretches(place: Positions, *columns: Any) -> NDArray[np.int64]:
    """Rows of a table: a column is an array, or what all of them have."""
    out = np.empty((len(place), 6), np.int64)
    for i, column in enumerate((place, *columns)):
        out[:, i] = column
    return out


class Table:
    """The stretches of a chunk's segments (columns of `Row`), by place of their header."""

    def __init__(self, columns: NDArray[np.int64]) -> None:
        columns = columns[order_of(columns[:, 0])]
        self.place = np.ascontiguousarray(columns[:, 0])
        self.rest = columns[:, 1:].astype(np.int32)

    def rows(self) -> NDArray[np.int64]:
        """The columns as they were given."""
        return np.column_stack([self.place, self.rest])

    def of(self, place: Positions) -> Stretches | None:
        """The stretches of the headers at these places."""
        low = self.place.searchsorted(place)
        counts = self.place.searchsorted(place, "right") - low
        if not counts.any():
            return None
        at = np.repeat(np.arange(len(place)), counts)
        rows = in_order.ranges(low, counts)
        return Stretches(at, *(self.rest[rows, i].astype(np.int64) for i in range(5)))

    def of_one(self, place: int) -> list[list[int]]:
        """The stretches of one header."""
        at, end = int(self.place.searchsorted(place)), len(self.place)
        found = []
        while at < end and self.place[at] == place:
            found.append(self.rest[at].tolist())
            at += 1
        return found


class MessagePass(Onward):
    """The messages of a capture's TCP connections, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments, self._streams = link_types, fragments, streams
        self.registry = registry
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=("tcp",), dispatches=("tcp",)))
        self._switched: dict[int, int] = {}  # streams that went over to another layer, and its number
        self._asks_bare: set[int] = set()  # sides whose last question wants an answer without a body
        self._starts: list[int] = []  # the first packet of each chunk done
        self._tables = Shelf[Table]()
        # the segments of the latest chunks, as they were seen, for passes that come behind
        self._met: dict[tuple[int, int], tuple[dict[str, NDArray[Any]] | None, list[Window]]] = {}
        self._progress = Progress()
        self._open: dict[int, Open] = {}  # of each side
        self._held = 0  # octets that open messages hold
        # of each message: its first piece, its pieces, its octets, the packet that completes it
        self._messages = Rows(4)
        self.sent, self.sent_again = 0, array("q")  # segments with octets; packets of those whose octets came before
        self.pieces = Rows(4)  # packet, place, offset, size of each
        self._payloads: OrderedDict[int, bytes] = OrderedDict()
        self._kept = 0
        self.buffer: Any = b""
        self.sized = deque[Sized](maxlen=SAID)  # of the latest segments in the file's own octets
        self.only: int | None = None  # the stream that is looked at, if it is one only

    def completed_by(self, number: int, packet: int) -> int:
        """The packet that completes a message, if it is not too far behind `packet`; else 0."""
        while not self.packet(number) and self._done < packet + FURTHEST and self._step():
            pass
        return self.packet(number)

    def packet(self, number: int) -> int:
        """The packet that completes a message, as far as is known; else 0."""
        return int(self._messages.table[number, PACKET])

    def at(self, packet: int) -> bool:
        """Whether this pass was asked for all before a packet, and for nothing behind it."""
        return self.only is None and 0 < self._done == packet

    def seen(self, chunk: Any) -> Seen:
        """Who is shown the segments of a chunk."""
        return Seen(self._streams, chunk, self.registry)

    def take(self, chunk: Any, seen: Seen) -> None:
        """Go on by the chunk behind what is done, whose segments were seen."""
        self.buffer = chunk.buffer
        table = seen.table()
        self._met[chunk.first, len(chunk)] = table, seen.windows
        if len(self._met) > LATEST:
            del self._met[next(iter(self._met))]
        self._starts.append(chunk.first)
        self._tables.append(Table(NOTHING if table is None else self._settle(table, chunk, seen.windows)))
        self._done = chunk.first + len(chunk)

    def _look(self, chunk: Any) -> None:
        if self.only is None and self._streams.done == chunk.first:
            self._streams.together(chunk, messages=True)
            return
        seen = self.seen(chunk)
        context, some, link_types = self._fragments.bind(chunk), chunk, self._link_types(chunk)
        within = None if self.only is None else self._streams.rows_in(chunk, self.only)
        if within is not None:
            some, link_types, seen.within = chunk.taken(within), link_types[within], within
        self._evaluator.evaluate(some, link_types, context, segments=seen)
        self.take(chunk, seen)

    def reader(self, fragments: FragmentPass, streams: StreamPass) -> MessagePass:
        """The same for another thread, once the whole capture is known."""
        out = copy(self)
        out._fragments, out._streams = fragments, streams
        out._payloads, out._kept = OrderedDict(), 0
        return out

    def table(self, first: int, count: int) -> Table:
        """The stretches of the chunks that hold these packets."""
        self.upto(first + count)
        low = max(int(np.searchsorted(self._starts, first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, first + count, "left"))
        tables = list(self._tables.each(low, high))
        return tables[0] if len(tables) == 1 else Table(np.concatenate([NOTHING, *(t.rows() for t in tables)]))

    def carrying(
        self, chunk: Any, layer: int, enters: Callable[[int], bool], begins: int | None = None
    ) -> tuple[Positions, Positions] | None:
        """(rows, streams) of a chunk's segments in which a layer may be; None where that cannot be told.

        `enters`: whether it may be below a layer of this number; `begins`: the first octet of what is looked for.
        """
        table, windows = self._met.get((chunk.first, len(chunk)), (None, ()))
        if table is None or bool((table["place"] < 0).any()):
            return None
        holds = np.zeros(len(self.registry.outlines) + 1, bool)
        for number in distinct(table["layer"]):
            holds[number] = number >= 0 and (number == layer or enters(number))
        out = holds[table["layer"]] & (table["size"] > 0)
        if begins is not None:  # what is evaluated by row is looked at whatever it begins with
            some = out & (table["layer"] == layer) & table["whole"]
            for i, window in enumerate(windows):
                mine = np.flatnonzero(some & (table["window"] == i)) if window.u1 is self.buffer else NOWHERE
                out[mine] = window.uint(table["start"][mine], 1) == begins
        pieces = self.table(chunk.first, len(chunk))
        held = [n for n in distinct(pieces.rest[:, 3].astype(np.int64)) if n == layer or (n >= 0 and enters(n))]
        at = np.flatnonzero((pieces.rest[:, 0] >= OWN) & np.isin(pieces.rest[:, 3], held))
        if begins is not None:
            whole = at[(pieces.rest[at, 0] >= 0) & (pieces.rest[at, 3] == layer)]
            first = self.pieces.table[self._messages.table[pieces.rest[whole, 0], 0], 1]
            wanted = np.frombuffer(self.buffer, np.uint8)[np.maximum(first, 0)] == begins
            at = np.setdiff1d(at, whole[(first >= 0) & ~wanted], assume_unique=True)
        out |= np.isin(table["place"], pieces.place[at])
        rows = np.flatnonzero(out)
        return table["row"][rows], table["side"][rows] >> 1

    def _declared(self, number: int) -> Messages | None:
        """How the layer of this number declares its messages."""
        if number < 0 or "messages" not in self.registry.outlines[number].marks:
            return None
        return self.registry.numbered(number).messages

    # -- a chunk

    def _settle(self, table: dict[str, NDArray[Any]], chunk: Any, windows: list[Window]) -> NDArray[np.int64]:
        """The stretches of a chunk's segments."""
        again = self._progress.advance(table["side"], table["seq"], spans(table))[1]
        says = (table["size"] > 0) & table["whole"] & (table["flags"] & SYN == 0)
        repeats = np.flatnonzero(again & says)
        self.sent += int(says.sum())
        self.sent_again.extend((chunk.first + 1 + table["row"][repeats[table["size"][repeats] > 1]]).tolist())
        switched = self._switch(table, windows, says & ~again)
        cut, need = self._cuts(table, windows, says & ~again)
        busy = np.zeros(self._progress.count, bool)
        busy[table["side"][(cut < table["size"]) | switched]] = True
        busy[list(self._open)] = True
        bare = self._bare(table, windows, says & ~again)
        odd = again | switched | bare
        some = np.flatnonzero(busy[table["side"]] & says)
        rows = [] if not len(some) else self._in_order(table, windows, some, cut, need, odd, chunk.first + 1, busy)
        one_by_one = np.flatnonzero(busy[table["side"]] & (says | (table["flags"] & FIN > 0)))
        repeats = repeats[~busy[table["side"][repeats]]]
        rows.append(stretches(table["place"][repeats], AGAIN, 0, table["size"][repeats], 0, UNSET))
        rows.append(self._one_by_one(table, one_by_one, chunk.first + 1, again, cut, switched, bare))
        return np.concatenate(rows)

    def _in_order(
        self, table: dict[str, NDArray[Any]], windows: list[Window], rows: Positions, cut: Positions, need: Positions,
        odd: Any, packet: int, busy: NDArray[np.bool_],
    ) -> list[NDArray[np.int64]]:  # fmt: skip
        """The stretches of those sides of which nothing is odd; they are then `busy` no more.  `packet`: of row 0."""
        rows, opens = in_order.sides(table, rows)
        first = rows[opens]
        sides, seqs = table["side"][first], table["seq"][first].tolist()
        held = [self._open.get(side) for side in sides.tolist()]
        waiting = in_order.Waiting(*np.array(list(map(_left, held, seqs)), np.int64).T)
        found, wrong, second = in_order.followed(table, rows, opens, cut[rows], need[rows], odd[rows], waiting, MOST)
        wrong |= (waiting.octets < 0) | (np.bincount(found.group) + waiting.pieces > MOST_PIECES)
        layers = table["layer"][rows]
        layers = np.where(found.own, layers[found.head], layers)
        layers = np.where(found.inside & ~found.own, waiting.layer[found.group], layers)
        wrong[found.group[second][self._anew(table, windows, rows[second], layers[second])]] = True
        keep, right = ~wrong[found.group], np.flatnonzero(~wrong)
        if not len(right):
            return []
        busy[sides[right]] = False
        waiting = in_order.Waiting(*(column[right] for column in waiting))
        return self._ordered(table, found.taken(keep), layers[keep], waiting, [held[g] for g in right.tolist()], packet)

    def _ordered(
        self, table: dict[str, NDArray[Any]], found: in_order.Segments, layer: Positions, waiting: in_order.Waiting,
        held: list[Open | None], packet: int,
    ) -> list[NDArray[np.int64]]:  # fmt: skip
        """The stretches of sides where all is in order; what is sent is kept.  `held`: what was open on each."""
        rows, begins, inside, group = found.rows, found.begins, found.inside, found.group
        place, size, cut = table["place"][rows], found.size, found.cut
        base, fresh = len(self._messages), np.flatnonzero(begins)
        number = np.full(len(rows), UNSET, np.int64)
        number[fresh[np.argsort(rows[fresh])]] = base + np.arange(len(fresh))  # in the order of the packets
        number = np.where(found.own, number[found.head], np.where(inside, waiting.number[group], number))
        offset = np.where(found.own, found.start - (found.start + cut)[found.head], 0)
        offset = np.where(inside & ~found.own, found.start + waiting.came[group], offset)
        total = np.where(found.own, found.need[found.head], waiting.total[group])
        skip = np.where(begins, cut, 0)
        at = in_order.moved_all(table["at"][rows], skip)
        pieces = np.column_stack([packet + table["row"][rows], at, offset, size - skip])
        over, on = np.flatnonzero(found.ends), np.flatnonzero(inside & ~found.ends)
        ahead = fresh[cut[fresh] > 0]
        self._keep(table, found, layer, held, pieces, number - base)
        return [
            stretches(place[ahead], OWN, 0, cut[ahead], layer[ahead], UNSET),
            stretches(place[fresh], WAITS, cut[fresh], size[fresh], layer[fresh], ~number[fresh]),
            stretches(place[on], WAITS, 0, size[on], layer[on], number[on]),
            stretches(place[over], LAST, 0, size[over], layer[over], number[over]),
            stretches(place[over], number[over], 0, total[over], layer[over], number[over]),
        ]

    def _keep(
        self, table: dict[str, NDArray[Any]], found: in_order.Segments, layer: Positions, held: list[Open | None],
        pieces: NDArray[np.int64], number: Positions,
    ) -> None:  # fmt: skip
        """Keep the messages that these pieces are of: whole, or waiting for more.  `number`: among those that begin."""
        whole = np.flatnonzero(found.ends & found.own)
        heads, counts = found.head[whole], whole - found.head[whole] + 1
        columns = np.zeros((4, int(found.begins.sum())), np.int64)
        columns[:, number[whole]] = (
            len(self.pieces) + np.cumsum(counts) - counts, counts, found.need[heads], pieces[whole, 0]
        )  # fmt: skip
        self.pieces.add(pieces[in_order.ranges(heads, counts)])
        base = len(self._messages)
        self._messages.add(columns.T)
        bounds = [*found.first.tolist(), len(pieces)]
        sides, seqs = table["side"][found.rows], table["seq"][found.rows]
        for g, message in enumerate(held):  # a loop over sides that a message was sent on before
            if message is None:
                continue
            a, b = bounds[g], bounds[g + 1]
            mine = a + np.flatnonzero(found.inside[a:b] & ~found.own[a:b])
            message.pieces += map(tuple, pieces[mine].tolist())
            message.reach += int(pieces[mine, 3].sum())
            if found.ends[mine[-1]]:
                self._finished(message, int(sides[a]), int(pieces[mine[-1], 0]), message.total)
        for at in np.flatnonzero(found.begins)[columns[3][number[found.begins]] == 0].tolist():  # the last of each side
            side, end = int(sides[at]), bounds[int(found.group[at]) + 1]
            seq = int(seqs[at] + found.cut[at]) % WHOLE
            message = self._open[side] = Open(base + int(number[at]), seq, int(layer[at]))
            message.pieces = [*map(tuple, pieces[at:end].tolist())]
            message.total, message.reach = int(found.need[at]), int(pieces[at:end, 3].sum())

    def _one_by_one(
        self, table: dict[str, NDArray[Any]], rows: Positions, packet: int, *more: Any
    ) -> NDArray[np.int64]:
        """The stretches of segments that are looked at in turn: where a message ends depends on those before it."""
        names = "place", "side", "seq", "size", "at", "layer", "flags"
        columns = [table[name][rows].tolist() for name in names]
        numbers, out = (packet + table["row"][rows]).tolist(), list[Row]()
        asked = zip(*columns, numbers, *(values[rows].tolist() for values in more), strict=True)
        for place, side, seq, size, at, layer, flags, number, seen, till, given, short in asked:
            message = self._open.get(side)
            if message is None:
                if till == size and not seen and not given:
                    continue
            elif message.inner(seq, size):
                message.pieces.append((number, at, message.reach, size))
                message.reach += size
                out.append((place, WAITS, 0, size, message.layer, message.number))
                continue
            out += self._segment(place, side, seq, size, at, layer, number, seen, till, given, short)
            if flags & (FIN | RST) and side in self._open:
                out += self._end(place, side, number)
        return np.array(out, np.int64).reshape(-1, 6)

    def _switch(self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any) -> Any:
        """Which segments are of streams that went over to another layer; they are given that layer."""
        stream, out = table["side"] >> 1, np.zeros(len(table["side"]), bool)
        for number in distinct(table["layer"][which]):
            declared = self._declared(number)
            if declared is None or declared.switch is None:
                continue
            (offset, words), found = declared.switch_at, list[int]()
            rows = np.flatnonzero(which & (table["layer"] == number) & (table["size"] >= offset + 4))
            for i, window in enumerate(windows):
                mine = rows[table["window"][rows] == i]
                said = window.uint(table["start"][mine] + offset, 4) == int.from_bytes(words, "big")
                found += mine[said].tolist()
            for row in sorted(found):
                start, window = int(table["start"][row]), windows[table["window"][row]]
                name = declared.switch(window.u1[start : start + int(table["size"][row])].tobytes())
                if name in self.registry.by_name:
                    self._switched[int(stream[row])] = self.registry.ids[self.registry.layer(name)]
                    out[row + 1 :] |= stream[row + 1 :] == stream[row]
        if self._switched:
            before = np.isin(stream, [key for key in self._switched if key not in set(stream[out].tolist())])
            out |= before & (table["size"] > 0)
            for row in np.flatnonzero(out).tolist():
                table["layer"][row] = self._switched[int(stream[row])]
        return out

    def _bare(self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any) -> Any:
        """Which segments begin answers that have no body, because the last question of the other side wants none."""
        out, first = np.zeros(len(which), bool), np.zeros(len(which), np.int64)
        for number in distinct(table["layer"][which]):
            declared = self._declared(number)
            if declared is None or declared.bare_size is None:
                continue
            rows = np.flatnonzero(which & (table["layer"] == number) & (table["size"] >= 4))
            for i, window in enumerate(windows):
                mine = rows[table["window"][rows] == i]
                first[mine] = window.uint(table["start"][mine], 4)
            asks, answers = (int.from_bytes(word, "big") for word in declared.bare)
            streams = table["side"][np.isin(first, [asks]) & which] >> 1
            about = np.isin(table["side"] >> 1, [*streams.tolist(), *(side >> 1 for side in self._asks_bare)])
            for row in rows[about[rows]].tolist():  # few: only connections with such a question
                side = int(table["side"][row])
                if first[row] == asks:
                    self._asks_bare.add(side)
                elif first[row] != answers:
                    self._asks_bare.discard(side)
                else:
                    out[row] = side ^ 1 in self._asks_bare
        return out

    def _cuts(
        self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any
    ) -> tuple[Positions, Positions]:
        """How many octets of each segment are whole messages, were one to begin at its start; what `chain` says of the
        message behind."""
        cut, need = table["size"].copy(), np.zeros(len(which), np.int64)
        for declared, window, at in self._declaring(table, windows, which):
            start, end = table["start"][at], table["start"][at] + table["size"][at]
            if declared.scan:
                kept = None if isinstance(window, Arena) else self.sized
                cut[at], need[at] = _scanned(declared, window, start, end, kept)
            else:
                cut[at], need[at] = _chained(declared, window, start, end)
        return cut, need

    def _declaring(
        self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any
    ) -> Iterator[tuple[Messages, Window, Positions]]:
        """The rows of these segments, by what their layer declares of messages and by the window they lie in."""
        some = np.flatnonzero(which)
        layers, lies = table["layer"][some], table["window"][some]
        for number in distinct(layers):
            declared = self._declared(number)
            if declared is None:
                continue
            for i, window in enumerate(windows):
                at = some[(layers == number) & (lies == i)]
                if len(at):
                    yield declared, window, at

    def _anew(
        self, table: dict[str, NDArray[Any]], windows: list[Window], rows: Positions, layers: Positions
    ) -> NDArray[np.bool_]:
        """Which segments, that may go on with a message of these layers, begin another one."""
        out, lies = np.zeros(len(rows), bool), table["window"][rows]
        for number in distinct(layers):
            declared = self._declared(number)
            if declared is None or declared.anew is None:
                continue
            for i, window in enumerate(windows):
                mine = np.flatnonzero((layers == number) & (lies == i))
                start = table["start"][rows[mine]]
                end = start + table["size"][rows[mine]]
                out[mine] = declared.anew(ColumnPeek(window, start, end, end, None))
        return out

    # -- a segment

    def _segment(
        self, place: int, side: int, seq: int, size: int, at: int, layer: int, packet: int, again: bool, cut: int,
        given: bool, short: bool = False,
    ) -> Iterator[Row]:  # fmt: skip
        """The stretches of one segment; nothing where it is dissected as it is (but not where its layer is `given`)."""
        done, plain, octets = 0, not given, None
        while done < size:
            message = self._open.get(side)
            if message is not None:
                offset = (seq + done - message.seq + HALF) % WHOLE - HALF
                if offset < 0 or (again and offset + size - done <= message.reach):
                    skip = size - done if again and offset >= 0 else min(-offset, size - done)
                    yield place, AGAIN, done, done + skip, 0, UNSET
                    done += skip
                    continue
                plain = False
                if offset == message.reach and self._ends_before(message, at, size, done):
                    yield from self._complete(message, side, place, packet, done, 0, message.reach)
                    continue
                if offset < message.total or (message.entire and offset == message.reach):
                    layer = message.layer  # what follows in the segment is the same layer's
                    rows, done = self._further(message, side, place, packet, at, done, size, offset)
                    yield from rows
                    continue
            if again:
                yield place, AGAIN, done, size, 0, UNSET
                return
            declared = self._declared(layer)
            if plain and (declared is None or cut == size):
                return
            if declared is None:
                yield place, OWN, done, size, layer, UNSET
                return
            octets = octets if octets is not None else self._octets(at, size)
            bare = declared.bare_size(octets, 0) if short and not done and declared.bare_size is not None else 0
            end, need = chain(declared, octets, done + max(bare, 0))
            if end > done:
                yield place, OWN, done, end, layer, UNSET
            if end < size:
                self._begin(side, (seq + end) % WHOLE, layer, need, octets[end:], packet, at, end)
                yield place, WAITS, end, size, layer, -len(self._messages)
            return

    def _ends_before(self, message: Open, at: int, size: int, done: int) -> bool:
        """Whether a message of one segment was whole after all, as another begins behind it (an answer to HEAD)."""
        declared = self._declared(message.layer)
        if declared is None or declared.anew is None or len(message.pieces) > 1:
            return False
        octets = self._octets(at, size)
        return bool(declared.anew(RowPeek(octets, done, size, size, None)))

    def _begin(
        self, side: int, seq: int, layer: int, need: int, octets: bytes, packet: int, at: int, start: int
    ) -> None:
        """A message begins that goes on in another segment: `need` as `chain` says."""
        self._drop(side)
        message = self._open[side] = Open(len(self._messages), seq, layer)
        self._messages.later([UNKNOWN])
        size = len(octets)
        message.pieces.append((packet, moved(at, start), 0, size))
        message.reach = size
        message.entire, message.total = need == MORE, _wanted(need, size)
        if need == MORE or need >= AT_LEAST:
            message.octets = bytearray(octets)
            self._held += size

    def _further(
        self, message: Open, side: int, place: int, packet: int, at: int, done: int, size: int, offset: int
    ) -> tuple[list[Row], int]:
        """A segment's octets from `done` on continue a message; the stretches, and where they end."""
        start, layer, declared = done, message.layer, self._declared(message.layer)
        assert declared is not None
        message.pieces.append((packet, moved(at, start), offset, 0))
        while True:
            take = size - done if message.entire else min(size - done, message.total - offset)
            before = message.reach
            self._fit(message, offset, take, moved(at, done))
            done, offset = done + take, offset + take
            message.pieces[-1] = (*message.pieces[-1][:3], done - start)
            enough = message.reach >= message.total or (message.entire and message.reach > before)
            if enough and message.octets is None:
                return self._complete(message, side, place, packet, start, done - start, message.total), done
            end, need = chain(declared, octets := bytes(message.octets or b""), 0) if enough else (0, 0)
            if end:
                break
            if enough:
                message.entire, message.total = need == MORE, _wanted(need, len(octets))
                if need != MORE and need < AT_LEAST:
                    self._forget(message)
            if done < size and enough:
                continue
            if len(message.pieces) >= MOST_PIECES or self._held > HELD:
                self._drop(side)
            return [(place, WAITS, start, done, layer, message.number)], done
        rows = self._complete(message, side, place, packet, start, done - start, len(octets), end)
        if end < len(octets):
            tail = done - (len(octets) - end)
            self._begin(side, (message.seq + end) % WHOLE, layer, need, octets[end:], packet, at, tail)
            rows.append((place, WAITS, tail, done, layer, -len(self._messages)))
        return rows, done

    def _fit(self, message: Open, offset: int, size: int, place: int) -> None:
        """Take a piece: what is there without a gap may now reach further."""
        message.ahead.append((offset, size, place))
        message.ahead.sort()
        while message.ahead and message.ahead[0][0] <= message.reach:
            offset, size, place = message.ahead.pop(0)
            skip = message.reach - offset
            if size > skip:
                if message.octets is not None:
                    message.octets += self._octets(moved(place, skip), size - skip)
                    self._held += size - skip
                message.reach = offset + size

    def _complete(
        self, message: Open, side: int, place: int, packet: int, done: int, take: int, total: int, end: int = -1
    ) -> list[Row]:
        self._finished(message, side, packet, total)
        number, layer = message.number, message.layer
        last = [(place, LAST, done, done + take, layer, number)] if take else []
        return [*last, (place, number, 0, total if end < 0 else end, layer, number)]

    def _finished(self, message: Open, side: int, packet: int, total: int) -> None:
        """Keep a message as whole."""
        number = message.number
        self._messages.change(number, (len(self.pieces), len(message.pieces), total, packet))
        self.pieces.later(message.pieces)
        self._drop(side)

    def _end(self, place: int, side: int, packet: int) -> list[Row]:
        """A side has sent its last octet."""
        message = self._open[side]
        if message.total <= MOST:
            return []
        return self._complete(message, side, place, packet, 0, 0, message.reach)

    def _forget(self, message: Open) -> None:
        if message.octets is not None:
            self._held -= len(message.octets)
            message.octets = None

    def _drop(self, side: int) -> None:
        message = self._open.pop(side, None)
        if message is not None:
            self._forget(message)

    # -- octets

    def _octets(self, place: int, size: int) -> bytes:
        """Octets of the capture, or of a reassembled datagram."""
        return octets_at(place, size, self.buffer, self._fragments.payload)

    def payload(self, number: int) -> bytes:
        """The octets of a complete message."""
        found = self._payloads.get(number)
        if found is None:
            pieces = [(offset, self._octets(place, size)) for _, place, offset, size in self._pieces(number)]
            found = self._payloads[number] = whole(pieces, int(self._messages.table[number, TOTAL]))
            self._kept += len(found)
            while self._kept > KEPT and len(self._payloads) > 1:
                self._kept -= len(self._payloads.popitem(last=False)[1])
        return found

    def payloads(self, numbers: Positions) -> tuple[NDArray[np.uint8], Positions]:
        """The octets of complete messages, one behind the other, and their lengths."""
        first, count, total, _ = self._messages.table[numbers].T
        owner = np.repeat(np.arange(len(numbers)), count)
        rows = in_order.ranges(first, count)
        _, place, offset, size = self.pieces.table[rows].T
        starts = np.cumsum(total) - total
        reach = np.cumsum(size) - size
        odd = (place < 0) | (offset != reach - (reach[np.cumsum(count) - count])[owner])
        plain = (np.bincount(owner, odd, len(numbers)) == 0) & (np.bincount(owner, size, len(numbers)) == total)
        out, some = np.empty(int(total.sum()), np.uint8), np.flatnonzero(plain[owner])
        copy_spans(
            np.frombuffer(self.buffer, np.uint8), place[some], out, (starts[owner] + offset)[some], size[some]
        )
        for i in np.flatnonzero(~plain).tolist():  # pieces overlap, or lie in reassembled datagrams
            out[starts[i] : starts[i] + total[i]] = np.frombuffer(self.payload(int(numbers[i])), np.uint8)
        return out, total

    def _pieces(self, number: int) -> list[tuple[int, int, int, int]]:
        first, count = self._messages.table[number, :TOTAL].tolist()
        return [tuple(piece) for piece in self.pieces.table[first : first + count].tolist()]

    def parts(self, number: int) -> list[Part]:
        """The segments of a complete message in order of their offset."""
        parts, reach = list[Part](), 0
        pieces = sorted(self._pieces(number), key=lambda piece: piece[2])
        wrong = [False] * len(pieces)
        if any(a[2] + a[3] > b[2] for a, b in pairwise(pieces)):
            wrong = conflicts([(offset, self._octets(place, size)) for _, place, offset, size in pieces])
        for (packet, _, offset, size), conflict in zip(pieces, wrong, strict=True):
            overlap = offset < reach
            parts.append(Part(packet, offset, size, overlap, overlap and conflict))
            reach = max(reach, offset + size)
        return parts


def _left(message: Open | None, seq: int) -> tuple[int, int, int, int, int, int]:
    """A row of `in_order.Waiting` for who goes on at a sequence number; below zero what is looked at alone."""
    if message is None:
        return 0, 0, 0, 0, 0, 0
    left = message.total - message.reach if message.plain(seq) else -1
    return left, message.reach, len(message.pieces), message.layer, message.number, message.total


def chain(declared: Messages, octets: bytes, at: int) -> tuple[int, int]:
    """Where the whole messages from `at` on end, and how long the one behind them is (or MORE, UNTIL_END)."""
    while at < len(octets):
        size = declared.size(octets, at)
        if size == AS_IT_IS or (size > 0 and size % AT_LEAST > MOST):
            return len(octets), 0
        if size < 0 or at + size > len(octets):
            return at, size
        at += size
    return at, 0


def whole(pieces: list[tuple[int, bytes]], total: int) -> bytes:
    """The octets of a message from (offset, octets) of its pieces in order of arrival; what came first counts."""
    reach = 0
    for offset, octets in pieces:
        if offset != reach:
            return assemble([(at, memoryview(some)) for at, some in pieces], total, "first")
        reach += len(octets)
    return b"".join([octets for _, octets in pieces])[:total]


def _wanted(need: int, there: int) -> int:
    """How many octets must be there before more can be known."""
    return 1 << 60 if need == UNTIL_END else there + 1 if need == MORE else need % AT_LEAST


def _scanned(
    declared: Messages, window: Window, start: Positions, end: Positions, kept: deque[Sized] | None
) -> tuple[Positions, Positions]:
    view, out = memoryview(window.u1), end - start  # type: ignore[arg-type]
    rows, need = np.arange(len(out)), np.zeros(len(out), np.int64)
    if declared.begins is not None:
        rows = np.flatnonzero(declared.begins(ColumnPeek(window, start, end, end, None)))
    starts, ends = start[rows], end[rows]
    size = np.zeros(len(rows), np.int64)
    if declared.usual is not None:
        size, told = declared.usual(view, starts, ends)
        if kept is not None:
            kept.append(Sized(declared, window.u1, starts, ends, told))
    there = out[rows]
    ask = np.flatnonzero((size == 0) | ((size > 0) & (size < there)))
    goes_on = (size < 0) | ((size > there) & (size % AT_LEAST <= MOST))
    out[rows[goes_on]], need[rows[goes_on]] = 0, size[goes_on]
    chains = [chain(declared, bytes(view[starts[i] : ends[i]]), 0) for i in ask.tolist()]
    out[rows[ask]], need[rows[ask]] = np.array(chains, np.int64).reshape(-1, 2).T
    return out, need


def _chained(declared: Messages, window: Window, start: Positions, end: Positions) -> tuple[Positions, Positions]:
    """Message by message, all segments at once."""
    assert declared.length is not None
    at, need = start.copy(), np.zeros(len(start), np.int64)
    rows = np.flatnonzero(end > at)
    for _ in range(ROUNDS):
        short = end[rows] - at[rows] < declared.header
        need[rows[short]] = MORE
        rows = rows[~short]
        if not len(rows):
            break
        limit = end[rows]
        size = np.asarray(declared.length(ColumnPeek(window, at[rows], limit, limit, None)), np.int64)
        ends = np.where((size == AS_IT_IS) | (size > MOST), limit, at[rows] + size)
        fits = ends <= limit
        need[rows[~fits]] = size[~fits]
        rows = rows[fits]
        at[rows] = ends[fits]
    else:
        need[rows] = MORE  # more messages than were looked for
    return at - start, need


def distinct(numbers: Positions) -> list[int]:
    """The different ones of some numbers of layers (-1: none), in order."""
    return (np.flatnonzero(np.bincount(numbers + 1)) - 1).tolist()


class Seen:
    """Is shown the segments of a chunk, and the layers that their payloads go to."""

    def __init__(self, streams: StreamPass, chunk: Any, registry: Registry) -> None:
        self._streams, self._chunk, self._ids = streams, chunk, registry.ids
        self._parts: list[dict[str, Any]] = []
        self.windows: list[Window] = []
        self.within: Positions | None = None  # the rows that are looked at, where these are not all

    def meet(self, rows: Positions, h: ColumnHeader, start: Positions, limit: Positions, ids: Positions) -> None:
        """A group of segments."""
        if isinstance(h.octets, Arena):
            which = h.octets.datagram_at(h.start)
            at = inside(h.octets.datagrams[which], start - h.octets.starts[which])
        else:
            at = start
        self._add(rows, places(h), h, start, limit, at, ids, h.octets)

    def meet_row(self, h: RowHeader, start: int, limit: int, layer: type[Layer] | None) -> None:
        """The segment of a packet that is evaluated by row."""
        one = np.array([row_place(h)])
        at = moved(int(one[0]), start - h.start)
        window = Window(np.frombuffer(h.octets, np.uint8))
        number = UNSET if layer is None else self._ids[layer]
        begin, stop, octets, layers = (np.array([v]) for v in (start, limit, at, number))
        self._add(np.array([h.run.row]), one, h, begin, stop, octets, layers, window)

    def _add(
        self, rows: Positions, place: Positions, h: Any, start: Any, limit: Any, at: Any, ids: Any, window: Window
    ) -> None:
        if not self.windows or self.windows[-1] is not window:
            self.windows.append(window)
        size = np.maximum(limit - start, 0)
        self._parts.append({
            "row": rows, "place": place, "seq": np.atleast_1d(h.seq_raw).astype(np.int64), "size": size,
            "whole": np.atleast_1d(np.asarray(h.end) >= limit), "flags": np.atleast_1d(h.flags).astype(np.int64),
            "at": at, "start": start, "layer": ids, "window": np.full(len(rows), len(self.windows) - 1),
        })  # fmt: skip

    def table(self) -> dict[str, NDArray[Any]] | None:
        """The segments of known streams in packet order, with the side that sent each."""
        if not self._parts:
            return None
        out = {name: np.concatenate([p[name] for p in self._parts]) for name in self._parts[0]}
        order = order_of(out["row"])
        out = {name: values[order] for name, values in out.items()}
        known = self._streams.segments(self._chunk)
        if known is not None and np.array_equal(known["place"], out["place"]):
            out["side"] = known["side"]
        else:
            out["side"] = self._streams.sides("tcp", self._chunk, out["place"])
        if bool((out["side"] < 0).any()):
            told = out["side"] >= 0
            out = {name: values[told] for name, values in out.items()}
        if self.within is not None:
            out["row"] = self.within[out["row"]]
        return out
