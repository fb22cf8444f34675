"""Addresses made anonymous: prefixes stay prefixes, the same address becomes the same, checksums stay right.

The scheme is Crypto-PAn's (Xu, Fan, Ammar, Moon 2002) with BLAKE2 as the keyed function: bit i of an address is
flipped or not as a function of the bits before it.  Special addresses (RFC 6890) stay what they are, so do the first
bits (four of IPv4, three of IPv6), the multicast bit and the manufacturer's part of a MAC address.  Addresses in names,
HTTP headers and other payload are NOT touched.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.capture import Records
from dissect.edit.steps import Part
from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import Single
from dissect.engine.plan import Plan
from dissect.engine.reassembly import Arena

Octets = NDArray[np.uint8]
Places = NDArray[np.int64]
KEPT = 1 << 16  # addresses that are remembered
VISITS = ("eth", "arp", "ip", "ipv6", "ipv6.fraghdr", "tcp", "udp", "icmp", "icmpv6")
CHECKSUM_AT = {"tcp": 16, "udp": 6, "icmpv6 in pieces": 2}
FRAGMENTED = {6: "tcp", 17: "udp", 58: "icmpv6 in pieces"}
TARGETS = {135: (8,), 136: (8,), 137: (8, 24)}  # neighbour discovery: where addresses stand (RFC 4861 section 4)
OPTIONS_AT = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
LINK_OPTIONS = (1, 2)


class Anonymiser:
    """A step of an edit.  The same `key` makes the same addresses; without one they are like no other run's."""

    def __init__(self, key: bytes = b"") -> None:
        self._key = hashlib.blake2b(key or secrets.token_bytes(32), digest_size=32).digest()
        self._plans: dict[int, ColumnEvaluator] = {}
        self.ipv4: Callable[[bytes], bytes] = lru_cache(KEPT)(self._ipv4)
        self.ipv6: Callable[[bytes], bytes] = lru_cache(KEPT)(self._ipv6)
        self.mac: Callable[[bytes], bytes] = lru_cache(KEPT)(self._mac)
        self._bit: Callable[[bytes], int] = lru_cache(KEPT * 8)(self._flip)

    # -- addresses

    def _flip(self, prefix: bytes) -> int:
        return hashlib.blake2b(prefix, key=self._key, digest_size=1).digest()[0] & 1

    def _mapped(self, address: bytes, kept: int) -> bytes:
        """Flip the bits from number `kept` on."""
        width = 8 * len(address)
        number = out = int.from_bytes(address, "big")
        for i in range(kept, width):
            prefix = (number >> (width - i)) if i else 0
            if self._bit(bytes([width, i]) + prefix.to_bytes(len(address), "big")):
                out ^= 1 << (width - 1 - i)
        return out.to_bytes(len(address), "big")

    def _ipv4(self, address: bytes) -> bytes:
        one = IPv4Address(address)
        if special(one):
            return address
        out = self._mapped(address, 4)  # the first four bits tell multicast and reserved addresses from others
        while special(IPv4Address(out)):
            out = self._mapped(out, 4)
        return out

    def _ipv6(self, address: bytes) -> bytes:
        one = IPv6Address(address)
        if one.is_multicast or one.is_loopback or one.is_unspecified:
            return address
        return self._mapped(address, 64 if one.is_link_local else 3)

    def _mac(self, address: bytes) -> bytes:
        if address in (b"\xff" * 6, bytes(6)) or address[0] & 1:
            return address
        return address[:3] + hashlib.blake2b(address, key=self._key, digest_size=3).digest()

    # -- packets

    def take(self, part: Part) -> Part:
        """See `Step`."""
        if not len(part.rows):
            return part
        records = copied(part.records, part.rows)
        cap = part.capture
        evaluator = self._plans.setdefault(
            id(cap.registry), ColumnEvaluator(Plan(cap.registry, (), visits=VISITS, quoted=True))
        )
        octets = np.array(records.buffer)
        original = replace(records, buffer=octets.copy())
        seen = _Seen(len(records))
        evaluator.evaluate(original, cap.link_types(original), None, seen)
        for layer, starts, headers in seen.found:
            getattr(self, f"_in_{layer.replace('.', '_')}", self._in_nothing)(octets, original.buffer, starts, headers)
        self._checksums(octets, original, seen)
        return Part(cap, replace(records, buffer=octets), np.arange(len(records)), renumbered(part))

    def _in_nothing(self, *_: Any) -> None:
        """Headers without addresses."""

    def _replace(self, octets: Octets, at: Places, size: int, to: Callable[[bytes], bytes]) -> None:
        for start in at.tolist():
            old = octets[start : start + size].tobytes()
            if len(old) == size:
                octets[start : start + size] = np.frombuffer(to(old), np.uint8)

    def _in_eth(self, octets: Octets, _: Any, starts: Places, __: Any) -> None:
        for at in (0, 6):
            self._replace(octets, starts + at, 6, self.mac)

    def _in_arp(self, octets: Octets, _: Any, starts: Places, __: Any) -> None:
        for start in starts.tolist():
            if bytes(octets[start : start + 6]) == b"\0\1\x08\0\6\4":
                for at, size, to in ((8, 6, self.mac), (14, 4, self.ipv4), (18, 6, self.mac), (24, 4, self.ipv4)):
                    self._replace(octets, np.array([start + at]), size, to)

    def _in_ip(self, octets: Octets, before: Octets, starts: Places, _: Any) -> None:
        for at in (12, 16):
            self._replace(octets, starts + at, 4, self.ipv4)
        delta = sums(octets, starts + 12, 8) - sums(before, starts + 12, 8)
        adjust(octets, starts + 10, delta)

    def _in_ipv6(self, octets: Octets, _: Any, starts: Places, __: Any) -> None:
        for at in (8, 24):
            self._replace(octets, starts + at, 16, self.ipv6)

    def _in_icmpv6(self, octets: Octets, _: Any, starts: Places, headers: Any) -> None:
        for start, end in zip(starts.tolist(), headers.tolist(), strict=True):
            kind = int(octets[start])
            for at in TARGETS.get(kind, ()):
                self._replace(octets, np.array([start + at]), 16, self.ipv6)
            at = start + OPTIONS_AT.get(kind, end)
            while at + 8 <= end and octets[at + 1]:
                if octets[at] in LINK_OPTIONS and octets[at + 1] == 1:
                    self._replace(octets, np.array([at + 2]), 6, self.mac)
                at += 8 * int(octets[at + 1])

    def _checksums(self, octets: Octets, before: Records, seen: _Seen) -> None:
        """Transport checksums cover addresses (RFC 9293 section 3.1); ICMPv6 messages may hold some, too."""
        last = ("icmp", "icmpv6")  # what they quote comes first
        for layer, starts, pseudo in sorted(seen.carried, key=lambda one: one[0] in last):
            delta = np.zeros(len(starts), np.int64)
            for width in (8, 32):
                rows = np.flatnonzero(pseudo[:, 1] == width)
                at = pseudo[rows, 0]
                delta[rows] = sums(octets, at, width) - sums(before.buffer, at, width)
            if layer in CHECKSUM_AT:
                at = starts + CHECKSUM_AT[layer]
                present = np.flatnonzero(pseudo[:, 2] > CHECKSUM_AT[layer] + 1)
                if layer == "udp":
                    present = present[(octets[at[present]] > 0) | (octets[at[present] + 1] > 0)]
                adjust(octets, at[present], delta[present])
            else:  # a message: all of it
                for row in np.flatnonzero(pseudo[:, 2] > 3).tolist():
                    start, stop = int(starts[row]), int(starts[row] + pseudo[row, 2])
                    change = words(octets[start:stop]) - words(before.buffer[start:stop])
                    adjust(octets, np.array([start + 2]), np.array([change + (delta[row] if layer == "icmpv6" else 0)]))


