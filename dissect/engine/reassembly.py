"""What the engine asks of those who put datagrams together, and the fields that tell of it.

The engine meets a fragment and asks which datagram it completes; whoever answers (dissect.passes) holds the
state.  Reassembled bytes stand in an `Arena`: a window like the file's own, so layers above know no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dissect.engine.fields import BYTES, FRAMENUM, NONE, UINT32, Field, FieldType, flag
from dissect.engine.window import Positions, Window, as_words, mixed

NO_DATAGRAM = -1


class Tree(NamedTuple):
    """The fields that show a reassembly, named as Wireshark's."""

    whole: Field
    fragment: Field
    error: Field
    overlap: Field
    conflict: Field
    tails: Field
    too_long: Field
    pieces: Field
    size: Field
    data: Field
    found_in: Field


def tree(
    prefix: str, label: str, whole: FieldType = NONE, found_in: str = "", piece: str = "fragment", many: str = ""
) -> Tree:
    """The fields `prefix.fragments`, `prefix.fragment`, … of a protocol called `label`; `piece`: what it calls them."""
    one, title = f"{prefix}.{piece}", piece.capitalize()
    return Tree(
        Field(f"{one}s", many or f"{label} {title}s", whole),
        Field(one, f"{label} {title}", FRAMENUM),
        Field(f"{one}.error", "Defragmentation error", FRAMENUM),
        flag(None, f"{one}.overlap", f"{title} overlap", size=1),
        flag(None, f"{one}.overlap.conflict", f"Conflicting data in {piece} overlap", size=1),
        flag(None, f"{one}.multipletails", f"Multiple tail {piece}s found", size=1),
        flag(None, f"{one}.toolongfragment", f"{title} too long", size=1),
        Field(f"{one}.count", f"{title} count", UINT32),
        Field(f"{prefix}.reassembled.length", f"Reassembled {label} length", UINT32, unit="bytes"),
        Field(f"{prefix}.reassembled.data", f"Reassembled {label} data", BYTES),
        Field(found_in or f"{prefix}.reassembled_in", f"Reassembled {label} in frame", FRAMENUM),
    )


@dataclass(slots=True)
class Part:
    """One fragment of a datagram: its packet, its byte range in the datagram, and what is wrong with it."""

    packet: int
    offset: int
    size: int
    overlap: bool = False
    conflict: bool = False
    tails: bool = False
    too_long: bool = False

    @property
    def wrong(self) -> bool:
        """Whether it contradicts the others."""
        return self.conflict or self.tails or self.too_long

    def marks(self, tree: Tree) -> Iterator[Field]:
        """The flags that are set."""
        marks = (self.overlap, self.conflict, self.tails, self.too_long)
        fields = (tree.overlap, tree.conflict, tree.tails, tree.too_long)
        return (field for field, set_ in zip(fields, marks, strict=True) if set_)


@dataclass(slots=True)
class Reassembled:
    """A complete datagram.  `packet` is the one that completes it (`here`: it is the one at hand); `parts` are in
    order of their offset."""

    datagram: int
    packet: int
    here: bool
    parts: list[Part]


class Ends(NamedTuple):
    """The complete datagrams that fragments belong to: `at`, the fragments' places; the packets that complete the
    datagrams (`here`: it is the fragment's own), the datagrams' lengths and numbers."""

    at: Positions
    packet: Positions
    here: Any
    total: Positions
    datagram: Positions


class Pieces(NamedTuple):
    """The fragments of several datagrams, in order of their offset, as columns: `owner`, which of the datagrams; the
    rest as in `Part`."""

    owner: Positions
    packet: Positions
    offset: Positions
    size: Positions
    overlap: Any
    conflict: Any
    tails: Any
    too_long: Any

    def parts(self) -> list[Part]:
        """Each by itself."""
        return list(map(Part, *(column.tolist() for column in self[1:])))


class Keys(NamedTuple):
    """What fragments of one datagram share, the networks around their headers included.

    `table`: a row of words for each.  `kinds`: which of `tags` it is of: the names of what the words are, how many.
    """

    table: NDArray[np.uint64]
    kinds: Positions
    tags: list[tuple[bytes, int]]

    def taken(self, index: Positions) -> Keys:
        """Those of some fragments."""
        return Keys(self.table[index], self.kinds[index], self.tags)

    def hashes(self) -> NDArray[np.uint64]:
        """A number of each: that of equal ones is the same in any batch, that of others hardly ever."""
        out = np.empty(len(self.table), np.uint64)
        for kind, (tag, words) in enumerate(self.tags):
            rows = np.flatnonzero(self.kinds == kind) if len(self.tags) > 1 else slice(None)
            table = self.table[rows, :words]
            out[rows] = mixed(np.full(len(table), crc32(tag), np.uint64), *table.T)
        return out

    def octets(self) -> list[bytes]:
        """Each as bytes: quick to look up, and nothing for the garbage collector to look at."""
        whole, width = self.table.tobytes(), 8 * self.table.shape[1]
        kinds = [(tag, 8 * words) for tag, words in self.tags]
        starts = range(0, len(whole), width)
        return [
            whole[i : i + size] + tag
            for i, (tag, size) in zip(starts, (kinds[k] for k in self.kinds.tolist()), strict=True)
        ]


