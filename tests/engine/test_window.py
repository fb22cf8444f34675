"""Column reads, against Python's own integers."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dissect.engine.window import Heads, Window, alike, distinct, order_of


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine it says nothing
@given(st.binary(min_size=1, max_size=300), st.data())
def test_sums_of_spans_are_the_big_numbers_modulo_65535(octets: bytes, data: st.DataObject) -> None:
    start = st.integers(0, len(octets))
    spans = data.draw(st.lists(st.tuples(start, start).map(sorted), min_size=1, max_size=20))
    at = np.array([a for a, _ in spans], np.int64)
    size = np.array([b - a for a, b in spans], np.int64)
    sums = Window(np.frombuffer(octets, np.uint8)).sum16(at, size)
    for (a, b), found in zip(spans, sums.tolist(), strict=True):
        chunk = octets[a:b] + (b"\0" if b - a & 1 else b"")
        assert found == int.from_bytes(chunk, "big") % 0xFFFF


@given(st.binary(min_size=8, max_size=64), st.integers(1, 8), st.booleans())
def test_unsigned_integers_of_every_width(octets: bytes, size: int, little: bool) -> None:
    at = np.arange(len(octets) - size + 1)
    found = Window(np.frombuffer(octets, np.uint8)).uint(at, size, little).tolist()
    assert found == [int.from_bytes(octets[i : i + size], "little" if little else "big") for i in at.tolist()]


@given(st.binary(min_size=1, max_size=300), st.data())
def test_heads_are_the_octets_at_each_packet_then_zeros(octets: bytes, data: st.DataObject):
    starts = data.draw(st.lists(st.integers(0, len(octets) - 1), min_size=1, max_size=12))
    heads = Heads(np.frombuffer(octets, np.uint8), np.array(starts))
    place = data.draw(st.integers(0, Heads.SIZE - 4))
    expected = [(octets[start : start + Heads.SIZE].ljust(Heads.SIZE, b"\0"))[place : place + 4] for start in starts]
    assert [value.tobytes() for value in heads.at(place, "V4", None)] == expected
    some = np.array(data.draw(st.lists(st.integers(0, len(starts) - 1), max_size=20)), np.int64)
    found = heads.at(place, ">u4", some)
    assert found.tolist() == [int.from_bytes(expected[row], "big") for row in some.tolist()]


def test_heads_of_no_packets() -> None:
    assert len(Heads(np.zeros(500, np.uint8), np.empty(0, np.int64)).at(0, "u1", None)) == 0


WIDE = st.sampled_from([3, 1 << 10, 1 << 17, 1 << 33, 1 << 47, 1 << 49, (1 << 63) - 1])


@given(st.data(), WIDE)
def test_an_order_is_that_of_a_stable_sort(data: st.DataObject, most: int) -> None:
    listed = data.draw(st.lists(st.integers(-most, most), max_size=40))
    listed += data.draw(st.lists(st.sampled_from(listed or [0]), max_size=20))
    numbers = np.array(listed, np.int64)
    assert order_of(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40))
def test_equal_rows_are_of_one_kind(rows: list[tuple[int, int]]) -> None:
    words = np.array(rows, np.uint64)
    first, which = alike(words)
    assert len(first) == len({*rows})
    assert (words[first[which]] == words).all()


@given(st.lists(st.integers(-3, 30)) | st.lists(st.integers(-1, 1 << 45), unique=True) | st.permutations(range(40)))
def test_order_is_that_of_a_stable_sort(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    assert order_of(column).tolist() == np.argsort(column, kind="stable").tolist()


@given(st.lists(st.integers(-2, 3)) | st.lists(st.integers(-2, 500)))
def test_distinct_numbers_and_where_they_are(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    found = distinct(column)
    assert sorted(found) == sorted(set(numbers))
    for number, here in found.items():
        assert here is None or here.tolist() == [one == number for one in numbers]


def test_small_types_hold_no_distances() -> None:
    for kind in ("i1", "i2", "i4"):
        bounds = np.iinfo(kind)
        column = np.array([bounds.max, bounds.min, 0, bounds.max, -1, bounds.min], kind)
        assert order_of(column).tolist() == np.argsort(column, kind="stable").tolist()
