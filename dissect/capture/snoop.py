"""snoop files (RFC 1761): Solaris' capture format.

file      "snoop" and three zeros(8) version(4) datalink type(4), all big-endian
record    original(4) included(4) record length(4) drops(4) seconds(4) microseconds(4) data, padding
"""

from __future__ import annotations

import struct

import numpy as np

from .errors import CaptureError
from .formats import LARGEST_PACKET, Columns, Span, Stop, view
from .records import Bytes, Checkpoint, Interface, Ints, Section

MAGIC = b"snoop\0\0\0"
LINKTYPES = {0: 1, 1: 6, 2: 6, 4: 1, 8: 10, 9: 147, 16: 1, 18: 123, 26: 242, 28: 1}
"""Datalink types (RFC 1761 and later Solaris) and the LINKTYPE_ they are."""
HEADER = struct.Struct(">6I")


class Snoop:
    """A snoop file."""

    name = "snoop"
    byte_order = ">"

    def __init__(self, path: str, buffer: Bytes, complete: bool) -> None:
        head = buffer[:16].tobytes()
        if len(head) < 16:
            raise CaptureError(path, f"expected a snoop file header of 16 bytes, the file has {len(head)}", 0)
        version, datalink = struct.unpack_from(">II", head, 8)
        if not 2 <= version <= 5:
            raise CaptureError(path, f"expected snoop version 2, found {version}", 8)
        if datalink not in LINKTYPES:
            raise CaptureError(path, f"expected a known snoop datalink type, found {datalink}", 12)
        self.interfaces = [Interface(id=0, linktype=LINKTYPES[datalink])]
        self.sections: list[Section] = []

    @property
    def origin(self) -> Checkpoint:
        """Right after the file header."""
        return Checkpoint(0, 16)

    def scan(self, buffer: Bytes, start: int, until: int, section: int, complete: bool) -> Span:
        """Find the packets that start in [start, until)."""
        found: list[int] = []
        data, size, at = buffer.data, len(buffer), start
        stop, why = None, ""
        while at < until:
            if at + 24 > size:
                stop = Stop.MORE if not complete or at == size else Stop.DAMAGE
                why = f"expected a record header of 24 bytes, the file ends after {size - at}"
                break
            _, caplen, length, *_ = HEADER.unpack_from(data, at)
            if length < 24 + caplen or length > LARGEST_PACKET:
                stop = Stop.DAMAGE
                why = f"expected a record header, found a record length of {length} for {caplen} bytes"
                break
            if at + 24 + caplen > size or (at + length > size and not complete):
                stop = Stop.DAMAGE if complete else Stop.MORE
                why = f"expected {caplen} bytes of packet data, the file ends after {size - at - 24}"
                break
            found.append(at)
            at = min(at + length, size)
        if stop is None and at == size:
            stop = Stop.MORE
        return Span(np.array(found, np.int64), section, at, section, stop, why)

    def columns(self, buffer: Bytes, at: Ints, section: int) -> Columns:
        """Record headers as columns."""
        u4 = view(buffer, ">u4")
        origlen, caplen = u4[at].astype(np.int64), u4[at + 4].astype(np.int64)
        time = u4[at + 16].astype(np.int64) * 1_000_000_000 + u4[at + 20].astype(np.int64) * 1_000
        return Columns(at + 24, caplen, origlen, time, np.zeros(len(at), np.int32), at)
