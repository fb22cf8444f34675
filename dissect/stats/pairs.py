"""Who sent to whom: packets, bytes and times of each directed pair of endpoints, for conversations and endpoints.

Every header counts, also one within a tunnel; what an ICMP error quotes was not sent.  Bytes are the whole packet's, on
the wire, as Wireshark counts them.  Memory grows with the pairs, not with the packets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.values import ether_text
from dissect.engine.window import grouped

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture

KINDS = ("eth", "ip", "ipv6", "tcp", "udp")
WIDTH = 42  # octets of a key: kind, stream, and for each endpoint a family, an address of 16 octets and a port


class End(NamedTuple):
    """An address, as octets, and a port (-1 where the protocol has none)."""

    address: bytes
    port: int

    def text(self) -> str:
        """The address in words."""
        if len(self.address) == 6:
            return ether_text(self.address)
        return str(IPv4Address(self.address) if len(self.address) == 4 else IPv6Address(self.address))


@dataclass(slots=True)
class Sent:
    """What went one way."""

    packets: int = 0
    bytes: int = 0
    first: int = field(default=1 << 62)  # ns
    last: int = -(1 << 62)


class Pairs:
    """A visitor: directed pairs of endpoints -> what was sent."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int, End, End], Sent] = {}
        self.start = 1 << 62
        self._chunk: Any = None

    def visit(self, layer: str, rows: NDArray[np.int64], h: Any) -> None:
        """Count a group of headers."""
        keys = np.zeros((len(rows), WIDTH), np.uint8)
        if layer in ("tcp", "udp"):
            ip = h.outer("ip", "ipv6")
            if ip is None:
                return
            streams = h.header.streams if hasattr(h, "header") else h.streams
            known = streams.known(h.header if hasattr(h, "header") else h).stream
            keys[:, :4] = _octets(np.broadcast_to(np.asarray(known), rows.shape).astype(">u4"))
            ports = np.atleast_1d(h.srcport), np.atleast_1d(h.dstport)
        else:
            ip, ports = h, (np.zeros(len(rows), np.int64),) * 2
        for at, address, port in zip((4, 23), (ip.src, ip.dst), ports, strict=True):
            octets = _octets(np.atleast_1d(address))
            keys[:, at] = octets.shape[1]
            keys[:, at + 1 : at + 1 + octets.shape[1]] = octets
            keys[:, at + 17 : at + 19] = _octets(port.astype(">u2"))
        self._count(layer, rows, keys)

    def _count(self, layer: str, rows: NDArray[np.int64], keys: NDArray[np.uint8]) -> None:
        packed = np.ascontiguousarray(keys).view(f"V{WIDTH}").reshape(-1)
        _, first, inverse = grouped(_words(keys))
        counts = np.bincount(inverse)
        sizes = np.bincount(inverse, self._chunk.origlen[rows].astype(float)).astype(np.int64)
        times = self._chunk.time[rows]
        begin, end = np.full(len(counts), 1 << 62, np.int64), np.full(len(counts), -(1 << 62), np.int64)
        np.minimum.at(begin, inverse, times)
        np.maximum.at(end, inverse, times)
        for at, n, size, low, high in zip(
            first.tolist(), counts.tolist(), sizes.tolist(), begin.tolist(), end.tolist(), strict=True
        ):
            sent = self.found.setdefault(_key(layer, packed[at].tobytes()), Sent())
            sent.packets, sent.bytes = sent.packets + n, sent.bytes + size
            sent.first, sent.last = min(sent.first, low), max(sent.last, high)

    def begin(self, chunk: Any) -> None:
        """Go on to another chunk."""
        self._chunk = chunk
        self.start = min(self.start, int(chunk.time.min()))


def _octets(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Addresses or big-endian numbers as octets, a row each."""
    if values.dtype.kind in "iu" and values.dtype.byteorder != ">":
        values = values.astype(">u4")
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


def _words(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A 64-bit hash of each key."""
    padded = np.zeros((len(keys), -(-WIDTH // 8) * 8), np.uint8)
    padded[:, :WIDTH] = keys
    out = np.zeros(len(keys), np.uint64)
    for word in padded.view(np.uint64).T:
        out = (out ^ word) * np.uint64(0xBF58476D1CE4E5B9)
        out ^= out >> np.uint64(29)
    return out


def _key(layer: str, key: bytes) -> tuple[str, int, End, End]:
    ends = []
    for at in (4, 23):
        port = int.from_bytes(key[at + 17 : at + 19], "big") if layer in ("tcp", "udp") else -1
        ends.append(End(key[at + 1 : at + 1 + key[at]], port))
    return layer, int.from_bytes(key[:4], "big"), ends[0], ends[1]


def gather(cap: Capture, where: Filter | None = None, **reading: Any) -> Pairs:
    """Read the capture once."""
    pairs = Pairs()
    evaluator = ColumnEvaluator(Plan(cap.registry, (), visits=KINDS))
    chunks = where.chunks(cap, **reading) if where else ((chunk, None) for chunk in cap.source.chunks(**reading))
    for chunk, rows in chunks:
        some = chunk if rows is None else chunk.taken(rows)
        if len(some):
            pairs.begin(some)
            bound = cap.fragments.bind(chunk), pairs, cap.streams.bind(chunk)
            evaluator.evaluate(some, cap.link_types(chunk) if rows is None else cap.link_types(chunk)[rows], *bound)
    return pairs
