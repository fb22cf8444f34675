"""The sessions of TLS over TCP: what opens their records, and what these add to the streams that are sealed in them.

The pass goes over the capture in file order, as far as was asked.  It follows handshakes (RFC 8446, RFC 5246): hellos
tell versions, randoms and cipher suites, a key log the secrets, Finished and Change Cipher Spec when keys change;
without keys it looks at hellos only.  Kept are: of each session its secrets, of each opened record a few numbers; its
octets are opened again when looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.crypto import ciphers, records
from dissect.crypto.keylog import MASTER, SESSION
from dissect.crypto.records import TLS13, Seal
from dissect.engine.header import RowHeader, Single
from dissect.engine.messages import AS_IT_IS, AT_LEAST, MESSAGE
from dissect.engine.reassembly import Arena
from dissect.engine.window import Positions, grouped
from dissect.layers.tls_applications import GUESSED, by_port, by_protocol, is_guessed, layer_of
from dissect.layers.tls_names import CIPHERS
from dissect.passes.flows import ALL, MORE, Flow, Handed, Piece, Size, handshake_size
from dissect.passes.place import places, row_place
from dissect.passes.sealed import Sealed
from dissect.passes.shelf import Table
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import StreamPass

CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION, HEARTBEAT = range(20, 25)
CLIENT_HELLO, SERVER_HELLO, END_OF_EARLY, ENCRYPTED_EXTENSIONS, FINISHED, KEY_UPDATE = 1, 2, 5, 8, 20, 24
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446, section 4.1.3
ALPN, EARLY_DATA, MAC_FIRST, VERSIONS = 16, 42, 22, 43
MOST_SESSIONS = 1 << 16  # that are followed at a time
MISSING = 4  # records of which one may still be the next
MOST_HELD = 1 << 18  # octets of a handshake message
SIDES = ("CLIENT", "SERVER")
NEVER = 1 << 62  # a packet that does not come


class Side:
    """One side of a session."""

    __slots__ = ("early", "early_number", "flows", "held", "iv", "number", "secret", "slot")

    def __init__(self) -> None:
        self.slot = UNSET  # what its records are sealed with now; UNSET: with nothing that is known
        self.early = UNSET  # the same for data sent before the handshake ended
        self.number = self.early_number = 0  # of the next record
        self.secret = b""  # of TLS 1.3
        self.iv = b""  # the last block of the record before, where it matters
        self.held = b""  # of a handshake message that goes on
        self.flows = dict[int, Flow]()  # by type of record


    def flow(self, kind: int) -> Flow:
        """What the records of a type add up to."""
        return self.flows.get(kind) or self.flows.setdefault(kind, Flow())


class Session:
    """A session: what its hellos said."""

    __slots__ = (
        "application", "client", "mac_first", "number", "ports", "protocol", "randoms", "ready", "session", "sides",
        "suite", "version",
    )  # fmt: skip

    def __init__(self, ports: tuple[int, int]) -> None:
        self.client = UNSET  # the side of the TCP stream that is the client's
        self.randoms = [b"", b""]
        self.version = self.suite = 0
        self.session = b""
        self.protocol = b""  # what ALPN agreed upon
        self.mac_first = False
        self.number = UNSET  # among those of which a record was opened
        self.ready: list[int] = [UNSET, UNSET]  # what the sides' records will be sealed with after Change Cipher Spec
        self.sides = (Side(), Side())
        self.ports = ports
        self.application = ""  # the layer of what is sealed


class Opened(NamedTuple):
    """A record: its type, its plain octets, the layer they are of, and what they add to their stream, if that is not
    themselves: `before` octets that came before, with the packets they came in, `whole` octets of both to dissect."""

    kind: int
    plain: bytes
    layer: str
    handed: Handed | None
    before: bytes
    frames: tuple[tuple[int, int], ...]
    modern: bool
    unit: int


class TlsPass(Sealed):
    """The sessions of a capture, as far as they were asked for."""

    # of opened records: the place and size of the header's octets, the record's place in them, what opens it
    carrier, columns = "tls", ("place", "size", "at", "end", "slot", "number", "kind", "session")

    def _begin(self) -> None:
        self._opens = False
        # of each stream the packet in which its server chose TLS 1.3; of those that never did, the cipher suite
        self._of_stream = Table(modern=(np.int64, NEVER), suite=(np.int32, UNSET))
        self._sessions: OrderedDict[int, Session] = OrderedDict()
        self._now = 0  # the packet that is looked at
        self._slots: list[Seal] = []
        self._vectors: dict[int, bytes] = {}  # of units that want the record before
        self._of_place: dict[int, list[int]] = {}  # units by the place of their header
        self._handed: dict[int, Handed] = {}  # of units that are not whole messages
        self._known: list[Session] = []  # by number, for their layer
        self.only: int | None = None  # the stream that is looked at, if it is one only

    def _look(self, chunk: Any) -> None:
        self._opens = self._opens or (bool(self._keys()) and ciphers.available())
        self.buffer, seen = chunk.buffer, Seen(self._streams, chunk, self._opens)
        bound, some, link_types = self._streams.bind(chunk), chunk, self._link_types(chunk)
        within = self._within(chunk) if self.only is None else self._streams.rows_in(chunk, self.only)
        if within is not None:
            some, link_types = chunk.taken(within), link_types[within]
            seen.within = within
        self._evaluator.evaluate(some, link_types, self._fragments.bind(chunk), seen, streams=bound)
        for place, octets, side, ports, packet in seen.stretches():  # a loop: keys depend on what was said before
            self._take(place, octets, side, ports, packet)

    def _within(self, chunk: Any) -> Positions | None:
        """The rows of a chunk that may tell something; None where that is not known.

        Without keys it is what handshakes say to streams whose servers have not chosen yet.
        """
        messages = self._streams.messages
        if messages is None or messages.only is not None:
            return None
        messages.upto(chunk.first + len(chunk))
        number, begins = self.registry.number_of["tls"], None if self._opens else HANDSHAKE
        found = messages.carrying(chunk, number, self._evaluator.plan.enters, begins)
        if found is None:
            return None
        rows, streams = found
        if not self._opens:
            rows = rows[~self._have_chosen(streams)]
        return grouped(rows)[0]

    # -- records, one after the other

    def _take(self, place: int, octets: bytes, side: int, ports: tuple[int, int], packet: int) -> None:
        """The records of a stretch."""
        if side == UNSET:
            return
        stream = side >> 1
        session = self._sessions.get(stream) or Session(ports)
        self._now, at = packet, 0
        if not self._opens and self._chosen(stream):
            return
        while at + 5 <= len(octets) and CHANGE_CIPHER <= octets[at] <= HEARTBEAT:
            end = at + 5 + int.from_bytes(octets[at + 3 : at + 5], "big")
            if end > len(octets):
                break
            self._record(session, side, place, octets, at, end, packet)
            at = end
            if not self._opens and self._chosen(stream):  # without keys nothing else is of use
                break
        self._keep(stream, session)

    def _keep(self, stream: int, session: Session) -> None:
        """Remember a session: without keys, only until its server has chosen."""
        if not self._opens and self._chosen(stream):
            self._sessions.pop(stream, None)
            return
        self._sessions[stream] = session
        self._sessions.move_to_end(stream)
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)

    def _chosen(self, stream: int) -> bool:
        """Whether a stream's server has chosen a version and a suite."""
        return self._told("modern", stream) != NEVER or self._told("suite", stream) != UNSET

    def _have_chosen(self, streams: Positions) -> NDArray[np.bool_]:
        """The same of many."""
        modern, suite = self._of_stream["modern"], self._of_stream["suite"]
        out = np.zeros(len(streams), bool)
        known = np.flatnonzero((streams >= 0) & (streams < len(modern)))
        out[known] = (modern[streams[known]] != NEVER) | (suite[streams[known]] != UNSET)
        return out

    def _told(self, name: str, stream: int) -> int:
        """What a stream's server has chosen, if it has."""
        column = self._of_stream[name]
        return int(column[stream]) if 0 <= stream < len(column) else NEVER if name == "modern" else UNSET

    def _record(
        self, session: Session, side: int, place: int, octets: bytes, at: int, end: int, packet: int
    ) -> None:
        kind, which = octets[at], int(side != session.client) if session.client != UNSET else 0
        mine = session.sides[which]
        body = octets[at + 5 : end]
        if kind == CHANGE_CIPHER and (mine.slot == UNSET or session.version != TLS13):
            if session.version != TLS13:
                mine.slot, mine.number, mine.iv = session.ready[which], 0, b""
                if mine.slot != UNSET:
                    mine.iv = self._slots[mine.slot].iv
            return
        if kind == CHANGE_CIPHER:
            return
        if mine.slot == UNSET and mine.early == UNSET:
            if kind == HANDSHAKE:
                self._messages(session, side, body, None, packet)
            return
        if session.version == TLS13 and kind != APPLICATION:
            return
        slot, number, plain = self._open(mine, kind, octets[at + 1] << 8 | octets[at + 2], body)
        if plain is None:
            return
        inner, content = records.inner(plain) if self._slots[slot].modern else (kind, plain)
        unit = len(self._units["place"])
        if session.number == UNSET:
            session.number = len(self._known)
            self._known.append(session)
        told = place, len(octets), at, end, slot, number, inner, session.number
        for column, value in zip(self._units.values(), told, strict=True):
            column.append(value)
        self._of_place.setdefault(place, []).append(unit)
        seal = self._slots[slot]
        if seal.chained:
            sealed = body[: -len(seal.mac)] if seal.mac_first else body
            self._vectors[unit], mine.iv = mine.iv, sealed[-16:]
        self._content(session, side, mine, inner, content, unit, packet)

    def _open(self, mine: Side, kind: int, version: int, body: bytes) -> tuple[int, int, bytes | None]:
        """What opens a record, its number, and its plain octets; a few records may be missing from the capture."""
        if mine.slot != UNSET:
            seal = self._slots[mine.slot]
            for number in range(mine.number, mine.number + (1 if seal.chained else MISSING)):
                plain = records.open_record(seal, number, kind, version, body, mine.iv)
                if plain is not None:
                    mine.number = number + 1
                    return mine.slot, number, plain
            if not seal.modern:
                mine.number += 1
        if mine.early != UNSET:
            number = mine.early_number
            plain = records.open_record(self._slots[mine.early], number, kind, version, body)
            if plain is not None:
                mine.early_number += 1
                return mine.early, number, plain
        return UNSET, 0, None

    def _content(
        self, session: Session, side: int, mine: Side, kind: int, content: bytes, unit: int, packet: int
    ) -> None:
        """What a plain record says."""
        if kind == HANDSHAKE:
            self._messages(session, side, content, unit, packet)
        elif kind == APPLICATION and content:
            if session.application in ("", "data"):
                session.application = self._application(session, content)
            flow, size = mine.flow(APPLICATION), self._sizer(session.application)
            handed = flow.feed(flow.reach, content, Piece(unit, 0, len(content), packet), size)
            if handed is not None:
                self._handed[unit] = handed
        elif kind == ALERT and content[1:] == b"\0":
            pieces = mine.flow(APPLICATION).close()
            if pieces:
                self._handed[unit] = Handed(pieces, (), whole=sum(piece.size for piece in pieces))

    def _messages(self, session: Session, side: int, octets: bytes, unit: int | None, packet: int) -> None:
        """Handshake messages, sealed (in a unit) or not."""
        which = int(side != session.client) if session.client != UNSET else 0
        mine, end = session.sides[which], 0
        if self._opens:  # where nothing is opened, nobody asks what goes on in which record
            flow = mine.flow(HANDSHAKE)
            piece = Piece(UNSET if unit is None else unit, 0, len(octets), packet)
            handed = flow.feed(flow.reach, octets, piece, handshake_size)
            if handed is not None and unit is not None:
                self._handed[unit] = handed
        data = mine.held + octets
        while (end := at_least(data)) and end <= len(data):
            self._message(session, side, data[0], data[4:end])
            data = data[end:]
        mine.held = data if len(data) <= MOST_HELD else b""

    def _message(self, session: Session, side: int, kind: int, body: bytes) -> None:
        """A handshake message and what follows from it."""
        if kind == CLIENT_HELLO and len(body) > 34:
            session.client, session.randoms[0] = side, body[2:34]
            if self._opens and any(number == EARLY_DATA for number, _ in extensions(body, True)):
                self._early(session)
        elif kind == SERVER_HELLO and len(body) > 37:
            self._server_hello(session, side, body)
        elif kind == ENCRYPTED_EXTENSIONS:
            for number, value in extension_list(body, 0):
                if number == ALPN:
                    session.protocol = value[3 : 3 + value[2]] if len(value) > 3 else b""
        elif kind == FINISHED and session.version == TLS13:
            self._turn(session, side)
        elif kind == END_OF_EARLY:
            session.sides[0].early = UNSET
        elif kind == KEY_UPDATE:
            which = int(side != session.client)
            mine = session.sides[which]
            if mine.secret:
                self._seal(session, mine, records.updated(session.suite, mine.secret))

    def _server_hello(self, session: Session, side: int, body: bytes) -> None:
        if session.client == UNSET:
            session.client = side ^ 1
        at = 35 + body[34]
        session.version, session.randoms[1], session.session = body[0] << 8 | body[1], body[2:34], body[35:at]
        session.suite = int.from_bytes(body[at : at + 2], "big")
        session.mac_first, session.protocol = False, b""
        for number, value in extensions(body, False):
            if number == VERSIONS and len(value) == 2:
                session.version = value[0] << 8 | value[1]
            elif number == MAC_FIRST:
                session.mac_first = True
            elif number == ALPN and len(value) > 3:
                session.protocol = value[3 : 3 + value[2]]
        stream = side >> 1
        self._of_stream.grow(stream + 1)
        modern = self._of_stream["modern"]
        if session.version == TLS13:
            modern[stream] = min(modern[stream], self._now)
        else:
            self._of_stream["suite"][stream] = session.suite
        if not self._opens or body[2:34] == RETRY:
            return
        keys = self._keys()
        if session.version == TLS13:
            for mine, who in zip(session.sides, SIDES, strict=True):
                secret = keys.find(f"{who}_HANDSHAKE_TRAFFIC_SECRET", session.randoms[0])
                if secret is not None:
                    early = mine.early
                    self._seal(session, mine, secret)
                    mine.early = early
            return
        master = keys.find(MASTER, session.randoms[0]) or keys.find(SESSION, session.session)
        name = CIPHERS.get(session.suite, "")
        client, server = session.randoms
        made = records.seals(name, session.version, master or b"", client, server, session.mac_first)
        if made is not None:
            session.ready = [len(self._slots), len(self._slots) + 1]
            self._slots += made

    def _early(self, session: Session) -> None:
        """Data before the handshake has ended (RFC 8446, section 4.2.10): its suite is the resumed session's."""
        secret = self._keys().find("CLIENT_EARLY_TRAFFIC_SECRET", session.randoms[0])
        if secret is None:
            return
        seal = records.modern_seal(0x1302 if len(secret) == 48 else 0x1301, secret)
        if seal is not None:
            self._slots.append(seal)
            session.sides[0].early, session.version = len(self._slots) - 1, TLS13

    def _turn(self, session: Session, side: int) -> None:
        """A side has finished its handshake: its records go on with the application's keys."""
        which = int(side != session.client)
        secret = self._keys().find(f"{SIDES[which]}_TRAFFIC_SECRET_0", session.randoms[0])
        mine = session.sides[which]
        mine.slot = mine.early = UNSET
        if secret is not None:
            self._seal(session, mine, secret)

    def _seal(self, session: Session, mine: Side, secret: bytes) -> None:
        """A side's records are sealed with another secret."""
        seal = records.modern_seal(session.suite, secret)
        if seal is not None:
            self._slots.append(seal)
            mine.slot, mine.early, mine.number, mine.secret = len(self._slots) - 1, UNSET, 0, secret

    def _application(self, session: Session, content: bytes) -> str:
        """The layer of what a session's sides say: what they agreed upon, or what is usual on the port, or a guess."""
        names = [by_protocol(session.protocol), *map(by_port, session.ports)]
        for name in names:
            if name in self.registry.by_name and (name != "http" or session.protocol or is_guessed("http", content)):
                return name
        return next((n for n in GUESSED if n in self.registry.by_name and is_guessed(n, content)), "data")

    def _sizer(self, name: str) -> Size:
        """How long the messages of a layer are."""
        layer = layer_of(self.registry, name)
        declared = None if layer is None else layer.messages
        if declared is None:
            return lambda octets: ALL

        def size(octets: bytes) -> int:
            told = declared.size(octets, 0)
            return ALL if told == AS_IT_IS else MORE if told < 0 or told >= AT_LEAST else told

        return size

    # -- what was found

    def records(self, h: Any, chunk: Any) -> dict[int, Opened]:
        """The opened records of a header of TLS by their place in its octets."""
        if self._busy or not self._keys():
            return {}
        self.upto(chunk.first + len(chunk))
        self.buffer = chunk.buffer
        octets = h.octets[h.start : h.end]
        return {self._units["at"][unit]: self._opened(unit, octets) for unit in self._of_place.get(row_place(h), ())}

    def versions(self, h: Any, chunk: Any) -> Any:
        """What version a header's session is known to be of, or a group's: TLS 1.3, or 0 for what records say."""
        if self._busy:
            return 0
        self.upto(chunk.first + len(chunk))
        tcp = h.outer("tcp")
        if tcp is None or not self._of_stream.count:
            return 0
        if isinstance(h, RowHeader):
            side = int(self._streams.sides("tcp", chunk, np.array([row_place(tcp)]))[0])
            # its row counts within what a filter chose of the chunk: the packet is told by its place
            packet = chunk.first + 1 + int(np.searchsorted(chunk.offset, h.run.place))
            return TLS13 if self._told("modern", side >> 1) <= packet else 0
        sides = self._streams.sides("tcp", chunk, places(tcp.taken()))
        stream, modern = sides >> 1, self._of_stream["modern"]
        known = (stream >= 0) & (stream < len(modern))
        told = np.where(known, modern[np.where(known, stream, 0)], NEVER)
        return np.where(told <= self._packets(h, chunk), TLS13, 0)

    def suite(self, h: Any, chunk: Any) -> int:
        """The cipher suite that a header's session chose before TLS 1.3; 0 where it is not known."""
        tcp = h.outer("tcp")
        if self._busy or tcp is None:
            return 0
        self.upto(chunk.first + len(chunk))
        side = int(self._streams.sides("tcp", chunk, np.array([row_place(tcp)]))[0])
        return max(self._told("suite", side >> 1), 0)

    def _packets(self, h: Any, chunk: Any) -> Positions:
        """The numbers of the packets that a group's headers are in."""
        if isinstance(h.octets, Arena):
            numbers = h.octets.datagrams[h.octets.datagram_at(h.start)]
            messages = self._streams.messages
            return np.array([messages.packet(n - MESSAGE) if n >= MESSAGE else 0 for n in numbers.tolist()], np.int64)
        return np.asarray(chunk.first + np.searchsorted(chunk.offset, h.start, "right"), np.int64)

    def sealed(self, h: Any, chunk: Any) -> Any:
        """Which headers of a group have opened records."""
        if self._busy or not self._keys():
            return np.zeros(len(h.start), bool)
        self.upto(chunk.first + len(chunk))
        return np.array([place in self._of_place for place in places(h).tolist()], bool)

    def _opened(self, unit: int, octets: bytes) -> Opened:
        plain, kind = self._plain(unit, octets), self._units["kind"][unit]
        handed = self._handed.get(unit)
        before, frames = b"", tuple[tuple[int, int], ...]()
        if handed is not None:
            before = b"".join(map(self._octets_of, handed.before))
            frames = tuple((piece.packet, piece.size) for piece in (*handed.before, *handed.data))
        number = self._units["session"][unit]
        layer = self._known[number].application if number != UNSET else ""
        modern = self._slots[self._units["slot"][unit]].modern
        return Opened(kind, plain, layer or "data", handed, before, frames, modern, unit)

    def _octets_of(self, piece: Piece) -> bytes:
        if piece.unit == UNSET:
            return b""
        return self._plain(piece.unit)[piece.offset : piece.offset + piece.size]

    def _plain(self, unit: int, octets: bytes | None = None) -> bytes:
        """The plain octets of an opened record."""
        place, size, at, end, slot, number, _, _ = (column[unit] for column in self._units.values())
        if octets is None:
            octets = self._octets(place, size)
        kind, version = octets[at], octets[at + 1] << 8 | octets[at + 2]
        seal, vector = self._slots[slot], self._vectors.get(unit, b"")
        plain = records.open_record(seal, number, kind, version, octets[at + 5 : end], vector) or b""
        return records.inner(plain)[1] if seal.modern else plain

    def _payload(self, number: int) -> bytes:
        """The octets of a datagram, or of a message."""
        messages = self._streams.messages
        whole: bytes = messages.payload(number - MESSAGE) if number >= MESSAGE else self._fragments.payload(number)
        return whole


