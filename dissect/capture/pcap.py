"""pcap files: a 24-byte header, then packets with 16-byte (or, in some patched versions, longer) headers.

    file      magic(4) major(2) minor(2) zone(4) sigfigs(4) snaplen(4) fcs length(3 bits), flags, link type
    record    seconds(4) fraction(4) captured length(4) original length(4) [variants: more] data

The magic number tells byte order and whether fractions are micro- or nanoseconds; for the patched libpcaps of
1999 and Nokia's, only the first records tell, because they reused a magic number.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from .errors import CaptureError
from .formats import LARGEST_PACKET, Columns, Span, Stop, heads_in, items, near, view, words
from .lanes import FAR, NEAR, walk
from .records import HEAD, Bytes, Checkpoint, Interface, Ints, Section

ORDINARY = 262_144
"""Longer packets exist but are rare: their record must lead to something that looks like one, too."""

MAGIC = {
    0xA1B2C3D4: "pcap",
    0xA1B23C4D: "nanosecond pcap",
    0xA1B2CD34: "modified pcap",
    0x1C0001AC: "Ixia hardware pcap",
    0x1C0001AB: "Ixia software pcap",
}
NANOSECONDS = {"nanosecond pcap", "Ixia hardware pcap", "AIX pcap"}
VARIANTS = {
    "pcap": {"pcap": 16, "modified pcap (ss990417)": 24, "Nokia pcap": 20},
    "modified pcap": {"modified pcap": 24, "modified pcap (ss990915)": 28},
}
"""Record header lengths to try for a magic number, in this order."""

SAME_LINKTYPE = {11: 100, 12: 101, 14: 101}
"""DLT_ numbers of some systems, written to files by mistake, and the LINKTYPE_ they stand for."""
AIX_LINKTYPE = {6: 1, 9: 6, 15: 10, 24: 0}


def is_pcap(head: bytes) -> bool:
    """Whether a file starting with these bytes is of this family."""
    return len(head) >= 4 and (
        int.from_bytes(head[:4], "little") in MAGIC or int.from_bytes(head[:4], "big") in MAGIC
    )


@dataclass(eq=False, repr=False, slots=True)
class Layout:
    """How record headers look in this file."""

    order: str
    header: int
    caplen_at: int
    """8, or 12 in files before version 2.3, where the two lengths come the other way round."""
    either: bool
    """Version 2.3 was written both ways: the smaller of the two lengths is the captured one."""
    fraction: int
    """Units of the time stamp's second half per second."""


