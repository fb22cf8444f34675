"""Who sent to whom: packets, bytes and times of both ways between two endpoints, for conversations and endpoints.

Every header counts, also one within a tunnel; what an ICMP error quotes was not sent.  Bytes are the whole packet's, on
the wire, as Wireshark counts them.  Pairs are numbered by their first packet, those of TCP and UDP by stream.  All of a
chunk is counted at once; memory grows with the pairs, not with the packets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.engine.cells import Cells, as_texts, beside, coloned, constant, dotted, in_rows, integers, of_texts
from dissect.engine.plan import Plan
from dissect.engine.record import NO_TIME
from dissect.engine.task import Visitor
from dissect.engine.values import ipv6_text
from dissect.engine.window import Positions, as_list, as_words, mixed, order_of
from dissect.passes.headers import Seen
from dissect.passes.keys import Keys
from dissect.passes.numbers import Met, Numbered
from dissect.passes.shelf import enlarged
from dissect.visits import READING, headers, some_headers

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

KINDS = ("eth", "ip", "ipv6", "tcp", "udp", "sctp")
PORTS = ("tcp", "udp", "sctp")
STREAMS = ("tcp", "udp")
NEVER, ALWAYS = -(1 << 62), 1 << 62  # ns
MOBILITY = 135  # a header behind which nothing comes (RFC 6275, section 6.1): Wireshark counts what comes
SOUND: dict[str, Callable[[Any], Any]] = {  # headers whose addresses are believed, as in Wireshark
    "ip": lambda h: (h.version == 4) & (h.hdr_len >= 20) & ((h.len >= h.hdr_len) | (h.len == 0)),
    "ipv6": lambda h: (h.version == 6) & (h.nxt != MOBILITY),
    "tcp": lambda h: (h.hdr_len >= 20) & (h.start + h.hdr_len <= h.end),
    "udp": lambda h: (h.len >= 8) | (h.len == 0),  # too long for the field: RFC 2675, section 4
}
QUOTING = "icmp", "icmpv6", "nhrp", "sflow"  # what these show of a packet was not sent here
IPV4, IPV6 = 4, 16  # octets of an address
END = 19  # octets of an endpoint: the length of its address, the address in 16, its port


class Tally:
    """The pairs of a protocol: arrays with a row for each pair, and of each pair two ways.

    Way 0 is the sender's of the packet that came first.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.count = 0
        self._size = 0
        self._clock = NEVER  # the latest time so far
        self._keys = Keys()
        self._grow(256)

    def _grow(self, count: int) -> None:
        if count <= self._size:
            return
        size = max(count, self._size + (self._size >> 1))
        if not self._size:
            self._packets, self._bytes = np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64)
            self._first, self._last = np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64)
            self._ends, self._flipped = np.zeros((0, 2, END), np.uint8), np.zeros(0, np.int8)
        fills = {"packets": 0, "bytes": 0, "first": ALWAYS, "last": NEVER, "ends": 0, "flipped": 0}
        for name, fill in fills.items():
            setattr(self, f"_{name}", enlarged(getattr(self, f"_{name}"), size, fill))
        self._size = size

    _packets: NDArray[np.int64]
    _bytes: NDArray[np.int64]
    _first: NDArray[np.int64]
    _last: NDArray[np.int64]
    _ends: NDArray[np.uint8]
    _flipped: NDArray[np.int8]  # whether the sender of the first packet is the greater of both

    def __getattr__(self, name: str) -> Any:
        if name in ("packets", "bytes", "first", "last", "ends"):
            return getattr(self, f"_{name}")[: self.count]
        raise AttributeError(name)

    def number(self, key: NDArray[np.uint64]) -> Positions:
        """The pair of each key."""
        return self._keys.number(key)

    def add(self, pair: Positions, way: NDArray[Any], size: Positions, time: Positions, ends: Ends) -> None:
        """Count packets, in order."""
        top = int(pair.max(initial=-1)) + 1
        self._grow(top)
        self.count = max(self.count, top)
        first, last = self._first.reshape(-1), self._last.reshape(-1)
        fresh = np.flatnonzero(np.minimum(first[2 * pair], first[2 * pair + 1]) == ALWAYS)
        begins, at = np.unique(pair[fresh], return_index=True)
        rows = fresh[at]  # the first packet of each
        self._flipped[begins] = way[rows]
        self._ends[begins] = ends.of(rows)
        way = way ^ self._flipped[pair]
        code = pair * 2 + way
        np.add.at(self._packets.reshape(-1), code, 1)
        np.add.at(self._bytes.reshape(-1), code, size)
        if len(time) and time[0] >= self._clock and bool((time[1:] >= time[:-1]).all()):
            new = np.flatnonzero(first[code] == ALWAYS)[::-1]
            first[code[new]], last[code] = time[new], time  # the last of several assignments stays
        else:
            np.minimum.at(first, code, time)
            np.maximum.at(last, code, time)
        self._clock = max(self._clock, int(time.max(initial=self._clock)))


