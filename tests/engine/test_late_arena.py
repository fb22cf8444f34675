"""Datagrams of which only the beginnings are copied at first read like whole ones, wherever one looks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dissect.engine.reassembly import Arena, LateArena

SIZES = st.lists(st.integers(1, 300), min_size=1, max_size=6)


def arenas(sizes: list[int]) -> tuple[Arena, LateArena, list[int]]:
    octets = np.arange(sum(sizes) * 7, dtype=np.int64).astype(np.uint8)[: sum(sizes)] ^ 0x5A
    whole = Arena(octets, np.array(sizes), np.arange(len(sizes)) + 10)
    parts = [octets[a:b] for a, b in zip(whole.starts.tolist(), whole.ends.tolist(), strict=True)]
    heads = np.zeros(len(sizes) * LateArena.HEAD, np.uint8)
    for i, part in enumerate(parts):
        heads[i * LateArena.HEAD :][: min(len(part), LateArena.HEAD)] = part[: LateArena.HEAD]
    filled: list[int] = []

    def fill() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        filled.append(1)
        return octets

    sizes_ = whole.ends - whole.starts
    return whole, LateArena(heads, fill, lambda n: parts[n - 10].tobytes(), sizes_, whole.datagrams), filled


@given(SIZES, st.integers(0, 299), st.sampled_from([1, 2, 3, 4, 6, 8]))
def test_reads_are_the_same(sizes: list[int], into: int, size: int) -> None:
    whole, late, _ = arenas(sizes)
    at = np.array([s + into for s, e in zip(whole.starts, whole.ends, strict=True) if s + into + size <= e], np.int64)
    if not len(at):
        return
    assert late.uint(at, size).tolist() == whole.uint(at, size).tolist()
    assert late.raw(at, size).tobytes() == whole.raw(at, size).tobytes()
    start, end = int(at[-1]), int(whole.ends[whole.datagram_at(at[-1])])
    assert late.span(start, end) == whole.span(start, end)
    assert late.sum16(at, np.full(len(at), size)).tolist() == whole.sum16(at, np.full(len(at), size)).tolist()
    assert late.span(start, end) == whole.span(start, end)


def test_headers_alone_are_not_worth_a_copy() -> None:
    whole, late, filled = arenas([300, 40, 200])
    late.uint(whole.starts + 2, 2)
    late.span(int(whole.starts[1]), int(whole.ends[1]))
    assert not filled
    late.uint(whole.starts[:1] + 290, 2)
    assert filled
