"""Paths as columns.  There may be a tenth as many as packets, and most have nothing to say: none of these is an object.

A path is known by its key, and by the number of its row.  What only some paths have (something lost, fragments, …)
stands in a `Path` of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dissect.engine.values import ipv4_text, ipv6_text
from dissect.engine.window import Positions, as_words, grouped, mixed
from dissect.passes.keys import Keys
from dissect.passes.shelf import Table, zeros
from dissect.pathmtu.model import Path, Witness

PathKeys = NDArray[np.uint64]
Ends = tuple[str, str]  # source and destination
BLOCK = 8192  # paths that are objects at a time
AT_ONCE = 1 << 16  # paths, or flows, of which there are arrays at a time
MOST_PACKETS, PLACE_BITS = (1 << 31) - 1, 32  # of a path, as they are sorted by
SIX = np.uint64(1 << 63)  # a bit of the keys of IPv6
NONE = -1  # no size


class Paths:
    """Paths by a 64-bit key: (source, destination) of IPv4 itself, a hash of IPv6 addresses (top bit set).

    The way back of each is known, too, whether anything went there or not.
    """

    def __init__(self) -> None:
        self._numbers = Keys()
        self._table = Table(key=(np.uint64, 0), back=(np.int64, 0), six=(np.bool_, 0), ends=(np.uint64, 0, 4))

    def __len__(self) -> int:
        return self._table.count

    def of(self, ip: Any, version: int, known: bool = False) -> PathKeys:
        """The keys of the paths that these headers go.  `known`: the headers were shown before."""
        forth, back = _ipv4_keys(ip) if version == 4 else _ipv6_keys(ip)
        if known:
            return forth
        unique, first, _ = grouped(forth)
        first = first[self._numbers.find(unique) < 0]
        if len(first):
            ends = np.zeros((len(first), 4), np.uint64)
            for at, addresses in ((0, ip.src), (2, ip.dst)):
                words = as_words(addresses[first])
                ends[:, at : at + words.shape[1]] = words
            self._add(forth[first], back[first], version == 6, ends)
        return forth

    def _add(self, forth: PathKeys, back: PathKeys, six: bool, ends: PathKeys) -> None:
        unique, first = np.unique(np.concatenate([forth, back]), return_index=True)
        new = self._numbers.find(unique) < 0
        rows = len(self) + np.arange(int(new.sum()))
        self._numbers.put(unique[new], rows)
        self._table.grow(len(self) + len(rows))
        self._table["key"][rows], self._table["six"][rows] = unique[new], six
        self._table["ends"][rows] = np.concatenate([ends, ends[:, (2, 3, 0, 1)]])[first[new]]
        there, here = self.rows(forth), self.rows(back)
        self._table["back"][there], self._table["back"][here] = here, there

    def rows(self, keys: PathKeys) -> Positions:
        """The numbers of paths; -1 where there is none."""
        return self._numbers.find(keys)

    def row(self, key: int) -> int:
        """The number of a path."""
        return int(self.rows(np.array([key], np.uint64))[0])

    def keys(self, rows: Positions) -> PathKeys:
        """The keys of paths."""
        out: PathKeys = self._table["key"][rows]
        return out

    def rows_back(self, rows: Positions) -> Positions:
        """The ways back of paths."""
        out: Positions = self._table["back"][rows]
        return out

    def keys_back(self, keys: PathKeys) -> PathKeys:
        """The keys of the ways back."""
        return self.keys(self.rows_back(self.rows(keys)))

    def back(self, key: int) -> int:
        """The key of the way back."""
        return int(self.keys_back(np.array([key], np.uint64))[0])

    def six(self, key: int) -> bool:
        """Whether it is a path of IPv6."""
        return bool(self._table["six"][self.row(key)])

    def sixes(self, keys: PathKeys) -> NDArray[np.bool_]:
        """Which are paths of IPv6."""
        out: NDArray[np.bool_] = self._table["six"][self.rows(keys)]
        return out

    def addresses(self, key: int) -> Ends:
        """Source and destination as text."""
        return self.ends(np.array([self.row(key)]))[0]

    def ends(self, rows: Positions) -> list[Ends]:
        """Sources and destinations as text."""
        ends, six = self._table["ends"][rows], self._table["six"][rows]
        return [
            (ipv6_text(end[:2].tobytes()), ipv6_text(end[2:].tobytes())) if version_6
            else (ipv4_text(int(end[0])), ipv4_text(int(end[2])))
            for end, version_6 in zip(ends, six.tolist(), strict=True)
        ]  # fmt: skip

    def between(self, source: str, destination: str) -> int | None:
        """The key of the path between two addresses; None where there is none."""
        here, there = _words(source), _words(destination)
        if here is None or there is None or len(here) != len(there):
            return None
        forth = int(_hash(here, there)[0]) if len(here) == 2 else int(here[0]) << 32 | int(there[0])
        return forth if self.row(forth) >= 0 else None

    def from_address(self, source: str) -> Positions:
        """The paths from an address."""
        words = _words(source)
        if words is None:
            return np.empty(0, np.int64)
        mine = (self._table["ends"][:, : len(words)] == words).all(axis=1)
        return np.flatnonzero(mine & (self._table["six"] == (len(words) == 2)))


class Ledger:
    """What is known of each path.  A row is that of `Paths`."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        number = (np.int64, 0)
        self._table = Table(
            packets=number, df=number, largest=number, largest_packet=number, ttl=number, mss_announced=number,
            mss_used=number, zero=number, zero_packet=number, echo_size=number, echo_packet=number,
            delivered=(np.int64, NONE), delivered_packet=number, why=number, other=number,
        )  # fmt: skip
        self._seen = Table(row=number)
        self._whys: dict[str, int] = {}  # how something is known to have got through; {} is another packet's number
        self.special: dict[int, Path] = {}  # by row

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self._table.count < len(self.paths):
            self._table.grow(len(self.paths))
        return self._table[name]

    @property
    def seen(self) -> Positions:
        """The paths that packets went, as they came."""
        return self._seen["row"]

    def add(self, rows: Positions) -> None:
        """Packets went these paths."""
        count = self._seen.count
        self._seen.grow(count + len(rows))
        self._seen["row"][count:] = rows

    def delivered(self, rows: Positions, sizes: Positions, packets: Positions, why: str, others: Any = 0) -> None:
        """Packets of these sizes are known to have got through; of several of a path the largest counts, and of these
        the first."""
        order = np.lexsort((np.arange(len(rows)), -sizes, rows))
        ordered = rows[order]
        best = order[np.append(True, ordered[1:] != ordered[:-1])] if len(order) else order
        best = best[sizes[best] > self["delivered"][rows[best]]]
        at = rows[best]
        self["delivered"][at], self["delivered_packet"][at] = sizes[best], packets[best]
        self["why"][at] = self._whys.setdefault(why, len(self._whys))
        self["other"][at] = np.broadcast_to(others, len(rows))[best]

    def forget(self, row: int) -> None:
        """What was known to have got through had not."""
        self["delivered"][row] = NONE

    def witness(self, row: int) -> Witness | None:
        """The largest packet that is known to have got through."""
        size = int(self["delivered"][row])
        if size == NONE:
            return None
        why = list(self._whys)[int(self["why"][row])].format(int(self["other"][row]))
        return Witness(size, int(self["delivered_packet"][row]), why)

    def made(self, rows: Positions) -> Iterator[Path]:
        """Everything that is known of some paths."""
        names = ("packets", "df", "largest", "largest_packet", "ttl", "mss_used", "mss_announced")
        for some in blocks(rows):
            columns = zip(*(self[name][some].tolist() for name in names), strict=True)
            for row, ends, values in zip(some.tolist(), self.paths.ends(some), columns, strict=True):
                packets, df, largest, number, ttl, used, announced = values
                path = replace(self.special[row]) if row in self.special else Path()
                path.source, path.destination = ends
                path.packets, path.df, path.largest, path.largest_packet, path.ttl = packets, df, largest, number, ttl
                path.mss_used, path.mss_announced = used, announced or None
                path.delivered = self.witness(row)
                yield path