class Ends:
    """The endpoints of a chunk's headers: looked at only for those that begin something."""

    def __init__(self, ports: bool) -> None:
        self._ports = ports
        self._groups: list[tuple[Any, Any]] = []
        self._edges = [0]
        self._order: Positions | None = None

    def add(self, addressed: Any, h: Any, count: int) -> None:
        """A group of headers; `addressed` is where the addresses are."""
        self._groups.append((addressed, h))
        self._edges.append(self._edges[-1] + count)

    def order(self, order: Positions) -> None:
        """The order that rows are asked in."""
        self._order = order

    def of(self, rows: Positions) -> NDArray[np.uint8]:
        """Sender and receiver of some rows; no address where there is none."""
        out = np.zeros((len(rows), 2, END), np.uint8)
        places = rows if self._order is None else self._order[rows]
        which = np.searchsorted(self._edges, places, "right") - 1
        for number in sorted(set(which.tolist())):
            at = np.flatnonzero(which == number)
            inside = places[at] - self._edges[number]
            addressed, h = self._groups[number]
            if addressed is None:
                continue
            for side, (address, port) in enumerate((("src", "srcport"), ("dst", "dstport"))):
                octets = _octets(np.atleast_1d(getattr(addressed, address)))[inside]
                out[at, side, 0] = octets.shape[1]
                out[at, side, 1 : 1 + octets.shape[1]] = octets
                if self._ports:
                    out[at, side, 17:] = _octets(np.atleast_1d(getattr(h, port)).astype(">u2"))[inside]
        return out


