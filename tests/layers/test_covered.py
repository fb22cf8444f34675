"""Whatever octets a layer is given: each belongs to a field, and nothing is raised."""

from __future__ import annotations

import random

import pytest

from dissect.engine.row import Dissection
from dissect.layers import builtin
from tests.engine.test_every_byte import uncovered_of

NUMBER = len(builtin())
PARTS = 8


def octets(dice: random.Random) -> bytes:
    """Some that look like nothing, and some that look like small numbers, as lengths and types are."""
    size = dice.choice((4, 12, 24, 40, 80, 160))
    pick = dice.choice(
        (
            lambda: dice.randrange(256), lambda: dice.randrange(4), lambda: dice.choice((0, 0, 0, dice.randrange(20))),
            lambda: dice.choice((0, 1, 2, 255, dice.randrange(256))),
        )
    )  # fmt: skip
    return bytes(pick() for _ in range(size))


@pytest.mark.parametrize("part", range(PARTS))
def test_random_octets_are_covered(part: int) -> None:
    registry, dice = builtin(), random.Random(part)
    for number in range(part, NUMBER, PARTS):
        layer = registry.numbered(number)
        if layer.generated:
            continue
        for _ in range(3):
            data = octets(dice)
            run = Dissection(registry, data)
            run.enter(layer, data, 0, len(data), len(data), None)
            gaps = uncovered_of(run.tree, 0)
            assert not gaps, f"{layer.name}: {gaps} of {data.hex()} ({run.tree.protocols})"
