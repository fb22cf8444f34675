"""Messages that go on in other segments: those that are open, one segment after the other; the octets of those that are
whole."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.messages import AGAIN, AT_LEAST, LAST, MORE, OWN, WAITS, Messages
from dissect.engine.peek import RowPeek
from dissect.engine.reassembly import Part
from dissect.engine.registry import Registry
from dissect.engine.window import Positions, copy_spans
from dissect.passes import framing, in_order
from dissect.passes.fragments import FragmentPass
from dissect.passes.framing import chain, wanted
from dissect.passes.overlap import assemble, conflicts
from dissect.passes.place import moved, octets_at
from dissect.passes.progress import HALF, WHOLE
from dissect.passes.shelf import Rows
from dissect.passes.stream_table import UNSET
from dissect.passes.stretches import Row

HELD = 64 << 20  # octets, of all messages whose length is not known yet
MOST_PIECES = 65_536  # of a message
KEPT = 32 << 20  # octets of messages put together lately
TOTAL, PACKET = 2, 3  # columns of messages
UNKNOWN = (0, 0, 0, 0)  # of a message that is not whole


class Open:
    """A message that waits for segments."""

    __slots__ = ("ahead", "entire", "layer", "number", "octets", "pieces", "reach", "seq", "total")

    def __init__(self, number: int, seq: int, layer: int) -> None:
        self.number, self.seq, self.layer = number, seq, layer
        self.total = 0  # octets that must be there before anything more is known
        self.entire = False  # all of the next segment is wanted, however long
        self.octets: bytearray | None = None  # what is there, where the length is not known yet
        self.pieces: list[tuple[int, int, int, int]] = []  # packet, place, offset, size
        self.reach = 0  # the end of what is there without a gap
        self.ahead: list[tuple[int, int, int]] = []  # what lies behind a gap: offset, size, place

    def inner(self, seq: int, size: int) -> bool:
        """Whether a segment simply goes on with a message that it does not end."""
        reach = self.reach
        return (
            0 < size < self.total - reach
            and (seq - self.seq) % WHOLE == reach
            and self.octets is None
            and not self.ahead
            and 1 < len(self.pieces) < MOST_PIECES
        )

    def plain(self, seq: int) -> bool:
        """Whether it is known how long it is, nothing of it is missing, and a segment goes on with it."""
        plain = self.octets is None and not self.entire and not self.ahead and self.reach < self.total <= framing.MOST
        return plain and (seq - self.seq) % WHOLE == self.reach


class Assembly:
    """The messages of TCP connections of which something is known."""

    def __init__(self, registry: Registry, fragments: FragmentPass) -> None:
        self.registry, self._fragments = registry, fragments
        self._open: dict[int, Open] = {}  # of each side
        self._held = 0  # octets that open messages hold
        # of each message: its first piece, its pieces, its octets, the packet that completes it
        self._messages = Rows(4)
        self.pieces = Rows(4)  # packet, place, offset, size of each
        self._payloads: OrderedDict[int, bytes] = OrderedDict()
        self._kept = 0
        self.buffer: Any = b""

    def packet(self, number: int) -> int:
        """The packet that completes a message, as far as is known; else 0."""
        return int(self._messages.table[number, PACKET])

    def _declared(self, number: int) -> Messages | None:
        """How the layer of this number declares its messages."""
        if number < 0 or "messages" not in self.registry.outlines[number].marks:
            return None
        return self.registry.numbered(number).messages

    # -- a segment

    def _segment(
        self, place: int, side: int, seq: int, size: int, at: int, layer: int, packet: int, again: bool, cut: int,
        given: bool, short: int = 0,
    ) -> Iterator[Row]:  # fmt: skip
        """The stretches of one segment; nothing where it is dissected as it is (but not where its layer is `given`)."""
        done, plain, octets = 0, not given, None
        while done < size:
            message = self._open.get(side)
            if message is not None:
                offset = (seq + done - message.seq + HALF) % WHOLE - HALF
                if offset < 0 or (again and offset + size - done <= message.reach):
                    skip = size - done if again and offset >= 0 else min(-offset, size - done)
                    yield place, AGAIN, done, done + skip, 0, message.number
                    done += skip
                    continue
                plain = False
                if offset == message.reach and self._ends_before(message, at, size, done):
                    yield from self._complete(message, side, place, packet, done, 0, message.reach)
                    continue
                if offset < message.total or (message.entire and offset == message.reach):
                    layer = message.layer  # what follows in the segment is the same layer's
                    rows, done = self._further(message, side, place, packet, at, done, size, offset)
                    yield from rows
                    continue
            if again:
                yield place, AGAIN, done, size, 0, UNSET
                return
            declared = self._declared(layer)
            if plain and (declared is None or cut == size):
                return
            if declared is None:
                if layer >= 0:
                    yield place, OWN, done, size, layer, UNSET
                elif done:  # nothing is known of what stands behind octets that were sent before
                    yield place, OWN, done, size, self.registry.number_of["data"], UNSET
                return
            octets = octets if octets is not None else self._octets(at, size)
            bare = declared.bare[short - 1][1](octets, 0) if short and not done and declared.bare else 0
            end, need = chain(declared, octets, done + max(bare, 0))
            if end > done:
                yield place, OWN, done, end, layer, UNSET
            if end < size:
                self._begin(side, (seq + end) % WHOLE, layer, need, octets[end:], packet, at, end)
                yield place, WAITS, end, size, layer, -len(self._messages)
            return

    def _ends_before(self, message: Open, at: int, size: int, done: int) -> bool:
        """Whether a message of one segment was whole after all, as another begins behind it (an answer to HEAD)."""
        declared = self._declared(message.layer)
        if declared is None or declared.anew is None or len(message.pieces) > 1:
            return False
        octets = self._octets(at, size)
        return bool(declared.anew(RowPeek(octets, done, size, size, None)))

    def _begin(
        self, side: int, seq: int, layer: int, need: int, octets: bytes, packet: int, at: int, start: int
    ) -> None:
        """A message begins that goes on in another segment: `need` as `chain` says."""
        self._drop(side)
        message = self._open[side] = Open(len(self._messages), seq, layer)
        self._messages.later([UNKNOWN])
        size = len(octets)
        message.pieces.append((packet, moved(at, start), 0, size))
        message.reach = size
        message.entire, message.total = need == MORE, wanted(need, size)
        if need == MORE or need >= AT_LEAST:
            message.octets = bytearray(octets)
            self._held += size

    def _further(
        self, message: Open, side: int, place: int, packet: int, at: int, done: int, size: int, offset: int
    ) -> tuple[list[Row], int]:
        """A segment's octets from `done` on continue a message; the stretches, and where they end."""
        start, layer, declared = done, message.layer, self._declared(message.layer)
        assert declared is not None
        message.pieces.append((packet, moved(at, start), offset, 0))
        while True:
            take = size - done if message.entire else min(size - done, message.total - offset)
            before = message.reach
            self._fit(message, offset, take, moved(at, done))
            done, offset = done + take, offset + take
            message.pieces[-1] = (*message.pieces[-1][:3], done - start)
            enough = message.reach >= message.total or (message.entire and message.reach > before)
            if enough and message.octets is None:
                return self._complete(message, side, place, packet, start, done - start, message.total), done
            end, need = chain(declared, octets := bytes(message.octets or b""), 0) if enough else (0, 0)
            if end:
                break
            if enough:
                message.entire, message.total = need == MORE, wanted(need, len(octets))
                if need != MORE and need < AT_LEAST:
                    self._forget(message)
            if done < size and enough:
                continue
            if len(message.pieces) >= MOST_PIECES or self._held > HELD:
                self._drop(side)
            return [(place, WAITS, start, done, layer, message.number)], done
        rows = self._complete(message, side, place, packet, start, done - start, len(octets), end)
        if end < len(octets):
            tail = done - (len(octets) - end)
            self._begin(side, (message.seq + end) % WHOLE, layer, need, octets[end:], packet, at, tail)
            rows.append((place, WAITS, done, done, layer, -len(self._messages)))  # its octets are shown already
        return rows, done

    def _fit(self, message: Open, offset: int, size: int, place: int) -> None:
        """Take a piece: what is there without a gap may now reach further."""
        message.ahead.append((offset, size, place))
        message.ahead.sort()
        while message.ahead and message.ahead[0][0] <= message.reach:
            offset, size, place = message.ahead.pop(0)
            skip = message.reach - offset
            if size > skip:
                if message.octets is not None:
                    message.octets += self._octets(moved(place, skip), size - skip)
                    self._held += size - skip
                message.reach = offset + size

    def _complete(
        self, message: Open, side: int, place: int, packet: int, done: int, take: int, total: int, end: int = -1
    ) -> list[Row]:
        self._finished(message, side, packet, total)
        number, layer = message.number, message.layer
        last = [(place, LAST, done, done + take, layer, number)] if take else []
        return [*last, (place, number, 0, total if end < 0 else end, layer, number)]

    def _finished(self, message: Open, side: int, packet: int, total: int) -> None:
        """Keep a message as whole."""
        number = message.number
        self._messages.change(number, (len(self.pieces), len(message.pieces), total, packet))
        self.pieces.later(message.pieces)
        self._drop(side)

    def _end(self, place: int, side: int, packet: int) -> list[Row]:
        """A side has sent its last octet."""
        message = self._open[side]
        if message.total <= framing.MOST:
            return []
        message.pieces.append((packet, message.pieces[-1][1], message.reach, 0))  # which ends it, as Wireshark counts
        return self._complete(message, side, place, packet, 0, 0, message.reach)

    def _forget(self, message: Open) -> None:
        if message.octets is not None:
            self._held -= len(message.octets)
            message.octets = None

    def _drop(self, side: int) -> None:
        message = self._open.pop(side, None)
        if message is not None:
            self._forget(message)

    # -- octets

    def _octets(self, place: int, size: int) -> bytes:
        """Octets of the capture, or of a reassembled datagram."""
        return octets_at(place, size, self.buffer, self._fragments.payload)

    def payload(self, number: int) -> bytes:
        """The octets of a complete message."""
        found = self._payloads.get(number)
        if found is None:
            pieces = [(offset, self._octets(place, size)) for _, place, offset, size in self._pieces(number)]
            found = self._payloads[number] = whole(pieces, int(self._messages.table[number, TOTAL]))
            self._kept += len(found)
            while self._kept > KEPT and len(self._payloads) > 1:
                self._kept -= len(self._payloads.popitem(last=False)[1])
        return found

    def payloads(self, numbers: Positions) -> tuple[NDArray[np.uint8], Positions]:
        """The octets of complete messages, one behind the other, and their lengths."""
        first, count, total, _ = self._messages.table[numbers].T
        owner = np.repeat(np.arange(len(numbers)), count)
        rows = in_order.ranges(first, count)
        _, place, offset, size = self.pieces.table[rows].T
        starts = np.cumsum(total) - total
        reach = np.cumsum(size) - size
        odd = (place < 0) | (offset != reach - (reach[np.cumsum(count) - count])[owner])
        plain = (np.bincount(owner, odd, len(numbers)) == 0) & (np.bincount(owner, size, len(numbers)) == total)
        out, some = np.empty(int(total.sum()), np.uint8), np.flatnonzero(plain[owner])
        copy_spans(
            np.frombuffer(self.buffer, np.uint8), place[some], out, (starts[owner] + offset)[some], size[some]
        )
        for i in np.flatnonzero(~plain).tolist():  # pieces overlap, or lie in reassembled datagrams
            out[starts[i] : starts[i] + total[i]] = np.frombuffer(self.payload(int(numbers[i])), np.uint8)
        return out, total

    def _pieces(self, number: int) -> list[tuple[int, int, int, int]]:
        first, count = self._messages.table[number, :TOTAL].tolist()
        return [tuple(piece) for piece in self.pieces.table[first : first + count].tolist()]

    def parts(self, number: int) -> list[Part]:
        """The segments of a complete message in order of their offset."""
        parts, reach = list[Part](), 0
        pieces = sorted(self._pieces(number), key=lambda piece: piece[2])
        wrong = [False] * len(pieces)
        if any(a[2] + a[3] > b[2] for a, b in pairwise(pieces)):
            wrong = conflicts([(offset, self._octets(place, size)) for _, place, offset, size in pieces])
        for (packet, _, offset, size), conflict in zip(pieces, wrong, strict=True):
            overlap = offset < reach
            parts.append(Part(packet, offset, size, overlap, overlap and conflict))
            reach = max(reach, offset + size)
        return parts


def left_of(message: Open | None, seq: int) -> tuple[int, int, int, int, int, int]:
    """A row of `in_order.Waiting` for who goes on at a sequence number; below zero what is looked at alone."""
    if message is None:
        return 0, 0, 0, 0, 0, 0
    left = message.total - message.reach if message.plain(seq) else -1
    return left, message.reach, len(message.pieces), message.layer, message.number, message.total


def whole(pieces: list[tuple[int, bytes]], total: int) -> bytes:
    """The octets of a message from (offset, octets) of its pieces in order of arrival; what came first counts."""
    reach = 0
    for offset, octets in pieces:
        if offset != reach:
            return assemble([(at, memoryview(some)) for at, some in pieces], total, "first")
        reach += len(octets)
    return b"".join([octets for _, octets in pieces])[:total]
