"""Messages over a stream of segments: how a layer says where its messages end, and what a segment holds of them.

A message layer declares `messages`; who knows the streams of the capture (dissect.passes.messages) finds which segments
hold which messages.  The engine then dissects whole messages, at the segment that completes them.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dissect.engine.peek import RowPeek
from dissect.engine.reassembly import Part
from dissect.engine.window import Positions

MESSAGE = 1 << 44  # messages are numbered from here among the reassembled (IP's datagrams have the numbers below)
MORE, AS_IT_IS, UNTIL_END = -1, 0, -2  # lengths: not enough is there to tell; no message; it ends with the stream
AT_LEAST = 1 << 40  # added to a length: more is known when so much is there
OWN, WAITS, LAST, AGAIN = -1, -2, -3, -4  # see Stretches
IN_MESSAGE = " [TCP segment of a reassembled PDU]"

Scan = Callable[[bytes, int], int]


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Messages:
    """Where a layer's messages end, and (`anew`, an expression over a Peek) whether octets are no continuation of one
    but begin another.

    `length` is an expression over a Peek at the `header` bytes with which every message begins: the message's length,
    or AS_IT_IS where these bytes begin none.  Where no fixed place tells, `scan(octets, at)` does: a length, MORE,
    AS_IT_IS, UNTIL_END, or AT_LEAST.

    `switch` tells of a segment that both sides speak another layer from there on: its name, or "".  It is asked where
    the four octets at `switch_at` are the given ones.

    `begins` is an expression over a Peek that may tell of many segments at once that no message begins with one (which
    `scan` would say, too).  `usual(octets, starts, ends)` is what `scan` says of many segments, told without taking
    them out of the octets they stand in (0: ask `scan`), and whatever its layer may use again: see `Streams.sized`.

    `bare` are the first four octets of messages whose answers may have no body, whatever these say, each with what
    tells the length of such an answer, as `scan` does (0: it is like any other); `answers` are the first four of one.

    `opening` is what the list says of a segment with which a message only begins, from its octets there; None: what the
    segment's own layer says.
    """

    header: int = 0
    length: Callable[[Any], Any] | None = None
    scan: Scan | None = None
    anew: Callable[[Any], Any] | None = None
    entire: bool = False  # whether a message that is cut wants all of the next segment, however much it lacks
    begun: bool = False  # whether a segment with which a message only begins is the layer's, too
    switch: Callable[[bytes], str] | None = None
    switch_at: tuple[int, bytes] = (0, b"")
    begins: Callable[[Any], Any] | None = None
    usual: Callable[[memoryview, Positions, Positions], tuple[Positions, Any]] | None = None
    bare: tuple[tuple[bytes, Scan], ...] = ()
    answers: bytes = b""
    opening: Callable[[bytes], str | None] | None = None
    stays: bool = False  # whether all that is cut in a conversation that has one of its messages is the layer's, too

    def size(self, octets: bytes, at: int) -> int:
        """The length of the message at `at`, or MORE, AS_IT_IS, UNTIL_END."""
        if self.scan is not None:
            return self.scan(octets, at)
        assert self.length is not None
        if len(octets) - at < self.header:
            return MORE
        return int(self.length(RowPeek(octets, at, len(octets), len(octets), None)))


class Stretches(NamedTuple):
    """What the segments of some headers hold, a row a stretch of octets, in order.

    `at` tells which header's.  `message`: OWN, dissect octets `start` to `end` of the payload; a number, dissect these
    octets of that message, which is complete here; WAITS, they belong to a message (number `of`; `-1 - of` where it
    begins with them) that is not complete yet, LAST, to one that is; AGAIN, they were sent before (`of`: and are the
    open message's).  `layer` is the registry's number of the layer to dissect.
    """

    at: Positions
    message: Positions
    start: Positions
    end: Positions
    layer: Positions
    of: Positions


class Talk(dict[Any, Any]):
    """What a conversation has said so far, as its layers remember it.  The oldest is forgotten first."""

    MOST = 4096

    def __setitem__(self, key: Any, value: Any) -> None:
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > self.MOST:
            del self[next(iter(self))]


class Heard(NamedTuple):
    """A message that a layer hears: its octets, which side says it, between which ports, in which packet."""

    layer: str
    octets: bytes
    side: int
    srcport: int
    dstport: int
    packet: int
    tcp: bool


class Exchange(NamedTuple):
    """What is known of messages that ask or answer; of one (numbers), or of many (arrays).

    `asked`: the packet that asked what this answers, `since`: ns since then (-1: not known), `again`: the packet that
    this one repeats, `alone`: nobody asked, `answered`: the packet that answers it, as far as is known.  The rest is of
    HTTP: its place in the conversation, the packets around it, and the URI asked for.
    """

    asked: Any
    since: Any
    again: Any
    alone: Any
    answered: Any
    number: int = 0
    asked_before: int = 0
    answered_before: int = 0
    asked_next: int = 0
    answered_next: int = 0
    uri: str = ""


class Claim(NamedTuple):
    """What ARP's sender and target claim against who claimed the address first: the packet that this one disputes (0:
    none), and seconds since.  Of one packet, or of many (arrays)."""

    sender_packet: Any = 0
    sender_seconds: Any = 0
    target_packet: Any = 0
    target_seconds: Any = 0


class Sized(NamedTuple):
    """What `Messages.usual` has said of segments that stand in some octets."""

    declared: Messages
    octets: NDArray[np.uint8]
    starts: Positions
    ends: Positions
    told: Any

    def lies_in(self, octets: NDArray[np.uint8]) -> bool:
        """Whether these are the octets: views of a file begin where it does."""
        return bool(self.octets.__array_interface__["data"] == octets.__array_interface__["data"])


class Streams(Protocol):
    """Bound to one batch by whoever knows the streams.  `links`: the layers of which it tells questions and answers."""

    links: Container[str]

    def known(self, h: Any) -> Any:
        """What is known of the stream of a header, or of a group's."""

    def conversation(self, h: Any) -> Any:
        """The number of the conversation of a header, or of a group's."""

    def stretches(self, h: Any) -> Stretches | None:
        """What the segments of a group of headers hold, where that is not one stretch of their own."""

    def told(self, h: Any) -> list[list[int]]:
        """The stretches of one header (the columns of `Stretches` but the first); none where it is one of its own."""

    def sized(self, h: Any) -> list[Sized]:
        """What was said of segments of the same layer, in the octets that a group's messages stand in."""

    def media(self, h: Any) -> Any:
        """What was announced of a header's endpoints, or of a group's; 0 for nothing."""

    def requested(self, h: Any) -> bytes:
        """The file that a message is about, by the request before it; b"" for none."""

    def talk(self, h: Any) -> Any:
        """What the messages before a header's have told of it: what its layer's `hears` returned; None for nothing."""

    @property
    def keyed(self) -> bool:
        """Whether there are keys that open what connections have sealed."""

    def records(self, h: Any) -> Any:
        """The opened records of a header of TLS, by their place."""

    def versions(self, h: Any) -> Any:
        """Which version of TLS a header's session is known to be of, or a group's."""

    def suite(self, h: Any) -> int:
        """The cipher suite of a TLS header's session; 0 where it is not known."""

    def opened(self, h: Any) -> Any:
        """Which headers of a group of TLS have opened records."""

    def datagram(self, h: Any) -> Any:
        """What is known of a datagram of QUIC; None where it was not seen."""

    def exchange(self, h: Any, offset: int = 0) -> Exchange:
        """What question a header, or a group's, answers; or a message behind its start."""

    def page(self, h: Any, offset: int) -> Exchange | None:
        """The same of an HTTP message."""

    def http2(self, h: Any, kind: int, flags: int, number: int, payload: bytes) -> Any:
        """What a frame of HTTP/2 completes (frames are asked for in order)."""

    def message(self, number: int) -> bytes:
        """The octets of a complete message."""

    def whole(self, numbers: Positions) -> tuple[Any, Positions]:
        """The octets of complete messages, one behind the other, and their lengths."""

    def completed_by(self, number: int) -> int:
        """The packet that completes a message, as far as is known; else 0."""

    def parts(self, number: int) -> list[Part]:
        """Its segments in order of their offset."""
