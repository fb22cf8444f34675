"""The connections of QUIC (RFC 9000): which packet belongs to which, and what opens it.

The pass goes over the capture in file order, as far as was asked.  Initial packets open with keys that the client's
first connection id tells (RFC 9001, section 5.2); all others with secrets of the key log.  Kept are: of each connection
its ids and secrets, of each datagram and opened packet a few numbers.  Payloads are opened again when looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from dissect.crypto import ciphers, quic
from dissect.engine.header import RowHeader, Single
from dissect.engine.window import Positions
from dissect.passes.flows import Flow, Handed, Piece, handshake_size
from dissect.passes.place import places, row_place
from dissect.passes.quic_frames import Frames, frames_of, message_size
from dissect.passes.sealed import Sealed
from dissect.passes.stream_table import UNSET
from dissect.passes.streams import StreamPass

INITIAL, ZERO_RTT, HANDSHAKE, RETRY, ONE_RTT = range(5)
LONGEST_ID = 20
MOST_IDS = 1 << 18  # connection ids that are known at a time
MOST_FLOWS = 1 << 16  # streams whose messages are put together at a time
MOST_OPENERS = 512  # ciphers that are kept ready
MOST_RETRIES = 4
COALESCED = 64  # packets of a datagram
LABELS = {
    (ZERO_RTT, False): "CLIENT_EARLY_TRAFFIC_SECRET", (HANDSHAKE, False): "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    (HANDSHAKE, True): "SERVER_HANDSHAKE_TRAFFIC_SECRET", (ONE_RTT, False): "CLIENT_TRAFFIC_SECRET_0",
    (ONE_RTT, True): "SERVER_TRAFFIC_SECRET_0",
}  # fmt: skip


class Slot(NamedTuple):
    """What opens the packets of a level and direction: a version, a suite, a secret, and the one for headers."""

    version: int
    suite: ciphers.Suite
    secret: bytes
    header: bytes


class Connection:
    """A connection: its ids, its secrets, and how far its numbers are."""

    __slots__ = (
        "client", "client_id", "dcid", "hello", "largest", "number", "phases", "random", "retried", "server_id",
        "slots", "suite", "version",
    )  # fmt: skip

    def __init__(self, number: int, version: int, dcid: bytes, scid: bytes, client: int) -> None:
        self.number, self.version, self.dcid = number, version, dcid
        self.client = client  # the side of its UDP stream that is the client's
        self.client_id, self.server_id = len(scid), -1  # sizes of the first ids of each side
        self.retried: tuple[bytes, ...] = ()  # ids that the server asked the client to come again with
        self.random, self.suite = b"", ciphers.SUITES[0x1301]
        self.slots: dict[tuple[int, bool], int] = {}
        self.phases: dict[bool, list[int]] = {}  # of each direction, the slots of its key phases
        self.largest: dict[tuple[int, bool], int] = {}
        self.hello = False  # whether the server has chosen


class Told(NamedTuple):
    """What a piece adds to its stream: octets of the message that had begun, the packets that all came in with how many
    of them, and those that come now; none: they wait for others, or came before (`again`)."""

    before: bytes
    frames: tuple[tuple[int, int], ...]
    data: bytes
    again: bool


class Opened(NamedTuple):
    """A packet of a datagram: where it begins, its unprotected first octet, the size of its number, that number, its
    plain payload (None: not opened) and what its pieces of streams add to these, by their offset in it."""

    first: int
    size: int
    number: int
    plain: bytes | None
    handed: dict[int, Told]


class Datagram(NamedTuple):
    """A datagram: its connection (-1: none), the size of ids in short headers, who sent it, its packets by place."""

    connection: int
    id_size: int
    server: bool
    packets: dict[int, Opened]


class QuicPass(Sealed):
    """The connections of a capture, as far as they were asked for."""

    # of opened packets: the datagram's place and size, the packet's place in it, slot, number, first octet
    carrier, columns = "quic", ("place", "size", "at", "end", "slot", "number", "first", "head")

    def _begin(self) -> None:
        self._count = 0  # connections
        self._ids: OrderedDict[bytes, tuple[Connection, bool]] = OrderedDict()  # an id, and whether the client chose it
        self._first: OrderedDict[bytes, Connection] = OrderedDict()  # ids that clients made up for servers
        self._of_stream: OrderedDict[int, Connection] = OrderedDict()
        self._flows: OrderedDict[tuple[int, int, bool], Flow] = OrderedDict()
        self._slots: list[Slot] = []
        self._openers: OrderedDict[int, quic.Packet] = OrderedDict()
        # datagrams in order of place, a table a chunk: place, connection, size of ids, whether from the server
        self._starts: list[int] = []
        self._tables: list[Any] = []
        self._of_unit: dict[tuple[int, int], int] = {}  # (datagram, packet's place in it) -> unit
        self._handed: dict[tuple[int, int], Handed] = {}  # (unit, offset in it) -> what is not plain

    def _look(self, chunk: Any) -> None:
        self.buffer, seen = chunk.buffer, Seen(self._streams, chunk)
        bound = self._streams.bind(chunk)
        self._evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), seen, streams=bound)
        self._starts.append(chunk.first)
        rows = [self._take(*found) for found in seen.datagrams()]
        table = np.array(rows, np.int64).reshape(-1, 4)
        self._tables.append(table[np.argsort(table[:, 0], kind="stable")])

    # -- one datagram after the other

    def _take(self, place: int, octets: bytes, side: int, packet: int) -> tuple[int, int, int, int]:
        """The next datagram, which `side` of a UDP stream sent: place, connection, size of ids, whether a server's."""
        found = self._connection(octets, side)
        if found is None:
            return place, -1, 0, 0
        connection, server = found
        if side != UNSET:
            keep(self._of_stream, side >> 1, connection, MOST_IDS)
        at, first_id = 0, None
        for _ in range(COALESCED):
            head = heading(octets, at, self._id_size(connection, server))
            if head is None or (first_id is not None and head.dcid != first_id):
                break
            first_id = head.dcid
            self._learn(connection, server, head)
            self._open(connection, server, head, octets, place, packet)
            at = head.end
        return place, connection.number, self._id_size(connection, server), int(server)

    def _id_size(self, connection: Connection, server: bool) -> int:
        """How long the ids in short headers are."""
        return max(connection.client_id if server else connection.server_id, 0)

    def _connection(self, octets: bytes, side: int) -> tuple[Connection, bool] | None:
        """The connection of a datagram, and whether its server sent it."""
        head = heading(octets, 0, 0)
        if head is None:
            return None
        if head.dcid and head.kind != ONE_RTT:
            known = self._ids.get(head.dcid)
            if known is not None:
                return known
            begun = self._first.get(head.dcid)
            if begun is not None:
                return begun, False
        around = self._of_stream.get(side >> 1) if side != UNSET else None
        if around is not None and not (head.kind == INITIAL and side == around.client and head.dcid):
            return around, side != around.client
        if head.kind == INITIAL and head.version:
            made = Connection(self._count, head.version, head.dcid, head.scid, side)
            self._count += 1
            if head.dcid:
                keep(self._first, head.dcid, made, MOST_IDS)
            if head.scid:
                keep(self._ids, head.scid, (made, True), MOST_IDS)
            return made, False
        return None

    def _learn(self, connection: Connection, server: bool, head: Heading) -> None:
        """What a long header tells of its connection."""
        if head.kind == ONE_RTT or not head.version:
            return
        if server:
            if connection.server_id < 0 and head.kind != RETRY:
                connection.server_id = len(head.scid)
            if head.scid:
                keep(self._ids, head.scid, (connection, False), MOST_IDS)
            if head.kind == RETRY:
                connection.retried = (*connection.retried, head.scid)[-MOST_RETRIES:]
            elif head.kind == INITIAL and head.version != connection.version:
                connection.version = head.version  # negotiated (RFC 9368): keys are made of the same id
                connection.slots = {}
        elif head.kind == INITIAL and head.version != connection.version and not connection.hello:
            connection.version, connection.slots = head.version, {}  # the one before was not spoken
        elif head.kind == INITIAL and head.dcid != connection.dcid and head.dcid in connection.retried:
            connection.dcid, connection.slots = head.dcid, {}

    def _open(
        self, connection: Connection, server: bool, head: Heading, octets: bytes, place: int, packet: int
    ) -> None:
        """Open a packet, if its keys are known, and look at its frames."""
        if head.kind == RETRY or not head.body or not ciphers.available():
            return
        slot = self._slot(connection, server, head.kind)
        if slot < 0:
            return
        space = head.kind if head.kind in (INITIAL, HANDSHAKE) else ONE_RTT
        whole = octets[head.at : head.end]
        header = quic.unprotect(self._opener(slot), whole, head.body)
        if header is None:
            return
        number = quic.full_number(connection.largest.get((space, server), -1), header.number, header.size)
        slot, plain = self._unsealed_by(connection, server, slot, head, header, whole, number)
        unit = len(self._units["place"])
        self._of_unit[place, head.at] = unit
        by = slot if plain is not None else UNSET
        told = place, len(octets), head.at, head.end, by, number, header.first, head.body
        for column, value in zip(self._units.values(), told, strict=True):
            column.append(value)
        if plain is not None:
            key = space, server
            connection.largest[key] = max(connection.largest.get(key, -1), number)
            self._frames(connection, server, space, frames_of(plain), plain, unit, packet)

    def _unsealed_by(
        self, connection: Connection, server: bool, slot: int, head: Heading, header: quic.Header, whole: bytes,
        number: int,
    ) -> tuple[int, bytes | None]:  # fmt: skip
        """A packet's plain payload, and which keys opened it: those of its key phase (RFC 9001, section 6)."""
        if head.kind != ONE_RTT:
            return slot, quic.unseal(self._opener(slot), whole, head.body, header, number)
        phases = connection.phases.setdefault(server, [slot])
        phase = header.first >> 2 & 1
        known = [phases[i] for i in range(len(phases) - 1, -1, -1) if i & 1 == phase][:2]
        for one in known:
            plain = quic.unseal(self._opener(one), whole, head.body, header, number)
            if plain is not None:
                return one, plain
        if len(phases) & 1 == phase:
            now = self._slots[phases[-1]]
            following = now._replace(secret=quic.updated(now.version, now.suite, now.secret))
            plain = quic.unseal(quic.packet_keys(*following), whole, head.body, header, number)
            if plain is not None:
                self._slots.append(following)
                phases.append(len(self._slots) - 1)
                return phases[-1], plain
        return slot, None

    def _slot(self, connection: Connection, server: bool, kind: int) -> int:
        """The number of the keys of a level and direction; -1 where they are not known."""
        found = connection.slots.get((kind, server))
        if found is not None:
            return found
        version = connection.version
        suite, secret = connection.suite, None
        if kind == INITIAL:
            suite = quic.INITIAL
            if quic.salt_of(version):
                secret = quic.initial_secret(version, connection.dcid, server)
        elif connection.random and (connection.hello or kind == ZERO_RTT) and quic.draft_of(version):
            secret = self._keys().find(LABELS.get((kind, server), ""), connection.random)
        if secret is None:
            return UNSET
        self._slots.append(Slot(version, suite, secret, secret))
        connection.slots[kind, server] = len(self._slots) - 1
        return len(self._slots) - 1

    def _opener(self, slot: int) -> quic.Packet:
        opener = self._openers.get(slot)
        if opener is None:
            opener = quic.packet_keys(*self._slots[slot])
            keep(self._openers, slot, opener, MOST_OPENERS)
        return opener

    def _frames(
        self, connection: Connection, server: bool, space: int, frames: Frames, plain: bytes, unit: int, packet: int
    ) -> None:
        """What the frames of a packet add to the streams of its connection."""
        for identifier in frames.new_ids:
            keep(self._ids, identifier, (connection, not server), MOST_IDS)
        for stream, offset, at, size in frames.pieces:
            key = connection.number, -1 - space if stream < 0 else stream, server
            flow = self._flows.get(key)
            if flow is None:
                flow = Flow()
            keep(self._flows, key, flow, MOST_FLOWS)
            octets = plain[at : at + size]
            sizer = handshake_size if stream < 0 else message_size(stream)
            handed = flow.feed(offset, octets, Piece(unit, at, size, packet), sizer)
            if handed is not None:
                self._handed[unit, at] = handed
            if stream < 0 and (handed is None or handed.data):
                whole = octets if handed is None else b"".join(map(self._octets_of, (*handed.before, *handed.data)))
                self._hello(connection, whole)

    def _hello(self, connection: Connection, octets: bytes) -> None:
        """Learn the client's random and the server's choice."""
        if octets[:1] == b"\1" and len(octets) >= 38:
            connection.random = octets[6:38]
        elif octets[:1] == b"\2" and len(octets) > 41:
            at = 39 + octets[38]
            suite = ciphers.SUITES.get(int.from_bytes(octets[at : at + 2], "big"))
            if suite is not None:
                connection.suite, connection.hello = suite, True

    # -- what was found

    def datagram(self, h: Any, chunk: Any) -> Datagram | None:
        """What is known of the datagram whose payload a header of QUIC is; None where it was not seen."""
        self.upto(chunk.first + len(chunk))
        self.buffer = chunk.buffer
        place, octets = row_place(h), h.octets[h.start : h.end]
        low = max(int(np.searchsorted(self._starts, chunk.first, "right")) - 1, 0)
        for table in self._tables[low:]:
            row = int(np.searchsorted(table[:, 0], place))
            if row < len(table) and table[row, 0] == place:
                _, connection, size, server = table[row].tolist()
                return Datagram(connection, size, bool(server), self._packets(place, octets, size))
        return None

    def _packets(self, place: int, octets: bytes, id_size: int) -> dict[int, Opened]:
        """The opened packets of a datagram by their place in it."""
        out: dict[int, Opened] = {}
        at = 0
        while (head := heading(octets, at, id_size)) is not None and len(out) < COALESCED:
            unit = self._of_unit.get((place, at))
            if unit is not None:
                slot, number, first = (self._units[name][unit] for name in ("slot", "number", "first"))
                plain = self._unsealed(unit, octets) if slot != UNSET else None
                handed: dict[int, Told] = {}
                if plain is not None:
                    for _, _, offset, _ in frames_of(plain).pieces:
                        if (told := self._handed.get((unit, offset))) is not None:
                            handed[offset] = self._told(told)
                out[at] = Opened(first, (first & 3) + 1, number, plain, handed)
            at = head.end
        return out

    def _told(self, handed: Handed) -> Told:
        before, data = (b"".join(map(self._octets_of, pieces)) for pieces in (handed.before, handed.data))
        pieces = (*handed.before, *handed.data)
        return Told(before, tuple((piece.packet, piece.size) for piece in pieces), data, handed.again)

    def _octets_of(self, piece: Piece) -> bytes:
        plain = self._unsealed(piece.unit)
        return b"" if plain is None else plain[piece.offset : piece.offset + piece.size]

    def _unsealed(self, unit: int, octets: bytes | None = None) -> bytes | None:
        """The plain payload of an opened packet."""
        place, size, at, end, slot, number, first, body = (column[unit] for column in self._units.values())
        if octets is None:
            octets = self._octets(place, size)
        header = quic.Header(first, (first & 3) + 1, number)
        return quic.unseal(self._opener(slot), octets[at:end], body, header, number)


