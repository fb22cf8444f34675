"""What the engine asks of those who put datagrams together, and the fields that tell of it.

The engine meets a fragment and asks which datagram it completes; whoever answers (dissect.passes) holds the
state.  Reassembled bytes stand in an `Arena`: a window like the file's own, so layers above know no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from dissect.engine.fields import BYTES, FRAMENUM, NONE, UINT32, Field, FieldType, flag
from dissect.engine.window import Positions, Window

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
    datagrams (`here`: it is the fragment's own), and the datagrams' lengths."""

    at: Positions
    packet: Positions
    here: Any
    total: Positions


class Waiting(NamedTuple):
    """Fragments of a batch: `rows` of the packets, where their payloads are, and what identifies the datagrams.

    `keys`: of each, the bytes that identify its datagram, with the networks around the header.  `source`: the datagram
    within which the fragment lies, or NO_DATAGRAM.  `whole`: whether the payload was captured whole.
    """

    rows: Positions
    source: Positions
    place: Positions
    offset: Positions
    size: Positions
    more: Any
    whole: Any
    keys: list[bytes]


def waiting_in_row(fragments: Any, h: Any, row: int, source: int, place: int, start: int) -> Waiting:
    """The fragment whose payload begins at `start` of a packet."""
    one = np.array([h.limit - start])
    values = [np.array([v]) if isinstance(v, int) else np.frombuffer(v, np.uint8)[None] for v in fragments.key(h)]
    scope = [(n, np.array([v]) if isinstance(v, int) else np.frombuffer(v, np.uint8)[None]) for n, v in h.scope()]
    return Waiting(
        np.array([row]), np.array([source]), np.array([place + start]), np.array([int(fragments.offset(h))]), one,
        np.array([bool(fragments.more(h))]), np.array([h.end >= h.limit]), _keys(values, scope),
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
        h.end >= h.limit, _keys(fragments.key(h), h.scope()),
    )  # fmt: skip


def _keys(values: Sequence[Any], scope: Sequence[tuple[str, Any]]) -> list[bytes]:
    """Keys as bytes: quick to hash, and nothing for the garbage collector to look at."""
    columns = [*values, *(column for _, column in scope)]
    tag = "|".join(name for name, _ in scope).encode()
    octets = [(c.astype(np.int64) if c.dtype.kind in "iu" and c.ndim == 1 else c) for c in columns]
    table = np.concatenate([np.ascontiguousarray(c).view(np.uint8).reshape(len(c), -1) for c in octets], axis=1)
    whole, width = table.tobytes(), table.shape[1]
    return [whole[i : i + width] + tag for i in range(0, len(whole), width)]


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


class Reassembly(Protocol):
    """Bound to one batch by whoever holds the state."""

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """The datagram that each fragment completes, NO_DATAGRAM where none."""

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""

    def payloads(self, datagrams: Positions) -> tuple[bytes, Positions]:
        """The bytes of complete datagrams, one behind the other, and their lengths."""

    def seen(self, waiting: Waiting) -> list[Reassembled | None]:
        """The datagram that each fragment belongs to, if it is (or, as far as is known, will be) complete."""

    def ends(self, waiting: Waiting) -> Ends:
        """As `seen`, of all fragments at once and without what a datagram is made of."""


class Arena(Window):
    """Reassembled datagrams, one behind the other."""

    def __init__(self, octets: bytes, sizes: Positions, datagrams: Positions) -> None:
        super().__init__(np.frombuffer(octets, np.uint8))
        self.ends = np.cumsum(sizes)
        self.starts = self.ends - sizes
        self.datagrams = datagrams

    def datagram_at(self, position: Positions) -> Positions:
        """The number, in this arena, of the datagram that holds each position."""
        return np.searchsorted(self.ends, position, side="right")
