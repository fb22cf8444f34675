"""The streams of a protocol so far, and what the headers of a chunk tell of them: all headers at once.

Streams are numbered by their first packet, as Wireshark does; a SYN with another initial sequence number begins another
one between the same ports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, order_of
from dissect.layers.streams import CLOSED_BY_PEER
from dissect.passes.headers import ACK, SYN, UNKNOWN, UNSCALED
from dissect.passes.keys import Keys as KeyNumbers
from dissect.passes.shelf import enlarged

FIN, RST = 0x01, 0x04
UNSET = -1
COMPLETENESS = ("syn", "syn-ack", "ack", "data", "fin", "rst")
OFFERS = ("accurate ECN asked for", "and answered", "SYN with a cookie and data")  # the bits behind these
ECN = 0x1C0  # AE, CWR and ECE: accurate ECN is asked for (draft-ietf-tcpm-accurate-ecn, section 3.1)
ECN_ANSWERS = np.isin(np.arange(8), (2, 3, 4, 6))  # what an answer's three bits are if it agrees


class Streams:
    """The streams of one protocol so far: columns with a row for each."""

    def __init__(self) -> None:
        self.count = 0
        self.current = KeyNumbers()  # of each pair of endpoints, its latest stream
        self.reused: set[int] = set()  # streams whose endpoints had one before
        self.complete = np.zeros(64, np.uint16)
        self.awaited, self.apart = np.zeros(64, bool), np.zeros(64, bool)  # of SNMP: see `_answers`
        self.opener = np.zeros(64, np.int8)  # the side that sent first
        self.closer = np.full(64, UNSET, np.int8)  # the side whose FIN came first
        self.base = np.full((64, 2), UNSET, np.int64)
        self.scale = np.full((64, 2), UNKNOWN, np.int8)
        self.first = np.zeros(64, np.int64)  # times
        self.last = np.zeros(64, np.int64)

    def grow(self, count: int) -> None:
        """Make room for so many."""
        if count > len(self.first):
            size = max(count, len(self.first) * 3 // 2)
            self.base, self.scale = enlarged(self.base, size, UNSET), enlarged(self.scale, size, UNKNOWN)
            self.awaited, self.apart = enlarged(self.awaited, size), enlarged(self.apart, size)
            self.complete, self.opener = enlarged(self.complete, size), enlarged(self.opener, size)
            self.closer = enlarged(self.closer, size, UNSET)
            self.first, self.last = enlarged(self.first, size), enlarged(self.last, size)
        self.count = count


@dataclass(eq=False, repr=False, slots=True)
class Headers:
    """The headers of a chunk, in order of their places."""

    place: Positions
    stream: NDArray[np.uint32]
    way: NDArray[np.int8]
    time: Positions
    delta: Positions
    complete: NDArray[np.uint16]


def settled(streams: Streams, table: dict[str, NDArray[Any]]) -> Headers:
    """Number the streams of a chunk's headers, and learn what these tell of them."""
    stream, made = number_streams(streams, table)
    table["side"] = stream * 2 + table["way"]
    streams.first[stream[made]], streams.opener[stream[made]] = table["time"][made], table["way"][made]
    streams.last[stream[made]] = table["time"][made]
    # of UDP, what an ICMP error quotes moves nobody's clock, nor does an empty datagram: Wireshark's way
    clocked = np.ones(len(stream), bool) if "seq" in table else ~(table["quoted"] | table["empty"])
    delta = np.zeros(len(stream), np.int64)
    if clocked.any():
        delta[clocked] = _deltas(streams, stream[clocked], table["time"][clocked])
    if "seq" in table:
        own = np.flatnonzero(~table["quoted"]) if table["quoted"].any() else slice(None)
        learn_bases(streams, stream[own], {name: values[own] for name, values in table.items()})
        _learn_scales(streams, stream, table)
        complete = _completeness(streams, stream, made, table)
    else:
        complete = np.zeros(len(stream), np.uint16)
    place = table["place"]
    if bool((place[1:] > place[:-1]).all()):
        return Headers(place, stream.astype(np.uint32), table["way"], table["time"], delta, complete)
    order = order_of(place)
    columns: tuple[Any, ...] = place, stream.astype(np.uint32), table["way"], table["time"], delta, complete
    return Headers(*(column[order] for column in columns))


