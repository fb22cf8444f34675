"""Which answer belongs to which question: DNS by its transaction number, echoes of ICMP, HTTP by the order of messages.

The pass goes over the capture in file order, as far as was asked.  It keeps a few numbers a message, no octets.  Rules
are Wireshark's, so a question that is repeated within five seconds is the same question, and an echo has the checksum
that its request leads one to expect.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.messages import Exchange
from dissect.engine.peek import ColumnPeek
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, mixed
from dissect.layers.http_framing import outline
from dissect.passes.claims import ClaimPass
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import both_ways, endpoints
from dissect.passes.keys import Keys
from dissect.passes.onward import Onward
from dissect.passes.place import moved, places, row_place
from dissect.passes.shelf import Shelf, Table
from dissect.passes.streams import StreamPass

NAMES, ECHOES, PAGES = ("dns", "mdns", "llmnr"), ("icmp", "icmpv6"), ("http", "ssdp")
AGAIN_WITHIN = 5_000_000_000  # ns: a question asked again
MOST_OPEN = 1 << 20  # questions that are remembered
FURTHEST = 100_000  # packets between a question and an answer that it tells of
HEADER = 12  # of DNS
NOTHING = np.zeros((0, 6), np.int64)
# a row: place, the question's packet, ns since, the packet that this one repeats, nobody asked, question's number
Row = tuple[int, int, int, int, int, int]
Message = tuple[int, int, int, int, bool]  # row, place, conversation, number, whether it is an answer


class Questions:
    """The questions that may still be answered, the latest of each kind: columns with a row for each."""

    def __init__(self) -> None:
        self._numbers = Keys()  # of the latest question of each kind, by what an answer repeats of it
        self._latest: dict[int, int] = {}  # the same, of the kinds that a chunk's messages are of
        self._of = Table(packet=(np.int64, 0), time=(np.int64, 0), answered=(np.int64, 0))
        self.count = 0

    def come(self, kinds: NDArray[np.uint64]) -> None:
        """Messages of these kinds are asked for next."""
        self._latest = dict(zip(kinds.tolist(), self._numbers.find(kinds).tolist(), strict=True))
        self._of.grow(self.count + len(kinds))

    def gone(self) -> None:
        """No more of these kinds come."""
        known = {kind: number for kind, number in self._latest.items() if number >= 0}
        self._numbers.put(np.array([*known], np.uint64), np.array([*known.values()], np.int64))
        self._latest = {}

    @property
    def answered(self) -> Positions:
        """The packet that answers each question; 0: none yet."""
        return self._of["answered"]

    def _known(self, kind: int) -> int:
        """The number of the latest question of a kind; -1 where there was none, or it is too old."""
        number = self._latest[kind]
        return number if number >= self.count - MOST_OPEN else -1

    def ask(self, kind: int, packet: int, time: int, repeats: bool) -> tuple[int, int]:
        """(the packet that this one repeats or 0, the question's number)."""
        known, of = self._known(kind), self._of
        again = repeats and known >= 0 and not of["answered"][known]
        # whole seconds are compared
        if again and (time - int(of["time"][known])) // 10**9 * 10**9 < AGAIN_WITHIN:
            return int(of["packet"][known]), -1
        number = self._latest[kind] = self.count
        self.count += 1
        of["packet"][number], of["time"][number] = packet, time
        return 0, number

    def answer(self, kind: int, packet: int) -> tuple[int, int, int] | None:
        """(packet, time, the packet that answers it already or 0) of the question of an answer, if it was asked."""
        known, of = self._known(kind), self._of
        if known < 0:
            return None
        before = int(of["answered"][known])
        if not before:
            of["answered"][known] = packet
        return int(of["packet"][known]), int(of["time"][known]), before


class Pages:
    """HTTP's messages: a node a request, with the answer that came while it was the last one; or an answer alone."""

    def __init__(self) -> None:
        self.last: dict[int, int] = {}  # each conversation's last node
        columns = ("request", "asked", "response", "previous", "following", "number")
        self.nodes = {name: array("q") for name in columns}
        self.uri: list[str] = []  # of the conversation's last request, as of each node
        self.of: dict[int, int] = {}  # place -> node * 2, and 1 for an answer

    def take(self, key: int, place: int, packet: int, time: int, answers: bool, uri: str) -> None:
        """The next message of a conversation."""
        nodes, last = self.nodes, self.last.get(key, -1)
        if not (answers and last >= 0 and nodes["request"][last] and not nodes["response"][last]):
            number = nodes["number"][last] + 1 if last >= 0 else 1
            if last >= 0:
                nodes["following"][last] = len(self.uri)
            made = {"request": 0, "asked": 0, "response": 0, "previous": last, "following": -1, "number": number}
            for name, value in made.items():
                nodes[name].append(value)
            self.uri.append(self.uri[last] if last >= 0 else "")
            last = self.last[key] = len(self.uri) - 1
        if answers:
            nodes["response"][last] = packet
        else:
            nodes["request"][last], nodes["asked"][last] = packet, time
            self.uri[last] = uri or self.uri[last]
        self.of[place] = last * 2 + answers

    def exchange(self, place: int, time: int) -> Exchange | None:
        """What is known of a message."""
        found = self.of.get(place)
        if found is None:
            return None
        node, answers, at = found >> 1, bool(found & 1), self.nodes
        before, after = at["previous"][node], at["following"][node]
        packet = at["response" if answers else "request"][node]

        def of(name: str, which: int) -> int:
            return at[name][which] if which >= 0 else 0

        asked = at["request"][node] if answers else 0
        later = 0 if answers else near(packet, at["response"][node])
        return Exchange(
            asked, time - at["asked"][node] if asked else -1, 0, False, later, at["number"][node],
            of("request", before), of("response", before) if answers else 0, near(packet, of("request", after)),
            near(packet, of("response", after)) if answers else 0, self.uri[node] if answers else "",
        )  # fmt: skip


def near(packet: int, later: int) -> int:
    """A packet that comes later, if it is near enough."""
    return later if 0 < later - packet <= FURTHEST else 0


class ExchangePass(Onward):
    """The questions and answers of a capture in layers of one kind, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        layers: tuple[str, ...],
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments, self._streams = link_types, fragments, streams
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=layers))
        self._ended = False
        self._starts: list[int] = []
        self._tables = Shelf[Any]()
        self._questions = {name: Questions() for name in (*NAMES, *ECHOES)}
        self._pages = Pages()

    def upto(self, packet: int, least: int | None = None) -> None:
        """Go on until the packets before number `packet` (0-based) are done, or the capture ends behind `least`."""
        enough = packet if least is None else least
        if not self._busy and not (self._ended and self._done >= enough):
            super().upto(packet)  # else this pass's own trees ask; or there was no more when it was last asked for

    def _step(self) -> bool:
        self._ended = not super()._step()
        return not self._ended

    def _look(self, chunk: Any) -> None:
        seen = Seen()
        streams = self._streams.bind(chunk)
        self._evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), seen, streams)
        rows = list[Row]()
        for layer, messages in seen.messages.items():
            rows += self._matched(layer, sorted(messages), chunk)
        for row, place, key, answers, uri in sorted(seen.pages):
            self._pages.take(key, place, chunk.first + 1 + row, int(chunk.time[row]), answers, uri)
        table = np.array(rows, np.int64).reshape(-1, 6)
        self._starts.append(chunk.first)
        self._tables.append(table[np.argsort(table[:, 0], kind="stable")])

    def _matched(self, layer: str, messages: list[Message], chunk: Any) -> list[Row]:
        """A loop: each message's fate depends on those before it."""
        questions, out, repeats = self._questions[layer], list[Row](), layer in NAMES
        kinds = mixed(*np.array(messages, np.int64).T[2:4].view(np.uint64))
        questions.come(kinds)
        for (row, place, _, _, answers), kind in zip(messages, kinds.tolist(), strict=True):
            packet, time = chunk.first + 1 + row, int(chunk.time[row])
            if not answers:
                again, index = questions.ask(kind, packet, time, repeats)
                out.append((place, 0, -1, again, 0, index))
                continue
            known = questions.answer(kind, packet)
            if known is None:
                out.append((place, 0, -1, 0, 1, -1))
            elif known[2]:
                out.append((place, 0, -1, known[2] if repeats else 0, 0, -1))
            else:
                out.append((place, known[0], time - known[1], 0, 0, -1))
        questions.gone()
        return out

    def page(self, h: Any, chunk: Any, offset: int) -> Exchange | None:
        """What is known of the HTTP message that begins `offset` octets behind a header's start."""
        if self._busy:
            return None
        # its row counts within what was chosen of the chunk: place and time are the packet's own
        last = chunk.first + len(chunk)
        self.upto(last + FURTHEST, last)
        return self._pages.exchange(moved(row_place(h), offset), h.run.time)

    def of(self, h: Any, chunk: Any, offset: int, ahead: bool) -> Exchange:
        """What is known of a header, or of a group's; of a message `offset` octets behind a header's start."""
        single = isinstance(h.octets, bytes)
        place = np.array([moved(row_place(h), offset)]) if single else places(h)
        last = chunk.first + len(chunk)
        self.upto(last + FURTHEST if ahead else last, last)
        low = max(int(np.searchsorted(self._starts, chunk.first, "right")) - 1, 0)
        high = int(np.searchsorted(self._starts, last, "left"))
        table = np.concatenate([NOTHING, *self._tables.each(low, high)])
        out = np.zeros((len(place), 6), np.int64)
        out[:, 2] = out[:, 5] = -1
        if len(table) and not self._busy:
            at = np.searchsorted(table[:, 0], place).clip(max=len(table) - 1)
            out = np.where((table[at, 0] == place)[:, None], table[at], out)
        answered = self._questions[h.layer.name].answered
        known = out[:, 5] >= 0
        later = np.zeros(len(out), np.int64)
        later[known] = answered[out[known, 5]]
        columns = (out[:, 1], out[:, 2], out[:, 3], out[:, 4] > 0, later)
        if single:
            return Exchange(*(column.tolist()[0] for column in columns))
        return Exchange(*columns)


def exchange_passes(registry: Registry, *parts: Any) -> dict[str, ExchangePass | ClaimPass]:
    """The passes by layer: one a kind, so that nobody who asks for echoes waits for HTTP."""
    out: dict[str, ExchangePass | ClaimPass] = {"arp": ClaimPass(registry, *parts[:3])}
    for kind in (NAMES, ECHOES, PAGES):
        out.update(dict.fromkeys(kind, ExchangePass(registry, kind, *parts)))
    return out


class Seen:
    """A visitor: the questions and answers of a chunk."""

    def __init__(self) -> None:
        self.messages: dict[str, list[Message]] = {}
        self.pages: list[tuple[int, int, int, bool, str]] = []  # row, place, conversation, answers, whole URI

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep what tells which belongs to which."""
        single = isinstance(h, Single)
        place = np.array([row_place(h.header)]) if single else places(h)
        keys = conversations(h, len(rows))
        if layer in ECHOES:
            self._echoes(layer, rows, place, keys, h)
            return
        start, end = np.atleast_1d(h.start), np.atleast_1d(h.end)
        if layer in NAMES and hasattr(h.layer, "id") and not single:
            listed = zip(
                rows.tolist(), place.tolist(), keys.tolist(), h.id.tolist(), np.asarray(h.response, bool).tolist(),
                strict=True,
            )  # fmt: skip
            self.messages.setdefault(layer, []).extend(listed)
            return
        for row, at, key, begin, finish in zip(
            rows.tolist(), place.tolist(), keys.tolist(), start.tolist(), end.tolist(), strict=True
        ):
            octets = h.header.octets[begin:finish] if single else h.octets.u1[begin:finish].tobytes()
            if layer in PAGES:
                scheme = "https" if single and h.outer("tls") is not None else "http"
                self.pages += [(row, moved(at, by), key, *told) for by, *told in outline(octets, scheme)]
            else:
                self._names(layer, row, at, key, octets, not hasattr(h.layer, "id"))

    def _names(self, layer: str, row: int, place: int, key: int, octets: bytes, counted: bool) -> None:
        """The messages of DNS in some octets; each begins with its length where they are `counted`."""
        out, at = self.messages.setdefault(layer, []), 0
        while at + HEADER <= len(octets):
            size = len(octets)
            if counted:
                size = int.from_bytes(octets[at : at + 2], "big")
                at += 2
            if at + HEADER <= len(octets):
                number = int.from_bytes(octets[at : at + 2], "big")
                out.append((row, moved(place, at), key, number, bool(octets[at + 2] & 0x80)))
            at += size

    def _echoes(self, layer: str, rows: Positions, place: Positions, keys: Positions, h: Any) -> None:
        """Echoes: an answer's checksum is its request's, but for the type."""
        if isinstance(h, Single):
            octets = h.header.octets[h.header.start : h.header.end]
            words = [np.array([int.from_bytes(octets[a : a + 2], "big")]) for a in (0, 2, 4, 6)]
            enough = np.array([len(octets) >= 8])
        else:
            peek = ColumnPeek(h.octets, h.start, h.end, h.end, None)
            words = [peek.u16(a) for a in (0, 2, 4, 6)]
            enough = peek.length >= 8
        kind, checksum = words[0] >> 8, words[1]
        asks, answers, step = (8, 0, 0x0800) if layer == "icmp" else (128, 129, -0x0100)
        wanted = np.where(kind == asks, checksum + step, checksum)
        wanted = (wanted & 0xFFFF) + (wanted >> 16)  # one's complement
        number = wanted % 0xFFFF << 32 | words[2] << 16 | words[3]
        for at in np.flatnonzero(((kind == asks) | (kind == answers)) & enough).tolist():
            told = int(rows[at]), int(place[at]), int(keys[at]), int(number[at]), bool(kind[at] == answers)
            self.messages.setdefault(layer, []).append(told)


def conversations(h: Any, count: int) -> Positions:
    """A number for the two endpoints of each header."""
    carrier = h.outer("tcp", "udp", "ip", "ipv6")  # what is nearest: of an echo in a tunnel not the tunnel's ports
    if carrier is None:
        return np.zeros(count, np.int64)
    if carrier.layer.name in ("tcp", "udp"):
        low, high, _ = endpoints(carrier)
    else:
        low, high = both_ways(carrier)
    return np.broadcast_to(mixed(low, high).view(np.int64), (count,))
