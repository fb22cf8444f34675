"""The facts that path MTU analysis is made of, as columns: IP packets, TCP segments, UDP datagrams, ICMP messages.

A `Visitor` of the column evaluator: nothing is decoded twice, and what ICMP errors quote is not taken for traffic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Arena
from dissect.engine.window import mixed, order_of
from dissect.library import Capture
from dissect.pathmtu.copies import Copies
from dissect.pathmtu.paths import Paths

TRANSPORT = ("tcp", "udp", "icmp", "icmpv6")
NEIGHBOURS = ("cdp", "lldp")
VISITED = ("ip", "ipv6", "ipv6.fraghdr", *TRANSPORT, *NEIGHBOURS)
OFFLOADED = 0  # the IP length that segmentation offload leaves
SHORT = 576  # octets that no card needs to cut

Columns = dict[str, NDArray[Any]]


class Facts:
    """The columns of one chunk, layer by layer, in packet order.  `number` is the packet's, `time` in ns."""

    def __init__(self, chunk: Any, paths: Paths, arena_sizes: Any) -> None:
        self._paths = paths
        self._chunk = chunk
        self._arena_sizes = arena_sizes
        self._parts: dict[str, list[Columns]] = {}
        self._tables: dict[str, Columns] = {}
        self.copies: list[tuple[int, int]] = []  # packet, its copy
        self._copied = np.zeros(len(chunk), bool)

    def visit(self, layer: str, rows: NDArray[np.int64], h: Any) -> None:
        """Keep what is needed of a group's headers."""
        take = getattr(self, "_" + layer.replace(".", "_"))
        columns: Columns = {"row": rows, **take(h)}
        self._parts.setdefault(layer, []).append(columns)

    def table(self, layer: str) -> Columns | None:
        """The columns of a layer in packet order; None where it does not occur.

        Those of transport layers leave out what copies of packets carry; elsewhere `copy` tells them.
        """
        if layer not in self._tables:
            made = self._table(layer)
            if made is None:
                return None
            self._tables[layer] = made
        return self._tables[layer]

    def mark(self, copies: Copies) -> None:
        """Find the packets that are copies of others."""
        for layer in ("ip", "ipv6"):
            table = self._table(layer)
            if table is not None:
                self._copied[copies.rows(layer, table)] = True
                self._tables[layer] = table | {"copy": self._copied[table["row"]]}
        self.copies, copies.pairs = copies.pairs, []

    def _table(self, layer: str) -> Columns | None:
        parts = self._parts.get(layer)
        if not parts:
            return None
        out = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
        order = order_of(out["row"])
        out = {name: values[order] for name, values in out.items()}
        copied = self._copied[out["row"]]
        if layer in TRANSPORT and copied.any():
            out = {name: values[~copied] for name, values in out.items()}
        elif layer == "ipv6.fraghdr":
            out["copy"] = copied
        out["number"] = self._chunk.first + 1 + out["row"]
        out["time"] = self._chunk.time[out["row"]]
        return out

    def _ip(self, h: Any) -> Columns:
        size = np.atleast_1d(h.limit - h.start)
        return {
            "path": self._paths.of(h, 4), "six": np.zeros(len(size), bool),
            "size": size, "offloaded": (np.asarray(h.len) == OFFLOADED) & _carries_segments(h.proto, size),
            "cut": np.atleast_1d(h.end < h.limit), "df": np.asarray(h.df), "mf": np.asarray(h.mf),
            "offset": np.asarray(8 * h.frag_offset), "ident": np.asarray(h.id, np.int64), "ttl": np.asarray(h.ttl),
            "tos": np.asarray(h.dsfield), "protocol": np.asarray(h.proto), "header": np.asarray(h.hdr_len),
            "inside": nested(h), "place": payload_place(h, np.asarray(h.hdr_len)), "start": positions(h),
            "content": self._content(h, 4, np.asarray(h.hdr_len), np.asarray(h.proto), np.asarray(h.id),
                                     np.asarray(h.frag_offset)),
        }  # fmt: skip

    def _ipv6(self, h: Any) -> Columns:
        size = np.atleast_1d(h.limit - h.start)
        none = np.zeros(len(size), np.int64)
        return {
            "path": self._paths.of(h, 6), "six": np.ones(len(size), bool),
            "size": size, "offloaded": (np.asarray(h.plen) == OFFLOADED) & _carries_segments(h.nxt, size), "cut": np.atleast_1d(h.end < h.limit),
            "df": np.ones(len(size), bool), "mf": np.zeros(len(size), bool), "offset": none, "ident": none,
            "ttl": np.asarray(h.hlim), "tos": np.asarray(h.tclass), "protocol": np.asarray(h.nxt),
            "header": none + 40, "inside": nested(h), "place": none - 1, "start": positions(h),
            "content": self._content(h, 6, none + 40, np.asarray(h.nxt), none),
        }  # fmt: skip

    def _content(self, h: Any, version: int, header: Any, *words: Any) -> NDArray[np.uint64]:
        """A hash of what two copies of a packet share."""
        size = np.atleast_1d(h.limit - h.start)
        said = [word_at(h, header + at) for at in (0, 4, 8, 12, 16)]
        out = mixed(self._paths.of(h, version, known=True), size, *words, *said)
        if np.isin(words[0], (1, 58)).any():  # the checksums of ICMP errors that quote checksums may well be equal
            quoted_ = mixed(*(word_at(h, header + at) for at in (32, 52)))
            out = np.where(np.isin(words[0], (1, 58)), out ^ quoted_, out)
        return out

    def _ipv6_fraghdr(self, h: Any) -> Columns:
        around = h.outer("ipv6", "ip")
        six = around is not None and around.layer.name == "ipv6"
        size = np.atleast_1d(h.limit - h.start)
        return {
            "path": self._paths.of(around, 6, known=True) if six else np.zeros(len(size), np.uint64),
            "size": np.asarray(h.limit - around.start) if around is not None else size, "payload": size - 8,
            "cut": np.atleast_1d(h.end < h.limit), "more": np.asarray(h.more), "offset": np.asarray(8 * h.offset),
            "ident": np.asarray(h.ident, np.int64), "next": np.asarray(h.nxt),
            "ttl": np.asarray(around.hlim) if six else size * 0, "tos": np.asarray(around.tclass) if six else size * 0,
            "place": payload_place(h, 8),
        }  # fmt: skip

    def _tcp(self, h: Any) -> Columns:
        return {
            **self._transport(h), "seq": np.asarray(h.seq_raw, np.int64), "ack": np.asarray(h.ack_raw, np.int64),
            "flags": np.asarray(h.flags, np.int64), "payload": np.asarray(h.len, np.int64),
            "window": np.asarray(h.window, np.int64), "header": np.asarray(h.hdr_len, np.int64),
            "mss": maximum_segment_size(h),
        }  # fmt: skip

    def _udp(self, h: Any) -> Columns:
        return {
            **self._transport(h), "payload": np.atleast_1d(h.limit - h.start - 8), "place": payload_place(h, 8),
            "end": np.atleast_1d(h.end),
            "head": word_at(h, 8), "second": word_at(h, 12),
        }  # fmt: skip

    def _icmp(self, h: Any) -> Columns:
        return self._message(h)

    def _icmpv6(self, h: Any) -> Columns:
        return self._message(h)

    def _cdp(self, h: Any) -> Columns:
        return {}

    def _lldp(self, h: Any) -> Columns:
        return {}

    def _message(self, h: Any) -> Columns:
        rest = word_at(h, 4)
        ports = {"sport": rest >> 16, "dport": rest & 0xFFFF}  # identifier and sequence number, of an echo
        return {
            **self._addresses(h), **ports, "type": np.asarray(h.type, np.int64), "code": np.asarray(h.code, np.int64),
        }  # fmt: skip

    def _transport(self, h: Any) -> Columns:
        return {
            **self._addresses(h),
            "sport": np.asarray(h.srcport, np.int64),
            "dport": np.asarray(h.dstport, np.int64),
        }

    def _addresses(self, h: Any) -> Columns:
        """Of the IP header around; `size` is of the largest packet that carried it."""
        ip = h.outer("ip", "ipv6")
        start = np.atleast_1d(h.start)
        if ip is None:
            flags = np.zeros(len(start), bool)
            zero = np.zeros(len(start), np.int64)
            return {"path": zero.astype(np.uint64), "size": zero, "df": flags, "six": flags, "ident": zero,
                    "ttl": zero, "offloaded": flags, "pieces": flags}  # fmt: skip
        six = ip.layer.name == "ipv6"
        octets = getattr(h, "octets", None)
        size, pieces = np.asarray(ip.limit - ip.start), np.zeros(len(start), bool)
        if isinstance(octets, Arena):
            inside = octets.datagram_at(h.start)
            if not bool(np.any(octets.starts[inside] < h.start)):  # the datagram is this layer's own
                size = self._arena_sizes(octets.datagrams[inside]) + (48 if six else 20)
                pieces[:] = True
        return {
            "path": self._paths.of(ip, 6 if six else 4, known=True), "size": size, "six": np.full(len(start), six),
            "df": np.ones(len(start), bool) if six else np.asarray(ip.df), "pieces": pieces,
            "ident": np.zeros(len(start), np.int64) if six else np.asarray(ip.id, np.int64),
            "ttl": np.asarray(ip.hlim if six else ip.ttl, np.int64),
            "offloaded": np.asarray((ip.plen if six else ip.len) == OFFLOADED),
        }  # fmt: skip