def number_streams(streams: Streams, table: dict[str, NDArray[Any]]) -> tuple[Positions, Positions]:
    """The stream of each header; and the headers that begin one."""
    keys = table["key"]
    stream = streams.current.find(keys)
    missing = np.flatnonzero(stream == UNSET)
    first = streams.current.opening(keys[missing])
    opening = missing[first == np.arange(len(missing))]  # the first header of each new key
    again = (_begins_again if "seq" in table else _answers)(streams, table, stream, opening)
    begins = np.sort(np.concatenate([opening, np.array([*again], np.int64)]))
    streams.grow(streams.count + len(begins))
    started = np.full(len(keys), UNSET, np.int64)
    started[begins] = streams.count - len(begins) + np.arange(len(begins))
    stream[missing] = started[missing[first]]
    streams.current.put(keys[opening], started[opening])
    for at, later in sorted(again.items()):  # what follows on the same key belongs to the new stream
        stream[later] = started[at]
        streams.current.put(keys[at : at + 1], started[at : at + 1])
        if "managed" in table:
            streams.apart[started[at]] = True
            continue
        streams.reused.add(int(started[at]))
        streams.complete[started[at]] |= 1  # at once, where another first SYN counts from the segment behind it
    if "managed" in table:
        streams.awaited[stream[table["managed"]]] = True
    return stream, begins


def _answers(
    streams: Streams, table: dict[str, NDArray[Any]], stream: Positions, opening: Positions
) -> dict[int, Positions]:
    """What follows the first message of SNMP between two endpoints: Wireshark begins another conversation with that.

    A stream is `awaited` from such a message on; the next header on its key is another's, which is `apart`.
    """
    known = stream != UNSET
    asks = table["managed"] | (known & streams.awaited[stream])
    asks &= ~(known & streams.apart[stream])
    if not asks.any():
        return {}
    found: dict[int, Positions] = {}
    suspects = np.flatnonzero(np.isin(table["key"], table["key"][asks]))
    order = suspects[np.argsort(table["key"][suspects], kind="stable")]
    for mine in np.split(order, np.flatnonzero(np.diff(table["key"][order])) + 1):
        number = stream[mine[0]]
        if number != UNSET and streams.awaited[number]:
            found[int(mine[0])] = mine
            continue
        behind = int(np.argmax(table["managed"][mine])) + 1
        if behind < len(mine):
            found[int(mine[behind])] = mine[behind:]
    return found


def _begins_again(
    streams: Streams, table: dict[str, NDArray[Any]], stream: Positions, opening: Positions
) -> dict[int, Positions]:
    """Headers with a SYN that cannot belong to the stream their endpoints have had: with all that follow of these."""
    asks = (table["flags"] & (SYN | ACK) == SYN) & ~table["quoted"]
    asks[opening] = False
    rows = np.flatnonzero(asks)
    if not len(rows):
        return {}
    found: dict[int, Positions] = {}
    suspects = np.flatnonzero(np.isin(table["key"], table["key"][rows]))  # few: a SYN sent again, or ports used again
    order = suspects[np.argsort(table["key"][suspects], kind="stable")]
    edges = np.flatnonzero(np.diff(table["key"][order])) + 1
    for mine in np.split(order, edges):
        number = int(stream[mine[0]])
        bases = streams.base[number].tolist() if number != UNSET else [UNSET, UNSET]
        own = mine[~table["quoted"][mine]]
        columns = (table[name][own].tolist() for name in ("way", "seq", "flags", "ack"))
        for at, way, seq, flags, ack in zip(own.tolist(), *columns, strict=True):
            if flags & (SYN | ACK) == SYN and bases[way] not in (UNSET, seq):
                found[at] = mine[mine >= at]
                bases = [UNSET, UNSET]
            if bases[way] == UNSET:
                bases[way] = seq if flags & SYN else (seq - 1) & 0xFFFFFFFF
            if flags & ACK and bases[1 - way] == UNSET:
                bases[1 - way] = (ack - 1) & 0xFFFFFFFF
    return found


