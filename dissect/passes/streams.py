"""Which stream a TCP segment or UDP datagram belongs to, and what its first segments tell of all others.

The pass goes over the capture in file order, chunk by chunk, as far as was asked.  Streams are numbered by their first
packet, as Wireshark does; a SYN with another initial sequence number begins another one between the same ports.  What
is kept: of each stream its initial sequence numbers (RFC 9293), window scales (RFC 7323) and times; of each header 29
bytes.

What holds for a whole stream holds from the packet that told it on: nothing before depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import RowHeader, Single
from dissect.engine.messages import Exchange, Sized, Stretches
from dissect.engine.outline import KEYS
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Part
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, grouped, order_of
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import UNKNOWN, Seen
from dissect.passes.onward import Onward
from dissect.passes.place import places, row_place
from dissect.passes.shelf import Shelf
from dissect.passes.stream_table import UNSET, Headers, Streams, settled

PROTOCOLS = ("tcp", "udp")
LATEST = 2  # chunks whose segments are kept for passes that come behind
UNSEEN = (0, UNSET, UNSET, UNKNOWN, 0, 0, 0)  # of a header that is not whole: the pass is not shown it


@dataclass(eq=False, repr=False, slots=True)
class Known:
    """What is known of the streams of some headers: arrays with a value for each, or plain values of one.

    Times in ns.  `base` is the sender's initial sequence number, `back` its peer's; -1: not known yet.
    """

    stream: Any
    base: Any
    back: Any
    scale: Any
    relative: Any
    delta: Any
    complete: Any  # what parts of a connection were seen before: bits, as in `COMPLETENESS`


# who knows what each segment is to those before it; which messages of a layer answer which; numbers pairs of addresses,
# and associations; knows what conversations have said; what frames of HTTP/2 owe to those before them; the sessions of
# TLS and DTLS and connections of QUIC, and opens what can be
LATER = frozenset({"analysis", "exchanges", "conversations", "talks", "http2", "tls", "dtls", "quic"})


class StreamPass(Onward):
    """The streams of a capture, as far as they were asked for."""

    analysis: Any
    exchanges: Mapping[str, Any]
    conversations: Any
    talks: Any
    http2: Any
    tls: Any
    dtls: Any
    quic: Any

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments = link_types, fragments
        self._registry = registry
        self._evaluators: dict[tuple[bool, bool], ColumnEvaluator] = {}
        self.of = {name: Streams() for name in PROTOCOLS}
        self._starts: list[int] = []  # the first packet of each chunk done
        self._headers = Shelf[dict[str, Headers]]()
        self._kept: dict[str, tuple[int, int, Headers]] = {}  # those of several chunks, as last asked for
        self.keys: Callable[[], Any] = tuple  # the key log
        # TCP segments of the latest chunks, by first packet: batches of several chunks are looked at by one pass, then
        # by the next
        self._latest: dict[tuple[int, int], dict[str, NDArray[Any]]] = {}
        self.messages: Any = None  # who knows the messages in the streams of TCP
        self.media: Any = None  # who knows where SDP has announced RTP
        self.later: dict[str, Callable[[], Any]] = {}

    def __getattr__(self, name: str) -> Any:
        """Others that go over the capture are imported and made when first asked for."""
        if name not in LATER:
            raise AttributeError(name)
        make = self.later.get(name)
        made = self.__dict__[name] = None if make is None else make()
        return made

    def accompanied(self, later: dict[str, Callable[[], Any]]) -> None:
        """Others than so far go over the capture, too."""
        self.later = {**self.later, **later}
        for name in later:
            self.__dict__.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether there is one of those, made yet or not."""
        return name in self.later

    def _look(self, chunk: Any) -> None:
        self.together(chunk)

    def together(self, chunk: Any, media: bool = False, messages: bool = False) -> None:
        """Look at a chunk, for those too (or if they are named) who come to it now: the headers are read once for all.

        Announcements are looked for where nothing is sealed that can be opened: streams are to see what is inside.
        """
        # who looks for messages looks for the layers of all payloads, for some of which announcements are asked
        also = self.media is not None and (self.media.at(chunk.first) or (messages and self.media.begins(chunk.first)))
        media = not self.keys() and (media or also)
        messages = messages or (self.messages is not None and self.messages.at(chunk.first))
        visitor: Any = self.media.both(chunk) if media else Seen()
        segments = self.messages.seen(chunk) if messages else None
        evaluator = self._evaluators.get((media, messages))
        if evaluator is None:
            names, shut = (self.media.names, frozenset({KEYS})) if media else ((), frozenset())
            dispatches = ("tcp",) if messages else ()
            plan = Plan(
                self._registry, (), visits=(*names, *PROTOCOLS), quoted=True, dispatches=dispatches, shut=shut
            )
            evaluator = self._evaluators[media, messages] = ColumnEvaluator(plan)
        evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), visitor, segments=segments)
        self.take(chunk, visitor.headers if media else visitor)
        if media:
            self.media.take(chunk, visitor.announcements)
        if messages:
            self.messages.take(chunk, segments)

    def take(self, chunk: Any, seen: Seen) -> dict[str, dict[str, NDArray[Any]] | None]:
        """Go on by the chunk behind what is done, whose headers were seen; these with the side of a stream of each."""
        tables = {name: seen.table(name, chunk) for name in PROTOCOLS}
        self._starts.append(chunk.first)
        self._headers.append(
            {name: settled(self.of[name], table) for name, table in tables.items() if table is not None}
        )
        self._latest[chunk.first, len(chunk)] = tables["tcp"] or {}
        if len(self._latest) > LATEST:
            del self._latest[next(iter(self._latest))]
        self._done = chunk.first + len(chunk)
        return tables

    @property
    def done(self) -> int:
        """The packets that were seen."""
        return self._done

    def segments(self, chunk: Any) -> dict[str, NDArray[Any]] | None:
        """The TCP segments of a chunk in packet order, empty if there are none; None if it is not among the latest."""
        self.upto(chunk.first + len(chunk))
        table = self._latest.get((chunk.first, len(chunk)))
        if not table:
            return table
        if not table["quoted"].any():
            return dict(table)
        own = np.flatnonzero(~table["quoted"])
        return {name: values[own] for name, values in table.items()}

    def reader(self, fragments: FragmentPass) -> StreamPass:
        """The same for another thread, once the whole capture is known."""
        out = copy(self)
        out._fragments, out._kept = fragments, {}
        out.messages = self.messages.reader(fragments, out)
        out.analysis, out.exchanges = self.analysis.reader(fragments, out), self.exchanges
        return out

    def bind(self, chunk: Any, ahead: bool = False, links: Container[str] = ()) -> Bound:
        """The streams as a batch sees them.  Nothing is read before one of its headers is asked for.

        `ahead`: messages that later packets complete are known; `links`: the layers whose questions and answers are.
        """
        return Bound(self, chunk, ahead, links)

    def sides(self, name: str, chunk: Any, place: Positions) -> Positions:
        """A number for the side of a stream that sent each header at these places; -1 where none was seen."""
        headers = self.joined(name, chunk.first, len(chunk))
        if not len(headers.place):
            return np.full(len(place), UNSET)
        at = np.searchsorted(headers.place, place).clip(max=len(headers.place) - 1)
        side = headers.stream[at].astype(np.int64) * 2 + headers.way[at]
        return np.where(headers.place[at] == place, side, UNSET)

    def places_of(
        self, stream: int, begin: int, end: int, name: str = "tcp"
    ) -> Iterator[tuple[Any, Positions]]:
        """(chunk, places of a stream's headers) of what was looked at in chunks that begin from `begin` to before
        `end`.

        These chunks may have been larger than those that are given.
        """
        low, high = np.searchsorted(self._starts, [begin, end])
        bounds = [*self._starts, self._done][low : high + 1]
        for first, stop, tables in zip(bounds, bounds[1:], self._headers.each(low, high), strict=False):
            table = tables.get(name)
            if table is None or not len(mine := table.place[table.stream == stream]):
                continue
            while first < stop:
                chunk = self._chunk_of(first)
                chunk = chunk if len(chunk) <= stop - first else chunk.part(0, stop - first)
                ends = chunk.offset[-1] + chunk.caplen[-1]
                here = mine[(mine < 0) | ((mine >= chunk.offset[0]) & (mine < ends))]  # below zero: in some datagram
                if len(here):
                    yield chunk, here
                first = chunk.first + len(chunk)

    def rows_of(self, name: str, stream: int) -> NDArray[np.int64] | None:
        """The packets (numbers less 1) of a stream; None where some of its headers lie in reassembled datagrams."""
        self.finish()
        found = []
        for chunk, mine in self.places_of(stream, 0, self._done, name):
            if (mine < 0).any():
                return None
            found.append(chunk.first + grouped(np.searchsorted(chunk.offset, mine, "right") - 1)[0])
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def rows_in(self, chunk: Any, stream: int, name: str = "tcp") -> Positions | None:
        """The rows of a chunk that are of a stream; None where some of its headers lie in reassembled datagrams."""
        headers = self.joined(name, chunk.first, len(chunk))
        mine = headers.place[headers.stream == stream]
        if (mine < 0).any():
            return None
        rows = grouped(np.searchsorted(chunk.offset, mine, "right") - 1)[0]
        return rows[rows >= 0]

    def joined(self, name: str, first: int, count: int) -> Headers:
        """The headers of the chunks that hold these packets; of several, kept until others are asked for.

        Rows of a batch that go one by one ask for the same again and again.
        """
        self.upto(first + count)
        low = max(int(np.searchsorted(self._starts, first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, first + count, "left"))
        if self._kept.get(name, (0, 0))[:2] != (low, high):
            parts = [table[name] for table in self._headers.each(low, high) if name in table]
            if len(parts) == 1 and self._headers.near(low):
                return parts[0]
            self._kept[name] = low, high, _joined(parts)
        return self._kept[name][2]


class Bound:
    """Answers for the headers of a batch."""

    def __init__(self, state: StreamPass, chunk: Any, ahead: bool, links: Container[str]) -> None:
        self._state, self._chunk, self._ahead = state, chunk, ahead
        self.links = links if state.has("exchanges") else ()
        self._tables: Any = None
        self._joined: dict[str, Headers] = {}

    def known(self, h: Any) -> Known:
        """What is known of a header's stream, or of a group's."""
        found = h.__dict__.get("_stream")
        if found is None:
            name = h.layer.name
            found = self._known_of(name, row_place(h)) if isinstance(h.octets, bytes) else self._known(name, places(h))
            h.__dict__["_stream"] = found
        assert isinstance(found, Known)
        return found

    def told(self, h: Any) -> list[list[int]]:
        """The stretches of one header (the columns of `Stretches` but the first); none where it is one of its own."""
        table = self._table_of_messages()
        return [] if table is None else table.of_one(row_place(h))

    def stretches(self, h: Any) -> Stretches | None:
        """What the segments of a group of headers hold, where that is not one stretch of their own."""
        table = self._table_of_messages()
        return None if table is None else table.of(places(h))

    def _table_of_messages(self) -> Any:
        if self._tables is None and (messages := self._state.messages) is not None:
            self._tables = messages.table(self._chunk.first, len(self._chunk))
        return self._tables

    def sized(self, h: Any) -> list[Sized]:
        """What was said of segments of the same layer, in the octets that a group's messages stand in."""
        messages = self._state.messages
        found: list[Sized] = [] if messages is None else list(messages.sized)
        return [one for one in found if one.declared is h.layer.messages and one.lies_in(h.octets.u1)]

    @property
    def analyses(self) -> bool:
        """Whether segments are judged."""
        return self._state.has("analysis")

    def verdicts(self, h: Any) -> Any:
        """What is said of a segment, or of a group's: see passes.analysis."""
        return self._state.analysis.verdicts(h, self._chunk)

    def conversation(self, h: Any) -> Any:
        """The number of a header's conversation, or of a group's: see passes.conversations."""
        seen = self._state.conversations.upto(h.layer.name, self._chunk.first + len(self._chunk))
        single = isinstance(h, RowHeader)
        found = seen.of(h if h.layer.name == "sctp" or not single else Single(h))
        return int(found[0]) if single else found

    def media(self, h: Any) -> Any:
        """What was announced of a header's endpoints, or of a group's: see passes.media."""
        media, single = self._state.media, isinstance(h, RowHeader)
        if media is not None:
            media.upto(self._chunk.first + len(self._chunk))
        if media is None or not media.announced:
            return 0 if single else np.zeros(len(h), np.int64)
        group = Single(h) if single else h.taken()
        place = np.array([row_place(h)]) if single else places(group)
        told = media.of(group.outer("ip", "ipv6"), group.srcport, group.dstport, place)
        return int(told[0]) if single else told

    def announced(self, h: Any) -> Any:
        """The same for headers within a datagram."""
        media, single = self._state.media, isinstance(h, RowHeader)
        group = Single(h) if single else h
        carrier = group.outer("udp")
        if media is None or carrier is None:
            return 0 if single else np.zeros(len(h), np.int64)
        place = np.array([row_place(h)]) if single else places(group)
        media.upto(self._chunk.first + len(self._chunk))
        told = media.of(group.outer("ip", "ipv6"), carrier.srcport, carrier.dstport, place)
        return int(told[0]) if single else told

    def requested(self, h: Any) -> bytes:
        """The file that a message of TFTP is about, by the request before it; b"" for none."""
        media, udp = self._state.media, h.outer("udp")
        ip = None if udp is None else udp.outer("ip", "ipv6")
        if media is None or ip is None:
            return b""
        media.upto(self._chunk.first + len(self._chunk))
        return bytes(media.file_of(ip, (udp.srcport, udp.dstport), row_place(h)))

    def talk(self, h: Any) -> Any:
        """What the messages before a header's have told of it: see passes.talks."""
        talks = self._state.talks
        if talks is None:
            return None
        talks.upto(self._chunk.first + len(self._chunk))
        return talks.of(h.layer.name, row_place(h))

    def http2(self, h: Any, kind: int, flags: int, number: int, payload: bytes) -> Any:
        """What a frame of HTTP/2 completes: see passes.http2."""
        return self._state.http2.told(h, self._chunk, kind, flags, number, payload)

    def datagram(self, h: Any) -> Any:
        """What is known of a datagram of QUIC: see passes.quic."""
        return None if self._state.quic is None else self._state.quic.datagram(h, self._chunk)

    def records(self, h: Any) -> Any:
        """The opened records of a header of TLS: see passes.tls."""
        known = self._state.dtls if h.layer.name == "dtls" else self._state.tls
        return {} if known is None else known.records(h, self._chunk)

    def versions(self, h: Any) -> Any:
        """Which version of TLS a header's session is known to be of, or a group's; 0 for what records say."""
        return 0 if self._state.tls is None else self._state.tls.versions(h, self._chunk)

    def suite(self, h: Any) -> int:
        """The cipher suite of a TLS header's session; 0 where it is not known."""
        known = self._state.dtls if h.layer.name == "dtls" else self._state.tls
        return 0 if known is None else int(known.suite(h, self._chunk))

    def opened(self, h: Any) -> Any:
        """Which headers of a group of TLS have opened records."""
        return False if self._state.tls is None else self._state.tls.sealed(h, self._chunk)

    @property
    def keyed(self) -> bool:
        """Whether there are keys that open what connections have sealed."""
        return bool(self._state.keys())

    def exchange(self, h: Any, offset: int = 0) -> Exchange:
        """What question a header, or a group's, answers: see passes.exchanges."""
        found: Exchange = self._state.exchanges[h.layer.name].of(h, self._chunk, offset, self._ahead)
        return found

    def page(self, h: Any, offset: int) -> Exchange | None:
        """The same of an HTTP message that begins behind a header's start."""
        found: Exchange | None = self._state.exchanges[h.layer.name].page(h, self._chunk, offset)
        return found

    def message(self, number: int) -> bytes:
        """The octets of a complete message."""
        octets: bytes = self._state.messages.payload(number)
        return octets

    def whole(self, numbers: Positions) -> tuple[Any, Positions]:
        """The octets of complete messages, one behind the other, and their lengths."""
        found: tuple[Any, Positions] = self._state.messages.payloads(numbers)
        return found

    def completed_by(self, number: int) -> int:
        """The packet that completes a message, as far as is known; else 0."""
        messages = self._state.messages
        if not self._ahead:
            return int(messages.packet(number))
        return int(messages.completed_by(number, self._chunk.first + len(self._chunk)))

    def parts(self, number: int) -> list[Part]:
        """The segments of a message in order of their offset."""
        parts: list[Part] = self._state.messages.parts(number)
        return parts

    def _known(self, name: str, place: Positions) -> Known:
        headers, streams = self._table(name), self._state.of[name]
        if not len(headers.place):
            return Known(*(np.full(len(place), value) for value in UNSEEN))
        at = np.searchsorted(headers.place, place).clip(max=len(headers.place) - 1)
        seen = headers.place[at] == place
        stream, way = headers.stream[at].astype(np.int64), headers.way[at].astype(np.int64)
        scale = streams.scale[stream, way].astype(np.int64)
        known = (
            stream, streams.base[stream, way], streams.base[stream, 1 - way], scale,
            headers.time[at] - streams.first[stream], headers.delta[at], headers.complete[at],
        )  # fmt: skip
        return Known(*(np.where(seen, values, none) for values, none in zip(known, UNSEEN, strict=True)))

    def _known_of(self, name: str, place: int) -> Known:
        """The same of one header, as plain values."""
        headers, streams = self._table(name), self._state.of[name]
        at = int(headers.place.searchsorted(place))
        if at == len(headers.place) or headers.place[at] != place:
            return Known(*UNSEEN)
        stream, way = int(headers.stream[at]), int(headers.way[at])
        return Known(
            stream, int(streams.base[stream, way]), int(streams.base[stream, 1 - way]), int(streams.scale[stream, way]),
            int(headers.time[at] - streams.first[stream]), int(headers.delta[at]), int(headers.complete[at]),
        )  # fmt: skip

    def _table(self, name: str) -> Headers:
        if name not in self._joined:
            self._joined[name] = self._state.joined(name, self._chunk.first, len(self._chunk))
        return self._joined[name]


def _joined(parts: list[Headers]) -> Headers:
    """The headers of several chunks; those of one are in order."""
    if len(parts) == 1:
        return parts[0]
    columns: list[Any] = [
        np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0, np.int64)
        for name in Headers.__slots__
    ]
    order = order_of(columns[0])
    return Headers(*(column[order] for column in columns))
