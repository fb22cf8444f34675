"""What a frame of HTTP/2 owes to those before it: header compression (RFC 7541) and bodies (RFC 9113 section 8.1).

A connection takes its frames in order and tells what each completes.  Nothing here does I/O or knows packets' layers.
What is kept is bounded: beyond the bounds it is told that something is missing.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

DATA, HEADERS, PUSH_PROMISE, CONTINUATION = 0, 1, 5, 9
END_STREAM, END_HEADERS, PADDED, PRIORITY = 0x01, 0x04, 0x08, 0x20
MOST_BLOCK = 1 << 20  # octets of a header block
MOST_LIST = 1 << 18  # octets of the headers that a block becomes
MOST_TABLE = 1 << 20  # octets of a side's table, whatever the other side allows
MOST_STREAMS = 4096  # of a side that are remembered
MOST_BODY = 16 << 20  # octets of a body that comes in several frames
MOST_KEPT = 128 << 20  # octets of bodies and headers, of all connections of a capture
INDEXED, INDEXING, PLAIN, NEVER = 0x80, 0x40, 0x00, 0x10


class Header(NamedTuple):
    """A header, and where its representation lies in the block; `entry`: of the table, 0 for a name of its own."""

    name: str
    value: str
    name_length: int
    value_length: int
    how: int
    entry: int
    start: int
    end: int


class Block(NamedTuple):
    """A header block; `updates`: new sizes of the table (start, end, size).  `problem`: why there is nothing more."""

    headers: tuple[Header, ...] = ()
    updates: tuple[tuple[int, int, int], ...] = ()
    problem: str = ""


class Told(NamedTuple):
    """What a frame completes.  `own`: the body is this frame's data, and no more; `fragments`: (packet, octets)."""

    block: Block | None = None
    body: bytes | None = None
    own: bool = False
    media: str = ""
    encoding: str = ""
    path: str = ""
    request: bool = False
    fragments: tuple[tuple[int, int], ...] = ()


NOTHING = Told()


class Budget:
    """Octets that may be kept."""

    def __init__(self, most: int | None = None) -> None:
        self.left = MOST_KEPT if most is None else most

    def take(self, octets: int) -> bool:
        """Whether there was room."""
        if octets > self.left:
            return False
        self.left -= octets
        return True


class Stream:
    """One side of a stream."""

    __slots__ = ("authority", "body", "encoding", "fragments", "lost", "media", "path", "scheme")

    def __init__(self) -> None:
        self.media = self.encoding = self.path = self.authority = self.scheme = ""
        self.body = bytearray()
        self.fragments: list[tuple[int, int]] = []
        self.lost = False


class Side:
    """What one end sends."""

    def __init__(self) -> None:
        self.decoder: Any = None
        self.broken = ""
        self.block: bytearray | None = None
        self.promised = 0
        self.streams: OrderedDict[int, Stream] = OrderedDict()

    def stream(self, number: int) -> Stream:
        """The stream with this number."""
        found = self.streams.get(number)
        if found is None:
            found = self.streams[number] = Stream()
            while len(self.streams) > MOST_STREAMS:
                self.streams.popitem(last=False)
        return found


