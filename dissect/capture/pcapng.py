"""pcapng files: a chain of blocks, each with its length at both ends.

    block     type(4) length(4) body, padded to 4 bytes  length(4)

Packets are in enhanced (6), simple (3) and the old packet (2) blocks. Sections (0x0A0D0D0A) set the byte
order and begin a new list of interfaces (1). Names (4), statistics (5) and secrets (10) are kept; every other
block is skipped by its length. All blocks of a stretch are found at once (see :mod:`.lanes`); only those that
are not packets are looked at one by one.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import CaptureError
from .formats import Columns, Span, Stop, heads_in, items, near, view, words
from .lanes import FAR, NEAR, walk
from .options import options, text
from .records import HEAD, NO_TIME, Bytes, Checkpoint, Interface, Ints, Items, Section

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, NAMES, STATISTICS, PACKET, SECRETS = (
    0x0A0D0D0A,
    1,
    2,
    3,
    4,
    5,
    6,
    10,
)
MAGIC = b"\x0a\x0d\x0d\x0a"
ENDLESS = 0xFFFF_FFFF


Words = NDArray[np.unsignedinteger[Any]]


class BlockChain:
    """From one block to the next within a section (see :mod:`.lanes`)."""

    def __init__(self, buffer: Bytes, order: str, complete: bool) -> None:
        self.buffer = buffer
        self.bytes = buffer.data
        self.size = len(buffer)
        self.complete = complete
        self.order = order
        self.u4 = view(buffer, order + "u4")
        self.head = struct.Struct(order + "II").unpack_from
        self.number = struct.Struct(order + "I").unpack_from
        self.pattern = struct.pack(order + "I", PACKET)
        self.alignment = 0
        self.found = ""
        self.stop: Stop | None = None
        self.section_at = -1
        """Where a new section starts, once the chain came to one."""

    def leap(self, at: Ints) -> Ints:
        length = self.u4[at + 4]
        after = at + ((length + np.int64(3)) & ~3)
        odd = (length < 12) | (after > self.size) | (self.u4[at] == SECTION)
        if odd.any():
            after[odd] = at[odd] + 8
        odd |= near(self.buffer, after - 4, self.u4) != length
        if odd.any():
            after[odd] = FAR
        return after

    def follow(self, at: int, end: int, found: list[int]) -> tuple[int, bool]:
        data, size, head, number = self.bytes, self.size, self.head, self.number
        append = found.append
        while at < end:
            kind, length = head(data, at)
            after = at + (length + 3 & ~3)
            if length < 12 or after > size or kind == SECTION or number(data, after - 4)[0] != length:
                after = self.examine(at)
                if after < 0:
                    return at, True
            append(at)
            at = after
        return at, False

    def examine(self, at: int) -> int:
        """Where the block after this one starts; negative if the chain stops here, with the reason kept."""
        kind: int
        length: int
        kind, length = self.head(self.bytes, at)
        if kind == SECTION:
            self.stop, self.section_at = None, at
            return -1
        after = at + (length + 3 & ~3)
        left = self.size - at
        if length >= 12 and at + length <= self.size < after and self.complete:
            after = self.size  # the file's last block, its length not rounded up
        if length < 12:
            if not self.buffer[at:].any():
                if not self.complete:
                    return self._refuse(Stop.MORE, "")
                return self._refuse(
                    Stop.DAMAGE, f"expected a block, found only zeros to the end ({left} bytes)"
                )
            found = f"expected a block of at least 12 bytes, found a block length of {length}"
            return self._refuse(Stop.DAMAGE, found)
        if after > self.size:
            if not self.complete:
                return self._refuse(Stop.MORE, "")
            found = f"expected a block of {length} bytes, the file ends after {left}"
            return self._refuse(Stop.DAMAGE, found)
        again: int = self.number(self.bytes, after - 4)[0]
        if again != length:
            found = f"expected the block length {length} again at the block's end, found {again}"
            return self._refuse(Stop.DAMAGE, found)
        return after

    def _refuse(self, stop: Stop, found: str) -> int:
        self.stop, self.found = stop, found
        return -1

    def guess(self, low: int, high: int) -> int | None:
        for start, stop in ((low, low + 4096), (low + 4096, low + 65536)):
            stop = min(stop, high)
            if start >= stop:
                return None
            block = self.bytes[start : stop + 3].tobytes()
            at = block.find(self.pattern)
            tries = 32
            while at >= 0 and tries:
                if (start + at) & 3 == self.alignment and self._looks_like_block(start + at):
                    return start + at
                at = block.find(self.pattern, at + 1)
                tries -= 1
        return None

    def guesses(self, low: int, width: int, lanes: int) -> Ints:
        """The first aligned place in each lane where the pattern stands, if a block of its length ends as it should."""
        low += (self.alignment - low) & 3
        words, span = min(NEAR, width) // 4, min(NEAR, width)
        if lanes <= 0 or width & 3 or words == 0 or low + (lanes - 1) * width + span + 16 > self.size:
            return np.full(max(lanes, 0), -1, np.int64)
        pattern = np.frombuffer(self.pattern, "=u4")[0]
        kinds = np.ndarray((lanes, words), "=u4", self.buffer, low, (width, 4))
        first = (kinds == pattern).argmax(axis=1)
        at = low + width * np.arange(lanes) + 4 * first
        length = self.u4[at + 4].astype(np.int64)
        after = at + (length + 3 & ~3)
        good = (kinds[np.arange(lanes), first] == pattern) & (length >= 32) & (after <= self.size)
        good &= self.u4[np.where(good, after - 4, 0)] == length
        return np.where(good, at, -1)

    def _looks_like_block(self, at: int) -> bool:
        if at + 12 > self.size:
            return False
        length: int = self.head(self.bytes, at)[1]
        after = at + (length + 3 & ~3)
        return length >= 32 and after <= self.size and bool(self.number(self.bytes, after - 4)[0] == length)


class Pcapng:
    """A pcapng file."""

    name = "pcapng"

    def __init__(self, path: str, buffer: Bytes, complete: bool) -> None:
        self.interfaces: list[Interface] = []
        self.sections: list[Section] = []
        self.names: dict[bytes, list[str]] = {}
        self.secrets: list[tuple[int, bytes]] = []
        self._section_of: dict[int, int] = {}
        self._known = 0
        """Blocks that start before here were read: coming by again, their interfaces are not added twice."""
        section, _, problem = self._open_section(buffer, 0, True)
        if section is None:
            raise CaptureError(path, problem, 0)
        self.byte_order = section.byte_order

    @property
    def origin(self) -> Checkpoint:
        """The first section's header block."""
        return Checkpoint(0, 0, 0)

    # -- sections -------------------------------------------------------------------------------------------

    def _open_section(self, buffer: Bytes, at: int, complete: bool) -> tuple[Section | None, int, str]:
        """The section whose header is at ``at``, and where its header ends. None: not (yet) readable,
        with the reason, or no reason if more bytes may come."""
        left = len(buffer) - at
        if left < 28:
            return (
                None,
                at,
                f"expected a section header of 28 bytes, the file ends after {left}" if complete else "",
            )
        head = buffer[at : at + 16].tobytes()
        order = {0x1A2B3C4D: "<", 0x4D3C2B1A: ">"}.get(int.from_bytes(head[8:12], "little"))
        if order is None:
            return None, at, f"expected a byte-order magic in the section header, found {head[8:12].hex()}"
        length, _, major, minor = struct.unpack(order + "IIHH", head[4:])
        after = at + (length + 3 & ~3)
        if length < 28:
            return (
                None,
                at,
                f"expected a section header of at least 28 bytes, found a block length of {length}",
            )
        if major != 1 or minor not in (0, 2):
            return None, at, f"expected pcapng version 1.0 or 1.2, found {major}.{minor}"
        if after > len(buffer):
            found = f"expected a section header of {length} bytes, the file ends after {left}"
            return None, at, found if complete else ""
        again = struct.unpack(order + "I", buffer[after - 4 : after].tobytes())[0]
        if again != length:
            return None, at, f"expected the block length {length} again at the block's end, found {again}"
        known = self._section_of.get(at)
        if known is not None:
            return self.sections[known], after, ""
        section = Section(len(self.sections), at, order, (major, minor))
        for code, value in options(buffer[at + 24 : after - 4].tobytes(), order):
            if code == 1:
                section.comments.append(text(value))
            elif code == 2:
                section.hardware = text(value)
            elif code == 3:
                section.os = text(value)
            elif code == 4:
                section.application = text(value)
        self._section_of[at] = section.index
        self.sections.append(section)
        return section, after, ""

    # -- scanning -------------------------------------------------------------------------------------------

    def scan(self, buffer: Bytes, start: int, until: int, section: int, complete: bool) -> Span:
        """Find the packets that start in [start, until), at most to the end of the section."""
        nothing = np.empty(0, np.int64)
        if start + 12 <= len(buffer) and buffer[start : start + 4].tobytes() == MAGIC:
            opened, after, problem = self._open_section(buffer, start, complete)
            if opened is None:
                return Span(nothing, section, start, section, Stop.DAMAGE if problem else Stop.MORE, problem)
            return Span(nothing, section, after, opened.index)
        here = self.sections[section]
        chain = BlockChain(buffer, here.byte_order, complete)
        chain.alignment = start & 3
        end = min(until, len(buffer) - 11)
        at, after, stopped = walk(chain, start, end) if start < end else (nothing, start, False)
        span = Span(at, section, after, section)
        if stopped:
            span.stop, span.found = chain.stop, chain.found
        elif after + 12 > len(buffer):
            left = len(buffer) - after
            if not complete or left == 0:
                span.stop = Stop.MORE
            else:
                span.stop = Stop.DAMAGE
                span.found = f"expected a block of at least 12 bytes, the file ends after {left}"
        self._sort_out(chain, here, span)
        return span

    def _sort_out(self, chain: BlockChain, section: Section, span: Span) -> None:
        """Keep the packet blocks in ``span.at``, read the others, and cut at the first block that lies."""
        at = span.at
        if not len(at):
            return
        heads = _heads(items(chain.buffer, at, 28), section.byte_order)
        kind = heads[:, 0]
        packet = kind == PACKET
        if not packet.all():
            packet |= (kind == SIMPLE_PACKET) | (kind == OLD_PACKET)
            for place, what in zip(at[~packet].tolist(), kind[~packet].tolist(), strict=True):
                problem = self._read_block(chain, section, place, what)
                if problem:
                    self._cut(span, int(np.searchsorted(at, place)), place, problem)
                    break
            keep = packet[: len(span.at)]
            heads = heads[: len(keep)][keep]
            span.at = span.at[keep]
        if len(span.at):
            self._check_packets(chain, section, span, heads)

    def _check_packets(self, chain: BlockChain, section: Section, span: Span, heads: Words) -> None:
        """Cut at the first packet that claims an undeclared interface or more bytes than its block has."""
        at = span.at
        local, caplen, _ = self._lengths(section, heads)
        room = heads[:, 1] - np.where(heads[:, 0] == SIMPLE_PACKET, np.int64(16), np.int64(32))
        declared = np.searchsorted(np.array(section.declared_at, np.int64), at)
        bad = (local >= declared) | (caplen > room)
        if not bad.any():
            return
        first = int(np.argmax(bad))
        if room[first] < 0:
            problem = f"expected a packet block of 32 bytes or more, found {heads[first, 1]}"
        elif local[first] >= declared[first]:
            problem = f"expected one of {declared[first]} declared interfaces, found interface {local[first]}"
        else:
            problem = (
                f"expected at most {room[first]} bytes of packet data in its block, found {caplen[first]}"
            )
        self._cut(span, first, int(at[first]), problem)

    @staticmethod
    def _cut(span: Span, index: int, place: int, problem: str) -> None:
        span.at = span.at[:index]
        span.after, span.stop, span.found = place, Stop.DAMAGE, problem

    def _lengths(self, section: Section, heads: Words) -> tuple[Ints, Ints, Ints]:
        """Interface (within the section), captured and original length of packet blocks."""
        kind = heads[:, 0]
        local, caplen, origlen = (heads[:, i].astype(np.int64) for i in (2, 5, 6))
        old, simple = kind == OLD_PACKET, kind == SIMPLE_PACKET
        if old.any():  # two 16-bit numbers in this word: interface and drops
            local[old] = local[old] & 0xFFFF if section.byte_order == "<" else local[old] >> 16
        if simple.any():
            snaplen = self.interfaces[section.interfaces[0]].snaplen if section.interfaces else 0
            origlen[simple] = local[simple]
            kept = np.minimum(local, heads[:, 1].astype(np.int64) - 16)
            caplen[simple] = (np.minimum(kept, snaplen) if snaplen else kept)[simple]
            local[simple] = 0
        return local, caplen, origlen

    # -- columns --------------------------------------------------------------------------------------------

    def columns(self, buffer: Bytes, at: Ints, section: int) -> Columns:
        """Packet blocks as columns."""
        here = self.sections[section]
        found = items(buffer, at, 28 + HEAD)
        heads = _heads(found, here.byte_order)
        local, caplen, origlen = self._lengths(here, heads)
        interface = np.array(here.interfaces, np.int32)[local]
        offset = at + 28
        ticks = (heads[:, 3].astype(np.uint64) << np.uint64(32)) | heads[:, 4]
        simple = heads[:, 0] == SIMPLE_PACKET
        time = self._times(ticks, interface)
        if simple.any():
            offset[simple] = at[simple] + 12
            time[simple] = NO_TIME
        behind = None if simple.any() else heads_in(found, 28)
        return Columns(offset, caplen, origlen, time, interface, at, behind)

    def _times(self, ticks: NDArray[np.uint64], interface: NDArray[np.int32]) -> Ints:
        """Time stamps of packets by their interfaces' clocks."""
        used = sorted(set(interface.tolist()))
        clocks = {(self.interfaces[i].tsresol, self.interfaces[i].tsoffset) for i in used}
        if len(clocks) == 1:
            return nanoseconds(ticks, *clocks.pop())
        time = np.empty(len(ticks), np.int64)
        for i in used:
            rows = interface == i
            time[rows] = nanoseconds(ticks[rows], self.interfaces[i].tsresol, self.interfaces[i].tsoffset)
        return time

    # -- blocks that are not packets ------------------------------------------------------------------------

    def _read_block(self, chain: BlockChain, section: Section, at: int, kind: int) -> str:
        """Read a block for what it says; a text if it is damaged beyond use."""
        if at < self._known:
            return ""
        self._known = at + 1
        length = chain.head(chain.bytes, at)[1]
        body = chain.bytes[at + 8 : at + length - 4]
        if kind == INTERFACE:
            if len(body) < 8:
                return f"expected an interface description of 20 bytes or more, found {length}"
            self._add_interface(section, at, body)
        elif kind == NAMES:
            self._add_names(section.byte_order, body)
        elif kind == STATISTICS and len(body) >= 12:
            self._add_statistics(section, body)
        elif kind == SECRETS and len(body) >= 8:
            what, size = struct.unpack_from(section.byte_order + "II", body)
            self.secrets.append((what, bytes(body[8 : 8 + size])))
        return ""

    def _add_interface(self, section: Section, at: int, body: memoryview) -> None:
        order = section.byte_order
        linktype, _, snaplen = struct.unpack_from(order + "HHI", body)
        it = Interface(
            id=len(self.interfaces),
            linktype=linktype,
            snaplen=snaplen,
            section=section.index,
            local=len(section.interfaces),
            block=at,
        )
        for code, value in options(body[8:], order):
            _interface_option(it, code, value, "little" if order == "<" else "big")
        self.interfaces.append(it)
        section.interfaces.append(it.id)
        section.declared_at.append(at)

    def _add_names(self, order: str, body: memoryview) -> None:
        for kind, value in options(body, order):
            size = {1: 4, 2: 16}.get(kind)
            if size is None or len(value) < size:
                continue
            names = self.names.setdefault(value[:size], [])
            for name in value[size:].split(b"\0"):
                if name and (readable := text(name)) not in names:
                    names.append(readable)

    def _add_statistics(self, section: Section, body: memoryview) -> None:
        order = section.byte_order
        local, high, low = struct.unpack_from(order + "III", body)
        if local >= len(section.interfaces):
            return
        it = self.interfaces[section.interfaces[local]]
        found: dict[str, object] = {"time": _one_time(it, high, low)}
        numbers = {4: "received", 5: "dropped", 6: "filter_accepted", 7: "os_dropped", 8: "delivered"}
        for code, value in options(body[12:], order):
            if code in (2, 3) and len(value) == 8:
                found["starttime" if code == 2 else "endtime"] = _one_time(
                    it, *struct.unpack(order + "II", value)
                )
            elif code in numbers and len(value) == 8:
                found[numbers[code]] = struct.unpack(order + "Q", value)[0]
            elif code == 1:
                comments = found.setdefault("comments", [])
                assert isinstance(comments, list)
                comments.append(text(value))
        it.statistics = found


