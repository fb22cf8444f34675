"""Messages with some octets changed: whatever is in them, they are dissected, and all that is found lies in them."""

from __future__ import annotations

import random

from tests.engine.evaluators import all_inside
from tests.layers.link_bytes import layer_tree

ANY = bytes(range(256))


def raises_nothing(layer: str, octets: bytes, turns: int = 200, most: int = 3, among: bytes = ANY) -> None:
    """`turns` times up to `most` octets become others, of `among`, and the end is cut off: a fault would be raised."""
    chance = random.Random(layer)
    for _ in range(turns):
        data = bytearray(octets)
        for _ in range(chance.randint(1, most)):
            data[chance.randrange(len(data))] = chance.choice(among)
        all_inside(layer_tree(layer, bytes(data[: chance.randrange(len(data) + 1)])))
