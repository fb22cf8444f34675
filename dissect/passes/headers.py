"""What is read of the headers of TCP and UDP that make streams: endpoints, numbers, and a few options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.header import Single
from dissect.engine.peek import ColumnPeek, RowPeek
from dissect.engine.window import Positions, as_words, mixed, order_of
from dissect.layers.streams import empty
from dissect.layers.tcp_fast_open import has_cookie
from dissect.passes.place import places, row_place

SYN, ACK = 0x02, 0x10
UNKNOWN, UNSCALED = -1, -2  # window scales, as Wireshark shows that none was seen, or that there is none
SNMP, TRAPS = 161, 162  # ports
Keys = NDArray[np.uint64]


class Seen:
    """A visitor: the TCP and UDP headers of a chunk as columns."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, NDArray[Any]]]] = {}

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Keep what streams are made of."""
        low, high, way = endpoints(h)
        place = np.array([row_place(h.header)]) if isinstance(h, Single) else places(h)
        quoted = set_aside(layer, h, len(rows))
        columns = {"row": rows, "place": place, "key": mixed(low, high), "way": way, "quoted": quoted}
        if layer == "udp":
            columns |= {"empty": np.asarray(empty(h), bool), "managed": managed(h)}
        if layer == "tcp":
            columns |= {
                "seq": np.asarray(h.seq_raw, np.int64), "ack": np.asarray(h.ack_raw, np.int64),
                "flags": np.asarray(h.flags, np.int64), "scale": _scales(h),
                "window": np.asarray(h.window, np.int64), "size": np.asarray(h.len, np.int64), "sacked": sacked(h),
                "early": early(h),
            }  # fmt: skip
        self._parts.setdefault(layer, []).append(columns)

    def table(self, layer: str, chunk: Any) -> dict[str, NDArray[Any]] | None:
        """The columns of a layer in packet order; None where it does not occur."""
        parts = self._parts.get(layer)
        if not parts:
            return None
        out = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
        order = order_of(out["row"])
        if len(parts) > 1:  # what is found together is in order
            out = {name: values[order] for name, values in out.items()}
        out["order"] = order
        out["time"] = np.maximum(chunk.time[out["row"]], 0)  # a record without one is of 1970 to its stream
        return out


def set_aside(layer: str, h: Any, count: int) -> NDArray[np.bool_]:
    """Which headers have a stream and tell nothing of it: what an error quotes, and segments of unknown length."""
    if h.outer("icmp", "icmpv6") is not None:
        return np.ones(count, bool)
    return np.broadcast_to(~np.asarray(h.counts, bool), count) if layer == "tcp" else np.zeros(count, bool)


def endpoints(h: Any) -> tuple[Keys, Keys, NDArray[np.int8]]:
    """Both endpoints as numbers, the lesser first, and whether the sender is the greater."""
    ip = h.outer("ip", "ipv6")
    source, destination = np.atleast_1d(h.srcport), np.atleast_1d(h.dstport)
    if ip is None:
        a, b = mixed(source), mixed(destination)
    else:
        a, b = mixed(*as_words(ip.src).T, source), mixed(*as_words(ip.dst).T, destination)
    return np.minimum(a, b), np.maximum(a, b), (a > b).astype(np.int8)


def managed(h: Any) -> NDArray[np.bool_]:
    """Which datagrams carry SNMP."""
    source, destination = np.atleast_1d(h.srcport), np.atleast_1d(h.dstport)
    out: NDArray[np.bool_] = (source == SNMP) | (destination == SNMP)
    out |= (source == TRAPS) | (destination == TRAPS)
    rows = np.flatnonzero(out)
    if len(rows):
        from dissect.layers.snmp import is_message

        out[rows] = is_message(_payloads(h, rows))
    return out


def _payloads(h: Any, rows: Positions) -> Any:
    """A look at what some headers carry."""
    peek: Any
    peek, some = (RowPeek, h.header) if isinstance(h, Single) else (ColumnPeek, h.taken(rows))
    return peek(some.octets, some.start + some.layer.size, some.end, some.limit, some)


def both_ways(h: Any) -> tuple[Keys, Keys]:
    """The two addresses of each header as numbers, the lesser first."""
    a, b = mixed(*as_words(h.src).T), mixed(*as_words(h.dst).T)
    return np.minimum(a, b), np.maximum(a, b)


def _scales(h: Any) -> Positions:
    """The shift of the window scale option of SYN segments; UNSCALED where there is none, UNKNOWN where that is cut."""
    flags, start, size = (np.atleast_1d(values) for values in (h.flags, h.start, h.hdr_len))
    out = np.full(len(flags), UNSCALED, np.int64)
    rows = np.flatnonzero(flags & SYN > 0)
    if len(rows) and not isinstance(h.octets, bytes):  # the option lists that most hosts send need no walk
        long = rows[(size[rows] >= 28) & (start[rows] + size[rows] <= np.atleast_1d(h.end)[rows])]
        first, second = (h.octets.uint(start[long] + at, 4) for at in (20, 24))
        third = h.octets.uint(start[long] + np.where(size[long] >= 40, 36, 24), 4)
        found = np.where(second >> 8 == SCALE_OPTION, second, np.where(second == SACK_AND_STAMPS, third, 0))
        plain = (first >> 16 == MSS_OPTION) & (found >> 8 == SCALE_OPTION)
        out[long[plain]] = np.minimum(found[plain] & 0xFF, MOST_SCALE)
        rows = np.setdiff1d(rows, long[plain], assume_unique=True)
    out[rows] = [window_scale(octets) for octets in _options(h, rows)]
    out[(out == UNSCALED) & (start + size > np.atleast_1d(h.end))] = UNKNOWN
    return out


MSS_OPTION, SCALE_OPTION, SACK_AND_STAMPS, MOST_SCALE = 0x0204, 0x010303, 0x0402080A, 14


def sacked(h: Any) -> Positions:
    """How many octets the SACK blocks of each segment say arrived."""
    size = np.atleast_1d(h.hdr_len)
    out = np.zeros(len(size), np.int64)
    long = np.flatnonzero((size >= 32) & (np.atleast_1d(h.flags) & SYN == 0))
    if len(long) and not isinstance(h.octets, bytes):
        start = np.atleast_1d(h.start)[long]
        fits = start + 24 <= np.atleast_1d(h.end)[long]
        long, start = long[fits], start[fits]
        stamps = (size[long] == 32) & (h.octets.uint(start + 20, 4) == ONLY_STAMPS)
        long = long[~stamps]
    out[long] = [sack_octets(octets) for octets in _options(h, long)]
    return out


def early(h: Any) -> NDArray[np.bool_]:
    """Which segments are SYNs with data and a cookie for them (RFC 7413)."""
    out: NDArray[np.bool_] = (np.atleast_1d(h.flags) & (SYN | ACK) == SYN) & (np.atleast_1d(h.len) > 0)
    rows = np.flatnonzero(out)
    out[rows] = [has_cookie(octets) for octets in _options(h, rows)]
    return out


def _options(h: Any, rows: Positions) -> Iterator[bytes]:
    """The option octets of some segments."""
    start = np.atleast_1d(h.start)[rows]
    stop = np.minimum(start + np.atleast_1d(h.hdr_len)[rows], np.atleast_1d(h.end)[rows])
    source = memoryview(h.octets if isinstance(h.octets, bytes) else h.octets.u1)
    for low, high in zip((start + 20).tolist(), stop.tolist(), strict=True):
        yield bytes(source[low:high])


def window_scale(options: bytes) -> int:
    """The shift that a window scale option asks for (RFC 7323)."""
    at = options.find(b"\3\3")
    if at < 0:
        return UNSCALED
    for kind, at, size in walk(options):
        if kind == 3 and size >= 3 and at + 2 < len(options):
            return min(options[at + 2], MOST_SCALE)
    return UNSCALED


def sack_octets(options: bytes) -> int:
    """What the blocks of a SACK option cover (RFC 2018)."""
    for kind, at, size in walk(options):
        if kind == 5:
            edges = options[at + 2 : min(at + size, at + 2 + 8 * MOST_BLOCKS)]
            words = [int.from_bytes(edges[i : i + 4], "big") for i in range(0, len(edges) - 3, 4)]
            return sum((right - left) & 0xFFFFFFFF for left, right in zip(words[::2], words[1::2], strict=False))
    return 0


def walk(options: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, place, size) of the options before the end of the list; what is cut off is not told of."""
    at = 0
    while at + 1 < len(options) and options[at]:
        if options[at] == 1:
            at += 1
            continue
        size = max(options[at + 1], 2)
        yield options[at], at, size
        at += size


MOST_BLOCKS = 4
ONLY_STAMPS = 0x0101080A  # two NOPs, then time stamps: what nearly all segments have that have options (RFC 7323)