def _heads(found: Items, order: str) -> Words:
    """The first seven words of each block: kind, length and, in an enhanced packet block, interface, time
    (two words), captured and original length. Beyond the end of the file they are zero."""
    return words(found, 7, order)


def _one_time(interface: Interface, high: int, low: int) -> int:
    ticks = np.array([high << 32 | low], np.uint64)
    return int(nanoseconds(ticks, interface.tsresol, interface.tsoffset)[0])


INTERFACE_TEXTS = {2: "name", 3: "description", 12: "os", 15: "hardware"}
INTERFACE_NUMBERS = {8: ("speed", 8), 13: ("fcs_len", 1), 16: ("tx_speed", 8), 17: ("rx_speed", 8)}


def _interface_option(it: Interface, code: int, value: bytes, byteorder: str) -> None:
    if code == 1:
        it.comments.append(text(value))
    elif code in INTERFACE_TEXTS:
        setattr(it, INTERFACE_TEXTS[code], text(value))
    elif code in INTERFACE_NUMBERS and len(value) == INTERFACE_NUMBERS[code][1]:
        setattr(it, INTERFACE_NUMBERS[code][0], int.from_bytes(value, byteorder))  # type: ignore[arg-type]
    elif code == 4 and len(value) == 8:
        it.ipv4.append(value)
    elif code == 5 and len(value) == 17:
        it.ipv6.append(value)
    elif code == 6 and len(value) == 6:
        it.mac = value
    elif code == 7 and len(value) == 8:
        it.eui = value
    elif code == 9 and len(value) == 1:
        it.tsresol = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
    elif code == 11 and value:  # first byte: 0 a filter text, 1 BPF byte code
        it.filter = text(value[1:]) if value[0] == 0 else f"BPF byte code ({len(value) - 1} bytes)"
    elif code == 14 and len(value) == 8:
        it.tsoffset = int.from_bytes(value, byteorder, signed=True)  # type: ignore[arg-type]