class _Seen:
    """The headers of a chunk that hold addresses, or checksums over them."""

    def __init__(self, count: int) -> None:
        self.found: list[tuple[str, Places, Places]] = []
        self.carried: list[tuple[str, Places, Places]] = []
        # of each packet, sent and quoted: where the last IP header's addresses are, and how many bytes
        self._network = np.zeros((2, count, 2), np.int64)

    def visit(self, layer: str, rows: Places, h: Any) -> None:
        """See `Visitor`."""
        single = isinstance(h, Single)
        if (single and h.header.run.source) or (not single and isinstance(h.octets, Arena)):
            return
        base = h.header.run.place if single else 0
        starts, ends = (np.atleast_1d(np.asarray(x)) + base for x in (h.start, h.end))
        self.found.append((layer, starts, ends))
        quoted = int(h.outer("icmp", "icmpv6") is not None)
        if layer in ("ip", "ipv6"):
            self._network[quoted, rows, 0] = starts + (12 if layer == "ip" else 8)
            self._network[quoted, rows, 1] = 8 if layer == "ip" else 32
        if layer in ("ip", "ipv6.fraghdr"):
            self._first_fragments(layer, rows, h, starts, ends)
        elif layer in ("tcp", "udp", "icmp", "icmpv6"):
            self._carry(layer, rows, starts, ends, quoted)

    def _carry(self, layer: str, rows: Places, starts: Places, ends: Places, quoted: int = 0) -> None:
        self.carried.append((layer, starts, np.column_stack([self._network[quoted, rows], ends - starts])))

    def _first_fragments(self, layer: str, rows: Places, h: Any, starts: Places, ends: Places) -> None:
        """What is in pieces has its checksum in the first."""
        if layer == "ip":
            first, protocol, size = h.mf & (h.frag_offset == 0), h.proto, h.hdr_len
        else:
            first, protocol, size = h.more & (h.offset == 0), h.nxt, 8
        begin = starts + np.asarray(size)
        for number, name in FRAGMENTED.items():
            at = np.flatnonzero(np.atleast_1d(np.asarray(first)) & (np.atleast_1d(np.asarray(protocol)) == number))
            if len(at):
                self._carry(name, rows[at], begin[at], ends[at])