def positions(h: Any) -> NDArray[np.int64]:
    """Where the headers stand in the file; -1 inside a reassembled datagram, or where a row was evaluated alone."""
    return np.full(len(np.atleast_1d(h.start)), -1) if _elsewhere(h) else np.asarray(h.start)


def payload_place(h: Any, length: Any) -> NDArray[np.int64]:
    """Where the payloads stand in the file, or -1."""
    start = positions(h)
    return np.where(start >= 0, start + length, -1)


def _carries_segments(protocol: Any, size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a card may have been told to cut the payload: TCP, UDP (tunnels, too), or a jumbogram's options."""
    found: NDArray[np.bool_] = np.isin(np.asarray(protocol), (0, 6, 17)) & (size > SHORT)
    return found


def _elsewhere(h: Any) -> bool:
    return isinstance(h.octets, (Arena, bytes))


def nested(h: Any) -> NDArray[np.bool_]:
    """Whether another IP header is around (a tunnel)."""
    return np.full(len(np.atleast_1d(h.start)), h.outer("ip", "ipv6") is not None)


def word_at(h: Any, at: Any) -> NDArray[np.int64]:
    """The 32-bit word `at` octets into each header; 0 where it was not captured."""
    start, end = np.atleast_1d(h.start) + at, np.atleast_1d(h.end)
    out = np.zeros(len(start), np.int64)
    if isinstance(h.octets, bytes):
        for i in np.flatnonzero(start + 4 <= end).tolist():
            out[i] = int.from_bytes(h.octets[start[i] : start[i] + 4], "big")
        return out
    there = np.flatnonzero(start + 4 <= end)
    out[there] = h.octets.uint(start[there], 4)
    return out


def maximum_segment_size(h: Any) -> NDArray[np.int64]:
    """The MSS option of SYN segments (RFC 9293, section 3.7.1): -1 where there is none, -2 where it was not captured."""
    flags, start, end = np.asarray(h.flags), np.atleast_1d(h.start), np.atleast_1d(h.end)
    stop = start + np.asarray(h.hdr_len)
    out = np.full(len(start), -1, np.int64)
    octets = h.octets
    source = octets if isinstance(octets, bytes) else octets.u1
    for i in np.flatnonzero(flags & 0x02).tolist():  # SYN segments only: few
        out[i] = _mss(bytes(source[int(start[i]) + 20 : int(stop[i])]), int(end[i]) < int(stop[i]))
    return out


def _mss(options: bytes, cut: bool) -> int:
    at = 0
    while at < len(options) and options[at] != 0:
        if options[at] == 1:
            at += 1
            continue
        if at + 1 >= len(options) or options[at + 1] < 2:
            break
        if options[at] == 2 and at + 4 <= len(options):
            return int.from_bytes(options[at + 2 : at + 4], "big")
        at += options[at + 1]
    return -2 if cut else -1


def chunks(cap: Capture, paths: Paths, **reading: Any) -> Iterator[tuple[Any, Facts]]:
    """The facts of a capture, chunk by chunk in file order."""
    evaluator = ColumnEvaluator(Plan(cap.registry, (), visits=VISITED))
    table = cap.fragments.datagrams

    def largest_pieces(datagrams: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.array([max(table.size[i] for i in table.fragments(d)) for d in datagrams.tolist()], np.int64)

    copies = Copies(paths)
    for chunk in cap.source.chunks(16384, **reading):
        if len(chunk):
            facts = Facts(chunk, paths, largest_pieces)
            evaluator.evaluate(chunk, cap.link_types(chunk), cap.fragments.bind(chunk), facts)
            facts.mark(copies)
            yield chunk, facts
