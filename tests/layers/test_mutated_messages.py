"""Messages of applications, changed at random: no exception, no node outside the bytes, none takes long."""

from __future__ import annotations

import time

import numpy as np
import pytest

from dissect.engine import row
from tests.engine.test_hostile import mutate
from tests.layers import test_services, test_stores
from tests.layers.link_bytes import layer_tree

SLOWEST = 0.02  # seconds a message may take
SEEDS: dict[str, bytes] = {**test_stores.ALL, **test_services.ALL}


def run(layer: str, count: int) -> None:
    chance = np.random.default_rng(sum(layer.encode()))
    for _ in range(count):
        data = mutate(SEEDS[layer], chance)
        began = time.process_time()
        tree = layer_tree(layer, data)
        took = time.process_time() - began
        if took > SLOWEST:  # once may be the machine's fault; thrice are the program's
            took = min(timed(layer, data) for _ in range(3))
        assert took <= SLOWEST, f"{layer}: {took:.3f} s for {data.hex()}"
        for node in tree.walk():
            assert 0 <= node.start <= node.start + node.size


def timed(layer: str, data: bytes) -> float:
    began = time.process_time()
    layer_tree(layer, data)
    return time.process_time() - began


@pytest.mark.parametrize("layer", SEEDS)
def test_a_few_changed_messages(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row, "STRICT", True)
    run(layer, 60)


@pytest.mark.slow
@pytest.mark.parametrize("layer", SEEDS)
def test_many_changed_messages(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row, "STRICT", True)
    run(layer, 4_000)
