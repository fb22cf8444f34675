"""IP reassembly: which fragments make which datagram (RFC 791, RFC 815, RFC 8200 section 4.5).

The pass goes over the capture in file order, chunk by chunk, and looks at fragments only.  It keeps no bytes: a
datagram is a chain of places in the file, put together when asked for.  What waits is bounded: the oldest
datagram is given up when there are too many, and counted.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.reassembly import NO_DATAGRAM, Ends, LateArena, Pieces, Reassembled, Waiting, joined
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, copy_spans, grouped, order_of
from dissect.passes.datagrams import MORE, NO_ROW, Bounds, Datagrams, Status
from dissect.passes.overlap import assemble, conflicts

Octets = NDArray[np.uint8]

LONGEST = 1 << 40  # more than any datagram has
KEPT_BYTES = 32 << 20  # of datagrams put together lately, kept for the layers that ask again
NOTHING = np.empty(0, np.int64)
NO_ENDS = Ends(NOTHING, NOTHING, NOTHING > 0, NOTHING, NOTHING)


class FragmentPass:
    """Reassembly over a capture, as far as was asked for.

    `chunk_of(n)` gives the records that hold packet `n` (0-based; IndexError past the end) and `link_types` the link
    types of a chunk's packets.
    """

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        bounds: Bounds | None = None,
    ) -> None:
        self._registry = registry
        self._chunk_of, self._link_types = chunk_of, link_types
        self.datagrams = Datagrams(bounds or Bounds())
        self.next = 0  # the first packet not looked at
        self._places, self._indexes = array("q"), array("q")  # of fragments in the file, by place
        self._nested: dict[tuple[int, int], int] = {}  # of fragments inside a reassembled datagram
        self._payloads: OrderedDict[int, bytes] = OrderedDict()
        self._kept = 0  # bytes of them
        self._arena: LateArena | None = None  # the latest: whoever reads the batch asks after the pass
        self.buffer: Any = b""

    @cached_property
    def _evaluator(self) -> ColumnEvaluator:
        """What finds fragments.  A capture without any does not need it."""
        declared = (layer.fragments for layer in self._registry.marked("fragments"))
        names = [fragments.tree.fragment.name for fragments in declared if fragments is not None]
        inside = [name for name in names if name in self._registry.fields]
        return ColumnEvaluator(Plan(self._registry, inside, reassembly=False))

    def upto(self, chunk: Any) -> None:
        """Look at every packet up to the end of a chunk."""
        end = chunk.first + len(chunk)
        while self.next < end:
            self._look(chunk if chunk.first == self.next else self._chunk_of(self.next))

    def finish(self) -> None:
        """Look at every packet of the capture."""
        while self._further():
            pass

    def until_complete(self, index: Positions) -> None:
        """Look at further packets until the datagrams of these fragments wait no longer, or there are no more."""
        datagram = np.frombuffer(self.datagrams.datagram, np.int64)[index]
        while len(datagram):
            datagram = datagram[np.frombuffer(self.datagrams.status, np.int8)[datagram] == Status.WAITING]
            if not len(datagram) or not self._further():
                return

    def _further(self) -> bool:
        """Look at the next chunk.  False where there is none."""
        try:
            chunk = self._chunk_of(self.next)
        except IndexError:
            return False
        self._look(chunk)
        return True

    def reader(self) -> FragmentPass:
        """The same for another thread, once the whole capture is known."""
        out = copy(self)
        out._payloads, out._kept = OrderedDict(), 0
        return out

    def bind(self, chunk: Any, ahead: bool = False) -> Bound:
        """What the engine asks while it evaluates `chunk`; `ahead`: datagrams that later packets complete are known."""
        return Bound(self, chunk, ahead)

    def _look(self, chunk: Any) -> None:
        self._forget()
        first, skip = len(self.datagrams.packet), self.next - chunk.first
        self.buffer = chunk.buffer
        collector = Collector(self, chunk, skip)
        self._evaluator.evaluate(chunk, self._link_types(chunk), collector)
        self._remember(first)
        self.next = chunk.first + len(chunk)

    def _remember(self, first: int) -> None:
        """Make the fragments from number `first` on findable by their place."""
        table = self.datagrams
        place, source = (np.array(column[first:], np.int64) for column in (table.place, table.source))
        plain = np.flatnonzero(source == NO_DATAGRAM)
        order = plain if (place[plain][1:] > place[plain][:-1]).all() else plain[order_of(place[plain])]
        self._places.frombytes(place[order].tobytes())
        self._indexes.frombytes((order + first).astype(np.int64).tobytes())
        for i in np.flatnonzero(source != NO_DATAGRAM).tolist():
            self._nested[int(source[i]), int(place[i])] = first + i

    def _forget(self) -> None:
        """Of fragments of datagrams that were given up nothing is told: at times they are left out."""
        now = self.datagrams.forget()
        if now is None:
            return
        self._arena = None
        index = now[np.frombuffer(self._indexes, np.int64)]
        kept = index >= 0
        self._places = array("q", np.frombuffer(self._places, np.int64)[kept].tobytes())
        self._indexes = array("q", index[kept].astype(np.int64).tobytes())
        nested = ((key, int(now[i])) for key, i in self._nested.items())
        self._nested = {key: i for key, i in nested if i >= 0}

    def indexes(self, waiting: Waiting) -> Positions:
        """The fragments that stand at these places; -1 where none was seen."""
        index = np.full(len(waiting.place), -1)
        if self._places:
            places = np.frombuffer(self._places, np.int64)
            at = np.minimum(np.searchsorted(places, waiting.place), len(places) - 1)
            known = (places[at] == waiting.place) & (waiting.source == NO_DATAGRAM)
            index[known] = np.frombuffer(self._indexes, np.int64)[at[known]]
        for i in np.flatnonzero(waiting.source != NO_DATAGRAM).tolist():
            index[i] = self._nested.get((int(waiting.source[i]), int(waiting.place[i])), -1)
        return index

    def ended_by(self, index: Positions) -> Positions:
        """The datagram that each fragment completes, or NO_DATAGRAM."""
        table, out = self.datagrams, np.full(len(index), NO_DATAGRAM)
        seen = np.flatnonzero(index >= 0)
        if len(seen):
            datagram = np.frombuffer(table.datagram, np.int64)[index[seen]]
            complete = np.frombuffer(table.status, np.int8)[datagram] == Status.COMPLETE
            last = np.frombuffer(table.last, np.int64)[datagram] == index[seen]
            out[seen] = np.where(complete & last, datagram, NO_DATAGRAM)
        return out

    def datagrams_at(self, places: Sequence[int]) -> list[int]:
        """The datagrams of the fragments whose payloads stand at these places of the file; NO_DATAGRAM if none was."""
        known = dict(zip(self._places, self._indexes, strict=True))
        return [self.datagrams.datagram[known[p]] if p in known else NO_DATAGRAM for p in places]

    def pieces(self, datagram: int) -> list[tuple[int, memoryview]]:
        """(offset, bytes) of a datagram's fragments in order of arrival."""
        table, out = self.datagrams, []
        for i in table.fragments(datagram):
            source, place = table.source[i], table.place[i]
            octets = memoryview(self.buffer if source == NO_DATAGRAM else self.payload(source))
            out.append((table.offset[i], octets[place : place + table.size[i]]))
        return out

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""
        found = self._payloads.get(datagram)
        if found is None:
            pieces, total = self.pieces(datagram), self.datagrams.total[datagram]
            if contiguous(pieces, total):
                found = b"".join([octets for _, octets in pieces])
            else:
                found = assemble(pieces, total, self.datagrams.bounds.policy)
            self._payloads[datagram] = found
            self._kept += len(found)
            while self._kept > KEPT_BYTES:
                self._kept -= len(self._payloads.popitem(last=False)[1])
        return found

    def arena(self, datagrams: Positions) -> LateArena:
        """The bytes of complete datagrams; those that are more than headers when they are looked at."""
        made = self._arena
        if made is None or not np.array_equal(made.datagrams, datagrams):
            made = self._arena = self._made(datagrams)
        return made

    def _made(self, datagrams: Positions) -> LateArena:
        table, head = self.datagrams, LateArena.HEAD
        owner, index = table.chains(datagrams)
        place, source, offset, size = (
            np.frombuffer(column, np.int64)[index] for column in (table.place, table.source, table.offset, table.size)
        )
        total = np.frombuffer(table.total, np.int64)[datagrams]
        order = np.lexsort((offset, owner))
        who, begin = owner[order], offset[order]
        ends = np.concatenate([NO_ROW, (begin + size[order])[:-1]])
        ends[np.diff(who, prepend=-1) != 0] = 0
        wrong = (begin != ends) | (source[order] != NO_DATAGRAM)
        plain = np.bincount(who, wrong, len(total)) == 0
        plain &= np.bincount(owner, size, len(total)) == total  # each byte is there once
        odd = {i: np.frombuffer(self.payload(int(datagrams[i])), np.uint8) for i in np.flatnonzero(~plain).tolist()}
        octets, some = np.frombuffer(self.buffer, np.uint8), np.flatnonzero(plain[owner])
        place, size, offset, owner = place[some], size[some], offset[some], owner[some]

        def copied(starts: Positions, count: int, most: int) -> Octets:
            """The first `most` bytes of each, at these places of so many bytes."""
            out, near = np.zeros(count, np.uint8), np.flatnonzero(offset < most)
            at = (starts[owner] + offset)[near]
            copy_spans(octets, place[near], out, at, np.minimum(size, most - offset)[near])
            for i, whole in odd.items():
                start = int(starts[i])
                out[start : start + len(whole[:most])] = whole[:most]
            return out

        starts = np.cumsum(total) - total
        heads = copied(np.arange(len(total)) * head, len(total) * head, head)
        whole = partial(copied, starts, int(total.sum()), LONGEST)
        return LateArena(heads, whole, self.payload, total, datagrams)

    def pieces_of(self, datagrams: Positions) -> Pieces:
        """The fragments of complete datagrams in order of their offset, with what Wireshark marks on them."""
        table, total = self.datagrams, np.frombuffer(self.datagrams.total, np.int64)[datagrams]
        owner, index = table.chains(datagrams)
        order = np.lexsort((np.frombuffer(table.offset, np.int64)[index], owner))
        index, owner = index[order], owner[order]
        packet, offset, size = (
            np.frombuffer(column, np.int64)[index] for column in (table.packet, table.offset, table.size)
        )
        end, above = offset + size, owner * LONGEST  # no datagram reaches where the next begins
        reach = np.maximum(np.concatenate([NO_ROW, np.maximum.accumulate(end + above)[:-1]]) - above, 0)
        overlap, more = offset < reach, np.frombuffer(table.bits, np.int8)[index] & MORE != 0
        conflict = np.zeros(len(index), bool)
        for one in grouped(owner[overlap])[0].tolist():
            some = np.flatnonzero(owner == one)
            arrived = np.argsort(np.argsort(index[some]))
            pieces = self.pieces(int(datagrams[one]))
            conflict[some] = conflicts([pieces[k] for k in arrived.tolist()])
        tails = ~more & (end != total[owner])
        return Pieces(owner, packet, offset, size, overlap, conflict & overlap, tails, end > total[owner])


