"""What is a black hole and what is not, in the fewest segments that show it."""

from __future__ import annotations

from dissect.pathmtu.blackhole import Segment, find_hole

MS = 1_000_000


def made(*rows: tuple[int, bool, int, int, int, int]) -> list[Segment]:
    """Segments of (ms, forward, start, payload, acked, IP length)."""
    return [
        Segment(i, ms * MS, forward, start, start + payload, acked, size, True, payload)
        for i, (ms, forward, start, payload, acked, size) in enumerate(rows, 1)
    ]


SMALL = [(0, True, 0, 100, -1, 152), (1, False, 0, 0, 100, 52)]
LOST = [(10, True, 100, 1448, -1, 1500), (210, True, 100, 1448, -1, 1500), (620, True, 100, 1448, -1, 1500)]


def test_silence_for_full_segments_only() -> None:
    hole = find_hole(made(*SMALL, *LOST), 0)
    assert hole is not None
    assert hole.lost == 1500 and hole.delivered is not None and hole.delivered.size == 152
    assert hole.recovered is None


def test_recovery_proves_it() -> None:
    smaller = [(1500, True, 100, 948, -1, 1000), (1501, False, 0, 0, 1048, 52)]
    hole = find_hole(made(*SMALL, *LOST, *smaller), 0)
    assert hole is not None and hole.recovered is not None
    assert hole.recovered.size == 1000 and hole.recovered_by == 7


def test_a_smaller_segment_may_be_lost_as_well() -> None:
    """The bytes of the one in between come in pieces later: it did not get through."""
    between = [(1500, True, 100, 1024, -1, 1076)]
    pieces = [(4700, True, 100, 512, -1, 564), (4701, False, 0, 0, 612, 52), (4702, True, 612, 512, -1, 564)]
    hole = find_hole(made(*SMALL, *LOST, *between, *pieces, (4703, False, 0, 0, 1124, 52)), 0)
    assert hole is not None and hole.recovered is not None
    assert (hole.recovered.size, hole.recovered_by) == (564, 8)


def test_a_retry_that_gets_through_refutes_it() -> None:
    assert find_hole(made(*SMALL, *LOST, (621, False, 0, 0, 1548, 52)), 0) is None


def test_a_full_segment_before_refutes_it() -> None:
    first = [*SMALL, (2, True, 100, 1448, -1, 1500), (3, False, 0, 0, 1548, 52)]
    lost = [(t, True, 1548, 1448, -1, 1500) for t in (10, 210, 620)]
    assert find_hole(made(*first, *lost), 0) is None
    smaller = [(1500, True, 1548, 948, -1, 1000), (1501, False, 0, 0, 2496, 52)]
    assert find_hole(made(*first, *lost, *smaller), 0) is None
    assert find_hole(made(*SMALL, *LOST), 1500) is None  # on another connection of the path


def test_two_tries_or_even_gaps_prove_nothing() -> None:
    assert find_hole(made(*SMALL, *LOST[:2]), 0) is None
    even = [(t, True, 100, 1448, -1, 1500) for t in (10, 20, 30)]
    assert find_hole(made(*SMALL, *even), 0) is None


def test_nothing_at_all_gets_through() -> None:
    """Smaller segments get no answer either: the host is dead, or the link is."""
    assert find_hole(made(*SMALL, *LOST, (700, True, 1548, 10, -1, 62), (900, True, 1548, 10, -1, 62)), 0) is None


def test_the_last_segment_may_be_too_large_as_well() -> None:
    """What is larger than all that ever arrived tells nothing of the path's being alive."""
    hole = find_hole(made(*SMALL, *LOST, (630, True, 1548, 1233, -1, 1285), (900, True, 1548, 1233, -1, 1285)), 0)
    assert hole is not None and hole.lost == 1500
