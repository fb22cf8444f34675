"""Packets to pcap and pcapng files: one at a time, or whole chunks of an open capture."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from . import options as opt
from .errors import CaptureError
from .output import Output
from .records import NO_TIME, Interface, Records
from .source import Source

SECOND = 1_000_000_000
Rows = NDArray[np.bool_] | NDArray[np.integer[Any]] | Sequence[int] | None


def _rows(records: Records, rows: Rows) -> NDArray[np.int64]:
    """A mask or row numbers as row numbers."""
    if rows is None:
        return np.arange(len(records))
    chosen = np.asarray(rows)
    return np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64)


class _Writer:
    """Opening, closing and naming, common to both formats."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._out = Output(path)
        self.path = self._out.path
        self.written = 0
        """Packets written so far."""

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._out.close()

    def discard(self) -> None:
        """Give up: no file is left."""
        self._out.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _error(self, text: str) -> CaptureError:
        return CaptureError(self.path, text, packet=self.written)


class PcapWriter(_Writer):
    """A pcap file: one link type, no interfaces, no comments; nanoseconds unless told otherwise.

    ``linktype`` may be left out: then it is that of the first packet's interface. With ``source`` the
    file is written in that capture's time resolution, if it is pcap's microseconds.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        linktype: int | None = None,
        snaplen: int = 262_144,
        nanoseconds: bool | None = None,
        source: Source | None = None,
    ) -> None:
        super().__init__(path)
        self._linktype = linktype
        self._snaplen = snaplen
        self._source = source
        self._fcs_len: int | None = None
        self._begun = False
        self._nanoseconds = nanoseconds
        if linktype is not None:
            self._begin(linktype)

    def write(
        self,
        time_ns: int,
        data: bytes,
        origlen: int | None = None,
        interface: Interface | None = None,
        comments: Sequence[str] = (),
    ) -> None:
        """Write one packet. pcap has no place for comments: they are refused, not dropped."""
        if comments:
            raise self._error("pcap files have no comments; write pcapng")
        self._check(interface)
        length = len(data) if origlen is None else origlen
        seconds, nanos = divmod(0 if time_ns == NO_TIME else time_ns, SECOND)
        if not 0 <= seconds < 1 << 32:
            raise self._error(f"pcap files have times from 1970 to 2106, not {seconds} s")
        fraction = nanos if self._nanoseconds else nanos // 1000
        self._out.put(struct.pack("<IIII", seconds, fraction, len(data), length), data)
        self.written += 1

    def write_records(self, records: Records, rows: Rows = None, source: Source | None = None) -> None:
        """Write the chosen packets of a chunk."""
        chosen = _rows(records, rows)
        source = source or self._source
        if not len(chosen):
            return
        if source is not None:
            for number in np.unique(records.interface[chosen]).tolist():
                self._check(source.interfaces[number])
        elif not self._begun:
            raise self._error("the link type of these packets is not known: give linktype or source")
        time = records.time[chosen]
        time = np.where(time == NO_TIME, 0, time)
        seconds = time // SECOND
        if bool((seconds < 0).any()) or bool((seconds >= 1 << 32).any()):
            raise self._error("pcap files have times from 1970 to 2106")
        header = np.empty((len(chosen), 4), "<u4")
        header[:, 0] = seconds
        header[:, 1] = (time - seconds * SECOND) // (1 if self._nanoseconds else 1000)
        header[:, 2] = records.caplen[chosen]
        header[:, 3] = records.origlen[chosen]
        heads = memoryview(header.tobytes())
        data = records.buffer.data
        starts = records.offset[chosen].tolist()
        ends = (records.offset[chosen] + records.caplen[chosen]).tolist()
        pieces: list[memoryview] = []
        for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
            pieces += heads[16 * row : 16 * row + 16], data[start:end]
        self._out.put(*pieces)
        self.written += len(chosen)

    def close(self) -> None:
        """Finish the file; without any packet it is an Ethernet capture of none."""
        if self._out.open and not self._begun:
            interfaces = self._source.interfaces if self._source is not None else []
            self._begin(interfaces[0].linktype if interfaces else 1)
        super().close()

    def _check(self, interface: Interface | None) -> None:
        """One link type only; the first packet's, if none was given."""
        if interface is None:
            if not self._begun:
                raise self._error("the link type of the packet is not known: give linktype or interface")
            return
        if not self._begun:
            self._fcs_len = interface.fcs_len
            self._begin(interface.linktype)
        if interface.linktype != self._linktype:
            raise self._error(
                f"a pcap file has one link type, this one {self._linktype}; the packet's is "
                f"{interface.linktype}; write pcapng"
            )

    def _begin(self, linktype: int) -> None:
        if self._nanoseconds is None:
            known = self._source.interfaces if self._source is not None else []
            self._nanoseconds = not known or any(it.tsresol != 1_000_000 for it in known)
        self._linktype, self._begun = linktype, True
        network = linktype
        if self._fcs_len is not None and self._fcs_len % 2 == 0:
            network |= 0x0400_0000 | (self._fcs_len // 2) << 28
        magic = 0xA1B23C4D if self._nanoseconds else 0xA1B2C3D4
        self._out.put(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, self._snaplen, network))


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) & 3)
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


