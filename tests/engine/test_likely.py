"""`Layer.likely` tells of a payload before the layer is imported: it must never pass over what the probe accepts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from dissect.engine.layer import Layer
from dissect.engine.peek import ColumnPeek, Likely, RowPeek
from dissect.engine.window import Window
from dissect.layers import builtin

LAYERS = [layer for layer in builtin().layers if layer.likely is not None]
TOLD = {"rtp", "rtcp"}  # what another conversation has said of the ports: a probe of theirs wants its passes


def payloads(layer: type[Layer], likely: Likely) -> Iterator[tuple[bytes, int]]:
    """Octets and a port that fit, or nearly: one place, or the port, is left to chance."""
    dice = random.Random(layer.name)
    ports = (*likely.ports, *(key for keys in layer.binds.values() for key in keys), 50000, 0)
    for _ in range(3000):
        data = bytearray(dice.choice((bytes(120), dice.randbytes(dice.choice((4, 20, 120))))))
        spared = dice.choice((-1, *likely.octets))
        for at, some in likely.octets.items():
            if at < len(data) and some and at != spared:
                data[at] = dice.choice(some)
        yield bytes(data), dice.choice(ports)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__qualname__)
def test_no_accepted_payload_is_passed_over(layer: type[Layer]) -> None:
    assert layer.likely is not None and layer.probe is not None
    assert layer.heuristics
    if layer.name in TOLD:
        pytest.skip("asks what was announced")
    for data, port in payloads(layer, layer.likely):
        carrier = SimpleNamespace(srcport=port, dstport=40000, streams=None)
        peek = RowPeek(data, 0, len(data), len(data), carrier)
        if layer.probe(peek):
            assert layer.likely.holds(peek), (data.hex(), port)


def test_both_evaluators_are_told_the_same() -> None:
    likely = Likely({0: b"\1\2", 3: b"\xff"}, (698,))
    datas, ports = (b"\1ab\xff", b"\2ab\xfe", b"\3ab\xff", b"\2", b"\0\0\0\0"), (1, 2, 3, 4, 698)
    rows = [
        bool(likely.holds(RowPeek(data, 0, len(data), len(data), SimpleNamespace(srcport=port, dstport=9))))
        for data, port in zip(datas, ports, strict=True)
    ]
    sizes = np.array([*map(len, datas)])
    start = np.cumsum(sizes) - sizes
    carrier = SimpleNamespace(srcport=np.array(ports), dstport=np.full(len(ports), 9))
    window = Window(np.frombuffer(b"".join(datas), np.uint8))
    found = likely.holds(ColumnPeek(window, start, start + sizes, start + sizes, carrier))
    assert rows == found.tolist() == [True, False, False, False, True]


def test_nothing_declared_is_never_likely() -> None:
    peek = RowPeek(b"abc", 0, 3, 3, SimpleNamespace(srcport=1, dstport=2))
    assert not Likely().holds(peek)
    assert {at: set(some) for at, some in Likely.opening(b"ab", b"xyz").octets.items()} == {0: {*b"ax"}, 1: {*b"by"}}
    assert Likely.of(Likely.opening(b"ab").as_lists()) == Likely.opening(b"ab")