def contiguous(pieces: Sequence[tuple[int, memoryview]], total: int) -> bool:
    """Whether each piece begins where the one before ended, and the last ends where the datagram does."""
    reach = 0
    for offset, octets in pieces:
        if offset != reach:
            return False
        reach += len(octets)
    return reach == total


class Collector:
    """Meets the fragments of a chunk for the first time; those of its first `skip` packets have been met before."""

    def __init__(self, state: FragmentPass, chunk: Any, skip: int) -> None:
        self._state, self._chunk, self._skip = state, chunk, skip

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """Take all, in file order."""
        rows = np.concatenate([w.rows for w in waiting])
        order = order_of(rows)
        order = order[rows[order] >= self._skip]
        done = np.full(len(rows), NO_DATAGRAM)
        done[order] = self._take(joined(waiting), order)
        ends = np.cumsum([len(w.rows) for w in waiting])
        return np.split(done, ends[:-1])

    def _take(self, waiting: Waiting, order: Positions) -> Positions:
        chosen = waiting.taken(order)
        rows = chosen.rows
        return self._state.datagrams.add(chosen, self._chunk.first + rows + 1, self._chunk.time[rows])

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""
        return self._state.payload(datagram)

    def arena(self, datagrams: Positions) -> LateArena:
        """The bytes of complete datagrams."""
        return self._state.arena(datagrams)

    def ends(self, waiting: Waiting) -> Ends:
        """Nothing is told of fragments that are met for the first time."""
        return NO_ENDS

    def pieces(self, datagrams: Positions) -> Pieces:
        """Nothing is told of them either."""
        return self._state.pieces_of(datagrams)

    def seen(self, waiting: Waiting) -> list[Reassembled | None]:
        """Take a packet's, which is evaluated by row."""
        datagram = int(self.resolve([waiting])[0][0])
        if datagram == NO_DATAGRAM:
            return [None]
        return [Reassembled(datagram, self._state.datagrams.packet[-1], True, [])]


