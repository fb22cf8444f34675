"""Octets that come in numbered pieces, sealed: what each piece adds to its stream, and which messages go on in others.

Of a stream nothing is kept but how far it reaches without a gap, the places of what lies behind one, and the places of
the message that has begun and not ended: octets are opened again when somebody looks at them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import NamedTuple

MOST_PIECES = 4096  # that wait, of one stream
MOST_OCTETS = 16 << 20  # of a message that waits
MOST_WAITING = 1 << 20  # octets behind a gap, of one stream
MORE, ALL = -1, -2  # sizes: too little is there to tell; what is there is not cut into messages
Size = Callable[[bytes], int]  # the length of the message with which octets begin, or MORE, ALL


class Piece(NamedTuple):
    """Where octets are: in the plain octets of a sealed unit (a packet of QUIC, a record of TLS) of the capture."""

    unit: int
    offset: int
    size: int
    packet: int


class Handed(NamedTuple):
    """What a piece adds to its stream.

    `before`: the pieces of the message that had begun; `data`: those that come now (none: they wait for others, or came
    before: `again`); `whole`: how many octets of all these are whole messages.
    """

    before: tuple[Piece, ...]
    data: tuple[Piece, ...]
    again: bool = False
    whole: int = 0


class Flow:
    """One direction of a stream."""

    __slots__ = ("_ahead", "_begun", "_held", "_need", "_waiting", "reach")

    def __init__(self) -> None:
        self.reach = 0  # the end of what is there without a gap
        self._ahead: list[tuple[int, bytes, Piece]] = []  # what lies behind a gap
        self._waiting = 0  # octets of it
        self._begun: list[Piece] = []  # of the message that has begun
        self._held = b""  # its octets, as long as its size is not known
        self._need = 0  # how many octets it still wants, where its size is known

    def feed(self, offset: int, octets: bytes, piece: Piece, size: Size) -> Handed | None:
        """Take a piece; None where it is whole messages in order, and nothing more need be said."""
        end = offset + len(octets)
        if end <= self.reach and octets:
            return Handed((), (), True)
        if offset > self.reach:
            if len(self._ahead) < MOST_PIECES and self._waiting + len(octets) <= MOST_WAITING:
                insort(self._ahead, (offset, octets, piece), key=lambda one: one[0])
                self._waiting += len(octets)
            return Handed((), ())
        now = [self._cut(offset, octets, piece)]
        plain = offset == self.reach and not self._begun
        self.reach = end
        while self._ahead and self._ahead[0][0] <= self.reach:
            offset, octets, piece = self._ahead.pop(0)
            self._waiting -= len(octets)
            if offset + len(octets) > self.reach:
                now.append(self._cut(offset, octets, piece))
                self.reach = offset + len(octets)
                plain = False
        before = tuple(self._begun)
        fresh = b"".join(octets for octets, _ in now)
        pieces = tuple(piece for _, piece in now)
        if self._need > len(fresh) and len(before) < MOST_PIECES:
            self._need -= len(fresh)
            self._begun += pieces
            return Handed(before, pieces, whole=0)
        data = fresh[self._need :] if self._need else self._held + fresh
        left, wanted = behind(data, size)
        total = sum(piece.size for piece in before) + len(fresh)
        self._keep([*before, *pieces], data, left, wanted)
        return None if plain and not left else Handed(before, pieces, whole=total - left)

    def close(self) -> tuple[Piece, ...]:
        """The stream ends: the pieces of a message that goes on to its end."""
        pieces = tuple(self._begun)
        self._begun, self._held, self._need = [], b"", 0
        return pieces

    def _cut(self, offset: int, octets: bytes, piece: Piece) -> tuple[bytes, Piece]:
        """What of a piece is new."""
        skip = self.reach - offset
        if not skip:
            return octets, piece
        return octets[skip:], piece._replace(offset=piece.offset + skip, size=piece.size - skip)

    def _keep(self, pieces: list[Piece], data: bytes, left: int, wanted: int) -> None:
        """Keep the last `left` octets: a message that goes on, for so many more if that is known."""
        self._begun, self._held, self._need = [], b"", 0
        if not left or max(left, wanted) > MOST_OCTETS or len(pieces) > MOST_PIECES:
            return
        kept: list[Piece] = []
        need = left
        for piece in reversed(pieces):
            take = min(need, piece.size)
            if take:
                kept.append(piece._replace(offset=piece.offset + piece.size - take, size=take))
            need -= take
        self._begun, self._need = kept[::-1], wanted
        self._held = b"" if wanted else data[len(data) - left :]


def behind(data: bytes, size: Size) -> tuple[int, int]:
    """How many octets at the end of `data` are of a message that is not whole, and how many it wants (0: unknown)."""
    at = 0
    while at < len(data):
        length = size(data[at:] if at else data)
        if length == ALL:
            break
        if length == MORE:
            return len(data) - at, 0
        if at + length > len(data):
            return len(data) - at, at + length - len(data)
        at += max(length, 1)
    return 0, 0


def handshake_size(octets: bytes) -> int:
    """The size of a handshake message of TLS."""
    return 4 + int.from_bytes(octets[1:4], "big") if len(octets) >= 4 else MORE
