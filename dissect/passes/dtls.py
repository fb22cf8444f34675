"""The sessions of DTLS (RFC 6347): handshake messages put together from their fragments, and what opens records.

As `tls` does for streams; but every record tells its epoch and number, and every fragment where it belongs.  Kept are:
of each session its secrets and the places of fragments that wait, of each record that matters a few numbers.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from dissect.crypto import ciphers, records
from dissect.crypto.keylog import MASTER, SESSION
from dissect.crypto.records import DTLS10, DTLS12, TLS11, TLS12, Seal
from dissect.layers.tls_names import CIPHERS
from dissect.passes.flows import Piece
from dissect.passes.place import row_place
from dissect.passes.quic import Seen, keep
from dissect.passes.sealed import Sealed
from dissect.passes.stream_table import UNSET

HEADER, MESSAGE_HEADER = 13, 12
CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION = range(20, 24)
CLIENT_HELLO, SERVER_HELLO = 1, 2
MAC_FIRST = 22
MOST_SESSIONS, MOST_WAITING, MOST_PIECES, MOST_OCTETS = 1 << 14, 32, 256, 1 << 18
Waiting = OrderedDict[tuple[int, int, int, int], list[tuple[int, Piece]]]


class Session:
    """A session: what its hellos said, and the fragments that wait."""

    __slots__ = ("client", "mac_first", "randoms", "seals", "session", "suite", "version", "waiting")

    def __init__(self) -> None:
        self.client = UNSET
        self.randoms = [b"", b""]
        self.version = self.suite = 0
        self.session, self.mac_first = b"", False
        self.seals: list[int] = []  # of epoch 1: the client's and the server's
        self.waiting: Waiting = OrderedDict()


class Opened(NamedTuple):
    """A record: its type, its plain octets (None: as they stand), the messages that end in it by the place of their
    last fragment: octets, and the packets they came in with how many."""

    kind: int
    plain: bytes | None
    whole: dict[int, tuple[bytes, tuple[tuple[int, int], ...]]]


class DtlsPass(Sealed):
    """The sessions of a capture, as far as they were asked for."""

    carrier, columns = "dtls", ("place", "size", "at", "end", "slot", "number", "kind")

    def _begin(self) -> None:
        self._sessions: OrderedDict[int, Session] = OrderedDict()
        self._slots: list[Seal] = []
        self._of_place: dict[int, list[int]] = {}
        self._whole: dict[int, dict[int, tuple[Piece, ...]]] = {}  # of units, by the place of the last fragment
        self.suites: dict[int, int] = {}  # of each stream

    def _look(self, chunk: Any) -> None:
        self.buffer, seen = chunk.buffer, Seen(self._streams, chunk)
        bound, context = self._streams.bind(chunk), self._fragments.bind(chunk)
        self._evaluator.evaluate(chunk, self._link_types(chunk), context, seen, streams=bound)
        for found in seen.datagrams():  # a loop: keys depend on what was said before
            self._take(*found)

    def _take(self, place: int, octets: bytes, side: int, packet: int) -> None:
        """The records of a datagram."""
        if side == UNSET:
            return
        session = self._sessions.get(side >> 1) or Session()
        keep(self._sessions, side >> 1, session, MOST_SESSIONS)
        at = 0
        while at + HEADER <= len(octets) and CHANGE_CIPHER <= octets[at] <= APPLICATION:
            end = at + HEADER + int.from_bytes(octets[at + 11 : at + HEADER], "big")
            if end > len(octets):
                break
            self._record(session, side, place, octets, at, end, packet)
            at = end

    def _record(
        self, session: Session, side: int, place: int, octets: bytes, at: int, end: int, packet: int
    ) -> None:
        kind, epoch = octets[at], int.from_bytes(octets[at + 3 : at + 5], "big")
        body, slot, plain = octets[at + HEADER : end], UNSET, None
        if epoch:
            slot = session.seals[int(side != session.client)] if len(session.seals) == 2 and epoch == 1 else UNSET
            if slot == UNSET:
                return
            number, version = int.from_bytes(octets[at + 3 : at + 11], "big"), octets[at + 1] << 8 | octets[at + 2]
            plain = records.open_record(self._slots[slot], number, kind, version, body)
            if plain is None:
                return
            body = plain
        elif kind != HANDSHAKE:
            return
        unit = len(self._units["place"])
        waits = kind == HANDSHAKE and self._messages(session, side, body, unit, packet)
        if plain is not None or waits:
            told = place, len(octets), at, end, slot, int.from_bytes(octets[at + 3 : at + 11], "big"), kind
            for column, value in zip(self._units.values(), told, strict=True):
                column.append(value)
            self._of_place.setdefault(place, []).append(unit)

    def _messages(self, session: Session, side: int, body: bytes, unit: int, packet: int) -> bool:
        """The messages in a record; whether there are parts of any."""
        at, parts = 0, False
        while at + MESSAGE_HEADER <= len(body):
            total, sequence, offset, size = (
                int.from_bytes(body[at + low : at + high], "big") for low, high in ((1, 4), (4, 6), (6, 9), (9, 12))
            )
            begin, end = at + MESSAGE_HEADER, at + MESSAGE_HEADER + size
            if end > len(body) or total > MOST_OCTETS:
                break
            if size == total:
                self._message(session, side, body[at], body[begin:end])
            elif size:
                parts = True
                key = side, sequence, body[at], total
                waiting = session.waiting.setdefault(key, [])
                if len(waiting) < MOST_PIECES:
                    waiting.append((offset, Piece(unit, begin, size, packet)))
                pieces = complete(waiting, total)
                if pieces:
                    del session.waiting[key]
                    self._whole.setdefault(unit, {})[at] = pieces
                elif len(session.waiting) > MOST_WAITING:
                    session.waiting.popitem(last=False)
            at = end
        return parts

    def _message(self, session: Session, side: int, kind: int, body: bytes) -> None:
        """A whole hello and what follows from it; longer ones do not matter here."""
        if kind == CLIENT_HELLO and len(body) > 34:
            session.client, session.randoms[0] = side, body[2:34]
        elif kind == SERVER_HELLO and len(body) > 37:
            if session.client == UNSET:
                session.client = side ^ 1
            at = 35 + body[34]
            session.version, session.randoms[1], session.session = body[0] << 8 | body[1], body[2:34], body[35:at]
            session.suite = int.from_bytes(body[at : at + 2], "big")
            self.suites[side >> 1] = session.suite
            session.mac_first = b"\0\x16\0\0" in body[at + 3 :]
            self._schedule(session)

    def _schedule(self, session: Session) -> None:
        """The keys of a session, if the log has its secret."""
        keys = self._keys()
        if not keys or not ciphers.available():
            return
        master = keys.find(MASTER, session.randoms[0]) or keys.find(SESSION, session.session) or b""
        version = {DTLS10: TLS11, DTLS12: TLS12}.get(session.version, 0)
        name, (client, server) = CIPHERS.get(session.suite, ""), session.randoms
        made = records.seals(name, version, master, client, server, session.mac_first) if version else None
        if made is not None:
            session.seals = [len(self._slots), len(self._slots) + 1]
            self._slots += made

    # -- what was found

    def records(self, h: Any, chunk: Any) -> dict[int, Opened]:
        """What is known of the records of a header of DTLS, by their place."""
        if self._busy:
            return {}
        self.upto(chunk.first + len(chunk))
        self.buffer = chunk.buffer
        octets = h.octets[h.start : h.end]
        return {self._units["at"][unit]: self._opened(unit, octets) for unit in self._of_place.get(row_place(h), ())}

    def suite(self, h: Any, chunk: Any) -> int:
        """The cipher suite of a header's session; 0 where it is not known."""
        udp = h.outer("udp")
        if self._busy or udp is None:
            return 0
        self.upto(chunk.first + len(chunk))
        return self.suites.get(int(self._streams.bind(chunk).known(udp).stream), 0)

    def _opened(self, unit: int, octets: bytes) -> Opened:
        plain = self._plain(unit, octets) if self._units["slot"][unit] != UNSET else None
        whole = {
            at: (b"".join(map(self._octets_of, pieces)), tuple((piece.packet, piece.size) for piece in pieces))
            for at, pieces in self._whole.get(unit, {}).items()
        }
        return Opened(self._units["kind"][unit], plain, whole)

    def _octets_of(self, piece: Piece) -> bytes:
        return self._plain(piece.unit)[piece.offset : piece.offset + piece.size]

    def _plain(self, unit: int, octets: bytes | None = None) -> bytes:
        """The plain octets of a record."""
        place, size, at, end, slot, number, kind = (column[unit] for column in self._units.values())
        if octets is None:
            octets = self._octets(place, size)
        body = octets[at + HEADER : end]
        if slot == UNSET:
            return body
        version = octets[at + 1] << 8 | octets[at + 2]
        return records.open_record(self._slots[slot], number, kind, version, body) or b""


def complete(waiting: list[tuple[int, Piece]], total: int) -> tuple[Piece, ...]:
    """The pieces of a message in order, each octet once; none while any is missing."""
    reach, pieces = 0, list[Piece]()
    for offset, piece in sorted(waiting, key=lambda one: one[0]):
        if offset > reach:
            return ()
        skip = reach - offset
        if skip < piece.size:
            pieces.append(piece._replace(offset=piece.offset + skip, size=piece.size - skip))
            reach = offset + piece.size
    return tuple(pieces) if reach >= total else ()
