"""Captures made by hand, byte for byte, for the tests of the readers and writers."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import dissect
from dissect.capture import PcapWriter

Packet = tuple[int, int, bytes, int]
"""Seconds, fraction, data, original length."""


def paced(packets: Iterable[bytes], step: int = 1_000_000, cut: int | None = None) -> list[Packet]:
    """Packets as they came, the first at 0 and each `step` microseconds behind the one before, of which `cut` octets
    were kept."""
    return [(*divmod(i * step, 1_000_000), one[:cut], len(one)) for i, one in enumerate(packets)]


def pcap(
    packets: list[Packet],
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    network: int = 1,
    extra: bytes = b"",
    version: tuple[int, int] = (2, 4),
    swapped: bool = False,
    snap: int = 65535,
) -> bytes:
    out = [struct.pack(order + "IHHiIII", magic, *version, 0, 0, snap, network)]
    for seconds, fraction, data, origlen in packets:
        lengths = (origlen, len(data)) if swapped else (len(data), origlen)
        out.append(struct.pack(order + "IIII", seconds, fraction, *lengths) + extra + data)
    return b"".join(out)


def opts(items: list[tuple[int, bytes]], order: str = "<") -> bytes:
    out = b"".join(
        struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) & 3) for code, value in items
    )
    return out + bytes(4) if items else b""


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) & 3)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def shb(order: str = "<", items: list[tuple[int, bytes]] | None = None) -> bytes:
    return block(
        0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + opts(items or [], order), order
    )


def idb(
    linktype: int = 1, snaplen: int = 0, order: str = "<", items: list[tuple[int, bytes]] | None = None
) -> bytes:
    return block(1, struct.pack(order + "HHI", linktype, 0, snaplen) + opts(items or [], order), order)


def epb(
    ticks: int,
    data: bytes,
    interface: int = 0,
    origlen: int | None = None,
    order: str = "<",
    items: list[tuple[int, bytes]] | None = None,
) -> bytes:
    head = struct.pack(
        order + "IIIII",
        interface,
        ticks >> 32,
        ticks & 0xFFFFFFFF,
        len(data),
        len(data) if origlen is None else origlen,
    )
    return block(6, head + data + bytes(-len(data) & 3) + opts(items or [], order), order)


def spb(data: bytes, origlen: int | None = None, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", len(data) if origlen is None else origlen) + data, order)


def snoop(packets: list[Packet], datalink: int = 4) -> bytes:
    out = [b"snoop\0\0\0" + struct.pack(">II", 2, datalink)]
    for seconds, fraction, data, origlen in packets:
        pad = -len(data) & 3
        out.append(struct.pack(">6I", origlen, len(data), 24 + len(data) + pad, 0, seconds, fraction))
        out.append(data + bytes(pad))
    return b"".join(out)


def snapped(source: Path, octets: int, folder: Path) -> Path:
    """An Ethernet capture of which so many octets of each packet are left."""
    path = folder / "snapped.pcap"
    with dissect.open(source) as cap, PcapWriter(path, linktype=1) as writer:
        for chunk in cap.source.chunks():
            for row in range(len(chunk)):
                writer.write(int(chunk.time[row]), chunk.data(row)[:octets], int(chunk.origlen[row]))
    return path
