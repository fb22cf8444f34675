"""Every byte of a packet is accounted for: a field, padding, trailer, or undecoded data."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect import CaptureError, Packet
from dissect.engine.tree import PacketTree
from tests.corpus import captures, label


def uncovered(packet: Packet) -> list[tuple[int, int]]:
    """Byte ranges of the packet's data, and of what was put together from it, that no field's node covers."""
    return [gap for source in range(len(packet.tree.sources)) for gap in uncovered_of(packet.tree, source)]


def uncovered_of(tree: PacketTree, source: int) -> list[tuple[int, int]]:
    size = len(tree.sources[source][1])
    covered = bytearray(size)
    for layer in tree.layers:
        if layer.source != source:
            continue
        for node in layer.walk():
            if (
                node is not layer
                and node.size
                and not node.field.hidden
                and not (node.field.type.kind == "none" and node.children and not node.field.name.endswith("fragments"))
            ):
                assert 0 <= node.start <= node.start + node.size <= size, f"{node!r} leaves the packet"
                covered[node.start : node.start + node.size] = b"\1" * node.size
    gaps = []
    at = covered.find(0)
    while at >= 0:
        end = covered.find(1, at)
        end = size if end < 0 else end
        gaps.append((at, end))
        at = covered.find(0, end)
    return gaps


def check(path: Path) -> None:
    try:
        with dissect.open(path) as cap:
            for packet in cap:
                gaps = uncovered(packet)
                assert not gaps, f"packet {packet.number} ({packet.protocols}): bytes {gaps} belong to no field"
    except CaptureError:
        pytest.skip("not a capture we read")


@pytest.mark.parametrize("path", captures(every=8), ids=label)
def test_every_byte(path: Path) -> None:
    check(path)


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(), ids=label)
def test_every_byte_of_everything(path: Path) -> None:
    check(path)