def special(address: IPv4Address) -> bool:
    """Whether an address has a meaning of its own."""
    return address.is_multicast or address.is_loopback or address.is_unspecified or int(address) >= 0xF0000000


def copied(records: Records, rows: Places) -> Records:
    """Some packets with bytes of their own, one behind the other."""
    some = records.taken(rows)
    ends = np.cumsum(some.caplen)
    view = records.buffer.data
    spans = zip(some.offset.tolist(), (some.offset + some.caplen).tolist(), strict=True)
    buffer = np.frombuffer(b"".join([bytes(view[a:b]) for a, b in spans]), np.uint8)
    return replace(some, buffer=buffer, offset=ends - some.caplen)


def renumbered(part: Part) -> dict[int, list[str]]:
    """The comments by their packets' new rows."""
    return {i: part.comments[row] for i, row in enumerate(part.rows.tolist()) if row in part.comments}


def words(octets: Octets) -> int:
    """The sum of big-endian 16-bit words; a last odd byte counts as if a zero followed."""
    even = octets[: len(octets) & ~1].view(">u2").sum(dtype=np.int64) if len(octets) > 1 else np.int64(0)
    return int(even) + (int(octets[-1]) << 8 if len(octets) & 1 else 0)


def sums(octets: Octets, at: Places, size: int) -> Places:
    """`words` of `size` bytes at each place."""
    out = np.zeros(len(at), np.int64)
    for i in range(0, size, 2):
        out += octets[at + i].astype(np.int64) << 8 | octets[at + i + 1]
    return out


def adjust(octets: Octets, at: Places, delta: Places) -> None:
    """Checksums after the words they cover have become `delta` more (RFC 1624)."""
    old = octets[at].astype(np.int64) << 8 | octets[at + 1]
    new = (~old & 0xFFFF) + delta % 0xFFFF
    new = (new & 0xFFFF) + (new >> 16)
    new = (new & 0xFFFF) + (new >> 16)
    new = ~new & 0xFFFF
    octets[at], octets[at + 1] = new >> 8, new & 0xFF
