"""Questions and records of DNS messages as columns: all messages of a group at once.

A walk reads names, types and lengths of every record, step by step over all messages.  A message in which anything is
not plain (bytes that run out, records that contradict their lengths) is read by the layer's own `decode`.  Texts of
names are made once for each different name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, grouped, mixed
from dissect.layers import hot_lines
from dissect.layers.dns_text import MOST_NAME, ROOT, Beyond, read_name

HEADER, QUESTION_NAME = 12, 0xC00C
MOST_RECORDS = 64  # of a message; one with more is decoded
MOST_HOPS = 8  # pointers of a name
A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41
SIZES = {A: 4, AAAA: 16}
AHEAD = {NS: 0, CNAME: 0, PTR: 0, MX: 2, SRV: 6}  # octets before the only name
WIDTHS = (16, 32, 64, 256)  # of tables of names
FIRST_OCTETS = np.frombuffer(b"".join(b"\xff" * n + bytes(8 - n) for n in range(9)), np.uint64)  # of a word, masks
NAMES = (
    "dns.qry.name", "dns.qry.type", "dns.qry.class", "dns.resp.name", "dns.resp.type", "dns.resp.class", "dns.resp.ttl",
    "dns.resp.len", "dns.a", "dns.aaaa", "dns.cname", "dns.ns", "dns.ptr.domain_name",
    "dns.mx.mail_exchange", "dns.srv.target",
)  # fmt: skip
Column = tuple[Any, Any]


class Walk:
    """The records of a group's messages, those of plain ones as columns, the others' values as decoded."""

    def __init__(self, h: Any) -> None:
        self.h: Any = proxy(h)  # which holds this: a circle would keep the whole batch in memory
        self.u1 = h.octets.u1
        self.end = np.asarray(h.end, np.int64)
        self.base = np.asarray(h.start, np.int64)
        self.plain = self.end - self.base >= HEADER
        self._texts: dict[int, NDArray[np.object_]] = {}
        self._question()
        self._records()
        self._decoded: dict[str, tuple[list[int], list[Any]]] | None = None

    # -- reading

    def _u(self, at: Positions, size: int) -> Positions:
        """Numbers at places that may lie beyond the message (but not beyond the buffer)."""
        last = len(self.u1) - size
        return np.asarray(self.h.octets.uint(np.minimum(at, last), size), np.int64)

    def _skip(
        self, rows: Positions, at: Positions, limit: Positions, hops: int = MOST_HOPS
    ) -> tuple[NDArray[np.bool_], Positions]:
        """Over names: whether each can be read as `read_name` would, and ends before `limit`; where it ends.

        One with more pointers than `hops` is not good.
        """
        most, good = hops, np.ones(len(rows), bool)
        after, place = np.full(len(rows), -1, np.int64), at.copy()
        taken, total = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        active = np.arange(len(rows))
        end, base = self.end[rows], self.base[rows]
        while len(active):
            here = place[active]
            size = self._u(here, 1)
            pointer = size >= 0xC0
            bad = (here >= end[active]) | ((size > 63) & ~pointer)
            bad |= pointer & ((here + 1 >= end[active]) | (taken[active] >= most))
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
        counts = self._u(self.base + 4, 2)
        self.plain &= counts <= 1
        self.asks = np.flatnonzero(self.plain & (counts == 1))
        good, after = self._skip(self.asks, self.base[self.asks] + HEADER, self.end[self.asks] - 4, hops=0)
        self.plain[self.asks[~good]] = False
        self.asks, after = self.asks[good], after[good]
        self.question_type = self._u(after, 2)
        self.question_class = self._u(after + 2, 2) & (0x7FFF if self.h.layer.multicast else 0xFFFF)
        self._after = self.base + HEADER
        self._after[self.asks] = after + 4

    def _records(self) -> None:
        """All records of plain messages, in order."""
        count = self._u(self.base + 6, 2) + self._u(self.base + 8, 2) + self._u(self.base + 10, 2)
        self.plain &= count <= MOST_RECORDS
        at, steps = self._after.copy(), list[tuple[Positions, ...]]()
        rows = np.flatnonzero(self.plain & (count > 0))
        number = 0
        while len(rows):
            end, name = self.end[rows], at[rows]
            good, after = self._skip(rows, name, end - 10)
            kind, size, data = self._u(after, 2), self._u(after + 8, 2), after + 10
            good &= data + size <= end
            last = number + 1 >= count[rows]
            good[good] &= self._right(rows[good], kind[good], data[good], size[good], last[good])
            self.plain[rows[~good]] = False
            kept = tuple(column[good] for column in (rows, name, kind, after + 2, data, size))
            steps.append(kept)
            at[kept[0]] = kept[4] + kept[5]
            number += 1
            rows = kept[0][count[kept[0]] > number]
        empty = np.empty(0, np.int64)
        columns = [np.concatenate(parts) for parts in zip(*steps, strict=True)] if steps else [empty] * 6
        keep = self.plain[columns[0]]
        columns = [column[keep] for column in columns]
        order = np.argsort(columns[0], kind="stable")
        self.row, self.name, self.kind, self.more, self.data, self.size = (column[order] for column in columns)
        keep = self.plain[self.asks]
        self.asks = self.asks[keep]
        self.question_type, self.question_class = self.question_type[keep], self.question_class[keep]

    def _right(
        self, rows: Positions, kind: Positions, data: Positions, size: Positions, last: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether the data of records is as long as their type wants; of the last one nothing depends on it."""
        right = last | (size == 0)
        for one, octets in SIZES.items():
            right = np.where(kind == one, size == octets, right)
        for one, ahead in AHEAD.items():
            mine = np.flatnonzero((kind == one) & (size > 0))
            if len(mine):
                right[mine] = self._skip(rows[mine], data[mine] + ahead, (data + size)[mine])[0]
        mine = np.flatnonzero((kind == SOA) & ~last)
        if len(mine):
            end = (data + size)[mine]
            good, after = self._skip(rows[mine], data[mine], end)
            rest = np.flatnonzero(good)
            good[rest], after[rest] = self._skip(rows[mine][rest], after[rest], end[rest])
            right[mine] = good & (after + 20 <= end)
        return np.asarray(right, bool)

    # -- values

    @property
    def decoded(self) -> dict[str, tuple[list[int], list[Any]]]:
        """The values of messages that are not plain."""
        if self._decoded is None:
            self._decoded = {name: ([], []) for name in NAMES}
            octets = memoryview(self.u1)
            for row in np.flatnonzero(~self.plain).tolist():
                data = bytes(octets[int(self.base[row]) : int(self.end[row])])
                for name, value in hot_lines.decoded(self.h, data, self._decoded):
                    self._decoded[name][0].append(row)
                    self._decoded[name][1].append(value)
        return self._decoded

    def column(self, name: str) -> Column:
        """The occurrences of a field."""
        rows, values = getattr(self, COLUMNS[name])()
        if bool(self.plain.all()):
            return rows, values
        others, told = self.decoded[name]
        if not others:
            return rows, values
        kind = object if values.dtype == object or values.dtype.kind == "V" else np.int64
        both = np.empty(len(values) + len(told), kind)
        both[: len(values)] = [bytes(v) for v in values] if values.dtype.kind == "V" else values
        both[len(values) :] = told
        at = np.concatenate([rows, np.array(others, np.int64)])
        order = np.argsort(at, kind="stable")
        return at[order], both[order]

    def question_names(self) -> Column:
        """`dns.qry.name`."""
        return self.asks, self._of_questions(self.asks)

    def question_types(self) -> Column:
        """`dns.qry.type`."""
        return self.asks, self.question_type

    def question_classes(self) -> Column:
        """`dns.qry.class`."""
        return self.asks, self.question_class

    def record_names(self) -> Column:
        """`dns.resp.name`: mostly that of the question."""
        out = np.empty(len(self.row), object)
        same = (self._u(self.name, 2) == QUESTION_NAME) & np.isin(self.row, self.asks)
        out[same] = self._of_questions(self.row[same])
        out[~same] = self._read(self.row[~same], self.name[~same])
        return self.row, out

    def record_types(self) -> Column:
        """`dns.resp.type`."""
        return self.row, self.kind

    def _usual(self) -> NDArray[np.bool_]:
        return np.asarray(self.kind != OPT, bool)

    def record_classes(self) -> Column:
        """`dns.resp.class`; an OPT record has none."""
        usual = self._usual()
        return self.row[usual], self._u(self.more[usual], 2) & (0x7FFF if self.h.layer.multicast else 0xFFFF)

    def record_ttls(self) -> Column:
        """`dns.resp.ttl`."""
        usual = self._usual()
        return self.row[usual], self._u(self.more[usual] + 2, 4)

    def record_sizes(self) -> Column:
        """`dns.resp.len`."""
        return self.row, self.size

    def addresses(self) -> Column:
        """`dns.a`."""
        mine = (self.kind == A) & (self.size >= 4)
        return self.row[mine], self._u(self.data[mine], 4)

    def addresses6(self) -> Column:
        """`dns.aaaa`."""
        mine = (self.kind == AAAA) & (self.size >= 16)
        return self.row[mine], self.h.octets.raw(self.data[mine], 16)

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
        mine = (self.kind == kind) & (self.size > 0)
        return self.row[mine], self._read(self.row[mine], self.data[mine] + AHEAD[kind])

    def _read(self, rows: Positions, at: Positions) -> NDArray[np.object_]:
        """Names that may be anywhere, one by one; equal octets of equal messages are read once."""
        out, octets = np.empty(len(rows), object), memoryview(self.u1)
        for i, (row, place) in enumerate(zip(rows.tolist(), at.tolist(), strict=True)):
            base, end = int(self.base[row]), int(self.end[row])
            try:
                out[i] = read_name(bytes(octets[base:end]), place - base)[0]
            except Beyond:  # it was skipped before
                out[i] = ""
        return out

    def _of_questions(self, rows: Positions) -> NDArray[np.object_]:
        """The names of these messages' questions."""
        if 0 not in self._texts:
            texts = np.empty(len(self.base), object)
            texts[self.asks] = self._question_texts()
            self._texts[0] = texts
        return self._texts[0][rows]

    def _question_texts(self) -> NDArray[np.object_]:
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
        _, first, inverse = grouped(mixed(*words.T))
        if not bool((words == words[first[inverse]]).all()):  # two different names have one key
            first = inverse = np.arange(len(start))
        texts = np.empty(len(first), object)
        begins, sizes = start[first].tolist(), size[first].tolist()
        texts[:] = [_text(view[a : a + n].tobytes()) for a, n in zip(begins, sizes, strict=True)]
        return texts[inverse]


@lru_cache(maxsize=16384)
def _text(octets: bytes) -> str:
    """A name without pointers."""
    try:
        return read_name(octets, 0)[0] if len(octets) > 1 else ROOT
    except Beyond:
        return ""


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