class Connection:
    """Both sides of a connection."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self.sides = (Side(), Side())

    def frame(self, way: int, kind: int, flags: int, number: int, payload: bytes, packet: int = 0) -> Told:
        """Take a frame of side `way`: its payload without padding and priorities."""
        side = self.sides[way]
        if kind == DATA:
            return self._data(way, number, payload, bool(flags & END_STREAM), packet)
        if kind in (HEADERS, PUSH_PROMISE):
            side.block, side.promised = bytearray(), 0
            if kind == PUSH_PROMISE:
                side.promised = int.from_bytes(payload[:4], "big") & 0x7FFFFFFF
                payload = payload[4:]
        elif kind != CONTINUATION or side.block is None:
            return NOTHING
        assert side.block is not None
        if len(side.block) + len(payload) > MOST_BLOCK:
            side.broken = side.broken or "a header block is too long"
            side.block = None
            return Told(Block(problem=side.broken))
        side.block += payload
        if not flags & END_HEADERS:
            return NOTHING
        octets, side.block = bytes(side.block), None
        return self._headers(way, side.promised or number, octets)

    def _headers(self, way: int, number: int, octets: bytes) -> Told:
        side = self.sides[way]
        block = self._decoded(side, octets)
        found = {header.name: header.value for header in reversed(block.headers)}
        stream = side.stream(number)
        stream.media = found.get("content-type", stream.media)
        stream.encoding = found.get("grpc-encoding" if stream.media.startswith("application/grpc") else "content-encoding", "")
        if ":path" in found:
            stream.path, stream.authority = found[":path"], found.get(":authority", "")
            stream.scheme = found.get(":scheme", "")
        return Told(block, path=self._path(way, number), request=":method" in found)

    def _decoded(self, side: Side, octets: bytes) -> Block:
        if side.broken:
            return Block(problem=side.broken)
        try:
            import hpack
        except ImportError:
            return Block(problem="header compression needs hpack: pip install 'pcap-dissect[http2]'")
        if side.decoder is None:
            side.decoder = hpack.Decoder(max_header_list_size=MOST_LIST)
            side.decoder.max_allowed_table_size = MOST_TABLE
        try:
            pairs = side.decoder.decode(octets, raw=True)
        except Exception as error:  # the library's errors, and what hostile bytes make it stumble over
            side.broken = f"headers cannot be decompressed: {type(error).__name__}"
            return Block(problem=side.broken)
        if not self.budget.take(sum(len(name) + len(value) for name, value in pairs)):
            side.broken = "more headers than are kept"
            return Block(problem=side.broken)
        return described(octets, pairs)

    def _path(self, way: int, number: int) -> str:
        """The path that was asked for."""
        for side in (self.sides[way], self.sides[1 - way]):
            if number in side.streams and side.streams[number].path:
                return side.streams[number].path
        return ""

    def _data(self, way: int, number: int, octets: bytes, last: bool, packet: int) -> Told:
        stream = self.sides[way].stream(number)
        about: dict[str, Any] = {
            "media": stream.media, "encoding": stream.encoding, "path": self._path(way, number),
            "request": bool(stream.path),
        }  # fmt: skip
        if stream.lost:
            return NOTHING
        if stream.media.startswith("application/grpc"):
            return self._calls(stream, octets, last, packet, about)
        if last and not stream.body:
            return Told(None, octets, True, **about) if octets else NOTHING
        return self._gathered(stream, octets, last, packet, about)

    def _gathered(self, stream: Stream, octets: bytes, last: bool, packet: int, about: dict[str, Any]) -> Told:
        """Data of a body that comes in several frames."""
        if len(stream.body) + len(octets) > MOST_BODY or not self.budget.take(len(octets)):
            stream.lost = True
            self.budget.left += len(stream.body)
            stream.body = bytearray()
            return NOTHING
        stream.body += octets
        if octets:
            stream.fragments.append((packet, len(octets)))
        if not last:
            return NOTHING
        body, fragments = bytes(stream.body), tuple(stream.fragments)
        stream.body, stream.fragments = bytearray(), []
        return Told(None, body, False, fragments=fragments, **about)

    def _calls(self, stream: Stream, octets: bytes, last: bool, packet: int, about: dict[str, Any]) -> Told:
        """Data of gRPC: whole messages, each behind five octets, are told at once."""
        whole = calls_end(stream.body + octets if stream.body else octets)
        if not stream.body and whole == len(octets):
            return Told(None, octets, True, **about) if octets else NOTHING
        told = self._gathered(stream, octets, True, packet, about)
        if told.body is None:
            return told
        rest = told.body[whole:]
        if last:
            return told
        stream.body = bytearray(rest)
        if rest:
            stream.fragments = [(packet, len(rest))] if whole else list(told.fragments)
        if not whole:
            return NOTHING
        self.budget.take(len(rest))
        return told._replace(body=told.body[:whole])


def calls_end(octets: bytes | bytearray) -> int:
    """Where the whole messages of gRPC end."""
    at = 0
    while at + 5 <= len(octets):
        size = 5 + int.from_bytes(octets[at + 1 : at + 5], "big")
        if at + size > len(octets):
            break
        at += size
    return at


def described(octets: bytes, pairs: Any) -> Block:
    """Headers with the places of their representations (RFC 7541 section 6)."""
    headers, updates, at = list[Header](), list[tuple[int, int, int]](), 0
    rest = iter(pairs)
    while at < len(octets):
        start, first = at, octets[at]
        if first & 0xE0 == 0x20:
            size, at = integer(octets, at, 5)
            updates.append((start, at, size))
            continue
        if first & INDEXED:
            how, (index, at) = INDEXED, integer(octets, at, 7)
        elif first & INDEXING:
            how, (index, at) = INDEXING, integer(octets, at, 6)
        else:
            how, (index, at) = first & NEVER, integer(octets, at, 4)
        for _ in range(0 if how == INDEXED else 1 if index else 2):
            size, at = integer(octets, at, 7)
            at += size
        name, value = (bytes(one) for one in next(rest, (b"", b"")))
        headers.append(Header(
            name.decode("utf-8", "replace"), value.decode("utf-8", "replace"), len(name), len(value), how, index,
            start, min(at, len(octets)),
        ))  # fmt: skip
    return Block(tuple(headers), tuple(updates))


def integer(octets: bytes, at: int, bits: int) -> tuple[int, int]:
    """An integer of `bits` bits and what follows it (RFC 7541 section 5.1), and where it ends."""
    if at >= len(octets):
        return 0, at + 1
    most = (1 << bits) - 1
    value, at = octets[at] & most, at + 1
    if value < most:
        return value, at
    shift = 0
    while at < len(octets) and shift < 35:
        octet = octets[at]
        value, at, shift = value + ((octet & 0x7F) << shift), at + 1, shift + 7
        if not octet & 0x80:
            break
    return value, at
