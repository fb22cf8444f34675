"""What is fuzzed: functions of bytes that must not raise, hang, or take memory without end, whatever the bytes are.

Each has a folder of the corpus, `corpus/<name>/`: inputs that once went wrong, or that reach far.
"""

from __future__ import annotations

import bisect
import io
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np

import dissect
from dissect.capture import CaptureError
from dissect.check.ruleset import RuleError, read_rules
from dissect.engine import row
from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.row import Dissection
from dissect.engine.tree import PacketTree
from dissect.filters import FilterError, compile_filter
from tests.capture.files import paced, pcap

row.STRICT = True
REGISTRY = dissect.builtin()
LINK_TYPES = (0, 1, 9, 12, 101, 104, 105, 107, 113, 127, 192, 195, 227, 228, 239, 252, 276)
NO_MESSAGES = {"usb"}  # what several layers have in common
LIST = ("_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info", "frame.protocols", "_ws.malformed")


def readers(data: bytes) -> None:
    """A capture file, compressed or not: everything readable, then at most one CaptureError."""
    try:
        with dissect.open(io.BytesIO(data)) as cap:
            for chunk in cap.source.chunks(256):
                for row in range(min(len(chunk), 64)):
                    chunk.data(row)
                    cap.source.packet_options(chunk, row)
            assert len(cap) >= 0
            str(cap.damage)
    except CaptureError as error:
        assert "\n" not in str(error)


def whole(tree: PacketTree) -> None:
    """Every node lies within its source, and every text can be made."""
    for node in tree.walk():
        assert node.start >= 0 and node.size >= 0
    assert tree.protocols is not None and str(tree.info) is not None


def dissected(link: int, data: bytes) -> PacketTree:
    """A packet of a link type that stands alone."""
    run = Dissection(REGISTRY, data)
    layer = REGISTRY.find("linktype", link) or REGISTRY.layer("data")
    run.enter(layer, data, 0, len(data), len(data), None)
    return run.tree


def packet(data: bytes) -> None:
    """A packet of some link type (first byte), by row and by column."""
    if len(data) < 2:
        return
    link, body = LINK_TYPES[data[0] % len(LINK_TYPES)], data[1:]
    whole(dissected(link, body))
    buffer = np.frombuffer(body + bytes(8), np.uint8)
    one = np.array([len(body)], np.int64)
    batch = SimpleNamespace(buffer=buffer, offset=np.zeros(1, np.int64), caplen=one, origlen=one)
    columns = ColumnEvaluator(LISTED).evaluate(batch, np.array([link]))
    assert columns.text["_ws.col.Info"] is not None


LISTED = Plan(REGISTRY, LIST)


def place_of(layer: str, which: int = 0) -> bytes:
    """What chooses a layer, and which of those of its name: it stays the same when others come."""
    return (zlib.crc32(f"{layer}#{which}".encode()) & 0xFFFF).to_bytes(2, "big")


def places() -> Iterator[tuple[int, int]]:
    """Of every layer what chooses it, and its number."""
    seen: Counter[str] = Counter()
    for number, one in enumerate(REGISTRY.outlines):
        if one.name not in NO_MESSAGES:
            yield int.from_bytes(place_of(one.name, seen[one.name]), "big"), number
        seen[one.name] += 1


PLACES = sorted(places())


def message(data: bytes) -> None:
    """A message of any layer (the first two bytes choose), whatever would carry it."""
    if len(data) < 3:
        return
    chosen = bisect.bisect_left(PLACES, (int.from_bytes(data[:2], "big"), 0))
    layer = REGISTRY.numbered(PLACES[chosen % len(PLACES)][1])
    run = Dissection(REGISTRY, data[2:])
    run.enter(layer, data[2:], 0, len(data) - 2, len(data) - 2, None)
    whole(run.tree)


def filters(data: bytes) -> None:
    """A display filter: compiled, or refused with the place."""
    try:
        compile_filter(data.decode("utf-8", "replace"), REGISTRY)
    except FilterError as error:
        assert str(error)


def rules(data: bytes) -> None:
    """A rule file: read, or refused with line and column."""
    with tempfile.NamedTemporaryFile(suffix=".toml", delete=False) as file:
        file.write(data)
    try:
        read_rules([file.name], REGISTRY)
    except RuleError as error:
        assert str(error).startswith(file.name)
    finally:
        os.unlink(file.name)


def reassembly(data: bytes) -> None:
    """Fragments and segments: each six bytes say what the next packet of a capture is, and everything is looked at."""
    packets = []
    for at in range(0, min(len(data) - 6, 6 * 200), 6):
        kind, ident, offset, size, more, fill = data[at : at + 6]
        body = bytes([fill]) * (size % 64)
        if kind & 1:
            ports = bytes([0, 80 + (kind >> 4 & 3), 0, 53])
            seq = (1000 + 8 * offset).to_bytes(4, "big")
            body = ports + seq + bytes(4) + bytes([0x50, more, 0xFF, 0xFF, 0, 0, 0, 0]) + body
            proto, bits = 6, 0
        else:
            proto, bits = 17, (more & 7) << 13 | offset
        head = bytes([0x45, 0]) + (20 + len(body)).to_bytes(2, "big") + bytes([0, ident & 3])
        head += bits.to_bytes(2, "big") + bytes([64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
        packets.append(head + body)
    with dissect.open(io.BytesIO(pcap(paced(packets), network=101))) as cap:
        names = ["ip.reassembled_in", "ip.fragment.overlap.conflict", "tcp.analysis.flags", "tcp.reassembled_in", *LIST]
        for _ in cap.columns(names):
            pass
        for number in range(min(len(cap), 20)):
            whole(cap[number].tree)
        dissect.analyse(cap)


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (readers, packet, message, filters, rules, reassembly)
}
