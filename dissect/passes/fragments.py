"""IP reassembly: which fragments make which datagram (RFC 791, RFC 815, RFC 8200 section 4.5).

The pass goes over the capture in file order, chunk by chunk, and looks at fragments only.  It keeps no bytes: a
datagram is a chain of places in the file, put together when asked for.  What waits is bounded: the oldest
datagram is given up when there are too many, and counted.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.reassembly import NO_DATAGRAM, Ends, Pieces, Reassembled, Waiting, joined
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, copy_spans, grouped
from dissect.passes.overlap import assemble, conflicts

Octets = NDArray[np.uint8]

NO_TIME = int(np.iinfo(np.int64).min)
MOST_PIECES = 8192  # of a datagram: 65,535 bytes in pieces of 8
LONGEST = 1 << 40  # more than any datagram has
HEAD = 1024  # octets of a datagram in which the headers of a further fragment are looked for
KEPT_BYTES = 32 << 20  # of datagrams put together lately, kept for the layers that ask again
NOTHING = np.empty(0, np.int64)
NO_ENDS = Ends(NOTHING, NOTHING, NOTHING > 0, NOTHING, NOTHING)
NO_ROW, YES = np.full(1, -1), np.ones(1, bool)
MORE, WHOLE = 1, 2  # bits of a fragment


class Status(IntEnum):
    """What became of a datagram."""

    WAITING = 0
    COMPLETE = 1
    TIMED_OUT = 2
    GIVEN_UP = 3  # there was no room


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how many datagrams may wait, and whose bytes count where fragments overlap."""

    policy: str = "first"
    timeout: int = 60 * 10**9  # ns of capture time (RFC 8200; RFC 1122 has 60 to 120 s, Linux 30 s)
    datagrams: int = 65_536


class Open:
    """A datagram that waits for fragments."""

    __slots__ = ("have", "last", "number", "pieces", "plain", "reach", "spans", "time", "total", "whole")

    def __init__(self, number: int, time: int) -> None:
        self.number = number
        self.time = time  # of its first fragment
        self.last = -1  # the latest fragment
        self.reach = 0  # the end of what came without a gap, in order
        self.have = 0  # bytes, where nothing overlaps
        self.total = -1  # length, when a last piece has told it
        self.plain = True  # whether everything came in order
        self.whole = True  # whether every piece was captured whole
        self.spans: list[tuple[int, int]] | None = None  # what is covered, where not plain
        self.pieces = 0

    def fit(self, start: int, end: int, more: bool, whole: bool) -> bool:
        """Take a further piece; whether the datagram is now complete."""
        if self.plain and start == self.reach:
            self.reach = end
        else:
            self.plain = False
            self.spans = self.spans or [(0, self.reach)]
            self.spans.append((start, end))
        self.have += end - start
        self.pieces += 1
        if not whole:
            self.whole = False
        if not more and self.total < 0:
            self.total = end
        if self.total < 0 or self.have < self.total or not self.whole:
            return False
        if self.spans is not None:
            self.spans = merged(self.spans)
            self.reach = self.spans[0][1]
        return self.reach >= self.total


# One fragment that waits alone: its datagram's number, its time, its own number, where it starts and ends, whether more
# follow, whether it is whole.  A plain tuple: of a million in a flood, none is looked at for cycles.
Lone = tuple[int, int, int, int, int, bool, bool]


def woken(lone: Lone) -> Open:
    """A datagram for which another fragment comes."""
    number, time, last, start, stop, more, whole = lone
    entry = Open(number, time)
    entry.last = last
    entry.fit(start, stop, more, whole)
    return entry


