"""Which gates of a capture are open: what a layer's `gates` ask for before another layer can come within it.

Whatever may carry anything (HTTP, TLS with keys) would have to be dissected for every question otherwise, though most
captures have no keys and no DNS over HTTP.  The pass goes over the octets in file order, as far as was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.outline import KEYS

PIECE = 1 << 18  # octets that are looked through at a time: they stay in cache
SAMPLED = 1 << 14  # octets by which it is told how often each is
DENSE = 256  # where so many places have two of the octets, all are looked for at once


class GatePass:
    """The gates of a capture, as far as they were asked for."""

    def __init__(self, gates: Iterable[str], chunk_of: Callable[[int], Any], keys: Callable[[], Any]) -> None:
        self._chunk_of, self._keys = chunk_of, keys
        self._octets = {gate: gate.encode("latin-1") for gate in gates if gate != KEYS}
        self._first: dict[str, int] = {}  # the first packet of the chunk in which each was found
        self._done = 0  # packets

    def shut(self, chunk: Any, asked: frozenset[str]) -> frozenset[str]:
        """Those of the gates `asked` that are shut for a chunk: what they ask for has not come in it, or before."""
        end = chunk.first + len(chunk)
        if not self._octets.keys().isdisjoint(asked):
            self._upto(end, chunk)
        keyed = KEYS in asked and bool(self._keys())
        return frozenset(gate for gate in asked if not (keyed if gate == KEYS else self._first.get(gate, end) < end))

    def _upto(self, packet: int, at_hand: Any) -> None:
        """Go on until the packets before number `packet` (0-based) are done; a chunk is at hand already."""
        while self._done < packet and len(self._first) < len(self._octets):
            chunk = at_hand if at_hand.first == self._done else self._chunk_of(self._done)
            if not len(chunk):
                return
            octets = chunk.buffer[int(chunk.offset.min()) : int((chunk.offset + chunk.caplen).max())]
            for gate, wanted in self._octets.items():
                if gate not in self._first and holds(octets, wanted):
                    self._first[gate] = chunk.first
            self._done = chunk.first + len(chunk)


def holds(octets: NDArray[np.uint8], wanted: bytes) -> bool:
    """Whether some octets are among others: looked for by the two of them that are rarest there, a piece at a time."""
    often = np.bincount(octets[:: len(octets) // SAMPLED + 1], minlength=256)
    one, two = sorted(range(len(wanted)), key=lambda place: int(often[wanted[place]]))[:2]
    room = np.empty((2, PIECE), bool)  # which costs no new memory each time
    for low in range(0, len(octets) - len(wanted) + 1, PIECE):
        count = min(PIECE, len(octets) - len(wanted) + 1 - low)
        here, other = room[:, :count]
        np.equal(octets[low + one : low + one + count], wanted[one], out=here)
        np.equal(octets[low + two : low + two + count], wanted[two], out=other)
        here &= other
        found = int(np.count_nonzero(here))
        if found > count // DENSE:
            if wanted in octets[low : low + count + len(wanted) - 1].tobytes():
                return True
            continue
        places = (np.flatnonzero(here) + low).tolist() if found else ()
        if any(octets[i : i + len(wanted)].tobytes() == wanted for i in places):
            return True
    return False
