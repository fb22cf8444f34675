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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.messages import AGAIN, LAST, OWN, WAITS, Messages, Sized
from dissect.engine.peek import ColumnPeek
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Arena
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, Window, among
from dissect.passes import assembly, framing, in_order
from dissect.passes.alive import KeepAlives
from dissect.passes.assembly import Assembly, Open, left_of
from dissect.passes.cut import CutSegments
from dissect.passes.fragments import FragmentPass
from dissect.passes.framing import chained, scanned
from dissect.passes.onward import Onward
from dissect.passes.progress import FIN, RST, SYN, WHOLE, Progress, spans
from dissect.passes.segments import Seen
from dissect.passes.shelf import Shelf, numbers
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import LATEST, StreamPass
from dissect.passes.stretches import NOTHING, Row, Table, distinct, stretches

FURTHEST = 100_000  # packets that are looked at for the end of a message
SAID = 6  # groups of segments of which is kept what was said of how long their messages are
NOWHERE = np.zeros(0, np.int64)


class MessagePass(Onward, Assembly):
    """The messages of a capture's TCP connections, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        Onward.__init__(self, chunk_of)
        Assembly.__init__(self, registry, fragments)
        self._link_types, self._streams = link_types, streams
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=("tcp",), dispatches=("tcp",)))
        self._cut, self._alive = CutSegments(registry, self._declared), KeepAlives(registry.number_of["data"])
        self._switched: dict[int, int] = {}  # streams that went over to another layer, and its number
        self._asks_bare: dict[int, int] = {}  # sides whose last question is one of `Messages.bare`, counted from 1
        self._starts: list[int] = []  # the first packet of each chunk done
        self._tables = Shelf[Table]()
        # the segments of the latest chunks, as they were seen, for passes that come behind
        self._met: dict[tuple[int, int], tuple[dict[str, NDArray[Any]] | None, list[Window]]] = {}
        self._progress = Progress()
        self.sent, self.sent_again = 0, array("q")  # segments with octets; packets of those whose octets came before
        self.sized = deque[Sized](maxlen=SAID)  # of the latest segments in the file's own octets
        self.only: int | None = None  # the stream that is looked at, if it is one only

    def completed_by(self, number: int, packet: int) -> int:
        """The packet that completes a message, if it is not too far behind `packet`; else 0."""
        while not self.packet(number) and self._done < packet + FURTHEST and self._step():
            pass
        return self.packet(number)

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
        out |= among(table["place"], pieces.place[at])
        rows = np.flatnonzero(out)
        return table["row"][rows], table["side"][rows] >> 1

    # -- a chunk

    def _settle(self, table: dict[str, NDArray[Any]], chunk: Any, windows: list[Window]) -> NDArray[np.int64]:
        """The stretches of a chunk's segments."""
        was, again = self._progress.advance(table["side"], table["seq"], spans(table))
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
        odd = again | switched | (bare > 0)
        some = np.flatnonzero(busy[table["side"]] & says)
        rows = [] if not len(some) else self._in_order(table, windows, some, cut, need, odd, chunk.first + 1, busy)
        one_by_one = np.flatnonzero(busy[table["side"]] & (says | (table["flags"] & FIN > 0)))
        repeats = repeats[~busy[table["side"][repeats]]]
        rows.append(stretches(table["place"][repeats], AGAIN, 0, table["size"][repeats], 0, UNSET))
        rows.append(self._one_by_one(table, one_by_one, chunk.first + 1, again, cut, switched, bare))
        rows += self._cut.stretches(table, again)
        return self._alive.shown(table, np.concatenate(rows), was, again)

    def _in_order(
        self, table: dict[str, NDArray[Any]], windows: list[Window], rows: Positions, cut: Positions, need: Positions,
        odd: Any, packet: int, busy: NDArray[np.bool_],
    ) -> list[NDArray[np.int64]]:  # fmt: skip
        """The stretches of those sides of which nothing is odd; they are then `busy` no more.  `packet`: of row 0."""
        rows, opens = in_order.sides(table, rows)
        first = rows[opens]
        sides, seqs = table["side"][first], table["seq"][first].tolist()
        held = [self._open.get(side) for side in sides.tolist()]
        waiting = in_order.Waiting(*np.array(list(map(left_of, held, seqs)), np.int64).T)
        chosen = cut[rows], need[rows], odd[rows]
        found, wrong, second = in_order.followed(table, rows, opens, *chosen, waiting, framing.MOST)
        wrong |= (waiting.octets < 0) | (np.bincount(found.group) + waiting.pieces > assembly.MOST_PIECES)
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
        packets, out = (packet + table["row"][rows]).tolist(), list[Row]()
        asked = zip(*columns, packets, *(values[rows].tolist() for values in more), strict=True)
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
        return numbers(out, 6)

    def _switch(self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any) -> Any:
        """Which segments are of streams that went over to another layer; they are given that layer."""
        stream, out, before = table["side"] >> 1, np.zeros(len(table["side"]), bool), list(self._switched)
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
            out |= np.isin(stream, before) & (table["size"] > 0)
            for row in np.flatnonzero(out).tolist():
                table["layer"][row] = self._switched[int(stream[row])]
        return out

    def _bare(self, table: dict[str, NDArray[Any]], windows: list[Window], which: Any) -> Any:
        """Which segments begin answers to which of the questions of `Messages.bare` (0: none)."""
        out, first = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
        for number in distinct(table["layer"][which]):
            declared = self._declared(number)
            if declared is None or not declared.bare:
                continue
            rows = np.flatnonzero(which & (table["layer"] == number) & (table["size"] >= 4))
            for i, window in enumerate(windows):
                mine = rows[table["window"][rows] == i]
                first[mine] = window.uint(table["start"][mine], 4)
            asks = {int.from_bytes(word, "big"): kind for kind, (word, _) in enumerate(declared.bare, 1)}
            answers = int.from_bytes(declared.answers, "big")
            streams = table["side"][np.isin(first, list(asks)) & which] >> 1
            about = np.isin(table["side"] >> 1, [*streams.tolist(), *(side >> 1 for side in self._asks_bare)])
            for row in rows[about[rows]].tolist():  # few: only connections with such a question
                side = int(table["side"][row])
                if int(first[row]) in asks:
                    self._asks_bare[side] = asks[int(first[row])]
                elif first[row] != answers:
                    self._asks_bare.pop(side, None)
                else:
                    out[row] = self._asks_bare.get(side ^ 1, 0)
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
                cut[at], need[at] = scanned(declared, window, start, end, kept)
            else:
                cut[at], need[at] = chained(declared, window, start, end)
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