def joined_keys(many: Sequence[Keys]) -> Keys:
    """Those of several groups as one."""
    tags = list(dict.fromkeys(tag for keys in many for tag in keys.tags))
    width = max(keys.table.shape[1] for keys in many)
    tables = [np.pad(keys.table, ((0, 0), (0, width - keys.table.shape[1]))) for keys in many]
    kinds = [np.array([tags.index(tag) for tag in keys.tags], np.int64)[keys.kinds] for keys in many]
    return Keys(np.concatenate(tables), np.concatenate(kinds), tags)


class Waiting(NamedTuple):
    """Fragments of a batch: `rows` of the packets, where their payloads are, and what identifies the datagrams.

    `source`: the datagram within which the fragment lies, or NO_DATAGRAM.  `whole`: whether the payload was captured
    whole.
    """

    rows: Positions
    source: Positions
    place: Positions
    offset: Positions
    size: Positions
    more: Any
    whole: Any
    keys: Keys

    def taken(self, index: Positions) -> Waiting:
        """Some of them."""
        columns: list[Any] = [column[index] for column in self[:-1]]
        return Waiting(*[*columns, self.keys.taken(index)])


def joined(many: Sequence[Waiting]) -> Waiting:
    """Several groups of fragments as one."""
    if len(many) == 1:
        return many[0]
    columns: list[Any] = [np.concatenate(column) for column in zip(*(one[:-1] for one in many), strict=True)]
    return Waiting(*[*columns, joined_keys([one.keys for one in many])])


def waiting_in_row(fragments: Any, h: Any, row: int, source: int, place: int, start: int) -> Waiting:
    """The fragment whose payload begins at `start` of a packet."""
    one = np.array([h.limit - start])
    values = [np.array([v]) if isinstance(v, int) else np.frombuffer(v, np.uint8)[None] for v in fragments.key(h)]
    scope = [(n, np.array([v]) if isinstance(v, int) else np.frombuffer(v, np.uint8)[None]) for n, v in h.scope()]
    return Waiting(
        np.array([row]), np.array([source]), np.array([place + start]), np.array([int(fragments.offset(h))]), one,
        np.array([bool(fragments.more(h))]), np.array([bool(fragments.whole(h))]), _keys(values, scope),
    )  # fmt: skip


def waiting_in_columns(fragments: Any, h: Any, rows: Positions, start: Positions) -> Waiting:
    """The fragments of a group, `h` their headers and `start` their payloads."""
    arena = h.octets if isinstance(h.octets, Arena) else None
    source, place = np.full(len(rows), NO_DATAGRAM), start
    if arena is not None:
        at = arena.datagram_at(h.start)
        source, place = arena.datagrams[at], start - arena.starts[at]
    return Waiting(
        rows, source, place, np.asarray(fragments.offset(h)), h.limit - start, np.asarray(fragments.more(h)),
        np.asarray(fragments.whole(h)), _keys(fragments.key(h), h.scope()),
    )  # fmt: skip


def _keys(values: Sequence[Any], scope: Sequence[tuple[str, Any]]) -> Keys:
    columns = [*values, *(column for _, column in scope)]
    parts = [as_words(column) for column in columns]
    names = "|".join(name for name, _ in scope)
    table = np.concatenate(parts, axis=1)
    tag = f"{len(values)} {sum(part.shape[1] for part in parts[: len(values)])} {names}".encode()
    return Keys(table, np.zeros(len(table), np.int64), [(tag, table.shape[1])])


def told(tree: Tree, found: Reassembled, data: bytes) -> Iterator[tuple[Field, Any]]:
    """The fields and values that tell of a reassembly, in the order of the tree."""
    if not found.here:
        yield tree.found_in, found.packet
        return
    yield tree.whole, data if tree.whole.type.kind == "bytes" else True
    for part in found.parts:
        yield tree.error if part.wrong else tree.fragment, part.packet
        yield from ((field, True) for field in part.marks(tree))
    yield tree.pieces, len(found.parts)
    yield tree.size, len(data)
    yield tree.data, data