def at_least(data: bytes) -> int:
    """Where the handshake message ends with which octets begin; 0 where they do not tell."""
    return 4 + int.from_bytes(data[1:4], "big") if len(data) >= 4 else 0


def extensions(body: bytes, client: bool) -> Iterator[tuple[int, bytes]]:
    """The extensions of a hello."""
    at = 35 + body[34]
    if client:
        at += 2 + int.from_bytes(body[at : at + 2], "big")
        at += 1 + (body[at] if at < len(body) else 0)
    else:
        at += 3
    return extension_list(body, at)


def extension_list(body: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Number and value of each extension behind their length at `at`."""
    at += 2
    while at + 4 <= len(body):
        size = int.from_bytes(body[at + 2 : at + 4], "big")
        yield int.from_bytes(body[at : at + 2], "big"), body[at + 4 : at + 4 + size]
        at += 4 + size


class Seen:
    """A visitor: the stretches of TLS in a chunk, and the segments that carry them."""

    def __init__(self, streams: StreamPass, chunk: Any, whole: bool) -> None:
        self._streams, self._chunk = streams, chunk
        self.within: Positions | None = None  # the rows that are looked at, if not all
        self._whole = whole  # whether all records are wanted; else those that begin with a handshake's
        # row, whether it lies in the segment itself, where it begins; its place, octets; the TCP header's place; ports
        self._found: list[tuple[int, int, int, int, bytes, int, tuple[int, int]]] = []

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep a group's octets."""
        if isinstance(h, Single):
            header: RowHeader = h.header
            tcp, place = header.outer("tcp"), row_place(header)
            if tcp is not None:
                octets, ports = header.octets[header.start : header.end], (int(tcp.srcport), int(tcp.dstport))
                order = int(place >= 0), header.start
                self._found.append((int(rows[0]), *order, place, octets, row_place(tcp), ports))
            return
        tcp = h.outer("tcp")
        if tcp is None:
            return
        if not self._whole:
            hellos = np.flatnonzero(h.octets.uint(h.start, 1) == HANDSHAKE)
            if not len(hellos):
                return
            rows, h = rows[hellos], h.taken(hellos)
            tcp = h.outer("tcp")
        own = int(not isinstance(h.octets, Arena))
        around = places(tcp.taken()).tolist()
        ports_of = zip(tcp.srcport.tolist(), tcp.dstport.tolist(), strict=True)
        start = h.start.tolist()
        stretches = [h.octets.u1[a:b].tobytes() for a, b in zip(start, h.end.tolist(), strict=True)]
        columns = zip(rows.tolist(), start, places(h).tolist(), stretches, around, ports_of, strict=True)
        self._found += [(row, own, at, place, data, tcp_at, two) for row, at, place, data, tcp_at, two in columns]

    def stretches(self) -> Iterator[tuple[int, bytes, int, tuple[int, int], int]]:
        """Place, octets, side, ports and packet number of each, in file order."""
        self._found.sort(key=lambda one: one[:3])
        carriers = np.array([one[5] for one in self._found], np.int64)
        sides = self._streams.sides("tcp", self._chunk, carriers).tolist() if len(carriers) else []
        for (row, _, _, place, octets, _, ports), side in zip(self._found, sides, strict=True):
            packet = self._chunk.first + 1 + (row if self.within is None else int(self.within[row]))
            yield place, octets, side, ports, packet
