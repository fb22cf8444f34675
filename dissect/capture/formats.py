"""What every capture format offers the reader: find the packets in some bytes, then turn them to columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .records import Bytes, Checkpoint, Interface, Ints, Section

LARGEST_PACKET = 1 << 28
"""No record claims more than this in earnest."""


class Stop(Enum):
    """Why a scan ended before the place it was asked to reach."""

    MORE = "the next record is not complete"
    DAMAGE = "no record can start here"


@dataclass(slots=True)
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


@dataclass(slots=True)
class Columns:
    """Packets as arrays; what ``Records`` holds, without its place in the file."""

    offset: Ints
    caplen: Ints
    origlen: Ints
    time: Ints
    interface: NDArray[np.int32]
    block: Ints


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


def words(buffer: Bytes, at: Ints, count: int, order: str) -> NDArray[np.unsignedinteger[Any]]:
    """``count`` 32-bit words at each of the given places, a row for each: one gather instead of ``count``."""
    size = 4 * count
    items = np.ndarray((max(0, len(buffer) - size + 1),), f"V{size}", buffer, strides=(1,))
    return items[at].view(order + "u4").reshape(-1, count)