def _octets(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Addresses or big-endian numbers as octets, a row each."""
    if values.dtype.kind in "iu" and values.dtype.byteorder != ">":
        values = values.astype(">u4")
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


Streams = TypeVar("Streams", bound=Visitor)


class Here(Generic[Streams]):
    """A visitor: the headers of one chunk by the pair of endpoints they go between.

    `streams` is shown the headers of TCP and UDP.
    """

    def __init__(self, kinds: Sequence[str], streams: Streams) -> None:
        self.streams = streams
        self.pairs: dict[str, list[tuple[Positions, NDArray[np.uint64], NDArray[np.int8]]]] = {}
        self.ends = {kind: Ends(kind in PORTS) for kind in kinds}
        self.counted: dict[str, list[NDArray[np.bool_]]] = {kind: [] for kind in STREAMS}

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """See `Visitor`."""
        quoted = h.outer(*QUOTING) is not None
        if layer in STREAMS:
            self.streams.visit(layer, rows, h)
            self.counted[layer].append(np.atleast_1d(SOUND[layer](h)) & (not quoted))
            if layer in self.ends:
                self.ends[layer].add(h.outer("ip", "ipv6"), h, len(rows))
            return
        addressed = h.outer("ip", "ipv6") if layer in PORTS else h
        if layer not in self.ends or quoted or addressed is None:
            return
        if layer in SOUND and not (sound := np.atleast_1d(SOUND[layer](h))).all():
            keep = np.flatnonzero(sound)
            if not len(keep):
                return
            rows, h = rows[keep], h.taken(keep)
            addressed = h
        low, high, way = _ordered(*(_key(addressed, h, side, layer in PORTS) for side in ("src", "dst")))
        self.pairs.setdefault(layer, []).append((rows, mixed(low, high), way))
        self.ends[layer].add(addressed, h, len(rows))


class Pairs:
    """Of all chunks, what was sent between which endpoints."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.of = {kind: Tally(kind) for kind in kinds}

    def count(self, chunk: Any, here: Here[Any], tables: dict[str, Any]) -> None:
        """Count what was seen of a chunk; `tables`: its TCP and UDP headers with the side of a stream of each."""
        time = np.where(chunk.time == NO_TIME, 0, chunk.time)  # a record without one is of 1970, as in Wireshark
        for kind, parts in here.pairs.items():
            rows, key, way = (np.concatenate(columns) for columns in zip(*parts, strict=True))
            order = np.arange(len(rows)) if len(parts) == 1 else order_of(rows)
            here.ends[kind].order(order)
            rows, tally = rows[order], self.of[kind]
            tally.add(tally.number(key[order]), way[order], chunk.origlen[rows], time[rows], here.ends[kind])
        for kind, table in tables.items():
            order = table["order"]
            own = np.flatnonzero(np.concatenate(here.counted[kind])[order] & (table["side"] >= 0))
            here.ends[kind].order(order[own])
            rows, side = table["row"][own], table["side"][own]
            way = (side & 1).astype(np.int8)
            self.of[kind].add(side >> 1, way, chunk.origlen[rows], time[rows], here.ends[kind])


def _ordered(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> tuple[Any, Any, Any]:
    return np.minimum(a, b), np.maximum(a, b), (a > b).astype(np.int8)


def _key(addressed: Any, h: Any, side: str, ports: bool) -> NDArray[np.uint64]:
    """An endpoint as a number."""
    key = mixed(*as_words(getattr(addressed, side)).T)
    return mixed(key, np.atleast_1d(getattr(h, f"{side}port"))) if ports else key


def address_cells(ends: NDArray[np.uint8]) -> Cells:
    """The addresses of endpoints in words; empty where there is none."""
    sizes = ends[:, 0]
    made = {size: _written(ends[sizes == size, 1 : 1 + size]) for size in sorted(set(sizes.tolist()))}
    if len(made) == 1:
        [cells] = made.values()
        return cells
    out = np.zeros((len(ends), max((cells.shape[1] for cells in made.values()), default=0)), np.uint8)
    for size, cells in made.items():
        out[sizes == size, : cells.shape[1]] = cells
    return out


def _written(octets: NDArray[np.uint8]) -> Cells:
    """Addresses of one length in words."""
    if octets.shape[1] != IPV6:
        return dotted(octets) if octets.shape[1] == IPV4 else coloned(octets)
    raw = as_list(np.ascontiguousarray(octets).view(f"V{IPV6}")[:, 0])
    number = {one: i for i, one in enumerate(dict.fromkeys(raw))}  # many talk to few
    cells = of_texts([ipv6_text(one) for one in number])
    assert cells is not None  # no address is too long for a cell
    return cells[[number[one] for one in raw]]


def end_cells(addresses: Cells, port: Any) -> Cells:
    """`192.0.2.1:80`, `[2001:db8::1]:80`; without the port where there is None."""
    if port[0] is None:
        return addresses
    mark, inside = constant(":", len(addresses)), (addresses == ord(":")).any(axis=1)
    number = integers(np.asarray(port, np.int64))
    return beside(in_rows(inside, "["), addresses, in_rows(inside, "]"), mark, number)


def ports(ends: NDArray[np.uint8]) -> Positions:
    """The ports of endpoints."""
    return ends[:, 17].astype(np.int64) << 8 | ends[:, 18]


def as_table(parts: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Columns of several protocols as one table; of cells their texts."""
    import pyarrow as pa

    def array(column: Any, type_: pa.DataType) -> pa.Array:
        return pa.array(as_texts(column) if column.ndim > 1 else column, type_, from_pandas=True)

    made = [pa.Table.from_arrays([array(part[one.name], one.type) for one in schema], schema=schema) for part in parts]
    return pa.concat_tables(made) if made else schema.empty_table()


def gather(cap: Capture, where: Filter | None = None, kinds: Sequence[str] = KINDS, **reading: Any) -> Pairs:
    """Read the capture once."""
    return _some(cap, where, kinds, reading) if where else _all(cap, kinds, reading)


def first_time(cap: Capture) -> int:
    """The time of the first packet of all: what times are counted from."""
    try:
        return max(int(cap.source.chunk_of(0).time[0]), 0)
    except IndexError:
        return 0


def _all(cap: Capture, kinds: Sequence[str], reading: dict[str, Any]) -> Pairs:
    """Of every packet: streams are numbered on the way."""
    numbered, pairs = Numbered(tuple(kind for kind in kinds if kind in STREAMS)), Pairs(kinds)
    plan = Plan(cap.registry, (), visits=tuple(kinds), quoted=True)
    chunks = cap.source.chunks(**{**READING, **reading})
    for chunk, _, here in headers(cap, chunks, plan, lambda: Here(kinds, Met())):
        pairs.count(chunk, here, numbered.tables(here.streams))
    return pairs


def _some(cap: Capture, where: Filter, kinds: Sequence[str], reading: dict[str, Any]) -> Pairs:
    """Of the packets that a filter lets through: their streams have the numbers that all packets give them."""
    pairs, plan = Pairs(kinds), Plan(cap.registry, (), visits=tuple(kinds), quoted=True)
    for chunk, some, _, here in some_headers(cap, where, plan, lambda: Here(kinds, Seen()), reading):
        tables = {name: table for name in STREAMS if (table := here.streams.table(name, some)) is not None}
        for name, table in tables.items():
            table["side"] = cap.streams.sides(name, chunk, table["place"])
        pairs.count(some, here, tables)
    return pairs
