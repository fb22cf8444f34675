"""Which message of one capture is which of the other: the longest common course, and within what differs, the like."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

MOST_COMPARED = 16_000_000  # pairs that are tried for a common course; beyond, the nth is the nth
Pair = tuple[int | None, int | None]  # places in both; None: the other has none


def align(a: Sequence[Hashable], b: Sequence[Hashable], kind_a: Sequence[int], kind_b: Sequence[int]) -> Iterator[Pair]:
    """Pairs of places, in order.  Unequal ones are paired where they are of a kind."""
    low, size = 0, min(len(a), len(b))
    while low < size and a[low] == b[low]:
        yield low, low
        low += 1
    tail = 0
    while tail < size - low and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    yield from _middle(a, b, kind_a, kind_b, (low, len(a) - tail, low, len(b) - tail))
    for back in range(tail, 0, -1):
        yield len(a) - back, len(b) - back


def _middle(
    a: Sequence[Hashable], b: Sequence[Hashable], kind_a: Sequence[int], kind_b: Sequence[int], area: tuple[int, ...]
) -> Iterator[Pair]:
    i, j, k, m = area
    if (j - i) * (m - k) > MOST_COMPARED:
        yield from _alike(kind_a, kind_b, area)
        return
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a[i:j], b[k:m], autojunk=False).get_opcodes():
        block = (i + i1, i + i2, k + j1, k + j2)
        if what == "equal":
            yield from zip(range(block[0], block[1]), range(block[2], block[3]), strict=True)
        else:
            yield from _alike(kind_a, kind_b, block)


def _alike(kind_a: Sequence[int], kind_b: Sequence[int], area: tuple[int, ...]) -> Iterator[Pair]:
    """Of what is not equal, the nth of a kind with the nth of that kind."""
    i, j, k, m = area
    waiting: dict[int, list[int]] = {}
    for at in range(m - 1, k - 1, -1):
        waiting.setdefault(kind_b[at], []).append(at)
    for at in range(i, j):
        partners = waiting.get(kind_a[at])
        yield at, partners.pop() if partners else None
    for at in sorted(one for partners in waiting.values() for one in partners):
        yield None, at