LAST = int(np.iinfo(np.int64).max)
LAST_SECOND = LAST // 1_000_000_000


def nanoseconds(ticks: NDArray[np.uint64], per_second: int, offset: int) -> Ints:
    """Time stamps of any resolution as nanoseconds since the epoch; beyond the year 2262, that year."""
    if per_second == 1_000_000_000 and offset == 0 and not (ticks > LAST).any():
        return ticks.astype(np.int64)
    if per_second == 1_000_000 and offset == 0 and not (ticks > LAST // 1000).any():
        return ticks.astype(np.int64) * 1_000
    if per_second > 1 << 33:
        return _nanoseconds_exactly(ticks, per_second, offset)
    units = np.uint64(per_second)
    seconds, rest = ticks // units, ticks % units
    nanos = (rest * np.uint64(1_000_000_000) // units).astype(np.int64)
    if not -LAST_SECOND < offset < LAST_SECOND or (seconds >= LAST_SECOND - max(0, offset)).any():
        return _nanoseconds_exactly(ticks, per_second, offset)
    return (seconds.astype(np.int64) + offset) * 1_000_000_000 + nanos


def _nanoseconds_exactly(ticks: NDArray[np.uint64], per_second: int, offset: int) -> Ints:
    times = [tick * 1_000_000_000 // per_second + offset * 1_000_000_000 for tick in ticks.tolist()]
    return np.array([min(max(time, NO_TIME + 1), LAST) for time in times], np.int64)
