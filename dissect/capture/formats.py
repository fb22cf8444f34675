"""What every capture format offers the reader: find the packets in some bytes, then turn them to columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .records import HEAD, Bytes, Checkpoint, Interface, Ints, Items, Section

LARGEST_PACKET = 1 << 28
"""No record claims more than this in earnest."""


class Stop(Enum):
    """Why a scan ended before the place it was asked to reach."""

    MORE = "the next record is not complete"
    DAMAGE = "no record can start here"


@dataclass(eq=False, repr=False, slots=True)
class Span:
    """The packets found in a stretch of the file, in order."""

    at: Ints
    """Record headers (blocks) of the packets."""
    section: int
    after: int
    """Where to go on."""
    after_section: int
    stop: Stop | None = None
    found: str = ""
    """What was expected there and what was found, if ``stop`` is set."""


@dataclass(eq=False, repr=False, slots=True)
class Columns:
    """Packets as arrays; what ``Records`` holds, without its place in the file."""

    offset: Ints
    caplen: Ints
    origlen: Ints
    time: Ints
    interface: NDArray[np.int32]
    block: Ints
    heads: Items | None = None


class Format(Protocol):
    """A capture format, opened on one file."""

    name: str
    byte_order: str
    interfaces: list[Interface]
    sections: list[Section]

    @property
    def origin(self) -> Checkpoint:
        """Where the first record starts."""
        ...

    def scan(self, buffer: Bytes, start: int, until: int, section: int, complete: bool) -> Span:
        """Find the packets that start in [start, until). ``complete``: the buffer will not grow any more."""
        ...

    def columns(self, buffer: Bytes, at: Ints, section: int) -> Columns:
        """The record headers at the given places, as columns."""
        ...


def view(buffer: Bytes, dtype: str) -> NDArray[np.unsignedinteger[Any]]:
    """The buffer as numbers of ``dtype`` at every byte offset: ``view(b, '<u4')[i]`` reads bytes i…i+3."""
    size = np.dtype(dtype).itemsize
    return np.ndarray((max(0, len(buffer) - size + 1),), dtype, buffer, strides=(1,))


def near(buffer: Bytes, at: Ints, numbers: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.unsignedinteger[Any]]:
    """What `numbers`, a `view` of the buffer, has at places far from each other.

    NumPy reads single octets fast enough that many are on their way from memory at a time, unaligned numbers not: they
    are read once the octets have come.
    """
    buffer[at]
    return numbers[at]


def items(buffer: Bytes, at: Ints, size: int) -> Items:
    """``size`` octets from each of the given places on, an item for each: scattered memory is touched once for all that
    is read of them.  Beyond the end of the buffer there are zeros."""
    last = len(buffer) - size
    beyond = np.flatnonzero(at > last)
    if not len(beyond):
        return np.ndarray((last + 1,), f"V{size}", buffer, strides=(1,))[at]
    found = np.zeros(len(at), f"V{size}")
    if last >= 0:
        within = np.flatnonzero(at <= last)
        found[within] = items(buffer, at[within], size)
    octets = found.view(np.uint8).reshape(-1, size)
    for row, start in zip(beyond.tolist(), at[beyond].tolist(), strict=True):
        rest = buffer[start : start + size]
        octets[row, : len(rest)] = rest
    return found


def words(found: Items, count: int, order: str) -> NDArray[np.unsignedinteger[Any]]:
    """The first ``count`` 32-bit words of each item, a row for each."""
    return found.getfield(np.dtype((order + "u4", (count,))))


def heads_in(found: Items, header: int) -> Items:
    """The octets of packets behind their record headers, of items ``header + HEAD`` octets long."""
    return found.getfield(f"V{HEAD}", header)
