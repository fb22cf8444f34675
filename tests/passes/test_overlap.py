"""Overlap policies, against the tables hosts were measured by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.passes.overlap import POLICIES, assemble, conflicting

# The six fragments of Shankar and Paxson's experiment, in blocks of 8 bytes, in order of arrival, and what hosts made
# of them ("Active Mapping: Resisting NIDS Evasion Without Altering Traffic", 2003, table 1).
EXPERIMENT = [(0, b"111"), (4, b"22"), (6, b"333"), (1, b"4444"), (6, b"555"), (9, b"666")]
PUBLISHED = {
    "bsd": b"111442333666",
    "bsd-right": b"144422555666",
    "linux": b"111442555666",
    "first": b"111422333666",
    "last": b"144442555666",
}


@pytest.mark.parametrize("policy", PUBLISHED)
def test_hosts_as_measured(policy: str) -> None:
    assert assemble(EXPERIMENT, 12, policy) == PUBLISHED[policy]


def test_windows_gives_way_to_a_fragment_on_both_sides() -> None:
    assert assemble([(1, b"aa"), (0, b"bbbb")], 4, "windows") == b"bbbb"
    assert assemble([(1, b"aa"), (0, b"bbb")], 3, "windows") == b"baa"
    assert assemble([(1, b"aa"), (0, b"bbb")], 3, "solaris") == b"bbb"


@given(st.binary(min_size=1, max_size=200), st.sampled_from(sorted(POLICIES)), st.data())
def test_copies_never_change_a_datagram(datagram: bytes, policy: str, data: st.DataObject) -> None:
    edge = st.integers(0, len(datagram))
    cuts = data.draw(st.lists(st.tuples(edge, edge).map(sorted), max_size=12))
    pieces = [(a, datagram[a:b]) for a, b in [*cuts, [0, len(datagram)]]]
    order = data.draw(st.permutations(pieces))
    assert assemble(order, len(datagram), policy) == datagram
    assert not conflicting(order)


def test_conflict() -> None:
    assert conflicting([(0, b"abc"), (2, b"x")])
    assert not conflicting([(0, b"abc"), (2, b"c"), (5, b"z")])