class Bound:
    """Answers for one chunk from the pass, which looks ahead as far as it must."""

    def __init__(self, state: FragmentPass, chunk: Any, ahead: bool) -> None:
        self._state, self._chunk, self._ahead = state, chunk, ahead
        self._last: tuple[Waiting | None, int, Positions] = None, -1, NOTHING  # asked last, when, and the answer

    def _indexes(self, waiting: Waiting) -> Positions:
        """The numbers of fragments; if asked to look ahead, until their datagrams are complete or the capture ends."""
        self._state.upto(self._chunk)
        index = self._now(waiting)
        if self._ahead:
            self._state.until_complete(index[index >= 0])
            index = self._now(waiting)  # some may be forgotten
        return index

    def _now(self, waiting: Waiting) -> Positions:
        """The numbers of fragments as they are now: they change when the pass goes on."""
        asked, when, index = self._last
        if asked is not waiting or when != self._state.next:
            index = self._state.indexes(waiting)
            self._last = waiting, self._state.next, index
        return index

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """The datagram that each fragment completes."""
        self._state.upto(self._chunk)
        return [self._state.ended_by(self._now(w)) for w in waiting]

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""
        return self._state.payload(datagram)

    def arena(self, datagrams: Positions) -> LateArena:
        """The bytes of complete datagrams."""
        return self._state.arena(datagrams)

    def ends(self, waiting: Waiting) -> Ends:
        """The complete datagram that each fragment belongs to, all at once."""
        table, index = self._state.datagrams, self._indexes(waiting)
        known = np.flatnonzero(index >= 0)
        if not len(known):
            return NO_ENDS
        datagram = np.frombuffer(table.datagram, np.int64)[index[known]]
        complete = np.frombuffer(table.status, np.int8)[datagram] == Status.COMPLETE
        known, datagram = known[complete], datagram[complete]
        last = np.frombuffer(table.last, np.int64)[datagram]
        packet = np.frombuffer(table.packet, np.int64)[last]
        total = np.frombuffer(table.total, np.int64)[datagram]
        return Ends(known, packet, last == index[known], total, datagram)

    def pieces(self, datagrams: Positions) -> Pieces:
        """What complete datagrams are made of."""
        return self._state.pieces_of(datagrams)

    def seen(self, waiting: Waiting) -> list[Reassembled | None]:
        """The complete datagram that each fragment belongs to."""
        return [self._reassembled(index) for index in self._indexes(waiting).tolist()]

    def _reassembled(self, index: int) -> Reassembled | None:
        state, table = self._state, self._state.datagrams
        if index < 0 or table.status[table.datagram[index]] != Status.COMPLETE:
            return None
        datagram = table.datagram[index]
        here = table.last[datagram] == index
        parts = state.pieces_of(np.array([datagram])).parts() if here else []
        return Reassembled(datagram, table.packet[table.last[datagram]], here, parts)
