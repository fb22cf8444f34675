"""Questions and records of DNS messages as columns: all messages of a group at once.

A walk reads names, types and lengths of every record, step by step over all messages.  A message in which anything is
not plain (bytes that run out, records that contradict their lengths) is read by the layer's own `decode`.  Texts of
names are made once for each different name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, alike, order_of
from dissect.layers import hot_lines
from dissect.layers.dns_text import MOST_NAME, ROOT, Beyond, read_name

HEADER, QUESTION_NAME = 12, 0xC00C
MOST_RECORDS = 64  # of a message; one with more is decoded
MOST_HOPS = 8  # pointers of a name
A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41
SIZES = {A: 4, AAAA: 16}
AHEAD = {NS: 0, CNAME: 0, PTR: 0, MX: 2, SRV: 6}  # octets before the only name
SIZE_OF = np.zeros(1 << 16, np.uint8)  # by type; 0: any
SIZE_OF[list(SIZES)] = list(SIZES.values())
WITH_NAMES = np.zeros(1 << 16, bool)  # by type
WITH_NAMES[[*AHEAD, SOA]] = True
NOWHERE = np.iinfo(np.int64).max
WIDTHS = (16, 32, 64, 256)  # of tables of names
FIRST_OCTETS = np.frombuffer(b"".join(b"\xff" * n + bytes(8 - n) for n in range(9)), np.uint64)  # of a word, masks
NAMES = (
    "dns.qry.name", "dns.qry.type", "dns.qry.class", "dns.resp.name", "dns.resp.type", "dns.resp.class", "dns.resp.ttl",
    "dns.resp.len", "dns.a", "dns.aaaa", "dns.cname", "dns.ns", "dns.ptr.domain_name",
    "dns.mx.mail_exchange", "dns.srv.target",
)  # fmt: skip
Column = tuple[Any, Any]


class Records(NamedTuple):
    """The records of messages, in order; `plain`: which messages' all of them are."""

    plain: NDArray[np.bool_]
    row: Positions  # the message
    name: Positions
    kind: Positions
    more: Positions  # class, time to live
    data: Positions
    size: Positions


