"""Where a header stands: its place in the file, or in a reassembled datagram (below zero)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.reassembly import NO_DATAGRAM, Arena
from dissect.engine.window import Positions


def places(h: Any) -> Positions:
    """A number for each header: its place in the file, or (below zero) in a reassembled datagram."""
    if isinstance(h.octets, Arena):
        at = h.octets.datagram_at(h.start)
        found: Positions = inside(h.octets.datagrams[at], h.start - h.octets.starts[at])
        return found
    return np.asarray(h.start, np.int64)


def moved(place: int, by: int) -> int:
    """The place so many octets further."""
    return place + by if place >= 0 else place - by


def inside(datagram: Any, offset: Any) -> Any:
    """The place of an octet of a reassembled datagram."""
    return -1 - (datagram << 17 | offset)


def octets_at(place: int, size: int, buffer: Any, payload: Callable[[int], bytes]) -> bytes:
    """Octets from a place on: of the capture's `buffer`, or (see `inside`) of a datagram, as `payload` has it."""
    if place >= 0:
        return bytes(memoryview(buffer)[place : place + size])
    datagram, offset = -1 - place >> 17, -1 - place & 0x1FFFF
    return payload(datagram)[offset : offset + size]


def row_place(h: Any) -> int:
    """The place of a packet's header."""
    held = h.__dict__.get("_held")
    if held is not None:
        return int(places(held[0].taken(np.array([held[1]])))[0])
    run = h.run
    sources = run.tree.sources
    source = next((i for i, (_, data) in enumerate(sources) if data is h.octets), 0) if len(sources) > 1 else 0
    datagram = run.datagrams[source]
    return int(run.place + h.start if datagram == NO_DATAGRAM else inside(datagram, h.start))
