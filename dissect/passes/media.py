"""What announces other connections: SDP and RTSP media (RFC 8866, RFC 2326), FTP its data, TFTP its transfers.

The pass goes over the capture in file order, as far as was asked.  What is announced holds for the packets behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple

import numpy as np

from dissect.engine.column import ColumnEvaluator
from dissect.engine.header import RowHeader
from dissect.engine.outline import KEYS
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.engine.window import Positions
from dissect.layers.announced import (
    FTP_DATA,
    GQUIC_PEER,
    QUIC_PEER,
    RTCP_PORT,
    RTP_PORT,
    T38_PORT,
    TFTP_TRANSFER,
    UDT_PEER,
    with_codings,
)
from dissect.passes.fragments import FragmentPass
from dissect.passes.headers import Seen
from dissect.passes.onward import Onward
from dissect.passes.streams import PROTOCOLS, StreamPass

MOST = 1 << 16  # announcements that are kept
LONGEST_NAME = 1024  # octets of a file's
SIX = re.compile(rb"^(?:227 |PORT )[^\d\r\n]*" + rb",".join([rb"(\d{1,4})"] * 6), re.IGNORECASE | re.MULTILINE)
EXTENDED = re.compile(
    rb"^(?:229 [^\r\n]*\(\|\|\||EPRT \|[12]\|([^|\r\n]+)\|)(\d{1,5})\|", re.IGNORECASE | re.MULTILINE
)
MEDIUM = re.compile(rb"^m=[^ \r\n]+ +(\d{1,5})(?:/\d+)? +([^ \r\n]+)", re.MULTILINE)
CONNECTION = re.compile(rb"^c=IN +IP[46] +([^ /\r\n]+)", re.MULTILINE)
CODING = re.compile(rb"^a=rtpmap:(\d{1,3}) +([^/ \r\n]+)", re.MULTILINE)
RTCP_LINE = re.compile(rb"^a=rtcp:(\d{1,5})", re.MULTILINE)
TRANSPORT = re.compile(rb"^Transport:[^\r\n]*", re.MULTILINE | re.IGNORECASE)
PORTS = re.compile(rb"(client|server)_port=(\d{1,5})(?:-(\d{1,5}))?", re.IGNORECASE)
QUOTING = "icmp", "icmpv6", "sflow"
Endpoint = tuple[Any, int]


class MediaPass(Onward):
    """The announcements of a capture, as far as they were asked for."""

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments = link_types, fragments
        self.names = [name for name in READERS if name in registry.by_name]
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=self.names, shut=frozenset({KEYS})))
        self.streams: StreamPass | None = None  # which goes the same way: the two go it together where they can
        self._found: dict[Endpoint, tuple[int, int]] = {}  # place of the announcement, and of what
        self._files: dict[Endpoint, list[tuple[int, bytes]]] = {}  # place of each request, and the file asked for
        self._requests = 0
        self._table: tuple[Positions, Positions, Positions] | None = None

    def at(self, packet: int) -> bool:
        """Whether this pass was asked for all before a packet, and for nothing behind it."""
        return 0 < self._done == packet

    def begins(self, packet: int) -> bool:
        """Whether it is the first, and nothing was asked for yet."""
        return packet == self._done == 0

    def both(self, chunk: Any) -> Both:
        """A visitor for the streams and this pass."""
        return Both(chunk)

    def take(self, chunk: Any, seen: Announcements) -> None:
        """Go on by the chunk behind what is done, whose messages were seen."""
        self._keep(seen)
        self._done = chunk.first + len(chunk)

    def _look(self, chunk: Any) -> None:
        if self.streams is not None and self.streams.done == chunk.first and not self.streams.keys():
            self.streams.together(chunk, media=True)
            return
        seen = Announcements(chunk)
        self._evaluator.evaluate(chunk, self._link_types(chunk), self._fragments.bind(chunk), seen)
        self._keep(seen)

    def _keep(self, seen: Announcements) -> None:
        for place, endpoint, kind in seen.found:
            if len(self._found) < MOST:
                self._found.setdefault(endpoint, (place, kind))
                self._table = None
        for place, endpoint, name in seen.files[: MOST - self._requests]:
            self._files.setdefault(endpoint, []).append((place, name))
            self._requests += 1

    @property
    def announced(self) -> bool:
        """Whether anything was."""
        return bool(self._found)

    def of(self, ip: Any, source: Any, destination: Any, place: Positions) -> Positions:
        """What was announced (0: nothing) for each header at these places, by either of its endpoints."""
        out = np.zeros(len(place), np.int64)
        if ip is None or not self._found:
            return out
        keys, places, kinds = self._lookup()
        for address, port in ((ip.src, source), (ip.dst, destination)):
            asked = endpoint_keys(np.atleast_1d(address), np.atleast_1d(port))
            at = np.searchsorted(keys, asked).clip(max=len(keys) - 1)
            told = (keys[at] == asked) & (places[at] < place)
            out = np.where(told & (out == 0), kinds[at], out)
        return out

    def file_of(self, ip: Any, ports: tuple[int, int], place: int) -> bytes:
        """The file that either endpoint's latest request before a place was for; b"" for none."""
        for side, port in zip((ip.src, ip.dst), ports, strict=True) if self._files else ():
            requests = self._files.get((address(side), port), [])
            before = bisect_left(requests, (place, b""))
            if before:
                return requests[before - 1][1]
        return b""

    def _lookup(self) -> tuple[Positions, Positions, Positions]:
        if self._table is None:
            rows = sorted((key_of(*endpoint), *told) for endpoint, told in self._found.items())
            self._table = (
                np.array([row[0] for row in rows], np.uint64), np.array([row[1] for row in rows], np.int64),
                np.array([row[2] for row in rows], np.int64),
            )  # fmt: skip
        return self._table