class Walk:
    """The records of a group's messages, those of plain ones as columns, the others' values as decoded.

    Questions are looked at by themselves: who asks for nothing else needs no records, nor that these are plain.
    """

    def __init__(self, h: Any) -> None:
        self.h: Any = proxy(h)  # which holds this: a circle would keep the whole batch in memory
        self.u1 = h.octets.u1
        self.end = np.asarray(h.end, np.int64)
        self.base = np.asarray(h.start, np.int64)
        self._decoded: dict[int, list[tuple[str, Any]]] = {}
        self._question()

    # -- reading

    def _u(self, at: Positions, size: int) -> Positions:
        """Numbers at places that may lie beyond the message (but not beyond the buffer)."""
        last = len(self.u1) - size
        return np.asarray(self.h.octets.uint(np.minimum(at, last), size), np.int64)

    def _labels(self, at: Positions, limit: Positions) -> Positions:
        """Where names without pointers end that end before `limit`; NOWHERE for others."""
        after, active, place = np.full(len(at), NOWHERE), np.arange(len(at)), at
        most, last = np.minimum(limit, at + MOST_NAME), len(self.u1) - 1
        while len(active):
            size = self.u1[np.minimum(place, last)]
            place = place + size
            place += 1
            done = np.flatnonzero(size == 0)
            after[active[done]] = place[done]
            rest = np.flatnonzero((size > 0) & (size < 64) & (place <= most))
            active, place, most = active[rest], place[rest], most[rest]
        after[after > limit] = NOWHERE
        return after

    def _names(self, rows: Positions, at: Positions, limit: Positions) -> tuple[NDArray[np.bool_], Positions]:
        """As `_skip`, for names most of which are that of the question, or the root's."""
        word = self._u(at, 2)
        same, root = (word == QUESTION_NAME) & self.asked[rows], (word < 256) & (at <= len(self.u1) - 2)
        after = at + np.where(root, 1, 2)
        good = (same | root) & (after <= limit)
        others = np.flatnonzero(~good)
        if len(others):
            good[others], after[others] = self._skip(rows[others], at[others], limit[others])
        return good, after

    def _skip(self, rows: Positions, at: Positions, limit: Positions) -> tuple[NDArray[np.bool_], Positions]:
        """Over names: whether each can be read as `read_name` would, and ends before `limit`; where it ends.

        One with many pointers is not good.
        """
        good = np.ones(len(rows), bool)
        after, place = np.full(len(rows), -1, np.int64), at.copy()
        taken, total = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        active = np.arange(len(rows))
        end, base = self.end[rows], self.base[rows]
        while len(active):
            here = place[active]
            size = self._u(here, 1)
            pointer = size >= 0xC0
            bad = (here >= end[active]) | ((size > 63) & ~pointer)
            bad |= pointer & ((here + 1 >= end[active]) | (taken[active] >= MOST_HOPS))
            total[active] += np.where(pointer | (size == 0), 0, size + 1)
            bad |= (total[active] > MOST_NAME) | (~pointer & (here + 1 + size > end[active]))
            good[active[bad]] = False
            done = (size == 0) & ~bad
            first = after[active] < 0
            ends = (done | pointer) & first
            after[active[ends]] = here[ends] + np.where(pointer[ends], 2, 1)
            target = base[active] + (self._u(here, 2) & 0x3FFF)
            place[active] = np.where(pointer, target, here + 1 + size)
            taken[active] += pointer
            active = active[~bad & ~done]
        return good & (after <= limit), after

    def _question(self) -> None:
        """The questions of messages that have one; those with more are not plain."""
        self.sound = self.end - self.base >= HEADER
        counts = self._u(self.base + 4, 2)
        self.sound &= counts <= 1
        self.asked = self.sound & (counts == 1)
        asks = np.flatnonzero(self.asked)
        after = self._labels(self.base[asks] + HEADER, self.end[asks] - 4)
        bad = asks[after == NOWHERE]
        if len(bad):
            self.sound[bad] = self.asked[bad] = False
            asks, after = np.flatnonzero(self.asked), after[after != NOWHERE]
        self.asks = asks
        self._after = self.base + HEADER
        self._after[asks] = after + 4

    @cached_property
    def records(self) -> Records:
        """All records of plain messages, in order."""
        count = self._u(self.base + 6, 2) + self._u(self.base + 8, 2) + self._u(self.base + 10, 2)
        plain = self.sound & (count <= MOST_RECORDS)
        at, steps = self._after.copy(), list[tuple[Positions, ...]]()
        rows = np.flatnonzero(plain & (count > 0))
        number = 0
        while len(rows):
            end, name = self.end[rows], at[rows]
            good, after = self._names(rows, name, end - 10)
            kind, size, data = self._u(after, 2), self._u(after + 8, 2), after + 10
            good &= data + size <= end
            number += 1
            last = number >= count[rows]
            right = np.flatnonzero(good)
            good[right] = self._right(rows[right], kind[right], data[right], size[right], last[right])
            kept: tuple[Positions, ...] = (rows, name, kind, after + 2, data, size)
            if not good.all():
                plain[rows[~good]] = False
                kept = tuple(column[good] for column in kept)
                last = last[good]
            steps.append(kept)
            at[kept[0]] = kept[4] + kept[5]
            rows = kept[0][~last]
        empty = np.empty(0, np.int64)
        columns = [np.concatenate(parts) for parts in zip(*steps, strict=True)] if steps else [empty] * 6
        if not plain[columns[0]].all():
            keep = plain[columns[0]]
            columns = [column[keep] for column in columns]
        if len(steps) > 1:
            order = order_of(columns[0])
            columns = [column[order] for column in columns]
        return Records(plain, *columns)

    def _right(
        self, rows: Positions, kind: Positions, data: Positions, size: Positions, last: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether the data of records is as long as their type wants; of the last one nothing depends on it."""
        sized = SIZE_OF[kind]
        right = np.where(sized > 0, size == sized, last | (size == 0))
        some = np.flatnonzero(WITH_NAMES[kind] & (size > 0))
        for one, ahead in AHEAD.items() if len(some) else ():
            mine = some[kind[some] == one]
            if len(mine):
                right[mine] = self._names(rows[mine], data[mine] + ahead, (data + size)[mine])[0]
        mine = some[(kind[some] == SOA) & ~last[some]]
        if len(mine):
            end = (data + size)[mine]
            good, after = self._names(rows[mine], data[mine], end)
            rest = np.flatnonzero(good)
            good[rest], after[rest] = self._names(rows[mine][rest], after[rest], end[rest])
            right[mine] = good & (after + 20 <= end)
        return np.asarray(right, bool)

    # -- values

    def decoded(self, row: int) -> list[tuple[str, Any]]:
        """The values of a message that is not plain."""
        found = self._decoded.get(row)
        if found is None:
            data = memoryview(self.u1)[int(self.base[row]) : int(self.end[row])]
            found = self._decoded[row] = hot_lines.decoded(self.h, bytes(data), NAMES)
        return found

    def column(self, name: str) -> Column:
        """The occurrences of a field."""
        rows, values = getattr(self, COLUMNS[name])()
        plain = self.sound if name in OF_QUESTIONS else self.records.plain
        if bool(plain.all()):
            return rows, values
        others = [(row, v) for row in np.flatnonzero(~plain).tolist() for n, v in self.decoded(row) if n == name]
        if not others:
            return rows, values
        kind = object if values.dtype == object or values.dtype.kind == "V" else np.int64
        both = np.empty(len(values) + len(others), kind)
        both[: len(values)] = [bytes(v) for v in values] if values.dtype.kind == "V" else values
        both[len(values) :] = [value for _, value in others]
        at = np.concatenate([rows, np.array([row for row, _ in others], np.int64)])
        order = order_of(at)
        return at[order], both[order]

    def question_names(self) -> Column:
        """`dns.qry.name`."""
        return self.asks, self._texts

    def question_types(self) -> Column:
        """`dns.qry.type`."""
        return self.asks, self._u(self._after[self.asks] - 4, 2)

    def question_classes(self) -> Column:
        """`dns.qry.class`."""
        return self.asks, self._class(self._after[self.asks] - 2)

    def _class(self, at: Positions) -> Positions:
        return self._u(at, 2) & (0x7FFF if self.h.layer.multicast else 0xFFFF)

    def record_names(self) -> Column:
        """`dns.resp.name`: mostly that of the question."""
        found = self.records
        same = (self._u(found.name, 2) == QUESTION_NAME) & self.asked[found.row]
        out = np.empty(len(found.row), object)
        out[same] = self._texts[self.asks.searchsorted(found.row[same])]
        out[~same] = self._read(found.row[~same], found.name[~same])
        return found.row, out

    def record_types(self) -> Column:
        """`dns.resp.type`."""
        return self.records.row, self.records.kind

    def _usual(self) -> tuple[Positions, Positions]:
        """The records with a class and a time to live, and where these are; an OPT record has none."""
        usual = self.records.kind != OPT
        return self.records.row[usual], self.records.more[usual]

    def record_classes(self) -> Column:
        """`dns.resp.class`."""
        rows, at = self._usual()
        return rows, self._class(at)

    def record_ttls(self) -> Column:
        """`dns.resp.ttl`."""
        rows, at = self._usual()
        return rows, self._u(at + 2, 4)

    def record_sizes(self) -> Column:
        """`dns.resp.len`."""
        return self.records.row, self.records.size

    def _data(self, kind: int, least: int) -> tuple[Positions, Positions]:
        """The records of a type, and where their data is, of so many octets at least."""
        found = self.records
        mine = np.flatnonzero((found.kind == kind) & (found.size >= least))
        return found.row[mine], found.data[mine]

    def addresses(self) -> Column:
        """`dns.a`."""
        rows, at = self._data(A, 4)
        return rows, self._u(at, 4)

    def addresses6(self) -> Column:
        """`dns.aaaa`."""
        rows, at = self._data(AAAA, 16)
        return rows, self.h.octets.raw(at, 16)

    def aliases(self) -> Column:
        """`dns.cname`."""
        return self._named(CNAME)

    def servers(self) -> Column:
        """`dns.ns`."""
        return self._named(NS)

    def pointers(self) -> Column:
        """`dns.ptr.domain_name`."""
        return self._named(PTR)

    def exchanges(self) -> Column:
        """`dns.mx.mail_exchange`."""
        return self._named(MX)

    def targets(self) -> Column:
        """`dns.srv.target`."""
        return self._named(SRV)

    def _named(self, kind: int) -> Column:
        rows, at = self._data(kind, 1)
        return rows, self._read(rows, at + AHEAD[kind])

    def _read(self, rows: Positions, at: Positions) -> NDArray[np.object_]:
        """Names that may be anywhere, one by one; equal octets of equal messages are read once."""
        out, octets = np.empty(len(rows), object), memoryview(self.u1)
        places = zip(self.base[rows].tolist(), self.end[rows].tolist(), at.tolist(), strict=True)
        for i, (base, end, place) in enumerate(places):
            try:
                out[i] = read_name(bytes(octets[base:end]), place - base)[0]
            except Beyond:  # it was skipped before
                out[i] = ""
        return out

    @cached_property
    def _texts(self) -> NDArray[np.object_]:
        """The names of the questions."""
        start = self.base[self.asks] + HEADER
        size = self._after[self.asks] - 4 - start
        out = np.empty(len(start), object)
        narrower = 0
        for width in WIDTHS:
            mine = np.flatnonzero((size > narrower) & (size <= width))
            if len(mine):
                out[mine] = self._table(start[mine], size[mine], width)
            narrower = width
        return out

    def _table(self, start: Positions, size: Positions, width: int) -> NDArray[np.object_]:
        """Texts of names of at most `width` octets: each different row of octets is read once."""
        last = len(self.u1) - width
        words = np.zeros((len(start), width >> 3), np.uint64)
        if last >= 0:
            words[:] = self.h.octets.raw(np.minimum(start, last), width).view(np.uint64).reshape(len(start), -1)
        view = memoryview(self.u1)
        for i in np.flatnonzero(start > last).tolist():
            words[i] = np.frombuffer(view[start[i] : start[i] + size[i]].tobytes().ljust(width, b"\0"), np.uint64)
        for i in range(width >> 3):
            words[:, i] &= FIRST_OCTETS[(size - 8 * i).clip(0, 8)]
        first, inverse = alike(words)
        return _texts(words[first], size[first])[inverse]


def _texts(words: NDArray[np.uint64], size: Positions) -> NDArray[np.object_]:
    """Texts of names without pointers, each so many octets of a row: what says how long a label is becomes a dot."""
    octets = words.view(np.uint8)  # a row each
    flat, begin = octets.reshape(-1), np.arange(len(octets)) * octets.shape[1]
    odd = np.flatnonzero((octets >= 0x80).any(axis=1) | (size == 1))
    others = [_text(octets[i, : size[i]].tobytes()) for i in odd.tolist()]
    place = begin
    while len(place):
        step = flat[place]
        flat[place] = ord(".")
        place = (place + step + 1)[step > 0]
    whole, out = flat.tobytes().decode("latin-1"), np.empty(len(octets), object)
    out[:] = [whole[a:b] for a, b in zip((begin + 1).tolist(), (begin + size - 1).tolist(), strict=True)]
    out[odd] = others
    return out


def _text(octets: bytes) -> str:
    """A name without pointers."""
    try:
        return read_name(octets, 0)[0] if len(octets) > 1 else ROOT
    except Beyond:
        return ""


OF_QUESTIONS = frozenset({"dns.qry.name", "dns.qry.type", "dns.qry.class"})
COLUMNS = {
    "dns.qry.name": "question_names", "dns.qry.type": "question_types", "dns.qry.class": "question_classes",
    "dns.resp.name": "record_names", "dns.resp.type": "record_types", "dns.resp.class": "record_classes",
    "dns.resp.ttl": "record_ttls", "dns.resp.len": "record_sizes", "dns.a": "addresses", "dns.aaaa": "addresses6",
    "dns.cname": "aliases", "dns.ns": "servers", "dns.ptr.domain_name": "pointers",
    "dns.mx.mail_exchange": "exchanges", "dns.srv.target": "targets",
}  # fmt: skip


def extractor(name: str) -> Callable[[Any], Column]:
    """The extractor of a field."""

    def extract(h: Any) -> Column:
        walk = h.__dict__.get("_dns")
        if walk is None:
            walk = h.__dict__["_dns"] = Walk(h)
        found: Column = walk.column(name)
        return found

    return extract


HOT = {name: extractor(name) for name in NAMES}