def _completeness(
    streams: Streams, stream: Positions, begins: Positions, table: dict[str, NDArray[Any]]
) -> NDArray[np.uint16]:
    """What of a connection was seen before each segment, as tshark tells it: bits (`COMPLETENESS`, `OFFERS`)."""
    flags, size = table["flags"], table["size"]
    shakes, plain = flags & (SYN | ACK), flags & (SYN | ACK) == ACK
    signs = (
        shakes == SYN, shakes == SYN | ACK, plain & (size == 0), (plain | (shakes == SYN)) & (size > 0),
        flags & (FIN | ACK) == FIN | ACK, flags & RST > 0,
        (shakes == SYN) & (flags & ECN == ECN), (shakes == SYN | ACK) & ECN_ANSWERS[flags >> 6 & 7], table["early"],
    )  # fmt: skip
    made = np.zeros(len(stream), bool)
    made[begins] = True  # of what begins a stream only a SYN counts
    out = streams.complete[stream]
    first = np.empty(streams.count, np.int32)
    index = np.arange(len(stream), dtype=np.int32)
    for bit, sign in enumerate(signs):
        counts = sign & ~table["quoted"] & (out >> bit & 1 == 0)
        rows = np.flatnonzero(counts & (~made | (shakes == SYN)))[::-1]
        if len(rows):
            first[stream] = len(stream)
            first[stream[rows]] = rows  # the last of several assignments stays: the first in the file
            out |= (index > first[stream]).astype(np.uint16) << bit
            streams.complete[stream[rows]] |= np.uint16(1 << bit)
    _closing(streams, stream, out, table)
    return out


def _closing(
    streams: Streams, stream: Positions, out: NDArray[np.uint16], table: dict[str, NDArray[Any]]
) -> None:
    """Mark the FINs of who was not the first to close the connection."""
    rows = np.flatnonzero((table["flags"] & FIN > 0) & ~table["quoted"])
    of, way = stream[rows], table["way"][rows]
    new = np.flatnonzero(streams.closer[of] == UNSET)[::-1]
    streams.closer[of[new]] = way[new]  # the last of several assignments stays: the first in the file
    out[rows[streams.closer[of] != way]] |= np.uint16(CLOSED_BY_PEER)


def _deltas(streams: Streams, stream: Positions, time: Positions) -> Positions:
    """The time since the header before it in its stream."""
    order = order_of(stream)
    ordered, times = stream[order], time[order]
    opens = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    before = np.concatenate([[0], times[:-1]])
    before[opens] = streams.last[ordered[opens]]
    out = np.empty(len(stream), np.int64)
    out[order] = times - before
    closes = np.concatenate([opens[1:], [True]])
    streams.last[ordered[closes]] = times[closes]
    return out


def learn_bases(streams: Streams, stream: Positions, table: dict[str, NDArray[Any]]) -> None:
    """Initial sequence numbers: from the first segment of a direction, or the first acknowledgment of it."""
    code = stream * 2 + table["way"]
    flat = streams.base.reshape(-1)
    told, peer = flat[code] == UNSET, (flat[code ^ 1] == UNSET) & (table["flags"] & ACK > 0)
    rows = np.flatnonzero(told | peer)
    if not len(rows):
        return
    counts = np.stack([told[rows], peer[rows]], axis=1)
    sides = np.stack([code[rows], code[rows] ^ 1], axis=1)[counts]
    seq = table["seq"][rows] - (table["flags"][rows] & SYN == 0)
    values = np.stack([seq, table["ack"][rows] - 1], axis=1)[counts] & 0xFFFFFFFF
    flat[sides[::-1]] = values[::-1]  # the last of several assignments stays: the first in the file


def _learn_scales(streams: Streams, stream: Positions, table: dict[str, NDArray[Any]]) -> None:
    """Window scales: used if both SYNs offer one."""
    rows = np.flatnonzero((table["flags"] & SYN > 0) & ~table["quoted"])
    if not len(rows):
        return
    rows = rows[order_of(stream[rows])]
    opens = np.concatenate([[True], stream[rows[1:]] != stream[rows[:-1]]])
    turn = np.arange(len(rows)) - np.flatnonzero(opens)[np.cumsum(opens) - 1]
    for number in range(min(int(turn.max()) + 1, TURNS)):  # the first SYN of each stream, the second, …
        _learn_scale(streams, stream, table, rows[turn == number])
    for row in np.sort(rows[turn >= TURNS]).tolist():  # few have more
        _learn_scale(streams, stream, table, np.array([row]))


TURNS = 4


def _learn_scale(
    streams: Streams, stream: Positions, table: dict[str, NDArray[Any]], rows: Positions
) -> None:
    """The same of SYNs of different streams."""
    number, way, shift = stream[rows], table["way"][rows], table["scale"][rows]
    answers = (table["flags"][rows] & ACK > 0) & (streams.scale[number, 1 - way] == UNSCALED)
    none = (shift == UNSCALED) | answers
    streams.scale[number[none]] = UNSCALED
    told = ~none & (shift != UNKNOWN)
    streams.scale[number[told], way[told]] = shift[told]
