"""The table of fragments and datagrams of a capture: what belongs together, what is complete, what waits.

Fragments are columns, those of a datagram chained by `previous`.  Datagrams that are complete within a batch, and those
that surely are not complete yet, are told by array; code runs one by one only where a fragment's fate depends on others
before its batch.  What waits is bounded, and what was given up is forgotten: a flood of fragments costs memory up to
the bound and no more.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.reassembly import NO_DATAGRAM, Waiting
from dissect.engine.window import Positions, order_of
from dissect.passes.quiet import Quiet

MOST_PIECES = 8192  # of a datagram: 65,535 bytes in pieces of 8
FORGOTTEN = 1 << 17  # fragments of datagrams given up, before they are taken out of the table
NO_ROW, YES = np.full(1, -1), np.ones(1, bool)
FAR = int(np.iinfo(np.int64).max)
MORE, WHOLE = 1, 2  # bits of a fragment


class Status(IntEnum):
    """What became of a datagram."""

    WAITING = 0
    COMPLETE = 1
    TIMED_OUT = 2
    GIVEN_UP = 3  # there was no room
    FORGOTTEN = 4  # the number is free


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how many datagrams may wait, and whose bytes count where fragments overlap."""

    policy: str = "first"
    timeout: int = 60 * 10**9  # ns of capture time (RFC 8200; RFC 1122 has 60 to 120 s, Linux 30 s)
    datagrams: int = 65_536


class Open:
    """A datagram that waits for fragments, and of which one came lately."""

    __slots__ = ("begun", "have", "last", "number", "pieces", "plain", "reach", "spans", "time", "total", "whole")

    def __init__(self, number: int, time: int, begun: int) -> None:
        self.number = number
        self.time = time  # of its first fragment
        self.begun = begun  # how many datagrams began before it
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


class Groups(NamedTuple):
    """The fragments of a batch, datagram by datagram as far as hashes tell, in order of their offset.

    `order`: the fragments; `first`: where each group begins in it, `group` the number of each one's.  `whole`: all of
    the datagram is here, each byte once; `quiet`: it begins here and is surely not complete yet; `again`: it goes on
    with the quiet datagram at `position`, and is surely not complete yet.  The others are `odd`.
    """

    hashes: NDArray[np.uint64]
    order: Positions
    first: Positions
    group: Positions
    whole: NDArray[np.bool_]
    quiet: NDArray[np.bool_]
    again: NDArray[np.bool_]
    position: Positions

    @property
    def odd(self) -> NDArray[np.bool_]:
        """Groups whose fate depends on other fragments, or on how they follow each other."""
        odd: NDArray[np.bool_] = ~(self.whole | self.quiet | self.again)
        return odd

    def rows(self, chosen: NDArray[np.bool_]) -> tuple[Positions, Positions]:
        """The fragments of some groups in order of arrival, group by group, and each one's place among the chosen."""
        some = np.flatnonzero(chosen[self.group])
        rows, place = self.order[some], (np.cumsum(chosen) - 1)[self.group[some]]
        arrival = order_of(place * len(self.order) + rows) if len(rows) > chosen.sum() else slice(None)
        return rows[arrival], place[arrival]