class Heard(NamedTuple):
    """A message that may announce something: its octets, who sent it to whom, and from which port."""

    text: bytes
    source: Any
    destination: Any
    port: int


class Announcements:
    """A visitor: what the messages of a chunk announce."""

    def __init__(self, chunk: Any) -> None:
        self._chunk = chunk
        self.found: list[tuple[int, Endpoint, int]] = []
        self.files: list[tuple[int, Endpoint, bytes]] = []

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """Read the messages' texts; there are few."""
        read = READERS[layer]
        for row, heard in zip(rows.tolist(), messages(h), strict=False):
            place = int(self._chunk.offset[row])
            for endpoint, kind in read(heard):
                self.found.append((place, endpoint, kind))
                if kind == TFTP_TRANSFER:
                    name = heard.text[2:].partition(b"\0")[0]
                    self.files.append((place, endpoint, name if len(name) <= LONGEST_NAME else b""))


class Both:
    """A visitor: what the messages of a chunk announce, and the headers that make streams; those quoted, too."""

    def __init__(self, chunk: Any) -> None:
        self.announcements, self.headers = Announcements(chunk), Seen()

    def visit(self, layer: str, rows: Positions, h: Any) -> None:
        """What is quoted was not sent: it announces nothing."""
        if layer in PROTOCOLS:
            self.headers.visit(layer, rows, h)
        elif h.outer(*QUOTING) is None:
            self.announcements.visit(layer, rows, h)


def messages(h: Any) -> Iterator[Heard]:
    """The messages of a group, or of a group of one."""
    single = getattr(h, "header", None)
    header = single if isinstance(single, RowHeader) else h
    ip, udp = header.outer("ip", "ipv6"), header.outer("udp")
    if isinstance(header, RowHeader):
        ports = 0 if udp is None else int(udp.srcport)
        sides = (None, None) if ip is None else (address(ip.src), address(ip.dst))
        yield Heard(header.octets[header.start : header.end], sides[0], sides[1], ports)
        return
    for i, (start, end) in enumerate(zip(header.start.tolist(), header.end.tolist(), strict=True)):
        sides = (None, None) if ip is None else (address(ip.src[i]), address(ip.dst[i]))
        port = 0 if udp is None else int(udp.srcport[i])
        yield Heard(header.octets.u1[start:end].tobytes(), sides[0], sides[1], port)


def address(value: Any) -> IPv4Address | IPv6Address:
    """An address out of a header."""
    return IPv4Address(int(value)) if isinstance(value, (int, np.integer)) else IPv6Address(bytes(value))