class Datagrams:
    """The fragments and datagrams of a capture so far.  Columns of fragments, chained by `previous`."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.open: OrderedDict[Any, Open | Lone] = OrderedDict()
        self.given_up = 0
        # of each fragment
        self.packet, self.place, self.source = array("q"), array("q"), array("q")
        self.offset, self.size, self.bits = array("q"), array("q"), array("b")
        self.previous, self.datagram = array("q"), array("q")
        # of each datagram
        self.last, self.total, self.status = array("q"), array("q"), array("b")

    def add(self, waiting: Waiting, packets: Positions, times: Positions) -> Positions:
        """Take fragments in order; the datagram that each completes, or NO_DATAGRAM."""
        index, count = len(self.packet), len(packets)
        previous, datagram, done = (np.full(count, NO_DATAGRAM) for _ in range(3))
        left = np.ones(count, bool)
        for rows, number in self._at_once(waiting, times):
            before = np.concatenate([NO_ROW, rows[:-1]])
            first = np.concatenate([NO_ROW, number[:-1]]) != number
            final = np.concatenate([first[1:], YES])
            previous[rows] = np.where(first, -1, before + index)
            datagram[rows], left[rows] = number, False
            done[rows[final]] = number[final]
            self._add_complete(rows[final] + index, np.add.reduceat(waiting.size[rows], np.flatnonzero(first)))
        self._one_by_one(waiting, times, np.flatnonzero(left), (previous, datagram, done))
        for column, values in (
            (self.packet, packets), (self.place, waiting.place), (self.source, waiting.source),
            (self.offset, waiting.offset), (self.size, waiting.size), (self.previous, previous),
            (self.datagram, datagram),
        ):  # fmt: skip
            column.frombytes(np.ascontiguousarray(values, np.int64).tobytes())
        self.bits.frombytes((waiting.more * MORE | waiting.whole * WHOLE).astype(np.int8).tobytes())
        return done

    def _at_once(self, waiting: Waiting, times: Positions) -> Iterator[tuple[Positions, Positions]]:
        """The fragments of datagrams that are all here, each byte once: in order of arrival, datagram by datagram, and
        their datagrams' numbers.  These depend on no other fragment, as long as there is room for all that wait."""
        hashes = waiting.keys.hashes()
        order = np.lexsort((waiting.offset, hashes))
        new = np.ones(len(order), bool)
        new[1:] = hashes[order[1:]] != hashes[order[:-1]]
        first = np.flatnonzero(new)
        if not len(order) or len(self.open) + len(first) > self.bounds.datagrams:
            return
        group = np.cumsum(new) - 1
        counts = np.diff(first, append=len(order))
        final = np.concatenate([new[1:], YES])
        offset, size = waiting.offset[order], waiting.size[order]
        ends = np.concatenate([NO_ROW, (offset + size)[:-1]])
        table, kinds = waiting.keys.table[order], waiting.keys.kinds[order]
        fits = (offset == np.where(new, 0, ends)) & (size > 0) & (waiting.more[order] != final) & waiting.whole[order]
        fits &= (kinds == kinds[first[group]]) & (table == table[first[group]]).all(axis=1)
        fits &= times[order] - times[np.minimum.reduceat(order, first)][group] <= self.bounds.timeout
        plain = np.logical_and.reduceat(fits, first) & (counts <= MOST_PIECES)
        if self.open and plain.any():  # hashes tell keys of one batch apart; what waits is known by its octets
            at = np.flatnonzero(plain)
            plain[at] = [key not in self.open for key in waiting.keys.taken(order[first[at]]).octets()]
        chosen = np.flatnonzero(plain[group])
        if len(chosen):
            rows, number = order[chosen], (np.cumsum(plain) - 1)[group[chosen]] + len(self.last)
            arrival = np.lexsort((rows, number))
            yield rows[arrival], number[arrival]

    def _add_complete(self, last: Positions, total: Positions) -> None:
        self.last.frombytes(last.astype(np.int64).tobytes())
        self.total.frombytes(total.astype(np.int64).tobytes())
        self.status.frombytes(np.full(len(last), Status.COMPLETE, np.int8).tobytes())

    def _one_by_one(
        self, waiting: Waiting, times: Positions, at: Positions, out: tuple[Positions, Positions, Positions]
    ) -> None:
        """The fragments whose fate depends on those before them."""
        if not len(at):
            return
        index, waits, bounds = len(self.packet), self.open, self.bounds
        previous, datagram = list[int](), list[int]()
        keys = waiting.keys.taken(at)
        end = waiting.offset + waiting.size
        known = keys.octets()
        columns = (waiting.offset, end, waiting.more, waiting.whole)
        if self._all_new(known, (waiting.more | (waiting.offset > 0))[at]):
            numbers = np.arange(len(self.last), len(self.last) + len(at))
            some = [part.tolist() for part in (times[at], at + index, *(column[at] for column in columns))]
            self._begin_all(known, zip(numbers.tolist(), *some, strict=True), np.where(waiting.more, -1, end)[at])
            self.last.frombytes((at + index).astype(np.int64).tobytes())
            out[1][at] = numbers
            return
        rows = zip(
            at.tolist(), known, times[at].tolist(), waiting.offset[at].tolist(),
            end[at].tolist(), waiting.more[at].tolist(), waiting.whole[at].tolist(), strict=True,
        )  # fmt: skip
        for i, key, time, start, stop, more, whole in rows:
            found = waits.get(key)
            if found is None and (more or start):
                number = self._begin(i + index, -1 if more else stop)
                waits[key] = number, time, i + index, start, stop, more, whole
                previous.append(-1)
                datagram.append(number)
                continue
            entry = woken(found) if isinstance(found, tuple) else found
            if entry is not found:
                waits[key] = entry  # type: ignore[assignment]
            if entry is None or time - entry.time > bounds.timeout:
                entry = self._open(key, time, entry)
            previous.append(entry.last)
            datagram.append(entry.number)
            entry.last = i + index
            if entry.fit(start, stop, more, whole):
                del waits[key]
                self._close(entry, Status.COMPLETE)
                out[2][i] = entry.number
            elif entry.pieces >= MOST_PIECES:
                del waits[key]
                self._close(entry, Status.GIVEN_UP)
                self.given_up += 1
        out[0][at], out[1][at] = previous, datagram

    def _all_new(self, keys: list[bytes], pieces: NDArray[np.bool_]) -> bool:
        """Whether each fragment begins a datagram, and none of them is given up for another: so it is in a flood."""
        few = len(keys) <= self.bounds.datagrams and bool(pieces.all())
        return few and len(set(keys)) == len(keys) and self.open.keys().isdisjoint(keys)

    def _begin_all(self, keys: list[bytes], lone: Iterable[Lone], total: Positions) -> None:
        """As `_begin`, for fragments that all are new."""
        many = max(len(self.open) + len(keys) - self.bounds.datagrams, 0)
        oldest = [self.open.popitem(last=False)[1] for _ in range(many)]
        alone = np.array([one[0] for one in oldest if isinstance(one, tuple)], np.int64)
        if len(alone):
            np.frombuffer(self.status, np.int8)[alone] = Status.GIVEN_UP
        for one in oldest if len(alone) < many else ():
            if not isinstance(one, tuple):
                self._close(one, Status.GIVEN_UP)
        self.given_up += many
        self.open.update(zip(keys, lone, strict=True))
        self.total.frombytes(total.astype(np.int64).tobytes())
        self.status.frombytes(np.full(len(keys), Status.WAITING, np.int8).tobytes())

    def _give_up(self) -> None:
        """Wait no longer for what completes the oldest."""
        oldest = self.open.popitem(last=False)[1]
        if isinstance(oldest, tuple):
            self.status[oldest[0]] = Status.GIVEN_UP
        else:
            self._close(oldest, Status.GIVEN_UP)
        self.given_up += 1

    def _open(self, key: Any, time: int, old: Open | None) -> Open:
        """A new datagram; `old` of the same key has waited too long."""
        if old is not None:
            del self.open[key]
            self._close(old, Status.TIMED_OUT)
        entry = self.open[key] = Open(self._begin(-1, -1), time)
        return entry

    def _begin(self, last: int, total: int) -> int:
        """Make room for a further datagram; its number."""
        if len(self.open) >= self.bounds.datagrams:
            self._give_up()
        self.last.append(last)
        self.total.append(total)
        self.status.append(Status.WAITING)
        return len(self.last) - 1

    def _close(self, entry: Open, status: Status) -> None:
        self.last[entry.number], self.total[entry.number] = entry.last, entry.total
        self.status[entry.number] = status

    def settle(self) -> None:
        """Note of the datagrams that still wait what is known of them."""
        for entry in self.open.values():
            if not isinstance(entry, tuple):
                self._close(entry, Status.WAITING)

    def fragments(self, datagram: int) -> list[int]:
        """The fragments of a datagram in order of arrival."""
        chain, index = [], self.last[datagram]
        while index >= 0:
            chain.append(index)
            index = self.previous[index]
        return chain[::-1]

    def chains(self, datagrams: Positions) -> tuple[Positions, Positions]:
        """The fragments of several datagrams in order of arrival: of each the place in `datagrams`, and its index."""
        owner, index = np.arange(len(datagrams)), np.frombuffer(self.last, np.int64)[datagrams]
        owners, indexes = [owner], [index]
        while len(index):
            index = np.frombuffer(self.previous, np.int64)[index]
            owner, index = owner[index >= 0], index[index >= 0]
            owners.append(owner)
            indexes.append(index)
        owner, index = np.concatenate(owners), np.concatenate(indexes)
        order = np.lexsort((index, owner))
        return owner[order], index[order]


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes as the fewest spans, in order; the first begins at 0."""
    out = [(0, 0)]
    for start, end in sorted(spans):
        if start > out[-1][1]:
            out.append((start, end))
        elif end > out[-1][1]:
            out[-1] = (out[-1][0], end)
    return out


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
        while len(index):
            datagram = np.frombuffer(self.datagrams.datagram, np.int64)[index]
            waits = np.frombuffer(self.datagrams.status, np.int8)[datagram] == Status.WAITING
            index = index[waits]
            if not len(index) or not self._further():
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
        order = plain[np.argsort(place[plain], kind="stable")]
        self._places.frombytes(place[order].tobytes())
        self._indexes.frombytes((order + first).astype(np.int64).tobytes())
        for i in np.flatnonzero(source != NO_DATAGRAM).tolist():
            self._nested[int(source[i]), int(place[i])] = first + i

    def completed(self, waiting: Waiting) -> Positions:
        """The datagram that each fragment completes, or NO_DATAGRAM."""
        return self._ended_by(self.indexes(waiting))

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

    def _ended_by(self, index: Positions) -> Positions:
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

    def payloads(self, datagrams: Positions, most: int = LONGEST) -> tuple[Octets, Positions]:
        """The bytes of complete datagrams, one behind the other, and their lengths; behind their first `most` bytes
        those that are put together at once may have zeros."""
        table = self.datagrams
        owner, index = table.chains(datagrams)
        place, source, offset, size = (
            np.frombuffer(column, np.int64)[index] for column in (table.place, table.source, table.offset, table.size)
        )
        total = np.frombuffer(table.total, np.int64)[datagrams]
        starts = np.cumsum(total) - total
        out = np.zeros(int(total.sum()), np.uint8)
        order = np.lexsort((offset, owner))
        who, begin = owner[order], offset[order]
        ends = np.concatenate([NO_ROW, (begin + size[order])[:-1]])
        ends[np.diff(who, prepend=-1) != 0] = 0
        wrong = (begin != ends) | (source[order] != NO_DATAGRAM)
        plain = np.bincount(who, wrong, len(total)) == 0
        plain &= np.bincount(owner, size, len(total)) == total  # each byte is there once
        some = np.flatnonzero(plain[owner] & (offset < most))
        copy_spans(
            np.frombuffer(self.buffer, np.uint8), place[some], out, (starts[owner] + offset)[some],
            np.minimum(size, most - offset)[some],
        )  # fmt: skip
        for i in np.flatnonzero(~plain).tolist():
            out[starts[i] : starts[i] + total[i]] = np.frombuffer(self.payload(int(datagrams[i])), np.uint8)
        return out, total

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
        order = np.argsort(rows, kind="stable")
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

    def payloads(self, datagrams: Positions) -> tuple[Octets, Positions]:
        """What may hold headers of complete datagrams, one behind the other, and their lengths."""
        return self._state.payloads(datagrams, HEAD)

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

    def _indexes(self, waiting: Waiting) -> Positions:
        """The numbers of fragments; if asked to look ahead, until their datagrams are complete or the capture ends."""
        self._state.upto(self._chunk)
        index = self._state.indexes(waiting)
        if self._ahead:
            self._state.until_complete(index[index >= 0])
        return index

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """The datagram that each fragment completes."""
        self._state.upto(self._chunk)
        return [self._state.completed(w) for w in waiting]

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""
        return self._state.payload(datagram)

    def payloads(self, datagrams: Positions) -> tuple[Octets, Positions]:
        """The bytes of complete datagrams, one behind the other, and their lengths."""
        return self._state.payloads(datagrams)

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
