"""Which conversation a header of Ethernet or IP belongs to, and which association one of SCTP.

Pairs of addresses are numbered by their first packet, what is quoted in an error included; what is kept is a number for
each pair.  An association of SCTP (RFC 9260) is known by its ports and verification tags, whatever the addresses
(hosts have several): of each header its number is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, mixed
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import both_ways
from dissect.passes.keys import Keys
from dissect.passes.onward import Onward
from dissect.passes.place import places, row_place

ADDRESSED = ("eth", "ip", "ipv6")
INIT, INIT_ACK, ABORT, SHUTDOWN_COMPLETE = 1, 2, 6, 14
REFLECTED = 0x01  # T: the tag is the receiver's own (RFC 9260, section 8.5.1)
NONE = -1


class ConversationPass:
    """The conversations of a capture, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
    ) -> None:
        self.registry = registry
        self.chunk_of, self.link_types, self.fragments = chunk_of, link_types, fragments
        self._parts: dict[str, Part] = {}

    def _part(self, layer: str) -> Part:
        """What numbers the headers of a layer: each goes over the capture by itself, when it is first asked for."""
        if layer not in self._parts:
            self._parts[layer] = Part(layer, self)
        return self._parts[layer]

    def upto(self, layer: str, packet: int) -> Pairs | Associations:
        """Go on until the packets before number `packet` (0-based) are done; what numbers the layer's headers."""
        part = self._part(layer)
        part.upto(packet)
        return part.seen


class Part(Onward):
    """The headers of one layer, so far."""

    def __init__(self, layer: str, state: ConversationPass) -> None:
        super().__init__(state.chunk_of)
        self._state = state
        self._evaluator = ColumnEvaluator(Plan(state.registry, (), visits=(layer,), quoted=layer != "sctp"))
        self.seen: Pairs | Associations = Associations() if layer == "sctp" else Pairs()

    def _look(self, chunk: Any) -> None:
        context = self._state.fragments.bind(chunk)
        self._evaluator.evaluate(chunk, self._state.link_types(chunk), context, self.seen)
        self.seen.settle()


class Pairs:
    """A visitor: pairs of addresses, numbered as they come."""

    def __init__(self) -> None:
        self._numbers = Keys()
        self._seen: list[tuple[Positions, NDArray[np.uint64]]] = []

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        self._seen.append((rows, pair_key(h)))

    def settle(self) -> None:
        """Number the pairs of a chunk, in order of its packets."""
        if self._seen:
            rows, keys = (np.concatenate(column) for column in zip(*self._seen, strict=True))
            self._numbers.number(keys[np.argsort(rows, kind="stable")])
            self._seen.clear()

    def of(self, h: Any) -> Positions:
        """The numbers of a group's headers."""
        return self._numbers.find(pair_key(h))


def pair_key(h: Any) -> NDArray[np.uint64]:
    """Both addresses of each header as a number, whichever sent."""
    return mixed(*both_ways(h))


@dataclass(slots=True)
class Association:
    """An association: the ports as its first packet had them, and the tags of packets to either end; 0: not known."""

    number: int
    ports: tuple[int, int]
    there: int  # to the receiver of the first packet
    back: int


class Associations:
    """A visitor: associations of SCTP, numbered as they come, and the number of each header."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], list[Association]] = {}  # by ports, the lower first; the newest first
        self._count = 0
        self._seen: list[tuple[int, int, int, int, bytes]] = []
        self._numbers: dict[int, int] = {}

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        one = isinstance(h, Single)
        starts, ends = ([h.header.start], [h.header.end]) if one else (h.start.tolist(), h.end.tolist())
        source = memoryview(h.header.octets if one else h.octets.u1)
        at = [row_place(h.header)] if one else places(h).tolist()
        ports = (np.atleast_1d(side).tolist() for side in (h.srcport, h.dstport))
        begins = [bytes(source[low + 4 : min(low + 20, high)]) for low, high in zip(starts, ends, strict=True)]
        self._seen += zip(rows.tolist(), at, *ports, begins, strict=True)

    def settle(self) -> None:
        """Number the headers of a chunk, in order of its packets."""
        for _, place, source, destination, begin in sorted(self._seen, key=lambda one: one[0]):
            self._numbers[place] = self._number(source, destination, begin)
        self._seen.clear()

    def _number(self, source: int, destination: int, begin: bytes) -> int:
        """The association of a packet that begins so, behind its ports."""
        tag, kind, flags = int.from_bytes(begin[:4], "big"), begin[8:9], begin[9:10]
        first, own = kind[0] if kind else 0, int.from_bytes(begin[12:16], "big")
        known = self._known.setdefault((min(source, destination), max(source, destination)), [])
        reflected = first in (ABORT, SHUTDOWN_COMPLETE) and bool(flags) and flags[0] & REFLECTED
        found = find_association(known, (source, destination), tag, own if first == INIT else 0, bool(reflected))
        if found is None:
            found = Association(self._count, (source, destination), tag, own if first == INIT else 0)
            self._count += 1
            known.insert(0, found)
        if first == INIT_ACK and own and found.ports == (destination, source) and found.back == tag:
            found.there = own
        return found.number

    def of(self, h: Any) -> Positions:
        """The numbers of a group's headers; NONE where one was not seen."""
        at = [row_place(h)] if isinstance(h.octets, bytes) else places(h).tolist()
        return np.array([self._numbers.get(place, NONE) for place in at], np.int64)


def find_association(
    known: list[Association], ports: tuple[int, int], tag: int, asked: int, reflected: bool
) -> Association | None:
    """The association of a packet; `asked`: the tag that an INIT asks for.  A tag that was not known is learned."""
    if asked:
        return next((one for one in known if one.ports == ports and one.back == asked), None)
    back = ports[::-1]
    for one in known:
        ahead, behind = (one.back, one.there) if reflected else (one.there, one.back)
        if tag and ((one.ports == ports and ahead == tag) or (one.ports == back and behind == tag)):
            return one
    for one in known:
        if one.ports == ports and one.there in (0, tag):
            one.there = tag
            return one
        if one.ports == back and one.back in (0, tag):
            one.back = tag
            return one
    return None
