"""What a capture file holds, whatever its format: interfaces, sections, and packets as parallel arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Items = NDArray[np.void]

HEAD = 80
"""The first octets of each packet that are read along with its record header: IPv6 and TCP within a VLAN tag within
Ethernet."""

NO_TIME = int(np.iinfo(np.int64).min)
"""``Records.time`` of a packet that carries no time stamp (pcapng simple packet blocks); NumPy's NaT."""


@dataclass(slots=True)
class Interface:
    """Where packets were captured. pcap and snoop files have exactly one; pcapng files any number."""

    id: int
    """Index into ``Source.interfaces``: unique in the file, also across pcapng sections."""
    linktype: int
    """LINKTYPE_ number as registered at tcpdump.org."""
    snaplen: int = 0
    """Most bytes kept of a packet; 0 is no limit."""
    name: str | None = None
    description: str | None = None
    tsresol: int = 1_000_000
    """Units per second of the time stamps in the file."""
    tsoffset: int = 0
    """Seconds to add to the time stamps in the file (already added in ``Records.time``)."""
    speed: int | None = None
    filter: str | None = None
    os: str | None = None
    hardware: str | None = None
    mac: bytes | None = None
    eui: bytes | None = None
    ipv4: list[bytes] = field(default_factory=list)
    """Address and netmask, 8 bytes each."""
    ipv6: list[bytes] = field(default_factory=list)
    """Address and prefix length, 17 bytes each."""
    fcs_len: int | None = None
    """Bytes of frame check sequence at the end of each packet, where the file says."""
    tx_speed: int | None = None
    rx_speed: int | None = None
    section: int = 0
    local: int = 0
    """The interface's number within its section."""
    block: int | None = None
    """Offset of its description block in a pcapng file."""
    comments: list[str] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)
    """Last interface statistics block: starttime, endtime, received, dropped, filter_accepted, os_dropped,
    delivered (times in ns since the epoch), comments."""

    @property
    def comment(self) -> str | None:
        """The first comment."""
        return self.comments[0] if self.comments else None


@dataclass(slots=True)
class Section:
    """One section of a pcapng file: its byte order, what wrote it, and which interfaces it declares."""

    index: int
    offset: int
    byte_order: str
    """``<`` or ``>``, as in :mod:`struct`."""
    version: tuple[int, int] = (1, 0)
    hardware: str | None = None
    os: str | None = None
    application: str | None = None
    comments: list[str] = field(default_factory=list)
    interfaces: list[int] = field(default_factory=list)
    """Global interface index of each interface of this section."""
    declared_at: list[int] = field(default_factory=list)
    """Offset of each interface's description block."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place to start reading from: packet ``number`` begins at ``offset``, within ``section``."""

    number: int
    offset: int
    section: int = 0


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Records:
    """A run of consecutive packets, as arrays of equal length."""

    first: int
    """Number of the first packet, counted from 0."""
    buffer: Bytes
    """The file's bytes (decompressed); ``offset`` and ``block`` point into it."""
    offset: Ints
    """First byte of the packet's data."""
    caplen: Ints
    """Bytes of the packet in the file."""
    origlen: Ints
    """Bytes of the packet on the wire."""
    time: Ints
    """Nanoseconds since the epoch, or ``NO_TIME``."""
    interface: NDArray[np.int32]
    """Index into ``Source.interfaces``."""
    block: Ints
    """Where the packet's record header or block begins."""
    heads: Items | None = None
    """The first ``HEAD`` octets of each packet, where they were read along: behind a packet's end stand those that
    follow it in the buffer, or zeros."""

    def __len__(self) -> int:
        return len(self.offset)

    def taken(self, rows: Ints) -> Records:
        """Some of these packets.  `first` stays the number of the whole run's first packet."""
        return Records(
            self.first, self.buffer, self.offset[rows], self.caplen[rows], self.origlen[rows], self.time[rows],
            self.interface[rows], self.block[rows], None if self.heads is None else self.heads[rows],
        )  # fmt: skip

    def part(self, low: int, high: int) -> Records:
        """The packets from place `low` to before `high`."""
        some = slice(low, high)
        return Records(
            self.first + low, self.buffer, self.offset[some], self.caplen[some], self.origlen[some], self.time[some],
            self.interface[some], self.block[some], None if self.heads is None else self.heads[some],
        )  # fmt: skip

    def since(self, number: int) -> Records:
        """The packets from a number (counted from 0) on."""
        return self if number <= self.first else self.part(number - self.first, len(self))

    def data(self, row: int) -> bytes:
        """The bytes of one packet of this chunk."""
        start = int(self.offset[row])
        return self.buffer[start : start + int(self.caplen[row])].tobytes()