class PcapChain:
    """From one pcap record to the next (see :mod:`.lanes`)."""

    def __init__(self, buffer: Bytes, layout: Layout, complete: bool) -> None:
        self.buffer = buffer
        self.bytes = buffer.data
        self.layout = layout
        self.complete = complete
        self.size = len(buffer)
        self.u4 = view(buffer, layout.order + "u4")
        self.head = struct.Struct(layout.order + "IIII")
        self.found = ""
        self.stop = Stop.DAMAGE
        self.hours = 0
        self.shift = 0

    def leap(self, at: Ints) -> Ints:
        layout = self.layout
        length = near(self.buffer, at + layout.caplen_at, self.u4)
        if layout.either:
            length = np.minimum(length, self.u4[at + 12])
        after = at + (length + np.int64(layout.header))
        odd = length - np.uint32(1) >= ORDINARY  # zero wraps around, and is odd too
        odd |= after > self.size
        np.putmask(after, odd, FAR)
        return after

    def follow(self, at: int, end: int, found: list[int]) -> tuple[int, bool]:
        layout = self.layout
        if layout.either:
            return self._follow_odd(at, end, found)
        read = struct.Struct(layout.order + "I").unpack_from
        data, size, header, caplen_at = self.bytes, self.size, layout.header, layout.caplen_at
        append = found.append
        while at < end:
            length = read(data, at + caplen_at)[0]
            after = at + header + length
            if not 0 < length <= ORDINARY or after > size:
                after = self.examine(at)
                if after < 0:
                    return at, True
            append(at)
            at = after
        return at, False

    def _follow_odd(self, at: int, end: int, found: list[int]) -> tuple[int, bool]:
        while at < end:
            after = self.examine(at)
            if after < 0:
                return at, True
            found.append(at)
            at = after
        return at, False

    def lengths(self, at: int) -> tuple[int, int, int, int]:
        """Seconds, fraction, captured and original length of one record."""
        seconds, fraction, caplen, origlen = self.head.unpack_from(self.bytes, at)
        if self.layout.caplen_at == 12 or (self.layout.either and caplen > origlen):
            caplen, origlen = origlen, caplen
        return seconds, fraction, caplen, origlen

    def examine(self, at: int) -> int:
        """Where the record after this one starts; negative if this is none, with the reason kept."""
        _, _, caplen, _ = self.lengths(at)
        after = at + self.layout.header + caplen
        left = self.size - at - self.layout.header
        if caplen > LARGEST_PACKET:
            return self._refuse(
                Stop.DAMAGE, f"expected a record header, found a captured length of {caplen} bytes"
            )
        if after > self.size:
            if not self.complete:
                return self._refuse(Stop.MORE, "")
            return self._refuse(
                Stop.DAMAGE, f"expected {caplen} bytes of packet data, the file ends after {left}"
            )
        if caplen > ORDINARY and not self._followed_by_record(after):
            return self._refuse(
                Stop.DAMAGE,
                f"expected a record header, found a captured length of {caplen} bytes and no record after it",
            )
        if caplen == 0 and left > 0 and not self.buffer[at : at + self.layout.header].any():
            return self._examine_zeros(at, after)
        return after

    def _examine_zeros(self, at: int, after: int) -> int:
        if any(self.buffer[low : low + (1 << 20)].any() for low in range(at, self.size, 1 << 20)):
            return after
        if not self.complete:
            return self._refuse(Stop.MORE, "")
        return self._refuse(
            Stop.DAMAGE, f"expected a record header, found only zeros to the end ({self.size - at} bytes)"
        )

    def _followed_by_record(self, at: int) -> bool:
        if at == self.size:
            return True
        if at + 16 > self.size:
            return False
        _, fraction, caplen, _ = self.lengths(at)
        return fraction < self.layout.fraction and caplen <= LARGEST_PACKET

    def _refuse(self, stop: Stop, found: str) -> int:
        self.stop, self.found = stop, found
        return -1

    def expect_times_like(self, at: int) -> None:
        """Guess from now on by the upper half of the seconds of this (proven) record."""
        self.shift = 2 if self.layout.order == "<" else 0
        self.hours = self.lengths(at)[0] >> 16

    def guess(self, low: int, high: int) -> int | None:
        for hours in (self.hours, self.hours + 1):
            found = self._find(low, high, hours)
            if found is not None:
                self.hours = hours
                return found
        return None

    def guesses(self, low: int, width: int, lanes: int) -> Ints:
        """The first place in each lane where the upper half of the seconds reads ``hours``, if all looks like a record
        there and after it."""
        span = min(NEAR, width)
        if lanes <= 0 or low + (lanes - 1) * width + span + 16 > self.size:
            return np.full(max(lanes, 0), -1, np.int64)
        octets = np.ndarray((lanes, span + 1), "u1", self.buffer, low + self.shift, (width, 1))
        one, other = struct.pack(self.layout.order + "H", self.hours & 0xFFFF)
        reads = (octets[:, :-1] == one) & (octets[:, 1:] == other)
        first = reads.argmax(axis=1)
        at = low + width * np.arange(lanes) + first
        good, here = reads[np.arange(lanes), first], at  # `first` is 0 where there is none
        for _ in range(3):
            good &= here <= self.size - 16
            here = np.where(good, here, 0)
            caplen, origlen = (self.u4[here + place].astype(np.int64) for place in self._lengths_at)
            good &= (caplen > 0) & (caplen <= ORDINARY) & (origlen > 0) & (origlen < 1 << 24)
            good &= self.u4[here + 4] < self.layout.fraction
            here = here + self.layout.header + caplen
        return np.where(good & (here <= self.size), at, -1)

    @property
    def _lengths_at(self) -> tuple[int, int]:
        return self.layout.caplen_at, 20 - self.layout.caplen_at

    def _find(self, low: int, high: int, hours: int) -> int | None:
        """A position where the upper half of the seconds reads ``hours``, and all looks like a record."""
        pattern = struct.pack(self.layout.order + "H", hours & 0xFFFF)
        for start, stop in ((low, low + 4096), (low + 4096, low + 65536)):
            stop = min(stop, high)
            if start >= stop:
                return None
            text = self.bytes[start : stop + self.shift].tobytes()
            at = text.find(pattern, self.shift)
            tries = 32
            while at >= 0 and tries:
                if self._looks_like_record(start + at - self.shift):
                    return start + at - self.shift
                at = text.find(pattern, at + 1)
                tries -= 1
        return None

    def _looks_like_record(self, at: int, depth: int = 3) -> bool:
        for _ in range(depth):
            if at + self.layout.header > self.size:
                break
            _, fraction, caplen, origlen = self.lengths(at)
            if fraction >= self.layout.fraction or not 0 < caplen <= ORDINARY or not 0 < origlen < 1 << 24:
                return False
            at += self.layout.header + caplen
        return at <= self.size