def described(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """The endpoints that a description names."""
    text = heard.text
    media = list(MEDIUM.finditer(text))
    general = CONNECTION.search(text, 0, media[0].start() if media else len(text))
    for i, medium in enumerate(media):
        end = media[i + 1].start() if i + 1 < len(media) else len(text)
        own = CONNECTION.search(text, medium.end(), end) or general
        port = int(medium[1])
        where = None if own is None else parsed(own[1])
        if where is None or not 0 < port < 65535:
            continue
        if medium[2].lower() == b"udptl":
            yield (where, port), T38_PORT
        if b"RTP/" not in medium[2]:
            continue
        yield (where, port), with_codings(RTP_PORT, pairs_of(text, medium.end(), end))
        control = RTCP_LINE.search(text, medium.end(), end)
        yield (where, int(control[1]) & 0xFFFF if control else port + 1), RTCP_PORT


def pairs_of(text: bytes, start: int, end: int) -> list[tuple[int, bytes]]:
    """The payload types of a medium with their codings."""
    return [(int(found[1]), found[2].lower()) for found in CODING.finditer(text, start, end)]


def parsed(text: bytes) -> IPv4Address | IPv6Address | None:
    """An address, where it is one and no name."""
    try:
        return ip_address(text.decode("ascii", "replace"))
    except ValueError:
        return None


def set_up(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """The endpoints that RTSP's server names in an answer: the client's ports, and its own."""
    if heard.source is None or not heard.text.startswith(b"RTSP/"):
        return
    sides = {b"client": heard.destination, b"server": heard.source}
    for line in TRANSPORT.finditer(heard.text):
        for found in PORTS.finditer(line[0]):
            first = int(found[2])
            yield (sides[found[1].lower()], first & 0xFFFF), RTP_PORT
            yield (sides[found[1].lower()], int(found[3] or first + 1) & 0xFFFF), RTCP_PORT


def data_port(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """Where FTP's data will be connected to."""
    for found in SIX.finditer(heard.text):
        numbers = [int(number) for number in found.groups()]
        if max(numbers) < 256:
            yield (IPv4Address(bytes(numbers[:4])), numbers[4] << 8 | numbers[5]), FTP_DATA
    for found in EXTENDED.finditer(heard.text):
        where = heard.source if found[1] is None else parsed(found[1])
        if where is not None:
            yield (where, int(found[2]) & 0xFFFF), FTP_DATA


def transfer(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """The client's port, which the server answers to from a port of its own."""
    if heard.source is not None and heard.text[:2] in (b"\0\1", b"\0\2"):
        yield (heard.source, heard.port), TFTP_TRANSFER


def peer(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """Who sends long headers of QUIC, which the short ones of the same connection do not tell from anything else."""
    if heard.source is not None and heard.text[:1] >= b"\xc0":
        yield (heard.source, heard.port), QUIC_PEER


def old_peer(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """Who sends packets of gQUIC that name a version: those behind do not."""
    if heard.source is not None and (heard.text[:1] >= b"\xc0" or (heard.text[:1] and heard.text[0] & 9 == 9)):
        yield (heard.source, heard.port), GQUIC_PEER


def shaken(heard: Heard) -> Iterator[tuple[Endpoint, int]]:
    """Who has sent a handshake of UDT: what it sends behind that says so by no octet."""
    if heard.source is not None and heard.text[:4] == b"\x80\0\0\0":
        yield (heard.source, heard.port), UDT_PEER


READERS: dict[str, Callable[[Heard], Iterator[tuple[Endpoint, int]]]] = {
    "sdp": described, "rtsp": set_up, "ftp": data_port, "tftp": transfer, "quic": peer, "gquic": old_peer,
    "udt": shaken,
}  # fmt: skip


def key_of(address: IPv4Address | IPv6Address, port: int) -> int:
    """A number for an endpoint, as `endpoint_keys`."""
    octets = address.packed
    shown = np.array([int(address)]) if len(octets) == 4 else np.array([octets], "V16")
    return int(endpoint_keys(shown, np.array([port]))[0])


def endpoint_keys(address: Any, port: Any) -> Any:
    """A number for each endpoint."""
    words = [port]
    if address.dtype.kind == "V":
        halves = np.ascontiguousarray(address).view(np.uint64).reshape(-1, 2)
        words += [halves[:, 0], halves[:, 1]]
    else:
        words.append(address)
    out = np.zeros(len(address), np.uint64)
    for word in words:
        out = (out ^ np.asarray(word).astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        out ^= out >> np.uint64(29)
    return out
