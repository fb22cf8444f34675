"""What the engine asks of those who put datagrams together, and the fields that tell of it.

The engine meets a fragment and asks which datagram it completes; whoever answers (dissect.passes) holds the
state.  Reassembled bytes stand in an `Arena`: a window like the file's own, so layers above know no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from dissect.engine.fields import BYTES, FRAMENUM, NONE, UINT32, Field, FieldType, flag
from dissect.engine.window import Positions, Window

NO_DATAGRAM = -1


class Tree(NamedTuple):
    """The fields that show a reassembly, named as Wireshark's."""

    whole: Field
    fragment: Field
    overlap: Field
    conflict: Field
    tails: Field
    too_long: Field
    count: Field
    size: Field
    data: Field
    found_in: Field


def tree(prefix: str, label: str, whole: FieldType = NONE, found_in: str = "") -> Tree:
    """The fields `prefix.fragments`, `prefix.fragment`, … of a protocol called `label`."""
    one = Field(f"{prefix}.fragment", f"{label} Fragment", FRAMENUM)
    return Tree(
        Field(f"{prefix}.fragments", f"{label} Fragments", whole),
        one,
        flag(None, f"{prefix}.fragment.overlap", "Fragment overlap", size=1),
        flag(None, f"{prefix}.fragment.overlap.conflict", "Conflicting data in fragment overlap", size=1),
        flag(None, f"{prefix}.fragment.multipletails", "Multiple tail fragments found", size=1),
        flag(None, f"{prefix}.fragment.toolongfragment", "Fragment too long", size=1),
        Field(f"{prefix}.fragment.count", "Fragment count", UINT32),
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


@dataclass(slots=True)
class Reassembled:
    """A complete datagram.  `packet` is the one that completed it; `parts` are in order of their offset."""

    datagram: int
    packet: int
    data: bytes
    parts: list[Part] = field(default_factory=list)


class Waiting(NamedTuple):
    """Fragments of a batch: `rows` of the packets, where their payloads are, and what identifies the datagrams.

    `keys`, `scope`: sequences as long as `rows` (scope: what encloses the header).  `source`: the datagram within
    which the fragment lies, or NO_DATAGRAM.  `whole`: whether the payload was captured whole.
    """

    rows: Positions
    source: Positions
    place: Positions
    offset: Positions
    size: Positions
    more: Any
    whole: Any
    keys: Sequence[Any]
    scopes: Sequence[Any]


class Reassembly(Protocol):
    """Bound to one batch by whoever holds the state."""

    def resolve(self, waiting: Sequence[Waiting]) -> list[Positions]:
        """The datagram that each fragment completes, NO_DATAGRAM where none."""

    def payload(self, datagram: int) -> bytes:
        """The bytes of a complete datagram."""

    def seen(self, waiting: Waiting) -> Reassembled | None:
        """The datagram that a single fragment belongs to, if it is (or, as far as is known, will be) complete."""


class Arena(Window):
    """Reassembled datagrams, one behind the other."""

    def __init__(self, payloads: Sequence[bytes], datagrams: Sequence[int]) -> None:
        super().__init__(np.frombuffer(b"".join(payloads), np.uint8))
        sizes = np.array([len(p) for p in payloads], np.int64)
        self.ends = np.cumsum(sizes)
        self.starts = self.ends - sizes
        self.datagrams = np.array(datagrams, np.int64)

    def datagram_at(self, position: Positions) -> Positions:
        """The number, in this arena, of the datagram that holds each position."""
        return np.searchsorted(self.ends, position, side="right")