class Pcap:
    """A pcap file."""

    def __init__(self, path: str, buffer: Bytes, complete: bool) -> None:
        head = buffer[:28].tobytes()
        if len(head) < 24:
            raise CaptureError(path, f"expected a pcap file header of 24 bytes, the file has {len(head)}", 0)
        self.byte_order = "<" if int.from_bytes(head[:4], "little") in MAGIC else ">"
        fields = struct.unpack_from(self.byte_order + "IHHiIII", head)
        magic, major, minor, _zone, _sigfigs, snaplen, network = fields
        self.name = MAGIC[magic]
        if major < 2:
            raise CaptureError(path, f"expected pcap version 2 or later, found {major}.{minor}", 4)
        linktype = network & 0x03FF_FFFF
        if (major, minor) == (2, 2) and self.name == "pcap" and linktype in AIX_LINKTYPE:
            self.name, linktype = "AIX pcap", AIX_LINKTYPE[linktype]
        self.start = 28 if self.name.startswith("Ixia") else 24
        nanoseconds = self.name in NANOSECONDS
        self.layout = Layout(
            order=self.byte_order,
            header=16,
            caplen_at=12 if major == 543 or (major == 2 and minor < 3) else 8,
            either=(major, minor) == (2, 3),
            fraction=1_000_000_000 if nanoseconds else 1_000_000,
        )
        if (major, minor) == (2, 4) and self.name in VARIANTS:
            self._choose_variant(buffer, complete)
        interface = Interface(
            id=0,
            linktype=SAME_LINKTYPE.get(linktype, linktype),
            snaplen=snaplen,
            tsresol=self.layout.fraction,
            fcs_len=(network >> 28) * 2 if network & 0x0400_0000 else None,
        )
        self.interfaces = [interface]
        self.sections: list[Section] = []
        self.version = (major, minor)

    @property
    def origin(self) -> Checkpoint:
        """Right after the file header."""
        return Checkpoint(0, self.start)

    def _choose_variant(self, buffer: Bytes, complete: bool) -> None:
        """Take the first record header length that makes sense of the first records."""
        variants = VARIANTS[self.name]
        self.layout.header = next(iter(variants.values()))
        for name, header in variants.items():
            layout = Layout(
                self.layout.order, header, self.layout.caplen_at, self.layout.either, self.layout.fraction
            )
            unsure = not complete and header == self.layout.header
            if _makes_sense(PcapChain(buffer, layout, complete), self.start, unsure):
                self.layout, self.name = layout, name
                return

    def scan(self, buffer: Bytes, start: int, until: int, section: int, complete: bool) -> Span:
        """Find the packets that start in [start, until)."""
        layout = self.layout
        chain = PcapChain(buffer, layout, complete)
        end = min(until, len(buffer) - layout.header + 1)
        if start >= end:
            at, after, stopped = np.empty(0, np.int64), start, False
        else:
            chain.expect_times_like(start)
            at, after, stopped = walk(chain, start, end)
        span = Span(at, section, after, section)
        if stopped:
            span.stop, span.found = chain.stop, chain.found
        elif after + layout.header > len(buffer):
            left = len(buffer) - after
            if not complete or left == 0:
                span.stop = Stop.MORE
            else:
                span.stop = Stop.DAMAGE
                span.found = f"expected a record header of {layout.header} bytes, the file ends after {left}"
        return span

    def columns(self, buffer: Bytes, at: Ints, section: int) -> Columns:
        """Record headers as columns."""
        layout = self.layout
        found = items(buffer, at, layout.header + HEAD)
        head = words(found, 4, layout.order)
        caplen = head[:, layout.caplen_at // 4].astype(np.int64)
        origlen = head[:, 5 - layout.caplen_at // 4].astype(np.int64)
        if layout.either:
            caplen, origlen = np.minimum(caplen, origlen), np.maximum(caplen, origlen)
        time = head[:, 0].astype(np.int64)
        time *= 1_000_000_000
        fraction = head[:, 1].astype(np.int64)
        fraction *= 1_000_000_000 // layout.fraction
        time += fraction
        interface = np.zeros(len(at), np.int32)
        return Columns(
            at + layout.header, caplen, origlen, time, interface, at, heads_in(found, layout.header)
        )


def _makes_sense(chain: PcapChain, at: int, unsure: bool) -> bool:
    """Whether the first three records read well with this layout: sane fractions and lengths.

    ``unsure`` is the answer if there are too few bytes (yet) to tell.
    """
    size, layout = chain.size, chain.layout
    for number in range(3):
        if at + layout.header > size:
            return at == size or (number > 0 and at < size) or unsure
        _, fraction, caplen, origlen = chain.lengths(at)
        if fraction >= layout.fraction or caplen > min(origlen, ORDINARY) or origlen > 64 << 20:
            return False
        at += layout.header + caplen
    return at <= size or unsure