class PcapngWriter(_Writer):
    """A pcapng file: interfaces as they were, comments and all other packet options, nanoseconds.

    With ``source``, interfaces keep the numbers they have there, and the section's texts, names, secrets and
    statistics are taken over. Without, ``interfaces`` are declared first, and any other when it is first
    used.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        interfaces: Sequence[Interface] = (),
        source: Source | None = None,
        application: str = "pcap-dissect",
        comments: Sequence[str] = (),
    ) -> None:
        super().__init__(path)
        self._source = source
        self._declared: list[Interface] = []
        self._names: set[tuple[bytes, str]] = set()
        self._secrets: dict[int, int] = {}  # of each source, how many were taken over
        section = source.sections[0] if source is not None and source.sections else None
        items = [(1, text.encode()) for text in comments]
        if section is not None:
            items += [(1, text.encode()) for text in section.comments]
            items += [(2, section.hardware.encode())] if section.hardware else []
            items += [(3, section.os.encode())] if section.os else []
        items.append((4, application.encode()))
        self._out.put(_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + opt.pack(items)))
        for interface in interfaces:
            self.add_interface(interface)
        self._take_over(source)

    def add_interface(self, interface: Interface) -> int:
        """Declare an interface; the number to write its packets with."""
        body = struct.pack("<HHI", interface.linktype, 0, interface.snaplen)
        self._out.put(_block(1, body + opt.pack(_interface_options(interface))))
        self._declared.append(interface)
        return len(self._declared) - 1

    def write(
        self,
        time_ns: int,
        data: bytes,
        origlen: int | None = None,
        interface: int | Interface = 0,
        comments: Sequence[str] = (),
        options: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        """Write one packet, with comments and any other options (code and little-endian value)."""
        number = interface if isinstance(interface, int) else self._number(interface)
        if not 0 <= number < len(self._declared):
            raise self._error(f"interface {number} is not declared ({len(self._declared)} are)")
        length = len(data) if origlen is None else origlen
        items = [(1, text.encode()) for text in comments] + list(options)
        ticks = self._ticks(time_ns, self._declared[number])
        head = struct.pack("<IIIII", number, ticks >> 32, ticks & 0xFFFF_FFFF, len(data), length)
        self._out.put(_block(6, head + data + bytes(-len(data) & 3) + opt.pack(items)))
        self.written += 1

    def write_records(self, records: Records, rows: Rows = None, source: Source | None = None) -> None:
        """Write the chosen packets of a chunk, with their comments and other options.

        ``source`` is the capture they are from, if not the one the writer was opened with.
        """
        chosen = _rows(records, rows)
        source = source or self._source
        self._take_over(source)
        if not len(chosen):
            return
        numbers = self._numbers(records.interface[chosen], source)
        ticks = self._all_ticks(records.time[chosen], numbers)
        caplen = records.caplen[chosen]
        padding = -caplen & 3
        header = np.empty((len(chosen), 7), "<u4")
        header[:, 0] = 6
        header[:, 1] = 32 + caplen + padding
        header[:, 2] = numbers
        header[:, 3] = ticks >> np.uint64(32)
        header[:, 4] = ticks & np.uint64(0xFFFF_FFFF)
        header[:, 5] = caplen
        header[:, 6] = records.origlen[chosen]
        extra = _extra_options(records, chosen, source)
        for row, packed in extra.items():
            header[row, 1] += len(packed)
        heads = memoryview(header.tobytes())
        data = records.buffer.data
        starts = records.offset[chosen].tolist()
        ends = (records.offset[chosen] + caplen).tolist()
        pieces: list[bytes | memoryview] = []
        for row, (start, end, pad) in enumerate(zip(starts, ends, padding.tolist(), strict=True)):
            head = heads[28 * row : 28 * row + 28]
            pieces += head, data[start:end], bytes(pad) + extra.get(row, b"") + head[4:8]
        self._out.put(*pieces)
        self.written += len(chosen)

    def close(self) -> None:
        """Finish the file: interface statistics come last."""
        if self._out.open:
            self._take_over(self._source)
            for number, interface in enumerate(self._declared):
                if interface.statistics:
                    self._put_statistics(number, interface)
        super().close()

    # -- what comes with the packets ------------------------------------------------------------------------

    def _take_over(self, source: Source | None) -> None:
        """Write what a source has learnt since: interfaces, names, secrets."""
        if source is None:
            return
        for interface in source.interfaces:
            if not any(interface is known for known in self._declared):
                self.add_interface(interface)
        for kind, secret in source.secrets[self._secrets.get(id(source), 0) :]:
            self._out.put(_block(10, struct.pack("<II", kind, len(secret)) + secret))
        self._secrets[id(source)] = len(source.secrets)
        new = [(a, n) for a, names in source.names.items() for n in names if (a, n) not in self._names]
        if new:
            items = [(1 if len(a) == 4 else 2, a + n.encode() + b"\0") for a, n in new]
            self._out.put(_block(4, opt.pack(items)))
            self._names.update(new)

    def _put_statistics(self, number: int, interface: Interface) -> None:
        said = interface.statistics
        items = [(1, text.encode()) for text in said.get("comments", [])]
        for code, name in ((2, "starttime"), (3, "endtime")):
            if name in said:
                ticks = self._ticks(said[name], interface)
                items.append((code, struct.pack("<II", ticks >> 32, ticks & 0xFFFF_FFFF)))
        counts = (
            (4, "received"),
            (5, "dropped"),
            (6, "filter_accepted"),
            (7, "os_dropped"),
            (8, "delivered"),
        )
        items += [(code, struct.pack("<Q", said[name])) for code, name in counts if name in said]
        ticks = self._ticks(said.get("time", 0), interface)
        body = struct.pack("<III", number, ticks >> 32, ticks & 0xFFFF_FFFF)
        self._out.put(_block(5, body + opt.pack(items)))

    # -- interfaces and times -------------------------------------------------------------------------------

    def _number(self, interface: Interface) -> int:
        for number, known in enumerate(self._declared):
            if known is interface:
                return number
        return self.add_interface(interface)

    def _numbers(self, interface: NDArray[np.int32], source: Source | None) -> NDArray[np.int64]:
        if source is None:
            if len(interface) and int(interface.max()) >= len(self._declared):
                raise self._error(f"interface {int(interface.max())} is not declared")
            return interface.astype(np.int64)
        table = np.zeros(len(source.interfaces), np.int64)
        for number in np.unique(interface).tolist():
            table[number] = self._number(source.interfaces[number])
        return table[interface]

    def _ticks(self, time_ns: int, interface: Interface) -> int:
        """Rounded up, so that what comes back from a resolution finer than ours is the same nanosecond."""
        since = (0 if time_ns == NO_TIME else time_ns) - interface.tsoffset * SECOND
        if SECOND % interface.tsresol == 0:
            ticks = since // (SECOND // interface.tsresol)
        else:
            ticks = -(-since * interface.tsresol // SECOND)
        if time_ns == NO_TIME:
            ticks = max(ticks, 0)
        if not 0 <= ticks < 1 << 64:
            raise self._error(f"the time {time_ns} ns does not fit the interface's resolution and offset")
        return ticks

    def _all_ticks(self, time: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
        ticks = np.empty(len(time), np.uint64)
        for number in np.unique(numbers).tolist():
            rows = numbers == number
            it = self._declared[number]
            if SECOND % it.tsresol == 0 and it.tsoffset == 0 and bool((time[rows] >= 0).all()):
                ticks[rows] = time[rows] // (SECOND // it.tsresol)
            else:
                ticks[rows] = [self._ticks(one, it) for one in time[rows].tolist()]
        return ticks


def _extra_options(records: Records, chosen: NDArray[np.int64], source: Source | None) -> dict[int, bytes]:
    """The packed options of those chosen packets whose block has any."""
    if source is None or source.format != "pcapng":
        return {}
    extra = {}
    for row, number in enumerate(chosen.tolist()):
        raw, order = source.raw_options(records, number)
        if raw:
            extra[row] = opt.pack(opt.reorder(opt.options(raw, order), order))
    return extra


def _interface_options(it: Interface) -> list[tuple[int, bytes]]:
    items = [(1, text.encode()) for text in it.comments]
    texts = ((2, it.name), (3, it.description), (12, it.os), (15, it.hardware))
    items += [(code, text.encode()) for code, text in texts if text is not None]
    items += [(4, address) for address in it.ipv4] + [(5, address) for address in it.ipv6]
    items += [(6, it.mac)] if it.mac else []
    items += [(7, it.eui)] if it.eui else []
    speeds = ((8, it.speed), (16, it.tx_speed), (17, it.rx_speed))
    items += [(code, struct.pack("<Q", speed)) for code, speed in speeds if speed is not None]
    items.append((9, bytes([_resolution(it.tsresol)])))
    items += [(11, b"\0" + it.filter.encode())] if it.filter is not None else []
    items += [(13, bytes([it.fcs_len]))] if it.fcs_len is not None else []
    items += [(14, struct.pack("<q", it.tsoffset))] if it.tsoffset else []
    return items


def _resolution(units: int) -> int:
    """The if_tsresol byte for so many units per second."""
    if units.bit_count() == 1 and units > 1:
        return 0x80 | (units.bit_length() - 1)
    return len(str(units)) - 1
