"""One open capture: its packets in file order, at random, or while it is still growing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from types import TracebackType
from typing import Any

import numpy as np

from .errors import CaptureError
from .formats import Columns, Format, Span, Stop
from .options import options, packet_options
from .pcapng import SIMPLE_PACKET, Pcapng
from .places import CHUNK, Places
from .records import Bytes, Checkpoint, Interface, Ints, Records, Section
from .spool import Store, let_go

FIRST_SPAN = 1 << 18
LARGEST_SPAN = 1 << 26
CHUNKS_KEPT = 8
PLACES_KEPT = 1 << 20  # packets
MAPPED_KEPT = 1 << 30  # octets
PATIENCE = 0.1
"""Seconds to wait for more of a pipe before asking again whether to go on."""

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


class _Places:
    """Where the records of a chunk are, before they are read: all at once, though they were found in several steps."""

    def __init__(self) -> None:
        self.count = 0
        self._found: list[tuple[Ints, int, Bytes]] = []

    def add(self, at: Ints, section: int, buffer: Bytes) -> None:
        """Records of a section, in this buffer."""
        self._found.append((at, section, buffer))
        self.count += len(at)

    def by_section(self) -> Iterator[tuple[Ints, int, Bytes]]:
        """What was added, each section's together; and the buffer that was longest."""
        for section, parts in groupby(self._found, key=lambda part: part[1]):
            places, _, buffers = zip(*parts, strict=True)
            yield np.concatenate(places) if len(places) > 1 else places[0], section, max(buffers, key=len)