def told_in_columns(
    tree: Tree, names: frozenset[str], context: Reassembly, waiting: Waiting
) -> Iterator[tuple[Field, Positions, Any]]:
    """As `told`, of the fragments of a batch: a field, rows and values.  Of what is not among `names` as little as
    can be."""
    ends = context.ends(waiting)
    here = np.flatnonzero(ends.here)
    rows, there = waiting.rows[ends.at], ~ends.here
    final, datagrams = rows[here], ends.datagram[here]
    yield tree.found_in, rows[there], ends.packet[there]
    yield tree.size, final, ends.total[here]
    if tree.whole.type.kind != "bytes":
        yield tree.whole, final, np.ones(len(final), bool)
    if tree.data.name in names or (tree.whole.type.kind == "bytes" and tree.whole.name in names):
        data = np.empty(len(final), object)
        data[:] = [context.payload(number) for number in datagrams.tolist()]
        yield tree.data, final, data
        if tree.whole.type.kind == "bytes":
            yield tree.whole, final, data
    if names.isdisjoint(field.name for field in tree[1:8]):
        return
    pieces = context.pieces(datagrams)
    yield tree.pieces, final, np.bincount(pieces.owner, minlength=len(final))
    owner = final[pieces.owner]
    wrong = pieces.conflict | pieces.tails | pieces.too_long
    yield tree.fragment, owner[~wrong], pieces.packet[~wrong]
    yield tree.error, owner[wrong], pieces.packet[wrong]
    marks = (pieces.overlap, pieces.conflict, pieces.tails, pieces.too_long)
    for field, marked in zip((tree.overlap, tree.conflict, tree.tails, tree.too_long), marks, strict=True):
        yield field, owner[marked], np.ones(int(marked.sum()), bool)


class Reassembly(Protocol):
    """Bound to one batch by whoever holds the state."""

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """The datagram that each fragment completes, NO_DATAGRAM where none."""

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""

    def arena(self, datagrams: Positions) -> Arena:
        """The bytes of complete datagrams."""

    def seen(self, waiting: Waiting) -> list[Reassembled | None]:
        """The datagram that each fragment belongs to, if it is (or, as far as is known, will be) complete."""

    def ends(self, waiting: Waiting) -> Ends:
        """As `seen`, of all fragments at once and without what a datagram is made of."""

    def pieces(self, datagrams: Positions) -> Pieces:
        """What complete datagrams are made of."""


class Arena(Window):
    """Reassembled datagrams, one behind the other."""

    def __init__(self, octets: bytes | NDArray[np.uint8], sizes: Positions, datagrams: Positions) -> None:
        super().__init__(np.frombuffer(octets, np.uint8))
        self._lay_out(sizes, datagrams)

    def _lay_out(self, sizes: Positions, datagrams: Positions) -> None:
        self.ends = np.cumsum(sizes)
        self.starts = self.ends - sizes
        self.datagrams = datagrams

    def datagram_at(self, position: Any) -> Any:
        """The number, in this arena, of the datagram that holds each position."""
        return np.searchsorted(self.ends, position, side="right")


class LateArena(Arena):
    """Datagrams of which only the beginnings are there, until something else of them is looked at.

    Most questions end at the headers; copying all octets would take longer than everything else.
    """

    HEAD = 128  # octets: a tunnel's headers and those inside

    def __init__(
        self,
        heads: NDArray[np.uint8],
        whole: Callable[[], NDArray[np.uint8]],
        one: Callable[[int], bytes],
        sizes: Positions,
        datagrams: Positions,
    ) -> None:
        """`heads`: `HEAD` octets of each datagram; `whole` copies all of them, `one` gives those of one datagram."""
        self._heads, self._whole, self._one = Window(heads), whole, one
        self._lay_out(sizes, datagrams)

    @cached_property
    def u1(self) -> NDArray[np.uint8]:  # type: ignore[override]
        """All octets."""
        return self._whole()

    def uint(self, at: Positions, size: int, little: bool = False) -> NDArray[np.unsignedinteger]:
        """As in any window."""
        near = self._near(at, size)
        return super().uint(at, size, little) if near is None else self._heads.uint(near, size, little)

    def raw(self, at: Positions, size: int) -> NDArray[np.void]:
        """As in any window."""
        near = self._near(at, size)
        return super().raw(at, size) if near is None else self._heads.raw(near, size)

    def span(self, start: int, end: int) -> bytes:
        """As in any window, within one datagram."""
        if "u1" in self.__dict__ or start >= end:
            return super().span(start, end)
        number = int(self.datagram_at(np.int64(start)))
        base = int(self.starts[number])
        return self._one(int(self.datagrams[number]))[start - base : end - base]

    def _near(self, at: Positions, size: int) -> Positions | None:
        """Where these octets are among the beginnings; None where they are not, or all octets are there by now."""
        if "u1" in self.__dict__ or not len(at):
            return None
        number = np.minimum(self.datagram_at(at), len(self.starts) - 1)
        into = at - self.starts[number]
        if (into + size > np.minimum(self.HEAD, self.ends[number] - self.starts[number])).any():
            return None
        near: Positions = number * self.HEAD + into
        return near
