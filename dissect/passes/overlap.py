"""Whose bytes count where fragments overlap.

The policies are those of hosts (Shankar and Paxson, "Active Mapping", 2003; Novak, "Target-Based Fragmentation
Reassembly", 2005): each says whether a fragment that arrives later takes bytes from one that came before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dissect.engine.window import grouped

Span = tuple[int, int]  # first byte, and the one behind the last
Octets = bytes | memoryview
Policy = Callable[[Span, Span], bool]

POLICIES: dict[str, Policy] = {
    "first": lambda old, new: False,
    "last": lambda old, new: True,
    "bsd": lambda old, new: old[0] > new[0],
    "bsd-right": lambda old, new: old[0] <= new[0],
    "linux": lambda old, new: old[0] >= new[0],
    "windows": lambda old, new: new[0] < old[0] and new[1] > old[1],
    "solaris": lambda old, new: new[0] < old[0] and new[1] >= old[1],
}


def assemble(pieces: Sequence[tuple[int, Octets]], size: int, policy: str = "first") -> bytes:
    """The datagram of `size` bytes made of (offset, bytes) in order of arrival.  Bytes past the size are cut off."""
    wins = POLICIES[policy]
    out = np.zeros(size, np.uint8)
    owner = np.full(size, -1, np.int32)
    spans: list[Span] = []
    for number, (offset, octets) in enumerate(pieces):
        span = (offset, offset + len(octets))
        spans.append(span)
        held = owner[span[0] : span[1]]
        taken = held == -1
        for other in grouped(held)[0].tolist():
            if other >= 0 and wins(spans[other], span):
                taken |= held == other
        out[span[0] : span[1]][taken] = np.frombuffer(octets, np.uint8)[: len(held)][taken]
        held[taken] = number
    return out.tobytes()


def conflicts(pieces: Sequence[tuple[int, Octets]]) -> list[bool]:
    """For each fragment whether it, or one before it, says something else about a byte than one before that."""
    size = max((offset + len(octets) for offset, octets in pieces), default=0)
    seen = np.full(size, -1, np.int16)
    found, out = False, []
    for offset, octets in pieces:
        held, new = seen[offset : offset + len(octets)], np.frombuffer(octets, np.uint8)
        found = found or bool(((held >= 0) & (held != new)).any())
        held[:] = new
        out.append(found)
    return out


def conflicting(pieces: Sequence[tuple[int, Octets]]) -> bool:
    """Whether two fragments say different things about the same byte."""
    return any(conflicts(pieces))
