"""Datagrams that wait and of which nothing more has come since the batch they began in, as columns.

A flood of fragments is made of these: none of them costs a Python object.  They stand in the order in which they began;
a hash table of their keys' hashes tells where.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.reassembly import Keys as FragmentKeys
from dissect.engine.window import Positions
from dissect.passes.keys import Keys

# `have`: octets; `least`: where the first of the last pieces ends; they are not complete while `have` is less
COLUMNS = ("number", "time", "last", "begun", "pieces", "have", "least")
FEWEST = 4096


class Quiet:
    """Quiet datagrams.  A position is a datagram's for as long as it is here."""

    def __init__(self) -> None:
        self.count = 0
        self._base = 0  # the position of the first row
        self._rows: dict[str, NDArray[Any]] = {name: np.empty(0, np.int64) for name in (*COLUMNS, "kind")}
        self._rows |= {"hash": np.empty(0, np.uint64), "here": np.empty(0, bool), "words": np.empty((0, 1), np.uint64)}
        self._tags: list[tuple[bytes, int]] = []
        self._table = Keys()

    def find(self, hashes: NDArray[np.uint64]) -> Positions:
        """The positions of datagrams whose keys have these hashes; -1 where there is none."""
        if not self.count:
            return np.full(len(hashes), -1)
        found = self._table.find(hashes)
        at = np.flatnonzero(found >= self._base)
        out = np.full(len(hashes), -1)
        at = at[self._rows["here"][found[at] - self._base]]
        out[at] = found[at]
        return out

    def add(self, hashes: NDArray[np.uint64], keys: FragmentKeys, **columns: Positions) -> None:
        """Datagrams that began after all that are here, in that order."""
        self._tags += [tag for tag in keys.tags if tag not in self._tags]
        kinds = np.array([self._tags.index(tag) for tag in keys.tags], np.int64)
        new = {**columns, "kind": kinds[keys.kinds], "hash": hashes, "here": np.ones(len(hashes), bool)}
        here = self._rows["here"]
        first = int(here.argmax()) if self.count else len(here)  # those before it are gone
        self._base += first
        width = max(self._rows["words"].shape[1], keys.table.shape[1])
        words = [_widened(table, width) for table in (self._rows["words"], keys.table)]
        self._rows = {name: np.concatenate([self._rows[name][first:], values]) for name, values in new.items()}
        self._rows["words"] = np.concatenate([words[0][first:], words[1]])
        self.count += len(hashes)
        if self._table.count > 4 * max(self.count, FEWEST):
            self._table = Keys()
            known = np.flatnonzero(self._rows["here"])
            self._table.put(self._rows["hash"][known], known + self._base)
        else:
            self._table.put(hashes, np.arange(len(hashes)) + self._base + len(self._rows["here"]) - len(hashes))

    def wake(self, position: int, key: bytes) -> tuple[int, int, int, int] | None:
        """Take out the datagram at a position: its number, time, last fragment, and when it began.  None where it is
        gone, or has another key."""
        row = position - self._base
        if row < 0 or not self._rows["here"][row] or self._key(row) != key:
            return None
        self._rows["here"][row] = False
        self.count -= 1
        number, time, last, begun = (int(self._rows[name][row]) for name in COLUMNS[:4])
        return number, time, last, begun

    def _key(self, row: int) -> bytes:
        tag, words = self._tags[self._rows["kind"][row]]
        octets: bytes = self._rows["words"][row, :words].tobytes() + tag
        return octets

    def get(self, position: Positions, name: str) -> Positions:
        """A column of some datagrams."""
        column: Positions = self._rows[name][position - self._base]
        return column

    def grows(
        self, position: Positions, keys: FragmentKeys, pieces: Positions, size: Positions, least: Positions,
        since: Positions, most: int,
    ) -> Any:  # fmt: skip
        """Whether datagrams here have these keys, began at or after `since`, and with so many further pieces and octets
        are still surely not complete, and of less than `most` pieces."""
        row = position - self._base
        kinds = np.array([self._tags.index(tag) if tag in self._tags else -1 for tag in keys.tags], np.int64)
        width = max(self._rows["words"].shape[1], keys.table.shape[1])
        ours, theirs = (_widened(table, width) for table in (self._rows["words"][row], keys.table))
        out = (self._rows["kind"][row] == kinds[keys.kinds]) & (ours == theirs).all(axis=1)
        out &= (self._rows["time"][row] >= since) & (self._rows["pieces"][row] + pieces < most)
        return out & (self._rows["have"][row] + size < np.minimum(self._rows["least"][row], least))

    def grow(self, position: Positions, last: Positions, pieces: Positions, size: Positions, least: Positions) -> None:
        """Further pieces of datagrams here came; the last of them."""
        row, rows = position - self._base, self._rows
        rows["last"][row] = last
        rows["pieces"][row] += pieces
        rows["have"][row] += size
        rows["least"][row] = np.minimum(rows["least"][row], least)

    def drop(self, count: int, before: int) -> tuple[Positions, int]:
        """Take out the oldest, at most `count`, that began before others: their numbers, and how many fragments they
        have."""
        here, rows = self._rows["here"], self._rows
        chosen = np.flatnonzero(here)[:count]
        chosen = chosen[rows["begun"][chosen] < before]
        here[chosen] = False
        self.count -= len(chosen)
        return rows["number"][chosen], int(rows["pieces"][chosen].sum())

    def renumber(self, now: Positions) -> None:
        """Fragments got other numbers."""
        here = np.flatnonzero(self._rows["here"])
        self._rows["last"][here] = now[self._rows["last"][here]]


def _widened(table: NDArray[np.uint64], width: int) -> NDArray[np.uint64]:
    """The same rows with zeros behind."""
    return table if table.shape[1] == width else np.pad(table, ((0, 0), (0, width - table.shape[1])))
