"""The hash table says what a dictionary says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.passes.keys import ABSENT, Keys

NUMBERS = st.integers(0, 2**64 - 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(NUMBERS, st.integers(0, 2**31 - 2), max_size=40), max_size=6), st.lists(NUMBERS))
def test_as_a_dictionary(steps: list[dict[int, int]], others: list[int]) -> None:
    table, known = Keys(), dict[int, int]()
    for step in steps:
        table.put(np.array(list(step), np.uint64), np.array(list(step.values()), np.int64))
        known |= step
    asked = [*known, *others]
    assert table.find(np.array(asked, np.uint64)).tolist() == [known.get(key, ABSENT) for key in asked]
    assert table.count == len(known)


def test_it_grows() -> None:
    table = Keys()
    keys = np.arange(50_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for part in np.split(keys, 10):
        table.put(part, table.count + np.arange(len(part)))
    assert table.find(keys).tolist() == list(range(50_000))


def test_where_new_keys_occur_first() -> None:
    table = Keys()
    table.put(np.array([7], np.uint64), np.array([0]))
    keys = np.array([5, 3, 5, 9, 3, 5], np.uint64)
    first = table.opening(keys)
    assert first.tolist() == [0, 1, 0, 3, 1, 0]
    assert table.count == 4
    new = np.flatnonzero(first == np.arange(6))
    table.put(keys[new], np.array([10, 11, 12]))
    assert table.count == 4
    assert table.find(np.array([3, 5, 7, 9], np.uint64)).tolist() == [11, 10, 0, 12]