class Heading(NamedTuple):
    """A header as everybody can read it: where the packet begins and ends, and (counted from there) its number."""

    at: int
    end: int
    kind: int
    version: int
    dcid: bytes
    scid: bytes
    body: int


def heading(octets: bytes, at: int, id_size: int) -> Heading | None:
    """The header of the packet at `at` of a datagram; None where none begins there."""
    size = len(octets)
    if at >= size:
        return None
    if not octets[at] & 0x80:
        dcid = octets[at + 1 : at + 1 + id_size]
        return Heading(at, size, ONE_RTT, 0, dcid, b"", 1 + id_size) if len(dcid) == id_size else None
    version, pos = int.from_bytes(octets[at + 1 : at + 5], "big"), at + 5
    ids: list[bytes] = []
    for _ in range(2):
        if pos >= size or octets[pos] > LONGEST_ID:
            return None
        ids.append(octets[pos + 1 : pos + 1 + octets[pos]])
        pos += 1 + octets[pos]
    kind = octets[at] >> 4 & 3
    kind = (kind - 1) % 4 if version == quic.V2 else kind
    if version == 0 or version & 0x0F0F0F0F == 0x0A0A0A0A or kind == RETRY:
        return Heading(at, size, kind if version else RETRY, version, ids[0], ids[1], 0)
    for _ in range(2 if kind == INITIAL else 1):
        if pos >= size:
            return None
        width = 1 << (octets[pos] >> 6)
        value = int.from_bytes(octets[pos : pos + width], "big") & (1 << 8 * width - 2) - 1
        pos += width
        if kind == INITIAL and _ == 0:
            pos += value
    return Heading(at, min(pos + value, size), kind, version, ids[0], ids[1], pos - at)