class Datagrams:
    """The fragments and datagrams of a capture so far."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.open: dict[bytes, Open] = {}
        self.quiet = Quiet()
        self.given_up = 0
        self._queue: list[tuple[int, bytes]] = []  # when the open ones began, and their keys
        self._begun = 0
        self._given_up_fragments = 0  # not forgotten yet
        self._free: list[int] = []  # numbers of datagrams that are forgotten
        # of each fragment
        self.packet, self.place, self.source = array("q"), array("q"), array("q")
        self.offset, self.size, self.bits = array("q"), array("q"), array("b")
        self.previous, self.datagram = array("q"), array("q")
        # of each datagram
        self.last, self.total, self.status = array("q"), array("q"), array("b")

    def add(self, waiting: Waiting, packets: Positions, times: Positions) -> Positions:
        """Take fragments in order; the datagram that each completes, or NO_DATAGRAM."""
        previous, datagram, done = out = tuple(np.full(len(packets), NO_DATAGRAM) for _ in range(3))
        left = np.arange(len(packets))
        groups = self._groups(waiting, times)
        oldest = -1 if groups is None else self._without_room(groups)
        if groups is not None and oldest >= 0:
            self._give_up(oldest)
            self._take_whole(groups, waiting, out)
            self._take_quiet(groups, waiting, times, out)
            self._take_again(groups, waiting, out)
            left = np.sort(groups.order[groups.odd[groups.group]])
        self._one_by_one(waiting, times, left, out)
        for column, values in (
            (self.packet, packets), (self.place, waiting.place), (self.source, waiting.source),
            (self.offset, waiting.offset), (self.size, waiting.size), (self.previous, previous),
            (self.datagram, datagram),
        ):  # fmt: skip
            column.frombytes(np.ascontiguousarray(values, np.int64).tobytes())
        self.bits.frombytes((waiting.more * MORE | waiting.whole * WHOLE).astype(np.int8).tobytes())
        return done

    def _groups(self, waiting: Waiting, times: Positions) -> Groups | None:
        """The fragments of a batch by datagram."""
        hashes = _hashes(waiting)
        order = order_of(hashes.view(np.int64))
        new = np.ones(len(order), bool)
        new[1:] = hashes[order[1:]] != hashes[order[:-1]]
        arrived = waiting.offset[order]
        if not (new[1:] | (arrived[1:] >= arrived[:-1])).all():
            order = order_of(waiting.offset)
            order = order[order_of(hashes.view(np.int64)[order])]
        first = np.flatnonzero(new)
        if not len(order):
            return None
        group = np.cumsum(new) - 1
        counts = np.diff(first, append=len(order))
        final = np.concatenate([new[1:], YES])
        offset, size, more = waiting.offset[order], waiting.size[order], waiting.more[order]
        ends = np.concatenate([NO_ROW, (offset + size)[:-1]])
        table, kinds = waiting.keys.table[order], waiting.keys.kinds[order]
        # hashes tell keys of one batch apart, or show that none waits; what waits is known by its octets
        same = (kinds == kinds[first[group]]) & (table == table[first[group]]).all(axis=1)
        same &= times[order] - times[np.minimum.reduceat(order, first)][group] <= self.bounds.timeout
        plain = np.logical_and.reduceat(same, first) & (counts <= MOST_PIECES)
        position = self.quiet.find(hashes[order[first]])
        sums, known = np.add.reduceat(size, first), position >= 0
        least = np.minimum.reduceat(np.where(more, FAR, offset + size), first)
        latest = times[np.maximum.reduceat(order, first)]
        again = np.zeros(len(first), bool)
        at = np.flatnonzero(plain & known)
        again[at] = self.quiet.grows(
            position[at], waiting.keys.taken(order[first[at]]), counts[at], sums[at], least[at],
            latest[at] - self.bounds.timeout, MOST_PIECES,
        )  # fmt: skip
        plain &= ~known
        if self.open and plain.any():
            at = np.flatnonzero(plain)
            plain[at] = [key not in self.open for key in waiting.keys.taken(order[first[at]]).octets()]
        fits = (offset == np.where(new, 0, ends)) & (size > 0) & (more != final) & waiting.whole[order]
        whole = plain & np.logical_and.reduceat(fits, first)
        quiet = plain & (counts < MOST_PIECES) & (sums < least)
        return Groups(hashes, order, first, group, whole, quiet, again, position)

    def _without_room(self, groups: Groups) -> int:
        """How many of those that wait are given up while these groups come; -1 where that shows one by one only."""
        waits, bound = len(self.open) + self.quiet.count, self.bounds.datagrams
        if waits + int((~groups.again).sum()) <= bound:
            return 0
        if groups.odd.any() or groups.again.any():
            return -1
        begins = np.minimum.reduceat(groups.order, groups.first)
        ends = np.maximum.reduceat(groups.order, groups.first)[groups.whole]
        when = np.concatenate([2 * begins, 2 * ends + 1])
        change = np.concatenate([np.ones(len(begins), np.int64), np.full(len(ends), -1)])
        most = waits + int(np.cumsum(change[np.argsort(when)]).max())
        return -1 if most - bound > waits else max(most - bound, 0)

    def _take_whole(self, groups: Groups, waiting: Waiting, out: Sequence[Positions]) -> None:
        """The groups that are complete."""
        rows, place = groups.rows(groups.whole)
        if len(rows):
            number = self._numbers(int(place[-1]) + 1)
            final = np.concatenate([place[1:] != place[:-1], YES])
            sizes = np.add.reduceat(waiting.size[rows], np.flatnonzero(np.concatenate([YES, final[:-1]])))
            self._set(number, rows[final] + len(self.packet), sizes, Status.COMPLETE)
            self._chain(rows, number[place], out)
            out[2][rows[final]] = number

    def _take_quiet(self, groups: Groups, waiting: Waiting, times: Positions, out: Sequence[Positions]) -> None:
        """The groups that begin here and wait."""
        chosen = np.flatnonzero(groups.quiet)
        if not len(chosen):
            return
        begins = np.minimum.reduceat(groups.order, groups.first)[chosen]
        order = order_of(begins)
        rows, place = groups.rows(groups.quiet)
        number = np.empty(len(chosen), np.int64)
        number[order] = self._numbers(len(chosen))  # given as they begin
        final, starts, total, have, least = _pieces(waiting, rows, place)
        last = rows[final] + len(self.packet)
        self._set(number, last, total, Status.WAITING)
        self._chain(rows, number[place], out)
        self.quiet.add(
            groups.hashes[begins[order]], waiting.keys.taken(begins[order]), number=number[order],
            time=times[begins[order]], last=last[order], begun=self._begun + np.arange(len(order)),
            pieces=np.diff(starts, append=len(rows))[order], have=have[order], least=least[order],
        )  # fmt: skip
        self._begun += len(order)

    def _take_again(self, groups: Groups, waiting: Waiting, out: Sequence[Positions]) -> None:
        """The groups that go on with quiet datagrams."""
        if not groups.again.any():
            return
        rows, place = groups.rows(groups.again)
        position = groups.position[groups.again]
        number, before = self.quiet.get(position, "number"), self.quiet.get(position, "last")
        final, starts, total, have, least = _pieces(waiting, rows, place)
        self._chain(rows, number[place], out)
        out[0][rows[starts]] = before
        known = np.frombuffer(self.total, np.int64)
        known[number] = np.where(known[number] < 0, total, known[number])
        last = rows[final] + len(self.packet)
        np.frombuffer(self.last, np.int64)[number] = last
        self.quiet.grow(position, last, np.diff(starts, append=len(rows)), have, least)

    def _chain(self, rows: Positions, number: Positions, out: Sequence[Positions]) -> None:
        """Chain fragments in order of arrival, datagram by datagram."""
        begins = np.concatenate([NO_ROW, number[:-1]]) != number
        out[0][rows] = np.where(begins, -1, np.concatenate([NO_ROW, rows[:-1]]) + len(self.packet))
        out[1][rows] = number

    def _one_by_one(self, waiting: Waiting, times: Positions, at: Positions, out: Sequence[Positions]) -> None:
        """The fragments whose fate depends on those before them."""
        if not len(at):
            return
        index, waits, timeout = len(self.packet), self.open, self.bounds.timeout
        previous, datagram = list[int](), list[int]()
        keys = waiting.keys.taken(at)
        end = waiting.offset + waiting.size
        rows = zip(
            at.tolist(), keys.octets(), self.quiet.find(_hashes(waiting)[at]).tolist(), times[at].tolist(),
            waiting.offset[at].tolist(), end[at].tolist(), waiting.more[at].tolist(), waiting.whole[at].tolist(),
            strict=True,
        )  # fmt: skip
        for i, key, quiet, time, start, stop, more, whole in rows:
            entry = waits.get(key)
            if entry is None and quiet >= 0:
                entry = self._wake(key, quiet)
            if entry is None or time - entry.time > timeout:
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

    def _wake(self, key: bytes, position: int) -> Open | None:
        """A quiet datagram for which another fragment comes; None where another key has its hash, or it is gone."""
        found = self.quiet.wake(position, key)
        if found is None:
            return None
        number, time, last, begun = found
        entry = Open(number, time, begun)
        chain = [last]
        while (before := self.previous[chain[-1]]) >= 0:
            chain.append(before)
        for i in reversed(chain):
            end, bits = self.offset[i] + self.size[i], self.bits[i]
            entry.fit(self.offset[i], end, bool(bits & MORE), bool(bits & WHOLE))
        entry.last = last
        self.open[key] = entry
        heappush(self._queue, (begun, key))
        return entry

    def _open(self, key: bytes, time: int, old: Open | None) -> Open:
        """A new datagram; `old` of the same key has waited too long."""
        if old is not None:
            del self.open[key]
            self._close(old, Status.TIMED_OUT)
        if len(self.open) + self.quiet.count >= self.bounds.datagrams:
            self._give_up(1)
        [number] = self._numbers(1).tolist()
        entry = self.open[key] = Open(number, time, self._begun)
        heappush(self._queue, (self._begun, key))
        self._begun += 1
        return entry

    def _give_up(self, count: int) -> None:
        """Wait no longer for what completes the oldest."""
        self.given_up += count
        while count:
            begun = self._oldest_open()
            number, pieces = self.quiet.drop(count, begun)
            np.frombuffer(self.status, np.int8)[number] = Status.GIVEN_UP
            self._given_up_fragments += pieces
            count -= len(number)
            if count:
                entry = self.open.pop(heappop(self._queue)[1])
                self._close(entry, Status.GIVEN_UP)
                count -= 1

    def _oldest_open(self) -> int:
        """When the oldest open datagram began; FAR if there is none."""
        queue = self._queue
        if len(queue) > 2 * len(self.open) + 1024:
            queue[:] = [(entry.begun, key) for key, entry in self.open.items()]
            heapify(queue)
        while queue:
            begun, key = queue[0]
            entry = self.open.get(key)
            if entry is not None and entry.begun == begun:
                return begun
            heappop(queue)
        return FAR

    def _numbers(self, count: int) -> Positions:
        """Numbers for further datagrams: those that are free first."""
        again = self._free[:count]
        del self._free[:count]
        new = count - len(again)
        numbers = np.concatenate([np.array(again, np.int64), np.arange(len(self.last), len(self.last) + new)])
        self.last.frombytes(np.full(new, -1).tobytes())
        self.total.frombytes(np.full(new, -1).tobytes())
        self.status.frombytes(bytes(new))
        self._set(numbers[: len(again)], -1, -1, Status.WAITING)
        return numbers

    def _set(self, number: Positions, last: Any, total: Any, status: Status) -> None:
        np.frombuffer(self.last, np.int64)[number] = last
        np.frombuffer(self.total, np.int64)[number] = total
        np.frombuffer(self.status, np.int8)[number] = status

    def _close(self, entry: Open, status: Status) -> None:
        self.last[entry.number], self.total[entry.number] = entry.last, entry.total
        self.status[entry.number] = status
        if status is Status.GIVEN_UP:
            self._given_up_fragments += entry.pieces

    def settle(self) -> None:
        """Note of the datagrams that still wait what is known of them."""
        for entry in self.open.values():
            self._close(entry, Status.WAITING)

    def forget(self) -> Positions | None:
        """Take out the fragments of datagrams that were given up, if there are many; what the numbers of all became
        (-1: gone)."""
        if self._given_up_fragments < max(FORGOTTEN, len(self.packet) // 2):
            return None
        gone = np.frombuffer(self.status, np.int8) >= Status.GIVEN_UP
        keep = ~gone[np.frombuffer(self.datagram, np.int64)]
        now = np.concatenate([np.where(keep, np.cumsum(keep) - 1, -1), NO_ROW])  # of fragment -1, too
        for name in ("packet", "place", "source", "offset", "size", "bits", "previous", "datagram"):
            column = getattr(self, name)
            kept = np.frombuffer(column, np.int8 if name == "bits" else np.int64)[keep]
            setattr(self, name, array(column.typecode, (now[kept] if name == "previous" else kept).tobytes()))
        last = np.frombuffer(self.last, np.int64)
        last[:] = np.where(gone, -1, now[last])
        for entry in self.open.values():
            entry.last = int(now[entry.last])
        self.quiet.renumber(now)
        status = np.frombuffer(self.status, np.int8)
        self._free += np.flatnonzero(status == Status.GIVEN_UP).tolist()
        status[gone] = Status.FORGOTTEN
        self._given_up_fragments = 0
        return now

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


def _hashes(waiting: Waiting) -> NDArray[np.uint64]:
    """Of each fragment's key, short enough to be sorted quickly: keys that share one are told apart one by one."""
    return waiting.keys.hashes() >> np.uint64(24)


def _pieces(
    waiting: Waiting, rows: Positions, place: Positions
) -> tuple[Any, Positions, Positions, Positions, Positions]:
    """Of fragments in order of arrival, datagram by datagram: which are a datagram's last here, where each begins, the
    end that its first last piece tells (-1: none), how many octets there are, and the least such end."""
    final = np.concatenate([place[1:] != place[:-1], YES])
    starts = np.flatnonzero(np.concatenate([YES, final[:-1]]))
    more, end = waiting.more[rows], waiting.offset[rows] + waiting.size[rows]
    tells = np.minimum.reduceat(np.where(more, len(rows), np.arange(len(rows))), starts)
    total = np.where(tells < len(rows), end[np.minimum(tells, len(rows) - 1)], -1)
    least = np.minimum.reduceat(np.where(more, FAR, end), starts)
    return final, starts, total, np.add.reduceat(waiting.size[rows], starts), least


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes as the fewest spans, in order; the first begins at 0."""
    out = [(0, 0)]
    for start, end in sorted(spans):
        if start > out[-1][1]:
            out.append((start, end))
        elif end > out[-1][1]:
            out[-1] = (out[-1][0], end)
    return out


