"""Who claims which IPv4 address: ARP's senders, and targets of answers, against who claimed an address first.

The pass goes over the capture in file order, as far as was asked.  Rules are Wireshark's: the first claim stands, and
what disputes it is told of the last packet before it that repeated the first.  What is kept: 24 bytes an address, and
of each dispute as many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.messages import Claim
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, Window
from dissect.passes.fragments import FragmentPass
from dissect.passes.keys import Keys
from dissect.passes.onward import Onward
from dissect.passes.place import places, row_place
from dissect.passes.shelf import Shelf, Table

SECOND = 1_000_000_000
MOST_CLAIMED = 1 << 20  # addresses: of further ones nothing is told
NOTHING = np.zeros((0, 4), np.int64)  # a claim: row, place, address, hardware
UNDISPUTED = np.zeros((0, 3), np.int64)
REQUEST, REPLY = 1, 2
WHOLE = 28  # octets
ETHERNET_AND_IPV4 = 0x08000604  # type of the protocol, sizes of the addresses


class ClaimPass(Onward):
    """The addresses that a capture's ARP packets claim, as far as was asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments = link_types, fragments
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=("arp",)))
        self._numbers = Keys()  # of the addresses
        self._of = Table(hardware=(np.int64, 0), packet=(np.int64, 0), second=(np.int64, 0))
        self._starts: list[int] = []
        self._tables = Shelf[NDArray[np.int64]]()

    def upto(self, packet: int, least: int | None = None) -> None:
        """Go on until the packets before number `packet` (0-based) are done; no claim depends on what comes later."""
        if not self._busy:  # else this pass's own trees ask
            super().upto(packet if least is None else least)

    def _look(self, chunk: Any) -> None:
        seen = Seen()
        self._evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), seen)
        self._starts.append(chunk.first)
        self._tables.append(self._disputes(seen.claims(), chunk))

    def _disputes(self, claims: NDArray[np.int64], chunk: Any) -> NDArray[np.int64]:
        """Of claims in order (row, place * 2 and 1 for a target, address, hardware) those against the first one of
        their address: place, the packet that it disputes, seconds since."""
        if not len(claims):
            return UNDISPUTED
        row, place, address, hardware = claims.T
        number = self._numbers.number(address.view(np.uint64))
        known = number < MOST_CLAIMED
        row, place, hardware, number = row[known], place[known], hardware[known], number[known]
        self._of.grow(min(self._numbers.count, MOST_CLAIMED))
        packets, seconds = (chunk.first + 1 + row).tolist(), (chunk.time[row] // SECOND).tolist()
        first, last, when = (self._of[name] for name in ("hardware", "packet", "second"))
        out, told = list[tuple[int, int, int]](), (0, -1)
        # a loop: each claim is held against those before it
        for at, of, by, packet, second in zip(
            place.tolist(), number.tolist(), hardware.tolist(), packets, seconds, strict=True
        ):
            if not last[of]:
                first[of] = by
            if first[of] == by:
                last[of], when[of] = packet, second
            elif last[of] < packet and told != (packet, of):  # a packet disputes an address once
                out.append((at, int(last[of]), second - int(when[of])))
                told = packet, of
        table = np.array(out, np.int64).reshape(-1, 3)
        return table[np.argsort(table[:, 0], kind="stable")]

    def of(self, h: Any, chunk: Any, offset: int, ahead: bool) -> Claim:
        """What the claims of a header, or of a group's, dispute."""
        single = isinstance(h.octets, bytes)
        place = np.array([row_place(h)]) if single else places(h)
        last = chunk.first + len(chunk)
        self.upto(last)
        low = max(int(np.searchsorted(self._starts, chunk.first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, last, "left"))
        table = np.concatenate([UNDISPUTED, *self._tables.each(low, high)])
        columns = [*_found(table, place * 2), *_found(table, place * 2 + 1)]
        return Claim(*(column.tolist()[0] for column in columns)) if single else Claim(*columns)


def _found(table: NDArray[np.int64], place: Positions) -> NDArray[np.int64]:
    """The packet and seconds of disputes at some places; 0 where there is none."""
    if not len(table):
        return np.zeros((2, len(place)), np.int64)
    at = np.searchsorted(table[:, 0], place).clip(max=len(table) - 1)
    return np.where(table[at, 0] == place, table[at, 1:].T, 0)


class Seen:
    """A visitor: the claims of a chunk."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.int64]] = []

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep what Ethernet and IPv4 addresses stand side by side."""
        if isinstance(h, Single):
            place, octets = np.array([row_place(h.header)]), h.header.octets[h.header.start : h.header.end]
            window, start = Window(np.frombuffer(octets, np.uint8)), np.zeros(1, np.int64)
            whole = np.array([len(octets) >= WHOLE])
        else:
            place, window, start = places(h), h.octets, h.start
            whole = h.end - h.start >= WHOLE
        index = np.flatnonzero(whole)
        rows, place, start = rows[index], place[index], start[index]

        def word(at: int, size: int) -> NDArray[np.int64]:
            return window.uint(start + at, size).astype(np.int64)

        operation, kind = word(6, 2), word(0, 2)
        ours = ((kind == 1) | (kind == 6)) & (word(2, 4) == ETHERNET_AND_IPV4)
        for which, operations in enumerate(((REQUEST, REPLY), (REPLY,))):
            at = 8 + 10 * which
            hardware, address = word(at, 2) << 32 | word(at + 2, 4), word(at + 6, 4)
            good = ours & np.isin(operation, operations) & (hardware > 0) & (hardware >> 40 & 1 == 0) & (address > 0)
            told = np.stack([rows, place * 2 + which, address, hardware], axis=1)
            self._parts.append(told[good])

    def claims(self) -> NDArray[np.int64]:
        """All claims, in order of packets."""
        table = np.concatenate([NOTHING, *self._parts])
        return table[np.lexsort((table[:, 1], table[:, 0]))]