def keep(table: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    """Keep a value, and no more than so many: those used last."""
    table[key] = value
    table.move_to_end(key)
    if len(table) > most:
        table.popitem(last=False)


class Seen:
    """A visitor: the datagrams of QUIC in a chunk."""

    def __init__(self, streams: StreamPass, chunk: Any) -> None:
        self._streams, self._chunk = streams, chunk
        self._found: list[tuple[int, int, bytes, int]] = []  # row, place, octets, place of the UDP header

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep a group's octets."""
        if isinstance(h, Single):
            header: RowHeader = h.header
            udp = header.outer("udp")
            octets = header.octets[header.start : header.end]
            self._found.append((int(rows[0]), row_place(header), octets, UNSET if udp is None else row_place(udp)))
            return
        udp = h.outer("udp")
        around = np.full(len(rows), UNSET) if udp is None else places(udp.taken())
        bounds = zip(h.start.tolist(), h.end.tolist(), strict=True)
        datagrams = [h.octets.u1[a:b].tobytes() for a, b in bounds]
        self._found += zip(rows.tolist(), places(h).tolist(), datagrams, around.tolist(), strict=True)

    def datagrams(self) -> Iterator[tuple[int, bytes, int, int]]:
        """Place, octets, side and packet number of each, in file order."""
        self._found.sort(key=lambda one: one[0])
        udp = np.array([one[3] for one in self._found], np.int64)
        sides = self._streams.sides("udp", self._chunk, udp).tolist() if len(udp) else []
        for (row, place, octets, _), side in zip(self._found, sides, strict=True):
            yield place, octets, side, self._chunk.first + 1 + row