class PathList(Sequence[Path]):
    """The paths that packets went, those of most packets first; each is made when it is asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rows = most_first(ledger.seen, ledger["packets"])

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Path: ...
    @overload
    def __getitem__(self, at: slice) -> list[Path]: ...
    def __getitem__(self, at: int | slice) -> Path | list[Path]:
        if isinstance(at, slice):
            return list(self._ledger.made(self._rows[at]))
        return next(self._ledger.made(self._rows[[at]]))

    def __iter__(self) -> Iterator[Path]:
        return self._ledger.made(self._rows)

    def between(self, source: str, destination: str) -> Path | None:
        """The path between two addresses."""
        key = self._ledger.paths.between(source, destination)
        row = -1 if key is None else self._ledger.paths.row(key)
        return next(self._ledger.made(np.array([row]))) if row >= 0 and self._ledger["packets"][row] else None

    def telling(self, ends: Iterable[Ends]) -> list[Path]:
        """Those with something lost, in fragments or too big, and those between these addresses."""
        special = self._ledger.special.items()
        rows = {row for row, path in special if path.lost or path.datagrams or path.too_big}
        keys = (self._ledger.paths.between(*one) for one in ends)
        rows |= {self._ledger.paths.row(key) for key in keys if key is not None}
        wanted = np.array(sorted(rows), np.int64)
        return list(self._ledger.made(self._rows[chosen(len(self), lambda some: np.isin(self._rows[some], wanted))]))

    def widest(self) -> Path | None:
        """That of the largest packet that is known to have got through."""
        delivered = self._ledger["delivered"]
        largest = [some.start + int(np.argmax(delivered[self._rows[some]])) for some in stretches(len(self))]
        return self[max(largest, key=lambda at: int(delivered[self._rows[at]]))] if largest else None


def most_first(rows: Positions, packets: Positions) -> Positions:
    """Those of most packets first, others as they come: sorted where they stand, for they may be many."""
    out = zeros((len(rows),), np.int64)
    for some in stretches(len(rows)):
        few = MOST_PACKETS - packets[rows[some]].clip(max=MOST_PACKETS)
        out[some] = few << PLACE_BITS | np.arange(some.start, some.stop)
    out.sort()
    for some in stretches(len(rows)):
        out[some] = rows[out[some] & (1 << PLACE_BITS) - 1]
    return out


def stretches(count: int) -> Iterator[slice]:
    """Of so many paths, or flows, so many at a time that arrays of them are small."""
    return (slice(at, min(at + AT_ONCE, count)) for at in range(0, count, AT_ONCE))


def chosen(count: int, test: Callable[[slice], Any]) -> Positions:
    """Those of so many for which a test says so, which is asked of a stretch at a time."""
    found = [some.start + np.flatnonzero(test(some)) for some in stretches(count)]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def blocks(rows: Positions, size: int = BLOCK) -> Iterator[Positions]:
    """Paths, or flows, so many at a time (as many as may well be Python objects)."""
    return (rows[at : at + size] for at in range(0, len(rows), size))


def _ipv4_keys(ip: Any) -> tuple[PathKeys, PathKeys]:
    source, destination = np.asarray(ip.src).astype(np.uint64), np.asarray(ip.dst).astype(np.uint64)
    return source << np.uint64(32) | destination, destination << np.uint64(32) | source


def _ipv6_keys(ip: Any) -> tuple[PathKeys, PathKeys]:
    source, destination = as_words(ip.src), as_words(ip.dst)
    return _hash(source, destination), _hash(destination, source)


def _hash(source: PathKeys, destination: PathKeys) -> PathKeys:
    ends = (mixed(*np.atleast_2d(words).T) for words in (source, destination))
    return mixed(*ends) | SIX


def _words(address: str) -> PathKeys | None:
    """An address as it stands in the table: a number, or two words of IPv6; None for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return np.array([int(parsed)], np.uint64) if parsed.version == 4 else np.frombuffer(parsed.packed, np.uint64)