class Source:
    """A capture file opened for reading. Made by :func:`open_source`.

    ``interfaces``, ``sections``, ``names`` and ``secrets`` grow as a pcapng file is read.
    """

    def __init__(self, path: str, store: Store, form: Format, packed: str | None) -> None:
        self.path = path
        self.compression = packed
        self.damage: CaptureError | None = None
        """What is wrong with the file from some packet on, once a reader came there."""
        self.patient = True
        """Whether `settled_chunk_of` waits for what a pipe has yet to bring."""
        self._store = store
        self._format = form
        self._grid = [form.origin]
        self._total: int | None = None
        self._lock = threading.RLock()
        self._recent: OrderedDict[int, Records] = OrderedDict()
        self.places = Places(PLACES_KEPT)
        self.stays = MAPPED_KEPT
        """A file of at most so many octets stays mapped: to map it anew would be half of the time of a filter."""

    # -- what the file says about itself --------------------------------------------------------------------

    @property
    def format(self) -> str:
        """``pcap``, ``nanosecond pcap``, ``modified pcap`` …, ``pcapng`` or ``snoop``."""
        return self._format.name

    @property
    def byte_order(self) -> str:
        """``little`` or ``big`` (of the first section)."""
        return "little" if self._format.byte_order == "<" else "big"

    @property
    def size(self) -> int:
        """Bytes of the capture, decompressed; so far, while they are still coming."""
        return len(self._store.bytes())

    @property
    def complete(self) -> bool:
        """Whether all bytes are there: false for a pipe or a compressed file not read to its end."""
        return self._store.complete

    @property
    def interfaces(self) -> list[Interface]:
        """The interfaces seen so far."""
        return self._format.interfaces

    @property
    def sections(self) -> list[Section]:
        """The pcapng sections seen so far; none in other formats."""
        return self._format.sections

    @property
    def names(self) -> dict[bytes, list[str]]:
        """Names the capture brings for IPv4 (4 bytes) and IPv6 (16 bytes) addresses."""
        return self._format.names if isinstance(self._format, Pcapng) else {}

    @property
    def secrets(self) -> list[tuple[int, bytes]]:
        """Decryption secrets the capture brings: type (0x544C534B is a TLS key log) and data."""
        return self._format.secrets if isinstance(self._format, Pcapng) else []

    # -- packets in order -----------------------------------------------------------------------------------

    def chunks(
        self,
        records: int = CHUNK,
        start: Checkpoint | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        stop: int | None = None,
        early: int = 0,
    ) -> Iterator[Records]:
        """All packets from ``start`` on and before packet ``stop`` (counted from 0), at most ``records`` at a time;
        the first ``early`` by themselves, then twice as many each time, for who begins with them while others are read.

        Of a pipe, what is there is given as soon as there is no more at the moment.
        """
        begin = start or self._format.origin
        first, places = begin.number, _Places()
        size = min(early or records, records)
        for found in self._until(stop, begin, cancel=cancel, progress=progress):
            self.check()
            if found is None:
                if places.count:
                    yield self._read(first, places)
                    first, places = first + places.count, _Places()
                continue
            at, section, buffer = found
            while len(at):
                some, at = np.split(at, [size - places.count])
                places.add(some, section, buffer)
                if places.count < size:
                    continue
                chunk = self._read(first, places)
                if len(chunk) < size:  # it was cut
                    yield chunk
                    return
                yield self._kept(chunk)
                first, places, size = first + size, _Places(), min(2 * size, records)
        if places.count and not (cancel is not None and cancel()):
            yield self._read(first, places)

    def _read(self, first: int, places: _Places) -> Records:
        """The records at these places, as far as they are still there."""
        held: list[Columns] = []
        number = first
        for at, section, buffer in places.by_section():
            there = self._still_there(at, buffer)
            held.append(self._format.columns(self._store.bytes(), there, section))
            number += len(there)
            if len(there) < len(at):
                self._end(number, int(at[len(there)]), "the file was cut while it was read")
                break
        return self._records(first, held)

    def _kept(self, records: Records) -> Records:
        """The same; the chunks of the grid within it are remembered, for the passes of who reads it ask for them."""
        begin, end = -(-records.first // CHUNK) * CHUNK, records.first + len(records)
        if end - begin <= CHUNKS_KEPT * CHUNK:
            for number in range(begin, end - CHUNK + 1, CHUNK):
                low = number - records.first
                self._remember_chunk(
                    number // CHUNK, records if len(records) == CHUNK else records.part(low, low + CHUNK)
                )
        return records

    def check(self) -> None:
        """Raises CaptureError where something that was looked at is not there: what was made of it is false."""
        gone = self._store.gone
        if gone is not None:
            raise CaptureError(self.path, *gone)

    def _until(
        self, stop: int | None, begin: Checkpoint, **reading: Any
    ) -> Iterator[tuple[Ints, int, Bytes] | None]:
        """The stretches from ``begin`` on, without the records from number ``stop`` on."""
        left = None if stop is None else stop - begin.number
        for found in self._spans(begin, **reading):
            if found is None or left is None:
                yield found
                continue
            at, section, buffer = found
            if left > 0:
                yield at[:left], section, buffer
            left -= len(at)
            if left <= 0:
                return

    def count(self, progress: Progress | None = None, cancel: Cancel | None = None) -> int:
        """How many packets there are; reads to the end the first time."""
        if self._total is None:
            seen = self._grid[-1].number
            for found in self._spans(self._grid[-1], progress=progress, cancel=cancel):
                seen += len(found[0]) if found else 0
            if self._total is None:  # cancelled
                return seen
        return self._total

    def grown(self) -> bool:
        """Whether a file that was read to its end is longer now; readers then find what was appended."""
        with self._lock:
            if self._total is None or not self._store.grown():
                return False
            self._total = None
            self.damage = None
            return True

    # -- packets at random ----------------------------------------------------------------------------------

    def chunk_of(self, number: int) -> Records:
        """The chunk that holds packet ``number`` (counted from 0). IndexError if there is none."""
        if number < 0:
            raise IndexError(number)
        slot = number // CHUNK
        with self._lock:
            kept = self._recent.get(slot)
            if kept is not None and number < kept.first + len(kept):
                self._recent.move_to_end(slot)
                return kept
            if self._total is not None and number >= self._total:
                raise IndexError(number)
        if slot >= len(self._grid) and self._total is None:
            self._walk(slot)
        if slot >= len(self._grid):
            raise IndexError(number)
        chunk = self._grid_chunk(slot, number)
        if number >= chunk.first + len(chunk):
            raise IndexError(number)
        self._remember_chunk(slot, chunk)
        return chunk

    def _remember_chunk(self, slot: int, chunk: Records) -> None:
        chunk = replace(chunk, heads=None)  # they are larger than all the rest
        with self._lock:
            self._recent[slot] = chunk
            self._recent.move_to_end(slot)
            while len(self._recent) > CHUNKS_KEPT:
                self._recent.popitem(last=False)

    def _walk(self, slot: int) -> None:
        """Go on to where a chunk begins."""
        for _ in self._spans(self._grid[-1]):
            if slot < len(self._grid):
                return

    def settled_chunk_of(self, number: int) -> Records:
        """As `chunk_of`; unless `patient`, IndexError at once where the chunk is not all there yet."""
        if self.patient or self._store.complete:
            return self.chunk_of(number)
        with self._lock:
            known = number // CHUNK + 1 < len(self._grid) or (self._total is not None and number < self._total)
        if not known:
            raise IndexError(number)
        return self.chunk_of(number)

    def checkpoint(self, number: int) -> Checkpoint:
        """The nearest known place at or before packet ``number`` to start :meth:`chunks` from."""
        return self._grid[min(number // CHUNK, len(self._grid) - 1)]

    def _grid_chunk(self, slot: int, number: int) -> Records:
        """The packets from one checkpoint of the grid to the next; of a pipe, at least up to ``number``."""
        begin = self._grid[slot]
        until = self._grid[slot + 1].offset if slot + 1 < len(self._grid) else None
        held: list[Columns] = []
        room = CHUNK
        for found in self._spans(begin, until=until):
            if found is None:
                if number < begin.number + CHUNK - room:
                    break
                continue
            at, section, buffer = found
            rows = self._still_there(at[:room], buffer)
            held.append(self._format.columns(buffer, rows, section))
            room -= len(rows)
            if room == 0:
                break
        return self._records(begin.number, held)

    # -- the walk through the file --------------------------------------------------------------------------

    def _spans(
        self,
        begin: Checkpoint,
        until: int | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Iterator[tuple[Ints, int, Bytes] | None]:
        """Record positions with their section, stretch by stretch; None when a pipe has nothing right now.

        Remembers a checkpoint for every CHUNK packets passed, and the total and the damage at the end.
        """
        number, position, section = begin.number, begin.offset, begin.section
        length = FIRST_SPAN
        while not (cancel is not None and cancel()):
            if until is not None and position >= until:
                return
            complete = self._store.complete
            buffer = self._store.bytes()
            if len(buffer) > self.stays:
                let_go(buffer, position)
            end = until if until is not None else position + length
            with self._lock:
                last = len(buffer) if until is None else min(until, len(buffer))
                span = self._known_span(number, position, last)
                if span is None:
                    span = self._format.scan(buffer, position, min(end, len(buffer)), section, complete)
                    self._remember(number, span.at, span.section)
            if len(span.at):
                yield span.at, span.section, buffer
            number += len(span.at)
            moved = span.after > position
            position, section = span.after, span.after_section
            if progress is not None:
                progress(*self._store.progress(position))
            if span.stop is Stop.DAMAGE or (span.stop is Stop.MORE and complete):
                if len(self._store.bytes()) > len(buffer):
                    continue  # it grew meanwhile: what looked like the end is none
                self._end(number, position, span.found if span.stop is Stop.DAMAGE else "")
                return
            if position >= len(buffer) or span.stop is Stop.MORE or not moved:
                if complete:
                    continue
                if not self._store.more(0):
                    yield None
                    while not self._store.more(PATIENCE) and not self._store.complete:
                        if cancel is not None and cancel():
                            return
            length = min(length * 4, LARGEST_SPAN)

    def _known_span(self, number: int, position: int, end: int) -> Span | None:
        """What was found before from packet `number` on, where it is one of the grid."""
        slot = number // CHUNK
        if slot >= len(self._grid) or (self._grid[slot].number, self._grid[slot].offset) != (number, position):
            return None
        found = self.places.known(self._grid, slot, end)
        return None if found is None else Span(found[0], found[1], found[2].offset, found[2].section)

    def _still_there(self, at: Ints, buffer: Bytes) -> Ints:
        """The records that are whole even if the file was cut after ``buffer`` was looked at."""
        size = len(self._store.bytes())
        return at if size >= len(buffer) else at[: max(0, int(np.searchsorted(at, size)) - 1)]

    def _remember(self, first: int, at: Ints, section: int) -> None:
        if not len(at):
            return
        self.places.add(first, at, section)
        slot = len(self._grid)
        for number in range(slot * CHUNK, first + len(at), CHUNK):
            if number < first:
                return
            self._grid.append(Checkpoint(number, int(at[number - first]), section))

    def _end(self, number: int, position: int, found: str) -> None:
        self._total = number
        problem = self._store.problem
        if position > len(self._store.bytes()):
            found = "the file was cut while it was read"
        if problem and found:
            found = f"{problem} ({found})"
        if (problem or found) and self.damage is None:
            self.damage = CaptureError(self.path, found or problem, position, number)

    def _records(self, first: int, held: list[Columns]) -> Records:
        def joined(name: str, dtype: str = "i8") -> Any:
            if len(held) == 1:
                return getattr(held[0], name)
            return np.concatenate([getattr(part, name) for part in held] or [np.empty(0, dtype)])

        return Records(
            first=first,
            buffer=self._store.bytes(),
            offset=joined("offset"),
            caplen=joined("caplen"),
            origlen=joined("origlen"),
            time=joined("time"),
            interface=joined("interface", "i4"),
            block=joined("block"),
            heads=joined("heads") if held and all(part.heads is not None for part in held) else None,
        )

    # -- what a packet's block says besides its bytes --------------------------------------------------------

    def comments(self, records: Records, row: int) -> list[str]:
        """The comments on one packet."""
        found: list[str] = self.packet_options(records, row).get("comments", [])
        return found

    def packet_options(self, records: Records, row: int) -> dict[str, Any]:
        """The options of one packet's block (see :func:`.options.packet_options`), read when asked."""
        raw, order = self.raw_options(records, row)
        return packet_options(options(raw, order), order)

    def raw_options(self, records: Records, row: int) -> tuple[bytes, str]:
        """The option bytes at the end of one packet's block, and their byte order."""
        if not isinstance(self._format, Pcapng):
            return b"", "<"
        order = self.sections[self.interfaces[int(records.interface[row])].section].byte_order
        block = int(records.block[row])
        byteorder: Any = "little" if order == "<" else "big"
        kind, length = (
            int.from_bytes(records.buffer[block + at : block + at + 4].tobytes(), byteorder) for at in (0, 4)
        )
        if kind == SIMPLE_PACKET:
            return b"", order
        caplen = int(records.caplen[row])
        start = int(records.offset[row]) + caplen + (-caplen & 3)
        raw = records.buffer[start : max(start, block + length - 4)].tobytes()
        return raw, order

    # -- closing --------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the file. Chunks already given stay readable."""
        self._store.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
